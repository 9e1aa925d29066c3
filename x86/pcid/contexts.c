/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Contexts: what each PCID's translations are, and what invalidates them (SDM volume 3, sections
 * 5.10.2 to 5.10.4). Each has a root of its own; all map RAM alike, and WINDOW differently. Every
 * change of an entry comes after a use of it, so that a stale translation would be seen.
 */
#ifdef __x86_64__
#include "pcid.h"
#include "alloc_page.h"
#include "x86/paging.h"
#include "x86/vm.h"

#define CONTEXTS	8
#define WINDOW		((volatile u64 *)(1ul << 45))
#define RIGHTS		(PT_PRESENT_MASK | PT_WRITABLE_MASK | PT_USER_MASK)

/* Bits of every part of the field. */
static const u16 pcid_of[CONTEXTS] = { 0, 1, 2, 0x80, 0x555, 0xaaa, 0x800, 0xfff };
static pgd_t *root[CONTEXTS];
static u64 *pages[2][CONTEXTS];	/* old and new; the first words say which */

static u64 tag(int age, int context)
{
	return 0xc0de0000u + 0x100 * age + context;
}

static void map_window(int context, int age, u64 flags)
{
	paging_install(paging_current(), root[context], 1, (ulong)WINDOW,
		       virt_to_phys(pages[age][context]) | RIGHTS | flags, NULL);
}

static void enter(int context, u64 flag)
{
	write_cr3(virt_to_phys(root[context]) | pcid_of[context] | flag);
}

static void go_to(int context)
{
	enter(context, X86_CR3_NOFLUSH);
}

static pgd_t *first_root;

/* Back to the tables of before, with nothing left of the contexts, which are free memory soon. */
static void leave(void)
{
	write_cr3(virt_to_phys(first_root));
	without_pcide();
}

static void make_context(int context)
{
	if (!root[context]) {
		root[context] = alloc_page();
		for (int age = 0; age < 2; age++)
			pages[age][context] = alloc_page();
	}
	memcpy(root[context], first_root, PAGE_SIZE);
	for (int age = 0; age < 2; age++)
		*pages[age][context] = tag(age, context);
}

/* All contexts map their old pages, with these flags, and have used them. */
static void begin(u64 flags)
{
	require_pcid();
	first_root = current_page_table();
	case_at_end(leave);
	for (int c = 0; c < CONTEXTS; c++) {
		make_context(c);
		map_window(c, 0, flags);
	}
	write_cr4(read_cr4() | X86_CR4_PCIDE | X86_CR4_PGE);
	for (int c = 0; c < CONTEXTS; c++) {
		enter(c, 0);
		expect_eq_msg(*WINDOW, tag(0, c), "PCID %#x", pcid_of[c]);
	}
}

static void expect_age(int context, int age)
{
	expect_eq_msg(*WINDOW, tag(age, context), "PCID %#x", pcid_of[context]);
}

/* ---- what is whose ---- */

CASE(isolated, "contexts see their own pages, whichever was there before, without any invalidation")
{
	begin(0);
	for (int round = 0; round < 64; round++) {
		int c = round * 5 % CONTEXTS;

		go_to(c);
		expect_age(c, 0);
		WINDOW[1 + round] = round;
		expect_eq_msg(pages[0][c][1 + round], round, "PCID %#x", pcid_of[c]);
	}
	leave();
}

CASE(isolated_absent, "a page that only another context maps, and uses, is absent: #PF")
{
	begin(0);
	paging_install(paging_current(), root[3], 1, (ulong)WINDOW, 0, NULL);
	enter(3, 0);
	for (int c = 0; c < CONTEXTS; c++) {
		go_to(c);
		if (c != 3)
			expect_age(c, 0);
		go_to(3);
		expect_eq_msg(asm_safe("cmpb $0, (%0)", "r" (WINDOW)), PF_VECTOR,
			      "after PCID %#x", pcid_of[c]);
		expect_eq_msg(exception_error_code(), 0, "PCID %#x", pcid_of[c]);
	}
	leave();
}

CASE(isolated_rights, "a page that is read-only here, and writable in the context before")
{
	begin(0);
	write_cr0(read_cr0() | X86_CR0_WP);
	paging_install(paging_current(), root[3], 1, (ulong)WINDOW,
		       virt_to_phys(pages[0][3]) | PT_PRESENT_MASK, NULL);
	enter(3, 0);
	for (int c = 0; c < CONTEXTS; c++) {
		go_to(c);
		if (c != 3)
			WINDOW[2] = c;
		go_to(3);
		expect_eq_msg(asm_safe("movb $0, (%0)", "r" (WINDOW)), PF_VECTOR,
			      "after PCID %#x", pcid_of[c]);
		expect_eq_msg(exception_error_code(), PFERR_PRESENT_MASK | PFERR_WRITE_MASK,
			      "PCID %#x", pcid_of[c]);
		expect_age(3, 0);
	}
	leave();
}

/* ---- invalidation ---- */

CASE(cr3, "a write of CR3 with bit 63 clear invalidates the PCID that it names, current or not")
{
	begin(0);
	for (int c = 0; c < CONTEXTS; c++) {
		go_to(c);
		expect_age(c, 0);
		if (c & 1)
			go_to(0);
		map_window(c, 1, 0);
		enter(c, 0);
		expect_age(c, 1);
	}
	leave();
}

