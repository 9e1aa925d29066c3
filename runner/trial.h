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

#define TRIAL_FDS	3	/* that a trial polls at most */

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

/* trial_records.c: takes what the console says. */
void trial_records_open(struct trial *t, const char *token);
void trial_records_reopen(struct trial *t, const char *token);	/* for the next machine's console */
void trial_records_close(struct trial *t);
/* Judges a case, applies known issues, and emits case-end. */
void trial_case_ended(struct trial *t, size_t i, struct judgement j);

#endif
