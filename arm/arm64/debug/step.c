/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Software step exceptions (Arm ARM, DDI 0487, D2.12): one instruction for each, at EL1 and EL0;
 * ISV and EX in the syndrome; an instruction that raises an exception of its own; what turns
 * stepping off.
 */
#include "case.h"
#include "debug.h"

#define ISS_ISV		(1ul << 24)
#define ISS_EX		(1ul << 6)
#define MAX_STEPS	32

static struct {
	u32 count, svcs;
	u64 pc[MAX_STEPS], esr[MAX_STEPS];
	u64 x0[MAX_STEPS];
} seen;

u64 step_target(u64 x0);
extern char step_0[], step_1[], step_2[], step_3[], step_4[], step_5[], step_end[];
asm(".pushsection .text\n"
    ".p2align 4\n"
    ".globl step_target\n"
    "step_target:\n"
    "step_0:	add x0, x0, #1\n"
    "step_1:	b step_3\n"
    "step_2:	add x0, x0, #0x1000\n"
    "step_3:	svc #0x55\n"
    "step_4:	ldxr x1, [x2]\n"
    "step_5:	add x0, x0, #0x10\n"
    "step_end:	ret\n"
    ".popsection\n");

/* Goes on stepping until the end is reached. */
static void take_step(struct pt_regs *regs, unsigned int esr)
{
	if (seen.count < MAX_STEPS) {
		seen.pc[seen.count] = regs->pc;
		seen.esr[seen.count] = esr;
		seen.x0[seen.count++] = regs->regs[0];
	}
	regs->pstate |= PSR_SS_BIT;
	if (regs->pc == (u64)step_end || seen.count == MAX_STEPS) {
		write_sysreg(read_sysreg(mdscr_el1) & ~MDSCR_SS, mdscr_el1);
		regs->pstate &= ~(u64)PSR_SS_BIT;
	}
}

static void take_svc(struct pt_regs *regs, unsigned int esr)
{
	(void)regs;
	(void)esr;
	seen.svcs++;
}

static void prepare(void)
{
	debug_start();
	memset(&seen, 0, sizeof(seen));
	install_exception_handler(EL1H_SYNC, ESR_ELx_EC_SOFTSTP_CUR, take_step);
	install_exception_handler(EL0_SYNC_64, ESR_ELx_EC_SOFTSTP_LOW, take_step);
	install_exception_handler(EL1H_SYNC, ESR_ELx_EC_SVC64, take_svc);
}

static u64 word;

/*
 * Calls step_target(0) by an ERET to mode, with ss in SPSR: PSTATE.SS 1 steps one instruction, 0 is
 * a step that is done. The asm runs at EL1 with PSTATE.D set, so that it is not stepped itself.
 */
static u64 call_stepped(u64 spsr)
{
	register u64 x0 asm("x0") = 0;
	register u64 x2 asm("x2") = (u64)&word;

	asm volatile("msr daifset, #8\n\t"
		     "mrs x3, mdscr_el1\n\torr x3, x3, #1\n\tmsr mdscr_el1, x3\n\t"
		     "msr spsr_el1, %[spsr]\n\tadr x3, step_target\n\tmsr elr_el1, x3\n\t"
		     "adr x30, 1f\n\tisb\n\teret\n"
		     "1:\tmsr daifset, #8"
		     : "+r"(x0), "+r"(x2)
		     : [spsr] "r"(spsr)
		     : "x1", "x3", "x30", "memory", "cc");
	return x0;
}

#define EL1_UNMASKED	(PSR_MODE_EL1h | PSR_A_BIT | PSR_I_BIT | PSR_F_BIT)

CASE(step, "with MDSCR_EL1.SS each instruction ends in a step exception, class 0x33, ISV; branches "
	   "are followed, SVC is stepped over")
{
	static char *const path[] = { step_1, step_3, step_4, step_5, step_end };
	u64 sum;

	prepare();
	sum = call_stepped(EL1_UNMASKED | PSR_SS_BIT);
	debug_stop();
	expect_eq(sum, 0x11);
	expect_eq(seen.svcs, 1);
	insist_eq(seen.count, ARRAY_SIZE(path));
	for (size_t i = 0; i < ARRAY_SIZE(path); i++)
		expect_eq_msg(seen.pc[i], (u64)path[i], "step %zu", i);
	expect_eq(seen.esr[0], ESR(ESR_ELx_EC_SOFTSTP_CUR, ISS_ISV | FSC_DEBUG));
	expect_eq(seen.esr[1], ESR(ESR_ELx_EC_SOFTSTP_CUR, ISS_ISV | FSC_DEBUG));
	expect_eq(seen.esr[4], ESR(ESR_ELx_EC_SOFTSTP_CUR, ISS_ISV | FSC_DEBUG));
	expect_eq(seen.x0[0], 1);
}

