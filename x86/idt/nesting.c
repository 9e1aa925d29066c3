/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions inside handlers, and exceptions while an exception is being delivered: which pairs make a double fault (SDM
 * volume 3, section 6.15, tables 6-4 and 6-5), which are just the second one. Then that handlers see and restore every register.
 */
#include "recorder.h"

/* Instructions of two bytes, which handlers skip. */
#define UD2		".byte 0x0f, 0x0b"
#define DIV_CL		".byte 0xf6, 0xf1"	/* divb %cl */
#define SKIP(regs)	((regs)->rip += 2)

static int depth, deepest;
static char trail[16];

static void enter(char c)
{
	trail[strlen(trail)] = c;
	if (++depth > deepest)
		deepest = depth;
}

static void leave(struct ex_regs *regs, char c)
{
	depth--;
	trail[strlen(trail)] = c;
	SKIP(regs);
}

static void on_bp(struct ex_regs *regs)
{
	enter('b');
	depth--;
	trail[strlen(trail)] = 'B';
}

static void on_de(struct ex_regs *regs)
{
	enter('d');
	asm volatile("int3" : : : "memory");
	leave(regs, 'D');
}

static void on_ud(struct ex_regs *regs)
{
	enter('u');
	asm volatile(DIV_CL : : "a" (1), "c" (0) : "cc", "memory");
	leave(regs, 'U');
}

CASE(three_deep, "#UD, in its handler #DE, in its handler #BP: all return in order")
{
	handler ud = handle_exception(UD_VECTOR, on_ud);
	handler de = handle_exception(DE_VECTOR, on_de);
	handler bp = handle_exception(BP_VECTOR, on_bp);

	depth = deepest = 0;
	memset(trail, 0, sizeof(trail));
	asm volatile(UD2 : : : "memory");
	expect_eq(deepest, 3);
	expect_eq(depth, 0);
	expect_mem(trail, "udbBDU", 7);
	handle_exception(UD_VECTOR, ud);
	handle_exception(DE_VECTOR, de);
	handle_exception(BP_VECTOR, bp);
}

#define RECURSION	32

static void recurse(struct ex_regs *regs)
{
	if (++depth < RECURSION)
		asm volatile(UD2 : : : "memory");
	SKIP(regs);
}

CASE(recursion, "a handler may raise its own exception, 32 deep")
{
	handler before = handle_exception(UD_VECTOR, recurse);

	depth = 0;
	asm volatile(UD2 : : : "memory");
	expect_eq(depth, RECURSION);
	handle_exception(UD_VECTOR, before);
}

/* ---- second exceptions while the first is delivered ---- */

SNIPPET(ud, "", UD2, "");
SNIPPET(de, "movl $1, %eax; xorl %ecx, %ecx", DIV_CL, "");
SNIPPET(gp, "xorl %eax, %eax; lldt %ax; movl $0x14, %eax", "movl %eax, %es", "");
SNIPPET(np, "movl $" xstr(NP_SEL) ", %eax", "movl %eax, %es", "");
SNIPPET(ss, "movl $" xstr(NP_SEL) ", %eax", "movl %eax, %ss", "");

/* The gate of first is missing, so delivering it is an #NP. What arrives must be second(code). */
static void expect_second(const struct snippet *code, int first, unsigned int second, unsigned long error_code)
{
	struct seen s;

	boot_idt[first].p = 0;
	s = run_snippet(code);
	boot_idt[first].p = 1;
	insist_eq(s.count, 1);
	expect_eq(s.regs.vector, second);
	expect_eq(s.regs.error_code, error_code);
	expect_eq(s.cr2, CR2_BEFORE);
}

CASE(benign_then_contributory, "#UD, then #NP: the #NP is delivered")
{
	expect_second(&ud, UD_VECTOR, NP_VECTOR, UD_VECTOR * 8 + 3);
}

CASE(divide_then_contributory, "#DE, then #NP: a double fault, error code 0")
{
	expect_second(&de, DE_VECTOR, DF_VECTOR, 0);
}

CASE(gp_then_contributory, "#GP, then #NP: a double fault, error code 0")
{
	expect_second(&gp, GP_VECTOR, DF_VECTOR, 0);
}

CASE(ss_then_contributory, "#SS, then #NP: a double fault, error code 0")
{
	expect_second(&ss, SS_VECTOR, DF_VECTOR, 0);
}

CASE(np_then_contributory, "#NP, then #NP: a double fault, error code 0")
{
	expect_second(&np, NP_VECTOR, DF_VECTOR, 0);
}

