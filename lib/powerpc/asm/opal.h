/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls of OPAL, the firmware of machines where this is the hypervisor's own level: tokens and
 * return codes of skiboot's doc/opal-api and include/opal-api.h. What it reads and writes in memory
 * is big-endian, at real addresses.
 */
#ifndef POWERPC_ASM_OPAL_H
#define POWERPC_ASM_OPAL_H

#include "libcflat.h"

#define OPAL_SUCCESS		0
#define OPAL_PARAMETER		(-1)
#define OPAL_BUSY		(-2)
#define OPAL_PARTIAL		(-3)
#define OPAL_CONSTRAINED	(-4)
#define OPAL_CLOSED		(-5)
#define OPAL_HARDWARE		(-6)
#define OPAL_UNSUPPORTED	(-7)
#define OPAL_PERMISSION		(-8)
#define OPAL_NO_MEM		(-9)
#define OPAL_RESOURCE		(-10)
#define OPAL_INTERNAL_ERROR	(-11)
#define OPAL_BUSY_EVENT		(-12)
#define OPAL_HARDWARE_FROZEN	(-13)
#define OPAL_WRONG_STATE	(-14)

#define OPAL_TEST		0
#define OPAL_CONSOLE_WRITE	1
#define OPAL_CONSOLE_READ	2
#define OPAL_RTC_READ		3
#define OPAL_CEC_POWER_DOWN	5
#define OPAL_CEC_REBOOT		6
#define OPAL_POLL_EVENTS	10
#define OPAL_START_CPU		41
#define OPAL_QUERY_CPU_STATUS	42
#define OPAL_REINIT_CPUS	70
#define OPAL_CHECK_TOKEN	80
#define OPAL_CONSOLE_FLUSH	117

#define OPAL_TEST_RESULT	0xfeedf00dul

/* OPAL_REINIT_CPUS: the byte order of interrupts in hypervisor state. */
#define OPAL_REINIT_HILE_BE	1ul
#define OPAL_REINIT_HILE_LE	2ul

/* OPAL_QUERY_CPU_STATUS' output, a byte. */
#define OPAL_THREAD_INACTIVE	0
#define OPAL_THREAD_STARTED	1
#define OPAL_THREAD_UNAVAILABLE	2

/* Up to seven arguments (words); what the firmware returned. */
long opal_call(unsigned long token, ...);

/* Finds the firmware in the device tree; false if there is none. */
bool opal_init(void);
/* Sends to its first console. */
void opal_console_write(const char *data, size_t len);
/* Turns the machine off; returns if that fails. */
void opal_power_off(void);

#endif
