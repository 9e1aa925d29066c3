/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * H_GUEST_RUN_VCPU: how a guest ends (the trap in R4), and what the output buffer says of it.
 */
#include "case.h"
#include "gsb.h"
#include "asm/io.h"
#include "asm/processor.h"
#include "asm/time.h"
#include "ppc64/nested.h"

#define HOLE	(L2_DATA + PAGE_SIZE)

static u8 input[PAGE_SIZE] __aligned(PAGE_SIZE), output[PAGE_SIZE] __aligned(PAGE_SIZE);

static unsigned long guest;

/* A guest of one virtual CPU whose memory and registers are l2's. */
static struct l2 *ready(void)
{
	struct l2 *l2 = l2_new(1);
	const u64 table[] = { virt_to_phys(l2->root), 52, sizeof(l2->root) };
	const u64 in[] = { virt_to_phys(input), sizeof(input) };
	const u64 out[] = { virt_to_phys(output), sizeof(output) };

	guest = fresh_vcpu();
	gsb_start();
	gsb_add(GSID_PARTITION_TABLE, ARRAY_SIZE(table), table);
	insist_eq(gsb_set(GUEST_WIDE, guest, 0, NULL), H_SUCCESS);
	memset(input, 0, sizeof(input));
	memset(output, 0, sizeof(output));
	gsb_start();
	gsb_add(GSID_RUN_INPUT, ARRAY_SIZE(in), in);
	gsb_add(GSID_RUN_OUTPUT, ARRAY_SIZE(out), out);
	gsb_add_word(GSID_NIA, l2->regs.nip);
	gsb_add_word(GSID_MSR, l2->regs.msr);
	gsb_add_word(GSID_HDEC_EXPIRY, l2->state.hdec_expiry);
	for (u16 i = 0; i < 32; i++)
		gsb_add_word((u16)(GSID_GPR0 + i), L2_GPR(i));
	insist_eq(gsb_set(0, guest, 0, NULL), H_SUCCESS);
	return l2;
}

static u64 run(void)
{
	u64 trap = 0;

	insist_eq(guest_call(H_GUEST_RUN_VCPU, 0, guest, 0, &trap), H_SUCCESS);
	return trap;
}

static u64 get(u16 id)
{
	u64 value = 0xdeaddeaddeaddead;

	gsb_start();
	gsb_add_word(id, 0);
	insist_eq(gsb_get(0, guest, 0, NULL), H_SUCCESS);
	gsb_find(gsb, id, &value);
	return value;
}

static u64 from_output(u16 id)
{
	u64 value = 0;

	insist(gsb_find(output, id, &value));
	return value;
}

CASE(run_hcall, "a guest that makes a hypercall ends by 0xc00, all registers as they were")
{
	ready();
	expect_eq(run(), 0xc00);
	expect_eq(get(GSID_NIA), L2_CODE + 4);
	for (u16 i = 0; i < 32; i++)
		expect_eq_msg(get((u16)(GSID_GPR0 + i)), L2_GPR(i), "r%u", i);
}

L2_PROGRAM(papr_complement,
	   ".irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,"
	   "29,30,31\n\tnor \\n, \\n, \\n\n\t.endr\n\tmtlr 4\n\tmtctr 5\n\tmtspr 272, 6\n\tsc 1");

CASE(run_changed, "what the guest makes of its registers is the state afterwards")
{
	struct l2 *l2 = ready();

	l2_load_program(l2, papr_complement);
	expect_eq(run(), 0xc00);
	for (u16 i = 0; i < 32; i++)
		expect_eq_msg(get((u16)(GSID_GPR0 + i)), ~L2_GPR(i), "r%u", i);
	expect_eq(get(GSID_LR), ~L2_GPR(4));
	expect_eq(get(GSID_CTR), ~L2_GPR(5));
	expect_eq(get(GSID_SPRG0), ~L2_GPR(6));
}

