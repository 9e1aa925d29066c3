/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the end of a QEMU process means: its exit status and signals, its events, what it wrote to
 * stderr. Names the end; the verdict is judge.c's. Exit statuses: docs/protocol.md,
 * hw/misc/debugexit's (status << 1) | 1.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include "escape.h"
#include "process.h"
#include "qemu.h"

#define STDERR_LINES	100

/*
 * The first line of stderr that is more than a warning, without QEMU's name; to be freed, NULL if
 * there is none.
 */
static char *complaint(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\r\n");
		char *line = xstrndup(text, len),
		     *from = strncmp(line, "qemu", 4) == 0 ? strstr(line, ": ") : NULL;
		struct strbuf b = { 0 };

		from = from ? from + 2 : line;
		if (*from && strncmp(from, "warning: ", 9) != 0)
			escape_line(&b, from);
		free(line);
		if (b.data)
			return b.data;
		text += len;
		text += strspn(text, "\r\n");
	}
	return NULL;
}

static void push_lines(struct strvec *to, const char *text)
{
	size_t n = 0;

	while (*text && n++ < STDERR_LINES) {
		size_t len = strcspn(text, "\r\n");

		if (len)
			strvec_pushf(to, "%.*s", (int)len, text);
		text += len;
		text += strspn(text, "\r\n");
	}
}

/* QEMU says "KVM internal error. Suberror: 1", words of data, and "emulation failure". */
static char *internal_error_cause(const char *text)
{
	static const char head[] = "KVM internal error. Suberror: ";
	const char *p = strstr(text, head);
	size_t digits;

	if (!p)
		return NULL;
	p += strlen(head);
	digits = strspn(p, "0123456789");
	return xasprintf("KVM internal error, suberror %.*s%s", (int)digits, p,
			 strstr(p, "\nemulation failure") ? " (emulation failure)" : "");
}

static bool reason_is(const char *reason, const char *name)
{
	return reason && strcmp(reason, name) == 0;
}

/* Status 0: QEMU shut down in order, and an event said why. */
static void explain_shutdown(const char *reason, struct vmm_ending *ending)
{
	if (reason_is(reason, "guest-reset")) {
		ending->end = END_RESET;
	} else if (reason_is(reason, "guest-shutdown")) {
		ending->end = END_POWER_OFF;
	} else if (reason_is(reason, "guest-panic")) {
		ending->end = END_PANIC;
	} else {
		ending->end = END_STATUS;
		ending->cause = reason ? xasprintf("QEMU shut down: %s", reason) : NULL;
	}
}

static void explain_status(const struct job *job, int code, const char *text, int guest_status,
			   struct vmm_ending *ending)
{
	char *said = complaint(text);

	ending->status = code;
	ending->end = END_STATUS;
	/*
	 * QEMU's own failures have status 1, which is also what the exit device makes of the
	 * guest's 0.
	 */
	if (code == 1 && guest_status < 0 && said) {
		ending->end = END_BAD_START;
	} else if ((code & 1) && qemu_arch(job->arch)->exit_device) {
		ending->end = END_EXIT_DEVICE;
		ending->status = code >> 1;
	}
	ending->cause = said;
}

void qemu_explain(const struct job *job, void *control, int wait_status, const char *stderr_text,
		  int guest_status, struct vmm_ending *ending)
{
	struct qemu_watch *w = control;
	const char *reason = w ? qemu_watch_shutdown_reason(w) : NULL,
		   *state = w ? qemu_watch_run_state(w) : NULL;

	*ending = (struct vmm_ending){ 0 };
	if (w)
		qemu_watch_facts(w, ending);
	push_lines(&ending->details, stderr_text);
	if (w && (qemu_watch_panicked(w) || reason_is(state, "guest-panicked"))) {
		ending->end = END_PANIC;
	} else if (reason_is(state, "internal-error")) {
		ending->end = END_INTERNAL_ERROR;
		ending->cause = internal_error_cause(stderr_text);
		/* Then QEMU has dumped the registers to stderr, too. */
		if (ending->cause)
			strvec_free(&ending->registers);
	} else if (state) {
		ending->end = END_STATUS;
		ending->cause = xasprintf("the machine stopped by itself: %s", state);
	} else if (WIFSIGNALED(wait_status)) {
		ending->end = END_SIGNAL;
		ending->status = WTERMSIG(wait_status);
		ending->cause = complaint(stderr_text);
	} else if (WEXITSTATUS(wait_status) == 0) {
		explain_shutdown(reason, ending);
	} else {
		explain_status(job, WEXITSTATUS(wait_status), stderr_text, guest_status, ending);
	}
}
