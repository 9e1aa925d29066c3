/* SPDX-License-Identifier: BSD-2-Clause */
/* Second-level translation of edu's DMA (VT-d specification, sections 3.4, 3.7 and 9.1 to 9.3), and its invalidation (6.5). */
#include "iommu_test.h"

static u8 *source, *target, *other;

static void prepare_pages(void)
{
	prepare();
	source = alloc_page();
	target = alloc_page();
	other = alloc_page();
	fill(source, 0x5a);
	fill(target, 0xc3);
	fill(other, 0x99);
}

/* Through the device's buffer: DMA_SIZE bytes. */
static void copy(u64 from, u64 to)
{
	edu_dma(&edu, from, DMA_SIZE, 0, false);
	edu_dma(&edu, to, DMA_SIZE, 0, true);
}

CASE(mapped, "DMA goes where the tables lead, offsets kept, and touches nothing else")
{
	prepare_pages();
	vtd_map_range(SID, IOVA, virt_to_phys(source), PAGE_SIZE);
	vtd_map_range(SID, 0x10000, virt_to_phys(target), PAGE_SIZE);
	copy(IOVA + 0x230, 0x10000 + 0xe18);
	expect_page(target, 0xc3, 0xe18, source + 0x230, DMA_SIZE);
	expect_page(source, 0x5a, 0, source, 0);
	expect_page(other, 0x99, 0, other, 0);
	expect_no_fault();
}

CASE(across_pages, "DMA across two pages goes to the two frames of each, which need not be neighbours")
{
	prepare_pages();
	vtd_map_range(SID, IOVA, virt_to_phys(source), PAGE_SIZE);
	vtd_map_range(SID, 0x1ff000, virt_to_phys(target), PAGE_SIZE);
	vtd_map_range(SID, 0x200000, virt_to_phys(other), PAGE_SIZE);
	copy(IOVA, 0x200000 - 24);
	expect_page(target, 0xc3, PAGE_SIZE - 24, source, 24);
	expect_page(other, 0x99, 0, source + 24, DMA_SIZE - 24);
	expect_no_fault();
}

CASE(large_page, "a 2 MiB page takes 21 bits of the address as they are")
{
	const u64 mask = (1ull << 21) - 1;
	u64 pa;

	prepare_pages();
	require_msg(vtd_readq(DMAR_CAP_REG) & VTD_CAP_SLLPS_2MIB, "the unit has no 2 MiB pages");
	pa = virt_to_phys(target);
	vtd_map_range(SID, IOVA, virt_to_phys(source), PAGE_SIZE);
	*vtd_pte(SID, 0x40000000, 2) = (pa & ~mask) | VTD_PTE_PS | VTD_PTE_R | VTD_PTE_W;
	vtd_invalidate();
	copy(IOVA + 0x40, 0x40000000 + (pa & mask) + 0x300);
	expect_page(target, 0xc3, 0x300, source + 0x40, DMA_SIZE);
	expect_no_fault();
}

CASE(pass_through, "translation type 10b lets addresses through")
{
	struct vtd_context *context;

	prepare_pages();
	require_msg(vtd_readq(DMAR_ECAP_REG) & VTD_ECAP_PT, "the unit has no pass-through");
	context = vtd_context_entry(SID);
	context->lo = VTD_CONTEXT_TT_PASS | VTD_PRESENT;
	/* The widest that it has: section 9.3, AW. */
	context->hi = (u64)vtd_domain(SID) << 8 | (vtd_readq(DMAR_CAP_REG) & VTD_CAP_SAGAW_48BIT ? 2 : 1);
	vtd_invalidate();
	copy(virt_to_phys(source), virt_to_phys(target) + 0x80);
	expect_page(target, 0xc3, 0x80, source, DMA_SIZE);
	expect_no_fault();
}

