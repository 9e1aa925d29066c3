/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Large frames and what may protect them (Principles of Operation, chapter 3, "Enhanced-DAT
 * Facility 1" and "2", "Protection"): segments of 1 MiB and regions of 2 GiB by one entry:
 * addresses, protection by each level with the whole identification, access keys in the entry,
 * instruction-execution protection, frames that are not there; low-address protection with DAT.
 *
 * What is below large frames: dat.c.
 */
#include "case.h"
#include "alloc_page.h"
#include "s390x/mmu.h"
#include "s390x/smp.h"
#include "asm/facility.h"
#include "asm/mem.h"

#define FACILITY_EDAT1		8
#define FACILITY_FETCH_STORE	75
#define FACILITY_EDAT2		78
#define FACILITY_IEP		130
#define BEYOND			0x7fff80000000ul

#define AREA		((char *)0x4000000000000000)

/* Kinds of large frames: the level of the entry, and where the cases map one. */
static const struct kind {
	const char *name;
	enum pgt_level level;
	int facility;
	char *where;
	unsigned long size;
} kinds[] = {
	{ "1 MiB", pgtable_level_pmd, FACILITY_EDAT1, AREA, 1ul << SEGMENT_SHIFT },
	{ "2 GiB", pgtable_level_pud, FACILITY_EDAT2, AREA + (4ul << REGION3_SHIFT),
	  1ul << REGION3_SHIFT },
};

static pgd_t *root;
static u64 *page;		/* in a frame at physical address base[kind] */
static u64 at;

static const struct pgm_record *r(void)
{
	return pgm_record();
}

void case_setup(void)
{
	setup_vm();
	root = current_pgtable();
	page = alloc_page();
}

static u64 *map(const struct kind *k, u64 phys)
{
	return k->level == pgtable_level_pmd ? install_large_page(root, phys, k->where)
					     : install_huge_page(root, phys, k->where);
}

/* Maps the frame that page is in; returns its entry. */
static u64 *map_page(const struct kind *k)
{
	return map(k, virt_to_phys(page) & ~(k->size - 1));
}

static char *alias(const struct kind *k, const void *address)
{
	return k->where + ((u64)address & (k->size - 1));
}

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

#define FOR_EACH_KIND(k) \
	for (const struct kind *k = kinds; k < kinds + ARRAY_SIZE(kinds); k++) \
		if (test_facility(k->facility))

CASE(addresses, "every part of a large frame is at its place, to the last byte, and the next frame "
		"is not mapped")
{
	require(test_facility(FACILITY_EDAT1));
	FOR_EACH_KIND(k) {
		u64 value = 0, real = (u64)k->where + k->size - 1;
		int cc;

		*page = 0x1111;
		map_page(k);
		expect_eq_msg(try_load(alias(k, page), &value), 0, "%s", k->name);
		expect_eq_msg(value, 0x1111, "%s", k->name);
		expect_eq(try_store(alias(k, page + 1), 0x2222), 0);
		expect_eq(page[1], 0x2222);
		__asm__ __volatile__("lrag %1,0(%1)\n\tipm %0\n\tsrl %0,28"
				     : "=&d" (cc), "+&a" (real)
				     :
				     : "cc");
		expect_eq_msg(cc, 0, "%s", k->name);
		expect_eq_msg(real, (virt_to_phys(page) | (k->size - 1)), "%s", k->name);
		expect_ne(try_load(k->where + k->size, &value), 0);
		expect_eq(virt_to_pte_phys(root, alias(k, page)), virt_to_phys(page));
	}
}

/*
 * DAT protection: the whole identification is address, kind of access, bit 61 and the primary
 * space.
 */
static void expect_protected(const struct kind *k, enum pgt_level level)
{
	u64 *entry, was;
	char *where = alias(k, page);
	u64 value = 0;

	map_page(k);
	entry = get_dat_entry(root, k->where, level);
	was = *entry;
	*page = 0x3333;
	*entry = was | REGION_ENTRY_P;
	ptlb();
	expect_eq_msg(try_load(where, &value), 0, "%s, level %d", k->name, (int)level);
	expect_eq_msg(try_store(where, 1), PGM_INT_CODE_PROTECTION, "%s, level %d", k->name,
		      (int)level);
	expect_eq(r()->ilc, 6);
	expect_eq(r()->psw.addr, at + 6);
	/* Bit 60 and the low address bits are not defined here without ESOP-2. */
	expect_eq(r()->teid & ~0x378ull, ((u64)where & PAGE_MASK) | indication(TEID_STORE) | 4);
	expect_eq(*page, 0x3333);
	*entry = was;
	ptlb();
	expect_eq(try_store(where, 2), 0);
}

CASE(protection, "DAT protection by the entry itself")
{
	require(test_facility(FACILITY_EDAT1));
	FOR_EACH_KIND(k)
		expect_protected(k, k->level);
}

CASE(protection_above, "DAT protection by the region entries above it")
{
	require(test_facility(FACILITY_EDAT1));
	FOR_EACH_KIND(k)
		for (enum pgt_level level = pgtable_level_pgd; level < k->level; level++)
			expect_protected(k, level);
}

CASE(invalid, "an invalid entry with the format control: the exception of its level")
{
	require(test_facility(FACILITY_EDAT1));
	FOR_EACH_KIND(k) {
		u64 *entry = map_page(k), value = 0x77;

		*entry |= REGION_ENTRY_I;
		ptlb();
		expect_eq_msg(try_load(alias(k, page), &value),
			      k->level == pgtable_level_pmd ? PGM_INT_CODE_SEGMENT_TRANSLATION
							    : PGM_INT_CODE_REGION_THIRD_TRANS,
			      "%s", k->name);
		expect_eq(r()->teid & ~0x3fcull,
			  ((u64)alias(k, page) & PAGE_MASK) | indication(TEID_FETCH));
		expect_eq(r()->psw.addr, at);
		expect_eq(value, 0x77);
		*entry &= ~REGION_ENTRY_I;
		ptlb();
		expect_eq(try_load(alias(k, page), &value), 0);
	}
}

CASE(type, "an entry of another type than its table: translation specification")
{
	require(test_facility(FACILITY_EDAT1));
	FOR_EACH_KIND(k) {
		u64 *entry = map_page(k), was = *entry, value = 0;

		*entry = was ^ REGION_ENTRY_TT_REGION2;
		ptlb();
		expect_eq_msg(try_load(alias(k, page), &value), PGM_INT_CODE_TRANSLATION_SPEC, "%s",
			      k->name);
		*entry = was;
		ptlb();
	}
}

CASE(beyond, "a frame where no memory is: addressing")
{
	require(test_facility(FACILITY_EDAT1));
	FOR_EACH_KIND(k) {
		u64 value = 0x77;

		map(k, BEYOND);
		expect_eq_msg(try_load(k->where, &value), PGM_INT_CODE_ADDRESSING, "%s", k->name);
		expect_eq(value, 0x77);
		map_page(k);
	}
}

CASE(access_key, "an access key in the entry (AV) protects instead of the storage key")
{
	require(test_facility(FACILITY_EDAT1));
	FOR_EACH_KIND(k) {
		u64 *entry = map_page(k), was = *entry;
		u16 code;

		*entry = was | SEGMENT_ENTRY_AV | 3ul << 12;
		ptlb();
		*page = 0x11;
		expect_pgm_int();
		__asm__ __volatile__("spka 0x30\n\tmvi 7(%0),0x22\n\tspka 0"
				     : : "a" (alias(k, page))
				     : "memory");
		expect_eq_msg(clear_pgm_int(), 0, "%s, the same key", k->name);
		expect_eq(*page, 0x22);
		expect_pgm_int();
		__asm__ __volatile__("spka 0x40\n\tmvi 7(%0),0x33\n\tspka 0"
				     : : "a" (alias(k, page))
				     : "memory");
		code = clear_pgm_int();
		psw_mask_clear_bits(PSW_MASK_KEY);
		expect_eq_msg(code, PGM_INT_CODE_PROTECTION, "%s, another key", k->name);
		expect_eq(*page, 0x22);
		*entry = was;
		ptlb();
	}
}

/* ---- instruction-execution protection ---- */

static void call(void *function)
{
	((void (*)(void))function)();
}

CASE(execution, "IEP of large frames: a fetch is a protection exception with bits 56 and 61; data "
		"is not; not without CR0.43")
{
	require(test_facility(FACILITY_EDAT1) && test_facility(FACILITY_IEP));
	*(volatile u16 *)page = 0x07fe;
	FOR_EACH_KIND(k) {
		u64 *entry = map_page(k), was = *entry, value = 0;

		*entry = was | SEGMENT_ENTRY_IEP;
		ptlb();
		expect_msg(!catch_pgm(call, alias(k, page)), "%s without CR0.43", k->name);
		ctl_set_bit(0, CTL0_IEP);
		ptlb();
		expect_msg(catch_pgm(call, alias(k, page)), "%s", k->name);
		expect_eq(r()->code, PGM_INT_CODE_PROTECTION);
		expect_eq(r()->teid & 0x8c, 0x84);
		expect_eq(r()->teid & PAGE_MASK, (u64)alias(k, page) & PAGE_MASK);
		expect_eq(try_load(alias(k, page), &value), 0);
		ctl_clear_bit(0, CTL0_IEP);
		*entry = was;
		ptlb();
	}
}

/* ---- low-address protection with DAT ---- */

static u16 store_protected(u64 address)
{
	u64 *word = OPAQUE_PTR(address);
	u64 value = *word;

	expect_pgm_int();
	low_prot_enable();
	__asm__ __volatile__("larl %%r1,0f\n0:\tstg %0,0(%1)"
			     : : "d" (value), "a" (word)
			     : "memory", "r1");
	low_prot_disable();
	return clear_pgm_int();
}

CASE(low_address, "with DAT, stores to virtual 0 to 511 and 4096 to 4607 are protected; not by "
		  "DAT: bit 61 is 0")
{
	static const u64 inside[] = { 0, 0x1f8, 0x1000, 0x11f8 }, outside[] = { 0x600, 0x1200 };

	for (size_t i = 0; i < ARRAY_SIZE(inside); i++) {
		expect_eq_msg(store_protected(inside[i]), PGM_INT_CODE_PROTECTION, "%#" PRIx64,
			      inside[i]);
		expect_eq(r()->teid & 4, 0);
		expect_eq(r()->ilc, 6);
	}
	for (size_t i = 0; i < ARRAY_SIZE(outside); i++)
		expect_eq_msg(store_protected(outside[i]), 0, "%#" PRIx64, outside[i]);
}

CASE(private_space, "no low-address protection in a private space (bit 55 of the ASCE)")
{
	u64 asce = stctg(1);
	u16 code;

	lctlg(1, asce | ASCE_P);
	ptlb();
	code = store_protected(0x1f8);
	lctlg(1, asce);
	ptlb();
	expect_eq(code, 0);
	expect_eq(store_protected(0x1f8), PGM_INT_CODE_PROTECTION);
}
