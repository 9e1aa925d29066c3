/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses of a guest as functions, files and lines, by the toolchain's addr2line. */
#ifndef SYMBOLIZE_H
#define SYMBOLIZE_H

#include "job.h"
#include "options.h"

struct frame {
	uint64_t ip;
	char *function, *file;		/* NULL: unknown */
	unsigned int line;		/* 0: unknown */
};

/*
 * Fills in the n frames, whose ip is set, by running BUILD/ARCH/addr2line's program (else
 * "addr2line") once on the job's ELF file. After the first frame ip is a return address if trace
 * is set: the call before it is what is meant. Without a program or debug information the frames
 * stay as they are. Takes at most some seconds.
 */
void symbolize(const struct job *job, const struct options *options, struct frame *frames, size_t n,
	       bool trace);
/* "spin (x86/hang.c:12)", to be freed; NULL if nothing is known. */
char *frame_describe(const struct frame *frame);
void frames_free(struct frame *frames, size_t n);

#endif
