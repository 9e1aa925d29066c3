/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * #PF: the whole error code and the whole of CR2, down to the last address bits (SDM volume 3, sections 4.7 and 6.15).
 * One access each; the walks behind it (reserved bits, levels, A and D) are another test's.
 */
#include "recorder.h"
#include "alloc_page.h"
#include "vmalloc.h"
#include "x86/usermode.h"
#include "x86/vm.h"

/* EDX: the address. */
SNIPPET(pf_read, "mov pf_address, %" R "dx", "movb (%" R "dx), %al", "");
SNIPPET(pf_write, "mov pf_address, %" R "dx", "movb $1, (%" R "dx)", "");
SNIPPET(pf_modify, "mov pf_address, %" R "dx", "incb (%" R "dx)", "");
SNIPPET(pf_locked_modify, "mov pf_address, %" R "dx", "lock incb (%" R "dx)", "");
unsigned long pf_address;

static char *page;

/* A page with these bits (not present without PT_PRESENT_MASK); pf_address is offset bytes into it. */
static void map_page(unsigned long bits, unsigned int offset)
{
	need_paging();
	if (!page) {
		page = alloc_vpage();
		install_page(current_page_table(), virt_to_phys(alloc_page()), page);
	}
	*get_pte_level(current_page_table(), page, 1) &= ~0xfffUL;
	*get_pte_level(current_page_table(), page, 1) |= bits;
	invlpg(page);
	pf_address = (unsigned long)page + offset;
}

static void expect_pf(const struct snippet *code, unsigned long error_code)
{
	struct seen s = expect_exception(code, PF_VECTOR, error_code, FAULT, KERNEL_CS);

	expect_eq(s.cr2, pf_address);
}

CASE(absent_read, "a read of a page that is not present: error code 0")
{
	map_page(0, 0x123);
	expect_pf(&pf_read, 0);
}

CASE(absent_write, "a write: W")
{
	map_page(0, 0xfff);
	expect_pf(&pf_write, PFERR_WRITE_MASK);
}

/* Two accesses, of which the manual does not say which one faults: W is open, all else is not. */
CASE(absent_modify, "an instruction that reads, then writes: 0 or W")
{
	struct seen s;

	map_page(0, 0);
	s = run_snippet(&pf_modify);
	expect_seen(&s, &pf_modify, PF_VECTOR, s.regs.error_code & PFERR_WRITE_MASK, FAULT, KERNEL_CS);
	expect_eq(s.cr2, pf_address);
}

CASE(absent_locked_modify, "a locked one is one access, and writes (section 9.1): W")
{
	map_page(0, 0);
	expect_pf(&pf_locked_modify, PFERR_WRITE_MASK);
}

CASE(read_only, "a write to a read-only page, with CR0.WP: P and W; a read is allowed")
{
	struct seen s;

	map_page(PT_PRESENT_MASK, 0x10);
	write_cr0(read_cr0() | X86_CR0_WP);
	expect_pf(&pf_write, PFERR_PRESENT_MASK | PFERR_WRITE_MASK);
	s = run_snippet(&pf_read);
	expect_eq(s.count, 0);
}

CASE(write_protect, "without CR0.WP ring 0 may write to it")
{
	struct seen s;

	map_page(PT_PRESENT_MASK, 0x10);
	write_cr0(read_cr0() & ~X86_CR0_WP);
	s = run_snippet(&pf_write);
	write_cr0(read_cr0() | X86_CR0_WP);
	expect_eq(s.count, 0);
}

#ifdef __x86_64__
static int fetch_faults;
static struct ex_regs fetch_regs;

static void on_fetch(struct ex_regs *regs)
{
	fetch_faults++;
	fetch_regs = *regs;
	regs->rip = *(unsigned long *)regs->rsp;	/* as if it had returned */
	regs->rsp += sizeof(long);
}

static void expect_fetch(unsigned long bits, unsigned long error_code)
{
	handler before = handle_exception(PF_VECTOR, on_fetch);

	map_page(bits, 0x456);
	fetch_faults = 0;
	write_cr2(CR2_BEFORE);
	((void (*)(void))pf_address)();
	handle_exception(PF_VECTOR, before);
	insist_eq(fetch_faults, 1);
	expect_eq(fetch_regs.rip, pf_address);
	expect_eq(fetch_regs.error_code, error_code);
	expect_eq(read_cr2(), pf_address);
}

CASE(absent_fetch, "an instruction fetch from a page that is not present, with EFER.NX: I/D")
{
	require(enable_nx());
	expect_fetch(0, PFERR_FETCH_MASK);
}

CASE(no_execute, "an instruction fetch from a page with NX: P and I/D")
{
	require(enable_nx());
	map_page(0, 0);
	*get_pte_level(current_page_table(), page, 1) |= PT64_NX_MASK;
	expect_fetch(PT_PRESENT_MASK | PT_WRITABLE_MASK, PFERR_PRESENT_MASK | PFERR_FETCH_MASK);
	*get_pte_level(current_page_table(), page, 1) &= ~PT64_NX_MASK;
}
#endif

static void expect_user_pf(const struct snippet *code, unsigned long bits, unsigned long error_code)
{
	bool raised;

	map_page(bits, 0x321);
	write_cr2(CR2_BEFORE);
	run_in_user((usermode_func)(void *)code->run, PF_VECTOR, 0, 0, 0, 0, &raised);
	expect_eq(raised, true);
	expect_eq(exception_error_code(), error_code);
	expect_eq(read_cr2(), pf_address);
}

CASE(user_absent, "the same in ring 3: U as well")
{
	expect_user_pf(&pf_read, 0, PFERR_USER_MASK);
	expect_user_pf(&pf_write, 0, PFERR_USER_MASK | PFERR_WRITE_MASK);
}

CASE(user_supervisor_page, "ring 3 and a page of ring 0: P and U, with W for a write")
{
	expect_user_pf(&pf_read, PT_PRESENT_MASK | PT_WRITABLE_MASK, PFERR_PRESENT_MASK | PFERR_USER_MASK);
	expect_user_pf(&pf_write, PT_PRESENT_MASK | PT_WRITABLE_MASK,
		       PFERR_PRESENT_MASK | PFERR_USER_MASK | PFERR_WRITE_MASK);
}

CASE(page_fault_then_contributory, "#PF, then #NP because its gate is missing: a double fault, error code 0; CR2 stays")
{
	idt_entry_t gate;
	struct seen s;

	map_page(0, 0x40);
	gate = boot_idt[PF_VECTOR];
	boot_idt[PF_VECTOR].p = 0;
	s = run_snippet(&pf_read);
	boot_idt[PF_VECTOR] = gate;
	insist_eq(s.count, 1);
	expect_eq(s.regs.vector, DF_VECTOR);
	expect_eq(s.regs.error_code, 0);
	expect_eq(s.cr2, pf_address);
}
