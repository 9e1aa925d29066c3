/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pmu: the performance monitors with 32 bits by the registers of CP15 (ARMv7 ARM, DDI 0406, chapter
 * C12 and B4.1; Arm ARM, DDI 0487, G8.4): each register's bits and its pair for clearing, the cycle
 * counter, software increments, overflow and what PL0 may. What a counter counts while nothing is
 * stated is never compared.
 */
#include "case.h"
#include "patience.h"
#include "asm/try.h"

#define PMU_REGISTER(name, crm, op2)							\
static u32 read_##name(void)								\
{											\
	u32 value;									\
											\
	isb();										\
	asm volatile("mrc p15, 0, %0, c9, " #crm ", " #op2 : "=r" (value) : : "memory");	\
	return value;									\
}											\
static void write_##name(u32 value)							\
{											\
	asm volatile("mcr p15, 0, %0, c9, " #crm ", " #op2 : : "r" (value) : "memory");	\
	isb();										\
}
PMU_REGISTER(pmcr, c12, 0)
PMU_REGISTER(pmcntenset, c12, 1)
PMU_REGISTER(pmcntenclr, c12, 2)
PMU_REGISTER(pmovsr, c12, 3)
PMU_REGISTER(pmselr, c12, 5)
PMU_REGISTER(pmccntr, c13, 0)
PMU_REGISTER(pmxevtyper, c13, 1)
PMU_REGISTER(pmxevcntr, c13, 2)
PMU_REGISTER(pmuserenr, c14, 0)
PMU_REGISTER(pmintenset, c14, 1)
PMU_REGISTER(pmintenclr, c14, 2)

static void sw_incr(u32 mask)
{
	asm volatile("mcr p15, 0, %0, c9, c12, 4" : : "r" (mask) : "memory");
	isb();
}

#define PMCR_E		BIT(0)
#define PMCR_P		BIT(1)
#define PMCR_C		BIT(2)
#define CYCLES		BIT(31)
#define EVENT_SW_INCR	0

static unsigned int counters(void)
{
	return read_pmcr() >> 11 & 31;
}

static u32 all(void)
{
	return CYCLES | ((1u << counters()) - 1);
}

static void pmu_stop(void)
{
	write_pmcr(0);
	write_pmcntenclr(~0u);
	write_pmintenclr(~0u);
	write_pmovsr(~0u);
	write_pmuserenr(0);
}

void case_setup(void)
{
	u32 version;

	asm volatile("mrc p15, 0, %0, c0, c1, 2" : "=r" (version));
	version = version >> 24 & 15;
	require_msg(version > 0 && version < 15, "ID_DFR0 announces no PMU");
	case_at_end(pmu_stop);
	pmu_stop();
}

CASE(enables,
     "PMCNTENSET and PMINTENSET set, PMCNTENCLR and PMINTENCLR clear, both read the same; no "
     "bit without a counter")
{
	write_pmcntenset(~0u);
	expect_eq(read_pmcntenset(), all());
	expect_eq(read_pmcntenclr(), all());
	write_pmcntenclr(CYCLES);
	expect_eq(read_pmcntenset(), all() & ~CYCLES);
	write_pmcntenset(0);
	expect_eq(read_pmcntenclr(), all() & ~CYCLES);
	write_pmintenset(~0u);
	expect_eq(read_pmintenset(), all());
	expect_eq(read_pmintenclr(), all());
	write_pmintenclr(~CYCLES);
	expect_eq(read_pmintenset(), CYCLES);
}

CASE(cycles,
     "PMCCNTR goes forward with PMCR.E and its enable, stands still without either, and "
     "PMCR.C clears it")
{
	u32 before;

	write_pmccntr(0x12345678);
	write_pmcr(PMCR_E);
	expect_eq(read_pmccntr(), 0x12345678);
	write_pmcntenset(CYCLES);
	for (struct patience p = { 0 }; read_pmccntr() == 0x12345678 && !patience_over(&p, 10);)
		cpu_relax();
	expect_gt(read_pmccntr(), 0x12345678);
	write_pmcr(0);
	before = read_pmccntr();
	cpu_relax();
	expect_eq(read_pmccntr(), before);
	write_pmcr(PMCR_P);
	expect_eq(read_pmccntr(), before);
	write_pmcr(PMCR_C);
	expect_eq(read_pmccntr(), 0);
	expect_eq(read_pmcr() & (PMCR_E | PMCR_P | PMCR_C), 0);
}

CASE(sw_incr,
     "PMSWINC adds one to those counters of its mask that are enabled, each its own; PMCR.P "
     "clears them")
{
	require(counters() > 1);
	write_pmcr(PMCR_E);
	for (unsigned int n = 0; n < counters(); n++) {
		write_pmselr(n);
		write_pmxevtyper(EVENT_SW_INCR);
		write_pmxevcntr(0x100 * n);
		expect_eq(read_pmselr(), n);
		expect_eq(read_pmxevtyper(), EVENT_SW_INCR);
		expect_eq_msg(read_pmxevcntr(), 0x100 * n, "counter %u", n);
	}
	write_pmcntenset(all() & ~CYCLES & ~BIT(1));
	sw_incr(~0u);
	sw_incr(1);
	for (unsigned int n = 0; n < counters(); n++) {
		write_pmselr(n);
		expect_eq_msg(read_pmxevcntr(), 0x100 * n + (n == 0 ? 2 : n != 1), "counter %u", n);
	}
	write_pmcr(PMCR_E | PMCR_P);
	for (unsigned int n = 0; n < counters(); n++) {
		write_pmselr(n);
		expect_eq_msg(read_pmxevcntr(), 0, "counter %u", n);
	}
}

CASE(overflow,
     "a counter that goes beyond 32 bits sets its bit of PMOVSR and no other, which a one "
     "clears and a zero leaves")
{
	require(counters() > 0);
	write_pmcr(PMCR_E);
	write_pmselr(0);
	write_pmxevtyper(EVENT_SW_INCR);
	write_pmxevcntr(0xfffffffe);
	write_pmcntenset(1);
	sw_incr(1);
	expect_eq(read_pmxevcntr(), 0xffffffff);
	expect_eq(read_pmovsr(), 0);
	sw_incr(1);
	expect_eq(read_pmxevcntr(), 0);
	expect_eq(read_pmovsr(), 1);
	write_pmovsr(~1u);
	expect_eq(read_pmovsr(), 1);
	write_pmovsr(1);
	expect_eq(read_pmovsr(), 0);
}

static u64 user_pmccntr(u64 unused)
{
	return read_pmccntr() + unused;
}

static u64 user_pmintenset(u64 unused)
{
	return read_pmintenset() + unused;
}

CASE(user,
     "PMUSERENR.EN gives PL0 the counters but never PMINTENSET; without it they are undefined "
     "there")
{
	run_in_user(user_pmccntr, 0);
	insist(exception_record()->raised);
	expect_eq(exception_record()->vector, EXCPTN_UND);
	write_pmuserenr(1);
	expect_eq(read_pmuserenr(), 1);
	run_in_user(user_pmccntr, 0);
	expect(!exception_record()->raised);
	run_in_user(user_pmintenset, 0);
	insist(exception_record()->raised);
	expect_eq(exception_record()->vector, EXCPTN_UND);
}
