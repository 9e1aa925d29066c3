/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The terminal view of architectures: one that is skipped as a whole, and the table at the end of a
 * run that has several.
 */
#include "describe.h"
#include "terminal.h"

void terminal_arch_skip(struct terminal *t, const json_t *event)
{
	struct strbuf text = { 0 };

	describe_arch_skip(&text, event);
	terminal_verdict(t, 0, VERDICT_SKIP, "%s: %s", member_text(event, "arch"),
			 strbuf_text(&text));
	strbuf_free(&text);
}

static size_t failed(const struct arch_view *arch)
{
	size_t n = 0;

	for (int v = 0; v < VERDICTS; v++)
		n += verdict_is_bad(v) ? arch->verdicts[v] : 0;
	return n;
}

/* "s390x   7   0   2   0   12.30 s", and behind it why it was skipped. */
static void print_row(struct terminal *t, const struct arch_view *arch)
{
	size_t skipped = arch->verdicts[VERDICT_SKIP] +
			 (size_t)json_integer_value(json_object_get(arch->skip, "tests"));
	struct strbuf time = { 0 };

	if (!arch->skip)
		describe_duration(&time, arch->wall_ms);
	else
		strbuf_adds(&time, "-");
	terminal_line(t, 0, "%-10s%8zu%8zu%8zu%9zu%12s%s%s", arch->name,
		      arch->verdicts[VERDICT_PASS], failed(arch), arch->verdicts[VERDICT_XFAIL],
		      skipped, time.data, arch->skip ? "  " : "",
		      member_text(arch->skip, "reason"));
	strbuf_free(&time);
}

void terminal_arch_table(struct terminal *t)
{
	if (t->run.n_archs < 2)
		return;
	terminal_line(t, 0, "%-10s%8s%8s%8s%9s%12s", "", "passed", "failed", "known", "skipped",
		      "time");
	for (size_t i = 0; i < t->run.n_archs; i++)
		print_row(t, &t->run.archs[i]);
	terminal_line(t, 0, "%s", "");
}
