/* SPDX-License-Identifier: BSD-2-Clause */
/* PSCI by the machine's conduit. The numbers are in linux/psci.h; starting CPUs with a stack: asm/smp.h. */
#ifndef ARM_ASM_PSCI_H
#define ARM_ASM_PSCI_H

#include "libcflat.h"
#include "linux/psci.h"

typedef int (*psci_invoke_fn_t)(unsigned int function_id, unsigned long arg0, unsigned long arg1, unsigned long arg2);
/* How psci_invoke() calls: by the device tree's conduit, until a test sets another. */
extern psci_invoke_fn_t psci_invoke_fn;
/* Returns the low 32 bits of X0, which is all that PSCI's return codes are. */
int psci_invoke(unsigned int function_id, unsigned long arg0, unsigned long arg1, unsigned long arg2);
int psci_invoke_hvc(unsigned int function_id, unsigned long arg0, unsigned long arg1, unsigned long arg2);
int psci_invoke_smc(unsigned int function_id, unsigned long arg0, unsigned long arg1, unsigned long arg2);

/* CPU_ON: the CPU of that affinity starts at the physical address entry with context in X0. A PSCI_RET_ code. */
int psci_cpu_on(unsigned long cpuid, unsigned long entry_point, unsigned long context);
/* AFFINITY_INFO: PSCI_0_2_AFFINITY_LEVEL_ON and so on, or a PSCI_RET_ code. */
int psci_affinity_info(unsigned long target, unsigned long level);
/* CPU_OFF of the calling CPU: returns only if that fails, which is said. */
void cpu_psci_cpu_die(void);
void psci_system_off(void);
void psci_system_reset(void);

#endif
