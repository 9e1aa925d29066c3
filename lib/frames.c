/* SPDX-License-Identifier: BSD-2-Clause */
/* Walks of stacks, by frame pointers and by back chain: see frames.h. */
#include "frames.h"

#define LARGEST_FRAME	0x40000

extern char image_start[], etext[];

bool is_image_code(unsigned long address)
{
	return address >= (unsigned long)image_start && address < (unsigned long)etext;
}

bool is_frame_above(unsigned long frame, unsigned long below)
{
	return IS_ALIGNED(frame, sizeof(long)) && frame > below && frame - below <= LARGEST_FRAME;
}

static bool read_word_of(unsigned long frame, int word, unsigned long *value)
{
	return IS_ALIGNED(frame, sizeof(long)) &&
	       try_read_word((const unsigned long *)frame + word, value);
}

int walk_frame_pointers(unsigned long fp, int caller, int address, const void **frames, int n, int max)
{
	unsigned long goes_on, next;

	while (n < max && fp && read_word_of(fp, address, &goes_on) && goes_on &&
	       read_word_of(fp, caller, &next)) {
		frames[n++] = (const void *)goes_on;
		if (!is_frame_above(next, fp))
			break;
		fp = next;
	}
	return n;
}

int walk_back_chain(unsigned long frame, int address, const void **frames, int n, int max)
{
	unsigned long goes_on, next;

	while (n < max && read_word_of(frame, 0, &next) && is_frame_above(next, frame) &&
	       read_word_of(next, address, &goes_on) && goes_on) {
		frames[n++] = (const void *)goes_on;
		frame = next;
	}
	return n;
}
