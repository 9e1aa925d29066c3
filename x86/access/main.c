/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * access: who may do what with a page, as a generated product of entry bits, CPU state and kinds of
 * access (SDM volume 3, chapter 5, Paging). For each combination: whether it faults, the whole
 * error code and CR2, the accessed and dirty flags of both entries, and that no other bit of them
 * has changed. A combination that fails is named; the others are counted. model.c is what the
 * manual says.
 *
 * Reserved bits have cases of their own, because emulators get their error code wrong. With the
 * argument "full" the products are larger.
 */
#include "access.h"
#include "case.h"
#include "vmalloc.h"
#include "x86/processor.h"
#include "x86/vm.h"

#define FAILURES	10	/* named, then the case ends */

bool full;
static u32 code_bits = ~0u;	/* of the error code: those that are compared */

static const char *const bit_names[N_BITS] = {
	"write", "fetch", "user", "leaf.P", "leaf.W", "leaf.U", "leaf.A", "leaf.D", "leaf.NX",
	"leaf.reserved", "leaf.key", "table.P", "table.W", "table.U", "table.A", "table.NX",
	"table.reserved", "AC", "WP", "NXE", "SMEP", "SMAP", "PKE", "PKRU.AD", "PKRU.WD",
};

static const char *describe(u32 c)
{
	static char text[200];
	size_t used = 0;

	text[0] = 0;
	for (int i = 0; i < N_BITS; i++)
		if (c & 1u << i)
			used += snprintf(text + used, sizeof(text) - used, " %s", bit_names[i]);
	return text;
}

/* An entry without a table of permissions above it: as if that allowed all. */
#define NO_TABLE	(TABLE_P | TABLE_W | TABLE_U | TABLE_A)

/* Compares all of it; a fault's CR2 is the byte that was meant. */
static bool check(const struct place *p, u32 c)
{
	u32 may;
	struct outcome want = expected_outcome(p->table ? c : c | NO_TABLE, &may);
	struct outcome got = try_access(p, c);
	u32 got_code = got.fault ? got.error_code : 0, want_code = want.fault ? want.error_code : 0;
	bool right_code = !((got_code ^ want_code) & code_bits);
	bool right_entries, same;

	if (!p->table)
		may |= TABLE_BITS;
	right_entries = !got.changed && (got.entries & ~may) == (want.entries & ~may);
	same = right_entries && got.fault == want.fault && right_code &&
	       (!want.fault || got.cr2 == p->virt + (c & FETCH ? 0 : DATA_OFFSET));
	return expect_msg(same, "%d levels, level %d:%s: %s %#" PRIx32 ", not %s %#" PRIx32 "; CR2 %#lx; %s",
			  p->paging->levels, p->level, same ? " (turned round)" : describe(c),
			  got.fault ? "fault" : "no fault", got_code, want.fault ? "fault" : "no fault",
			  want_code, got.cr2, right_entries ? "entries right" : "entries wrong");
}

/* All subsets of varied, each with the bits of always; in the current paging mode. */
static void run_in_mode(int level, u32 always, u32 varied)
{
	struct place p;
	u32 c = 0, failures = 0, possible;

	make_place(&p, level);
	possible = possible_bits(&p);
	varied &= possible;
	always &= possible & ~varied;
	reset_cpu();
	do {
		u32 all = c | always;

		if ((all & (WRITE | FETCH)) != (WRITE | FETCH) && !check(&p, all) && ++failures == FAILURES)
			break;
		c = (c - varied) & varied;
	} while (c);
	reset_cpu();
}

#ifdef __x86_64__
static void run_product(int level, u32 always, u32 varied)
{
	run_in_mode(level, always, varied);
}
#else
/* In 32-bit paging and in PAE paging. */
static void run_product(int level, u32 always, u32 varied)
{
	run_in_mode(level, always, varied);
	if (!this_cpu_has(X86_FEATURE_PAE))
		return;
	setup_pae_page_table();
	run_in_mode(level, always, varied);
	setup_32bit_page_table();
}
#endif

