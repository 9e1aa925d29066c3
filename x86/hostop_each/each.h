/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of this test share: where their slots, ports and vectors are, and how they begin. */
#ifndef HOSTOP_EACH_H
#define HOSTOP_EACH_H

#include "hostcall.h"
#include "x86/processor.h"
#include "x86/smp.h"
#include "asm/io.h"
#include "asm/page.h"

#define EINVAL		22
#define ENOENT		2
#define ENXIO		6
#define EXIT_IO		2		/* KVM_EXIT_IO */
#define CAP_EXIT_ON_EMULATION_FAILURE	204
#define SLOT		HOSTOP_SLOT_FIRST
#define SLOT_AT		0xc8000000u	/* above RAM, below the I/O APIC */
#define SLOT_SIZE	0x10000u
#define SLOT_ELSEWHERE	0xc9000000u
#define FREE_PORT	0x570u
#define VECTOR		0x51

extern u64 rets[HOSTOP_RETS];

/* Whatever a case leaves behind, the next one finds nothing of it. */
void clean_up(void);
/* Of every case: cleans up, and ends it as skipped where that operation cannot be had. */
void begin(unsigned int op);
/* Waits for it. */
bool becomes(volatile u32 *value, u32 wanted);
/* Interrupts of VECTOR are counted from 0; they have come that often, or do soon. */
extern volatile u32 interrupts;
void prepare_interrupts(void);
bool arrives(u32 wanted);
/* A word of the slot. */
volatile u32 *word(u32 offset);

#endif
