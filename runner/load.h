/* SPDX-License-Identifier: BSD-2-Clause */
/* How busy the host is. */
#ifndef LOAD_H
#define LOAD_H

/*
 * By how much a timeout is stretched when it comes: runnable vCPUs, or what the host says is
 * runnable if that is more, for each of the host's CPUs; at least 1, at most 4. (docs/running.md)
 */
double load_factor(unsigned int busy_vcpus, unsigned int cpus);

#endif
