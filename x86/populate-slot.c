/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory slots with a backing of their own each (docs/hostops.md, SLOT_MAP), touched for the first
 * time by 1, 2, 4, ... CPUs side by side: pages of 4 KiB a second, of each CPU, as metrics; and
 * again with the dirty log on, which splits what was huge, and when it is off. The verdict: every
 * page holds what its CPU wrote, as another CPU and the host see it; the log has exactly the pages
 * that were written (Linux api.rst, KVM_GET_DIRTY_LOG); and what one slot has is no other slot's.
 * POPULATE_MIB in the environment: the size of a slot, of 1, 2, 4, ... 64.
 */
#include "hostcall.h"
#include "arch-hooks.h"
#include "x86/processor.h"
#include "x86/smp.h"
#include "asm/page.h"

#define SLOT		HOSTOP_SLOT_FIRST
#define SLOT_AT		0xc8000000u	/* above RAM, below the I/O APIC; a multiple of 64 MiB */
#define SECOND_AT	0xd0000000u
#define DEFAULT_MIB	4
#define MAX_PAGES	(64u << 20 >> PAGE_SHIFT)
#define ENOMEM		12
#define ENXIO		6

/* One measurement: the pages of a slot, every n-th of CPU n. */
static struct share {
	u32 slot, slot_at;
	u64 begin, end;			/* ns */
	u32 wrong;
} shares[MAX_TEST_CPUS];

static u32 n_pages, arrived;
static u32 round_number;		/* part of what is written */
static u32 stride, offset;		/* which pages of its share a CPU writes: every stride-th */
static int n_cpus;

static u64 mark(u32 slot, u32 page, u32 round)
{
	return (u64)slot << 56 | (u64)round << 32 | page << 4 | 5;
}

/* Not the same line in each page. */
static volatile u64 *place(u32 at, u32 page)
{
	return phys_to_virt(at + page * PAGE_SIZE + page % 64 * 64);
}

static void touch(void *unused)
{
	int cpu = smp_id();
	struct share *share = &shares[cpu];
	u32 per_cpu = n_pages / n_cpus;
	u32 first = cpu * per_cpu;

	if (cpu >= n_cpus)
		return;
	__atomic_add_fetch(&arrived, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&arrived, __ATOMIC_ACQUIRE) < (u32)n_cpus)
		cpu_relax();
	share->begin = arch_time_ns();
	for (u32 page = first + offset; page < first + per_cpu; page += stride)
		*place(share->slot_at, page) = mark(share->slot, page, round_number);
	share->end = arch_time_ns();
}

static u32 round_of(u32 page)
{
	return page % stride == offset ? round_number : round_number - 1;
}

/* What the next CPU wrote, each page of it. */
static void verify(void *unused)
{
	int cpu = smp_id();
	int whose = (cpu + 1) % n_cpus;
	struct share *share = &shares[whose];
	u32 per_cpu = n_pages / n_cpus;

	if (cpu >= n_cpus)
		return;
	for (u32 page = whose * per_cpu; page < (whose + 1) * per_cpu; page++)
		share->wrong += *place(share->slot_at, page) !=
				mark(share->slot, page, round_of(page));
}

/* As a device of the VMM would see it. */
static void verify_on_host(u32 slot)
{
	u32 wrong = 0;

	for (u32 page = 0; page < n_pages; page += MAX(n_pages / 64, 1u)) {
		u64 seen = 0;

		insist_eq(hostop_data(&seen, sizeof(seen), NULL, HOSTOP_SLOT_READ, slot,
				      page * PAGE_SIZE + page % 64 * 64),
			  0);
		wrong += seen != mark(slot, page, round_of(page));
	}
	expect_eq_msg(wrong, 0, "pages in which the host sees something else");
}

/* All CPUs write every stride-th of their pages. */
static void write_pages(const char *what, u32 every)
{
	stride = every;
	offset = every - 1;
	round_number++;
	arrived = 0;
	for (int cpu = 0; cpu < n_cpus; cpu++)
		shares[cpu].wrong = 0;
	on_cpus(touch, NULL);
	on_cpus(verify, NULL);
	for (int cpu = 0; cpu < n_cpus; cpu++) {
		u64 ns = shares[cpu].end - shares[cpu].begin;
		char name[64];

		expect_eq_msg(shares[cpu].wrong, 0, "%s: pages of CPU %d that hold something else",
			      what, cpu);
		snprintf(name, sizeof(name), "%s, CPU %d of %d", what, cpu, n_cpus);
		metric(name, n_pages / n_cpus / every * 1000000000ull / (ns ? ns : 1), "pages/s");
	}
}

/* The log has exactly every stride-th page. */
static void check_log(u32 slot)
{
	static u64 bits[MAX_PAGES / 64];
	u32 wrong = 0;

	insist_eq(hostop_data(bits, n_pages / 8, NULL, HOSTOP_DIRTY_LOG, slot), 0);
	for (u32 page = 0; page < n_pages; page++)
		wrong += (bits[page / 64] >> page % 64 & 1) != (page % stride == offset);
	expect_eq_msg(wrong, 0, "pages of which the log says the wrong thing");
}

static void map(u32 slot, u32 at, u64 backing)
{
	int result = hostop(HOSTOP_SLOT_MAP, slot, at, (u64)n_pages * PAGE_SIZE, 0, backing);

	require_msg(backing != HOSTOP_BACKING_HUGETLB || result != -ENOMEM,
		    "the host has no huge pages put aside (/proc/sys/vm/nr_hugepages)");
	insist_eq(result, 0);
}

