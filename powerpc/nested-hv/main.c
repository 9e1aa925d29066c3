/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest hypervisor without any operating system: it makes partitions of its own and enters them
 * by H_ENTER_NESTED. The interface is that of Linux' arch/powerpc/include/asm/hvcall.h (numbers,
 * layouts, return codes) as KVM-HV and QEMU offer it; what L2 sees is the Power ISA's, Book III.
 *
 * calls.c: the hypercalls' arguments; state.c: struct hv_guest_state; members.c: what they do in
 * the guest; registers.c: what goes in and comes back; storage.c: faults of the partition's memory;
 * interrupts.c: the others; several.c: many entries, guests and CPUs.
 */
#include "nested-test.h"
#include "asm/time.h"

/* The first call in any machine: no table is set. */
void case_setup(void)
{
	require_msg(machine_is_pseries(), "this machine is the hypervisor's own level");
	require_msg(mmu_has_radix(), "the processor has no radix translation");
	/* A size that none has. H_ENTER_NESTED does not tell: QEMU 7.2 has that always. */
	require_msg(hcall(H_SET_PARTITION_TABLE, 31ul) != H_FUNCTION,
		    "the hypervisor nests no others");
}

struct l2 *ready_l2(u32 lpid)
{
	struct l2 *l2 = l2_new(lpid);

	if (nested_set_table() != H_SUCCESS) {
		expect_msg(false, "H_SET_PARTITION_TABLE of a good table");
		case_end();
	}
	return l2;
}

void expect_hcall_at(struct l2 *l2, unsigned int n)
{
	insist_eq(l2_enter(l2), EXIT_HCALL);
	insist_eq(l2->regs.nip, L2_CODE + 4 * (n + 1));
}

void expect_l2_interrupt(struct l2 *l2, unsigned long vector, u64 srr0, u64 own)
{
	expect_eq(l2->regs.nip, L2_VECTORS + vector + L2_VECTOR_END);
	expect_eq(l2->regs.gpr[30], srr0);
	expect_eq(l2->regs.gpr[31] & SRR1_OWN, own);
}

/* mfspr 5, 268 is the time base. */
L2_PROGRAM(spin, "mtmsrd 7, 1\n1:\taddi 3, 3, 1\n\tmfspr 5, 268\n\tcmpd 5, 6\n\tblt 1b\n\tsc 1");

struct l2 *spinning_l2(u32 lpid, u64 msr)
{
	struct l2 *l2 = ready_l2(lpid);

	l2_load_program(l2, spin);
	l2->regs.gpr[3] = 0;
	l2->regs.gpr[6] = get_tb() + 2 * tb_hz;
	l2->regs.gpr[7] = msr;
	return l2;
}

bool is_spinning(const struct l2 *l2)
{
	return l2->regs.nip >= L2_CODE && l2->regs.nip <= L2_CODE + 16;
}
