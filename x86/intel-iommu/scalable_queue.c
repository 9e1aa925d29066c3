/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Invalidation in scalable mode, by descriptors of 256 bits (VT-d specification, section 6.5.2):
 * what is invalidated is what the tables say now, and what belongs to others goes where it went. A
 * unit may forget more than it is told to, so that an old translation is never expected.
 */
#include "scalable_test.h"

#define DESCRIPTOR_SIZE	32

static volatile u32 status[4];

static void prepare_queue(void)
{
	prepare_scalable();
	for (size_t i = 0; i < ARRAY_SIZE(status); i++)
		status[i] = 0xdddddddd;
}

static bool status_is(u32 data)
{
	struct patience patience = { 0 };

	while (status[1] != data && !patience_over(&patience, PATIENCE_SECONDS))
		pause();
	return status[1] == data;
}

static bool wait_status(u32 data)
{
	vtd_queue(VTD_INV_WAIT | VTD_INV_WAIT_SW | (u64)data << 32,
		  virt_to_phys((void *)&status[1]));
	return status_is(data);
}

CASE(sm_wait, "a wait descriptor writes 32 bits, nothing beside them; the head follows the tail")
{
	prepare_queue();
	expect(wait_status(0x12345678));
	expect_eq(status[0], 0xdddddddd);
	expect_eq(status[2], 0xdddddddd);
	expect_eq(vtd_readq(DMAR_IQH_REG), vtd_readq(DMAR_IQT_REG));
	expect_eq(vtd_readq(DMAR_IQT_REG) % DESCRIPTOR_SIZE, 0);
	expect_no_fault();
}

CASE(sm_wrap, "the queue wraps after 256 wide descriptors, and again")
{
	prepare_queue();
	for (u32 i = 1; i <= 2 * VTD_QUEUE_ENTRIES + 3; i++)
		if (!expect(wait_status(i)))
			return;
	expect_eq(vtd_readq(DMAR_IQH_REG), vtd_readq(DMAR_IQT_REG));
	expect_lt(vtd_readq(DMAR_IQT_REG), VTD_QUEUE_ENTRIES * DESCRIPTOR_SIZE);
}

/* A wait descriptor with that bit, of the descriptor's 256, set stops the queue. */
static void check_error(unsigned int bit)
{
	u64 *bad, tail;

	prepare_queue();
	tail = vtd_readq(DMAR_IQT_REG);
	bad = (u64 *)phys_to_virt((vtd_readq(DMAR_IQA_REG) & VTD_ADDRESS) + tail);
	bad[0] = VTD_INV_WAIT | VTD_INV_WAIT_SW | 7ull << 32;
	bad[1] = virt_to_phys((void *)&status[1]);
	bad[2] = bad[3] = 0;
	bad[bit / 64] |= 1ull << bit % 64;
	vtd_writeq(DMAR_IQT_REG, tail + DESCRIPTOR_SIZE);
	expect_eq_msg(vtd_readl(DMAR_FSTS_REG), VTD_FSTS_IQE, "FSTS with bit %u", bit);
	expect_eq(vtd_readq(DMAR_IQH_REG), tail);
	expect_eq(status[1], 0xdddddddd);
	/* Made valid, and the error cleared, it goes on; some: when the tail is written. */
	bad[bit / 64] &= ~(1ull << bit % 64);
	vtd_writel(DMAR_FSTS_REG, VTD_FSTS_IQE);
	vtd_writeq(DMAR_IQT_REG, tail + DESCRIPTOR_SIZE);
	expect(status_is(7));
}

CASE(sm_error_reserved, "reserved bits of a wide wait descriptor, 255:128, stop the queue with IQE")
{
	check_error(128);
	check_error(191);
	check_error(255);
}

/* ---- what was cached ---- */

/* Lets the unit cache what leads to sm_target, for PASID 0 of edu. */
static void cache_target(u64 type)
{
	prepare_pasid(type);
	sm_copy(&edu, IOVA);
	expect_copied(sm_target, TARGET_SEED, 0);
	fill(sm_target, TARGET_SEED);
}

/* Now it leads to sm_other. */
static void expect_other(void)
{
	vtd_wait_queue();
	sm_copy(&edu, IOVA);
	expect_copied(sm_other, OTHER_SEED, 0);
	expect_unchanged(sm_target, TARGET_SEED);
	expect_no_fault();
	fill(sm_other, OTHER_SEED);
}

static void change_page(u64 type)
{
	cache_target(type);
	vtd_sm_map(SID, 0, IOVA, virt_to_phys(sm_other));
}

CASE(sm_inv_domain, "a second-level entry changed: the IOTLB of the domain (6.5.2.3)")
{
	change_page(VTD_PASID_SECOND);
	vtd_queue(VTD_INV_IOTLB_DOMAIN | VTD_INV_DID(DOMAIN), 0);
	expect_other();
}

