/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of the machine: the test finisher ("sifive,test0": QEMU's docs/system/riscv/virt.rst),
 * else "EXIT: STATUS=n" on the console and SBI's shutdown.
 */
#include "arch-hooks.h"
#include "riscv/platform.h"
#include "asm/csr.h"
#include "asm/io.h"
#include "asm/sbi.h"

/*
 * The finisher ends QEMU with the upper half of what is written, if the lower one says failure.
 * Success has no status that every QEMU passes on, so all statuses take this way, in the encoding
 * of docs/protocol.md.
 */
#define FINISHER_FAIL	0x3333u

void arch_exit(int status)
{
	unsigned int code = (unsigned int)status << 1 | 1;
	char line[32];

	csr_write(CSR_SATP, 0); /* memory is mapped one to one, but the devices need not be */
	csr_clear(CSR_SSTATUS, SR_SIE);
	uart_drain();
	if (platform.finisher)
		writel(code << 16 | FINISHER_FAIL, platform.finisher);
	arch_console_write(line, snprintf(line, sizeof(line), "EXIT: STATUS=%u\n", code));
	uart_drain();
	sbi_ecall(SBI_EXT_SRST, SBI_EXT_SRST_RESET, SBI_SRST_SHUTDOWN, SBI_SRST_NO_REASON, 0, 0, 0,
		  0);
	sbi_ecall(SBI_EXT_LEGACY_SHUTDOWN, 0, 0, 0, 0, 0, 0, 0);
	for (;;)
		__asm__ __volatile__("wfi");
}
