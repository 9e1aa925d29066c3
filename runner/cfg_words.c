/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cuts a configuration value into words by the quoting rules of a shell (POSIX.1-2008 XCU 2.2),
 * without running anything: commands are refused. Variables are kept for expand.c, always as
 * ${NAME}; see cfg_lexer.h.
 */
#include <stdlib.h>
#include <string.h>
#include "cfg_lexer.h"

struct cutter {
	struct cfg_lexer *lexer;	/* takes the error */
	struct cfg_lexer at;		/* the cursor */
	const struct cfg_item *item;
	bool expandable, in_word;
	struct strbuf word;
	struct strvec *words;
};

static bool at_end(const struct cutter *c)
{
	return c->at.p == c->at.end;
}

static char peek(const struct cutter *c, ptrdiff_t ahead)
{
	return c->at.end - c->at.p > ahead ? c->at.p[ahead] : '\0';
}

/* Adds the character at the cursor as one that stands for itself. */
static void put_literal(struct cutter *c)
{
	char ch = *c->at.p;

	if (c->expandable && (ch == '$' || ch == '\\'))
		strbuf_addc(&c->word, '\\');
	if (ch != '\r')
		strbuf_addc(&c->word, ch == '\n' ? ' ' : ch);
	cfg_advance(&c->at);
}

static void end_word(struct cutter *c)
{
	if (!c->in_word)
		return;
	strbuf_add(&c->word, "", 0);
	strvec_push(c->words, c->word.data);
	c->word.len = 0;
	c->in_word = false;
}

static bool refuse_command(struct cutter *c)
{
	return cfg_error(c->lexer, &c->at.place,
			 "commands are not run here; variables ($MAX_SMP) and arithmetic "
			 "($((...))) are, and '' quotes");
}

/* $((...)), kept as it is up to the parenthesis that closes it. */
static bool cut_arithmetic(struct cutter *c)
{
	struct place open = c->at.place;
	int depth = 0;

	do {
		if (at_end(c))
			return cfg_error(c->lexer, &open, "this $(( is not closed");
		depth += (*c->at.p == '(') - (*c->at.p == ')');
		strbuf_addc(&c->word, *c->at.p == '\n' || *c->at.p == '\r' ? ' ' : *c->at.p);
		cfg_advance(&c->at);
	} while (depth || c->word.data[c->word.len - 1] != ')');
	return true;
}

static bool is_variable_char(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
	       ch == '_';
}

/* $NAME or ${NAME}; what is between the braces is for expand.c to judge. */
static bool cut_variable(struct cutter *c)
{
	struct place open = c->at.place;
	bool braces = peek(c, 1) == '{';

	cfg_advance(&c->at);
	if (braces)
		cfg_advance(&c->at);
	strbuf_adds(&c->word, "${");
	while (!at_end(c) && is_variable_char(*c->at.p)) {
		strbuf_addc(&c->word, *c->at.p);
		cfg_advance(&c->at);
	}
	if (braces) {
		if (peek(c, 0) != '}')
			return cfg_error(
				c->lexer, &open,
				"expected ${NAME}; nothing else is understood between the braces");
		cfg_advance(&c->at);
	}
	strbuf_addc(&c->word, '}');
	return true;
}

static bool cut_dollar(struct cutter *c)
{
	char next = peek(c, 1);

	if (next == '(' && peek(c, 2) != '(')
		return refuse_command(c);
	if (!c->expandable)
		return cfg_error(c->lexer, &c->at.place,
				 "variables and arithmetic have no meaning in this value; "
				 "\\$ is a dollar sign");
	if (next == '(')
		return cut_arithmetic(c);
	if (next == '{' || (is_variable_char(next) && !(next >= '0' && next <= '9')))
		return cut_variable(c);
	return cfg_error(c->lexer, &c->at.place,
			 "a '$' without a name behind it; \\$ is a dollar sign");
}

static bool cut_backslash(struct cutter *c, bool in_quotes)
{
	char next = peek(c, 1);

	if (c->at.end - c->at.p < 2)
		return cfg_error(c->lexer, &c->at.place,
				 "a backslash does not continue a line; \"\"\" spreads a value "
				 "over several lines");
	if (next == '\n' || (next == '\r' && peek(c, 2) == '\n')) {
		for (int i = next == '\n' ? 2 : 3; i; i--)
			cfg_advance(&c->at);
		return true;
	}
	if (in_quotes && !strchr("$`\"\\", next)) {
		put_literal(c);
		return true;
	}
	cfg_advance(&c->at);
	put_literal(c);
	return true;
}

