/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Storage keys (Principles of Operation, chapter 3, "Storage Key" and "Protection"): keys are kept
 * for each block of 4 KiB; fetches set the reference bit, stores the change bit too; the access key
 * protects from stores and, with the fetch-protection bit, from fetches, unless the PSW's key is
 * the same or 0.
 */
#include "case.h"
#include "alloc_page.h"
#include "on-cpus.h"
#include "s390x/smp.h"
#include "asm/facility.h"
#include "asm/mem.h"
#include "asm/page.h"

static u8 *pages;		/* two */

void case_setup(void)
{
	pages = alloc_pages(1);
}

CASE(set, "every key is kept, for its block only; bit 7 of a key is not")
{
	set_storage_key(pages + PAGE_SIZE, 0, 0);
	for (int key = 0; key < 256; key++) {
		set_storage_key(pages, key, 0);
		expect_eq(get_storage_key(pages), key & 0xfe);
		expect_eq(get_storage_key(pages + PAGE_SIZE - 1), key & 0xfe);
	}
	expect_eq(get_storage_key(pages + PAGE_SIZE), 0);
	set_storage_key(pages, 0, 0);
}

static void set_there(void *key)
{
	set_storage_key(pages, *(u8 *)key, 0);
}

CASE(other_cpu, "a key that another CPU sets is seen here")
{
	u8 key = 0x50;

	require(smp_query_num_cpus() >= 2);
	on_cpu(1, set_there, &key);
	expect_eq(get_storage_key(pages), 0x50);
	set_storage_key(pages, 0, 0);
}

CASE(reference_change, "a fetch sets the reference bit, a store both; nothing sets them elsewhere")
{
	volatile u64 *word = (u64 *)pages;

	set_storage_key(pages, 0, 0);
	set_storage_key(pages + PAGE_SIZE, 0, 0);
	(void)*word;
	expect_eq(get_storage_key(pages), SKEY_RF);
	*word = 1;
	expect_eq(get_storage_key(pages), SKEY_RF | SKEY_CH);
	expect_eq(get_storage_key(pages + PAGE_SIZE), 0);
}

CASE(change_again, "a store right after SSKE sets both bits, though the block was stored to before")
{
	volatile u64 *word = (u64 *)pages;

	*word = 1;
	set_storage_key(pages, 0, 0);
	*word = 2;
	expect_eq(get_storage_key(pages), SKEY_RF | SKEY_CH);
}

CASE(reset_reference, "RRBE resets the reference bit alone; its condition code is what both bits "
		      "were")
{
	for (int bits = 0; bits < 4; bits++) {
		set_storage_key(pages, 0x30 | bits << 1, 0);
		expect_eq(reset_reference_bit(pages), bits);
		expect_eq(get_storage_key(pages), 0x30 | (bits << 1 & SKEY_CH));
	}
	set_storage_key(pages, 0, 0);
}

/* Stores, or fetches, with the PSW's key: the code of the interruption. */
static u16 access_by(unsigned int key, bool store)
{
	u16 code;

	expect_pgm_int();
	if (store)
		__asm__ __volatile__("spka 0(%0)\n\tmvi 0(%1),0x77\n\tspka 0"
				     : : "a" (key << 4), "a" (pages)
				     : "memory");
	else
		__asm__ __volatile__("spka 0(%0)\n\ttm 0(%1),1\n\tspka 0"
				     : : "a" (key << 4), "a" (pages)
				     : "memory", "cc");
	code = clear_pgm_int();
	psw_mask_clear_bits(PSW_MASK_KEY);
	return code;
}

CASE(key_protection, "another key may not store: protection, by a key (TEID bit 61 is 0); and not "
		     "fetch, with the protection bit")
{
	pages[0] = 0x11;
	set_storage_key(pages, 0x20, 0);
	expect_eq(access_by(2, true), 0);
	expect_eq(access_by(0, true), 0);
	pages[0] = 0x11;
	expect_eq(access_by(3, false), 0);
	expect_eq(access_by(3, true), PGM_INT_CODE_PROTECTION);
	expect_eq(pgm_record()->teid & 4, 0);
	expect_eq(pages[0], 0x11);
	set_storage_key(pages, 0x20 | SKEY_FP, 0);
	expect_eq(access_by(2, false), 0);
	expect_eq(access_by(3, false), PGM_INT_CODE_PROTECTION);
	set_storage_key(pages, 0, 0);
}

CASE(tprot, "TEST PROTECTION by key: all, reading alone, nothing")
{
	set_storage_key(pages, 0x20, 0);
	expect_eq(tprot((u64)pages, 2), TPROT_READ_WRITE);
	expect_eq(tprot((u64)pages, 0), TPROT_READ_WRITE);
	expect_eq(tprot((u64)pages, 3), TPROT_READ);
	set_storage_key(pages, 0x20 | SKEY_FP, 0);
	expect_eq(tprot((u64)pages, 3), TPROT_RW_PROTECTED);
	expect_eq(tprot((u64)pages, 2), TPROT_READ_WRITE);
	set_storage_key(pages, 0, 0);
}

CASE(privileged, "ISKE, SSKE and RRBE in problem state: privileged operation")
{
	enter_pstate();
	expect_pgm_int();
	get_storage_key(pages);
	expect_eq(clear_pgm_int(), PGM_INT_CODE_PRIVILEGED_OPERATION);
	enter_pstate();
	expect_pgm_int();
	set_storage_key(pages, 0x30, 0);
	expect_eq(clear_pgm_int(), PGM_INT_CODE_PRIVILEGED_OPERATION);
	enter_pstate();
	expect_pgm_int();
	reset_reference_bit(pages);
	expect_eq(clear_pgm_int(), PGM_INT_CODE_PRIVILEGED_OPERATION);
	leave_pstate();
	expect_eq(get_storage_key(pages) & SKEY_ACC, 0);
}

CASE(beyond, "the key of a block that is not there: addressing")
{
	expect_pgm_int();
	get_storage_key((void *)0x7ffffffff000);
	expect_eq(clear_pgm_int(), PGM_INT_CODE_ADDRESSING);
	expect_pgm_int();
	set_storage_key((void *)0x7ffffffff000, 0, 0);
	expect_eq(clear_pgm_int(), PGM_INT_CODE_ADDRESSING);
}

CASE(pfmf, "PERFORM FRAME MANAGEMENT FUNCTION: sets keys, clears frames; reserved bits are a "
	   "specification exception")
{
	union pfmf_r1 r1 = { .reg = { .sk = 1, .cf = 1, .key = 0x30 } };

	require(test_facility(8));
	memset(pages, 0xff, 2 * PAGE_SIZE);
	set_storage_key(pages, 0, 0);
	pfmf(r1.val, pages);
	expect_eq(get_storage_key(pages) & SKEY_ACC, 0x30);
	for (unsigned int i = 0; i < PAGE_SIZE; i += 256)
		expect_eq(pages[i], 0);
	expect_eq(pages[PAGE_SIZE], 0xff);
	expect_pgm_int();
	pfmf(r1.val | 1ul << 20, pages);
	expect_eq(clear_pgm_int(), PGM_INT_CODE_SPECIFICATION);
	set_storage_key(pages, 0, 0);
}
