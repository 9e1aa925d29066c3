/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults of the partition's memory: hypervisor data and instruction storage interrupts, with HDAR,
 * HDSISR and ASDR (Power ISA 3.1B, Book III, sections 7.5.16 and 7.5.17), in real mode and behind
 * the guest's own radix tables; what is the guest's own matter does not end it.
 */
#include "nested-test.h"
#include "alloc_page.h"
#include "asm/io.h"

#define HOLE		(L2_DATA + PAGE_SIZE)	/* guest memory that is none */
#define DSISR_SET_RC	UL(0x00040000)		/* bit 45: R or C could not be set */

L2_PROGRAM(load, "ld 5, 0(20)\n\tsc 1");
L2_PROGRAM(store, "std 5, 0(20)\n\tsc 1");

/* Runs a load or a store at address ea. */
static struct l2 *access(const u32 *from, const u32 *to, u64 ea)
{
	struct l2 *l2 = ready_l2(1);

	l2_load(l2, from, to);
	l2->regs.gpr[20] = ea;
	/* What earlier faults have left there must not be taken for this one's. */
	l2->state.hdar = l2->state.hdsisr = l2->state.asdr = ~0ul;
	return l2;
}

/* ASDR: the real address of the guest, without its offset in a page of 4 KiB. */
static void expect_hdsi(struct l2 *l2, u64 hdar, u64 ga, u64 hdsisr)
{
	expect_eq(l2->regs.nip, L2_CODE);
	expect_eq(l2->state.hdar, hdar);
	expect_eq(l2->state.hdsisr, hdsisr);
	expect_eq(l2->state.asdr & ~0xffful, ga & ~0xffful);
	expect_eq(l2->regs.gpr[5], L2_GPR(5));
	expect_eq(l2->regs.msr & SRR1_OWN, 0);
}

CASE(load_no_memory, "a load where the partition has nothing: 0xe00, HDSISR bit 33")
{
	struct l2 *l2 = access(load, load_end, HOLE + 0x128);

	expect_eq(l2_enter(l2), 0xe00);
	expect_hdsi(l2, HOLE + 0x128, HOLE + 0x128, DSISR_NOTRANSLATION);
}

CASE(store_no_memory, "a store where the partition has nothing: 0xe00, HDSISR bits 33 and 38")
{
	struct l2 *l2 = access(store, store_end, HOLE + 0xff8);

	expect_eq(l2_enter(l2), 0xe00);
	expect_hdsi(l2, HOLE + 0xff8, HOLE + 0xff8, DSISR_NOTRANSLATION | DSISR_STORE);
}

CASE(store_read_only, "a store to the partition's page for reading: 0xe00, HDSISR bits 36 and 38")
{
	struct l2 *l2 = access(store, store_end, L2_DATA + 8);

	l2->data[1] = 77;
	l2_map(l2, L2_DATA, l2->data, RADIX_READ);
	expect_eq(l2_enter(l2), 0xe00);
	expect_hdsi(l2, L2_DATA + 8, L2_DATA + 8, DSISR_PROTECTION | DSISR_STORE);
	expect_eq(l2->data[1], 77);
}

CASE(load_no_read, "a load from the partition's page for execution only: 0xe00, HDSISR bit 36")
{
	struct l2 *l2 = access(load, load_end, L2_DATA);

	l2_map(l2, L2_DATA, l2->data, RADIX_EXECUTE);
	expect_eq(l2_enter(l2), 0xe00);
	expect_hdsi(l2, L2_DATA, L2_DATA, DSISR_PROTECTION);
}

CASE(load_again, "when the page is there, the guest goes on with the access that faulted")
{
	struct l2 *l2 = access(load, load_end, HOLE + 8);

	insist_eq(l2_enter(l2), 0xe00);
	l2->data[1] = 0x1122334455667788;
	l2_map(l2, HOLE, l2->data, L2_RWX);
	l2_flush(l2);
	expect_hcall_at(l2, 1);
	expect_eq(l2->regs.gpr[5], 0x1122334455667788);
}

