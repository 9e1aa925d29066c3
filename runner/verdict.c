/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of the verdicts. */
#include <string.h>
#include "util.h"
#include "verdict.h"

static const char *const names[VERDICTS] = {
	[VERDICT_PASS] = "pass", [VERDICT_XFAIL] = "xfail", [VERDICT_SKIP] = "skip",
	[VERDICT_XPASS] = "xpass", [VERDICT_ERROR] = "error", [VERDICT_TIMEOUT] = "timeout",
	[VERDICT_CRASH] = "crash", [VERDICT_FAIL] = "fail",
};

const char *verdict_name(enum verdict v)
{
	return (unsigned int)v < VERDICTS ? names[v] : "unknown";
}

bool verdict_parse(const char *name, enum verdict *v)
{
	for (unsigned int i = 0; i < VERDICTS; i++) {
		if (strcmp(name, names[i]) == 0) {
			*v = (enum verdict)i;
			return true;
		}
	}
	return false;
}

bool verdict_is_bad(enum verdict v)
{
	return v >= VERDICT_XPASS;
}