#define MAPPED		(LEAF_P | LEAF_A | LEAF_D | TABLE_P | TABLE_A)
#define TABLE_RIGHTS	(TABLE_W | TABLE_U)
#define RIGHTS		(ALL_ACCESSES | LEAF_P | LEAF_W | LEAF_U | LEAF_NX | TABLE_RIGHTS | CPU_WP)
#define SUPERVISOR	(CPU_SMEP | CPU_SMAP | CPU_AC)

/* With "full": also these. */
static u32 more(u32 bits)
{
	return full ? bits : 0;
}

CASE(small, "pages of 4 KiB: P, W, U and NX of both entries, CR0.WP")
{
	run_product(1, CPU_NXE, RIGHTS | TABLE_P | TABLE_NX | more(LEAF_BITS | TABLE_BITS | SUPERVISOR));
}

CASE(large, "pages of 2 or 4 MiB: the same")
{
	run_product(2, CPU_NXE | TABLE_P, RIGHTS | more(LEAF_BITS | TABLE_BITS | SUPERVISOR));
}

CASE(accessed_dirty, "what A and D were before, for each access that succeeds or faults (5.8)")
{
	for (int level = 1; level <= 2; level++)
		run_product(level, LEAF_U | TABLE_P | TABLE_RIGHTS | CPU_WP, ALL_ACCESSES | LEAF_P | LEAF_W |
			    LEAF_A | LEAF_D | TABLE_A);
}

#ifdef __x86_64__
CASE(huge, "pages of 1 GiB: the same")
{
	require(this_cpu_has(X86_FEATURE_GBPAGES));
	run_product(3, CPU_NXE | TABLE_P, RIGHTS | more(LEAF_BITS | TABLE_BITS | SUPERVISOR));
}

CASE(keys, "protection keys: AD and WD against W, U, CR0.WP, CR4.PKE, for data only (5.6.2)")
{
	require(this_cpu_has(X86_FEATURE_PKU));
	for (int level = 1; level <= 2; level++)
		run_product(level, MAPPED | CPU_NXE, ALL_ACCESSES | LEAF_W | LEAF_U | LEAF_KEY | TABLE_W |
			    TABLE_U | CPU_WP | CPU_PKE | PKRU_AD | PKRU_WD |
			    more(LEAF_P | LEAF_NX | SUPERVISOR));
}
#endif

CASE(smep_smap, "SMEP and SMAP with EFLAGS.AC keep ring 0 from user pages, and from nothing else")
{
	require(this_cpu_has(X86_FEATURE_SMEP) || this_cpu_has(X86_FEATURE_SMAP));
	for (int level = 1; level <= 1 + full; level++)
		run_product(level, MAPPED | TABLE_W | CPU_NXE, ALL_ACCESSES | LEAF_W | LEAF_U | LEAF_NX | TABLE_U |
			    SUPERVISOR | CPU_WP | more(LEAF_P | TABLE_W));
}

CASE(fetch_code, "the error code's I/D needs NX or SMEP (5.7)")
{
	run_product(1, LEAF_A | TABLE_A | FETCH, USER | LEAF_P | LEAF_U | TABLE_P | TABLE_U | CPU_NXE | CPU_SMEP);
}

static void check_reserved(u32 bits)
{
	struct place p;

	if (sizeof(long) == 8) {
		make_place(&p, 1);
		require(possible_bits(&p) & (LEAF_RESERVED | LEAF_NX));
	}
	code_bits = bits;
	for (int level = 1; level <= 2; level++)
		run_product(level, LEAF_W | LEAF_U | TABLE_P | TABLE_RIGHTS, ALL_ACCESSES | LEAF_P | LEAF_NX |
			    LEAF_RESERVED | TABLE_NX | TABLE_RESERVED | CPU_NXE |
			    more(LEAF_BITS | TABLE_BITS | CPU_SMEP));
	code_bits = ~0u;
}

CASE(reserved, "reserved bits of either entry, NX without EFER.NXE among them, fault with RSVD (5.7)")
{
	check_reserved(~PFERR_PRESENT_MASK);
}

CASE(reserved_present, "and with P: the entry is present")
{
	check_reserved(~0u);
}

int main(int argc, char **argv)
{
	pteval_t supervisor = 0;

	full = argc > 1 && !strcmp(argv[1], "full");
	__setup_vm(&supervisor);
	return run_cases();
}