CASE(sm_inv_page, "a second-level entry changed: the IOTLB of the domain's page (6.5.2.3)")
{
	require_msg(vtd_present() && vtd_readq(DMAR_CAP_REG) & VTD_CAP_PSI,
		    "the unit cannot invalidate by page");
	change_page(VTD_PASID_SECOND);
	vtd_queue(VTD_INV_IOTLB_PAGE | VTD_INV_DID(DOMAIN), IOVA);
	expect_other();
}

CASE(fl_inv_pasid, "a first-level entry changed: the PASID-based IOTLB of the PASID (6.5.2.4)")
{
	change_page(VTD_PASID_FIRST);
	vtd_queue(VTD_INV_PIOTLB_PASID | VTD_INV_DID(DOMAIN) | VTD_INV_PASID(0), 0);
	expect_other();
}

CASE(fl_inv_page, "a first-level entry changed: the PASID-based IOTLB of the page (6.5.2.4)")
{
	require_msg(vtd_present() && vtd_readq(DMAR_CAP_REG) & VTD_CAP_PSI,
		    "the unit cannot invalidate by page");
	change_page(VTD_PASID_FIRST);
	vtd_queue(VTD_INV_PIOTLB_PAGE | VTD_INV_DID(DOMAIN) | VTD_INV_PASID(0), IOVA);
	expect_other();
}

CASE(fl_inv_pages, "first-level entries changed: the PASID-based IOTLB of two pages, by the mask")
{
	require_msg(vtd_present() && vtd_readq(DMAR_CAP_REG) & VTD_CAP_PSI,
		    "the unit cannot invalidate by page");
	change_page(VTD_PASID_FIRST);
	/* AM 1: bit 12 of the address is not looked at. IOVA has it set. */
	vtd_queue(VTD_INV_PIOTLB_PAGE | VTD_INV_DID(DOMAIN) | VTD_INV_PASID(0),
		  (IOVA & ~(1ull << PAGE_SHIFT)) | 1);
	expect_other();
}

/*
 * The PASID's entry leads to another table, by which IOVA is sm_other. After the PASID cache the
 * IOTLB is invalidated, by the domain, as the guidance for second-level tables has it (6.5.3.3).
 */
static void check_pasid_cache(u64 descriptor)
{
	cache_target(VTD_PASID_SECOND);
	vtd_pasid_setup(SID, 0, DOMAIN, VTD_PASID_SECOND);
	vtd_sm_map(SID, 0, SOURCE, virt_to_phys(sm_source));
	vtd_sm_map(SID, 0, IOVA, virt_to_phys(sm_other));
	vtd_queue(descriptor, 0);
	vtd_queue(VTD_INV_IOTLB_DOMAIN | VTD_INV_DID(DOMAIN), 0);
	expect_other();
}

CASE(sm_inv_pasid, "a PASID's entry changed: the PASID cache of the PASID (6.5.2.2)")
{
	check_pasid_cache(VTD_INV_PASID_ONE | VTD_INV_DID(DOMAIN) | VTD_INV_PASID(0));
}

CASE(sm_inv_pasid_domain, "a PASID's entry changed: the PASID cache of the domain (6.5.2.2)")
{
	check_pasid_cache(VTD_INV_PASID_DOMAIN | VTD_INV_DID(DOMAIN));
}

CASE(sm_inv_pasid_global, "a PASID's entry changed: the whole PASID cache (6.5.2.2)")
{
	check_pasid_cache(VTD_INV_PASID_GLOBAL);
}

CASE(fl_inv_pasid_entry, "a PASID's entry changed: PASID cache and PASID-based IOTLB of the PASID")
{
	cache_target(VTD_PASID_FIRST);
	vtd_pasid_setup(SID, 0, DOMAIN, VTD_PASID_FIRST);
	vtd_sm_map(SID, 0, SOURCE, virt_to_phys(sm_source));
	vtd_sm_map(SID, 0, IOVA, virt_to_phys(sm_other));
	vtd_queue(VTD_INV_PASID_ONE | VTD_INV_DID(DOMAIN) | VTD_INV_PASID(0), 0);
	vtd_queue(VTD_INV_PIOTLB_PASID | VTD_INV_DID(DOMAIN) | VTD_INV_PASID(0), 0);
	expect_other();
}

/* After what was invalidated no DMA to sm_target is let through. */
static void expect_blocked(void)
{
	vtd_wait_queue();
	edu_dma(&edu, IOVA, DMA_SIZE, 0, true);
	expect_eq(vtd_readl(DMAR_FSTS_REG), VTD_FSTS_PPF);
	expect_unchanged(sm_target, TARGET_SEED);
}

