/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Run-time abstraction services (LoPAR 1.1, chapter 7): found by their names in the device tree,
 * called by H_RTAS.
 */
#ifndef POWERPC_ASM_RTAS_H
#define POWERPC_ASM_RTAS_H

#include "libcflat.h"

/* rtas_token()'s error; and statuses of all calls (section 7.2.8, table 7.4). */
#define RTAS_UNKNOWN_SERVICE	(-1)
#define RTAS_OK			0
#define RTAS_HARDWARE_ERROR	(-1)
#define RTAS_BUSY		(-2)
#define RTAS_PARAMETER_ERROR	(-3)

/* query-cpu-stopped-state's second output (section 7.3.22). */
#define RTAS_CPU_STOPPED	0
#define RTAS_CPU_STOPPING	1
#define RTAS_CPU_RUNNING	2

/* 0 and the service's token, or RTAS_UNKNOWN_SERVICE. */
int rtas_token(const char *service, uint32_t *token);
/*
 * nargs words, then the call; nret words come back: the first is returned, the others are stored
 * to outputs unless NULL.
 */
int rtas_call(int token, int nargs, int nret, int *outputs, ...);
/* Turns the machine off; returns if that fails. */
void rtas_power_off(void);

#endif
