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

struct linebuf *record_begin(const char *kind)
{
	struct linebuf *r = linebuf_get();

	r->len = HEAD_LEN;
	r->limit = LINEBUF_MAX - TAIL_LEN;
	linebuf_add(r, "{\"k\":\"", 6);
	linebuf_string(r, kind);
	linebuf_add(r, "\"", 1);
	return r;
}

/* Writes ,"key": and the opening of the value, or nothing if that would leave no room for a value. */
static bool add_key(struct linebuf *r, const char *key, const char *open)
{
	size_t len = strlen(key);

	if (r->len + len + DECIMAL_MAX + 8 > r->limit) {
		r->cut = true;
		return false;
	}
	linebuf_add(r, ",\"", 2);
	linebuf_add(r, key, len);
	linebuf_add(r, "\":", 2);
	linebuf_string(r, open);
	return true;
}

static bool plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* Adds one byte as \u00XX, or nothing of it. */
static bool add_escape(struct linebuf *r, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";
	char escape[6] = { '\\', 'u', '0', '0', digits[c >> 4], digits[c & 15] };

	if (r->limit - r->len < sizeof(escape)) {
		r->cut = true;
		return false;
	}
	linebuf_add(r, escape, sizeof(escape));
	return true;
}

/* Adds text, escaped, as far as it fits. */
static void add_escaped(struct linebuf *r, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *start = text;

		while (text < end && plain(*text))
			text++;
		linebuf_add(r, start, text - start);
		if (text < end && !add_escape(r, *text++))
			return;
	}
}

static void close_string(struct linebuf *r)
{
	r->text[r->len++] = '"';	/* TAIL_LEN left room for it */
}

void record_string(struct linebuf *r, const char *key, const char *value)
{
	if (!add_key(r, key, "\""))
		return;
	add_escaped(r, value, strlen(value));
	close_string(r);
}

struct record_sink {
	struct sink sink;
	struct linebuf *record;
};

static void put_record(struct sink *sink, const char *text, size_t len)
{
	struct linebuf *r = container_of(sink, struct record_sink, sink)->record;

	if (!r->cut)
		add_escaped(r, text, len);
}

void record_message(struct linebuf *r, const char *key, const char *fmt, va_list va)
{
	struct record_sink s = { { put_record, 0 }, r };

	if (!add_key(r, key, "\""))
		return;
	prefix_put(&s.sink);
	format(&s.sink, fmt, va);
	close_string(r);
}

void record_number(struct linebuf *r, const char *key, u64 value)
{
	char digits[DECIMAL_MAX], *end = digits + sizeof(digits), *start;

	if (!add_key(r, key, ""))
		return;
	start = format_decimal(end, value);
	linebuf_add(r, start, end - start);
}

void record_addresses(struct linebuf *r, const char *key, const void *const *v, int n)
{
	if (!add_key(r, key, "["))
		return;
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

/* FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
static u32 fnv1a(const char *text, const char *end)
{
	u32 sum = 0x811c9dc5;

	while (text < end)
		sum = (sum ^ (u8)*text++) * 0x01000193;
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
	p = memcpy(p - TOKEN_LEN, token, TOKEN_LEN);
	p = memcpy(p - MAGIC_LEN, MAGIC, MAGIC_LEN);
	return p - buf;
}

void record_send(struct linebuf *r)
{
	const char *tail = r->cut ? TAIL : "}\n";

	r->limit = LINEBUF_MAX;
	linebuf_string(r, tail);
	linebuf_send_line(r, seal);
}
