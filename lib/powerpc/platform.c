/* SPDX-License-Identifier: BSD-2-Clause */
/* Console and exit of whichever machine this is: platform.h. */
#include "arch-hooks.h"
#include "powerpc/platform.h"
#include "asm/processor.h"

const struct platform *platform = &platform_pseries;

void arch_console_write(const char *data, size_t len)
{
	platform->console_write(data, len);
}

void arch_exit(int status)
{
	char line[32];

	local_irq_disable();
	mtmsr(mfmsr() & ~(MSR_IR | MSR_DR));
	arch_console_write(line, snprintf(line, sizeof(line), "EXIT: STATUS=%u\n",
					  (unsigned int)status << 1 | 1));
	platform->power_off();
	for (;;)
		platform->sleep();
}
