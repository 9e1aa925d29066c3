/* SPDX-License-Identifier: BSD-2-Clause */
/* known-issues.cfg: which deviations of which VMM are known. docs/configuration.md is its reference. */
#ifndef KNOWN_H
#define KNOWN_H

#include "config.h"

struct known_issue {
	struct place place;
	char *name;			/* of the section */
	struct strvec tests;		/* globs: "TEST" or "TEST/CASE", each optionally "ARCH:TEST/CASE" */
	char *vmm, *accel, *arch, *host, *machine;	/* globs; NULL: any. host: e.g. "kvm_pvm" */
	char *min_version, *max_version;	/* of the VMM, inclusive; NULL: open */
	struct strvec verdicts;		/* of fail, error, crash, timeout; none named: fail and crash */
	char *reason, *link;
	bool flaky;			/* may also pass: then pass, not xpass */
	bool used;			/* set by the lookup */
};

struct known_issues {
	struct known_issue *issues;
	size_t n;
};

/* The circumstances of one job. NULL members match only entries that do not name them. */
struct circumstances {
	const char *arch, *vmm, *version, *accel, *host, *machine;
};

void known_read(struct known_issues *known, const char *path);	/* insists, as config_read; a missing file is empty */
bool known_parse(struct known_issues *known, const char *path, const char *text, size_t len, char **error);
void known_free(struct known_issues *known);
/* The first entry that applies to the test (test_case NULL) or its case in these circumstances, whatever the verdict; NULL if none. */
struct known_issue *known_find(struct known_issues *known, const struct circumstances *c, const char *test, const char *test_case);
/* Compares dotted versions number by number: <0, 0, >0. */
int version_compare(const char *a, const char *b);

#endif
