/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding ACPI tables: see acpi.h. Where the root pointer comes from: lib/<arch>/acpi_loader.c. */
#include "acpi.h"
#include "asm/io.h"

/* More than any table of a virtual machine: a length beyond it is damage. */
#define TABLE_MAX	(16u << 20)

__attribute__((weak)) const struct acpi_table_rsdp *acpi_rsdp(void)
{
	return NULL;
}

static bool sums_to_zero(const void *data, size_t len)
{
	const u8 *byte = data;
	u8 sum = 0;

	while (len--)
		sum += *byte++;
	return !sum;
}

/* The table at a physical address; NULL if what is there is none. */
static struct acpi_table *table_at(u64 address)
{
	struct acpi_table *table = phys_to_virt(address);

	if (!address || address != (uintptr_t)address || table->length < sizeof(*table) ||
	    table->length > TABLE_MAX || !sums_to_zero(table, table->length))
		return NULL;
	return table;
}

static struct acpi_table *search(const struct acpi_table *root, size_t entry_size, u32 signature)
{
	const char *entries = (const char *)(root + 1);
	size_t count = (root->length - sizeof(*root)) / entry_size;

	for (size_t i = 0; i < count; i++) {
		u64 address = 0;
		struct acpi_table *table;

		memcpy(&address, entries + i * entry_size, entry_size);
		table = table_at(address);
		if (table && table->signature == signature)
			return table;
	}
	return NULL;
}

static struct acpi_table *find_by_root(u32 signature)
{
	const struct acpi_table_rsdp *rsdp = acpi_rsdp();
	const struct acpi_table *root;

	if (!rsdp)
		return NULL;
	root = rsdp->revision >= 2 ? table_at(rsdp->xsdt_physical_address) : NULL;
	if (root && root->signature == XSDT_SIGNATURE)
		return search(root, sizeof(u64), signature);
	root = table_at(rsdp->rsdt_physical_address);
	if (root && root->signature == RSDT_SIGNATURE)
		return search(root, sizeof(u32), signature);
	return NULL;
}

/* The 64-bit field counts where the table has it and it is not 0 (section 5.2.9). */
static u64 fadt_address(const struct acpi_table_fadt *fadt, u32 address, size_t x_offset)
{
	u64 x = 0;

	if (fadt->header.length >= x_offset + sizeof(x))
		memcpy(&x, (const char *)fadt + x_offset, sizeof(x));
	return x ? x : address;
}

static void *find_facs(const struct acpi_table_fadt *fadt)
{
	u64 address = fadt_address(fadt, fadt->firmware_ctrl, offsetof(struct acpi_table_fadt, x_firmware_ctrl));
	struct acpi_table_facs_rev1 *facs = phys_to_virt(address);

	return address && facs->signature == FACS_SIGNATURE ? facs : NULL;
}

void *find_acpi_table_addr(u32 signature)
{
	const struct acpi_table_fadt *fadt;

	if (signature != FACS_SIGNATURE && signature != DSDT_SIGNATURE)
		return find_by_root(signature);
	fadt = (void *)find_by_root(FACP_SIGNATURE);
	if (!fadt || fadt->header.length < offsetof(struct acpi_table_fadt, flags))
		return NULL;
	if (signature == FACS_SIGNATURE)
		return find_facs(fadt);
	return table_at(fadt_address(fadt, fadt->dsdt, offsetof(struct acpi_table_fadt, x_dsdt)));
}

const struct acpi_subtable *acpi_madt_next(const struct acpi_table_madt *madt, const struct acpi_subtable *previous)
{
	const char *end = (const char *)madt + madt->header.length;
	const char *at = previous ? (const char *)previous + previous->length : (const char *)(madt + 1);
	const struct acpi_subtable *next = (const void *)at;

	if (end - at < (ptrdiff_t)sizeof(*next) || next->length < sizeof(*next) || next->length > end - at)
		return NULL;
	return next;
}

/* AML: section 20.2. */
#define AML_NAME_OP	0x08
#define AML_PACKAGE_OP	0x12
#define AML_BYTE_PREFIX	0x0a
#define AML_ZERO_OP	0x00
#define AML_ONE_OP	0x01

/* A constant of one byte; returns its length, 0 if it is something else. */
static int aml_byte(const u8 *aml, u8 *value)
{
	if (aml[0] == AML_ZERO_OP || aml[0] == AML_ONE_OP) {
		*value = aml[0];
		return 1;
	}
	*value = aml[1];
	return aml[0] == AML_BYTE_PREFIX ? 2 : 0;
}

bool acpi_sleep_type(int n, u8 *type_a, u8 *type_b)
{
	const struct acpi_table *dsdt = find_acpi_table_addr(DSDT_SIGNATURE);
	const u32 name = ACPI_SIGNATURE('_', 'S', '0' + n, '_');
	const u8 *aml, *end;
	int length;

	if (!dsdt)
		return false;
	/* NameOp [\] name PackageOp PkgLength NumElements element element: PkgLength of one byte, 11 bytes follow. */
	end = (const u8 *)dsdt + dsdt->length - 11;
	for (aml = (const u8 *)(dsdt + 1); aml <= end; aml++) {
		u32 word;

		memcpy(&word, aml, sizeof(word));
		if (word != name || !(aml[-1] == AML_NAME_OP || (aml[-1] == '\\' && aml[-2] == AML_NAME_OP)))
			continue;
		if (aml[4] != AML_PACKAGE_OP || aml[5] >> 6 || !aml[6])
			return false;
		length = aml_byte(aml + 7, type_a);
		*type_b = 0;	/* a machine without PM1b may leave it out */
		return length && (aml[6] == 1 || aml_byte(aml + 7 + length, type_b));
	}
	return false;
}
