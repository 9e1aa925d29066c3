/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stack traces by frame records: X29 points to the caller's X29 and the return address (AAPCS64, section 6.4.6). Reads
 * nothing without being prepared for a fault, so any value may be a frame pointer.
 */
#include "arch-hooks.h"
#include "exceptions.h"
#include "frames.h"
#include "asm/try.h"

bool try_read_word(const void *address, unsigned long *value)
{
	unsigned long far = read_sysreg(far_el1), esr = read_sysreg(esr_el1), word = 0, fault = 1;

	asm volatile("1: ldr %0, [%2]\n\t"
		     "mov %1, xzr\n"
		     "2:\n\t"
		     __ASM_EX_ENTRY("1b", "2b", EX_QUIET)
		     : "+&r" (word), "+&r" (fault) : "r" (address) : "memory");
	*value = word;
	if (fault) {
		write_sysreg(far, far_el1);
		write_sysreg(esr, esr_el1);
	}
	return !fault;
}

int arch_backtrace(const void *frame, const void **frames, int max)
{
	unsigned long fp = (unsigned long)(frame ? frame : __builtin_frame_address(0));

	return walk_frame_pointers(fp, 0, 1, frames, 0, max);
}

int exception_frames(const struct pt_regs *regs, const void **frames, int max)
{
	if (max < 1)
		return 0;
	frames[0] = (const void *)regs->pc;
	return 1 + arch_backtrace((const void *)regs->regs[29], frames + 1, max - 1);
}
