/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stack traces by back chains (ELFv2 ABI 1.4, section 2.2.2): a frame begins with the address of its caller's, which has
 * at 16 where the callee returns to. A function that calls nothing may have neither frame nor return address there.
 */
#include "libcflat.h"
#include "arch-hooks.h"
#include "powerpc/catch.h"

extern char image_start[], etext[];

/* A caller's frame lies above its callee's, and not further than a stack can be long. */
#define LARGEST_FRAME	0x40000

static bool is_code(unsigned long address)
{
	return address >= (unsigned long)image_start && address < (unsigned long)etext && !(address & 3);
}

static int walk(unsigned long frame, const void **frames, int n, int max)
{
	unsigned long next, address;

	while (n < max && IS_ALIGNED(frame, 8) && try_read_word((void *)frame, &next) && next > frame &&
	       next - frame < LARGEST_FRAME && IS_ALIGNED(next, 8) && try_read_word((void *)(next + 16), &address) &&
	       address) {
		frames[n++] = (const void *)address;
		frame = next;
	}
	return n;
}

int arch_backtrace(const void *frame, const void **frames, int max)
{
	return walk((unsigned long)(frame ? frame : __builtin_frame_address(0)), frames, 0, max);
}

/*
 * Whether the code at nip may have been called by the BL before link and has not saved it: then that BL's target is not
 * behind nip, and link not between the two (which would be a call that the function at nip has made itself).
 */
static bool called_from(unsigned long nip, unsigned long link)
{
	u32 insn = is_code(link) && link > (unsigned long)image_start ? *((const u32 *)link - 1) : 0;
	unsigned long target;

	if ((insn & 0xfc000003) != 0x48000001)
		return false;
	target = link - 4 + (unsigned long)((long)((s32)(insn << 6) >> 6) & ~3l);
	return target <= nip && !(target < link && link <= nip);
}

int trap_frames(const struct pt_regs *regs, const void **frames, int max)
{
	unsigned long next, saved = 0;
	int n = 0;

	if (max < 2)
		return 0;
	frames[n++] = (const void *)regs->nip;
	if (regs->msr & MSR_PR)
		return n;
	if (IS_ALIGNED(regs->gpr[1], 8) && try_read_word((void *)regs->gpr[1], &next) && IS_ALIGNED(next, 8) &&
	    next - regs->gpr[1] < LARGEST_FRAME)
		try_read_word((void *)(next + 16), &saved);
	if (is_code(regs->link) && regs->link != saved && (!is_code(regs->nip) || called_from(regs->nip, regs->link)))
		frames[n++] = (const void *)regs->link;
	return walk(regs->gpr[1], frames, n, max);
}
