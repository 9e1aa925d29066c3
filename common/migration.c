/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every machine keeps when it is migrated while it runs: its memory, whoever writes it meanwhile; its CPUs; its
 * clock. A page that was written after it had been sent must be sent again: each one is written all the time here, and
 * checked, so that a lost page shows.
 */
#include "alloc_page.h"
#include "arch-hooks.h"
#include "case.h"
#include "migrate.h"
#include "on-cpus.h"
#include "patience.h"
#include "asm/page.h"

#define PAGES		256
#define WORDS		(PAGE_SIZE / sizeof(u32))
#define MIGRATIONS	3

/* ---- CPUs ---- */

static volatile u32 beats[64];
static volatile bool stop;

static void beat(void *data)
{
	(void)data;
	while (!stop)
		beats[arch_cpu_id()]++;
}

/* True if every other CPU counts on, within 30 s. */
static bool all_beat(int cpus)
{
	struct patience patience = { 0 };

	for (int i = 1; i < cpus; i++) {
		u32 before = beats[i];

		while (beats[i] == before)
			if (patience_over(&patience, 30))
				return false;
	}
	return true;
}

static void let_stop(void)
{
	stop = true;
}

CASE(cpus, "every CPU goes on where it was")
{
	int cpus = arch_cpu_count() < 64 ? arch_cpu_count() : 64;

	require(migrate_offered());
	require_msg(cpus > 1, "one CPU");
	case_at_end(let_stop);
	stop = false;
	for (int i = 1; i < cpus; i++)
		on_cpu_async(i, beat, NULL);
	insist(all_beat(cpus));
	for (int i = 0; i < MIGRATIONS; i++) {
		migrate_quiet();
		expect(all_beat(cpus));
	}
}

static volatile u32 calls;

static void called(void *data)
{
	(void)data;
	__atomic_fetch_add(&calls, 1, __ATOMIC_SEQ_CST);
}

CASE(idle, "CPUs that sleep all the while wake up for a call")
{
	u32 others = (u32)arch_cpu_count() - 1;

	require(migrate_offered());
	require_msg(others, "one CPU");
	for (int i = 0; i < MIGRATIONS; i++) {
		struct patience patience = { 0 };

		calls = 0;
		migrate_quiet();
		for (int cpu = 1; cpu <= (int)others; cpu++)
			on_cpu_async(cpu, called, NULL);
		while (calls != others && !patience_over(&patience, 20))
			arch_cpu_relax();
		insist_eq(calls, others);
	}
}

/* ---- memory and time ---- */

static u32 *pages[PAGES];

static void get_pages(void)
{
	for (unsigned int i = 0; i < PAGES; i++)
		pages[i] = alloc_page();
}

static void put_pages(void)
{
	for (unsigned int i = 0; i < PAGES; i++)
		free_page(pages[i]);
}

static u32 pattern(unsigned int page, unsigned int word)
{
	return (page * 0x9e3779b1u) ^ (word * 0x85ebca6bu);
}

/* Words that differ from the pattern. */
static unsigned int damage(void)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < PAGES; i++)
		for (unsigned int w = 0; w < WORDS; w++)
			n += pages[i][w] != pattern(i, w);
	return n;
}

CASE(memory, "pages are the same, those of zeros too")
{
	void *zeros;

	require(migrate_offered());
	get_pages();
	zeros = alloc_page();
	for (unsigned int i = 0; i < PAGES; i++)
		for (unsigned int w = 0; w < WORDS; w++)
			pages[i][w] = pattern(i, w);
	for (int i = 0; i < MIGRATIONS; i++) {
		migrate_quiet();
		expect_eq(damage(), 0);
		for (unsigned int w = 0; w < WORDS; w++)
			if (((u32 *)zeros)[w])
				expect_eq_msg(((u32 *)zeros)[w], 0, "word %u of zeros", w);
	}
	free_page(zeros);
	put_pages();
}

/* Adds 1 to a word of each page, round by round: all must be the same between two rounds. */
static unsigned int write_round(u32 round)
{
	unsigned int lost = 0;

	for (unsigned int i = 0; i < PAGES; i++) {
		volatile u32 *word = &pages[i][round % WORDS], *before = &pages[i][(round - 1) % WORDS];

		lost += round > 1 && *before != round - 1;
		*word = round;
	}
	return lost;
}

CASE(written, "pages that are written while the machine is on its way: all writes come along")
{
	unsigned int last = migrate_machine() + MIGRATIONS, lost = 0;
	u32 round = 0;

	require(migrate_offered());
	get_pages();
	migrate_begin_continuous();
	while (migrate_machine() < last)
		lost += write_round(++round);
	migrate_end_continuous();
	expect_eq(lost, 0);
	expect_gt(round, MIGRATIONS);
	metric("rounds", round, "1");
	put_pages();
}

CASE(clock, "time goes on, and not back")
{
	u64 before, after;

	require(migrate_offered());
	require_msg(arch_time_ns(), "no clock");
	for (int i = 0; i < MIGRATIONS; i++) {
		before = arch_time_ns();
		migrate_quiet();
		after = arch_time_ns();
		expect_ge(after, before);
		expect_lt(after - before, 3600ull * 1000000000);
	}
}