#ifdef __x86_64__
SNIPPET(no_stack, "movq %rsp, %rdx; movabs $0x0000800000000000, %rsp", UD2, "movq %rdx, %rsp");

CASE(broken_stack, "an exception without a usable stack is a double fault on the double fault's own stack")
{
	struct seen s = run_snippet(&no_stack);

	insist_eq(s.count, 1);
	expect_eq(s.regs.vector, DF_VECTOR);
	expect_eq(s.regs.error_code, 0);
	expect_eq(s.regs.rsp, 0x0000800000000000);
}
#endif

/* ---- registers ---- */

#ifdef __x86_64__
#define REGISTERS	"rax", "rcx", "rdx", "rbx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"
#else
#define REGISTERS	"rax", "rcx", "rdx", "rbx", "rsi", "rdi"
#endif
static const char *const names[] = { REGISTERS };
#define N_REGISTERS	ARRAY_SIZE(names)

static unsigned long *reg_at(struct ex_regs *regs, size_t i)
{
	/* rax to rbx, then rsi on: behind them the stack and frame pointers, which C needs itself. */
	return &regs->rax + i + (i >= 4 ? 2 : 0);
}

static unsigned long found[N_REGISTERS];

static void swap_registers(struct ex_regs *regs)
{
	for (size_t i = 0; i < N_REGISTERS; i++) {
		found[i] = *reg_at(regs, i);
		*reg_at(regs, i) = ~found[i];
	}
	SKIP(regs);
}

#define PATTERN(i)	(0x0123456789abcd00 + (i))

/* The words of array in registers, UD2, and back: the array's address is kept on the stack. */
void registers_through_ud2(unsigned long *array);
#ifdef __x86_64__
asm(".text\n registers_through_ud2:\n"
    "push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15; push %rdi\n"
    "mov (%rdi), %rax; mov 8(%rdi), %rcx; mov 16(%rdi), %rdx; mov 24(%rdi), %rbx; mov 32(%rdi), %rsi\n"
    "mov 48(%rdi), %r8; mov 56(%rdi), %r9; mov 64(%rdi), %r10; mov 72(%rdi), %r11; mov 80(%rdi), %r12\n"
    "mov 88(%rdi), %r13; mov 96(%rdi), %r14; mov 104(%rdi), %r15; mov 40(%rdi), %rdi\n"
    UD2 "\n"
    "push %rdi; mov 8(%rsp), %rdi; mov %rax, (%rdi); pop %rax; mov %rax, 40(%rdi)\n"
    "mov %rcx, 8(%rdi); mov %rdx, 16(%rdi); mov %rbx, 24(%rdi); mov %rsi, 32(%rdi)\n"
    "mov %r8, 48(%rdi); mov %r9, 56(%rdi); mov %r10, 64(%rdi); mov %r11, 72(%rdi); mov %r12, 80(%rdi)\n"
    "mov %r13, 88(%rdi); mov %r14, 96(%rdi); mov %r15, 104(%rdi)\n"
    "pop %rdi; pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx; ret\n");
#else
asm(".text\n registers_through_ud2:\n"
    "push %ebx; push %esi; push %edi; mov 16(%esp), %edi; push %edi\n"
    "mov (%edi), %eax; mov 4(%edi), %ecx; mov 8(%edi), %edx; mov 12(%edi), %ebx; mov 16(%edi), %esi; mov 20(%edi), %edi\n"
    UD2 "\n"
    "push %edi; mov 4(%esp), %edi; mov %eax, (%edi); pop %eax; mov %eax, 20(%edi)\n"
    "mov %ecx, 4(%edi); mov %edx, 8(%edi); mov %ebx, 12(%edi); mov %esi, 16(%edi)\n"
    "pop %edi; pop %edi; pop %esi; pop %ebx; ret\n");
#endif

CASE(registers, "a handler sees all registers, and what it changes is in force when it returns")
{
	handler before = handle_exception(UD_VECTOR, swap_registers);
	unsigned long array[N_REGISTERS];

	for (size_t i = 0; i < N_REGISTERS; i++)
		array[i] = PATTERN(i);
	registers_through_ud2(array);
	for (size_t i = 0; i < N_REGISTERS; i++) {
		expect_eq_msg(found[i], (unsigned long)PATTERN(i), "%s in the handler", names[i]);
		expect_eq_msg(array[i], ~(unsigned long)PATTERN(i), "%s behind it", names[i]);
	}
	handle_exception(UD_VECTOR, before);
}