CASE(sm_inv_removed, "a PASID's entry is no longer present: PASID cache and IOTLB (6.5.2.2)")
{
	cache_target(VTD_PASID_SECOND);
	vtd_pasid_entry(SID, 0)->q[0] &= ~VTD_PRESENT;
	vtd_queue(VTD_INV_PASID_ONE | VTD_INV_DID(DOMAIN) | VTD_INV_PASID(0), 0);
	vtd_queue(VTD_INV_IOTLB_DOMAIN | VTD_INV_DID(DOMAIN), 0);
	expect_blocked();
}

CASE(fl_inv_removed, "a PASID's entry is no longer present: PASID cache and PASID-based IOTLB")
{
	cache_target(VTD_PASID_FIRST);
	vtd_pasid_entry(SID, 0)->q[0] &= ~VTD_PRESENT;
	vtd_queue(VTD_INV_PASID_ONE | VTD_INV_DID(DOMAIN) | VTD_INV_PASID(0), 0);
	vtd_queue(VTD_INV_PIOTLB_PASID | VTD_INV_DID(DOMAIN) | VTD_INV_PASID(0), 0);
	expect_blocked();
}

/* In scalable mode a context entry has no domain: DID is 0 (6.5.2.1). Then what it led to. */
static void invalidate_context(void)
{
	vtd_queue(VTD_INV_CONTEXT_DEVICE | VTD_INV_SID(SID), 0);
	vtd_queue(VTD_INV_PASID_DOMAIN | VTD_INV_DID(DOMAIN), 0);
	vtd_queue(VTD_INV_IOTLB_DOMAIN | VTD_INV_DID(DOMAIN), 0);
}

CASE(sm_inv_context, "a context entry leads elsewhere: the device's context cache (6.5.2.1)")
{
	cache_target(VTD_PASID_SECOND);
	vtd_sm_context_entry(SID)->q[0] = 0;
	vtd_pasid_setup(SID, 0, DOMAIN2, VTD_PASID_SECOND);
	vtd_sm_map(SID, 0, SOURCE, virt_to_phys(sm_source));
	vtd_sm_map(SID, 0, IOVA, virt_to_phys(sm_other));
	invalidate_context();
	expect_other();
}

CASE(sm_inv_context_removed, "a context entry is no longer present: the device's context cache")
{
	cache_target(VTD_PASID_SECOND);
	vtd_sm_context_entry(SID)->q[0] &= ~VTD_PRESENT;
	invalidate_context();
	expect_blocked();
}

CASE(sm_inv_rid_pasid, "RID_PASID changed: the device's context cache, PASID cache and IOTLB")
{
	cache_target(VTD_PASID_SECOND);
	require_msg(vtd_readq(DMAR_ECAP_REG) & VTD_ECAP_RPS, "the unit has no RID_PASID");
	vtd_pasid_setup(SID, 0x41, DOMAIN2, VTD_PASID_SECOND);
	vtd_sm_map(SID, 0x41, SOURCE, virt_to_phys(sm_source));
	vtd_sm_map(SID, 0x41, IOVA, virt_to_phys(sm_other));
	vtd_sm_context_entry(SID)->q[1] = 0x41;
	invalidate_context();
	expect_other();
}

/* ---- others ---- */

/* Second-level or first-level tables of the second edu, in another domain, are not changed. */
static void check_others(u64 type, u64 descriptor)
{
	struct pci_edu_dev second;
	u16 sid;
	u8 *page;

	prepare_pasid(type);
	require_msg(find_second(&second), "there is no second edu device");
	sid = second.pci_dev.bdf;
	page = alloc_page();
	fill(page, 0x3c);
	vtd_pasid_setup(sid, 0, DOMAIN2, type);
	vtd_sm_map(sid, 0, SOURCE, virt_to_phys(sm_source));
	vtd_sm_map(sid, 0, IOVA, virt_to_phys(page));
	vtd_invalidate();
	sm_copy(&edu, IOVA);
	sm_copy(&second, IOVA + 0x40);
	expect_copied(sm_target, TARGET_SEED, 0);
	expect_copied(page, 0x3c, 0x40);
	fill(sm_target, TARGET_SEED);
	fill(page, 0x3c);
	vtd_sm_map(SID, 0, IOVA, virt_to_phys(sm_other));
	vtd_queue(descriptor, 0);
	expect_other();
	sm_copy(&second, IOVA + 0x80);
	expect_copied(page, 0x3c, 0x80);
	expect_unchanged(sm_other, OTHER_SEED);
	expect_no_fault();
}

CASE(sm_inv_other_domain, "invalidating one domain does not change where another's same page leads")
{
	check_others(VTD_PASID_SECOND, VTD_INV_IOTLB_DOMAIN | VTD_INV_DID(DOMAIN));
}

CASE(fl_inv_other_domain, "invalidating PASID 0 of one domain does not change PASID 0 of another")
{
	check_others(VTD_PASID_FIRST,
		     VTD_INV_PIOTLB_PASID | VTD_INV_DID(DOMAIN) | VTD_INV_PASID(0));
}
