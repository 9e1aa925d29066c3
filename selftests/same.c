/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compares two saved event streams, QEMU's and the small VMM's, case by case: prints "ok" for the same verdict and for a
 * difference that the table (selftests/same.txt) states, "not ok" for any other, "skip" for rows that nothing needed.
 *
 * usage: same TABLE QEMU-STREAM VMM-STREAM; same --started STREAM: the tests that were started
 */
#include <fnmatch.h>
#include <jansson.h>
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct row {
	char name[128], qemu[16], vmm[16], pattern[128], why[256];
	bool used;
};

struct stream {
	json_t *names;		/* job id -> "arch:test" of what was started */
	json_t *tests;		/* "arch:test" -> its test-end */
	json_t *cases;		/* "arch:test/case" -> its case-end */
};

static struct row rows[128];
static size_t n_rows;
static bool good = true;

static void die(const char *what, const char *where)
{
	fprintf(stderr, "same: %s: %s\n", where, what);
	exit(2);
}

static FILE *open_file(const char *path)
{
	FILE *f = fopen(path, "r");

	if (!f)
		die("can't be read", path);
	return f;
}

static void read_table(const char *path)
{
	FILE *f = open_file(path);
	char line[640];

	while (fgets(line, sizeof(line), f)) {
		struct row *r = &rows[n_rows];

		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (n_rows == sizeof(rows) / sizeof(rows[0]) ||
		    sscanf(line, "%127s %15s %15s '%127[^']' %255[^\n]", r->name, r->qemu, r->vmm, r->pattern, r->why) != 5)
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

static void take(struct stream *s, json_t *event)
{
	const char *kind = get(event, "event"), *test;
	char id[32], name[512];

	snprintf(id, sizeof(id), "%lld", (long long)json_integer_value(json_object_get(event, "id")));
	snprintf(name, sizeof(name), "%s:%s", get(event, "arch"), get(event, "test"));
	if (!strcmp(kind, "test-start")) {
		json_object_set_new(s->names, id, json_string(name));
	} else if (!strcmp(kind, "test-end")) {
		json_object_set(s->tests, name, event);
	} else if (!strcmp(kind, "case-end")) {
		test = json_string_value(json_object_get(s->names, id));
		snprintf(name, sizeof(name), "%s/%s", test ? test : "?", get(event, "case"));
		json_object_set(s->cases, name, event);
	}
}

static struct stream read_stream(const char *path)
{
	struct stream s = { json_object(), json_object(), json_object() };
	FILE *f = open_file(path);
	char *line = NULL;
	size_t cap = 0;

	while (getline(&line, &cap, f) > 0) {
		json_error_t error;
		json_t *event = json_loads(line, 0, &error);

		if (!event)
			die(error.text, path);
		take(&s, event);
		json_decref(event);
	}
	free(line);
	fclose(f);
	if (!json_object_size(s.tests))
		die("no test ended", path);
	return s;
}

static bool was_started(const struct stream *s, const char *test)
{
	const char *id;
	json_t *name;

	json_object_foreach(s->names, id, name)
		if (!strcmp(json_string_value(name), test))
			return true;
	return false;
}

static bool matches(const char *pattern, const char *text)
{
	regex_t re;
	bool found;

	if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB))
		die("bad regular expression", pattern);
	found = regexec(&re, text, 0, NULL, 0) == 0;
	regfree(&re);
	return found;
}

/* The row that states the difference. The pattern is for the reason of the one that did not simply pass. */
static struct row *find(const char *name, const char *qemu, const char *vmm, const char *reason)
{
	for (size_t i = 0; i < n_rows; i++) {
		struct row *r = &rows[i];

		if (!fnmatch(r->name, name, 0) && !fnmatch(r->qemu, qemu, 0) && !fnmatch(r->vmm, vmm, 0) &&
		    matches(r->pattern, reason))
			return r;
	}
	return NULL;
}

static void compare(const char *name, const json_t *q, const json_t *v)
{
	const char *qemu = q ? get(q, "verdict") : "absent", *vmm = v ? get(v, "verdict") : "absent";
	const char *reason = get(v, "reason")[0] ? get(v, "reason") : get(q, "reason");
	struct row *r;

	if (!strcmp(qemu, vmm)) {
		printf("ok %s: %s\n", name, vmm);
		return;
	}
	r = find(name, qemu, vmm, reason);
	if (r) {
		r->used = true;
		printf("ok %s: %s, not %s: %s\n", name, vmm, qemu, r->why);
	} else {
		good = false;
		printf("not ok %s: %s under QEMU, %s under the small VMM: %s\n", name, qemu, vmm, reason);
	}
}

/* A test as a whole: what has cases is judged by them. */
static void compare_test(const char *name, struct stream *q, struct stream *v)
{
	json_t *end = json_object_get(v->tests, name), *event;
	size_t length = strlen(name);
	const char *key;
	bool cases = false;

	if (!was_started(v, name)) {
		compare(name, NULL, end);
		return;
	}
	json_object_foreach(v->cases, key, event) {
		if (strncmp(key, name, length) || key[length] != '/')
			continue;
		compare(key, json_object_get(q->cases, key), event);
		cases = true;
	}
	json_object_foreach(q->cases, key, event)
		if (!strncmp(key, name, length) && key[length] == '/' && !json_object_get(v->cases, key))
			compare(key, event, NULL);
	if (!cases)
		compare(name, json_object_get(q->tests, name), end);
}

int main(int argc, char **argv)
{
	struct stream q, v;
	const char *key;
	json_t *value;

	if (argc == 3 && !strcmp(argv[1], "--started")) {
		v = read_stream(argv[2]);
		json_object_foreach(v.names, key, value)
			puts(json_string_value(value));
		return 0;
	}
	if (argc != 4)
		die("usage: same TABLE QEMU-STREAM VMM-STREAM", "arguments");
	read_table(argv[1]);
	q = read_stream(argv[2]);
	v = read_stream(argv[3]);
	json_object_foreach(v.tests, key, value)
		compare_test(key, &q, &v);
	json_object_foreach(q.tests, key, value)
		if (!json_object_get(v.tests, key))
			compare(key, value, NULL);
	for (size_t i = 0; i < n_rows; i++)
		if (!rows[i].used)
			printf("skip %s, %s, %s # the difference does not show on this host\n", rows[i].name, rows[i].qemu,
			       rows[i].vmm);
	return good ? 0 : 1;
}
