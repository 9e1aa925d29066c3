/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests that are dangerous on a host without a certain fix: the environment says which fixes it has, ERRATA_name=y.
 * ERRATA_FORCE=y stands for all of them. Yes is any value that begins with y, Y or 1.
 */
#ifndef ERRATA_H
#define ERRATA_H

#include "libcflat.h"

#define ERRATA(name)	errata("ERRATA_" xstr(name))

static inline bool __errata_variable(const char *name)
{
	const char *value = getenv(name);

	return value && (*value == 'y' || *value == 'Y' || *value == '1');
}

static inline bool errata_force(void)
{
	return __errata_variable("ERRATA_FORCE");
}

/* name: of the environment variable, with ERRATA_. */
static inline bool errata(const char *name)
{
	return errata_force() || __errata_variable(name);
}

#endif
