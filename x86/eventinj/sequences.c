/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Thousands of events while the pages of their delivery go: out of the TLB only, which nobody may
 * notice, or out of the page table, which costs one page fault. Random, with a fixed seed; each
 * event is counted, and so are the page faults (SDM volume 3, table 6-5 and section 4.10.4).
 */
#include "eventinj.h"

#define ROUNDS		1000

EVENT(ud, UD_VECTOR, 0, FAULT, "", "ud2", "");
EVENT(de, DE_VECTOR, 0, FAULT, "movl $1, %eax; xorl %ecx, %ecx", "divb %cl", "");
EVENT(gp, GP_VECTOR, 0xfff8, FAULT, "movl $0xfffb, %eax", "movl %eax, %es", "");
EVENT(int_n, 0x90, 0, TRAP, "", "int $0x90", "");
EVENT(bp, BP_VECTOR, 0, TRAP, "", "int3", "");
EVENT(irq, IRQ_VECTOR, 0, TRAP, "", "sti", "nop\n" WAIT_FOR_EVENT);

static u32 state;

static u32 pick(u32 n)
{
	state = state * 1664525 + 1013904223;
	return (state >> 16) % n;
}

static void flush(enum place place, unsigned int vector)
{
	if (place != NOWHERE)
		invlpg((void *)(place_address(place, vector) & -PAGE_SIZE));
}

/* One of those that both widths have. */
static enum place pick_place(void)
{
	static const enum place places[] = { STACK, IDT, GDT, CODE };

	return places[pick(ARRAY_SIZE(places))];
}

struct tally {
	u32 events, faults, wrong;
};

static void expect_tally(const struct tally *t, u32 events, u32 faults)
{
	expect_eq(t->events, events);
	expect_eq(t->faults, faults);
	expect_eq(t->wrong, 0);
}

/* One event at place, which is absent or only forgotten by the TLB. */
static void raise_at(struct tally *t, const struct event *e, enum place place, bool absent)
{
	int ring = 3 * pick(2);

	prepare(e->vector, place);
	if (e->class == TRAP)
		gate_of(e->vector)->dpl = 3;
	if (absent)
		hide(place);
	else
		flush(place, e->vector);
	raise_event(e, ring);
	t->events += arrived(e->vector);
	t->faults += arrived(PF_VECTOR);
	t->wrong += n_arrivals != 1 + absent || arrivals[absent].vector != e->vector ||
		    arrivals[absent].rip != (unsigned long)(e->class == FAULT ? e->at : e->next);
}

static void sequence(const struct event *const *events, u32 count)
{
	struct tally t = { 0 };
	u32 absent = 0;

	state = 1;
	for (u32 i = 0; i < ROUNDS; i++) {
		bool this = pick(2);

		absent += this;
		raise_at(&t, events[pick(count)], pick_place(), this);
	}
	restore();
	expect_tally(&t, ROUNDS, absent);
}

CASE(exceptions, "1000 exceptions, a page of each absent or out of the TLB: all come, each once")
{
	static const struct event *const events[] = { &ud, &de, &gp };

	sequence(events, ARRAY_SIZE(events));
}

CASE(software, "1000 software interrupts, the same")
{
	static const struct event *const events[] = { &int_n, &bp };

	sequence(events, ARRAY_SIZE(events));
}

static void send_and_open(enum place place, bool absent)
{
	prepare(IRQ_VECTOR, place);
	raise_closed = true;
	self_ipi(IRQ_VECTOR);
	wait_bit(APIC_IRR, IRQ_VECTOR, true);
	if (absent)
		hide(place);
	else
		flush(place, IRQ_VECTOR);
	raise_event(&irq, 0);
}

CASE(interrupts, "1000 self IPIs, a page of each out of the TLB: all come, each once, no #PF")
{
	struct tally t = { 0 };

	state = 2;
	for (u32 i = 0; i < ROUNDS; i++) {
		send_and_open(pick_place(), false);
		t.events += arrived(IRQ_VECTOR);
		t.faults += arrived(PF_VECTOR);
		t.wrong += n_arrivals != 1;
	}
	restore();
	expect_tally(&t, ROUNDS, 0);
}

CASE(interrupts_absent, "1000 self IPIs, some pages absent: each comes once, or stays in service")
{
	struct tally t = { 0 };
	u32 absent = 0;

	state = 3;
	for (u32 i = 0; i < ROUNDS; i++) {
		bool this = pick(2), in_service;

		absent += this;
		send_and_open(pick_place(), this);
		in_service = apic_read_bit(APIC_ISR, IRQ_VECTOR);
		if (in_service)
			eoi();
		t.events += arrived(IRQ_VECTOR) + in_service;
		t.faults += arrived(PF_VECTOR);
		t.wrong += in_service && !this;
	}
	restore();
	expect_tally(&t, ROUNDS, absent);
}

/* Two that pend together, the higher one first, each in its own class of priority. */
#define LOW	0x20
#define HIGH	0x3e

static u32 low, high, disorder;

static void on_low(isr_regs_t *regs)
{
	low++;
	disorder += high < low;
	eoi();
}

static void on_high(isr_regs_t *regs)
{
	high++;
	disorder += high != low + 1;
	eoi();
}

CASE(pairs, "1000 pairs of vectors 32 and 62, all pages out of the TLB: 62, then 32, each once")
{
	low = high = disorder = 0;
	state = 4;
	handle_irq(LOW, on_low);
	handle_irq(HIGH, on_high);
	for (u32 i = 1; i <= ROUNDS; i++) {
		bool low_first = pick(2);

		self_ipi(low_first ? LOW : HIGH);
		self_ipi(low_first ? HIGH : LOW);
		wait_bit(APIC_IRR, LOW, true);
		write_cr3(read_cr3());
		sti_nop();
		for (u64 start = rdtsc(); low < i && rdtsc() - start < WAIT_TICKS;)
			pause();
		cli();
		if (low != i)
			break;
	}
	expect_eq(high, ROUNDS);
	expect_eq(low, ROUNDS);
	expect_eq(disorder, 0);
}
