/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scalable mode (VT-d specification, sections 3.4.3, 3.7, 9.2 to 9.6, 9.8): where DMA without a
 * PASID of its own goes by root, context and PASID entries and by tables of the second level.
 */
#include "scalable_test.h"

u8 *sm_source, *sm_target, *sm_other;

static bool type_supported(u64 type)
{
	u64 ecap = vtd_readq(DMAR_ECAP_REG);

	return ecap & (type == VTD_PASID_FIRST ? VTD_ECAP_FLTS :
		       type == VTD_PASID_SECOND ? VTD_ECAP_SLTS : VTD_ECAP_PT);
}

void prepare_pasid(u64 type)
{
	prepare_scalable();
	require_msg(type_supported(type), "the unit does not translate in this way");
	sm_source = alloc_page();
	sm_target = alloc_page();
	sm_other = alloc_page();
	fill(sm_source, SOURCE_SEED);
	fill(sm_target, TARGET_SEED);
	fill(sm_other, OTHER_SEED);
	vtd_pasid_setup(SID, 0, DOMAIN, type);
	if (type != VTD_PASID_PASS) {
		vtd_sm_map(SID, 0, SOURCE, virt_to_phys(sm_source));
		vtd_sm_map(SID, 0, IOVA, virt_to_phys(sm_target));
	}
	vtd_invalidate();
}

void sm_copy(struct pci_edu_dev *dev, u64 iova)
{
	edu_dma(dev, SOURCE, DMA_SIZE, 0, false);
	edu_dma(dev, iova, DMA_SIZE, 0, true);
}

void expect_copied(const u8 *page, u8 seed, unsigned int offset)
{
	expect_page(page, seed, offset, sm_source, DMA_SIZE);
}

void expect_unchanged(const u8 *page, u8 seed)
{
	expect_page(page, seed, 0, page, 0);
}

static void require_second(struct pci_edu_dev *second)
{
	require_msg(find_second(second), "there is no second edu device");
}

CASE(sm_status, "GSTS, RTADDR and IQA show scalable mode and its wide descriptors (10.4.5, 10.4.6)")
{
	prepare_scalable();
	expect_eq(vtd_readl(DMAR_GSTS_REG) & ~(VTD_GCMD_IR | VTD_GCMD_IR_TABLE),
		  VTD_GCMD_DMAR | VTD_GCMD_ROOT | VTD_GCMD_QI);
	expect_eq(vtd_readq(DMAR_RTADDR_REG) & ~VTD_ADDRESS, VTD_RTADDR_SCALABLE);
	expect_eq(vtd_readq(DMAR_IQA_REG) & ~VTD_ADDRESS, VTD_IQA_DW | 1);
	expect_no_fault();
}

CASE(sm_mapped, "DMA goes where the PASID's second level leads, and touches nothing else")
{
	prepare_pasid(VTD_PASID_SECOND);
	sm_copy(&edu, IOVA + 0xe18);
	expect_copied(sm_target, TARGET_SEED, 0xe18);
	expect_unchanged(sm_source, SOURCE_SEED);
	expect_unchanged(sm_other, OTHER_SEED);
	expect_no_fault();
}

CASE(sm_across_pages, "DMA across two pages goes to the two frames, which need not be neighbours")
{
	prepare_pasid(VTD_PASID_SECOND);
	vtd_sm_map(SID, 0, 0x1ff000, virt_to_phys(sm_target));
	vtd_sm_map(SID, 0, 0x200000, virt_to_phys(sm_other));
	vtd_invalidate();
	sm_copy(&edu, 0x200000 - 24);
	expect_page(sm_target, TARGET_SEED, PAGE_SIZE - 24, sm_source, 24);
	expect_page(sm_other, OTHER_SEED, 0, sm_source + 24, DMA_SIZE - 24);
	expect_no_fault();
}

/* A page of the level around sm_target. */
static void check_large(u64 capability, int level)
{
	const u64 mask = (1ull << (PAGE_SHIFT + 9 * (level - 1))) - 1;
	u64 pa;

	prepare_pasid(VTD_PASID_SECOND);
	require_msg(vtd_readq(DMAR_CAP_REG) & capability, "the unit has no pages of that size");
	pa = virt_to_phys(sm_target);
	*vtd_sm_pte(SID, 0, 0x40000000, level) = (pa & ~mask) | VTD_PTE_PS | VTD_PTE_R | VTD_PTE_W;
	vtd_invalidate();
	sm_copy(&edu, 0x40000000 + (pa & mask) + 0x300);
	expect_copied(sm_target, TARGET_SEED, 0x300);
	expect_no_fault();
}

