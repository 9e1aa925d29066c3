/* SPDX-License-Identifier: BSD-2-Clause */
/* Strings and arrays of strings that grow (util.h), and quoting for a POSIX shell. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "util.h"

static void reserve(struct strbuf *b, size_t more)
{
	size_t need = b->len + more + 1;

	if (need <= b->cap)
		return;
	if (need < 2 * b->cap)
		need = 2 * b->cap;
	b->data = xrealloc(b->data, need);
	b->cap = need;
}

void strbuf_add(struct strbuf *b, const void *data, size_t len)
{
	reserve(b, len);
	if (len)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void strbuf_addc(struct strbuf *b, char c)
{
	strbuf_add(b, &c, 1);
}

void strbuf_adds(struct strbuf *b, const char *s)
{
	strbuf_add(b, s, strlen(s));
}

void strbuf_addf(struct strbuf *b, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		die(EXIT_ENVIRONMENT, "cannot format \"%s\": %s", format, strerror(errno));
	reserve(b, (size_t)len);
	va_start(args, format);
	vsnprintf(b->data + b->len, (size_t)len + 1, format, args);
	va_end(args);
	b->len += (size_t)len;
}

char *strbuf_take(struct strbuf *b)
{
	char *s = b->data ? b->data : xstrdup("");

	memset(b, 0, sizeof(*b));
	return s;
}

void strbuf_free(struct strbuf *b)
{
	free(b->data);
	memset(b, 0, sizeof(*b));
}

static void push_owned(struct strvec *v, char *s)
{
	if (v->n + 2 > v->cap) {
		v->cap = v->cap ? 2 * v->cap : 8;
		v->v = xrealloc(v->v, v->cap * sizeof(*v->v));
	}
	v->v[v->n++] = s;
	v->v[v->n] = NULL;
}

void strvec_push(struct strvec *v, const char *s)
{
	push_owned(v, xstrdup(s));
}

void strvec_pushf(struct strvec *v, const char *format, ...)
{
	struct strbuf b = { 0 };
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		die(EXIT_ENVIRONMENT, "cannot format \"%s\": %s", format, strerror(errno));
	reserve(&b, (size_t)len);
	va_start(args, format);
	vsnprintf(b.data, (size_t)len + 1, format, args);
	va_end(args);
	push_owned(v, b.data);
}

void strvec_push_words(struct strvec *v, const struct strvec *words)
{
	for (size_t i = 0; i < words->n; i++)
		strvec_push(v, words->v[i]);
}

bool strvec_has(const struct strvec *v, const char *s)
{
	for (size_t i = 0; i < v->n; i++)
		if (strcmp(v->v[i], s) == 0)
			return true;
	return false;
}

void strvec_free(struct strvec *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->v[i]);
	free(v->v);
	memset(v, 0, sizeof(*v));
}

/*
 * Characters that mean nothing to a POSIX shell anywhere in a word (XCU 2.2; '=' and '~' only at
 * places we quote anyway).
 */
static bool is_plain(const char *word)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./:,@%=";

	return *word && word[strspn(word, plain)] == '\0';
}

void strbuf_add_quoted(struct strbuf *b, const char *word)
{
	if (is_plain(word)) {
		strbuf_adds(b, word);
		return;
	}
	strbuf_addc(b, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			strbuf_adds(b, "'\\''");
		else
			strbuf_addc(b, *word);
	}
	strbuf_addc(b, '\'');
}
