/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Code that nobody executes while it is changed (SDM volume 3, section 9.1.3): by the CPU that executes it next itself, which
 * needs no more than a jump; and by another, for which the executing CPU waits, and then serializes.
 */
#include "poke.h"
#include "asm/page.h"

#define ROUNDS	30

static u8 code[2 * PAGE_SIZE] __aligned(PAGE_SIZE);

/* Within a line, across two lines, across two pages. */
static u8 *const places[] = { code + 64, code + 125, code + PAGE_SIZE - 3 };

CASE(own_code, "a CPU that changes code and then calls it executes the new code")
{
	for (size_t p = 0; p < ARRAY_SIZE(places); p++) {
		u32 wrong = 0;

		for (u32 i = 0; i < ROUNDS; i++) {
			put_return(places[p], 0x1000 + i);
			barrier();
			wrong += ((poked)places[p])() != 0x1000 + i;
		}
		expect_eq_msg(wrong, 0, "place %zu", p);
	}
}

CASE(own_next, "a store to an instruction behind a jump is seen there")
{
	u32 got = 0;

	/* Changes the constant of the MOV from 1 to 2 by another address of the same kind, and jumps there. */
	asm volatile("movl $2, 2f + 1\n\t"
		     "jmp 2f\n\t"
		     "2: movl $1, %0\n\t"
		     : "=a" (got) : : "memory");
	expect_eq(got, 2);
	asm volatile("movl $1, 2f + 1\n\t"
		     "jmp 2f\n\t"
		     "2: movl $1, %0\n\t"
		     : "=a" (got) : : "memory");
	expect_eq(got, 1);
}

static u32 turn, wrong;
static u8 *place;

/* Odd turns are the executing CPU's. */
static void take_turns(void *unused)
{
	for (u32 i = 0; i < ROUNDS; i++) {
		while (__atomic_load_n(&turn, __ATOMIC_ACQUIRE) != 2 * i + 1)
			pause();
		raw_cpuid(0, 0);
		wrong += ((poked)place)() != 0x2000 + i;
		__atomic_store_n(&turn, 2 * i + 2, __ATOMIC_RELEASE);
	}
}

CASE(others_code, "a CPU that has waited for a change by another, and serialized, executes the new code")
{
	require_msg(cpu_count() >= 2, "needs two CPUs");
	for (size_t p = 0; p < ARRAY_SIZE(places); p++) {
		turn = wrong = 0;
		place = places[p];
		on_cpu_async(1, take_turns, NULL);
		for (u32 i = 0; i < ROUNDS; i++) {
			put_return(place, 0x2000 + i);
			__atomic_store_n(&turn, 2 * i + 1, __ATOMIC_RELEASE);
			while (__atomic_load_n(&turn, __ATOMIC_ACQUIRE) != 2 * i + 2)
				pause();
		}
		expect_eq_msg(wrong, 0, "place %zu", p);
	}
}
