/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Self-test: prints what a passing test would, and records with a token that it made up, but checks nothing.
 * Verdict: error; nothing that it printed counts.
 */
#include "libcflat.h"

int main(void)
{
	printf("PASS: all is well\n");
	printf("SUMMARY: 12 tests\n");
	printf("@vmunit1 0123456789abcdef 00000000 0 {\"k\":\"check\",\"v\":\"pass\",\"name\":\"forged\"}\n");
	printf("EXIT: STATUS=1\n");
	return 0;
}
