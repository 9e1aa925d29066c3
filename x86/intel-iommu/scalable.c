/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scalable mode (VT-d specification, revision 3.3, sections 3.4.3 and 9.2 to 9.6): root and context tables of that kind, PASID
 * directory and table, and below it tables of the second or of the first stage. edu's requests have no PASID: they take
 * RID_PASID of the context entry, 0 here. Invalidation of what one PASID has cached (6.5.2), faults (chapter 7).
 */
#include "iommu_test.h"
#include "patience.h"

#define RTADDR_SCALABLE		(1ull << 10)
#define ECAP_SCALABLE		(1ull << 43)
#define ECAP_SECOND_STAGE	(1ull << 46)
#define ECAP_FIRST_STAGE	(1ull << 47)

/* The granularity in bits 5:4: of one PASID; all (6.5.2.2 and 6.5.2.3). Bits 31:16: the domain; from 32 on: the PASID, 0. */
#define INV_PASID_CACHE_ONE	(7ull | 1 << 4)
#define INV_PASID_CACHE_ALL	(7ull | 3 << 4)
#define INV_PASID_IOTLB		(6ull | 2 << 4)

#define DOMAIN		5
#define FIRST_STAGE	(1ull << 6)	/* PGTT of a PASID table entry */
#define SECOND_STAGE	(2ull << 6)
#define PASS_THROUGH	(4ull << 6)
#define PTE_FIRST	7ull		/* present, writable, for requests without privilege */

enum { FAULT_ROOT = 0x39, FAULT_CONTEXT = 0x41, FAULT_DIRECTORY = 0x51, FAULT_PASID = 0x59 };

static u64 *root, *context, *directory, *entry, *leaf;
static u8 *page, *other;

static void wait_queue(void)
{
	static volatile u32 done;
	struct patience patience = { 0 };

	done = 0;
	vtd_queue(VTD_INV_WAIT | VTD_INV_WAIT_SW | 1ull << 32, virt_to_phys((void *)&done));
	while (!done)
		if (patience_over(&patience, 30))
			report_abort("VT-d: the queue stands, FSTS %#" PRIx32, vtd_readl(DMAR_FSTS_REG));
}

static void invalidate_all(void)
{
	vtd_queue(VTD_INV_CONTEXT_GLOBAL, 0);
	vtd_queue(INV_PASID_CACHE_ALL, 0);
	vtd_queue(VTD_INV_IOTLB_GLOBAL, 0);
	wait_queue();
}

/* Tables of `levels` levels that map IOVA to page; the last entry is leaf. */
static u64 *build_tables(int levels, u64 rights)
{
	u64 *top = alloc_page(), *table = top;

	for (int level = levels; level > 1; level--) {
		u64 *next = alloc_page();

		table[IOVA >> (12 + 9 * (level - 1)) & 511] = virt_to_phys(next) | rights;
		table = next;
	}
	leaf = &table[IOVA >> 12 & 511];
	*leaf = virt_to_phys(page) | rights;
	return top;
}

/* The table entry of PASID 0: 64 bytes, of which the stages have their own words (9.6). */
static void fill_entry(u64 type)
{
	int levels = vtd_readq(DMAR_CAP_REG) & VTD_CAP_SAGAW_48BIT ? 4 : 3;

	entry[1] = DOMAIN;
	if (type == FIRST_STAGE) {
		entry[2] = virt_to_phys(build_tables(4, PTE_FIRST));
		entry[0] = type | VTD_PRESENT;
	} else {
		entry[0] = virt_to_phys(build_tables(levels, VTD_PTE_R | VTD_PTE_W)) | type | (u64)(levels - 2) << 2 |
			   VTD_PRESENT;
	}
}

static void prepare_scalable(u64 type)
{
	u64 ecap;

	prepare();
	ecap = vtd_readq(DMAR_ECAP_REG);
	require_msg(ecap & ECAP_SCALABLE, "the unit has no scalable mode");
	require_msg(type != SECOND_STAGE || ecap & ECAP_SECOND_STAGE, "the unit has no second stage");
	require_msg(type != FIRST_STAGE || ecap & ECAP_FIRST_STAGE, "the unit has no first stage");
	require_msg(type != PASS_THROUGH || ecap & VTD_ECAP_PT, "the unit does not pass through");
	page = alloc_page();
	other = alloc_page();
	fill(page, 0xa7);
	fill(other, 0x31);
	root = alloc_page();
	context = alloc_page();
	directory = alloc_page();
	entry = alloc_page();
	fill_entry(type);
	directory[0] = virt_to_phys(entry) | VTD_PRESENT;
	/* Entries of 32 bytes, slots 0 to 15 in the lower table, the others in the upper one. */
	context[(SID & 0x7f) * 4] = virt_to_phys(directory) | VTD_PRESENT;
	root[(SID >> 8) * 2 + (SID >> 7 & 1)] = virt_to_phys(context) | VTD_PRESENT;
	vtd_command(VTD_GCMD_DMAR, false);
	vtd_writeq(DMAR_RTADDR_REG, virt_to_phys(root) | RTADDR_SCALABLE);
	vtd_command(VTD_GCMD_ROOT, true);
	invalidate_all();
	vtd_command(VTD_GCMD_DMAR, true);
}

