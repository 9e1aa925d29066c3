/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults of scalable mode (VT-d specification, section 7.1.3, the table of fault conditions): one
 * entry wrong at a time; the record as a whole but for the reason, FSTS, and memory that has not
 * changed. The reasons have cases of their own, each for a group of them.
 */
#include "scalable_test.h"

/* Reasons below are those of legacy mode and of interrupts. */
#define FIRST_REASON	0x30

static struct vtd_fault_record fault(struct pci_edu_dev *dev, u64 iova, bool write)
{
	vtd_invalidate();
	vtd_clear_faults();
	edu_dma(dev, iova, DMA_SIZE, 0, write);
	return vtd_fault_record(0);
}

unsigned int expect_sm_fault(struct pci_edu_dev *dev, u64 iova, bool write)
{
	struct vtd_fault_record record = fault(dev, iova, write);

	expect_eq(vtd_readl(DMAR_FSTS_REG), VTD_FSTS_PPF);
	expect_eq(record.lo, iova & ~(PAGE_SIZE - 1ull));
	/* What it says of a PASID has a case of its own. */
	expect_eq(record.hi & ~(VTD_FRCD_PASID | VTD_FRCD_PP | VTD_FRCD_REASON(0xff)),
		  VTD_FRCD_F | (write ? 0 : VTD_FRCD_READ) | dev->pci_dev.bdf);
	vtd_clear_faults();
	expect_no_fault();
	expect_unchanged(sm_target, TARGET_SEED);
	return record.hi >> 32 & 0xff;
}

/* The reason of writing at iova; 0 if there is no fault. */
static unsigned int reason_at(u64 iova)
{
	struct vtd_fault_record record = fault(&edu, iova, true);

	return record.hi & VTD_FRCD_F ? record.hi >> 32 & 0xff : 0;
}

/* The same with some bits of an entry the other way round. */
static unsigned int reason_of(u64 *word, u64 bits)
{
	unsigned int reason;

	*word ^= bits;
	reason = reason_at(IOVA);
	*word ^= bits;
	return reason;
}

static void expect_both(u64 iova)
{
	expect_sm_fault(&edu, iova, true);
	expect_sm_fault(&edu, iova, false);
}

static void check_bits(u64 *word, u64 bits)
{
	*word ^= bits;
	expect_both(IOVA + 0x120);
	*word ^= bits;
}

/* An entry without its bit 0; with it again, DMA works. */
static void check_absent(u64 *word)
{
	check_bits(word, VTD_PRESENT);
	vtd_invalidate();
	sm_copy(&edu, IOVA);
	expect_copied(sm_target, TARGET_SEED, 0);
	expect_no_fault();
}

CASE(sm_root_absent, "the lower half of the root entry is not present")
{
	prepare_pasid(VTD_PASID_SECOND);
	check_absent(vtd_sm_root_entry(SID));
}

CASE(sm_root_upper_absent, "the upper half of the root entry is not present")
{
	struct pci_edu_dev second;

	prepare_pasid(VTD_PASID_SECOND);
	require_msg(find_second(&second), "there is no second edu device");
	require_msg(second.pci_dev.bdf & 0x80, "no device is in the upper half of the bus");
	/* The context entry that the lower half has at that place is present. */
	*vtd_sm_context_entry(second.pci_dev.bdf & ~0x80) = *vtd_sm_context_entry(SID);
	*vtd_sm_root_entry(second.pci_dev.bdf) = 0;
	expect_sm_fault(&second, IOVA, true);
	expect_sm_fault(&second, IOVA, false);
}

CASE(sm_root_reserved, "reserved bits of the root entry's half: 11:1")
{
	prepare_pasid(VTD_PASID_SECOND);
	check_bits(vtd_sm_root_entry(SID), 1ull << 1);
	check_bits(vtd_sm_root_entry(SID), 1ull << 11);
}

