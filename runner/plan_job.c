/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One job: its entry's values expanded, its image read, its cases planned, or the reason why it is
 * not started.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "accel.h"
#include "arch.h"
#include "expand.h"
#include "guest_args.h"
#include "plan.h"

enum { DEFAULT_TIMEOUT_S = 90, MAX_TIMEOUT_S = 86400, MAX_CPUS = 65536, MAX_CHECK_FILE = 65536 };

/* Ends with a mistake in a value of the entry that shows only now, when its variables are known. */
static _Noreturn void bad_value(const struct job *job, enum test_key key, const char *what)
{
	const struct place *at = &job->test->at[key];

	die_at(xasprintf("%s:%u:%u: %s (of [%s] on %s)", at->file, at->line, at->column, what,
			 job->test->name, job->arch));
}

static long number(const struct job *job, const struct variables *vars, enum test_key key,
		   const char *text, long max)
{
	char *error;
	long n;

	if (!expand_number(vars, text, &n, &error))
		bad_value(job, key, error);
	if (n < 1 || n > max)
		bad_value(job, key, xasprintf("is %ld, not 1 to %ld", n, max));
	return n;
}

static void words(const struct job *job, const struct variables *vars, enum test_key key,
		  const struct strvec *in, struct strvec *out)
{
	char *error;

	if (!expand_words(vars, in, out, &error))
		bad_value(job, key, error);
}

/* "tcg,thread=single" and "q35,usb=on" begin with a name. */
static bool same_name(const char *a, const char *b)
{
	size_t n = strcspn(a, ","), m = strcspn(b, ",");

	return n == m && memcmp(a, b, n) == 0;
}

/* What the user asked for wins; an entry that asks for something else is skipped. */
static const char *choose(struct job *job, const char *what, const char *wanted, const char *asked)
{
	if (wanted && asked && !same_name(wanted, asked) && !job->skip_reason)
		job->skip_reason =
			xasprintf("needs the %s %s, and %s was asked for", what, wanted, asked);
	return asked && !(wanted && same_name(wanted, asked)) ? asked : wanted;
}

const struct vmm *plan_vmm(const char *name)
{
	const struct vmm *vmm = vmm_by_name(name ? name : "qemu");
	const char *names[16], *near;
	size_t n = 0;

	if (vmm)
		return vmm;
	while (n < ARRAY_SIZE(names) && vmms[n]) {
		names[n] = vmms[n]->name;
		n++;
	}
	near = nearest(name, names, n);
	die(EXIT_USAGE, "--target: unknown VMM '%.64s'; %s%s", name,
	    near ? "did you mean " : "there is ", near ? near : names[0]);
}

static void check_accel_name(const char *name)
{
	size_t n = 0;
	const char *near;

	for (; accels[n]; n++)
		if (same_name(accels[n], name))
			return;
	near = nearest(name, accels, n);
	die(EXIT_USAGE, "unknown accelerator '%.64s'; %s%s", name,
	    near ? "did you mean " : "there are kvm, hvf and tcg", near ? near : "");
}

/* The VMM, the accelerator, the machine. */
static void set_machine(struct job *job, const struct options *options)
{
	const char *accel;

	if (options->accel)
		check_accel_name(options->accel);
	job->machine = choose(job, "machine", job->test->machine, options->machine);
	accel = choose(job, "accelerator", job->test->accel, options->accel);
	/* A test that asks the host for something wants the VMM that has it. */
	job->vmm = plan_vmm(options->target ? options->target : job->test->hostops.n ? "vmm" : NULL);
	job->instance = job->vmm->find(options, job->arch);
	if (!accel && job->instance->accels.n)
		accel = job->instance->accels.v[0];
	job->accel = accel ? accel : "tcg";
	for (size_t i = 0; accels[i]; i++) {
		if (!same_name(accels[i], job->accel))
			continue;
		if (strchr(job->accel, ',')) {	/* its properties need an option of their own */
			strvec_push(&job->extra, "-accel");
			strvec_push(&job->extra, job->accel);
		}
		job->accel = accels[i];
	}
}

/* The first line of the file; NULL with errno if it cannot be read. */
static char *read_line(const char *path)
{
	size_t len = 0;
	char *text = try_read_file(path, MAX_CHECK_FILE, &len);

	if (text)
		text[strcspn(text, "\r\n")] = '\0';
	return text;
}

/* "check": each PATH=VALUE must hold. */
static char *failed_check(const struct strvec *checks)
{
	for (size_t i = 0; i < checks->n; i++) {
		const char *equals = strchr(checks->v[i], '=');
		char *path, *value, *why = NULL;

		if (!equals || checks->v[i][0] != '/')
			die(EXIT_USAGE,
			    "$CHECK: '%.128s': expected PATH=VALUE with an absolute path",
			    checks->v[i]);
		path = xstrndup(checks->v[i], (size_t)(equals - checks->v[i]));
		value = read_line(path);
		if (!value)
			why = xasprintf("check: %s: %s", path, strerror(errno));
		else if (strcmp(value, equals + 1) != 0)
			why = xasprintf("check: %s is '%.64s', not '%s'", path, value, equals + 1);
		free(value);
		free(path);
		if (why)
			return why;
	}
	return NULL;
}

static char *check_reason(const struct job *job, const struct options *options)
{
	struct strvec override = { 0 };
	char *why;

	if (!options->check)
		return failed_check(&job->test->checks);
	if (!guest_args_split(options->check, &override))
		die(EXIT_USAGE, "$CHECK: a '\"' is not closed");
	why = failed_check(&override);
	strvec_free(&override);
	return why;
}

