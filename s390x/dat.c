/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dynamic address translation (Principles of Operation, chapter 3): every kind of translation
 * exception, with its code, the whole translation-exception identification, the ILC and the PSW
 * that points to the instruction (nullification); protection by each level; bits that must be zero;
 * lengths of tables; large frames of EDAT-1 and EDAT-2; instruction-execution protection.
 */
#include "case.h"
#include "alloc_page.h"
#include "s390x/mmu.h"
#include "s390x/smp.h"
#include "asm/facility.h"
#include "asm/mem.h"

#define FACILITY_EDAT1		8
#define FACILITY_FETCH_STORE	75	/* access-exception fetch/store indication */
#define FACILITY_EDAT2		78
#define FACILITY_IEP		130

/*
 * Addresses that differ from all of the linear mapping in the first, second, third index, or the
 * segment's.
 */
#define AREA		((char *)0x4000000000000000)

static pgd_t *root;
static u64 *page;
static char *virt;

static const struct pgm_record *r(void)
{
	return pgm_record();
}

void case_setup(void)
{
	setup_vm();
	root = current_pgtable();
	page = alloc_page();
	virt = AREA;
	install_page(root, virt_to_phys(page), virt);
}

/* The address of the instruction that is tried. */
static u64 at;

/* Loads from there or stores there: returns the code of the interruption, or 0. */
static u16 try_load(const void *address, u64 *value)
{
	u64 was = *value;

	expect_pgm_int();
	__asm__ __volatile__("larl %%r1,0f\n\tstg %%r1,%0\n0:\tlg %1,0(%2)"
			     : "=R" (at), "+&d" (was) : "a" (address) : "r1", "memory");
	*value = was;
	return clear_pgm_int();
}

static u16 try_store(void *address, u64 value)
{
	expect_pgm_int();
	__asm__ __volatile__("larl %%r1,0f\n\tstg %%r1,%0\n0:\tstg %1,0(%2)"
			     : "=R" (at) : "d" (value), "a" (address) : "r1", "memory");
	return clear_pgm_int();
}

static u64 indication(u64 which)
{
	return test_facility(FACILITY_FETCH_STORE) ? which << 10 : 0;
}

/*
 * A translation exception: the page's address, the primary ASCE (00), the kind of access;
 * nullified.
 */
static void expect_translation(u16 code, const void *address)
{
	u64 value = 0x1234;

	expect_eq(try_load(address, &value), code);
	expect_eq(value, 0x1234);
	expect_eq(r()->ilc, 6);
	expect_eq(r()->psw.addr, at);
	expect_eq(r()->psw.mask & PSW_MASK_DAT, PSW_MASK_DAT);
	expect_eq(r()->teid & ~0x3fcull, ((u64)address & PAGE_MASK) | indication(TEID_FETCH));
	expect_eq(r()->exc_acc_id, 0);
	expect_eq(try_store((void *)address, 1), code);
	expect_eq(r()->psw.addr, at);
	expect_eq(r()->teid & ~0x3fcull, ((u64)address & PAGE_MASK) | indication(TEID_STORE));
}

CASE(read_write, "what is mapped can be read and written, at both addresses")
{
	u64 value = 0;

	*page = 0x1111;
	expect_eq(try_load(virt, &value), 0);
	expect_eq(value, 0x1111);
	expect_eq(try_store(virt + 8, 0x2222), 0);
	expect_eq(page[1], 0x2222);
	expect_eq(virt_to_pte_phys(root, virt + 8), virt_to_phys(page) + 8);
}

static int lra(u64 *address)
{
	int cc;

	__asm__ __volatile__("lrag %1,0(%1)\n\tipm %0\n\tsrl %0,28"
			     : "=&d" (cc), "+&a" (*address)
			     :
			     : "cc");
	return cc;
}

CASE(lra_mapped, "LOAD REAL ADDRESS of what is mapped: condition code 0 and the address")
{
	u64 real = (u64)virt + 0x18;

	expect_eq(lra(&real), 0);
	expect_eq(real, virt_to_phys(page) + 0x18);
}

