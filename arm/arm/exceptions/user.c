/* SPDX-License-Identifier: BSD-2-Clause */
/* Exceptions from PL0, and what PL0 may not do (ARMv7 ARM, sections B1.3, B1.9 and B4.1). */
#include "case.h"
#include "exceptions-test.h"

static u64 user_sum(u64 arg)
{
	return arg + 5;
}

static u64 user_svc(u64 arg)
{
	asm volatile("svc #0x77" : : : "memory");
	return arg;
}

static void expect_user(enum vector vector)
{
	const struct exception_record *e = exception_record();

	insist(e->raised);
	expect_eq(e->vector, vector);
	expect_eq(e->spsr & (MODE_MASK | PSR_T_BIT), USR_MODE);
}

CASE(user_svc, "SVC at PL0 is taken with SPSR of user mode; PL0 computes, with 64 bits")
{
	expect_eq(run_in_user(user_sum, 0x1234567800000025ull), 0x123456780000002aull);
	expect(!exception_record()->raised);
	run_in_user(user_svc, 0);
	expect_user(EXCPTN_SVC);
	expect_eq(exception_record()->lr, exception_record()->pc + 4);
	expect_eq(*(const volatile u32 *)(uintptr_t)exception_record()->pc & 0xffffff, 0x77);
}

#define USER_INSN(name, insn)								\
	static u64 name(u64 arg)							\
	{										\
		u32 value = 0;								\
											\
		asm volatile(insn : "+r" (value) : : "memory");				\
		return arg + value;							\
	}
USER_INSN(user_ttbcr, "mcr p15, 0, %0, c2, c0, 2")
USER_INSN(user_sctlr, "mrc p15, 0, %0, c1, c0, 0")
USER_INSN(user_tpidrprw, "mrc p15, 0, %0, c13, c0, 4")
USER_INSN(user_tpidruro_write, "mcr p15, 0, %0, c13, c0, 3")
USER_INSN(user_dccimvac, "mcr p15, 0, %0, c7, c14, 1")
USER_INSN(user_tlbiall, "mcr p15, 0, %0, c8, c7, 0")
USER_INSN(user_midr, "mrc p15, 0, %0, c0, c0, 0")
USER_INSN(user_hvc, ".arch_extension virt\n\thvc #0")
USER_INSN(user_smc, ".arch_extension sec\n\tsmc #0")
USER_INSN(user_udf, ".inst 0xe7f000f0")

CASE(user_undefined, "at PL0 registers of PL1, cache and TLB operations, HVC and SMC are undefined")
{
	static u64 (*const functions[])(u64) = {
		user_ttbcr, user_sctlr, user_tpidrprw, user_tpidruro_write, user_dccimvac,
		user_tlbiall, user_midr, user_hvc, user_smc, user_udf,
	};

	for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
		run_in_user(functions[i], 0);
		expect_msg(exception_record()->raised, "function %zu", i);
		expect_user(EXCPTN_UND);
		expect_eq(exception_record()->lr, exception_record()->pc + 4);
	}
}

USER_INSN(user_tpidrurw, "mcr p15, 0, %0, c13, c0, 2\n\tmrc p15, 0, %0, c13, c0, 2")
USER_INSN(user_tpidruro, "mrc p15, 0, %0, c13, c0, 3")
/* MCR p15, 0, R0, C7: C5, 4; C10, 4; C10, 5. Assemblers warn of them. */
USER_INSN(user_barriers, ".inst 0xee070f95, 0xee070f9a, 0xee070fba")

CASE(user_allowed,
     "at PL0 TPIDRURW, reads of TPIDRURO and the barriers of CP15 (SCTLR.CP15BEN) work")
{
	write_sysreg(0x12345678, TPIDRURO);
	run_in_user(user_tpidrurw, 0);
	expect(!exception_record()->raised);
	run_in_user(user_tpidruro, 0);
	expect(!exception_record()->raised);
	run_in_user(user_barriers, 0);
	expect(!exception_record()->raised);
}

static u64 user_cpsr(u64 arg)
{
	u32 cpsr;

	asm volatile("msr cpsr_c, %1\n\tcpsid aif\n\tcps #0x1f\n\tmrs %0, cpsr"
		     : "=r" (cpsr) : "r" ((u32)arg) : "memory", "cc");
	return cpsr;
}

CASE(user_cpsr, "at PL0 writes of the CPSR change neither mode nor masks, and CPS does nothing")
{
	static const u32 modes[] = {
		SVC_MODE, SYSTEM_MODE, FIQ_MODE, IRQ_MODE, ABT_MODE, UND_MODE, SVC_MODE | 0xc0,
	};

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		u32 cpsr = run_in_user(user_cpsr, modes[i]);

		expect(!exception_record()->raised);
		expect_eq(cpsr & MODE_MASK, USR_MODE);
		/* run_in_user() enters with I as it is here, which is set, and A and F clear. */
		expect_eq(cpsr & PSR_MASKS, exception_masks() & PSR_I_BIT);
	}
}

static u64 user_read(u64 address)
{
	return *(volatile u8 *)(uintptr_t)address;
}

CASE(user_abort,
     "a load at PL0 from a page of PL1: permission fault, DFAR whole, SPSR of user mode; PL1's "
     "LDRT faults alike")
{
	char *page = own_page(NORMAL);

	page[3] = 9;
	run_in_user(user_read, (u32)page + 3);
	expect_user(EXCPTN_DABT);
	expect_eq(exception_record()->fsr, FSR_LPAE | FSR_PERMISSION | 3);
	expect_eq(exception_record()->far, (u32)page + 3);
	expect_eq(exception_record()->lr, exception_record()->pc + 8);
	raise("ldrbt r0, [%[p]]", [p] "r" (page + 3));
	expect_data_abort(FSR_PERMISSION | 3, page + 3);
	raise("strbt r0, [%[p]]", [p] "r" (page + 3));
	expect_data_abort(FSR_PERMISSION | 3 | FSR_WNR, page + 3);
	change(page, 0, PTE_USER);
	expect_eq(run_in_user(user_read, (u32)page + 3), 9);
	expect(!exception_record()->raised);
	raise("ldrbt r0, [%[p]]", [p] "r" (page + 3));
	expect(!exception_record()->raised);
}
