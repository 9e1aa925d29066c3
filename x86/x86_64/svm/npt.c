/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nested paging (APM volume 2, section 15.25): each fault of the nested tables with all of
 * EXITINFO1 and the whole guest physical address in EXITINFO2, of the final access and of L2's own
 * page walk; accessed and dirty bits of both tables; which fault comes first; G_PAT. L2 has tables
 * of its own, each in a page of its own, that map LINEAR to `data`.
 */
#include "svm_test.h"
#include "asm/io.h"
#include "x86/vm.h"

#define PAGE		__attribute__((aligned(4096)))
#define LINEAR		(1ull << 39)
#define OFFSET		0x678
#define P		((u64)PFERR_PRESENT_MASK)
#define WR		((u64)PFERR_WRITE_MASK)
/* All accesses of L2 are a user's to the nested tables. */
#define U		((u64)PFERR_USER_MASK)
#define RSV		((u64)PFERR_RESERVED_MASK)
#define ID		((u64)PFERR_FETCH_MASK)
#define FLAGS		(PT_PRESENT_MASK | PT_WRITABLE_MASK | PT_USER_MASK)

static u64 tables[4][512] PAGE;		/* by level - 1 */
static u8 data[4096] PAGE, other_data[4096] PAGE;

L2_CODE(load, "", "movq (%rsi), %rax", "");
L2_CODE(store, "", "movq %rax, (%rsi)", "");
L2_CODE(jump, "", "jmp *%rsi", "");

static u64 gpa_of(const void *p)
{
	return virt_to_phys(p);
}

/* L2's tables: the lowest 512 GiB as L1's, and one page. */
static void set_tables(u64 data_gpa)
{
	memset(tables, 0, sizeof(tables));
	tables[3][0] = current_page_table()[0];
	for (int level = 4; level > 1; level--)
		tables[level - 1][level == 4] = gpa_of(tables[level - 2]) | FLAGS;
	tables[0][0] = data_gpa | FLAGS;
}

static struct svm_guest *guest_with_npt(void)
{
	struct svm_guest *g = svm_new_guest();

	require_svm(NPT);
	set_tables(gpa_of(data));
	memset(data, 0, sizeof(data));
	memcpy(data + OFFSET, "\x0f\x01\xd9\x0f\x0b", 5);	/* vmmcall; ud2 */
	svm_use_npt(g);
	g->vmcb->save.cr3 = gpa_of(tables[3]);
	g->regs->rsi = LINEAR + OFFSET;
	return g;
}

static bool expect_npf(struct svm_guest *g, const struct l2_code *code, u64 info, u64 gpa,
		       const char *what)
{
	const void *rip = code == &jump ? (void *)(uintptr_t)g->regs->rsi : code->at;

	if (!expect_run(g, code, SVM_EXIT_NPF, rip, what))
		return false;
	expect_eq_msg(g->vmcb->control.exit_info_1, info, "%s: EXITINFO1", what);
	expect_eq_msg(g->vmcb->control.exit_info_2, gpa, "%s: EXITINFO2", what);
	return expect_eq_msg(g->vmcb->control.exit_int_info & EVENT_VALID, 0, "%s: EXITINTINFO",
			     what);
}

static void expect_no_npf(struct svm_guest *g, const struct l2_code *code, const char *what)
{
	const void *end = code == &jump ? (void *)(uintptr_t)g->regs->rsi : code->end;

	expect_run(g, code, SVM_EXIT_VMMCALL, end, what);
}

/*
 * All three accesses with the nested entry of `data` changed; a fault's EXITINFO1 but for the
 * access itself, or 0: none.
 */
static void try_final(u64 clear, u64 set, u64 read, u64 write, u64 fetch)
{
	static const struct l2_code *const codes[] = { &load, &store, &jump };
	static const char *const names[] = { "load", "store", "fetch" };
	const u64 infos[] = { read, write, fetch };

	for (int i = 0; i < 3; i++) {
		struct svm_guest *g = guest_with_npt();
		u64 *entry = svm_npt_entry(g, gpa_of(data));

		*entry = (*entry & ~clear) | set;
		if (infos[i])
			expect_npf(g, codes[i], infos[i] | NPF_FINAL, gpa_of(data) + OFFSET,
				   names[i]);
		else
			expect_no_npf(g, codes[i], names[i]);
	}
}

