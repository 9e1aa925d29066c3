/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One VMM from its start until it will run no longer: pipes, deadlines, trouble. What came of it:
 * trial_finish.c; what its console says: trial_records.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "accel.h"
#include "emit.h"
#include "load.h"
#include "trial.h"

#define READ_PAUSE_MS 10 /* between two looks at the console: QEMU writes it byte by byte */
#define FLOOD_BYTES	(4u << 20)	/* of console output end a test */
#define STDERR_MAX	(64u << 10)
#define ASK_MS		5000		/* for the answers of a VMM in trouble */
#define GRACE_MS	5000		/* for the end of a VMM that said that it ends */

/* 16 hexadecimal digits that no guest can guess. */
static void make_token(char *token)
{
	static int fd = -1;
	unsigned char bytes[RECORD_TOKEN / 2];

	if (fd < 0) {
		fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			die(EXIT_ENVIRONMENT, "/dev/urandom: %s", strerror(errno));
	}
	if (read(fd, bytes, sizeof(bytes)) != (ssize_t)sizeof(bytes))
		die(EXIT_ENVIRONMENT, "/dev/urandom gives no random numbers");
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(token + 2 * i, 3, "%02x", bytes[i]);
}

/* "x86_64-msr"; what is no file name becomes '_'. */
static void open_log(struct trial *t)
{
	char *name = xasprintf("%s-%s", t->job->arch, t->job->test->name);

	for (char *p = name; *p; p++)
		if (*p == '/' || (unsigned char)*p <= ' ')
			*p = '_';
	if (strlen(name) > 200)
		name[200] = '\0';
	if (!log_open(&t->log, t->run->log_dir, name))
		die(EXIT_ENVIRONMENT, "cannot write %s: %s", t->log.path, strerror(errno));
	free(name);
}

static void log_command(struct trial *t, const struct strvec *words)
{
	struct strbuf b = { 0 };

	for (size_t i = 0; i < words->n; i++) {
		strbuf_adds(&b, i ? " " : "# ");
		strbuf_add_quoted(&b, words->v[i]);
	}
	strbuf_addc(&b, '\n');
	log_write(&t->log, b.data, b.len);
	strbuf_free(&b);
}

void *trial_process(struct trial *t, const struct job *job, const char *token, struct process *process)
{
	struct strvec words = { 0 }, shown = { 0 };
	void *control = NULL;

	if (!process_prepare(process, job->vmm->control != NULL))
		die(EXIT_ENVIRONMENT, "cannot create a socket pair: %s", strerror(errno));
	job->vmm->command(job, token, process->control_child, &words);
	job->vmm->command(job, NULL, -1, &shown);
	if (!job->from && !job->incoming)
		emit_test_start(job, &shown, t->log.path);
	log_command(t, &shown);
	if (job->vmm->control) {
		control = job->vmm->control->open(process->control, job, false);
		process->control = -1;
	}
	if (!process_start(process, PROCESS_APART, words.v))
		die(EXIT_ENVIRONMENT, "cannot start %s: %s", words.v[0], strerror(errno));
	strvec_free(&words);
	strvec_free(&shown);
	return control;
}

struct trial *trial_start(const struct job *job, struct run_context *run)
{
	struct trial *t = xcalloc(1, sizeof(*t));
	char token[RECORD_TOKEN + 1];

	t->job = job;
	t->run = run;
	t->circumstances = (struct circumstances){
		.arch = job->arch,
		.vmm = job->vmm->name,
		.version = job->instance->version,
		.accel = job->accel,
		.host = accel_backend(job->accel),
		.machine = job->machine,
		.binary = job->instance->binary,
	};
	make_token(token);
	open_log(t);
	trial_records_open(t, token);
	t->control = trial_process(t, job, token, &t->process);
	t->deadline = now_ms() + job->timeout_ms;
	return t;
}

void trial_restart(struct trial *t, const char *from)
{
	char token[RECORD_TOKEN + 1];

	if (t->control)
		t->job->vmm->control->close(t->control);
	t->control = NULL;
	process_close(&t->process);
	vmm_ending_free(&t->ending);
	t->err.len = 0;
	t->phase = TRIAL_RUNNING;
	t->next_read = 0;
	t->killed = t->forced = false;
	t->again = *t->job;
	t->again.from = from;
	t->job = &t->again;
	evidence_go_on(&t->evidence);
	make_token(token);
	trial_records_reopen(t, token);
	t->control = trial_process(t, t->job, token, &t->process);
	t->deadline = now_ms() + t->job->timeout_ms;
}

/* ---- what is to be done ---- */

static size_t poll_target(const struct trial *t, struct pollfd *fds)
{
	const struct migration *m = &t->migration;
	short control = m->control ? t->job->vmm->control->poll_events(m->control) : 0;

	if (!control)
		return 0;
	*fds = (struct pollfd){ .fd = t->job->vmm->control->fd(m->control), .events = control };
	return 1;
}

