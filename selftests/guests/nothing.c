/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: main() returns 0 without a single check. Verdict: error. */
#include "libcflat.h"

int main(void)
{
	return 0;
}
