/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames of other shapes: on i386 those of 16-bit interrupt and trap gates, with and without error
 * code (SDM volume 3, section 6.12.1 and 21.3); in 64-bit mode stacks of the IST inside each other,
 * which begin at the same place each time, whatever is on them (section 6.14.5).
 */
#include "eventinj.h"

#ifndef __x86_64__
#define CODE16_SEL	FIRST_SPARE_SEL		/* 32-bit code, with a base near the handler */

EVENT(de, DE_VECTOR, 0, FAULT, "movl $1, %eax; xorl %ecx, %ecx", "divb %cl", "");
EVENT(np, NP_VECTOR, NP_SEL, FAULT, "movl $" xstr(NP_SEL) ", %eax", "movl %eax, %es", "");
EVENT(gp, GP_VECTOR, 0xfff8, FAULT, "movl $0xfffb, %eax", "movl %eax, %es", "");
EVENT(int_n, 0x90, 0, TRAP, "", "int $0x90", "");
EVENT(of, OF_VECTOR, 0, TRAP, "movb $0x7f, %al; addb $1, %al", "into", "");

/* Known to assembly: what the handler found below the stack that the event began with. */
u16 frame16[4];
u32 handler_esp, handler_eflags;
void handler16(void);
/*
 * ESP before the event is a constant, and the way back does not use the frame: its IP has 16 bits.
 */
asm(".text\n handler16:\n"
    "movl %esp, handler_esp\n pushfl\n popl handler_eflags\n"
    "movw (%esp), %ax\n movw %ax, frame16\n movw 2(%esp), %ax\n movw %ax, frame16+2\n"
    "movw 4(%esp), %ax\n movw %ax, frame16+4\n movw 6(%esp), %ax\n movw %ax, frame16+6\n"
    "ljmp $" xstr(KERNEL_CS) ", $1f\n 1: jmp *event_return\n");

static void expect_words(const struct event *e, bool has_code, const char *what)
{
	const u16 *frame = frame16;
	const char *rip = e->class == FAULT ? e->at : e->next;

	expect_eq_msg(event_stack() - handler_esp, has_code ? 8 : 6, "%s: bytes", what);
	if (has_code)
		expect_eq_msg(*frame++, e->error_code, "%s: error code", what);
	expect_eq_msg(frame[0], (u16)(unsigned long)rip, "%s: IP", what);
	expect_eq_msg(frame[1], KERNEL_CS, "%s: CS", what);
	expect_eq_msg(frame[2] & (X86_EFLAGS_IF | X86_EFLAGS_FIXED),
		      X86_EFLAGS_IF | X86_EFLAGS_FIXED, "%s: FLAGS", what);
}

static void raise_through(const struct event *e, int type, bool has_code, const char *what)
{
	unsigned long base = (unsigned long)handler16 & ~0xffful;
	idt_entry_t *gate;

	prepare(e->vector, NOWHERE);
	set_gdt_entry(CODE16_SEL, base, 0xfffff, 0x9b, 0xc0);
	gate = gate_of(e->vector);
	*gate = (idt_entry_t){
		.offset0 = (unsigned long)handler16 - base,
		.selector = CODE16_SEL, .type = type, .p = 1,
	};
	handler_esp = 0;
	raise_event(e, 0);
	restore();
	expect_words(e, has_code, what);
	expect_eq_msg(handler_eflags & X86_EFLAGS_IF, type & 1 ? X86_EFLAGS_IF : 0, "%s: IF", what);
}

static void through(int type)
{
	raise_through(&de, type, false, "#DE");
	raise_through(&np, type, true, "#NP");
	raise_through(&gp, type, true, "#GP");
	raise_through(&int_n, type, false, "INT n");
	raise_through(&of, type, false, "#OF");
}

CASE(interrupt_gate_16,
     "by a 16-bit interrupt gate: words of IP, CS, FLAGS, error code; IF is clear")
{
	through(6);
}

CASE(trap_gate_16, "by a 16-bit trap gate: the same, and IF stays")
{
	through(7);
}
#else
/* prepare() has its own: 3 and 4. */
#define OUTER_IST	5
#define INNER_IST	6

static char stacks[2][4096] __attribute__((aligned(16)));
static unsigned long sp_outer, sp_inner;

static unsigned long frame_end(const struct ex_regs *regs)
{
	return (unsigned long)(&regs->ss + 1);
}

static void inner(struct ex_regs *regs)
{
	sp_inner = frame_end(regs);
	note_arrival(regs);
	regs->rip += 2;
}

