/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pl031: the real-time clock (DDI 0224, chapter 3): its identity, that it counts seconds and can be
 * set, and the match interrupt with its raw state, mask and clear. The device tree says where it is
 * and which interrupt it has.
 */
#include "case.h"
#include "patience.h"
#include "platform.h"
#include "asm/gic.h"
#include "asm/io.h"
#include "asm/processor.h"

#define RTCDR	0x00
#define RTCMR	0x04
#define RTCLR	0x08
#define RTCCR	0x0c
#define RTCIMSC	0x10
#define RTCRIS	0x14
#define RTCMIS	0x18
#define RTCICR	0x1c
#define ID	0xfe0

static char *rtc;
static int irq;

static u32 get(u32 offset)
{
	return readl(rtc + offset);
}

static void set(u32 offset, u32 value)
{
	writel(value, rtc + offset);
}

void case_setup(void)
{
	int node = fdt_find_compatible(&platform.fdt, FDT_NONE, "arm,pl031");
	u64 address, size;

	require_msg(node != FDT_NONE && fdt_reg(&platform.fdt, node, 0, &address, &size),
		    "no PL031");
	rtc = ioremap(address, size);
	irq = platform_interrupt(node, 0);
	set(RTCIMSC, 0);
	set(RTCICR, 1);
	set(RTCCR, 1);
}

CASE(identity,
     "RTCPeriphID is 0x..041031, RTCPCellID 0xb105f00d; the upper bytes of each register are zero")
{
	static const u8 cell[] = { 0x0d, 0xf0, 0x05, 0xb1 };

	expect_eq(get(ID), 0x31);
	expect_eq(get(ID + 4), 0x10);
	/* Revision above the designer's high bits. */
	expect_eq(get(ID + 8) & ~0xf0u, 0x04);
	expect_eq(get(ID + 12), 0);
	for (u32 i = 0; i < 4; i++)
		expect_eq_msg(get(ID + 16 + 4 * i), cell[i], "RTCPCellID%" PRIu32, i);
}

CASE(load, "RTCLR sets the time at once and reads back; RTCDR cannot be written, the time goes on")
{
	static const u32 times[] = { 0, 1000000000, 0x7fffffff, 0xfffffff0 };
	u32 old = get(RTCDR);

	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		set(RTCLR, times[i]);
		expect_eq(get(RTCLR), times[i]);
		/* A busy host may let time pass: but not ten minutes. */
		expect_lt(get(RTCDR) - times[i], 600);
		set(RTCDR, 12345);
		expect_lt(get(RTCDR) - times[i], 600);
	}
	set(RTCLR, old);
	expect_eq(get(RTCCR), 1);
}

CASE(seconds,
     "the next second but one comes no earlier than a second behind a look before the last one")
{
	u64 now = get_cntvct(), before, after;
	u32 start = get(RTCDR);

	/* before: read before a look that still found the first second. */
	do {
		before = now;
		now = get_cntvct();
	} while (get(RTCDR) == start);
	start = get(RTCDR);
	for (struct patience p = { 0 }; get(RTCDR) == start && !patience_over(&p, 10);)
		cpu_relax();
	after = get_cntvct();
	expect_ge(get(RTCDR), start + 1);
	/* Two clocks may differ by a little. */
	expect_ge((after - before) * 100, 95ull * get_cntfrq());
}

/* A match that is surely still to come, in a second or so: however long we are interrupted. */
static u32 match_soon(void)
{
	u32 at;

	do {
		set(RTCICR, 1);
		at = get(RTCDR) + 1;
		set(RTCMR, at);
	} while ((s32)(at - get(RTCDR)) <= 0);
	return at;
}

static bool matches(void)
{
	for (struct patience p = { 0 }; !patience_over(&p, 10);)
		if (get(RTCRIS))
			return true;
	return false;
}

CASE(match,
     "RTCRIS is set when the time is RTCMR, not before; RTCIMSC masks RTCMIS, RTCICR clears both")
{
	u32 start = get(RTCDR), at;

	set(RTCMR, start + 0x10000);
	set(RTCICR, 1);
	expect_eq(get(RTCMR), start + 0x10000);
	expect_eq(get(RTCRIS), 0);
	at = match_soon();
	insist(matches());
	expect_ge(get(RTCDR), at);
	expect_eq(get(RTCRIS), 1);
	expect_eq(get(RTCMIS), 0);
	set(RTCIMSC, 1);
	expect_eq(get(RTCIMSC), 1);
	expect_eq(get(RTCMIS), 1);
	set(RTCICR, 0);
	expect_eq(get(RTCRIS), 1);
	set(RTCICR, 1);
	expect_eq(get(RTCRIS), 0);
	expect_eq(get(RTCMIS), 0);
	set(RTCIMSC, 0);
}

CASE(interrupt, "the interrupt is a level at the GIC that follows RTCMIS")
{
	require_msg(gic_init(), "no GIC");
	require_msg(irq >= 32, "the device tree says no interrupt");
	gic_enable_defaults();
	set(RTCICR, 1);
	set(RTCIMSC, 0);
	match_soon();
	insist(matches());
	expect(!gic_get_irq_bit(irq, GICD_ISPENDR));
	set(RTCIMSC, 1);
	expect(gic_get_irq_bit(irq, GICD_ISPENDR));
	set(RTCIMSC, 0);
	expect(!gic_get_irq_bit(irq, GICD_ISPENDR));
	set(RTCIMSC, 1);
	set(RTCICR, 1);
	expect(!gic_get_irq_bit(irq, GICD_ISPENDR));
	set(RTCIMSC, 0);
}
