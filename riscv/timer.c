/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The supervisor timer (SBI 3.0, chapter 6; Privileged Architecture, section 4.1.3; Sstc 1.0):
 * programmed by SBI and by stimecmp, each form tested alike: it is pending from its time on and
 * never before, until it is programmed anew; masks hold the interrupt back, not the pending bit;
 * WFI ends by it; every hart has its own.
 */
#include "case.h"
#include "arch-hooks.h"
#include "on-cpus.h"
#include "asm/delay.h"
#include "asm/processor.h"
#include "asm/sbi.h"
#include "asm/setup.h"
#include "asm/timer.h"

#define NEVER	(~0ul)
#define SOON	2000		/* microseconds */

static u64 came_at;
static unsigned int came;
static struct pt_regs interrupted;

static void note(struct pt_regs *regs)
{
	came_at = timer_get_cycles();
	came++;
	interrupted = *regs;
	timer_irq_disable();
}

static bool pending(void)
{
	return csr_read(CSR_SIP) & IP_TIP;
}

/* A pending bit may take a moment to change: the firmware's timer is another device. */
static bool becomes(bool state, u64 within)
{
	u64 start = timer_get_cycles();

	while (pending() != state)
		if (timer_get_cycles() - start > within)
			return false;
	return true;
}

static u64 second(void)
{
	return timebase_frequency;
}

static void by_sbi(u64 when)
{
	sbi_set_timer(when);
}

static void by_stimecmp(u64 when)
{
	csr_write(CSR_STIMECMP, when);
}

static void begin(void (*set)(u64 when))
{
	came = 0;
	install_irq_handler(IRQ_S_TIMER, note);
	timer_irq_disable();
	set(NEVER);
	insist(becomes(false, second()));
}

/* Ten times, so that an early one has its chance; the longest delay is a number, not a verdict. */
static void arrives(void (*set)(u64 when))
{
	u64 longest = 0;

	begin(set);
	for (unsigned int i = 1; i <= 10; i++) {
		u64 when = timer_get_cycles() + usec_to_cycles(SOON);

		set(when);
		timer_irq_enable();
		local_irq_enable();
		while (came < i && timer_get_cycles() < when + 5 * second())
			cpu_relax();
		local_irq_disable();
		insist_eq(came, i);
		expect_ge(came_at, when);
		expect_eq(interrupted.cause, CAUSE_IRQ_FLAG | IRQ_S_TIMER);
		expect_eq(interrupted.badaddr, 0);
		expect_eq(pending(), true);
		longest = MAX(longest, came_at - when);
	}
	set(NEVER);
	expect(becomes(false, second()));
	metric("latency", longest * 1000000 / timebase_frequency, "us");
}

/*
 * The moment at which it becomes pending lies between the last look that saw nothing and the first
 * that saw it.
 */
static void never_early(void (*set)(u64 when))
{
	begin(set);
	for (int i = 0; i < 10; i++) {
		u64 when = timer_get_cycles() + usec_to_cycles(SOON), seen;

		set(when);
		while (!pending())
			;
		seen = timer_get_cycles();
		expect_ge(seen, when);
	}
	set(NEVER);
}

static void past(void (*set)(u64 when))
{
	begin(set);
	set(0);
	expect(becomes(true, second()));
	set(NEVER);
	expect(becomes(false, second()));
	set(timer_get_cycles());
	expect(becomes(true, second()));
	set(timer_get_cycles() + 100 * second());
	expect(becomes(false, second()));
	set(NEVER);
}

static void replaced(void (*set)(u64 when))
{
	u64 when;

	begin(set);
	set(timer_get_cycles() + 1000 * second());
	when = timer_get_cycles() + usec_to_cycles(SOON);
	set(when);
	expect(becomes(true, 5 * second()));
	expect_ge(timer_get_cycles(), when);
	/* The other way round: what was nearer does not come. */
	set(timer_get_cycles() + usec_to_cycles(SOON));
	set(timer_get_cycles() + 1000 * second());
	expect(becomes(false, second()));
	udelay(3 * SOON);
	expect_eq(pending(), false);
	set(NEVER);
}

static void masked(void (*set)(u64 when))
{
	begin(set);
	set(0);
	insist(becomes(true, second()));
	local_irq_enable();		/* sie.STIE is 0 */
	udelay(100);
	expect_eq(came, 0);
	local_irq_disable();
	timer_irq_enable();		/* sstatus.SIE is 0 */
	udelay(100);
	expect_eq(came, 0);
	expect_eq(pending(), true);
	local_irq_enable();
	expect_eq(came, 1);
	local_irq_disable();
	set(NEVER);
	insist(becomes(false, second()));
	timer_irq_enable();
	local_irq_enable();
	udelay(100);
	expect_eq(came, 1);
	local_irq_disable();
}

/* In ticks from now: what a time that is computed in 32 bits, as signed, or in
 * nanoseconds takes for over. */
static void far(void (*set)(u64 when))
{
	static const u64 distances[] = {
		1ul << 32, 1ul << 33, 1ul << 48, 1ul << 57, 1ul << 62, 1ul << 63,
	};

	begin(set);
	timer_irq_enable();
	local_irq_enable();
	for (size_t i = 0; i < ARRAY_SIZE(distances); i++) {
		set(timer_get_cycles() + distances[i]);
		expect_msg(becomes(false, second()), "2^32 ticks or more, %zu", i);
		udelay(SOON);
		expect_eq_msg(pending(), false, "in %#" PRIx64 " ticks", distances[i]);
	}
	local_irq_disable();
	timer_irq_disable();
	expect_eq(came, 0);
	set(NEVER);
}

