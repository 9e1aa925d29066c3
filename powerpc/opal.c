/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OPAL, the firmware below a hypervisor (skiboot's doc/opal-api, one page a call): return codes of
 * right and wrong calls, what they write to memory and what not, and that they leave the caller's
 * registers alone.
 */
#include "arch-hooks.h"
#include "case.h"
#include "on-cpus.h"
#include "asm/opal.h"
#include "asm/smp.h"
#include "asm/time.h"
#include "asm-generic/swab.h"

/* One behind the last of any version, and those that are reserved: none is a call. */
static const unsigned long no_calls[] = { 200, 255, 256, 1000, 0x7fffffff, -1ul };

void case_setup(void)
{
	require_msg(machine_is_powernv(), "the machine is a guest, without OPAL");
}

CASE(test_call, "OPAL_TEST returns 0xfeedf00d, whatever its argument is")
{
	expect_eq(opal_call(OPAL_TEST, 0ul), OPAL_TEST_RESULT);
	expect_eq(opal_call(OPAL_TEST, 0x123456789ul), OPAL_TEST_RESULT);
}

CASE(check_token, "OPAL_CHECK_TOKEN: 1 for the calls that every firmware has, 0 for what is none")
{
	static const unsigned long calls[] = {
		OPAL_TEST, OPAL_CONSOLE_WRITE, OPAL_CONSOLE_READ, OPAL_CEC_POWER_DOWN,
		OPAL_POLL_EVENTS, OPAL_START_CPU, OPAL_QUERY_CPU_STATUS, OPAL_REINIT_CPUS,
		OPAL_CHECK_TOKEN,
	};

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		expect_eq_msg(opal_call(OPAL_CHECK_TOKEN, calls[i]), 1, "token %lu", calls[i]);
	for (size_t i = 0; i < ARRAY_SIZE(no_calls); i++)
		expect_eq_msg(opal_call(OPAL_CHECK_TOKEN, no_calls[i]), 0, "token %#lx",
			      no_calls[i]);
}

CASE(wrong_token, "a token that is no call gives OPAL_PARAMETER")
{
	for (size_t i = 0; i < ARRAY_SIZE(no_calls); i++)
		expect_eq_msg(opal_call(no_calls[i], 0ul, 0ul, 0ul), OPAL_PARAMETER, "token %#lx",
			      no_calls[i]);
}

CASE(state_kept, "a call leaves MSR, SPRG0 to 3, TAR, DSCR and the decrementer's course alone")
{
	unsigned long msr = mfmsr(), sprg0 = mfspr(SPR_SPRG0);
	u64 sum;

	mtspr(SPR_SPRG2, 0x1111222233334444);
	mtspr(SPR_SPRG3, 0x5555666677778888);
	mtspr(SPR_TAR, 0x9999aaaabbbbccccul);
	mtspr(SPR_DSCR, 0x55);
	dec_stop();
	sum = (u64)dec_get() + get_tb();
	expect_eq(opal_call(OPAL_POLL_EVENTS, 0ul), OPAL_SUCCESS);
	expect_lt(sum - ((u64)dec_get() + get_tb()) + tb_hz, 2 * tb_hz);
	expect_eq(mfmsr(), msr);
	expect_eq(mfspr(SPR_SPRG0), sprg0);
	expect_eq(mfspr(SPR_SPRG2), 0x1111222233334444);
	expect_eq(mfspr(SPR_SPRG3), 0x5555666677778888);
	expect_eq(mfspr(SPR_TAR), 0x9999aaaabbbbcccc);
	expect_eq(mfspr(SPR_DSCR), 0x55);
	mtspr(SPR_DSCR, 0);
}

CASE(poll_events, "OPAL_POLL_EVENTS writes a mask of events, or nothing where it is told so")
{
	u64 words[3] = { 0x5a5a5a5a5a5a5a5a, 0x5a5a5a5a5a5a5a5a, 0x5a5a5a5a5a5a5a5a };

	expect_eq(opal_call(OPAL_POLL_EVENTS, (unsigned long)&words[1]), OPAL_SUCCESS);
	expect_ne(words[1], 0x5a5a5a5a5a5a5a5a);
	expect_eq(words[0], 0x5a5a5a5a5a5a5a5a);
	expect_eq(words[2], 0x5a5a5a5a5a5a5a5a);
	expect_eq(opal_call(OPAL_POLL_EVENTS, 0ul), OPAL_SUCCESS);
}

/* ---- console ---- */

CASE(console_terminal,
     "OPAL_CONSOLE_WRITE to a terminal that does not exist: OPAL_PARAMETER, no byte")
{
	u64 len = cpu_to_be64(4);

	expect_eq(opal_call(OPAL_CONSOLE_WRITE, 77ul, (unsigned long)&len, (unsigned long)"bad\n"),
		  OPAL_PARAMETER);
	expect_eq(be64_to_cpu(len), 4);
	expect_eq(opal_call(OPAL_CONSOLE_FLUSH, 77ul), OPAL_PARAMETER);
}

CASE(console_nothing, "OPAL_CONSOLE_WRITE of no bytes and OPAL_CONSOLE_READ without input succeed")
{
	u64 len = 0;
	char buffer[8] = "abcdefg";

	expect_eq(opal_call(OPAL_CONSOLE_WRITE, 0ul, (unsigned long)&len, (unsigned long)buffer),
		  OPAL_SUCCESS);
	expect_eq(len, 0);
	len = cpu_to_be64(sizeof(buffer));
	expect_eq(opal_call(OPAL_CONSOLE_READ, 0ul, (unsigned long)&len, (unsigned long)buffer),
		  OPAL_SUCCESS);
	expect_eq(be64_to_cpu(len), 0);
	expect_eq(strcmp(buffer, "abcdefg"), 0);
}

/* ---- CPUs ---- */

static long query(unsigned long server, u8 *status)
{
	u8 bytes[3] = { 0x5a, 0x5a, 0x5a };
	long ret = opal_call(OPAL_QUERY_CPU_STATUS, server, (unsigned long)&bytes[1]);

	expect_eq(bytes[0], 0x5a);
	expect_eq(bytes[2], 0x5a);
	*status = bytes[1];
	return ret;
}

CASE(cpu_status,
     "OPAL_QUERY_CPU_STATUS: all CPUs here are started; one that is none: OPAL_PARAMETER")
{
	u8 status;

	for (int cpu = 0; cpu < arch_cpu_count(); cpu++) {
		expect_eq_msg(query(cpus[cpu].server, &status), OPAL_SUCCESS, "CPU %d", cpu);
		expect_eq_msg(status, OPAL_THREAD_STARTED, "CPU %d", cpu);
	}
	expect_eq(query(0x7fff0000, &status), OPAL_PARAMETER);
	expect_eq(status, 0x5a);
}

CASE(start_wrong, "OPAL_START_CPU: no such CPU: OPAL_PARAMETER; one that runs: OPAL_WRONG_STATE")
{
	u8 status;

	expect_eq(opal_call(OPAL_START_CPU, 0x7fff0000ul, 0x400000ul), OPAL_PARAMETER);
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++)
		expect_eq_msg(opal_call(OPAL_START_CPU, (unsigned long)cpus[cpu].server,
					0x400000ul),
			      OPAL_WRONG_STATE, "CPU %d", cpu);
	expect_eq(query(cpus[0].server, &status), OPAL_SUCCESS);
	expect_eq(status, OPAL_THREAD_STARTED);
}

