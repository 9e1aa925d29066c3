/* SPDX-License-Identifier: BSD-2-Clause */
/* The events' table, what it says about an event, and its order. selftests/golden/run compares it with docs/events.md. */
#include "event_schema.h"

#include <stddef.h>
#include <string.h>

#include "util.h"
#include "verdict.h"

enum type { STRING, COUNT, NUMBER, BOOLEAN, STRINGS, OBJECTS, COUNTS, VERDICT, ISSUE, ID };

struct member {
	const char *name;
	enum type type;
	bool required;
};

struct kind {
	const char *name;
	struct member members[16];	/* ends with a name NULL */
};

#define MUST(name, type) { name, type, true }
#define MAY(name, type) { name, type, false }

static const struct kind kinds[] = {
	{ "run-start", {
		MUST("version", COUNT), MAY("time", STRING), MAY("id", STRING), MAY("log_dir", STRING),
		MAY("tests", COUNT), MAY("jobs", COUNT), MAY("vmm", OBJECTS), MAY("again", STRINGS),
		MAY("again_extra", STRINGS) } },
	{ "arch-skip", { MUST("arch", STRING), MUST("reason", STRING), MAY("tests", COUNT) } },
	{ "test-start", {
		MUST("id", ID), MAY("arch", STRING), MUST("test", STRING), MAY("dir", STRING),
		MAY("vmm", STRING), MAY("vmm_version", STRING), MAY("accel", STRING), MAY("machine", STRING),
		MAY("command", STRINGS), MAY("log", STRING), MAY("cases", STRINGS) } },
	{ "text", { MUST("id", ID), MUST("text", STRING) } },
	{ "case-start", { MUST("id", ID), MUST("case", STRING) } },
	{ "check", {
		MUST("id", ID), MAY("case", STRING), MUST("verdict", VERDICT), MUST("name", STRING),
		MAY("file", STRING), MAY("line", COUNT), MAY("reason", STRING) } },
	{ "info", { MUST("id", ID), MUST("text", STRING) } },
	{ "abort", { MUST("id", ID), MUST("text", STRING) } },
	{ "metric", {
		MUST("id", ID), MAY("case", STRING), MUST("name", STRING), MUST("value", NUMBER),
		MAY("unit", STRING) } },
	{ "trace", { MUST("id", ID), MAY("cpu", COUNT), MUST("frames", OBJECTS) } },
	{ "case-end", {
		MUST("id", ID), MUST("case", STRING), MUST("verdict", VERDICT), MAY("reason", STRING),
		MAY("checks", COUNT), MAY("failed", COUNT), MAY("ns", COUNT), MAY("known_issue", ISSUE) } },
	{ "test-end", {
		MUST("id", ID), MAY("arch", STRING), MUST("test", STRING), MUST("verdict", VERDICT),
		MAY("reason", STRING), MAY("cases", COUNTS), MAY("checks", COUNTS), MAY("wall_ms", COUNT),
		MAY("cpu_ms", COUNT), MAY("status", NUMBER), MAY("known_issue", ISSUE), MAY("log", STRING),
		MAY("details", STRINGS) } },
	{ "run-end", {
		MAY("verdicts", COUNTS), MAY("cases", COUNTS), MAY("wall_ms", COUNT), MUST("exit", COUNT),
		MAY("unused_known_issues", OBJECTS), MAY("interrupted", BOOLEAN) } },
	{ "error", { MUST("text", STRING) } },
};

static const struct kind *find_kind(const json_t *event)
{
	const char *name = json_string_value(json_object_get(event, "event"));

	for (size_t i = 0; name && i < ARRAY_SIZE(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

static bool is_count(const json_t *value)
{
	return json_is_integer(value) && json_integer_value(value) >= 0;
}

static bool is_verdict(const json_t *value)
{
	enum verdict verdict;

	return json_is_string(value) && verdict_parse(json_string_value(value), &verdict);
}

static bool is_array_of(const json_t *value, json_type type)
{
	for (size_t i = 0; i < json_array_size(value); i++)
		if (json_typeof(json_array_get(value, i)) != type)
			return false;
	return json_is_array(value);
}

static bool is_counts(const json_t *value)
{
	const char *key;
	json_t *count;

	json_object_foreach((json_t *)value, key, count) {
		enum verdict verdict;

		if (!verdict_parse(key, &verdict) || !is_count(count) || json_integer_value(count) > UINT32_MAX)
			return false;
	}
	return json_is_object(value);
}

/* NULL if value is of the type, else what it should have been. */
static const char *mismatch(const json_t *value, enum type type)
{
	switch (type) {
	case STRING: return json_is_string(value) ? NULL : "a string";
	case COUNT: return is_count(value) ? NULL : "an integer from 0";
	case NUMBER: return json_is_number(value) ? NULL : "a number";
	case BOOLEAN: return json_is_boolean(value) ? NULL : "true or false";
	case STRINGS: return is_array_of(value, JSON_STRING) ? NULL : "an array of strings";
	case OBJECTS: return is_array_of(value, JSON_OBJECT) ? NULL : "an array of objects";
	case COUNTS: return is_counts(value) ? NULL : "an object of counts by verdict";
	case VERDICT: return is_verdict(value) ? NULL : "a verdict";
	case ISSUE: return json_is_object(value) ? NULL : "an object";
	case ID:
		return is_count(value) && json_integer_value(value) < EVENT_MAX_TESTS ? NULL :
			"an integer from 0 to 999999";
	}
	return NULL;
}

bool event_check(const json_t *event, char **error)
{
	const struct kind *kind = find_kind(event);

	if (!json_is_string(json_object_get(event, "event"))) {
		*error = xstrdup(json_is_object(event) ? "the object has no member \"event\"" : "not a JSON object");
		return false;
	}
	for (const struct member *m = kind ? kind->members : NULL; m && m->name; m++) {
		const json_t *value = json_object_get(event, m->name);
		const char *wanted = value ? mismatch(value, m->type) : NULL;

		if (!value && m->required)
			*error = xasprintf("event \"%s\" has no member \"%s\"", kind->name, m->name);
		else if (wanted)
			*error = xasprintf("event \"%s\": member \"%s\" is not %s", kind->name, m->name, wanted);
		else
			continue;
		return false;
	}
	return true;
}

json_t *event_in_order(const json_t *event)
{
	const struct kind *kind = find_kind(event);
	json_t *ordered = json_object(), *value;
	const char *key;

	json_object_set(ordered, "event", json_object_get(event, "event"));
	for (const struct member *m = kind ? kind->members : NULL; m && m->name; m++) {
		value = json_object_get(event, m->name);
		if (value)
			json_object_set(ordered, m->name, value);
	}
	json_object_foreach((json_t *)event, key, value)
		json_object_set(ordered, key, value);
	return ordered;
}
