/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Real-address mode: jumps, calls, loops; interrupts and exceptions by the vector table (SDM volume 3, sections 21.1.4 and
 * 21.1.5: no error codes, a fault saves the address of its instruction); instructions that exist in protected mode only. CPUID
 * and ports, which a hypervisor intercepts in every mode.
 */
#include "realmode.h"
#include "x86/desc.h"

INSN(jcc_taken, "Jcc that is taken", "jc 1f; movb $1, %al; 1: jnc 2f; movb $2, %ah; 2:",
     in.eflags |= CF, out.eax = 0xa1a202a4, NONE)
INSN(jcc_signed, "JL compares SF with OF", "jl 1f; movb $1, %al; 1: jge 2f; movb $2, %ah; 2:",
     in.eflags |= OF, out.eax = 0xa1a202a4, NONE)
INSN(jmp_near, "JMP by a register", "movw $" xstr(BLOCK_OFFSET) " + 9, %bx; jmpw *%bx; movb $1, %al; .byte 0x90, 0x90; nop",
     , out.ebx = 0xb1b20000 | (BLOCK_OFFSET + 9), NONE)
INSN(jmp_far, "JMP far loads CS", "ljmpw $" xstr(REAL_CS) " + 0x100, $" xstr(BLOCK_OFFSET) " - 0x1000 + 7; movb $1, %al; movw %cs, %bx; ljmpw $" xstr(REAL_CS) ", $" xstr(BLOCK_OFFSET) " + 14",
     , out.ebx = 0xb1b20000 | (REAL_CS + 0x100), NONE)
INSN(loop, "LOOP counts CX and leaves the flags", "1: incw %ax; stc; loop 1b",
     in.eax = 0; in.ecx = 0x10005, out.eax = 5; out.ecx = 0x10000; out.eflags |= CF | PF, NONE)
INSN(loopne, "LOOPNE ends with ZF", "1: decw %ax; loopne 1b",
     in.eax = 2; in.ecx = 9, out.eax = 0; out.ecx = 7; out.eflags |= ZF | PF, NONE)
INSN(jcxz, "JCXZ looks at CX, JECXZ at ECX", "jcxz 1f; movb $1, %al; 1: jecxz 2f; movb $2, %ah; 2:",
     in.ecx = 0x10000, out.eax = 0xa1a202a4, NONE)
INSN(call_ret, "CALL and RET", "callw 1f; jmp 2f; 1: movw %sp, %ax; retw; 2:",
     , out.eax = 0xa1a20000 | (REAL_SP - 2), NONE)
INSN(ret_pop, "RET 4 drops 4 bytes more", "pushl $0; callw 1f; jmp 2f; 1: retw $4; 2:", , , NONE)
INSN(call_far, "CALL far and RETF", "lcallw $" xstr(REAL_CS) ", $" xstr(BLOCK_OFFSET) " + 7; jmp 1f; movw %sp, %ax; lretw; 1:",
     , out.eax = 0xa1a20000 | (REAL_SP - 4), NONE)
INSN(iret, "IRET pops IP, CS and FLAGS", "pushw $0x8d5; pushw %cs; pushw $" xstr(BLOCK_OFFSET) " + 10; iretw; movb $1, %al; nop",
     , out.eflags |= CF | PF | AF | ZF | SF | OF, NONE)

/* ---- exceptions: the stub keeps the vector, and CS:IP as they were saved ---- */

#define RAISED(vector, offset)	out.exception = (vector); out.cs = REAL_CS; out.ip = (offset)

INSN(divide_by_zero, "DIV by 0: #DE with the address of the DIV", "nop; divw %bx", in.ebx = 0, RAISED(DE_VECTOR, 1), X86_EFLAGS_ALU)
INSN(divide_overflow, "DIV whose quotient does not fit: #DE, registers unchanged", "divb %bl",
     in.eax = 0x1000; in.ebx = 0x10, RAISED(DE_VECTOR, 0), X86_EFLAGS_ALU)
INSN(aam_zero, "AAM 0: #DE", "aam $0", , RAISED(DE_VECTOR, 0), X86_EFLAGS_ALU)
INSN(int3, "INT3: #BP with the address behind it", "int3; nop", , RAISED(BP_VECTOR, 1), NONE)
INSN(int_n, "INT 0x15 goes to its vector", "int $0x15; nop", , RAISED(0x15, 2), NONE)
INSN(into, "INTO with OF: #OF", "into; nop", in.eflags |= OF, RAISED(OF_VECTOR, 1), NONE)
INSN(into_not, "INTO without OF does nothing", "into", , , NONE)
INSN(bound, "BOUND below its bounds: #BR", ".byte 0x62, 0x04",
     in.eax = 4; DS16(0x100) = 5; DS16(0x102) = 9, RAISED(BR_VECTOR, 0), NONE)