CASE(lra, "LOAD REAL ADDRESS: condition code 1, 2, 3 where the segment, page, region is missing")
{
	for (int i = 1; i <= 3; i++) {
		u64 real = (u64)virt + (i == 1   ? 1ul << SEGMENT_SHIFT
					: i == 2 ? PAGE_SIZE
						 : 1ul << REGION3_SHIFT);

		expect_eq(lra(&real), i);
	}
}

CASE(page_translation, "an invalid page table entry: code 0x11")
{
	expect_translation(PGM_INT_CODE_PAGE_TRANSLATION, virt + PAGE_SIZE);
	protect_page(virt, PAGE_ENTRY_I);
	expect_translation(PGM_INT_CODE_PAGE_TRANSLATION, virt);
	unprotect_page(virt, PAGE_ENTRY_I);
}

CASE(segment_translation, "an invalid segment table entry: code 0x10")
{
	expect_translation(PGM_INT_CODE_SEGMENT_TRANSLATION, virt + (1ul << SEGMENT_SHIFT));
	protect_dat_entry(virt, SEGMENT_ENTRY_I, pgtable_level_pmd);
	expect_translation(PGM_INT_CODE_SEGMENT_TRANSLATION, virt);
	unprotect_dat_entry(virt, SEGMENT_ENTRY_I, pgtable_level_pmd);
}

CASE(region_translation, "invalid entries of the three region tables: codes 0x3b, 0x3a, 0x39")
{
	static const u16 codes[] = { 0, PGM_INT_CODE_REGION_FIRST_TRANS,
				     PGM_INT_CODE_REGION_SECOND_TRANS,
				     PGM_INT_CODE_REGION_THIRD_TRANS };

	expect_translation(PGM_INT_CODE_REGION_THIRD_TRANS, virt + (1ul << REGION3_SHIFT));
	expect_translation(PGM_INT_CODE_REGION_SECOND_TRANS, virt + (1ul << REGION2_SHIFT));
	expect_translation(PGM_INT_CODE_REGION_FIRST_TRANS, virt + (1ul << REGION1_SHIFT));
	for (enum pgt_level level = pgtable_level_pgd; level <= pgtable_level_pud; level++) {
		u64 *entry = get_dat_entry(root, virt, level), was = *entry;

		*entry = was | REGION_ENTRY_I;
		ptlb();
		expect_translation(codes[level], virt);
		*entry = was;
		ptlb();
	}
}

/* ---- formats ---- */

/* With one entry changed a load must end with the code, suppressed for a specification. */
static void expect_bad_entry(enum pgt_level level, u64 clear, u64 set, u16 code)
{
	u64 *entry = get_dat_entry(root, virt, level), was = *entry, value = 0x77;

	*entry = (was & ~clear) | set;
	ptlb();
	expect_eq_msg(try_load(virt, &value), code, "level %d, entry %#" PRIx64, (int)level,
		      *entry);
	expect_eq(value, 0x77);
	expect_eq(r()->psw.addr,
		  code == PGM_INT_CODE_TRANSLATION_SPEC || code == PGM_INT_CODE_ADDRESSING ? at + 6
											   : at);
	*entry = was;
	ptlb();
}

CASE(page_entry_zero, "bit 52 of a page table entry: translation specification")
{
	expect_bad_entry(pgtable_level_pte, 0, PAGE_ENTRY_ZERO, PGM_INT_CODE_TRANSLATION_SPEC);
}

CASE(table_types, "an entry whose type is not that of its table: translation specification")
{
	expect_bad_entry(pgtable_level_pgd, REGION_ENTRY_TT, REGION_ENTRY_TT_REGION2,
			 PGM_INT_CODE_TRANSLATION_SPEC);
	expect_bad_entry(pgtable_level_p4d, REGION_ENTRY_TT, REGION_ENTRY_TT_REGION1,
			 PGM_INT_CODE_TRANSLATION_SPEC);
	expect_bad_entry(pgtable_level_pud, REGION_ENTRY_TT, 0, PGM_INT_CODE_TRANSLATION_SPEC);
	expect_bad_entry(pgtable_level_pmd, REGION_ENTRY_TT, REGION_ENTRY_TT_REGION3,
			 PGM_INT_CODE_TRANSLATION_SPEC);
}

