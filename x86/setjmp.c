/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setjmp() and longjmp(): C11 7.13.1.1 and 7.13.2.1, and the registers that a call preserves by the psABI (AMD64: RBX,
 * RBP, RSP, R12-R15, section 3.2.1; i386: EBX, ESI, EDI, EBP, ESP). Everything of this library that ends a case or
 * catches an exception stands on them. Jumps go up the stack only: into a function that has not returned.
 */
#include "case.h"
#include "limits.h"
#include "setjmp.h"
#include "x86/processor.h"

static int returned_for(int value)
{
	jmp_buf env;
	int result = setjmp(env);

	if (result == 0)
		longjmp(env, value);
	return result;
}

CASE(value, "setjmp() returns longjmp()'s value in full, and 1 for 0")
{
	expect_eq(returned_for(1), 1);
	expect_eq(returned_for(2), 2);
	expect_eq(returned_for(-1), (u64)-1);
	expect_eq(returned_for(INT_MAX), INT_MAX);
	expect_eq(returned_for(INT_MIN), (u64)INT_MIN);
	expect_eq(returned_for(0x10000), 0x10000);
	expect_eq(returned_for(0), 1);
}

CASE(direct, "the direct call returns 0, once")
{
	static int calls;
	jmp_buf env;

	calls = 0;
	expect_eq(setjmp(env), 0);
	expect_eq(++calls, 1);
}

static noinline void jump_from_depth(struct __jmp_buf *env, int depth)
{
	volatile char room[64];

	room[0] = depth;
	if (depth > 0)
		jump_from_depth(env, depth - 1);
	else if (room[0] == 0)
		longjmp(env, 5);
}

CASE(unwind, "a jump out of a hundred calls leaves the stack pointer as it was")
{
	jmp_buf env;
	volatile unsigned long before, after;

	asm volatile("mov %%" R "sp, %0" : "=m" (before));
	if (setjmp(env) == 0)
		jump_from_depth(env, 100);
	asm volatile("mov %%" R "sp, %0" : "=m" (after));
	expect_eq(after, before);
}

CASE(again, "one setjmp() can be returned to many times, and volatile variables keep their last value")
{
	volatile int count = 0;
	jmp_buf env;
	int result = setjmp(env);

	expect_eq(result, count);
	if (count < 1000)
		longjmp(env, ++count);
	expect_eq(count, 1000);
}

CASE(nested, "each buffer returns to its own place")
{
	jmp_buf outer, inner;
	volatile int path = 0;

	if (setjmp(outer) == 0) {
		if (setjmp(inner) == 0) {
			path = path * 10 + 1;
			longjmp(inner, 1);
		}
		path = path * 10 + 2;
		longjmp(outer, 1);
	}
	path = path * 10 + 3;
	expect_eq(path, 123);
}

CASE(interrupt_flag, "the interrupt flag is not part of a jmp_buf")
{
	jmp_buf env;

	cli();
	if (setjmp(env) == 0) {
		sti();
		longjmp(env, 1);
	}
	expect_eq(read_rflags() & X86_EFLAGS_IF, X86_EFLAGS_IF);
	cli();
}

/*
 * Sets every register that a call preserves to a pattern, saves, destroys them, jumps, and stores what came back. Words of
 * the result: as listed.
 */
#ifdef __x86_64__
#define PRESERVED	"rbx", "rbp", "r12", "r13", "r14", "r15"
asm(".text\n"
    "preserved_registers:\n\t"
    "push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15; push %rdi; push %rsi\n\t"
    "movabs $0x1122334455667701, %rbx\n\t"
    "movabs $0x1122334455667702, %rbp\n\t"
    "movabs $0x1122334455667703, %r12\n\t"
    "movabs $0x1122334455667704, %r13\n\t"
    "movabs $0x1122334455667705, %r14\n\t"
    "movabs $0x1122334455667706, %r15\n\t"
    "call setjmp\n\t"
    "test %eax, %eax\n\t"
    "jnz 1f\n\t"
    "mov 8(%rsp), %rdi\n\t"
    "mov $1, %esi\n\t"
    "xor %ebx, %ebx; xor %ebp, %ebp; xor %r12, %r12; xor %r13, %r13; xor %r14, %r14; xor %r15, %r15\n\t"
    "call longjmp\n"
    "1: pop %rsi\n\t"
    "mov %rbx, (%rsi); mov %rbp, 8(%rsi); mov %r12, 16(%rsi)\n\t"
    "mov %r13, 24(%rsi); mov %r14, 32(%rsi); mov %r15, 40(%rsi)\n\t"
    "pop %rdi; pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n\t"
    "ret\n");
#define PATTERN		0x1122334455667701
#else
#define PRESERVED	"ebx", "ebp", "esi", "edi"
asm(".text\n"
    "preserved_registers:\n\t"
    "push %ebx; push %ebp; push %esi; push %edi\n\t"
    "push $1; push 24(%esp)\n\t"		/* longjmp(env, 1), of which setjmp() takes the first */
    "mov $0x11223301, %ebx; mov $0x11223302, %ebp; mov $0x11223303, %esi; mov $0x11223304, %edi\n\t"
    "call setjmp\n\t"
    "test %eax, %eax\n\t"
    "jnz 1f\n\t"
    "xor %ebx, %ebx; xor %ebp, %ebp; xor %esi, %esi; xor %edi, %edi\n\t"
    "call longjmp\n"
    "1: mov 32(%esp), %eax\n\t"
    "mov %ebx, (%eax); mov %ebp, 4(%eax); mov %esi, 8(%eax); mov %edi, 12(%eax)\n\t"
    "add $8, %esp\n\t"
    "pop %edi; pop %esi; pop %ebp; pop %ebx\n\t"
    "ret\n");
#define PATTERN		0x11223301
#endif
void preserved_registers(struct __jmp_buf *env, unsigned long *result);

CASE(registers, "all registers that a call preserves come back")
{
	static const char *const names[] = { PRESERVED };
	unsigned long result[ARRAY_SIZE(names)] = { 0 };
	jmp_buf env;

	preserved_registers(env, result);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		expect_eq_msg(result[i], PATTERN + i, "%s", names[i]);
}
