/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is said of a machine that stands or has ended: to the runner, line by line (docs/vmm.md,
 * "Control channel"), or to people on stderr.
 */
#ifndef VMM_CONTROL_H
#define VMM_CONTROL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct machine;

struct report {
	FILE *to;
	const char *line;		/* in front of each line: "register " or "" */
	bool for_runner;
};

/* One line. */
__attribute__((format(printf, 2, 3))) void report_line(struct report *r, const char *format, ...);
/*
 * Where a vCPU stands: its linear instruction pointer and the bytes there (n of them could be
 * read).
 */
void report_place(struct report *r, unsigned int index, uint64_t ip, bool halted,
		  const uint8_t *code, unsigned int n);

/* Before the sandbox: the runner's channel, if there is one. */
void control_open(const struct machine *m);
/* Is there something to read from the runner? Answers it. False: it hung up. */
bool control_read(struct machine *m);
/*
 * Says how the machine ended, and, if it did not end by its own will, where it stood; returns the
 * process' status.
 */
int control_conclude(struct machine *m);

#endif
