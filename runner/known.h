/* SPDX-License-Identifier: BSD-2-Clause */
/* known-issues.cfg: which deviations of which VMM are known. docs/configuration.md is its reference. */
#ifndef KNOWN_H
#define KNOWN_H

#include "config.h"

/* One word of "versions". */
struct version_bound {
	enum { VERSION_SERIES /* "7.2": also 7.2.22 */, VERSION_LT, VERSION_LE, VERSION_GT, VERSION_GE, VERSION_NE } op;
	const char *version;		/* inside the word */
};

struct known_issue {
	struct place place;
	char *name;			/* of the section */
	struct strvec tests;		/* globs: "TEST" or "TEST/CASE", each optionally "ARCH:TEST/CASE" */
	char *vmm, *binary, *accel, *arch, *host, *machine;	/* globs; NULL: any. host: e.g. "kvm_pvm" */
	struct strvec versions;		/* of the VMM: "7.2" (any of these), ">=7.0" and its like (all of these); none: any */
	struct strvec verdicts;		/* of fail, error, crash, timeout; none named: fail and crash */
	char *reason, *link;
	bool flaky;			/* may also pass: then pass, not xpass */
	bool used;			/* set by the lookup */
};

struct known_issues {
	struct known_issue *issues;
	size_t n, cap;
};

/* The circumstances of one job. NULL members match only entries that do not name them. */
struct circumstances {
	const char *arch, *vmm, *version, *accel, *host, *machine;
	const char *binary;	/* a path, of which the name counts */
};

/* Insists, as config_read; a missing file is an empty one. path must outlive known. */
void known_read(struct known_issues *known, const char *path);
bool known_parse(struct known_issues *known, const char *path, const char *text, size_t len, char **error);
void known_free(struct known_issues *known);
/*
 * The first entry that applies in these circumstances, whatever the verdict; NULL if none. test_case NULL: to the test
 * as a whole, whose entries are spelt "TEST"; otherwise to this case of it, whose entries are spelt "TEST/CASE".
 */
struct known_issue *known_find(struct known_issues *known, const struct circumstances *c, const char *test, const char *test_case);
/* Is a verdict of this name what the entry foretells? */
bool known_expects(const struct known_issue *issue, const char *verdict);
/* Compares dotted versions number by number, a missing one being 0, whatever stands behind them: <0, 0, >0. */
int version_compare(const char *a, const char *b);

#endif