static char *disabled_reason(const struct job *job, const struct variables *vars)
{
	bool disabled;
	char *error;

	if (!job->test->disabled_if)
		return NULL;
	if (!expand_condition(vars, job->test->disabled_if, &disabled, &error))
		bad_value(job, KEY_DISABLED_IF, error);
	return disabled ? xasprintf("disabled if %s", job->test->disabled_if) : NULL;
}

static void find_skip_reason(struct job *job, const struct options *options,
			     const struct variables *vars)
{
	char *why = NULL;

	/* Whether a standalone file can run shows where it runs. */
	if (options->standalone) {
		job->skip_reason = disabled_reason(job, vars);
		return;
	}
	if (!job->skip_reason)
		job->skip_reason = check_reason(job, options);
	if (!job->skip_reason)
		job->skip_reason = disabled_reason(job, vars);
	if (!job->skip_reason && !job->vmm->can_run(job, &why))
		job->skip_reason = why ? why : xstrdup("the VMM cannot run it");
}

static void split_line(struct job *job, enum test_key key, const char *line)
{
	if (!guest_args_split(line, &job->args))
		bad_value(job, key, "the guest's command line has a '\"' that is not closed");
}

/* The guest's words: the environment first, so that test_args are the last. */
static void set_args(struct job *job, const struct variables *vars, const struct options *options)
{
	struct strvec args = { 0 }, env = { 0 };

	words(job, vars, KEY_ENV, &job->test->env, &env);
	for (size_t i = 0; i < env.n; i++)
		strvec_pushf(&job->args, "vmunit.env.%s", env.v[i]);
	for (size_t i = 0; i < options->env.n; i++)
		strvec_pushf(&job->args, "vmunit.env.%s", options->env.v[i]);
	words(job, vars, KEY_TEST_ARGS, &job->test->args, &args);
	if (args.n == 1)
		split_line(job, KEY_TEST_ARGS, args.v[0]);
	else
		strvec_push_words(&job->args, &args);
	strvec_free(&args);
	strvec_free(&env);
}

/*
 * The entry's -append is test_args by another name; the user's own, behind them, is for the driver.
 */
static void set_params(struct job *job, const struct options *options, const struct variables *vars)
{
	struct strvec params = { 0 };
	bool own = strcmp(job->vmm->name, "vmm") == 0 && job->test->vmm_params.n;

	words(job, vars, own ? KEY_VMM_PARAMS : KEY_QEMU_PARAMS,
	      own ? &job->test->vmm_params : &job->test->qemu_params, &params);
	for (size_t i = 0; i < params.n; i++) {
		if (strcmp(params.v[i], "-append") == 0 && i + 1 < params.n)
			split_line(job, KEY_QEMU_PARAMS, params.v[++i]);
		else
			strvec_push(&job->extra, params.v[i]);
	}
	strvec_push_words(&job->extra, &options->extra);
	strvec_free(&params);
}

static bool selects(const struct strvec *globs, const char *name)
{
	for (size_t i = 0; i < globs->n; i++)
		if (glob_match(globs->v[i], name))
			return true;
	return globs->n == 0;
}

/* The guest knows only '*' and '?' (docs/protocol.md), so any other selection becomes names. */
static void plan_cases(struct job *job)
{
	bool brackets = false;

	for (size_t i = 0; i < job->image.n_cases; i++)
		if (selects(&job->cases, job->image.cases[i].name))
			strvec_push(&job->planned, job->image.cases[i].name);
	for (size_t i = 0; i < job->cases.n; i++)
		brackets = brackets || strchr(job->cases.v[i], '[');
	if (brackets) {
		strvec_free(&job->cases);
		strvec_push_words(&job->cases, &job->planned);
	}
}

static void read_image(struct job *job)
{
	char *error;

	if (access(job->image_path, R_OK) != 0)
		job->error_reason =
			xasprintf("no image %s: %s; run make, and look at 'file' in %s line %u",
				  job->image_path, strerror(errno), job->test->place.file,
				  job->test->place.line);
	else if (!image_read(&job->image, job->elf_path, &error))
		job->error_reason = error;
	else if (job->image.machine != arch_find(job->arch)->elf_machine)
		job->error_reason = xasprintf("%s is for another machine (ELF number %u) than %s",
					      job->elf_path, job->image.machine, job->arch);
	else
		plan_cases(job);
}

void plan_job(struct job *job, const struct options *options)
{
	const struct test *test = job->test;
	struct variables vars = { .max_smp = options->max_smp,
				  .arch = job->arch,
				  .testname = test->name };
	long seconds;

	set_machine(job, options);
	vars.target = job->vmm->name;
	vars.accel = job->accel;
	vars.machine = job->machine ? job->machine : "";
	job->image_path = plan_image_path(options, test, job->arch, "flat");
	job->elf_path = plan_image_path(options, test, job->arch, "elf");
	job->firmware_rom = !test->firmware || strcmp(test->firmware, "rom") == 0;
	job->smp = number(job, &vars, KEY_SMP, test->smp, MAX_CPUS);
	seconds = options->timeout_s ? (long)options->timeout_s
		  : test->timeout    ? number(job, &vars, KEY_TIMEOUT, test->timeout, MAX_TIMEOUT_S)
				     : DEFAULT_TIMEOUT_S;
	job->timeout_ms = (unsigned int)seconds * 1000;
	set_args(job, &vars, options);
	set_params(job, options, &vars);
	job->generation = strvec_has(&test->groups, "migration") && job->vmm->control &&
			  job->vmm->control->migrate;
	find_skip_reason(job, options, &vars);
	if (!job->skip_reason)
		read_image(job);
}
