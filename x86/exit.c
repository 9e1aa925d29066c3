/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a machine ends: by isa-debug-exit, by the chip set's PM1 control (PIIX4 and ICH9 data sheets), and by what ACPI's
 * tables say (ACPI 6.4, sections 4.8.3.2.1, 4.8.3.7 and 7.4.2). The argument names the one way that this image may
 * take: if it does not work, the machine does not end. The cases look at what those ways rest on.
 */
#include "acpi.h"
#include "case.h"
#include "x86/chipset.h"
#include "x86/poweroff.h"
#include "asm/io.h"

#define PM1_EVT_LEN	4
#define PM_TIMER	8		/* from the base of the ports */
#define PM_TIMER_BITS	0xffffff

static const struct { const char *name; enum exit_way way; } ways[] = {
	{ "device", EXIT_DEBUG_PORT },
	{ "chipset", EXIT_CHIPSET },
	{ "acpi", EXIT_ACPI },
};

static u8 sum(const void *table, size_t len)
{
	const u8 *byte = table;
	u8 s = 0;

	while (len--)
		s += *byte++;
	return s;
}

CASE(tables, "the root pointer's and the FADT's checksums are right, the DSDT is where the FADT says")
{
	const struct acpi_table_rsdp *rsdp = acpi_rsdp();
	const struct acpi_table_fadt *fadt;
	const struct acpi_table *dsdt;

	require_msg(rsdp, "the machine has no ACPI");
	expect_eq(rsdp->signature, RSDP_SIGNATURE);
	expect_eq(sum(rsdp, 20), 0);
	if (rsdp->revision >= 2)
		expect_eq(sum(rsdp, rsdp->length), 0);
	fadt = find_acpi_table_addr(FACP_SIGNATURE);
	insist(fadt);
	expect_eq(sum(fadt, fadt->header.length), 0);
	dsdt = find_acpi_table_addr(DSDT_SIGNATURE);
	insist(dsdt);
	expect_eq(dsdt->signature, DSDT_SIGNATURE);
	expect_eq(sum(dsdt, dsdt->length), 0);
}

CASE(pm1, "the FADT's PM1 blocks and timer are at the chip set's ports, and S5 is there")
{
	u16 base = chipset_init();
	const struct acpi_table_fadt *fadt;
	u8 a, b;

	require_msg(base, "neither PIIX4 nor ICH9");
	fadt = find_acpi_table_addr(FACP_SIGNATURE);
	require_msg(fadt, "the machine has no ACPI");
	expect_eq(fadt->pm1a_evt_blk, base);
	expect_eq(fadt->pm1_evt_len, PM1_EVT_LEN);
	expect_eq(fadt->pm1a_cnt_blk, base + PM1_EVT_LEN);
	expect_eq(fadt->pm_tmr_blk, base + PM_TIMER);
	insist(acpi_sleep_type(5, &a, &b));
	expect_eq(a, 0);
	expect_eq(b, 0);
}

CASE(pm_timer, "the power management timer counts")
{
	u16 base = chipset_init();
	u32 first, now;

	require_msg(base, "neither PIIX4 nor ICH9");
	first = inl(base + PM_TIMER);
	for (int i = 0; i < 100000; i++) {
		now = inl(base + PM_TIMER);
		if (now != first)
			break;
	}
	expect_ne(now, first);
	expect_lt((now - first) & PM_TIMER_BITS, PM_TIMER_BITS / 2);
}

CASE(hardware_reduced, "without PM1 the FADT says so and names the sleep control register")
{
	const struct acpi_table_fadt *fadt = find_acpi_table_addr(FACP_SIGNATURE);
	u8 a, b;

	require_msg(fadt && fadt->flags & ACPI_FADT_HW_REDUCED, "not hardware-reduced ACPI");
	expect_eq(fadt->pm1a_cnt_blk, 0);
	expect_eq(fadt->pm1a_evt_blk, 0);
	expect_ge(fadt->header.length, sizeof(*fadt));
	expect_ne(fadt->sleep_control_reg.address, 0);
	expect_ne(fadt->sleep_control_reg.address, fadt->sleep_status_reg.address);
	expect(acpi_sleep_type(5, &a, &b));
}

static const char *chosen;

CASE(way, "the image ends in one of the ways that are known")
{
	bool known = false;

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++)
		known |= !strcmp(chosen, ways[i].name);
	expect(known);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		report_abort("one argument: device, chipset or acpi");
	chosen = argv[1];
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++)
		if (!strcmp(chosen, ways[i].name))
			exit_only_by(ways[i].way);
	return run_cases();
}
