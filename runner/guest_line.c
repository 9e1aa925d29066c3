/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's command line of a job (docs/protocol.md, "Command line"), the same for every VMM. */
#include <stdlib.h>
#include <string.h>
#include "guest_args.h"
#include "guest_line.h"

/*
 * The last value of the option (without its dashes, two spellings) in words; NULL if it is not
 * there.
 */
const char *guest_line_value(const struct strvec *words, const char *option, const char *other)
{
	const char *value = NULL;

	for (size_t i = 0; i + 1 < words->n; i++) {
		const char *name = words->v[i];

		if (name[0] != '-')
			continue;
		name += name[1] == '-' ? 2 : 1;
		if (strcmp(name, option) == 0 || (other && strcmp(name, other) == 0))
			value = words->v[i + 1];
	}
	return value;
}

/*
 * The words for the library come first. An -append among the extra words replaces the arguments.
 * NULL: no line.
 */
char *guest_line(const struct job *job, const char *token)
{
	const char *append = guest_line_value(&job->extra, "append", NULL);
	struct strvec words = { 0 };
	struct strbuf cases = { 0 };
	char *line, *whole;

	if (token)
		strvec_pushf(&words, "vmunit.token=%s", token);
	for (size_t i = 0; i < job->cases.n; i++)
		strbuf_addf(&cases, "%s%s", i ? "," : "vmunit.case=", job->cases.v[i]);
	if (cases.len)
		strvec_push(&words, cases.data);
	if (job->from)
		strvec_pushf(&words, "vmunit.from=%s", job->from);
	if (!append)
		strvec_push_words(&words, &job->args);
	line = words.n ? guest_args_join(&words) : NULL;
	strbuf_free(&cases);
	strvec_free(&words);
	if (!append)
		return line;
	whole = xasprintf("%s%s%s", line ? line : "", line && *append ? " " : "", append);
	free(line);
	return whole;
}
