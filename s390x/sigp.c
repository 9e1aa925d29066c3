/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SIGNAL PROCESSOR (Principles of Operation, chapter 4, "CPU Signaling and Response"): every order,
 * with its condition code and the whole status; what the addressed CPU then does; wrong addresses,
 * orders and parameters; signals between all CPUs.
 *
 * CPU 1 is the one that is driven; the library gives it back to its idle loop at the end of each
 * case.
 */
#include "case.h"
#include "alloc_page.h"
#include "on-cpus.h"
#include "patience.h"
#include "s390x/smp.h"
#include "asm/facility.h"
#include "asm/memory_areas.h"
#include "asm/time.h"

#define NOBODY		0xfff0		/* no CPU has this address */
#define UNTOUCHED	0x5a5aa5a5u
#define PATIENCE	10		/* seconds */

static u32 status;

static int order_at(u16 addr, u8 order, unsigned long parm)
{
	status = UNTOUCHED;
	return sigp_retry(addr, order, parm, &status);
}

static int order(u8 order, unsigned long parm)
{
	return order_at(cpus[1].addr, order, parm);
}

/* Loops and counts: shows that a CPU runs. */
static volatile u64 beats;

static void beat(void)
{
	for (;;)
		beats++;
}

/* A busy host may let a CPU wait for long: what has to happen is waited for. */
static bool changes(const volatile u64 *value, u64 from)
{
	struct patience patience = { 0 };

	while (*value == from)
		if (patience_over(&patience, PATIENCE))
			return false;
	return true;
}

static bool is_beating(void)
{
	return changes(&beats, beats);
}

static bool is_still(void)
{
	u64 before = beats;

	mdelay(20);
	return beats == before;
}

static void set_up_beating(void)
{
	insist_eq(smp_cpu_setup(1, PSW(PSW_MASK_64, beat)), 0);
	insist(is_beating());
}

void case_setup(void)
{
	require(smp_query_num_cpus() >= 2);
}

CASE(addresses, "STAP says on each CPU the address that it has for SIGP")
{
	for (int i = 0; i < smp_query_num_cpus(); i++) {
		expect_eq(smp_cpu_from_addr(cpus[i].addr)->idx, i);
		for (int other = 0; other < i; other++)
			expect_ne(cpus[i].addr, cpus[other].addr);
	}
}

static u16 stap_seen;

static void note_stap(void *unused)
{
	stap_seen = stap();
}

CASE(stap_each, "STORE CPU ADDRESS on every CPU")
{
	for (int i = 0; i < smp_query_num_cpus(); i++) {
		on_cpu(i, note_stap, NULL);
		expect_eq(stap_seen, cpus[i].addr);
	}
}

CASE(not_operational, "an address that no CPU has: condition code 3 for every order, and no status")
{
	static const u8 orders[] = {
		SIGP_SENSE,	   SIGP_EXTERNAL_CALL, SIGP_EMERGENCY_SIGNAL,  SIGP_START,
		SIGP_STOP,	   SIGP_RESTART,       SIGP_INITIAL_CPU_RESET, SIGP_CPU_RESET,
		SIGP_SENSE_RUNNING
	};

	for (size_t i = 0; i < ARRAY_SIZE(orders); i++) {
		expect_eq_msg(order_at(NOBODY, orders[i], 0), 3, "order %u", orders[i]);
		expect_eq(status, UNTOUCHED);
	}
}

CASE(invalid_order, "orders that are assigned to nothing: status invalid order, alone")
{
	static const u8 orders[] = { 0, 0x40, 0x7f, 0xff };

	for (size_t i = 0; i < ARRAY_SIZE(orders); i++) {
		expect_eq_msg(order(orders[i], 0), 1, "order %#x", orders[i]);
		expect_eq_msg(status, SIGP_STATUS_INVALID_ORDER, "status of order %#x", orders[i]);
	}
}

CASE(sense_running, "SENSE of a CPU that runs: condition code 0")
{
	set_up_beating();
	expect_eq(order(SIGP_SENSE, 0), 0);
	expect_eq(status, UNTOUCHED);
}

CASE(stop_start, "STOP stops, SENSE says stopped alone, START goes on where it was")
{
	set_up_beating();
	expect_eq(smp_cpu_stop(1), 0);
	expect_eq(order(SIGP_SENSE, 0), 1);
	expect_eq(status, SIGP_STATUS_STOPPED);
	expect(is_still());
	expect_eq(order(SIGP_STOP, 0), 0);
	expect_eq(order(SIGP_START, 0), 0);
	expect(is_beating());
	expect_eq(order(SIGP_START, 0), 0);
	expect_eq(order(SIGP_SENSE, 0), 0);
}

