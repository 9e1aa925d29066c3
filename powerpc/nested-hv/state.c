/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * struct hv_guest_state: versions and sizes, addresses, LPIDs, what is only the caller's, what only
 * the hypervisor sets, and limits of what a caller may ask for.
 */
#include "nested-test.h"
#include "arch-hooks.h"
#include "asm/setup.h"
#include "asm/time.h"

CASE(versions, "versions 1 and 2 run, 0 and newer ones are H_PARAMETER, and nothing runs")
{
	static const u64 refused[] = { 0, 3, 4, 99, 1ul << 32 | 1, 1ul << 63 | 2, -1ul };
	struct l2 *l2;

	for (u64 version = 1; version <= 2; version++) {
		l2 = ready_l2(1);
		l2->state.version = version;
		expect_eq_msg(l2_enter(l2), EXIT_HCALL, "version %" PRIu64, version);
		expect_eq(l2->state.version, version);
		expect_eq(l2->regs.nip, L2_CODE + 4);
	}
	for (size_t i = 1; i < ARRAY_SIZE(refused); i++) {
		l2 = ready_l2(1);
		l2->state.version = refused[i];
		expect_eq_msg(l2_enter(l2), H_PARAMETER, "version %#" PRIx64, refused[i]);
		expect_eq(l2->regs.nip, L2_CODE);
	}
}

CASE(version_zero, "version 0, which never was, is H_PARAMETER, and nothing runs")
{
	struct l2 *l2 = ready_l2(1);

	l2->state.version = 0;
	expect_eq(l2_enter(l2), H_PARAMETER);
	expect_eq(l2->regs.nip, L2_CODE);
}

CASE(version_1_end, "what lies behind a state of version 1 is neither read nor written")
{
	struct l2 *l2 = ready_l2(1);

	l2->state.version = 1;
	l2->state.dawr1 = l2->state.dawrx1 = 0xdddddddddddddddd;
	expect_eq(l2_enter(l2), EXIT_HCALL);
	expect_eq(l2->state.dawr1, 0xdddddddddddddddd);
	expect_eq(l2->state.dawrx1, 0xdddddddddddddddd);
}

/*
 * The last page of memory, borrowed: a state of version 1 may end where memory does, since a
 * hypervisor that knows a longer one must read what the version has and no more.
 */
static long enter_at_end(struct l2 *l2, size_t size)
{
	unsigned long irqs = arch_irq_save();
	void *end = phys_to_virt(physical_end);
	u8 kept[sizeof(l2->state)];
	long ret;

	memcpy(kept, (char *)end - size, size);
	memcpy((char *)end - size, &l2->state, size);
	ret = hcall(H_ENTER_NESTED, physical_end - size, virt_to_phys(&l2->regs));
	memcpy(&l2->state, (char *)end - size, size);
	memcpy((char *)end - size, kept, size);
	arch_irq_restore(irqs);
	return ret;
}

CASE(end_of_memory, "a state of version 2 may lie at the very end of memory, but not reach over it")
{
	struct l2 *l2 = ready_l2(1);

	expect_eq(enter_at_end(l2, sizeof(l2->state)), EXIT_HCALL);
	l2 = ready_l2(1);
	expect_eq(enter_at_end(l2, sizeof(l2->state) - 8), H_PARAMETER);
	expect_eq(l2->regs.nip, L2_CODE);
}

CASE(end_of_memory_1, "a state of version 1, which is shorter, may lie at the very end of memory")
{
	struct l2 *l2 = ready_l2(1);

	l2->state.version = 1;
	expect_eq(enter_at_end(l2, HV_GUEST_STATE_V1_SIZE), EXIT_HCALL);
	expect_eq(l2->regs.nip, L2_CODE + 4);
}

CASE(two_pages, "state and registers may lie at any doubleword, also over a page's end")
{
	static u8 pages[4][PAGE_SIZE] __aligned(PAGE_SIZE);
	struct l2 *l2;

	for (size_t before = 8; before <= 64; before *= 2) {
		void *state = pages[1] - before, *regs = pages[3] - before;

		l2 = ready_l2(1);
		memcpy(state, &l2->state, sizeof(l2->state));
		memcpy(regs, &l2->regs, sizeof(l2->regs));
		expect_eq_msg(hcall(H_ENTER_NESTED, virt_to_phys(state), virt_to_phys(regs)),
			      EXIT_HCALL, "%zu bytes before a page's end", before);
		memcpy(&l2->regs, regs, sizeof(l2->regs));
		expect_eq(l2->regs.nip, L2_CODE + 4);
		expect_eq(l2->regs.gpr[31], L2_GPR(31));
	}
}

