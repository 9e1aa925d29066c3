/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every exception that software can raise by one instruction, and all that it saves: vector, error code, CS:RIP, flags
 * with RF, stack pointer, CR2 (SDM volume 3, sections 6.5, 6.13, 6.15, 18.3.1.1). A fault leaves RIP at the instruction and
 * sets RF in the saved flags, a trap leaves it behind and does not. Here: one instruction each, in ring 0. gates.c: what the
 * IDT decides. nesting.c: exceptions in handlers and double faults. debug.c: #DB. user.c: ring 3. pagefault.c: #PF.
 */
#include "recorder.h"

/* Two cases each: what the exception saves, and, because that is what emulators forget, RF. */
#define FAULT_CASES(name, description, vector, error_code, cs)				\
	CASE(name, description) { expect_exception(&name, vector, error_code, FAULT, cs); }	\
	CASE(rf_set_##name, description "; it saves RF set") { expect_rf(&name, FAULT); }
#define FAULTS(name, description, vector, error_code, before, insn, after)		\
	SNIPPET(name, before, insn, after);						\
	FAULT_CASES(name, description, vector, error_code, KERNEL_CS)
#define FAULTS32(name, description, vector, error_code, before, insn, after)		\
	SNIPPET32(name, before, insn, after);						\
	FAULT_CASES(name, description, vector, error_code, KERNEL_CS32)
#define TRAP_CASES(name, description, vector, cs)					\
	CASE(name, description) { expect_exception(&name, vector, 0, TRAP, cs); }	\
	CASE(rf_clear_##name, description "; it saves RF clear") { expect_rf(&name, TRAP); }

FAULTS(divide_by_zero, "DIV by 0 is #DE", DE_VECTOR, 0,
       "xorl %ecx, %ecx; xorl %edx, %edx; movl $1, %eax", "divl %ecx", "")
FAULTS(divide_overflow, "DIV whose quotient needs 33 bits is #DE", DE_VECTOR, 0,
       "movl $1, %ecx; movl $1, %edx; xorl %eax, %eax", "divl %ecx", "")
FAULTS(signed_divide_overflow, "IDIV of -2^31 by -1 is #DE", DE_VECTOR, 0,
       "movl $-1, %ecx; movl $-1, %edx; movl $0x80000000, %eax", "idivl %ecx", "")
FAULTS(divide_byte, "DIV of 8 bits: 0x100 by 1 is #DE", DE_VECTOR, 0,
       "movl $1, %ecx; movl $0x100, %eax", "divb %cl", "")
FAULTS32(divide_aam, "AAM 0 is #DE, in 32-bit code", DE_VECTOR, 0, "movl $1, %eax", ".byte 0xd4, 0x00", "")

SNIPPET(breakpoint, "", "int3", "");
TRAP_CASES(breakpoint, "INT3 is #BP, a trap", BP_VECTOR, KERNEL_CS)
SNIPPET(breakpoint_long, "", ".byte 0xcd, 0x03", "");
TRAP_CASES(breakpoint_long, "INT 3 by its long form is #BP, a trap", BP_VECTOR, KERNEL_CS)
SNIPPET32(overflow, "movl $0x7fffffff, %eax; addl %eax, %eax", "into", "");
TRAP_CASES(overflow, "INTO with OF set is #OF, a trap, in 32-bit code", OF_VECTOR, KERNEL_CS32)
FAULTS32(bound, "BOUND with an index beyond its bounds is #BR", BR_VECTOR, 0,
	 "pushl $7; pushl $3; movl $8, %eax", ".byte 0x62, 0x04, 0x24", "addl $8, %esp")

FAULTS(ud2, "UD2 is #UD", UD_VECTOR, 0, "", "ud2", "")
FAULTS(ud1, "UD1 is #UD", UD_VECTOR, 0, "", ".byte 0x0f, 0xb9, 0xc0", "")
FAULTS(lock_register, "LOCK with a register as destination is #UD", UD_VECTOR, 0,
       "", ".byte 0xf0, 0x01, 0xc0", "")
FAULTS(lock_load, "LOCK before an instruction that takes none is #UD", UD_VECTOR, 0,
       "", ".byte 0xf0, 0x90", "")
FAULTS(move_to_cs, "MOV to CS is #UD", UD_VECTOR, 0, "movl $8, %eax", ".byte 0x8e, 0xc8", "")
#ifdef __x86_64__
FAULTS(into_64, "INTO in 64-bit mode is #UD", UD_VECTOR, 0, "", ".byte 0xce", "")
FAULTS(pusha_64, "PUSHA in 64-bit mode is #UD", UD_VECTOR, 0, "", ".byte 0x60", "")
FAULTS(push_es_64, "PUSH ES in 64-bit mode is #UD", UD_VECTOR, 0, "", ".byte 0x06", "")
#endif
FAULTS(cr1, "MOV from CR1 is #UD", UD_VECTOR, 0, "", ".byte 0x0f, 0x20, 0xc8", "")

asm(".data\n null_far: .long 0, 0\n .text");
FAULTS(jump_null, "a far jump to a null selector is #GP(0)", GP_VECTOR, 0, "", "ljmpl *null_far", "")
FAULTS32(null_segment, "a load by a null FS is #GP(0), in 32-bit code", GP_VECTOR, 0,
	 "xorl %eax, %eax; movl %eax, %fs", "movb %fs:0x1000, %al", "")
FAULTS32(beyond_limit, "a load one byte beyond FS's limit is #GP(0), in 32-bit code", GP_VECTOR, 0,
	 "movl $" xstr(KERNEL_DS16) ", %eax; movl %eax, %fs", "movb %fs:0x10000, %al", "movw $0, %ax; movw %ax, %fs")
FAULTS32(across_limit, "a load across FS's limit is #GP(0), in 32-bit code", GP_VECTOR, 0,
	 "movl $" xstr(KERNEL_DS16) ", %eax; movl %eax, %fs", "movl %fs:0xfffd, %eax", "movw $0, %ax; movw %ax, %fs")

/* Error codes that name a selector (section 6.13): its RPL is not part of them, its table is. */
FAULTS(not_present, "loading ES with a segment that is not present is #NP(selector)", NP_VECTOR, NP_SEL,
       "movl $" xstr(NP_SEL) ", %eax", "movl %eax, %es", "")
FAULTS(not_present_stack, "loading SS with it is #SS(selector)", SS_VECTOR, NP_SEL,
       "movl $" xstr(NP_SEL) ", %eax", "movl %eax, %ss", "")
FAULTS(beyond_gdt, "a selector beyond the GDT is #GP(selector), without its RPL", GP_VECTOR, 0xfff8,
       "movl $0xfffb, %eax", "movl %eax, %es", "")
FAULTS(empty_ldt, "a selector of an LDT that is not there is #GP(selector), with TI", GP_VECTOR, 0x14,
       "xorl %eax, %eax; lldt %ax; movl $0x17, %eax", "movl %eax, %es", "")
FAULTS(code_as_stack, "a code segment as SS is #GP(selector)", GP_VECTOR, KERNEL_CS,
       "movl $" xstr(KERNEL_CS) ", %eax", "movl %eax, %ss", "")
FAULTS(user_stack, "a stack segment of ring 3 in ring 0 is #GP(selector)", GP_VECTOR, USER_DS & ~3,
       "movl $" xstr(USER_DS) ", %eax", "movl %eax, %ss", "")
FAULTS(tss_busy, "LTR of a busy TSS is #GP(selector)", GP_VECTOR, TSS_MAIN,
       "movl $" xstr(TSS_MAIN) ", %eax", "ltr %ax", "")
FAULTS(ltr_code, "LTR of a code segment is #GP(selector)", GP_VECTOR, KERNEL_CS,
       "movl $" xstr(KERNEL_CS) ", %eax", "ltr %ax", "")
FAULTS(ltr_null, "LTR of a null selector is #GP(0)", GP_VECTOR, 0, "xorl %eax, %eax", "ltr %ax", "")

#ifdef __x86_64__
FAULTS(noncanonical_load, "a load from a non-canonical address is #GP(0)", GP_VECTOR, 0,
       "movabs $0x0000800000000000, %rax", "movb (%rax), %al", "")
FAULTS(noncanonical_stack, "the same by RBP, in SS, is #SS(0)", SS_VECTOR, 0,
       "movq %rbp, %rdx; movabs $0xffff7fffffffffff, %rbp", "movb (%rbp), %al", "movq %rdx, %rbp")
FAULTS(noncanonical_msr, "a non-canonical FS base is #GP(0)", GP_VECTOR, 0,
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
