/* SPDX-License-Identifier: BSD-2-Clause */
/* The four-register form of a call by HVC or SMC, whatever the device tree says. More: smccc.h. */
#ifndef ARM_ASM_ARM_SMCCC_H
#define ARM_ASM_ARM_SMCCC_H

struct arm_smccc_res {
	unsigned long a0, a1, a2, a3;
};

/* Calls with X0 to X7; *res (unless NULL) is what X0 to X3 became. */
void arm_smccc_hvc(unsigned long a0, unsigned long a1, unsigned long a2, unsigned long a3, unsigned long a4,
		   unsigned long a5, unsigned long a6, unsigned long a7, struct arm_smccc_res *res);
void arm_smccc_smc(unsigned long a0, unsigned long a1, unsigned long a2, unsigned long a3, unsigned long a4,
		   unsigned long a5, unsigned long a6, unsigned long a7, struct arm_smccc_res *res);

#endif
