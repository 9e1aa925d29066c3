/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pmu: PMUv3 (Arm ARM, DDI 0487, chapter D13 and the registers in D19.5). Here: its registers' bits,
 * the cycle counter, and that without a PMU in ID_AA64DFR0_EL1 none of it exists; events.c: events,
 * overflow and its interrupt; user.c: what EL0 may. What a counter counts while nothing is stated is
 * never compared.
 */
#include "case.h"
#include "patience.h"
#include "pmu-test.h"

unsigned int pmu_version(void)
{
	unsigned int v = id_field(read_sysreg(id_aa64dfr0_el1), 8);

	return v == 15 ? 0 : v;		/* IMPLEMENTATION DEFINED: not PMUv3 */
}

unsigned int counters(void)
{
	return read_sysreg(pmcr_el0) >> 11 & 31;
}

/* Every counter's bit, the cycle counter's too. */
static u32 all(void)
{
	return CYCLES | ((1ul << counters()) - 1);
}

void select_counter(unsigned int n)
{
	write_sysreg(n, pmselr_el0);
	isb();
}

void set_event(unsigned int n, u32 type)
{
	select_counter(n);
	write_sysreg(type, pmxevtyper_el0);
	isb();
}

void set_count(unsigned int n, u64 value)
{
	select_counter(n);
	write_sysreg(value, pmxevcntr_el0);
	isb();
}

u64 count(unsigned int n)
{
	select_counter(n);
	return read_sysreg(pmxevcntr_el0);
}

void pmu_start(void)
{
	require_msg(pmu_version(), "no PMUv3");
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

void pmu_stop(void)
{
	write_sysreg(0, pmcr_el0);
	write_sysreg(~0u, pmcntenclr_el0);
	write_sysreg(~0u, pmintenclr_el1);
	write_sysreg(~0u, pmovsclr_el0);
	isb();
}

void enable_counters(u32 mask)
{
	write_sysreg(mask, pmcntenset_el0);
	isb();
}

void sw_incr(u32 mask)
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
	require_msg(!pmu_version(), "PMUv3");
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

	pmu_start();
	fixed = read_sysreg(pmcr_el0) & 0xfffff800u;
	expect_le(counters(), 31);
	write_sysreg(PMCR_E | PMCR_P | PMCR_C | PMCR_LC, pmcr_el0);
	isb();
	expect_eq(read_sysreg(pmcr_el0) & 0xffffffff000007fful, PMCR_E | PMCR_LC);
	write_sysreg(0xfffff800u | PMCR_LC, pmcr_el0);
	isb();
	expect_eq(read_sysreg(pmcr_el0) & 0xfffff800u, fixed);
	expect_eq(read_sysreg(pmcr_el0) & PMCR_E, 0);
	pmu_stop();
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
	pmu_start();
	write_sysreg(0, pmcr_el0);
	SET_AND_CLEAR(pmcntenset_el0, pmcntenclr_el0);
	pmu_stop();
}

CASE(interrupt_enables, "PMINTENSET_EL1 and PMINTENCLR_EL1: the same")
{
	pmu_start();
	SET_AND_CLEAR(pmintenset_el1, pmintenclr_el1);
	pmu_stop();
}

CASE(overflow_flags, "PMOVSSET_EL0 and PMOVSCLR_EL0: the same")
{
	pmu_start();
	SET_AND_CLEAR(pmovsset_el0, pmovsclr_el0);
	pmu_stop();
}

CASE(counters, "every event counter and its type hold what they are given, each its own; by number "
	       "and by PMSELR_EL0")
{
	pmu_start();
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
	select_counter(31);
	write_sysreg(FILTER_U, pmxevtyper_el0);
	isb();
	expect_eq(read_sysreg(pmccfiltr_el0), FILTER_U);
	pmu_stop();
}

CASE(reset,
     "PMCR_EL0.P clears the event counters and no cycles, C clears the cycles and no event counter")
{
	u64 before;

	pmu_start();
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
	pmu_stop();
}

/* ---- the cycle counter ---- */

CASE(cycles, "cycles go up while both PMCR_EL0.E and PMCNTENSET_EL0.C are set, and only then; they "
	     "hold 64 bits")
{
	u64 first;

	pmu_start();
	first = cycles();
	work();
	expect_eq(cycles(), first);
	enable_counters(CYCLES);
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
	pmu_stop();
}

CASE(cycles_forward, "cycles never go back")
{
	u64 last, next, back = 0;

	pmu_start();
	enable_counters(CYCLES);
	last = cycles();
	for (int i = 0; i < 2000; i++) {
		next = cycles();
		back += next < last;
		last = next;
	}
	pmu_stop();
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
	pmu_start();
	enable_counters(CYCLES);
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
	pmu_stop();
}

CASE(cycles_filter, "PMCCFILTR_EL0.P: none at EL1; U leaves EL1's")
{
	u64 first;

	pmu_start();
	write_sysreg(FILTER_P, pmccfiltr_el0);
	enable_counters(CYCLES);
	first = cycles();
	work();
	expect_eq(cycles(), first);
	write_sysreg(FILTER_U, pmccfiltr_el0);
	isb();
	first = cycles();
	work();
	expect_gt(cycles(), first);
	pmu_stop();
}
