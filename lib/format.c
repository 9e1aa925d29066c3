/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Formats as C11 7.21.6.1 says, integers and strings only: guest code has no floating point. What it does not know it
 * shows, and reads no further argument, since their sizes are no longer known.
 */
#include <stdbool.h>
#include "ctype.h"
#include "format.h"
#include "limits.h"
#include "string.h"

enum length { LEN_INT, LEN_HH, LEN_H, LEN_L, LEN_LL, LEN_J, LEN_Z, LEN_T };

struct spec {
	bool left, plus, blank, alternate, zero;
	int width;		/* 0: none */
	int precision;		/* -1: none */
	enum length length;
	char conversion;
};

static void put(struct sink *sink, const char *text, size_t len)
{
	if (len) {
		sink->put(sink, text, len);
		sink->total += len;
	}
}

static void pad(struct sink *sink, char c, int n)
{
	static const char blanks[] = "                ", zeros[] = "0000000000000000";
	const int chunk = sizeof(blanks) - 1;

	for (; n > 0; n -= chunk)
		put(sink, c == '0' ? zeros : blanks, n < chunk ? n : chunk);
}

/* Reads digits; INT_MAX + 1 and more make it -1. */
static int read_int(const char **p)
{
	int n = 0;

	for (; isdigit(**p); ++*p) {
		int digit = **p - '0';

		n = n < 0 || n > (INT_MAX - digit) / 10 ? -1 : n * 10 + digit;
	}
	return n;
}

static const char *read_flags(struct spec *spec, const char *p)
{
	for (;; p++) {
		switch (*p) {
		case '-': spec->left = true; break;
		case '+': spec->plus = true; break;
		case ' ': spec->blank = true; break;
		case '#': spec->alternate = true; break;
		case '0': spec->zero = true; break;
		default: return p;
		}
	}
}

static const char *read_length(struct spec *spec, const char *p)
{
	spec->length = LEN_INT;
	switch (*p) {
	case 'h':
		spec->length = p[1] == 'h' ? LEN_HH : LEN_H;
		break;
	case 'l':
		spec->length = p[1] == 'l' ? LEN_LL : LEN_L;
		break;
	case 'j': spec->length = LEN_J; break;
	case 'z': spec->length = LEN_Z; break;
	case 't': spec->length = LEN_T; break;
	default: return p;
	}
	return p + (spec->length == LEN_HH || spec->length == LEN_LL ? 2 : 1);
}

/* Says whether the conversion is one that we know, before an argument is read for it. */
static bool known(const struct spec *spec)
{
	switch (spec->conversion) {
	case 'd': case 'i': case 'u': case 'x': case 'X': case 'o':
		return true;
	case 'c': case 's': case 'p': case '%':
		return spec->length == LEN_INT;
	default:
		return false;
	}
}

/* A va_list that functions may share: where it is an array type, a parameter of it is a pointer. */
struct args {
	va_list va;
};

/* Parses what follows the '%' at p; returns what follows the conversion, or NULL if it is none of ours. */
static const char *read_spec(struct spec *spec, const char *p, struct args *args)
{
	*spec = (struct spec){ .precision = -1 };
	p = read_flags(spec, p);
	if (*p == '*') {
		spec->width = va_arg(args->va, int);
		p++;
		if (spec->width == INT_MIN)
			return NULL;
		if (spec->width < 0) {
			spec->left = true;
			spec->width = -spec->width;
		}
	} else {
		spec->width = read_int(&p);
		if (spec->width < 0)
			return NULL;
	}
	if (*p == '.') {
		p++;
		if (*p == '*') {
			spec->precision = va_arg(args->va, int);
			p++;
		} else {
			spec->precision = read_int(&p);
			if (spec->precision < 0)
				return NULL;
		}
	}
	p = read_length(spec, p);
	spec->conversion = *p;
	return known(spec) ? p + 1 : NULL;
}

static intmax_t signed_arg(enum length length, struct args *args)
{
	switch (length) {
	case LEN_HH: return (signed char)va_arg(args->va, int);
	case LEN_H: return (short)va_arg(args->va, int);
	case LEN_L: return va_arg(args->va, long);
	case LEN_LL: return va_arg(args->va, long long);
	case LEN_J: return va_arg(args->va, intmax_t);
	case LEN_Z:
	case LEN_T: return va_arg(args->va, ptrdiff_t);
	default: return va_arg(args->va, int);
	}
}

static uintmax_t unsigned_arg(enum length length, struct args *args)
{
	switch (length) {
	case LEN_HH: return (unsigned char)va_arg(args->va, unsigned int);
	case LEN_H: return (unsigned short)va_arg(args->va, unsigned int);
	case LEN_L: return va_arg(args->va, unsigned long);
	case LEN_LL: return va_arg(args->va, unsigned long long);
	case LEN_J: return va_arg(args->va, uintmax_t);
	case LEN_Z:
	case LEN_T: return va_arg(args->va, size_t);
	default: return va_arg(args->va, unsigned int);
	}
}

