/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The I/O APIC (82093AA data sheet 290566, chapter 3): registers, read-only bits, and what its inputs do by edge and
 * by level, with pc-testdev's lines. Lines 3 to 15 are used: 0 is the timer's, 2 the cascade's. Destinations: msi.c.
 */
#include "apic_test.h"

#define FIRST_LINE	3
#define LAST_LINE	15
#define LINE		5
#define LINE2		10
#define LOW_VECTOR	0x51
#define HIGH_VECTOR	0x91

#define ID		0
#define ID_BITS		0x0f000000u
#define VERSION		1
#define TABLE		0x10
#define ENTRY_MASKED	(1u << 16)
/* Vector, modes, polarity, trigger mode, mask: all that can be written. */
#define ENTRY_WRITABLE	0x0001afffu
#define ENTRY_RESERVED	0xfffe0000u
#define DESTINATION	0xff000000u

static unsigned int last_entry(void)
{
	return ioapic_read_reg(VERSION) >> 16 & 0xff;
}

/* All masked, all lines low, nothing pending, xAPIC's IDs: 8 bits. */
static void prepare(void)
{
	use_xapic();
	for (unsigned int i = 0; i <= last_entry(); i++)
		ioapic_write_reg(TABLE + 2 * i, ENTRY_MASKED);
	for (unsigned int line = FIRST_LINE; line <= LAST_LINE; line++)
		set_irq_line(line, 0);
	drain();
	expect_interrupts(LOW_VECTOR, note_and_eoi);
	expect_interrupts(HIGH_VECTOR, note_and_eoi);
}

CASE(id, "the ID register holds bits 24 to 27")
{
	u32 id = ioapic_read_reg(ID);

	for (u32 value = 0; value < 16; value++) {
		ioapic_write_reg(ID, value << 24);
		expect_eq(ioapic_read_reg(ID) & ID_BITS, value << 24);
	}
	ioapic_write_reg(ID, id);
	expect_eq(ioapic_read_reg(ID), id);
}

CASE(version, "the version register: a version, 24 entries; it ignores writes")
{
	u32 version = ioapic_read_reg(VERSION);

	expect_eq(version >> 16 & 0xff, 23);
	expect_ne(version & 0xff, 0);
	ioapic_write_reg(VERSION, ~version);
	expect_eq(ioapic_read_reg(VERSION), version);
}

CASE(entries, "each entry holds what is written to its halves, but for the two status bits, which read 0")
{
	prepare();
	for (unsigned int i = 0; i <= last_entry(); i++) {
		ioapic_write_reg(TABLE + 2 * i, 0xffffffff);
		ioapic_write_reg(TABLE + 2 * i + 1, 0xffffffff);
		expect_eq_msg(ioapic_read_reg(TABLE + 2 * i) & ~ENTRY_RESERVED, ENTRY_WRITABLE, "entry %u", i);
		expect_eq_msg(ioapic_read_reg(TABLE + 2 * i + 1) & DESTINATION, DESTINATION, "entry %u", i);
		ioapic_write_reg(TABLE + 2 * i, ENTRY_MASKED | i);
		ioapic_write_reg(TABLE + 2 * i + 1, i << 24);
	}
	for (unsigned int i = 0; i <= last_entry(); i++) {
		expect_eq_msg(ioapic_read_reg(TABLE + 2 * i), ENTRY_MASKED | i, "entry %u", i);
		expect_eq_msg(ioapic_read_reg(TABLE + 2 * i + 1), i << 24, "entry %u", i);
	}
	prepare();
}

CASE(edge, "every line by edge: an interrupt when it rises, none while it is high or when it falls")
{
	prepare();
	for (unsigned int line = FIRST_LINE; line <= LAST_LINE; line++) {
		event_count = 0;
		ioapic_set_redir(line, LOW_VECTOR, TRIGGER_EDGE);
		set_irq_line(line, 1);
		expect_msg(wait_interrupts(1), "line %u", line);
		drain();
		set_irq_line(line, 0);
		drain();
		expect_eq_msg(event_count, 1, "line %u", line);
		set_irq_line(line, 1);
		expect_msg(wait_interrupts(2), "line %u", line);
		expect_eq_msg(ioapic_read_redir(line).remote_irr, 0, "line %u", line);
		set_irq_line(line, 0);
		set_mask(line, 1);
	}
}

