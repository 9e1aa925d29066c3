/* SPDX-License-Identifier: BSD-2-Clause */
/* OPAL's console and power-off: asm/opal.h. Its entry: lib/ppc64/opal.S. */
#include "libcflat.h"
#include "asm/opal.h"
#include "asm/setup.h"
#include "asm/spinlock.h"
#include "asm-generic/swab.h"

#define POLLS_TO_GO	20000		/* about a second of emulation: a machine that was told to power off has gone */
#define TIMES_TO_ASK	50

/* For opal_call(). */
u64 opal_base, opal_entry;

bool opal_init(void)
{
	int node = fdt_find(&machine_fdt, "/ibm,opal");

	if (node == FDT_NONE)
		return false;
	opal_base = fdt_number(&machine_fdt, node, "opal-base-address", 0);
	opal_entry = fdt_number(&machine_fdt, node, "opal-entry-address", 0);
	return opal_entry != 0;
}

static void poll(void)
{
	opal_call(OPAL_POLL_EVENTS, 0ul);
}

/*
 * It takes what fits, and sends it when it is polled. The text may be on any stack: real addresses.
 */
void opal_console_write(const char *data, size_t len)
{
	u64 taken;

	if (!opal_entry)
		return;
	while (len) {
		long ret;

		taken = cpu_to_be64(len);
		ret = opal_call(OPAL_CONSOLE_WRITE, 0ul, (unsigned long)&taken,
				(unsigned long)data);
		if (ret == OPAL_SUCCESS || ret == OPAL_PARTIAL) {
			data += be64_to_cpu(taken);
			len -= be64_to_cpu(taken);
		} else if (ret != OPAL_BUSY && ret != OPAL_BUSY_EVENT) {
			return;
		}
		poll();
	}
	for (long ret = OPAL_BUSY; ret == OPAL_BUSY || ret == OPAL_PARTIAL; poll())
		ret = opal_call(OPAL_CONSOLE_FLUSH, 0ul);
}

void opal_power_off(void)
{
	if (!opal_entry)
		return;
	/* The service processor does it when it has the message; one that is lost on the way is sent again. */
	for (int asked = 0; asked < TIMES_TO_ASK; asked++) {
		for (long ret = OPAL_BUSY; ret == OPAL_BUSY || ret == OPAL_BUSY_EVENT; poll())
			ret = opal_call(OPAL_CEC_POWER_DOWN, 0ul);
		for (int i = 0; i < POLLS_TO_GO; i++)
			poll();
	}
}
