/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Supervisor software events (SBI 3.0, chapter 17), by the events that software can inject: the
 * states and every call that a state forbids, attributes, masking, what a handler finds and what it
 * leaves. Firmware without them: skipped.
 */
#include "case.h"
#include "arch-hooks.h"
#include "on-cpus.h"
#include "asm/processor.h"
#include "asm/sbi.h"
#include "asm/setup.h"

#define EVENT		SBI_SSE_EVENT_LOCAL_SOFTWARE
#define NO_HART		0x7ffffffffffful

static u8 stack[8192] __aligned(16);
static struct {
	int count;
	void *data;
	unsigned int hartid;
	ulong state, sstatus, epc, sp;
	int cpu;
} seen;

static ulong attribute(ulong event, ulong attr)
{
	ulong value = ~0ul;
	struct sbiret ret = sbi_sse_read_attrs(event, attr, 1, &value);

	return ret.error ? (ulong)ret.error : value;
}

static ulong state(ulong event)
{
	return attribute(event, SBI_SSE_ATTR_STATUS) & SBI_SSE_ATTR_STATUS_STATE_MASK;
}

static void handle(void *data, struct pt_regs *regs, unsigned int hartid)
{
	seen.count++;
	seen.data = data;
	seen.hartid = hartid;
	seen.state = state(EVENT);
	seen.sstatus = csr_read(CSR_SSTATUS);
	seen.epc = regs->epc;
	seen.sp = regs->sp;
	seen.cpu = arch_cpu_id();
}

static struct sbi_sse_handler_arg arg = {
	.handler = handle, .handler_data = &seen, .stack = stack + sizeof(stack),
};

void case_setup(void)
{
	long version = sbi_ecall(SBI_EXT_BASE, SBI_EXT_BASE_GET_SPEC_VERSION, 0, 0, 0, 0, 0,
				 0).value;

	require(sbi_probe(SBI_EXT_SSE));
	require_msg(version >= 3l << 24, "the events are those of a draft: version %ld.%ld of SBI",
		    version >> 24, version & 0xffffff);
	/* Out of reset a hart masks all events: section 17.6. */
	expect_eq(sbi_sse_hart_unmask().error, SBI_SUCCESS);
}

static void begin(void)
{
	memset(&seen, 0, sizeof(seen));
	insist_eq(state(EVENT), SBI_SSE_STATE_UNUSED);
}

CASE(states, "unused, registered, enabled, running, and back")
{
	ulong sp;

	begin();
	expect_eq(sbi_sse_register(EVENT, &arg).error, SBI_SUCCESS);
	expect_eq(state(EVENT), SBI_SSE_STATE_REGISTERED);
	expect_eq(sbi_sse_enable(EVENT).error, SBI_SUCCESS);
	expect_eq(state(EVENT), SBI_SSE_STATE_ENABLED);
	expect_eq(seen.count, 0);
	__asm__ __volatile__("mv %0, sp" : "=r" (sp));
	expect_eq(sbi_sse_inject(EVENT, current_thread_info()->hartid).error, SBI_SUCCESS);
	expect_eq(seen.count, 1);
	expect_eq(seen.state, SBI_SSE_STATE_RUNNING);
	expect_eq((ulong)seen.data, (ulong)&seen);
	expect_eq(seen.hartid, current_thread_info()->hartid);
	expect_eq(seen.sstatus & (SR_SIE | SR_SPP), SR_SPP);
	expect_le(seen.sp, sp);
	expect_gt(seen.sp, sp - 4096);
	expect_eq(seen.cpu, 0);
	expect_eq(state(EVENT), SBI_SSE_STATE_ENABLED);
	expect_eq(sbi_sse_disable(EVENT).error, SBI_SUCCESS);
	expect_eq(state(EVENT), SBI_SSE_STATE_REGISTERED);
	expect_eq(sbi_sse_unregister(EVENT).error, SBI_SUCCESS);
	expect_eq(state(EVENT), SBI_SSE_STATE_UNUSED);
}

CASE(wrong_states, "calls that the state forbids are errors, and change nothing")
{
	begin();
	expect_eq(sbi_sse_unregister(EVENT).error, SBI_ERR_INVALID_STATE);
	expect_eq(sbi_sse_enable(EVENT).error, SBI_ERR_INVALID_STATE);
	expect_eq(sbi_sse_disable(EVENT).error, SBI_ERR_INVALID_STATE);
	expect_eq(state(EVENT), SBI_SSE_STATE_UNUSED);
	insist_eq(sbi_sse_register(EVENT, &arg).error, SBI_SUCCESS);
	expect_eq(sbi_sse_register(EVENT, &arg).error, SBI_ERR_INVALID_STATE);
	expect_eq(sbi_sse_disable(EVENT).error, SBI_ERR_INVALID_STATE);
	expect_eq(state(EVENT), SBI_SSE_STATE_REGISTERED);
	insist_eq(sbi_sse_enable(EVENT).error, SBI_SUCCESS);
	expect_eq(sbi_sse_enable(EVENT).error, SBI_ERR_INVALID_STATE);
	expect_eq(sbi_sse_register(EVENT, &arg).error, SBI_ERR_INVALID_STATE);
	expect_eq(sbi_sse_unregister(EVENT).error, SBI_ERR_INVALID_STATE);
	expect_eq(state(EVENT), SBI_SSE_STATE_ENABLED);
	expect_eq(seen.count, 0);
	expect_eq(sbi_sse_disable(EVENT).error, SBI_SUCCESS);
	expect_eq(sbi_sse_unregister(EVENT).error, SBI_SUCCESS);
}

