/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stack traces by the back chain (s390x ELF ABI supplement, section 1.2.2; -mbackchain): the first
 * word of a frame is the address of the caller's, and there the callee saves its return address
 * (r14) in word 14.
 */
#include "libcflat.h"
#include "arch-hooks.h"
#include "s390x/boot.h"

#define R14_SLOT	14
/* A caller's frame lies above its callee's, and not further than a stack can be long. */
#define LARGEST_FRAME	0x40000

extern char image_start[], etext[];

static int walk(unsigned long frame, const void **frames, int n, int max)
{
	unsigned long caller, address;

	while (n < max && IS_ALIGNED(frame, 8) && try_read_word((void *)frame, &caller) &&
	       caller > frame && caller - frame <= LARGEST_FRAME && IS_ALIGNED(caller, 8) &&
	       try_read_word((unsigned long *)caller + R14_SLOT, &address) && address) {
		frames[n++] = (const void *)address;
		frame = caller;
	}
	return n;
}

int arch_backtrace(const void *frame, const void **frames, int max)
{
	unsigned long sp;

	__asm__ __volatile__("lgr %0,%%r15" : "=d" (sp));
	return walk(frame ? (unsigned long)frame : sp, frames, 0, max);
}

int interrupted_frames(const struct stack_frame_int *frame, const void **frames, int max)
{
	int n = 0;

	if (max < 2)
		return 0;
	frames[n++] = (const void *)frame->psw.addr;
	/* What was called at a bad address has no frame yet. */
	if ((frame->psw.addr < (u64)image_start || frame->psw.addr >= (u64)etext) &&
	    frame->grs[14] >= (u64)image_start && frame->grs[14] < (u64)etext)
		frames[n++] = (const void *)frame->grs[14];
	return walk(frame->grs[15], frames, n, max);
}