CASE(unaligned, "state and registers that are not aligned are taken as they are, or H_PARAMETER")
{
	static u8 buffers[2][PAGE_SIZE] __aligned(PAGE_SIZE);

	for (size_t offset = 1; offset < 8; offset++) {
		struct l2 *l2 = ready_l2(1);
		u8 *state = buffers[0] + offset, *regs = buffers[1] + offset;
		long ret;

		memcpy(state, &l2->state, sizeof(l2->state));
		memcpy(regs, &l2->regs, sizeof(l2->regs));
		ret = hcall(H_ENTER_NESTED, virt_to_phys(state), virt_to_phys(regs));
		memcpy(&l2->regs, regs, sizeof(l2->regs));
		expect_msg(ret == EXIT_HCALL || ret == H_PARAMETER, "at byte %zu: %ld", offset,
			   ret);
		expect_eq(l2->regs.nip, L2_CODE + (ret == EXIT_HCALL ? 4 : 0));
		expect_eq(l2->regs.gpr[31], L2_GPR(31));
	}
}

/* ---- LPIDs ---- */

CASE(lpid_zero, "LPID 0, which is the caller's own, is H_PARAMETER, and nothing runs")
{
	struct l2 *l2 = ready_l2(1);

	l2->state.lpid = 0;
	expect_eq(l2_enter(l2), H_PARAMETER);
	expect_eq(l2->regs.nip, L2_CODE);
}

CASE(lpid_unknown, "an LPID whose entry of the table is empty does not run")
{
	struct l2 *l2 = ready_l2(1);
	long ret;

	nested_partition_table[2 * 77] = nested_partition_table[2 * 77 + 1] = 0;
	l2->state.lpid = 77;
	/* Refused, or as a partition without any memory: its first fetch faults. */
	ret = l2_enter(l2);
	expect_msg(ret == H_PARAMETER || ret == 0xe20, "%ld", ret);
	expect_eq(l2->regs.nip, L2_CODE);
}

CASE(lpid_beyond, "an LPID beyond the end of the table does not run what is behind it")
{
	struct l2 *l2 = ready_l2(1);
	long ret;

	/* 256 entries, though there is a good one behind them. */
	nested_partition_table[2 * 256] = nested_partition_table[2 * 1];
	nested_partition_table[2 * 256 + 1] = 0;
	insist_eq(hcall(H_SET_PARTITION_TABLE, nested_ptcr(nested_partition_table, 8)), H_SUCCESS);
	l2->state.lpid = 256;
	/* KVM-HV refuses it; to QEMU it is a partition without memory. */
	ret = l2_enter(l2);
	expect_msg(ret == H_PARAMETER || ret == 0xe20, "%ld", ret);
	expect_eq(l2->regs.nip, L2_CODE);
	insist_eq(nested_set_table(), H_SUCCESS);
	expect_eq(l2_enter(l2), EXIT_HCALL);
}

/* ---- whose members are whose ---- */

CASE(inputs_kept, "what the caller decides is as it was when the guest has ended")
{
	struct l2 *l2 = ready_l2(3);
	u64 expiry = l2->state.hdec_expiry;

	l2->state.vcpu_token = 5;
	l2->state.tb_offset = 0x1000000;
	expect_eq(l2_enter(l2), EXIT_HCALL);
	expect_eq(l2->state.version, 2);
	expect_eq(l2->state.lpid, 3);
	expect_eq(l2->state.vcpu_token, 5);
	expect_eq(l2->state.tb_offset, 0x1000000);
	expect_eq(l2->state.hdec_expiry, expiry);
	expect_eq(l2->state.amor, -1ul);
	expect_eq(l2->state.dawr1, 0);
}

L2_PROGRAM(read_msr, "mfmsr 3\n\tsc 1");

