/* SPDX-License-Identifier: BSD-2-Clause */
/* The string functions of string.h. memcpy() and its like have files of their own. */
#include "ctype.h"
#include "string.h"
#include "word.h"

size_t strlen(const char *s)
{
	const char *end = s;

	for (; *end; opaque(end))
		end++;
	return end - s;
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}

char *strcpy(char *restrict dest, const char *restrict src)
{
	memcpy(dest, src, strlen(src) + 1);
	return dest;
}

char *strncpy(char *restrict dest, const char *restrict src, size_t n)
{
	size_t len = strnlen(src, n);

	memcpy(dest, src, len);
	memset(dest + len, 0, n - len);
	return dest;
}

char *strcat(char *restrict dest, const char *restrict src)
{
	strcpy(dest + strlen(dest), src);
	return dest;
}

char *strncat(char *restrict dest, const char *restrict src, size_t n)
{
	char *end = dest + strlen(dest);
	size_t len = strnlen(src, n);

	memcpy(end, src, len);
	end[len] = '\0';
	return dest;
}

int strcmp(const char *a, const char *b)
{
	for (; *a && *a == *b; a++)
		b++;
	return (unsigned char)*a - (unsigned char)*b;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n && *a && *a == *b; n--, a++)
		b++;
	return n ? (unsigned char)*a - (unsigned char)*b : 0;
}

int strcasecmp(const char *a, const char *b)
{
	return strncasecmp(a, b, (size_t)-1);
}

int strncasecmp(const char *a, const char *b, size_t n)
{
	for (; n && *a && tolower((unsigned char)*a) == tolower((unsigned char)*b); n--, a++)
		b++;
	return n ? tolower((unsigned char)*a) - tolower((unsigned char)*b) : 0;
}
