/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Self-test: suspends the machine to RAM (ACPI 6.5, section 4.8.3.2.1) with nothing that could
 * wake it. Verdict: timeout, with a reason that says so.
 */
#include "acpi.h"
#include "case.h"
#include "x86/chipset.h"
#include "asm/io.h"

CASE(before, "a check before it")
{
	expect(true);
}

CASE(sleep, "goes to sleep")
{
	u16 base = chipset_init();
	u8 type_a, type_b;

	expect(true);
	insist(base && acpi_sleep_type(3, &type_a, &type_b));
	outw((u32)type_a << 10 | 1u << 13, base + 4);
	for (;;)
		;
}
