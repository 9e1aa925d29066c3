/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pmu: PMUv3 (Arm ARM, DDI 0487, chapter D13 and the registers in D19.5): its registers' bits, the
 * cycle counter, events that software counts (SW_INCR is always there), overflow and its interrupt,
 * filters by level, what EL0 may, and that without a PMU in ID_AA64DFR0_EL1 none of it exists. What
 * a counter counts while nothing is stated is never compared.
 */
#include "case.h"
#include "patience.h"
#include "platform.h"
#include "asm/gic.h"
#include "asm/try.h"

#define ESR(ec, iss)	((u64)(ec) << ESR_ELx_EC_SHIFT | ESR_ELx_IL | (iss))

#define PMCR_E		(1u << 0)
#define PMCR_P		(1u << 1)
#define PMCR_C		(1u << 2)
#define PMCR_D		(1u << 3)
#define PMCR_X		(1u << 4)
#define PMCR_LC		(1u << 6)
#define PMCR_LP		(1u << 7)
#define CYCLES		(1u << 31)	/* the cycle counter's bit in PMCNTENSET_EL0 and so on */
#define EVENT_SW_INCR	0x00u
#define EVENT_INST_RETIRED 0x08u
#define FILTER_P	(1u << 31)
#define FILTER_U	(1u << 30)

static unsigned int version(void)
{
	unsigned int v = id_field(read_sysreg(id_aa64dfr0_el1), 8);

	return v == 15 ? 0 : v;		/* IMPLEMENTATION DEFINED: not PMUv3 */
}

static unsigned int counters(void)
{
	return read_sysreg(pmcr_el0) >> 11 & 31;
}

/* Every counter's bit, the cycle counter's too. */
static u32 all(void)
{
	return CYCLES | ((1ul << counters()) - 1);
}

static void select(unsigned int n)
{
	write_sysreg(n, pmselr_el0);
	isb();
}

static void set_event(unsigned int n, u32 type)
{
	select(n);
	write_sysreg(type, pmxevtyper_el0);
	isb();
}

static void set_count(unsigned int n, u64 value)
{
	select(n);
	write_sysreg(value, pmxevcntr_el0);
	isb();
}

static u64 count(unsigned int n)
{
	select(n);
	return read_sysreg(pmxevcntr_el0);
}

/* Everything off and zero, then enabled as a whole: each counter by itself is not. */
static void start(void)
{
	require_msg(version(), "no PMUv3");
	write_sysreg(0, pmcr_el0);
	isb();
	write_sysreg(~0u, pmcntenclr_el0);
	write_sysreg(~0u, pmintenclr_el1);
	write_sysreg(~0u, pmovsclr_el0);
	write_sysreg(0, pmuserenr_el0);
	write_sysreg(0, pmccfiltr_el0);
	for (unsigned int n = 0; n < counters(); n++)
		set_event(n, EVENT_SW_INCR);
	write_sysreg(PMCR_E | PMCR_P | PMCR_C | PMCR_LC, pmcr_el0);
	isb();
}

static void stop(void)
{
	write_sysreg(0, pmcr_el0);
	write_sysreg(~0u, pmcntenclr_el0);
	write_sysreg(~0u, pmintenclr_el1);
	write_sysreg(~0u, pmovsclr_el0);
	isb();
}

static void enable(u32 mask)
{
	write_sysreg(mask, pmcntenset_el0);
	isb();
}

static void sw_incr(u32 mask)
{
	write_sysreg(mask, pmswinc_el0);
	isb();
}

static u64 cycles(void)
{
	isb();
	return read_sysreg(pmccntr_el0);
}

static void work(void)
{
	for (volatile int i = 0; i < 1000; i++)
		;
}

#define expect_undefined(insn) \
	expect_eq_msg(asm_safe(insn, "r" (0)), ESR(ESR_ELx_EC_UNKNOWN, 0), "%s", insn)

CASE(absent, "without PMUv3 its registers are undefined")
{
	require_msg(!version(), "PMUv3");
	expect_undefined("mrs x0, pmcr_el0");
	expect_undefined("mrs x0, pmccntr_el0");
	expect_undefined("msr pmccntr_el0, x0");
	expect_undefined("mrs x0, pmcntenset_el0");
	expect_undefined("mrs x0, pmintenset_el1");
	expect_undefined("mrs x0, pmuserenr_el0");
	expect_undefined("mrs x0, pmxevcntr_el0");
	expect_undefined("mrs x0, pmceid0_el0");
}