CASE(sense_running_status, "SENSE RUNNING STATUS: not running for a stopped CPU")
{
	require(test_facility(9));
	set_up_beating();
	expect_eq(order(SIGP_SENSE_RUNNING, 0), 0);
	expect_eq(smp_cpu_stop(1), 0);
	expect_eq(order(SIGP_SENSE_RUNNING, 0), 1);
	expect_eq(status, SIGP_STATUS_NOT_RUNNING);
}

static volatile u64 restarted;

static void note_restart(void)
{
	restarted++;
	for (;;)
		beats++;
}

CASE(restart, "RESTART stores the old PSW, loads the new one; of a stopped CPU and of one that "
	      "runs")
{
	struct psw old;

	set_up_beating();
	cpus[1].lowcore->restart_new_psw = PSW(PSW_MASK_64, note_restart);
	cpus[1].lowcore->restart_old_psw = PSW(0, 0);
	restarted = 0;
	expect_eq(order(SIGP_RESTART, 0), 0);
	expect(changes(&restarted, 0));
	expect_eq(restarted, 1);
	old = cpus[1].lowcore->restart_old_psw;
	expect_eq(old.mask & ~PSW_MASK_CC, PSW_MASK_64);
	expect_ge(old.addr, (u64)beat);
	expect_lt(old.addr, (u64)beat + 64);

	expect_eq(smp_cpu_stop(1), 0);
	expect_eq(order(SIGP_RESTART, 0), 0);
	expect(changes(&restarted, 1));
	expect_eq(restarted, 2);
	expect_eq(order(SIGP_SENSE, 0), 0);
	old = cpus[1].lowcore->restart_old_psw;
	expect_ge(old.addr, (u64)note_restart);
}

/* ---- status ---- */

static const u64 pattern[16] = {
	0x0101010101010101, 0x1212121212121212, 0x2323232323232323, 0x3434343434343434,
	0x4545454545454545, 0x5656565656565656, 0x6767676767676767, 0x7878787878787878,
	0x8989898989898989, 0x9a9a9a9a9a9a9a9a, 0xabababababababab, 0xbcbcbcbcbcbcbcbc,
	0xcdcdcdcdcdcdcdcd, 0xdededededededede, 0xefefefefefefefef, 0xf0f0f0f0f0f0f0f0,
};
static u64 marker = 0x600df00d;

#define TIMER_WORD	0xf00

/* Loads known values into all registers, and waits there. */
static void patterns(void)
{
	__asm__ __volatile__("larl %%r1,%0\n\tlctlg %%c9,%%c9,0(%%r1)\n\t"
			     "lghi %%r1,-1\n\tsrlg %%r1,%%r1,1\n\tstg %%r1,0xf00\n\tspt 0xf00\n\t"
			     "larl %%r1,%1\n\tlmg %%r0,%%r15,0(%%r1)\n"
			     "0:\tj 0b" : : "i" (&marker), "i" (pattern) : "memory");
}

/* The CPU stores the timer's word in its lowcore a few instructions before all is loaded. */
static void set_up_patterns(void)
{
	insist_eq(smp_cpu_setup(1, PSW(PSW_MASK_64, patterns)), 0);
	insist(changes((u64 *)((char *)cpus[1].lowcore + TIMER_WORD), 0));
	mdelay(50);
}

static void expect_status(const u8 *area, u64 timer_below)
{
	const struct lowcore *lc = (const void *)(area - 0x1200);

	expect_mem(lc->grs_sa, pattern, sizeof(pattern));
	expect_eq(lc->psw_sa.mask & ~PSW_MASK_CC, PSW_MASK_64);
	expect_ge(lc->psw_sa.addr, (u64)patterns);
	expect_lt(lc->psw_sa.addr, (u64)patterns + 128);
	expect_eq(lc->prefix_sa, (u64)cpus[1].lowcore);
	expect_eq(lc->crs_sa[9], marker);
	expect_ne(lc->cputm_sa, 0);
	expect_lt(lc->cputm_sa, timer_below);
}

CASE(store_status, "STOP AND STORE STATUS: registers, PSW, prefix, control registers at absolute "
		   "4608; mode at absolute 163")
{
	require_msg(get_prefix() == 0, "absolute 0 is not this CPU's prefix area");
	set_up_patterns();
	memset(&lowcore.fprs_sa, 0, 0x200);
	lowcore.arch_mode_id = 0;
	expect_eq(smp_cpu_stop_store_status(1), 0);
	mdelay(1);
	expect_eq(order(SIGP_SENSE, 0), 1);
	expect_eq(status, SIGP_STATUS_STOPPED);
	expect_status((u8 *)lowcore.fprs_sa, 0x7fffffffffffffff);
	expect_eq(lowcore.arch_mode_id, 1);
}

