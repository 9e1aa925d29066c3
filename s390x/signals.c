/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signals that are pending at another CPU (Principles of Operation, chapter 4, "CPU Signaling and
 * Response"; chapter 6, "External Interruption"): one external call at a time, an emergency signal
 * of every sender, what SENSE says of them, what resets take away, what a stopped CPU does with
 * them; and STORE ADDITIONAL STATUS AT ADDRESS.
 *
 * CPU 1 is the one that is driven; orders that need no other CPU's state are sigp.c's.
 */
#include "case.h"
#include "alloc_page.h"
#include "on-cpus.h"
#include "patience.h"
#include "s390x/smp.h"
#include "asm/facility.h"
#include "asm/memory_areas.h"
#include "asm/time.h"

#define FACILITY_VECTOR	129
#define UNTOUCHED	0x5a5aa5a5u
#define PATIENCE	10		/* seconds */

static u32 status;

static int order(u8 order, unsigned long parm)
{
	status = UNTOUCHED;
	return sigp_retry(cpus[1].addr, order, parm, &status);
}

void case_setup(void)
{
	require(smp_query_num_cpus() >= 2);
}

/* ---- a CPU that is disabled until it is told ---- */

static volatile u32 ready, enabled, n_taken;
static volatile struct {
	u16 code, from;
} taken[16];

static void note(struct stack_frame_int *frame)
{
	if (n_taken < ARRAY_SIZE(taken)) {
		taken[n_taken].code = lowcore.ext_int_code;
		taken[n_taken].from = lowcore.cpu_addr;
	}
	n_taken++;
}

static void wait_disabled(void)
{
	install_ext_handler(note);
	ctl_set_bit(0, CTL0_EXTERNAL_CALL);
	ctl_set_bit(0, CTL0_EMERGENCY_SIGNAL);
	ready = 1;
	for (;;) {
		while (!enabled)
			barrier();
		psw_mask_set_bits(PSW_MASK_EXT);
		psw_mask_clear_bits(PSW_MASK_EXT);
		enabled = 0;
	}
}

static bool becomes(volatile u32 *flag, u32 value)
{
	struct patience patience = { 0 };

	while (*flag != value)
		if (patience_over(&patience, PATIENCE))
			return false;
	return true;
}

static void set_up_disabled(void)
{
	ready = enabled = n_taken = 0;
	insist_eq(smp_cpu_setup(1, PSW(PSW_MASK_64, wait_disabled)), 0);
	insist(becomes(&ready, 1));
}

/* CPU 1 lets in what is pending; when this returns it has. */
static void let_in(void)
{
	enabled = 1;
	insist(becomes(&enabled, 0));
}

CASE(external_call, "a second external call while one is pending: status, and the first is the one "
		    "that arrives")
{
	set_up_disabled();
	expect_eq(order(SIGP_SENSE, 0), 0);
	expect_eq(order(SIGP_EXTERNAL_CALL, 0), 0);
	expect_eq(order(SIGP_EXTERNAL_CALL, 0), 1);
	expect_eq(status, SIGP_STATUS_EXTERNAL_CALL_PENDING);
	expect_eq(order(SIGP_SENSE, 0), 1);
	expect_eq(status, SIGP_STATUS_EXTERNAL_CALL_PENDING);
	expect_eq(n_taken, 0);
	let_in();
	expect_eq(n_taken, 1);
	expect_eq(taken[0].code, EXT_INT_CODE_EXTERNAL_CALL);
	expect_eq(taken[0].from, stap());
	expect_eq(order(SIGP_SENSE, 0), 0);
	expect_eq(order(SIGP_EXTERNAL_CALL, 0), 0);
	let_in();
	expect_eq(n_taken, 2);
}

CASE(emergency_once, "emergency signals of one sender while one is pending are one")
{
	set_up_disabled();
	for (int i = 0; i < 3; i++)
		expect_eq(order(SIGP_EMERGENCY_SIGNAL, 0), 0);
	expect_eq(order(SIGP_SENSE, 0), 0);
	let_in();
	expect_eq(n_taken, 1);
	expect_eq(taken[0].code, EXT_INT_CODE_EMERGENCY_SIGNAL);
	expect_eq(taken[0].from, stap());
}

static void signal_it(void *unused)
{
	sigp_retry(cpus[1].addr, SIGP_EMERGENCY_SIGNAL, 0, NULL);
}

CASE(emergency_senders, "emergency signals of several senders are all pending: one interruption of "
			"each")
{
	u64 senders = 0, expected = 0;

	require(smp_query_num_cpus() >= 3);
	set_up_disabled();
	for (int i = 0; i < smp_query_num_cpus(); i++) {
		if (i == 1)
			continue;
		on_cpu(i, signal_it, NULL);
		expected |= 1ull << cpus[i].addr;
	}
	let_in();
	expect_eq(n_taken, smp_query_num_cpus() - 1);
	for (u32 i = 0; i < n_taken && i < ARRAY_SIZE(taken); i++) {
		expect_eq(taken[i].code, EXT_INT_CODE_EMERGENCY_SIGNAL);
		senders |= 1ull << taken[i].from;
	}
	expect_eq(senders, expected);
}

CASE(both, "of both that are pending the emergency signal comes first")
{
	set_up_disabled();
	expect_eq(order(SIGP_EXTERNAL_CALL, 0), 0);
	expect_eq(order(SIGP_EMERGENCY_SIGNAL, 0), 0);
	let_in();
	expect_eq(n_taken, 2);
	expect_eq(taken[0].code, EXT_INT_CODE_EMERGENCY_SIGNAL);
	expect_eq(taken[1].code, EXT_INT_CODE_EXTERNAL_CALL);
}

/* ---- stopped ---- */

CASE(stopped, "signals to a stopped CPU are accepted and pending; SENSE says both; they arrive "
	      "when it runs again")
{
	set_up_disabled();
	insist_eq(smp_cpu_stop(1), 0);
	expect_eq(order(SIGP_EXTERNAL_CALL, 0), 0);
	expect_eq(order(SIGP_EMERGENCY_SIGNAL, 0), 0);
	expect_eq(order(SIGP_SENSE, 0), 1);
	expect_eq(status, SIGP_STATUS_EXTERNAL_CALL_PENDING | SIGP_STATUS_STOPPED);
	expect_eq(order(SIGP_START, 0), 0);
	let_in();
	expect_eq(n_taken, 2);
}

static void expect_reset_takes(u8 reset)
{
	set_up_disabled();
	expect_eq(order(SIGP_EXTERNAL_CALL, 0), 0);
	expect_eq(order(SIGP_EMERGENCY_SIGNAL, 0), 0);
	expect_eq(order(reset, 0), 0);
	expect_eq(order(SIGP_SENSE, 0), 1);
	expect_eq(status, SIGP_STATUS_STOPPED);
	expect_eq(order(SIGP_EXTERNAL_CALL, 0), 0);
}

CASE(cpu_reset, "CPU RESET clears pending signals")
{
	expect_reset_takes(SIGP_CPU_RESET);
}

CASE(initial_cpu_reset, "INITIAL CPU RESET clears pending signals")
{
	expect_reset_takes(SIGP_INITIAL_CPU_RESET);
}

/* ---- STORE ADDITIONAL STATUS AT ADDRESS ---- */

CASE(additional_status, "STORE ADDITIONAL STATUS: of a stopped CPU; an address that is not aligned "
			"to 1024 bytes: status invalid parameter")
{
	u8 *area = alloc_pages_flags(0, AREA_DMA31);

	require(test_facility(FACILITY_VECTOR));
	set_up_disabled();
	require_msg(order(SIGP_STORE_ADDITIONAL_STATUS, (u64)area) != 1 ||
			    status != SIGP_STATUS_INVALID_ORDER,
		    "the order is not there");
	expect_eq(order(SIGP_STORE_ADDITIONAL_STATUS, (u64)area), 1);
	expect_eq(status, SIGP_STATUS_INCORRECT_STATE);
	insist_eq(smp_cpu_stop(1), 0);
	memset(area, 0x5a, 4096);
	expect_eq(order(SIGP_STORE_ADDITIONAL_STATUS, (u64)area + 1024), 0);
	expect_eq(area[1023], 0x5a);
	expect_eq(area[2048], 0x5a);
	expect_ne(area[1024 + 511], 0x5a);
	expect_eq(order(SIGP_STORE_ADDITIONAL_STATUS, (u64)area + 512), 1);
	expect_eq(status, SIGP_STATUS_INVALID_PARAMETER);
}

CASE(additional_status_beyond, "STORE ADDITIONAL STATUS where no memory is: status invalid "
			       "parameter")
{
	require(test_facility(FACILITY_VECTOR));
	insist_eq(smp_cpu_stop(1), 0);
	require_msg(order(SIGP_STORE_ADDITIONAL_STATUS, 0x7fffffff0000) != 1 ||
			    status != SIGP_STATUS_INVALID_ORDER,
		    "the order is not there");
	expect_eq(order(SIGP_STORE_ADDITIONAL_STATUS, 0x7fffffff0000), 1);
	expect_eq(status, SIGP_STATUS_INVALID_PARAMETER);
}
