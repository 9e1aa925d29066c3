/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's command line for a job (QEMU's manual, "Invocation"; docs/protocol.md, "Command line").
 * Ours comes first, the entry's and the user's words last: QEMU takes the last -cpu and -bios,
 * and merges -machine and -smp.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "accel.h"
#include "guest_line.h"
#include "qemu.h"

/*
 * The machine type that QEMU will take: the last one named, since it merges all -machine options.
 */
static char *machine_type(const struct job *job)
{
	const char *type = job->machine ? job->machine : qemu_arch(job->arch)->machine;
	size_t len = strcspn(type, ",");

	for (size_t i = 0; i + 1 < job->extra.n; i++) {
		const char *word = job->extra.v[i], *value = job->extra.v[i + 1];
		size_t n = strcspn(value, ",");

		if (strcmp(word, "-machine") != 0 && strcmp(word, "-M") != 0 &&
		    strcmp(word, "--machine") != 0)
			continue;
		if (strncmp(value, "type=", 5) == 0)
			value += 5, n -= 5;
		if (!memchr(value, '=', n))
			type = value, len = n;
	}
	return xstrndup(type, len);
}

static bool boots_our_rom(const char *machine)
{
	return strcmp(machine, "pc") == 0 || strcmp(machine, "q35") == 0 ||
	       strcmp(machine, "microvm") == 0 || strcmp(machine, "isapc") == 0 ||
	       strncmp(machine, "pc-", 3) == 0 || strcmp(machine, "pseries") == 0 ||
	       strncmp(machine, "pseries-", 8) == 0;
}

static void push_extra(struct strvec *out, const struct strvec *extra)
{
	for (size_t i = 0; i < extra->n; i++) {
		if (i + 1 < extra->n &&
		    (strcmp(extra->v[i], "-append") == 0 || strcmp(extra->v[i], "--append") == 0))
			i++;		/* it is part of ours */
		else
			strvec_push(out, extra->v[i]);
	}
}

/* Our boot ROM instead of the firmware, where it is wanted, boots and was built. */
static void push_firmware(const struct job *job, struct strvec *out)
{
	char *machine = machine_type(job);
	char *rom = xasprintf("%s/%s/rom.bin", job->instance->build, job->arch);

	if (job->firmware_rom && boots_our_rom(machine) && !guest_line_value(&job->extra, "bios", NULL) &&
	    access(rom, R_OK) == 0) {
		strvec_push(out, "-bios");
		strvec_push(out, rom);
	}
	free(rom);
	free(machine);
}

static void push_machine(const struct job *job, struct strvec *out)
{
	const struct qemu_arch *row = qemu_arch(job->arch);
	const char *machine = job->machine ? job->machine : row->machine;

	strvec_push(out, "-machine");
	/* QEMU rejects "-accel" beside "-machine accel=", so the entry's word silences ours. */
	if (guest_line_value(&job->extra, "accel", NULL) || !job->accel)
		strvec_push(out, machine);
	else
		strvec_pushf(out, "%s,accel=%s", machine, job->accel);
	if (row->cpu) {
		strvec_push(out, "-cpu");
		strvec_push(out, row->cpu);
	}
	if (job->smp > 1) {
		strvec_push(out, "-smp");
		strvec_pushf(out, "%ld", job->smp);
	}
}

static void push_machine_devices(const struct job *job, struct strvec *out)
{
	char *type = machine_type(job);
	const struct qemu_machine *machine = qemu_machine(type);

	for (size_t i = 0; machine && machine->devices[i]; i++)
		strvec_push(out, machine->devices[i]);
	free(type);
}

static void push_image(const struct job *job, const char *token, struct strvec *out)
{
	char *line = guest_line(job, token);

	strvec_push(out, "-kernel");
	strvec_push(out, job->image_path);
	if (line) {
		strvec_push(out, "-append");
		strvec_push(out, line);
	}
	free(line);
}

/*
 * A KVM without hardware virtualization announces IA32_ARCH_CAPABILITIES on AMD's processors too, and then refuses the
 * value that QEMU makes of it: QEMU ends before the guest begins.
 */
static void push_quirks(const struct job *job, struct strvec *out)
{
	const char *backend = accel_backend(job->accel);
	bool i386 = strstr(job->instance->binary, "qemu-system-i386") != NULL;

	if (!backend || strcmp(backend, "kvm_pvm") != 0)
		return;
	strvec_push(out, "-global");
	strvec_pushf(out, "%s-cpu.arch-capabilities=off", i386 ? "i386" : "x86_64");
}

/* The machine's UUID, which the guest can read at any time, tells it on which side of a migration it is. */
static void push_migration(const struct job *job, struct strvec *out)
{
	if (!job->generation)
		return;
	strvec_push(out, "-uuid");
	strvec_pushf(out, "766d756e-6974-4000-8000-%012x", job->generation);
	if (job->incoming) {
		strvec_push(out, "-incoming");
		strvec_push(out, job->incoming);
	}
}

void qemu_command(const struct job *job, const char *token, int control_fd, struct strvec *out)
{
	static const char *const always[] = {
		"-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
		"-chardev", "stdio,id=console,mux=on",
	};
	const struct qemu_arch *row = qemu_arch(job->arch);

	strvec_push(out, job->instance->binary);
	for (size_t i = 0; i < ARRAY_SIZE(always); i++)
		strvec_push(out, always[i]);
	push_machine(job, out);
	for (size_t i = 0; row->devices[i]; i++)
		strvec_push(out, row->devices[i]);
	push_machine_devices(job, out);
	push_quirks(job, out);
	if (job->console_copy > 0 && !row->exit_device) {
		strvec_push(out, "-set");
		strvec_pushf(out, "chardev.console.logfile=/dev/fd/%d", job->console_copy);
	}
	if (control_fd >= 0) {
		strvec_push(out, "-chardev");
		strvec_pushf(out, "socket,fd=%d,id=qmp", control_fd);
		strvec_push(out, "-mon");
		strvec_push(out, "chardev=qmp,mode=control");
		strvec_push(out, "-S");	/* until qemu_watch.c says "cont" */
	}
	push_migration(job, out);
	push_firmware(job, out);
	push_image(job, token, out);
	push_extra(out, &job->extra);
}
