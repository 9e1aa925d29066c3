/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stack traces by frame records: X29 points to the caller's X29 and the return address (AAPCS64, section 6.4.6). Reads
 * nothing without being prepared for a fault, so any value may be a frame pointer.
 */
#include "arch-hooks.h"
#include "exceptions.h"
#include "asm/try.h"

/* A caller's record lies above its callee's, and not further than a stack is long. */
#define LARGEST_FRAME	0x40000

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

static bool is_frame_above(unsigned long frame, unsigned long below)
{
	return IS_ALIGNED(frame, sizeof(long)) && frame > below && frame - below <= LARGEST_FRAME;
}

int arch_backtrace(const void *frame, const void **frames, int max)
{
	const unsigned long *fp = frame ? frame : __builtin_frame_address(0);
	unsigned long address, next;
	int n = 0;

	while (n < max && fp && IS_ALIGNED((unsigned long)fp, sizeof(long)) && try_read_word(fp + 1, &address) &&
	       address && try_read_word(fp, &next)) {
		frames[n++] = (const void *)address;
		if (!is_frame_above(next, (unsigned long)fp))
			break;
		fp = (const unsigned long *)next;
	}
	return n;
}

int exception_frames(const struct pt_regs *regs, const void **frames, int max)
{
	if (max < 1)
		return 0;
	frames[0] = (const void *)regs->pc;
	return 1 + arch_backtrace((const void *)regs->regs[29], frames + 1, max - 1);
}
