/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tracer: decodes CLTS, LMSW, SMSW and MOV of control registers (APM volume 3), and executes
 * them on the VMCB. Memory operands are (%rdi) only.
 */
#include "tracer.h"

struct trace trace;

struct insn {
	unsigned int length;
	u8 opcode;		/* behind 0x0f */
	u8 reg, rm;		/* with REX */
	bool memory, word, quad;	/* operand size: 2 bytes, 8 bytes */
};

#define OP_CLTS		0x06
#define OP_GROUP7	0x01
#define OP_MOV_FROM_CR	0x20
#define OP_MOV_TO_CR	0x22
#define GROUP7_SMSW	4
#define GROUP7_LMSW	6

static struct insn decode(const u8 *at)
{
	struct insn i = { 0 };
	const u8 *p = at;
	u8 rex = 0, modrm;

	for (; *p != 0x0f; p++) {
		if (*p == 0x66)
			i.word = true;
		rex = (*p & 0xf0) == 0x40 ? *p : 0;
	}
	i.quad = rex & 8;
	i.opcode = p[1];
	p += 2;
	if (i.opcode != OP_CLTS) {
		modrm = *p++;
		i.reg = (modrm >> 3 & 7) | (rex & 4) << 1;
		i.rm = (modrm & 7) | (rex & 1) << 3;
		i.memory = i.opcode == OP_GROUP7 && modrm < 0xc0;
	}
	i.length = p - at;
	return i;
}

static u64 *gpr(struct svm_guest *g, unsigned int n)
{
	struct guest_regs *r = g->regs;
	u64 *const regs[16] = {
		&g->vmcb->save.rax, &r->rcx, &r->rdx, &r->rbx,
		&g->vmcb->save.rsp, &r->rbp, &r->rsi, &r->rdi,
		&r->r8, &r->r9, &r->r10, &r->r11, &r->r12, &r->r13, &r->r14, &r->r15,
	};

	return regs[n];
}

static u64 read_cr(const struct svm_guest *g, unsigned int cr)
{
	const struct vmcb_save *s = &g->vmcb->save;

	switch (cr) {
	case 0: return s->cr0;
	case 2: return s->cr2;
	case 3: return s->cr3;
	case 4: return s->cr4;
	default: return g->vmcb->control.int_ctl & V_TPR_MASK;
	}
}

static void write_cr(struct svm_guest *g, unsigned int cr, u64 value)
{
	struct vmcb *v = g->vmcb;

	switch (cr) {
	case 0: v->save.cr0 = value; break;
	case 2: v->save.cr2 = value; break;
	case 3: v->save.cr3 = value; break;
	case 4: v->save.cr4 = value; break;
	default: v->control.int_ctl = (v->control.int_ctl & ~V_TPR_MASK) | value; break;
	}
}

static u64 smsw(struct svm_guest *g, const struct insn *i)
{
	u64 cr0 = g->vmcb->save.cr0, *reg = gpr(g, i->rm);

	if (i->memory)
		*(u16 *)(uintptr_t)g->regs->rdi = cr0;
	else if (i->word)
		*reg = (*reg & ~0xffffull) | (cr0 & 0xffff);
	else
		*reg = i->quad ? cr0 : (u32)cr0;
	return cr0 & 0xffff;
}

/* PE can be set, but not cleared (APM volume 3, LMSW). */
static u64 lmsw(struct svm_guest *g, const struct insn *i)
{
	const u64 bits = X86_CR0_MP | X86_CR0_EM | X86_CR0_TS;
	u16 value = i->memory ? *(u16 *)(uintptr_t)g->regs->rdi : *gpr(g, i->rm);

	g->vmcb->save.cr0 = (g->vmcb->save.cr0 & ~bits) | (value & (bits | X86_CR0_PE));
	return value;
}

/* Executes it; returns the value. */
static u64 emulate(struct svm_guest *g, const struct insn *i)
{
	switch (i->opcode) {
	case OP_MOV_FROM_CR:
		return *gpr(g, i->rm) = read_cr(g, i->reg);
	case OP_MOV_TO_CR:
		write_cr(g, i->reg, *gpr(g, i->rm));
		return *gpr(g, i->rm);
	case OP_GROUP7:
		return i->reg % 8 == GROUP7_SMSW ? smsw(g, i) : lmsw(g, i);
	default:
		g->vmcb->save.cr0 &= ~X86_CR0_TS;
		return 0;
	}
}

static void record(struct svm_guest *g, struct trace *trace, const struct insn *i, u64 value)
{
	const struct vmcb *v = g->vmcb;
	struct access a = { .rip = v->save.rip, .value = value, .exit_code = v->control.exit_code };

	a.is_mov = i->opcode == OP_MOV_FROM_CR || i->opcode == OP_MOV_TO_CR;
	a.gpr = a.is_mov ? i->rm : 0;
	if (this_cpu_has(X86_FEATURE_DECODEASSISTS)) {
		a.is_mov = v->control.exit_info_1 >> 63;
		a.gpr = a.is_mov ? v->control.exit_info_1 & 0xf : 0;
	}
	if (trace->count < ARRAY_SIZE(trace->accesses))
		trace->accesses[trace->count] = a;
	trace->count++;
}

u64 trace_run(struct svm_guest *g, const void *start, struct trace *trace)
{
	struct insn i;
	u64 code;

	trace->count = 0;
	for (;;) {
		code = svm_run_at(g, start);
		if (code > SVM_EXIT_WRITE_CR(15) && code != SVM_EXIT_CR0_SEL_WRITE)
			return code;
		i = decode((const u8 *)(uintptr_t)g->vmcb->save.rip);
		record(g, trace, &i, emulate(g, &i));
		start = (const void *)(uintptr_t)(g->vmcb->save.rip + i.length);
		if (trace->count > 4 * ARRAY_SIZE(trace->accesses))
			return code;		/* it would go on for ever */
	}
}

static bool same_access(unsigned int n, const struct access *seen, const struct access *expected)
{
	u32 code = expected->exit_code;

	return expect_eq_msg(seen->rip, expected->rip, "access %u (exit code %#" PRIx32 "): RIP", n,
			     code) &&
	       expect_eq_msg(seen->exit_code, code, "access %u: exit code", n) &&
	       expect_eq_msg(seen->value, expected->value,
			     "access %u (exit code %#" PRIx32 "): value", n, code) &&
	       expect_eq_msg(seen->is_mov, expected->is_mov, "access %u: is a MOV", n) &&
	       expect_eq_msg(seen->gpr, expected->gpr, "access %u: GPR", n);
}

void expect_trace(struct svm_guest *g, const struct program *p, u64 end_code)
{
	u32 intercepts = g->vmcb->control.intercept_cr;
	unsigned int n = 0;

	expect_eq(end_code, SVM_EXIT_VMMCALL);
	expect_eq(g->vmcb->save.rip, (uintptr_t)p->end);
	for (const struct access *a = p->accesses; a < p->accesses_end; a++) {
		if (!(intercepts >> a->exit_code & 1))
			continue;
		if (n < trace.count && !same_access(n, &trace.accesses[n], a))
			return;
		n++;
	}
	expect_eq_msg(trace.count, n, "intercepts %#" PRIx32 ": accesses", intercepts);
}
