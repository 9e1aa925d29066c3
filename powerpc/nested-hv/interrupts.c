/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts of a guest other than storage: which are its own, which end it and with what, and what
 * is pending when it is entered (Power ISA 3.1B, Book III, section 7.5).
 */
#include "nested-test.h"
#include "arch-hooks.h"
#include "asm/smp.h"
#include "asm/time.h"

/* RFID into user mode brings EE, IR and DR along (Book III, RFID): so the guest has tables. */
static void user_mode(struct l2 *l2)
{
	translate(l2, 0);
	l2->regs.msr |= MSR_PR | MSR_EE;
}

CASE(hcall_user, "SC 1 of the guest's user mode ends it too, and MSR.PR says so")
{
	struct l2 *l2 = ready_l2(1);

	user_mode(l2);
	expect_eq(l2_enter(l2), EXIT_HCALL);
	expect_eq(l2->regs.msr & MSR_PR, MSR_PR);
	expect_eq(l2->regs.nip, L2_CODE + 4);
}

L2_PROGRAM(system_call, "sc 0\n\tsc 1");

CASE(system_call, "SC 0 is the guest's own: its vector 0xc00, SRR0 behind it")
{
	struct l2 *l2 = ready_l2(1);

	l2_load_program(l2, system_call);
	expect_eq(l2_enter(l2), EXIT_HCALL);
	expect_l2_interrupt(l2, 0xc00, L2_CODE + 4, 0);
}

L2_PROGRAM(illegal, ".long 0");

CASE(illegal, "an illegal instruction ends the guest by 0xe40, NIP at it")
{
	struct l2 *l2 = ready_l2(1);

	l2_load_program(l2, illegal);
	expect_eq(l2_enter(l2), 0xe40);
	expect_eq(l2->regs.nip, L2_CODE);
	expect_eq(l2->regs.gpr[3], L2_GPR(3));
}

L2_PROGRAM(reserved, ".long 0x7c0007fe");

CASE(heir, "HEIR of the state is the instruction that ended the guest by 0xe40")
{
	struct l2 *l2 = ready_l2(1);

	l2_load_program(l2, reserved);
	l2->state.heir = ~0ul;
	expect_eq(l2_enter(l2), 0xe40);
	expect_eq(l2->state.heir, 0x7c0007fe);
}

L2_PROGRAM(trap, "trap\n\tsc 1");

CASE(program_trap, "a trap is the guest's own: its vector 0x700, SRR1 bit 46")
{
	struct l2 *l2 = ready_l2(1);

	l2_load_program(l2, trap);
	expect_eq(l2_enter(l2), EXIT_HCALL);
	expect_l2_interrupt(l2, 0x700, L2_CODE, SRR1_PROG_TRAP);
}

L2_PROGRAM(read_msr_user, "mfmsr 3\n\tsc 1");

CASE(program_privileged,
     "a privileged instruction of its user mode is the guest's own: 0x700, bit 45")
{
	struct l2 *l2 = ready_l2(1);

	l2_load_program(l2, read_msr_user);
	user_mode(l2);
	expect_eq(l2_enter(l2), EXIT_HCALL);
	expect_l2_interrupt(l2, 0x700, L2_CODE, SRR1_PROG_PRIVILEGED);
	expect_eq(l2->regs.gpr[3], L2_GPR(3));
}

/* LPIDR, HFSCR, LPCR, PTCR, HSRR0: hypervisor resources. r3 tells whether one was read. */
L2_PROGRAM(read_lpidr, "mfspr 3, 319\n\tsc 1");
L2_PROGRAM(read_hfscr, "mfspr 3, 190\n\tsc 1");
L2_PROGRAM(read_lpcr, "mfspr 3, 318\n\tsc 1");
L2_PROGRAM(read_ptcr, "mfspr 3, 464\n\tsc 1");
L2_PROGRAM(read_hsrr0, "mfspr 3, 314\n\tsc 1");
L2_PROGRAM(write_lpcr, "mtspr 318, 3\n\tsc 1");
L2_PROGRAM(hrfid, ".long 0x4c000224\n\tsc 1");

/*
 * Book III, section 5.4.4: a program interrupt of the guest's own, or, emulated, one of the host.
 */
CASE(hypervisor_resources, "hypervisor SPRs and HRFID are not the guest's: 0x700 there, or 0xe40")
{
	static const struct {
		const char *name;
		const u32 *from, *to;
	} programs[] = {
		{ "LPIDR", read_lpidr, read_lpidr_end }, { "HFSCR", read_hfscr, read_hfscr_end },
		{ "LPCR", read_lpcr, read_lpcr_end },	 { "PTCR", read_ptcr, read_ptcr_end },
		{ "HSRR0", read_hsrr0, read_hsrr0_end },
		{ "LPCR, write", write_lpcr, write_lpcr_end },
		{ "HRFID", hrfid, hrfid_end },
	};

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		struct l2 *l2 = ready_l2(1);
		long ret;

		l2_load(l2, programs[i].from, programs[i].to);
		ret = l2_enter(l2);
		expect_msg(ret == 0xe40 ||
			   (ret == EXIT_HCALL && l2->regs.nip == 0x700 + L2_VECTOR_END),
			   "%s: %#lx, NIP %#" PRIx64, programs[i].name, ret, l2->regs.nip);
		expect_eq_msg(l2->regs.gpr[3], L2_GPR(3), "%s", programs[i].name);
	}
}

L2_PROGRAM(unaligned, "lwarx 3, 0, 20\n\tsc 1");