CASE(run_input, "the input buffer's elements are set before the guest runs")
{
	ready();
	gsb_start();
	gsb_add_word(GSID_GPR0 + 7, 0x77);
	gsb_add_word(GSID_NIA, L2_CODE);
	memcpy(input, gsb, sizeof(gsb));
	expect_eq(run(), 0xc00);
	expect_eq(get(GSID_GPR0 + 7), 0x77);
	expect_eq(get(GSID_GPR0 + 8), L2_GPR(8));
	expect_eq(get(GSID_NIA), L2_CODE + 4);
}

L2_PROGRAM(papr_store, "std 5, 0(20)\n\tsc 1");

CASE(run_storage,
     "a store where the partition has nothing: 0xe00; HDAR, HDSISR, ASDR in the output")
{
	struct l2 *l2 = ready();

	l2_load_program(l2, papr_store);
	gsb_start();
	gsb_add_word(GSID_GPR0 + 20, HOLE + 0x128);
	insist_eq(gsb_set(0, guest, 0, NULL), H_SUCCESS);
	expect_eq(run(), 0xe00);
	expect_eq(from_output(GSID_HDAR), HOLE + 0x128);
	expect_eq(from_output(GSID_HDSISR), DSISR_NOTRANSLATION | DSISR_STORE);
	expect_eq(from_output(GSID_ASDR) & ~0xffful, HOLE);
	expect_eq(get(GSID_NIA), L2_CODE);
}

CASE(run_fetch, "a fetch where the partition has nothing: 0xe20, ASDR in the output")
{
	ready();
	gsb_start();
	gsb_add_word(GSID_NIA, HOLE + 0x20);
	insist_eq(gsb_set(0, guest, 0, NULL), H_SUCCESS);
	expect_eq(run(), 0xe20);
	expect_eq(from_output(GSID_ASDR) & ~0xffful, HOLE);
	expect_eq(get(GSID_NIA), HOLE + 0x20);
}

L2_PROGRAM(papr_illegal, ".long 0x7c0007fe");

CASE(run_illegal, "an illegal instruction: 0xe40, HEIR in the output")
{
	struct l2 *l2 = ready();

	l2_load_program(l2, papr_illegal);
	expect_eq(run(), 0xe40);
	expect_eq(from_output(GSID_HEIR), 0x7c0007fe);
	expect_eq(get(GSID_NIA), L2_CODE);
}

L2_PROGRAM(papr_spin, "1:\taddi 3, 3, 1\n\tmfspr 5, 268\n\tcmpd 5, 6\n\tblt 1b\n\tsc 1");

CASE(run_expiry, "a guest that goes on ends at HDEC_EXPIRY, not earlier: 0x980")
{
	struct l2 *l2 = ready();
	u64 end;

	l2_load_program(l2, papr_spin);
	end = get_tb() + usec_to_tb(20000);
	gsb_start();
	gsb_add_word(GSID_GPR0 + 6, end + 2 * tb_hz);
	gsb_add_word(GSID_HDEC_EXPIRY, end);
	insist_eq(gsb_set(0, guest, 0, NULL), H_SUCCESS);
	expect_eq(run(), 0x980);
	expect_ge(get_tb(), end);
}

CASE(run_wrong, "H_GUEST_RUN_VCPU of no such guest: H_P2; with flags it is refused")
{
	ready();
	expect_eq(guest_call(H_GUEST_RUN_VCPU, 0, guest + 77, 0, NULL), H_P2);
	expect(guest_call(H_GUEST_RUN_VCPU, 1, guest, 0, NULL) < 0);
	expect_eq(get(GSID_NIA), L2_CODE);
	expect_eq(run(), 0xc00);
}

CASE(run_many, "200 runs of a guest, which goes on each time where it was")
{
	struct l2 *l2 = ready();
	u64 trap;

	l2->code[1] = 0x4bfffffc;	/* b to the SC 1 before it */
	for (int i = 0; i < 200; i++) {
		insist_eq(guest_call(H_GUEST_RUN_VCPU, 0, guest, 0, &trap), H_SUCCESS);
		insist_eq(trap, 0xc00);
		insist_eq(get(GSID_NIA), L2_CODE + 4);
	}
}
