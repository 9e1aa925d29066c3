/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults of edu's DMA (VT-d specification, chapter 7 and appendix A; records: section 10.4.14): the record as a whole,
 * FSTS, and memory that has not changed; one entry wrong at a time. Then the interrupt that tells of it.
 */
#include "iommu_test.h"
#include "x86/apic.h"

static u8 *page;

static void prepare_page(void)
{
	prepare();
	page = alloc_page();
	fill(page, 0xa7);
	vtd_map_range(SID, IOVA, virt_to_phys(page), PAGE_SIZE);
}

/* The device reads, or writes, at iova, after the caller changed the tables. */
static void expect_dma_fault(u64 iova, bool write, enum vtd_fault reason)
{
	vtd_invalidate();
	vtd_clear_faults();
	edu_dma(&edu, iova, DMA_SIZE, 0, write);
	expect_fault(iova, write, reason);
	expect_page(page, 0xa7, 0, page, 0);
}

CASE(root_absent, "fault 1: the root entry is not present")
{
	prepare_page();
	*vtd_root_entry(SID >> 8) &= ~VTD_PRESENT;
	expect_dma_fault(IOVA + 0x120, true, VTD_FAULT_ROOT_ABSENT);
	expect_dma_fault(IOVA + 0x120, false, VTD_FAULT_ROOT_ABSENT);
}

CASE(root_reserved, "fault 0xa: reserved bits of the root entry: 11:1 and 127:64")
{
	prepare_page();
	*vtd_root_entry(SID >> 8) |= 1 << 1;
	expect_dma_fault(IOVA + 0x120, true, VTD_FAULT_ROOT_RESERVED);
	*vtd_root_entry(SID >> 8) ^= 1 << 1;
	vtd_root_entry(SID >> 8)[1] = 1ull << 63;
	expect_dma_fault(IOVA + 0x120, true, VTD_FAULT_ROOT_RESERVED);
}

CASE(context_absent, "fault 2: the context entry is not present")
{
	prepare_page();
	vtd_context_entry(SID)->lo &= ~VTD_PRESENT;
	expect_dma_fault(IOVA, true, VTD_FAULT_CONTEXT_ABSENT);
	expect_dma_fault(IOVA, false, VTD_FAULT_CONTEXT_ABSENT);
}

CASE(context_invalid, "fault 3: an address width, or a translation type, that there is not")
{
	prepare_page();
	vtd_context_entry(SID)->hi |= 7;
	expect_dma_fault(IOVA, true, VTD_FAULT_CONTEXT_INVALID);
	prepare_page();
	vtd_context_entry(SID)->lo |= 3 << 2;
	expect_dma_fault(IOVA, true, VTD_FAULT_CONTEXT_INVALID);
}

CASE(context_reserved, "fault 0xb: reserved bits of the context entry: 11:4 and 127:88")
{
	prepare_page();
	vtd_context_entry(SID)->hi |= 1ull << 24;
	expect_dma_fault(IOVA, true, VTD_FAULT_CONTEXT_RESERVED);
	prepare_page();
	vtd_context_entry(SID)->lo |= 1 << 4;
	expect_dma_fault(IOVA, true, VTD_FAULT_CONTEXT_RESERVED);
}

CASE(address, "fault 4: the first address beyond the tables' width")
{
	u64 beyond;

	require_msg(WIDE, "the CPU cannot tell the device an address of that many bits");
	prepare_page();
	beyond = vtd_readq(DMAR_CAP_REG) & VTD_CAP_SAGAW_39BIT ? 1ull << 39 : 1ull << 48;
	expect_dma_fault(beyond, true, VTD_FAULT_ADDRESS);
	expect_dma_fault(beyond, false, VTD_FAULT_ADDRESS);
}

CASE(write, "fault 5: writing without the permission, of the page or above it; reading is allowed")
{
	prepare_page();
	*vtd_pte(SID, IOVA, 1) &= ~VTD_PTE_W;
	expect_dma_fault(IOVA + 0xf00, true, VTD_FAULT_WRITE);
	edu_dma(&edu, IOVA, DMA_SIZE, 0, false);
	expect_no_fault();
	*vtd_pte(SID, IOVA, 1) |= VTD_PTE_W;
	*vtd_pte(SID, IOVA, 2) &= ~VTD_PTE_W;
	expect_dma_fault(IOVA + 0xf00, true, VTD_FAULT_WRITE);
	*vtd_pte(SID, IOVA, 2) |= VTD_PTE_W;
	*vtd_pte(SID, IOVA, 1) = 0;
	expect_dma_fault(IOVA + 0xf00, true, VTD_FAULT_WRITE);
}

