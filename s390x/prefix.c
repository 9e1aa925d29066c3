/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prefixing (Principles of Operation, chapter 3, "Prefixing"): real addresses 0 to 8191 are those
 * of the prefix area in absolute storage, and the prefix area's are absolute 0 to 8191; for each
 * CPU by its own prefix register. SET PREFIX and STORE PREFIX with their operands' rules, and what
 * is addressed by real and what by absolute addresses.
 *
 * The boot CPU runs with prefix 0; the cases that change that have copied its lowcore first.
 */
#include "case.h"
#include "alloc_page.h"
#include "on-cpus.h"
#include "s390x/sclp.h"
#include "s390x/smp.h"
#include "asm/mem.h"
#include "asm/memory_areas.h"
#include "asm/page.h"

#define LOWCORE_ORDER	1
#define UNUSED		0x800		/* in a lowcore: of no use to anyone */
#define PREFIX_BITS	0x7fffe000u

static char *area;			/* where the prefix area goes */

void case_setup(void)
{
	area = alloc_pages_flags(LOWCORE_ORDER, AREA_DMA31);
}

static u64 *at_real(u64 address)
{
	return OPAQUE_PTR(address);
}

/* ---- the instructions ---- */

static u16 try_spx(const void *operand)
{
	expect_pgm_int();
	__asm__ __volatile__("spx 0(%0)" : : "a" (operand) : "memory");
	return clear_pgm_int();
}

static u16 try_stpx(void *operand)
{
	expect_pgm_int();
	__asm__ __volatile__("stpx 0(%0)" : : "a" (operand) : "memory");
	return clear_pgm_int();
}

/* Copies the lowcore, so that the CPU can live there. */
static void move_in(void)
{
	memcpy(area, &lowcore, LC_SIZE);
}

CASE(store, "STORE PREFIX stores a word with zeros in bits 0 and 19 to 31, and nothing beside it")
{
	u32 words[3] = { 0x11111111, 0xffffffff, 0x22222222 };

	expect_eq(try_stpx(&words[1]), 0);
	expect_eq(words[1], 0);
	expect_eq(words[0], 0x11111111);
	expect_eq(words[2], 0x22222222);
}

CASE(set, "SET PREFIX takes bits 1 to 18; STORE PREFIX gives them back")
{
	u32 stored;

	move_in();
	set_prefix((u32)(u64)area);
	stored = get_prefix();
	set_prefix(0);
	expect_eq(stored, (u64)area);
	set_prefix((u32)(u64)area | ~PREFIX_BITS);
	stored = get_prefix();
	set_prefix(0);
	expect_eq(stored, (u64)area);
	expect_eq(get_prefix(), 0);
}

CASE(alignment, "operands that are no words: specification; the prefix stays")
{
	static const u32 words[2] __aligned(8) = { 0x7fffffff, 0x7fffffff };
	u8 room[8] __aligned(8) = { 0x77, 0x77, 0x77, 0x77, 0x77, 0x77, 0x77, 0x77 };

	for (int i = 1; i < 4; i++) {
		expect_eq_msg(try_spx((const char *)words + i), PGM_INT_CODE_SPECIFICATION,
			      "SPX, %d", i);
		expect_eq(pgm_record()->ilc, 4);
		expect_eq_msg(try_stpx(room + i), PGM_INT_CODE_SPECIFICATION, "STPX, %d", i);
		expect_eq(room[i], 0x77);
	}
	expect_eq(get_prefix(), 0);
}

CASE(beyond, "a prefix area that is not there: addressing; the prefix stays")
{
	static const u32 beyond[] = { 0x7fffe000, 0x7ffffffc };

	require(get_max_ram_size() < 0x7fffe000);
	for (size_t i = 0; i < ARRAY_SIZE(beyond); i++) {
		expect_eq(try_spx(&beyond[i]), PGM_INT_CODE_ADDRESSING);
		expect_eq(get_prefix(), 0);
	}
}

CASE(operand_beyond, "an operand that is not there: addressing")
{
	expect_eq(try_spx((void *)0x7ffffffff000), PGM_INT_CODE_ADDRESSING);
	expect_eq(try_stpx((void *)0x7ffffffff000), PGM_INT_CODE_ADDRESSING);
	expect_eq(get_prefix(), 0);
}

/* ---- both exchanges ---- */

struct seen {
	u64 low, high, old_low, old_high;
};

/*
 * Writes through real addresses of both blocks with the prefix set, at an offset; and says what was
 * there.
 */
static struct seen exchange(u64 offset)
{
	u64 *low = at_real(offset), *high = at_real((u64)area + offset);
	struct seen seen;

	set_prefix((u32)(u64)area);
	seen.old_low = *low;
	seen.old_high = *high;
	*low = 0x1010101010101010 + offset;
	*high = 0x2020202020202020 + offset;
	set_prefix(0);
	seen.low = *low;
	seen.high = *high;
	return seen;
}

