/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Console and exit of a pseries machine: H_PUT_TERM_CHAR (LoPAR 1.1, section 16.4.2), 16 bytes a
 * call; RTAS' power-off.
 */
#include "arch-hooks.h"
#include "asm/hcall.h"
#include "asm/processor.h"
#include "asm/rtas.h"
#include "asm-generic/swab.h"

#define PIECE	16

/* The unit 0 is the machine's first terminal. The first byte is a register's highest. */
void arch_console_write(const char *data, size_t len)
{
	while (len) {
		size_t n = MIN(len, (size_t)PIECE);
		u64 words[2] = { 0 };

		memcpy(words, data, n);
		while (hcall(H_PUT_TERM_CHAR, 0ul, n, be64_to_cpu(words[0]),
			     be64_to_cpu(words[1])) == H_BUSY)
			cpu_relax();
		data += n;
		len -= n;
	}
}

void arch_exit(int status)
{
	char line[32];

	local_irq_disable();
	mtmsr(mfmsr() & ~(MSR_IR | MSR_DR));
	arch_console_write(line, snprintf(line, sizeof(line), "EXIT: STATUS=%u\n",
					  (unsigned int)status << 1 | 1));
	rtas_power_off();
	for (;;)
		hcall(H_CEDE);
}
