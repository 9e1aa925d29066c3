/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timer: the generic timers of EL1, virtual and physical (Arm ARM, DDI 0487, chapter D12): both forms of programming,
 * ISTATUS and its masks, the interrupt and that it is never early, compare values at the ends of the range, EL0's access,
 * the counters of all CPUs. Each case runs for both timers.
 */
#include "case.h"
#include "arch-hooks.h"
#include "on-cpus.h"
#include "patience.h"
#include "asm/gic.h"
#include "asm/setup.h"
#include "asm/timer.h"
#include "asm/try.h"

#define ENABLE	ARCH_TIMER_CTL_ENABLE
#define IMASK	ARCH_TIMER_CTL_IMASK
#define ISTATUS	ARCH_TIMER_CTL_ISTATUS

struct timer {
	const char *name;
	enum arch_timer which;
	u64 (*counter)(void);
	u64 (*read_cval)(void), (*read_tval)(void), (*read_ctl)(void);
	void (*write_cval)(u64 value), (*write_tval)(u64 value), (*write_ctl)(u64 value);
};

#define ACCESSORS(reg)									\
	static u64 read_##reg(void) { isb(); return read_sysreg(reg); }			\
	static void write_##reg(u64 value) { write_sysreg(value, reg); isb(); }
ACCESSORS(cntv_cval_el0)
ACCESSORS(cntv_tval_el0)
ACCESSORS(cntv_ctl_el0)
ACCESSORS(cntp_cval_el0)
ACCESSORS(cntp_tval_el0)
ACCESSORS(cntp_ctl_el0)

#define TIMER(name, which, counter, x) { name, which, counter,				\
	read_cnt##x##_cval_el0, read_cnt##x##_tval_el0, read_cnt##x##_ctl_el0,		\
	write_cnt##x##_cval_el0, write_cnt##x##_tval_el0, write_cnt##x##_ctl_el0 }
static const struct timer timers[] = {
	TIMER("virtual", ARCH_TIMER_VIRTUAL, get_cntvct, v),
	TIMER("physical", ARCH_TIMER_PHYSICAL, get_cntpct, p),
};
#define for_each_timer(t)	for (const struct timer *t = timers; t < timers + ARRAY_SIZE(timers); t++)

static u64 ms(u64 n)
{
	return n * get_cntfrq() / 1000;
}

static void stop_all(void)
{
	for_each_timer(t) {
		t->write_ctl(0);
		t->write_cval(~0ull);
	}
}

void case_setup(void)
{
	stop_all();
}

static u32 frequencies[NR_CPUS];

static void note_frequency(void *unused)
{
	(void)unused;
	frequencies[arch_cpu_id()] = get_cntfrq();
}

CASE(frequency, "CNTFRQ_EL0 is between 1 MHz and 2 GHz, on every CPU the same")
{
	expect_ge(get_cntfrq(), 1000000);
	expect_le(get_cntfrq(), 2000000000);
	on_cpus(note_frequency, NULL);
	for (int cpu = 0; cpu < nr_cpus; cpu++)
		expect_eq_msg(frequencies[cpu], get_cntfrq(), "CPU %d", cpu);
}

CASE(counters, "both counters go forward, by the same rate")
{
	u64 v = get_cntvct(), p = get_cntpct(), first[3], second[3];

	for (int i = 0; i < 1000; i++) {
		u64 next = get_cntvct();

		expect_ge(next, v);
		v = next;
		next = get_cntpct();
		expect_ge(next, p);
		p = next;
	}
	/* The physical one between two looks at the virtual one, twice: however long we are interrupted, it fits. */
	first[0] = get_cntvct();
	first[1] = get_cntpct();
	first[2] = get_cntvct();
	udelay(20000);
	second[0] = get_cntvct();
	second[1] = get_cntpct();
	second[2] = get_cntvct();
	expect_ge(second[0] - first[2], ms(20));
	expect_ge(second[1] - first[1], second[0] - first[2]);
	expect_le(second[1] - first[1], second[2] - first[0]);
}

static struct {
	u64 token, stamp;
} relay __aligned(64);

/* Counts up together with another CPU: the time never runs back from one to the other. */
static void run_relay(void *wrong)
{
	u64 parity = arch_cpu_id() != 0;

	for (int i = 0; i < 500; i++) {
		while ((__atomic_load_n(&relay.token, __ATOMIC_ACQUIRE) & 1) != parity)
			cpu_relax();
		if (get_cntvct() < relay.stamp)
			__atomic_add_fetch((u32 *)wrong, 1, __ATOMIC_RELAXED);
		relay.stamp = get_cntvct();
		__atomic_add_fetch(&relay.token, 1, __ATOMIC_RELEASE);
	}
}

