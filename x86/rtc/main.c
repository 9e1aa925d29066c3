/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The MC146818's registers as storage: which bits of A to D hold what is written, and the battery-backed RAM around them
 * (data sheet, "Registers", "RAM"). The time itself: time.c, rollover.c; flags: flags.c; interrupts: interrupts.c.
 */
#include "rtc_test.h"

CASE(d_valid, "register D: the valid bit, and 0 in the seven others")
{
	expect_eq(rtc_read(REG_D), D_VALID);
	/* It is no flag that goes when it is read. */
	expect_eq(rtc_read(REG_D), D_VALID);
}

CASE(d_read_only, "register D ignores writes")
{
	static const u8 values[] = { 0x00, 0x80, 0x7f, 0xff };

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		rtc_write(REG_D, values[i]);
		expect_eq_msg(rtc_read(REG_D), D_VALID, "after a write of %#x", values[i]);
	}
}

CASE(c_read_only, "register C ignores writes: they neither set nor clear a flag")
{
	u8 format = rtc_read(REG_B);

	expect(wait_flags(C_UF));
	rtc_write(REG_B, format | B_SET);
	rtc_read(REG_C);
	rtc_write(REG_C, 0xff);
	expect_eq(rtc_read(REG_C), 0);
}

CASE(c_write_keeps, "a write of 0 to register C leaves its flags")
{
	u8 flags = 0;

	/* Don't read it meanwhile: that would clear it. The next second is over for sure. */
	for (u64 begin = 0; !second_over(&begin);)
		pause();
	rtc_write(REG_B, B_SET | B_24H);
	rtc_write(REG_C, 0);
	flags = rtc_read(REG_C);
	expect_eq(flags & (C_UF | C_AF), C_UF);
}

CASE(a_rate, "register A holds every rate; UIP cannot be written")
{
	rtc_write(REG_B, B_SET | B_24H);
	for (u8 rate = 0; rate <= A_RATE; rate++) {
		rtc_write(REG_A, A_UIP | A_RUN | rate);
		expect_eq(rtc_read(REG_A), A_RUN | rate);
	}
}

CASE(a_divider, "register A holds every setting of the divider")
{
	rtc_write(REG_B, B_SET | B_24H);
	for (u8 divider = 0; divider <= A_DIVIDER; divider += 0x10) {
		rtc_write(REG_A, divider | 5);
		expect_eq(rtc_read(REG_A), divider | 5);
	}
}

CASE(b_holds, "register B holds all its bits, with SET, but for UIE")
{
	for (u32 value = B_SET; value < 0x100; value++) {
		rtc_write(REG_B, value);
		expect_eq_msg(rtc_read(REG_B), value & ~B_UIE, "written %#x", (unsigned int)value);
	}
}

CASE(b_holds_running, "register B holds all its bits, without SET")
{
	for (u32 value = 0; value < B_SET; value++) {
		rtc_write(REG_B, value);
		expect_eq_msg(rtc_read(REG_B), value, "written %#x", (unsigned int)value);
	}
}

CASE(set_clears_uie, "SET clears UIE, and leaves PIE and AIE; UIE does not come back when SET goes")
{
	rtc_write(REG_B, B_PIE | B_AIE | B_UIE | B_24H);
	expect_eq(rtc_read(REG_B), B_PIE | B_AIE | B_UIE | B_24H);
	rtc_write(REG_B, B_SET | B_PIE | B_AIE | B_UIE | B_24H);
	expect_eq(rtc_read(REG_B), B_SET | B_PIE | B_AIE | B_24H);
	rtc_write(REG_B, rtc_read(REG_B) & ~B_SET);
	expect_eq(rtc_read(REG_B), B_PIE | B_AIE | B_24H);
}

