/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The driver of the small VMM (vmm/): its row, its command line, what its end means. It is a
 * machine of its own, with one CPU model and no PCI: an entry whose qemu_params it cannot follow is
 * skipped, with the words that it cannot.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "accel.h"
#include "arch.h"
#include "escape.h"
#include "guest_line.h"
#include "options.h"
#include "small_vmm.h"

#define VERSION		"1.0"		/* vmm/options.h */
#define PROGRAM		"/vmm/vmunit-vmm"
#define STDERR_LINES	100

static struct vmm_instance instances[] = { { .arch = "x86_64" },
					   { .arch = "i386" },
					   { .arch = NULL } };

static struct vmm_instance *small_find(const struct options *options, const char *arch)
{
	struct vmm_instance *found = &instances[ARRAY_SIZE(instances) - 1];

	for (size_t i = 0; i + 1 < ARRAY_SIZE(instances); i++)
		if (strcmp(instances[i].arch, arch) == 0)
			found = &instances[i];
	if (found->vmm)
		return found;
	found->vmm = &vmm_small;
	found->build = options->build;
	found->version = xstrdup(VERSION);
	found->binary = *options->build == '/' ? xasprintf("%s" PROGRAM, options->build)
					       : xasprintf("./%s" PROGRAM, options->build);
	if (!found->arch)
		found->unusable = xstrdup("the small VMM is for x86 only");
	else if (access(found->binary, X_OK) != 0)
		found->unusable = xstrdup(
			"the small VMM was not built; configure says why, scripts/install-deps "
			"installs what it needs");
	else if (accel_usable("kvm", arch_find(arch), &found->unusable))
		strvec_push(&found->accels, "kvm");
	return found;
}

/* ---- what of QEMU's words it can follow ---- */

/* How many words, from the ith on, mean something here; 0: none. out NULL: only asked. */
static size_t follow(const struct strvec *words, size_t i, struct strvec *out)
{
	const char *word = words->v[i], *value = i + 1 < words->n ? words->v[i + 1] : "";

	if (strncmp(word, "--", 2) == 0) {
		if (out)
			strvec_push(out, word);
		return 1;
	}
	if (strcmp(word, "-cpu") == 0 && (strcmp(value, "max") == 0 || strcmp(value, "host") == 0))
		return 2;
	if (strcmp(word, "-append") == 0)
		return 2;	/* guest_line() has it */
	if (strcmp(word, "-m") == 0 && *value) {
		if (out)
			strvec_pushf(out, "--memory=%s", value);
		return 2;
	}
	return 0;
}

static bool can_run(const struct job *job, char **why)
{
	const struct strvec *extra = &job->extra;

	*why = NULL;
	if (job->instance->unusable)
		*why = xstrdup(job->instance->unusable);
	else if (job->machine)
		*why = xasprintf("the small VMM has no machine \"%s\"", job->machine);
	else if (strcmp(job->accel, "kvm") != 0)
		*why = xasprintf("the small VMM has no accelerator %s", job->accel);
	for (size_t i = 0, n; !*why && i < extra->n; i += n) {
		n = follow(extra, i, NULL);
		if (!n)
			*why = xasprintf("the small VMM has nothing like \"%s%s%s\"", extra->v[i],
					 i + 1 < extra->n && extra->v[i + 1][0] != '-' ? " " : "",
					 i + 1 < extra->n && extra->v[i + 1][0] != '-'
						 ? extra->v[i + 1]
						 : "");
	}
	return !*why;
}

static void command(const struct job *job, const char *token, int control_fd, struct strvec *out)
{
	char *line = guest_line(job, token);

	strvec_push(out, job->instance->binary);
	if (job->smp > 1)
		strvec_pushf(out, "--smp=%ld", job->smp);
	if (control_fd >= 0)
		strvec_pushf(out, "--control=%d", control_fd);
	if (line)
		strvec_pushf(out, "--append=%s", line);
	for (size_t i = 0, n; i < job->extra.n; i += n ? n : 1)
		n = follow(&job->extra, i, out);
	strvec_push(out, job->image_path);
	free(line);
}

static void debug(const struct job *job, unsigned int port, struct strvec *out)
{
	strvec_pushf(out, "--gdb=%u", port);
	if (strcmp(job->arch, "i386") == 0)
		strvec_push(out, "--gdb-i386");
}

/* ---- the end ---- */

/* By the word on the control channel, or by the process' status where that was all. */
static const struct {
	const char *word;
	int status;
	enum vmm_end end;
} ends[] = {
	{ "status", -1, END_EXIT_DEVICE },	   { "power-off", 0, END_POWER_OFF },
	{ "reset", 6, END_RESET },		   { "internal-error", 8, END_INTERNAL_ERROR },
	{ "timeout", 10, END_STATUS },		   { "interrupted", 12, END_STATUS },
	{ "broken", 14, END_STATUS },		   { "usage", 2, END_BAD_START },
	{ "environment", 4, END_BAD_START },
};

static void push_lines(struct strvec *to, const char *text)
{
	for (size_t n = 0; *text && n < STDERR_LINES; n++) {
		size_t len = strcspn(text, "\r\n");

		if (len)
			strvec_pushf(to, "%.*s", (int)len, text);
		text += len;
		text += strspn(text, "\r\n");
	}
}

/* The last line that it wrote, without its name: registers may stand before it. */
static char *complaint(const struct strvec *lines)
{
	static const char name[] = "vmunit-vmm: ";
	const char *line = lines->n ? lines->v[lines->n - 1] : NULL;
	struct strbuf b = { 0 };

	if (!line)
		return NULL;
	escape_line(&b, strncmp(line, name, strlen(name)) == 0 ? line + strlen(name) : line);
	return b.data;
}

static void explain_status(int status, struct vmm_ending *ending)
{
	ending->end = status & 1 ? END_EXIT_DEVICE : END_STATUS;
	ending->status = status & 1 ? status >> 1 : status;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (ends[i].status == status)
			ending->end = ends[i].end;
	if (ending->end != END_EXIT_DEVICE && ending->end != END_POWER_OFF)
		ending->cause = complaint(&ending->details);
}

static void explain(const struct job *job, void *control, int wait_status, const char *stderr_text,
		    int guest_status, struct vmm_ending *ending)
{
	struct small_vmm_watch *w = control;
	const char *reason = "", *word = NULL;
	unsigned int number = 0;

	(void)job;
	(void)guest_status;
	*ending = (struct vmm_ending){ 0 };
	push_lines(&ending->details, stderr_text);
	if (w) {
		word = small_vmm_end(w, &number, &reason);
		small_vmm_facts(w, ending);
	}
	if (WIFSIGNALED(wait_status)) {
		ending->end = END_SIGNAL;
		ending->status = WTERMSIG(wait_status);
		ending->cause = complaint(&ending->details);
		return;
	}
	for (size_t i = 0; word && i < ARRAY_SIZE(ends); i++) {
		if (strcmp(ends[i].word, word) != 0)
			continue;
		ending->end = ends[i].end;
		ending->status = ends[i].end == END_EXIT_DEVICE ? (int)(number & 0x7f)
								: WEXITSTATUS(wait_status);
		ending->cause = *reason ? xstrdup(reason) : NULL;
		return;
	}
	explain_status(WEXITSTATUS(wait_status), ending);
}

const struct vmm vmm_small = {
	.name = "vmm",
	.find = small_find,
	.command = command,
	.debug = debug,
	.can_run = can_run,
	.control = &small_vmm_control,
	.explain = explain,
};
