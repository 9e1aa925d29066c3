/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The entries of all levels on the way to a page (SDM volume 3, sections 5.3 to 5.8): one or two
 * bits at any levels differ from entries that allow everything, for each kind of access. A walk
 * ends at the first entry that is not present or malformed and leaves what is below alone; the
 * rights of all levels meet; A is set in every entry of a walk that succeeds, D only in the last.
 */
#include "access.h"
#include "case.h"
#include "x86/processor.h"
#include "x86/vm.h"

#define MAX_LEVELS	5
#define ALL_RIGHTS	(PT_PRESENT_MASK | PT_WRITABLE_MASK | PT_USER_MASK)
#define FAILURES	10	/* named, then the case ends */

struct walk {
	struct place place;
	int leaf, top;		/* levels; PAE's PDPT, which has no rights, is not one */
	void *entry[MAX_LEVELS + 1];		/* by level */
	u64 good[MAX_LEVELS + 1];
	u64 tried[MAX_LEVELS + 1];
};

/* A bit of the entry of a level that is not as in the good one. */
struct deviation {
	int level;
	u64 bit;
	bool reserved;
	bool alone;		/* not in pairs, but with "full" */
};

static struct deviation deviations[128];
static size_t n_deviations;

static void deviate(int level, u64 bit, bool reserved, bool alone)
{
	assert(n_deviations < ARRAY_SIZE(deviations));
	deviations[n_deviations++] = (struct deviation){ level, bit, reserved, alone };
}

/* Bits that the level's entries must not have. */
static void deviate_reserved(const struct walk *w, int level)
{
	const struct paging *p = w->place.paging;
	int shift = paging_shift(p, level);

	if (p->entry_size == 8 && cpuid_maxphyaddr() < 52) {
		deviate(level, 1ull << 51, true, false);
		deviate(level, 1ull << cpuid_maxphyaddr(), true, true);
	}
	if (p == &paging_pae)
		deviate(level, 1ull << 62, true, true);
	if (level > 3 || (level == 3 && !this_cpu_has(X86_FEATURE_GBPAGES)))
		deviate(level, PT_PAGE_SIZE_MASK, true, true);
	if (level == w->leaf && level > 1) {
		deviate(level, 1ull << (shift - 1), true, true);
		if (p->entry_size == 8)
			deviate(level, 1ull << 13, true, true);
	}
}

/* Bits that do nothing there. */
static void deviate_ignored(const struct walk *w, int level)
{
	deviate(level, 1ull << 9, false, true);
	deviate(level, 1ull << 11, false, true);
	if (w->place.paging->levels >= 4)
		deviate(level, 1ull << 58, false, true);
	/* AMD reserves G in the PML4 entry (APM volume 2, figure 5-19), and says less of others. */
	if (level > w->leaf && (level == 2 || is_intel()))
		deviate(level, PT_GLOBAL_MASK, false, true);
	deviate(level, PT_DIRTY_MASK, false, true);
}

static void list_deviations(const struct walk *w, bool only_reserved)
{
	n_deviations = 0;
	for (int level = w->top; level >= w->leaf; level--) {
		deviate_reserved(w, level);
		if (only_reserved)
			continue;
		deviate(level, PT_PRESENT_MASK, false, false);
		deviate(level, PT_WRITABLE_MASK, false, false);
		deviate(level, PT_USER_MASK, false, false);
		deviate(level, PT_ACCESSED_MASK, false, true);
		if (w->place.paging->entry_size == 8 && this_cpu_has(X86_FEATURE_NX))
			deviate(level, PT64_NX_MASK, false, false);
		deviate_ignored(w, level);
	}
}

static void begin_walk(struct walk *w, int leaf)
{
	const struct paging *p;

	make_place(&w->place, leaf);
	p = w->place.paging;
	w->leaf = leaf;
	w->top = p == &paging_pae ? 2 : p->levels;
	for (int level = w->top; level >= leaf; level--) {
		w->entry[level] = paging_find(p, current_page_table(), w->place.virt, level).entry;
		w->good[level] = (paging_read(p, w->entry[level]) | ALL_RIGHTS) & ~PT_AD_MASK;
	}
	reset_cpu();
}

