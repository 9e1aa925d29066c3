/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's string functions beside the host's, over generated strings and all alignments. */
#include <strings.h>
#include "check.h"
#include "guest_lib/random.h"

#define ROUNDS	20000
#define ROOM	160

void *vm_memcpy(void *dest, const void *src, size_t n);
void *vm_memmove(void *dest, const void *src, size_t n);
void *vm_memset(void *s, int c, size_t n);
int vm_memcmp(const void *a, const void *b, size_t n);
void *vm_memchr(const void *s, int c, size_t n);
size_t vm_strlen(const char *s);
size_t vm_strnlen(const char *s, size_t max);
char *vm_strcpy(char *dest, const char *src);
char *vm_strncpy(char *dest, const char *src, size_t n);
char *vm_strcat(char *dest, const char *src);
char *vm_strncat(char *dest, const char *src, size_t n);
int vm_strcmp(const char *a, const char *b);
int vm_strncmp(const char *a, const char *b, size_t n);
int vm_strcasecmp(const char *a, const char *b);
int vm_strncasecmp(const char *a, const char *b, size_t n);
char *vm_strchr(const char *s, int c);
char *vm_strrchr(const char *s, int c);
char *vm_strchrnul(const char *s, int c);
char *vm_strstr(const char *haystack, const char *needle);
size_t vm_strspn(const char *s, const char *accept);
size_t vm_strcspn(const char *s, const char *reject);
char *vm_strpbrk(const char *s, const char *accept);

static char one[ROOM] __attribute__((aligned(16))), two[ROOM] __attribute__((aligned(16)));

static void fill(char *buf)
{
	for (int i = 0; i < ROOM; i++)
		buf[i] = (char)rnd();
}

static void both(void)
{
	fill(one);
	memcpy(two, one, ROOM);
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

static void test_copy(void)
{
	char src[ROOM];

	for (int i = 0; i < ROUNDS; i++) {
		unsigned int d = below(20), s = below(20), n = below(100);

		both();
		fill(src);
		CHECK(vm_memcpy(one + d, src + s, n) == one + d);
		memcpy(two + d, src + s, n);
		CHECK(memcmp(one, two, ROOM) == 0);
		both();
		CHECK(vm_memmove(one + d, one + s, n) == one + d);
		memmove(two + d, two + s, n);
		CHECK(memcmp(one, two, ROOM) == 0);
		CHECK(vm_memset(one + d, (int)(s * 0x1f7), n) == one + d);
		memset(two + d, (int)(s * 0x1f7), n);
		CHECK(memcmp(one, two, ROOM) == 0);
	}
}

static void test_compare(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		unsigned int a = below(20), b = below(2) ? a : below(20), n = below(100);

		both();
		memcpy(two + b, one + a, n);
		if (n && below(4))
			two[b + below(n)] ^= (char)(1 << below(8));
		CHECK_NUMBER(sign(vm_memcmp(one + a, two + b, n)), sign(memcmp(one + a, two + b, n)));
		CHECK(vm_memchr(one + a, (int)b * 37, n) == memchr(one + a, (int)b * 37, n));
	}
}

/* A short string over few letters, so that strings often match in part; at the end of its own memory. */
static char *text(unsigned int max)
{
	unsigned int n = below(max + 1);
	char *s = malloc(n + 1);

	for (unsigned int i = 0; i < n; i++)
		s[i] = "aAbB\xe4z"[below(6)];
	s[n] = '\0';
	return s;
}

static void compare_texts(const char *a, const char *b)
{
	size_t n = below(12);
	int c = "aAbB\xe4zX"[below(8)];

	CHECK(vm_strlen(a) == strlen(a));
	CHECK(vm_strnlen(a, n) == strnlen(a, n));
	CHECK_NUMBER(sign(vm_strcmp(a, b)), sign(strcmp(a, b)));
	CHECK_NUMBER(sign(vm_strncmp(a, b, n)), sign(strncmp(a, b, n)));
	CHECK_NUMBER(sign(vm_strcasecmp(a, b)), sign(strcasecmp(a, b)));
	CHECK_NUMBER(sign(vm_strncasecmp(a, b, n)), sign(strncasecmp(a, b, n)));
	CHECK(vm_strchr(a, c) == strchr(a, c));
	CHECK(vm_strrchr(a, c) == strrchr(a, c));
	CHECK(vm_strchrnul(a, c) == (strchr(a, c) ? strchr(a, c) : a + strlen(a)));
	CHECK(vm_strstr(a, b) == strstr(a, b));
	CHECK(vm_strspn(a, b) == strspn(a, b));
	CHECK(vm_strcspn(a, b) == strcspn(a, b));
	CHECK(vm_strpbrk(a, b) == strpbrk(a, b));
}

static void copy_texts(const char *a, const char *b)
{
	size_t n = below(12);

	both();
	CHECK(vm_strcpy(one, a) == one);
	strcpy(two, a);
	CHECK(vm_strcat(one, b) == one);
	strcat(two, b);
	CHECK(vm_strncat(one, a, n) == one);
	strncat(two, a, n);
	CHECK(vm_strncpy(one + 60, b, n) == one + 60);
	strncpy(two + 60, b, n);
	CHECK(memcmp(one, two, ROOM) == 0);
}

static void test_strings(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		char *a = text(12), *b = text(below(2) ? 3 : 12);

		compare_texts(a, b);
		copy_texts(a, b);
		free(a);
		free(b);
	}
}

int main(void)
{
	RUN(test_copy);
	RUN(test_compare);
	RUN(test_strings);
	return check_status();
}
