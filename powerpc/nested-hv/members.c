/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the caller asks of the hypervisor by members of struct hv_guest_state, and by DEC, is in
 * force in the guest: LPCR's bits that are the caller's (ILE, AIL, LD: KVM-HV's list), the
 * decrementer, process, doorbells, break and watch points, the virtual time base (Power ISA 3.1B,
 * Book III, as named below).
 */
#include "nested-test.h"
#include "alloc_page.h"
#include "arch-hooks.h"
#include "asm/io.h"
#include "asm/time.h"

/* ---- LPCR (section 2.2) ---- */

static void swap_words(u32 *insns, size_t n)
{
	for (size_t i = 0; i < n; i++)
		insns[i] = __builtin_bswap32(insns[i]);
	l2_sync(insns, n);
}

L2_PROGRAM(trap_once, "trap\n\tsc 1");

CASE(ile,
     "LPCR.ILE is the byte order in which the guest takes an interrupt; SRR1 has the one before")
{
	struct l2 *l2 = ready_l2(1);
	u64 order = l2->regs.msr & MSR_LE;

	l2_load_program(l2, trap_once);
	l2->state.lpcr ^= LPCR_ILE;
	swap_words(l2->vectors, ARRAY_SIZE(l2->vectors));
	insist_eq(l2_enter(l2), EXIT_HCALL);
	expect_l2_interrupt(l2, 0x700, L2_CODE, SRR1_PROG_TRAP);
	expect_eq(l2->regs.gpr[31] & MSR_LE, order);
	expect_eq(l2->regs.msr & MSR_LE, order ^ MSR_LE);
}

L2_PROGRAM(load_once, "ld 5, 0(20)\n\tsc 1");

CASE(other_order, "a guest in the other byte order than its caller's fetches and loads in it")
{
	struct l2 *l2 = ready_l2(1);

	l2_load_program(l2, load_once);
	swap_words(l2->code, 2);
	l2->regs.msr ^= MSR_LE;
	l2->regs.gpr[20] = L2_DATA;
	l2->data[0] = 0x1122334455667788;
	expect_hcall_at(l2, 1);
	expect_eq(l2->regs.gpr[5], 0x8877665544332211);
	expect_eq(l2->regs.msr & MSR_LE, (mfmsr() & MSR_LE) ^ MSR_LE);
}

#define AIL_VECTORS	0xc000000000004000ul

/* Section 7.5: 3 is quadrant 3 at 0x4000, translation left on; and only from translated code. */
CASE(ail, "LPCR.AIL 3: a translated guest's interrupt at 0xc000000000004000, a real one's as ever")
{
	struct l2 *l2;

	for (int translated = 0; translated < 2; translated++) {
		u64 on = translated ? MSR_IR | MSR_DR : 0;

		l2 = ready_l2(1);
		l2_load_program(l2, trap_once);
		l2->state.lpcr |= LPCR_AIL;
		if (translated) {
			translate(l2, RADIX_PRIVILEGED);
			l2_map(l2, AIL_VECTORS & 0xffff, l2->vectors, L2_RWX);
		}
		insist_eq(l2_enter(l2), EXIT_HCALL);
		expect_eq(l2->regs.nip, (translated ? AIL_VECTORS : 0) + 0x700 + L2_VECTOR_END);
		expect_eq(l2->regs.msr & (MSR_IR | MSR_DR), on);
		expect_eq(l2->regs.gpr[31] & (MSR_IR | MSR_DR), on);
		expect_eq(l2->regs.gpr[30], L2_CODE);
	}
}

/* ---- the decrementer: its register is the caller's and the guest's (section 8.4) ---- */

L2_PROGRAM(swap_dec, "mfspr 3, 22\n\tmtspr 22, 11\n\tmfspr 4, 22\n\tsc 1");

static void expect_counted(u64 now, u64 from, u64 elapsed, const char *what)
{
	expect_msg(from - elapsed <= now && now <= from,
		   "%s: %#" PRIx64 " from %#" PRIx64 ", elapsed %#" PRIx64, what, now, from,
		   elapsed);
}

/* Enters with DEC given, the guest makes it `leaves`; how long that took, and DEC behind it. */
static u64 enter_with_dec(struct l2 *l2, u64 given, u64 leaves, u64 *behind)
{
	unsigned long irqs = arch_irq_save();
	u64 start = get_tb();
	long ret;

	l2_load_program(l2, swap_dec);
	l2->regs.gpr[11] = leaves;
	dec_set(given);
	ret = l2_enter(l2);
	*behind = (u64)dec_get();
	start = get_tb() - start;
	dec_stop();
	arch_irq_restore(irqs);
	insist_eq(ret, EXIT_HCALL);
	insist_eq(l2->regs.nip, L2_CODE + 16);
	return start;
}

CASE(dec_passed,
     "the guest's decrementer is what the caller's was, and the caller's what the guest leaves")
{
	static const s64 offsets[] = { 0, 1l << 40, -(1l << 24) };

	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		struct l2 *l2 = ready_l2(1);
		u64 elapsed, behind;

		l2->state.tb_offset = offsets[i];
		elapsed = enter_with_dec(l2, 3 * tb_hz, tb_hz, &behind);
		expect_counted(l2->regs.gpr[3], 3 * tb_hz, elapsed, "in");
		expect_counted(l2->regs.gpr[4], tb_hz, elapsed, "there");
		expect_counted(behind, tb_hz, elapsed, "out");
	}
}

