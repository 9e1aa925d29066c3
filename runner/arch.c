/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The architectures: directory, emulator, hosts that accelerate them. e_machine is from the ELF
 * gABI's table.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include "arch.h"
#include "util.h"

const struct arch archs[] = {
	{ "x86_64", "x86", "qemu-system-x86_64", "qemu-system-x86", " x86_64 amd64 ", 62 },
	{ "i386", "x86", "qemu-system-i386", "qemu-system-x86",
	  " x86_64 amd64 i386 i486 i586 i686 ", 3 },
	{ "arm64", "arm", "qemu-system-aarch64", "qemu-system-arm", " aarch64 arm64 ", 183 },
	{ "arm", "arm", "qemu-system-arm", "qemu-system-arm", " armv7l armv8l ", 40 },
	{ "s390x", "s390x", "qemu-system-s390x", "qemu-system-misc", " s390x ", 22 },
	{ "ppc64", "powerpc", "qemu-system-ppc64", "qemu-system-ppc", " ppc64 ppc64le ", 21 },
	{ "ppc64le", "powerpc", "qemu-system-ppc64", "qemu-system-ppc", " ppc64 ppc64le ", 21 },
	{ "riscv64", "riscv", "qemu-system-riscv64", "qemu-system-misc", " riscv64 ", 243 },
};
const size_t n_archs = ARRAY_SIZE(archs);

const struct arch *arch_find(const char *name)
{
	for (size_t i = 0; i < n_archs; i++)
		if (strcmp(archs[i].name, name) == 0)
			return &archs[i];
	return NULL;
}

const char *arch_nearest(const char *name)
{
	const char *names[ARRAY_SIZE(archs)];

	for (size_t i = 0; i < n_archs; i++)
		names[i] = archs[i].name;
	return nearest(name, names, n_archs);
}

bool arch_native(const struct arch *arch)
{
	struct utsname host;
	char *word;
	bool native;

	if (uname(&host) != 0)
		return false;
	word = xasprintf(" %s ", host.machine);
	native = strstr(arch->kvm_hosts, word) != NULL;
	free(word);
	return native;
}
