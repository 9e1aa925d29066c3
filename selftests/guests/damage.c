/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: a line with the right token and a wrong sum, as a lost byte leaves it. Verdict: error: damaged. */
#include "arch-hooks.h"
#include "case.h"
#include "console.h"

CASE(lossy, "a record whose sum does not fit")
{
	const char *token = strstr(arch_command_line(), "vmunit.token=");
	char line[96];
	int len;

	expect(true);
	if (!token)
		return;
	len = snprintf(line, sizeof(line), "@vmunit1 %.16s 00000000 2 {\"k\":\"info\",\"text\":\"x\"}",
		       token + strlen("vmunit.token="));
	console_line(line, len);
}
