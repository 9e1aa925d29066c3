/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls by the machine's own conduit: see smccc.h. */
#include "smccc.h"

void smccc_call(struct smccc_regs *regs)
{
	switch (platform.psci) {
	case CONDUIT_HVC:
		smccc_hvc(regs);
		break;
	case CONDUIT_SMC:
		smccc_smc(regs);
		break;
	default:
		report_abort("the device tree names no way to call the hypervisor (PSCI's method)");
	}
}

long smccc(unsigned long function, unsigned long a1, unsigned long a2, unsigned long a3)
{
	struct smccc_regs regs = { { function, a1, a2, a3 } };

	smccc_call(&regs);
	return (long)regs.r[0];
}
