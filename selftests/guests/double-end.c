/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: a liar that knows the token: a well-made record of a case that is not running. Verdict: error. */
#include "case.h"
#include "record.h"

CASE(liar, "reports another case")
{
	static struct record r;

	expect(true);
	if (record_enabled()) {
		record_begin(&r, "end");
		record_string(&r, "case", "other");
		record_string(&r, "v", "pass");
		record_send(&r);
	}
}
