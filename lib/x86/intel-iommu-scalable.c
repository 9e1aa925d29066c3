/* SPDX-License-Identifier: BSD-2-Clause */
/* VT-d's scalable mode: context entries, PASIDs, tables; see intel-iommu-scalable.h. */
#include "alloc_page.h"
#include "x86/intel-iommu-scalable.h"
#include "x86/intel-iommu-unit.h"
#include "asm/io.h"
#include "asm/page.h"

#define PASIDS_PER_TABLE	64
#define FIRST_LEVELS		4

/* Context entries have 32 bytes: a table is of 16 devices. */
struct vtd_sm_context *vtd_sm_context_entry(u16 sid)
{
	struct vtd_sm_context *context = vtd_table_at(*vtd_sm_root_entry(sid));

	context += sid & 0x7f;
	if (!context->q[0])
		context->q[0] = virt_to_phys(alloc_page()) | VTD_PRESENT;
	return context;
}

u64 *vtd_sm_directory_entry(u16 sid, u32 pasid)
{
	u64 *directory = vtd_table_at(vtd_sm_context_entry(sid)->q[0]);
	u64 *entry = directory + pasid / PASIDS_PER_TABLE;

	assert_msg(pasid < VTD_SM_PASIDS, "VT-d: no PASID %#" PRIx32 " in the directory", pasid);
	if (!*entry)
		*entry = virt_to_phys(alloc_page()) | VTD_PRESENT;
	return entry;
}

struct vtd_pasid_entry *vtd_pasid_entry(u16 sid, u32 pasid)
{
	struct vtd_pasid_entry *entries = vtd_table_at(*vtd_sm_directory_entry(sid, pasid));

	return entries + pasid % PASIDS_PER_TABLE;
}

int vtd_sm_levels(void)
{
	return vtd_readq(DMAR_CAP_REG) & VTD_CAP_SAGAW_48BIT ? 4 : 3;
}

/*
 * A test of the tests: with VMUNIT_VTD_FLIP=WORD:BITS in the environment (hexadecimal) these bits
 * of that 64-bit word of every PASID's entry that is set up are the other way round.
 */
static void flip_bits(struct vtd_pasid_entry *entry)
{
	char *flip = getenv("VMUNIT_VTD_FLIP"), *bits;
	unsigned long word;

	if (!flip)
		return;
	word = strtoul(flip, &bits, 16);
	assert_msg(*bits == ':' && word < ARRAY_SIZE(entry->q),
		   "VMUNIT_VTD_FLIP=%s is not WORD:BITS", flip);
	entry->q[word] ^= strtoull(bits + 1, NULL, 16);
}

void vtd_pasid_setup(u16 sid, u32 pasid, u16 did, u64 type)
{
	struct vtd_pasid_entry *entry = vtd_pasid_entry(sid, pasid);

	memset(entry, 0, sizeof(*entry));
	entry->q[1] = did;
	/* Address width 1: three levels, 2: four; pass-through has one also. */
	entry->q[0] = VTD_PASID_AW(vtd_sm_levels() - 2) | type | VTD_PRESENT;
	if (type == VTD_PASID_SECOND)
		entry->q[0] |= virt_to_phys(alloc_page());
	/* FLPM, in bits 3:2 of q[2], is 0: four levels. */
	if (type == VTD_PASID_FIRST)
		entry->q[2] = virt_to_phys(alloc_page());
	flip_bits(entry);
}

u64 *vtd_sm_pte(u16 sid, u32 pasid, u64 iova, int level)
{
	struct vtd_pasid_entry *entry = vtd_pasid_entry(sid, pasid);

	if ((entry->q[0] & VTD_PASID_PGTT(7)) == VTD_PASID_FIRST)
		return vtd_walk(vtd_table_at(entry->q[2]), FIRST_LEVELS, iova, level,
				VTD_FL_P | VTD_FL_W | VTD_FL_U);
	return vtd_walk(vtd_table_at(entry->q[0]), vtd_sm_levels(), iova, level,
			VTD_PTE_R | VTD_PTE_W);
}

void vtd_sm_map(u16 sid, u32 pasid, u64 iova, phys_addr_t pa)
{
	/* Bits 0 and 1 are R and W there, P and R/W here; bit 2 is U/S here and X there. */
	bool first = (vtd_pasid_entry(sid, pasid)->q[0] & VTD_PASID_PGTT(7)) == VTD_PASID_FIRST;

	*vtd_sm_pte(sid, pasid, iova, 1) = pa | VTD_PTE_R | VTD_PTE_W | (first ? VTD_FL_U : 0);
}