INSN(bound_inside, "BOUND within them does nothing", ".byte 0x62, 0x04",
     in.eax = 9; DS16(0x100) = 5; DS16(0x102) = 9, , NONE)
INSN(ud2, "UD2: #UD", "nop; ud2", , RAISED(UD_VECTOR, 1), NONE)
INSN(lock_register, "LOCK with a register: #UD", ".byte 0xf0, 0x01, 0xc0", , RAISED(UD_VECTOR, 0), NONE)
INSN(sldt, "SLDT is #UD in real mode", "sldt %ax", , RAISED(UD_VECTOR, 0), NONE)
INSN(str, "STR is #UD", "str %ax", , RAISED(UD_VECTOR, 0), NONE)
INSN(lldt, "LLDT is #UD", "lldt %ax", , RAISED(UD_VECTOR, 0), NONE)
INSN(ltr, "LTR is #UD", "ltr %ax", , RAISED(UD_VECTOR, 0), NONE)
INSN(lar, "LAR is #UD", "larw %bx, %ax", , RAISED(UD_VECTOR, 0), NONE)
INSN(lsl, "LSL is #UD", "lslw %bx, %ax", , RAISED(UD_VECTOR, 0), NONE)
INSN(verr, "VERR is #UD", "verr %ax", , RAISED(UD_VECTOR, 0), NONE)
INSN(arpl, "ARPL is #UD", "arpl %ax, %bx", , RAISED(UD_VECTOR, 0), NONE)
INSN(beyond_segment, "a word at offset 0xffff: #GP", "movw 0xffff, %ax", , RAISED(GP_VECTOR, 0), NONE)
INSN(beyond_64k, "a 32-bit address above 64 KiB: #GP", "movb (%ebx), %al",
     in.ebx = 0x10000, RAISED(GP_VECTOR, 0), NONE)
INSN(beyond_stack, "a word of the stack at offset 0xffff: #SS", "movw (%bp), %ax", in.ebp = 0xffff, RAISED(SS_VECTOR, 0), NONE)

REAL_BLOCK(frame, "int $0x1e");
CASE(int_frame, "INT pushes FLAGS, CS and IP, nothing else, and clears IF and TF")
{
	struct real_regs r = INITIAL_REGS;

	r.eflags |= CF | X86_EFLAGS_IF;
	run_real(&block_frame, &r);
	expect_eq(SS16(REAL_SP - 2), X86_EFLAGS_FIXED | CF | X86_EFLAGS_IF);
	expect_eq(SS16(REAL_SP - 4), REAL_CS);
	expect_eq(r.esp, REAL_SP);
}

/* ---- what a hypervisor intercepts ---- */

INSN(smsw, "SMSW tells that this is real mode", "smsww %ax; andw $1, %ax", , out.eax = 0xa1a20000; out.eflags |= ZF | PF, AF)
INSN(out_in, "OUT and IN of a byte: only AL changes", "movb $0x5a, %al; outb %al, $0x80; movb $0, %al; inb $0x61, %al; movb $0, %al",
     , out.eax = 0xa1a2a300, NONE)

REAL_BLOCK(cpuid, "cpuid");
CASE(cpuid, "CPUID says the same as in protected mode")
{
	struct real_regs r = INITIAL_REGS;
	struct cpuid leaf = raw_cpuid(0, 0);

	r.eax = r.ecx = 0;
	run_real(&block_cpuid, &r);
	expect_eq(r.eax, leaf.a);
	expect_eq(r.ebx, leaf.b);
	expect_eq(r.ecx, leaf.c);
	expect_eq(r.edx, leaf.d);
}

REAL_BLOCK(rdmsr, "rdmsr");
CASE(rdmsr, "RDMSR of the APIC base says the same as in protected mode")
{
	struct real_regs r = INITIAL_REGS;
	u64 value = rdmsr(MSR_IA32_APICBASE);

	r.ecx = MSR_IA32_APICBASE;
	run_real(&block_rdmsr, &r);
	expect_eq((u64)r.edx << 32 | r.eax, value);
}