CASE(sm_context_absent, "the context entry is not present")
{
	prepare_pasid(VTD_PASID_SECOND);
	check_absent(&vtd_sm_context_entry(SID)->q[0]);
}

CASE(sm_context_reserved, "reserved bits of the context entry: 255:128")
{
	prepare_pasid(VTD_PASID_SECOND);
	check_bits(&vtd_sm_context_entry(SID)->q[2], 1ull << 0);
	check_bits(&vtd_sm_context_entry(SID)->q[2], 1ull << 63);
	check_bits(&vtd_sm_context_entry(SID)->q[3], 1ull << 0);
	check_bits(&vtd_sm_context_entry(SID)->q[3], 1ull << 63);
}

CASE(sm_rid_pasid_beyond, "fault 48h: RID_PASID is beyond the directory, as PDTS says")
{
	prepare_pasid(VTD_PASID_SECOND);
	require_msg(vtd_readq(DMAR_ECAP_REG) & VTD_ECAP_RPS, "the unit has no RID_PASID");
	vtd_sm_context_entry(SID)->q[1] = VTD_SM_PASIDS;
	expect_eq(expect_sm_fault(&edu, IOVA, true), VTD_SM_RID_PASID_BEYOND);
	expect_eq(expect_sm_fault(&edu, IOVA, false), VTD_SM_RID_PASID_BEYOND);
}

CASE(sm_directory_absent, "the entry of the PASID directory is not present")
{
	prepare_pasid(VTD_PASID_SECOND);
	check_absent(vtd_sm_directory_entry(SID, 0));
}

CASE(sm_directory_reserved, "fault 52h: reserved bits of the entry of the PASID directory: 11:2")
{
	u64 *entry;

	prepare_pasid(VTD_PASID_SECOND);
	entry = vtd_sm_directory_entry(SID, 0);
	for (int bit = 2; bit <= 11; bit++)
		expect_eq(reason_of(entry, 1ull << bit), VTD_SM_DIRECTORY_RESERVED);
	expect_unchanged(sm_target, TARGET_SEED);
}

CASE(sm_pasid_absent, "the PASID's entry is not present")
{
	prepare_pasid(VTD_PASID_SECOND);
	check_absent(&vtd_pasid_entry(SID, 0)->q[0]);
}

CASE(sm_pasid_reserved, "fault 5ah: reserved bits of the PASID's entry: 11:10 and 511:192")
{
	struct vtd_pasid_entry *entry;

	prepare_pasid(VTD_PASID_SECOND);
	entry = vtd_pasid_entry(SID, 0);
	expect_eq(reason_of(&entry->q[0], 1ull << 10), VTD_SM_PASID_RESERVED);
	expect_eq(reason_of(&entry->q[0], 1ull << 11), VTD_SM_PASID_RESERVED);
	for (int i = 3; i < 8; i++)
		expect_eq(reason_of(&entry->q[i], 1ull << (9 * i)), VTD_SM_PASID_RESERVED);
	expect_unchanged(sm_target, TARGET_SEED);
}

CASE(sm_pasid_type, "translation types that there are not: 0 and 5 to 7")
{
	static const u8 types[] = { 0, 5, 6, 7 };

	prepare_pasid(VTD_PASID_SECOND);
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		check_bits(&vtd_pasid_entry(SID, 0)->q[0],
			   VTD_PASID_SECOND ^ VTD_PASID_PGTT(types[i]));
}

