/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes the directory of a run's logs. Two runs at once get two of them, and nothing of another
 * run is touched.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "run_dir.h"

static _Noreturn void cannot_make(const char *path)
{
	die(EXIT_ENVIRONMENT, "cannot make the log directory %s: %s; choose another with --log-dir",
	    path, strerror(errno));
}

/* Replaces the link in one step: somebody may be following it. Without it a run is as good. */
static void link_latest(const char *logs, const char *name)
{
	char *latest = xasprintf("%s/latest", logs),
	     *temporary = xasprintf("%s/.latest-%ld", logs, (long)getpid());

	unlink(temporary);
	if (symlink(name, temporary) == 0 && rename(temporary, latest) != 0)
		unlink(temporary);
	free(temporary);
	free(latest);
}

static char *make_dated(const char *logs)
{
	char stamp[32], *name, *path;
	time_t now = time(NULL);
	struct tm utc;

	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", gmtime_r(&now, &utc));
	name = xasprintf("%s-%ld", stamp, (long)getpid());
	path = xasprintf("%s/%s", logs, name);
	for (int n = 2; mkdir(path, 0777) != 0; n++) {
		if (errno != EEXIST || n > 1000)
			cannot_make(path);
		free(name);
		free(path);
		name = xasprintf("%s-%ld.%d", stamp, (long)getpid(), n);
		path = xasprintf("%s/%s", logs, name);
	}
	link_latest(logs, name);
	free(name);
	return path;
}

static bool is_below(const char *path, const char *directory)
{
	size_t len = strlen(directory);

	return strncmp(path, directory, len) == 0 && (path[len] == '/' || !path[len]);
}

char *run_dir_make(const struct options *options)
{
	char *logs, *path;

	if (options->log_dir) {
		if (!try_make_path(options->log_dir))
			cannot_make(options->log_dir);
		return xstrdup(options->log_dir);
	}
	if (options->state)
		logs = xasprintf("%s/logs", options->state);
	else if (strcmp(options->top, ".") == 0 && options->build[0] != '/')
		logs = xstrdup("logs");
	else
		logs = xasprintf("%s/logs", is_below(options->build, options->top) ?
						    options->top :
						    options->build);
	if (!try_make_path(logs))
		cannot_make(logs);
	path = make_dated(logs);
	free(logs);
	return path;
}
