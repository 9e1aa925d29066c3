/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Floating-point, vector and VSX registers, FPSCR and VSCR (Power ISA 3.1B, Book I, chapters 4, 6
 * and 7) are a CPU's own: nothing that comes between (interrupts, hypercalls, sleep, what other
 * CPUs do) may change a bit of them. The library uses none, so whoever does is outside.
 */
#include "arch-hooks.h"
#include "case.h"
#include "on-cpus.h"
#include "asm/smp.h"
#include "asm/time.h"
#include "asm/vsx.h"

#define PATTERN(cpu, n)		(0x0123456789abcdeful * (2 * ((cpu) * 200ul + (n)) + 1))

static struct state {
	struct vsx_state given, seen;
} states[NR_CPUS];

static void fill(struct vsx_state *state, int cpu)
{
	for (unsigned int i = 0; i < 64; i++) {
		state->vsr[i][0] = PATTERN((unsigned int)cpu, 2 * i);
		state->vsr[i][1] = PATTERN((unsigned int)cpu, 2 * i + 1);
	}
}

static void expect_kept(const struct state *s, const char *what, int cpu)
{
	for (unsigned int i = 0; i < 64; i++)
		for (unsigned int half = 0; half < 2; half++)
			expect_eq_msg(s->seen.vsr[i][half], s->given.vsr[i][half],
				      "%s: CPU %d, VSR %u, doubleword %u", what, cpu, i, half);
}

static volatile unsigned int ticks;

static void on_tick(struct pt_regs *regs, void *data)
{
	ticks++;
	dec_set(usec_to_tb(100));
}

CASE(interrupts, "all registers are as they were after 100 interrupts of the decrementer")
{
	struct state *s = &states[0];

	fill(&s->given, 1);
	ticks = 0;
	handle_exception(0x900, on_tick, NULL);
	vsx_enable();
	vsx_load(&s->given);
	dec_set(usec_to_tb(100));
	for (u64 start = get_tb(); ticks < 100 && get_tb() - start < 10 * tb_hz;)
		cpu_relax();
	dec_stop();
	vsx_store(&s->seen);
	vsx_disable();
	expect_ge(ticks, 100);
	expect_kept(s, "interrupts", 0);
}

CASE(sleep, "and after sleep, which another virtual CPU may have used")
{
	struct state *s = &states[0];

	fill(&s->given, 2);
	vsx_enable();
	vsx_load(&s->given);
	for (int i = 0; i < 20; i++)
		usleep(500);
	vsx_store(&s->seen);
	vsx_disable();
	expect_kept(s, "sleep", 0);
}

CASE(output, "and after the console's calls")
{
	struct state *s = &states[0];

	fill(&s->given, 3);
	vsx_enable();
	vsx_load(&s->given);
	for (int i = 0; i < 10; i++)
		report_info("floating-point registers are loaded: %d", i);
	vsx_store(&s->seen);
	vsx_disable();
	expect_kept(s, "output", 0);
}

CASE(disabled, "MSR.FP, VEC and VSX off and on again change nothing")
{
	struct state *s = &states[0];

	fill(&s->given, 4);
	vsx_enable();
	vsx_load(&s->given);
	vsx_disable();
	udelay(1000);
	vsx_enable();
	vsx_store(&s->seen);
	vsx_disable();
	expect_kept(s, "disabled", 0);
}

static void hold(void *data)
{
	int cpu = arch_cpu_id();
	struct state *s = &states[cpu];

	fill(&s->given, cpu);
	vsx_enable();
	vsx_load(&s->given);
	for (int i = 0; i < 10; i++)
		udelay(500);
	vsx_store(&s->seen);
	vsx_disable();
}

CASE(every_cpu, "every CPU holds its own, all at once")
{
	require(arch_cpu_count() > 1);
	for (int round = 0; round < 5; round++) {
		on_cpus(hold, NULL);
		for (int cpu = 0; cpu < arch_cpu_count(); cpu++)
			expect_kept(&states[cpu], "every CPU", cpu);
	}
}

/* ---- the status registers, through VSR 0 and VSR 32 + 0 ---- */

#define INSN_MFFS_F0	".long 0xfc00048e"
#define INSN_MTFSF_ALL	".long 0xfdfe058e"	/* mtfsf 0xff, f0 */
#define INSN_MFVSCR_V0	".long 0x10000604"
#define INSN_MTVSCR_V0	".long 0x10000644"

/*
 * The sticky exceptions, the class, enables and rounding: all that software may set, but FEX and
 * VX.
 */
#define FPSCR_BITS	0x9f8ff3fful

static void set_low(struct vsx_state *state, unsigned int vsr, u64 high, u64 low)
{
	state->vsr[vsr][0] = high;
	state->vsr[vsr][1] = low;
	vsx_load(state);
}

CASE(fpscr, "FPSCR keeps what is written to it, over interrupts too")
{
	static const u64 values[] = { 0, 0x00000003, 0x000000f8, 0x02000000, 0x00000002 };
	static struct vsx_state state;

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		ticks = 0;
		handle_exception(0x900, on_tick, NULL);
		vsx_enable();
		set_low(&state, 0, values[i], 0);
		__asm__ __volatile__(INSN_MTFSF_ALL : : : "memory");
		set_low(&state, 0, -1ul, -1ul);
		dec_set(0);
		udelay(300);
		dec_stop();
		__asm__ __volatile__(INSN_MFFS_F0 : : : "memory");
		vsx_store(&state);
		/*
		 * XX brings FX along only where an instruction raises it, not where it is written.
		 */
		expect_eq_msg(state.vsr[0][0] & FPSCR_BITS & ~0x80000000ul, values[i],
			      "FPSCR %#" PRIx64, values[i]);
		set_low(&state, 0, 0, 0);
		__asm__ __volatile__(INSN_MTFSF_ALL : : : "memory");
		vsx_disable();
	}
}

CASE(vscr, "VSCR keeps NJ and SAT, and no other bit")
{
	static const u64 values[] = { 0, 1, 0x10000, 0x10001 };
	static struct vsx_state state;

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		vsx_enable();
		set_low(&state, 32, -1ul, values[i] | 0xffffffff00000000ul);
		__asm__ __volatile__(INSN_MTVSCR_V0 : : : "memory");
		set_low(&state, 32, -1ul, -1ul);
		udelay(300);
		__asm__ __volatile__(INSN_MFVSCR_V0 : : : "memory");
		vsx_store(&state);
		expect_eq(state.vsr[32][0], 0);
		expect_eq(state.vsr[32][1], values[i]);
		set_low(&state, 32, 0, 0);
		__asm__ __volatile__(INSN_MTVSCR_V0 : : : "memory");
		vsx_disable();
	}
}