CASE(exchange, "real 0 to 8191 is the prefix area, the prefix area's real addresses are absolute 0 "
	       "to 8191; and no more")
{
	static const u64 offsets[] = { UNUSED, UNUSED + 0x7f8, 0x1000, 0x1ff8 };

	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		u64 *low = at_real(offsets[i]), *high = (u64 *)(area + offsets[i]), was = *low;
		struct seen seen;

		move_in();
		*low = 0xaaaa;
		*high = 0xbbbb;
		seen = exchange(offsets[i]);
		*low = was;
		expect_eq_msg(seen.old_low, 0xbbbb, "real %#" PRIx64, offsets[i]);
		expect_eq_msg(seen.old_high, 0xaaaa, "the prefix area + %#" PRIx64, offsets[i]);
		expect_eq(seen.high, 0x1010101010101010 + offsets[i]);
		expect_eq(seen.low, 0x2020202020202020 + offsets[i]);
	}
}

CASE(no_further, "the block behind the prefix area, and real 8192, are not exchanged")
{
	char *four = alloc_pages_flags(2, AREA_DMA31);
	u64 *behind = (u64 *)(four + LC_SIZE), *third = at_real(LC_SIZE), first, second;

	memcpy(four, &lowcore, LC_SIZE);
	*behind = 0xcccc;
	first = *third;
	set_prefix((u32)(u64)four);
	second = *third;
	*behind += 1;
	set_prefix(0);
	expect_eq(second, first);
	expect_eq(*behind, 0xcccd);
	free_pages(four);
}

CASE(interruption, "an interruption stores into and loads from the prefix area")
{
	struct lowcore *moved = (struct lowcore *)area;
	struct psw old = lowcore.pgm_old_psw;
	u16 code = 0x77;

	move_in();
	lowcore.pgm_int_code = 0x5a5a;
	moved->pgm_int_code = 0;
	set_prefix((u32)(u64)area);
	expect_pgm_int();
	__asm__ __volatile__(".2byte 0" : : : "memory");
	code = clear_pgm_int();
	set_prefix(0);
	expect_eq(code, PGM_INT_CODE_OPERATION);
	expect_eq(lowcore.pgm_int_code, 0x5a5a);
	expect_eq(lowcore.pgm_old_psw.addr, old.addr);
	expect_ne(moved->pgm_old_psw.addr, old.addr);
	expect_eq(moved->pgm_int_id, 2);
}

CASE(key_absolute, "ISKE and SSKE take real addresses: the keys are the exchanged blocks'")
{
	u8 through, low, high;

	move_in();
	set_storage_key(at_real(0), 0x10, 0);
	set_storage_key(area, 0x20, 0);
	set_prefix((u32)(u64)area);
	through = get_storage_key(at_real(0));
	set_storage_key(area, 0x30, 0);
	set_prefix(0);
	low = get_storage_key(at_real(0));
	high = get_storage_key(area);
	set_storage_key(at_real(0), 0, 0);
	set_storage_key(area, 0, 0);
	expect_eq(through & SKEY_ACC, 0x20);
	expect_eq(low & SKEY_ACC, 0x30);
	expect_eq(high & SKEY_ACC, 0x20);
}

/* ---- each CPU ---- */

static u32 there;

static void note_prefix(void *marker)
{
	there = get_prefix();
	*at_real(UNUSED) = *(u64 *)marker;
}

CASE(each_cpu, "every CPU has a prefix of its own: what it writes to real 2048 is in its own area")
{
	*at_real(UNUSED) = 0;
	for (int i = 1; i < smp_query_num_cpus(); i++) {
		u64 marker = 0x1234000000000000 + i;

		on_cpu(i, note_prefix, &marker);
		expect_eq_msg(there, (u64)cpus[i].lowcore, "prefix of CPU %d", i);
		expect_eq_msg(*(u64 *)((char *)cpus[i].lowcore + UNUSED), marker,
			      "its word, CPU %d", i);
	}
	expect_eq(*at_real(UNUSED), 0);
	for (int i = 1; i < smp_query_num_cpus(); i++)
		for (int other = 1; other < i; other++)
			expect_ne(cpus[i].lowcore, cpus[other].lowcore);
}

CASE(others_low, "another CPU sees this CPU's lowcore, absolute 0, at the addresses of its own "
		 "prefix area")
{
	u64 marker = 0x5555, *word;

	require(smp_query_num_cpus() >= 2);
	*at_real(UNUSED) = 0x6666;
	word = (u64 *)((char *)cpus[1].lowcore + UNUSED);
	*word = 0;
	on_cpu(1, note_prefix, &marker);
	expect_eq(*word, 0x5555);
	expect_eq(*at_real(UNUSED), 0x6666);
}

CASE(lura, "LURA and STURA take real addresses")
{
	u64 loaded;

	move_in();
	*(u64 *)(area + UNUSED) = 0x0123456789abcdef;
	*at_real(UNUSED) = 0;
	set_prefix((u32)(u64)area);
	__asm__ __volatile__(".insn rre,0xb9050000,%0,%1"
			     : "=d" (loaded)
			     : "a" (UNUSED)
			     : "memory"); /* LURAG */
	__asm__ __volatile__(".insn rre,0xb9250000,%0,%1"
			     : : "d" (0x7777ul), "a" (area + UNUSED)
			     : "memory"); /* STURG */
	set_prefix(0);
	expect_eq(loaded, 0x0123456789abcdef);
	expect_eq(*at_real(UNUSED), 0x7777);
	expect_eq(*(u64 *)(area + UNUSED), 0x0123456789abcdef);
}
