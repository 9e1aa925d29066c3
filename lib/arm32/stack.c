/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stack traces by frame pointers, R11: AAPCS32 leaves their form to compilers. Clang's points to
 * the caller's and, above it, the return address; GCC's points to the return address, with the
 * caller's below it, or in a function without calls to the caller's alone. Reads nothing without
 * being prepared for a fault, so any value may be a frame pointer.
 */
#include "arch-hooks.h"
#include "exceptions.h"
#include "frames.h"
#include "asm/try.h"

bool try_read_word(const void *address, unsigned long *value)
{
	unsigned long dfar = read_sysreg(DFAR), dfsr = read_sysreg(DFSR), word = 0, fault = 1;

	asm volatile("1: ldr %0, [%2]\n\t"
		     "mov %1, #0\n"
		     "2:\n\t"
		     __ASM_EX_ENTRY("1b", "2b", EX_QUIET)
		     : "+&r" (word), "+&r" (fault) : "r" (address) : "memory");
	*value = word;
	if (fault) {
		write_sysreg(dfar, DFAR);
		write_sysreg(dfsr, DFSR);
	}
	return !fault;
}

/*
 * The caller's frame pointer, and the return address, 0 where a function without calls has stored
 * none.
 */
static bool read_frame(const unsigned long *fp, unsigned long *next, unsigned long *address)
{
	unsigned long word;

	if (!IS_ALIGNED((unsigned long)fp, sizeof(long)) || !try_read_word(fp, &word))
		return false;
#ifdef __clang__
	*next = word;
	return try_read_word(fp + 1, address);
#else
	*address = is_image_code(word) ? word : 0;
	*next = word;
	return !*address || try_read_word(fp - 1, next);
#endif
}

int arch_backtrace(const void *frame, const void **frames, int max)
{
	const unsigned long *fp = frame ? frame : __builtin_frame_address(0);
	unsigned long address, next;
	int n = 0;

	while (n < max && fp && read_frame(fp, &next, &address)) {
		if (address)
			frames[n++] = (const void *)address;
		if (!is_frame_above(next, (unsigned long)fp))
			break;
		fp = (const unsigned long *)next;
	}
	return n;
}

/*
 * In a function without calls only LR knows the caller: true if its frame has no return address of
 * its own.
 */
static bool is_leaf(const struct pt_regs *regs)
{
	unsigned long next, address;

	return regs->ARM_fp && read_frame((const unsigned long *)regs->ARM_fp, &next, &address) &&
	       !address;
}

int exception_frames(const struct pt_regs *regs, const void **frames, int max)
{
	int n = 0;

	if (n < max)
		frames[n++] = (const void *)regs->ARM_pc;
	if (n < max && (!is_image_code(regs->ARM_pc) || is_leaf(regs)) && is_image_code(regs->ARM_lr))
		frames[n++] = (const void *)regs->ARM_lr;
	return n + arch_backtrace((const void *)regs->ARM_fp, frames + n, max - n);
}
