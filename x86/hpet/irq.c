/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See irq.h. The 8254 and the RTC share lines 2 and 8 with the HPET, so they are silenced (data
 * sheets 231164, MC146818).
 */
#include "../apic_test.h"
#include "irq.h"
#include "x86/rtc.h"

#define FIRST_PCI_LINE	16
#define LINES		24

#define PIC1		0x20
#define PIC2		0xa0
#define PIC_EOI		0x20
#define PIC_CASCADE	4

#define PIT_COUNTER0	0x40
#define PIT_COUNTER2	0x42
#define PIT_CONTROL	0x43
#define PIT_LINE	2
#define MODE0(counter)	(0x30 | (counter) << 6)		/* low byte, high byte */
#define MODE2(counter)	(0x34 | (counter) << 6)
#define MODE5(counter)	(0x3a | (counter) << 6)
#define PORT_B		0x61
#define GATE2		1
#define SPEAKER		2
#define OUT2		0x20

#define RTC_B		0x0b
#define RTC_B_24H	0x02
#define RTC_C		0x0c

struct irq irqs[MAX_IRQS];
volatile u32 irq_count, ack_from;
unsigned int irq_timers;
bool irq_legacy;
static u8 timer_of[256];
static u8 lines[MAX_TIMERS];

static void note(isr_regs_t *regs)
{
	unsigned int timer = timer_of[regs->vector];

	if (irq_count < MAX_IRQS) {
		struct irq *irq = &irqs[irq_count];

		irq->vector = regs->vector;
		irq->counter = hpet_counter();
		irq->comparator = hpet_read(TIMER_COMPARATOR(timer));
		irq->status = hpet_read(STATUS);
	} else {
		set_mask(lines[timer], 1);	/* a level that nobody lowers */
	}
	/* A timer by edge must not be acknowledged (2.3.6). */
	if (irq_count >= ack_from && (hpet_read(TIMER_CONFIG(timer)) & LEVEL))
		hpet_write(STATUS, 1u << timer);
	irq_count++;
	if (regs->vector >= PIC_VECTOR + 8 && regs->vector < PIC_VECTOR + 16)
		outb(PIC_EOI, PIC2);
	if (regs->vector >= PIC_VECTOR && regs->vector < PIC_VECTOR + 16)
		outb(PIC_EOI, PIC1);
	else
		eoi();
}

void irq_handle(unsigned int vector, unsigned int timer)
{
	timer_of[vector] = timer;
	handle_irq(vector, note);
}

static void pit_program(u8 control, u16 count)
{
	outb(control, PIT_CONTROL);
	outb(count & 0xff, PIT_COUNTER0);
	outb(count >> 8, PIT_COUNTER0);
}

/*
 * First mode 5, which nothing triggers, while the line is masked: ticks of an earlier mode are
 * over. Then one shot of mode 0, whose interrupt is awaited: behind it the output is high for ever.
 * A control word alone would leave an edge to come. The gate of counter 2 is opened before: a write
 * to its port has QEMU load the counters of KVM's 8254 anew, and the shot would come again.
 */
static void silence_pit(void)
{
	outb((inb(PORT_B) & ~(GATE2 | SPEAKER)) | GATE2, PORT_B);
	pit_program(MODE5(0), 1);
	drain();
	expect_interrupts(IRQ_VECTOR(0), note_and_eoi);
	ioapic_set_redir(PIT_LINE, IRQ_VECTOR(0), TRIGGER_EDGE);
	pit_program(MODE0(0), 1);
	wait_interrupts(1);
	set_mask(PIT_LINE, 1);
	drain();
}

static void silence_rtc(void)
{
	rtc_write(RTC_B, RTC_B_24H);
	rtc_read(RTC_C);
}

static void mask_all(void)
{
	cli();
	mask_pic_interrupts();
	for (unsigned int line = 0; line < LINES; line++)
		ioapic_write_reg(0x10 + 2 * line, 1u << 16);
}

