/* SPDX-License-Identifier: BSD-2-Clause */
/* PSCI (DEN0022), and with it the end of the machine. */
#include "arch-hooks.h"
#include "smccc.h"
#include "asm/barrier.h"
#include "asm/processor.h"
#include "asm/psci.h"

static int by_conduit(unsigned int function_id, unsigned long arg0, unsigned long arg1, unsigned long arg2)
{
	return (int)smccc(function_id, arg0, arg1, arg2);
}

psci_invoke_fn_t psci_invoke_fn = by_conduit;

int psci_invoke(unsigned int function_id, unsigned long arg0, unsigned long arg1, unsigned long arg2)
{
	return psci_invoke_fn(function_id, arg0, arg1, arg2);
}

int psci_invoke_hvc(unsigned int function_id, unsigned long arg0, unsigned long arg1, unsigned long arg2)
{
	struct smccc_regs regs = { { function_id, arg0, arg1, arg2 } };

	smccc_hvc(&regs);
	return (int)regs.r[0];
}

int psci_invoke_smc(unsigned int function_id, unsigned long arg0, unsigned long arg1, unsigned long arg2)
{
	struct smccc_regs regs = { { function_id, arg0, arg1, arg2 } };

	smccc_smc(&regs);
	return (int)regs.r[0];
}

#define FN_NATIVE(name)	(sizeof(long) == 8 ? PSCI_0_2_FN64_##name : PSCI_0_2_FN_##name)

int psci_cpu_on(unsigned long cpuid, unsigned long entry_point, unsigned long context)
{
	return psci_invoke(FN_NATIVE(CPU_ON), cpuid, entry_point, context);
}

int psci_affinity_info(unsigned long target, unsigned long level)
{
	return psci_invoke(FN_NATIVE(AFFINITY_INFO), target, level, 0);
}

void cpu_psci_cpu_die(void)
{
	int error = psci_invoke(PSCI_0_2_FN_CPU_OFF, 0, 0, 0);

	report_info("CPU %d: CPU_OFF returned %d", arch_cpu_id(), error);
}

void psci_system_off(void)
{
	psci_invoke(PSCI_0_2_FN_SYSTEM_OFF, 0, 0, 0);
}

void psci_system_reset(void)
{
	psci_invoke(PSCI_0_2_FN_SYSTEM_RESET, 0, 0, 0);
}

static void say_status(int status)
{
	char line[32];
	int len = snprintf(line, sizeof(line), "EXIT: STATUS=%d\n", status << 1 | 1);

	arch_console_write(line, len);
}

/*
 * Says the status and powers off by the conduit, then by either: without a device tree nobody knows which. The wrong
 * one may be undefined, which leads back here.
 */
void arch_exit(int status)
{
	static int tried;

	local_irq_disable();
	for (;;) {
		switch (__atomic_fetch_add(&tried, 1, __ATOMIC_SEQ_CST)) {
		case 0:
			say_status(status);
			if (platform.psci == CONDUIT_SMC)
				psci_invoke_smc(PSCI_0_2_FN_SYSTEM_OFF, 0, 0, 0);
			else
				psci_invoke_hvc(PSCI_0_2_FN_SYSTEM_OFF, 0, 0, 0);
			break;
		case 1:
			psci_invoke_hvc(PSCI_0_2_FN_SYSTEM_OFF, 0, 0, 0);
			break;
		case 2:
			psci_invoke_smc(PSCI_0_2_FN_SYSTEM_OFF, 0, 0, 0);
			break;
		default:
			wfi();
		}
	}
}
