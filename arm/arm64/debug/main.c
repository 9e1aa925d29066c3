/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * debug: self-hosted debug (Arm ARM, DDI 0487, chapter D2): the registers, the OS lock, and here
 * breakpoint exceptions: where, for whom, and by which of the four enables (DBGBCR.E,
 * MDSCR_EL1.MDE, KDE and PSTATE.D). watchpoints.c: addresses of data; step.c: software step. Debug
 * exceptions come before the instruction, which then must not have happened.
 */
#include "case.h"
#include "debug.h"

#define OSLSR_LOCKED	0xau	/* OSLK, OSLM 0b10 */
#define OSLSR_OPEN	0x8u

/* A case for each number: registers are part of the instruction. */
#define EACH(x)										\
	x(0) x(1) x(2) x(3) x(4) x(5) x(6) x(7) x(8) x(9) x(10) x(11) x(12) x(13) x(14) x(15)
#define ENCODED(n, op2)	S2_0_C0_C##n##_##op2
#define READ(n, op2)	case op2 << 4 | n: return read_sysreg(ENCODED(n, op2));
#define WRITE(n, op2)	case op2 << 4 | n: write_sysreg(value, ENCODED(n, op2)); break;

unsigned int breakpoints(void)
{
	return id_field(read_sysreg(id_aa64dfr0_el1), 12) + 1;
}

unsigned int watchpoints(void)
{
	return id_field(read_sysreg(id_aa64dfr0_el1), 20) + 1;
}

u64 debug_read(enum debug_register reg, unsigned int n)
{
	switch (reg << 4 | n) {
#define ROW(n)	READ(n, 4) READ(n, 5) READ(n, 6) READ(n, 7)
	EACH(ROW)
#undef ROW
	}
	return 0;
}

void debug_write(enum debug_register reg, unsigned int n, u64 value)
{
	switch (reg << 4 | n) {
#define ROW(n)	WRITE(n, 4) WRITE(n, 5) WRITE(n, 6) WRITE(n, 7)
	EACH(ROW)
#undef ROW
	}
	isb();
}

void set_mdscr(u64 value)
{
	write_sysreg(value, mdscr_el1);
	isb();
}

void set_os_lock(bool locked)
{
	write_sysreg(locked, oslar_el1);
	isb();
}

static void all_off(void)
{
	for (unsigned int n = 0; n < breakpoints(); n++)
		debug_write(BCR, n, 0);
	for (unsigned int n = 0; n < watchpoints(); n++)
		debug_write(WCR, n, 0);
}

void debug_start(void)
{
	write_sysreg(0, osdlr_el1);
	set_os_lock(false);
	all_off();
	set_mdscr(MDSCR_MDE | MDSCR_KDE);
	asm volatile("msr daifclr, #8" : : : "memory");
}

void debug_stop(void)
{
	asm volatile("msr daifset, #8" : : : "memory");
	set_mdscr(0);
	all_off();
}

void case_setup(void)
{
	case_at_end(debug_stop);
}

CASE(registers, "every breakpoint and watchpoint that ID_AA64DFR0_EL1 counts holds its values, the "
		"one behind the last is undefined")
{
	const u64 va = 0x0000123456789abc;

	debug_start();
	for (unsigned int n = 0; n < breakpoints(); n++) {
		debug_write(BVR, n, va + 64 * n);
		expect_eq_msg(debug_read(BVR, n), va + 64 * n, "DBGBVR%u_EL1", n);
		debug_write(BCR, n, CR_PRIVILEGED | CR_USER | BCR_BAS);
		expect_eq_msg(debug_read(BCR, n), CR_PRIVILEGED | CR_USER | BCR_BAS, "DBGBCR%u_EL1",
			      n);
	}
	for (unsigned int n = 0; n < watchpoints(); n++) {
		debug_write(WVR, n, va + 64 * n);
		expect_eq_msg(debug_read(WVR, n), va + 64 * n, "DBGWVR%u_EL1", n);
		debug_write(WCR, n, CR_USER | WCR_LOAD | WCR_BAS(0x3c));
		expect_eq_msg(debug_read(WCR, n), CR_USER | WCR_LOAD | WCR_BAS(0x3c),
			      "DBGWCR%u_EL1", n);
	}
	debug_stop();
	/* The values again: none was another's. */
	for (unsigned int n = 0; n < breakpoints(); n++)
		expect_eq(debug_read(BVR, n), va + 64 * n);
	for (unsigned int n = 0; n < watchpoints(); n++)
		expect_eq(debug_read(WVR, n), va + 64 * n);
}

static void read_bvr(void *n)
{
	debug_read(BVR, (unsigned long)n);
}

static void read_wvr(void *n)
{
	debug_read(WVR, (unsigned long)n);
}

