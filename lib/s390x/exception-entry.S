/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entries of all interruptions (Principles of Operation, chapter 6): each saves the interrupted context in a struct
 * stack_frame_int on the stack it finds, calls its handler, and goes on at the old PSW. A program interruption while
 * such a frame is made means that the stack is bad: it goes on on the emergency stack.
 */
#include "asm/interrupt.h"
#include "asm/lowcore.h"

	.text

	.macro entry name, save, old_psw, handler
	.globl \name
	.type \name, %function
	.p2align 3
\name:
	stmg %r0, %r15, \save
	lg %r1, LC_ENTERING
	ltgr %r1, %r1
	jnz 2f
	lghi %r1, 1
	stg %r1, LC_ENTERING
1:	nill %r15, 0xfff8
	aghi %r15, -SF_SIZE
	stctg %c0, %c15, SF_CRS(%r15)
	mvc SF_GRS(128,%r15), \save
	mvc SF_PSW(16,%r15), \old_psw
	mvc 0(8,%r15), \save + 120
	lghi %r1, 0
	stg %r1, LC_ENTERING
	lgr %r2, %r15
	brasl %r14, \handler
	lctlg %c0, %c15, SF_CRS(%r15)
	lmg %r0, %r15, SF_GRS(%r15)
	lpswe \old_psw
2:	lg %r15, LC_EMERGENCY_STACK
	j 1b
	.size \name, . - \name
	.endm

	entry ext_entry, LC_SAVE_EXT, LC_EXT_OLD_PSW, handle_ext
	entry svc_entry, LC_SAVE_SVC, LC_SVC_OLD_PSW, handle_svc
	entry pgm_entry, LC_SAVE_PGM, LC_PGM_OLD_PSW, handle_pgm
	entry mcck_entry, LC_SAVE_MCCK, LC_MCCK_OLD_PSW, handle_mcck
	entry io_entry, LC_SAVE_IO, LC_IO_OLD_PSW, handle_io
	entry restart_entry, LC_SAVE_RESTART, LC_RESTART_OLD_PSW, handle_restart
	.globl pgm_entry_end
pgm_entry_end:

	/* Another CPU, restarted: its stack and control registers are in the status area of its lowcore. */
	.globl secondary_entry
	.type secondary_entry, %function
secondary_entry:
	lctlg %c0, %c15, LC_CRS_SA
	lmg %r0, %r15, LC_GRS_SA
	lpswe LC_JUMP_PSW
	.size secondary_entry, . - secondary_entry
