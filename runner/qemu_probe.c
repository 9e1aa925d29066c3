/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asks a QEMU binary over QMP what it offers (QEMU docs/interop/qmp-ref: query-target,
 * query-machines, query-cpu-definitions, qom-list-types; device-list-properties when an entry wants to know), and
 * keeps the answers in BUILD/cache/ (STATE/cache/) until the binary changes.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "options.h"
#include "process.h"
#include "qemu.h"
#include "qmp.h"

#define SCHEMA		1	/* of the cache: to be raised when facts change their form */
#define PATIENCE_MS	20000	/* a machine without devices answers in 30 ms */
#define CACHE_MAX	(4u << 20)

struct question {
	const char *id, *command, *implements;	/* implements: of qom-list-types */
};

static const struct question questions[] = {
	{ "target", "query-target", NULL },
	{ "version", "query-version", NULL },
	{ "machines", "query-machines", NULL },
	{ "cpus", "query-cpu-definitions", NULL },
	{ "devices", "qom-list-types", "device" },
	{ "accels", "qom-list-types", "accel" },
};

/* A machine's alias is a name of it, too. An accelerator's type is "tcg-accel". */
static json_t *names_of(const char *id, const json_t *answer)
{
	json_t *names = json_array(), *entry;
	size_t i;

	json_array_foreach(answer, i, entry) {
		const char *name = json_string_value(json_object_get(entry, "name"));
		const char *alias = json_string_value(json_object_get(entry, "alias"));
		size_t len = name ? strlen(name) : 0;

		if (name && strcmp(id, "accels") == 0 && len > 6 &&
		    strcmp(name + len - 6, "-accel") == 0)
			json_array_append_new(names, json_stringn(name, len - 6));
		else if (name)
			json_array_append_new(names, json_string(name));
		if (alias)
			json_array_append_new(names, json_string(alias));
	}
	return names;
}

static json_t *version_of(const json_t *answer)
{
	int major, minor, micro;

	if (json_unpack((json_t *)answer, "{s:{s:i, s:i, s:i}}", "qemu", "major", &major, "minor",
			&minor, "micro", &micro) != 0)
		return json_string("unknown");
	return json_sprintf("%d.%d.%d", major, minor, micro);
}

static void take_answer(void *arg, json_t *message)
{
	const char *id = json_string_value(json_object_get(message, "id"));
	json_t *facts = arg, *answer = json_object_get(message, "return");

	if (!id)
		return;
	if (strcmp(id, "target") == 0)
		json_object_set(facts, id, json_object_get(answer, "arch"));
	else if (strcmp(id, "version") == 0)
		json_object_set_new(facts, id, version_of(answer));
	else
		json_object_set_new(facts, id, names_of(id, answer));
}

static bool complete(const json_t *facts)
{
	if (!json_is_string(json_object_get(facts, "target")) ||
	    !json_is_string(json_object_get(facts, "version")))
		return false;
	for (size_t i = 2; i < ARRAY_SIZE(questions); i++)
		if (!json_is_array(json_object_get(facts, questions[i].id)))
			return false;
	return true;
}

/* The properties of that device, or with NULL everything else. */
static void put_questions(struct qmp *qmp, const char *device)
{
	if (device)
		qmp_execute(qmp, "properties", "device-list-properties", json_pack("{s:s}", "typename", device));
	for (size_t i = 0; !device && i < ARRAY_SIZE(questions); i++) {
		const struct question *q = &questions[i];

		qmp_execute(qmp, q->id, q->command,
			    q->implements ? json_pack("{s:s}", "implements", q->implements) : NULL);
	}
	qmp_execute(qmp, NULL, "quit", NULL);
}

/*
 * Runs the dialogue to its end, kills the process, and returns what it wrote to stderr (a line of
 * it).
 */
static void converse(struct process *p, struct qmp *qmp, const char *device, json_t *facts, char *said, size_t size)
{
	uint64_t end = now_ms() + PATIENCE_MS, now;
	struct process_result result;
	ssize_t n;

	put_questions(qmp, device);
	while ((now = now_ms()) < end && qmp_poll_events(qmp)) {
		struct pollfd fd = { .fd = qmp->fd, .events = qmp_poll_events(qmp) };

		if (poll(&fd, 1, (int)(end - now)) > 0)
			qmp_io(qmp, take_answer, facts);
	}
	n = read(p->err, said, size - 1);
	said[n > 0 ? n : 0] = '\0';
	said[strcspn(said, "\n")] = '\0';
	process_kill(p);
	while (!process_reap(p, &result))
		poll(NULL, 0, 1);
	if (result.exec_errno)
		snprintf(said, size, "%s", strerror(result.exec_errno));
}

/*
 * A machine without anything; qtest stands in where a binary has no other accelerator that works
 * here.
 */
