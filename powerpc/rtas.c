/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RTAS services with right and wrong arguments (LoPAR 1.1, section 7.3): statuses, and what they
 * do.
 */
#include "arch-hooks.h"
#include "case.h"
#include "asm/hcall.h"
#include "asm/rtas.h"
#include "asm/smp.h"
#include "asm/time.h"
#include "asm-generic/swab.h"

void case_setup(void)
{
	require_msg(machine_is_pseries(), "this machine's firmware is OPAL");
}

static int token_of(const char *service)
{
	uint32_t token = 0;

	require_msg(rtas_token(service, &token) == 0, "the device tree has no %s", service);
	return (int)token;
}

CASE(tokens, "a service has a token of its own, a name that is none has none")
{
	uint32_t token = 77, other;

	expect_eq(rtas_token("no-such-service", &token), RTAS_UNKNOWN_SERVICE);
	expect_eq(token, 77);
	insist_eq(rtas_token("get-time-of-day", &token), 0);
	insist_eq(rtas_token("power-off", &other), 0);
	expect_ne(token, other);
}

CASE(unknown_token, "a token that no service has is a parameter error, or the call itself fails")
{
	u32 block[4] = { cpu_to_be32(0x7fffffff), 0, cpu_to_be32(1), cpu_to_be32(0x1234) };
	long ret = hcall(H_RTAS, (unsigned long)block);

	if (ret == H_SUCCESS)
		expect_eq(be32_to_cpu(block[3]), (u32)RTAS_PARAMETER_ERROR);
	else
		expect_eq(ret, H_PARAMETER);
}

/* ---- the clock ---- */

enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, NANOSECOND, CLOCK_WORDS };

static int get_time(int *now)
{
	return rtas_call(token_of("get-time-of-day"), 0, 1 + CLOCK_WORDS, now);
}

static int set_time(const int *t)
{
	return rtas_call(token_of("set-time-of-day"), 7, 1, NULL, t[YEAR], t[MONTH], t[DAY],
			 t[HOUR], t[MINUTE], t[SECOND], t[NANOSECOND]);
}

CASE(get_time, "get-time-of-day gives a time that is one, and goes on by a second in a second")
{
	int before[CLOCK_WORDS], after[CLOCK_WORDS], delta;

	insist_eq(get_time(before), RTAS_OK);
	expect_ge(before[YEAR], 2020);
	expect(before[MONTH] >= 1 && before[MONTH] <= 12);
	expect(before[DAY] >= 1 && before[DAY] <= 31);
	expect(before[HOUR] >= 0 && before[HOUR] <= 23);
	expect(before[MINUTE] >= 0 && before[MINUTE] <= 59);
	expect(before[SECOND] >= 0 && before[SECOND] <= 59);
	mdelay(1500);
	insist_eq(get_time(after), RTAS_OK);
	delta = after[SECOND] - before[SECOND] + (after[SECOND] < before[SECOND] ? 60 : 0);
	expect_ge(delta, 1);
	expect_le(delta, 10);
}

CASE(set_time,
     "what set-time-of-day sets get-time-of-day gets, also on the last second of February")
{
	static const int times[][CLOCK_WORDS] = {
		{ 2024, 2, 29, 23, 59, 57, 0 },
		{ 2001, 1, 1, 0, 0, 0, 0 },
		{ 2037, 12, 31, 12, 30, 15, 0 },
	};
	int old[CLOCK_WORDS], now[CLOCK_WORDS];

	insist_eq(get_time(old), RTAS_OK);
	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		expect_eq(set_time(times[i]), RTAS_OK);
		expect_eq(get_time(now), RTAS_OK);
		for (int word = YEAR; word <= MINUTE; word++)
			expect_eq_msg(now[word], times[i][word], "time %zu, word %d", i, word);
		expect_le(now[SECOND] - times[i][SECOND], 2);
	}
	expect_eq(set_time(times[0]), RTAS_OK);
	mdelay(3500);
	expect_eq(get_time(now), RTAS_OK);
	expect_eq(now[MONTH], 3);
	expect_eq(now[DAY], 1);
	expect_eq(now[HOUR], 0);
	set_time(old);
}

CASE(wrong_counts, "wrong numbers of arguments are a parameter error")
{
	int out[CLOCK_WORDS];

	expect_eq(rtas_call(token_of("get-time-of-day"), 0, 1, NULL), RTAS_PARAMETER_ERROR);
	expect_eq(rtas_call(token_of("get-time-of-day"), 1, 8, out, 0), RTAS_PARAMETER_ERROR);
	expect_eq(rtas_call(token_of("set-time-of-day"), 0, 1, NULL), RTAS_PARAMETER_ERROR);
	expect_eq(rtas_call(token_of("query-cpu-stopped-state"), 0, 2, out), RTAS_PARAMETER_ERROR);
	expect_eq(rtas_call(token_of("start-cpu"), 1, 1, NULL, 0), RTAS_PARAMETER_ERROR);
}

/* ---- CPUs ---- */

static int state_of(u32 server, int *state)
{
	return rtas_call(token_of("query-cpu-stopped-state"), 1, 2, state, server);
}

CASE(cpu_state,
     "query-cpu-stopped-state: this CPU runs, one that does not exist is a parameter error")
{
	int state = -1;

	expect_eq(state_of(cpus[arch_cpu_id()].server, &state), RTAS_OK);
	expect_eq(state, RTAS_CPU_RUNNING);
	expect_eq(state_of(0x7fff0000, &state), RTAS_PARAMETER_ERROR);
}

CASE(cpu_state_ceded, "query-cpu-stopped-state: a CPU that sleeps in H_CEDE is not stopped")
{
	int state = -1;

	require(arch_cpu_count() > 1);
	expect_eq(state_of(cpus[1].server, &state), RTAS_OK);
	expect_eq(state, RTAS_CPU_RUNNING);
}

CASE(start_cpu_wrong,
     "start-cpu of a CPU that runs fails, of one that does not exist is a parameter error")
{
	int token = token_of("start-cpu"), state = -1;

	expect_ne(rtas_call(token, 3, 1, NULL, cpus[0].server, 0x400000, 0), RTAS_OK);
	expect_eq(state_of(cpus[0].server, &state), RTAS_OK);
	expect_eq(state, RTAS_CPU_RUNNING);
	expect_eq(rtas_call(token, 3, 1, NULL, 0x7fff0000, 0x400000, 0), RTAS_PARAMETER_ERROR);
}

CASE(no_event, "event-scan and check-exception without events return 1, and leave the buffer alone")
{
	static u8 buffer[64], before[64];

	memset(buffer, 0x5a, sizeof(buffer));
	memset(before, 0x5a, sizeof(before));
	expect_eq(rtas_call(token_of("event-scan"), 4, 1, NULL, 0xffffffff, 0,
			    (u32)(unsigned long)buffer, 64),
		  1);
	expect_eq(rtas_call(token_of("check-exception"), 6, 1, NULL, 0x500, 0, 0xffffffff, 0,
			    (u32)(unsigned long)buffer, 64), 1);
	expect_mem(buffer, before, sizeof(buffer));
}
