/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ring 3 and back: out by IRET, back by a software interrupt, which exceptions.c recognizes by its address, so that its
 * vector stays usable. While ring 3 runs, interrupts use the caller's stack below its frame.
 */
#include "libcflat.h"
#include "alloc_page.h"
#include "x86/catch.h"
#include "x86/desc.h"
#include "x86/desc-width.h"
#include "x86/usermode.h"

#define USER_STACK_ORDER	2
_Static_assert(USER_STACK_SIZE == 4096 << USER_STACK_ORDER, "the stack is a power of two of pages");

/* The layout is known to exception-entry.S. */
struct user_entry {
	unsigned long function;
	unsigned long stack;
	unsigned long args[4];		/* 64-bit only */
};
_Noreturn void enter_user_mode(const struct user_entry *entry, void *kernel_sp_slot);

static char boot_cpu_stack[USER_STACK_SIZE] __attribute__((aligned(4096)));

static char *user_stack_top(int cpu)
{
	static char *stacks[X86_MAX_CPUS] = { boot_cpu_stack };

	if (!stacks[cpu])
		stacks[cpu] = alloc_pages(USER_STACK_ORDER);
	assert_msg(stacks[cpu], "no memory for the user stack of CPU %d", cpu);
	return stacks[cpu] + USER_STACK_SIZE;
}

/*
 * A run inside a run (by a handler that interrupted ring 3) continues below the first: the interrupted stack pointer
 * is not known here, so each level has a share of the stack.
 */
#define LEVELS	4

static unsigned long *slot_of_kernel_stack(void)
{
#ifdef __x86_64__
	return (unsigned long *)&this_cpu_tss()->rsp0;
#else
	return (unsigned long *)&this_cpu_tss()->esp0;
#endif
}

static _Noreturn void enter(usermode_func func, char *stack, const uint64_t *args)
{
	struct user_entry entry = { .function = (unsigned long)func };

#ifdef __x86_64__
	memcpy(entry.args, args, sizeof(entry.args));
#else
	stack -= 4 * sizeof(*args);
	memcpy(stack, args, 4 * sizeof(*args));
#endif
	entry.stack = (unsigned long)stack;
	enter_user_mode(&entry, slot_of_kernel_stack());
}

uint64_t run_in_user_ex(usermode_func func, unsigned int fault_vector, uint64_t arg1, uint64_t arg2,
			uint64_t arg3, uint64_t arg4, bool *raised_vector, handler ex_handler)
{
	const uint64_t args[4] = { arg1, arg2, arg3, arg4 };
	struct catch c = { .vector = fault_vector, .inspect = ex_handler };
	unsigned long *slot = slot_of_kernel_stack();
	unsigned long outer_stack = *slot;
	char *stack;
	int result;

	catch_push(&c);
	assert_msg(c.user_level < LEVELS, "run_in_user() in itself more than %d deep", LEVELS);
	stack = user_stack_top(x86_cpu_id()) - c.user_level++ * (USER_STACK_SIZE / LEVELS);
	result = setjmp(c.env);
	if (result == CATCH_ENTERED)
		enter(func, stack, args);
	*slot = outer_stack;
	catch_pop(&c);
	*raised_vector = result == CATCH_EXCEPTION;
	return result == CATCH_USER_RETURN ? c.user_result : 0;
}

uint64_t run_in_user(usermode_func func, unsigned int fault_vector, uint64_t arg1, uint64_t arg2,
		     uint64_t arg3, uint64_t arg4, bool *raised_vector)
{
	return run_in_user_ex(func, fault_vector, arg1, arg2, arg3, arg4, raised_vector, NULL);
}
