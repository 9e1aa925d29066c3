/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cuts the text of a configuration file into sections and values: lines, comments, """ blocks. What
 * is in a value is left to cfg_words.c, what the keys mean to cfg_reader.c. Columns count
 * characters, not bytes.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "cfg_lexer.h"

bool cfg_error(struct cfg_lexer *lexer, const struct place *place, const char *format, ...)
{
	char what[1024];
	va_list args;

	if (lexer->error)
		return false;
	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	lexer->error = xasprintf("%s:%u:%u: %s", place->file, place->line, place->column, what);
	return false;
}

/* Bytes of the UTF-8 sequence (RFC 3629 section 4) at p, 0 if there is none. */
static size_t utf8_length(const unsigned char *p, size_t left)
{
	size_t n = *p < 0x80 ? 1 : *p < 0xc2 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 :
		   *p < 0xf5 ? 4 : 0;

	if (n > left)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	/* Overlong forms, surrogates, beyond U+10FFFF. */
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

static bool check_char(struct cfg_lexer *lexer, const struct place *at, const char *p,
		       const char *end, size_t *n)
{
	unsigned char c = (unsigned char)*p;

	*n = utf8_length((const unsigned char *)p, (size_t)(end - p));
	if (!*n)
		return cfg_error(lexer, at,
				 "byte 0x%02x is not UTF-8 text; is this a configuration file?", c);
	if (c == '\r' && p + 1 < end && p[1] == '\n')
		return true;
	if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7f)
		return cfg_error(lexer, at,
				 "control character 0x%02x; is this a configuration file?", c);
	return true;
}

/* So that everything behind this can rely on text of a sane shape. */
static bool check_text(struct cfg_lexer *lexer)
{
	struct place at = lexer->place;
	const char *line = lexer->p;
	size_t n;

	for (const char *p = lexer->p; p < lexer->end; p += n) {
		if (!check_char(lexer, &at, p, lexer->end, &n))
			return false;
		at.column++;
		if (*p == '\n') {
			at.line++;
			at.column = 1;
			line = p + 1;
		} else if (p - line >= CFG_MAX_LINE) {
			at.column = 1;
			return cfg_error(lexer, &at,
					 "line is longer than %d KiB; \"\"\" spreads a value over "
					 "several lines",
					 CFG_MAX_LINE >> 10);
		}
	}
	return true;
}

bool cfg_lexer_init(struct cfg_lexer *lexer, const char *path, const char *text, size_t len)
{
	*lexer = (struct cfg_lexer){ .p = text, .end = text + len, .place = { path, 1, 1 } };
	if (len > CFG_MAX_FILE)
		return cfg_error(lexer, &lexer->place, "file is larger than %d MiB",
				 CFG_MAX_FILE >> 20);
	if (len >= 3 &&
	    memcmp(text, "\xef\xbb\xbf", 3) == 0) /* a byte order mark, as some editors write */
		lexer->p += 3;
	return check_text(lexer);
}

void cfg_advance(struct cfg_lexer *lexer)
{
	bool more = lexer->end - lexer->p > 1 && ((unsigned char)lexer->p[1] & 0xc0) == 0x80;

	if (*lexer->p == '\n') {
		lexer->place.line++;
		lexer->place.column = 1;
	} else if (!more) {
		lexer->place.column++;
	}
	lexer->p++;
}

static bool at_blank(const struct cfg_lexer *lexer)
{
	return lexer->p < lexer->end &&
	       (*lexer->p == ' ' || *lexer->p == '\t' || *lexer->p == '\r');
}

static void skip_blanks(struct cfg_lexer *lexer)
{
	while (at_blank(lexer))
		cfg_advance(lexer);
}

static bool at_line_end(const struct cfg_lexer *lexer)
{
	return lexer->p == lexer->end || *lexer->p == '\n';
}

static void skip_line(struct cfg_lexer *lexer)
{
	while (!at_line_end(lexer))
		cfg_advance(lexer);
}

/* Behind a section header or a block nothing but blanks and a comment may stand. */
static bool expect_line_end(struct cfg_lexer *lexer, const char *behind)
{
	bool blank = at_blank(lexer);

	skip_blanks(lexer);
	if (blank && lexer->p < lexer->end && *lexer->p == '#')
		skip_line(lexer);
	if (!at_line_end(lexer))
		return cfg_error(lexer, &lexer->place,
				 "unexpected text behind %s; a comment begins with a blank and '#'",
				 behind);
	return true;
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("_-.+", c));
}

static void take_name(struct cfg_lexer *lexer, struct cfg_span *name)
{
	name->place = lexer->place;
	name->start = lexer->p;
	while (lexer->p < lexer->end && is_name_char(*lexer->p))
		cfg_advance(lexer);
	name->end = lexer->p;
}

static bool take_section(struct cfg_lexer *lexer, struct cfg_item *item)
{
	struct place open = lexer->place;

	item->kind = CFG_SECTION;
	cfg_advance(lexer);
	skip_blanks(lexer);
	take_name(lexer, &item->name);
	skip_blanks(lexer);
	if (at_line_end(lexer))
		return cfg_error(lexer, &open, "this '[' is not closed; write [name]");
	if (*lexer->p != ']')
		return cfg_error(lexer, &lexer->place,
				 "a name may not hold this character; letters, digits and _ - . + "
				 "are allowed");
	if (item->name.start == item->name.end)
		return cfg_error(lexer, &open, "the name is empty; write [name]");
	if (item->name.end - item->name.start > 128)
		return cfg_error(lexer, &item->name.place,
				 "the name is longer than 128 characters");
	cfg_advance(lexer);
	return expect_line_end(lexer, "the section's name");
}

static bool at_quotes(const struct cfg_lexer *lexer)
{
	return lexer->end - lexer->p >= 3 && memcmp(lexer->p, "\"\"\"", 3) == 0;
}

/*
 * """...""": the last three of a run of quotes close it, so that a quoted word may stand at its
 * end.
 */
static bool take_block(struct cfg_lexer *lexer, struct cfg_item *item)
{
	struct place open = lexer->place;

	item->block = true;
	for (int i = 0; i < 3; i++)
		cfg_advance(lexer);
	item->value.place = lexer->place;
	item->value.start = lexer->p;
	while (lexer->p < lexer->end && !at_quotes(lexer))
		cfg_advance(lexer);
	if (lexer->p == lexer->end)
		return cfg_error(lexer, &open, "this \"\"\" is not closed");
	while (lexer->end - lexer->p > 3 && lexer->p[3] == '"')
		cfg_advance(lexer);
	item->value.end = lexer->p;
	for (int i = 0; i < 3; i++)
		cfg_advance(lexer);
	return expect_line_end(lexer, "the closing \"\"\"");
}

static bool take_value(struct cfg_lexer *lexer, struct cfg_item *item)
{
	item->kind = CFG_VALUE;
	take_name(lexer, &item->name);
	if (item->name.start == item->name.end)
		return cfg_error(lexer, &lexer->place,
				 "expected [name], key = value or a comment (#)");
	skip_blanks(lexer);
	if (at_line_end(lexer) || *lexer->p != '=')
		return cfg_error(
			lexer, &lexer->place,
			"expected '=' behind '%.*s'; a value goes on over several lines only "
			"between \"\"\" and \"\"\"",
			(int)(item->name.end - item->name.start < 64
				      ? item->name.end - item->name.start
				      : 64),
			item->name.start);
	cfg_advance(lexer);
	skip_blanks(lexer);
	if (at_quotes(lexer))
		return take_block(lexer, item);
	item->value.place = lexer->place;
	item->value.start = lexer->p;
	skip_line(lexer);
	item->value.end = lexer->p;
	while (item->value.end > item->value.start && item->value.end[-1] == '\r')
		item->value.end--;
	return true;
}

bool cfg_next(struct cfg_lexer *lexer, struct cfg_item *item)
{
	memset(item, 0, sizeof(*item));
	for (;;) {
		skip_blanks(lexer);
		if (lexer->p == lexer->end)
			return true;	/* CFG_END */
		if (*lexer->p == '[')
			return take_section(lexer, item);
		if (*lexer->p == '#')
			skip_line(lexer);
		else if (*lexer->p != '\n')
			return take_value(lexer, item);
		if (lexer->p < lexer->end)
			cfg_advance(lexer);
	}
}