CASE(requesters, "the same address of two requesters goes where the tables of each lead")
{
	struct pci_edu_dev second;

	prepare_pages();
	require_msg(find_second(&second), "there is no second edu device");
	vtd_map_range(SID, IOVA, virt_to_phys(source), PAGE_SIZE);
	vtd_map_range(SID, 0x8000, virt_to_phys(target), PAGE_SIZE);
	vtd_map_range(second.pci_dev.bdf, IOVA, virt_to_phys(target), PAGE_SIZE);
	vtd_map_range(second.pci_dev.bdf, 0x8000, virt_to_phys(other), PAGE_SIZE);
	copy(IOVA, 0x8000);
	edu_dma(&second, IOVA, DMA_SIZE, 0, false);
	edu_dma(&second, 0x8000 + DMA_SIZE, DMA_SIZE, 0, true);
	expect_page(target, 0xc3, 0, source, DMA_SIZE);
	expect_page(other, 0x99, DMA_SIZE, source, DMA_SIZE);
	expect_no_fault();
}

CASE(off, "without translation addresses are physical; with it again they are not")
{
	prepare_pages();
	vtd_map_range(SID, virt_to_phys(source), virt_to_phys(source), PAGE_SIZE);
	vtd_map_range(SID, virt_to_phys(target), virt_to_phys(other), PAGE_SIZE);
	vtd_command(VTD_GCMD_DMAR, false);
	copy(virt_to_phys(source), virt_to_phys(target));
	expect_page(target, 0xc3, 0, source, DMA_SIZE);
	expect_page(other, 0x99, 0, other, 0);
	fill(target, 0xc3);
	vtd_command(VTD_GCMD_DMAR, true);
	copy(virt_to_phys(source), virt_to_phys(target));
	expect_page(target, 0xc3, 0, target, 0);
	expect_page(other, 0x99, 0, source, DMA_SIZE);
	expect_no_fault();
}

/* Lets the unit cache a translation, changes it, invalidates it with a descriptor, and looks where DMA goes. */
static void check_invalidation(u64 lo, u64 hi)
{
	static volatile u32 done;
	struct patience patience = { 0 };

	prepare_pages();
	require_msg(vtd_readq(DMAR_ECAP_REG) & VTD_ECAP_QI, "the unit has no invalidation queue");
	vtd_map_range(SID, IOVA, virt_to_phys(target), PAGE_SIZE);
	edu_dma(&edu, IOVA, DMA_SIZE, 0, true);
	fill(target, 0xc3);
	*vtd_pte(SID, IOVA, 1) = virt_to_phys(other) | VTD_PTE_R | VTD_PTE_W;
	vtd_queue(lo, hi);
	done = 0;
	vtd_queue(VTD_INV_WAIT | VTD_INV_WAIT_SW | 1ull << 32, virt_to_phys((void *)&done));
	while (!done && !patience_over(&patience, PATIENCE_SECONDS))
		pause();
	expect_eq(done, 1);
	fill(source, 0x11);
	vtd_map_range(SID, 0x5000, virt_to_phys(source), PAGE_SIZE);
	copy(0x5000, IOVA);
	expect_page(target, 0xc3, 0, target, 0);
	expect_page(other, 0x99, 0, source, DMA_SIZE);
	expect_no_fault();
}

CASE(invalidate_global, "after a global IOTLB invalidation a changed entry is in force (6.5.2.3)")
{
	check_invalidation(VTD_INV_IOTLB_GLOBAL, 0);
}

CASE(invalidate_domain, "after an IOTLB invalidation of the domain a changed entry is in force (6.5.2.3)")
{
	check_invalidation(VTD_INV_IOTLB_DOMAIN | VTD_INV_DID(vtd_domain(SID)), 0);
}

CASE(invalidate_page, "after an IOTLB invalidation of the page a changed entry is in force (6.5.2.3)")
{
	require_msg(vtd_present() && vtd_readq(DMAR_CAP_REG) & VTD_CAP_PSI, "the unit cannot invalidate by page");
	check_invalidation(VTD_INV_IOTLB_PAGE | VTD_INV_DID(vtd_domain(SID)), IOVA);
}
