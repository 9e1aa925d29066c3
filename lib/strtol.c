/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers from strings, as C11 7.22.1.4 says, without errno: out of range is the end of the range. */
#include "ctype.h"
#include "libcflat.h"

struct number {
	unsigned long long value;	/* ULLONG_MAX if it does not fit */
	bool negative, overflow;
};

static int digit_value(char c)
{
	if (isdigit(c))
		return c - '0';
	return isalpha(c) ? tolower(c) - 'a' + 10 : INT_MAX;
}

/* 0x counts as a prefix only if a digit follows; without one the number is the 0. */
static const char *read_base(const char *p, int *base)
{
	bool hex = p[0] == '0' && (p[1] == 'x' || p[1] == 'X') && isxdigit(p[2]);

	if (hex && (*base == 0 || *base == 16)) {
		*base = 16;
		return p + 2;
	}
	if (*base == 0)
		*base = *p == '0' ? 8 : 10;
	return p;
}

static struct number read(const char *s, char **end, int base)
{
	struct number n = { 0 };
	const char *p = s, *digits;

	while (isspace(*p))
		p++;
	if (*p == '+' || *p == '-')
		n.negative = *p++ == '-';
	digits = p = read_base(p, &base);
	for (; base >= 2 && base <= 36 && digit_value(*p) < base; p++) {
		if (__builtin_mul_overflow(n.value, (unsigned int)base, &n.value) ||
		    __builtin_add_overflow(n.value, (unsigned int)digit_value(*p), &n.value))
			n.overflow = true;
	}
	if (n.overflow)
		n.value = ULLONG_MAX;
	if (end)
		*end = (char *)(p == digits ? s : p);
	return n;
}

static long long to_signed(struct number n, unsigned long long max)
{
	if (n.negative)
		return n.value > max ? -(long long)max - 1 : -(long long)n.value;
	return n.value > max ? (long long)max : (long long)n.value;
}

static unsigned long long to_unsigned(struct number n, unsigned long long max)
{
	if (n.overflow || n.value > max)
		return max;
	return n.negative ? -n.value : n.value;
}

long strtol(const char *restrict s, char **restrict end, int base)
{
	return (long)to_signed(read(s, end, base), LONG_MAX);
}

long long strtoll(const char *restrict s, char **restrict end, int base)
{
	return to_signed(read(s, end, base), LLONG_MAX);
}

unsigned long strtoul(const char *restrict s, char **restrict end, int base)
{
	return (unsigned long)to_unsigned(read(s, end, base), ULONG_MAX);
}

unsigned long long strtoull(const char *restrict s, char **restrict end, int base)
{
	return to_unsigned(read(s, end, base), ULLONG_MAX);
}

int atoi(const char *s)
{
	return (int)strtol(s, NULL, 10);
}

long atol(const char *s)
{
	return strtol(s, NULL, 10);
}
