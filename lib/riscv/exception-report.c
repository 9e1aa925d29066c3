/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is said of a trap that nobody expected: cause (Privileged Architecture, table 4.2),
 * registers, stack trace.
 */
#include "arch-hooks.h"
#include "frames.h"
#include "riscv/catch.h"
#include "text.h"
#include "asm/processor.h"
#include "asm/setup.h"

static const char *const exceptions[EXCEPTION_CAUSE_MAX] = {
	[EXC_INST_MISALIGNED] = "instruction address misaligned",
	[EXC_INST_ACCESS] = "instruction access fault",
	[EXC_INST_ILLEGAL] = "illegal instruction",
	[EXC_BREAKPOINT] = "breakpoint",
	[EXC_LOAD_MISALIGNED] = "load address misaligned",
	[EXC_LOAD_ACCESS] = "load access fault",
	[EXC_STORE_MISALIGNED] = "store address misaligned",
	[EXC_STORE_ACCESS] = "store access fault",
	[EXC_SYSCALL] = "environment call from user mode",
	[EXC_SUPERVISOR_SYSCALL] = "environment call from supervisor mode",
	[EXC_INST_PAGE_FAULT] = "instruction page fault",
	[EXC_LOAD_PAGE_FAULT] = "load page fault",
	[EXC_STORE_PAGE_FAULT] = "store page fault",
	[EXC_DOUBLE_TRAP] = "double trap",
	[EXC_SOFTWARE_CHECK] = "software check",
	[EXC_HARDWARE_ERROR] = "hardware error",
};

static const char *const interrupts[INTERRUPT_CAUSE_MAX] = {
	[IRQ_S_SOFT] = "software interrupt",
	[IRQ_S_TIMER] = "timer interrupt",
	[IRQ_S_EXT] = "external interrupt",
	[IRQ_PMU_OVF] = "counter overflow interrupt",
};

const char *trap_name(unsigned long cause)
{
	unsigned long n = cause & ~CAUSE_IRQ_FLAG;
	const char *name;

	if (cause & CAUSE_IRQ_FLAG)
		name = n < INTERRUPT_CAUSE_MAX ? interrupts[n] : NULL;
	else
		name = n < EXCEPTION_CAUSE_MAX ? exceptions[n] : NULL;
	return name ? name : cause & CAUSE_IRQ_FLAG ? "reserved interrupt" : "reserved exception";
}

/* In the order of struct pt_regs, from ra on. */
static const char reg_names[31][4] = {
	"ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1",
	"a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7",
	"s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6",
};
#define REGS_PER_LINE	4

size_t format_trap(char *buf, size_t size, const struct pt_regs *regs)
{
	const unsigned long *words = (const unsigned long *)regs;
	struct text t = { buf, size, 0 };
	unsigned long insn;

	add(&t, "%s (cause %#lx) at %#lx in %s mode on CPU %d, stval %#lx", trap_name(regs->cause),
	    regs->cause, regs->epc, regs->status & SR_SPP ? "supervisor" : "user", arch_cpu_id(),
	    regs->badaddr);
	for (size_t i = 0; i < ARRAY_SIZE(reg_names); i++)
		add(&t, "%s%3s %016lx", i % REGS_PER_LINE ? "  " : "\n  ", reg_names[i],
		    words[i + 1]);
	add(&t, "\n  sstatus %016lx  satp %016lx  sie %lx  sip %lx", regs->status,
	    csr_read(CSR_SATP), csr_read(CSR_SIE), csr_read(CSR_SIP));
	if (!(regs->epc & 1) && try_read_word((void *)(regs->epc & ~7ul), &insn))
		add(&t, "\n  code <%04lx>", insn >> (regs->epc & 7) * 8 & 0xffff);
	return t.len;
}

void unexpected_trap(struct pt_regs *regs)
{
	struct thread_info *ti = current_thread_info();
	char before[160] = "";
	bool bad_stack =
		regs->epc >= (unsigned long)trap_entry && regs->epc < (unsigned long)enter_user;

	if (bad_stack)
		snprintf(before, sizeof(before),
			 "bad stack pointer %#lx at a trap (%s at %#lx): ", regs->sp + PT_SIZE,
			 trap_name(ti->first_cause), ti->first_epc);
	trap_report(regs, before, bad_stack ? ti->first_epc : 0);
}
