/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Single steps (SDM volume 3, debug exceptions, single-step exception condition; APM volume 2, single stepping): with TF set
 * when an instruction begins, a #DB behind it with DR6.BS and nothing else. Over instructions that hypervisors
 * intercept or emulate, and so have to raise the trap themselves; branches; string instructions, which trap behind each
 * iteration; shadows; and INT and IRET, which change TF. The step itself is compared in ../idt/debug.c.
 */
#include "trace.h"

#define STEPS(name, description, text)							\
	CODE(name, text);								\
	CASE(name, description)								\
	{										\
		struct trace t = trace_code(&name, 0, 0);				\
											\
		expect_trace(&name, &t, DR6_BS, true);					\
	}
/* One instruction that takes what before left in registers, then a NOP. */
#define STEP(name, before, insn)							\
	STEPS(step_##name, "a trap behind " #name " and behind the next instruction", before "\n" SET_TF insn "\n" MARK "nop\n" MARK)

STEP(cpuid, "push %" R "bx; xorl %eax, %eax; xorl %ecx, %ecx", "cpuid; " MARK "pop %" R "bx")
STEP(rdtsc, "", "rdtsc")
STEP(rdmsr, "movl $0x1b, %ecx", "rdmsr")
STEP(wrmsr, "movl $0x1b, %ecx; rdmsr", "wrmsr")
STEP(in, "", "inb $0x71, %al")
STEP(out, "", "outb %al, $0x80")
STEP(read_cr0, "", "mov %cr0, %" R "ax")
STEP(write_cr0, "mov %cr0, %" R "ax", "mov %" R "ax, %cr0")
STEP(write_cr3, "mov %cr3, %" R "ax", "mov %" R "ax, %cr3")
STEP(write_cr4, "mov %cr4, %" R "ax", "mov %" R "ax, %cr4")
STEP(clts, "", "clts")
STEP(invlpg, "", "invlpg (%" R "sp)")
STEP(pause, "", "pause")
STEP(wbinvd, "", "wbinvd")
STEP(read_dr, "", "mov %dr0, %" R "ax")
STEP(mmio_load, "movl $0xfec00000, %eax", "movl (%" R "ax), %ecx")
STEP(mmio_store, "movl $0xfec00000, %eax; xorl %ecx, %ecx", "movl %ecx, (%" R "ax)")
STEP(locked, "push %" R "ax", "lock; addl $0, (%" R "sp); " MARK "pop %" R "ax")
STEP(xchg, "push %" R "ax", "xchg %" R "ax, (%" R "sp); " MARK "pop %" R "ax")
STEP(cld, "", "cld")
/* STI holds interrupts back, not traps (SDM volume 2, STI). CLI ends what STI began before anything can come. */
STEP(sti, "", "sti; " MARK "cli")

STEPS(jump, "a single step over JMP ends at the target", SET_TF "jmp 1f\n ud2\n 1: " MARK)
STEPS(jump_taken, "a single step over a branch that is taken ends at its target",
      "xorl %eax, %eax\n" SET_TF "testl %eax, %eax\n" MARK "jz 1f\n ud2\n 1: " MARK)
STEPS(jump_not_taken, "a single step over one that is not taken ends behind it",
      "xorl %eax, %eax\n" SET_TF "testl %eax, %eax\n" MARK "jnz 1f\n" MARK "nop\n" MARK "1:")
STEPS(loop, "LOOP traps each time", "movl $2, %ecx\n" SET_TF "jmp 1f\n nop\n" "1: " MARK MARK "loop 1b\n" MARK)
STEPS(call, "CALL and RET trap at their targets", SET_TF "call 1f\n" "773: jmp 2f\n" "1: " MARK "ret\n"
      "2: .pushsection .rodata\n" ASM_WORD "773b\n .popsection\n" MARK)
STEPS(rep_stos, "REP STOSB traps behind each iteration, at the instruction until it is done",
      "push %" R "di; sub $16, %" R "sp; mov %" R "sp, %" R "di; movl $3, %ecx\n" SET_TF
      MARK MARK "rep; stosb\n" MARK "add $16, %" R "sp\n pop %" R "di")
STEPS(rep_none, "REP STOSB with a count of 0 traps once", "xorl %ecx, %ecx\n" SET_TF "rep; stosb\n" MARK)
STEPS(rep_outs, "REP OUTSB traps behind each iteration",
      "push %" R "si; mov %" R "sp, %" R "si; movl $0x80, %edx; movl $2, %ecx\n" SET_TF
      MARK "rep; outsb\n" MARK "pop %" R "si")
STEPS(pop_ss, "no trap between a load of SS and the next instruction, whatever that is",
      "movl %ss, %ecx\n" SET_TF "movl %ecx, %ss\n cld\n" MARK "movl %ecx, %ss\n inb $0x71, %al\n" MARK)

CODE(popf_clears, "pushf\n" SET_TF "popf\n" MARK "nop");
CASE(popf_clears, "POPF that clears TF traps, and saves TF clear; the instruction behind it does not")
{
	struct trace t = trace_code(&popf_clears, 0, 0);

	expect_trace(&popf_clears, &t, DR6_BS, false);
}

static unsigned long flags_in_handler;

static void look(struct ex_regs *regs)
{
	flags_in_handler = read_rflags();
}

CODE(software_interrupt, SET_TF "int $0x90\n nop\n" MARK);
CASE(software_interrupt, "INT n does not trap: its handler runs without TF, and the first trap is behind the next instruction")
{
	struct trace t;

	handle_exception(0x90, look);
	t = trace_code(&software_interrupt, 0, 0);
	handle_exception(0x90, NULL);
	expect_trace(&software_interrupt, &t, DR6_BS, true);
	expect_eq(flags_in_handler & X86_EFLAGS_TF, 0);
}

static unsigned long ud_flags, ud_dr6;

static void skip_ud2(struct ex_regs *regs)
{
	ud_flags = regs->rflags;
	ud_dr6 = read_dr6();
	regs->rip += 2;
}

CODE(step_fault, SET_TF "ud2\n nop\n" MARK);
CASE(step_fault, "an instruction that faults does not trap: its handler sees TF saved and no DR6.BS")
{
	handler before = handle_exception(UD_VECTOR, skip_ud2);
	struct trace t = trace_code(&step_fault, 0, 0);

	handle_exception(UD_VECTOR, before);
	expect_trace(&step_fault, &t, DR6_BS, true);
	expect_eq(ud_flags & X86_EFLAGS_TF, X86_EFLAGS_TF);
	expect_eq(ud_dr6, DR6_ACTIVE_LOW);
}
