/* SPDX-License-Identifier: BSD-2-Clause */
/* Fills records from the sections of a configuration file by a table of keys. */
#ifndef CFG_READER_H
#define CFG_READER_H

#include "cfg_lexer.h"

enum cfg_type {
	CFG_WORD,		/* char *: one word */
	CFG_TEXT,		/* char *: all of it */
	CFG_NUMBER,		/* char *: an expression (expand_number()) */
	CFG_TIME,		/* char *: an expression in seconds; behind it "s", or "m" for minutes */
	CFG_CONDITION,		/* char *: a condition (expand_condition()) */
	CFG_WORDS,		/* struct strvec */
	CFG_NAMES,		/* struct strvec: words; a comma separates them too */
	CFG_EXPANDABLE,		/* struct strvec: words for expand_words() */
	CFG_FLAG,		/* bool: yes or no */
};

/* Judges a word of a value: NULL if it is right, else what is wrong (to be freed). */
typedef char *cfg_check(const char *word);

struct cfg_key {
	const char *name;
	const char *alias;	/* another spelling, or NULL */
	enum cfg_type type;
	size_t offset;		/* of the member in the record */
	bool required;
	cfg_check *check;	/* may be NULL */
};

enum { CFG_MAX_KEYS = 24, CFG_NO_PLACES = -1 };

struct cfg_schema {
	const struct cfg_key *keys;
	size_t n_keys;		/* at most CFG_MAX_KEYS */
	ptrdiff_t places;	/* offset of struct place [n_keys], where the values' places go, or CFG_NO_PLACES */
	/* The new record for a section, zeroed; it takes over name. Valid until the next call. */
	void *(*add)(void *list, char *name, const struct place *place);
	/* Looks at the whole record at last; NULL, or what is wrong. */
	char *(*finish)(void *record);
};

/* Reads all sections of the text into list; false with *error set to the first mistake (to be freed). */
bool cfg_parse(const struct cfg_schema *schema, void *list, const char *path, const char *text, size_t len, char **error);
/* Reads a file for cfg_parse(); the text, or NULL with *error set or, if there is no such file, NULL. */
char *cfg_load(const char *path, size_t *len, char **error);
/* Frees what cfg_parse() put into a record, but not its name. */
void cfg_free_record(const struct cfg_schema *schema, void *record);

#endif
