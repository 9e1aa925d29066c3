/* SPDX-License-Identifier: BSD-2-Clause */
/* What EL0 may: PMUSERENR_EL0, with the syndrome of what it may not, and the U filter. */
#include "case.h"
#include "pmu-test.h"

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
	pmu_start();
	require(counters() > 0);
	select_counter(0);
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
	pmu_stop();
}

CASE(user_filter, "the U filter: SW_INCR at EL0 does not count, without it does")
{
	pmu_start();
	require(counters() > 0);
	enable_counters(1);
	write_sysreg(EN, pmuserenr_el0);
	set_event(0, EVENT_SW_INCR | FILTER_U);
	run_in_user(user_pmswinc_el0, 1);
	expect_eq(count(0), 0);
	set_event(0, EVENT_SW_INCR | FILTER_P);
	run_in_user(user_pmswinc_el0, 1);
	expect_eq(count(0), 1);
	write_sysreg(0, pmuserenr_el0);
	pmu_stop();
}
