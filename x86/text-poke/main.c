/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Code that is changed while other CPUs execute it, as kernels do for jump labels (SDM volume 3, section 9.1.3, self- and
 * cross-modifying code; 9.3, serializing instructions): each execution is the old or the new instruction, whole, and
 * once all CPUs have serialized only the new one. By file: breakpoint.c, INT3 over an instruction that is executed
 * meanwhile; stopped.c, CPUs that wait for the change; pages.c, code in pages just mapped or made executable.
 */
#include "poke.h"

struct poke poke;

static u32 load(u32 *p)
{
	return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}

static void judge(u32 before, u32 got, u32 behind)
{
	if (before == behind && !(before & 1)) {
		if (got != poke.result(before))
			__atomic_add_fetch(&poke.stale, 1, __ATOMIC_RELAXED);
		return;
	}
	for (u32 state = before & ~1u; state <= ((behind + 1) & ~1u); state += 2)
		if (got == poke.result(state))
			return;
	if (!__atomic_fetch_add(&poke.torn, 1, __ATOMIC_RELAXED))
		poke.first_torn = got;
}

static void execute(void *unused)
{
	__atomic_add_fetch(&poke.executing, 1, __ATOMIC_SEQ_CST);
	sti();
	while (!load(&poke.stop)) {
		u32 before = load(&poke.state), got = poke.function();

		judge(before, got, load(&poke.state));
		__atomic_add_fetch(&poke.runs, 1, __ATOMIC_RELAXED);
	}
	cli();
	__atomic_sub_fetch(&poke.executing, 1, __ATOMIC_SEQ_CST);
}

static bool wait_for(u32 *value, u32 n)
{
	u64 begin = rdtsc();

	while (load(value) != n && rdtsc() - begin < WAIT_TICKS)
		pause();
	return load(value) == n;
}

void poke_start(poked function, u32 (*result)(u32 state))
{
	require_msg(cpu_count() >= 2, "needs two CPUs");
	poke = (struct poke){ .function = function, .result = result };
	for (int cpu = 1; cpu < cpu_count(); cpu++)
		on_cpu_async(cpu, execute, NULL);
	expect(wait_for(&poke.executing, cpu_count() - 1));
}

void poke_end(void)
{
	bool ended;

	__atomic_store_n(&poke.stop, 1, __ATOMIC_RELEASE);
	ended = wait_for(&poke.executing, 0);
	for (int cpu = 1; !ended && cpu < cpu_count(); cpu++)
		smp_restart(cpu);
	expect(ended);
	expect_eq_msg(poke.torn, 0, "executions that were neither (the first returned %#" PRIx32 ")", poke.first_torn);
	expect_eq_msg(poke.stale, 0, "executions that were not the settled one");
	expect_gt(poke.runs, 0);
}

void poke_begin_change(void)
{
	__atomic_add_fetch(&poke.state, 1, __ATOMIC_SEQ_CST);
}

void poke_end_change(void)
{
	__atomic_add_fetch(&poke.state, 1, __ATOMIC_SEQ_CST);
}

static void serialize(void *unused)
{
	raw_cpuid(0, 0);
}

void poke_serialize_all(void)
{
	on_cpus(serialize, NULL);
}

void poke_let_run(u32 runs)
{
	u32 first = load(&poke.runs);
	u64 begin = rdtsc();

	while (load(&poke.runs) - first < runs && rdtsc() - begin < WAIT_TICKS)
		pause();
}

u8 *put_return(u8 *code, u32 value)
{
	code[0] = 0xb8;
	memcpy(code + 1, &value, sizeof(value));
	code[5] = 0xc3;
	return code + RETURN_LENGTH;
}
