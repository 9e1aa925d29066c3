/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fills records from the sections of a configuration file by a table of keys; stops at the first
 * mistake.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "cfg_reader.h"
#include "expand.h"

enum { MAX_SECTIONS = 10000 };	/* bounds the memory that a file can cost */

struct reader {
	const struct cfg_schema *schema;
	struct cfg_lexer lexer;
	void *list, *record;
	struct place section;			/* of the record's name */
	struct place seen[CFG_MAX_KEYS];	/* line 0: not yet */
	struct place *names_at;			/* of all sections so far, for duplicates */
	char **names;
	size_t n_names, cap_names;
};

static void *member(struct reader *r, const struct cfg_key *key)
{
	return (char *)r->record + key->offset;
}

static bool unknown_key(struct reader *r, const struct cfg_item *item, const char *name)
{
	const char *names[2 * CFG_MAX_KEYS], *near;
	struct strbuf all = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < r->schema->n_keys; i++) {
		names[n++] = r->schema->keys[i].name;
		strbuf_addf(&all, "%s%s", i ? ", " : "", r->schema->keys[i].name);
		if (r->schema->keys[i].alias)
			names[n++] = r->schema->keys[i].alias;
	}
	near = nearest(name, names, n);
	if (near)
		cfg_error(&r->lexer, &item->name.place, "unknown key '%.64s'; did you mean '%s'?",
			  name, near);
	else
		cfg_error(&r->lexer, &item->name.place, "unknown key '%.64s'; there are %s", name,
			  all.data);
	strbuf_free(&all);
	return false;
}

static const struct cfg_key *find_key(struct reader *r, const char *name)
{
	for (size_t i = 0; i < r->schema->n_keys; i++) {
		const struct cfg_key *key = &r->schema->keys[i];

		if (strcmp(key->name, name) == 0 || (key->alias && strcmp(key->alias, name) == 0))
			return key;
	}
	return NULL;
}

/* Ends with the message of a check or of expand_*(), which it frees. */
static bool complain(struct reader *r, const struct place *at, char *what)
{
	cfg_error(&r->lexer, at, "%s", what);
	free(what);
	return false;
}

static bool check_word(struct reader *r, const struct cfg_key *key, const struct place *at,
		       const char *word)
{
	char *what = key->check ? key->check(word) : NULL;

	return !what || complain(r, at, what);
}

static bool set_word(struct reader *r, const struct cfg_key *key, const struct cfg_item *item)
{
	struct strvec words = { 0 };
	bool ok = cfg_words(&r->lexer, item, false, &words);

	if (ok && words.n > 1)
		ok = cfg_error(&r->lexer, &item->value.place, "'%s' takes one word, not %zu",
			       key->name, words.n);
	else if (ok && (!words.n || !words.v[0][0]))
		ok = cfg_error(&r->lexer, &item->value.place, "'%s' has no value", key->name);
	ok = ok && check_word(r, key, &item->value.place, words.v[0]);
	if (ok)
		*(char **)member(r, key) = xstrdup(words.v[0]);
	strvec_free(&words);
	return ok;
}

static bool set_flag(struct reader *r, const struct cfg_key *key, const struct cfg_item *item)
{
	struct strvec words = { 0 };
	bool ok = cfg_words(&r->lexer, item, false, &words);

	if (ok &&
	    (words.n != 1 || (strcmp(words.v[0], "yes") != 0 && strcmp(words.v[0], "no") != 0)))
		ok = cfg_error(&r->lexer, &item->value.place, "'%s' is yes or no", key->name);
	if (ok)
		*(bool *)member(r, key) = strcmp(words.v[0], "yes") == 0;
	strvec_free(&words);
	return ok;
}

/* "90", "90s", "2m" or an expression: leaves an expression in seconds. */
static void to_seconds(char **text)
{
	size_t len = strlen(*text);
	char unit = len ? (*text)[len - 1] : '\0', *minutes;

	if (len < 2 || (unit != 's' && unit != 'm') || !strchr("0123456789)}", (*text)[len - 2]))
		return;
	(*text)[len - 1] = '\0';
	if (unit == 's')
		return;
	minutes = xasprintf("(%s) * 60", *text);
	free(*text);
	*text = minutes;
}

