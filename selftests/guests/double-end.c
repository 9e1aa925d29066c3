/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: a liar that knows the token: a well-made record of a case that is not running. Verdict: error. */
#include "case.h"
#include "record.h"

CASE(liar, "reports another case")
{
	struct linebuf *r;

	expect(true);
	if (!record_enabled())
		return;
	r = record_begin("end");
	record_string(r, "case", "other");
	record_string(r, "v", "pass");
	record_number(r, "checks", 1);
	record_number(r, "failed", 0);
	record_send(r);
}