CASE(sm_pasid_unsupported, "fault 5bh: translation types that ECAP does not announce")
{
	static const struct {
		u64 type, capability;
	} types[] = {
		{ VTD_PASID_FIRST, VTD_ECAP_FLTS },
		{ VTD_PASID_SECOND, VTD_ECAP_SLTS },
		{ VTD_PASID_PGTT(3), VTD_ECAP_NEST },
		{ VTD_PASID_PASS, VTD_ECAP_PT },
	};
	u64 ecap;
	int checked = 0;

	prepare_scalable();
	ecap = vtd_readq(DMAR_ECAP_REG);
	sm_target = alloc_page();
	fill(sm_target, TARGET_SEED);
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (ecap & types[i].capability)
			continue;
		/* A table of both levels, with the page in it. */
		vtd_pasid_setup(SID, 0, DOMAIN, VTD_PASID_FIRST);
		vtd_sm_map(SID, 0, IOVA, virt_to_phys(sm_target));
		vtd_pasid_entry(SID, 0)->q[0] |= vtd_pasid_entry(SID, 0)->q[2];
		vtd_pasid_entry(SID, 0)->q[0] ^= VTD_PASID_FIRST ^ types[i].type;
		expect_eq(expect_sm_fault(&edu, IOVA, true), VTD_SM_PASID_INVALID);
		expect_eq(expect_sm_fault(&edu, IOVA, false), VTD_SM_PASID_INVALID);
		checked++;
	}
	require_msg(checked, "the unit has all types");
}

CASE(sm_pasid_width, "an address width that there is not: 7")
{
	prepare_pasid(VTD_PASID_SECOND);
	vtd_pasid_entry(SID, 0)->q[0] |= VTD_PASID_AW(7);
	expect_both(IOVA);
}

/* ---- paging entries of the second level ---- */

CASE(sm_write, "writing without the permission, of the page or above it; reading is allowed")
{
	prepare_pasid(VTD_PASID_SECOND);
	for (int level = 1; level <= vtd_sm_levels(); level++) {
		*vtd_sm_pte(SID, 0, IOVA, level) &= ~VTD_PTE_W;
		expect_sm_fault(&edu, IOVA + 0xf00, true);
		edu_dma(&edu, IOVA, DMA_SIZE, 0, false);
		expect_no_fault();
		*vtd_sm_pte(SID, 0, IOVA, level) |= VTD_PTE_W;
	}
}

CASE(sm_read, "reading without the permission, of the page or above it; writing is allowed")
{
	prepare_pasid(VTD_PASID_SECOND);
	edu_dma(&edu, IOVA, DMA_SIZE, 0, false);
	expect_no_fault();
	for (int level = 1; level <= vtd_sm_levels(); level++) {
		*vtd_sm_pte(SID, 0, IOVA, level) &= ~VTD_PTE_R;
		expect_sm_fault(&edu, IOVA + 0x10, false);
		edu_dma(&edu, IOVA, DMA_SIZE, 0, true);
		expect_no_fault();
		fill(sm_target, TARGET_SEED);
		*vtd_sm_pte(SID, 0, IOVA, level) |= VTD_PTE_R;
	}
}

/* Which reason is not looked at: that of the permission, or 79h. */
CASE(sm_no_entry, "an entry without any permission, at each level, lets neither pass")
{
	prepare_pasid(VTD_PASID_SECOND);
	for (int level = 1; level <= vtd_sm_levels(); level++)
		check_bits(vtd_sm_pte(SID, 0, IOVA, level), VTD_PTE_R | VTD_PTE_W);
}

CASE(sm_pte_reserved, "an address in an entry, at each level, beyond what the machine has")
{
	prepare_pasid(VTD_PASID_SECOND);
	for (int level = 1; level <= vtd_sm_levels(); level++)
		check_bits(vtd_sm_pte(SID, 0, IOVA, level), 1ull << 51);
}

CASE(sm_address, "the first address beyond the width of the PASID's tables")
{
	prepare_pasid(VTD_PASID_SECOND);
	require_msg(WIDE, "the CPU cannot tell the device an address of that many bits");
	expect_both(1ull << (PAGE_SHIFT + 9 * vtd_sm_levels()));
}

