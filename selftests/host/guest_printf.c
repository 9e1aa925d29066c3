/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's snprintf() beside the host's, over generated conversions, and what only the guest's promises. */
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include "check.h"
#include "guest_lib/random.h"

#define ROUNDS 300000

int vm_snprintf(char *buf, size_t size, const char *fmt, ...);

static char mine[600], hosts[600];
static int mine_len, hosts_len;

#define BOTH(room, ...)							\
	do {								\
		size_t size = room;					\
									\
		memset(mine, '~', sizeof(mine));			\
		memset(hosts, '~', sizeof(hosts));			\
		mine_len = vm_snprintf(mine, size, __VA_ARGS__);	\
		hosts_len = snprintf(hosts, size, __VA_ARGS__);		\
	} while (0)

static void compare(const char *fmt)
{
	char what[200];

	if (mine_len == hosts_len && memcmp(mine, hosts, sizeof(mine)) == 0)
		return;
	snprintf(what, sizeof(what), "\"%s\": %d \"%.60s\", not %d \"%.60s\"", fmt, mine_len, mine, hosts_len, hosts);
	check_fail(__FILE__, __LINE__, what);
}

struct spec {
	char text[64];
	int stars[2], n_stars;
};

/* Appends a number, or a star and its value. */
static void add_number(struct spec *s, bool negative)
{
	char *end = s->text + strlen(s->text);

	if (below(4) == 0) {
		s->stars[s->n_stars++] = (int)below(40) - (negative ? 15 : 0);
		strcpy(end, "*");
	} else {
		sprintf(end, "%u", 1 + below(70));
	}
}

static void make_spec(struct spec *s, const char *flags, bool precision, const char *length, char conversion)
{
	memset(s, 0, sizeof(*s));
	strcpy(s->text, "a%");
	while (*flags && below(3))
		strncat(s->text, &flags[below((unsigned int)strlen(flags))], 1);
	if (below(2))
		add_number(s, true);
	if (precision && below(2)) {
		strcat(s->text, ".");
		if (below(5))
			add_number(s, true);
	}
	strcat(s->text, length);
	strncat(s->text, &conversion, 1);
	strcat(s->text, "b");
}

#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"

#define CONVERT(s, size, value)								\
	do {										\
		if ((s)->n_stars == 0)							\
			BOTH(size, (s)->text, value);					\
		else if ((s)->n_stars == 1)						\
			BOTH(size, (s)->text, (s)->stars[0], value);			\
		else									\
			BOTH(size, (s)->text, (s)->stars[0], (s)->stars[1], value);	\
		compare((s)->text);							\
	} while (0)

static size_t some_size(void)
{
	return below(4) ? sizeof(mine) : below(12);
}

static void test_integers(void)
{
	static const char *const lengths[] = { "", "hh", "h", "l", "ll", "j", "z", "t" };
	struct spec s;

	for (int i = 0; i < ROUNDS; i++) {
		unsigned int l = below(8);
		uint64_t v = rnd_number();
		char c = "diuxXo"[below(6)];

		make_spec(&s, c == 'd' || c == 'i' ? "-+ 0" : c == 'u' ? "-0" : "-#0", true, lengths[l], c);
		if (l < 3)
			CONVERT(&s, some_size(), (int)v);
		else if (l == 3)
			CONVERT(&s, some_size(), (long)v);
		else if (l == 4)
			CONVERT(&s, some_size(), (long long)v);
		else if (l == 5)
			CONVERT(&s, some_size(), (intmax_t)v);
		else if (l == 6)
			CONVERT(&s, some_size(), (size_t)v);
		else
			CONVERT(&s, some_size(), (ptrdiff_t)v);
	}
}

static void test_edges(void)
{
	static const char *const fmts[] = { "%jd", "%ju", "%jx", "%jo", "%+jd", "% jd", "%#jx", "%#jo", "%.0jd", "%#.0jo",
		"%#.0jx", "%5.0jd", "%-5.0jd|", "%020jd", "%-020jd", "%+020jd", "%#020jx", "%.25jd", "%#.25jo", "%#.1jo" };
	static const intmax_t values[] = { 0, 1, -1, INT_MAX, INT_MIN, INTMAX_MAX, INTMAX_MIN, UINT_MAX, 999999999,
		1000000000, 4294967296, 999999999999999999, 1000000000000000000 };

	for (size_t f = 0; f < sizeof(fmts) / sizeof(*fmts); f++) {
		for (size_t v = 0; v < sizeof(values) / sizeof(*values); v++) {
			BOTH(sizeof(mine), fmts[f], values[v]);
			compare(fmts[f]);
		}
	}
}

static void test_strings(void)
{
	static const char *const values[] = { "", "x", "some text", "much longer text that goes beyond every width "
		"and every precision that is tried here, whatever the numbers are, by some distance" };
	struct spec s;

	for (int i = 0; i < ROUNDS / 10; i++) {
		const char *text = values[below(4)];
		int c = (int)below(256);
		void *p = (void *)(uintptr_t)(rnd_number() | 1);

		make_spec(&s, "-", true, "", 's');
		CONVERT(&s, some_size(), text);
		make_spec(&s, "-", false, "", 'c');
		CONVERT(&s, some_size(), c);
		make_spec(&s, "-", false, "", 'p');
		CONVERT(&s, some_size(), p);
	}
	BOTH(sizeof(mine), "%.3s", (char[]){ 'a', 'b', 'c' });	/* no terminator: nothing beyond is read */
	compare("%.3s");
	BOTH(sizeof(mine), "100%% of %s and %c%%", "it", 'c');
	compare("%%");
}

static void is(const char *wanted)
{
	CHECK_STRING(mine, wanted);
	CHECK_NUMBER(mine_len, (int)strlen(wanted));
}

static void test_unknown(void)
{
	static const char *const bad[] = { "%f and %s", "%", "%q", "%5", "%-", "%ls", "%hhs", "%Lx", "%n", "%lc", "%.", "%ll",
		"%99999999999999999999d", "%.4294967296d", "%2147483648d %s" };
	char wanted[100];

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		char fmt[100];

		snprintf(fmt, sizeof(fmt), "%%d: %s", bad[i]);
		snprintf(wanted, sizeof(wanted), "7: %s", bad[i]);
		mine_len = vm_snprintf(mine, sizeof(mine), fmt, 7, (char *)1, (char *)1);
		is(wanted);
	}
	mine_len = vm_snprintf(mine, sizeof(mine), "%d %*d|%s", 7, INT_MIN, 3, "x");
	is("7 %*d|%s");
}

static void test_own(void)
{
	mine_len = vm_snprintf(mine, sizeof(mine), "%s %.2s %8s|", (char *)NULL, (char *)NULL, (char *)NULL);
	is("(null) (n   (null)|");
	mine_len = vm_snprintf(mine, sizeof(mine), "%p %5p|%-5p|", (void *)0, (void *)0, (void *)0);
	is("0x0   0x0|0x0  |");
	CHECK_NUMBER(vm_snprintf(NULL, 0, "%s", "length only"), 11);
}

int main(void)
{
	RUN(test_integers);
	RUN(test_edges);
	RUN(test_strings);
	RUN(test_unknown);
	RUN(test_own);
	return check_status();
}
