/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The architectures of a run, and why some are skipped as a whole: configure left them out
 * (BUILD/absent), or this host has no VMM for them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "arch.h"
#include "plan.h"

enum { MAX_ARCHS_FILE = 65536 };

/* An installed tree has no list: its packages of images come and go. */
static void find_installed(const char *build, struct strvec *configured)
{
	for (size_t i = 0; i < n_archs; i++) {
		char *directory = xasprintf("%s/%s", build, archs[i].name);

		if (access(directory, F_OK) == 0)
			strvec_push(configured, archs[i].name);
		free(directory);
	}
	if (!configured->n)
		die(EXIT_ENVIRONMENT, "no images in %s; install them", build);
}

static void read_configured(const struct options *options, struct strvec *configured)
{
	char *path = xasprintf("%s/archs", options->build), *save = NULL, *text;
	size_t len = 0;

	text = try_read_file(path, MAX_ARCHS_FILE, &len);
	if (!text && errno == ENOENT && options->state) {
		free(path);
		find_installed(options->build, configured);
		return;
	}
	if (!text)
		die(EXIT_ENVIRONMENT, "%s: cannot be read: %s; run ./configure and make", path,
		    strerror(errno));
	for (char *line = strtok_r(text, " \r\n", &save); line;
	     line = strtok_r(NULL, " \r\n", &save)) {
		if (!arch_find(line))
			die(EXIT_ENVIRONMENT,
			    "%s: '%.64s' is no architecture; run ./configure again", path, line);
		strvec_push(configured, line);
	}
	if (!configured->n)
		die(EXIT_ENVIRONMENT, "%s: no architecture; run ./configure again", path);
	free(text);
	free(path);
}

/* What configure --arch=all left out: lines of an architecture and the reason. No file: nothing. */
static void read_absent(const char *build, struct strvec *archs, struct strvec *reasons)
{
	char *path = xasprintf("%s/absent", build), *save = NULL;
	size_t len = 0;
	char *text = try_read_file(path, MAX_ARCHS_FILE, &len);

	for (char *line = text ? strtok_r(text, "\r\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\r\n", &save)) {
		size_t name = strcspn(line, " ");
		char *arch = xstrndup(line, name);

		if (arch_find(arch) && line[name]) {
			strvec_push(archs, arch);
			strvec_push(reasons, line + name + 1);
		}
		free(arch);
	}
	free(text);
	free(path);
}

/* NULL: it is configured. To be freed. */
static char *why_not_built(const struct strvec *configured, const struct strvec *absent,
			   const struct strvec *reasons, const char *arch)
{
	if (strvec_has(configured, arch))
		return NULL;
	for (size_t i = 0; i < absent->n; i++)
		if (strcmp(absent->v[i], arch) == 0)
			return xstrdup(reasons->v[i]);
	return xstrdup("not configured; run ./configure --arch=all");
}

/* The names: those that the user gave; all; or what configure was asked for. */
static void name_archs(struct plan *plan, const struct options *options,
		       const struct strvec *configured, const struct strvec *absent)
{
	if (options->archs.n) {
		strvec_push_words(&plan->archs, &options->archs);
		return;
	}
	strvec_push_words(&plan->archs, configured);
	for (size_t i = 0; i < absent->n; i++)
		if (!strvec_has(configured, absent->v[i]))
			strvec_push(&plan->archs, absent->v[i]);
	for (size_t i = 0; options->all_archs && i < n_archs; i++)
		if (!strvec_has(&plan->archs, archs[i].name))
			strvec_push(&plan->archs, archs[i].name);
}

void plan_select_archs(struct plan *plan, const struct options *options)
{
	struct strvec configured = { 0 }, absent = { 0 }, reasons = { 0 };

	read_configured(options, &configured);
	read_absent(options->build, &absent, &reasons);
	name_archs(plan, options, &configured, &absent);
	plan->skips = xcalloc(plan->archs.n, sizeof(*plan->skips));
	for (size_t i = 0; i < plan->archs.n; i++) {
		const char *arch = plan->archs.v[i];

		plan->skips[i].reason = why_not_built(&configured, &absent, &reasons, arch);
		if (plan->skips[i].reason && options->archs.n)
			die(EXIT_USAGE,
			    "architecture %s is not configured; run ./configure --arch=... with it",
			    arch);
	}
	strvec_free(&configured);
	strvec_free(&absent);
	strvec_free(&reasons);
}

const char *plan_arch_skipped(struct plan *plan, size_t i, const struct options *options)
{
	struct arch_skip *skip = &plan->skips[i];
	const struct vmm_instance *instance;

	if (skip->reason || skip->asked)
		return skip->reason;
	skip->asked = true;
	instance = plan_vmm(options->target)->find(options, plan->archs.v[i]);
	if (instance->unusable && instance->named)
		die(EXIT_ENVIRONMENT, "%s", instance->unusable);
	if (instance->unusable)
		skip->reason = xstrdup(instance->unusable);
	return skip->reason;
}

bool plan_skips_archs(const struct plan *plan)
{
	for (size_t i = 0; i < plan->archs.n; i++)
		if (plan->skips[i].tests)
			return true;
	return false;
}