size_t trial_poll(const struct trial *t, struct pollfd *fds, uint64_t now, uint64_t *wake)
{
	short control = t->control ? t->job->vmm->control->poll_events(t->control) : 0;
	size_t n = 0;

	if (t->process.out >= 0 && now >= t->next_read)
		fds[n++] = (struct pollfd){ .fd = t->process.out, .events = POLLIN };
	else if (t->process.out >= 0 && t->next_read < *wake)
		*wake = t->next_read;
	if (t->process.err >= 0)
		fds[n++] = (struct pollfd){ .fd = t->process.err, .events = POLLIN };
	if (control)
		fds[n++] = (struct pollfd){ .fd = t->job->vmm->control->fd(t->control),
					    .events = control };
	if (t->deadline < *wake)
		*wake = t->deadline;
	return n + poll_target(t, fds + n);
}

void trial_kill(struct trial *t)
{
	t->killed = true;
	t->phase = TRIAL_ENDING;
	t->deadline = UINT64_MAX;
	process_kill(&t->process);
}

void trial_force(struct trial *t, enum vmm_end end, const char *why)
{
	if (t->forced)
		return;
	t->forced_cause = why ? xstrdup(why) : NULL;
	t->forced = true;
	t->forced_end = end;
	t->ending.after_ms = (unsigned int)(now_ms() - t->process.start_ms);
}

static void ask(struct trial *t, uint64_t now)
{
	if (t->phase != TRIAL_RUNNING)
		return;
	if (!t->control) {
		trial_kill(t);
		return;
	}
	t->phase = TRIAL_ASKING;
	t->deadline = now + ASK_MS;
	t->job->vmm->control->ask(t->control);
}

/* Takes what is there, up to 256 KiB; false at the end of the stream. */
static bool read_some(int fd, void (*take)(struct trial *t, const char *data, size_t len),
		      struct trial *t)
{
	char chunk[65536];

	for (int i = 0; i < 4; i++) {
		ssize_t n = read(fd, chunk, sizeof(chunk));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK;
		if (n == 0)
			return false;
		take(t, chunk, (size_t)n);
		if ((size_t)n < sizeof(chunk))
			break;
	}
	return true;
}

/* Once it has flooded, only the end of what it says is lost. */
static void take_console(struct trial *t, const char *data, size_t len)
{
	if (t->console_bytes > FLOOD_BYTES)
		return;
	t->console_bytes += len;
	record_feed(&t->parser, data, len);
	if (t->console_bytes > FLOOD_BYTES) {
		trial_force(t, END_FLOOD, NULL);
		trial_kill(t);
	}
}

static void take_stderr(struct trial *t, const char *data, size_t len)
{
	if (t->err.len < STDERR_MAX)
		strbuf_add(&t->err, data, len);
}

void trial_read_out(struct trial *t)
{
	while (t->process.out >= 0) {
		struct pollfd fd = { .fd = t->process.out, .events = POLLIN };

		if (poll(&fd, 1, 0) <= 0 || !read_some(t->process.out, take_console, t))
			return;
	}
}

void trial_read_stderr(struct trial *t, struct process *process)
{
	if (process->err >= 0)
		read_some(process->err, take_stderr, t);
}

static void read_pipes(struct trial *t, uint64_t now)
{
	uint64_t before = t->console_bytes;

	if (t->process.out >= 0 && now >= t->next_read) {
		if (!read_some(t->process.out, take_console, t)) {
			close(t->process.out);
			t->process.out = -1;
		}
		if (t->console_bytes != before) {
			log_flush(&t->log);
			t->next_read = now + READ_PAUSE_MS;
		}
	}
	if (t->process.err >= 0 && !read_some(t->process.err, take_stderr, t)) {
		close(t->process.err);
		t->process.err = -1;
	}
}

static void heed(struct trial *t, enum vmm_wish wish, uint64_t now)
{
	if (t->phase != TRIAL_RUNNING)
		return;
	if (wish == WISH_END) {
		ask(t, now);
	} else if (wish == WISH_SOON) {
		t->phase = TRIAL_ENDING;
		t->deadline = now + GRACE_MS;
	}
}

static void check_deadline(struct trial *t, uint64_t now)
{
	uint64_t extended;

	if (now < t->deadline)
		return;
	if (t->phase != TRIAL_RUNNING) {
		trial_kill(t);
		return;
	}
	extended = t->process.start_ms +
		   (uint64_t)(t->job->timeout_ms * load_factor(t->run->busy, t->run->cpus));
	if (now < extended && t->evidence.exit_status < 0) {
		t->deadline = extended;
		return;
	}
	trial_force(t, END_TIMEOUT, NULL);
	ask(t, now);
}

void trial_work(struct trial *t, uint64_t now)
{
	read_pipes(t, now);
	if (t->control) {
		heed(t, t->job->vmm->control->io(t->control), now);
		if (t->phase == TRIAL_ASKING && t->job->vmm->control->answered(t->control))
			trial_kill(t);
		trial_migration_work(t);
	}
	check_deadline(t, now);
}

void trial_interrupt(struct trial *t)
{
	trial_force(t, END_KILLED, NULL);
	trial_kill(t);
}
