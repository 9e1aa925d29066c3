/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records: docs/protocol.md, "A record". Built without vsnprintf(), since a machine that is emulated one instruction
 * at a time spends most of a short test here.
 */
#include "format.h"
#include "prefix.h"
#include "record.h"

#define TOKEN_LEN	16
#define SUM_LEN		8
#define MAGIC		"@vmunit1 "
#define MAGIC_LEN	(sizeof(MAGIC) - 1)
#define SEQ_LEN		10			/* digits of UINT32_MAX */
/* The JSON begins here; what precedes it is filled in from its end when the record is sealed. */
#define HEAD_LEN	(MAGIC_LEN + TOKEN_LEN + 1 + SUM_LEN + 1 + SEQ_LEN + 1)
/* Closes any record, and a string or an array that was cut. */
#define TAIL		",\"cut\":true}\n"
#define TAIL_LEN	(sizeof(TAIL) - 1 + 2)

static char token[TOKEN_LEN + 1];
static u32 next_seq;			/* under the console's lock */

bool record_enabled(void)
{
	return token[0];
}

void record_set_token(const char *text)
{
	if (strlen(text) != TOKEN_LEN || strspn(text, "0123456789abcdef") != TOKEN_LEN)
		report_abort("vmunit.token=%s is not %d lower-case hexadecimal digits", text, TOKEN_LEN);
	memcpy(token, text, TOKEN_LEN);
}

struct linebuf *__record_begin(const char *start, size_t len)
{
	struct linebuf *r = linebuf_get();

	r->len = HEAD_LEN;
	r->limit = LINEBUF_MAX - TAIL_LEN;
	linebuf_add(r, start, len);
	return r;
}

/* What goes into a JSON string as it is (RFC 8259, section 7), of printable ASCII. */
static const bool plain[256] = {
	[' ' ... '!'] = true, ['#' ... '['] = true, [']' ... '~'] = true,
};

/* Writes one byte as \u00XX. */
static char *escape(char *p, u8 c)
{
	static const char digits[] = "0123456789abcdef";

	__builtin_memcpy(p, "\\u00", 4);
	p[4] = digits[c >> 4];
	p[5] = digits[c & 15];
	return p + 6;
}

/* Adds the text up to end, or up to its terminator if end is NULL, as far as it fits: whole escapes only. */
static void add_escaped(struct linebuf *r, const char *text, const char *end)
{
	char *p = r->text + r->len, *limit = r->text + r->limit;

	while (!r->cut) {
		size_t room = limit - p;
		const char *stop = end && (size_t)(end - text) < room ? end : text + room;

		while (text < stop && plain[(u8)*text])
			*p++ = *text++;
		if (text == end || (!end && !*text))
			break;
		if (limit - p < 6)
			r->cut = true;
		else
			p = escape(p, *text++);
	}
	r->len = p - r->text;
}

static void close_string(struct linebuf *r)
{
	r->text[r->len++] = '"';	/* TAIL_LEN left room for it */
}

void __record_string(struct linebuf *r, const char *value)
{
	add_escaped(r, value, NULL);
	close_string(r);
}

struct record_sink {
	struct sink sink;
	struct linebuf *record;
};

static void put_record(struct sink *sink, const char *text, size_t len)
{
	add_escaped(container_of(sink, struct record_sink, sink)->record, text, text + len);
}

void __record_message(struct linebuf *r, const char *fmt, va_list va)
{
	struct record_sink s = { { put_record, 0 }, r };

	prefix_put(&s.sink);
	format(&s.sink, fmt, va);
	close_string(r);
}

void __record_number(struct linebuf *r, u64 value)
{
	char digits[DECIMAL_MAX], *end = digits + sizeof(digits), *start;

	start = format_decimal(end, value);
	linebuf_add(r, start, end - start);
}

void __record_addresses(struct linebuf *r, const void *const *v, int n)
{
	for (int i = 0; i < n && !r->cut; i++) {
		char text[32];
		int len = snprintf(text, sizeof(text), "%s\"%p\"", i ? "," : "", v[i]);

		if ((size_t)len > r->limit - r->len)
			r->cut = true;
		else
			linebuf_add(r, text, len);
	}
	r->text[r->len++] = ']';
}

static inline u32 fnv1a_step(u32 sum, char c)
{
	return (sum ^ (u8)c) * 0x01000193;
}

/* FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
static u32 fnv1a(const char *text, const char *end)
{
	u32 sum = 0x811c9dc5;

	for (; end - text >= 4; text += 4) {
		sum = fnv1a_step(sum, text[0]);
		sum = fnv1a_step(sum, text[1]);
		sum = fnv1a_step(sum, text[2]);
		sum = fnv1a_step(sum, text[3]);
	}
	while (text < end)
		sum = fnv1a_step(sum, *text++);
	return sum;
}

/* Fills in the head, from its end; the sum covers SEQ, a blank and the JSON. */
static size_t seal(char *buf, size_t len)
{
	char *p = buf + HEAD_LEN, *seq;
	u32 sum;

	*--p = ' ';
	seq = format_decimal(p, next_seq++);
	sum = fnv1a(seq, buf + len - 1);
	p = seq;
	*--p = ' ';
	for (int i = 0; i < SUM_LEN; i++, sum >>= 4)
		*--p = "0123456789abcdef"[sum & 15];
	*--p = ' ';
	__builtin_memcpy(p - TOKEN_LEN, token, TOKEN_LEN);
	p -= TOKEN_LEN + MAGIC_LEN;
	__builtin_memcpy(p, MAGIC, MAGIC_LEN);
	return p - buf;
}

void record_send(struct linebuf *r)
{
	r->limit = LINEBUF_MAX;
	if (r->cut)
		linebuf_literal(r, TAIL);
	else
		linebuf_literal(r, "}\n");
	linebuf_send_line(r, seal);
}
