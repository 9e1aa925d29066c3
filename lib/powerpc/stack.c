/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stack traces by back chains (ELFv2 ABI 1.4, section 2.2.2): a frame begins with the address of
 * its caller's, which has at 16 where the callee returns to. A function that calls nothing may
 * have neither frame nor return address there.
 */
#include "libcflat.h"
#include "arch-hooks.h"
#include "frames.h"
#include "powerpc/catch.h"

#define LR_SLOT		2
#define LONGEST_FUNCTION	0x40000

extern char image_start[];

static bool is_code(unsigned long address)
{
	return is_image_code(address) && !(address & 3);
}

int arch_backtrace(const void *frame, const void **frames, int max)
{
	unsigned long sp = (unsigned long)(frame ? frame : __builtin_frame_address(0));

	return walk_back_chain(sp, LR_SLOT, frames, 0, max);
}

#define INSN_STD_LR	0xf8010010u	/* std r0, 16(r1) */
#define INSN_STDU_R1	0xf8210001u	/* stdu r1, -n(r1), but for n */

/*
 * What the function that was interrupted at nip has done so far, if it was called by the BL
 * before link.
 */
static void so_far(unsigned long nip, unsigned long link, bool *link_saved, bool *has_frame)
{
	u32 insn =
		is_code(link) && link > (unsigned long)image_start ? *((const u32 *)link - 1) : 0;
	unsigned long target = link - 4 + (unsigned long)((long)((s32)(insn << 6) >> 6) & ~3l);

	*link_saved = true;
	*has_frame = true;
	/*
	 * A target behind nip, or link between the two: a call that the interrupted function has
	 * made itself.
	 */
	if ((insn & 0xfc000003) != 0x48000001 || !is_code(target) || target > nip ||
	    nip - target > LONGEST_FUNCTION || (target < link && link <= nip))
		return;
	*link_saved = *has_frame = false;
	for (const u32 *p = (const u32 *)target; p < (const u32 *)nip; p++) {
		*link_saved |= *p == INSN_STD_LR;
		*has_frame |= (*p & 0xffff0003u) == INSN_STDU_R1;
	}
}

int trap_frames(const struct pt_regs *regs, const void **frames, int max)
{
	unsigned long frame = regs->gpr[1], next;
	bool link_saved = false, has_frame = false;
	int n = 0;

	if (max < 2)
		return 0;
	frames[n++] = (const void *)regs->nip;
	if (regs->msr & MSR_PR)
		return n;
	/* Code that is none was called, and has done nothing yet. */
	if (is_code(regs->nip))
		so_far(regs->nip, regs->link, &link_saved, &has_frame);
	if (!link_saved && is_code(regs->link)) {
		frames[n++] = (const void *)regs->link;
		/*
		 * The return address that its caller's frame has room for is that of an earlier
		 * call.
		 */
		if (has_frame && IS_ALIGNED(frame, 8) && try_read_word((void *)frame, &next) &&
		    is_frame_above(next, frame))
			frame = next;
	}
	return walk_back_chain(frame, LR_SLOT, frames, n, max);
}
