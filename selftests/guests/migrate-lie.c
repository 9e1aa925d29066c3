/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks for a migration that nobody has offered. */
#include "libcflat.h"
#include "record.h"

int main(void)
{
	struct linebuf *r;

	report(true, "a check");
	if (record_enabled()) {
		r = record_begin("migrate");
		record_string(r, "what", "once");
		record_send(r);
	}
	return report_summary();
}
