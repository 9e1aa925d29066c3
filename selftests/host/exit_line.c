/* SPDX-License-Identifier: BSD-2-Clause */
/* The status line of a guest without an exit device, whole and in pieces, and lines that only look like it. */
#include "check.h"
#include "exit_line.h"

/* -1: none was found. */
static int status_in(const char *text, size_t piece)
{
	struct exit_line e = { .len = 0 };
	size_t len = strlen(text);

	for (size_t at = 0; at < len; at += piece)
		exit_line_add(&e, text + at, piece < len - at ? piece : len - at);
	return e.said ? e.status : -1;
}

static void test_lines(void)
{
	static const struct {
		const char *text;
		int status;
	} rows[] = {
		{ "EXIT: STATUS=1\n", 0 },
		{ "noise\nEXIT: STATUS=155\r\n", 77 },
		{ "EXIT: STATUS=255\nbehind it", 127 },
		{ "EXIT: STATUS=3\nEXIT: STATUS=1\n", 0 },
		{ "EXIT: STATUS=3", -1 },
		{ " EXIT: STATUS=3\n", -1 },
		{ "EXIT: STATUS=2\n", -1 },
		{ "EXIT: STATUS=257\n", -1 },
		{ "EXIT: STATUS=\n", -1 },
		{ "EXIT: STATUS=1x\n", -1 },
		{ "EXIT: STATUS=00000000000000000000000000000001\n", -1 },
		{ "\n\n\n", -1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t piece = 1; piece < 20; piece += 3)
			CHECK_NUMBER(status_in(rows[i].text, piece), rows[i].status);
}

int main(void)
{
	RUN(test_lines);
	return check_status();
}
