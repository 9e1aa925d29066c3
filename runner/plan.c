/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The plan: configurations times architectures times rounds. What one job is made of: plan_job.c.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "arch.h"
#include "plan.h"
#include "select.h"

/* Keeps a string as long as the plan; takes it over. */
static const char *keep(struct plan *plan, char *s)
{
	strvec_push(&plan->strings, s);
	free(s);
	return plan->strings.v[plan->strings.n - 1];
}

static const char *in_top(struct plan *plan, const struct options *options, const char *dir)
{
	bool here = strcmp(options->top, ".") == 0;

	return keep(plan, xasprintf("%s%s%s%sunittests.cfg", here ? "" : options->top,
				    here ? "" : "/", dir, *dir ? "/" : ""));
}

/*
 * "selftests/guests" of "selftests/guests/unittests.cfg": where below BUILD/ARCH/ the images of a
 * --config file are.
 */
static const char *config_dir(struct plan *plan, const struct options *options)
{
	const char *path = options->config, *slash;
	size_t top = strlen(options->top);

	if (strncmp(path, options->top, top) == 0 && path[top] == '/')
		path += top + 1;
	while (strncmp(path, "./", 2) == 0)
		path += 2;
	slash = strrchr(path, '/');
	return keep(plan, slash ? xstrndup(path, (size_t)(slash - path)) : xstrdup(""));
}

/*
 * A name stands for one test: the same in common/ and in an architecture's directory would be two.
 */
static void check_names(const struct config *config)
{
	for (size_t i = 0; i < config->n; i++) {
		const struct test *t = &config->tests[i];

		for (size_t j = 0; j < i && !*config->tests[0].dir && *t->dir; j++) {
			const struct test *other = &config->tests[j];

			if (!*other->dir && strcmp(other->name, t->name) == 0)
				die_at(xasprintf(
					"%s:%u:%u: there is a test [%s] in %s, line %u, too",
					t->place.file, t->place.line, t->place.column, t->name,
					other->place.file, other->place.line));
		}
	}
}

void plan_read(struct plan *plan, const struct options *options)
{
	const char *last = NULL;

	memset(plan, 0, sizeof(*plan));
	plan_select_archs(plan, options);
	if (options->config) {
		config_read(&plan->config, options->config, config_dir(plan, options));
		return;
	}
	for (size_t i = 0; i <= plan->archs.n; i++) {
		const char *dir = i ? arch_find(plan->archs.v[i - 1])->dir : "";
		const char *path = in_top(plan, options, dir);
		bool again = false;

		for (size_t j = 1; j < i; j++)
			again = again || strcmp(arch_find(plan->archs.v[j - 1])->dir, dir) == 0;
		/* An architecture may have no tests of its own. */
		if (!again && access(path, F_OK) == 0)
			config_read(&plan->config, path, dir);
		last = path;
	}
	if (!plan->config.n)
		die(EXIT_USAGE, "there are no tests: no %s, for example; is --top right?", last);
	check_names(&plan->config);
}

bool plan_runs_on(const struct test *test, const char *arch, const struct options *options)
{
	if (test->archs.n && !strvec_has(&test->archs, arch))
		return false;
	return options->config || !*test->dir || strcmp(test->dir, arch_find(arch)->dir) == 0;
}

char *plan_image_path(const struct options *options, const struct test *test, const char *arch,
		      const char *suffix)
{
	const char *const dirs[] = { *test->dir ? test->dir : "common", "common" };
	char *path = NULL, *first = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		path = xasprintf("%s/%s/%s/%s.%s", options->build, arch, dirs[i], test->file,
				 suffix);
		if (access(path, F_OK) == 0) {
			free(first);
			return path;
		}
		if (first)
			free(path);
		else
			first = path;
	}
	return first;
}

static struct job *add_job(struct plan *plan, const struct test *test, const char *arch,
			   unsigned int round)
{
	struct job *job;

	if (plan->n == plan->cap) {
		plan->cap = plan->cap ? 2 * plan->cap : 64;
		plan->jobs = xrealloc(plan->jobs, plan->cap * sizeof(*plan->jobs));
	}
	if (plan->n == 1000000)
		die(EXIT_USAGE,
		    "that would be more than a million jobs; select less or lower --repeat");
	job = &plan->jobs[plan->n];
	*job = (struct job){
		.id = (unsigned int)plan->n++, .test = test, .arch = arch, .round = round
	};
	return job;
}

