/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of a configuration file, cut into sections and values, and values cut into words. Knows no key. */
#ifndef CFG_LEXER_H
#define CFG_LEXER_H

#include "config.h"

enum { CFG_MAX_FILE = 16 << 20, CFG_MAX_LINE = 64 << 10 };

/* A stretch of the text and where it begins. */
struct cfg_span {
	const char *start, *end;
	struct place place;
};

enum cfg_kind { CFG_END, CFG_SECTION, CFG_VALUE };

struct cfg_item {
	enum cfg_kind kind;
	struct cfg_span name;		/* of the section or key */
	struct cfg_span value;		/* all behind the '=' (comment included), or what is between """ and """ */
	bool block;			/* the latter */
};

struct cfg_lexer {
	const char *p, *end;
	struct place place;		/* of p */
	char *error;			/* the first mistake: "FILE:LINE:COLUMN: what; hint", or NULL */
};

/*
 * Starts with the whole text of a file called path, which both must outlive the lexer, and looks at every byte and
 * line of it: false with lexer->error set (to be freed) if this cannot be such a file.
 */
bool cfg_lexer_init(struct cfg_lexer *lexer, const char *path, const char *text, size_t len);
/* The next section or key; false with lexer->error set. */
bool cfg_next(struct cfg_lexer *lexer, struct cfg_item *item);
/* Steps over one byte, keeping count of the place. */
void cfg_advance(struct cfg_lexer *lexer);
/* Notes the first mistake, at place; always returns false. */
bool cfg_error(struct cfg_lexer *lexer, const struct place *place, const char *format, ...) PRINTF(3, 4);

/*
 * Cuts a value into words as a shell does: blanks separate, '' and "" quote, \ quotes one character, # behind a blank
 * begins a comment. "expandable" keeps what expand_words() is to replace: then '$' that stands for itself is "\$" and a
 * backslash "\\". False with lexer->error set for quotes that do not end, commands, and so on.
 */
bool cfg_words(struct cfg_lexer *lexer, const struct cfg_item *item, bool expandable, struct strvec *words);
/*
 * A value that is one text (a sentence, an expression): without its comment and the blanks around it, line ends made
 * blanks, and without quotes if one pair encloses it all. Sets *place to its first character.
 */
bool cfg_text(struct cfg_lexer *lexer, const struct cfg_item *item, char **text, struct place *place);

#endif
