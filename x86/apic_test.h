/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of the local APIC share: cases for both modes, and interrupts that are counted. */
#ifndef APIC_TEST_H
#define APIC_TEST_H

#include "case.h"
#include "x86/apic.h"
#include "x86/delay.h"
#include "x86/isr.h"

/* One body, two cases: xapic_NAME and x2apic_NAME. */
#define IN_BOTH_MODES(name_, text_)					\
	static void name_(void);					\
	CASE(xapic_##name_, "xAPIC: " text_)				\
	{								\
		use_xapic();						\
		name_();						\
	}								\
	CASE(x2apic_##name_, "x2APIC: " text_)				\
	{								\
		use_x2apic();						\
		name_();						\
	}								\
	static void name_(void)

/* Interrupts that came, in their order. */
#define MAX_EVENTS	64
static volatile u8 events[MAX_EVENTS];
static volatile u32 event_count;

static inline void note_interrupt(isr_regs_t *regs)
{
	if (event_count < MAX_EVENTS)
		events[event_count] = regs->vector;
	event_count++;
}

static inline void note_and_eoi(isr_regs_t *regs)
{
	note_interrupt(regs);
	eoi();
}

/* Handles vector as told, and forgets what came before. */
static inline void expect_interrupts(unsigned int vector, void (*handle)(isr_regs_t *))
{
	handle_irq(vector, handle);
	event_count = 0;
}

/* Rounds in which something that must not come would: an emulator may look for interrupts every thousand instructions. */
#define QUIET_ROUNDS	2000

/* Enables interrupts until n have come in all; false if they do not. */
static inline bool wait_interrupts(u32 n)
{
	u64 start = rdtsc();

	sti();
	while (event_count < n && rdtsc() - start < WAIT_TICKS)
		pause();
	cli();
	return event_count >= n;
}

/* Enables interrupts for long enough to let in all that is pending; returns how many have come in all. */
static inline u32 drain(void)
{
	sti();
	for (int i = 0; i < QUIET_ROUNDS; i++)
		pause();
	cli();
	return event_count;
}

static inline void self_ipi(u32 vector)
{
	apic_icr_write(APIC_DEST_SELF | APIC_DEST_PHYSICAL | APIC_DM_FIXED | APIC_INT_ASSERT | vector, 0);
}

/* Waits for a bit of ISR, TMR or IRR to show value. */
static inline bool wait_bit(unsigned int reg, int n, bool value)
{
	u64 start = rdtsc();

	while (apic_read_bit(reg, n) != value)
		if (rdtsc() - start > WAIT_TICKS)
			return false;
	return true;
}

static inline bool any_bit(unsigned int reg)
{
	u32 bits = 0;

	for (int i = 0; i < 8; i++)
		bits |= apic_read(reg + i * 0x10);
	return bits;
}

/* All 256 bits: nothing but the bit n is set (n < 0: nothing at all). */
static inline void expect_bits(unsigned int reg, int n, const char *what)
{
	for (int i = 0; i < 8; i++)
		expect_eq_msg(apic_read(reg + i * 0x10), n >= 0 && n / 32 == i ? 1u << n % 32 : 0,
			      "%s, bits %d to %d", what, i * 32, i * 32 + 31);
}

/* What an earlier case left: nothing in service, nothing pending, LVT masked, no error, priority 0. */
static inline void settle(void)
{
	static const u16 lvts[] = { APIC_LVTT, APIC_LVT0, APIC_LVT1, APIC_LVTERR, APIC_LVTPC, APIC_LVTTHMR };

	apic_write(APIC_SPIV, APIC_SPIV_ENABLED);
	for (size_t i = 0; i < ARRAY_SIZE(lvts); i++)
		if (i < 4 || apic_lvt_entry_supported(i))
			apic_write(lvts[i], APIC_LVT_MASKED);
	apic_write(APIC_TMICT, 0);
	apic_write(APIC_TASKPRI, 0);
	for (int i = 0; i < 256 && any_bit(APIC_ISR); i++)
		eoi();
	if (any_bit(APIC_IRR)) {
		for (int v = 16; v < 256; v++)
			handle_irq(v, note_and_eoi);
		drain();
	}
	apic_write(APIC_ESR, 0);
	apic_write(APIC_ESR, 0);
}

/*
 * The APIC in one of its modes, enabled and with nothing to do, interrupts disabled. Through "disabled" only where there
 * is no other way, since that is a test of its own (apic_mode.c). The case is skipped where there is no x2APIC.
 */
static inline void use_xapic(void)
{
	cli();
	if (!is_xapic_enabled())
		reset_apic();
	settle();
}

static inline void use_x2apic(void)
{
	require_msg(this_cpu_has(X86_FEATURE_X2APIC), "the CPU has no x2APIC");
	cli();
	enable_x2apic();
	settle();
}

#endif