CASE(levels, "no translation at any level of the partition's tables: 0xe00, HDSISR bit 33")
{
	for (unsigned int level = 2; level <= 4; level++) {
		u64 ea = 1ul << (level == 2 ? 21 : level == 3 ? 30 : 39);
		struct l2 *l2 = access(load, load_end, ea + 0x40);

		expect_eq_msg(l2_enter(l2), 0xe00, "level %u", level);
		expect_hdsi(l2, ea + 0x40, ea + 0x40, DSISR_NOTRANSLATION);
	}
}

CASE(large_page, "a partition's page of 2 MiB maps what is in it, and no more")
{
	struct l2 *l2 = access(load, load_end, 0);
	u64 base = virt_to_phys(l2) & ~(SZ_2M - 1);
	u64 ea = SZ_2M + (virt_to_phys(l2->data) & (SZ_2M - 1));

	l2->level2[1] = __pte(RADIX_VALID | RADIX_LEAF | RADIX_R | RADIX_C | RADIX_READ | base);
	mb();
	if (virt_to_phys(l2->data) - base >= SZ_2M)
		ea = SZ_2M + (virt_to_phys(l2) & (SZ_2M - 1));
	l2->regs.gpr[20] = ea;
	expect_hcall_at(l2, 1);
	expect_eq(l2->regs.gpr[5], *(u64 *)phys_to_virt(base + ea - SZ_2M));
	l2 = access(load, load_end, 2 * SZ_2M);
	expect_eq(l2_enter(l2), 0xe00);
	expect_hdsi(l2, 2 * SZ_2M, 2 * SZ_2M, DSISR_NOTRANSLATION);
}

CASE(fetch_no_memory, "a fetch where the partition has nothing: 0xe20, SRR1 bit 33")
{
	struct l2 *l2 = ready_l2(1);

	l2->regs.nip = HOLE + 0x20;
	l2->state.asdr = ~0ul;
	expect_eq(l2_enter(l2), 0xe20);
	expect_eq(l2->regs.nip, HOLE + 0x20);
	expect_eq(l2->regs.msr & SRR1_OWN, SRR1_NOTRANSLATION);
	expect_eq(l2->state.asdr & ~0xffful, HOLE);
}

CASE(fetch_no_execute,
     "a fetch from the partition's page that is not for execution: 0xe20, SRR1 bit 35")
{
	struct l2 *l2 = ready_l2(1);

	l2_map(l2, L2_DATA, l2->data, RADIX_READ | RADIX_WRITE);
	l2->regs.nip = L2_DATA;
	l2->state.asdr = ~0ul;
	expect_eq(l2_enter(l2), 0xe20);
	expect_eq(l2->regs.nip, L2_DATA);
	expect_eq(l2->regs.msr & SRR1_OWN, SRR1_NOEXEC);
	expect_eq(l2->state.asdr & ~0xffful, L2_DATA);
}

/* Hardware sets R and C in the partition's tables, or faults so that the hypervisor does. */
CASE(reference_change,
     "a load sets R of the partition's page, a store C too; or 0xe00, HDSISR bit 45")
{
	for (int stores = 0; stores < 2; stores++) {
		struct l2 *l2 = access(stores ? store : load, stores ? store_end : load_end,
				       L2_DATA);
		u64 want = RADIX_R | (stores ? RADIX_C : 0);
		pte_t *entry = &l2->level1[L2_DATA >> PAGE_SHIFT];
		long ret;

		*entry = __pte(pte_val(*entry) & ~(RADIX_R | RADIX_C));
		mb();
		ret = l2_enter(l2);
		if (ret == 0xe00) {
			expect_eq(l2->state.hdsisr & DSISR_SET_RC, DSISR_SET_RC);
			continue;
		}
		expect_eq(ret, EXIT_HCALL);
		expect_eq_msg(pte_val(*entry) & (RADIX_R | RADIX_C), want, "%s",
			      stores ? "store" : "load");
	}
}

/* ---- behind the guest's own tables ---- */

static struct l2 *access_translated(const u32 *from, const u32 *to, u64 ea)
{
	struct l2 *l2 = access(from, to, ea);

	translate(l2, RADIX_PRIVILEGED);
	return l2;
}

#define VIRTUAL		0x100000ul	/* an effective address that cases map elsewhere */

