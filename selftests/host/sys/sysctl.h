/* SPDX-License-Identifier: BSD-2-Clause */
/* macOS's <sys/sysctl.h>, of which accel.c uses one function, for systems that lack it. */
#ifndef VMUNIT_SYS_SYSCTL_H
#define VMUNIT_SYS_SYSCTL_H

#include <stddef.h>

int sysctlbyname(const char *name, void *old, size_t *old_size, void *new_value, size_t new_size);

#endif