CASE(absent, "breakpoints and watchpoints that are not there are undefined")
{
	require_msg(breakpoints() < 16 && watchpoints() < 16, "all 16 are there");
	for (unsigned long n = breakpoints(); n < 16; n++) {
		expect_msg(catch_exception(read_bvr, (void *)n), "DBGBVR%lu_EL1", n);
		expect_eq(exception_record()->esr, ESR(ESR_ELx_EC_UNKNOWN, 0));
	}
	for (unsigned long n = watchpoints(); n < 16; n++) {
		expect_msg(catch_exception(read_wvr, (void *)n), "DBGWVR%lu_EL1", n);
		expect_eq(exception_record()->esr, ESR(ESR_ELx_EC_UNKNOWN, 0));
	}
}

CASE(os_lock, "OSLAR_EL1 locks and opens; OSLSR_EL1 says so, and that there is a lock")
{
	set_os_lock(true);
	expect_eq(read_sysreg(oslsr_el1), OSLSR_LOCKED);
	set_os_lock(false);
	expect_eq(read_sysreg(oslsr_el1), OSLSR_OPEN);
	/* OSLK is bit 0 of what is written; the rest does not count. */
	set_os_lock(true);
	write_sysreg(0xc5acce54, oslar_el1);
	isb();
	expect_eq(read_sysreg(oslsr_el1), OSLSR_OPEN);
}

CASE(mdscr, "MDSCR_EL1 holds SS, TDCC, KDE and MDE")
{
	static const u64 values[] = { MDSCR_TDCC, MDSCR_KDE, MDSCR_MDE,
				      MDSCR_MDE | MDSCR_KDE | MDSCR_TDCC };
	const u64 all = MDSCR_SS | MDSCR_TDCC | MDSCR_KDE | MDSCR_MDE;

	set_os_lock(false);
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		set_mdscr(values[i]);
		expect_eq(read_sysreg(mdscr_el1) & all, values[i]);
	}
	set_mdscr(0);
	expect_eq(read_sysreg(mdscr_el1) & all, 0);
}

/* ---- breakpoints ---- */

/* X0 counts the instructions that were executed; a breakpoint may be at each. */
u64 debug_target(u64 x0);
extern char target_0[], target_1[], target_2[], target_end[];
asm(".pushsection .text\n"
    ".p2align 4\n"
    ".globl debug_target\n"
    "debug_target:\n"
    "target_0:	add x0, x0, #1\n"
    "target_1:	add x0, x0, #0x10\n"
    "target_2:	add x0, x0, #0x100\n"
    "target_end:	ret\n"
    ".popsection\n");

static u64 taken_pc, taken_esr, taken_x0;
static u32 taken;

/* Goes on behind the instruction: it would match again. */
static void take(struct pt_regs *regs, unsigned int esr)
{
	taken++;
	taken_pc = regs->pc;
	taken_esr = esr;
	taken_x0 = regs->regs[0];
	regs->pc += 4;
}

static void start(void)
{
	debug_start();
	taken = 0;
	install_exception_handler(EL1H_SYNC, ESR_ELx_EC_BREAKPT_CUR, take);
	install_exception_handler(EL0_SYNC_64, ESR_ELx_EC_BREAKPT_LOW, take);
}

CASE(breakpoint, "each breakpoint stops at its address and nowhere else, before the instruction, "
		 "with class 0x31 and status 0x22")
{
	start();
	for (unsigned int n = 0; n < breakpoints(); n++) {
		u64 sum;

		taken = 0;
		debug_write(BVR, n, (u64)target_1);
		debug_write(BCR, n, CR_E | CR_PRIVILEGED | BCR_BAS);
		sum = debug_target(0);
		debug_write(BCR, n, 0);
		expect_eq_msg(taken, 1, "breakpoint %u", n);
		expect_eq_msg(taken_pc, (u64)target_1, "breakpoint %u", n);
		expect_eq_msg(taken_esr, ESR(ESR_ELx_EC_BREAKPT_CUR, FSC_DEBUG), "breakpoint %u",
			      n);
		expect_eq_msg(taken_x0, 1, "breakpoint %u", n);
		expect_eq_msg(sum, 0x101, "breakpoint %u", n);
		expect_eq_msg(debug_target(0), 0x111, "breakpoint %u, off", n);
		expect_eq(taken, 1);
	}
	debug_stop();
}

enum off { BY_NOTHING, BY_E, BY_MDE, BY_KDE, BY_D, BY_ADDRESS, BY_LOCK };

static void turn_off(enum off how)
{
	switch (how) {
	case BY_NOTHING: break;
	case BY_E: debug_write(BCR, 0, CR_PRIVILEGED | BCR_BAS); break;
	case BY_MDE: set_mdscr(MDSCR_KDE); break;
	case BY_KDE: set_mdscr(MDSCR_MDE); break;
	case BY_D: asm volatile("msr daifset, #8" : : : "memory"); break;
	case BY_LOCK: set_os_lock(true); break;
	case BY_ADDRESS: debug_write(BVR, 0, (u64)target_1 ^ 1ul << 40); break;
	}
}

