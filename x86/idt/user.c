/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions from ring 3: what the CPU saves of it and where it goes (SDM volume 3, sections 6.12.1 and 6.14.4); gates
 * whose privilege ring 3 lacks (section 6.12.1.1: INT n and INT3 ask, exceptions and INT1 do not); #AC, which only ring 3
 * raises (section 6.15).
 */
#include "recorder.h"
#include "vmalloc.h"
#include "x86/usermode.h"

static struct seen user_seen;
static unsigned long handler_ss;

static void inspect(struct ex_regs *regs)
{
	user_seen.count++;
	user_seen.regs = *regs;
	user_seen.handler_flags = read_rflags();
	handler_ss = read_ss();
}

static bool raised;
static u64 result;

/* Runs code in ring 3; wanted: the vector that ends it. */
static void run_user(void (*code)(void), unsigned int wanted)
{
	user_seen = (struct seen){ 0 };
	result = run_in_user_ex((usermode_func)(void *)code, wanted, 0, 0, 0, 0, &raised, inspect);
}

static void expect_user_fault(const struct snippet *code, unsigned int vector, unsigned long error_code)
{
	run_user(code->run, vector);
	insist_eq(user_seen.count, 1);
	expect_eq(user_seen.regs.error_code, error_code);
	expect_eq(user_seen.regs.rip, (unsigned long)code->at);
	expect_eq(user_seen.regs.cs, USER_CS);
	expect_eq(user_seen.regs.ss, USER_DS);
	expect_eq(exception_vector(), vector);
	expect_eq(exception_error_code(), error_code);
}

SNIPPET(answer, "movl $42, %eax; xorl %edx, %edx", "nop", "");
CASE(user_returns, "a function in ring 3 returns its value, and nothing is raised")
{
	need_paging();
	run_user(answer.run, UD_VECTOR);
	expect_eq(result, 42);
	expect_eq(raised, false);
	expect_eq(user_seen.count, 0);
	expect_eq(read_cs(), KERNEL_CS);
}

SNIPPET(user_ud, "", "ud2", "");
CASE(user_frame, "#UD in ring 3 saves its CS, SS, RSP and RIP")
{
	need_paging();
	expect_user_fault(&user_ud, UD_VECTOR, 0);
}

#ifdef __x86_64__
CASE(null_stack_segment, "in 64-bit mode a change of ring loads SS with a null selector")
{
	need_paging();
	run_user(user_ud.run, UD_VECTOR);
	insist_eq(user_seen.count, 1);
	expect_eq(handler_ss, 0);
}
#else
CASE(stack_segment, "a change of ring loads SS from the TSS")
{
	need_paging();
	run_user(user_ud.run, UD_VECTOR);
	insist_eq(user_seen.count, 1);
	expect_eq(handler_ss, KERNEL_DS);
}
#endif

#define PRIVILEGED(name, insn)								\
	SNIPPET(name, "", insn, "");							\
	CASE(name, insn " in ring 3 is #GP(0)") { need_paging(); expect_user_fault(&name, GP_VECTOR, 0); }
PRIVILEGED(user_hlt, "hlt")
PRIVILEGED(user_cli, "cli")
PRIVILEGED(user_clts, "clts")
PRIVILEGED(user_mov_cr0, "mov %cr0, %" R "ax")
PRIVILEGED(user_mov_dr7, "mov %dr7, %" R "ax")
PRIVILEGED(user_in, "inb $0x80, %al")
PRIVILEGED(user_wbinvd, "wbinvd")

SNIPPET(user_int, "", "int $0x90", "");
CASE(gate_privilege, "INT n in ring 3 by a gate of DPL 0, 1 or 2 is #GP(n, IDT); by one of DPL 3 it works")
{
	need_paging();
	for (int dpl = 0; dpl < 3; dpl++) {
		set_idt_dpl(0x90, dpl);
		expect_user_fault(&user_int, GP_VECTOR, 0x90 * 8 + 2);
	}
	handle_exception(0x90, inspect);
	set_idt_dpl(0x90, 3);
	run_user(user_int.run, GP_VECTOR);
	expect_eq(raised, false);
	expect_eq(user_seen.count, 1);
	expect_eq(user_seen.regs.rip, (unsigned long)user_int.next);
	expect_eq(user_seen.regs.cs, USER_CS);
	set_idt_dpl(0x90, 0);
	handle_exception(0x90, NULL);
}

SNIPPET(user_int3, "", "int3", "");
CASE(breakpoint_privilege, "INT3 in ring 3 by a gate of DPL 0 is #GP(3, IDT)")
{
	need_paging();
	expect_user_fault(&user_int3, GP_VECTOR, BP_VECTOR * 8 + 2);
}

SNIPPET(user_int1, "", ".byte 0xf1", "");
CASE(int1_privilege, "INT1 in ring 3 does not ask for the gate's privilege: #DB")
{
	need_paging();
	run_user(user_int1.run, DB_VECTOR);
	insist_eq(user_seen.count, 1);
	expect_eq(user_seen.regs.rip, (unsigned long)user_int1.next);
	expect_eq(user_seen.regs.error_code, 0);
}

u32 words[2] __attribute__((aligned(8)));
SNIPPET(user_unaligned, "pushf; orl $0x40000, (%" R "sp); popf", "movl words+1, %eax", "");
SNIPPET(user_unaligned_no_ac, "", "movl words+1, %eax", "");
SNIPPET(user_aligned, "pushf; orl $0x40000, (%" R "sp); popf", "movl words+4, %eax", "");

CASE(alignment_check, "an unaligned load in ring 3 with RFLAGS.AC and CR0.AM is #AC(0)")
{
	words[0] = words[1] = 0;
	need_paging();
	write_cr0(read_cr0() | X86_CR0_AM);
	run_user(user_unaligned.run, AC_VECTOR);
	write_cr0(read_cr0() & ~X86_CR0_AM);
	insist_eq(user_seen.count, 1);
	expect_eq(user_seen.regs.error_code, 0);
	expect_eq(user_seen.regs.rip, (unsigned long)user_unaligned.at);
}

CASE(no_alignment_check, "without AM, without AC, aligned, or in ring 0, there is no #AC")
{
	need_paging();
	run_user(user_unaligned.run, AC_VECTOR);
	expect_eq(user_seen.count, 0);
	write_cr0(read_cr0() | X86_CR0_AM);
	run_user(user_unaligned_no_ac.run, AC_VECTOR);
	expect_eq(user_seen.count, 0);
	run_user(user_aligned.run, AC_VECTOR);
	expect_eq(user_seen.count, 0);
	user_unaligned.run();
	write_rflags(read_rflags() & ~X86_EFLAGS_AC);
	write_cr0(read_cr0() & ~X86_CR0_AM);
}
