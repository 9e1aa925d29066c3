/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which tests and cases the user's words and groups select; what selects nothing is a mistake with
 * a hint.
 */
#include <stdlib.h>
#include <string.h>
#include "arch.h"
#include "select.h"

static void parse_selection(struct selection *s, const char *word)
{
	const char *colon = strchr(word, ':'), *test = colon ? colon + 1 : word,
		   *slash = strchr(test, '/');
	const char *near;

	*s = (struct selection){ .word = word, .only_nodefault = true };
	s->arch = colon ? xstrndup(word, (size_t)(colon - word)) : NULL;
	s->test = xstrndup(test, slash ? (size_t)(slash - test) : strlen(test));
	s->test_case = slash ? xstrdup(slash + 1) : NULL;
	s->named = !is_glob(s->test);
	if (!*s->test || (slash && (!slash[1] || strchr(slash + 1, '/'))) || strchr(word, ','))
		die(EXIT_USAGE,
		    "'%.128s': expected TEST, TEST/CASE or ARCH:TEST, which may be globs", word);
	if (!s->arch || is_glob(s->arch) || arch_find(s->arch))
		return;
	near = arch_nearest(s->arch);
	die(EXIT_USAGE, "'%.128s': unknown architecture '%.64s'%s%s", word, s->arch,
	    near ? "; did you mean " : "", near ? near : "");
}

static void check_group(const struct config *config, const char *group)
{
	struct strvec known = { 0 };
	const char *near;

	strvec_push(&known, "nodefault");
	strvec_push(&known, "migration");
	strvec_push(&known, "panic");
	for (size_t i = 0; i < config->n; i++)
		strvec_push_words(&known, &config->tests[i].groups);
	if (!strvec_has(&known, group)) {
		near = nearest(group, (const char *const *)known.v, known.n);
		die(EXIT_USAGE, "no test is in a group '%.64s'; %s%s", group,
		    near ? "did you mean " : "-l shows the groups", near ? near : "");
	}
	strvec_free(&known);
}

void select_init(struct selections *selections, const struct options *options,
		 const struct config *config)
{
	selections->n = options->selections.n;
	selections->s = xcalloc(selections->n, sizeof(*selections->s));
	for (size_t i = 0; i < selections->n; i++)
		parse_selection(&selections->s[i], options->selections.v[i]);
	for (size_t i = 0; i < options->groups.n; i++)
		check_group(config, options->groups.v[i]);
	for (size_t i = 0; i < options->not_groups.n; i++)
		check_group(config, options->not_groups.v[i]);
}

void select_free(struct selections *selections)
{
	for (size_t i = 0; i < selections->n; i++) {
		free(selections->s[i].arch);
		free(selections->s[i].test);
		free(selections->s[i].test_case);
	}
	free(selections->s);
}

static bool shares(const struct strvec *a, const struct strvec *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (strvec_has(b, a->v[i]))
			return true;
	return false;
}

static bool groups_allow(const struct options *options, const struct test *test)
{
	if (shares(&options->not_groups, &test->groups))
		return false;
	return !options->groups.n || shares(&options->groups, &test->groups);
}

/* A glob, unlike a name or a group, does not wake the tests that are not run by default. */
static bool asleep(const struct options *options, const struct test *test)
{
	return strvec_has(&test->groups, "nodefault") && !options->all && !options->groups.n;
}

bool select_test(struct selections *selections, const struct options *options,
		 const struct test *test, const char *arch, struct strvec *cases)
{
	bool selected = false, all_cases = false;

	if (!selections->n)
		return groups_allow(options, test) && !asleep(options, test);
	for (size_t i = 0; i < selections->n; i++) {
		struct selection *s = &selections->s[i];

		if (!glob_match(s->test, test->name) || (s->arch && !glob_match(s->arch, arch)))
			continue;
		s->found = true;
		if (!s->named && asleep(options, test))
			continue;
		s->only_nodefault = false;
		if (!groups_allow(options, test))
			continue;
		selected = true;
		if (s->test_case)
			strvec_push(cases, s->test_case);
		else
			all_cases = true;
	}
	if (all_cases)
		strvec_free(cases);
	return selected;
}

bool select_names(const struct selections *selections, const struct options *options,
		  const struct test *test)
{
	for (size_t i = 0; i < selections->n; i++) {
		struct selection *s = &selections->s[i];

		if (s->named && strcmp(s->test, test->name) == 0 && !s->arch &&
		    groups_allow(options, test)) {
			s->found = true;
			s->only_nodefault = false;
			return true;
		}
	}
	return false;
}

void select_note_cases(struct selections *selections, const struct job *job)
{
	for (size_t i = 0; i < selections->n; i++) {
		struct selection *s = &selections->s[i];

		if (!s->test_case || !glob_match(s->test, job->test->name) ||
		    (s->arch && !glob_match(s->arch, job->arch)))
			continue;
		/* Where the cases are not known, the job itself says why. */
		if (job->skip_reason || job->error_reason)
			s->found_case = true;
		for (size_t j = 0; j < job->planned.n && !s->found_case; j++)
			s->found_case = glob_match(s->test_case, job->planned.v[j]);
	}
}

static _Noreturn void no_such_test(const struct selection *s, const struct config *config)
{
	const char **names = xcalloc(config->n, sizeof(*names)), *near;

	for (size_t i = 0; i < config->n; i++)
		names[i] = config->tests[i].name;
	near = nearest(s->test, names, config->n);
	if (near)
		die(EXIT_USAGE, "no test is called '%.128s'; did you mean '%s'?", s->test, near);
	die(EXIT_USAGE, "no test %s '%.128s'; -l lists them", s->named ? "is called" : "matches",
	    s->test);
}

void select_check_tests(const struct selections *selections, const struct config *config)
{
	for (size_t i = 0; i < selections->n; i++) {
		const struct selection *s = &selections->s[i];
		bool exists = false;

		for (size_t j = 0; j < config->n && !exists; j++)
			exists = glob_match(s->test, config->tests[j].name);
		if (!exists)
			no_such_test(s, config);
		if (!s->found)
			die(EXIT_USAGE,
			    "'%.128s': that test is not for a selected architecture; -l shows "
			    "which it is for",
			    s->word);
		if (s->only_nodefault)
			die(EXIT_USAGE,
			    "'%.128s' matches only tests of the group nodefault; name one, or add "
			    "-a",
			    s->word);
	}
}

void select_check_cases(const struct selections *selections, const struct plan *plan)
{
	for (size_t i = 0; i < selections->n; i++) {
		const struct selection *s = &selections->s[i];
		struct strvec known = { 0 };
		const char *near;

		if (!s->test_case || s->found_case)
			continue;
		for (size_t j = 0; j < plan->n; j++)
			for (size_t k = 0; k < plan->jobs[j].image.n_cases; k++)
				if (glob_match(s->test, plan->jobs[j].test->name))
					strvec_push(&known, plan->jobs[j].image.cases[k].name);
		near = nearest(s->test_case, (const char *const *)known.v, known.n);
		if (near)
			die(EXIT_USAGE, "test '%s' has no case '%.128s'; did you mean '%s'?",
			    s->test, s->test_case, near);
		die(EXIT_USAGE, "test '%s' has no case '%.128s'; %s", s->test, s->test_case,
		    known.n ? "--list-cases lists them" : "it has no cases at all");
	}
}
