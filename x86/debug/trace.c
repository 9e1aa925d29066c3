/* SPDX-License-Identifier: BSD-2-Clause */
/* See trace.h. */
#include "trace.h"

static struct trace trace;
static unsigned long last_mark, fault_bits;

static void keep(struct ex_regs *regs)
{
	unsigned long dr6 = read_dr6();

	if (trace.count < MAX_TRACE) {
		trace.db[trace.count].rip = regs->rip;
		trace.db[trace.count].dr6 = dr6;
		trace.db[trace.count].rflags = regs->rflags;
		trace.db[trace.count].rcx = regs->rcx;
	}
	trace.count++;
	if (regs->rip == last_mark || trace.count >= MAX_TRACE)
		regs->rflags &= ~X86_EFLAGS_TF;
	if (trace.count >= 2 * MAX_TRACE)
		write_dr7(DR7_FIXED_1);
	if ((dr6 & fault_bits) && !(dr6 & DR6_TRAP_BITS & ~fault_bits))
		regs->rflags |= X86_EFLAGS_RF;
	write_dr6(DR6_ACTIVE_LOW);
}

struct trace trace_code(const struct code *code, unsigned long dr7, unsigned long faults)
{
	handler before = handle_exception(DB_VECTOR, keep);

	last_mark = 0;
	for (const unsigned long *mark = code->marks; *mark; mark++)
		last_mark = *mark;
	trace = (struct trace){ 0 };
	fault_bits = faults;
	write_dr6(DR6_ACTIVE_LOW);
	write_dr7(DR7_FIXED_1 | dr7);
	asm volatile("call *%0" : : "m" (code->run) : "eax", "ecx", "edx", "memory", "cc");
	write_dr7(DR7_FIXED_1);
	handle_exception(DB_VECTOR, before);
	return trace;
}

static bool is_rep(unsigned long rip)
{
	return *(const u8 *)rip == 0xf3;
}

void expect_trace(const struct code *code, const struct trace *t, unsigned long dr6, bool tf)
{
	int n = 0;

	while (code->marks[n])
		n++;
	expect_eq(t->count, n);
	for (int i = 0; i < n && i < t->count; i++) {
		expect_eq_msg(t->db[i].rip, code->marks[i], "RIP of #DB %d", i);
		expect_eq_msg(t->db[i].dr6, DR6_ACTIVE_LOW | dr6, "DR6 of #DB %d", i);
		expect_eq_msg(t->db[i].rflags & X86_EFLAGS_TF, tf ? X86_EFLAGS_TF : 0, "TF that #DB %d saved", i);
		/* Between iterations of a string instruction RF is saved set (SDM volume 3, section 18.3.1.1). */
		expect_eq_msg(t->db[i].rflags & X86_EFLAGS_RF,
			      is_rep(code->marks[i]) ? X86_EFLAGS_RF : 0,
			      "RF that #DB %d saved", i);
	}
}
