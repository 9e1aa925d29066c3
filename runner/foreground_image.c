/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds out what `x86/run IMAGE` means: the file, its architecture, the configuration's entry for
 * it.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "arch.h"
#include "foreground.h"
#include "plan.h"

/* "x86/msr.flat" -> "msr" */
static char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t len = strlen(name);

	if (len > 5 && strcmp(name + len - 5, ".flat") == 0)
		len -= 5;
	return xstrndup(name, len);
}

/* The first of the files that IMAGE may mean on arch; to be freed, NULL if there is none. */
static char *find_image(const struct options *options, const char *arch, const char *image,
			const char *base)
{
	char *const candidates[] = {
		xasprintf("%s/%s/%s", options->build, arch, image),
		xasprintf("%s/%s/%s/%s.flat", options->build, arch, arch_find(arch)->dir, base),
		xasprintf("%s/%s/common/%s.flat", options->build, arch, base),
	};
	char *found = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(candidates); i++) {
		const char *dot = strrchr(candidates[i], '.');

		if (!found && dot && strcmp(dot, ".flat") == 0 && access(candidates[i], R_OK) == 0)
			found = xstrdup(candidates[i]);
		free(candidates[i]);
	}
	return found;
}

/* A path below BUILD/ARCH/ says its architecture. */
static bool path_says(const struct options *options, const char *arch, const char *image)
{
	char *part = xasprintf("/%s/", arch);
	size_t len = strlen(options->build);
	bool says = (strncmp(image, options->build, len) == 0 &&
		     strncmp(image + len, part, strlen(part)) == 0) ||
		    strstr(image, part);

	free(part);
	return says;
}

static bool serves(const struct options *options, const char *arch)
{
	return !options->arch_dir || strcmp(arch_find(arch)->dir, options->arch_dir) == 0;
}

/* Sets *arch, returns the file. */
static char *choose(const struct plan *plan, const struct options *options, const char *image,
		    const char *base, const char **arch)
{
	bool is_path = strchr(image, '/') && access(image, R_OK) == 0;
	char *found;

	*arch = NULL;
	for (size_t i = 0; i < plan->archs.n; i++) {
		const char *a = plan->archs.v[i];

		if (!serves(options, a))
			continue;
		if (is_path && (!*arch || path_says(options, a, image)))
			*arch = a;
		if (!is_path && (found = find_image(options, a, image, base))) {
			*arch = a;
			return found;
		}
	}
	if (!is_path || !*arch)
		die(EXIT_USAGE,
		    "no image '%.200s': neither a file nor a test that was built "
		    "(%s/ARCH/DIR/NAME.flat)",
		    image, options->build);
	return xstrdup(image);
}

/* The entry of that name, or the first one that runs this image. */
static const struct test *find_entry(const struct config *config, const struct options *options,
				     const char *arch, const char *base)
{
	const struct test *found = NULL;

	for (size_t i = 0; i < config->n; i++) {
		const struct test *t = &config->tests[i];

		if (!plan_runs_on(t, arch, options))
			continue;
		if (strcmp(t->name, base) == 0)
			return t;
		if (!found && strcmp(t->file, base) == 0)
			found = t;
	}
	return found;
}

static const struct test *made_up_entry(const char *base, const char *dir)
{
	static struct test test;

	test = (struct test){
		.name = xstrdup(base), .file = xstrdup(base), .smp = xstrdup("1"), .dir = dir
	};
	test.place = (struct place){ "the command line", 1, 1 };
	return &test;
}

/* Debug information lies beside the image. */
static char *elf_beside(const char *image)
{
	size_t len = strlen(image);

	if (len > 5 && strcmp(image + len - 5, ".flat") == 0)
		len -= 5;
	return xasprintf("%.*s.elf", (int)len, image);
}

struct job *foreground_job(struct plan *plan, const struct options *options)
{
	const char *image = options->selections.v[0];
	struct job *job = xcalloc(1, sizeof(*job));
	char *base = base_name(image), *path, *why = NULL;

	plan_read(plan, options);
	path = choose(plan, options, image, base, &job->arch);
	job->test = find_entry(&plan->config, options, job->arch, base);
	if (!job->test)
		job->test = made_up_entry(base, arch_find(job->arch)->dir);
	plan_job(job, options);
	free(job->image_path);
	free(job->elf_path);
	job->image_path = path;
	job->elf_path = elf_beside(path);
	/*
	 * A condition that does not hold is the user's business here, but not a VMM that is
	 * missing.
	 */
	if (!job->vmm->can_run(job, &why))
		die(EXIT_ENVIRONMENT, "%s", why);
	if (job->skip_reason)
		warn("a run of the suite skips it: %s", job->skip_reason);
	free(base);
	return job;
}

void foreground_free(struct job *job, struct plan *plan)
{
	free(job->image_path);
	free(job->elf_path);
	free(job);
	plan_free(plan);
}
