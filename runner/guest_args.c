/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's command line, taken apart and put together as the guest library does it. */
#include <string.h>
#include "guest_args.h"

bool guest_args_split(const char *line, struct strvec *words)
{
	struct strbuf word = { 0 };
	bool quoted = false, in_word = false;

	for (const char *p = line; *p; p++) {
		if (*p == '"') {
			quoted = !quoted;
			in_word = true;
		} else if (!quoted && strchr(" \t\r\n", *p)) {
			if (in_word)
				strvec_push(words, word.data ? word.data : "");
			word.len = 0;
			if (word.data)
				word.data[0] = '\0';
			in_word = false;
		} else {
			strbuf_addc(&word, *p);
			in_word = true;
		}
	}
	if (in_word)
		strvec_push(words, word.data ? word.data : "");
	strbuf_free(&word);
	return !quoted;
}

char *guest_args_join(const struct strvec *words)
{
	struct strbuf line = { 0 };

	for (size_t i = 0; i < words->n; i++) {
		bool quote = !words->v[i][0] || words->v[i][strcspn(words->v[i], " \t\r\n")];

		strbuf_addf(&line, "%s%s%s%s", i ? " " : "", quote ? "\"" : "", words->v[i],
			    quote ? "\"" : "");
	}
	return strbuf_take(&line);
}