CASE(counters_agree, "a later read on another CPU is not less")
{
	u32 wrong = 0;

	require(nr_cpus > 1);
	on_cpu_async(1, run_relay, &wrong);
	run_relay(&wrong);
	on_cpu(1, note_frequency, NULL);
	expect_eq(wrong, 0);
	expect_eq(relay.token, 1000);
}

CASE(cval, "CVAL holds what is written, all 64 bits, and TVAL is its distance from the counter in 32")
{
	for_each_timer(t) {
		const u64 far = 0x60000000;	/* a second or more */
		u64 now, tval;

		for (u64 value = 0x0123456789abcdef; value; value <<= 4) {
			t->write_cval(value);
			expect_eq(t->read_cval(), value);
		}
		now = t->counter();
		t->write_cval(now + far);
		tval = t->read_tval();
		expect_le(tval, far);
		expect_gt(tval, 0);
	}
}

CASE(tval, "TVAL sets CVAL to the counter plus a signed 32-bit number, and counts down below zero")
{
	for_each_timer(t) {
		u64 before, after;

		before = t->counter();
		t->write_tval(ms(500));
		after = t->counter();
		expect_ge(t->read_cval(), before + ms(500));
		expect_le(t->read_cval(), after + ms(500));
		/* The high half of what is written does not count, bit 31 is the sign. */
		before = t->counter();
		t->write_tval(0xdeadbeef00000000 | (u32)-1000);
		after = t->counter();
		expect_ge(t->read_cval(), before - 1000);
		expect_le(t->read_cval(), after - 1000);
		expect((s32)t->read_tval() < 0);
	}
}

CASE(status, "ISTATUS is set when the counter has reached CVAL, not before, with IMASK too; ENABLE and IMASK are as written")
{
	for_each_timer(t) {
		t->write_cval(t->counter() + ms(60000));
		t->write_ctl(ENABLE);
		expect_eq(t->read_ctl(), ENABLE);
		t->write_ctl(ENABLE | IMASK);
		expect_eq(t->read_ctl(), ENABLE | IMASK);
		t->write_cval(t->counter());
		expect_eq(t->read_ctl(), ENABLE | IMASK | ISTATUS);
		t->write_cval(t->counter() + ms(60000));
		expect_eq(t->read_ctl(), ENABLE | IMASK);
		/* Read-only, and the rest is zero. */
		t->write_ctl(~0ull);
		expect_eq(t->read_ctl(), ENABLE | IMASK);
		t->write_ctl(0);
		expect_eq(t->read_ctl() & ~(u64)ISTATUS, 0);
	}
}

CASE(extremes, "CVAL 0 is always reached; a CVAL far ahead, to the last, is not")
{
	for_each_timer(t) {
		static const u64 ahead[] = { ~0ull, ~0ull - 1, 1ull << 63, 1ull << 56, 1ull << 48 };

		t->write_ctl(ENABLE | IMASK);
		t->write_cval(0);
		expect_eq_msg(t->read_ctl(), ENABLE | IMASK | ISTATUS, "%s", t->name);
		for (size_t i = 0; i < ARRAY_SIZE(ahead); i++) {
			t->write_cval(ahead[i]);
			expect_eq_msg(t->read_ctl(), ENABLE | IMASK, "%s, CVAL %#" PRIx64, t->name, ahead[i]);
		}
	}
	stop_all();
}

/* ---- interrupts ---- */

static const struct timer *expected;
static volatile struct {
	u32 count, irq, spurious;
	u64 counter, ctl;
} taken;

static void take(struct pt_regs *regs)
{
	u32 iar = gic_read_iar(), irq = gic_iar_irqnr(iar);

	(void)regs;
	if (irq == GICC_INT_SPURIOUS) {
		taken.spurious++;
		return;
	}
	taken.irq = irq;
	if (!taken.count++) {
		taken.counter = expected->counter();
		taken.ctl = expected->read_ctl();
	}
	expected->write_ctl(ENABLE | IMASK);
	gic_write_eoir(iar);
}

static void prepare(const struct timer *t)
{
	require_msg(gic_init(), "no GIC");
	require(timer_irq(t->which) >= 16);
	stop_all();
	gic_enable_defaults();
	memset((void *)&taken, 0, sizeof(taken));
	expected = t;
	install_irq_handler(VECTOR_IRQ, take);
	gic_enable_irq(timer_irq(t->which));
}

static void done(const struct timer *t)
{
	local_irq_disable();
	t->write_ctl(0);
	gic_disable_irq(timer_irq(t->which));
	install_irq_handler(VECTOR_IRQ, NULL);
}

