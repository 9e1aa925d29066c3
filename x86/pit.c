/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The 8254 (data sheet 231164), by its counter 2, whose gate and output are at port 0x61: control words and the read-back
 * command, outputs of all modes, counting, BCD, gate. Time is compared only where a slow machine cannot make a difference.
 */
#include "case.h"
#include "asm/io.h"
#include "x86/delay.h"
#include "x86/processor.h"

#define COUNTER2	0x42
#define CONTROL		0x43
#define PORT_B		0x61
#define GATE2		1
#define SPEAKER		2
#define OUT2		0x20

#define SELECT2		0x80
#define RW_LSB		0x10
#define RW_MSB		0x20
#define RW_BOTH		0x30
#define MODE(n)		((n) << 1)
#define BCD		1
#define LATCH		SELECT2
#define READ_STATUS	0xe8		/* read-back command: status, not count, of counter 2 */
#define READ_BOTH	0xc8
#define STATUS_OUT	0x80
#define STATUS_NULL	0x40

static void gate(bool on)
{
	outb((inb(PORT_B) & ~(GATE2 | SPEAKER)) | on, PORT_B);
}

static u8 status(void)
{
	outb(READ_STATUS, CONTROL);
	return inb(COUNTER2);
}

static bool out(void)
{
	return inb(PORT_B) & OUT2;
}

static void program(u8 control, u16 count)
{
	outb(SELECT2 | RW_BOTH | control, CONTROL);
	outb(count & 0xff, COUNTER2);
	outb(count >> 8, COUNTER2);
}

static u16 read_both(void)
{
	u8 low = inb(COUNTER2);

	return low | inb(COUNTER2) << 8;
}

static u16 latched(void)
{
	outb(LATCH, CONTROL);
	return read_both();
}

static bool wait_out(bool level)
{
	u64 begin = rdtsc();

	while (out() != level)
		if (rdtsc() - begin > WAIT_TICKS)
			return false;
	return true;
}

CASE(status, "the status of read-back tells access, mode and BCD of the control word")
{
	for (u8 mode = 0; mode < 6; mode++) {
		for (u8 rw = RW_LSB; rw <= RW_BOTH; rw += RW_LSB) {
			for (u8 bcd = 0; bcd < 2; bcd++) {
				u8 control = rw | MODE(mode) | bcd;

				outb(SELECT2 | control, CONTROL);
				expect_eq_msg(status() & 0x3f, control, "control word %#x", control);
			}
		}
	}
}

CASE(initial_output, "a control word makes the output low in mode 0, high in all others, at port 0x61 and in the status")
{
	gate(false);
	for (u8 mode = 0; mode < 6; mode++) {
		outb(SELECT2 | RW_BOTH | MODE(mode), CONTROL);
		expect_eq_msg(out(), mode != 0, "mode %u", mode);
		expect_eq_msg(status() & STATUS_OUT, mode ? STATUS_OUT : 0, "mode %u", mode);
	}
}

CASE(no_count, "behind a control word the null count bit is set: there is no count yet")
{
	outb(SELECT2 | RW_BOTH | MODE(2), CONTROL);
	expect_eq(status() & STATUS_NULL, STATUS_NULL);
}

CASE(null_count, "the null count bit clears when the count is loaded")
{
	u64 begin = rdtsc();

	gate(true);
	program(MODE(2), 0x1000);
	while ((status() & STATUS_NULL) && rdtsc() - begin < WAIT_TICKS)
		pause();
	expect_eq(status() & STATUS_NULL, 0);
}

CASE(mode0, "mode 0: the output rises when the count is over, and stays high")
{
	gate(true);
	program(MODE(0), 0x100);
	expect(wait_out(true));
	for (int i = 0; i < 100; i++)
		if (!out())
			break;
	expect_eq(out(), 1);
}

CASE(square_wave, "mode 3: the output goes up and down")
{
	gate(true);
	program(MODE(3), 0x1000);
	for (int i = 0; i < 3; i++) {
		expect(wait_out(false));
		expect(wait_out(true));
	}
}

CASE(mode1_waits, "mode 1: a count without an edge of the gate changes nothing, the edge starts it: low, high at its end")
{
	gate(false);
	program(MODE(1), 0);		/* 0x10000: 55 ms, for who does not wait to be seen */
	for (int i = 0; i < 1000; i++)
		if (!out())
			break;
	expect_eq(out(), 1);
	gate(true);
	expect(wait_out(true));
}

CASE(gate_stops, "mode 0 with the gate low: the count is loaded and stands, the output stays low")
{
	gate(false);
	program(MODE(0), 0x0200);
	delay(10000000);
	expect_eq(out(), 0);
	expect_eq(latched(), 0x0200);
	gate(true);
	expect(wait_out(true));
	gate(false);
}

CASE(counts, "mode 2: a latched count is never above the initial one, nor 0; latches follow each other down or round")
{
	u16 first, n;
	bool moved = false;
	u64 begin = rdtsc();

	gate(true);
	program(MODE(2), 0x8000);
	while ((status() & STATUS_NULL) && rdtsc() - begin < WAIT_TICKS)
		pause();
	first = latched();
	for (int i = 0; i < 1000; i++) {
		n = latched();
		moved |= n != first;
		if (!expect_msg(n >= 1 && n <= 0x8000, "count %#x", n))
			break;
	}
	expect(moved);
}

CASE(latch_both, "read-back of status and count: the status is read first, then the count that was latched")
{
	u8 control = RW_BOTH | MODE(2);
	u16 count;

	gate(true);
	program(MODE(2), 0x0100);
	outb(READ_BOTH, CONTROL);
	expect_eq(inb(COUNTER2) & 0x3f, control);
	count = read_both();
	expect_msg(count <= 0x100, "count %#x", count);
	/* All was read: this is the status again. */
	expect_eq(status() & 0x3f, control);
	gate(false);
}

CASE(bcd, "BCD: no digit of a count is above 9")
{
	gate(true);
	program(MODE(2) | BCD, 0x9999);
	for (int i = 0; i < 300; i++) {
		u16 n = latched();
		bool digits = true;

		for (int d = 0; d < 16; d += 4)
			digits &= (n >> d & 15) <= 9;
		if (!expect_msg(digits, "count %#x", n))
			break;
	}
	gate(false);
}

CASE(half_access, "a count of its low byte only has a high byte of 0")
{
	u64 begin = rdtsc();

	gate(true);
	outb(SELECT2 | RW_LSB | MODE(2), CONTROL);
	outb(0x40, COUNTER2);
	while ((status() & STATUS_NULL) && rdtsc() - begin < WAIT_TICKS)
		pause();
	for (int i = 0; i < 100; i++) {
		u8 n;

		outb(LATCH, CONTROL);
		n = inb(COUNTER2);
		if (!expect_msg(n >= 1 && n <= 0x40, "count %#x", n))
			break;
	}
	gate(false);
}
