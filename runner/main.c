/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmunit, the runner: options, then plan, run, formats; or a list, a saved stream, one image in the
 * foreground.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "event.h"
#include "known.h"
#include "list.h"
#include "plan.h"
#include "report.h"
#include "run.h"
#include "standalone.h"

/*
 * A descriptor below 3 that is closed would be taken by the next file that is opened, which would
 * then be written to by mistake. What is written to the placeholder, which is open for reading
 * only, fails as it should.
 */
static void keep_standard_descriptors(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", O_RDONLY) != fd)
			_exit(EXIT_ENVIRONMENT);
}

static const struct format *const formats[] = { &format_terminal, &format_tap13, &format_json };

static const struct format *format_by_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (strcmp(formats[i]->name, name) == 0)
			return formats[i];
	die(EXIT_USAGE, "unknown format '%.64s'", name);
}

/* known-issues.cfg of the tree, or the one beside the file that --config names. */
static char *known_path(const struct options *options)
{
	const char *slash = options->config ? strrchr(options->config, '/') : NULL;

	if (!options->config)
		return strcmp(options->top, ".") == 0 ? xstrdup("known-issues.cfg") :
		       xasprintf("%s/known-issues.cfg", options->top);
	return xasprintf("%.*sknown-issues.cfg", slash ? (int)(slash - options->config + 1) : 0,
			 options->config);
}

static FILE *open_json(const struct options *options)
{
	FILE *json = NULL;

	if (!options->json)
		return NULL;
	json = strcmp(options->json, "-") == 0 ? stdout : fopen(options->json, "w");
	if (!json)
		die(EXIT_ENVIRONMENT, "--json: %s cannot be written: %s", options->json,
		    strerror(errno));
	return json;
}

static enum exit_status run(const struct options *options)
{
	struct known_issues known = { 0 };
	char *path = known_path(options);
	enum exit_status status;
	struct plan plan;
	FILE *json;

	plan_make(&plan, options);
	known_read(&known, path);
	if (!plan.n && !plan_skips_archs(&plan))
		die(EXIT_NOTHING, "no test is selected; -l lists them");
	json = open_json(options);
	if (json != stdout)
		event_add_format(options->tap13 ? &format_tap13 : &format_terminal, stdout,
				 options);
	if (json)
		event_add_format(&format_json, json, options);
	status = run_jobs(&plan, options, &known);
	event_close();
	if (json && json != stdout && fclose(json) != 0 && !event_failed())
		die(EXIT_ENVIRONMENT, "--json: %s cannot be written: %s", options->json,
		    strerror(errno));
	known_free(&known);
	plan_free(&plan);
	free(path);
	return event_failed() ? EXIT_ENVIRONMENT : status;
}

static int act(const struct options *options)
{
	switch (options->action) {
	case ACTION_LIST:
		return list_tests(options);
	case ACTION_LIST_CASES:
		return list_cases(options);
	case ACTION_DRY_RUN:
		return list_commands(options);
	case ACTION_FOREGROUND:
		return run_foreground(options);
	case ACTION_REPORT:
		return report_file(options->report, format_by_name(options->format), stdout,
				   options);
	default:
		return options->standalone ? standalone_write(options) : run(options);
	}
}

int main(int argc, char **argv)
{
	struct options options;
	int status;

	keep_standard_descriptors();
	signal(SIGPIPE, SIG_IGN);
	options_parse(&options, argc, argv);
	status = act(&options);
	if ((fflush(stdout) != 0 || ferror(stdout)) && !event_failed()) {
		warn("cannot write to standard output: %s",
		     errno ? strerror(errno) : "an earlier write failed");
		status = EXIT_ENVIRONMENT;
	}
	options_free(&options);
	return status;
}