CASE(control, "PMCR_EL0: E, D, X, LC hold what they are given; P and C read as zero, N and IMP "
	      "cannot be written")
{
	u32 fixed;

	start();
	fixed = read_sysreg(pmcr_el0) & 0xfffff800u;
	expect_le(counters(), 31);
	write_sysreg(PMCR_E | PMCR_P | PMCR_C | PMCR_LC, pmcr_el0);
	isb();
	expect_eq(read_sysreg(pmcr_el0) & 0xffffffff000007fful, PMCR_E | PMCR_LC);
	write_sysreg(0xfffff800u | PMCR_LC, pmcr_el0);
	isb();
	expect_eq(read_sysreg(pmcr_el0) & 0xfffff800u, fixed);
	expect_eq(read_sysreg(pmcr_el0) & PMCR_E, 0);
	stop();
	expect_eq(read_sysreg(pmcr_el0) & PMCR_E, 0);
}

#define SET_AND_CLEAR(set, clear) do {							\
	for (unsigned int bit = 0; bit < 32; bit++) {					\
		u32 mask = 1u << bit, there = all() & mask;				\
											\
		write_sysreg(mask, set);						\
		isb();									\
		expect_eq_msg(read_sysreg(set), there, "bit %u", bit);			\
		expect_eq_msg(read_sysreg(clear), there, "bit %u", bit);		\
		write_sysreg(~mask, clear);						\
		isb();									\
		expect_eq_msg(read_sysreg(set), there, "bit %u, others cleared", bit);	\
		write_sysreg(mask, clear);						\
		isb();									\
		expect_eq_msg(read_sysreg(set), 0, "bit %u, cleared", bit);		\
	}										\
} while (0)

CASE(enables,
     "PMCNTENSET_EL0 and PMCNTENCLR_EL0: a bit for each counter that there is, none for the others")
{
	start();
	write_sysreg(0, pmcr_el0);
	SET_AND_CLEAR(pmcntenset_el0, pmcntenclr_el0);
	stop();
}

CASE(interrupt_enables, "PMINTENSET_EL1 and PMINTENCLR_EL1: the same")
{
	start();
	SET_AND_CLEAR(pmintenset_el1, pmintenclr_el1);
	stop();
}

CASE(overflow_flags, "PMOVSSET_EL0 and PMOVSCLR_EL0: the same")
{
	start();
	SET_AND_CLEAR(pmovsset_el0, pmovsclr_el0);
	stop();
}

CASE(counters, "every event counter and its type hold what they are given, each its own; by number "
	       "and by PMSELR_EL0")
{
	start();
	for (unsigned int n = 0; n < counters(); n++) {
		set_event(n, EVENT_SW_INCR | FILTER_P | (n & 1 ? FILTER_U : 0));
		set_count(n, 0x12340000 + n);
	}
	for (unsigned int n = 0; n < counters(); n++) {
		expect_eq_msg(count(n), 0x12340000 + n, "counter %u", n);
		expect_eq_msg(read_sysreg(pmxevtyper_el0),
			      EVENT_SW_INCR | FILTER_P | (n & 1 ? FILTER_U : 0), "counter %u", n);
	}
	require(counters() >= 2);
	expect_eq(read_sysreg(pmevcntr1_el0), 0x12340001);
	expect_eq(read_sysreg(pmevtyper1_el0), EVENT_SW_INCR | FILTER_P | FILTER_U);
	write_sysreg(0x77, pmevcntr0_el0);
	isb();
	expect_eq(count(0), 0x77);
	select(31);
	write_sysreg(FILTER_U, pmxevtyper_el0);
	isb();
	expect_eq(read_sysreg(pmccfiltr_el0), FILTER_U);
	stop();
}

