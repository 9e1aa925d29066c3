/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints an "ok", "not ok" or "skip" line for every case (or test without cases) of a saved event stream. */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *get(const json_t *event, const char *key)
{
	const char *s = json_string_value(json_object_get(event, key));

	return s ? s : "";
}

static void say(const char *name, const json_t *event)
{
	const char *verdict = get(event, "verdict");

	if (!strcmp(verdict, "pass"))
		printf("ok %s\n", name);
	else if (!strcmp(verdict, "xfail"))
		printf("ok %s: xfail\n", name);
	else if (!strcmp(verdict, "skip"))
		printf("skip %s # %s\n", name, get(event, "reason"));
	else
		printf("not ok %s: %s: %s\n", name, verdict, get(event, "reason"));
}

int main(int argc, char **argv)
{
	json_t *tests = json_object(), *had_cases = json_object();
	char *line = NULL, id[32], name[512];
	size_t cap = 0;
	FILE *f = argc == 2 ? fopen(argv[1], "r") : NULL;

	if (!f) {
		fprintf(stderr, "usage: count STREAM\n");
		return 2;
	}
	while (getline(&line, &cap, f) > 0) {
		json_t *event = json_loads(line, 0, NULL);
		const char *kind = get(event, "event");

		snprintf(id, sizeof(id), "%lld", (long long)json_integer_value(json_object_get(event, "id")));
		if (!strcmp(kind, "test-start")) {
			snprintf(name, sizeof(name), "%s:%s", get(event, "arch"), get(event, "test"));
			json_object_set_new(tests, id, json_string(name));
		} else if (!strcmp(kind, "case-end")) {
			snprintf(name, sizeof(name), "%s/%s", json_string_value(json_object_get(tests, id)),
				 get(event, "case"));
			say(name, event);
			json_object_set_new(had_cases, id, json_true());
		} else if (!strcmp(kind, "test-end")) {
			const char *verdict = get(event, "verdict");
			bool bad = strcmp(verdict, "pass") && strcmp(verdict, "skip") && strcmp(verdict, "xfail");

			snprintf(name, sizeof(name), "%s:%s", get(event, "arch"), get(event, "test"));
			if (bad || !json_object_get(had_cases, id))
				say(name, event);
		}
		json_decref(event);
	}
	free(line);
	fclose(f);
	json_decref(tests);
	json_decref(had_cases);
	return 0;
}