CASE(table_beyond, "a table where no memory is: addressing")
{
	expect_bad_entry(pgtable_level_pgd, REGION_ENTRY_ORIGIN, 0x7ffffffff000,
			 PGM_INT_CODE_ADDRESSING);
	expect_bad_entry(pgtable_level_pmd, SEGMENT_ENTRY_ORIGIN, 0x7ffffffff000,
			 PGM_INT_CODE_ADDRESSING);
	expect_bad_entry(pgtable_level_pte, PAGE_ENTRY_PFRA, 0x7ffffffff000,
			 PGM_INT_CODE_ADDRESSING);
}

CASE(table_length, "an index beyond a table's length, or before its offset: the next lower table's "
		   "exception")
{
	/* AREA's indexes below the first are 0: an offset of one 4 KiB unit leaves them out. */
	expect_bad_entry(pgtable_level_pgd, REGION_ENTRY_TF, 0x40,
			 PGM_INT_CODE_REGION_SECOND_TRANS);
	expect_bad_entry(pgtable_level_p4d, REGION_ENTRY_TF, 0x40, PGM_INT_CODE_REGION_THIRD_TRANS);
	expect_bad_entry(pgtable_level_pud, REGION_ENTRY_TF, 0x40,
			 PGM_INT_CODE_SEGMENT_TRANSLATION);
}

CASE(asce_length, "an index beyond the length in the ASCE: region-first translation")
{
	u64 asce = stctg(1), value = 0;

	lctlg(1, asce & ~ASCE_TL);
	ptlb();
	/* 0x4000000000000000 is index 512, the first of the table's second 4 KiB. */
	expect_eq(try_load(virt, &value), PGM_INT_CODE_REGION_FIRST_TRANS);
	lctlg(1, (asce & ~ASCE_TL) | 1);
	ptlb();
	expect_eq(try_load(virt, &value), 0);
	lctlg(1, asce);
	ptlb();
}

CASE(asce_type, "bits of an address above what the ASCE's type translates: ASCE type")
{
	u64 asce = stctg(1), value = 0, *first = (u64 *)root, *second;
	u16 codes[3];
	u64 teid;

	second = phys_to_virt(first[0] & REGION_ENTRY_ORIGIN);
	lctlg(1, virt_to_phys(second) | ASCE_DT_REGION2 | ASCE_TL);
	ptlb();
	codes[0] = try_load((void *)(1ul << 53), &value);
	teid = r()->teid;
	lctlg(1, (second[0] & REGION_ENTRY_ORIGIN) | ASCE_DT_REGION3 | ASCE_TL);
	ptlb();
	codes[1] = try_load((void *)(1ul << 42), &value);
	codes[2] = try_load(page, &value);
	lctlg(1, asce);
	ptlb();
	expect_eq(codes[0], PGM_INT_CODE_ASCE_TYPE);
	expect_eq(teid & PAGE_MASK, 1ul << 53);
	expect_eq(teid & 3, 0);
	expect_eq(codes[1], PGM_INT_CODE_ASCE_TYPE);
	expect_eq(codes[2], 0);
}

/* ---- protection ---- */

/* PoP, "Suppression on Protection": bit 61 says DAT; the PSW points behind the instruction. */
static void expect_protected(enum pgt_level level, u64 bit)
{
	u64 *entry = get_dat_entry(root, virt, level), was = *entry, value = 0;

	*page = 0x3333;
	*entry = was | bit;
	ptlb();
	expect_eq(try_load(virt, &value), 0);
	expect_eq(value, 0x3333);
	expect_eq(try_store(virt, 0x4444), PGM_INT_CODE_PROTECTION);
	expect_eq(r()->ilc, 6);
	expect_eq(r()->psw.addr, at + 6);
	expect_eq(r()->teid & PAGE_MASK, (u64)virt);
	expect_eq(r()->teid & 0x8f, 4);
	expect_eq(r()->teid & 0xc00, indication(TEID_STORE));
	expect_eq(*page, 0x3333);
	*entry = was;
	ptlb();
	expect_eq(try_store(virt, 0x4444), 0);
	expect_eq(*page, 0x4444);
}

