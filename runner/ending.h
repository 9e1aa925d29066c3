/* SPDX-License-Identifier: BSD-2-Clause */
/* How a VMM ended, in words. */
#ifndef ENDING_H
#define ENDING_H

#include <stdbool.h>
#include "vmm.h"

/*
 * One line, to be freed: "the machine was reset (a triple fault, usually)". vmm: the driver's
 * name.
 */
char *ending_describe(const struct vmm_ending *ending, const char *vmm);
/* "CPU 0 at 0x100010 in spin (x86/hang.c:12); CPU 1 halted at ..."; NULL if nothing is known. */
char *ending_where(const struct vmm_ending *ending);
/* Did the machine die, instead of ending by the guest's will? */
bool ending_is_crash(enum vmm_end end);

#endif