static void write_entries(const struct walk *w, const u64 *values)
{
	for (int level = w->top; level >= w->leaf; level--)
		paging_write(w->place.paging, w->entry[level], values[level]);
}

static void end_walk(const struct walk *w)
{
	write_entries(w, w->good);
	invlpg((void *)w->place.virt);
	reset_cpu();
}

/* ---- what the manual says ---- */

struct expectation {
	bool fault;
	u32 code;
	int used;		/* the lowest level whose entry the walk may use */
};

static bool is_reserved(int level, u64 value, const struct walk *w)
{
	for (size_t i = 0; i < n_deviations; i++)
		if (deviations[i].reserved && deviations[i].level == level &&
		    (value ^ w->good[level]) & deviations[i].bit)
			return true;
	return false;
}

static bool is_denied(u64 all, u64 any, u32 access)
{
	if (access & USER && !(all & PT_USER_MASK))
		return true;
	if (access & FETCH)
		return any & PT64_NX_MASK;
	return access & WRITE && !(all & PT_WRITABLE_MASK) && access & (USER | CPU_WP);
}

static struct expectation expected(const struct walk *w, u32 access)
{
	struct expectation e = { .fault = true, .code = access_code(access) };
	u64 all = ~0ull, any = 0;

	for (int level = w->top; level >= w->leaf; level--) {
		u64 value = w->tried[level];

		e.used = level + 1;
		if (!(value & PT_PRESENT_MASK))
			return e;
		/* Section 5.7 calls this entry used as well: A may be set. */
		if (is_reserved(level, value, w)) {
			e.used = level;
			e.code |= PFERR_PRESENT_MASK | PFERR_RESERVED_MASK;
			return e;
		}
		all &= value;
		any |= value;
	}
	e.used = w->leaf;
	e.fault = is_denied(all, any, access);
	e.code = e.fault ? e.code | PFERR_PRESENT_MASK : 0;
	return e;
}

/* What an entry must be afterwards, but for A of one that a walk used which ended by a fault. */
static bool is_entry_right(const struct walk *w, int level, struct expectation e, u32 access)
{
	u64 now = paging_read(w->place.paging, w->entry[level]), before = w->tried[level];

	if (!e.fault)
		before |= PT_ACCESSED_MASK |
			  (level == w->leaf && access & WRITE ? PT_DIRTY_MASK : 0);
	if (e.fault && level >= e.used && now == (before | PT_ACCESSED_MASK))
		return true;
	return now == before;
}

/* ---- the product ---- */

static u32 compared;		/* bits of the error code of a reserved bit */

static bool check(struct walk *w, const struct deviation *a, const struct deviation *b, u32 access)
{
	struct expectation e = expected(w, access);
	u32 mask = e.code & PFERR_RESERVED_MASK ? compared : ~0u;
	struct outcome got;
	bool same;
	int wrong = 0;

	write_entries(w, w->tried);
	got = make_access(w->place.virt, access);
	for (int level = w->top; level >= w->leaf; level--)
		if (!is_entry_right(w, level, e, access))
			wrong = level;
	same = got.fault == e.fault && !wrong &&
	       (!e.fault || (!((got.error_code ^ e.code) & mask) &&
			     got.cr2 == w->place.virt + (access & FETCH ? 0 : DATA_OFFSET)));
	return expect_msg(same, "%d levels, leaf %d: level %d %#" PRIx64 ", level %d %#" PRIx64
			  ", access %#" PRIx32 ": fault %d code %#" PRIx32 " CR2 %#lx, not %d %#"
			  PRIx32 "; wrong entry: %d", w->place.paging->levels, w->leaf, a->level,
			  a->bit, b->level, b->bit, access, got.fault, got.error_code, got.cr2,
			  e.fault, e.code, wrong);
}

