/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where Hypervisor.framework is chosen, with macOS's uname() and sysctlbyname() played here: for
 * guests of the host's own architecture, and only if kern.hv_support says so.
 */
#ifndef __APPLE__
#define __APPLE__ 1
#endif
#include "../../runner/accel.c"
#include <sys/utsname.h>
#include "check.h"

static const char *machine;
static int hv_support;		/* -1: there is no such name */

int uname(struct utsname *host)
{
	memset(host, 0, sizeof(*host));
	strcpy(host->sysname, "Darwin");
	strcpy(host->release, "24.6.0");
	strcpy(host->machine, machine);
	return 0;
}

int sysctlbyname(const char *name, void *old, size_t *old_size, void *new_value, size_t new_size)
{
	CHECK_STRING(name, "kern.hv_support");
	CHECK_NUMBER(*old_size, sizeof(hv_support));
	CHECK(!new_value && !new_size);
	if (hv_support < 0) {
		errno = ENOENT;
		return -1;
	}
	memcpy(old, &hv_support, sizeof(hv_support));
	return 0;
}

static void check_hosts(void)
{
	static const struct {
		const char *machine;
		int support;
		const char *guests;	/* that hvf runs, with blanks between and around */
	} hosts[] = {
		{ "arm64", 1, " arm64 " },
		{ "arm64", 0, " " },
		{ "arm64", -1, " " },
		{ "x86_64", 1, " x86_64 i386 " },
		{ "x86_64", 0, " " },
		{ "x86_64", -1, " " },
	};

	for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
		machine = hosts[i].machine;
		hv_support = hosts[i].support;
		for (size_t k = 0; k < n_archs; k++) {
			char *why = NULL, *word = xasprintf(" %s ", archs[k].name);
			bool expected = strstr(hosts[i].guests, word) != NULL;

			CHECK(accel_usable("hvf", &archs[k], &why) == expected);
			CHECK(expected == !why);
			CHECK(accel_usable("tcg", &archs[k], NULL));
			free(why);
			free(word);
		}
	}
}

static void check_reasons(void)
{
	char *why = NULL;

	machine = "arm64";
	hv_support = 0;
	accel_usable("hvf", arch_find("arm64"), &why);
	CHECK_HAS(why, "sysctl kern.hv_support");
	free(why);
	accel_usable("hvf", arch_find("x86_64"), &why);
	CHECK_STRING(why, "hvf cannot run x86_64 guests on this host");
	free(why);
	accel_usable("kvm", arch_find("x86_64"), &why);
	CHECK_STRING(why, "kvm cannot run x86_64 guests on this host");
	free(why);
	CHECK(!accel_backend("hvf"));
}

int main(void)
{
	RUN(check_hosts);
	RUN(check_reasons);
	return check_status();
}
