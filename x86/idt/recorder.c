/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs a snippet, records what its exception saved, compares it. */
#include "recorder.h"
#include "asm/debugreg.h"
#include "vmalloc.h"
#include "x86/vm.h"

void need_paging(void)
{
	if (!vm_available())
		setup_vm();
}

static struct seen seen;
static const struct snippet *running;
static handler before[32];

static void record(struct ex_regs *regs)
{
	/* Nothing runs if a case was left; and a snippet that goes on raising would never end. */
	if (!running || seen.count > 1)
		unhandled_exception(regs, true);
	if (seen.count++ == 0) {
		seen.handler_flags = read_rflags();
		seen.cr2 = read_cr2();
		seen.dr6 = read_dr6();
		seen.regs = *regs;
		seen.sp = exception_sp(regs);
	}
	regs->rip = (unsigned long)running->next;
	regs->rflags &= ~(X86_EFLAGS_TF | X86_EFLAGS_RF);
}

static void install(void)
{
	for (int v = 0; v < 32; v++) {
		handler h = handle_exception(v, record);

		before[v] = h == record ? NULL : h;
	}
}

static void uninstall(void)
{
	for (int v = 0; v < 32; v++)
		handle_exception(v, before[v]);
	running = NULL;
}

struct seen run_snippet(const struct snippet *code)
{
	unsigned long flags, sp;
	u16 tr = str();

	seen = (struct seen){ 0 };
	running = code;
	write_cr2(CR2_BEFORE);
	write_dr6(DR6_ACTIVE_LOW);
	install();
	asm volatile("pushf; pop %0; mov %%" R "sp, %1; call *%2"
		     : "=&r" (flags), "=&r" (sp) : "m" (code->run) : "eax", "ecx", "edx", "memory", "cc");
	uninstall();
	if (str() != tr) {	/* an LTR that should have faulted */
		clear_tss_busy(tr);
		ltr(tr);
	}
	seen.flags_before = flags;
	seen.sp_before = sp - sizeof(long);	/* the call */
	return seen;
}

static const char *name_of(const struct seen *s)
{
	return s->count ? exception_mnemonic(s->regs.vector) : "none";
}

void expect_seen(const struct seen *s, const struct snippet *code, unsigned int vector, unsigned long error_code,
		 enum class class, u16 cs)
{
	const unsigned long not_compared = X86_EFLAGS_ALU | X86_EFLAGS_RF;
	/* SDM volume 3, section 6.12.1.3: an interrupt gate clears these. */
	const unsigned long cleared = X86_EFLAGS_IF | X86_EFLAGS_TF | X86_EFLAGS_NT | X86_EFLAGS_RF | X86_EFLAGS_VM;

	insist_eq(s->count, 1);
	expect_eq_msg(s->regs.vector, vector, "%s for %s", name_of(s), exception_mnemonic(vector));
	expect_eq(s->regs.error_code, error_code);
	expect_eq(s->regs.rip, (unsigned long)(class == FAULT ? code->at : code->next));
	expect_eq(s->regs.cs, cs);
	expect_eq(s->regs.rflags & ~not_compared, s->flags_before & ~not_compared);
	if (cs == KERNEL_CS)
		expect_eq(s->sp, s->sp_before);
	if (vector != PF_VECTOR)
		expect_eq(s->cr2, CR2_BEFORE);
	expect_eq(s->handler_flags & cleared, 0);
}

struct seen expect_exception(const struct snippet *code, unsigned int vector, unsigned long error_code,
			     enum class class, u16 cs)
{
	struct seen s = run_snippet(code);

	expect_seen(&s, code, vector, error_code, class, cs);
	return s;
}

void expect_rf(const struct snippet *code, enum class class)
{
	struct seen s = run_snippet(code);

	insist_eq(s.count, 1);
	expect_eq(s.regs.rflags & X86_EFLAGS_RF, class == FAULT ? X86_EFLAGS_RF : 0);
}
