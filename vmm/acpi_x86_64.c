/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ACPI tables (ACPI 6.4, chapter 5): which CPUs there are (MADT), and how to power off
 * (hardware-reduced FADT, with the sleep control register of section 4.8.3.7; \_S5 in the DSDT).
 */
#include <stdlib.h>
#include <string.h>
#include "acpi_x86_64.h"
#include "machine.h"
#include "platform_x86_64.h"

struct header {
	char signature[4];
	uint32_t length;
	uint8_t revision, checksum;
	char oem[6], table[8];
	uint32_t oem_revision, creator, creator_revision;
} __attribute__((packed));

struct address {
	uint8_t space, width, offset, access;
	uint64_t address;
} __attribute__((packed));

struct rsdp {
	char signature[8];
	uint8_t checksum;
	char oem[6];
	uint8_t revision;
	uint32_t rsdt, length;
	uint64_t xsdt;
	uint8_t extended_checksum, reserved[3];
} __attribute__((packed));

struct xsdt {
	struct header header;
	uint64_t tables[2];
} __attribute__((packed));

struct fadt {
	struct header header;
	uint32_t facs, dsdt;
	uint8_t unused1[65];
	uint8_t boot_arch[2], reserved;
	uint32_t flags;
	struct address reset;
	uint8_t reset_value, unused2[2], minor;
	uint64_t x_facs, x_dsdt;
	struct address unused3[8];
	struct address sleep_control, sleep_status;
} __attribute__((packed));

_Static_assert(offsetof(struct fadt, flags) == 112 && offsetof(struct fadt, sleep_control) == 244,
	       "ACPI 6.4, table 5.9");

#define FADT_RESET_SUPPORTED	(1u << 10)
#define FADT_HW_REDUCED		(1u << 20)
#define SPACE_IO		1
#define ENABLED			1u

/* Name (_S5, Package () { 5, 5 }): sections 20.2.5.1, 20.2.5.4. */
static const uint8_t s5[] = { 0x08, '_', 'S', '5', '_', 0x12, 0x06, 0x02, 0x0a, 0x05, 0x0a, 0x05 };

struct local_apic {
	uint8_t type, length, processor, id;
	uint32_t flags;
} __attribute__((packed));

struct local_x2apic {
	uint8_t type, length;
	uint16_t reserved;
	uint32_t id, flags, processor;
} __attribute__((packed));

struct io_apic {
	uint8_t type, length, id, reserved;
	uint32_t address, base;
} __attribute__((packed));

struct madt {
	struct header header;
	uint32_t apic_address, flags;
} __attribute__((packed));

static uint8_t sum(const void *data, size_t len)
{
	uint8_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((const uint8_t *)data)[i];
	return n;
}

/* Fills the header of a table and writes it at *at, which is moved on; returns where it is. */
static uint64_t put(struct machine *m, uint64_t *at, const char *signature, uint8_t revision,
		    void *table, size_t len)
{
	struct header *h = table;
	uint64_t here = *at;

	memcpy(h->signature, signature, 4);
	h->length = (uint32_t)len;
	h->revision = revision;
	memcpy(h->oem, "VMUNIT", 6);
	memcpy(h->table, "VMUNIT  ", 8);
	h->checksum = 0;
	h->checksum = (uint8_t)-sum(table, len);
	if (here + len > ACPI_TABLES_END || !memory_write(&m->memory, gpa(here), table, len))
		die(STATUS_ENVIRONMENT, "the ACPI tables do not fit");
	*at = (here + len + 15) & ~15ull;
	return here;
}

static size_t add_cpu(uint8_t *to, unsigned int id)
{
	struct local_apic small = { 0, sizeof(small), (uint8_t)id, (uint8_t)id, ENABLED };
	struct local_x2apic large = { 9, sizeof(large), 0, id, ENABLED, id };

	if (id < 255) {
		memcpy(to, &small, sizeof(small));
		return sizeof(small);
	}
	memcpy(to, &large, sizeof(large));
	return sizeof(large);
}

static uint64_t put_madt(struct machine *m, uint64_t *at)
{
	const struct io_apic io = { 1, sizeof(io), 0, 0, 0xfec00000, 0 };
	struct madt head = { .apic_address = 0xfee00000,
			     .flags = m->options->split_irqchip ? 0 : 1 };
	uint8_t *table =
		calloc(1, sizeof(head) + sizeof(io) + m->n_vcpus * sizeof(struct local_x2apic));
	size_t len = sizeof(head);
	uint64_t where;

	if (!table)
		die(STATUS_ENVIRONMENT, "no memory");
	memcpy(table, &head, sizeof(head));
	for (unsigned int i = 0; i < m->n_vcpus; i++)
		len += add_cpu(table + len, i);
	if (!m->options->split_irqchip) {
		memcpy(table + len, &io, sizeof(io));
		len += sizeof(io);
	}
	where = put(m, at, "APIC", 5, table, len);
	free(table);
	return where;
}

static uint64_t put_fadt(struct machine *m, uint64_t *at)
{
	struct {
		struct header header;
		uint8_t aml[sizeof(s5)];
	} __attribute__((packed)) dsdt = { .header.length = 0 };
	struct fadt fadt = {
		.flags = FADT_RESET_SUPPORTED | FADT_HW_REDUCED,
		.reset = { SPACE_IO, 8, 0, 1, PORT_RESET }, .reset_value = 6, .minor = 4,
		.sleep_control = { SPACE_IO, 8, 0, 1, PORT_SLEEP },
		.sleep_status = { SPACE_IO, 8, 0, 1, PORT_SLEEP + 1 },
	};

	memcpy(dsdt.aml, s5, sizeof(s5));
	fadt.x_dsdt = put(m, at, "DSDT", 2, &dsdt, sizeof(dsdt));
	fadt.dsdt = (uint32_t)fadt.x_dsdt;
	return put(m, at, "FACP", 6, &fadt, sizeof(fadt));
}

uint64_t acpi_write(struct machine *m)
{
	struct rsdp rsdp = {
		.signature = "RSD PTR ", .oem = "VMUNIT", .revision = 2, .length = sizeof(rsdp)
	};
	struct xsdt xsdt = { .tables = { 0 } };
	uint64_t at = ACPI_TABLES + 64;

	xsdt.tables[0] = put_fadt(m, &at);
	xsdt.tables[1] = put_madt(m, &at);
	rsdp.xsdt = put(m, &at, "XSDT", 1, &xsdt, sizeof(xsdt));
	rsdp.checksum = (uint8_t)-sum(&rsdp, 20);
	rsdp.extended_checksum = (uint8_t)-sum(&rsdp, sizeof(rsdp));
	if (!memory_write(&m->memory, gpa(ACPI_TABLES), &rsdp, sizeof(rsdp)))
		die(STATUS_ENVIRONMENT, "the ACPI tables do not fit");
	return ACPI_TABLES;
}
