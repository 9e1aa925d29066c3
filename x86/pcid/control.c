/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What CR4.PCIDE and CR3 take (SDM volume 3, sections 2.5 and 5.10.1; volume 2, MOV to control
 * registers).
 */
#ifdef __x86_64__
#include "pcid.h"
#include "x86/desc.h"
#include "x86/vm.h"

#define FIRST_LAM_BIT	61	/* and the next: if the CPU has linear-address masking */

static void expect_cr4_refused(ulong value)
{
	ulong cr4 = read_cr4();

	expect_eq_msg(write_cr4_safe(value), GP_VECTOR, "CR3 %#lx", read_cr3());
	expect_eq_msg(exception_error_code(), 0, "CR3 %#lx", read_cr3());
	expect_eq_msg(read_cr4(), cr4, "CR3 %#lx", read_cr3());
}

static void set_pcide(void)
{
	write_cr4(read_cr4() | X86_CR4_PCIDE);
}

CASE(enable, "CR4.PCIDE can be set and cleared; CR3 stays")
{
	ulong cr4 = read_cr4(), cr3 = read_cr3();

	require_pcid();
	for (int i = 0; i < 4; i++) {
		expect_eq(write_cr4_safe(cr4 | X86_CR4_PCIDE), 0);
		expect_eq(read_cr4(), cr4 | X86_CR4_PCIDE);
		expect_eq(read_cr3(), cr3);
		expect_eq(write_cr4_safe(cr4), 0);
		expect_eq(read_cr4(), cr4);
	}
}

CASE(enable_cr3, "but it cannot be set while any of CR3's bits 11 to 0 is: #GP(0)")
{
	ulong cr3 = read_cr3();

	require_pcid();
	for (int bit = 0; bit < 12; bit++) {
		write_cr3(cr3 | 1ul << bit);
		expect_eq_msg(read_cr3(), cr3 | 1ul << bit, "bit %d", bit);
		expect_cr4_refused(read_cr4() | X86_CR4_PCIDE);
	}
	write_cr3(cr3);
}

CASE(disable_cr3, "it can be cleared whatever the PCID is, and CR3 stays")
{
	ulong cr3 = read_cr3(), cr4 = read_cr4();

	require_pcid();
	for (int bit = 0; bit < 12; bit++) {
		set_pcide();
		write_cr3(cr3 | 1ul << bit);
		expect_eq_msg(write_cr4_safe((cr4 | X86_CR4_PCIDE) ^ X86_CR4_TSD), 0,
			      "bit %d", bit);
		expect_eq_msg(read_cr4(), (cr4 | X86_CR4_PCIDE) ^ X86_CR4_TSD, "bit %d", bit);
		expect_eq_msg(write_cr4_safe(cr4), 0, "bit %d", bit);
		expect_eq_msg(read_cr3(), cr3 | 1ul << bit, "bit %d", bit);
		write_cr3(cr3);
	}
}

CASE(values, "all 4096 PCIDs read back; bit 63 of the value written is taken, and not kept")
{
	ulong cr3 = read_cr3();

	require_pcid();
	set_pcide();
	for (ulong pcid = 0; pcid < PCIDS; pcid++) {
		ulong flag = pcid & 1 ? X86_CR3_NOFLUSH : 0;

		expect_eq_msg(write_cr3_safe(cr3 | pcid | flag), 0, "PCID %#lx", pcid);
		expect_eq_msg(read_cr3(), cr3 | pcid, "PCID %#lx", pcid);
		flag ^= X86_CR3_NOFLUSH;
		expect_eq_msg(write_cr3_safe(cr3 | pcid | flag), 0, "PCID %#lx", pcid);
		expect_eq_msg(read_cr3(), cr3 | pcid, "PCID %#lx", pcid);
	}
}

CASE(cr3_reserved, "bits 62 to MAXPHYADDR are reserved as before, with bit 63 and without")
{
	ulong cr3 = read_cr3();

	require_pcid();
	set_pcide();
	for (int bit = cpuid_maxphyaddr(); bit < 63; bit++) {
		if (bit >= FIRST_LAM_BIT && this_cpu_has(X86_FEATURE_LAM))
			continue;
		for (int flag = 0; flag < 2; flag++) {
			ulong value = cr3 | 1ul << bit | (ulong)flag << 63 | 7;

			expect_eq_msg(write_cr3_safe(value), GP_VECTOR, "CR3 %#lx", value);
			expect_eq_msg(exception_error_code(), 0, "CR3 %#lx", value);
			expect_eq_msg(read_cr3(), cr3, "CR3 %#lx", value);
		}
	}
}

/* MOV to CR0 in compatibility mode: in 64-bit mode CR0.PG cannot be cleared anyway. */
static int write_cr0_in_compatibility_mode(ulong cr0)
{
	struct far_pointer32 detour = { .selector = KERNEL_CS32 };

	(void)asm_safe("nop");		/* forgets the exception before */
	asm volatile("movl $1f, %0\n\t"
		     "lcall *%0\n\t"
		     "jmp 3f\n"
		     ".code32\n"
		     "1: movl %%eax, %%cr0\n"
		     "2: lret\n"
		     ".code64\n"
		     "3:\n\t"
		     ASM_EX_ENTRY("1b", "2b")
		     : "+m" (detour) : "a" (cr0) : "cc", "memory");
	return exception_vector();
}

CASE(paging_off, "with CR4.PCIDE paging cannot be switched off: #GP(0)")
{
	ulong cr0 = read_cr0();

	require_pcid();
	set_pcide();
	expect_eq(write_cr0_in_compatibility_mode(cr0), 0);
	expect_eq(write_cr0_in_compatibility_mode(cr0 & ~X86_CR0_PG), GP_VECTOR);
	expect_eq(exception_error_code(), 0);
	expect_eq(read_cr0(), cr0);
}

CASE(absent_cr4, "without the feature CR4.PCIDE is reserved: #GP(0), CR4 stays")
{
	require(!this_cpu_has(X86_FEATURE_PCID));
	expect_cr4_refused(read_cr4() | X86_CR4_PCIDE);
}
#endif
