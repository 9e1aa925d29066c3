/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cr3-reserved: what a MOV to CR3 in 64-bit mode refuses and what it ignores (SDM volume 2, MOV to
 * control registers; volume 3, section 2.5, CR3, and table 5-12), with 4 and with 5 levels. With
 * CR4.PCIDE: x86/pcid.
 */
#include "case.h"
#include "alloc_page.h"
#include "vmalloc.h"
#include "x86/paging.h"
#include "x86/processor.h"
#include "x86/vm.h"

#define FIRST_LAM_BIT	61	/* and the next: if the CPU has linear-address masking */

static volatile u64 *mapped;	/* a page of the tables in force */

void case_setup(void)
{
	setup_vm();
	mapped = alloc_vpage();
	install_page(current_page_table(), virt_to_phys(alloc_page()), (void *)mapped);
	*mapped = 0x55;
}

static bool is_lam_bit(int bit)
{
	return (bit == FIRST_LAM_BIT || bit == FIRST_LAM_BIT + 1) && this_cpu_has(X86_FEATURE_LAM);
}

static void expect_refused(ulong cr3, ulong value)
{
	expect_eq_msg(write_cr3_safe(value), GP_VECTOR, "CR3 %#lx", value);
	expect_eq_msg(exception_error_code(), 0, "CR3 %#lx", value);
	expect_eq_msg(read_cr3(), cr3, "CR3 %#lx", value);
	expect_eq_msg(*mapped, 0x55, "CR3 %#lx", value);
	write_cr3(cr3);
}

static void check_reserved(int first, int end)
{
	ulong cr3 = read_cr3();

	for (int bit = first; bit < end; bit++)
		if (!is_lam_bit(bit))
			expect_refused(cr3, cr3 | 1ul << bit);
}

/* Also with many of them at once, as a wild pointer has them. */
static void check_all(void)
{
	ulong cr3 = read_cr3();

	check_reserved(cpuid_maxphyaddr(), 52);
	expect_refused(cr3, cr3 | -(1ul << cpuid_maxphyaddr()));
	expect_refused(cr3, ~0ul);
}

static void check_ignored(void)
{
	ulong cr3 = read_cr3();

	for (int bit = 0; bit < 12; bit++) {
		expect_eq_msg(write_cr3_safe(cr3 ^ 1ul << bit), 0, "bit %d", bit);
		expect_eq_msg(*mapped, 0x55, "bit %d", bit);
	}
	write_cr3(cr3);
}

CASE(ignored, "bits 0 to 11 never fault, and do not change where the table is")
{
	check_ignored();
}

CASE(la57_ignored, "the same with 5 levels")
{
	require(this_cpu_has(X86_FEATURE_LA57));
	setup_5level_page_table();
	check_ignored();
	setup_4level_page_table();
}

CASE(address, "address bits that the CPU does not have, one by one and all: #GP(0), CR3 stays")
{
	check_all();
}

CASE(high, "so are bits 52 to 63, but for those of linear-address masking")
{
	require(!(read_cr4() & X86_CR4_PCIDE));
	check_reserved(52, 64);
}

CASE(la57_reserved, "what is reserved is so with 5 levels as well")
{
	require(this_cpu_has(X86_FEATURE_LA57));
	setup_5level_page_table();
	check_all();
	check_reserved(52, 64);
	setup_4level_page_table();
}

CASE(every_time, "a refused value leaves the old tables in use, each time")
{
	ulong cr3 = read_cr3();

	require(cpuid_maxphyaddr() < 52);
	for (u64 i = 0; i < 64; i++) {
		expect_eq(write_cr3_safe(cr3 | 1ul << 51), GP_VECTOR);
		*mapped = i;
		expect_eq(*mapped, i);
	}
	*mapped = 0x55;
}