static void outer(struct ex_regs *regs)
{
	sp_outer = frame_end(regs);
	note_arrival(regs);
	asm volatile(".byte 0xf6, 0xf1" : : "a" (1), "c" (0) : "cc", "memory");	/* divb %cl */
	note_arrival(regs);
	regs->rip += 2;
}

static void prepare_nested(int ist_of_inner)
{
	prepare(UD_VECTOR, NOWHERE);
	this_cpu_tss()->ist5 = (unsigned long)stacks[0] + sizeof(stacks[0]);
	this_cpu_tss()->ist6 = (unsigned long)stacks[1] + sizeof(stacks[1]);
	gate_of(UD_VECTOR)->ist = OUTER_IST;
	gate_of(DE_VECTOR)->ist = ist_of_inner;
	handle_exception(UD_VECTOR, outer);
	handle_exception(DE_VECTOR, inner);
}

static void raise_nested(int ist_of_inner, unsigned long inner_top)
{
	prepare_nested(ist_of_inner);
	asm volatile("ud2" : : : "memory");
	restore();
	insist_eq(n_arrivals, 3);
	expect_eq(arrivals[0].vector, UD_VECTOR);
	expect_eq(arrivals[1].vector, DE_VECTOR);
	expect_eq(arrivals[2].vector, UD_VECTOR);
	expect_eq(arrivals[0].rip, arrivals[2].rip);
	expect_eq(arrivals[0].sp, arrivals[2].sp);
	expect_eq(sp_outer, (unsigned long)stacks[0] + sizeof(stacks[0]));
	if (inner_top)
		expect_eq(sp_inner, inner_top);
	else
		expect_lt(sp_inner, sp_outer);
}

CASE(nested_ist, "#UD on one stack of the IST, in it #DE on another, or on the same without IST")
{
	raise_nested(INNER_IST, (unsigned long)stacks[1] + sizeof(stacks[1]));
	raise_nested(0, 0);
}

/* Known to assembly. The outer handler keeps its frame while the inner one overwrites it. */
struct { unsigned long rip, cs, flags, sp, ss; } kept, overwritten;
unsigned long raw_inner_sp, raw_de;
void raw_outer(void);
void raw_inner(void);
#define COPY(to, n)	"movq " #n "*8(%rsp), %rax; movq %rax, " to "+" #n "*8\n"
#define BACK(n)		"movq kept+" #n "*8, %rax; movq %rax, " #n "*8(%rsp)\n"
asm(".text\n raw_outer: pushq %rax; addq $8, %rsp\n"
    COPY("kept", 0) COPY("kept", 1) COPY("kept", 2) COPY("kept", 3) COPY("kept", 4)
    "movl $1, %eax; xorl %ecx, %ecx; leaq 1f(%rip), %rdx; movq %rdx, raw_de\n 1: divb %cl\n"
    COPY("overwritten", 0) COPY("overwritten", 1) COPY("overwritten", 2) COPY("overwritten", 3)
    COPY("overwritten", 4)
    BACK(0) BACK(1) BACK(2) BACK(3) BACK(4)
    "addq $2, (%rsp); iretq\n"
    "raw_inner: movq %rsp, raw_inner_sp; addq $2, (%rsp); iretq\n");

static void set_gate(int vector, void (*function)(void))
{
	idt_entry_t saved = boot_idt[vector];

	set_idt_entry(vector, function, 0);
	*gate_of(vector) = boot_idt[vector];
	boot_idt[vector] = saved;
	gate_of(vector)->ist = OUTER_IST;
}

CASE(same_ist, "#UD, and in its handler #DE on the same stack of the IST: its frame is overwritten")
{
	unsigned long top = (unsigned long)stacks[0] + sizeof(stacks[0]);

	prepare_nested(OUTER_IST);
	set_gate(UD_VECTOR, raw_outer);
	set_gate(DE_VECTOR, raw_inner);
	raw_inner_sp = raw_de = 0;
	asm volatile("ud2" : : : "rax", "rcx", "rdx", "memory", "cc");
	restore();
	expect_eq(raw_inner_sp, top - sizeof(kept));
	expect_eq(overwritten.rip, raw_de + 2);
	expect_eq(overwritten.sp, top - sizeof(kept));
	expect_eq(overwritten.cs, KERNEL_CS);
	expect_eq(kept.cs, KERNEL_CS);
	expect_ne(kept.sp, overwritten.sp);
}
#endif