static void try_off(enum off how)
{
	u64 sum;

	start();
	debug_write(BVR, 0, (u64)target_1);
	debug_write(BCR, 0, CR_E | CR_PRIVILEGED | BCR_BAS);
	turn_off(how);
	sum = debug_target(0);
	set_os_lock(false);
	debug_stop();
	expect_eq_msg(taken, how == BY_NOTHING, "way %d", how);
	expect_eq_msg(sum, how == BY_NOTHING ? 0x101 : 0x111, "way %d", how);
}

CASE(breakpoint_off,
     "no breakpoint without E, MDE, KDE, with PSTATE.D, or at an address with another high bit")
{
	for (enum off how = BY_NOTHING; how <= BY_ADDRESS; how++)
		try_off(how);
}

CASE(breakpoint_locked, "no breakpoint while the OS lock is locked")
{
	try_off(BY_LOCK);
}

/* A breakpoint of EL0's code is in the user's context: its class, and no need of KDE. */
CASE(breakpoint_user,
     "PMC: for EL1, EL0 or both; at EL0 with class 0x30, and neither KDE nor PSTATE.D is needed")
{
	static const u64 pmc[] = { CR_PRIVILEGED, CR_USER, CR_PRIVILEGED | CR_USER };

	for (size_t i = 0; i < ARRAY_SIZE(pmc); i++) {
		u64 sum;

		start();
		debug_write(BVR, 1, (u64)target_0);
		debug_write(BCR, 1, CR_E | pmc[i] | BCR_BAS);
		expect_eq_msg(debug_target(0), pmc[i] & CR_PRIVILEGED ? 0x110 : 0x111,
			      "EL1, row %zu", i);
		set_mdscr(MDSCR_MDE);
		asm volatile("msr daifset, #8" : : : "memory");
		taken = 0;
		sum = run_in_user(debug_target, 0);
		debug_stop();
		expect_eq_msg(sum, pmc[i] & CR_USER ? 0x110 : 0x111, "EL0, row %zu", i);
		expect_eq_msg(taken, (pmc[i] & CR_USER) != 0, "EL0, row %zu", i);
		if (pmc[i] & CR_USER)
			expect_eq_msg(taken_esr, ESR(ESR_ELx_EC_BREAKPT_LOW, FSC_DEBUG),
				      "EL0, row %zu", i);
	}
}

CASE(breakpoint_linked,
     "an address breakpoint linked to a context breakpoint stops only while CONTEXTIDR_EL1 is that")
{
	/* Those that know contexts are the last ones. */
	unsigned int contexts = id_field(read_sysreg(id_aa64dfr0_el1), 28) + 1,
		     context = breakpoints() - 1;
	u64 other, same;

	require(breakpoints() > 1);
	require(contexts >= 1);
	start();
	debug_write(BVR, context, 0x1234);
	debug_write(BCR, context, CR_E | CR_PRIVILEGED | CR_USER | BCR_BAS | BCR_CONTEXT);
	debug_write(BVR, 0, (u64)target_2);
	debug_write(BCR, 0, CR_E | CR_PRIVILEGED | BCR_BAS | BCR_LINKED | CR_LBN(context));
	write_sysreg(0x1235, contextidr_el1);
	isb();
	other = debug_target(0);
	write_sysreg(0x1234, contextidr_el1);
	isb();
	same = debug_target(0);
	write_sysreg(0, contextidr_el1);
	debug_stop();
	expect_eq(other, 0x111);
	expect_eq(same, 0x11);
	expect_eq(taken, 1);
}

static u64 user_mdccsr(u64 unused)
{
	return read_sysreg(mdccsr_el0) + unused;
}

static u64 user_bvr(u64 n)
{
	return debug_read(BVR, n);
}

CASE(user_registers, "EL0 reads MDCCSR_EL0 unless MDSCR_EL1.TDCC, and then traps with its "
		     "syndrome; other debug registers are undefined")
{
	set_os_lock(false);
	set_mdscr(0);
	run_in_user(user_mdccsr, 0);
	expect(!exception_record()->raised);
	set_mdscr(MDSCR_TDCC);
	run_in_user(user_mdccsr, 0);
	set_mdscr(0);
	expect(exception_record()->raised);
	/* Rt is the compiler's. */
	expect_eq(exception_record()->esr & ~0x3e0ul,
		  ESR(ESR_ELx_EC_SYS64, ESR_ELx_SYS64(2, 3, 0, 1, 0, 0, 1)));
	run_in_user(user_bvr, 0);
	expect_eq(exception_record()->esr, ESR(ESR_ELx_EC_UNKNOWN, 0));
}
