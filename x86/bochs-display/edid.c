/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The EDID blob at the start of BAR 2 (VESA E-EDID, release A2, structure 1.4, section 3; the same
 * fields in 1.3): all that a guest reads of it, against the properties xres and yres.
 */
#include "display.h"

#define BLOCK		128
#define FIRST_TIMING	54	/* four descriptors of 18 bytes */
#define DESCRIPTOR	18
#define EXTENSIONS	126
#define TAG_NAME	0xfc
#define TAG_LIMITS	0xfd

static const u8 header[8] = { 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0 };
static u8 edid[EDID_SIZE];

static void read_blob(u8 *blob)
{
	for (u32 i = 0; i < EDID_SIZE; i++)
		blob[i] = peekb(regs + i);
}

static bool is_off(void)
{
	const char *value = getenv("EDID");

	return value && !strcmp(value, "off");
}

static void read_edid(void)
{
	require_msg(!is_off(), "the device was told to have no EDID");
	read_blob(edid);
	insist(!memcmp(edid, header, sizeof(header)));
}

CASE(edid_off, "with edid=off there is no EDID")
{
	require_msg(is_off(), "the device was not told to have no EDID");
	read_blob(edid);
	expect(memcmp(edid, header, sizeof(header)));
}

CASE(edid, "EDID: the header, version 1.3 or 1.4, and a checksum of 0 of each block (3.1)")
{
	require_msg(!is_off(), "the device was told to have no EDID");
	read_blob(edid);
	expect_mem(edid, header, sizeof(header));
	expect_eq(edid[18], 1);
	expect(edid[19] == 3 || edid[19] == 4);
	insist(edid[EXTENSIONS] < EDID_SIZE / BLOCK);
	for (int block = 0; block <= edid[EXTENSIONS]; block++) {
		u8 sum = 0;

		for (int i = 0; i < BLOCK; i++)
			sum += edid[block * BLOCK + i];
		expect_eq_msg(sum, 0, "block %d", block);
	}
}

CASE(edid_vendor,
     "EDID: three letters of five bits, a digital input, unused timings of 01 01 (3.4 to 3.9)")
{
	u16 vendor;

	read_edid();
	vendor = edid[8] << 8 | edid[9];
	expect_eq(vendor >> 15, 0);
	for (int shift = 0; shift < 15; shift += 5)
		expect_msg((vendor >> shift & 31) >= 1 && (vendor >> shift & 31) <= 26,
			   "vendor %#x, letter %d", vendor, shift / 5);
	expect_eq(edid[20] & 0x80, 0x80);
	/* Byte 0 of a standard timing is the width in 8 pixels less 31, and 0 is reserved. */
	for (int i = 38; i < 54; i += 2)
		expect_msg(edid[i] != 0, "standard timing %d: %#x %#x", (i - 38) / 2, edid[i],
			   edid[i + 1]);
}

/* ---- the preferred timing: section 3.10.2 ---- */

struct timing {
	u32 clock;			/* in 10 kHz */
	u16 active[2], blank[2], front[2], sync[2];	/* horizontal, vertical */
};

static struct timing decode(const u8 *d)
{
	return (struct timing){
		.clock = d[0] | d[1] << 8,
		.active = { d[2] | (d[4] & 0xf0) << 4, d[5] | (d[7] & 0xf0) << 4 },
		.blank = { d[3] | (d[4] & 0x0f) << 8, d[6] | (d[7] & 0x0f) << 8 },
		.front = { d[8] | (d[11] & 0xc0) << 2, d[10] >> 4 | (d[11] & 0x0c) << 2 },
		.sync = { d[9] | (d[11] & 0x30) << 4, (d[10] & 0x0f) | (d[11] & 0x03) << 4 },
	};
}

CASE(edid_size, "EDID: the preferred timing is of the size that the device was given")
{
	struct timing t;

	read_edid();
	require_msg(getenv("XRES") && getenv("YRES"), "the variables XRES and YRES are not set");
	t = decode(edid + FIRST_TIMING);
	expect_eq(t.active[0], env_number("XRES", 0));
	expect_eq(t.active[1], env_number("YRES", 0));
}