CASE(reset,
     "PMCR_EL0.P clears the event counters and no cycles, C clears the cycles and no event counter")
{
	u64 before;

	start();
	write_sysreg(0, pmcr_el0);
	isb();
	write_sysreg(0x123456789, pmccntr_el0);
	for (unsigned int n = 0; n < counters(); n++)
		set_count(n, 100 + n);
	write_sysreg(PMCR_P | PMCR_LC, pmcr_el0);
	before = cycles();
	expect_eq(before, 0x123456789);
	for (unsigned int n = 0; n < counters(); n++) {
		expect_eq_msg(count(n), 0, "counter %u", n);
		set_count(n, 100 + n);
	}
	write_sysreg(PMCR_C | PMCR_LC, pmcr_el0);
	expect_eq(cycles(), 0);
	for (unsigned int n = 0; n < counters(); n++)
		expect_eq_msg(count(n), 100 + n, "counter %u", n);
	stop();
}

/* ---- the cycle counter ---- */

CASE(cycles, "cycles go up while both PMCR_EL0.E and PMCNTENSET_EL0.C are set, and only then; they "
	     "hold 64 bits")
{
	u64 first;

	start();
	first = cycles();
	work();
	expect_eq(cycles(), first);
	enable(CYCLES);
	first = cycles();
	work();
	expect_gt(cycles(), first);
	write_sysreg(PMCR_LC, pmcr_el0);
	first = cycles();
	work();
	expect_eq(cycles(), first);
	write_sysreg(0xfedcba9876543210, pmccntr_el0);
	expect_eq(cycles(), 0xfedcba9876543210);
	write_sysreg(PMCR_E | PMCR_LC, pmcr_el0);
	isb();
	work();
	expect_gt(cycles(), 0xfedcba9876543210);
	stop();
}

CASE(cycles_forward, "cycles never go back")
{
	u64 last, next, back = 0;

	start();
	enable(CYCLES);
	last = cycles();
	for (int i = 0; i < 2000; i++) {
		next = cycles();
		back += next < last;
		last = next;
	}
	stop();
	expect_eq(back, 0);
}

static bool becomes_set(u32 mask)
{
	for (struct patience p = { 0 }; !patience_over(&p, 10);)
		if (read_sysreg(pmovsset_el0) & mask)
			return true;
	return false;
}

CASE(cycles_overflow,
     "with PMCR_EL0.LC cycles overflow at 64 bits, not at 32, and set bit 31 of PMOVSSET_EL0")
{
	start();
	enable(CYCLES);
	write_sysreg(0xffffff00, pmccntr_el0);
	isb();
	for (struct patience p = { 0 }; cycles() < 0x100000000 && !patience_over(&p, 10);)
		;
	expect_ge(cycles(), 0x100000000);
	expect_eq(read_sysreg(pmovsset_el0), 0);
	write_sysreg(~0ul - 100, pmccntr_el0);
	isb();
	expect(becomes_set(CYCLES));
	expect_lt(cycles(), 1ul << 48);
	expect_eq(read_sysreg(pmovsclr_el0), CYCLES);
	stop();
}

CASE(cycles_filter, "PMCCFILTR_EL0.P: none at EL1; U leaves EL1's")
{
	u64 first;

	start();
	write_sysreg(FILTER_P, pmccfiltr_el0);
	enable(CYCLES);
	first = cycles();
	work();
	expect_eq(cycles(), first);
	write_sysreg(FILTER_U, pmccfiltr_el0);
	isb();
	first = cycles();
	work();
	expect_gt(cycles(), first);
	stop();
}

/* ---- SW_INCR ---- */

CASE(sw_incr, "PMSWINC_EL0 adds one to the counters of its mask that count SW_INCR and are "
	      "enabled, and to no other")
{
	start();
	require(counters() >= 2);
	enable(1);
	sw_incr(3);
	sw_incr(1);
	sw_incr(2);
	expect_eq(count(0), 2);
	expect_eq(count(1), 0);
	enable(2);
	sw_incr(2);
	expect_eq(count(0), 2);
	expect_eq(count(1), 1);
	write_sysreg(PMCR_LC, pmcr_el0);
	isb();
	sw_incr(3);
	expect_eq(count(0), 2);
	write_sysreg(2, pmcntenclr_el0);
	write_sysreg(PMCR_E | PMCR_LC, pmcr_el0);
	isb();
	sw_incr(3);
	expect_eq(count(0), 3);
	expect_eq(count(1), 1);
	expect_eq(read_sysreg(pmovsset_el0), 0);
	stop();
}

CASE(sw_incr_announced, "PMCEID0_EL0 says that SW_INCR is there: PMUv3 must have it")
{
	start();
	require(counters() > 0);
	expect_eq(read_sysreg(pmceid0_el0) & 1, 1);
	stop();
}

