/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Designations and lengths (Principles of Operation, chapter 3, "Address-Space-Control Element",
 * "Region-Table Entries", "Translation Process"): an ASCE of each type translates as many bits of
 * an address as it has tables, and no more; table lengths and offsets are exact, in the ASCE and in
 * the entries of each level; a common segment may not be in a private space.
 *
 * The tables are the secondary space's, so that they need not map the program. At every level
 * entries on both sides of each 4 KiB boundary lead to the same table below.
 */
#include "case.h"
#include "alloc_page.h"
#include "s390x/mmu.h"
#include "s390x/smp.h"

#define BLOCK		512u		/* entries in a unit of lengths and offsets */
#define VALUE		0x600df00d12345678ull

enum type { SEGMENT, REGION3, REGION2, REGION1, TYPES };

static const struct {
	const char *name;
	u64 designation;		/* DT of the ASCE, TT of the table's entries */
	int shift;
	u16 code;			/* an index that is not there */
} types[TYPES] = {
	{ "segment", ASCE_DT_SEGMENT, SEGMENT_SHIFT, PGM_INT_CODE_SEGMENT_TRANSLATION },
	{ "region third", ASCE_DT_REGION3, REGION3_SHIFT, PGM_INT_CODE_REGION_THIRD_TRANS },
	{ "region second", ASCE_DT_REGION2, REGION2_SHIFT, PGM_INT_CODE_REGION_SECOND_TRANS },
	{ "region first", ASCE_DT_REGION1, REGION1_SHIFT, PGM_INT_CODE_REGION_FIRST_TRANS },
};

static u64 *tables[TYPES];

/* Length of the whole table below; a segment table's entries name page tables, which have none. */
static u64 entry_of(enum type type, u64 below)
{
	return below | types[type].designation | (type == SEGMENT ? 0 : REGION_ENTRY_TL);
}

static void fill(enum type type, u64 entry)
{
	for (unsigned int i = 0; i < REGION_TABLE_ENTRIES; i++)
		tables[type][i] = types[type].designation | REGION_ENTRY_I;
	for (unsigned int i = 0; i < REGION_TABLE_ENTRIES; i += BLOCK)
		tables[type][i] = tables[type][i + BLOCK - 1] = entry;
}

static void fill_all(void)
{
	static u64 *ptes, *page;

	if (!ptes) {
		ptes = alloc_page();
		page = alloc_page();
		*page = VALUE;
	}
	for (unsigned int i = 0; i < PAGE_TABLE_ENTRIES; i++)
		ptes[i] = i ? PAGE_ENTRY_I : virt_to_phys(page);
	fill(SEGMENT, entry_of(SEGMENT, virt_to_phys(ptes)));
	for (enum type type = REGION3; type < TYPES; type++)
		fill(type, entry_of(type, virt_to_phys(tables[type - 1])));
}

void case_setup(void)
{
	setup_vm();
	ctl_set_bit(0, CTL0_SECONDARY_SPACE);
	for (enum type type = SEGMENT; type < TYPES; type++)
		tables[type] = alloc_pages(REGION_TABLE_ORDER);
	fill_all();
}

static void designate(enum type type, u64 more)
{
	lctlg(7, virt_to_phys(tables[type]) | types[type].designation | more);
	ptlb();
}

/* Between the two SACFs no other storage is used: only the page is mapped there. */
static u16 load(u64 address, u64 *value)
{
	u64 loaded = 0x99;

	expect_pgm_int();
	__asm__ __volatile__("sacf 256\n\tlg %0,0(%1)\n\tsacf 0"
			     : "+&d" (loaded) : "a" (address) : "cc", "memory");
	*value = loaded;
	return clear_pgm_int();
}

static void expect_there(u64 address, const char *what, enum type type)
{
	u64 value;

	expect_eq_msg(load(address, &value), 0, "%s, %s, %#" PRIx64, what, types[type].name,
		      address);
	expect_eq(value, VALUE);
}

static void expect_missing(u64 address, u16 code, const char *what, enum type type)
{
	u64 value;

	expect_eq_msg(load(address, &value), code, "%s, %s, %#" PRIx64, what, types[type].name,
		      address);
	expect_eq(value, 0x99);
	expect_eq_msg(pgm_record()->teid & PAGE_MASK, address, "%s, %s", what, types[type].name);
	expect_eq(pgm_record()->teid & 3, 2);
	expect_eq(pgm_record()->ilc, 6);
}

CASE(types, "a designation of each type leads to the page; bits that the type does not translate "
	    "are an ASCE-type exception, each alone")
{
	for (enum type type = SEGMENT; type < TYPES; type++) {
		designate(type, ASCE_TL);
		expect_there(0, "address", type);
		for (int bit = types[type].shift + 11; bit < 64; bit++)
			expect_missing(1ull << bit, PGM_INT_CODE_ASCE_TYPE, "a bit beyond", type);
	}
}

CASE(lengths, "the length of each type of designation: the last entry that counts, and the next")
{
	for (enum type type = SEGMENT; type < TYPES; type++)
		for (u64 length = 0; length < 4; length++) {
			u64 next = (length + 1) * BLOCK;

			designate(type, length);
			expect_there((next - 1) << types[type].shift, "the last", type);
			if (length < 3)
				expect_missing(next << types[type].shift, types[type].code,
					       "the next", type);
		}
}

/* One entry's lengths and offsets decide on indexes of the table below. */
static void set_entry(enum type type, u64 offset, u64 length)
{
	tables[type][0] = virt_to_phys(tables[type - 1]) | types[type].designation | offset << 6 |
			  length;
	ptlb();
}

CASE(entry_lengths, "the length in a region-table entry: the last entry of the table below that "
		    "counts, and the next")
{
	for (enum type type = REGION3; type < TYPES; type++) {
		enum type below = type - 1;

		designate(type, ASCE_TL);
		for (u64 length = 0; length < 4; length++) {
			u64 next = (length + 1) * BLOCK;

			set_entry(type, 0, length);
			expect_there((next - 1) << types[below].shift, "the last", below);
			if (length < 3)
				expect_missing(next << types[below].shift, types[below].code,
					       "the next", below);
		}
	}
	fill_all();
}

CASE(entry_offsets, "the offset in a region-table entry: the first entry of the table below that "
		    "counts, and the one before; nothing, if it is beyond the length")
{
	for (enum type type = REGION3; type < TYPES; type++) {
		enum type below = type - 1;

		designate(type, ASCE_TL);
		for (u64 offset = 1; offset < 4; offset++) {
			u64 first = offset * BLOCK;

			set_entry(type, offset, 3);
			expect_there(first << types[below].shift, "the first", below);
			expect_missing((first - 1) << types[below].shift, types[below].code,
				       "the one before", below);
			set_entry(type, offset, offset - 1);
			expect_missing(first << types[below].shift, types[below].code,
				       "beyond the length", below);
		}
		fill_all();
	}
}

CASE(common_segment, "a common segment (bit 59) in a private space: translation specification; in "
		     "another it is used")
{
	u64 value;

	tables[SEGMENT][0] |= SEGMENT_ENTRY_CS;
	for (enum type type = SEGMENT; type < TYPES; type++) {
		designate(type, ASCE_TL);
		expect_there(0, "common", type);
		designate(type, ASCE_TL | ASCE_P);
		expect_eq_msg(load(0, &value), PGM_INT_CODE_TRANSLATION_SPEC, "%s",
			      types[type].name);
		expect_eq(value, 0x99);
	}
	tables[SEGMENT][0] &= ~SEGMENT_ENTRY_CS;
	expect_there(0, "private", REGION1);
}
