// SPDX-License-Identifier: BSD-2-Clause
/*
 * Every exception that software can raise by one instruction, and all that it saves: vector, error code, CS:RIP, flags
 * with RF, stack pointer, CR2 (SDM volume 3, sections 6.5, 6.13, 6.15, 18.3.1.1). A fault leaves RIP at the instruction and
 * sets RF in the saved flags, a trap leaves it behind and does not. Here: one instruction each, in ring 0. gates.c: what the
 * IDT decides. nesting.c: exceptions in handlers and double faults. debug.c: #DB. user.c: ring 3. pagefault.c: #PF.
 */
#include "recorder.h"

/* Two cases: what the exception saves, and, because that is what emulators forget, RF. */
#define RAISES_CASES(name, description, vector, error_code, class, cs)			\
	CASE(name, description) { expect_exception(&name, vector, error_code, class, cs); }	\
	CASE(rf_##name, "RF that is saved when " description) { expect_rf(&name, class); }
#define RAISES(name, description, vector, error_code, class, before, insn, after)	\
	SNIPPET(name, before, insn, after);						\
	RAISES_CASES(name, description, vector, error_code, class, KERNEL_CS)
#define RAISES32(name, description, vector, error_code, class, before, insn, after)	\
	SNIPPET32(name, before, insn, after);						\
	RAISES_CASES(name, description, vector, error_code, class, KERNEL_CS32)

RAISES(divide_by_zero, "DIV by 0 is #DE", DE_VECTOR, 0, FAULT,
       "xorl %ecx, %ecx; xorl %edx, %edx; movl $1, %eax", "divl %ecx", "")
RAISES(divide_overflow, "DIV whose quotient needs 33 bits is #DE", DE_VECTOR, 0, FAULT,
       "movl $1, %ecx; movl $1, %edx; xorl %eax, %eax", "divl %ecx", "")
RAISES(signed_divide_overflow, "IDIV of -2^31 by -1 is #DE", DE_VECTOR, 0, FAULT,
       "movl $-1, %ecx; movl $-1, %edx; movl $0x80000000, %eax", "idivl %ecx", "")
RAISES(divide_byte, "DIV of 8 bits: 0x100 by 1 is #DE", DE_VECTOR, 0, FAULT,
       "movl $1, %ecx; movl $0x100, %eax", "divb %cl", "")
RAISES32(divide_aam, "AAM 0 is #DE, in 32-bit code", DE_VECTOR, 0, FAULT, "movl $1, %eax", ".byte 0xd4, 0x00", "")

RAISES(breakpoint, "INT3 is #BP, a trap", BP_VECTOR, 0, TRAP, "", "int3", "")
RAISES(breakpoint_long, "INT 3 by its long form is the same", BP_VECTOR, 0, TRAP, "", ".byte 0xcd, 0x03", "")
RAISES32(overflow, "INTO with OF set is #OF, a trap, in 32-bit code", OF_VECTOR, 0, TRAP,
	 "movl $0x7fffffff, %eax; addl %eax, %eax", "into", "")
RAISES32(bound, "BOUND with an index beyond its bounds is #BR", BR_VECTOR, 0, FAULT,
	 "pushl $7; pushl $3; movl $8, %eax", "boundl %eax, (%esp)", "addl $8, %esp")

RAISES(ud2, "UD2 is #UD", UD_VECTOR, 0, FAULT, "", "ud2", "")
RAISES(ud1, "UD1 is #UD", UD_VECTOR, 0, FAULT, "", ".byte 0x0f, 0xb9, 0xc0", "")
RAISES(lock_register, "LOCK with a register as destination is #UD", UD_VECTOR, 0, FAULT,
       "", ".byte 0xf0, 0x01, 0xc0", "")
RAISES(lock_load, "LOCK before an instruction that takes none is #UD", UD_VECTOR, 0, FAULT,
       "", ".byte 0xf0, 0x90", "")
RAISES(move_to_cs, "MOV to CS is #UD", UD_VECTOR, 0, FAULT, "movl $8, %eax", ".byte 0x8e, 0xc8", "")
#ifdef __x86_64__
RAISES(into_64, "INTO in 64-bit mode is #UD", UD_VECTOR, 0, FAULT, "", ".byte 0xce", "")
RAISES(pusha_64, "PUSHA in 64-bit mode is #UD", UD_VECTOR, 0, FAULT, "", ".byte 0x60", "")
RAISES(push_es_64, "PUSH ES in 64-bit mode is #UD", UD_VECTOR, 0, FAULT, "", ".byte 0x06", "")
#endif
RAISES(cr1, "MOV from CR1 is #UD", UD_VECTOR, 0, FAULT, "", ".byte 0x0f, 0x20, 0xc8", "")

asm(".data\n null_far: .long 0, 0\n .text");
RAISES(jump_null, "a far jump to a null selector is #GP(0)", GP_VECTOR, 0, FAULT, "", "ljmpl *null_far", "")
RAISES32(null_segment, "a load by a null FS is #GP(0), in 32-bit code", GP_VECTOR, 0, FAULT,
	 "xorl %eax, %eax; movl %eax, %fs", "movb %fs:0x1000, %al", "")
RAISES32(beyond_limit, "a load one byte beyond FS's limit is #GP(0), in 32-bit code", GP_VECTOR, 0, FAULT,
	 "movl $" xstr(KERNEL_DS16) ", %eax; movl %eax, %fs", "movb %fs:0x10000, %al", "movw $0, %ax; movw %ax, %fs")
RAISES32(across_limit, "a load across FS's limit is #GP(0), in 32-bit code", GP_VECTOR, 0, FAULT,
	 "movl $" xstr(KERNEL_DS16) ", %eax; movl %eax, %fs", "movl %fs:0xfffd, %eax", "movw $0, %ax; movw %ax, %fs")

/* Error codes that name a selector (section 6.13): its RPL is not part of them, its table is. */
RAISES(not_present, "loading ES with a segment that is not present is #NP(selector)", NP_VECTOR, NP_SEL, FAULT,
       "movl $" xstr(NP_SEL) ", %eax", "movl %eax, %es", "")
RAISES(not_present_stack, "loading SS with it is #SS(selector)", SS_VECTOR, NP_SEL, FAULT,
       "movl $" xstr(NP_SEL) ", %eax", "movl %eax, %ss", "")
RAISES(beyond_gdt, "a selector beyond the GDT is #GP(selector), without its RPL", GP_VECTOR, 0xfff8, FAULT,
       "movl $0xfffb, %eax", "movl %eax, %es", "")
RAISES(empty_ldt, "a selector of an LDT that is not there is #GP(selector), with TI", GP_VECTOR, 0x14, FAULT,
       "xorl %eax, %eax; lldt %ax; movl $0x17, %eax", "movl %eax, %es", "")
RAISES(code_as_stack, "a code segment as SS is #GP(selector)", GP_VECTOR, KERNEL_CS, FAULT,
       "movl $" xstr(KERNEL_CS) ", %eax", "movl %eax, %ss", "")
RAISES(user_stack, "a stack segment of ring 3 in ring 0 is #GP(selector)", GP_VECTOR, USER_DS & ~3, FAULT,
       "movl $" xstr(USER_DS) ", %eax", "movl %eax, %ss", "")
RAISES(tss_busy, "LTR of a busy TSS is #GP(selector)", GP_VECTOR, TSS_MAIN, FAULT,
       "movl $" xstr(TSS_MAIN) ", %eax", "ltr %ax", "")
RAISES(ltr_code, "LTR of a code segment is #GP(selector)", GP_VECTOR, KERNEL_CS, FAULT,
       "movl $" xstr(KERNEL_CS) ", %eax", "ltr %ax", "")
RAISES(ltr_null, "LTR of a null selector is #GP(0)", GP_VECTOR, 0, FAULT, "xorl %eax, %eax", "ltr %ax", "")

#ifdef __x86_64__
RAISES(noncanonical_load, "a load from a non-canonical address is #GP(0)", GP_VECTOR, 0, FAULT,
       "movabs $0x0000800000000000, %rax", "movb (%rax), %al", "")
RAISES(noncanonical_stack, "the same by RBP, in SS, is #SS(0)", SS_VECTOR, 0, FAULT,
       "movq %rbp, %rdx; movabs $0xffff7fffffffffff, %rbp", "movb (%rbp), %al", "movq %rdx, %rbp")
RAISES(noncanonical_msr, "a non-canonical FS base is #GP(0)", GP_VECTOR, 0, FAULT,
       "movl $0xc0000100, %ecx; movl $0x8000, %edx; xorl %eax, %eax", "wrmsr",
       "xorl %edx, %edx; wrmsr")
SNIPPET(nested_task, "", "iretq", "");
CASE(nested_task, "IRET with NT in 64-bit mode is #GP(0)")
#else
SNIPPET(nested_task, "", "iretl", "");
CASE(nested_task, "IRET with NT and a back link of 0 is #TS(0)")
#endif
{
	struct seen s;

	write_rflags(read_rflags() | X86_EFLAGS_NT);
	s = run_snippet(&nested_task);
	write_rflags(read_rflags() & ~X86_EFLAGS_NT);
	expect_seen(&s, &nested_task, sizeof(long) == 8 ? GP_VECTOR : TS_VECTOR, 0, FAULT, KERNEL_CS);
}

/* ---- #NM and #MF: the conditions of CR0 (section 2.5, table 2-2) ---- */

SNIPPET(x87, "", "fnop", "");
SNIPPET(wait, "", "fwait", "");

static struct seen run_with_cr0(const struct snippet *code, unsigned long bits)
{
	const unsigned long fpu_bits = X86_CR0_EM | X86_CR0_MP | X86_CR0_TS;
	unsigned long cr0 = read_cr0();
	struct seen s;

	write_cr0((cr0 & ~fpu_bits) | bits);
	s = run_snippet(code);
	write_cr0(cr0);
	return s;
}

static void expect_nm(const struct snippet *code, unsigned long bits, bool wanted)
{
	struct seen s = run_with_cr0(code, bits);

	expect_eq_msg(s.count, wanted, "CR0 bits %#lx", bits);
	if (!wanted)
		return;
	expect_eq_msg(s.regs.vector, NM_VECTOR, "CR0 bits %#lx", bits);
	expect_eq_msg(s.regs.error_code, 0, "CR0 bits %#lx", bits);
	expect_eq_msg(s.regs.rip, (unsigned long)code->at, "CR0 bits %#lx", bits);
}

CASE(device_not_available, "an x87 instruction is #NM with EM or TS, whatever MP says")
{
	require(this_cpu_has(X86_FEATURE_FPU));
	for (unsigned long bits = 0; bits <= (X86_CR0_EM | X86_CR0_MP | X86_CR0_TS); bits += X86_CR0_MP)
		expect_nm(&x87, bits, bits & (X86_CR0_EM | X86_CR0_TS));
}

CASE(device_not_available_wait, "WAIT is #NM with MP and TS, and only then")
{
	const unsigned long mp_ts = X86_CR0_MP | X86_CR0_TS;

	require(this_cpu_has(X86_FEATURE_FPU));
	for (unsigned long bits = 0; bits <= (X86_CR0_EM | X86_CR0_MP | X86_CR0_TS); bits += X86_CR0_MP)
		expect_nm(&wait, bits, (bits & mp_ts) == mp_ts);
}

/* 0x037b: the control word after FNINIT but with division by zero unmasked. */
SNIPPET(x87_error, "fninit; push $0x37b; fldcw (%" R "sp); pop %" R "ax; fld1; fldz; fdivrp %st, %st(1)", "fwait", "fninit");

CASE(x87_error_pending, "WAIT with an unmasked x87 error pending is #MF (CR0.NE is set)")
{
	require(this_cpu_has(X86_FEATURE_FPU));
	expect_exception(&x87_error, MF_VECTOR, 0, FAULT, KERNEL_CS);
}
