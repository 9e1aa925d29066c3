/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The load of the host. getloadavg() is not in POSIX: where there is no /proc/loadavg only our
 * own vCPUs count.
 */
#include <stdlib.h>
#include "load.h"
#include "util.h"

#define FACTOR_MAX	4.0

double load_factor(unsigned int busy_vcpus, unsigned int cpus)
{
	size_t len;
	char *text = try_read_file("/proc/loadavg", 4096, &len);
	double load = text ? strtod(text, NULL) : 0, factor;

	free(text);
	if (load < busy_vcpus)
		load = busy_vcpus;
	factor = cpus ? load / cpus : 1;
	return factor < 1 ? 1 : factor > FACTOR_MAX ? FACTOR_MAX : factor;
}
