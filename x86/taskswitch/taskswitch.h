/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of this test share: one task, that notes what it finds and goes back. i386 only.
 */
#ifndef TASKSWITCH_H
#define TASKSWITCH_H

#include "case.h"
#include "x86/desc.h"
#include "x86/processor.h"

#define TASK_SEL	FIRST_SPARE_SEL
#define SECOND_SEL	(FIRST_SPARE_SEL + 8)
#define GATE_SEL	(FIRST_SPARE_SEL + 16)
#define LDT_SEL		(FIRST_SPARE_SEL + 24)
#define SEGMENT_SEL	(FIRST_SPARE_SEL + 32)

#ifndef __x86_64__
struct far {
	u32 offset;
	u16 sel;
} __attribute__((packed));
extern struct far to_task, to_gate, to_main;

extern tss32_t task;
extern char task_stack[4096];

/* What the task found, stored by its first instructions. */
struct found {
	u32 eax, ecx, edx, ebx, esp, ebp, esi, edi, eflags, cr0, tr, es, fs, gs;
};
extern struct found found;
extern u32 runs;

/* Its code, by how it goes back. */
void task_iret(void);
void task_jmp(void);

static inline gdt_entry_t *descriptor(void)
{
	return get_gdt_entry(TASK_SEL);
}

static inline tss32_t *own(void)
{
	return this_cpu_tss();
}

/* Puts the task together, with code to run, and its descriptor and gate into the GDT. */
void prepare(void (*code)(void));
/* It has run once, and found what its TSS says; NT: nt. */
void expect_loaded(u32 nt);
/* After the way back: the caller's task is busy, the other one is not, NT is as it was. */
void expect_back(void);
/* A far CALL to the task is a fault of the old task, in which nothing has changed. */
void expect_refused(unsigned int vector, u32 error_code);
/* Nothing has: for other ways to it. */
void expect_not_switched(void);

#define CLOBBERS	"memory", "cc"
#endif
#endif
