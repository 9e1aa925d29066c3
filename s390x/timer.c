/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The TOD clock, the clock comparator and the CPU timer (Principles of Operation, chapter 4,
 * "Timing"): they run, at one rate; interruptions come, not early, at their subclass masks only, as
 * long as the condition holds; on every CPU.
 */
#include "case.h"
#include "on-cpus.h"
#include "patience.h"
#include "s390x/smp.h"
#include "asm/facility.h"
#include "asm/time.h"

#define US(n)		((u64)(n) << STCK_SHIFT_US)
#define NEVER		(~0ull)
#define A_LONG_TIME	0x7fffffffffffffff

static volatile u32 count;
static volatile u16 code;
static volatile u64 came;
static struct psw interrupted;

static u64 now(void)
{
	u64 clock;

	stck(&clock);
	return clock;
}

/* Takes the reason away, or it would come again at once. */
static void note(struct stack_frame_int *frame)
{
	came = now();
	count++;
	code = lowcore.ext_int_code;
	interrupted = frame->psw;
	if (code == EXT_INT_CODE_CLOCK_COMPARATOR)
		clock_comparator_set(NEVER);
	else
		cpu_timer_set(A_LONG_TIME);
}

static void listen(void)
{
	count = code = 0;
	clock_comparator_set(NEVER);
	cpu_timer_set(A_LONG_TIME);
	install_ext_handler(note);
	ctl_set_bit(0, CTL0_CLOCK_COMPARATOR);
	ctl_set_bit(0, CTL0_CPU_TIMER);
}

static bool comes_within(u64 us)
{
	u64 end = now() + US(us);

	psw_mask_set_bits(PSW_MASK_EXT);
	while (!count && now() < end)
		barrier();
	psw_mask_clear_bits(PSW_MASK_EXT);
	return count;
}

CASE(stck, "STORE CLOCK: set (condition code 0), each later than the one before, no two the same")
{
	u64 last = 0, clock;

	for (int i = 0; i < 1000; i++) {
		expect_eq(stck(&clock), 0);
		expect_gt(clock, last);
		last = clock;
	}
}

CASE(stckf, "STORE CLOCK FAST never goes backwards")
{
	u64 last = 0, clock;

	require(test_facility(25));
	for (int i = 0; i < 1000; i++) {
		expect_eq(stckf(&clock), 0);
		expect_ge(clock, last);
		last = clock;
	}
}

CASE(stcke, "STORE CLOCK EXTENDED: epoch 0, the same clock 8 bits further right, the TOD "
	    "programmable field behind")
{
	struct {
		u8 epoch;
		u64 clock;
		u8 more[5];
		u16 programmable;
	} __attribute__((packed)) extended __aligned(16);
	u64 before, after;
	_Static_assert(sizeof(extended) == 16, "STCKE");

	__asm__ __volatile__("lghi %%r0,0x1234\n\tsckpf" : : : "r0");
	before = now();
	expect_eq(stcke(&extended), 0);
	after = now();
	expect_eq(extended.epoch, 0);
	expect_ge(extended.clock, before);
	expect_le(extended.clock, after);
	expect_eq(extended.programmable, 0x1234);
	__asm__ __volatile__("lghi %%r0,0\n\tsckpf" : : : "r0");
}

static u64 clock_seen;

static void note_clock(void *unused)
{
	clock_seen = now();
}

CASE(one_clock, "the clocks of all CPUs are one: read in turn they go forward")
{
	u64 last = now();

	for (int round = 0; round < 20; round++)
		for (int cpu = 0; cpu < smp_query_num_cpus(); cpu++) {
			on_cpu(cpu, note_clock, NULL);
			expect_gt(clock_seen, last);
			last = clock_seen;
		}
}

CASE(registers, "clock comparator and CPU timer read back what was set; the timer has counted "
		"since")
{
	s64 timer;

	clock_comparator_set(0xfedcba9876543210);
	expect_eq(clock_comparator_get(), 0xfedcba9876543210);
	clock_comparator_set(NEVER);
	cpu_timer_set(0x123456789abcd000);
	timer = cpu_timer_get();
	expect_lt(timer, 0x123456789abcd000);
	expect_gt(timer, 0x123456789abcd000 - US(1000000));
	cpu_timer_set(A_LONG_TIME);
}

CASE(timer_rate, "the CPU timer counts down as the clock counts up")
{
	u64 start = now(), elapsed;
	s64 timer;

	cpu_timer_set(A_LONG_TIME);
	mdelay(50);
	timer = cpu_timer_get();
	elapsed = now() - start;
	expect_ge((u64)(A_LONG_TIME - timer), US(50000));
	expect_le((u64)(A_LONG_TIME - timer), elapsed);
}

CASE(comparator_arrives, "the comparator interrupts, with code 0x1004, and not before the clock is "
			 "greater")
{
	u64 until;

	for (int i = 0; i < 20; i++) {
		listen();
		until = now() + US(500 + 100 * i);
		clock_comparator_set(until);
		expect(comes_within(1000000));
		expect_eq(code, EXT_INT_CODE_CLOCK_COMPARATOR);
		expect_eq(count, 1);
		expect_gt(came, until);
		expect_eq(interrupted.mask & (PSW_MASK_EXT | PSW_MASK_PSTATE), PSW_MASK_EXT);
	}
}

CASE(comparator_past, "a comparator in the past is pending at once; at the greatest value never")
{
	listen();
	clock_comparator_set(now() - US(1));
	expect(comes_within(1000000));
	expect_eq(count, 1);
	listen();
	expect(!comes_within(2000));
}