static bool comes(void)
{
	struct patience patience = { 0 };

	while (!taken.count)
		if (patience_over(&patience, 10))
			return false;
	return true;
}

CASE(interrupt, "the interrupt comes once, by its own number, with ISTATUS set, never before CVAL")
{
	for_each_timer(t) {
		prepare(t);
		local_irq_enable();
		for (int i = 0; i < 20; i++) {
			u64 cval = t->counter() + ms(2) + (u64)i * 77;

			taken.count = 0;
			t->write_cval(cval);
			t->write_ctl(ENABLE);
			expect(comes());
			expect_ge(taken.counter, cval);
			expect_eq(taken.ctl, ENABLE | ISTATUS);
			expect_eq(taken.irq, timer_irq(t->which));
			expect_eq(taken.count, 1);
		}
		done(t);
		expect_eq(taken.spurious, 0);
	}
}

CASE(interrupt_tval, "the same by TVAL, and at once by a negative one")
{
	for_each_timer(t) {
		u64 start;

		prepare(t);
		local_irq_enable();
		start = t->counter();
		t->write_tval(ms(3));
		t->write_ctl(ENABLE);
		expect(comes());
		expect_ge(taken.counter, start + ms(3));
		taken.count = 0;
		t->write_tval((u32)-5);
		t->write_ctl(ENABLE);
		expect(comes());
		done(t);
	}
}

CASE(masks, "no interrupt with IMASK, without ENABLE, or with PSTATE.I; it comes when the mask goes")
{
	for_each_timer(t) {
		prepare(t);
		local_irq_enable();
		t->write_cval(0);
		t->write_ctl(ENABLE | IMASK);
		udelay(1000);
		expect_eq(taken.count, 0);
		t->write_ctl(0);
		udelay(1000);
		expect_eq(taken.count, 0);
		local_irq_disable();
		t->write_ctl(ENABLE);
		udelay(1000);
		expect_eq(taken.count, 0);
		expect(gic_get_irq_bit(timer_irq(t->which), GICD_ISPENDR));
		expect(read_sysreg(isr_el1) & PSR_I_BIT);
		local_irq_enable();
		isb();
		expect(comes());
		done(t);
	}
}

CASE(level, "the interrupt is a level: pending while the condition holds, and no longer when it ends unseen")
{
	for_each_timer(t) {
		int irq;

		prepare(t);
		irq = timer_irq(t->which);
		t->write_cval(0);
		t->write_ctl(ENABLE);
		expect(gic_get_irq_bit(irq, GICD_ISPENDR));
		t->write_ctl(ENABLE | IMASK);
		expect(!gic_get_irq_bit(irq, GICD_ISPENDR));
		t->write_ctl(ENABLE);
		expect(gic_get_irq_bit(irq, GICD_ISPENDR));
		t->write_cval(~0ull);
		expect(!gic_get_irq_bit(irq, GICD_ISPENDR));
		t->write_ctl(0);
		local_irq_enable();
		udelay(100);
		expect_eq(taken.count, 0);
		done(t);
	}
}

CASE(wfi, "WFI ends when the interrupt is pending, with PSTATE.I set, and not long before")
{
	for_each_timer(t) {
		u64 cval;

		prepare(t);
		cval = t->counter() + ms(20);
		t->write_cval(cval);
		t->write_ctl(ENABLE);
		for (struct patience p = { 0 }; t->counter() < cval && !patience_over(&p, 10);)
			wfi();
		expect_ge(t->counter(), cval);
		/* Where WFI was not even reached, an emulator's own timer may be about to run. */
		for (struct patience p = { 0 }; t->read_ctl() == ENABLE && !patience_over(&p, 10);)
			cpu_relax();
		expect_eq(t->read_ctl(), ENABLE | ISTATUS);
		expect_eq(taken.count, 0);
		done(t);
	}
}

/* ---- EL0 ---- */

#define USER_READ(reg)	static u64 user_##reg(u64 unused) { return (u64)read_sysreg(reg) + unused; }
USER_READ(cntfrq_el0)
USER_READ(cntpct_el0)
USER_READ(cntvct_el0)
USER_READ(cntp_tval_el0)
USER_READ(cntp_ctl_el0)
USER_READ(cntp_cval_el0)
USER_READ(cntv_tval_el0)
USER_READ(cntv_ctl_el0)
USER_READ(cntv_cval_el0)

#define PCTEN	BIT(0)
#define VCTEN	BIT(1)
#define VTEN	BIT(8)
#define PTEN	BIT(9)

