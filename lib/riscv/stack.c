/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stack traces by frame pointers (RISC-V psABI 1.0, section 18.2.2): below the address in s0 are
 * the return address and the caller's s0. A function that calls nothing may leave the first out:
 * then its caller's s0 is where the address would be.
 */
#include "libcflat.h"
#include "arch-hooks.h"
#include "frames.h"
#include "asm/processor.h"

static int walk(unsigned long fp, const void **frames, int n, int max)
{
	return walk_frame_pointers(fp, -2, -1, frames, n, max);
}

int arch_backtrace(const void *frame, const void **frames, int max)
{
	return walk((unsigned long)(frame ? frame : __builtin_frame_address(0)), frames, 0, max);
}

int trap_frames(const struct pt_regs *regs, const void **frames, int max)
{
	unsigned long word;
	int n = 0;

	if (max < 2)
		return 0;
	frames[n++] = (const void *)regs->epc;
	/* What was called at a bad address, and leaves. */
	if (!is_image_code(regs->epc) && is_image_code(regs->ra))
		frames[n++] = (const void *)regs->ra;
	if (is_image_code(regs->epc) && IS_ALIGNED(regs->s0, 8) &&
	    try_read_word((unsigned long *)regs->s0 - 1, &word) && !is_image_code(word) &&
	    is_image_code(regs->ra)) {
		frames[n++] = (const void *)regs->ra;
		return walk(word, frames, n, max);
	}
	return walk(regs->s0, frames, n, max);
}
