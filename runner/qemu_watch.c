/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Watches one QEMU: what its events mean (QEMU docs/interop/qmp-ref, "Run state" and events), and
 * where its vCPUs stand when it will not go on. What its end means for the verdict is decided
 * elsewhere.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "qemu.h"
#include "qmp.h"

#define CODE_VCPUS	8	/* instruction bytes are asked of so many vCPUs at most */
#define DETAIL_LINES	120	/* of registers, kept */

struct qemu_watch {
	struct qmp qmp;
	unsigned int vcpus;		/* of the job: 1 or more */
	enum vmm_wish wish;
	bool panicked, asked, suspended;
	unsigned int pending;		/* answers to ask() that are still to come */
	char *shutdown_reason, *run_state;
	char *registers, *code[CODE_VCPUS];
	enum migration_state migration;
	bool moving;			/* a migration has been asked for */
	char *migration_error;
};

static void set_string(char **to, const json_t *from)
{
	if (!json_is_string(from))
		return;
	free(*to);
	*to = xstrdup(json_string_value(from));
}

static void on_shutdown(struct qemu_watch *w, const json_t *data)
{
	set_string(&w->shutdown_reason, json_object_get(data, "reason"));
	if (w->wish == WISH_NONE)
		w->wish = WISH_SOON;
}

static void on_panic(struct qemu_watch *w, const json_t *data)
{
	(void)data;
	w->panicked = true;
	if (w->wish == WISH_NONE)
		w->wish = WISH_SOON;
}

static void on_stop(struct qemu_watch *w, const json_t *data)
{
	(void)data;
	if (!w->asked)
		qmp_execute(&w->qmp, "state", "query-status", NULL);
}

/* The reason of a failure is no part of the event. */
static void on_migration(struct qemu_watch *w, const json_t *data)
{
	const char *status = json_string_value(json_object_get(data, "status"));

	if (!w->moving || !status)
		return;
	if (strcmp(status, "completed") == 0)
		w->migration = MIGRATION_DONE;
	else if (strcmp(status, "failed") == 0 || strcmp(status, "cancelled") == 0)
		qmp_execute(&w->qmp, "migration", "query-migrate", NULL);
}

/* A debugger let it go on. */
static void on_resume(struct qemu_watch *w, const json_t *data)
{
	(void)data;
	if (w->wish == WISH_END)
		w->wish = WISH_NONE;
	free(w->run_state);
	w->run_state = NULL;
}

/* SUSPEND and WAKEUP are none of them: a machine may sleep, and the reset that wakes it has no RESET and ends nothing. */
static const struct {
	const char *name;
	void (*handle)(struct qemu_watch *w, const json_t *data);
} events[] = {
	{ "SHUTDOWN", on_shutdown },
	{ "GUEST_PANICKED", on_panic },
	{ "STOP", on_stop },
	{ "RESUME", on_resume },
	{ "MIGRATION", on_migration },
};

static bool is_status(const json_t *answer, const char *name)
{
	const char *status = json_string_value(json_object_get(answer, "status"));

	return status && strcmp(status, name) == 0;
}

/*
 * A stopped machine stays so: nobody is there to continue it, but for the end of a migration. Only its
 * state says why.
 */
static void take_state(struct qemu_watch *w, const json_t *answer)
{
	const char *status = json_string_value(json_object_get(answer, "status"));

	if (json_is_true(json_object_get(answer, "running")))
		return;
	if (w->moving && status && strstr(status, "migrate"))
		return;		/* "finish-migrate", "postmigrate" */
	set_string(&w->run_state, json_object_get(answer, "status"));
	w->wish = WISH_END;
}

static void take_answer(struct qemu_watch *w, const char *id, const json_t *answer)
{
	unsigned int n;

	if (strcmp(id, "state") == 0) {
		take_state(w, answer);
		return;
	}
	if (strcmp(id, "migrate") == 0)
		return;
	if (strcmp(id, "listens") == 0) {
		w->migration = MIGRATION_LISTENS;
		return;
	}
	if (strcmp(id, "migration") == 0) {
		set_string(&w->migration_error, json_object_get(answer, "error-desc"));
		w->migration = MIGRATION_FAILED;
		return;
	}
	if (strcmp(id, "sleeps") == 0)
		w->suspended = is_status(answer, "suspended");
	else if (strcmp(id, "registers") == 0)
		set_string(&w->registers, answer);
	else if (sscanf(id, "code.%u", &n) == 1 && n < CODE_VCPUS && json_is_string(answer) &&
		 !w->code[n])
		w->code[n] = qemu_code_parse(json_string_value(answer));
	if (w->pending)
		w->pending--;
}

static void take_error(struct qemu_watch *w, const char *id, const json_t *error)
{
	if (strcmp(id, "migrate") != 0 || w->migration == MIGRATION_REFUSED)
		return;
	set_string(&w->migration_error, json_object_get(error, "desc"));
	w->migration = MIGRATION_REFUSED;
}

