/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of msr-filter share: a filter in the making, the answers of user space, and what was logged. */
#ifndef FILTER_TEST_H
#define FILTER_TEST_H

#include "hostcall.h"
#include "x86/msr.h"
#include "x86/processor.h"

#define READ		1u	/* KVM_MSR_FILTER_READ */
#define WRITE		2u	/* KVM_MSR_FILTER_WRITE */
#define DEFAULT_DENY	1u	/* KVM_MSR_FILTER_DEFAULT_DENY */
#define MAX_MSRS	0x3000u	/* KVM_MSR_FILTER_MAX_BITMAP_SIZE in bits */

#define EFAULT		14
#define EINVAL		22

extern struct hostop_msr_filter filter;

/* Begins a case: no filter, no exits, no answers, an empty log, and an empty filter in the making. */
void begin(void);
/* Takes filter and exits back; before anything that the filter might hit, such as the library's own accesses. */
void clear(void);

/* The nth range of the filter in the making: nmsrs from base on, all of them denied. */
void range(unsigned int n, u32 flags, u32 base, u32 nmsrs);
/* Allows (or denies) the MSR at that offset of the nth range. */
void allow(unsigned int n, u32 offset, bool allowed);
/* Hands the filter over; 0 or -errno. */
int set(void);
/* Denies reads and writes of one MSR, and nothing else. */
void deny(u32 index);

/* Takes what was logged: how many exits. The first ones are in exits[]. */
#define MAX_EXITS	64
extern struct hostop_msr_exit exits[MAX_EXITS];
u64 logged(void);
/* Exactly one exit was logged, of this kind. */
void expect_exit(u32 reason, u32 index, bool write, u64 value, bool fault);

/* The MSR as the host has it; ~0 if it does not know it. */
u64 host_value(u32 index);

/* Does the access fault, with #GP(0)? A read that does not gives *value. */
bool read_faults(u32 index, u64 *value);
bool write_faults(u32 index, u64 value);

#endif
