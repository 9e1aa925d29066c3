/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What s390x machines keep when they are migrated, beside common/migration.c: storage keys,
 * registers of the CPU that nothing reads all the while, clocks and timers (Principles of
 * Operation, chapters 3 and 4), and which CPUs are stopped.
 */
#include "case.h"
#include "alloc_page.h"
#include "arch-hooks.h"
#include "migrate.h"
#include "on-cpus.h"
#include "patience.h"
#include "s390x/smp.h"
#include "asm/float.h"
#include "asm/mem.h"
#include "asm/page.h"
#include "asm/time.h"

#define PAGES	128
#define US(n)	((u64)(n) << STCK_SHIFT_US)

void case_setup(void)
{
	require_msg(migrate_offered(), "nobody here migrates the machine");
}

CASE(storage_keys, "the keys of 128 pages, those of pages that nobody wrote too")
{
	u8 *pages = alloc_pages(7);

	for (int i = 0; i < PAGES; i++)
		set_storage_key(pages + i * PAGE_SIZE, (unsigned char)(i << 1), 0);
	for (int round = 0; round < 2; round++) {
		migrate_quiet();
		for (int i = 0; i < PAGES; i++)
			expect_eq_msg(get_storage_key(pages + i * PAGE_SIZE), (i << 1) & 0xfe,
				      "page %d", i);
	}
	for (int i = 0; i < PAGES; i++)
		set_storage_key(pages + i * PAGE_SIZE, 0, 0);
	free_pages(pages);
}

CASE(access_registers, "access registers")
{
	static u32 before[16], after[16], given[16];

	for (u32 i = 0; i < 16; i++)
		given[i] = 0x11111111 * i;
	__asm__ __volatile__("stam 0,15,%0" : "=Q" (before));
	__asm__ __volatile__("lam 0,15,%0" : : "Q" (given));
	migrate_quiet();
	__asm__ __volatile__("stam 0,15,%0" : "=Q" (after));
	__asm__ __volatile__("lam 0,15,%0" : : "Q" (before));
	expect_mem(after, given, sizeof(given));
}

CASE(floating_point, "the floating-point-control register")
{
	afp_enable();
	set_fpc(0x00880003);
	migrate_quiet();
	expect_eq(get_fpc(), 0x00880003);
	set_fpc(0);
	afp_disable();
}

static u64 now(void)
{
	u64 clock;

	stck(&clock);
	return clock;
}

CASE(comparator, "the clock comparator has its value still")
{
	u64 due = now() + US(3600ul * 1000000);

	clock_comparator_set(due);
	migrate_quiet();
	expect_eq(clock_comparator_get(), due);
	clock_comparator_set(~0ull);
}

CASE(cpu_timer, "the CPU timer goes on")
{
	s64 before, after;

	cpu_timer_set((s64)US(3600ul * 1000000));
	before = cpu_timer_get();
	migrate_quiet();
	after = cpu_timer_get();
	expect_lt((u64)after, (u64)before);
	expect_gt((u64)after, 0);
	cpu_timer_set(0x7fffffffffffffff);
}

static volatile u32 count;

static void note(struct stack_frame_int *frame)
{
	(void)frame;
	count++;
	clock_comparator_set(~0ull);
}

static u64 set_comparator(u64 wait)
{
	u64 due = now() + wait;

	clock_comparator_set(due);
	return due;
}

CASE(comparator_interrupt, "an interruption that waits comes on the other side, once, not early")
{
	struct patience patience = { 0 };
	u64 due;

	count = 0;
	install_ext_handler(note);
	ctl_set_bit(0, CTL0_CLOCK_COMPARATOR);
	due = migrate_with_timer(set_comparator, now, US(500000));
	expect_eq(count, 0);
	psw_mask_set_bits(PSW_MASK_EXT);
	while (!count && !patience_over(&patience, 20))
		barrier();
	psw_mask_clear_bits(PSW_MASK_EXT);
	ctl_clear_bit(0, CTL0_CLOCK_COMPARATOR);
	expect_eq(count, 1);
	expect_ge(now(), due);
}

static void note_prefix(void *prefix)
{
	*(u32 *)prefix = get_prefix();
}

CASE(prefix, "the prefix register of a CPU that has one other than 0")
{
	u32 before, after;

	require(smp_query_num_cpus() >= 2);
	on_cpu(1, note_prefix, &before);
	insist(before != 0);
	migrate_quiet();
	on_cpu(1, note_prefix, &after);
	expect_eq(after, before);
}

CASE(stopped, "a CPU that is stopped is so after, and can be restarted")
{
	require(smp_query_num_cpus() >= 2);
	insist_eq(smp_cpu_stop(1), 0);
	expect(smp_cpu_stopped(1));
	migrate_quiet();
	expect(smp_cpu_stopped(1));
	expect_eq(smp_cpu_restart(1), 0);
	expect(!smp_cpu_stopped(1));
}
