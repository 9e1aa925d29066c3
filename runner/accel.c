/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host's accelerators: KVM is a device that can be opened (Linux
 * Documentation/virt/kvm/api.rst, section 2), Hypervisor.framework a sysctl. Both run guests of
 * the host's own architecture only.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>
#ifdef __APPLE__
#include <sys/sysctl.h>
#endif
#include "accel.h"
#include "util.h"

const char *const accels[] = { "kvm", "hvf", "tcg", NULL };

static void say(char **why, char *text)
{
	if (why)
		*why = text;
	else
		free(text);
}

static bool foreign(const char *accel, const struct arch *arch, char **why)
{
	if (arch_native(arch))
		return false;
	say(why, xasprintf("%s cannot run %s guests on this host", accel, arch->name));
	return true;
}

static bool kvm_usable(const struct arch *arch, char **why)
{
	/* it is opened once: this costs a system call or two for each job otherwise */
	static int checked, error;
	int fd;

	if (foreign("kvm", arch, why))
		return false;
	if (!checked++) {
		fd = open("/dev/kvm", O_RDWR);
		error = fd < 0 ? errno : 0;
		if (fd >= 0)
			close(fd);
	}
	if (error)
		say(why, xasprintf("/dev/kvm: %s%s", strerror(error),
				   error == EACCES ? "; join the group that owns it" : ""));
	return !error;
}

#ifdef __APPLE__
static bool hvf_usable(const struct arch *arch, char **why)
{
	int supported = 0;
	size_t size = sizeof(supported);

	if (foreign("hvf", arch, why))
		return false;
	if (sysctlbyname("kern.hv_support", &supported, &size, NULL, 0) == 0 && supported)
		return true;
	say(why, xstrdup("hvf: this machine has no Hypervisor.framework (sysctl kern.hv_support)"));
	return false;
}
#else
static bool hvf_usable(const struct arch *arch, char **why)
{
	(void)arch;
	say(why, xstrdup("hvf: only macOS has it"));
	return false;
}
#endif

bool accel_usable(const char *accel, const struct arch *arch, char **why)
{
	if (strcmp(accel, "tcg") == 0)
		return true;
	if (strcmp(accel, "kvm") == 0)
		return kvm_usable(arch, why);
	if (strcmp(accel, "hvf") == 0)
		return hvf_usable(arch, why);
	say(why, xasprintf("accelerator \"%s\" is not known here (kvm, hvf, tcg)", accel));
	return false;
}

const char *accel_backend(const char *accel)
{
	static const char *const backends[] = { "kvm_pvm", "kvm_intel", "kvm_amd", "kvm_hv",
						"kvm_pr" };
	const char *found = NULL;

	if (!accel || strcmp(accel, "kvm") != 0)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(backends) && !found; i++) {
		char *path = xasprintf("/sys/module/%s", backends[i]);

		if (access(path, F_OK) == 0)
			found = backends[i];
		free(path);
	}
	return found;
}
