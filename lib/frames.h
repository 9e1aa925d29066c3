/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside the library: what stack traces of all architectures share (arch_backtrace() of
 * arch-hooks.h). Reads nothing without being prepared for a fault: any value may be a frame's address.
 */
#ifndef FRAMES_H
#define FRAMES_H

#include "libcflat.h"

/* The port's: copies a word that may not be readable; false if that faults. Leaves records of faults alone. */
bool try_read_word(const void *address, unsigned long *value);

/* Whether address lies in the image's code. */
bool is_image_code(unsigned long address);

/*
 * Whether frame may be the caller's of the frame at below: it lies above it, not further than a
 * stack is long, and is aligned.
 */
bool is_frame_above(unsigned long frame, unsigned long below);

/*
 * Puts return addresses into frames from index n on, and returns the index behind the last, at most
 * max. By frame pointers: word caller (counted from the frame pointer, may be negative) is the
 * caller's frame pointer, word address where it goes on.
 */
int walk_frame_pointers(unsigned long fp, int caller, int address, const void **frames, int n, int max);

/* The same by back chain: word 0 of a frame is its caller's frame, in which word address is where that goes on. */
int walk_back_chain(unsigned long frame, int address, const void **frames, int n, int max);

#endif
