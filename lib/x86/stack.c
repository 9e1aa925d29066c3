/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stack traces by frame pointers: each frame begins with the caller's frame pointer and the return address (psABI,
 * section 3.2.2, figure 3.3). Reads nothing without being prepared for a fault, so any value may be a frame pointer.
 */
#include "libcflat.h"
#include "arch-hooks.h"
#include "frames.h"
#include "x86/desc.h"
#include "x86/processor.h"

bool try_read_byte(const void *address, uint8_t *value)
{
	unsigned long cr2 = read_cr2();
	bool fault = true;
	uint8_t byte = 0;

	asm volatile("1: movb (%2), %0\n\t"
		     "movb $0, %1\n"
		     "2:\n\t"
		     __ASM_EX_ENTRY("1b", "2b", EX_QUIET)
		     : "+q" (byte), "+q" (fault) : "r" (address) : "memory");
	*value = byte;
	if (fault)
		write_cr2(cr2);
	return !fault;
}

bool try_read_word(const void *address, unsigned long *value)
{
	unsigned long cr2 = read_cr2(), word = 0;
	bool fault = true;

	asm volatile("1: mov (%2), %0\n\t"
		     "movb $0, %1\n"
		     "2:\n\t"
		     __ASM_EX_ENTRY("1b", "2b", EX_QUIET)
		     : "+r" (word), "+q" (fault) : "r" (address) : "memory");
	*value = word;
	if (fault)
		write_cr2(cr2);
	return !fault;
}

int arch_backtrace(const void *frame, const void **frames, int max)
{
	unsigned long fp = (unsigned long)(frame ? frame : __builtin_frame_address(0));

	return walk_frame_pointers(fp, 0, 1, frames, 0, max);
}

int exception_frames(const struct ex_regs *regs, const void **frames, int max)
{
	if (max < 1)
		return 0;
	frames[0] = (const void *)regs->rip;
	return 1 + arch_backtrace((const void *)regs->rbp, frames + 1, max - 1);
}
