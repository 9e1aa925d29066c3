/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The translation regime of 32 bits: long descriptors (ARMv7 ARM, section B3.6), devices above 4
 * GiB in a window.
 */
#include "translation.h"
#include "boot.h"
#include "asm/sysreg.h"

#define VMSA_LPAE	5	/* ID_MMFR0.VMSA */

void translation_check(void)
{
	if (id_field(read_sysreg(ID_MMFR0), 0) < VMSA_LPAE)
		report_abort("this CPU has no long descriptors (LPAE)");
}

u64 translation_tcr(void)
{
	return TTBCR_BOOT;
}

u64 translation_mair(void)
{
	return MAIR0_VALUE | (u64)MAIR1_VALUE << 32;
}

/* Each range that was asked for has its place; the same again, or a part, gets the same. */
uintptr_t translation_device_address(phys_addr_t start, phys_addr_t end)
{
	static struct { phys_addr_t start, end; uintptr_t virt; } windows[16];
	static size_t n;
	static uintptr_t next = DEVICE_WINDOW_START;

	if (end <= LINEAR_LIMIT)
		return start;
	for (size_t i = 0; i < n; i++)
		if (start >= windows[i].start && end <= windows[i].end)
			return windows[i].virt + (start - windows[i].start);
	if (n == ARRAY_SIZE(windows) || end - start > DEVICE_WINDOW_END - next)
		report_abort("no address is left for the device at %#" PRIx64 " to %#" PRIx64,
			     start, end);
	windows[n].start = start;
	windows[n].end = end;
	windows[n].virt = next;
	next = ALIGN(next + (uintptr_t)(end - start), 0x200000);
	return windows[n++].virt;
}
