/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the start code (s390x/start.S), the interruption entries and C. Not for tests. */
#ifndef S390X_BOOT_H
#define S390X_BOOT_H

#define COMMAND_LINE_SIZE	0x1100	/* bytes: 4096 and a NUL fit */
#define BOOT_STACK_SIZE		0x8000
#define EMERGENCY_STACK_SIZE	0x2000

#ifndef __ASSEMBLER__
#include "asm/interrupt.h"

extern char boot_stack[], boot_emergency_stack_top[];
extern char boot_command_line[];
extern u64 boot_initrd[2];

_Noreturn void s390x_start(void);

/* exception-entry.S */
extern char pgm_entry[], pgm_entry_end[], ext_entry[], svc_entry[], io_entry[], mcck_entry[],
	restart_entry[];
extern char secondary_entry[];

/* interrupt.c */
void handle_pgm(struct stack_frame_int *frame);
void handle_ext(struct stack_frame_int *frame);
void handle_svc(struct stack_frame_int *frame);
void handle_io(struct stack_frame_int *frame);
void handle_mcck(struct stack_frame_int *frame);
void handle_restart(struct stack_frame_int *frame);

/* exception-report.c: ends the case, or the image. */
_Noreturn void unexpected_interrupt(const struct stack_frame_int *frame, const char *what);

/* smp.c: the first C code of another CPU. */
_Noreturn void secondary_start(void);

/* stack.c: the interrupted instruction, then its callers. */
int interrupted_frames(const struct stack_frame_int *frame, const void **frames, int max);
#endif

#endif
