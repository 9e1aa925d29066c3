/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's strtol() and its like, qsort() and bsearch() beside the host's. */
#include <limits.h>
#include "check.h"
#include "guest_lib/random.h"

#define ROUNDS 100000

long vm_strtol(const char *s, char **end, int base);
unsigned long vm_strtoul(const char *s, char **end, int base);
long long vm_strtoll(const char *s, char **end, int base);
unsigned long long vm_strtoull(const char *s, char **end, int base);
int vm_atoi(const char *s);
long vm_atol(const char *s);
void vm_qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *));
void *vm_bsearch(const void *key, const void *base, size_t n, size_t size, int (*compare)(const void *, const void *));

static void compare(const char *s, int base)
{
	char *mine, *hosts;

	CHECK_NUMBER(vm_strtol(s, &mine, base), strtol(s, &hosts, base));
	CHECK_STRING(mine, hosts);
	CHECK(vm_strtoul(s, &mine, base) == strtoul(s, &hosts, base));
	CHECK_STRING(mine, hosts);
	CHECK_NUMBER(vm_strtoll(s, &mine, base), strtoll(s, &hosts, base));
	CHECK_STRING(mine, hosts);
	CHECK(vm_strtoull(s, &mine, base) == strtoull(s, &hosts, base));
	CHECK_STRING(mine, hosts);
	CHECK_NUMBER(vm_strtol(s, NULL, base), strtol(s, NULL, base));
}

static void test_numbers(void)
{
	static const char *const fixed[] = { "", " ", "+", "-", "0", "0x", "0xg", "-0x1", "0X1f", "08", "017", "+-1", "- 1",
		"9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
		"18446744073709551615", "18446744073709551616", "-18446744073709551615", "-18446744073709551616",
		"99999999999999999999999999", "0xffffffffffffffff", "0x10000000000000000", "\t\n\v\f\r 12ab", "zz", "1_0" };

	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		for (int base = 0; base <= 36; base += base ? 1 : 2)
			compare(fixed[i], base);
}

static void test_generated(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		char s[40] = "";
		unsigned int n = below(24);

		for (unsigned int k = 0; k < n; k++)
			s[k] = " +-00123456789abcfxXzZ"[below(k ? 22 : 8)];
		compare(s, (int[]){ 0, 2, 8, 10, 16, 36 }[below(6)]);
		if (strlen(s) < 9) {
			CHECK_NUMBER(vm_atoi(s), atoi(s));
			CHECK_NUMBER(vm_atol(s), atol(s));
		}
	}
}

struct item {
	unsigned char key, more[4];
};

static int by_key(const void *a, const void *b)
{
	return ((const struct item *)a)->key - ((const struct item *)b)->key;
}

static int by_all(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct item));
}

static void test_sort(void)
{
	for (int i = 0; i < ROUNDS / 20; i++) {
		struct item mine[50], hosts[50], key;
		unsigned int n = below(51);

		for (unsigned int k = 0; k < n; k++) {
			uint64_t v = rnd() >> below(40);

			memcpy(&mine[k], &v, sizeof(mine[k]));
		}
		memcpy(hosts, mine, sizeof(*mine) * n);
		vm_qsort(mine, n, sizeof(*mine), by_all);
		qsort(hosts, n, sizeof(*hosts), by_all);
		CHECK(memcmp(mine, hosts, sizeof(*mine) * n) == 0);
		key.key = (unsigned char)rnd();
		CHECK(!vm_bsearch(&key, mine, n, sizeof(*mine), by_key) == !bsearch(&key, hosts, n, sizeof(*hosts), by_key));
		if (n) {
			key = mine[below(n)];
			CHECK(by_all(vm_bsearch(&key, mine, n, sizeof(*mine), by_all), &key) == 0);
		}
	}
}

int main(void)
{
	RUN(test_numbers);
	RUN(test_generated);
	RUN(test_sort);
	return check_status();
}