CASE(sw_incr_filter, "a type's P filter: SW_INCR at EL1 does not count, without it does")
{
	start();
	require(counters() > 0);
	enable(1);
	set_event(0, EVENT_SW_INCR | FILTER_P);
	sw_incr(1);
	expect_eq(count(0), 0);
	set_event(0, EVENT_SW_INCR | FILTER_U);
	sw_incr(1);
	expect_eq(count(0), 1);
	stop();
}

CASE(overflow, "beyond 32 bits a counter sets its own bit of PMOVSSET_EL0 only, once; it has 32 "
	       "bits, or with FEAT_PMUv3p5 64")
{
	u64 carry;

	start();
	require(counters() >= 2);
	carry = version() >= 6 ? 1ul << 32 : 0;
	enable(3);
	set_count(0, 0xfffffffe);
	set_count(1, 0xfffffff0);
	sw_incr(3);
	expect_eq(count(0), 0xffffffff);
	expect_eq(read_sysreg(pmovsset_el0), 0);
	sw_incr(3);
	expect_eq(count(0), carry);
	expect_eq(read_sysreg(pmovsset_el0), 1);
	sw_incr(3);
	expect_eq(count(0), carry + 1);
	expect_eq(count(1), 0xfffffff3);
	write_sysreg(1, pmovsclr_el0);
	isb();
	expect_eq(read_sysreg(pmovsset_el0), 0);
	stop();
}

CASE(overflow_long, "PMCR_EL0.LP (FEAT_PMUv3p5): a counter overflows at 64 bits, not at 32")
{
	start();
	require(counters() > 0);
	require_msg(version() >= 6, "no FEAT_PMUv3p5");
	write_sysreg(PMCR_E | PMCR_LC | PMCR_LP, pmcr_el0);
	enable(1);
	set_count(0, 0xffffffff);
	sw_incr(1);
	expect_eq(count(0), 1ul << 32);
	expect_eq(read_sysreg(pmovsset_el0), 0);
	set_count(0, ~0ul);
	sw_incr(1);
	expect_eq(count(0), 0);
	expect_eq(read_sysreg(pmovsset_el0), 1);
	stop();
}

CASE(inst_retired, "INST_RETIRED, if PMCEID0_EL0 has it, counts about as many as a loop has")
{
	const u64 n = 100000;
	u64 counted, left = n;

	start();
	require(counters() > 0);
	require_msg(read_sysreg(pmceid0_el0) >> EVENT_INST_RETIRED & 1, "no INST_RETIRED");
	set_event(0, EVENT_INST_RETIRED);
	enable(1);
	set_count(0, 0);
	asm volatile("1: subs %0, %0, #1\n\tb.ne 1b" : "+r" (left) : : "cc");
	counted = count(0);
	stop();
	/* D13.1: reasonably accurate. */
	expect_ge(counted, 2 * n * 9 / 10);
	expect_le(counted, 2 * n * 3);
}

/* ---- the interrupt ---- */

static int interrupt(void)
{
	int node = fdt_find_compatible(&platform.fdt, FDT_NONE, "arm,armv8-pmuv3");

	return node == FDT_NONE ? -1 : platform_interrupt(node, 0);
}

static bool pending(int irq)
{
	return gic_get_irq_bit(irq, GICD_ISPENDR);
}

static volatile u32 taken, taken_irq;
static volatile u64 taken_flags;

static void take(struct pt_regs *regs)
{
	u32 iar = gic_read_iar();

	(void)regs;
	taken++;
	taken_irq = gic_iar_irqnr(iar);
	taken_flags = read_sysreg(pmovsset_el0);
	write_sysreg(taken_flags, pmovsclr_el0);
	isb();
	gic_write_eoir(iar);
}

