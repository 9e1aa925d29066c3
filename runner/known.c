/* SPDX-License-Identifier: BSD-2-Clause */
/* known-issues.cfg: its keys, and which entry applies to a test or case in given circumstances. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "arch.h"
#include "cfg_reader.h"
#include "known.h"
#include "verdict.h"

/* The ARCH of "ARCH:TEST/CASE" has *len characters, 0 if it is not there; returns TEST/CASE. */
static const char *split_arch(const char *pattern, size_t *len)
{
	const char *colon = strchr(pattern, ':');

	*len = colon ? (size_t)(colon - pattern) : 0;
	return colon ? colon + 1 : pattern;
}

static char *check_test(const char *word)
{
	size_t len;
	const char *test = split_arch(word, &len), *slash = strchr(test, '/');
	char *arch = xstrndup(word, len), *what = NULL;

	if (len && !is_glob(arch) && !arch_find(arch))
		what = xasprintf("'%.64s': unknown architecture '%.32s'", word, arch);
	else if (!*test || *test == '/' || (slash && (!slash[1] || strchr(slash + 1, '/'))))
		what = xasprintf("'%.64s': expected TEST or TEST/CASE, which may be globs", word);
	free(arch);
	return what;
}

static const struct {
	const char *text;
	int op;
} comparisons[] = {
	/* a longer one stands before those that it begins with */
	{ "<=", VERSION_LE }, { ">=", VERSION_GE }, { "!=", VERSION_NE },
	{ "<", VERSION_LT },  { ">", VERSION_GT },  { "", VERSION_SERIES },
};

static struct version_bound parse_bound(const char *word)
{
	for (size_t i = 0; ; i++) {
		size_t len = strlen(comparisons[i].text);

		if (strncmp(word, comparisons[i].text, len) == 0)
			return (struct version_bound){ comparisons[i].op, word + len };
	}
}

static char *check_version(const char *word)
{
	struct version_bound bound = parse_bound(word);

	if (!isdigit((unsigned char)bound.version[0]) ||
	    strspn(bound.version, "0123456789.") != strlen(bound.version) ||
	    strlen(bound.version) > 32)
		return xasprintf("'%.64s': expected a version like 7.2, or one behind <, <=, >, >= "
				 "or !=, without blanks",
				 word);
	return NULL;
}

static char *check_verdict(const char *word)
{
	static const char *const usable[] = { "fail", "error", "crash", "timeout" };
	const char *near;

	for (size_t i = 0; i < ARRAY_SIZE(usable); i++)
		if (strcmp(word, usable[i]) == 0)
			return NULL;
	near = nearest(word, usable, ARRAY_SIZE(usable));
	return near ? xasprintf("'%.64s': did you mean '%s'?", word, near)
		    : xasprintf("'%.64s': an issue can show as fail, error, crash or timeout",
				word);
}

static char *check_arch_glob(const char *word)
{
	const char *near = arch_nearest(word);

	if (is_glob(word) || arch_find(word))
		return NULL;
	return near ? xasprintf("unknown architecture '%.64s'; did you mean '%s'?", word, near) :
		      xasprintf("unknown architecture '%.64s'", word);
}

static char *check_link(const char *word)
{
	return word[strcspn(word, " \t")] ? xasprintf("'%.64s': a link has no blanks", word) : NULL;
}

#define AT(member) offsetof(struct known_issue, member)

static const struct cfg_key keys[] = {
	{ "tests", NULL, CFG_WORDS, AT(tests), true, check_test },
	{ "vmm", NULL, CFG_WORD, AT(vmm), false, NULL },
	{ "binary", NULL, CFG_WORD, AT(binary), false, NULL },
	{ "accel", NULL, CFG_WORD, AT(accel), false, NULL },
	{ "arch", NULL, CFG_WORD, AT(arch), false, check_arch_glob },
	{ "host", NULL, CFG_WORD, AT(host), false, NULL },
	{ "machine", NULL, CFG_WORD, AT(machine), false, NULL },
	{ "versions", NULL, CFG_WORDS, AT(versions), false, check_version },
	{ "verdicts", NULL, CFG_NAMES, AT(verdicts), false, check_verdict },
	{ "reason", NULL, CFG_TEXT, AT(reason), true, NULL },
	{ "link", NULL, CFG_TEXT, AT(link), false, check_link },
	{ "flaky", NULL, CFG_FLAG, AT(flaky), false, NULL },
};

static void *add_issue(void *list, char *name, const struct place *place)
{
	struct known_issues *known = list;
	struct known_issue *issue;

	if (known->n == known->cap) {
		known->cap = known->cap ? 2 * known->cap : 32;
		known->issues = xrealloc(known->issues, known->cap * sizeof(*known->issues));
	}
	issue = &known->issues[known->n++];
	*issue = (struct known_issue){ .name = name, .place = *place };
	return issue;
}

