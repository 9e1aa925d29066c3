/* SPDX-License-Identifier: BSD-2-Clause */
/* Exceptions from EL0: their own vector, their own classes, and what EL0 may not do (Arm ARM, DDI 0487, D19.2.37, D8.4). */
#include "case.h"
#include "exceptions.h"

static u64 user_svc(u64 arg)
{
	asm volatile("svc #0x77" : : : "memory");
	return arg;
}

static u64 user_sum(u64 arg)
{
	return arg + 5;
}

static void expect_user(u64 esr)
{
	const struct exception_record *e = exception_record();

	insist(e->raised);
	expect_eq(e->vector, EL0_SYNC_64);
	expect_eq(e->esr, esr);
	expect_eq(e->spsr & (PSR_MODE_MASK | PSR_MODE32_BIT), PSR_MODE_EL0t);
}

CASE(user_svc, "SVC at EL0 arrives by its own vector with its number; EL0 computes")
{
	expect_eq(run_in_user(user_sum, 37), 42);
	expect(!exception_record()->raised);
	run_in_user(user_svc, 0);
	expect_user(ESR(ESR_ELx_EC_SVC64, 0x77));
}

static u64 user_read(u64 address)
{
	return *(volatile u8 *)address;
}

static u64 user_write(u64 address)
{
	*(volatile u8 *)address = 1;
	return 0;
}

CASE(user_memory, "EL0 reads and writes what AP[1] gives it, and nothing else: class 0x24")
{
	char *page = own_page(NORMAL);

	page[3] = 9;
	run_in_user(user_read, (u64)page + 3);
	expect_user(ESR(ESR_ELx_EC_DABT_LOW, ESR_ELx_FSC_PERM | LAST_LEVEL));
	expect_eq(exception_record()->far, (u64)page + 3);
	change(page, 0, PTE_USER | PTE_RDONLY);
	expect_eq(run_in_user(user_read, (u64)page + 3), 9);
	expect(!exception_record()->raised);
	run_in_user(user_write, (u64)page + 3);
	expect_user(ESR(ESR_ELx_EC_DABT_LOW, ESR_ELx_FSC_PERM | LAST_LEVEL | ESR_ELx_WNR));
	expect_eq(page[3], 9);
	change(page, PTE_RDONLY, 0);
	run_in_user(user_write, (u64)page + 3);
	expect(!exception_record()->raised);
	expect_eq(page[3], 1);
}

static u64 user_jump(u64 to)
{
	((void (*)(void))to)();
	return 0;
}

CASE(user_execute, "UXN forbids fetching at EL0: class 0x20; without it EL0 runs")
{
	char *page = own_page(NORMAL | PTE_USER | PTE_RDONLY);

	change(page, PTE_RDONLY, 0);
	put_ret(page);
	run_in_user(user_jump, (u64)page);
	expect(!exception_record()->raised);
	change(page, 0, PTE_UXN);
	run_in_user(user_jump, (u64)page);
	expect_user(ESR(ESR_ELx_EC_IABT_LOW, ESR_ELx_FSC_PERM | LAST_LEVEL));
	expect_eq(exception_record()->far, (u64)page);
	expect_eq(exception_record()->elr, (u64)page);
}

static u64 user_msr(u64 unused)
{
	asm volatile("msr ttbr0_el1, xzr" : : : "memory");
	return unused;
}

static u64 user_daif(u64 unused)
{
	u64 value;

	asm volatile("mrs %0, daif" : "=r" (value));
	return value + unused;
}

static u64 user_ctr(u64 unused)
{
	u64 value;

	asm volatile("mrs %0, ctr_el0" : "=r" (value));
	return value + unused;
}

CASE(user_registers, "EL0 cannot reach EL1's registers; DAIF and CTR_EL0 trap unless SCTLR_EL1 lets it, with their syndrome")
{
	u64 sctlr = read_sysreg(sctlr_el1);
	const u64 uma = BIT(9), uct = BIT(15);

	run_in_user(user_msr, 0);
	expect_user(ESR(ESR_ELx_EC_UNKNOWN, 0));
	run_in_user(user_daif, 0);
	insist(exception_record()->raised);
	/* Rt is the compiler's. */
	expect_eq(exception_record()->esr & ~0x3e0ul, ESR(ESR_ELx_EC_SYS64, ESR_ELx_SYS64(3, 3, 4, 2, 1, 0, 1)));
	expect_eq(run_in_user(user_ctr, 0), read_sysreg(ctr_el0));
	write_sysreg((sctlr | uma) & ~uct, sctlr_el1);
	isb();
	run_in_user(user_daif, 0);
	expect(!exception_record()->raised);
	run_in_user(user_ctr, 0);
	write_sysreg(sctlr, sctlr_el1);
	isb();
	expect(exception_record()->raised);
	expect_eq(exception_record()->esr & ~0x3e0ul, ESR(ESR_ELx_EC_SYS64, ESR_ELx_SYS64(3, 3, 0, 0, 1, 0, 1)));
}
