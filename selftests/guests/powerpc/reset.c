/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Self-test: the guest resets the machine, by RTAS or OPAL, in the middle of a case. Verdict:
 * crash.
 */
#include "case.h"
#include "asm/opal.h"
#include "asm/processor.h"
#include "asm/rtas.h"

CASE(reset, "calls system-reboot, or OPAL_CEC_REBOOT")
{
	uint32_t token;

	expect(true);
	if (machine_is_powernv()) {
		opal_call(OPAL_CEC_REBOOT, 0ul);
		for (;;)
			opal_call(OPAL_POLL_EVENTS, 0ul);
	}
	insist_eq(rtas_token("system-reboot", &token), 0);
	rtas_call((int)token, 0, 1, NULL);
	for (;;)
		;
}