CASE(comparator_zero, "a comparator of zero, and one of years ago, are in the past")
{
	listen();
	clock_comparator_set(0);
	expect(comes_within(100000));
	listen();
	clock_comparator_set(now() - US(100000000000000ull));
	expect(comes_within(100000));
}

CASE(comparator_masked, "CR0.52 holds the comparator back, and so does the PSW; the condition "
			"stays")
{
	listen();
	ctl_clear_bit(0, CTL0_CLOCK_COMPARATOR);
	clock_comparator_set(now());
	expect(!comes_within(2000));
	ctl_set_bit(0, CTL0_CLOCK_COMPARATOR);
	mdelay(2);
	expect_eq(count, 0);
	expect(comes_within(1000000));
	expect_eq(code, EXT_INT_CODE_CLOCK_COMPARATOR);
}

CASE(comparator_withdrawn, "a comparator that is set further while it is pending does not "
			   "interrupt any more")
{
	listen();
	clock_comparator_set(now());
	mdelay(2);
	clock_comparator_set(NEVER);
	expect(!comes_within(2000));
}

CASE(timer_arrives, "the CPU timer interrupts, with code 0x1005, when it is negative and not "
		    "before")
{
	for (int i = 0; i < 20; i++) {
		u64 start;

		listen();
		start = now();
		cpu_timer_set((s64)US(500 + 100 * i));
		expect(comes_within(1000000));
		expect_eq(code, EXT_INT_CODE_CPU_TIMER);
		expect_eq(count, 1);
		expect_ge(came - start, US(500 + 100 * i));
	}
}

CASE(timer_masked, "CR0.53 holds the CPU timer back; a timer that became negative stays pending")
{
	listen();
	ctl_clear_bit(0, CTL0_CPU_TIMER);
	cpu_timer_set(US(100));
	expect(!comes_within(2000));
	ctl_set_bit(0, CTL0_CPU_TIMER);
	expect(comes_within(100000));
	expect_eq(code, EXT_INT_CODE_CPU_TIMER);
}

CASE(timer_withdrawn, "a CPU timer that is set to a positive value while it is pending does not "
		      "interrupt any more")
{
	listen();
	cpu_timer_set(US(100));
	mdelay(2);
	cpu_timer_set(A_LONG_TIME);
	expect(!comes_within(2000));
}

CASE(timer_negative, "a CPU timer that is set to a negative value is pending at once")
{
	static const s64 values[] = { -1, -4096, INT64_MIN };

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		listen();
		cpu_timer_set(values[i]);
		expect_msg(comes_within(20000), "timer %#" PRIx64, values[i]);
	}
	cpu_timer_set(A_LONG_TIME);
}

static u16 order[2];
static volatile u32 n_orders;

static void note_order(struct stack_frame_int *frame)
{
	order[n_orders++ % 2] = lowcore.ext_int_code;
	if (lowcore.ext_int_code == EXT_INT_CODE_CLOCK_COMPARATOR)
		clock_comparator_set(NEVER);
	else
		cpu_timer_set(A_LONG_TIME);
}

CASE(priority, "of both that are pending the clock comparator comes first (chapter 6, \"Priority "
	       "of External Interruptions\")")
{
	u64 end;

	listen();
	n_orders = 0;
	install_ext_handler(note_order);
	clock_comparator_set(now() + US(10));
	cpu_timer_set(US(10));
	/* Long, for an emulator whose timers are another thread's on a busy host. */
	mdelay(100);
	end = now() + US(1000000);
	psw_mask_set_bits(PSW_MASK_EXT);
	while (n_orders < 2 && now() < end)
		barrier();
	psw_mask_clear_bits(PSW_MASK_EXT);
	expect_eq(n_orders, 2);
	expect_eq(order[0], EXT_INT_CODE_CLOCK_COMPARATOR);
	expect_eq(order[1], EXT_INT_CODE_CPU_TIMER);
}

CASE(wait, "a CPU that waits enabled goes on at the comparator's interruption, not before")
{
	u64 until;

	listen();
	until = now() + US(20000);
	clock_comparator_set(until);
	wait_for_interrupt(PSW_MASK_EXT);
	expect_eq(count, 1);
	expect_gt(now(), until);
	expect_eq(interrupted.mask & PSW_MASK_WAIT, PSW_MASK_WAIT);
}

static u32 own_count;

static void own_timer(void *unused)
{
	listen();
	clock_comparator_set(now() + US(1000));
	own_count = comes_within(1000000) ? count : 0;
	ctl_clear_bit(0, CTL0_CLOCK_COMPARATOR);
	ctl_clear_bit(0, CTL0_CPU_TIMER);
}

CASE(each_cpu, "every CPU has its own clock comparator")
{
	clock_comparator_set(NEVER);
	for (int cpu = 0; cpu < smp_query_num_cpus(); cpu++) {
		on_cpu(cpu, own_timer, NULL);
		expect_eq_msg(own_count, 1, "interruptions of CPU %d", cpu);
	}
}

CASE(set_clock, "SET CLOCK: a guest's clock is set, or is left alone and says so")
{
	u64 before = now(), later = before + US(3600000000ull), after;
	int cc = sck(&later);

	after = now();
	expect(cc == 0 || cc == 1);
	if (cc == 0)
		expect_ge(after, later);
	else
		expect_lt(after, later);
	if (cc == 0)
		sck(&before);
}