static bool check_accesses(struct walk *w, const struct deviation *a, const struct deviation *b)
{
	static const u32 kinds[] = { 0, WRITE, FETCH };
	bool has_nx = w->place.paging->entry_size == 8 && this_cpu_has(X86_FEATURE_NX);
	u32 nxe = has_nx ? CPU_NXE : 0;
	bool same = true;

	memcpy(w->tried, w->good, sizeof(w->tried));
	w->tried[a->level] ^= a->bit;
	if (a != b)
		w->tried[b->level] ^= b->bit;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		same &= check(w, a, b, kinds[i] | USER | CPU_WP | nxe);
		same &= check(w, a, b, kinds[i] | CPU_WP | nxe);
	}
	return same & check(w, a, b, WRITE | nxe);
}

static bool is_tried(const struct deviation *a, const struct deviation *b)
{
	return a == b || full || (!a->alone && !b->alone);
}

/* All pairs of deviations, each of them alone as well. */
static void check_pairs(struct walk *w)
{
	int failures = 0;

	for (size_t i = 0; i < n_deviations; i++)
		for (size_t j = 0; j <= i; j++)
			if (is_tried(&deviations[i], &deviations[j]) &&
			    !check_accesses(w, &deviations[i], &deviations[j]) &&
			    ++failures == FAILURES)
				return;
}

static void check_level(int leaf)
{
	struct walk w = { 0 };

	begin_walk(&w, leaf);
	compared = ~PFERR_PRESENT_MASK;
	list_deviations(&w, false);
	check_pairs(&w);
	end_walk(&w);
}

static void check_present(int leaf)
{
	struct walk w = { 0 };

	begin_walk(&w, leaf);
	compared = ~0u;
	list_deviations(&w, true);
	for (size_t i = 0; i < n_deviations; i++)
		check_accesses(&w, &deviations[i], &deviations[i]);
	end_walk(&w);
}

static void each_mode(void (*check_leaf)(int leaf), int leaf)
{
	check_leaf(leaf);
#ifdef __x86_64__
	if (!this_cpu_has(X86_FEATURE_LA57))
		return;
	setup_5level_page_table();
	check_leaf(leaf);
	setup_4level_page_table();
#else
	if (!this_cpu_has(X86_FEATURE_PAE))
		return;
	setup_pae_page_table();
	check_leaf(leaf);
	setup_32bit_page_table();
#endif
}

CASE(levels_small, "4 KiB: bits of one or two levels, in every paging mode")
{
	each_mode(check_level, 1);
}

CASE(levels_large, "2 or 4 MiB: the same, and the address bits that it must not have")
{
	each_mode(check_level, 2);
}

#ifdef __x86_64__
CASE(levels_huge, "1 GiB: the same")
{
	require(this_cpu_has(X86_FEATURE_GBPAGES));
	each_mode(check_level, 3);
}
#endif

CASE(levels_reserved_present, "a reserved bit of any level is reported with P, being present")
{
	each_mode(check_present, 1);
	each_mode(check_present, 2);
}

#ifndef __x86_64__
#define PDPTE_TESTED	2	/* of the range of vmalloc.h */

CASE(levels_pdpte, "PAE: MOV to CR3 refuses reserved bits of a present PDPTE (5.4.1)")
{
	u64 *entry, good;

	require(this_cpu_has(X86_FEATURE_PAE));
	setup_pae_page_table();
	entry = (u64 *)current_page_table() + PDPTE_TESTED;
	good = *entry;
	for (int bit = 1; bit < 64; bit++) {
		bool reserved = PAE_PDPTE_RSVD_MASK & 1ull << bit;

		if (bit > 11 && !reserved)
			continue;
		paging_write(&paging_pae, entry, good | 1ull << bit);
		expect_eq_msg(write_cr3_safe(read_cr3()), reserved ? GP_VECTOR : 0,
			      "bit %d", bit);
		expect_eq_msg(exception_error_code(), 0, "bit %d", bit);
		paging_write(&paging_pae, entry, (good | 1ull << bit) & ~PT_PRESENT_MASK);
		expect_eq_msg(write_cr3_safe(read_cr3()), 0, "bit %d, not present", bit);
	}
	paging_write(&paging_pae, entry, good);
	write_cr3(read_cr3());
	setup_32bit_page_table();
}
#endif
