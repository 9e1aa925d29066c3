/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: a gigabyte of console output. Verdict: error, quickly, with a capped log. */
#include "case.h"
#include "console.h"

CASE(flood, "writes 1 GiB to the console")
{
	static char line[4096];

	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	expect(true);
	for (size_t i = 0; i < SZ_1G / 4096; i++)
		console_write(line, sizeof(line));
}