static void share_out(u32 slot, u32 at)
{
	for (int cpu = 0; cpu < n_cpus; cpu++)
		shares[cpu] = (struct share){ .slot = slot, .slot_at = at };
}

/* How many large pages KVM maps the VM's memory with; all of it counts. */
static u64 large_pages(void)
{
	u64 rets[HOSTOP_RETS];

	return hostop_data("pages_2m", sizeof("pages_2m"), rets, HOSTOP_STAT, HOSTOP_VM) ? 0
											 : rets[0];
}

static void begin(void)
{
	const char *text = getenv("POPULATE_MIB");
	u32 mib = text ? strtoul(text, NULL, 10) : DEFAULT_MIB;

	require_hostop(HOSTOP_SLOT_MAP);
	require_msg(mib && mib <= 64 && !(mib & (mib - 1)), "POPULATE_MIB is not 1, 2, 4, ... 64");
	n_pages = mib << 20 >> PAGE_SHIFT;
	round_number = 0;
	hostop(HOSTOP_SLOT_UNMAP, SLOT + 1);
	hostop(HOSTOP_SLOT_UNMAP, SLOT);
}

/* The log comes and goes while the slot is full; with a dirty ring there is none. */
static void with_log(void)
{
	u64 one[MAX_PAGES / 64];

	insist_eq(hostop(HOSTOP_SLOT_FLAGS, SLOT, HOSTOP_SLOT_LOG), 0);
	if (hostop_data(one, n_pages / 8, NULL, HOSTOP_DIRTY_LOG, SLOT) == -ENXIO)
		return;
	write_pages("logged", 1);
	check_log(SLOT);
	write_pages("every fourth logged", 4);
	check_log(SLOT);
	insist_eq(hostop(HOSTOP_SLOT_FLAGS, SLOT, 0), 0);
	write_pages("log off", 1);
}

static void populate(u64 backing)
{
	begin();
	for (n_cpus = 1; n_cpus <= cpu_count(); n_cpus *= 2) {
		u64 before = large_pages();

		map(SLOT, SLOT_AT, backing);
		share_out(SLOT, SLOT_AT);
		write_pages("fresh", 1);
		verify_on_host(SLOT);
		if (backing == HOSTOP_BACKING_SMALL)
			expect_le(large_pages(), before);
		else
			metric("large pages", large_pages() - before, "pages");
		with_log();
		verify_on_host(SLOT);
		expect_eq(hostop(HOSTOP_SLOT_UNMAP, SLOT), 0);
	}
}

CASE(small, "a slot of pages of 4 KiB")
{
	populate(HOSTOP_BACKING_SMALL);
}

CASE(transparent, "a slot of transparent huge pages")
{
	populate(HOSTOP_BACKING_THP);
}

CASE(hugetlbfs, "a slot of pages that hugetlbfs put aside")
{
	populate(HOSTOP_BACKING_HUGETLB);
}

CASE(side_by_side,
     "two slots of different backing at once: only the logged one has a log, each its own pages")
{
	u64 bits[MAX_PAGES / 64];

	begin();
	require(cpu_count() > 1);
	n_cpus = 2;
	map(SLOT, SLOT_AT, HOSTOP_BACKING_SMALL);
	map(SLOT + 1, SECOND_AT, HOSTOP_BACKING_THP);
	insist_eq(hostop(HOSTOP_SLOT_FLAGS, SLOT + 1, HOSTOP_SLOT_LOG), 0);
	for (u32 turn = 0; turn < 2; turn++) {
		/* The halves change slots, so that each slot is full in the end. */
		share_out(SLOT, SLOT_AT);
		shares[!turn] = (struct share){ .slot = SLOT + 1, .slot_at = SECOND_AT };
		write_pages("side by side", 1);
	}
	round_number = 2;
	expect_ne(hostop_data(bits, n_pages / 8, NULL, HOSTOP_DIRTY_LOG, SLOT), 0);
	if (hostop_data(bits, n_pages / 8, NULL, HOSTOP_DIRTY_LOG, SLOT + 1) == 0)
		expect_eq(bits[0] & bits[n_pages / 64 - 1], ~0ull);
	expect_eq(hostop(HOSTOP_SLOT_UNMAP, SLOT), 0);
	expect_eq(*place(SLOT_AT, 0), ~0ull);
	/* The other one stays as it was: the first half of round 2, the second of round 1. */
	expect_eq(*place(SECOND_AT, 0), mark(SLOT + 1, 0, 2));
	expect_eq(*place(SECOND_AT, n_pages - 1), mark(SLOT + 1, n_pages - 1, 1));
	hostop(HOSTOP_SLOT_UNMAP, SLOT + 1);
}

CASE(again, "pages that the host took away are zeroes, and are found again")
{
	u32 wrong = 0;

	begin();
	require_hostop(HOSTOP_SLOT_DISCARD);
	n_cpus = MIN(cpu_count(), 2);
	map(SLOT, SLOT_AT, HOSTOP_BACKING_SMALL);
	share_out(SLOT, SLOT_AT);
	write_pages("fresh", 1);
	insist_eq(hostop(HOSTOP_SLOT_DISCARD, SLOT, 0, (u64)n_pages * PAGE_SIZE), 0);
	for (u32 page = 0; page < n_pages; page++)
		wrong += *place(SLOT_AT, page) != 0;
	expect_eq(wrong, 0);
	write_pages("again", 1);
	verify_on_host(SLOT);
	hostop(HOSTOP_SLOT_UNMAP, SLOT);
}
