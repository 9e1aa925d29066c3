/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intercepts of control registers (APM volume 2, sections 15.8.1 and 15.9): L1 traces what L2 does
 * to CR0, CR2, CR3, CR4 and CR8 (MOV by all 16 GPRs, CLTS, LMSW, SMSW). The trace must be the list
 * of instructions that L2 executed, in order, nothing missing, nothing twice, whole values; without
 * an intercept there is nothing of it in the trace, and L2 ends in the same state, traced or not.
 * Decode assists are compared where CPUID announces them.
 */
#include "tracer.h"

/* What L2 begins with; CR3 is L1's, whose tables are start64.S's. */
#define CR0		0x80010033
#define CR2		0x0000123456789abc
#define CR4		0x20
#define CR8		5
/* And ends with. */
#define END_CR0		0x80050031
#define END_CR2		0x0123456789abcdef
#define END_CR3		0x18		/* beside the address */
#define END_CR4		0x28
#define END_CR8		3
extern char boot_pml4[];

#define STR(x)		xstr(x)
#define READ_BEFORE									\
	"READ_ALL cr0, 0x00, " STR(CR0) "\n"						\
	"READ_ALL cr2, 0x02, " STR(CR2) "\n"						\
	"READ_ALL cr3, 0x03, boot_pml4\n"						\
	"READ_ALL cr4, 0x04, " STR(CR4) "\n"						\
	"READ_ALL cr8, 0x08, " STR(CR8) "\n"
/* TS, then MP off and AM; PWT and PCD; TSD, then DE. The last values are END_CR0 and so on. */
#define WRITE_EACH									\
	"WRITE_ALL cr0, 0x10, 0x8001003b, " STR(END_CR0) "\n"				\
	"WRITE_ALL cr2, 0x12, 0xfedcba9876543210, " STR(END_CR2) "\n"			\
	"WRITE_ALL cr3, 0x13, boot_pml4, boot_pml4 + " STR(END_CR3) "\n"		\
	"WRITE_ALL cr4, 0x14, 0x24, " STR(END_CR4) "\n"				\
	"WRITE_ALL cr8, 0x18, 15, " STR(END_CR8) "\n"
#define READ_BEHIND									\
	"READ_ALL cr0, 0x00, " STR(END_CR0) "\n"					\
	"READ_ALL cr2, 0x02, " STR(END_CR2) "\n"					\
	"READ_ALL cr3, 0x03, boot_pml4 + " STR(END_CR3) "\n"				\
	"READ_ALL cr4, 0x04, " STR(END_CR4) "\n"					\
	"READ_ALL cr8, 0x08, " STR(END_CR8) "\n"
/* RDI is memory. Ends with CR0 as it was. */
#define OTHERS										\
	"movl $l2_stack, %edi\n"							\
	"TRACED 0x10, 0, 0, 0, clts\n"							\
	"movl $0x3f, %eax\n"								\
	"TRACED 0x10, 0, 0, 0x3f, lmsw %ax\n"						\
	"TRACED 0x00, 0, 0, 0x3f, smsw %bx\n"						\
	"TRACED 0x00, 0, 0, 0x3f, smsw %ecx\n"						\
	"TRACED 0x00, 0, 0, 0x3f, smsw %r9\n"						\
	"TRACED 0x00, 0, 0, 0x3f, smsw (%rdi)\n"					\
	"movw $1, (%rdi)\n"								\
	"TRACED 0x10, 0, 0, 1, lmsw (%rdi)\n"						\
	"TRACED 0x00, 0, 0, 0x31, smsw %r15d\n"						\
	"TRACED 0x10, 0, 0, 0, clts\n"
/* The operand of MOV is a register whatever MOD says; prefixes change nothing. */
#define FORMS_OF_READ									\
	"TRACED 0x00, 1, 3, " STR(END_CR0) ", .byte 0x0f, 0x20, 0x03\n"			\
	"TRACED 0x02, 1, 6, " STR(END_CR2) ", .byte 0x0f, 0x20, 0x56\n"			\
	"TRACED 0x04, 1, 1, " STR(END_CR4) ", .byte 0x66, 0x0f, 0x20, 0xe1\n"		\
	"TRACED 0x04, 1, 10, " STR(END_CR4) ", .byte 0x49, 0x0f, 0x20, 0xe2\n"
#define FORMS_OF_WRITE									\
	"movabsq $" STR(END_CR2) ", %rsi\n"						\
	"TRACED 0x12, 1, 6, " STR(END_CR2) ", .byte 0x0f, 0x22, 0x96\n"			\
	"movl $" STR(END_CR4) ", %r10d\n"						\
	"TRACED 0x14, 1, 10, " STR(END_CR4) ", .byte 0xf3, 0x49, 0x0f, 0x22, 0xe2\n"

