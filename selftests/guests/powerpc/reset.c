/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: the guest resets the machine by RTAS in the middle of a case. Verdict: crash. */
#include "case.h"
#include "asm/rtas.h"

CASE(reset, "calls system-reboot")
{
	uint32_t token;

	expect(true);
	insist_eq(rtas_token("system-reboot", &token), 0);
	rtas_call((int)token, 0, 1, NULL);
	for (;;)
		;
}
