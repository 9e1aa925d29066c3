/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The QEMU driver's row, and its own table of architectures. Finding the binary: qemu_find.c; the
 * command line: qemu_command.c; what a running QEMU says: qemu_watch.c; what its end means:
 * qemu_end.c.
 */
#include <stdlib.h>
#include <string.h>
#include "accel.h"
#include "arch.h"
#include "qemu.h"

/*
 * isa-debugcon's port 0xe9 takes a line in one string output instruction and writes it blocking,
 * so nothing is lost. The first serial port leads to the same console (0.4 ms of QEMU's 28), for
 * what does not know of port 0xe9.
 */
#define X86_DEVICES \
	"-device", "isa-debug-exit,iobase=0xf4,iosize=0x4", \
	"-device", "isa-debugcon,iobase=0xe9,chardev=console", \
	"-serial", "chardev:console"
#define SERIAL_ONLY	"-serial", "chardev:console"
/* Without what TCG would warn of: mitigations of speculation, which nothing here tests. */
#define PSERIES		"pseries,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off"
#define SCLP		"-device", "sclpconsole,chardev=console"

const struct qemu_arch qemu_archs[QEMU_ARCHS] = {
	{ "x86_64", " x86_64 ", "pc", "max", true, { X86_DEVICES } },
	{ "i386", " i386 x86_64 ", "pc", "max", true, { X86_DEVICES } },
	{ "arm64", " aarch64 ", "virt", "max", false, { SERIAL_ONLY } },
	{ "arm", " arm aarch64 ", "virt", "max", false, { SERIAL_ONLY } },
	{ "s390x", " s390x ", "s390-ccw-virtio", "max", false, { SCLP } },
	{ "ppc64", " ppc64 ", PSERIES, NULL, false, { SERIAL_ONLY } },
	{ "ppc64le", " ppc64 ", PSERIES, NULL, false, { SERIAL_ONLY } },
	{ "riscv64", " riscv64 ", "virt", NULL, true, { SERIAL_ONLY } },
};

/* powernv: its firmware asks a management controller to turn the power off. */
static const struct qemu_machine machines[] = {
	{ "powernv",
	  { "-device", "ipmi-bmc-sim,id=bmc0", "-device", "isa-ipmi-bt,bmc=bmc0,irq=10" } },
};

const struct qemu_machine *qemu_machine(const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++)
		if (strncmp(type, machines[i].prefix, strlen(machines[i].prefix)) == 0)
			return &machines[i];
	return NULL;
}

const struct qemu_arch *qemu_arch(const char *arch)
{
	for (size_t i = 0; i < ARRAY_SIZE(qemu_archs); i++)
		if (strcmp(qemu_archs[i].arch, arch) == 0)
			return &qemu_archs[i];
	die(EXIT_USAGE, "the QEMU driver has no row for the architecture \"%s\"", arch);
}

/* -machine takes a type with or without properties: "q35,kernel-irqchip=split". */
static bool has_machine(const struct vmm_instance *instance, const char *machine)
{
	char *type = xstrndup(machine, strcspn(machine, ","));
	bool has = strvec_has(&instance->machines, type);

	free(type);
	return has;
}

/* A binary that does not answer may have it: the start will tell. */
static bool has_property(const struct vmm_instance *q, const char *device, const char *property)
{
	json_t *names = qemu_properties(q->binary, device, q->options), *name;
	bool has = !names;
	size_t i;

	json_array_foreach(names, i, name)
		has = has || (json_is_string(name) && strcmp(json_string_value(name), property) == 0);
	json_decref(names);
	return has;
}

/* qemu_needs: DEVICE or DEVICE.PROPERTY. A device's name may have dots; a property's has none. NULL: all there. */
static char *lacks(const struct vmm_instance *q, const struct strvec *needs)
{
	for (size_t i = 0; i < needs->n; i++) {
		const char *need = needs->v[i], *dot = strrchr(need, '.');
		char *device = xstrndup(need, dot ? (size_t)(dot - need) : strlen(need)), *why = NULL;

		if (strvec_has(&q->devices, need))
			why = NULL;
		else if (!strvec_has(&q->devices, device))
			why = xasprintf("%s %s has no device \"%s\"", q->binary, q->version, device);
		else if (!has_property(q, device, dot + 1))
			why = xasprintf("the device \"%s\" of %s %s has no property \"%s\"", device, q->binary,
					q->version, dot + 1);
		free(device);
		if (why)
			return why;
	}
	return NULL;
}

static bool can_run(const struct job *job, char **why)
{
	const struct vmm_instance *q = job->instance;
	char *cannot = NULL;

	if (q->unusable) {
		*why = xstrdup(q->unusable);
	} else if (job->machine && !has_machine(q, job->machine)) {
		*why = xasprintf("%s has no machine \"%s\"", q->binary, job->machine);
	} else if (job->accel && !strvec_has(&q->accels, job->accel)) {
		if (accel_usable(job->accel, arch_find(job->arch), &cannot))
			cannot = xasprintf("%s was built without %s", q->binary, job->accel);
		*why = cannot;
	} else {
		*why = lacks(q, &job->test->qemu_needs);
		return !*why;
	}
	return false;
}

static void debug(const struct job *job, unsigned int port, struct strvec *out)
{
	(void)job;
	strvec_push(out, "-gdb");
	strvec_pushf(out, "tcp:127.0.0.1:%u", port);
}

const struct vmm vmm_qemu = {
	.name = "qemu",
	.find = qemu_find,
	.command = qemu_command,
	.debug = debug,
	.can_run = can_run,
	.control = &qemu_control,
	.explain = qemu_explain,
};