CASE(protection_page, "DAT protection of a page")
{
	expect_protected(pgtable_level_pte, PAGE_ENTRY_P);
}

CASE(reference_change, "reference and change bits are those of the frame, by a virtual address: of "
		       "a load, of a store, and of a store that is refused")
{
	u64 value = 0;

	set_storage_key(page, 0, 0);
	ptlb();
	expect_eq(get_storage_key(page), 0);
	expect_eq(try_load(virt, &value), 0);
	expect_eq(get_storage_key(page), SKEY_RF);
	protect_page(virt, PAGE_ENTRY_P);
	expect_eq(try_store(virt, 1), PGM_INT_CODE_PROTECTION);
	expect_eq(get_storage_key(page) & SKEY_CH, 0);
	unprotect_page(virt, PAGE_ENTRY_P);
	expect_eq(try_store(virt, 1), 0);
	expect_eq(get_storage_key(page), SKEY_RF | SKEY_CH);
}

CASE(protection_segment, "DAT protection of a segment")
{
	expect_protected(pgtable_level_pmd, SEGMENT_ENTRY_P);
}

CASE(protection_region, "DAT protection of regions of all levels, with EDAT-1")
{
	require(test_facility(FACILITY_EDAT1));
	expect_protected(pgtable_level_pud, REGION_ENTRY_P);
	expect_protected(pgtable_level_p4d, REGION_ENTRY_P);
	expect_protected(pgtable_level_pgd, REGION_ENTRY_P);
}

/* ---- large frames ---- */

CASE(edat1, "a segment of 1 MiB by one entry: every page of it, and its protection")
{
	char *large = AREA + (8ul << SEGMENT_SHIFT);
	u64 value = 0, *entry;

	require(test_facility(FACILITY_EDAT1));
	/* Physical addresses 0 to 1 MiB - 1; the image is there. */
	entry = install_large_page(root, 0, large);
	expect_eq(try_load(large + (u64)&at, &value), 0);
	expect_eq(value, at);
	expect_eq(virt_to_pte_phys(root, large + 0x12345), 0x12345);
	*entry |= SEGMENT_ENTRY_P;
	ptlb();
	expect_eq(try_store(large + (u64)page % HPAGE_SIZE, 1), PGM_INT_CODE_PROTECTION);
	expect_eq(r()->teid & 4, 4);
	*entry = SEGMENT_ENTRY_I;
	ptlb();
}

CASE(edat1_off, "without CR0.40 the format control of a segment table entry is not looked at")
{
	u64 *entry = get_dat_entry(root, virt, pgtable_level_pmd), was = *entry, value = 0;
	u16 code;

	require(test_facility(FACILITY_EDAT1));
	*page = 0x5555;
	*entry = was | SEGMENT_ENTRY_FC;
	/* The linear mapping needs EDAT: this code runs without DAT. */
	disable_dat();
	ctl_clear_bit(0, CTL0_EDAT);
	__asm__ __volatile__("ptlb\n\tlrag %0,0(%1)\n\tipm %%r1\n\tsrl %%r1,28\n\tllghr "
			     "%%r1,%%r1\n\tstg %%r1,%2"
			     : "=&d" (value)
			     : "a" (virt), "Q" (at)
			     : "r1", "cc", "memory");
	code = (u16)at;
	ctl_set_bit(0, CTL0_EDAT);
	*entry = was;
	ptlb();
	enable_dat();
	expect_eq(code, 0);
	expect_eq(value, virt_to_phys(page));
}