/* With EFER.NXE of L1, so that fetches are told apart. */
static void with_nx(void)
{
	require(enable_nx());
}

CASE(npt_runs, "with everything mapped nothing faults")
{
	with_nx();
	try_final(0, 0, 0, 0, 0);
}

CASE(npt_absent_page, "a page that is not present: read, write and fetch")
{
	with_nx();
	try_final(PT_PRESENT_MASK, 0, U, U | WR, U | ID);
}

CASE(npt_read_only, "a read-only page: only writes fault")
{
	with_nx();
	try_final(PT_WRITABLE_MASK, 0, 0, P | U | WR, 0);
}

CASE(npt_read_only_wp, "a read-only page: writes fault though L2 has CR0.WP clear")
{
	struct svm_guest *g = guest_with_npt();

	*svm_npt_entry(g, gpa_of(data)) &= ~PT_WRITABLE_MASK;
	g->vmcb->save.cr0 &= ~(u64)X86_CR0_WP;
	expect_npf(g, &store, P | U | WR | NPF_FINAL, gpa_of(data) + OFFSET, "store");
}

CASE(npt_supervisor, "a page without U/S: all accesses fault, though L2 is at CPL 0")
{
	with_nx();
	try_final(PT_USER_MASK, 0, P | U, P | U | WR, P | U | ID);
}

CASE(npt_nx, "a page with NX: only fetches fault")
{
	with_nx();
	try_final(0, PT64_NX_MASK, 0, 0, P | U | ID);
}

CASE(npt_reserved, "a page with a reserved bit: all accesses fault, with RSV")
{
	with_nx();
	require_msg(cpuid_maxphyaddr() < 52, "there is none");
	try_final(0, 1ull << 51, P | RSV | U, P | RSV | U | WR, P | RSV | U | ID);
}

CASE(npt_user, "at CPL 3 the nested faults are the same")
{
	struct svm_guest *g = guest_with_npt();

	svm_at_cpl3(g);
	*svm_npt_entry(g, gpa_of(data)) = 0;
	expect_npf(g, &store, U | WR | NPF_FINAL, gpa_of(data) + OFFSET, "store");
}

CASE(npt_levels,
     "an entry that is not present in any level of the nested tables faults at the page's address")
{
	static const struct { u64 gpa; int level; } absent[] = {
		{ 0xb0000000, 2 }, { 5ull << 30, 3 }, { 1ull << 39, 4 },
	};

	require(cpuid_maxphyaddr() > 39);
	for (unsigned int i = 0; i < ARRAY_SIZE(absent); i++) {
		struct svm_guest *g = guest_with_npt();

		tables[0][0] = absent[i].gpa | FLAGS;
		*svm_npt_entry_at(g, absent[i].gpa, absent[i].level) = 0;
		expect_npf(g, &load, U | NPF_FINAL, absent[i].gpa + OFFSET, "load");
		expect_npf(g, &store, U | WR | NPF_FINAL, absent[i].gpa + OFFSET, "store");
	}
}

CASE(npt_large_page, "a large page: its rights, and an address with all its low bits")
{
	const u64 gpa = 0xb0012000;
	struct svm_guest *g = guest_with_npt();

	tables[0][0] = gpa | FLAGS;
	*svm_npt_entry_at(g, gpa, 2) &= ~PT_WRITABLE_MASK;
	expect_no_npf(g, &load, "load");
	expect_npf(g, &store, P | U | WR | NPF_FINAL, gpa + OFFSET, "store");
}

CASE(npt_second_page, "an access across pages faults at the first byte of the second")
{
	struct svm_guest *g = guest_with_npt();

	tables[0][1] = gpa_of(other_data) | FLAGS;
	*svm_npt_entry(g, gpa_of(other_data)) = 0;
	g->regs->rsi = LINEAR + 0xffd;
	expect_npf(g, &load, U | NPF_FINAL, gpa_of(other_data), "load");
	expect_npf(g, &store, U | WR | NPF_FINAL, gpa_of(other_data), "store");
}

/* ---- L2's own page walk ---- */

/*
 * The nested entry of L2's table of level 1 to 3 is changed: all accesses fault alike, at the
 * address of L2's entry.
 */
