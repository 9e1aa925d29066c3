/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interrupt of the MC146818, line 8 of the I/O APIC and of the PICs: the line is IRQF (data sheet, register C), so it
 * stays active until C is read. Update, alarm and periodic interrupts by both.
 */
#include "../apic_test.h"
#include "rtc_test.h"

#define LINE		8
#define VECTOR		0x61
#define PIC1		0x20
#define PIC2		0xa0
#define PIC_EOI		0x20
#define PIC_READ_IRR	0x0a
#define PIC_VECTOR_RTC	(PIC_VECTOR + LINE)

static volatile u8 last_c;
static volatile u32 read_c_at;		/* C is read by the interrupts from this one on */

static void read_flags(isr_regs_t *regs)
{
	if (event_count >= read_c_at)
		last_c = rtc_read(REG_C);
	note_interrupt(regs);
}

static void on_ioapic(isr_regs_t *regs)
{
	read_flags(regs);
	eoi();
}

static void on_pic(isr_regs_t *regs)
{
	read_flags(regs);
	outb(PIC_EOI, PIC2);
	outb(PIC_EOI, PIC1);
}

static void by_ioapic(enum trigger_mode mode, u32 from)
{
	use_xapic();
	read_c_at = from;
	expect_interrupts(VECTOR, on_ioapic);
	ioapic_set_redir(LINE, VECTOR, mode);
}

static void by_pic(u32 from)
{
	use_xapic();
	set_mask(LINE, 1);
	read_c_at = from;
	expect_interrupts(PIC_VECTOR_RTC, on_pic);
	apic_write(APIC_LVT0, APIC_DM_EXTINT);
	outb((u8)~1, PIC2 + 1);
	outb((u8)~4, PIC1 + 1);
}

static bool wait_long(u32 n)
{
	struct patience patience = { 0 };

	while (!wait_interrupts(n))
		if (patience_over(&patience, RTC_PATIENCE))
			return false;
	return true;
}

/* Two interrupts of a kind, the flags that came with them, and none when it is disabled. */
static void expect_kind(u8 vector, u8 enable, u8 flags)
{
	u32 n;

	rtc_write(HOURS_ALARM, DONT_CARE);
	rtc_write(MINUTES_ALARM, DONT_CARE);
	rtc_write(SECONDS_ALARM, DONT_CARE);
	rtc_read(REG_C);
	rtc_write(REG_A, A_RUN | (enable == B_PIE ? 8 : 0));
	rtc_write(REG_B, enable | B_24H);
	expect(wait_long(2));
	expect_eq(last_c & (C_IRQF | flags), C_IRQF | flags);
	expect_eq(events[0], vector);
	expect_eq(events[1], vector);
	rtc_write(REG_B, B_24H);
	rtc_read(REG_C);
	n = drain();
	for (u64 begin = 0; !second_over(&begin);)
		drain();
	expect_eq(event_count, n);
	set_mask(LINE, 1);
}

#define KIND(name, text, enable, flags)								\
	CASE(ioapic_##name, text " interrupts by the I/O APIC, and none once they are disabled")	\
	{											\
		by_ioapic(TRIGGER_EDGE, 0);							\
		expect_kind(VECTOR, enable, flags);						\
	}											\
	CASE(pic_##name, text " interrupts by the PICs, and none once they are disabled")		\
	{											\
		by_pic(0);									\
		expect_kind(PIC_VECTOR_RTC, enable, flags);					\
	}
KIND(update, "update", B_UIE, C_UF)
KIND(alarm, "alarm", B_AIE, C_AF)
KIND(periodic, "periodic", B_PIE, C_PF)

/* Periodic interrupts, fast. */
static void start_periodic(void)
{
	rtc_read(REG_C);
	rtc_write(REG_A, A_RUN | 6);
	rtc_write(REG_B, B_PIE | B_24H);
}

CASE(edge_unread, "by edge: no second interrupt until C is read, since the line does not fall")
{
	by_ioapic(TRIGGER_EDGE, 1);
	start_periodic();
	expect(wait_long(1));
	for (u64 begin = 0; !second_over(&begin);)
		drain();
	expect_eq(event_count, 1);
	expect_eq(rtc_read(REG_C) & (C_IRQF | C_PF), C_IRQF | C_PF);
	expect(wait_long(3));
	set_mask(LINE, 1);
}

CASE(level_unread, "by level: interrupt after interrupt until C is read")
{
	by_ioapic(TRIGGER_LEVEL, 3);
	rtc_read(REG_C);
	rtc_write(REG_B, B_UIE | B_24H);
	/* One update makes four: the fourth reads C. A busy host may see a further one. */
	expect(wait_long(4));
	expect_eq(last_c, C_IRQF | C_UF);
	set_mask(LINE, 1);
}

CASE(masked_level, "IRQF while the line is masked waits for the mask; if C is read before, nothing comes")
{
	by_ioapic(TRIGGER_LEVEL, 0);
	set_mask(LINE, 1);
	for (int read = 1; read >= 0; read--) {
		event_count = 0;
		rtc_write(REG_B, B_UIE | B_24H);
		for (u64 begin = 0; !second_over(&begin);)
			drain();
		expect_eq(event_count, 0);
		/* No further second counts. */
		rtc_write(REG_A, A_RESET);
		if (read)
			expect_eq(rtc_read(REG_C), C_IRQF | C_UF);
		set_mask(LINE, 0);
		expect_eq(read ? drain() : wait_long(1), !read);
		set_mask(LINE, 1);
		rtc_read(REG_C);
		rtc_write(REG_A, A_RUN);
	}
}

CASE(enable_interrupts, "UIE set behind the update makes the interrupt at once")
{
	by_ioapic(TRIGGER_EDGE, 0);
	for (u64 begin = 0; !second_over(&begin);)
		pause();
	rtc_write(REG_A, A_RESET);
	rtc_write(REG_B, B_UIE | B_24H);
	expect(wait_long(1));
	expect_eq(last_c, C_IRQF | C_UF);
	set_mask(LINE, 1);
}

CASE(pic_request, "the PIC shows the request while the line is masked there")
{
	by_pic(0);
	mask_pic_interrupts();
	rtc_read(REG_C);
	rtc_write(REG_B, B_UIE | B_24H);
	for (u64 begin = 0; !second_over(&begin);)
		pause();
	rtc_write(REG_A, A_RESET);
	outb(PIC_READ_IRR, PIC2);
	expect_eq(inb(PIC2) & 1, 1);
	expect_eq(rtc_read(REG_C), C_IRQF | C_UF);
}
