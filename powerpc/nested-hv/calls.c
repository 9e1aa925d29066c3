/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The arguments of H_SET_PARTITION_TABLE, H_ENTER_NESTED, H_TLB_INVALIDATE and H_COPY_TOFROM_GUEST.
 *
 * QEMU and KVM-HV differ where no text says which is right, and both are taken: QEMU keeps no
 * translation of a guest between two entries, so every H_TLB_INVALIDATE is H_SUCCESS there, where
 * KVM-HV refuses nonsense by H_PARAMETER; and QEMU has no H_COPY_TOFROM_GUEST (H_FUNCTION), without
 * which a guest hypervisor walks tables itself.
 */
#include "nested-test.h"
#include "asm/setup.h"

CASE(no_table, "H_ENTER_NESTED without a partition table is H_NOT_AVAILABLE, and nothing runs")
{
	struct l2 *l2 = l2_new(1);

	/* Only the first entry of a machine: nothing takes a table back. */
	require_msg(hcall(H_ENTER_NESTED, 0ul, 0ul) == H_NOT_AVAILABLE, "a table is set already");
	expect_eq(l2_enter(l2), H_NOT_AVAILABLE);
	expect_eq(l2->regs.nip, L2_CODE);
	expect_eq(nested_set_table(), H_SUCCESS);
	expect_eq(l2_enter(l2), EXIT_HCALL);
}

CASE(table_size, "a partition table of 2^4 to 2^8 times 256 entries is taken, a larger one not")
{
	struct l2 *l2 = ready_l2(1);

	for (unsigned int bits = 8; bits <= NESTED_LPID_BITS; bits++)
		expect_eq_msg(hcall(H_SET_PARTITION_TABLE,
				    nested_ptcr(nested_partition_table, bits)),
			      H_SUCCESS, "2^%u entries", bits);
	for (unsigned int pats = NESTED_LPID_BITS - 7; pats < 32; pats++)
		expect_eq_msg(hcall(H_SET_PARTITION_TABLE,
				    virt_to_phys(nested_partition_table) | pats),
			      H_PARAMETER, "2^%u entries", pats + 8);
	/* A refused table leaves the one before. */
	expect_eq(l2_enter(l2), EXIT_HCALL);
}

/* KVM-HV: H_PARAMETER; QEMU takes it, and then there are no partitions. */
CASE(table_no_memory,
     "a partition table that is not in memory is H_PARAMETER, or one without partitions")
{
	static const u64 beyond[] = { 1ul << 45, 0x00ffffffffff0000ul };

	for (size_t i = 0; i < ARRAY_SIZE(beyond); i++) {
		struct l2 *l2 = ready_l2(1);
		long ret = hcall(H_SET_PARTITION_TABLE, beyond[i] | (NESTED_LPID_BITS + 4 - 12));

		if (ret == H_SUCCESS) {
			ret = l2_enter(l2);
			expect_msg(ret == H_PARAMETER || ret == H_NOT_AVAILABLE || ret == 0xe20,
				   "entered with a table at %#" PRIx64 ": %ld", beyond[i], ret);
			expect_eq(l2->regs.nip, L2_CODE);
			insist_eq(nested_set_table(), H_SUCCESS);
		} else {
			/* The one before is still in force. */
			expect_eq_msg(ret, H_PARAMETER, "table at %#" PRIx64, beyond[i]);
		}
		expect_eq(l2_enter(l2), EXIT_HCALL);
	}
}

CASE(enter_no_state, "H_ENTER_NESTED: a state that is not in memory is H_PARAMETER")
{
	static const u64 beyond[] = { 1ul << 45, 0x0fffffffffff0000ul };
	struct l2 *l2 = ready_l2(1);

	for (size_t i = 0; i < ARRAY_SIZE(beyond); i++)
		expect_eq_msg(hcall(H_ENTER_NESTED, beyond[i], virt_to_phys(&l2->regs)),
			      H_PARAMETER, "state at %#" PRIx64, beyond[i]);
	expect_eq(hcall(H_ENTER_NESTED, physical_end, virt_to_phys(&l2->regs)), H_PARAMETER);
	expect_eq(l2->regs.nip, L2_CODE);
	expect_eq(l2_enter(l2), EXIT_HCALL);
}

/* KVM-HV: H_PARAMETER, as for the state; QEMU: H_P2, the second argument's. */
CASE(enter_no_regs, "H_ENTER_NESTED: registers that are not in memory are H_PARAMETER or H_P2")
{
	static const u64 beyond[] = { 1ul << 45, 0x0fffffffffff0000ul };
	struct l2 *l2 = ready_l2(1);
	u64 before = l2->state.cfar;

	for (size_t i = 0; i < ARRAY_SIZE(beyond); i++) {
		long ret = hcall(H_ENTER_NESTED, virt_to_phys(&l2->state), beyond[i]);

		expect_msg(ret == H_PARAMETER || ret == H_P2, "registers at %#" PRIx64 ": %ld",
			   beyond[i], ret);
	}
	expect_eq(l2->state.cfar, before);
	expect_eq(l2_enter(l2), EXIT_HCALL);
}

