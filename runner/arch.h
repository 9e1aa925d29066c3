/* SPDX-License-Identifier: BSD-2-Clause */
/* The architectures: the one place of the runner that names them. */
#ifndef ARCH_H
#define ARCH_H

#include <stdbool.h>
#include <stddef.h>

struct arch {
	const char *name;		/* "x86_64": as configure, the entries and --arch say it */
	const char *dir;		/* "x86": the directory of its tests */
	const char *qemu;		/* "qemu-system-x86_64": the binary, to be found in PATH */
	const char *qemu_package;	/* where to get it: Debian's name */
	const char *kvm_hosts;		/* uname -m of the hosts whose KVM runs it, with blanks between and around */
	unsigned int elf_machine;	/* e_machine of its images */
};

extern const struct arch archs[];
extern const size_t n_archs;

const struct arch *arch_find(const char *name);		/* NULL: no such architecture */
const char *arch_nearest(const char *name);		/* for the hint; NULL if none is near */
/* Can this host's KVM, if it has one, run guests of arch? */
bool arch_native(const struct arch *arch);

#endif