CASE(edat2, "a region of 2 GiB by one entry")
{
	char *huge = AREA + (16ul << REGION3_SHIFT);
	u64 value = 0, *entry;

	require(test_facility(FACILITY_EDAT2));
	entry = install_huge_page(root, 0, huge);
	expect_eq(try_load(huge + (u64)&at, &value), 0);
	expect_eq(value, at);
	*entry |= REGION_ENTRY_P;
	ptlb();
	expect_eq(try_store(huge + (u64)page, 1), PGM_INT_CODE_PROTECTION);
	*entry = REGION_ENTRY_I | REGION_ENTRY_TT_REGION3;
	ptlb();
}

/* ---- instruction-execution protection ---- */

static void call(void *function)
{
	((void (*)(void))function)();
}

CASE(execution, "IEP: a fetch from a page with the bit is a protection exception, bits 56 and 61 "
		"of the TEID; data is not")
{
	u64 value = 0;

	require(test_facility(FACILITY_IEP));
	*(volatile u16 *)page = 0x07fe;		/* BR 14 */
	expect(!catch_pgm(call, virt));
	protect_page(virt, PAGE_ENTRY_IEP);
	expect(!catch_pgm(call, virt));
	ctl_set_bit(0, CTL0_IEP);
	expect(catch_pgm(call, virt));
	expect_eq(r()->code, PGM_INT_CODE_PROTECTION);
	expect_eq(r()->teid & PAGE_MASK, (u64)virt);
	expect_eq(r()->teid & 0x8c, 0x84);
	expect_eq(try_load(virt, &value), 0);
	expect_eq(try_store(virt, value), 0);
	ctl_clear_bit(0, CTL0_IEP);
	unprotect_page(virt, PAGE_ENTRY_IEP);
}

CASE(fetch, "a fetch of an instruction from an invalid page: page translation at that address")
{
	expect(catch_pgm(call, virt + PAGE_SIZE));
	expect_eq(r()->code, PGM_INT_CODE_PAGE_TRANSLATION);
	expect_eq(r()->psw.addr, (u64)virt + PAGE_SIZE);
	expect_eq(r()->teid & PAGE_MASK, (u64)virt + PAGE_SIZE);
	expect_eq(r()->teid & 3, 0);
}

CASE(crossing, "an access over the end of a page: the identification names the page that is "
	       "missing")
{
	u64 value = 0x99;

	expect_eq(try_load(virt + PAGE_SIZE - 4, &value), PGM_INT_CODE_PAGE_TRANSLATION);
	expect_eq(r()->teid & PAGE_MASK, (u64)virt + PAGE_SIZE);
	expect_eq(value, 0x99);
	page[511] = 0xaaaaaaaaaaaaaaaa;
	expect_eq(try_store(virt + PAGE_SIZE - 4, 0), PGM_INT_CODE_PAGE_TRANSLATION);
	expect_eq(r()->teid & PAGE_MASK, (u64)virt + PAGE_SIZE);
	expect_eq(page[511], 0xaaaaaaaaaaaaaaaa);
}

CASE(tprot, "TEST PROTECTION: what may be done, without an interruption")
{
	expect_eq(tprot((u64)virt, 0), TPROT_READ_WRITE);
	protect_page(virt, PAGE_ENTRY_P);
	expect_eq(tprot((u64)virt, 0), TPROT_READ);
	unprotect_page(virt, PAGE_ENTRY_P);
	expect_eq(tprot((u64)virt + PAGE_SIZE, 0), TPROT_TRANSL_UNAVAIL);
}

CASE(invalidate, "INVALIDATE PAGE TABLE ENTRY: sets the bit and purges the translation")
{
	u64 *entry = get_dat_entry(root, virt, pgtable_level_pte), value = 0;
	u64 table = virt_to_phys(entry) & ~(PAGE_TABLE_SIZE - 1ul);

	expect_eq(try_load(virt, &value), 0);
	__asm__ __volatile__("ipte %0,%1" : : "a" (table), "a" ((u64)virt) : "memory");
	expect_eq(*entry, virt_to_phys(page) | PAGE_ENTRY_I);
	expect_eq(try_load(virt, &value), PGM_INT_CODE_PAGE_TRANSLATION);
	*entry = virt_to_phys(page);
	expect_eq(try_load(virt, &value), 0);
}
