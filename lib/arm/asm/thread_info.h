/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known of each CPU's one thread. */
#ifndef ARM_ASM_THREAD_INFO_H
#define ARM_ASM_THREAD_INFO_H

#include "libcflat.h"

#define THREAD_SHIFT		16
#define THREAD_SIZE		(1ul << THREAD_SHIFT)

struct thread_info {
	int cpu;
};
struct thread_info *current_thread_info(void);

/* A new stack with a page below it that nothing is mapped at: returns its end. */
void *thread_stack_alloc(void);

#endif