static bool set_text(struct reader *r, const struct cfg_key *key, const struct cfg_item *item)
{
	struct place at;
	char *text = NULL, *what = NULL;
	bool ok, truth;
	long n;

	if (!cfg_text(&r->lexer, item, &text, &at))
		return false;
	ok = *text || cfg_error(&r->lexer, &at, "'%s' has no value", key->name);
	if (ok && key->type == CFG_TIME)
		to_seconds(&text);
	if (ok && (key->type == CFG_NUMBER || key->type == CFG_TIME) &&
	    !expand_number(NULL, text, &n, &what))
		ok = complain(r, &at, what);
	else if (ok && key->type == CFG_CONDITION && !expand_condition(NULL, text, &truth, &what))
		ok = complain(r, &at, what);
	ok = ok && check_word(r, key, &at, text);
	if (ok)
		*(char **)member(r, key) = text;
	else
		free(text);
	return ok;
}

/* Splits the words at commas, in which names may come too. */
static void split_commas(struct strvec *words)
{
	struct strvec names = { 0 };

	for (size_t i = 0; i < words->n; i++) {
		for (const char *p = words->v[i]; *p; p += strspn(p, ",")) {
			size_t len = strcspn(p, ",");

			if (len)
				strvec_pushf(&names, "%.*s", (int)len, p);
			p += len;
		}
	}
	strvec_free(words);
	*words = names;
}

static bool set_words(struct reader *r, const struct cfg_key *key, const struct cfg_item *item)
{
	struct strvec *words = member(r, key);
	char *what = NULL;

	if (!cfg_words(&r->lexer, item, key->type == CFG_EXPANDABLE, words))
		return false;
	if (key->type == CFG_NAMES)
		split_commas(words);
	if (key->type == CFG_EXPANDABLE && !expand_words(NULL, words, NULL, &what))
		return complain(r, &item->value.place, what);
	if (key->required && !words->n)
		return cfg_error(&r->lexer, &item->value.place, "'%s' has no value", key->name);
	for (size_t i = 0; i < words->n; i++)
		if (!check_word(r, key, &item->value.place, words->v[i]))
			return false;
	return true;
}

static bool set_value(struct reader *r, const struct cfg_key *key, const struct cfg_item *item)
{
	switch (key->type) {
	case CFG_WORD:
		return set_word(r, key, item);
	case CFG_FLAG:
		return set_flag(r, key, item);
	case CFG_TEXT:
	case CFG_NUMBER:
	case CFG_TIME:
	case CFG_CONDITION:
		return set_text(r, key, item);
	default:
		return set_words(r, key, item);
	}
}

static bool read_value(struct reader *r, const struct cfg_item *item)
{
	char *name = xstrndup(item->name.start, (size_t)(item->name.end - item->name.start));
	const struct cfg_key *key = find_key(r, name);
	size_t i = key ? (size_t)(key - r->schema->keys) : 0;
	bool ok = true;

	if (!r->record)
		ok = cfg_error(&r->lexer, &item->name.place,
			       "a key before the first section; write [name] above it");
	else if (!key)
		ok = unknown_key(r, item, name);
	else if (r->seen[i].line)
		ok = cfg_error(&r->lexer, &item->name.place,
			       "'%s'%s%s%s is given twice; first in line %u", name,
			       key->alias ? " (the same as '" : "",
			       !key->alias		      ? ""
			       : strcmp(name, key->name) == 0 ? key->alias
							      : key->name,
			       key->alias ? "')" : "", r->seen[i].line);
	if (ok) {
		r->seen[i] = item->value.place;
		if (r->schema->places != CFG_NO_PLACES)
			((struct place *)(void *)((char *)r->record + r->schema->places))[i] =
				item->value.place;
		ok = set_value(r, key, item);
	}
	free(name);
	return ok;
}