CASE(large_decrementer,
     "LPCR.LD: the guest's decrementer has as many bits as the caller's; else 32")
{
	u64 large = 5ul << 32 | 0x40000000, elapsed, behind;
	struct l2 *l2;

	require(dec_bits > 35);
	l2 = ready_l2(1);
	l2->state.lpcr |= LPCR_LD;
	elapsed = enter_with_dec(l2, 3 * tb_hz, large, &behind);
	expect_counted(l2->regs.gpr[4], large, elapsed, "large");
	l2 = ready_l2(1);
	elapsed = enter_with_dec(l2, 3 * tb_hz, large, &behind);
	expect_counted(l2->regs.gpr[4], (u32)large, elapsed, "of 32 bits");
}

/* ---- the process (section 6.7.8: PIDR chooses the entry of the guest's process table) ---- */

CASE(process, "PIDR of the state chooses the guest's process: its tables are in force")
{
	struct l2 *l2 = ready_l2(1);

	l2_load_program(l2, load_once);
	translate(l2, RADIX_PRIVILEGED);
	own.process[2 * 9] = own.process[0];
	own.process[0] = 0;
	mb();
	l2->state.pidr = 9;
	l2->regs.gpr[20] = L2_DATA;
	l2->data[0] = 0x1122334455667788;
	expect_hcall_at(l2, 1);
	expect_eq(l2->regs.gpr[5], 0x1122334455667788);
}

/* ---- doorbells (chapter 12, DPDES; section 7.5.13) ---- */

CASE(doorbell, "DPDES of the state: the guest takes the doorbell, 0xa00, and it is gone")
{
	struct l2 *l2 = spinning_l2(1, MSR_EE | MSR_RI);

	l2->state.dpdes = 1;
	insist_eq(l2_enter(l2), EXIT_HCALL);
	expect_l2_interrupt(l2, 0xa00, SPIN, 0);
	expect_eq(l2->state.dpdes, 0);
}

CASE(doorbell_kept,
     "a doorbell that the guest did not take is in DPDES of the state when it has ended")
{
	struct l2 *l2 = ready_l2(1);

	l2->state.dpdes = 1;
	expect_eq(l2_enter(l2), EXIT_HCALL);
	expect_eq(l2->regs.nip, L2_CODE + 4);
	expect_eq(l2->state.dpdes, 1);
}

/* ---- debug facilities (chapter 10) ---- */

/* A processor may have none, or a broken one (POWER9's), which its hypervisor gives to nobody. */
static void require_resource(unsigned long resource)
{
	require_msg(hcall(H_SET_MODE, 0ul, resource, 0ul, 0ul) == H_SUCCESS,
		    "H_SET_MODE of this facility is not there");
}

#define CIABR_PRIVILEGED	2ul	/* bits 62 and 63: the state in which it matches */

L2_PROGRAM(three, "li 3, 1\n\tli 4, 2\n\tli 5, 3\n\tsc 1");

CASE(ciabr, "CIABR of the state: the guest's own 0xd00, behind the instruction")
{
	struct l2 *l2 = ready_l2(1);

	require_resource(H_SET_MODE_CIABR);
	l2_load_program(l2, three);
	l2->state.ciabr = (L2_CODE + 4) | CIABR_PRIVILEGED;
	insist_eq(l2_enter(l2), EXIT_HCALL);
	expect_eq(l2->regs.nip, 0xd00 + L2_VECTOR_END);
	expect_eq(l2->regs.gpr[30], L2_CODE + 8);
	expect_eq(l2->regs.gpr[4], 2);
	expect_eq(l2->regs.gpr[5], L2_GPR(5));
}

#define DAWRX_PRIVILEGED	0x02ul
#define DAWRX_WTI		0x08ul	/* translated or not */
#define DAWRX_READ		0x20ul
#define DSISR_DAWR		0x00400000ul	/* bit 41 */

CASE(dawr,
     "DAWR0 of the state: the guest's own data storage interrupt, DSISR bit 41, DAR the address")
{
	struct l2 *l2 = ready_l2(1);

	require_resource(H_SET_MODE_DAWR0);
	l2_load_program(l2, load_once);
	l2->state.dawr0 = L2_DATA + 8;
	l2->state.dawrx0 = DAWRX_READ | DAWRX_WTI | DAWRX_PRIVILEGED;
	l2->regs.gpr[20] = L2_DATA;
	expect_hcall_at(l2, 1);			/* the doubleword before it */
	l2->regs.nip = L2_CODE;
	l2->regs.gpr[5] = 5;
	l2->regs.gpr[20] = L2_DATA + 8;
	insist_eq(l2_enter(l2), EXIT_HCALL);
	expect_l2_interrupt(l2, 0x300, L2_CODE, 0);
	expect_eq(mfspr(SPR_DAR), L2_DATA + 8);
	expect_eq(mfspr(SPR_DSISR), DSISR_DAWR);
	expect_eq(l2->regs.gpr[5], 5);
}

/* ---- the virtual time base (section 8.2.3): the partition's time ---- */

L2_PROGRAM(read_vtb, "mfspr 3, 849\n\tsc 1");

CASE(vtb, "VTB of the state goes in, counts while the guest runs, and comes back")
{
	struct l2 *l2 = ready_l2(1);
	u64 given = 0x123456789a00000;

	l2_load_program(l2, read_vtb);
	l2->state.vtb = given;
	expect_hcall_at(l2, 1);
	expect_ge(l2->regs.gpr[3], given);
	expect_lt(l2->regs.gpr[3], given + 60 * tb_hz);
	expect_ge(l2->state.vtb, l2->regs.gpr[3]);
	expect_lt(l2->state.vtb, given + 60 * tb_hz);
}