static void take_message(void *arg, json_t *message)
{
	struct qemu_watch *w = arg;
	const char *event = json_string_value(json_object_get(message, "event"));
	const char *id = json_string_value(json_object_get(message, "id"));

	if (id && json_object_get(message, "error"))
		take_error(w, id, json_object_get(message, "error"));
	if (id)
		take_answer(w, id, json_object_get(message, "return"));
	for (size_t i = 0; event && i < ARRAY_SIZE(events); i++)
		if (strcmp(event, events[i].name) == 0)
			events[i].handle(w, json_object_get(message, "data"));
}

/*
 * QEMU drops events until the capabilities are negotiated, and a short guest is faster than its
 * monitor. So the command line says -S, and the word to go on lies behind the negotiation in the
 * socket from the start.
 */
static void *watch_open(int fd, const struct job *job, bool hold)
{
	struct qemu_watch *w = xcalloc(1, sizeof(*w));

	w->vcpus = job->smp > 0 ? (unsigned int)job->smp : 1;
	qmp_open(&w->qmp, fd);
	if (!hold)
		qmp_execute(&w->qmp, NULL, "cont", NULL);
	if (job->incoming)
		/* QEMU listens before it answers anything; "cont" is for the machine that will come. */
		qmp_execute(&w->qmp, "listens", "query-status", NULL);
	return w;
}

static int watch_fd(const void *control)
{
	return ((const struct qemu_watch *)control)->qmp.fd;
}

static short watch_poll_events(const void *control)
{
	return qmp_poll_events(&((const struct qemu_watch *)control)->qmp);
}

static enum vmm_wish watch_io(void *control)
{
	struct qemu_watch *w = control;

	qmp_io(&w->qmp, take_message, w);
	return w->wish;
}

static void ask(struct qemu_watch *w, const char *id, const char *command, json_t *arguments)
{
	w->pending++;
	qmp_execute(&w->qmp, id, command, arguments);
}

static void watch_ask(void *control)
{
	struct qemu_watch *w = control;
	char id[16];

	if (w->asked)
		return;
	w->asked = true;
	ask(w, "sleeps", "query-status", NULL);
	ask(w, "stop", "stop", NULL);
	ask(w, "registers", "human-monitor-command",
	    json_pack("{s:s}", "command-line", "info registers -a"));
	for (unsigned int n = 0; n < w->vcpus && n < CODE_VCPUS; n++) {
		snprintf(id, sizeof(id), "code.%u", n);
		ask(w, id, "human-monitor-command",
		    json_pack("{s:s, s:i}", "command-line", "x /15xb $pc", "cpu-index", (int)n));
	}
}

static bool watch_answered(const void *control)
{
	const struct qemu_watch *w = control;

	return w->asked && (!w->pending || w->qmp.fd < 0);
}

static void watch_close(void *control)
{
	struct qemu_watch *w = control;

	qmp_close(&w->qmp);
	for (size_t i = 0; i < CODE_VCPUS; i++)
		free(w->code[i]);
	free(w->migration_error);
	free(w->registers);
	free(w->run_state);
	free(w->shutdown_reason);
	free(w);
}

/* With the return path this side knows whether the other one has loaded the machine, too. */
static void watch_migrate(void *control, const char *uri)
{
	struct qemu_watch *w = control;

	w->moving = true;
	w->migration = MIGRATION_NONE;
	qmp_execute(&w->qmp, "migrate", "migrate-set-capabilities",
		    json_pack("{s:[{s:s, s:b}, {s:s, s:b}]}", "capabilities", "capability", "events",
			      "state", 1, "capability", "return-path", "state", 1));
	qmp_execute(&w->qmp, "migrate", "migrate", json_pack("{s:s}", "uri", uri));
}

static enum migration_state watch_migration(const void *control, const char **why)
{
	const struct qemu_watch *w = control;

	*why = w->migration_error;
	return w->migration;
}

const struct vmm_control_ops qemu_control = {
	.open = watch_open,
	.fd = watch_fd,
	.poll_events = watch_poll_events,
	.io = watch_io,
	.ask = watch_ask,
	.answered = watch_answered,
	.close = watch_close,
	.migrate = watch_migrate,
	.migration = watch_migration,
};

const char *qemu_watch_shutdown_reason(const struct qemu_watch *w)
{
	return w->shutdown_reason;
}

const char *qemu_watch_run_state(const struct qemu_watch *w)
{
	return w->run_state;
}

bool qemu_watch_panicked(const struct qemu_watch *w)
{
	return w->panicked;
}

void qemu_watch_facts(struct qemu_watch *w, struct vmm_ending *ending)
{
	size_t lines = 0;

	ending->suspended = w->suspended;
	if (!w->registers)
		return;
	ending->n_vcpus = qemu_registers_parse(w->registers, &ending->vcpus);
	for (size_t i = 0; i < ending->n_vcpus; i++) {
		if (ending->vcpus[i].cpu < CODE_VCPUS) {
			ending->vcpus[i].code = w->code[ending->vcpus[i].cpu];
			w->code[ending->vcpus[i].cpu] = NULL;
		}
	}
	for (const char *p = w->registers; *p && lines < DETAIL_LINES; lines++) {
		size_t len = strcspn(p, "\r\n");

		if (len && strncmp(p, "XMM", 3) != 0 && strncmp(p, "FPR", 3) != 0)
			strvec_pushf(&ending->registers, "%.*s", (int)len, p);
		p += len;
		p += strspn(p, "\r\n");
	}
}
