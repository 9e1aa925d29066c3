/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SIGNAL PROCESSOR: orders, status bits (Principles of Operation, chapter 4, "CPU Signaling and
 * Response").
 */
#ifndef S390X_ASM_SIGP_H
#define S390X_ASM_SIGP_H

#define SIGP_SENSE			1
#define SIGP_EXTERNAL_CALL		2
#define SIGP_EMERGENCY_SIGNAL		3
#define SIGP_START			4
#define SIGP_STOP			5
#define SIGP_RESTART			6
#define SIGP_STOP_AND_STORE_STATUS	9
#define SIGP_INITIAL_CPU_RESET		11
#define SIGP_CPU_RESET			12
#define SIGP_SET_PREFIX			13
#define SIGP_STORE_STATUS_AT_ADDRESS	14
#define SIGP_SET_ARCHITECTURE		18
#define SIGP_COND_EMERGENCY_SIGNAL	19
#define SIGP_SENSE_RUNNING		21
#define SIGP_SET_MULTI_THREADING	22
#define SIGP_STORE_ADDITIONAL_STATUS	23

#define SIGP_CC_ORDER_CODE_ACCEPTED	0
#define SIGP_CC_STATUS_STORED		1
#define SIGP_CC_BUSY			2
#define SIGP_CC_NOT_OPERATIONAL		3

#define SIGP_STATUS_EQUIPMENT_CHECK	0x80000000UL
#define SIGP_STATUS_NOT_RUNNING		0x00000400UL
#define SIGP_STATUS_INCORRECT_STATE	0x00000200UL
#define SIGP_STATUS_INVALID_PARAMETER	0x00000100UL
#define SIGP_STATUS_EXTERNAL_CALL_PENDING 0x00000080UL
#define SIGP_STATUS_STOPPED		0x00000040UL
#define SIGP_STATUS_OPERATOR_INTERV	0x00000020UL
#define SIGP_STATUS_CHECK_STOP		0x00000010UL
#define SIGP_STATUS_INOPERATIVE		0x00000004UL
#define SIGP_STATUS_INVALID_ORDER	0x00000002UL
#define SIGP_STATUS_RECEIVER_CHECK	0x00000001UL

#ifndef __ASSEMBLER__
#include "libcflat.h"

/*
 * One SIGP to the CPU of that address; returns the condition code. *status (NULL: not wanted): what
 * the instruction stored, if the condition code is 1; else it stays.
 */
static inline int sigp(u16 addr, u8 order, unsigned long parm, u32 *status)
{
	register unsigned long status_parm __asm__("2") = 0;
	register unsigned long parameter __asm__("3") = parm;
	int cc;

	__asm__ __volatile__("sigp %1,%3,0(%4)\n\tipm %0\n\tsrl %0,28"
			     : "=&d" (cc), "+d" (status_parm)
			     : "d" (parameter), "d" ((unsigned long)addr),
			       "a" ((unsigned long)order)
			     : "cc", "memory");
	if (cc == SIGP_CC_STATUS_STORED && status)
		*status = (u32)status_parm;
	return cc;
}

/* The same, again as long as the CPU is busy. */
static inline int sigp_retry(u16 addr, u8 order, unsigned long parm, u32 *status)
{
	int cc;

	do
		cc = sigp(addr, order, parm, status);
	while (cc == SIGP_CC_BUSY);
	return cc;
}
#endif

#endif