static void try_walk(int level, u64 clear, u64 info)
{
	static const struct l2_code *const codes[] = { &load, &store, &jump };

	for (int i = 0; i < 3; i++) {
		struct svm_guest *g = guest_with_npt();

		*svm_npt_entry(g, gpa_of(tables[level - 1])) &= ~clear;
		if (!expect_npf(g, codes[i], info | NPF_GUEST_TABLE, gpa_of(&tables[level - 1][0]),
				"walk"))
			return;
	}
}

CASE(walk_absent,
     "a table of L2's that is not present: a write by L2's walk, whatever the access is")
{
	with_nx();
	for (int level = 1; level < 4; level++)
		try_walk(level, PT_PRESENT_MASK, U | WR);
}

CASE(walk_read_only, "a table of L2's that is read-only: the same, with P")
{
	with_nx();
	for (int level = 1; level < 4; level++)
		try_walk(level, PT_WRITABLE_MASK, P | U | WR);
}

CASE(walk_supervisor, "a table of L2's without U/S: the same, with P")
{
	with_nx();
	for (int level = 1; level < 4; level++)
		try_walk(level, PT_USER_MASK, P | U | WR);
}

CASE(walk_root, "the root of L2's tables that is not present: its first fetch faults there")
{
	struct svm_guest *g = guest_with_npt();

	*svm_npt_entry(g, gpa_of(tables[3])) = 0;
	expect_run(g, &load, SVM_EXIT_NPF, load.start, "walk");
	expect_eq(g->vmcb->control.exit_info_1, U | WR | NPF_GUEST_TABLE);
	expect_eq(g->vmcb->control.exit_info_2, gpa_of(&tables[3][0]));
}

/* ---- repaired, and it goes on ---- */

CASE(npt_repaired, "after L1 has mapped the page L2 repeats the access, which then works")
{
	struct svm_guest *g = guest_with_npt();
	u64 *entry = svm_npt_entry(g, gpa_of(data)), whole = *entry;

	*(u64 *)(data + OFFSET) = 0x1122334455667788ull;
	g->vmcb->save.rax = 5;
	*entry = 0;
	expect_npf(g, &load, U | NPF_FINAL, gpa_of(data) + OFFSET, "load");
	expect_eq(g->vmcb->save.rax, 5);
	*entry = whole;
	svm_run(g);
	expect_exit(g, SVM_EXIT_VMMCALL, load.end, "repaired");
	expect_eq(g->vmcb->save.rax, 0x1122334455667788ull);
}

CASE(npt_other_page,
     "L2's physical address is not the machine's: it sees what the nested tables map")
{
	struct svm_guest *g = guest_with_npt();

	*(u64 *)(data + OFFSET) = 1;
	*(u64 *)(other_data + OFFSET) = 2;
	*svm_npt_entry(g, gpa_of(data)) = gpa_of(other_data) | FLAGS;
	expect_through(g, &load, "load");
	expect_eq(g->vmcb->save.rax, 2);
	g->vmcb->save.rax = 3;
	expect_through(g, &store, "store");
	expect_eq(*(u64 *)(data + OFFSET), 1);
	expect_eq(*(u64 *)(other_data + OFFSET), 3);
}

/* ---- accessed and dirty ---- */

static u64 nested_bits(struct svm_guest *g, const void *page)
{
	return *svm_npt_entry(g, gpa_of(page)) & PT_AD_MASK;
}

static struct svm_guest *run_split(const struct l2_code *code)
{
	struct svm_guest *g = guest_with_npt();

	svm_npt_entry(g, gpa_of(data));
	svm_npt_entry(g, gpa_of(tables[0]));
	expect_through(g, code, "access");
	return g;
}

CASE(npt_accessed, "a read sets A of the page's nested entry, and of the levels above; not D")
{
	struct svm_guest *g = run_split(&load);

	expect_eq(nested_bits(g, data), PT_ACCESSED_MASK);
	expect_eq(nested_bits(g, other_data), 0);
	for (int level = 2; level <= 4; level++)
		expect_eq(*svm_npt_entry_at(g, gpa_of(data), level) & PT_ACCESSED_MASK,
			  PT_ACCESSED_MASK);
}

CASE(npt_dirty, "a write sets A and D of the page's nested entry")
{
	struct svm_guest *g = run_split(&store);

	expect_eq(nested_bits(g, data), PT_AD_MASK);
	expect_eq(nested_bits(g, other_data), 0);
}

