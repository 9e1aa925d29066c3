/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Formats a saved event stream with the runner's own reader and formatters and nothing else of the runner:
 * format FORMAT[-v] FILE. Ends with the status that `vmunit report` would end with.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "options.h"
#include "report.h"

static const struct format *const formats[] = { &format_terminal, &format_tap13, &format_json };

int main(int argc, char **argv)
{
	struct options options = { 0 };
	size_t len = argc == 3 ? strcspn(argv[1], "-") : 0;

	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; argc == 3 && i < ARRAY_SIZE(formats); i++) {
		if (strncmp(formats[i]->name, argv[1], len) != 0 || formats[i]->name[len])
			continue;
		options.verbose = strcmp(argv[1] + len, "-v") == 0;
		return (int)report_file(argv[2], formats[i], stdout, &options);
	}
	fprintf(stderr, "usage: format terminal|tap13|json[-v] FILE\n");
	return EXIT_USAGE;
}
