/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is said of an interrupt that nobody expected: its name (Power ISA 3.1B, Book III, figure
 * 68), registers, stack trace.
 */
#include "arch-hooks.h"
#include "frames.h"
#include "powerpc/catch.h"
#include "text.h"
#include "asm/setup.h"

static const struct {
	unsigned int trap;
	const char *name;
} names[] = {
	{ 0x100, "system reset" },
	{ 0x200, "machine check" },
	{ 0x300, "data storage" },
	{ 0x380, "data segment" },
	{ 0x400, "instruction storage" },
	{ 0x480, "instruction segment" },
	{ 0x500, "external" },
	{ 0x600, "alignment" },
	{ 0x700, "program" },
	{ 0x800, "floating-point unavailable" },
	{ 0x900, "decrementer" },
	{ 0x980, "hypervisor decrementer" },
	{ 0xa00, "directed privileged doorbell" },
	{ 0xc00, "system call" },
	{ 0xd00, "trace" },
	{ 0xe00, "hypervisor data storage" },
	{ 0xe20, "hypervisor instruction storage" },
	{ 0xe40, "hypervisor emulation assistance" },
	{ 0xe60, "hypervisor maintenance" },
	{ 0xe80, "directed hypervisor doorbell" },
	{ 0xea0, "hypervisor virtualization" },
	{ 0xf00, "performance monitor" },
	{ 0xf20, "vector unavailable" },
	{ 0xf40, "VSX unavailable" },
	{ 0xf60, "facility unavailable" },
	{ 0xf80, "hypervisor facility unavailable" },
	{ 0x1300, "instruction breakpoint" },
	{ 0x1500, "denormalisation assistance" },
	{ 0x1700, "soft patch" },
	{ 0x3000, "system call vectored" },
};

const char *trap_name(unsigned long trap)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].trap == trap)
			return names[i].name;
	return "reserved";
}

static const char *program_cause(unsigned long srr1)
{
	return srr1 & SRR1_PROG_ILLEGAL ? ": illegal instruction" :
	       srr1 & SRR1_PROG_PRIVILEGED ? ": privileged instruction" :
	       srr1 & SRR1_PROG_TRAP ? ": trap" :
	       srr1 & SRR1_PROG_FP ? ": floating-point exception" : "";
}

#define REGS_PER_LINE	4

size_t format_trap(char *buf, size_t size, const struct pt_regs *regs)
{
	struct text t = { buf, size, 0 };
	unsigned long insn;

	add(&t, "%s%s interrupt (vector %#lx) at %#lx in %s mode on CPU %d, DAR %#lx, DSISR %#lx",
	    trap_name(regs->trap), regs->trap == 0x700 ? program_cause(regs->msr) : "", regs->trap,
	    regs->nip, regs->msr & MSR_PR ? "user" : "supervisor", arch_cpu_id(), regs->dar,
	    regs->dsisr);
	for (unsigned int i = 0; i < ARRAY_SIZE(regs->gpr); i++)
		add(&t, "%sr%-2u %016lx", i % REGS_PER_LINE ? "  " : "\n  ", i, regs->gpr[i]);
	add(&t, "\n  SRR1 %016lx  LR %016lx  CTR %016lx\n  XER %lx  CR %08lx", regs->msr,
	    regs->link, regs->ctr, regs->xer, regs->ccr);
	if (!(regs->nip & 3) && try_read_word((void *)(regs->nip & ~7ul), &insn)) {
		bool first = !(regs->nip & 4), big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;

		add(&t, "\n  code <%08lx>", insn >> (first == big ? 32 : 0) & 0xffffffff);
	}
	return t.len;
}

void unexpected_trap(struct pt_regs *regs)
{
	struct thread_info *ti = current_thread_info();
	char before[160] = "";

	if (regs->nip >= (unsigned long)exception_common &&
	    regs->nip < (unsigned long)exception_common_end)
		snprintf(before, sizeof(before),
			 "bad stack pointer %#lx at an interrupt (%s at %#lx): ", ti->r1,
			 trap_name(ti->first_trap), ti->first_nip);
	trap_report(regs, before, 0);
}