CASE(no_hv, "MSR.HV that the caller asks for is not given: the guest does not become the host")
{
	struct l2 *l2 = ready_l2(1);

	l2_load_program(l2, read_msr);
	l2->regs.msr |= MSR_HV;
	expect_hcall_at(l2, 1);
	expect_eq(l2->regs.gpr[3] & MSR_HV, 0);
	expect_eq(l2->regs.msr & MSR_HV, 0);
}

CASE(me_on, "MSR.ME is on in a guest, also when the caller leaves it off")
{
	struct l2 *l2 = ready_l2(1);

	l2_load_program(l2, read_msr);
	l2->regs.msr &= ~MSR_ME;
	expect_hcall_at(l2, 1);
	expect_eq(l2->regs.gpr[3] & MSR_ME, MSR_ME);
}

L2_PROGRAM(read_dscr, "mfspr 3, 17\n\tsc 1");
L2_PROGRAM(read_tar, "mfspr 3, 815\n\tsc 1");
L2_PROGRAM(use_fp, ".long 0xfc000090\n\tsc 1");	/* fmr f0, f0 */

static const struct {
	const char *name;
	u64 bit;
	unsigned int cause;		/* HFSCR bits 0 to 7: the bit's number from the right */
	const u32 *from, *to;
} facilities[] = {
	{ "DSCR", HFSCR_DSCR, 2, read_dscr, read_dscr_end },
	{ "TAR", HFSCR_TAR, 8, read_tar, read_tar_end },
	{ "floating point", HFSCR_FP, 0, use_fp, use_fp_end },
};

static void facility(size_t i)
{
	struct l2 *l2 = ready_l2(1);

	l2_load(l2, facilities[i].from, facilities[i].to);
	l2->regs.msr |= MSR_FP;
	expect_hcall_at(l2, 1);
	l2 = ready_l2(1);
	l2_load(l2, facilities[i].from, facilities[i].to);
	l2->regs.msr |= MSR_FP;
	l2->state.hfscr &= ~facilities[i].bit;
	expect_eq_msg(l2_enter(l2), 0xf80, "%s", facilities[i].name);
	expect_eq(l2->regs.nip, L2_CODE);
	expect_eq_msg(HFSCR_CAUSE(l2->state.hfscr), facilities[i].cause, "%s", facilities[i].name);
	expect_eq(l2->regs.gpr[3], L2_GPR(3));
}

CASE(hfscr_dscr, "HFSCR without DSCR: its use ends the guest by 0xf80 with the cause 2")
{
	facility(0);
}

CASE(hfscr_tar, "HFSCR without TAR: its use ends the guest by 0xf80 with the cause 8")
{
	facility(1);
}

CASE(hfscr_fp, "HFSCR without floating point: its use ends the guest by 0xf80 with the cause 0")
{
	facility(2);
}

#define LPCR_HR		0x00100000ul
#define LPCR_UPRT	0x00400000ul
#define LPCR_LPES	0x0000000cul
#define LPCR_VPM1	0x4000000000000000ul

CASE(lpcr_limits, "LPCR's bits of the host's own are not the caller's to give or take")
{
	static const u64 asked[] = {
		0, LPCR_LPES, LPCR_VPM1, LPCR_HR, LPCR_HDICE, LPCR_HVICE, -1ul,
	};

	for (size_t i = 0; i < ARRAY_SIZE(asked); i++) {
		struct l2 *l2 = ready_l2(1);

		/* Radix, and interrupts of the host that come, whatever was asked for. */
		l2->state.lpcr = (asked[i] & ~LPCR_ILE) | (l2->state.lpcr & LPCR_ILE);
		expect_eq_msg(l2_enter(l2), EXIT_HCALL, "LPCR %#" PRIx64, asked[i]);
		expect_eq(l2->regs.nip, L2_CODE + 4);
		l2 = ready_l2(1);
		l2->state.lpcr = (asked[i] & ~LPCR_ILE) | (l2->state.lpcr & LPCR_ILE);
		l2->state.hdec_expiry = get_tb();
		expect_eq_msg(l2_enter(l2), 0x980, "LPCR %#" PRIx64, asked[i]);
	}
}
