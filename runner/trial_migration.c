/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Migrations that a guest asks for (docs/protocol.md, "Migration"): a second VMM is started that waits for the
 * machine, the first one moves it there and is killed, and the second becomes the trial's process.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "trial.h"

#define PATH_MAX_UN	90	/* of a socket's path: sun_path has 104 bytes on macOS */

/* A directory of our own for the socket: "/tmp/vmunit-XXXXXX". */
static char *make_directory(void)
{
	const char *tmp = getenv("TMPDIR");
	bool usable = tmp && *tmp == '/' && strlen(tmp) < PATH_MAX_UN - 20 && !strchr(tmp, ',');
	char *path = xasprintf("%s/vmunit-XXXXXX", usable ? tmp : "/tmp");

	if (!mkdtemp(path))
		die(EXIT_ENVIRONMENT, "cannot create a directory like %s: %s", path, strerror(errno));
	return path;
}

static void remove_socket(struct migration *m)
{
	if (!m->directory)
		return;
	unlink(m->uri + strlen("unix:"));
	rmdir(m->directory);
	free(m->directory);
	free(m->uri);
	m->directory = m->uri = NULL;
}

static void start_target(struct trial *t)
{
	struct migration *m = &t->migration;
	struct job job = *t->job;

	m->directory = make_directory();
	m->uri = xasprintf("unix:%s/machine", m->directory);
	job.generation += m->done + 1;
	job.incoming = m->uri;
	m->control = trial_process(t, &job, t->parser.token, &m->target);
	m->phase = MIGRATION_STARTS;
}

void trial_migrate(struct trial *t, const char *what)
{
	struct migration *m = &t->migration;

	if (!t->job->generation)
		evidence_damage(&t->evidence, "the guest asks for a migration that nobody offered");
	else if (strcmp(what, "once") == 0)
		m->wanted++;
	else if (strcmp(what, "begin") == 0 || strcmp(what, "end") == 0)
		m->continuous = *what == 'b';
	else
		evidence_damage(&t->evidence, "a migrate record says neither once, begin nor end");
}

static void fail(struct trial *t, enum vmm_end end, const char *why)
{
	struct strbuf *err = &t->err;
	size_t start = 0;

	if (!why && err->len) {		/* the last line that one of the two VMMs wrote */
		while (err->len && err->data[err->len - 1] == '\n')
			err->data[--err->len] = '\0';
		for (size_t i = 0; i < err->len; i++)
			if (err->data[i] == '\n')
				start = i + 1;
		why = err->data + start;
	}
	trial_force(t, end, why);
	trial_kill(t);
}

static void watch_move(struct trial *t)
{
	const char *why = NULL;
	enum migration_state state = t->job->vmm->control->migration(t->control, &why);

	if (state == MIGRATION_DONE) {
		t->migration.phase = MIGRATION_LEAVES;
		remove_socket(&t->migration);
		process_kill(&t->process);
	} else if (state == MIGRATION_REFUSED || state == MIGRATION_FAILED) {
		fail(t, state == MIGRATION_REFUSED ? END_NO_MIGRATION : END_LOST, why);
	}
}

void trial_migration_work(struct trial *t)
{
	const struct vmm_control_ops *ops = t->job->vmm->control;
	struct migration *m = &t->migration;
	struct process_result result;
	const char *why;

	if (t->phase != TRIAL_RUNNING)
		return;
	if (m->phase == MIGRATION_STAYS && (m->wanted || m->continuous))
		start_target(t);
	if (m->phase == MIGRATION_MOVES)
		watch_move(t);
	if (m->phase != MIGRATION_STARTS)
		return;
	ops->io(m->control);
	if (ops->migration(m->control, &why) == MIGRATION_LISTENS) {
		m->phase = MIGRATION_MOVES;
		ops->migrate(t->control, m->uri);
	} else if (process_reap(&m->target, &result)) {
		trial_read_stderr(t, &m->target);
		fail(t, END_NO_MIGRATION, NULL);
	}
}

bool trial_migrated(struct trial *t)
{
	struct migration *m = &t->migration;
	uint64_t start_ms = t->process.start_ms;
	char *line;

	if (m->phase != MIGRATION_LEAVES || t->phase != TRIAL_RUNNING)
		return false;
	trial_read_out(t);
	t->job->vmm->control->close(t->control);
	process_close(&t->process);
	t->process = m->target;
	t->process.start_ms = start_ms;
	t->control = m->control;
	t->spent.cpu_ms += t->result.cpu_ms;
	t->next_read = 0;
	m->target = (struct process){ 0 };
	m->control = NULL;
	m->phase = MIGRATION_STAYS;
	m->done++;
	if (m->wanted)
		m->wanted--;
	line = xasprintf("# migrated (%u)\n", m->done);
	log_write(&t->log, line, strlen(line));
	free(line);
	return true;
}

bool trial_migration_ended(struct trial *t)
{
	struct migration *m = &t->migration;
	struct process_result result;

	if (m->target.pid > 0) {
		process_kill(&m->target);
		if (!process_reap(&m->target, &result))
			return false;
		trial_read_stderr(t, &m->target);
		t->spent.cpu_ms += result.cpu_ms;
	}
	if (m->control) {
		t->job->vmm->control->close(m->control);
		process_close(&m->target);
	}
	remove_socket(m);
	*m = (struct migration){ 0 };
	return true;
}