CASE(translated, "a guest with tables of its own sees memory through both")
{
	struct l2 *l2 = access_translated(load, load_end, VIRTUAL + 0x18);

	own.level1[VIRTUAL >> PAGE_SHIFT] = __pte(own_leaf(L2_DATA, RADIX_PRIVILEGED));
	l2->data[3] = 0x1122334455667788;
	expect_hcall_at(l2, 1);
	expect_eq(l2->regs.gpr[5], 0x1122334455667788);
}

CASE(translated_own_fault, "what the guest's own tables do not map is its own interrupt: 0x300")
{
	struct l2 *l2 = access_translated(store, store_end, VIRTUAL + 0x18);

	own.level1[VIRTUAL >> PAGE_SHIFT] = __pte(0);
	mb();
	expect_eq(l2_enter(l2), EXIT_HCALL);
	expect_l2_interrupt(l2, 0x300, L2_CODE, 0);
	expect_eq(mfspr(SPR_DAR), VIRTUAL + 0x18);
	expect_eq(mfspr(SPR_DSISR), DSISR_NOTRANSLATION | DSISR_STORE);
	/* What only the hypervisor sets it has not set. */
	expect_eq(l2->state.hdar, ~0ul);
	expect_eq(l2->state.hdsisr, ~0ul);
}

CASE(translated_no_memory, "behind the guest's tables no memory: 0xe00, HDAR effective, ASDR real")
{
	struct l2 *l2 = access_translated(store, store_end, VIRTUAL + 0x18);

	own.level1[VIRTUAL >> PAGE_SHIFT] = __pte(own_leaf(HOLE, RADIX_PRIVILEGED));
	mb();
	expect_eq(l2_enter(l2), 0xe00);
	expect_hdsi(l2, VIRTUAL + 0x18, HOLE, DSISR_NOTRANSLATION | DSISR_STORE);
}

CASE(translated_read_only, "the guest may write, the partition not: 0xe00, HDSISR bits 36 and 38")
{
	struct l2 *l2 = access_translated(store, store_end, VIRTUAL);

	own.level1[VIRTUAL >> PAGE_SHIFT] = __pte(own_leaf(L2_DATA, RADIX_PRIVILEGED));
	l2_map(l2, L2_DATA, l2->data, RADIX_READ);
	expect_eq(l2_enter(l2), 0xe00);
	expect_hdsi(l2, VIRTUAL, L2_DATA, DSISR_PROTECTION | DSISR_STORE);
}

CASE(translated_fetch,
     "a fetch behind whose translation is no memory: 0xe20, ASDR the real address")
{
	struct l2 *l2 = access_translated(load, load_end, 0);

	own.level1[VIRTUAL >> PAGE_SHIFT] = __pte(own_leaf(HOLE, RADIX_PRIVILEGED));
	mb();
	l2->regs.nip = VIRTUAL + 0x44;
	expect_eq(l2_enter(l2), 0xe20);
	expect_eq(l2->regs.nip, VIRTUAL + 0x44);
	expect_eq(l2->regs.msr & SRR1_OWN, SRR1_NOTRANSLATION);
	expect_eq(l2->state.asdr & ~0xffful, HOLE);
}

CASE(translated_table_gone, "a table of the guest's own that is no memory: 0xe00, HDAR its access")
{
	struct l2 *l2 = access_translated(load, load_end, VIRTUAL);

	own.level2[0] = __pte(RADIX_VALID | OWN_LEVEL1 | RADIX_TABLE_BITS);
	/* The code is in 2 MiB of its own, so that the fetch goes through other tables. */
	own.level2[1] = __pte(RADIX_VALID | HOLE | RADIX_TABLE_BITS);
	mb();
	l2->regs.gpr[20] = SZ_2M + 0x10;
	expect_eq(l2_enter(l2), 0xe00);
	expect_eq(l2->regs.nip, L2_CODE);
	expect_eq(l2->state.hdar, SZ_2M + 0x10);
	expect_eq(l2->state.hdsisr & DSISR_NOTRANSLATION, DSISR_NOTRANSLATION);
	expect_eq(l2->state.asdr & ~0xffful, HOLE);
}
