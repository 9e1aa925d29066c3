/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The debug registers themselves (SDM volume 3, section 18.2): bits that are fixed, bits 63 to 32, DR4 and DR5, and DR7.GD
 * over every access.
 */
#include "trace.h"

#define DR6_STATUS	(DR6_TRAP_BITS | DR6_BD | DR6_BS | DR6_BT)
#define DR7_MEANT	0xffff23ffUL	/* with GD; enables, LE, GE, types and lengths */

CASE(dr6_fixed, "DR6: bit 12 reads 0, bits 4 to 10 and 17 to 31 read 1; those of absent features (11, 16) too")
{
	unsigned long optional = (this_cpu_has(X86_FEATURE_RTM) ? DR6_RTM : 0) | (this_cpu_has(X86_FEATURE_BUS_LOCK_DETECT) ? DR6_BUS_LOCK : 0);

	write_dr6(0);
	expect_eq(read_dr6(), DR6_ACTIVE_LOW & ~optional);
	write_dr6(0xffffffffUL);
	expect_eq(read_dr6(), DR6_ACTIVE_LOW | DR6_STATUS);
	for (int bit = 0; bit < 16; bit++) {
		unsigned long status = DR6_STATUS & 1UL << bit;

		write_dr6(DR6_ACTIVE_LOW | status);
		expect_eq_msg(read_dr6(), DR6_ACTIVE_LOW | status, "bit %d", bit);
	}
	write_dr6(DR6_ACTIVE_LOW);
}

CASE(dr7_fixed, "DR7: bit 10 reads 1, bits 12, 14, 15 read 0, and 11 too without RTM")
{
	/* No bit that enables, nor GD: the types of all four may then be anything. */
	const unsigned long quiet = DR7_MEANT & ~(DR7_GD | 0xff);

	write_dr7(0);
	expect_eq(read_dr7(), DR7_FIXED_1);
	write_dr7(quiet | 0xd000);
	expect_eq(read_dr7() & ~DR7_RTM, quiet | DR7_FIXED_1);
	if (!this_cpu_has(X86_FEATURE_RTM)) {
		write_dr7(DR7_FIXED_1 | DR7_RTM);
		expect_eq(read_dr7(), DR7_FIXED_1);
	}
	write_dr7(DR7_FIXED_1);
}

static unsigned long read_address(int n)
{
	return n == 0 ? read_dr0() : n == 1 ? read_dr1() : n == 2 ? read_dr2() : read_dr3();
}

static void write_address(int n, unsigned long value)
{
	if (n == 0)
		write_dr0(value);
	else if (n == 1)
		write_dr1(value);
	else if (n == 2)
		write_dr2(value);
	else
		write_dr3(value);
}

CASE(addresses, "DR0 to DR3 hold every value, also addresses that are not canonical, each its own")
{
	const unsigned long values[] = { 0, ~0UL, (unsigned long)0x8123456789abcdef, (unsigned long)0x0000800055aa55aa };

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		for (int n = 0; n < 4; n++)
			write_address(n, values[i] ^ n);
		for (int n = 0; n < 4; n++)
			expect_eq_msg(read_address(n), values[i] ^ n, "DR%d", n);
	}
	for (int n = 0; n < 4; n++)
		write_address(n, 0);
}

#ifdef __x86_64__
CASE(high_bits, "bits 32 to 63 of DR6 and DR7: writing one is #GP(0) and changes nothing")
{
	for (int bit = 32; bit < 64; bit++) {
		unsigned long value = 1UL << bit;

		expect_eq_msg(asm_safe("mov %0, %%dr6", "r" (value | DR6_ACTIVE_LOW | DR6_BS)), GP_VECTOR,
			      "DR6 bit %d", bit);
		expect_eq_msg(exception_error_code(), 0, "DR6 bit %d", bit);
		expect_eq_msg(asm_safe("mov %0, %%dr7", "r" (value | DR7_FIXED_1 | DR7_GE)), GP_VECTOR,
			      "DR7 bit %d", bit);
		expect_eq_msg(exception_error_code(), 0, "DR7 bit %d", bit);
	}
	expect_eq(read_dr6(), DR6_ACTIVE_LOW);
	expect_eq(read_dr7(), DR7_FIXED_1);
}
#endif

