/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scalable mode's first level: tables like the CPU's (VT-d specification, sections 3.6 and 9.7).
 * edu's requests have user privilege: what SRE and WPE say of a supervisor is not seen.
 */
#include "scalable_test.h"

#define LEVELS		4
#define PAGE_FLAGS	(VTD_FL_P | VTD_FL_W | VTD_FL_U)

static u64 *pte(int level)
{
	return vtd_sm_pte(SID, 0, IOVA, level);
}

CASE(fl_mapped, "DMA goes where the PASID's first level leads, and touches nothing else")
{
	prepare_pasid(VTD_PASID_FIRST);
	sm_copy(&edu, IOVA + 0x230);
	expect_copied(sm_target, TARGET_SEED, 0x230);
	expect_unchanged(sm_source, SOURCE_SEED);
	expect_unchanged(sm_other, OTHER_SEED);
	expect_no_fault();
}

/* A page of the level around sm_target: where it leads; its flags when it is read, or written. */
static void check_large(int level)
{
	const u64 mask = (1ull << (PAGE_SHIFT + 9 * (level - 1))) - 1;
	const u64 pa = virt_to_phys(sm_target), value = (pa & ~mask) | VTD_FL_PS | PAGE_FLAGS;
	u64 *entry = vtd_sm_pte(SID, 0, 0x40000000, level);

	for (int write = 0; write < 2; write++) {
		*entry = value;
		vtd_invalidate();
		edu_dma(&edu, SOURCE, DMA_SIZE, 0, false);
		edu_dma(&edu, 0x40000000 + (pa & mask) + 0x300, DMA_SIZE, 0, write);
		expect_eq(*entry, value | VTD_FL_A | (write ? VTD_FL_D : 0));
	}
	expect_copied(sm_target, TARGET_SEED, 0x300);
	expect_no_fault();
}

CASE(fl_large_2m, "a 2 MiB page takes 21 bits of the address as they are; its A and D are set")
{
	prepare_pasid(VTD_PASID_FIRST);
	check_large(2);
}

CASE(fl_large_1g, "a 1 GiB page takes 30 bits of the address as they are; its A and D are set")
{
	prepare_pasid(VTD_PASID_FIRST);
	require_msg(vtd_readq(DMAR_CAP_REG) & VTD_CAP_FL1GP, "the first level has no 1 GiB pages");
	check_large(3);
}

CASE(fl_upper_half, "canonical addresses of the upper half are translated")
{
	prepare_pasid(VTD_PASID_FIRST);
	require_msg(WIDE, "the CPU cannot tell the device an address of that many bits");
	vtd_sm_map(SID, 0, 0xffff800000000000ull, virt_to_phys(sm_other));
	vtd_invalidate();
	sm_copy(&edu, 0xffff800000000000ull + 0x440);
	expect_copied(sm_other, OTHER_SEED, 0x440);
	expect_no_fault();
}

CASE(fl_width, "FLPM, and not AW, says how wide the first level's addresses are (9.6)")
{
	struct vtd_pasid_entry *entry;

	prepare_pasid(VTD_PASID_FIRST);
	require_msg(WIDE, "the CPU cannot tell the device an address of that many bits");
	require_msg(vtd_readq(DMAR_CAP_REG) & VTD_CAP_SAGAW_39BIT, "the unit has no 39 bits");
	entry = vtd_pasid_entry(SID, 0);
	entry->q[0] = (entry->q[0] & ~VTD_PASID_AW(7)) | VTD_PASID_AW(1);
	vtd_sm_map(SID, 0, 0x00007ffffffff000ull, virt_to_phys(sm_other));
	vtd_invalidate();
	sm_copy(&edu, 0x00007ffffffff000ull);
	expect_copied(sm_other, OTHER_SEED, 0);
	expect_no_fault();
}

CASE(fl_accessed, "reading sets A in the entry of each level, and nothing else (3.6.2)")
{
	u64 before[LEVELS + 1];

	prepare_pasid(VTD_PASID_FIRST);
	for (int level = 1; level <= LEVELS; level++) {
		before[level] = *pte(level);
		expect_eq(before[level] & (VTD_FL_A | VTD_FL_D | VTD_FL_EA), 0);
	}
	edu_dma(&edu, IOVA, DMA_SIZE, 0, false);
	for (int level = 1; level <= LEVELS; level++)
		expect_eq_msg(*pte(level), before[level] | VTD_FL_A,
			      "entry of level %d", level);
	expect_no_fault();
}

CASE(fl_dirty, "writing sets A in the entry of each level and D in the page's only (3.6.2)")
{
	prepare_pasid(VTD_PASID_FIRST);
	edu_dma(&edu, IOVA, DMA_SIZE, 0, true);
	expect_eq(*pte(1), virt_to_phys(sm_target) | PAGE_FLAGS | VTD_FL_A | VTD_FL_D);
	for (int level = 2; level <= LEVELS; level++)
		expect_eq_msg(*pte(level) & (VTD_FL_A | VTD_FL_D), VTD_FL_A,
			      "entry of level %d", level);
	expect_no_fault();
}

CASE(fl_dirty_only, "writing sets D also where A is set before (3.6.2)")
{
	prepare_pasid(VTD_PASID_FIRST);
	*pte(1) |= VTD_FL_A;
	vtd_invalidate();
	edu_dma(&edu, IOVA, DMA_SIZE, 0, true);
	expect_eq(*pte(1) & (VTD_FL_A | VTD_FL_D), VTD_FL_A | VTD_FL_D);
	expect_no_fault();
}

