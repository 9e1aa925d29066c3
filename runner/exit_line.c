/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds "EXIT: STATUS=n", n the status as an exit device would make it: see exit_line.h. */
#include <stdlib.h>
#include <string.h>
#include "exit_line.h"

static void end_of_line(struct exit_line *e)
{
	static const char head[] = "EXIT: STATUS=";
	const size_t head_len = sizeof(head) - 1;
	char *end;
	long n;

	if (e->len && e->len < sizeof(e->line) && e->line[e->len - 1] == '\r')
		e->len--;
	if (e->len > head_len && e->len < sizeof(e->line) && memcmp(e->line, head, head_len) == 0) {
		e->line[e->len] = '\0';
		n = strtol(e->line + head_len, &end, 10);
		if (!*end && n >= 0 && n <= 255 && (n & 1)) {
			e->said = true;
			e->status = (int)(n >> 1);
		}
	}
	e->len = 0;
}

void exit_line_add(struct exit_line *e, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\n') {
			end_of_line(e);
			continue;
		}
		if (e->len < sizeof(e->line))
			e->line[e->len] = text[i];
		if (e->len < sizeof(e->line))
			e->len++;
	}
}