CASE(wrong_arguments,
     "events, entries and harts that are not there, and a misaligned entry, are invalid parameters")
{
	begin();
	expect_eq(sbi_sse_register(SBI_SSE_EVENT_LOCAL_RESERVED_0_START, &arg).error,
		  SBI_ERR_INVALID_PARAM);
	expect_eq(sbi_sse_enable(SBI_SSE_EVENT_LOCAL_RESERVED_0_START).error,
		  SBI_ERR_INVALID_PARAM);
	expect_eq(sbi_sse_register_raw(EVENT, (ulong)sbi_sse_entry | 1, 0).error,
		  SBI_ERR_INVALID_PARAM);
	expect_eq(state(EVENT), SBI_SSE_STATE_UNUSED);
	expect_eq(sbi_sse_inject(EVENT, NO_HART).error, SBI_ERR_INVALID_PARAM);
}

CASE(attributes,
     "a wrong range, a misaligned address and a read-only attribute are errors, each its own")
{
	ulong values[16] = { 0 }, *misaligned = (ulong *)((u8 *)values + 1);

	begin();
	expect_eq(sbi_sse_read_attrs(EVENT, SBI_SSE_ATTR_STATUS, 0, values).error,
		  SBI_ERR_INVALID_PARAM);
	expect_eq(sbi_sse_read_attrs(EVENT, SBI_SSE_ATTR_INTERRUPTED_A7 + 1, 1, values).error,
		  SBI_ERR_BAD_RANGE);
	expect_eq(sbi_sse_read_attrs(EVENT, SBI_SSE_ATTR_STATUS, SBI_SSE_ATTR_INTERRUPTED_A7 + 2,
				     values).error,
		  SBI_ERR_BAD_RANGE);
	expect_eq(sbi_sse_read_attrs(EVENT, SBI_SSE_ATTR_STATUS, 1, misaligned).error,
		  SBI_ERR_INVALID_ADDRESS);
	expect_eq(values[0] | values[1], 0);
	expect_eq(sbi_sse_write_attrs(EVENT, SBI_SSE_ATTR_STATUS, 1, values).error, SBI_ERR_DENIED);
	expect_eq(attribute(EVENT, SBI_SSE_ATTR_STATUS) >> SBI_SSE_ATTR_STATUS_INJECT_OFFSET & 1,
		  1);
	values[0] = 9;
	expect_eq(sbi_sse_write_attrs(EVENT, SBI_SSE_ATTR_PRIORITY, 1, values).error, SBI_SUCCESS);
	expect_eq(attribute(EVENT, SBI_SSE_ATTR_PRIORITY), 9);
	values[0] = 0;
	expect_eq(sbi_sse_write_attrs(EVENT, SBI_SSE_ATTR_PRIORITY, 1, values).error, SBI_SUCCESS);
}

CASE(one_shot, "a one-shot event is registered, no more enabled, behind its handler")
{
	ulong one_shot = SBI_SSE_ATTR_CONFIG_ONESHOT, zero = 0;

	begin();
	insist_eq(sbi_sse_register(EVENT, &arg).error, SBI_SUCCESS);
	expect_eq(sbi_sse_write_attrs(EVENT, SBI_SSE_ATTR_CONFIG, 1, &one_shot).error, SBI_SUCCESS);
	insist_eq(sbi_sse_enable(EVENT).error, SBI_SUCCESS);
	expect_eq(sbi_sse_inject(EVENT, current_thread_info()->hartid).error, SBI_SUCCESS);
	expect_eq(seen.count, 1);
	expect_eq(state(EVENT), SBI_SSE_STATE_REGISTERED);
	expect_eq(sbi_sse_write_attrs(EVENT, SBI_SSE_ATTR_CONFIG, 1, &zero).error, SBI_SUCCESS);
	expect_eq(sbi_sse_unregister(EVENT).error, SBI_SUCCESS);
}

CASE(masked, "a hart that masks events gets one that was injected when it unmasks them")
{
	begin();
	insist_eq(sbi_sse_register(EVENT, &arg).error, SBI_SUCCESS);
	insist_eq(sbi_sse_enable(EVENT).error, SBI_SUCCESS);
	expect_eq(sbi_sse_hart_unmask().error, SBI_ERR_ALREADY_STARTED);
	expect_eq(sbi_sse_hart_mask().error, SBI_SUCCESS);
	expect_eq(sbi_sse_hart_mask().error, SBI_ERR_ALREADY_STOPPED);
	expect_eq(sbi_sse_inject(EVENT, current_thread_info()->hartid).error, SBI_SUCCESS);
	expect_eq(seen.count, 0);
	expect_eq(attribute(EVENT, SBI_SSE_ATTR_STATUS) >> SBI_SSE_ATTR_STATUS_PENDING_OFFSET & 1,
		  1);
	expect_eq(sbi_sse_hart_unmask().error, SBI_SUCCESS);
	expect_eq(seen.count, 1);
	expect_eq(attribute(EVENT, SBI_SSE_ATTR_STATUS) >> SBI_SSE_ATTR_STATUS_PENDING_OFFSET & 1,
		  0);
	expect_eq(sbi_sse_disable(EVENT).error, SBI_SUCCESS);
	expect_eq(sbi_sse_unregister(EVENT).error, SBI_SUCCESS);
}