/* Digits with a power of two as the base, ending just before end. */
static char *digits_shift(char *end, uintmax_t value, unsigned int shift, bool upper)
{
	const char *set = upper ? "0123456789ABCDEF" : "0123456789abcdef";

	for (; value > UINT32_MAX; value >>= shift)
		*--end = set[(unsigned int)value & ((1U << shift) - 1)];
	for (uint32_t low = (uint32_t)value; low; low >>= shift)
		*--end = set[low & ((1U << shift) - 1)];
	return end;
}

/* prefix: the sign or 0x, always whole and before the zeros. */
static void put_number(struct sink *sink, const struct spec *spec, const char *prefix,
		       const char *digits, size_t n)
{
	size_t n_prefix = strlen(prefix);
	size_t zeros = spec->precision > (int)n ? spec->precision - n : 0;
	size_t len = n_prefix + zeros + n;
	int space = spec->width > 0 && (size_t)spec->width > len ? (int)(spec->width - len) : 0;

	if (!spec->left && spec->zero && spec->precision < 0) {
		zeros += space;
		space = 0;
	}
	if (!spec->left)
		pad(sink, ' ', space);
	put(sink, prefix, n_prefix);
	pad(sink, '0', (int)zeros);
	put(sink, digits, n);
	if (spec->left)
		pad(sink, ' ', space);
}

static void put_signed(struct sink *sink, const struct spec *spec, intmax_t value)
{
	char buf[DECIMAL_MAX], *end = buf + sizeof(buf), *start = end;
	const char *prefix = value < 0 ? "-" : spec->plus ? "+" : spec->blank ? " " : "";

	if (value || spec->precision != 0)
		start = format_decimal(end, value < 0 ? -(uintmax_t)value : (uintmax_t)value);
	put_number(sink, spec, prefix, start, end - start);
}

static void put_unsigned(struct sink *sink, const struct spec *spec, uintmax_t value)
{
	char buf[(sizeof(value) * CHAR_BIT + 2) / 3 + 1], *end = buf + sizeof(buf), *start = end;
	const char *prefix = "";

	if (spec->conversion == 'u') {
		if (value)
			start = format_decimal(end, value);
	} else if (spec->conversion == 'o') {
		start = digits_shift(end, value, 3, false);
		if (spec->alternate && (value || spec->precision == 0) && spec->precision <= end - start)
			*--start = '0';
	} else {
		start = digits_shift(end, value, 4, spec->conversion == 'X');
		if (spec->alternate && value)
			prefix = spec->conversion == 'X' ? "0X" : "0x";
	}
	if (start == end && spec->precision != 0)
		*--start = '0';
	put_number(sink, spec, prefix, start, end - start);
}

static void put_text(struct sink *sink, const struct spec *spec, const char *text, size_t len)
{
	int space = spec->width > 0 && (size_t)spec->width > len ? (int)(spec->width - len) : 0;

	if (!spec->left)
		pad(sink, ' ', space);
	put(sink, text, len);
	if (spec->left)
		pad(sink, ' ', space);
}

static void put_string(struct sink *sink, const struct spec *spec, const char *s)
{
	if (!s)
		s = "(null)";
	put_text(sink, spec, s,
		 spec->precision < 0 ? strlen(s) : strnlen(s, (size_t)spec->precision));
}

static void put_pointer(struct sink *sink, struct spec *spec, const void *p)
{
	char buf[sizeof(p) * 2], *end = buf + sizeof(buf), *start;

	start = digits_shift(end, (uintptr_t)p, 4, false);
	if (start == end)
		*--start = '0';
	put_number(sink, spec, "0x", start, end - start);
}

static void convert(struct sink *sink, struct spec *spec, struct args *args)
{
	char c;

	switch (spec->conversion) {
	case 'd':
	case 'i':
		put_signed(sink, spec, signed_arg(spec->length, args));
		break;
	case 's':
		put_string(sink, spec, va_arg(args->va, const char *));
		break;
	case 'c':
		c = (char)va_arg(args->va, int);
		put_text(sink, spec, &c, 1);
		break;
	case 'p':
		put_pointer(sink, spec, va_arg(args->va, const void *));
		break;
	case '%':
		put(sink, "%", 1);
		break;
	default:
		put_unsigned(sink, spec, unsigned_arg(spec->length, args));
	}
}

void format(struct sink *sink, const char *fmt, va_list va)
{
	struct args args;

	va_copy(args.va, va);
	while (*fmt) {
		const char *percent = strchrnul(fmt, '%'), *next;
		struct spec spec;

		put(sink, fmt, percent - fmt);
		if (!*percent)
			break;
		next = read_spec(&spec, percent + 1, &args);
		if (!next) {
			put(sink, percent, strlen(percent));
			break;
		}
		convert(sink, &spec, &args);
		fmt = next;
	}
	va_end(args.va);
}