CASE(step_exclusive, "the step of a load-exclusive says so: EX")
{
	prepare();
	call_stepped(EL1_UNMASKED | PSR_SS_BIT);
	debug_stop();
	insist_eq(seen.count, 5);
	expect_eq(seen.pc[3], (u64)step_5);
	expect_eq(seen.esr[3], ESR(ESR_ELx_EC_SOFTSTP_CUR, ISS_ISV | ISS_EX | FSC_DEBUG));
}

CASE(step_pending, "an ERET with SPSR.SS 0 is an exception before the first instruction")
{
	prepare();
	call_stepped(EL1_UNMASKED);
	debug_stop();
	insist(seen.count >= 2);
	expect_eq(seen.pc[0], (u64)step_0);
	expect_eq(seen.x0[0], 0);
	expect_eq(seen.esr[0] & ~(u64)(ISS_ISV | ISS_EX), ESR(ESR_ELx_EC_SOFTSTP_CUR, FSC_DEBUG));
	expect_eq(seen.pc[1], (u64)step_1);
}

static void try_off(u64 spsr, u64 mdscr, bool locked)
{
	u64 sum;

	prepare();
	set_mdscr(mdscr);
	set_os_lock(locked);
	sum = call_stepped(spsr | PSR_SS_BIT);
	set_os_lock(false);
	debug_stop();
	expect_eq(seen.count, 0);
	expect_eq(sum, 0x11);
}

CASE(step_off, "no step with PSTATE.D set, or without KDE; the code runs through")
{
	try_off(EL1_UNMASKED | PSR_D_BIT, MDSCR_KDE, false);
	try_off(EL1_UNMASKED, MDSCR_MDE, false);
}

CASE(step_locked, "no step while the OS lock is locked")
{
	try_off(EL1_UNMASKED, MDSCR_KDE, true);
}

/* ---- EL0 ---- */

u64 step_user(u64 x0);
extern char user_0[], user_1[], user_2[];
asm(".pushsection .text\n"
    ".p2align 4\n"
    ".globl step_user\n"
    "step_user:\n"
    "user_0:	add x0, x0, #1\n"
    "user_1:	add x0, x0, #2\n"
    "user_2:	ret\n"
    ".popsection\n");

static void take_user(struct pt_regs *regs, unsigned int esr)
{
	take_step(regs, esr);
	if (regs->pc == (u64)user_2) {
		write_sysreg(read_sysreg(mdscr_el1) & ~MDSCR_SS, mdscr_el1);
		regs->pstate &= ~(u64)PSR_SS_BIT;
	}
}

CASE(step_user, "EL0 is stepped with class 0x32, and needs neither KDE nor EL1's PSTATE.D")
{
	u64 sum;

	prepare();
	install_exception_handler(EL0_SYNC_64, ESR_ELx_EC_SOFTSTP_LOW, take_user);
	asm volatile("msr daifset, #8" : : : "memory");
	set_mdscr(MDSCR_SS);
	sum = run_in_user(step_user, 0x100);
	debug_stop();
	expect_eq(sum, 0x103);
	/* run_in_user()'s ERET has SPSR.SS 0: the first comes before the first instruction. */
	insist_eq(seen.count, 3);
	expect_eq(seen.pc[0], (u64)user_0);
	expect_eq(seen.pc[1], (u64)user_1);
	expect_eq(seen.pc[2], (u64)user_2);
	expect_eq(seen.esr[1], ESR(ESR_ELx_EC_SOFTSTP_LOW, ISS_ISV | FSC_DEBUG));
	expect_eq(seen.esr[2], ESR(ESR_ELx_EC_SOFTSTP_LOW, ISS_ISV | FSC_DEBUG));
}
