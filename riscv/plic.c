/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The platform-level interrupt controller (RISC-V PLIC specification 1.0.0), with the UART's
 * "transmitter empty" as a source that the test can raise and end at will: priority, threshold,
 * enable bits of each context, pending, claim and completion, and the interrupt itself.
 */
#include "case.h"
#include "arch-hooks.h"
#include "on-cpus.h"
#include "asm/io.h"
#include "asm/processor.h"
#include "asm/setup.h"
#include "asm/timer.h"
#include "riscv/intc.h"
#include "riscv/platform.h"

#define PRIORITY	0x0u		/* chapter 4: a word for each source */
#define PENDING		0x1000u		/* chapter 5: a bit for each source */
#define ENABLE		0x2000u		/* chapter 6: the same for each context */
#define ENABLE_STRIDE	0x80u
#define THRESHOLD	0x200000u	/* chapter 7 */
#define CLAIM		0x200004u	/* chapters 8 and 9 */
#define CONTEXT_STRIDE	0x1000u

#define UART_IER	1
#define UART_IIR	2
#define IER_THR_EMPTY	2
#define IIR_THR_EMPTY	2

static volatile u8 *plic;
static u32 source;
static int context, contexts, other_context;
static u32 taken;
static struct pt_regs interrupted;

static u32 get(u32 offset)
{
	return readl(plic + offset);
}

static void put(u32 offset, u32 value)
{
	writel(value, plic + offset);
}

static bool is_pending(void)
{
	return get(PENDING + source / 32 * 4) >> source % 32 & 1;
}

static void enable(int in_context, bool on)
{
	put(ENABLE + in_context * ENABLE_STRIDE + source / 32 * 4, on ? 1u << source % 32 : 0);
}

static bool interrupts(void)
{
	return csr_read(CSR_SIP) & IP_SEIP;
}

/* The transmitter is empty whenever nothing is being printed. */
static void raise(bool on)
{
	uart_drain();
	writeb(on ? IER_THR_EMPTY : 0, platform.uart + (UART_IER << platform.uart_shift));
	if (!on)
		readb(platform.uart + (UART_IIR << platform.uart_shift));
}

void case_setup(void)
{
	int uart = fdt_find_compatible(&machine_fdt, FDT_NONE, "ns16550a");
	struct intc intc;

	require(intc_find(&intc, "riscv,plic0", IRQ_S_EXT) && uart != FDT_NONE && platform.uart);
	plic = intc.base;
	context = intc.context[0];
	contexts = intc.contexts;
	other_context = arch_cpu_count() > 1 ? intc.context[1] : -1;
	source = fdt_number(&machine_fdt, uart, "interrupts", 0);
	require(source && fdt_number(&machine_fdt, intc.node, "riscv,ndev", 0) >= source);
}

static void begin(void)
{
	raise(false);
	for (int c = 0; c < contexts; c++)
		enable(c, false);
	put(THRESHOLD + context * CONTEXT_STRIDE, 0);
	put(PRIORITY + source * 4, 1);
	enable(context, true);
	while (get(CLAIM + context * CONTEXT_STRIDE))
		put(CLAIM + context * CONTEXT_STRIDE, source);
	insist_eq(is_pending(), false);
	insist_eq(interrupts(), false);
}

static u32 claim(void)
{
	return get(CLAIM + context * CONTEXT_STRIDE);
}

static void complete(u32 number)
{
	put(CLAIM + context * CONTEXT_STRIDE, number);
}

CASE(claim, "a source is pending until it is claimed, and not again before its completion")
{
	begin();
	raise(true);
	expect_eq(is_pending(), true);
	expect_eq(interrupts(), true);
	expect_eq(claim(), source);
	expect_eq(is_pending(), false);
	expect_eq(interrupts(), false);
	expect_eq(claim(), 0);
	raise(false);
	complete(source);
	expect_eq(is_pending(), false);
	expect_eq(interrupts(), false);
}