PROGRAM(writes, WRITE_EACH OTHERS FORMS_OF_WRITE);
PROGRAM(everything, READ_BEFORE WRITE_EACH READ_BEHIND OTHERS FORMS_OF_READ FORMS_OF_WRITE);

void case_setup(void)
{
	require(this_cpu_has(X86_FEATURE_SVM));
	require_msg(!(rdmsr(MSR_VM_CR) & VM_CR_SVMDIS), "VM_CR.SVMDIS is set");
}

static struct svm_guest *guest_for_trace(u32 intercepts)
{
	struct svm_guest *g = svm_new_guest();

	expect_eq(read_cr3(), (uintptr_t)boot_pml4);
	g->vmcb->save.cr0 = CR0;
	g->vmcb->save.cr2 = CR2;
	g->vmcb->save.cr4 = CR4;
	g->vmcb->control.int_ctl |= CR8;
	g->vmcb->control.intercept_cr = intercepts;
	memset(l2_stack, 0, 64);
	return g;
}

struct end_state {
	u64 cr0, cr2, cr3, cr4, v_tpr, rax, rsp;
	struct guest_regs regs;
	u8 memory[64];
};

static struct end_state state_of(const struct svm_guest *g)
{
	const struct vmcb_save *s = &g->vmcb->save;
	struct end_state e = {
		s->cr0, s->cr2, s->cr3, s->cr4, g->vmcb->control.int_ctl & V_TPR_MASK,
		s->rax, s->rsp, *g->regs, { 0 },
	};

	memcpy(e.memory, l2_stack, sizeof(e.memory));
	return e;
}

static struct end_state try_trace(const struct program *p, u32 intercepts)
{
	struct svm_guest *g = guest_for_trace(intercepts);

	expect_trace(g, p, trace_run(g, p->start, &trace));
	return state_of(g);
}

static void expect_end(const struct end_state *e)
{
	expect_eq(e->cr0, END_CR0);
	expect_eq(e->cr2, END_CR2);
	expect_eq(e->cr3, (uintptr_t)boot_pml4 + END_CR3);
	expect_eq(e->cr4, END_CR4);
	expect_eq(e->v_tpr, END_CR8);
}

/* Reads and writes of CR0, 2, 3, 4, 8. */
#define READS		(1u << 0 | 1u << 2 | 1u << 3 | 1u << 4 | 1u << 8)
#define ALL		(READS | READS << 16)

static void try_all(const struct program *p)
{
	struct end_state e = try_trace(p, ALL);

	expect_eq(trace.count, p->accesses_end - p->accesses);
	expect_end(&e);
}

static void try_none(const struct program *p)
{
	struct end_state e = try_trace(p, 0);

	expect_eq(trace.count, 0);
	expect_end(&e);
	/* Nor do the intercepts of registers that do not exist. */
	e = try_trace(p, ~ALL);
	expect_eq(trace.count, 0);
	expect_end(&e);
}

/* Each set of intercepts that flip makes of single bits; L2 cannot tell it from none. */
static void try_each(const struct program *p, u32 flip)
{
	struct end_state untraced = try_trace(p, 0), e;

	for (int bit = 0; bit < 32; bit++)
		if (ALL >> bit & 1) {
			e = try_trace(p, 1u << bit ^ flip);
			expect_mem(&e, &untraced, sizeof(untraced));
		}
}

static void try_npt(const struct program *p)
{
	struct svm_guest *g = guest_for_trace(ALL);

	require(this_cpu_has(X86_FEATURE_NPT));
	svm_use_npt(g);
	expect_trace(g, p, trace_run(g, p->start, &trace));
}

CASE(all, "everything is intercepted: the trace is the program")
{
	try_all(&everything);
}

CASE(none, "nothing is intercepted: the trace is empty, and L2 has done it all itself")
{
	try_none(&everything);
}

CASE(one, "one register, one direction: the trace has that alone, and L2 cannot tell")
{
	try_each(&everything, 0);
}

CASE(all_but_one,
     "all but one register and direction: the trace has all but that, and L2 cannot tell")
{
	try_each(&everything, ALL);
}

CASE(nested_paging, "everything, with nested paging")
{
	try_npt(&everything);
}

CASE(writes_all, "only writes, all intercepted: the trace is the program")
{
	try_all(&writes);
}

CASE(writes_one,
     "only writes, one register, one direction: the trace has that alone, and L2 cannot tell")
{
	try_each(&writes, 0);
}

CASE(writes_all_but_one,
     "only writes, all but one register and direction: the trace has all but that")
{
	try_each(&writes, ALL);
}

CASE(writes_nested_paging, "only writes, with nested paging")
{
	try_npt(&writes);
}
