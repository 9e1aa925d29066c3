/* SPDX-License-Identifier: BSD-2-Clause */
/* exit(): the orderly end, and the one place that leads to arch_exit(). */
#include "arch-hooks.h"
#include "console.h"
#include "machine.h"
#include "record.h"

#define STATUS_MAX 127

void machine_end(int status)
{
	if (console_close() > 8)	/* saying it fails again and again: just end */
		arch_exit(STATUS_MAX);
	if (record_enabled()) {
		struct linebuf *r = record_begin("exit");

		record_number(r, "status", status);
		record_send(r);
	}
	arch_exit(status);
}

void exit(int status)
{
	if (status < 0 || status > STATUS_MAX)
		report_abort("exit(%d): a status is 0 to %d", status, STATUS_MAX);
	if (console_lost())
		report_abort("%u pieces of text were lost: handlers printed too much inside a print",
			     console_lost());
	machine_end(status);
}
