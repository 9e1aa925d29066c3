/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state that an exception is entered with and that its return brings back (Arm ARM, DDI 0487,
 * D1.3.2 and AArch64.TakeException(); D1.3.4 for the return, B2.12 for the exclusive monitor).
 * PSTATE.PAN: mmu/pan.c; TCO: mte.c.
 */
#include "case.h"
#include "exceptions.h"

#define ALL_MASKS	(PSR_D_BIT | PSR_A_BIT | PSR_I_BIT | PSR_F_BIT)
#define PSTATE_UAO	S3_0_C4_C2_4
#define PSTATE_DIT	S3_3_C4_C2_5
#define PSTATE_SSBS	S3_3_C4_C2_6
#define UAO_BIT		(1ul << 23)
#define DIT_BIT		(1ul << 24)
#define SSBS_BIT	(1ul << 12)

static struct {
	u32 count;
	u64 daif, level, spsel, pstate, bit;
} entered;

static void note(struct pt_regs *regs, unsigned int esr)
{
	(void)esr;
	entered.count++;
	entered.daif = read_sysreg(daif);
	entered.level = current_level();
	entered.spsel = read_sysreg(spsel);
	entered.pstate = regs->pstate;
}

static void expect_entered(u64 masks, u64 mode)
{
	expect_eq(entered.count, 1);
	expect_eq(entered.daif, ALL_MASKS);
	expect_eq(entered.level, current_level());
	expect_eq(entered.spsel, 1);
	expect_eq(entered.pstate & ALL_MASKS, masks);
	expect_eq(entered.pstate & (PSR_MODE_MASK | PSR_MODE32_BIT), mode);
	entered.count = 0;
}

/* One mask open at a time: D alone, A alone, ... */
CASE(entry_state,
     "an exception masks D, A, I and F whatever they were, is on SP_ELx of its level, and the "
     "return opens what was open")
{
	static const u64 open[] = { ALL_MASKS, PSR_D_BIT, PSR_A_BIT, PSR_I_BIT, PSR_F_BIT, 0 };
	const u64 old = read_sysreg(daif);

	entered.count = 0;
	install_exception_handler(EL1H_SYNC, ESR_ELx_EC_SVC64, note);
	for (size_t i = 0; i < ARRAY_SIZE(open); i++) {
		const u64 masks = ALL_MASKS & ~open[i];
		u64 after;

		write_sysreg(masks, daif);
		asm volatile("svc #1" : : : "memory");
		after = read_sysreg(daif);
		write_sysreg(old, daif);
		expect_entered(masks, current_level() | PSR_MODE_SPx);
		expect_eq(after, masks);
	}
}

static void note_and_skip(struct pt_regs *regs, unsigned int esr)
{
	note(regs, esr);
	regs->pc += 4;
}

static u64 user_brk(u64 arg)
{
	asm volatile("brk #2" : : : "memory");
	return arg + 1;
}

CASE(entry_state_user, "the same from EL0, and the return goes to EL0 again")
{
	entered.count = 0;
	install_exception_handler(EL0_SYNC_64, ESR_ELx_EC_BRK64, note_and_skip);
	expect_eq(run_in_user(user_brk, 6), 7);
	expect_entered(entered.pstate & ALL_MASKS, PSR_MODE_EL0t);
}

/* ---- bits of PSTATE that came with extensions ---- */

/* An SVC with the bit of register reg as value: what is saved, in the handler, and behind it. */
#define TRY_BIT(name, reg)								\
static void note_##name(struct pt_regs *regs, unsigned int esr)				\
{											\
	note(regs, esr);								\
	entered.bit = read_sysreg_s(reg);						\
}											\
											\
static void try_##name(u64 bit, u64 value)						\
{											\
	u64 old = read_sysreg_s(reg), after;						\
											\
	entered.count = 0;								\
	install_exception_handler(EL1H_SYNC, ESR_ELx_EC_SVC64, note_##name);		\
	write_sysreg_s(value, reg);							\
	asm volatile("svc #3" : : : "memory");						\
	after = read_sysreg_s(reg);							\
	write_sysreg_s(old, reg);							\
	expect_eq(entered.count, 1);							\
	expect_eq(entered.pstate & bit, value);						\
	expect_eq(after, value);							\
}
TRY_BIT(uao, PSTATE_UAO)
TRY_BIT(dit, PSTATE_DIT)
TRY_BIT(ssbs, PSTATE_SSBS)

CASE(pstate_uao, "PSTATE.UAO is saved, cleared, and comes back (FEAT_UAO)")
{
	require_msg(id_field(read_sysreg(id_aa64mmfr2_el1), 4) != 0, "no FEAT_UAO");
	for (u64 value = 0; value <= UAO_BIT; value += UAO_BIT) {
		try_uao(UAO_BIT, value);
		expect_eq(entered.bit, 0);
	}
}

CASE(pstate_dit, "PSTATE.DIT is saved and comes back (FEAT_DIT)")
{
	require_msg(id_field(read_sysreg(id_aa64pfr0_el1), 48) != 0, "no FEAT_DIT");
	for (u64 value = 0; value <= DIT_BIT; value += DIT_BIT)
		try_dit(DIT_BIT, value);
}

CASE(pstate_ssbs, "PSTATE.SSBS is saved, becomes SCTLR_EL1.DSSBS, and comes back (FEAT_SSBS2)")
{
	const u64 sctlr = read_sysreg(sctlr_el1), dssbs = 1ul << 44;

	require_msg(id_field(read_sysreg(id_aa64pfr1_el1), 4) >= 2, "no FEAT_SSBS2");
	for (int i = 0; i < 4; i++) {
		write_sysreg(i & 1 ? sctlr | dssbs : sctlr & ~dssbs, sctlr_el1);
		isb();
		try_ssbs(SSBS_BIT, i & 2 ? SSBS_BIT : 0);
		write_sysreg(sctlr, sctlr_el1);
		isb();
		expect_eq_msg(entered.bit, i & 1 ? SSBS_BIT : 0, "DSSBS %d, SSBS before %d", i & 1,
			      i >> 1);
	}
}

/* ---- the exclusive monitor ---- */

static u64 word __aligned(64);

/* The status of a store-exclusive of 2 to word, behind a load-exclusive and between. */
#define exclusively(between) __extension__ ({						\
	u64 loaded_, status_;								\
											\
	word = 1;									\
	asm volatile("ldxr %0, [%2]\n\t" between "\n\tstxr %w1, %3, [%2]"		\
		     : "=&r" (loaded_), "=&r" (status_) : "r" (&word), "r" (2ul) : "memory");	\
	status_;									\
})

CASE(monitor,
     "a store-exclusive behind CLREX, an exception's return or another store-exclusive fails "
     "and stores nothing")
{
	u64 again, tries = 0;

	entered.count = 0;
	install_exception_handler(EL1H_SYNC, ESR_ELx_EC_SVC64, note);
	expect_eq(exclusively("clrex"), 1);
	expect_eq(word, 1);
	expect_eq(exclusively("svc #4"), 1);
	expect_eq(entered.count, 1);
	expect_eq(word, 1);
	/* One without anything between may fail, but not for ever. */
	while (exclusively("nop"))
		insist(++tries <= 1000);
	expect_eq(word, 2);
	asm volatile("stxr %w0, %1, [%2]" : "=&r" (again) : "r" (3ul), "r" (&word) : "memory");
	expect_eq(again, 1);
	expect_eq(word, 2);
}