CASE(sm_processing_disabled, "FPD of the context, directory and PASID entry: nothing is recorded")
{
	u64 *entries[3];

	prepare_pasid(VTD_PASID_SECOND);
	entries[0] = &vtd_sm_context_entry(SID)->q[0];
	entries[1] = vtd_sm_directory_entry(SID, 0);
	entries[2] = &vtd_pasid_entry(SID, 0)->q[0];
	*vtd_sm_pte(SID, 0, IOVA, 1) = 0;
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
		*entries[i] |= VTD_FPD;
		vtd_invalidate();
		edu_dma(&edu, IOVA, DMA_SIZE, 0, true);
		expect_no_fault();
		expect_unchanged(sm_target, TARGET_SEED);
		*entries[i] &= ~VTD_FPD;
	}
}

/* ---- what else the record says ---- */

CASE(sm_no_pasid, "the record of a request without a PASID has PP clear (10.4.14)")
{
	prepare_pasid(VTD_PASID_SECOND);
	*vtd_sm_pte(SID, 0, IOVA, 1) = 0;
	expect_eq(fault(&edu, IOVA, true).hi & (VTD_FRCD_F | VTD_FRCD_PP), VTD_FRCD_F);
	vtd_sm_context_entry(SID)->q[0] &= ~VTD_PRESENT;
	expect_eq(fault(&edu, IOVA, true).hi & (VTD_FRCD_F | VTD_FRCD_PP), VTD_FRCD_F);
}

CASE(sm_reason_context, "reasons of root and context entries: 39h, 3ah, 41h, 42h")
{
	prepare_pasid(VTD_PASID_SECOND);
	expect_eq(reason_of(vtd_sm_root_entry(SID), VTD_PRESENT), VTD_SM_ROOT_ABSENT);
	expect_eq(reason_of(vtd_sm_root_entry(SID), 1ull << 1), VTD_SM_ROOT_RESERVED);
	expect_eq(reason_of(&vtd_sm_context_entry(SID)->q[0], VTD_PRESENT), VTD_SM_CONTEXT_ABSENT);
	expect_eq(reason_of(&vtd_sm_context_entry(SID)->q[2], 1), VTD_SM_CONTEXT_RESERVED);
}

/* Values of fields that there are not could also be taken for reserved: 5ah. */
CASE(sm_reason_pasid, "reasons of PASIDs' entries: 51h, 59h, 5bh")
{
	struct vtd_pasid_entry *entry;
	unsigned int reason;

	prepare_pasid(VTD_PASID_SECOND);
	entry = vtd_pasid_entry(SID, 0);
	expect_eq(reason_of(vtd_sm_directory_entry(SID, 0), VTD_PRESENT), VTD_SM_DIRECTORY_ABSENT);
	expect_eq(reason_of(&entry->q[0], VTD_PRESENT), VTD_SM_PASID_ABSENT);
	reason = reason_of(&entry->q[0], VTD_PASID_SECOND ^ VTD_PASID_PGTT(7));
	expect(reason == VTD_SM_PASID_INVALID || reason == VTD_SM_PASID_RESERVED);
	reason = reason_of(&entry->q[0], (entry->q[0] & VTD_PASID_AW(7)) ^ VTD_PASID_AW(7));
	expect(reason == VTD_SM_PASID_INVALID || reason == VTD_SM_PASID_RESERVED);
}

/* Which reason an address beyond the tables has, 83h or 84h, is not looked at. */
CASE(sm_reason_second, "reasons of the second level: 7ah, 85h, 86h; of an address one of its mode")
{
	prepare_pasid(VTD_PASID_SECOND);
	expect_eq(reason_of(vtd_sm_pte(SID, 0, IOVA, 1), 1ull << 51), VTD_SM_SL_RESERVED);
	expect_eq(reason_of(vtd_sm_pte(SID, 0, IOVA, 1), VTD_PTE_W), VTD_SM_WRITE);
	*vtd_sm_pte(SID, 0, IOVA, 1) ^= VTD_PTE_R;
	expect_eq(expect_sm_fault(&edu, IOVA, false), VTD_SM_READ);
	if (WIDE)
		expect_ge(reason_at(1ull << (PAGE_SHIFT + 9 * vtd_sm_levels())), FIRST_REASON);
}
