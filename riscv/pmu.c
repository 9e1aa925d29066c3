/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Performance counters by SBI (RISC-V SBI 3.0, chapter 11): what each counter is, a counter that is
 * found for an event, its start and stop with every return code, counting while it runs and
 * standing still while it does not; firmware's own events.
 */
#include "case.h"
#include "asm/processor.h"
#include "asm/sbi.h"

/* Functions and event numbers: sections 11.1 to 11.12. */
enum { NUM_COUNTERS, GET_INFO, CONFIG_MATCHING, START, STOP, FW_READ };
#define EVENT_CYCLES		0x00001ul
#define EVENT_INSTRUCTIONS	0x00002ul
#define EVENT_FW_SET_TIMER	0xf0005ul
#define EVENT_RESERVED		0xe0000ul
#define CONFIG_CLEAR_VALUE	(1ul << 1)
#define START_INIT_VALUE	(1ul << 0)
#define STOP_RESET		(1ul << 0)

#define INFO_CSR(info)		((info) & 0xfff)
#define INFO_WIDTH(info)	((info) >> 12 & 0x3f)
#define INFO_RESERVED(info)	((ulong)(info) << 1 >> 19)	/* between width and type */
#define INFO_IS_FIRMWARE(info)	((info) >> 63)

static ulong counters;

static struct sbiret pmu(int fid, ulong a0, ulong a1, ulong a2, ulong a3, ulong a4)
{
	return sbi_ecall(SBI_EXT_PMU, fid, a0, a1, a2, a3, a4, 0);
}

void case_setup(void)
{
	require(sbi_probe(SBI_EXT_PMU));
	counters = pmu(NUM_COUNTERS, 0, 0, 0, 0, 0).value;
	require_msg(counters, "the firmware has no counter");
}

/* All counters: 64 of a mask are more than any machine here has. */
static ulong all(void)
{
	return counters < 64 ? (1ul << counters) - 1 : ~0ul;
}

CASE(info, "each counter is a register of the hart, with its width, or firmware's; those beyond "
	   "the last are not there")
{
	for (ulong i = 0; i < counters; i++) {
		struct sbiret ret = pmu(GET_INFO, i, 0, 0, 0, 0);
		ulong info = ret.value;

		/*
		 * Of those that the hart lacks (mcountinhibit, time) nothing is promised but the
		 * code.
		 */
		if (ret.error == SBI_ERR_INVALID_PARAM)
			continue;
		expect_eq_msg(ret.error, SBI_SUCCESS, "counter %lu", i);
		if (INFO_IS_FIRMWARE(info))
			continue;
		expect_eq_msg(INFO_RESERVED(info), 0, "counter %lu", i);
		expect_eq_msg(INFO_CSR(info) & ~0x1ful, CSR_CYCLE, "counter %lu", i);
		expect_le(INFO_WIDTH(info), 63);
	}
	expect_eq(pmu(GET_INFO, counters, 0, 0, 0, 0).error, SBI_ERR_INVALID_PARAM);
	expect_eq(pmu(GET_INFO, ~0ul, 0, 0, 0, 0).error, SBI_ERR_INVALID_PARAM);
}

/* A counter for the event, or a skip. */
static ulong find(ulong event)
{
	struct sbiret ret = pmu(CONFIG_MATCHING, 0, all(), CONFIG_CLEAR_VALUE, event, 0);

	require_msg(ret.error != SBI_ERR_NOT_SUPPORTED, "no counter can count event %#lx", event);
	insist_eq(ret.error, SBI_SUCCESS);
	insist((ulong)ret.value < counters);
	return ret.value;
}

static void release(ulong counter)
{
	pmu(STOP, counter, 1, STOP_RESET, 0, 0);
}

static ulong read_hardware(ulong counter)
{
	/* csrr a0, cycle + n: made on the spot, since the number is in the instruction. */
	ulong csr = INFO_CSR(pmu(GET_INFO, counter, 0, 0, 0, 0).value);
	static u32 code[2] __aligned(8);

	code[0] = (u32)(csr << 20) | 0x00002573;
	code[1] = 0x00008067;
	__asm__ __volatile__("fence.i" : : : "memory");
	return ((ulong (*)(void))code)();
}

static void work(void)
{
	for (volatile int i = 0; i < 1000; i++)
		;
}

static void check_event(ulong event)
{
	ulong counter = find(event), first, second;
	struct sbiret ret = pmu(START, counter, 1, START_INIT_VALUE, 1000, 0);

	expect(ret.error == SBI_SUCCESS || ret.error == SBI_ERR_ALREADY_STARTED);
	first = read_hardware(counter);
	work();
	second = read_hardware(counter);
	expect_gt(second, first);
	expect_eq(pmu(START, counter, 1, 0, 0, 0).error, SBI_ERR_ALREADY_STARTED);
	expect_eq(pmu(STOP, counter, 1, 0, 0, 0).error, SBI_SUCCESS);
	expect_eq(pmu(STOP, counter, 1, 0, 0, 0).error, SBI_ERR_ALREADY_STOPPED);
	release(counter);
}

CASE(cycles, "cycles: the counter goes on from its start, and start and stop say what it was")
{
	check_event(EVENT_CYCLES);
}

CASE(instructions, "instructions")
{
	check_event(EVENT_INSTRUCTIONS);
}

CASE(wrong, "counters that are not there are invalid parameters, a reserved event is not supported")
{
	expect_eq(pmu(START, counters, 1, 0, 0, 0).error, SBI_ERR_INVALID_PARAM);
	expect_eq(pmu(STOP, counters, 1, 0, 0, 0).error, SBI_ERR_INVALID_PARAM);
	expect_eq(pmu(CONFIG_MATCHING, counters, 1, 0, EVENT_CYCLES, 0).error,
		  SBI_ERR_INVALID_PARAM);
	expect_ne(pmu(CONFIG_MATCHING, 0, all(), 0, EVENT_RESERVED, 0).error, SBI_SUCCESS);
	expect_eq(pmu(FW_READ, counters, 0, 0, 0, 0).error, SBI_ERR_INVALID_PARAM);
}

CASE(read_hardware, "reading a hardware counter as firmware's is an invalid parameter")
{
	ulong counter = find(EVENT_CYCLES);

	expect_eq(pmu(FW_READ, counter, 0, 0, 0, 0).error, SBI_ERR_INVALID_PARAM);
	release(counter);
}

CASE(firmware_event, "firmware counts the calls that set the timer, while it is told to")
{
	ulong counter = find(EVENT_FW_SET_TIMER);

	expect(INFO_IS_FIRMWARE(pmu(GET_INFO, counter, 0, 0, 0, 0).value));
	expect_eq(pmu(START, counter, 1, START_INIT_VALUE, 100, 0).error, SBI_SUCCESS);
	for (int i = 0; i < 7; i++)
		sbi_set_timer(~0ul);
	expect_eq(pmu(FW_READ, counter, 0, 0, 0, 0).error, SBI_SUCCESS);
	expect_eq(pmu(FW_READ, counter, 0, 0, 0, 0).value, 107);
	expect_eq(pmu(START, counter, 1, 0, 0, 0).error, SBI_ERR_ALREADY_STARTED);
	expect_eq(pmu(STOP, counter, 1, 0, 0, 0).error, SBI_SUCCESS);
	sbi_set_timer(~0ul);
	expect_eq(pmu(FW_READ, counter, 0, 0, 0, 0).value, 107);
	expect_eq(pmu(STOP, counter, 1, 0, 0, 0).error, SBI_ERR_ALREADY_STOPPED);
	release(counter);
}