CASE(store_status_at, "STORE STATUS AT ADDRESS: the same at an address of 512 bytes' alignment; "
		      "only of a stopped CPU")
{
	u8 *area = alloc_pages_flags(1, AREA_DMA31);

	set_up_patterns();
	expect_eq(order(SIGP_STORE_STATUS_AT_ADDRESS, (u64)area), 1);
	expect_eq(status, SIGP_STATUS_INCORRECT_STATE);
	expect_eq(smp_cpu_stop(1), 0);
	expect_eq(order(SIGP_STORE_STATUS_AT_ADDRESS, (u64)area + 512), 0);
	expect_status(area + 512, 0x7fffffffffffffff);
	/* What is before and behind it stays. */
	for (int i = 0; i < 512; i += 64) {
		expect_eq(*(u64 *)(area + i), 0);
		expect_eq(*(u64 *)(area + 1024 + i), 0);
	}
	free_pages(area);
}

CASE(store_status_beyond, "STORE STATUS AT ADDRESS beyond memory: status invalid parameter")
{
	insist_eq(smp_cpu_stop(1), 0);
	expect_eq(order(SIGP_STORE_STATUS_AT_ADDRESS, 0x7ffffe00), 1);
	expect_eq(status, SIGP_STATUS_INVALID_PARAMETER);
}

/* ---- prefix ---- */

CASE(set_prefix, "SET PREFIX: only of a stopped CPU, only where memory is; the low 13 bits do not "
		 "count")
{
	u8 *area = alloc_pages_flags(1, AREA_DMA31);

	set_up_beating();
	expect_eq(order(SIGP_SET_PREFIX, (u64)area), 1);
	expect_eq(status, SIGP_STATUS_INCORRECT_STATE);
	insist_eq(smp_cpu_stop(1), 0);
	expect_eq(order(SIGP_SET_PREFIX, 0x7fffe000), 1);
	expect_eq(status, SIGP_STATUS_INVALID_PARAMETER);
	expect_eq(order(SIGP_SET_PREFIX, (u64)area + 0x1fff), 0);
	expect_eq(order(SIGP_STORE_STATUS_AT_ADDRESS, (u64)area + 512), 0);
	expect_eq(*(u32 *)(area + 512 + 0x118), (u64)area);
	free_pages(area);
}

/* ---- resets ---- */

static void expect_reset(u8 which, u64 prefix, u64 cr9)
{
	u8 *area = alloc_pages_flags(1, AREA_DMA31);
	const struct lowcore *lc = (const void *)(area - 0x1000);

	set_up_patterns();
	expect_eq(order(which, 0), 0);
	expect_eq(order(SIGP_SENSE, 0), 1);
	expect_eq(status, SIGP_STATUS_STOPPED);
	expect_eq(order(SIGP_STORE_STATUS_AT_ADDRESS, (u64)area + 512), 0);
	expect_mem(lc->grs_sa, pattern, sizeof(pattern));
	expect_eq(lc->prefix_sa, prefix);
	expect_eq(lc->crs_sa[9], cr9);
	if (which == SIGP_INITIAL_CPU_RESET) {
		expect_eq(lc->psw_sa.mask, 0);
		expect_eq(lc->psw_sa.addr, 0);
		expect_eq(lc->crs_sa[0], 0xe0);
		expect_eq(lc->crs_sa[14], 0xc2000000);
		expect_eq(lc->cputm_sa, 0);
		expect_eq(lc->cc_sa, 0);
		expect_eq(lc->fpc_sa, 0);
	}
	free_pages(area);
}

CASE(cpu_reset, "CPU RESET stops the CPU and keeps its registers")
{
	expect_reset(SIGP_CPU_RESET, (u64)cpus[1].lowcore, marker);
}

CASE(initial_cpu_reset, "INITIAL CPU RESET: PSW, prefix, timers and FPC zero, control registers as "
			"after a power on")
{
	expect_reset(SIGP_INITIAL_CPU_RESET, 0, 0);
}

/* ---- signals ---- */

static volatile u32 signal_code, signal_from, signal_count;

static void note_signal(struct stack_frame_int *frame)
{
	signal_code = lowcore.ext_int_code;
	signal_from = lowcore.cpu_addr;
	signal_count++;
}

static void take_signals(void)
{
	install_ext_handler(note_signal);
	ctl_set_bit(0, CTL0_EXTERNAL_CALL);
	ctl_set_bit(0, CTL0_EMERGENCY_SIGNAL);
	signal_code = signal_from = signal_count = 0;
}

static void signal_boot_cpu(void *data)
{
	while (sigp(cpus[0].addr, *(u8 *)data, 0, NULL) == SIGP_CC_BUSY)
		barrier();
}