CASE(interrupt, "an overflow whose interrupt is enabled raises the PMU's, as a level that ends "
		"with the flag; one that is not does not")
{
	int irq = interrupt();

	start();
	require(counters() > 0);
	require_msg(gic_init(), "no GIC");
	require_msg(irq >= 16, "the device tree says no interrupt");
	gic_enable_defaults();
	enable(1);
	write_sysreg(1, pmovsset_el0);
	isb();
	expect(!pending(irq));
	write_sysreg(1, pmintenset_el1);
	isb();
	expect(pending(irq));
	write_sysreg(1, pmovsclr_el0);
	isb();
	expect(!pending(irq));
	set_count(0, 0xffffffff);
	sw_incr(1);
	expect(pending(irq));
	taken = 0;
	install_irq_handler(EL1H_IRQ, take);
	gic_enable_irq(irq);
	local_irq_enable();
	for (struct patience p = { 0 }; !taken && !patience_over(&p, 10);)
		cpu_relax();
	local_irq_disable();
	gic_disable_irq(irq);
	expect_eq(taken, 1);
	expect_eq(taken_irq, irq);
	expect_eq(taken_flags, 1);
	expect(!pending(irq));
	stop();
}

/* ---- EL0 ---- */

#define EN	1u
#define SW	2u
#define CR	4u
#define ER	8u
#define SYS(crm, op2, read)	ESR(ESR_ELx_EC_SYS64, ESR_ELx_SYS64(3, 3, 9, crm, op2, 0, read))

#define USER_READ(reg)	static u64 user_##reg(u64 unused) { return read_sysreg(reg) + unused; }
USER_READ(pmccntr_el0)
USER_READ(pmxevcntr_el0)
USER_READ(pmselr_el0)
USER_READ(pmcr_el0)
USER_READ(pmcntenset_el0)
USER_READ(pmintenset_el1)
USER_READ(pmuserenr_el0)

static u64 user_pmswinc_el0(u64 mask)
{
	write_sysreg(mask, pmswinc_el0);
	return 0;
}

static const struct {
	const char *name;
	u64 (*function)(u64);
	u32 allowed;		/* by any of these bits of PMUSERENR_EL0 */
	u64 esr;
} user_rows[] = {
	{ "PMCCNTR_EL0", user_pmccntr_el0, EN | CR, SYS(13, 0, 1) },
	{ "PMSWINC_EL0", user_pmswinc_el0, EN | SW, SYS(12, 4, 0) },
	{ "PMXEVCNTR_EL0", user_pmxevcntr_el0, EN | ER, SYS(13, 2, 1) },
	{ "PMSELR_EL0", user_pmselr_el0, EN | ER, SYS(12, 5, 1) },
	{ "PMCR_EL0", user_pmcr_el0, EN, SYS(12, 0, 1) },
	{ "PMCNTENSET_EL0", user_pmcntenset_el0, EN, SYS(12, 1, 1) },
};

CASE(user, "PMUSERENR_EL0: EN, SW, CR and ER each let EL0 have what is theirs; else it traps to "
	   "EL1 with its syndrome")
{
	start();
	require(counters() > 0);
	select(0);
	for (u32 bits = 0; bits < 16; bits++) {
		write_sysreg(bits, pmuserenr_el0);
		isb();
		expect_eq(read_sysreg(pmuserenr_el0), bits);
		for (size_t i = 0; i < ARRAY_SIZE(user_rows); i++) {
			bool allowed = bits & user_rows[i].allowed;

			run_in_user(user_rows[i].function, 0);
			expect_eq_msg(exception_record()->raised, !allowed, "%s, PMUSERENR_EL0 %#x",
				      user_rows[i].name, bits);
			if (exception_record()->raised)
				expect_eq_msg(exception_record()->esr & ~0x3e0ul, user_rows[i].esr,
					      "%s", user_rows[i].name);
		}
	}
	/* EL0 reads PMUSERENR_EL0 always; PMINTENSET_EL1 never. */
	expect_eq(run_in_user(user_pmuserenr_el0, 0), 15);
	run_in_user(user_pmintenset_el1, 0);
	expect_eq(exception_record()->esr, ESR(ESR_ELx_EC_UNKNOWN, 0));
	write_sysreg(0, pmuserenr_el0);
	stop();
}

CASE(user_filter, "the U filter: SW_INCR at EL0 does not count, without it does")
{
	start();
	require(counters() > 0);
	enable(1);
	write_sysreg(EN, pmuserenr_el0);
	set_event(0, EVENT_SW_INCR | FILTER_U);
	run_in_user(user_pmswinc_el0, 1);
	expect_eq(count(0), 0);
	set_event(0, EVENT_SW_INCR | FILTER_P);
	run_in_user(user_pmswinc_el0, 1);
	expect_eq(count(0), 1);
	write_sysreg(0, pmuserenr_el0);
	stop();
}
