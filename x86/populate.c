/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that nobody has touched, touched by 1, 2, 4, ... CPUs side by side: how fast the
 * hypervisor finds pages for them, as metrics (pages of 4 KiB per second, all CPUs together), with
 * the guest's own mappings of 4 KiB, 2 MiB and 1 GiB. What backs it on the host is the VMM's: see
 * the entries. And pages that are written again and again while the machine is migrated, which
 * makes the host log what is written. The verdict is that every page holds what its CPU wrote, as
 * another CPU sees it. POPULATE_MIB in the environment: memory for each measurement.
 */
#include "alloc_page.h"
#include "arch-hooks.h"
#include "case.h"
#include "migrate.h"
#include "x86/mmu.h"
#include "x86/paging.h"
#include "x86/smp.h"
#include "x86/vm.h"
#include "asm/io.h"

#define DEFAULT_MIB	16
#define MIGRATIONS	3
#define PAGES_PER_MIB	(SZ_1M / PAGE_SIZE)

/* One measurement: a block for each CPU, at an address of its own. */
static struct share {
	void *block;
	u8 *virt;
	u64 begin, end;			/* ns */
	u32 wrong;
} shares[MAX_TEST_CPUS];

static u32 share_pages, arrived;
static u8 round;			/* of writing the same pages */
static int n_cpus;

static u64 mark(int cpu, u32 page)
{
	return (u64)(cpu + 1) << 48 | (u64)round << 40 | (u64)page << 8 | 0xa5;
}

/* One store a page, at the same moment on all. */
static void touch(void *unused)
{
	int cpu = smp_id();
	struct share *share = &shares[cpu];

	if (cpu >= n_cpus)
		return;
	__atomic_add_fetch(&arrived, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&arrived, __ATOMIC_ACQUIRE) < (u32)n_cpus)
		cpu_relax();
	share->begin = arch_time_ns();
	for (u32 page = 0; page < share_pages; page++)
		*(volatile u64 *)(share->virt + (u64)page * PAGE_SIZE + page % 64 * 64) =
			mark(cpu, page);
	share->end = arch_time_ns();
}

/* By the linear mapping, of the share of the next CPU. */
static void verify(void *unused)
{
	int cpu = smp_id();
	int whose = (cpu + 1) % n_cpus;

	if (cpu >= n_cpus)
		return;
	for (u32 page = 0; page < share_pages; page++) {
		const u8 *at = (u8 *)shares[whose].block + (u64)page * PAGE_SIZE;

		shares[whose].wrong += *(volatile u64 *)(at + page % 64 * 64) != mark(whose, page);
	}
}

static void invalidate(void *unused)
{
	flush_tlb();
}

/* Each CPU's block, mapped by pages of one level; false if there is not enough fresh memory. */
static bool map_shares(const struct paging *p, int level, u32 order)
{
	u64 size = paging_size(p, level);

	for (int cpu = 0; cpu < n_cpus; cpu++) {
		struct share *share = &shares[cpu];
		phys_addr_t phys, frame;
		u64 span;
		u8 *window;

		*share = (struct share){ 0 };
		share->block = try_alloc_pages_flags(order, FLAG_FRESH | FLAG_DONTZERO);
		if (!share->block)
			return false;
		phys = virt_to_phys(share->block);
		frame = phys & ~(size - 1);
		span = (phys - frame + ((u64)PAGE_SIZE << order) + size - 1) & ~(size - 1);
		window =
			alloc_vpages_aligned(span / PAGE_SIZE, paging_shift(p, level) - PAGE_SHIFT);
		paging_map(p, current_page_table(), (uintptr_t)window, frame, span,
			   PT_PRESENT_MASK | PT_WRITABLE_MASK, level);
		share->virt = window + (phys - frame);
	}
	on_cpus(invalidate, NULL);
	return true;
}

/* ns from the first store to the last. */
static u64 touch_and_verify(void)
{
	u64 first = ~0ull, last = 0;

	arrived = 0;
	on_cpus(touch, NULL);
	on_cpus(verify, NULL);
	for (int cpu = 0; cpu < n_cpus; cpu++) {
		expect_eq_msg(shares[cpu].wrong, 0, "pages of CPU %d that hold something else",
			      cpu);
		first = MIN(first, shares[cpu].begin);
		last = MAX(last, shares[cpu].end);
	}
	return last > first ? last - first : 0;
}

static void measure(void)
{
	u64 ns = touch_and_verify(), pages = (u64)share_pages * n_cpus;
	char name[32];

	snprintf(name, sizeof(name), "%d CPUs", n_cpus);
	if (ns)
		metric(name, pages * 1000000000ull / ns, "pages/s");
}

static void try_level(int level)
{
	const char *text = getenv("POPULATE_MIB");
	u32 total = (text ? strtoul(text, NULL, 10) : DEFAULT_MIB) * PAGES_PER_MIB;
	const struct paging *p = paging_current();
	bool any = false;

	require_msg(level <= p->top_large_level, "the CPU has no pages of this size");
	for (n_cpus = 1; n_cpus <= cpu_count(); n_cpus *= 2) {
		u32 order = pages_order((size_t)total * PAGE_SIZE / n_cpus);

		share_pages = 1u << order;
		if (!map_shares(p, level, order))
			break;
		any = true;
		measure();
	}
	require_msg(any, "not enough memory that was never touched");
}

void case_setup(void)
{
	setup_vm();
}

/* Over and over: of a migration the host logs what is written from its begin on. */
CASE(migrated, "pages of 4 KiB, written again and again while the machine is migrated")
{
	const struct paging *p = paging_current();
	unsigned int first = migrate_machine();
	u64 rounds = 0, ns = 0;

	n_cpus = cpu_count();
	share_pages = PAGES_PER_MIB;
	insist(map_shares(p, 1, pages_order(SZ_1M)));
	migrate_begin_continuous();
	while (migrate_machine() < first + MIGRATIONS) {
		round = (u8)++rounds;
		ns += touch_and_verify();
	}
	migrate_end_continuous();
	metric("rounds", rounds, "rounds");
	if (ns)
		metric("migrated", rounds * share_pages * n_cpus * 1000000000ull / ns, "pages/s");
}

CASE(small, "pages of 4 KiB")
{
	try_level(1);
}

CASE(large, "pages of 2 MiB (4 MiB in 32-bit paging)")
{
	try_level(2);
}

#ifdef __x86_64__
CASE(huge, "pages of 1 GiB")
{
	require_msg(this_cpu_has(X86_FEATURE_GBPAGES), "the CPU has no pages of 1 GiB");
	try_level(3);
}
#endif