static char *finish_issue(void *record)
{
	struct known_issue *issue = record;

	if (issue->versions.n && !issue->vmm)
		return xasprintf("[%.64s] names versions but no vmm, whose versions they would be",
				 issue->name);
	if (!issue->verdicts.n) {
		strvec_push(&issue->verdicts, "fail");
		strvec_push(&issue->verdicts, "crash");
	}
	return NULL;
}

static const struct cfg_schema schema = { keys, ARRAY_SIZE(keys), CFG_NO_PLACES, add_issue,
					  finish_issue };

bool known_parse(struct known_issues *known, const char *path, const char *text, size_t len,
		 char **error)
{
	return cfg_parse(&schema, known, path, text, len, error);
}

void known_read(struct known_issues *known, const char *path)
{
	size_t len = 0;
	char *error, *text = cfg_load(path, &len, &error);

	if (text && !known_parse(known, path, text, len, &error))
		die_at(error);
	if (error)
		die_at(error);
	free(text);
}

void known_free(struct known_issues *known)
{
	for (size_t i = 0; i < known->n; i++) {
		cfg_free_record(&schema, &known->issues[i]);
		free(known->issues[i].name);
	}
	free(known->issues);
	memset(known, 0, sizeof(*known));
}

/* The next number of *p, with the dot behind it; numbers too large count as the largest. */
static unsigned long next_number(const char **p)
{
	unsigned long n = 0;

	for (; isdigit((unsigned char)**p); (*p)++)
		n = n > 1000000000UL ? n : n * 10 + (unsigned long)(**p - '0');
	if (**p == '.' && isdigit((unsigned char)(*p)[1]))
		(*p)++;
	return n;
}

int version_compare(const char *a, const char *b)
{
	while (isdigit((unsigned char)*a) || isdigit((unsigned char)*b)) {
		unsigned long x = next_number(&a), y = next_number(&b);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}

/* Is version the named one or one behind a dot of it: 7.2.22 of the series 7.2, but not 7.20? */
static bool in_series(const char *version, const char *series)
{
	while (isdigit((unsigned char)*series)) {
		if (!isdigit((unsigned char)*version) ||
		    next_number(&version) != next_number(&series))
			return false;
	}
	return true;
}

static bool bound_holds(const struct version_bound *bound, const char *version)
{
	int order = version_compare(version, bound->version);

	switch (bound->op) {
	case VERSION_LT: return order < 0;
	case VERSION_LE: return order <= 0;
	case VERSION_GT: return order > 0;
	case VERSION_GE: return order >= 0;
	case VERSION_NE: return !in_series(version, bound->version);
	default: return in_series(version, bound->version);
	}
}

static bool version_applies(const struct known_issue *issue, const char *version)
{
	bool series = false, in_one = false;

	if (!issue->versions.n)
		return true;
	if (!version)
		return false;
	for (size_t i = 0; i < issue->versions.n; i++) {
		struct version_bound bound = parse_bound(issue->versions.v[i]);
		bool holds = bound_holds(&bound, version);

		if (bound.op == VERSION_SERIES) {
			series = true;
			in_one = in_one || holds;
		} else if (!holds) {
			return false;
		}
	}
	return !series || in_one;
}

static bool applies(const char *pattern, const char *fact)
{
	return !pattern || (fact && glob_match(pattern, fact));
}

static bool binary_applies(const struct known_issue *issue, const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return applies(issue->binary, slash ? slash + 1 : path);
}

static bool test_applies(const char *pattern, const char *arch, const char *test,
			 const char *test_case)
{
	size_t len, name_len;
	const char *name = split_arch(pattern, &len), *slash = strchr(name, '/');
	char *arch_glob, *test_glob;
	bool ok;

	if (!slash != !test_case)
		return false;
	name_len = slash ? (size_t)(slash - name) : strlen(name);
	arch_glob = len ? xstrndup(pattern, len) : NULL;
	test_glob = xstrndup(name, name_len);
	ok = applies(arch_glob, arch) && glob_match(test_glob, test) &&
	     (!slash || glob_match(slash + 1, test_case));
	free(arch_glob);
	free(test_glob);
	return ok;
}

struct known_issue *known_find(struct known_issues *known, const struct circumstances *c,
			       const char *test, const char *test_case)
{
	for (size_t i = 0; i < known->n; i++) {
		struct known_issue *k = &known->issues[i];

		if (!applies(k->vmm, c->vmm) || !applies(k->accel, c->accel) ||
		    !applies(k->arch, c->arch) || !applies(k->host, c->host) ||
		    !applies(k->machine, c->machine) || !binary_applies(k, c->binary) ||
		    !version_applies(k, c->version))
			continue;
		for (size_t j = 0; j < k->tests.n; j++) {
			if (test_applies(k->tests.v[j], c->arch, test, test_case)) {
				k->used = true;
				return k;
			}
		}
	}
	return NULL;
}

bool known_expects(const struct known_issue *issue, const char *verdict)
{
	return strvec_has(&issue->verdicts, verdict);
}
