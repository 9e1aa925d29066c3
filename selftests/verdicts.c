/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compares a saved event stream with a table of expected verdicts (selftests/guests/expected.txt), for every
 * architecture in the stream, or those that the row's glob before a colon names: prints an "ok" or "not ok" line for each
 * row. Not part of the runner.
 *
 * usage: verdicts TABLE STREAM
 */
#include <fnmatch.h>
#include <jansson.h>
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct row {
	char name[128], verdict[32], pattern[256];
};

static struct row rows[512];
static size_t n_rows;
static json_t *results;		/* "arch:test" or "arch:test/case" -> its event */
static json_t *archs;		/* those that were seen */
static json_t *tests;		/* job id -> "arch:test" */

static void die(const char *what, const char *where)
{
	fprintf(stderr, "verdicts: %s: %s\n", where, what);
	exit(2);
}

static void read_table(const char *path)
{
	FILE *f = fopen(path, "r");
	char line[512];

	if (!f)
		die("can't be read", path);
	while (fgets(line, sizeof(line), f)) {
		struct row *r = &rows[n_rows];

		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (n_rows == sizeof(rows) / sizeof(rows[0]) ||
		    sscanf(line, "%127s %31s %255[^\n]", r->name, r->verdict, r->pattern) != 3)
			die(line, path);
		n_rows++;
	}
	fclose(f);
}

static const char *get(const json_t *event, const char *key)
{
	const char *s = json_string_value(json_object_get(event, key));

	return s ? s : "";
}

static void take(json_t *event)
{
	char id[32], name[512];

	snprintf(id, sizeof(id), "%lld", (long long)json_integer_value(json_object_get(event, "id")));
	if (!strcmp(get(event, "event"), "test-start")) {
		snprintf(name, sizeof(name), "%s:%s", get(event, "arch"), get(event, "test"));
		json_object_set_new(tests, id, json_string(name));
	} else if (!strcmp(get(event, "event"), "case-end")) {
		snprintf(name, sizeof(name), "%s/%s", json_string_value(json_object_get(tests, id)), get(event, "case"));
		json_object_set(results, name, event);
	} else if (!strcmp(get(event, "event"), "test-end")) {
		snprintf(name, sizeof(name), "%s:%s", get(event, "arch"), get(event, "test"));
		json_object_set(results, name, event);
		json_object_set_new(archs, get(event, "arch"), json_true());
	}
}

static bool matches(const char *pattern, const char *text)
{
	regex_t re;
	bool found;

	if (!strcmp(pattern, "-"))
		return true;
	if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB))
		die("bad regular expression", pattern);
	found = regexec(&re, text, 0, NULL, 0) == 0;
	regfree(&re);
	return found;
}

static bool check(const char *arch, const struct row *r)
{
	const char *colon = strchr(r->name, ':'), *test = colon ? colon + 1 : r->name;
	char name[512], globs[128];
	const json_t *event;

	snprintf(globs, sizeof(globs), "%.*s", colon ? (int)(colon - r->name) : 1, colon ? r->name : "*");
	if (fnmatch(globs, arch, 0) != 0)
		return true;
	snprintf(name, sizeof(name), "%.64s:%.127s", arch, test);
	event = json_object_get(results, name);
	if (event && !strcmp(get(event, "verdict"), r->verdict) && matches(r->pattern, get(event, "reason"))) {
		printf("ok %s: %s\n", name, r->verdict);
		return true;
	}
	printf("not ok %s: expected %s (%s), got %s (%s)\n", name, r->verdict, r->pattern,
	       event ? get(event, "verdict") : "nothing", event ? get(event, "reason") : "");
	return false;
}

int main(int argc, char **argv)
{
	char *line = NULL;
	size_t cap = 0;
	const char *arch;
	json_t *unused;
	bool good = true;
	FILE *f;

	if (argc != 3)
		die("usage: verdicts TABLE STREAM", "arguments");
	results = json_object();
	archs = json_object();
	tests = json_object();
	read_table(argv[1]);
	f = fopen(argv[2], "r");
	if (!f)
		die("can't be read", argv[2]);
	while (getline(&line, &cap, f) > 0) {
		json_error_t error;
		json_t *event = json_loads(line, 0, &error);

		if (!event)
			die(error.text, argv[2]);
		take(event);
		json_decref(event);
	}
	fclose(f);
	free(line);
	if (!json_object_size(archs))
		die("no test ended", argv[2]);
	json_object_foreach(archs, arch, unused)
		for (size_t i = 0; i < n_rows; i++)
			good &= check(arch, &rows[i]);
	json_decref(results);
	json_decref(archs);
	json_decref(tests);
	return good ? 0 : 1;
}