CASE(sm_large_2m, "a 2 MiB page takes 21 bits of the address as they are")
{
	check_large(VTD_CAP_SLLPS_2MIB, 2);
}

CASE(sm_large_1g, "a 1 GiB page takes 30 bits of the address as they are")
{
	check_large(VTD_CAP_SLLPS_1GIB, 3);
}

CASE(sm_width, "a PASID's address width of 39 bits begins with the third level (9.6, AW)")
{
	struct vtd_pasid_entry *entry;

	prepare_pasid(VTD_PASID_SECOND);
	require_msg(vtd_readq(DMAR_CAP_REG) & VTD_CAP_SAGAW_39BIT && vtd_sm_levels() == 4,
		    "the unit has not both of 39 and 48 bits");
	entry = vtd_pasid_entry(SID, 0);
	/* Both pages are below the first entry of the fourth level. */
	entry->q[0] = (*vtd_sm_pte(SID, 0, IOVA, 4) & VTD_ADDRESS) | VTD_PASID_SECOND |
		      VTD_PASID_AW(1) | VTD_PRESENT;
	vtd_invalidate();
	sm_copy(&edu, IOVA);
	expect_copied(sm_target, TARGET_SEED, 0);
	expect_no_fault();
}

/* ---- which PASID ---- */

/* PASID 0 leads to sm_target, the other to sm_other. */
static void check_rid_pasid(u32 pasid)
{
	prepare_pasid(VTD_PASID_SECOND);
	require_msg(vtd_readq(DMAR_ECAP_REG) & VTD_ECAP_RPS, "the unit has no RID_PASID");
	vtd_pasid_setup(SID, pasid, DOMAIN2, VTD_PASID_SECOND);
	vtd_sm_map(SID, pasid, SOURCE, virt_to_phys(sm_source));
	vtd_sm_map(SID, pasid, IOVA, virt_to_phys(sm_other));
	vtd_sm_context_entry(SID)->q[1] = pasid;
	vtd_invalidate();
	sm_copy(&edu, IOVA);
	expect_copied(sm_other, OTHER_SEED, 0);
	expect_unchanged(sm_target, TARGET_SEED);
	expect_no_fault();
}

CASE(sm_rid_pasid, "requests without a PASID have that of RID_PASID (9.4)")
{
	check_rid_pasid(1);
}

CASE(sm_rid_pasid_directory, "RID_PASID in the second and in the last entry of the directory")
{
	check_rid_pasid(0x40);
	check_rid_pasid(VTD_SM_PASIDS - 1);
}

CASE(sm_requesters, "the same PASID of two requesters goes where the tables of each lead")
{
	struct pci_edu_dev second;

	prepare_pasid(VTD_PASID_SECOND);
	require_second(&second);
	vtd_pasid_setup(second.pci_dev.bdf, 0, DOMAIN2, VTD_PASID_SECOND);
	vtd_sm_map(second.pci_dev.bdf, 0, SOURCE, virt_to_phys(sm_source));
	vtd_sm_map(second.pci_dev.bdf, 0, IOVA, virt_to_phys(sm_other));
	vtd_invalidate();
	sm_copy(&edu, IOVA);
	expect_unchanged(sm_other, OTHER_SEED);
	sm_copy(&second, IOVA + DMA_SIZE);
	expect_copied(sm_target, TARGET_SEED, 0);
	expect_copied(sm_other, OTHER_SEED, DMA_SIZE);
	expect_no_fault();
}

CASE(sm_shared, "two requesters can have one directory, and so one domain")
{
	struct pci_edu_dev second;

	prepare_pasid(VTD_PASID_SECOND);
	require_second(&second);
	*vtd_sm_context_entry(second.pci_dev.bdf) = *vtd_sm_context_entry(SID);
	vtd_invalidate();
	sm_copy(&edu, IOVA);
	expect_copied(sm_target, TARGET_SEED, 0);
	fill(sm_target, TARGET_SEED);
	sm_copy(&second, IOVA + 0x400);
	expect_copied(sm_target, TARGET_SEED, 0x400);
	expect_no_fault();
}