/* The nth line of those, counted again from the first where there are fewer. */
static u8 nth_line(u32 mask, unsigned int n)
{
	u32 left = mask;

	for (; n; n--) {
		left &= left - 1;
		left = left ? left : mask;
	}
	return __builtin_ctz(left);
}

static void choose_lines(void)
{
	irq_legacy = false;
	for (irq_timers = 0; irq_timers < hpet_timers; irq_timers++) {
		u32 can = hpet_read(TIMER_CONFIG(irq_timers) + UPPER) & 0xff0000;

		if (!can)
			break;
		lines[irq_timers] = nth_line(can, irq_timers);
	}
	if (!irq_timers && hpet_timers >= 2 && (hpet_read(CAPABILITY) & CAP_LEGACY)) {
		irq_legacy = true;
		irq_timers = 2;
		lines[0] = 2;
		lines[1] = 8;
	}
}

void irq_prepare(unsigned int timers)
{
	choose_lines();
	require_msg(irq_timers >= timers, "%u timers have a line of their own, not %u", irq_timers,
		    timers);
	case_at_end(mask_all);
	use_xapic();
	mask_all();
	silence_rtc();
	silence_pit();
	for (unsigned int i = 0; i < irq_timers; i++)
		irq_handle(IRQ_VECTOR(i), i);
	irq_count = 0;
	ack_from = 0;
}

unsigned int irq_line(unsigned int timer)
{
	return lines[timer];
}

void irq_set(unsigned int timer, u32 bits, u64 comparator)
{
	hpet_write(TIMER_CONFIG(timer), bits | (irq_legacy ? 0 : ROUTE((u32)lines[timer])));
	hpet_write(TIMER_COMPARATOR(timer), comparator);
	if (!(bits & MODE_32BIT))
		hpet_write(TIMER_COMPARATOR(timer) + UPPER, comparator >> 32);
}

void irq_off(unsigned int timer)
{
	hpet_halt();
	set_mask(lines[timer], 1);
	if (hpet_read(TIMER_CONFIG(timer)) & LEVEL)
		hpet_write(STATUS, 1u << timer);
	hpet_write(TIMER_CONFIG(timer), 0);
	hpet_write_pair(TIMER_COMPARATOR(timer), ~0ull);
}

void irq_listen(unsigned int timer, enum trigger_mode mode)
{
	ioapic_set_redir(lines[timer], IRQ_VECTOR(timer), mode);
}

void irq_go(void)
{
	hpet_run(irq_legacy ? LEGACY : 0);
}

bool irq_wait(u32 n)
{
	struct patience patience = { 0 };

	sti();
	while (irq_count < n && !patience_over(&patience, HPET_PATIENCE))
		pause();
	cli();
	return irq_count >= n;
}

u32 irq_drain(void)
{
	drain();
	return irq_count;
}

void sentinel_set(unsigned int timer, u64 comparator)
{
	set_mask(lines[timer], 1);
	irq_set(timer, LEVEL | INTERRUPTS, comparator);
}

u32 sentinel_pass(unsigned int timer)
{
	if (!hpet_wait_status(timer))
		return NEVER;
	hpet_write(STATUS, 1u << timer);
	return irq_drain();
}

void pic_listen(unsigned int line)
{
	mask_all();
	apic_write(APIC_LVT0, APIC_DM_EXTINT);
	outb(line < 8 ? 0xff : (u8)~(1u << (line - 8)), PIC2 + 1);
	outb(line < 8 ? (u8)~(1u << line) : (u8)~PIC_CASCADE, PIC1 + 1);
}

void pit_periodic(void)
{
	pit_program(MODE2(0), 1193);
}

void pit_pass(void)
{
	u64 begin = rdtsc();

	outb(MODE0(2), PIT_CONTROL);
	outb(0xff, PIT_COUNTER2);
	outb(0xff, PIT_COUNTER2);
	while (!(inb(PORT_B) & OUT2) && rdtsc() - begin < WAIT_TICKS)
		pause();
}