static json_t *ask(const char *binary, const char *device, char **error)
{
	struct strvec words = { 0 };
	json_t *facts = json_object();
	struct process p;
	struct qmp qmp;
	char said[512] = "";

	if (!process_prepare(&p, true))
		die(EXIT_ENVIRONMENT, "cannot create a socket pair: %s", strerror(errno));
	strvec_push(&words, binary);
	strvec_push(&words, "-nodefaults");
	strvec_push(&words, "-no-user-config");
	strvec_push(&words, "-display");
	strvec_push(&words, "none");
	strvec_push(&words, "-machine");
	strvec_push(&words, "none,accel=tcg:kvm:hvf:qtest");
	strvec_push(&words, "-chardev");
	strvec_pushf(&words, "socket,fd=%d,id=qmp", p.control_child);
	strvec_push(&words, "-mon");
	strvec_push(&words, "chardev=qmp,mode=control");
	qmp_open(&qmp, p.control);
	p.control = -1;
	if (!process_start(&p, PROCESS_APART, words.v))
		die(EXIT_ENVIRONMENT, "cannot start %s: %s", binary, strerror(errno));
	converse(&p, &qmp, device, facts, said, sizeof(said));
	process_close(&p);
	qmp_close(&qmp);
	strvec_free(&words);
	if (device ? json_is_array(json_object_get(facts, "properties")) : complete(facts))
		return facts;
	json_decref(facts);
	*error = xasprintf("%s does not answer as QEMU does%s%s", binary, *said ? ": " : "", said);
	return NULL;
}

/* ---- the cache ---- */

static char *cache_directory(const struct options *options)
{
	return xasprintf("%s/cache", options->state ? options->state : options->build);
}

/* Binaries of the same name in different places have different files. */
static char *cache_path(const char *binary, const struct options *options)
{
	const char *name = strrchr(binary, '/');
	char *directory = cache_directory(options), *path;
	uint32_t hash = 0x811c9dc5;

	for (const char *p = binary; *p; p++)
		hash = (hash ^ (unsigned char)*p) * 0x01000193;
	path = xasprintf("%s/%s-%08x.json", directory, name ? name + 1 : binary,
			 (unsigned int)hash);
	free(directory);
	return path;
}

/* The key that a cache entry must carry to be of this very binary. */
static json_t *key_of(const char *binary)
{
	struct stat st;

	if (stat(binary, &st) != 0)
		return NULL;
	return json_pack("{s:i, s:s, s:I, s:I}", "schema", SCHEMA, "binary", binary, "size",
			 (json_int_t)st.st_size, "mtime", (json_int_t)st.st_mtime);
}

static json_t *cache_read(const char *path, const json_t *key)
{
	size_t len;
	char *text = try_read_file(path, CACHE_MAX, &len);
	json_t *entry = text ? json_loadb(text, len, 0, NULL) : NULL;
	json_t *facts = json_object_get(entry, "facts");

	facts = json_equal(json_object_get(entry, "key"), key) && complete(facts) ?
			json_incref(facts) :
			NULL;
	json_decref(entry);
	free(text);
	return facts;
}

/* Written whole or not at all: another run may read it at the same moment. Failing is no harm. */
static void cache_write(const char *path, const json_t *key, const json_t *facts,
			const struct options *options)
{
	char *directory = cache_directory(options);
	char *temporary = xasprintf("%s.%ld", path, (long)getpid());
	json_t *entry = json_pack("{s:O, s:O}", "key", key, "facts", facts);

	try_make_path(directory);
	if (json_dump_file(entry, temporary, JSON_COMPACT) != 0 || rename(temporary, path) != 0)
		unlink(temporary);
	json_decref(entry);
	free(temporary);
	free(directory);
}

json_t *qemu_probe(const char *binary, const struct options *options, char **error)
{
	char *path = cache_path(binary, options);
	json_t *key = key_of(binary), *facts = key ? cache_read(path, key) : NULL;

	if (!facts) {
		facts = ask(binary, NULL, error);
		if (facts && key)
			cache_write(path, key, facts, options);
	}
	json_decref(key);
	free(path);
	return facts;
}

/* Kept in the same file, below "properties" by device. A device that cannot be asked (an abstract type) has none. */
json_t *qemu_properties(const char *binary, const char *device, const struct options *options)
{
	char *path = cache_path(binary, options), *error = NULL;
	json_t *key = key_of(binary), *facts = key ? cache_read(path, key) : NULL;
	json_t *all = json_object_get(facts, "properties"), *names = json_incref(json_object_get(all, device));

	if (!json_is_array(names)) {
		json_t *answer = ask(binary, device, &error);

		json_decref(names);
		names = json_incref(json_object_get(answer, "properties"));
		json_decref(answer);
		if (facts && !json_is_object(all)) {
			all = json_object();
			json_object_set_new(facts, "properties", all);
		}
		if (facts && names) {
			json_object_set(all, device, names);
			cache_write(path, key, facts, options);
		}
	}
	json_decref(facts);
	json_decref(key);
	free(error);
	free(path);
	return names;
}