CASE(npt_walk_dirty, "L2's walk sets A and D of the nested entries of its tables")
{
	struct svm_guest *g = run_split(&load);

	for (int level = 1; level <= 4; level++)
		expect_eq_msg(nested_bits(g, tables[level - 1]), PT_AD_MASK, "table of level %d",
			      level);
}

CASE(l2_accessed_dirty, "L2's own A and D bits are set as without nested paging")
{
	run_split(&load);
	expect_eq(tables[0][0] & PT_AD_MASK, PT_ACCESSED_MASK);
	expect_eq(tables[1][0] & PT_ACCESSED_MASK, PT_ACCESSED_MASK);
	run_split(&store);
	expect_eq(tables[0][0] & PT_AD_MASK, PT_AD_MASK);
}

/* ---- which fault comes first: section 15.25.6 ---- */

CASE(guest_fault_first, "L2's own page fault comes before the nested one of the page")
{
	struct svm_guest *g = guest_with_npt();

	*svm_npt_entry(g, gpa_of(data)) = 0;
	tables[0][0] &= ~PT_PRESENT_MASK;
	expect_run(g, &store, SVM_EXIT_EXCEPTION(PF_VECTOR), store.at, "not present in both");
	expect_eq(g->vmcb->control.exit_info_1, WR);
	expect_eq(g->vmcb->control.exit_info_2, LINEAR + OFFSET);
	g = guest_with_npt();
	*svm_npt_entry(g, gpa_of(data)) = 0;
	tables[0][0] &= ~PT_WRITABLE_MASK;
	expect_run(g, &store, SVM_EXIT_EXCEPTION(PF_VECTOR), store.at, "read-only for L2");
	expect_eq(g->vmcb->control.exit_info_1, P | WR);
	expect_npf(g, &load, U | NPF_FINAL, gpa_of(data) + OFFSET, "load");
}

CASE(walk_first, "the nested fault of a table comes before what L2's table would say")
{
	struct svm_guest *g = guest_with_npt();

	*svm_npt_entry(g, gpa_of(tables[0])) = 0;
	tables[0][0] = 0;
	expect_npf(g, &load, U | WR | NPF_GUEST_TABLE, gpa_of(&tables[0][0]), "load");
}

CASE(npt_delivery, "a nested fault while an event is delivered: EXITINTINFO has the event")
{
	struct svm_guest *g = guest_with_npt();

	*svm_npt_entry(g, gpa_of(data)) = 0;
	g->vmcb->save.rsp = LINEAR + 0x800;
	g->vmcb->control.event_inj = EVENT_VALID | EVENT_TYPE_INTR | 0x77;
	expect_run(g, &nothing, SVM_EXIT_NPF, nothing.start, "interrupt");
	expect_eq(g->vmcb->control.exit_info_1, U | WR | NPF_FINAL);
	expect_eq(g->vmcb->control.exit_info_2, gpa_of(data) + 0x800 - 8);
	expect_eq(g->vmcb->control.exit_int_info, EVENT_VALID | EVENT_TYPE_INTR | 0x77);
	expect_eq(g->vmcb->save.rsp, LINEAR + 0x800);
}

/* ---- G_PAT: section 15.25.2 ---- */

L2_CODE(exchange_pat,
	"movl $0x277, %ecx; rdmsr; movl %eax, %edi; movl %edx, %ebx; movl $0x06060606, %eax; movl "
	"%eax, %edx",
	"wrmsr", "");

CASE(g_pat_loaded, "L2's PAT is G_PAT, which is saved; L1's stays")
{
	struct svm_guest *g = guest_with_npt();
	u64 pat = rdmsr(MSR_IA32_CR_PAT), after;

	g->vmcb->save.g_pat = 0x0001040506070001ull;
	expect_through(g, &exchange_pat, "PAT");
	after = rdmsr(MSR_IA32_CR_PAT);
	wrmsr(MSR_IA32_CR_PAT, pat);
	expect_eq(g->regs->rbx << 32 | g->regs->rdi, 0x0001040506070001ull);
	expect_eq(g->vmcb->save.g_pat, 0x0606060606060606ull);
	expect_eq(after, pat);
}
