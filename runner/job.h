/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan: which tests run on which architecture with which VMM, or why they do not. */
#ifndef JOB_H
#define JOB_H

#include "config.h"
#include "image.h"
#include "known.h"
#include "vmm.h"

/* One test on one architecture under one VMM: one VMM process, when it is run. */
struct job {
	unsigned int id;		/* its index in the plan */
	unsigned int round;		/* of --repeat, from 0 */
	const struct test *test;
	const char *arch;
	char *image_path;		/* what the VMM boots: build/x86_64/x86/msr.flat */
	char *elf_path;			/* debug information: build/x86_64/x86/msr.elf */
	struct image image;
	struct strvec cases;		/* the globs ('*' and '?' only) that select cases; empty: all */
	struct strvec planned;		/* names of the cases that must report */
	const char *from;		/* the case to begin with, after one that took the machine down; NULL: the first */
	char *skip_reason;		/* not NULL: not started, with this reason */
	char *error_reason;		/* not NULL: not started, an error (image missing, ...) */
	const struct vmm *vmm;		/* the driver's row and what was found of it */
	const struct vmm_instance *instance;
	const char *accel, *machine;	/* accel: "tcg", its properties are in extra; machine NULL: the VMM's default */
	bool firmware_rom;
	int console_copy;		/* a descriptor that the VMM writes the console to, too, if it knows no exit status; 0: none */
	long smp;
	unsigned int generation;	/* of the machine: one more after each migration; 0: it is not migrated */
	const char *incoming;		/* where the machine comes from ("unix:PATH"); NULL: it is a new one */
	unsigned int timeout_ms;
	struct strvec args;		/* words of the guest's command line: vmunit.env.NAME=VALUE, test_args */
	struct strvec extra;		/* expanded qemu_params, then the user's words after -- */
};

/* Whether an architecture of the run is skipped as a whole. */
struct arch_skip {
	bool asked;			/* whether there is a VMM */
	char *reason;			/* NULL: it runs, as far as was asked */
	unsigned int tests;		/* selected ones that are not run for that reason */
};

struct plan {
	struct job *jobs;		/* round by round, then in the order of the configuration */
	size_t n, cap;
	struct config config;		/* what the jobs point into */
	struct strvec archs;		/* the selected ones */
	struct arch_skip *skips;	/* one for each of them */
	struct strvec strings;
};

#endif
