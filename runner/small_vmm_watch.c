/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the small VMM says on its control channel, line by line, and the one thing that is asked of
 * it: where its vCPUs stand (docs/vmm.md). Whatever it says, it harms nobody.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "small_vmm.h"

#define LINE_MAX_BYTES	1024
#define VCPUS_MAX	4096
#define REGISTER_LINES	120

struct small_vmm_watch {
	int fd;				/* -1: it hung up */
	char line[LINE_MAX_BYTES];
	size_t len;
	bool asked, answered;
	char *end, *reason;		/* end NULL: it has not ended */
	unsigned int number;
	struct vcpu_state *vcpus;
	size_t n_vcpus;
	struct strvec registers;
};

/* ---- lines ---- */

/* "0 400164 0 84 c0 75": number, instruction pointer, halted, the bytes there. */
static bool take_vcpu(struct small_vmm_watch *w, const char *text)
{
	struct vcpu_state state = { 0 };
	int halted, used = 0;
	size_t len;

	if (w->n_vcpus == VCPUS_MAX ||
	    sscanf(text, "%u %" SCNx64 " %d%n", &state.cpu, &state.ip, &halted, &used) != 3 ||
	    !used)
		return false;
	text += used;
	text += strspn(text, " ");
	len = strspn(text, "0123456789abcdef ");
	if (text[len])
		return false;
	state.halted = halted != 0;
	state.code = len ? xstrndup(text, len) : NULL;
	w->vcpus = xrealloc(w->vcpus, (w->n_vcpus + 1) * sizeof(*w->vcpus));
	w->vcpus[w->n_vcpus++] = state;
	return true;
}

/* "internal-error 1 KVM internal error, suberror 1" */
static bool take_end(struct small_vmm_watch *w, const char *text)
{
	size_t word = strcspn(text, " ");
	unsigned int number;
	int used = 0;

	if (w->end || !text[word] || sscanf(text + word, " %u%n", &number, &used) != 1)
		return false;
	w->end = xstrndup(text, word);
	w->number = number;
	text += word + (size_t)used;
	w->reason = xstrdup(text + (*text == ' '));
	return true;
}

static bool take_register(struct small_vmm_watch *w, const char *text)
{
	if (w->registers.n < REGISTER_LINES)
		strvec_push(&w->registers, text);
	return true;
}

static bool take_answered(struct small_vmm_watch *w, const char *text)
{
	w->answered = true;
	return !*text;
}

bool small_vmm_line(struct small_vmm_watch *w, const char *line)
{
	static const struct {
		const char *word;
		bool (*take)(struct small_vmm_watch *w, const char *text);
	} lines[] = {
		{ "vcpu", take_vcpu }, { "register", take_register }, { "answered", take_answered },
		{ "end", take_end },
	};
	size_t len = strcspn(line, " ");

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		if (strlen(lines[i].word) == len && memcmp(lines[i].word, line, len) == 0)
			return lines[i].take(w, line + len + (line[len] == ' '));
	return false;
}

/* ---- the channel ---- */

static void *watch_open(int fd, const struct job *job, bool hold)
{
	struct small_vmm_watch *w = xcalloc(1, sizeof(*w));

	(void)job;
	(void)hold;
	w->fd = fd;
	return w;
}

static int watch_fd(const void *control)
{
	return ((const struct small_vmm_watch *)control)->fd;
}

static short watch_poll_events(const void *control)
{
	return ((const struct small_vmm_watch *)control)->fd >= 0 ? POLLIN : 0;
}

static void hang_up(struct small_vmm_watch *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

/* A line that is too long loses its end, and a byte 0 ends it. */
static void take_bytes(struct small_vmm_watch *w, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (data[i] != '\n') {
			if (w->len + 1 < sizeof(w->line))
				w->line[w->len++] = data[i];
			continue;
		}
		w->line[w->len] = '\0';
		w->len = 0;
		small_vmm_line(w, w->line);
	}
}

static enum vmm_wish watch_io(void *control)
{
	struct small_vmm_watch *w = control;
	char chunk[4096];

	for (int i = 0; i < 64 && w->fd >= 0; i++) {
		ssize_t n = read(w->fd, chunk, sizeof(chunk));

		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			break;
		if (n < 0 && errno == EINTR)
			continue;
		if (n > 0)
			take_bytes(w, chunk, (size_t)n);
		else
			hang_up(w);
	}
	return w->end ? WISH_SOON : WISH_NONE;
}

static void watch_ask(void *control)
{
	static const char question[] = "ask\n";
	struct small_vmm_watch *w = control;

	if (w->asked)
		return;
	w->asked = true;
	if (w->fd >= 0 && write(w->fd, question, strlen(question)) < 0)
		hang_up(w);
}

static bool watch_answered(const void *control)
{
	const struct small_vmm_watch *w = control;

	return w->asked && (w->answered || w->fd < 0);
}

static void watch_close(void *control)
{
	struct small_vmm_watch *w = control;

	hang_up(w);
	for (size_t i = 0; i < w->n_vcpus; i++)
		free(w->vcpus[i].code);
	free(w->vcpus);
	free(w->end);
	free(w->reason);
	strvec_free(&w->registers);
	free(w);
}

const struct vmm_control_ops small_vmm_control = {
	.open = watch_open,
	.fd = watch_fd,
	.poll_events = watch_poll_events,
	.io = watch_io,
	.ask = watch_ask,
	.answered = watch_answered,
	.close = watch_close,
};

const char *small_vmm_end(const struct small_vmm_watch *w, unsigned int *number,
			  const char **reason)
{
	*number = w->number;
	*reason = w->reason;
	return w->end;
}

void small_vmm_facts(struct small_vmm_watch *w, struct vmm_ending *ending)
{
	ending->vcpus = w->vcpus;
	ending->n_vcpus = w->n_vcpus;
	ending->registers = w->registers;
	w->vcpus = NULL;
	w->n_vcpus = 0;
	w->registers = (struct strvec){ 0 };
}