CASE(invlpg, "INVLPG invalidates the address in the current PCID")
{
	begin(0);
	for (int c = 0; c < CONTEXTS; c++) {
		go_to(c);
		map_window(c, 1, 0);
		invlpg(WINDOW);
		expect_age(c, 1);
	}
	leave();
}

/* A page that all contexts have in common and call global. */
static void begin_global(void)
{
	begin(0);
	for (int age = 0; age < 2; age++)
		for (int c = 1; c < CONTEXTS; c++)
			*pages[age][c] = tag(age, 0);
	for (int c = 0; c < CONTEXTS; c++) {
		paging_install(paging_current(), root[c], 1, (ulong)WINDOW,
			       virt_to_phys(pages[0][0]) | RIGHTS | PT_GLOBAL_MASK, NULL);
		enter(c, 0);
		invlpg(WINDOW);
		expect_age(0, 0);
	}
}

static void change_global(void)
{
	for (int c = 0; c < CONTEXTS; c++)
		paging_install(paging_current(), root[c], 1, (ulong)WINDOW,
			       virt_to_phys(pages[1][0]) | RIGHTS | PT_GLOBAL_MASK, NULL);
}

static void expect_global_changed(void)
{
	for (int c = CONTEXTS; c--;) {
		go_to(c);
		expect_eq_msg(*WINDOW, tag(1, 0), "PCID %#x", pcid_of[c]);
	}
	leave();
}

CASE(invlpg_global, "and a global one for all PCIDs")
{
	begin_global();
	go_to(2);
	expect_age(0, 0);
	change_global();
	invlpg(WINDOW);
	expect_global_changed();
}

CASE(pge, "changing CR4.PGE invalidates everything, in all contexts")
{
	for (int set = 0; set < 2; set++) {
		begin_global();
		if (set)
			write_cr4(read_cr4() & ~X86_CR4_PGE);
		go_to(1);
		change_global();
		write_cr4(read_cr4() ^ X86_CR4_PGE);
		expect_global_changed();
		write_cr4(read_cr4() | X86_CR4_PGE);
	}
}

CASE(pcide, "clearing CR4.PCIDE invalidates everything, global pages as well")
{
	begin_global();
	go_to(0);
	change_global();
	write_cr4(read_cr4() & ~X86_CR4_PCIDE);
	write_cr4(read_cr4() | X86_CR4_PCIDE);
	expect_global_changed();
	begin(0);
	for (int c = 0; c < CONTEXTS; c++)
		map_window(c, 1, 0);
	go_to(0);
	write_cr4(read_cr4() & ~X86_CR4_PCIDE);
	write_cr4(read_cr4() | X86_CR4_PCIDE);
	for (int c = 0; c < CONTEXTS; c++) {
		go_to(c);
		expect_age(c, 1);
	}
	leave();
}

/* ---- INVPCID ---- */

static void invpcid(ulong type, int context)
{
	struct invpcid_desc desc = { .pcid = pcid_of[context], .addr = (ulong)WINDOW };

	expect_eq_msg(invpcid_safe(type, &desc), 0, "type %lu", type);
}

CASE(invpcid_each, "each type of INVPCID invalidates what it names, of this context or another")
{
	require_pcid();
	require_invpcid();
	for (ulong type = 0; type < INVPCID_TYPES; type++) {
		begin(0);
		for (int c = 0; c < CONTEXTS; c++) {
			go_to(c);
			expect_age(c, 0);
			if (c & 1)
				go_to(0);
			map_window(c, 1, 0);
			invpcid(type, c);
			go_to(c);
			expect_age(c, 1);
		}
		leave();
	}
}

CASE(invpcid_all, "types 2 and 3 of all contexts at once, whatever the descriptor names")
{
	require_pcid();
	require_invpcid();
	for (ulong type = INVPCID_ALL; type < INVPCID_TYPES; type++) {
		begin(0);
		for (int c = 0; c < CONTEXTS; c++)
			map_window(c, 1, 0);
		invpcid(type, 4);
		for (int c = 0; c < CONTEXTS; c++) {
			go_to(c);
			expect_age(c, 1);
		}
		leave();
	}
}

CASE(invpcid_global, "type 2 global pages as well")
{
	require_pcid();
	require_invpcid();
	begin_global();
	go_to(5);
	change_global();
	invpcid(INVPCID_ALL, 0);
	expect_global_changed();
}

/* Another page table, which maps the new page, for the one that was used to get there. */
static void replace_table(int context)
{
	void *entry = paging_find(paging_current(), root[context], (ulong)WINDOW, 2).entry;
	u64 *table = alloc_page();

	table[0] = virt_to_phys(pages[1][context]) | RIGHTS;
	paging_write(paging_current(), entry, virt_to_phys(table) | RIGHTS);
}

CASE(invpcid_tables, "types 0, 1 and 3 also what is cached of the tables on the way")
{
	static const u8 types[] = { INVPCID_ADDRESS, INVPCID_CONTEXT, INVPCID_ALL_NOT_GLOBAL };

	require_pcid();
	require_invpcid();
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		begin(0);
		for (int c = 0; c < CONTEXTS; c++) {
			go_to(c & 1 ? 0 : c);
			replace_table(c);
			invpcid(types[i], c);
			go_to(c);
			expect_age(c, 1);
		}
		leave();
	}
}
#endif