static void from_each(u8 what, u16 code)
{
	for (int i = 1; i < smp_query_num_cpus(); i++) {
		take_signals();
		psw_mask_set_bits(PSW_MASK_EXT);
		/*
		 * Not on_cpu(): an emergency signal to this CPU is a call, too; the mailbox is
		 * empty.
		 */
		on_cpu(i, signal_boot_cpu, &what);
		mdelay(5);
		psw_mask_clear_bits(PSW_MASK_EXT);
		expect_eq_msg(signal_count, 1, "signals of CPU %d", i);
		expect_eq_msg(signal_code, code, "code from CPU %d", i);
		expect_eq_msg(signal_from, cpus[i].addr, "address from CPU %d", i);
	}
}

CASE(emergency_signal, "EMERGENCY SIGNAL of every CPU: external interruption 0x1201 with the "
		       "sender's address")
{
	from_each(SIGP_EMERGENCY_SIGNAL, EXT_INT_CODE_EMERGENCY_SIGNAL);
}

CASE(external_call, "EXTERNAL CALL of every CPU: external interruption 0x1202 with the sender's "
		    "address")
{
	from_each(SIGP_EXTERNAL_CALL, EXT_INT_CODE_EXTERNAL_CALL);
}

CASE(to_oneself, "signals to the own address")
{
	take_signals();
	expect_eq(order_at(stap(), SIGP_SENSE, 0), 0);
	expect_eq(order_at(stap(), SIGP_EMERGENCY_SIGNAL, 0), 0);
	expect_eq(signal_count, 0);
	psw_mask_set_bits(PSW_MASK_EXT);
	psw_mask_clear_bits(PSW_MASK_EXT);
	expect_eq(signal_count, 1);
	expect_eq(signal_code, EXT_INT_CODE_EMERGENCY_SIGNAL);
	expect_eq(signal_from, stap());
	expect_eq(order_at(stap(), SIGP_RESTART + 0x80, 0), 1);
	expect_eq(status, SIGP_STATUS_INVALID_ORDER);
}

CASE(external_call_pending, "an external call that is pending already: status; masked by CR0.50, "
			    "SENSE shows it")
{
	take_signals();
	ctl_clear_bit(0, CTL0_EXTERNAL_CALL);
	psw_mask_set_bits(PSW_MASK_EXT);
	expect_eq(order_at(stap(), SIGP_EXTERNAL_CALL, 0), 0);
	expect_eq(order_at(stap(), SIGP_EXTERNAL_CALL, 0), 1);
	expect_eq(status, SIGP_STATUS_EXTERNAL_CALL_PENDING);
	expect_eq(order_at(stap(), SIGP_SENSE, 0), 1);
	expect_eq(status, SIGP_STATUS_EXTERNAL_CALL_PENDING);
	expect_eq(signal_count, 0);
	ctl_set_bit(0, CTL0_EXTERNAL_CALL);
	mdelay(1);
	psw_mask_clear_bits(PSW_MASK_EXT);
	expect_eq(signal_count, 1);
	expect_eq(order_at(stap(), SIGP_SENSE, 0), 0);
}

CASE(pending_both, "of an emergency signal and an external call that are pending the emergency "
		   "signal comes first")
{
	take_signals();
	expect_eq(order_at(stap(), SIGP_EXTERNAL_CALL, 0), 0);
	expect_eq(order_at(stap(), SIGP_EMERGENCY_SIGNAL, 0), 0);
	expect_ext_int();
	psw_mask_set_bits(PSW_MASK_EXT);
	psw_mask_clear_bits(PSW_MASK_EXT);
	/* The first was the one that was expected, the handler saw the second. */
	expect_eq(signal_count, 1);
	expect_eq(signal_code, EXT_INT_CODE_EXTERNAL_CALL);
}

CASE(conditional_emergency, "CONDITIONAL EMERGENCY SIGNAL: accepted for a disabled CPU; interrupts "
			    "it when it is enabled")
{
	expect_eq(order_at(NOBODY, SIGP_COND_EMERGENCY_SIGNAL, 0), 3);
	set_up_beating();
	expect_eq(order(SIGP_COND_EMERGENCY_SIGNAL, 1), 0);
}

CASE(set_architecture, "SET ARCHITECTURE to z/Architecture, which is set: status invalid parameter")
{
	expect_eq(order(SIGP_SET_ARCHITECTURE, 1), 1);
	expect_eq(status & SIGP_STATUS_INVALID_PARAMETER, SIGP_STATUS_INVALID_PARAMETER);
	expect_eq(order(SIGP_SET_ARCHITECTURE, 0x7f), 1);
	expect_eq(status & SIGP_STATUS_INVALID_PARAMETER, SIGP_STATUS_INVALID_PARAMETER);
}
