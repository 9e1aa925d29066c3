/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is printed instead of running: the tests, their cases (from the ELF files), the VMM's
 * command lines.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "list.h"
#include "plan.h"
#include "select.h"

static void join(struct strbuf *b, const struct strvec *words, const char *none)
{
	strbuf_adds(b, words->n ? "" : none);
	for (size_t i = 0; i < words->n; i++)
		strbuf_addf(b, "%s%s", i ? " " : "", words->v[i]);
}

/*
 * The architectures on which the test is selected. -l without a word shows the nodefault tests too.
 */
static void selected_archs(struct plan *plan, struct selections *selections,
			   const struct options *options, const struct test *test,
			   struct strvec *out)
{
	for (size_t i = 0; i < plan->archs.n; i++) {
		struct strvec cases = { 0 };

		if (plan_runs_on(test, plan->archs.v[i], options) &&
		    select_test(selections, options, test, plan->archs.v[i], &cases))
			strvec_push(out, plan->archs.v[i]);
		strvec_free(&cases);
	}
}

struct line {
	const char *name;
	char *archs, *groups;
};

/* On a terminal in columns, else for programs: a TAB between the fields, which are always there. */
static void print_lines(const struct line *lines, size_t n)
{
	int name = 0, archs = 0;

	for (size_t i = 0; i < n && isatty(STDOUT_FILENO); i++) {
		name = (int)strlen(lines[i].name) > name ? (int)strlen(lines[i].name) : name;
		archs = (int)strlen(lines[i].archs) > archs ? (int)strlen(lines[i].archs) : archs;
	}
	for (size_t i = 0; i < n; i++)
		printf(name ? "%-*s  %-*s  %s\n" : "%*s\t%*s\t%s\n", name, lines[i].name, archs,
		       lines[i].archs, lines[i].groups);
}

static void read_selected(struct plan *plan, struct selections *selections, struct options *options)
{
	plan_read(plan, options);
	select_init(selections, options, &plan->config);
	if (!selections->n && !options->groups.n)
		options->all = true;
}

enum exit_status list_tests(const struct options *asked)
{
	struct options options = *asked;
	struct selections selections;
	struct plan plan;
	struct line *lines;
	size_t n = 0;

	read_selected(&plan, &selections, &options);
	lines = xcalloc(plan.config.n, sizeof(*lines));
	for (size_t i = 0; i < plan.config.n; i++) {
		const struct test *test = &plan.config.tests[i];
		struct strbuf archs = { 0 }, groups = { 0 };
		struct strvec on = { 0 };

		selected_archs(&plan, &selections, &options, test, &on);
		join(&archs, &on, "");
		join(&groups, &test->groups, "-");
		if (on.n)
			lines[n++] = (struct line){ test->name, strbuf_take(&archs),
						    strbuf_take(&groups) };
		strbuf_free(&archs);
		strbuf_free(&groups);
		strvec_free(&on);
	}
	select_check_tests(&selections, &plan.config);
	print_lines(lines, n);
	for (size_t i = 0; i < n; i++) {
		free(lines[i].archs);
		free(lines[i].groups);
	}
	free(lines);
	select_free(&selections);
	plan_free(&plan);
	return EXIT_EXPECTED;
}

static bool case_selected(const struct strvec *globs, const char *name)
{
	for (size_t i = 0; i < globs->n; i++)
		if (glob_match(globs->v[i], name))
			return true;
	return !globs->n;
}

/*
 * The cases of one test on one architecture that were not seen on another; false if its image
 * cannot be read.
 */
static bool print_cases(const struct test *test, const char *arch, const struct options *options,
			const struct strvec *globs, struct strvec *seen)
{
	char *path = plan_image_path(options, test, arch, "elf"), *error = NULL;
	struct image image;
	bool ok = image_read(&image, path, &error);

	if (!ok)
		warn("%s: %s", test->name, error);
	else if (!image.n_cases && !globs->n && !seen->n)
		printf("%s\n", test->name);
	for (size_t i = 0; ok && i < image.n_cases; i++) {
		const struct image_case *c = &image.cases[i];

		if (strvec_has(seen, c->name) || !case_selected(globs, c->name))
			continue;
		strvec_push(seen, c->name);
		printf("%s/%s\t%s\n", test->name, c->name, c->description);
	}
	if (!ok || !image.n_cases)
		strvec_push(seen, "");		/* its one line was printed */
	image_free(&image);
	free(error);
	free(path);
	return ok;
}

enum exit_status list_cases(const struct options *asked)
{
	struct options options = *asked;
	struct selections selections;
	struct plan plan;
	bool ok = true;

	read_selected(&plan, &selections, &options);
	for (size_t i = 0; i < plan.config.n; i++) {
		const struct test *test = &plan.config.tests[i];
		struct strvec seen = { 0 };

		for (size_t j = 0; j < plan.archs.n; j++) {
			struct strvec globs = { 0 };

			if (plan_runs_on(test, plan.archs.v[j], &options) &&
			    select_test(&selections, &options, test, plan.archs.v[j], &globs) &&
			    !plan.skips[j].reason)
				ok = print_cases(test, plan.archs.v[j], &options, &globs, &seen) &&
				     ok;
			strvec_free(&globs);
		}
		strvec_free(&seen);
	}
	select_check_tests(&selections, &plan.config);
	select_free(&selections);
	plan_free(&plan);
	return ok ? EXIT_EXPECTED : EXIT_ENVIRONMENT;
}

static void print_command(const struct job *job)
{
	struct strvec words = { 0 };
	struct strbuf line = { 0 };

	job->vmm->command(job, NULL, -1, &words);
	for (size_t i = 0; i < words.n; i++) {
		strbuf_adds(&line, i ? " " : "");
		strbuf_add_quoted(&line, words.v[i]);
	}
	puts(line.data);
	strbuf_free(&line);
	strvec_free(&words);
}

enum exit_status list_commands(const struct options *options)
{
	struct plan plan;
	bool broken = false;

	plan_make(&plan, options);
	for (size_t i = 0; i < plan.n; i++) {
		const struct job *job = &plan.jobs[i];

		if (job->skip_reason)
			printf("# %s on %s would be skipped: %s\n", job->test->name, job->arch,
			       job->skip_reason);
		else if (job->error_reason)
			printf("# %s on %s cannot run: %s\n", job->test->name, job->arch,
			       job->error_reason);
		else
			print_command(job);
		broken = broken || job->error_reason;
	}
	for (size_t i = 0; i < plan.archs.n; i++)
		if (plan.skips[i].tests)
			printf("# %s would be skipped: %s\n", plan.archs.v[i],
			       plan.skips[i].reason);
	plan_free(&plan);
	return broken ? EXIT_ENVIRONMENT : EXIT_EXPECTED;
}
