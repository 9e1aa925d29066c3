/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmunit-vmm: a small VMM for guests that test KVM. From the command line to the first instruction;
 * then the main thread waits for the end. docs/vmm.md describes the machine, docs/hostops.md what
 * guests may ask for.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../lib/hostop.h"
#include "control.h"
#include "gdb.h"
#include "machine.h"
#include "operations.h"
#include "sandbox.h"
#include "swap.h"

void die(int status, const char *format, ...)
{
	va_list args;

	fputs("vmunit-vmm: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	fflush(stderr);
	_exit(status);
}

struct file {
	const uint8_t *data;
	uint64_t len;
};

/* Maps a whole file; an empty one has no data. */
static struct file map_file(const char *path)
{
	struct file file = { NULL, 0 };
	struct stat st;
	int fd;

	if (!path)
		return file;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0)
		die(STATUS_USAGE, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		die(STATUS_USAGE, "%s: not a regular file", path);
	file.len = (uint64_t)st.st_size;
	file.data = file.len ? mmap(NULL, file.len, PROT_READ, MAP_PRIVATE, fd, 0)
			     : (const uint8_t *)"";
	if (file.data == MAP_FAILED)
		die(STATUS_USAGE, "%s: %s", path, strerror(errno));
	close(fd);
	return file;
}

static void unmap_file(struct file file)
{
	if (file.len)
		munmap((void *)file.data, file.len);
}

static void get_vcpus(struct machine *m)
{
	m->n_vcpus = m->options->vcpus;
	m->vcpus = calloc(m->n_vcpus, sizeof(*m->vcpus));
	if (!m->vcpus)
		die(STATUS_ENVIRONMENT, "no memory for %u CPUs", m->n_vcpus);
	for (unsigned int i = 0; i < m->n_vcpus; i++) {
		m->vcpus[i].machine = m;
		m->vcpus[i].index = i;
		m->vcpus[i].fd = -1;
	}
}

static void say_lost(const char *name)
{
	printf("lost:%-19s %s does nothing\n", name, name);
}

static int tell(const struct options *o)
{
	if (o->help)
		fputs(options_usage, stdout);
	else if (o->version)
		printf("vmunit-vmm %s, host operations version %d\n", VMM_VERSION, HOSTOP_VERSION);
	if (!o->list_breaks)
		return 0;
	for (int i = BREAK_NOTHING + 1; i < BREAK_COUNT; i++)
		if (i != BREAK_LOST)
			printf("%-24s %s\n", faults[i].name, faults[i].what);
	operation_each(say_lost);
	return 0;
}

int main(int argc, char **argv)
{
	static struct options options;
	static struct machine m;
	struct file image, initrd;
	char error[256];

	if (!options_parse(&options, argc, argv, error, sizeof(error)))
		die(STATUS_USAGE, "%s", error);
	if (options.help || options.version || options.list_breaks)
		return tell(&options);
	machine_init(&m, &options);
	image = map_file(options.image);
	initrd = map_file(options.initrd);
	arch_get_ram(&m);
	get_vcpus(&m);
	kvm_open(&m);
	kvm_create_vm(&m);
	arch_boot(&m, image.data, image.len, initrd.data, initrd.len);
	unmap_file(image);
	unmap_file(initrd);
	sandbox_prepare(&m);
	control_open(&m);
	gdb_open(&m);
	operation_ring_open(&m);
	swap_open();
	machine_catch_signals();
	machine_start(&m);
	sandbox_enter(&m);
	if (gdb_fd() >= 0)
		gdb_talk(&m, &m.vcpus[0], 0);
	else
		machine_go(&m, NULL);
	machine_watch(&m);
	_exit(control_conclude(&m));
}