/* Behind the last line of a section. */
static bool finish_section(struct reader *r)
{
	char *what;

	if (!r->record)
		return true;
	for (size_t i = 0; i < r->schema->n_keys; i++)
		if (r->schema->keys[i].required && !r->seen[i].line)
			return cfg_error(&r->lexer, &r->section, "section [%s] has no '%s'",
					 r->names[r->n_names - 1], r->schema->keys[i].name);
	what = r->schema->finish ? r->schema->finish(r->record) : NULL;
	return !what || complain(r, &r->section, what);
}

static bool read_section(struct reader *r, const struct cfg_item *item)
{
	char *name;

	if (!finish_section(r))
		return false;
	if (r->n_names == MAX_SECTIONS)
		return cfg_error(&r->lexer, &item->name.place, "more than %d sections",
				 MAX_SECTIONS);
	name = xstrndup(item->name.start, (size_t)(item->name.end - item->name.start));
	r->record = r->schema->add(r->list, name, &item->name.place);
	r->section = item->name.place;
	memset(r->seen, 0, sizeof(r->seen));
	if (r->n_names == r->cap_names) {
		r->cap_names = r->cap_names ? 2 * r->cap_names : 64;
		r->names = xrealloc(r->names, r->cap_names * sizeof(*r->names));
		r->names_at = xrealloc(r->names_at, r->cap_names * sizeof(*r->names_at));
	}
	r->names[r->n_names] = name;
	r->names_at[r->n_names++] = item->name.place;
	return true;
}

struct named {
	const char *name;
	const struct place *place;
};

static int compare_named(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order
		     : (x->place->line > y->place->line) - (x->place->line < y->place->line);
}

/*
 * By sorting: ten thousand sections must not cost seconds. Reports the duplicate that comes first.
 */
static bool check_duplicates(struct reader *r)
{
	struct named *all = xcalloc(r->n_names, sizeof(*all)), *first = NULL, *second = NULL;

	for (size_t i = 0; i < r->n_names; i++)
		all[i] = (struct named){ r->names[i], &r->names_at[i] };
	qsort(all, r->n_names, sizeof(*all), compare_named);
	for (size_t i = 1; i < r->n_names; i++) {
		if (strcmp(all[i - 1].name, all[i].name) == 0 &&
		    (!second || all[i].place->line < second->place->line)) {
			first = &all[i - 1];
			second = &all[i];
		}
	}
	if (second)
		cfg_error(&r->lexer, second->place,
			  "there are two sections [%s]; the first is in line %u", second->name,
			  first->place->line);
	free(all);
	return !second;
}

bool cfg_parse(const struct cfg_schema *schema, void *list, const char *path, const char *text,
	       size_t len, char **error)
{
	struct reader r = { .schema = schema, .list = list };
	struct cfg_item item = { 0 };
	bool ok = cfg_lexer_init(&r.lexer, path, text, len);

	while (ok && (ok = cfg_next(&r.lexer, &item)) && item.kind != CFG_END)
		ok = item.kind == CFG_SECTION ? read_section(&r, &item) : read_value(&r, &item);
	ok = ok && finish_section(&r) && check_duplicates(&r);
	free(r.names);
	free(r.names_at);
	*error = r.lexer.error;
	return ok;
}

char *cfg_load(const char *path, size_t *len, char **error)
{
	char *text = try_read_file(path, CFG_MAX_FILE, len);

	*error = NULL;
	if (!text && errno == EFBIG)
		*error = xasprintf("%s: larger than %d MiB; is this a configuration file?", path,
				   CFG_MAX_FILE >> 20);
	else if (!text && errno != ENOENT)
		*error = xasprintf("%s: cannot be read: %s", path, strerror(errno));
	return text;
}

void cfg_free_record(const struct cfg_schema *schema, void *record)
{
	for (size_t i = 0; i < schema->n_keys; i++) {
		const struct cfg_key *key = &schema->keys[i];
		void *member = (char *)record + key->offset;

		switch (key->type) {
		case CFG_WORDS:
		case CFG_NAMES:
		case CFG_EXPANDABLE:
			strvec_free(member);
			break;
		case CFG_FLAG:
			break;
		default:
			free(*(char **)member);
		}
	}
}