CASE(reinit_running, "OPAL_REINIT_CPUS while other CPUs run: OPAL_WRONG_STATE")
{
	require(arch_cpu_count() > 1);
	expect_eq(opal_call(OPAL_REINIT_CPUS, __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ?
			    OPAL_REINIT_HILE_LE : OPAL_REINIT_HILE_BE),
		  OPAL_WRONG_STATE);
}

static unsigned long msr_there[NR_CPUS];
static u32 pir_there[NR_CPUS];

static void look(void *data)
{
	msr_there[arch_cpu_id()] = mfmsr();
	pir_there[arch_cpu_id()] = (u32)mfspr(SPR_PIR);
}

CASE(every_cpu,
     "every CPU runs in hypervisor state, and its PIR is the number that OPAL knows it by")
{
	on_cpus(look, NULL);
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++) {
		expect_eq_msg(msr_there[cpu] & (MSR_HV | MSR_SF | MSR_PR), MSR_HV | MSR_SF,
			      "CPU %d", cpu);
		expect_eq_msg(pir_there[cpu], cpus[cpu].server, "CPU %d", cpu);
	}
}

/* ---- the clock ---- */

CASE(rtc, "OPAL_RTC_READ: a date and a time of day, each digit a decimal one")
{
	u32 date = 0x5a5a5a5a;
	u64 time = 0x5a5a5a5a5a5a5a5a;
	int tries = 1000;
	long ret;

	while (ret = opal_call(OPAL_RTC_READ, (unsigned long)&date, (unsigned long)&time),
	       (ret == OPAL_BUSY || ret == OPAL_BUSY_EVENT) && --tries)
		opal_call(OPAL_POLL_EVENTS, 0ul), mdelay(1);
	require_msg(ret != OPAL_UNSUPPORTED && ret != OPAL_HARDWARE, "the machine has no clock");
	insist_eq(ret, OPAL_SUCCESS);
	date = be32_to_cpu(date);
	time = be64_to_cpu(time);
	/* Years, months, days; hours, minutes, seconds from the top: binary-coded decimal. */
	expect_ge(date >> 16, 0x2020);
	expect(((date >> 8) & 0xff) >= 1 && ((date >> 8) & 0xff) <= 0x12);
	expect((date & 0xff) >= 1 && (date & 0xff) <= 0x31);
	expect_le(time >> 56, 0x23);
	expect_le((time >> 48) & 0xff, 0x59);
	expect_le((time >> 40) & 0xff, 0x59);
}
