/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions in ring 3. Their code, data and stack must be memory that ring 3 may use. They may be interrupted, and
 * nested through handlers; each CPU has its own stack of USER_STACK_SIZE bytes.
 */
#ifndef X86_USERMODE_H
#define X86_USERMODE_H

#include <stdbool.h>
#include <stdint.h>
#include "x86/exceptions.h"

#define USER_STACK_SIZE	16384

/* Called with the four arguments of run_in_user(); on i386 each is 64 bits on the stack. */
typedef uint64_t (*usermode_func)(void);

/*
 * Runs func(arg1, arg2, arg3, arg4) in ring 3 with the caller's flags and returns what it returns. If exception
 * fault_vector occurs on the way, *raised_vector is true, the rest of func is left out, 0 is returned, and
 * exception_vector(), exception_error_code() and the like tell about it. Other exceptions go where they always do.
 */
uint64_t run_in_user(usermode_func func, unsigned int fault_vector, uint64_t arg1, uint64_t arg2,
		     uint64_t arg3, uint64_t arg4, bool *raised_vector);
/* The same, with a function that sees the registers of the expected exception; NULL: none. */
uint64_t run_in_user_ex(usermode_func func, unsigned int fault_vector, uint64_t arg1, uint64_t arg2,
			uint64_t arg3, uint64_t arg4, bool *raised_vector, handler ex_handler);

#endif
