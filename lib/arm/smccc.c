/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls by the machine's own conduit: see smccc.h. */
#include "smccc.h"
#include "asm/arm-smccc.h"

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

static void store(const struct smccc_regs *regs, struct arm_smccc_res *res)
{
	if (res)
		*res = (struct arm_smccc_res){ regs->r[0], regs->r[1], regs->r[2], regs->r[3] };
}

void arm_smccc_hvc(unsigned long a0, unsigned long a1, unsigned long a2, unsigned long a3, unsigned long a4,
		   unsigned long a5, unsigned long a6, unsigned long a7, struct arm_smccc_res *res)
{
	struct smccc_regs regs = { { a0, a1, a2, a3, a4, a5, a6, a7 } };

	smccc_hvc(&regs);
	store(&regs, res);
}

void arm_smccc_smc(unsigned long a0, unsigned long a1, unsigned long a2, unsigned long a3, unsigned long a4,
		   unsigned long a5, unsigned long a6, unsigned long a7, struct arm_smccc_res *res)
{
	struct smccc_regs regs = { { a0, a1, a2, a3, a4, a5, a6, a7 } };

	smccc_smc(&regs);
	store(&regs, res);
}
