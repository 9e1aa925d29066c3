/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: hostile names and half lines around real checks. Verdict: pass, every record found. */
#include "case.h"

CASE(noise, "text without a newline before records")
{
	printf("no newline here");
	expect(true);
	printf("\033[31mred\033[0m \t \001 # not ok 1 - x \"quoted\" \\ %s", "%s%n");
	metric("answer", 42, "pieces");
	printf("@vmunit1 ");
	expect(true);
}