CASE(alignment, "an alignment interrupt is the guest's own: 0x600, DAR the address")
{
	struct l2 *l2 = ready_l2(1);

	l2_load_program(l2, unaligned);
	l2->regs.gpr[20] = L2_DATA + 2;
	expect_eq(l2_enter(l2), EXIT_HCALL);
	expect_l2_interrupt(l2, 0x600, L2_CODE, 0);
	expect_eq(mfspr(SPR_DAR), L2_DATA + 2);
}

/* ---- pending at entry ---- */

CASE(hdec_past, "a time to end that has passed ends the guest at once: 0x980, nothing run")
{
	struct l2 *l2 = spinning_l2(1, 0);

	l2->state.hdec_expiry = get_tb() - tb_hz;
	expect_eq(l2_enter(l2), 0x980);
	expect_eq(l2->regs.nip, L2_CODE);
	expect_eq(l2->regs.gpr[3], 0);
}

CASE(hdec_past_again, "and so does each one after it, and one of just now")
{
	for (u64 ago = 0; ago < 4; ago++) {
		struct l2 *l2 = spinning_l2(1, 0);

		l2->regs.gpr[6] = get_tb() + tb_hz / 4;
		l2->state.hdec_expiry = get_tb() - ago * tb_hz / 4;
		expect_eq_msg(l2_enter(l2), 0x980, "%" PRIu64 " quarters of a second ago", ago);
		expect(is_spinning(l2));
	}
}

CASE(hdec, "a guest that goes on ends at its time, and never earlier: 0x980, to go on with")
{
	struct l2 *l2 = spinning_l2(1, 0);
	u64 rounds = 0;

	for (int i = 0; i < 5; i++) {
		u64 end = get_tb() + usec_to_tb(3000);

		l2->regs.gpr[6] = end + 2 * tb_hz;
		l2->state.hdec_expiry = end;
		insist_eq(l2_enter(l2), 0x980);
		expect_ge(get_tb(), end);
		expect(is_spinning(l2));
		expect_ge(l2->regs.gpr[3], rounds);
		rounds = l2->regs.gpr[3];
	}
	expect_gt(rounds, 0);
}

CASE(hdec_offset, "the time to end is in the caller's time base, whatever the guest's offset is")
{
	static const s64 offsets[] = { 1l << 40, -(1l << 24) };

	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		struct l2 *l2 = spinning_l2(1, 0);
		u64 end = get_tb() + usec_to_tb(3000);

		l2->state.tb_offset = offsets[i];
		l2->regs.gpr[6] += (u64)offsets[i];
		l2->state.hdec_expiry = end;
		insist_eq(l2_enter(l2), 0x980);
		expect_ge(get_tb(), end);
		expect_lt(get_tb() - end, 30 * tb_hz);
	}
}

CASE(decrementer_own,
     "a decrementer that is negative at entry is the guest's own: its vector 0x900")
{
	unsigned long irqs = arch_irq_save();
	struct l2 *l2 = spinning_l2(1, MSR_EE | MSR_RI);
	long ret;

	dec_set(-1ul);
	ret = l2_enter(l2);
	dec_stop();
	arch_irq_restore(irqs);
	expect_eq(ret, EXIT_HCALL);
	expect_l2_interrupt(l2, 0x900, SPIN, 0);
	expect_eq(l2->regs.gpr[31] & MSR_EE, MSR_EE);
}

CASE(decrementer_masked, "the guest's MSR.EE holds its decrementer back")
{
	unsigned long irqs = arch_irq_save();
	struct l2 *l2 = spinning_l2(1, 0);
	long ret;

	dec_set(-1ul);
	l2->state.hdec_expiry = get_tb() + usec_to_tb(3000);
	ret = l2_enter(l2);
	dec_stop();
	arch_irq_restore(irqs);
	expect_eq(ret, 0x980);
	expect(is_spinning(l2));
}

/* The caller's external interrupt, by H_IPI to itself with its own MSR.EE off; and taken then. */
static void external(u64 l2_msr)
{
	unsigned long irqs = arch_irq_save();
	struct l2 *l2 = spinning_l2(1, l2_msr);
	struct hcall_regs xirr = { { H_XIRR } };
	long ret;

	l2->regs.msr |= l2_msr;
	l2->state.hdec_expiry = get_tb() + tb_hz;
	hcall(H_IPI, (unsigned long)cpus[0].server, 4ul);
	ret = l2_enter(l2);
	hcall_regs(&xirr);
	hcall(H_IPI, (unsigned long)cpus[0].server, 0xfful);
	hcall(H_EOI, xirr.r[1]);
	arch_irq_restore(irqs);
	/* External, or as the hypervisor's own level has it: hypervisor virtualization. */
	expect_msg(ret == 0x500 || ret == 0xea0, "%#lx", ret);
	expect(is_spinning(l2));
	/* It was the caller's, and still is. */
	expect_eq(xirr.r[1] & 0xffffff, 2);
	expect_eq(l2->state.srr0, 0);
}

CASE(external,
     "an external interrupt of the caller that is pending ends the guest, not taken by it")
{
	external(0);
}

CASE(external_open, "and also where the guest itself takes interrupts")
{
	external(MSR_EE);
}

#define LPCR_MER	0x0800ul	/* mediated external exception request: bit 52 */

CASE(mediated, "LPCR.MER: the guest takes an external interrupt of its own when its MSR.EE lets it")
{
	struct l2 *l2 = spinning_l2(1, 0);

	l2->state.lpcr |= LPCR_MER;
	l2->state.hdec_expiry = get_tb() + usec_to_tb(3000);
	expect_eq(l2_enter(l2), 0x980);
	l2 = spinning_l2(1, MSR_EE | MSR_RI);
	l2->state.lpcr |= LPCR_MER;
	l2->state.hdec_expiry = get_tb() + tb_hz;
	expect_eq(l2_enter(l2), EXIT_HCALL);
	expect_l2_interrupt(l2, 0x500, SPIN, 0);
}