CASE(index_stays, "the index stays where it was: data can be read and written again and again")
{
	u8 old = rtc_read(NVRAM + 0x30);

	for (u32 value = 0; value < 0x100; value += 0x33) {
		outb(value, RTC_DATA);
		expect_eq(inb(RTC_DATA), value);
		expect_eq(inb(RTC_DATA), value);
	}
	outb(old, RTC_DATA);
}

CASE(index_nmi, "bit 7 of the index port gates NMIs: it is not part of the index")
{
	u8 old = rtc_read(NVRAM + 0x30);

	rtc_write(INDEX_NO_NMI | (NVRAM + 0x30), 0x5a);
	expect_eq(rtc_read(NVRAM + 0x30), 0x5a);
	rtc_write(NVRAM + 0x30, 0xa5);
	expect_eq(rtc_read(INDEX_NO_NMI | (NVRAM + 0x30)), 0xa5);
	expect_eq(rtc_read(INDEX_NO_NMI | REG_D), D_VALID);
	rtc_write(NVRAM + 0x30, old);
}

/* Where the century is, the chip set knows. */
static bool is_ram(u8 index)
{
	return index != CENTURY && index != CENTURY_PS2;
}

CASE(nvram_bytes, "every byte of the RAM holds every bit, set and clear")
{
	for (u8 i = NVRAM; i < NVRAM_END; i++) {
		u8 old = rtc_read(i);

		for (u8 bit = 1; is_ram(i) && bit; bit <<= 1) {
			rtc_write(i, bit);
			expect_eq_msg(rtc_read(i), bit, "index %#x", i);
			rtc_write(i, ~bit);
			expect_eq_msg(rtc_read(i), (u8)~bit, "index %#x", i);
		}
		rtc_write(i, old);
	}
}

CASE(nvram_distinct, "no two bytes of the RAM are the same one, nor one of the clock")
{
	u8 old[NVRAM_END];

	for (u8 i = NVRAM; i < NVRAM_END; i++) {
		old[i] = rtc_read(i);
		if (is_ram(i))
			rtc_write(i, i ^ 0xa5);
	}
	expect_eq(rtc_read(REG_B), B_24H);
	expect_eq(rtc_read(REG_D), D_VALID);
	expect_eq(rtc_read(HOURS_ALARM), 0x23);
	for (u8 i = NVRAM; i < NVRAM_END; i++) {
		if (is_ram(i))
			expect_eq_msg(rtc_read(i), i ^ 0xa5, "index %#x", i);
		rtc_write(i, old[i]);
	}
}

CASE(alarm_holds, "the alarm registers hold every value, running or not")
{
	for (int set = 0; set < 2; set++) {
		rtc_write(REG_B, (set ? B_SET : 0) | B_24H);
		for (u32 value = 0; value < 0x100; value++) {
			rtc_write(SECONDS_ALARM, value);
			rtc_write(MINUTES_ALARM, value ^ 0xff);
			rtc_write(HOURS_ALARM, value ^ 0x55);
			expect_eq(rtc_read(SECONDS_ALARM), value);
			expect_eq(rtc_read(MINUTES_ALARM), value ^ 0xff);
			expect_eq(rtc_read(HOURS_ALARM), value ^ 0x55);
		}
	}
}

CASE(divider_keeps_alarm, "neither SET nor the divider touches alarms and RAM")
{
	u8 old = rtc_read(NVRAM + 0x40);

	rtc_write(NVRAM + 0x40, 0x3c);
	rtc_write(REG_B, B_SET | B_24H);
	rtc_write(REG_A, A_RESET);
	rtc_write(REG_A, A_RUN);
	rtc_write(REG_B, B_24H);
	expect_eq(rtc_read(NVRAM + 0x40), 0x3c);
	expect_eq(rtc_read(HOURS_ALARM), 0x23);
	expect_eq(rtc_read(MINUTES_ALARM), 0x58);
	expect_eq(rtc_read(SECONDS_ALARM), 0x57);
	rtc_write(NVRAM + 0x40, old);
}