CASE(registers_kept, "a refused entry and a finished one change none of the caller's registers")
{
	struct l2 *l2 = ready_l2(1);
	unsigned long sprg[3] = { 0x1111222233334444, 0x5555666677778888, 0x9999aaaabbbbcccc };

	mtspr(SPR_SPRG2, sprg[0]);
	mtspr(SPR_SPRG3, sprg[1]);
	mtspr(SPR_PIDR, 0);
	for (int round = 0; round < 2; round++) {
		struct hcall_regs regs = { { H_ENTER_NESTED, virt_to_phys(&l2->state),
					     virt_to_phys(&l2->regs) } };
		unsigned long msr = mfmsr();

		l2->state.version = round ? 2 : 99;
		l2->state.sprg[2] = l2->state.sprg[3] = sprg[2];
		l2->state.pidr = 7;
		hcall_regs(&regs);
		expect_eq(regs.r[0], round ? EXIT_HCALL : (u64)H_PARAMETER);
		expect_eq(mfmsr(), msr);
		expect_eq(mfspr(SPR_SPRG2), sprg[0]);
		expect_eq(mfspr(SPR_SPRG3), sprg[1]);
		expect_eq(mfspr(SPR_PIDR), 0);
	}
}

/* ---- H_TLB_INVALIDATE ---- */

#define TLBIE(ric, prs, r)	((ric) << 18 | (prs) << 17 | (r) << 16)
#define IS(n)			((n) << 10)

CASE(tlb_invalidate, "H_TLB_INVALIDATE of an LPID, of all, of a page: H_SUCCESS")
{
	struct l2 *l2 = ready_l2(1);
	unsigned long lpid = l2->state.lpid;

	expect_eq(hcall(H_TLB_INVALIDATE, TLBIE(0ul, 0ul, 1ul), lpid, L2_DATA), H_SUCCESS);
	for (unsigned long ric = 0; ric <= 2; ric++) {
		expect_eq_msg(hcall(H_TLB_INVALIDATE, TLBIE(ric, 0ul, 1ul), lpid, IS(2ul)),
			      H_SUCCESS, "RIC %lu of an LPID", ric);
		expect_eq_msg(hcall(H_TLB_INVALIDATE, TLBIE(ric, 0ul, 1ul), 0ul, IS(3ul)),
			      H_SUCCESS, "RIC %lu of all", ric);
	}
	expect_eq(l2_enter(l2), EXIT_HCALL);
}

CASE(tlb_nonsense, "H_TLB_INVALIDATE of hash, of a process, RIC 3: H_PARAMETER, or nothing to do")
{
	struct l2 *l2 = ready_l2(1);
	unsigned long lpid = l2->state.lpid;
	static const unsigned long insns[] = {
		TLBIE(2ul, 0ul, 0ul), TLBIE(2ul, 1ul, 1ul), TLBIE(3ul, 0ul, 1ul),
	};

	for (size_t i = 0; i < ARRAY_SIZE(insns); i++) {
		long ret = hcall(H_TLB_INVALIDATE, insns[i], lpid, IS(2ul));

		expect_msg(ret == H_PARAMETER || ret == H_SUCCESS, "TLBIE %#lx: %ld",
			   insns[i], ret);
	}
	expect_eq(l2_enter(l2), EXIT_HCALL);
}

/* ---- H_COPY_TOFROM_GUEST: LPID, address, PID, to, from, length ---- */

static long copy(struct l2 *l2, u64 ga, void *to, const void *from, unsigned long len)
{
	return hcall(H_COPY_TOFROM_GUEST, (unsigned long)l2->state.lpid, ga, 0ul,
		     to ? virt_to_phys(to) : 0ul, from ? virt_to_phys(from) : 0ul, len);
}

static void require_copy(struct l2 *l2)
{
	require_msg(copy(l2, L2_DATA, NULL, NULL, 8) != H_FUNCTION,
		    "the hypervisor has no H_COPY_TOFROM_GUEST");
}

CASE(copy_guest, "H_COPY_TOFROM_GUEST copies from a guest and to it, and no byte more")
{
	struct l2 *l2 = ready_l2(1);
	static u64 buffer[4];

	require_copy(l2);
	insist_eq(l2_enter(l2), EXIT_HCALL);	/* so that the hypervisor knows it */
	for (unsigned int i = 0; i < 4; i++)
		l2->data[i] = L2_GPR(i), buffer[i] = ~0ul;
	expect_eq(copy(l2, L2_DATA + 8, &buffer[1], NULL, 16), H_SUCCESS);
	expect_eq(buffer[0], ~0ul);
	expect_eq(buffer[1], L2_GPR(1));
	expect_eq(buffer[2], L2_GPR(2));
	expect_eq(buffer[3], ~0ul);
	buffer[1] = 5;
	expect_eq(copy(l2, L2_DATA + 16, NULL, &buffer[1], 8), H_SUCCESS);
	expect_eq(l2->data[1], L2_GPR(1));
	expect_eq(l2->data[2], 5);
	expect_eq(l2->data[3], L2_GPR(3));
}

CASE(copy_wrong, "H_COPY_TOFROM_GUEST both ways at once, of an unknown LPID, of no page: refused")
{
	struct l2 *l2 = ready_l2(1);
	static u64 buffer[4];

	require_copy(l2);
	insist_eq(l2_enter(l2), EXIT_HCALL);
	expect_eq(copy(l2, L2_DATA, buffer, buffer, 8), H_PARAMETER);
	expect_eq(copy(l2, L2_DATA, NULL, NULL, 8), H_PARAMETER);
	expect_eq(copy(l2, L2_DATA + PAGE_SIZE, buffer, NULL, 8), H_NOT_FOUND);
	l2->state.lpid = 200;
	expect_eq(copy(l2, L2_DATA, buffer, NULL, 8), H_PARAMETER);
}