CASE(level, "a source that still asks at its completion is pending again (chapter 1.2, gateways)")
{
	bool pending_again, interrupts_again;
	u8 asks;

	begin();
	raise(true);
	insist_eq(claim(), source);
	expect_eq(is_pending(), false);
	complete(source);
	/* Both before a failure is printed, which is an event of the UART's. */
	pending_again = is_pending();
	interrupts_again = interrupts();
	/* The UART did ask all the time: its own register says so. */
	asks = readb(platform.uart + (UART_IIR << platform.uart_shift)) & 0xf;
	expect_eq(asks, IIR_THR_EMPTY);
	expect_eq(pending_again, true);
	expect_eq(interrupts_again, true);
	raise(false);
	claim();
	complete(source);
}

CASE(priority, "priority 0 never interrupts, nor is it claimed")
{
	begin();
	put(PRIORITY + source * 4, 0);
	raise(true);
	expect_eq(is_pending(), true);
	expect_eq(interrupts(), false);
	expect_eq(claim(), 0);
	put(PRIORITY + source * 4, 1);
	expect_eq(interrupts(), true);
	expect_eq(claim(), source);
	raise(false);
	complete(source);
}

CASE(threshold, "a priority interrupts if it is above the threshold, not if it is equal")
{
	begin();
	for (u32 limit = 0; limit <= 3; limit++)
		for (u32 priority = 1; priority <= 3; priority++) {
			put(THRESHOLD + context * CONTEXT_STRIDE, limit);
			put(PRIORITY + source * 4, priority);
			expect_eq(get(THRESHOLD + context * CONTEXT_STRIDE), limit);
			expect_eq(get(PRIORITY + source * 4), priority);
			raise(true);
			expect_eq_msg(interrupts(), priority > limit, "threshold %" PRIu32, limit);
			raise(false);
			put(THRESHOLD + context * CONTEXT_STRIDE, 0);
			claim();
			complete(source);
		}
}

CASE(enables, "a source interrupts the contexts that enable it and no other")
{
	begin();
	enable(context, false);
	for (int c = 0; c < contexts; c++)
		if (c != context && c % 2 == context % 2)
			enable(c, true);
	raise(true);
	expect_eq(is_pending(), true);
	expect_eq(interrupts(), false);
	expect_eq(claim(), 0);
	enable(context, true);
	expect_eq(claim(), source);
	raise(false);
	complete(source);
}

CASE(enable_late, "enabling a source that is pending interrupts at once (chapter 6)")
{
	begin();
	enable(context, false);
	raise(true);
	expect_eq(interrupts(), false);
	enable(context, true);
	expect_eq(interrupts(), true);
	claim();
	raise(false);
	complete(source);
}

static void handle(struct pt_regs *regs)
{
	interrupted = *regs;
	taken = claim();
	raise(false);
	complete(taken);
}

CASE(interrupt, "the interrupt comes with cause 9 where sie and sstatus let it")
{
	begin();
	taken = 0;
	install_irq_handler(IRQ_S_EXT, handle);
	raise(true);
	local_irq_enable();
	expect_eq(taken, 0);		/* sie.SEIE is 0 */
	csr_set(CSR_SIE, IE_SEIE);
	expect_eq(taken, source);
	expect_eq(interrupted.cause, CAUSE_IRQ_FLAG | IRQ_S_EXT);
	expect_eq(interrupted.badaddr, 0);
	expect_eq(interrupts(), false);
	local_irq_disable();
	csr_clear(CSR_SIE, IE_SEIE);
}

CASE(source_zero, "source 0 does not exist: it has no priority and is never pending")
{
	begin();
	put(PRIORITY, 7);
	expect_eq(get(PRIORITY), 0);
	expect_eq(get(PENDING) & 1, 0);
}

CASE(source_zero_enable, "the enable bit of source 0 is hardwired to zero (chapter 6)")
{
	begin();
	put(ENABLE + context * ENABLE_STRIDE, 1);
	expect_eq(get(ENABLE + context * ENABLE_STRIDE) & 1, 0);
	enable(context, false);
}

/* ---- completion, and who is interrupted ---- */

CASE(complete_disabled,
     "the completion of a source that the context does not enable is ignored (chapter 9)")
{
	begin();
	raise(true);
	insist_eq(claim(), source);
	enable(context, false);
	complete(source);
	enable(context, true);
	raise(false);
	raise(true);
	expect_eq(interrupts(), false);
	expect_eq(claim(), 0);
	raise(false);
	complete(source);
}

static void look(void *pending)
{
	*(bool *)pending = interrupts();
}

