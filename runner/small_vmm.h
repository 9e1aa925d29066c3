/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of the small VMM's driver share: small_vmm.c (row, command line, end),
 * small_vmm_watch.c (its words).
 */
#ifndef SMALL_VMM_H
#define SMALL_VMM_H

#include "job.h"
#include "vmm.h"

extern const struct vmm vmm_small;
extern const struct vmm_control_ops small_vmm_control;

/*
 * Reads one line that the VMM says (docs/vmm.md, "Control channel"); false if it is not understood.
 */
struct small_vmm_watch;
bool small_vmm_line(struct small_vmm_watch *w, const char *line);
/*
 * What it said of its end: the word ("status", "reset", ...), NULL if nothing, its number, its
 * reason ("" if none).
 */
const char *small_vmm_end(const struct small_vmm_watch *w, unsigned int *number,
			  const char **reason);
/* Moves the vCPUs' states and the registers' lines to *ending. */
void small_vmm_facts(struct small_vmm_watch *w, struct vmm_ending *ending);

#endif