static void wakes(void (*set)(u64 when))
{
	u64 when;

	begin(set);
	local_ipi_disable();
	for (int i = 0; i < 5; i++) {
		when = timer_get_cycles() + usec_to_cycles(SOON);
		set(when);
		timer_irq_enable();
		/* WFI may end without a reason: section 3.3.3. */
		while (!pending())
			wait_for_interrupt();
		expect_ge(timer_get_cycles(), when);
		expect_eq(came, 0);
		set(NEVER);
		insist(becomes(false, second()));
	}
}

CASE(sbi_arrives, "SBI: the interrupt arrives, with its cause, not before its time")
{
	arrives(by_sbi);
}
CASE(sbi_never_early, "SBI: it is not pending before its time") { never_early(by_sbi); }
CASE(sbi_past, "SBI: a time that is over is pending at once, a later one takes it back")
{
	past(by_sbi);
}
CASE(sbi_replaced, "SBI: the last time that is set counts") { replaced(by_sbi); }
CASE(sbi_masked, "SBI: sie and sstatus hold the interrupt back") { masked(by_sbi); }
CASE(sbi_far, "SBI: a time that is far away is not pending") { far(by_sbi); }
CASE(sbi_wakes, "SBI: WFI ends with interrupts off") { wakes(by_sbi); }

CASE(sbi_unknown, "SBI: the time extension has no second function")
{
	require(sbi_probe(SBI_EXT_TIME));
	expect_eq(sbi_ecall(SBI_EXT_TIME, 1, NEVER, 0, 0, 0, 0, 0).error, SBI_ERR_NOT_SUPPORTED);
	expect_eq(sbi_ecall(SBI_EXT_TIME, SBI_EXT_TIME_SET_TIMER, NEVER, 0, 0, 0, 0, 0).error,
		  SBI_SUCCESS);
}

CASE(sstc_arrives, "stimecmp: the interrupt arrives, with its cause, not before its time")
{
	require(timer_has_sstc());
	arrives(by_stimecmp);
}

CASE(sstc_never_early, "stimecmp: it is not pending before its time")
{
	require(timer_has_sstc());
	never_early(by_stimecmp);
}

CASE(sstc_past, "stimecmp: a time that is over is pending at once, a later one takes it back")
{
	require(timer_has_sstc());
	past(by_stimecmp);
}

CASE(sstc_replaced, "stimecmp: the last time that is set counts")
{
	require(timer_has_sstc());
	replaced(by_stimecmp);
}

CASE(sstc_masked, "stimecmp: sie and sstatus hold the interrupt back")
{
	require(timer_has_sstc());
	masked(by_stimecmp);
}

CASE(sstc_far, "stimecmp: a time that is far away is not pending")
{
	require(timer_has_sstc());
	far(by_stimecmp);
}

CASE(sstc_wakes, "stimecmp: WFI ends with interrupts off")
{
	require(timer_has_sstc());
	wakes(by_stimecmp);
}

CASE(sstc_register, "stimecmp holds all 64 bits of what is written")
{
	static const u64 values[] = { 0, 1, 0x0123456789abcdef, 0x8000000000000000, NEVER };

	require(timer_has_sstc());
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		csr_write(CSR_STIMECMP, values[i]);
		expect_eq(csr_read(CSR_STIMECMP), values[i]);
	}
}

/* ---- several harts ---- */

static void set_here(void *data)
{
	timer_set((u64)data);
}

static void look_here(void *data)
{
	*(bool *)data = becomes(true, second() / 100);
}

CASE(own_timer, "a timer that one hart sets is not pending on the others")
{
	require(arch_cpu_count() > 1);
	on_cpus(set_here, (void *)NEVER);
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++) {
		on_cpu(cpu, set_here, NULL);
		for (int other = 0; other < arch_cpu_count(); other++) {
			bool is_pending = false;

			on_cpu(other, look_here, &is_pending);
			expect_eq_msg(is_pending, other == cpu, "CPU %d, set on CPU %d", other,
				      cpu);
		}
		on_cpu(cpu, set_here, (void *)NEVER);
	}
}

static u64 turns[NR_CPUS];

static void read_time(void *unused)
{
	static u64 last;
	u64 before = __atomic_load_n(&last, __ATOMIC_SEQ_CST), now;

	now = timer_get_cycles();
	turns[arch_cpu_id()] = now - before;
	__atomic_store_n(&last, now, __ATOMIC_SEQ_CST);
}

CASE(one_time, "the time that one hart reads after another is not before it")
{
	require(arch_cpu_count() > 1);
	on_cpu(0, read_time, NULL);
	for (int i = 0; i < 50 * arch_cpu_count(); i++) {
		int cpu = i % arch_cpu_count();

		on_cpu(cpu, read_time, NULL);
		expect_lt(turns[cpu], 100 * second());
	}
}

CASE(time_frequency, "a wait of 10 ms takes 10 ms of the time CSR, and time counts every tick")
{
	u64 start = timer_get_cycles(), a, b;

	udelay(10000);
	expect_ge(timer_get_cycles() - start, second() / 100);
	expect_lt(timer_get_cycles() - start, 20 * second());
	a = timer_get_cycles();
	while ((b = timer_get_cycles()) == a)
		;
	expect_gt(b, a);
}
