/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: the guest resets the machine by PSCI in the middle of a case. Verdict: crash. */
#include "case.h"
#include "asm/psci.h"

CASE(reset, "calls SYSTEM_RESET")
{
	expect(true);
	psci_system_reset();
	for (;;)
		;
}