CASE(read, "fault 6: reading without the permission, of the page or above it; writing is allowed")
{
	prepare_page();
	edu_dma(&edu, IOVA, DMA_SIZE, 0, false);
	expect_no_fault();
	*vtd_pte(SID, IOVA, 1) &= ~VTD_PTE_R;
	expect_dma_fault(IOVA + 0x10, false, VTD_FAULT_READ);
	edu_dma(&edu, IOVA, DMA_SIZE, 0, true);
	expect_no_fault();
	fill(page, 0xa7);
	*vtd_pte(SID, IOVA, 1) |= VTD_PTE_R;
	*vtd_pte(SID, IOVA, 3) &= ~VTD_PTE_R;
	expect_dma_fault(IOVA + 0x10, false, VTD_FAULT_READ);
	*vtd_pte(SID, IOVA, 3) = 0;
	expect_dma_fault(IOVA + 0x10, false, VTD_FAULT_READ);
}

CASE(pte_reserved, "fault 0xc: an address in an entry beyond what the machine has")
{
	prepare_page();
	*vtd_pte(SID, IOVA, 1) |= 1ull << 51;
	expect_dma_fault(IOVA, true, VTD_FAULT_PTE_RESERVED);
	*vtd_pte(SID, IOVA, 1) ^= 1ull << 51;
	*vtd_pte(SID, IOVA, 2) |= 1ull << 51;
	expect_dma_fault(IOVA, false, VTD_FAULT_PTE_RESERVED);
}

CASE(processing_disabled, "with fault processing disabled in the context entry nothing is recorded, and nothing written")
{
	prepare_page();
	vtd_context_entry(SID)->lo |= VTD_FPD;
	*vtd_pte(SID, IOVA, 1) = 0;
	vtd_invalidate();
	edu_dma(&edu, IOVA, DMA_SIZE, 0, true);
	expect_no_fault();
	expect_page(page, 0xa7, 0, page, 0);
}

CASE(no_pasid, "a unit without PASIDs records 0 as the PASID (10.4.14)")
{
	prepare_page();
	require_msg(!(vtd_readq(DMAR_ECAP_REG) & VTD_ECAP_PASID), "the unit has PASIDs");
	edu_dma(&edu, 0x3000, DMA_SIZE, 0, true);
	expect_eq(vtd_fault_record(0).hi & VTD_FRCD_PASID, 0);
	expect_fault(0x3000, true, VTD_FAULT_WRITE);
}

CASE(first_stays, "a record is kept until software clears it (10.4.14)")
{
	prepare_page();
	require_msg(VTD_CAP_NFR(vtd_readq(DMAR_CAP_REG)) == 1, "the unit has more than one record");
	edu_dma(&edu, 0x3000, DMA_SIZE, 0, true);
	edu_dma(&edu, 0x4000, DMA_SIZE, 0, false);
	/* Whether the second one counts as lost is the unit's to say: it may collapse faults of one requester. */
	expect_eq(vtd_readl(DMAR_FSTS_REG) & ~VTD_FSTS_PFO, VTD_FSTS_PPF);
	vtd_writel(DMAR_FSTS_REG, VTD_FSTS_PFO);
	expect_fault(0x3000, true, VTD_FAULT_WRITE);
}

/* ---- the interrupt: sections 10.4.10 to 10.4.13 ---- */

static void prepare_event(void)
{
	prepare_page();
	vtd_writel(DMAR_FEDATA_REG, OTHER_VECTOR);
	vtd_writel(DMAR_FEADDR_REG, APIC_DEFAULT_PHYS_BASE | apic_id() << 12);
	vtd_writel(DMAR_FEUADDR_REG, 0);
}

CASE(event, "a fault sends the message of FEADDR and FEDATA, once, not itself remapped")
{
	prepare_event();
	vtd_writel(DMAR_FECTL_REG, 0);
	edu_dma(&edu, 0x3000, DMA_SIZE, 0, true);
	expect_interrupts(0, 1);
	expect_eq(last_vector, OTHER_VECTOR);
	expect_eq(last_trigger_mode, false);
	expect_eq(vtd_readl(DMAR_FECTL_REG), 0);
	expect_fault(0x3000, true, VTD_FAULT_WRITE);
	edu_dma(&edu, 0x3000, DMA_SIZE, 0, true);
	expect_interrupts(0, 1);
}

CASE(event_masked, "a masked fault event is pending, and comes when it is unmasked")
{
	prepare_event();
	expect_eq(vtd_readl(DMAR_FECTL_REG), VTD_EVENT_IM);
	edu_dma(&edu, 0x3000, DMA_SIZE, 0, true);
	expect_interrupts(0, 0);
	expect_eq(vtd_readl(DMAR_FECTL_REG), VTD_EVENT_IM | VTD_EVENT_IP);
	vtd_writel(DMAR_FECTL_REG, 0);
	expect_interrupts(0, 1);
	expect_eq(vtd_readl(DMAR_FECTL_REG), 0);
}

CASE(event_forgotten, "a pending fault event goes with its faults")
{
	prepare_event();
	edu_dma(&edu, 0x3000, DMA_SIZE, 0, true);
	expect_eq(vtd_readl(DMAR_FECTL_REG), VTD_EVENT_IM | VTD_EVENT_IP);
	vtd_clear_faults();
	expect_eq(vtd_readl(DMAR_FECTL_REG), VTD_EVENT_IM);
	vtd_writel(DMAR_FECTL_REG, 0);
	expect_interrupts(0, 0);
}