CASE(fl_dirty_cached, "writing sets D also where reading had cached the translation (3.6.2)")
{
	prepare_pasid(VTD_PASID_FIRST);
	edu_dma(&edu, IOVA, DMA_SIZE, 0, false);
	expect_eq(*pte(1) & (VTD_FL_A | VTD_FL_D), VTD_FL_A);
	edu_dma(&edu, IOVA, DMA_SIZE, 0, true);
	expect_eq(*pte(1) & (VTD_FL_A | VTD_FL_D), VTD_FL_A | VTD_FL_D);
	expect_no_fault();
}

CASE(fl_extended_accessed, "with EAFE also EA is set in the entry of each level (9.6, EAFE)")
{
	prepare_pasid(VTD_PASID_FIRST);
	require_msg(vtd_readq(DMAR_ECAP_REG) & VTD_ECAP_EAFS, "the unit has no such flag");
	vtd_pasid_entry(SID, 0)->q[2] |= VTD_PASID_EAFE;
	vtd_invalidate();
	edu_dma(&edu, IOVA, DMA_SIZE, 0, false);
	for (int level = 1; level <= LEVELS; level++)
		expect_eq_msg(*pte(level) & (VTD_FL_A | VTD_FL_D | VTD_FL_EA),
			      VTD_FL_A | VTD_FL_EA, "entry of level %d", level);
	expect_no_fault();
}

CASE(fl_beside_second, "one requester has the first level, another the second, by the same address")
{
	struct pci_edu_dev second;

	prepare_pasid(VTD_PASID_FIRST);
	require_msg(vtd_readq(DMAR_ECAP_REG) & VTD_ECAP_SLTS, "the unit has no second level");
	require_msg(find_second(&second), "there is no second edu device");
	vtd_pasid_setup(second.pci_dev.bdf, 0, DOMAIN2, VTD_PASID_SECOND);
	vtd_sm_map(second.pci_dev.bdf, 0, SOURCE, virt_to_phys(sm_source));
	vtd_sm_map(second.pci_dev.bdf, 0, IOVA, virt_to_phys(sm_other));
	vtd_invalidate();
	sm_copy(&edu, IOVA);
	sm_copy(&second, IOVA + 0x100);
	expect_copied(sm_target, TARGET_SEED, 0);
	expect_copied(sm_other, OTHER_SEED, 0x100);
	expect_no_fault();
}

/* ---- faults ---- */

/* Bits of the entry of each level changed: writing faults, D stays clear; if read, reading too. */
static void check_levels(u64 clear, u64 set, unsigned int reason, bool read)
{
	u64 old;

	for (int level = 1; level <= LEVELS; level++) {
		old = *pte(level);
		*pte(level) = (old & ~clear) | set;
		expect_eq(expect_sm_fault(&edu, IOVA + 0x88, true), reason);
		if (read)
			expect_eq(expect_sm_fault(&edu, IOVA + 0x88, false), reason);
		*pte(level) = old;
		expect_eq(*pte(1) & VTD_FL_D, 0);
	}
}

CASE(fl_absent, "fault 71h: the entry of a level is not present")
{
	prepare_pasid(VTD_PASID_FIRST);
	check_levels(VTD_FL_P, 0, VTD_SM_FL_ABSENT, true);
}

CASE(fl_reserved, "fault 72h: an address in the entry of a level beyond what the machine has")
{
	prepare_pasid(VTD_PASID_FIRST);
	check_levels(0, 1ull << 51, VTD_SM_FL_RESERVED, true);
}

CASE(fl_user, "fault 81h: the entry of a level is the supervisor's, the request has user privilege")
{
	prepare_pasid(VTD_PASID_FIRST);
	check_levels(VTD_FL_U, 0, VTD_SM_FL_USER, true);
}

CASE(fl_write, "fault 85h: writing where the entry of a level is read-only; reading is allowed")
{
	prepare_pasid(VTD_PASID_FIRST);
	check_levels(VTD_FL_W, 0, VTD_SM_WRITE, false);
	for (int level = 1; level <= LEVELS; level++) {
		*pte(level) &= ~VTD_FL_W;
		vtd_invalidate();
		edu_dma(&edu, IOVA, DMA_SIZE, 0, false);
		expect_no_fault();
	}
}

CASE(fl_not_canonical, "fault 80h: addresses that are not canonical, from both sides")
{
	prepare_pasid(VTD_PASID_FIRST);
	require_msg(WIDE, "the CPU cannot tell the device an address of that many bits");
	/* Without the check they would be the same as these two. */
	vtd_sm_map(SID, 0, 0xffff800000000000ull, virt_to_phys(sm_target));
	vtd_sm_map(SID, 0, 0x00007ffffffff000ull, virt_to_phys(sm_target));
	expect_eq(expect_sm_fault(&edu, 0x0000800000000000ull, true), VTD_SM_NOT_CANONICAL);
	expect_eq(expect_sm_fault(&edu, 0x0000800000000000ull, false), VTD_SM_NOT_CANONICAL);
	expect_eq(expect_sm_fault(&edu, 0xffff7ffffffff000ull, true), VTD_SM_NOT_CANONICAL);
}