CASE(other_hart, "a source that only another hart's context enables interrupts that hart")
{
	bool there = false;

	require(other_context >= 0);
	begin();
	enable(context, false);
	put(THRESHOLD + other_context * CONTEXT_STRIDE, 0);
	enable(other_context, true);
	raise(true);
	expect_eq(interrupts(), false);
	on_cpu(1, look, &there);
	expect_eq(there, true);
	expect_eq(claim(), 0);
	expect_eq(get(CLAIM + other_context * CONTEXT_STRIDE), source);
	on_cpu(1, look, &there);
	expect_eq(there, false);
	raise(false);
	put(CLAIM + other_context * CONTEXT_STRIDE, source);
	enable(other_context, false);
}

/* ---- two sources: the alarm of the Goldfish clock is the second, by level as well ---- */

#define RTC_ALARM_LOW	0x08
#define RTC_ALARM_HIGH	0x0c
#define RTC_IRQ_ENABLED	0x10
#define RTC_CLEAR_IRQ	0x1c

static volatile u8 *rtc;
static u32 rtc_source;

/* An alarm at a time that is over rings at once. */
static void rtc_raise(bool on)
{
	writel(on, rtc + RTC_IRQ_ENABLED);
	if (!on)
		writel(1, rtc + RTC_CLEAR_IRQ);
	writel(0, rtc + RTC_ALARM_HIGH);
	if (on)
		writel(1, rtc + RTC_ALARM_LOW);
}

static bool find_rtc(void)
{
	int node = fdt_find_compatible(&machine_fdt, FDT_NONE, "google,goldfish-rtc");
	u64 address, size;

	if (node == FDT_NONE || !fdt_reg(&machine_fdt, node, 0, &address, &size))
		return false;
	rtc = (volatile u8 *)address;
	rtc_source = fdt_number(&machine_fdt, node, "interrupts", 0);
	return rtc_source != 0;
}

static void expect_order(u32 uart_priority, u32 rtc_priority, u32 first)
{
	const u32 rtc_enables = ENABLE + context * ENABLE_STRIDE + rtc_source / 32 * 4;

	begin();
	put(PRIORITY + source * 4, uart_priority);
	put(PRIORITY + rtc_source * 4, rtc_priority);
	put(rtc_enables, get(rtc_enables) | 1u << rtc_source % 32);
	rtc_raise(true);
	raise(true);
	expect_eq(claim(), first);
	expect_eq(interrupts(), true);
	expect_eq(claim(), source + rtc_source - first);
	expect_eq(interrupts(), false);
	expect_eq(claim(), 0);
	raise(false);
	rtc_raise(false);
	complete(source);
	complete(rtc_source);
	put(PRIORITY + rtc_source * 4, 0);
	put(rtc_enables, 0);
}

CASE(order, "of two sources the one of higher priority is claimed first, of equals the lower "
	    "number (chapter 4)")
{
	require_msg(find_rtc(), "there is no clock to be the second source");
	expect_order(1, 1, MIN(source, rtc_source));
	expect_order(7, 7, MIN(source, rtc_source));
	expect_order(1, 2, rtc_source);
	expect_order(2, 1, source);
	expect_order(3, 7, rtc_source);
}

CASE(order_threshold, "the threshold holds back the one at or below it, not the other")
{
	u32 rtc_enables;

	require_msg(find_rtc(), "there is no clock to be the second source");
	rtc_enables = ENABLE + context * ENABLE_STRIDE + rtc_source / 32 * 4;
	begin();
	put(THRESHOLD + context * CONTEXT_STRIDE, 2);
	put(PRIORITY + source * 4, 2);
	put(PRIORITY + rtc_source * 4, 3);
	put(rtc_enables, get(rtc_enables) | 1u << rtc_source % 32);
	raise(true);
	expect_eq(interrupts(), false);
	rtc_raise(true);
	expect_eq(interrupts(), true);
	expect_eq(claim(), rtc_source);
	expect_eq(interrupts(), false);
	rtc_raise(false);
	complete(rtc_source);
	put(PRIORITY + rtc_source * 4, 0);
	put(rtc_enables, 0);
	put(THRESHOLD + context * CONTEXT_STRIDE, 0);
	raise(false);
	claim();
	complete(source);
}
