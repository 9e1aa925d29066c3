/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration reader: unittests.cfg to an array of struct test. docs/configuration.md is its reference. */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include "util.h"

/* Where something was said; line and column count from 1. */
struct place {
	const char *file;
	unsigned int line, column;
};

/* The keys, in the order of docs/configuration.md. */
enum test_key {
	KEY_FILE, KEY_SMP, KEY_TEST_ARGS, KEY_QEMU_PARAMS, KEY_KVMTOOL_PARAMS, KEY_GROUPS, KEY_ARCH, KEY_MACHINE,
	KEY_ACCEL, KEY_TIMEOUT, KEY_CHECK, KEY_DISABLED_IF, KEY_FIRMWARE, KEY_ENV, KEY_HOSTOPS, KEY_VMM_PARAMS,
	KEY_QEMU_NEEDS,
	TEST_KEYS,
};

/*
 * One [name] section, as it stands: values are split into words, but variables and arithmetic in smp, timeout,
 * disabled_if, args, qemu_params, kvmtool_params and env are still there, since they depend on the architecture and
 * the environment: read these only through expand_*() (expand.h). Whether they can be expanded is checked.
 */
struct test {
	char *name;
	const char *dir;		/* directory of its unittests.cfg below the top: "x86", "" for common */
	struct place place;		/* of the name */
	struct place at[TEST_KEYS];	/* of the values; line 0: not given */
	char *file;			/* image name without directory and extension: "msr" */
	char *smp;			/* an expression, "1" if not given */
	char *timeout;			/* seconds, an expression; NULL: the default */
	char *machine, *accel;		/* NULL: any; accel may carry properties: "tcg,thread=single" */
	char *firmware;			/* "rom" (ours), "seabios", NULL: rom where it works */
	char *disabled_if;		/* a condition; NULL: never */
	struct strvec args;		/* test_args: one word is a whole command line (guest_args.h), else the words of one */
	struct strvec qemu_params, kvmtool_params, vmm_params;
	struct strvec groups, archs, checks, env;
	struct strvec qemu_needs;	/* what its QEMU must have: "edu", "intel-iommu.x-flts" */
	struct strvec hostops;		/* what it asks the small VMM for: "msr-filter" */
};

struct config {
	struct test *tests;
	size_t n, cap;
};

/* Appends the tests of the file at path; path and dir must outlive config. Insists: any mistake ends with EXIT_USAGE, "FILE:LINE:COLUMN: what; hint". */
void config_read(struct config *config, const char *path, const char *dir);
/* The same of a buffer, for tests and the fuzzer: false with *error (to be freed) set to that message. */
bool config_parse(struct config *config, const char *path, const char *dir, const char *text, size_t len, char **error);
void config_free(struct config *config);

#endif
