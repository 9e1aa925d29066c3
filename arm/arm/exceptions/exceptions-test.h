/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of the test share: instructions that raise an exception, and what is expected of
 * it.
 */
#ifndef EXCEPTIONS_TEST_H
#define EXCEPTIONS_TEST_H

#include "libcflat.h"
#include "own-page.h"
#include "asm/mmu.h"
#include "asm/try.h"

/* Of the last raise(): the instruction's address, and the CPSR before it. */
extern u32 here, before;

#define at_here(insn)	"adr %[at], 1111f\n\tstr %[at], %[here]\n\tmrs %[psr], cpsr\n\t"	\
			"str %[psr], %[before]\n1111: " insn "\n1112:\n\t" __ASM_EX_ENTRY("1111b", "1112b", EX_TRY)
#define raise(insn, ...) do {								\
	u32 at_, psr_;									\
											\
	exception_record()->raised = false;						\
	asm volatile(at_here(insn)							\
		     : [at] "=&r" (at_), [psr] "=&r" (psr_), [here] "=m" (here),		\
		       [before] "=m" (before)						\
		     : __VA_ARGS__ : "memory", "cc", "r0", "r1", "lr");			\
} while (0)

/* The record is of the instruction at "here", and LR was that far behind it. */
void expect_exception(enum vector vector, u32 lr_offset);
/* The same of a data abort, with DFSR but for FSR_LPAE, and DFAR. */
void expect_data_abort(u32 status, const void *address);

#define NORMAL		(PTE_ATTRINDX(MT_NORMAL) | PTE_SHARED)

#define change		own_page_change

#endif
