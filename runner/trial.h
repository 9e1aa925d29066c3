/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One job being run: its VMM process, what comes from it, its verdict at the end. Which job when
 * is run.c's.
 */
#ifndef TRIAL_H
#define TRIAL_H

#include <poll.h>
#include "job.h"
#include "log.h"
#include "judge.h"
#include "options.h"
#include "process.h"

#define TRIAL_FDS	4	/* that a trial polls at most */

/* What all trials of a run share. */
struct run_context {
	const struct options *options;
	struct known_issues *known;
	char *log_dir;
	unsigned int cpus;		/* of the host */
	unsigned int busy;		/* vCPUs that run now, of all trials */
};

enum trial_phase {
	TRIAL_RUNNING,
	/* it will not go on; the VMM has been asked where it stands */
	TRIAL_ASKING,
	TRIAL_ENDING,			/* the VMM is about to end by itself, or has been killed */
};

/* trial_migration.c: where the machine is on its way to another process. */
struct migration {
	enum {
		MIGRATION_STAYS,
		MIGRATION_STARTS,	/* the target is not ready yet */
		MIGRATION_MOVES,
		MIGRATION_LEAVES,	/* it has moved; its old process has been killed */
	} phase;
	unsigned int wanted;		/* how many times the guest has asked for it */
	bool continuous;		/* again and again, until it says that it is enough */
	unsigned int done;
	struct process target;
	void *control;			/* of the target */
	char *directory, *uri;		/* of the socket between the two; NULL: there is none */
};

struct trial {
	const struct job *job;		/* what runs: the plan's job, or again */
	struct job again;		/* a copy of it that begins with a later case */
	struct run_context *run;
	struct process process;
	struct process_result result;
	enum trial_phase phase;
	uint64_t deadline;		/* now_ms() at which this phase is over */
	uint64_t next_read;		/* the console is left alone until then */
	bool killed;			/* by us */
	bool forced;			/* the end is ours to say, not the driver's: */
	enum vmm_end forced_end;
	char *forced_cause;		/* NULL: none */
	void *control;			/* of the driver */
	struct record_parser parser;
	struct evidence evidence;
	struct circumstances circumstances;
	struct judgement *cases;	/* as many as evidence.cases, those judged so far */
	size_t n_cases;
	size_t traces;			/* that were symbolized */
	uint64_t console_bytes, text_bytes;
	struct strbuf err;		/* what the VMM wrote to stderr */
	struct log log;
	struct vmm_ending ending;
	struct migration migration;
	struct judgement judgement;	/* once it has ended */
	unsigned int timeouts;		/* of machines before this one */
	struct process_result spent;	/* by machines before this one */
	char *broken;			/* why the environment failed it; NULL: it did not */
};

/* Starts the job's VMM and emits test-start. Insists: a run that cannot start processes is over. */
struct trial *trial_start(const struct job *job, struct run_context *run);
/*
 * Fills fds with what to poll for; *wake becomes earlier if something is to be done at a certain
 * time.
 */
size_t trial_poll(const struct trial *t, struct pollfd *fds, uint64_t now, uint64_t *wake);
/* Does what can be done without waiting. */
void trial_work(struct trial *t, uint64_t now);
/* Kills it; it will be judged as interrupted. */
void trial_interrupt(struct trial *t);
/*
 * Starts a fresh machine for the same test, from the named case on, after the one that ran ended in the middle of a case.
 */
void trial_restart(struct trial *t, const char *from);
/* If the VMM has ended: judges it and emits the rest. true once, then only trial_free() is left. */
bool trial_finish(struct trial *t);
void trial_free(struct trial *t);

/* Inside the trial: */
/* Starts the VMM with job's command line and returns the driver's control, or NULL. Insists. */
void *trial_process(struct trial *t, const struct job *job, const char *token, struct process *process);
/* The end is ours to say; the first one counts. why may be NULL. */
void trial_force(struct trial *t, enum vmm_end end, const char *why);
void trial_kill(struct trial *t);
/* Reads what is left, of a process that has ended. */
void trial_read_out(struct trial *t);
void trial_read_stderr(struct trial *t, struct process *process);

/* trial_migration.c: the guest asks for it: "once", "begin" or "end". */
void trial_migrate(struct trial *t, const char *what);
/* Does what can be done without waiting. */
void trial_migration_work(struct trial *t);
/* Called when the process has been reaped: true if the trial goes on with another one. */
bool trial_migrated(struct trial *t);
/* Ends what has not become the trial's process; false: to be called again after a SIGCHLD. */
bool trial_migration_ended(struct trial *t);

/* trial_records.c: takes what the console says. */
void trial_records_open(struct trial *t, const char *token);
void trial_records_reopen(struct trial *t, const char *token);	/* for the next machine's console */
void trial_records_close(struct trial *t);
/* Judges a case, applies known issues, and emits case-end. */
void trial_case_ended(struct trial *t, size_t i, struct judgement j);

#endif