static bool cut_quoted(struct cutter *c)
{
	struct place open = c->at.place;
	char quote = *c->at.p;

	cfg_advance(&c->at);
	while (!at_end(c) && *c->at.p != quote) {
		bool ok = true;

		if (quote == '"' && *c->at.p == '$')
			ok = cut_dollar(c);
		else if (quote == '"' && *c->at.p == '`')
			ok = refuse_command(c);
		else if (quote == '"' && *c->at.p == '\\')
			ok = cut_backslash(c, true);
		else
			put_literal(c);
		if (!ok)
			return false;
	}
	if (at_end(c))
		return cfg_error(c->lexer, &open,
				 "this %c is not closed; \\%c is the character itself", quote,
				 quote);
	cfg_advance(&c->at);
	return true;
}

static bool is_blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\r' || ch == '\n';
}

/* One step of cfg_words(): a blank, or a piece of a word. */
static bool cut_step(struct cutter *c)
{
	char ch = *c->at.p;

	if (is_blank(ch)) {
		end_word(c);
		cfg_advance(&c->at);
		return true;
	}
	/* A continued line neither begins nor ends a word. */
	if (!(ch == '\\' && (peek(c, 1) == '\n' || peek(c, 1) == '\r')))
		c->in_word = true;
	switch (ch) {
	case '\'':
	case '"':
		return cut_quoted(c);
	case '\\':
		return cut_backslash(c, false);
	case '`':
		return refuse_command(c);
	case '$':
		return cut_dollar(c);
	}
	put_literal(c);
	return true;
}

bool cfg_words(struct cfg_lexer *lexer, const struct cfg_item *item, bool expandable,
	       struct strvec *words)
{
	struct cutter c = {
		.lexer = lexer,
		.item = item,
		.expandable = expandable,
		.words = words,
		.at = { .p = item->value.start,
			.end = item->value.end,
			.place = item->value.place },
	};
	bool ok = true;

	while (ok && !at_end(&c)) {
		if (*c.at.p == '#' && !c.in_word) {
			if (item->block)
				ok = cfg_error(lexer, &c.at.place,
					       "no comments between \"\"\" and \"\"\"; "
					       "\\# is the character itself");
			break;
		}
		ok = cut_step(&c);
	}
	if (ok)
		end_word(&c);
	strbuf_free(&c.word);
	return ok;
}

/* Where a comment begins in a text, or its end. */
static const char *find_comment(const char *start, const char *end)
{
	for (const char *p = start; p < end; p++)
		if (*p == '#' && (p == start || is_blank(p[-1])))
			return p;
	return end;
}

/* If one pair of quotes, the first and the last character, encloses the text, takes it away. */
static bool strip_quotes(struct cfg_lexer *lexer, struct cutter *c, const char *line_end)
{
	char quote = *c->at.p;
	const char *close = memchr(c->at.p + 1, quote, (size_t)(line_end - c->at.p - 1));
	const char *p = close;

	if (!close)
		return cfg_error(lexer, &c->at.place, "this %c is not closed", quote);
	do
		p++;
	while (p < line_end && is_blank(*p));
	if (p < line_end && !(*p == '#' && is_blank(p[-1])))
		return true;	/* there is more behind it: the quotes belong to the text */
	cfg_advance(&c->at);
	c->at.end = close;
	return true;
}

/* As put_literal(), but a line end and the blanks around it are one blank. */
static void put_joined(struct cutter *c)
{
	const char *p = c->at.p;

	while (p < c->at.end && is_blank(*p) && *p != '\n')
		p++;
	if (p == c->at.end || *p != '\n') {
		put_literal(c);
		return;
	}
	strbuf_addc(&c->word, ' ');
	while (!at_end(c) && is_blank(*c->at.p))
		cfg_advance(&c->at);
}

bool cfg_text(struct cfg_lexer *lexer, const struct cfg_item *item, char **text,
	      struct place *place)
{
	struct cutter c = {
		.at = { .p = item->value.start,
			.end = item->value.end,
			.place = item->value.place },
	};

	while (!at_end(&c) && is_blank(*c.at.p))
		cfg_advance(&c.at);
	if (!item->block && !at_end(&c)) {
		c.at.end = find_comment(c.at.p, item->value.end);
		if ((*c.at.p == '"' || *c.at.p == '\'') &&
		    !strip_quotes(lexer, &c, item->value.end))
			return false;
	}
	while (c.at.end > c.at.p && is_blank(c.at.end[-1]))
		c.at.end--;
	*place = c.at.place;
	while (!at_end(&c))
		put_joined(&c);
	*text = strbuf_take(&c.word);
	return true;
}
