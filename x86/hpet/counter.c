/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The HPET's main counter (IA-PC HPET specification 1.0a, 2.3.5 ENABLE_CNF, 2.3.7): it stands while
 * it is halted and holds what is written then; running, no two readings are the same. Its rate is
 * compared with the ACPI PM timer's (ACPI 6.4, section 4.8.2.1), by readings of which one encloses
 * the other: a busy host makes no difference.
 */
#include "hpet_test.h"
#include "acpi.h"

#define READINGS	2000

#define PM_HZ		3579545u
#define PM_MASK		0xffffffu
#define PM_SPAN		(PM_HZ / 50)
#define FS_PER_PM_TICK	279365114ull

CASE(halted, "halted, it stands at what was written")
{
	hpet_set_counter(0x123456789abull);
	for (int i = 0; i < READINGS; i++)
		insist_eq(hpet_read_pair(COUNTER), 0x123456789abull);
}

CASE(halts, "it stops where it is halted, not before what was read, and stands")
{
	u64 last, stopped;

	hpet_run(0);
	last = hpet_counter();
	hpet_halt();
	stopped = hpet_counter();
	expect_gt(stopped, last);
	for (int i = 0; i < READINGS; i++)
		insist_eq(hpet_counter(), stopped);
}

CASE(halted_holds, "halted, it holds every bit")
{
	for (int bit = 0; bit < 64; bit++) {
		if (bit == 32 && !(hpet_read(CAPABILITY) & CAP_64BIT))
			break;
		hpet_set_counter(1ull << bit);
		expect_eq(hpet_read_pair(COUNTER), 1ull << bit);
	}
}

CASE(goes_on, "it goes on from where it was halted, or from what was written then")
{
	u64 stopped, now;

	require(hpet_read(CAPABILITY) & CAP_64BIT);
	hpet_set_counter(0x700000000ull);
	hpet_run(0);
	now = hpet_counter();
	expect_gt(now, 0x700000000ull);
	expect_lt(now, 0x800000000ull);
	hpet_halt();
	stopped = hpet_counter();
	hpet_run(0);
	expect_gt(hpet_counter(), stopped);
	hpet_set_counter(0x100000000ull);
	hpet_run(0);
	expect_eq(hpet_counter() >> 32, 1);
}

CASE(increases, "running, each reading is larger than the last one")
{
	u32 last;

	hpet_run(0);
	last = hpet_read(COUNTER);
	for (int i = 0; i < READINGS; i++) {
		u32 now = hpet_read(COUNTER);

		insist(now > last);
		last = now;
	}
}

CASE(carry, "the lower half carries into the upper one, and is never ahead of it")
{
	u64 begin = 0x100000000ull - hpet_ticks(500), last = begin, now;
	struct patience patience = { 0 };

	require(hpet_read(CAPABILITY) & CAP_64BIT);
	hpet_set_counter(begin);
	hpet_run(0);
	do {
		now = hpet_counter();
		insist(now > last);
		last = now;
		insist(!patience_over(&patience, HPET_PATIENCE));
	} while (now >> 32 == 0);
	expect_eq(now >> 32, 1);
}

CASE(goes_on_high, "it goes on from a large value, too")
{
	require(hpet_read(CAPABILITY) & CAP_64BIT);
	hpet_set_counter(0xf000000000000000ull);
	hpet_run(0);
	expect_eq(hpet_counter() >> 32, 0xf0000000);
}

CASE(wrap, "behind its largest value it goes on from 0")
{
	u64 first = 0ull - hpet_ticks(500), last = first, now;
	struct patience patience = { 0 };

	require(hpet_read(CAPABILITY) & CAP_64BIT);
	hpet_set_counter(first);
	insist_eq(hpet_counter(), first);
	hpet_run(0);
	for (now = hpet_counter(); now >= first; now = hpet_counter()) {
		insist(now > last);
		last = now;
		insist(!patience_over(&patience, HPET_PATIENCE));
	}
	/* The upper half stays 0 for 43 seconds with 100 MHz: a vCPU is not away for so long. */
	expect_eq(now >> 32, 0);
}

/* The PM timer's port; 0 if there is none. */
static u16 pm_port(void)
{
	const struct acpi_table_fadt *fadt = find_acpi_table_addr(FACP_SIGNATURE);

	return fadt && !(fadt->flags & ACPI_FADT_HW_REDUCED) ? fadt->pm_tmr_blk : 0;
}

struct reading {
	u32 before, after;	/* of the PM timer */
	u64 counter;
};

static struct reading take(u16 port)
{
	struct reading r;

	r.before = inl(port);
	r.counter = hpet_counter();
	r.after = inl(port);
	return r;
}

CASE(rate, "it counts as fast as its period says, by the PM timer: within a percent")
{
	u16 port = pm_port();
	u64 period = hpet_read(CAPABILITY + UPPER), inner, outer, fs;
	struct patience patience = { 0 };
	struct reading first, last;

	require_msg(port, "there is no PM timer");
	hpet_run(0);
	first = take(port);
	do {
		last = take(port);
		insist(!patience_over(&patience, HPET_PATIENCE));
	} while (((last.before - first.after) & PM_MASK) < PM_SPAN);
	inner = (last.before - first.after) & PM_MASK;
	outer = (last.after - first.before) & PM_MASK;
	fs = (last.counter - first.counter) * period;
	expect_ge(fs, (inner - 1) * FS_PER_PM_TICK / 100 * 99);
	expect_le(fs, (outer + 1) * FS_PER_PM_TICK / 100 * 101);
	metric("rate", (last.counter - first.counter) * PM_HZ / inner, "Hz");
}
