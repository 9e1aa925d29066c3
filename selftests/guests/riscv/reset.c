/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: the guest resets the machine through SBI in the middle of a case. Verdict: crash. */
#include "case.h"
#include "asm/sbi.h"

CASE(reset, "asks for a cold reboot")
{
	expect(true);
	sbi_ecall(SBI_EXT_SRST, SBI_EXT_SRST_RESET, SBI_SRST_COLD_REBOOT, SBI_SRST_NO_REASON, 0, 0,
		  0, 0);
	for (;;)
		;
}
