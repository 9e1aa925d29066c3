/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suspend to RAM and back through a real firmware (ACPI 6.5, sections 4.8.3, 5.2.10, 7.4.2.4 and
 * 16.1): the alarm of the real time clock wakes the machine, the firmware enters the waking vector
 * in real mode. Memory is kept, CPUs and devices are not. Each case sleeps until a second begins.
 */
#include "s3_test.h"
#include "alloc_page.h"
#include "on-cpus.h"
#include "x86/apic.h"
#include "x86/cr.h"
#include "x86/rtc.h"
#include "x86/smp.h"
#include "asm/page.h"

CASE(vector, "the firmware enters the waking vector with CS:IP as section 5.2.10 wants it")
{
	suspend();
	expect_eq(resumed.found.found_cs, WAKE_VECTOR >> 4);
	expect_eq(resumed.found.found_ip, WAKE_VECTOR & 0xf);
}

CASE(real_mode, "at the waking vector the CPU is in real mode, and address line 20 works")
{
	suspend();
	expect_eq(resumed.found.found_cr0 & (X86_CR0_PE | X86_CR0_PG), 0);
	expect_eq(resumed.found.found_a20, 1);
}

#define PATTERN_ORDER	8
#define PATTERN_WORDS	((PAGE_SIZE << PATTERN_ORDER) / sizeof(u32))

static u32 pattern(size_t i, u32 seed)
{
	return (i + seed) * 2654435761u;
}

static size_t changed_words(const u32 *words, u32 seed)
{
	size_t changed = 0;

	for (size_t i = 0; i < PATTERN_WORDS; i++)
		changed += words[i] != pattern(i, seed);
	return changed;
}

static void fill(u32 *words, u32 seed)
{
	for (size_t i = 0; i < PATTERN_WORDS; i++)
		words[i] = pattern(i, seed);
}

static u32 *words;

static void free_words(void)
{
	if (words)
		free_pages(words);
	words = NULL;
}

static void get_words(void)
{
	case_at_end(free_words);
	words = alloc_pages(PATTERN_ORDER);
	insist(words);
}

CASE(memory, "memory is kept: every word of 1 MiB (section 7.4.2.4)")
{
	get_words();
	fill(words, 1);
	suspend();
	expect_eq(changed_words(words, 1), 0);
}

CASE(image, "memory is kept: every word of this image")
{
	suspend();
	expect_eq(resumed.found.found_changed, 0);
}

CASE(status, "PM1 status is where it was: WAK_STS and RTC_STS are set, the buttons' bits are not")
{
	pm1_clear(0xffff);
	expect_eq(pm1_status() & (STS_WAK | STS_RTC), 0);
	suspend();
	expect_eq(resumed.status & (STS_WAK | STS_RTC | STS_PWRBTN | STS_SLPBTN),
		  STS_WAK | STS_RTC);
}

CASE(status_clears, "a one clears WAK_STS or RTC_STS, a zero leaves it")
{
	suspend();
	pm1_clear(0);
	expect_eq(pm1_status() & (STS_WAK | STS_RTC), STS_WAK | STS_RTC);
	pm1_clear(STS_RTC);
	expect_eq(pm1_status() & (STS_WAK | STS_RTC), STS_WAK);
	pm1_clear(STS_WAK);
	expect_eq(pm1_status() & (STS_WAK | STS_RTC), 0);
}

CASE(type_alone, "without SLP_EN the sleep type puts nothing to sleep; SLP_EN reads as 0")
{
	u16 control;

	pm1_clear(0xffff);
	pm1_choose_s3();
	control = pm1_control();
	alarm_every_second();
	expect_eq(pm1_control(), control);
	expect_eq(control & CNT_SLP_EN, 0);
	expect_eq(pm1_status() & STS_WAK, 0);
}

CASE(time, "the real time clock has gone on, by not much more than a second")
{
	suspend();
	expect_gt(resumed.rtc_after, resumed.rtc_before);
	/* A busy host takes what it takes. */
	expect_le(resumed.rtc_after, resumed.rtc_before + 60);
}

#define NVRAM_FREE	0x70

CASE(nvram, "the clock's RAM is kept")
{
	u8 old = rtc_read(NVRAM_FREE), kept;

	rtc_write(NVRAM_FREE, old ^ 0x5a);
	suspend();
	kept = rtc_read(NVRAM_FREE);
	rtc_write(NVRAM_FREE, old);
	expect_eq(kept, old ^ 0x5a);
}

/* SDM volume 3, section 11.4.7.1. */
CASE(local_apic, "the local APIC was reset: mode, priority and timer")
{
	apic_write(APIC_LVTT, APIC_LVT_MASKED | APIC_LVT_TIMER_PERIODIC | 0x71);
	apic_write(APIC_TMICT, 0x7fffffff);
	apic_set_tpr(5);
	suspend();
	apic_set_tpr(0);
	expect_eq(resumed.apic_base, APIC_DEFAULT_PHYS_BASE | APIC_EN | APIC_BSP);
	expect_eq(resumed.tpr, 0);
	expect_eq(resumed.lvtt, APIC_LVT_MASKED);
	expect_eq(resumed.tmict, 0);
}

/* 82093AA data sheet, section 3.2.4. */
CASE(io_apic, "the I/O APIC was reset: its entries are masked")
{
	ioapic_set_redir(TEST_LINE, 0x72, TRIGGER_EDGE);
	expect_eq(ioapic_read_redir(TEST_LINE).mask, 0);
	suspend();
	set_mask(TEST_LINE, 1);
	expect_eq(resumed.redirection & APIC_LVT_MASKED, APIC_LVT_MASKED);
}

static volatile u32 count, stop, calls;

static void count_for_ever(void *unused)
{
	while (!stop)
		count++;
}

static void called(void *unused)
{
	__atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
}

/* The last one counts until it is reset. */
CASE(cpus, "the other CPUs were reset, and start again")
{
	int last = cpu_count() - 1;
	u32 before;

	require_msg(last > 0, "needs two CPUs");
	count = stop = calls = 0;
	on_cpu_async(last, count_for_ever, NULL);
	while (!count)
		cpu_relax();
	suspend_boot_cpu();
	before = count;
	for (int i = 0; i < 1000000; i++)
		cpu_relax();
	expect_eq(count, before);
	stop = 1;
	for (int cpu = 1; cpu <= last; cpu++)
		smp_restart(cpu);
	on_cpus(called, NULL);
	expect_eq(calls, cpu_count());
}

CASE(twice, "two suspends in a row, each with all of it")
{
	get_words();
	for (u32 seed = 2; seed < 4; seed++) {
		fill(words, seed);
		suspend();
		expect_eq(changed_words(words, seed), 0);
		expect_eq(resumed.found.found_cs, WAKE_VECTOR >> 4);
		expect_eq(pm1_status() & (STS_WAK | STS_RTC), STS_WAK | STS_RTC);
		expect_gt(resumed.rtc_after, resumed.rtc_before);
	}
}
