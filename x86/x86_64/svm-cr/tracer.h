/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tracer of accesses to control registers: L1 records each exit, does for L2 what the instruction
 * would have done, and goes on behind it. And programs of L2 that carry the list of what must be
 * recorded.
 */
#ifndef SVM_CR_TRACER_H
#define SVM_CR_TRACER_H

#include "case.h"
#include "x86/svm.h"

/* What an exit was. The layout is known to TRACED. */
struct access {
	u64 rip;
	u64 value;		/* written, or read; CLTS: 0 */
	u32 exit_code;
	u8 is_mov;		/* else CLTS, LMSW or SMSW, whose GPR is not recorded */
	u8 gpr;
	u16 unused;
};

struct trace {
	unsigned int count;	/* of accesses, also of those that found no room */
	struct access accesses[512];
};

/*
 * Runs g from start on until it exits for something else than an access to a control register;
 * returns that exit's code. Where EXITINFO1 tells GPR and form (DECODEASSISTS) they are recorded
 * from it, else from the instruction.
 */
u64 trace_run(struct svm_guest *g, const void *start, struct trace *trace);

/* For trace_run(): too large for a stack. */
extern struct trace trace;

/* A program: its code up to .end (a VMMCALL), and the accesses that it makes, in order. */
struct program {
	char *start, *end;
	const struct access *accesses, *accesses_end;
};

/*
 * Compares trace with the part of the program's list that g intercepts: the same accesses in the
 * same order. end_code, which trace_run() returned, and RIP must be those of the program's end.
 */
void expect_trace(struct svm_guest *g, const struct program *p, u64 end_code);

/*
 * Assembly: TRACED puts an instruction into the program and its record into the list. Only between
 * the quotes of PROGRAM(). READ_ALL and WRITE_ALL do it for each of the 16 GPRs.
 */
asm(".macro TRACED exit, is_mov, gpr, value, insn:vararg\n"
    "	.pushsection .data.l2_accesses, \"aw\"\n"
    "	.quad 9f\n .quad \\value\n .long \\exit\n .byte \\is_mov, \\gpr, 0, 0\n"
    "	.popsection\n"
    "9:	\\insn\n"
    ".endm\n"
    ".macro READ_ALL cr, exit, value\n"
    "	.set gpr_number, 0\n"
    ".irp reg, rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15\n"
    "	TRACED \\exit, 1, gpr_number, \\value, movq %\\cr, %\\reg\n"
    "	.set gpr_number, gpr_number + 1\n"
    "	.endr\n"
    ".endm\n"
    /* The values alternate between value and other. */
    ".macro WRITE_ALL cr, exit, value, other\n"
    "	.set gpr_number, 0\n"
    ".irp reg, rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15\n"
    "	.if gpr_number & 1\n"
    "	movabsq $\\other, %\\reg\n"
    "	TRACED \\exit, 1, gpr_number, \\other, movq %\\reg, %\\cr\n"
    "	.else\n"
    "	movabsq $\\value, %\\reg\n"
    "	TRACED \\exit, 1, gpr_number, \\value, movq %\\reg, %\\cr\n"
    "	.endif\n"
    "	.set gpr_number, gpr_number + 1\n"
    "	.endr\n"
    ".endm\n"
    /* The same with the 8 registers of 32-bit code; what is written ends with "last". */
    ".macro READ_ALL_32 cr, exit, value\n"
    "	.set gpr_number, 0\n"
    ".irp reg, eax, ecx, edx, ebx, esp, ebp, esi, edi\n"
    "	TRACED \\exit, 1, gpr_number, \\value, movl %\\cr, %\\reg\n"
    "	.set gpr_number, gpr_number + 1\n"
    "	.endr\n"
    ".endm\n"
    ".macro WRITE_ALL_32 cr, exit, other, last\n"
    "	.set gpr_number, 0\n"
    ".irp reg, eax, ecx, edx, ebx, esp, ebp, esi, edi\n"
    "	.if gpr_number & 1\n"
    "	movl $\\last, %\\reg\n"
    "	TRACED \\exit, 1, gpr_number, \\last, movl %\\reg, %\\cr\n"
    "	.else\n"
    "	movl $\\other, %\\reg\n"
    "	TRACED \\exit, 1, gpr_number, \\other, movl %\\reg, %\\cr\n"
    "	.endif\n"
    "	.set gpr_number, gpr_number + 1\n"
    "	.endr\n"
    ".endm\n");

#define PROGRAM(name, code)								\
	asm(".pushsection .data.l2_accesses, \"aw\"\n .p2align 3\n"			\
	    "l2_" #name "_accesses:\n .popsection\n"					\
	    ".pushsection .text\n l2_" #name "_start: " code "\n"			\
	    "l2_" #name "_end: vmmcall\n ud2\n .code64\n .popsection\n"				\
	    ".pushsection .data.l2_accesses, \"aw\"\n"					\
	    "l2_" #name "_accesses_end:\n .popsection");				\
	extern char l2_##name##_start[], l2_##name##_end[];				\
	extern const struct access l2_##name##_accesses[], l2_##name##_accesses_end[];	\
	static const struct program name = {						\
		l2_##name##_start, l2_##name##_end,					\
		l2_##name##_accesses, l2_##name##_accesses_end				\
	}

#endif
