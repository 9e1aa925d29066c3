/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Formats a saved event stream with the runner's own reader and formatters and nothing else of the runner:
 * format FORMAT[-v] FILE [JSONFILE]. Ends with the status that `vmunit report` would end with.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "options.h"
#include "report.h"

static const struct format *const formats[] = { &format_terminal, &format_tap13, &format_json };

/* "tap13-v": the format, and whether it is to be verbose. */
static const struct format *find_format(const char *word, bool *verbose)
{
	size_t len = strcspn(word, "-");

	*verbose = strcmp(word + len, "-v") == 0;
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (strncmp(formats[i]->name, word, len) == 0 && !formats[i]->name[len])
			return formats[i];
	return NULL;
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	const struct format *format = argc > 1 ? find_format(argv[1], &options.verbose) : NULL;
	FILE *json;

	if (!format || argc < 3 || argc > 4) {
		fprintf(stderr, "usage: format terminal|tap13|json[-v] FILE [JSONFILE]\n");
		return EXIT_USAGE;
	}
	signal(SIGPIPE, SIG_IGN);
	options.json = argv[3];
	json = argv[3] ? fopen(argv[3], "w") : NULL;
	if (json)
		event_add_format(&format_json, json, &options);
	return (int)report_file(argv[2], format, stdout, &options);
}
