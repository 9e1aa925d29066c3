/* SPDX-License-Identifier: BSD-2-Clause */
/* Exceptions from EL0: their own vector, their own classes, and what EL0 may not do (Arm ARM, DDI 0487, D19.2.37, D8.4). */
#include "case.h"
#include "exceptions.h"
#include "asm/gic.h"
#include "asm/timer.h"

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

static u64 user_hvc(u64 function)
{
	asm volatile("hvc #0" : : : "memory");
	return function;
}

static u64 user_smc(u64 function)
{
	asm volatile("smc #0" : : : "memory");
	return function;
}

CASE(user_calls, "HVC and SMC at EL0 are undefined, whatever PSCI's conduit is: no hypervisor serves EL0")
{
	run_in_user(user_hvc, 0x84000000);
	expect_user(ESR(ESR_ELx_EC_UNKNOWN, 0));
	run_in_user(user_smc, 0x84000000);
	expect_user(ESR(ESR_ELx_EC_UNKNOWN, 0));
}

/* ---- what SCTLR_EL1 keeps from EL0 ---- */

static u64 buffer[512] __aligned(64);

#define USER_OPERATION(name, insn)							\
static u64 name(u64 arg)								\
{											\
	asm volatile(insn : : "r" (arg) : "memory");					\
	return arg;									\
}
USER_OPERATION(user_dc_cvac, "dc cvac, %0")
USER_OPERATION(user_dc_cvau, "dc cvau, %0")
USER_OPERATION(user_dc_civac, "dc civac, %0")
USER_OPERATION(user_ic_ivau, "ic ivau, %0")
USER_OPERATION(user_daifset, "msr daifset, #2 // %0")
USER_OPERATION(user_daifclr, "msr daifclr, #1 // %0")

#define UMA	BIT(9)
#define UCI	BIT(26)

static const struct {
	const char *name;
	u64 (*function)(u64 arg);
	u64 enable;		/* bit of SCTLR_EL1 */
	u64 iss, rt;		/* rt: what of Rt is not the compiler's */
} operations[] = {
	{ "DC CVAC", user_dc_cvac, UCI, ESR_ELx_SYS64(1, 3, 7, 10, 1, 0, 0), 0 },
	{ "DC CVAU", user_dc_cvau, UCI, ESR_ELx_SYS64(1, 3, 7, 11, 1, 0, 0), 0 },
	{ "DC CIVAC", user_dc_civac, UCI, ESR_ELx_SYS64(1, 3, 7, 14, 1, 0, 0), 0 },
	{ "IC IVAU", user_ic_ivau, UCI, ESR_ELx_SYS64(1, 3, 7, 5, 1, 0, 0), 0 },
	{ "MSR DAIFSet", user_daifset, UMA, ESR_ELx_SYS64(0, 3, 4, 2, 6, 31, 0), 0x3e0 },
	{ "MSR DAIFClr", user_daifclr, UMA, ESR_ELx_SYS64(0, 3, 4, 1, 7, 31, 0), 0x3e0 },
};

static void try_operation(size_t i)
{
	const u64 sctlr = read_sysreg(sctlr_el1);
	bool raised;

	write_sysreg((sctlr & ~(UCI | UMA)) | operations[i].enable, sctlr_el1);
	isb();
	run_in_user(operations[i].function, (u64)buffer);
	raised = exception_record()->raised;
	write_sysreg((sctlr | UCI | UMA) & ~operations[i].enable, sctlr_el1);
	isb();
	run_in_user(operations[i].function, (u64)buffer);
	write_sysreg(sctlr, sctlr_el1);
	isb();
	expect_msg(!raised, "%s is allowed", operations[i].name);
	if (!expect_msg(exception_record()->raised, "%s", operations[i].name))
		return;
	expect_eq_msg(exception_record()->vector, EL0_SYNC_64, "%s", operations[i].name);
	expect_eq_msg(exception_record()->esr & ~(0x3e0ul & ~operations[i].rt), ESR(ESR_ELx_EC_SYS64, operations[i].iss),
		      "%s", operations[i].name);
}

CASE(user_cache, "cache maintenance needs SCTLR_EL1.UCI at EL0; else each traps with its syndrome")
{
	for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
		if (operations[i].enable == UCI)
			try_operation(i);
}

CASE(user_masks, "MSR DAIFSet and DAIFClr need SCTLR_EL1.UMA at EL0; else each traps with its syndrome, Op1 3 and Rt 31")
{
	for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
		if (operations[i].enable == UMA)
			try_operation(i);
}

static u64 user_wfi(u64 arg)
{
	asm volatile("wfi" : : : "memory");
	return arg;
}

static u64 user_wfe(u64 arg)
{
	asm volatile("wfe" : : : "memory");
	return arg;
}

static u64 user_sevl_wfe(u64 arg)
{
	asm volatile("sevl\n\twfe" : : : "memory");
	return arg;
}

/* WFI ends at the latest when this timer does, its interrupt masked. */
static void start_alarm(void)
{
	require_msg(gic_init(), "no GIC");
	require(TIMER_VTIMER_IRQ > 0);
	gic_enable_defaults();
	gic_enable_irq(TIMER_VTIMER_IRQ);
	write_sysreg(get_cntvct() + get_cntfrq() / 50, cntv_cval_el0);
	write_sysreg(ARCH_TIMER_CTL_ENABLE, cntv_ctl_el0);
	isb();
}

static void stop_alarm(void)
{
	write_sysreg(0, cntv_ctl_el0);
	isb();
	gic_disable_irq(TIMER_VTIMER_IRQ);
}

/* WFI and WFE may always complete, so a trap is never sure; but with an event there is none. */
CASE(user_wait, "without SCTLR_EL1.nTWI and nTWE: if WFI or WFE traps at EL0, class 1, CV, condition 0b1110, and TI says "
		"which; never a WFE that has its event")
{
	const u64 sctlr = read_sysreg(sctlr_el1), ntwi = BIT(16), ntwe = BIT(18);
	static u64 (*const functions[])(u64) = { user_wfi, user_wfe };

	start_alarm();
	write_sysreg(sctlr & ~(ntwi | ntwe), sctlr_el1);
	isb();
	for (u64 i = 0; i < ARRAY_SIZE(functions); i++) {
		run_in_user(functions[i], 0);
		if (exception_record()->raised)
			expect_user(ESR(ESR_ELx_EC_WFx, 0x1e00000 | i));
	}
	run_in_user(user_sevl_wfe, 0);
	expect(!exception_record()->raised);
	write_sysreg(sctlr, sctlr_el1);
	isb();
	stop_alarm();
}
