/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ASIDs and TLB control (APM volume 2, section 15.16): L1 changes a page table of L2 behind its
 * back. After a flush by TLB_CONTROL, with another ASID, or after INVLPGA, L2 must see the new
 * page. That it sees the old one without any of that is allowed, not promised.
 */
#include "svm_test.h"
#include "asm/io.h"
#include "x86/vm.h"

#define PAGE		__attribute__((aligned(4096)))
#define LINEAR		(1ull << 39)
#define FLAGS		(PT_PRESENT_MASK | PT_WRITABLE_MASK | PT_USER_MASK)

static u64 tables[4][512] PAGE;		/* by level - 1 */
static u64 pages[2][512] PAGE;

L2_CODE(load, "", "movq (%rsi), %rax", "");

static void map(const void *page, u64 flags)
{
	WRITE_ONCE(tables[0][0], virt_to_phys(page) | FLAGS | flags);
}

/* L2 has its own tables and has read page 0 through them. */
static struct svm_guest *guest_with_tables(u64 flags)
{
	struct svm_guest *g = svm_new_guest();

	memset(tables, 0, sizeof(tables));
	tables[3][0] = current_page_table()[0];
	for (int level = 4; level > 1; level--)
		tables[level - 1][level == 4] = virt_to_phys(tables[level - 2]) | FLAGS;
	pages[0][0] = 1000;
	pages[1][0] = 2000;
	map(pages[0], flags);
	g->vmcb->save.cr3 = virt_to_phys(tables[3]);
	g->vmcb->control.tlb_control = TLB_FLUSH_ALL;
	g->regs->rsi = LINEAR;
	expect_through(g, &load, "before");
	expect_eq(g->vmcb->save.rax, 1000);
	g->vmcb->control.tlb_control = TLB_DO_NOTHING;
	return g;
}

static void expect_new_page(struct svm_guest *g, const char *what)
{
	expect_through(g, &load, what);
	expect_eq_msg(g->vmcb->save.rax, 2000, "%s: what L2 reads", what);
}

CASE(flush_all, "TLB_CONTROL 1 flushes all, global pages too")
{
	struct svm_guest *g = guest_with_tables(0);

	map(pages[1], 0);
	g->vmcb->control.tlb_control = TLB_FLUSH_ALL;
	expect_new_page(g, "flush");
	g = guest_with_tables(PT_GLOBAL_MASK);
	g->vmcb->save.cr4 |= X86_CR4_PGE;
	map(pages[1], PT_GLOBAL_MASK);
	g->vmcb->control.tlb_control = TLB_FLUSH_ALL;
	expect_new_page(g, "flush with a global page");
}

CASE(flush_asid, "TLB_CONTROL 3 flushes L2's ASID, 7 its pages that are not global")
{
	struct svm_guest *g;

	require_svm(FLUSHBYASID);
	g = guest_with_tables(0);
	map(pages[1], 0);
	g->vmcb->control.tlb_control = TLB_FLUSH_ASID;
	expect_new_page(g, "this ASID");
	g = guest_with_tables(0);
	map(pages[1], 0);
	g->vmcb->control.tlb_control = TLB_FLUSH_ASID_LOCAL;
	expect_new_page(g, "this ASID, not global");
}

CASE(other_asid, "another ASID has no translations of the first")
{
	struct svm_guest *g = guest_with_tables(0);

	map(pages[1], 0);
	/* An ASID that no case before has used. */
	g->vmcb->control.asid = raw_cpuid(0x8000000a, 0).b - 2;
	require_msg(g->vmcb->control.asid > 1, "there are too few ASIDs");
	expect_new_page(g, "other ASID");
}

CASE(invlpga_flush, "INVLPGA of the page and L2's ASID")
{
	struct svm_guest *g = guest_with_tables(0);

	map(pages[1], 0);
	invlpga(LINEAR, g->vmcb->control.asid);
	expect_new_page(g, "INVLPGA");
}

CASE(invlpg_flush, "INVLPG of L2 itself, not intercepted")
{
	static const char code[] = {
		0x0f, 0x01, 0x3e, 0x48, 0x8b, 0x06, 0x0f, 0x01, 0xd9
	}; /* invlpg, load, vmmcall */
	struct svm_guest *g = guest_with_tables(0);

	map(pages[1], 0);
	memcpy(l2_stack, code, sizeof(code));
	expect_eq(svm_run_at(g, l2_stack), SVM_EXIT_VMMCALL);
	expect_eq(g->vmcb->save.rax, 2000);
}

CASE(nested_flush, "a change of nested tables is seen after TLB_CONTROL 1")
{
	struct svm_guest *g = svm_new_guest();

	require_svm(NPT);
	svm_use_npt(g);
	pages[0][0] = 1000;
	pages[1][0] = 2000;
	svm_npt_entry(g, virt_to_phys(pages[0]));
	g->regs->rsi = (uintptr_t)pages[0];
	expect_through(g, &load, "before");
	expect_eq(g->vmcb->save.rax, 1000);
	*svm_npt_entry(g, virt_to_phys(pages[0])) = virt_to_phys(pages[1]) | FLAGS;
	g->vmcb->control.tlb_control = TLB_FLUSH_ALL;
	expect_new_page(g, "flush");
	expect_eq(pages[0][0], 1000);
}
