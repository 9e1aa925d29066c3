/* SPDX-License-Identifier: BSD-2-Clause */
/* Which tests and cases the user's words and groups select. */
#ifndef SELECT_H
#define SELECT_H

#include "job.h"
#include "options.h"

/* One word of the command line: [ARCH:]TEST[/CASE]. */
struct selection {
	const char *word;
	char *arch, *test, *test_case;	/* globs; NULL: any */
	bool named;			/* test is no glob */
	bool found, found_case, only_nodefault;
};

struct selections {
	struct selection *s;
	size_t n;
};

/* Insists: malformed words, groups that no test of config has. */
void select_init(struct selections *selections, const struct options *options, const struct config *config);
void select_free(struct selections *selections);
/* Is the test selected on arch? Then cases gets the globs that select its cases, none for all. */
bool select_test(struct selections *selections, const struct options *options, const struct test *test,
		 const char *arch, struct strvec *cases);
/* Is it named, on any architecture? */
bool select_names(const struct selections *selections, const struct options *options, const struct test *test);
/* Notes which selections of cases these planned cases of a test answer. */
void select_note_cases(struct selections *selections, const struct job *job);
/* Insists that every word selected something. */
void select_check_tests(const struct selections *selections, const struct config *config);
void select_check_cases(const struct selections *selections, const struct plan *plan);

#endif