CASE(edge_again, "a device that drives a high line high again makes no edge")
{
	prepare();
	ioapic_set_redir(LINE, LOW_VECTOR, TRIGGER_EDGE);
	set_irq_line(LINE, 1);
	expect(wait_interrupts(1));
	set_irq_line(LINE, 1);
	drain();
	expect_eq(event_count, 1);
	prepare();
}

static unsigned int level_line, irr_in_handler, tmr_in_handler;

/* Lets the line fall in the third interrupt. */
static void third_lowers(isr_regs_t *regs)
{
	irr_in_handler += ioapic_read_redir(level_line).remote_irr;
	tmr_in_handler += apic_read_bit(APIC_TMR, regs->vector);
	if (event_count == 2)
		set_irq_line(level_line, 0);
	note_and_eoi(regs);
}

CASE(level, "every line by level: remote IRR until the EOI, and another interrupt behind it while the line is high")
{
	prepare();
	for (level_line = FIRST_LINE; level_line <= LAST_LINE; level_line++) {
		irr_in_handler = tmr_in_handler = 0;
		expect_interrupts(LOW_VECTOR, third_lowers);
		ioapic_set_redir(level_line, LOW_VECTOR, TRIGGER_LEVEL);
		set_irq_line(level_line, 1);
		expect_msg(wait_interrupts(3), "line %u", level_line);
		drain();
		expect_eq_msg(event_count, 3, "line %u", level_line);
		expect_eq_msg(irr_in_handler, 3, "line %u", level_line);
		expect_eq_msg(tmr_in_handler, 3, "line %u", level_line);
		expect_eq_msg(ioapic_read_redir(level_line).remote_irr, 0, "line %u", level_line);
		set_irq_line(level_line, 0);
		set_mask(level_line, 1);
	}
}

CASE(masked_edge, "an edge while the entry is masked is lost")
{
	prepare();
	ioapic_set_redir(LINE, LOW_VECTOR, TRIGGER_EDGE);
	set_mask(LINE, 1);
	set_irq_line(LINE, 1);
	set_irq_line(LINE, 0);
	set_mask(LINE, 0);
	drain();
	expect_eq(event_count, 0);
	set_irq_line(LINE, 1);
	expect(wait_interrupts(1));
	prepare();
}

CASE(masked_level, "a level while the entry is masked waits: unmasked, it comes if the line is still high")
{
	prepare();
	level_line = LINE;
	expect_interrupts(LOW_VECTOR, third_lowers);
	ioapic_set_redir(LINE, LOW_VECTOR, TRIGGER_LEVEL);
	set_mask(LINE, 1);
	set_irq_line(LINE, 1);
	drain();
	expect_eq(event_count, 0);
	set_irq_line(LINE, 0);
	set_mask(LINE, 0);
	drain();
	expect_eq(event_count, 0);
	set_mask(LINE, 1);
	set_irq_line(LINE, 1);
	set_mask(LINE, 0);
	expect(wait_interrupts(3));
	prepare();
}

CASE(priority, "of two lines that wait the higher vector comes first, whichever rose first")
{
	for (int order = 0; order < 2; order++) {
		prepare();
		ioapic_set_redir(LINE, LOW_VECTOR, TRIGGER_EDGE);
		ioapic_set_redir(LINE2, HIGH_VECTOR, TRIGGER_EDGE);
		cli();
		set_irq_line(order ? LINE : LINE2, 1);
		set_irq_line(order ? LINE2 : LINE, 1);
		expect(wait_interrupts(2));
		expect_eq(events[0], HIGH_VECTOR);
		expect_eq(events[1], LOW_VECTOR);
	}
	prepare();
}

CASE(destination, "an entry whose destination is no CPU's ID delivers nothing")
{
	ioapic_redir_entry_t entry = { .vector = LOW_VECTOR, .dest_id = 0x7e };

	prepare();
	ioapic_write_redir(LINE, entry);
	set_irq_line(LINE, 1);
	drain();
	expect_eq(event_count, 0);
	set_irq_line(LINE, 0);
	entry.dest_id = apic_id();
	ioapic_write_redir(LINE, entry);
	set_irq_line(LINE, 1);
	expect(wait_interrupts(1));
	prepare();
}