CASE(edid_timing, "EDID: the preferred timing: sync pulses within the blanking, a plausible rate")
{
	struct timing t;
	u64 total, mhz;

	read_edid();
	t = decode(edid + FIRST_TIMING);
	insist(t.clock);
	for (int way = 0; way < 2; way++) {
		expect_gt(t.blank[way], 0);
		expect_gt(t.sync[way], 0);
		expect_le(t.front[way] + t.sync[way], t.blank[way]);
	}
	total = (u64)(t.active[0] + t.blank[0]) * (t.active[1] + t.blank[1]);
	insist(total);
	mhz = t.clock * 10000000ull / total;
	expect_ge(mhz, 20000);
	expect_le(mhz, 400000);
	/* No interlace, no stereo. */
	expect_eq(edid[FIRST_TIMING + 17] & 0xe1, 0);
}

/* The descriptor with a tag, NULL if there is none. */
static const u8 *display_descriptor(u8 tag)
{
	for (int i = 0; i < 4; i++) {
		const u8 *d = edid + FIRST_TIMING + i * DESCRIPTOR;

		if (!d[0] && !d[1] && d[3] == tag)
			return d;
	}
	return NULL;
}

CASE(edid_descriptors,
     "EDID: the other three are timings or display descriptors of known kinds (3.10.3)")
{
	read_edid();
	for (int i = 1; i < 4; i++) {
		const u8 *d = edid + FIRST_TIMING + i * DESCRIPTOR;
		u8 tag = d[3];

		if (d[0] || d[1])
			continue;
		expect_eq_msg(d[2], 0, "descriptor %d", i);
		expect_msg(tag <= 0x10 || tag >= 0xf7, "descriptor %d has the tag %#x", i, tag);
		/* Only the range limits have offsets here, in 1.4. */
		if (tag != TAG_LIMITS)
			expect_eq_msg(d[4], 0, "descriptor %d", i);
	}
}

CASE(edid_name, "EDID: the name ends with a line feed, and blanks fill it (3.10.3.4)")
{
	const u8 *d;
	int end;

	read_edid();
	d = display_descriptor(TAG_NAME);
	require_msg(d, "EDID names no product");
	for (end = 5; end < DESCRIPTOR && d[end] != 0x0a; end++)
		expect_msg(d[end] >= 0x20 && d[end] < 0x7f, "byte %d is %#x", end, d[end]);
	expect_gt(end, 5);
	for (int i = end + 1; i < DESCRIPTOR; i++)
		expect_eq_msg(d[i], 0x20, "byte %d", i);
}

CASE(edid_limits, "EDID: the preferred timing is within the range limits (3.10.3.3)")
{
	const u8 *d;
	struct timing t;
	u64 khz, hz;

	read_edid();
	d = display_descriptor(TAG_LIMITS);
	require_msg(d, "EDID has no range limits");
	t = decode(edid + FIRST_TIMING);
	insist(t.clock);
	khz = t.clock * 10ull / (t.active[0] + t.blank[0]);
	hz = t.clock * 10000ull / ((u64)(t.active[0] + t.blank[0]) * (t.active[1] + t.blank[1]));
	expect_le(d[5] + (d[4] & 1 ? 255 : 0), hz);
	expect_ge(d[6] + (d[4] & 2 ? 255 : 0), hz);
	expect_le(d[7] + (d[4] & 4 ? 255 : 0), khz);
	expect_ge(d[8] + (d[4] & 8 ? 255 : 0), khz);
	expect_ge(d[9] * 1000ull, t.clock);
}

CASE(edid_read_only, "EDID: reads of 2 and 4 bytes are those bytes, and writes change none")
{
	static u8 before[EDID_SIZE], after[EDID_SIZE];

	read_blob(before);
	for (u32 i = 0; i < EDID_SIZE; i += 4) {
		u32 word = before[i] | before[i + 1] << 8 | before[i + 2] << 16 |
			   (u32)before[i + 3] << 24;

		expect_eq_msg(peekl(regs + i), word, "offset %#" PRIx32, i);
		expect_eq_msg(peekw(regs + i + 2), word >> 16, "offset %#" PRIx32, i);
		writel(~word, regs + i);
		writew((u16)~word, regs + i + 2);
		writeb((u8)~word, regs + i);
	}
	read_blob(after);
	expect_mem(after, before, EDID_SIZE);
}
