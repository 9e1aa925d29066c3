/* SPDX-License-Identifier: BSD-2-Clause */
/* Raises exceptions on purpose, each by the plainest instruction that does. */
#include "libcflat.h"
#include "x86/desc.h"
#include "x86/processor.h"
#include "x86/usermode.h"

void generate_ud(void)
{
	asm volatile("ud2");
}

void generate_de(void)
{
	asm volatile("xorl %%ecx, %%ecx; xorl %%edx, %%edx; divl %%ecx" : : : "eax", "ecx", "edx", "cc");
}

void generate_bp(void)
{
	asm volatile("int3");
}

void generate_non_canonical_gp(void)
{
#ifdef __x86_64__
	asm volatile("movb (%0), %%al" : : "r" (NONCANONICAL) : "eax");
#else
	assert_msg(false, "there are no non-canonical addresses on i386");
#endif
}

void generate_of(void)
{
#ifdef __x86_64__
	struct far_pointer32 detour = { .selector = KERNEL_CS32 };

	asm volatile("movl $1f, %0\n\t"
		     "lcall *%0\n\t"
		     "jmp 2f\n"
		     ".code32\n"
		     "1: movl $0x7fffffff, %%eax\n\t"
		     "addl %%eax, %%eax\n\t"
		     "into\n\t"
		     "lret\n"
		     ".code64\n"
		     "2:" : "+m" (detour) : : "eax", "cc", "memory");
#else
	asm volatile("movl $0x7fffffff, %%eax; addl %%eax, %%eax; into" : : : "eax", "cc");
#endif
}

void generate_single_step_db(void)
{
	write_rflags(read_rflags() | X86_EFLAGS_TF);
	asm volatile("nop");
	write_rflags(read_rflags() & ~X86_EFLAGS_TF);
}

static void fnop_with_cr0(unsigned long clear, unsigned long set)
{
	unsigned long cr0 = read_cr0();

	write_cr0((cr0 & ~clear) | set);
	fnop();
	write_cr0(cr0);
}

void generate_cr0_ts_nm(void)
{
	fnop_with_cr0(X86_CR0_EM, X86_CR0_TS);
}

void generate_cr0_em_nm(void)
{
	fnop_with_cr0(X86_CR0_TS, X86_CR0_EM);
}

static uint64_t load_unaligned(void)
{
	static unsigned long words[2];
	unsigned long value;

	write_rflags(read_rflags() | X86_EFLAGS_AC);
	asm volatile("mov 1(%1), %0" : "=r" (value) : "r" (words) : "memory");
	return value;
}

#define NO_VECTOR	~0U	/* whoever called expects the #AC */

void generate_usermode_ac(void)
{
	bool raised;

	write_cr0(read_cr0() | X86_CR0_AM);
	run_in_user(load_unaligned, NO_VECTOR, 0, 0, 0, 0, &raised);
}
