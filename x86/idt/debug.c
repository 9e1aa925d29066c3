/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * #DB and its causes (SDM volume 3, sections 18.2 and 18.3): the only vector that is a fault for some causes and a trap for
 * others. Compared: RIP, RF, all of DR6. The handler sees DR6 as the CPU left it; nothing clears it but software.
 */
#include "recorder.h"
#include "asm/debugreg.h"

static void expect_db(const struct seen *s, const struct snippet *code, enum class class, unsigned long dr6)
{
	expect_seen(s, code, DB_VECTOR, 0, class, KERNEL_CS);
	expect_eq(s->dr6, DR6_ACTIVE_LOW | dr6);
}

/* POPF sets TF: the instruction behind it is the first that traps. */
#define SET_TF		"pushf; orl $0x100, (%" R "sp); popf"

SNIPPET(single_step, SET_TF, "nop", "");
CASE(single_step, "TF: a trap behind each instruction, DR6.BS; TF is saved")
{
	struct seen s = run_snippet(&single_step);

	s.flags_before |= X86_EFLAGS_TF;
	expect_db(&s, &single_step, TRAP, DR6_BS);
	expect_eq(s.regs.rflags & X86_EFLAGS_RF, 0);
}

SNIPPET(int1, "", ".byte 0xf1", "");
CASE(int1, "INT1 is a trap that sets nothing in DR6")
{
	struct seen s = run_snippet(&int1);

	expect_db(&s, &int1, TRAP, 0);
	expect_eq(s.regs.rflags & X86_EFLAGS_RF, 0);
}

/* MOV to SS holds back the trap until the instruction behind it is done (section 6.8.3). */
SNIPPET(step_over_ss, "movl %ss, %ecx; " SET_TF, "movl %ecx, %ss; nop", "");
CASE(step_over_ss, "no single-step trap between MOV to SS and the next instruction")
{
	struct seen s = run_snippet(&step_over_ss);

	s.flags_before |= X86_EFLAGS_TF;
	expect_db(&s, &step_over_ss, TRAP, DR6_BS);
}

/* ---- breakpoints ---- */

static struct seen run_with_breakpoint(const struct snippet *code, const void *address, unsigned long dr7)
{
	struct seen s;

	write_dr0((unsigned long)address);
	write_dr7(DR7_FIXED_1 | dr7);
	s = run_snippet(code);
	write_dr7(DR7_FIXED_1);
	return s;
}

SNIPPET(plain, "", "nop; nop", "");
#define EXECUTE_DR0	(DR7_GLOBAL_ENABLE_DR0 | DR7_EXECUTE_DRx(0) | DR7_LEN_1_DRx(0))

CASE(execute, "an execution breakpoint is a fault, before its instruction, with DR6.B0")
{
	struct seen s = run_with_breakpoint(&plain, plain.at, EXECUTE_DR0);

	expect_db(&s, &plain, FAULT, DR6_TRAP0);
}

CASE(execute_disabled, "an execution breakpoint that is not enabled does nothing")
{
	struct seen s = run_with_breakpoint(&plain, plain.at, DR7_EXECUTE_DRx(0) | DR7_LEN_1_DRx(0));

	expect_eq(s.count, 0);
}

static int resumed;

static void resume(struct ex_regs *regs)
{
	resumed++;
	if (resumed < 3)
		regs->rflags |= X86_EFLAGS_RF;
	else
		write_dr7(DR7_FIXED_1);
}

CASE(resume_flag, "IRET with RF runs the instruction under the breakpoint, once")
{
	handler before = handle_exception(DB_VECTOR, resume);

	resumed = 0;
	write_dr0((unsigned long)plain.at);
	write_dr7(DR7_FIXED_1 | EXECUTE_DR0);
	plain.run();
	expect_eq(resumed, 1);
	plain.run();
	expect_eq(resumed, 2);
	write_dr7(DR7_FIXED_1);
	handle_exception(DB_VECTOR, before);
}

u32 watched[4] __attribute__((aligned(16)));
SNIPPET(store, "", "movl $1, watched", "");
SNIPPET(store_high_byte, "", "movb $1, watched+3", "");
SNIPPET(store_behind, "", "movl $1, watched+4", "");
SNIPPET(load, "", "movl watched, %eax", "");

#define WRITE_DR0	(DR7_GLOBAL_ENABLE_DR0 | DR7_WRITE_DRx(0) | DR7_LEN_4_DRx(0))
#define ACCESS_DR0	(DR7_GLOBAL_ENABLE_DR0 | DR7_ACCESS_DRx(0) | DR7_LEN_4_DRx(0))

CASE(write, "a write breakpoint is a trap, behind the instruction, which has written")
{
	struct seen s;

	watched[0] = 0;
	s = run_with_breakpoint(&store, watched, WRITE_DR0);
	expect_db(&s, &store, TRAP, DR6_TRAP0);
	expect_eq(s.regs.rflags & X86_EFLAGS_RF, 0);
	expect_eq(watched[0], 1);
}

CASE(write_part, "a write to the last of the watched bytes counts, one behind them does not, nor does a load")
{
	struct seen s = run_with_breakpoint(&store_high_byte, watched, WRITE_DR0);

	expect_db(&s, &store_high_byte, TRAP, DR6_TRAP0);
	s = run_with_breakpoint(&store_behind, watched, WRITE_DR0);
	expect_eq(s.count, 0);
	s = run_with_breakpoint(&load, watched, WRITE_DR0);
	expect_eq(s.count, 0);
}

CASE(access, "an access breakpoint sees loads and stores")
{
	struct seen s = run_with_breakpoint(&load, watched, ACCESS_DR0);

	expect_db(&s, &load, TRAP, DR6_TRAP0);
	s = run_with_breakpoint(&store, watched, ACCESS_DR0);
	expect_db(&s, &store, TRAP, DR6_TRAP0);
}

/*
 * Set in the snippet, since all that runs around it uses the debug registers. 0x2400: DR7_GD and DR7_FIXED_1. On the way into
 * the handler the CPU clears GD (section 18.2.4), or the recorder's own read of DR6 would be the next #DB.
 */
SNIPPET(read_dr, "movl $0x2400, %eax; mov %" R "ax, %dr7", "mov %dr0, %" R "ax", "");
CASE(general_detect, "with DR7.GD, access to a debug register is a fault, DR6.BD, and the handler may access them")
{
	struct seen s = run_snippet(&read_dr);

	expect_db(&s, &read_dr, FAULT, DR6_BD);
	expect_eq(read_dr7() & DR7_GD, 0);
	write_dr7(DR7_FIXED_1);
}
