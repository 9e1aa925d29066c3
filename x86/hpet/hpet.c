/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See hpet_test.h: finding the HPET by its ACPI table (HPET specification 1.0a, 3.2.4), and its
 * state between cases.
 */
#include "hpet_test.h"
#include "acpi.h"

#define FS_PER_US	1000000000ull

u8 *hpet_base;
u32 hpet_acpi_id;
unsigned int hpet_timers;
struct hpet_state hpet_reset_state;

u64 hpet_counter(void)
{
	u32 high, low;

	do {
		high = hpet_read(COUNTER + UPPER);
		low = hpet_read(COUNTER);
	} while (hpet_read(COUNTER + UPPER) != high);
	return (u64)high << 32 | low;
}

u32 hpet_ticks(u32 us)
{
	return us * FS_PER_US / hpet_read(CAPABILITY + UPPER);
}

void hpet_halt(void)
{
	hpet_write(CONFIG, hpet_read(CONFIG) & ~ENABLE);
}

void hpet_set_counter(u64 value)
{
	hpet_halt();
	hpet_write_pair(COUNTER, value);
}

void hpet_run(u32 modes)
{
	hpet_write(CONFIG, modes | ENABLE);
}

bool hpet_wait_counter(u64 value)
{
	struct patience patience = { 0 };

	while (hpet_counter() < value)
		if (patience_over(&patience, HPET_PATIENCE))
			return false;
	return true;
}

bool hpet_wait_status(unsigned int timer)
{
	struct patience patience = { 0 };

	while (!(hpet_read(STATUS) & 1u << timer))
		if (patience_over(&patience, HPET_PATIENCE))
			return false;
	return true;
}

/*
 * As after a reset. Level-triggered status first, since an edge-triggered timer must not be
 * acknowledged (2.3.6).
 */
static void quiet(void)
{
	u32 level = 0;

	hpet_write(CONFIG, 0);
	for (unsigned int i = 0; i < hpet_timers; i++) {
		u32 config = hpet_read(TIMER_CONFIG(i));

		hpet_write(TIMER_CONFIG(i), config & LEVEL);
		if (config & LEVEL)
			level |= 1u << i;
	}
	hpet_write(STATUS, level);
	for (unsigned int i = 0; i < hpet_timers; i++) {
		hpet_write(TIMER_CONFIG(i), 0);
		hpet_write_pair(TIMER_COMPARATOR(i), ~0ull);
		hpet_write_pair(TIMER_FSB(i), 0);
	}
	hpet_write_pair(COUNTER, 0);
}

static void note_reset_state(void)
{
	hpet_reset_state.config = hpet_read(CONFIG);
	hpet_reset_state.status = hpet_read(STATUS);
	hpet_reset_state.counter = hpet_read_pair(COUNTER);
	for (unsigned int i = 0; i < hpet_timers; i++) {
		hpet_reset_state.timer[i].config = hpet_read(TIMER_CONFIG(i));
		hpet_reset_state.timer[i].comparator = hpet_read_pair(TIMER_COMPARATOR(i));
	}
}

void case_setup(void)
{
	const struct acpi_table_hpet *table = find_acpi_table_addr(HPET_SIGNATURE);

	require_msg(table && table->base.space_id == ACPI_SPACE_MEMORY, "there is no HPET");
	hpet_acpi_id = table->id;
	hpet_base = phys_to_virt(table->base.address);
	hpet_timers = (hpet_read(CAPABILITY) & CAP_LAST_TIMER) / CAP_TIMER + 1;
	note_reset_state();
	quiet();
	case_at_end(quiet);
}
