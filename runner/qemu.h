/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of the QEMU driver share: qemu.c (row, command line), qemu_probe.c,
 * qemu_watch.c, ...
 */
#ifndef QEMU_H
#define QEMU_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include "job.h"
#include "vmm.h"

/* How QEMU is started for one architecture, where a test's entry says nothing else. */
struct qemu_arch {
	const char *arch;		/* as in archs[] */
	/* QEMU targets ("query-target") that run it, with blanks between and around */
	const char *targets;
	const char *machine;		/* -machine */
	const char *cpu;		/* -cpu; NULL: QEMU's choice */
	bool exit_device;		/* QEMU ends with (status << 1) | 1 */
	/* exit device and console, words, NULL-terminated; the chardev is "console" */
	const char *devices[7];
};

/* What a family of machine types needs beside that; the type begins with prefix. */
struct qemu_machine {
	const char *prefix;
	const char *devices[5];		/* words, NULL-terminated */
};

/* Of a machine type ("powernv9"); NULL if nothing is known of it. */
const struct qemu_machine *qemu_machine(const char *type);

#define QEMU_ARCHS	8
extern const struct qemu_arch qemu_archs[QEMU_ARCHS];
/* The row of an architecture; every one in archs[] has one. */
const struct qemu_arch *qemu_arch(const char *arch);

/*
 * Asks the binary (an absolute path) what it offers: {"target", "version", "machines": [],
 * "cpus": [], "devices": [], "accels": []}; from the cache in BUILD/cache/ if that is as old as
 * the binary. NULL with *error (to be freed).
 */
json_t *qemu_probe(const char *binary, const struct options *options, char **error);
/* The names of a device's properties, from the same cache; NULL if the binary does not answer. */
json_t *qemu_properties(const char *binary, const char *device, const struct options *options);

extern const struct vmm vmm_qemu;
/* Its members: */
struct vmm_instance *qemu_find(const struct options *options, const char *arch);
void qemu_command(const struct job *job, const char *token, int control_fd, struct strvec *out);
void qemu_explain(const struct job *job, void *control, int wait_status, const char *stderr_text,
		  int guest_status, struct vmm_ending *ending);

extern const struct vmm_control_ops qemu_control;
struct qemu_watch;
/* What the events said; NULL where they said nothing. */
const char *qemu_watch_shutdown_reason(const struct qemu_watch *w);
const char *qemu_watch_run_state(const struct qemu_watch *w);
bool qemu_watch_panicked(const struct qemu_watch *w);
/* Moves the vCPUs' states and the registers' lines to *ending. */
void qemu_watch_facts(struct qemu_watch *w, struct vmm_ending *ending);

/*
 * Reads the output of "info registers -a": one vcpu_state for each "CPU#N" block with an
 * instruction pointer that is known by name. Any text is survived. Returns how many; *vcpus is to
 * be freed.
 */
size_t qemu_registers_parse(const char *text, struct vcpu_state **vcpus);
/* Reads the output of "x /15xb ADDR" into "0f 0b 90"; NULL if it has no bytes. */
char *qemu_code_parse(const char *text);

#endif
