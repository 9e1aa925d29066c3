/* SPDX-License-Identifier: BSD-2-Clause */
/* Escapes of text for UTF-8 (RFC 3629), terminals, TAP and YAML; the shell's is strbuf_add_quoted(); see escape.h. */
#include "escape.h"

#include <string.h>

/*
 * The character at p, of at most len bytes, and its length in bytes; -1 for a byte that begins none: RFC 3629
 * section 4, so no overlong forms, surrogates or values above U+10FFFF.
 */
static long utf8_decode(const unsigned char *p, size_t len, size_t *n)
{
	static const long least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	long c = p[0];

	*n = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
	if (*n == 1)
		return c;
	if (*n == 0 || *n > len)
		goto bad;
	c &= 0x7f >> *n;
	for (size_t i = 1; i < *n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			goto bad;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c >= least[*n] && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff))
		return c;
bad:
	*n = 1;
	return -1;
}

void escape_to_utf8(struct strbuf *b, const char *data, size_t len)
{
	const unsigned char *p = (const unsigned char *)data;
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		long c = utf8_decode(p + i, len - i, &n);

		if (c <= 0)
			strbuf_addf(b, "\\x%02x", p[i]);
		else
			strbuf_add(b, data + i, n);
	}
}

/* Would showing c do something other than show it? */
static bool is_control(long c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) ||
		c == 0x200e || c == 0x200f || c == 0x061c || c == 0xfeff ||	/* marks of direction, BOM */
		(c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);	/* separators, embeddings, isolates */
}

/* What C and YAML write as a backslash and a letter; 0: nothing. */
static char short_escape(long c)
{
	switch (c) {
	case '\t': return 't';
	case '\n': return 'n';
	case '\r': return 'r';
	default: return 0;
	}
}

/* The characters of special get a backslash; those of keep are as they are, although they are control characters. */
static void escape(struct strbuf *b, const char *text, const char *special, const char *keep)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t len = strlen(text), n;

	for (size_t i = 0; i < len; i += n) {
		long c = utf8_decode(p + i, len - i, &n);

		if (c < 0)
			strbuf_addf(b, "\\x%02x", p[i]);
		else if (c < 0x80 && strchr(special, (int)c))
			strbuf_addf(b, "\\%c", (int)c);
		else if (!is_control(c) || (c < 0x80 && strchr(keep, (int)c)))
			strbuf_add(b, text + i, n);
		else if (short_escape(c))
			strbuf_addf(b, "\\%c", short_escape(c));
		else
			strbuf_addf(b, c < 0x100 ? "\\x%02lx" : "\\u%04lx", c);
	}
}

void escape_line(struct strbuf *b, const char *text)
{
	escape(b, text, "", "\t");
}

void escape_tap(struct strbuf *b, const char *text)
{
	struct strbuf line = { 0 };

	escape(&line, text, "", "");
	if (line.data)
		escape(b, line.data, "#\\", "");
	strbuf_free(&line);
}

void escape_yaml(struct strbuf *b, const char *text)
{
	strbuf_add(b, "\"", 1);
	escape(b, text, "\"\\", "");
	strbuf_add(b, "\"", 1);
}