static void free_job(struct job *job)
{
	free(job->image_path);
	free(job->elf_path);
	image_free(&job->image);
	free(job->skip_reason);
	free(job->error_reason);
	strvec_free(&job->cases);
	strvec_free(&job->planned);
	strvec_free(&job->args);
	strvec_free(&job->extra);
}

/* Replaces the job at the end of the plan by one for each of its cases. */
static void isolate(struct plan *plan, const struct options *options)
{
	struct job whole = plan->jobs[plan->n - 1];

	if (whole.planned.n < 2)
		return;
	plan->n--;
	for (size_t i = 0; i < whole.planned.n; i++) {
		struct job *job = add_job(plan, whole.test, whole.arch, whole.round);

		strvec_push(&job->cases, whole.planned.v[i]);
		plan_job(job, options);
	}
	free_job(&whole);
}

/* A test that was named although it does not run on any architecture of this run. */
static void plan_elsewhere(struct plan *plan, struct selections *selections,
			   const struct options *options, const struct test *test,
			   unsigned int round)
{
	const char *arch = test->archs.n ? arch_find(test->archs.v[0])->name : plan->archs.v[0];
	struct job *job;

	if (!select_names(selections, options, test))
		return;
	job = add_job(plan, test, arch, round);
	job->skip_reason = xasprintf("architecture %s is not %s", arch,
				     options->archs.n ? "selected" : "configured");
	plan_job(job, options);
	select_note_cases(selections, job);
}

/*
 * Counts the test as one that its architecture takes with it; whether it has the case that was
 * named is not known.
 */
static void skip_with_arch(struct plan *plan, size_t arch, struct selections *selections,
			   const struct test *test)
{
	struct arch_skip *skip = &plan->skips[arch];
	struct job job = { .test = test, .arch = plan->archs.v[arch], .skip_reason = skip->reason };

	skip->tests++;
	select_note_cases(selections, &job);
}

static void plan_test(struct plan *plan, struct selections *selections,
		      const struct options *options, const struct test *test, unsigned int round)
{
	bool for_some = false;

	for (size_t i = 0; i < plan->archs.n; i++) {
		const char *arch = plan->archs.v[i];
		struct strvec cases = { 0 };
		struct job *job;

		if (!plan_runs_on(test, arch, options))
			continue;
		for_some = true;
		if (!select_test(selections, options, test, arch, &cases))
			continue;
		if (plan_arch_skipped(plan, i, options)) {
			if (!round)
				skip_with_arch(plan, i, selections, test);
			strvec_free(&cases);
			continue;
		}
		job = add_job(plan, test, arch, round);
		job->cases = cases;
		plan_job(job, options);
		select_note_cases(selections, job);
		if (job->cases.n && !job->planned.n && !job->skip_reason && !job->error_reason)
			job->skip_reason = xasprintf("no case of that name on %s", arch);
		else if (options->isolate)
			isolate(plan, options);
	}
	if (!for_some)
		plan_elsewhere(plan, selections, options, test, round);
}

void plan_make(struct plan *plan, const struct options *options)
{
	struct selections selections;

	plan_read(plan, options);
	select_init(&selections, options, &plan->config);
	for (unsigned int round = 0; round < options->repeat; round++) {
		for (size_t i = 0; i < plan->config.n; i++)
			plan_test(plan, &selections, options, &plan->config.tests[i], round);
		if (round)
			continue;
		select_check_tests(&selections, &plan->config);
		select_check_cases(&selections, plan);
	}
	select_free(&selections);
}

void plan_free(struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		free_job(&plan->jobs[i]);
	free(plan->jobs);
	config_free(&plan->config);
	for (size_t i = 0; i < plan->archs.n; i++)
		free(plan->skips[i].reason);
	free(plan->skips);
	strvec_free(&plan->archs);
	strvec_free(&plan->strings);
	memset(plan, 0, sizeof(*plan));
}