/* Any of the bits allows it. */
static const struct {
	const char *name;
	u64 (*read)(u64 unused);
	u64 bits, syndrome;
} user_registers[] = {
	{ "CNTFRQ", user_cntfrq_el0, PCTEN | VCTEN, SYNDROME_READ(3, 14, 0, 0) },
	{ "CNTPCT", user_cntpct_el0, PCTEN, SYNDROME_READ(3, 14, 0, 1) },
	{ "CNTVCT", user_cntvct_el0, VCTEN, SYNDROME_READ(3, 14, 0, 2) },
	{ "CNTP_TVAL", user_cntp_tval_el0, PTEN, SYNDROME_READ(3, 14, 2, 0) },
	{ "CNTP_CTL", user_cntp_ctl_el0, PTEN, SYNDROME_READ(3, 14, 2, 1) },
	{ "CNTP_CVAL", user_cntp_cval_el0, PTEN, SYNDROME_READ(3, 14, 2, 2) },
	{ "CNTV_TVAL", user_cntv_tval_el0, VTEN, SYNDROME_READ(3, 14, 3, 0) },
	{ "CNTV_CTL", user_cntv_ctl_el0, VTEN, SYNDROME_READ(3, 14, 3, 1) },
	{ "CNTV_CVAL", user_cntv_cval_el0, VTEN, SYNDROME_READ(3, 14, 3, 2) },
};

CASE(user, "CNTKCTL_EL1 gives EL0 the counters and each timer one by one, CNTFRQ_EL0 with either counter; else access traps "
	   "with its syndrome")
{
	u64 old = read_sysreg(cntkctl_el1);

	for (int i = 0; i < 16; i++) {
		u64 enables = (i & 1 ? PCTEN : 0) | (i & 2 ? VCTEN : 0) | (i & 4 ? VTEN : 0) | (i & 8 ? PTEN : 0);

		write_sysreg(enables, cntkctl_el1);
		isb();
		for (size_t r = 0; r < ARRAY_SIZE(user_registers); r++) {
			bool allowed = enables & user_registers[r].bits;

			run_in_user(user_registers[r].read, 0);
			expect_eq_msg(exception_record()->raised, !allowed, "%s with %#" PRIx64, user_registers[r].name,
				      enables);
			if (!allowed && exception_record()->raised)
				expect_eq_msg(exception_syndrome(), user_registers[r].syndrome, "%s",
					      user_registers[r].name);
		}
	}
	write_sysreg(old, cntkctl_el1);
	isb();
}

static u64 user_write(u64 value)
{
	write_sysreg(value, cntv_cval_el0);
	return 0;
}

CASE(user_writes, "what EL0 writes counts with the enable, and changes nothing without it")
{
	u64 old = read_sysreg(cntkctl_el1);

	for (int i = 0; i < 2; i++) {
		write_cntv_cval_el0(0x1234);
		write_sysreg(i ? VTEN : PTEN | PCTEN | VCTEN, cntkctl_el1);
		isb();
		run_in_user(user_write, 0x7777888899990000);
		expect_eq(exception_record()->raised, !i);
		expect_eq(read_cntv_cval_el0(), i ? 0x7777888899990000 : 0x1234);
	}
	write_sysreg(old, cntkctl_el1);
	isb();
	stop_all();
}

/* ---- on every CPU ---- */

static u32 arrived[NR_CPUS];

static void own_interrupt(void *unused)
{
	int irq = timer_irq(ARCH_TIMER_VIRTUAL);
	struct patience patience = { 0 };
	u32 iar = GICC_INT_SPURIOUS;

	(void)unused;
	gic_enable_defaults();
	gic_enable_irq(irq);
	write_cntv_cval_el0(get_cntvct() + ms(5));
	write_cntv_ctl_el0(ENABLE);
	while (gic_iar_irqnr(iar) == GICC_INT_SPURIOUS && !patience_over(&patience, 10))
		iar = gic_read_iar();
	arrived[arch_cpu_id()] = gic_iar_irqnr(iar);
	write_cntv_ctl_el0(0);
	if (gic_iar_irqnr(iar) != GICC_INT_SPURIOUS)
		gic_write_eoir(iar);
	gic_disable_irq(irq);
}

CASE(every_cpu, "each CPU has a timer of its own")
{
	require_msg(gic_init(), "no GIC");
	require(timer_irq(ARCH_TIMER_VIRTUAL) > 0);
	for (int cpu = 0; cpu < nr_cpus; cpu++) {
		on_cpu(cpu, own_interrupt, NULL);
		expect_eq_msg(arrived[cpu], timer_irq(ARCH_TIMER_VIRTUAL), "CPU %d", cpu);
	}
}
