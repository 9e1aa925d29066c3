/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's command line for a job (QEMU's manual, "Invocation"; docs/protocol.md, "Command line").
 * Ours comes first, the entry's and the user's words last: QEMU takes the last -cpu and -bios,
 * and merges -machine and -smp.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "guest_args.h"
#include "qemu.h"

/*
 * The last value of the option (without its dashes, two spellings) in words; NULL if it is not
 * there.
 */
static const char *last_value(const struct strvec *words, const char *option, const char *other)
{
	const char *value = NULL;

	for (size_t i = 0; i + 1 < words->n; i++) {
		const char *name = words->v[i];

		if (name[0] != '-')
			continue;
		name += name[1] == '-' ? 2 : 1;
		if (strcmp(name, option) == 0 || (other && strcmp(name, other) == 0))
			value = words->v[i + 1];
	}
	return value;
}

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

/*
 * The words for the library come first. An -append among the extra words replaces the arguments.
 * NULL: no line.
 */
static char *guest_command_line(const struct job *job, const char *token)
{
	const char *append = last_value(&job->extra, "append", NULL);
	struct strvec words = { 0 };
	struct strbuf cases = { 0 };
	char *line, *whole;

	if (token)
		strvec_pushf(&words, "vmunit.token=%s", token);
	for (size_t i = 0; i < job->cases.n; i++)
		strbuf_addf(&cases, "%s%s", i ? "," : "vmunit.case=", job->cases.v[i]);
	if (cases.len)
		strvec_push(&words, cases.data);
	if (job->from)
		strvec_pushf(&words, "vmunit.from=%s", job->from);
	if (!append)
		strvec_push_words(&words, &job->args);
	line = words.n ? guest_args_join(&words) : NULL;
	strbuf_free(&cases);
	strvec_free(&words);
	if (!append)
		return line;
	whole = xasprintf("%s%s%s", line ? line : "", line && *append ? " " : "", append);
	free(line);
	return whole;
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

	if (job->firmware_rom && boots_our_rom(machine) && !last_value(&job->extra, "bios", NULL) &&
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
	if (last_value(&job->extra, "accel", NULL) || !job->accel)
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
	char *line = guest_command_line(job, token);

	strvec_push(out, "-kernel");
	strvec_push(out, job->image_path);
	if (line) {
		strvec_push(out, "-append");
		strvec_push(out, line);
	}
	free(line);
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
	push_firmware(job, out);
	push_image(job, token, out);
	push_extra(out, &job->extra);
}
