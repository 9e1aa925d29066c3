/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stack traces by the back chain (s390x ELF ABI supplement, section 1.2.2; -mbackchain): the first
 * word of a frame is the address of the caller's, and there the callee saves its return address
 * (r14) in word 14.
 */
#include "libcflat.h"
#include "arch-hooks.h"
#include "frames.h"
#include "s390x/boot.h"

#define R14_SLOT	14

int arch_backtrace(const void *frame, const void **frames, int max)
{
	unsigned long sp;

	__asm__ __volatile__("lgr %0,%%r15" : "=d" (sp));
	return walk_back_chain(frame ? (unsigned long)frame : sp, R14_SLOT, frames, 0, max);
}

int interrupted_frames(const struct stack_frame_int *frame, const void **frames, int max)
{
	int n = 0;

	if (max < 2)
		return 0;
	frames[n++] = (const void *)frame->psw.addr;
	/* What was called at a bad address has no frame yet. */
	if (!is_image_code(frame->psw.addr) && is_image_code(frame->grs[14]))
		frames[n++] = (const void *)frame->grs[14];
	return walk_back_chain(frame->grs[15], R14_SLOT, frames, n, max);
}
