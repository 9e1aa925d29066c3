/* SPDX-License-Identifier: BSD-2-Clause */
/* Which accelerators this host has, whatever a VMM was compiled with. */
#ifndef ACCEL_H
#define ACCEL_H

#include "arch.h"

/* The accelerators that are known, best first, NULL-terminated: "kvm", "hvf", "tcg". */
extern const char *const accels[];

/*
 * Does accel run guests of arch here? If not, *why (to be freed, may be NULL) says what is in the
 * way.
 */
bool accel_usable(const char *accel, const struct arch *arch, char **why);
/*
 * What stands behind accel on this host, for known-issues.cfg's "host": "kvm_intel", "kvm_amd",
 * "kvm_pvm", ...; or NULL.
 */
const char *accel_backend(const char *accel);

#endif