CASE(sm_upper, "devices 16 and up have the upper half of the root entry (9.2)")
{
	struct pci_edu_dev second;
	u16 sid;

	prepare_pasid(VTD_PASID_SECOND);
	require_second(&second);
	sid = second.pci_dev.bdf;
	require_msg((sid & 0x80) != (SID & 0x80), "both devices are in the same half of the bus");
	vtd_pasid_setup(sid, 0, DOMAIN2, VTD_PASID_SECOND);
	vtd_sm_map(sid, 0, SOURCE, virt_to_phys(sm_source));
	vtd_sm_map(sid, 0, IOVA, virt_to_phys(sm_other));
	*vtd_sm_root_entry(SID) &= ~VTD_PRESENT;
	vtd_invalidate();
	sm_copy(&second, IOVA);
	expect_copied(sm_other, OTHER_SEED, 0);
	expect_no_fault();
	*vtd_sm_root_entry(SID) |= VTD_PRESENT;
	*vtd_sm_root_entry(sid) &= ~VTD_PRESENT;
	vtd_invalidate();
	sm_copy(&edu, IOVA);
	expect_copied(sm_target, TARGET_SEED, 0);
	expect_no_fault();
}

/* ---- without translation ---- */

CASE(sm_pass_through, "type 100b lets addresses through")
{
	prepare_pasid(VTD_PASID_PASS);
	edu_dma(&edu, virt_to_phys(sm_source), DMA_SIZE, 0, false);
	edu_dma(&edu, virt_to_phys(sm_target) + 0x80, DMA_SIZE, 0, true);
	expect_copied(sm_target, TARGET_SEED, 0x80);
	expect_unchanged(sm_other, OTHER_SEED);
	expect_no_fault();
}

CASE(sm_pass_through_beside, "one requester's addresses pass, another's are translated")
{
	struct pci_edu_dev second;

	prepare_pasid(VTD_PASID_PASS);
	require_msg(type_supported(VTD_PASID_SECOND), "the unit has no second level");
	require_second(&second);
	vtd_pasid_setup(second.pci_dev.bdf, 0, DOMAIN2, VTD_PASID_SECOND);
	vtd_sm_map(second.pci_dev.bdf, 0, virt_to_phys(sm_target), virt_to_phys(sm_other));
	vtd_invalidate();
	edu_dma(&edu, virt_to_phys(sm_source), DMA_SIZE, 0, false);
	edu_dma(&edu, virt_to_phys(sm_target), DMA_SIZE, 0, true);
	edu_dma(&second, virt_to_phys(sm_target), DMA_SIZE, 0, false);
	expect_copied(sm_target, TARGET_SEED, 0);
	expect_unchanged(sm_other, OTHER_SEED);
	/* What it read was of sm_other. */
	edu_dma(&second, virt_to_phys(sm_target) + 0x800, DMA_SIZE, 0, true);
	expect_page(sm_other, OTHER_SEED, 0x800, sm_other, DMA_SIZE);
	expect_no_fault();
}

CASE(sm_off, "without translation addresses are physical; with it again they are not")
{
	prepare_pasid(VTD_PASID_SECOND);
	vtd_sm_map(SID, 0, virt_to_phys(sm_source), virt_to_phys(sm_source));
	vtd_sm_map(SID, 0, virt_to_phys(sm_target), virt_to_phys(sm_other));
	vtd_invalidate();
	for (int on = 0; on < 2; on++) {
		vtd_command(VTD_GCMD_DMAR, on);
		edu_dma(&edu, virt_to_phys(sm_source), DMA_SIZE, 0, false);
		edu_dma(&edu, virt_to_phys(sm_target), DMA_SIZE, 0, true);
		expect_page(sm_target, TARGET_SEED, 0, sm_source, on ? 0 : DMA_SIZE);
		expect_page(sm_other, OTHER_SEED, 0, sm_source, on ? DMA_SIZE : 0);
		fill(sm_target, TARGET_SEED);
	}
	expect_no_fault();
}

CASE(sm_legacy_again, "after scalable mode, and translation off, legacy tables are in force")
{
	prepare_pasid(VTD_PASID_SECOND);
	prepare();
	expect_eq(vtd_readq(DMAR_RTADDR_REG) & ~VTD_ADDRESS, 0);
	vtd_map_range(SID, SOURCE, virt_to_phys(sm_source), PAGE_SIZE);
	vtd_map_range(SID, IOVA, virt_to_phys(sm_other), PAGE_SIZE);
	sm_copy(&edu, IOVA);
	expect_copied(sm_other, OTHER_SEED, 0);
	expect_unchanged(sm_target, TARGET_SEED);
	expect_no_fault();
}
