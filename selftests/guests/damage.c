/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: a record is lost on the way (its number is skipped). Verdict: error: the stream is damaged. */
#include "case.h"
#include "console.h"
#include "record.h"

static size_t swallow(char *buf, size_t len)
{
	(void)buf;
	(void)len;
	return 0;
}

CASE(lossy, "a line with the right token and a wrong sum")
{
	const char *token = getenv("SELFTEST_TOKEN");
	char line[128];
	int n = snprintf(line, sizeof(line), "@vmunit1 %s 00000000 1 {\"k\":\"info\",\"text\":\"x\"}",
			 token ? token : "");

	expect(true);
	console_line(line, n);
	console_sealed_line(line, 0, swallow);
}