static int read_dr4_safe(unsigned long *value)
{
	return asm_safe_out1("mov %%dr4, %0", "+r" (*value));
}

static int read_dr5_safe(unsigned long *value)
{
	return asm_safe_out1("mov %%dr5, %0", "+r" (*value));
}

CASE(aliases, "without CR4.DE DR4 and DR5 are DR6 and DR7")
{
	unsigned long cr4 = read_cr4(), dr4 = 0, dr5 = 0;

	write_cr4(cr4 & ~X86_CR4_DE);
	write_dr6(DR6_ACTIVE_LOW | DR6_BT);
	write_dr7(DR7_FIXED_1 | DR7_GE);
	expect_eq(read_dr4_safe(&dr4), 0);
	expect_eq(read_dr5_safe(&dr5), 0);
	expect_eq(dr4, DR6_ACTIVE_LOW | DR6_BT);
	expect_eq(dr5, DR7_FIXED_1 | DR7_GE);
	expect_eq(asm_safe("mov %0, %%dr4", "r" (DR6_ACTIVE_LOW)), 0);
	expect_eq(read_dr6(), DR6_ACTIVE_LOW);
	write_dr7(DR7_FIXED_1);
	write_cr4(cr4);
}

CASE(aliases_fault, "with CR4.DE every access to DR4 and DR5 is #UD")
{
	unsigned long cr4 = read_cr4(), value = 0;

	require(this_cpu_has(X86_FEATURE_DE));
	write_cr4(cr4 | X86_CR4_DE);
	expect_eq(read_dr4_safe(&value), UD_VECTOR);
	expect_eq(read_dr5_safe(&value), UD_VECTOR);
	expect_eq(asm_safe("mov %0, %%dr4", "r" (DR6_ACTIVE_LOW)), UD_VECTOR);
	expect_eq(asm_safe("mov %0, %%dr5", "r" (DR7_FIXED_1)), UD_VECTOR);
	write_cr4(cr4);
}

/* Sets GD in the code itself: everything around it uses the registers. The #DB clears GD; RIP stays, so skip the three bytes. */
static unsigned long gd_dr6, gd_dr7;
static int gd_count;

static void skip_access(struct ex_regs *regs)
{
	gd_count++;
	gd_dr7 = read_dr7();
	gd_dr6 = read_dr6();
	write_dr6(DR6_ACTIVE_LOW);
	regs->rip += 3;
}

#define GUARDED(insn)									\
	do {										\
		gd_count = 0;								\
		asm volatile("mov %0, %%dr7\n\t" insn : : "r" (DR7_FIXED_1 | DR7_GD | DR7_GE), "a" (0UL) : "memory"); \
		expect_eq_msg(gd_count, 1, insn);					\
		expect_eq_msg(gd_dr6, DR6_ACTIVE_LOW | DR6_BD, insn);			\
		expect_eq_msg(gd_dr7, DR7_FIXED_1 | DR7_GE, insn);			\
		write_dr7(DR7_FIXED_1);							\
	} while (0)

CASE(general_detect_all, "DR7.GD: each read and write of each register is a #DB before it, DR6.BD; GD is then clear")
{
	handler before = handle_exception(DB_VECTOR, skip_access);

	write_dr0(0x1234);
	GUARDED("mov %%dr0, %%" R "ax");
	GUARDED("mov %%dr1, %%" R "ax");
	GUARDED("mov %%dr2, %%" R "ax");
	GUARDED("mov %%dr3, %%" R "ax");
	GUARDED("mov %%dr6, %%" R "ax");
	GUARDED("mov %%dr7, %%" R "ax");
	GUARDED("mov %%" R "ax, %%dr0");
	GUARDED("mov %%" R "ax, %%dr1");
	GUARDED("mov %%" R "ax, %%dr2");
	GUARDED("mov %%" R "ax, %%dr3");
	GUARDED("mov %%" R "ax, %%dr6");
	GUARDED("mov %%" R "ax, %%dr7");
	handle_exception(DB_VECTOR, before);
	expect_eq(read_dr0(), 0x1234);
	write_dr0(0);
}
