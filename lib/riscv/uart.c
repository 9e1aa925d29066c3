/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console: SBI's DBCN, which takes a line in one call, else the UART (National Semiconductor
 * PC16550D), else SBI's legacy putchar. Not here: lines and locks, which are lib/console.c's.
 */
#include "arch-hooks.h"
#include "riscv/platform.h"
#include "asm/io.h"
#include "asm/sbi.h"

#define UART_THR	0
#define UART_LSR	5
#define LSR_THR_EMPTY	0x20
#define LSR_ALL_EMPTY	0x40
#define FIFO_SIZE	16
#define POLLS_MAX	1000000	/* a UART that never empties loses text, not the test */

#define PIECE		1024

struct platform platform;

static bool uart_wait(u8 bit)
{
	for (int polls = 0; polls < POLLS_MAX; polls++)
		if (readb(platform.uart + (UART_LSR << platform.uart_shift)) & bit)
			return true;
	return false;
}

/* An empty transmitter takes a whole FIFO; OpenSBI has enabled it. */
static void uart_write(const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (i % FIFO_SIZE == 0 && !uart_wait(LSR_THR_EMPTY))
			return;
		writeb(data[i], platform.uart + (UART_THR << platform.uart_shift));
	}
}

void uart_drain(void)
{
	if (platform.uart)
		uart_wait(LSR_ALL_EMPTY);
}

/* By way of memory whose physical address is known. Returns how many bytes went out. */
static size_t dbcn_write(const char *data, size_t len)
{
	static char piece[PIECE];
	size_t done = 0;

	while (done < len) {
		size_t size = MIN(len - done, sizeof(piece));
		struct sbiret ret;

		memcpy(piece, data + done, size);
		ret = sbi_ecall(SBI_EXT_DBCN, SBI_EXT_DBCN_CONSOLE_WRITE, size,
				(unsigned long)piece, 0, 0, 0, 0);
		if (ret.error || ret.value <= 0)
			break;
		done += (size_t)ret.value;
	}
	return done;
}

static void write(const char *data, size_t len)
{
	static enum { UNKNOWN, DBCN, OTHER } way;
	size_t done;

	if (way == UNKNOWN)
		way = sbi_probe(SBI_EXT_DBCN) ? DBCN : OTHER;
	done = way == DBCN ? dbcn_write(data, len) : 0;
	if (platform.uart) {
		uart_write(data + done, len - done);
		return;
	}
	for (; done < len; done++)
		sbi_ecall(SBI_EXT_LEGACY_PUTCHAR, 0, (unsigned char)data[done], 0, 0, 0, 0, 0);
}

/*
 * OpenSBI 1.9 complains of illegal instructions, without a newline, and a record has to begin a
 * line.
 */
void arch_console_write(const char *data, size_t len)
{
	if (platform.firmware_spoke) {
		platform.firmware_spoke = false;
		if (__sbi_get_imp_id() == SBI_IMPL_OPENSBI)
			write("\n", 1);
	}
	write(data, len);
}