/* DMA_SIZE bytes of the page at iova into the device, and back to its other end; `there` is the page that has them. */
static void expect_dma(u64 iova, u8 *there, u8 seed)
{
	fill(there, seed);
	edu_dma(&edu, iova + 0x40, DMA_SIZE, 0, false);
	edu_dma(&edu, iova + 0xe00, DMA_SIZE, 0, true);
	expect_page(there, seed, 0xe00, there + 0x40, DMA_SIZE);
	expect_no_fault();
}

CASE(scalable_second, "scalable mode: DMA goes through the PASID entry's tables of the second stage")
{
	prepare_scalable(SECOND_STAGE);
	expect_dma(IOVA, page, 0xa7);
	expect_page(other, 0x31, 0, other, 0);
}

CASE(scalable_first, "scalable mode: DMA goes through the PASID entry's tables of the first stage")
{
	prepare_scalable(FIRST_STAGE);
	expect_dma(IOVA, page, 0xa7);
	expect_page(other, 0x31, 0, other, 0);
}

CASE(scalable_pass, "scalable mode: a PASID entry that passes through leaves addresses as they are")
{
	prepare_scalable(PASS_THROUGH);
	expect_dma(virt_to_phys(other), other, 0x31);
	expect_page(page, 0xa7, 0, page, 0);
}

/* The translation is cached; then it leads to the other page, of which the unit is told by one descriptor. */
static void check_invalidation(u64 descriptor)
{
	expect_dma(IOVA, page, 0xa7);
	*leaf = virt_to_phys(other) | (*leaf & 7);
	vtd_queue(descriptor, 0);
	wait_queue();
	fill(page, 0x77);
	expect_dma(IOVA, other, 0x31);
	expect_page(page, 0x77, 0, page, 0);
}

CASE(scalable_domain, "scalable mode: invalidating the domain's translations of the second stage (6.5.2.3)")
{
	prepare_scalable(SECOND_STAGE);
	check_invalidation(VTD_INV_IOTLB_DOMAIN | VTD_INV_DID(DOMAIN));
}

CASE(scalable_pasid_iotlb, "scalable mode: invalidating the PASID's translations of the first stage (6.5.2.4)")
{
	prepare_scalable(FIRST_STAGE);
	check_invalidation(INV_PASID_IOTLB | VTD_INV_DID(DOMAIN));
}

CASE(scalable_pasid_cache, "scalable mode: another PASID entry is used once the PASID's cache and translations are invalidated")
{
	prepare_scalable(SECOND_STAGE);
	expect_dma(IOVA, page, 0xa7);
	fill_entry(SECOND_STAGE);
	*leaf = virt_to_phys(other) | (*leaf & 7);
	vtd_queue(INV_PASID_CACHE_ONE | VTD_INV_DID(DOMAIN), 0);
	vtd_queue(VTD_INV_IOTLB_DOMAIN | VTD_INV_DID(DOMAIN), 0);
	wait_queue();
	fill(page, 0x77);
	expect_dma(IOVA, other, 0x31);
	expect_page(page, 0x77, 0, page, 0);
}

/* ---- faults ---- */

static void expect_absent(u64 *what, unsigned int reason)
{
	*what &= ~VTD_PRESENT;
	invalidate_all();
	for (int write = 0; write < 2; write++) {
		edu_dma(&edu, IOVA + 0x120, DMA_SIZE, 0, write);
		expect_fault(IOVA + 0x120, write, reason);
		expect_page(page, 0xa7, 0, page, 0);
	}
	*what |= VTD_PRESENT;
	invalidate_all();
	expect_dma(IOVA, page, 0xa7);
}

static u64 any_stage(void)
{
	require_msg(vtd_present(), "no VT-d unit");
	return vtd_readq(DMAR_ECAP_REG) & ECAP_FIRST_STAGE ? FIRST_STAGE : SECOND_STAGE;
}

CASE(scalable_root_absent, "fault 0x39: the half of the root entry is not present")
{
	prepare_scalable(any_stage());
	expect_absent(&root[(SID >> 8) * 2 + (SID >> 7 & 1)], FAULT_ROOT);
}

CASE(scalable_context_absent, "fault 0x41: the context entry is not present")
{
	prepare_scalable(any_stage());
	expect_absent(&context[(SID & 0x7f) * 4], FAULT_CONTEXT);
}

CASE(scalable_directory_absent, "fault 0x51: the PASID directory entry is not present")
{
	prepare_scalable(any_stage());
	expect_absent(&directory[0], FAULT_DIRECTORY);
}

CASE(scalable_pasid_absent, "fault 0x59: the PASID table entry is not present")
{
	prepare_scalable(any_stage());
	expect_absent(&entry[0], FAULT_PASID);
}
