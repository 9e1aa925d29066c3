/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sieve: a program that uses memory, under every kind of allocation: Eratosthenes' sieve in static,
 * page-allocated, malloc'd and virtually mapped memory, before and after paging is set up. What it
 * finds is checked against pi(n), the known numbers of primes, the last prime, and the sum of the
 * primes up to n.
 */
#include "case.h"
#include "alloc.h"
#include "alloc_page.h"
#include "arch-hooks.h"
#include "asm/io.h"
#include "asm/page.h"
#include "vmalloc.h"

/*
 * What sieves of these sizes must find: the number of primes up to n, the largest, the sum of all.
 */
struct known {
	u32 n, count, last;
	u64 sum;
};

static const struct known small = { 10000, 1229, 9973, 5736396 };
static const struct known medium = { 100000, 9592, 99991, 454396537 };
static const struct known large = { 300000, 25997, 299993, 3709507114 };

/* One byte a number from 0 to n: 1 where it is composite. Needs n + 1 bytes of zero. */
static void sieve(u8 *composite, u32 n)
{
	composite[0] = composite[1] = 1;
	for (u32 i = 2; i * i <= n; i++) {
		if (composite[i])
			continue;
		for (u32 j = i * i; j <= n; j += i)
			composite[j] = 1;
	}
}

static void check(const u8 *composite, const struct known *known)
{
	u32 count = 0, last = 0;
	u64 sum = 0;

	for (u32 i = 0; i <= known->n; i++) {
		if (composite[i])
			continue;
		count++;
		last = i;
		sum += i;
	}
	expect_eq(count, known->count);
	expect_eq(last, known->last);
	expect_eq(sum, known->sum);
}

static void sieve_in(u8 *composite, const struct known *known)
{
	memset(composite, 0, known->n + 1);
	sieve(composite, known->n);
	check(composite, known);
}

CASE(static_memory, "primes up to 10,000 in static memory, which is zero at first")
{
	static u8 composite[10001];

	sieve(composite, small.n);
	check(composite, &small);
}

CASE(pages, "primes up to 100,000 in a block of pages, which the allocator has cleared")
{
	unsigned int order = pages_order(medium.n + 1);
	u8 *composite;

	/* Used and freed before, so that nothing but the allocator can have cleared it. */
	composite = alloc_pages(order);
	memset(composite, 0xff, (size_t)PAGE_SIZE << order);
	free_pages(composite);
	composite = alloc_pages(order);
	sieve(composite, medium.n);
	check(composite, &medium);
	free_pages(composite);
}

CASE(malloc, "primes up to 10,000 ten times in malloc'd memory of changing places")
{
	u8 *blocks[10];

	for (int i = 0; i < 10; i++) {
		blocks[i] = malloc(small.n + 1 + i);
		sieve_in(blocks[i], &small);
	}
	for (int i = 0; i < 10; i++) {
		check(blocks[i], &small);
		free(blocks[i]);
	}
}

/*
 * A linked list of every number that is left: malloc's small blocks, freed in the order in which
 * the sieve strikes.
 */
struct number {
	u32 value;
	struct number *next;
};

static struct number *strike_multiples(struct number *list, u32 prime)
{
	struct number **link = &list;

	while (*link) {
		struct number *n = *link;

		if (n->value > prime && n->value % prime == 0) {
			*link = n->next;
			free(n);
		} else {
			link = &n->next;
		}
	}
	return list;
}

CASE(small_blocks, "primes up to 1,000 in a list of small blocks, freed as they are struck")
{
	const struct known known = { 1000, 168, 997, 76127 };
	struct number *list = NULL, *n;
	u32 count = 0, last = 0;
	u64 sum = 0;

	for (u32 i = known.n; i >= 2; i--) {
		n = malloc(sizeof(*n));
		*n = (struct number){ .value = i, .next = list };
		list = n;
	}
	for (n = list; n && n->value * n->value <= known.n; n = n->next)
		list = strike_multiples(list, n->value);
	while (list) {
		n = list;
		list = n->next;
		count++;
		last = n->value;
		sum += n->value;
		free(n);
	}
	expect_eq(count, known.count);
	expect_eq(last, known.last);
	expect_eq(sum, known.sum);
}

CASE(paging, "the same after setup_vm(), in memory that was allocated before")
{
	u8 *before = malloc(small.n + 1), *page = alloc_page();

	page[9] = 99;
	if (!vm_available())
		setup_vm();
	expect(vm_available());
	expect_eq(page[9], 99);
	sieve_in(before, &small);
	free(before);
	free_page(page);
}

CASE(mapped, "primes up to 100,000 in pages that are mapped in the opposite order")
{
	ulong nr = PAGE_ALIGN(medium.n + 1) >> PAGE_SHIFT;
	u8 *virt, *pages[32];

	if (!vm_available())
		setup_vm();
	insist(nr <= ARRAY_SIZE(pages));
	virt = alloc_vpages(nr);
	for (ulong i = nr; i-- > 0;) {
		pages[i] = alloc_page();
		install_page(arch_page_table(), virt_to_phys(pages[i]), virt + (i << PAGE_SHIFT));
	}
	sieve(virt, medium.n);
	check(virt, &medium);
	/* What was written through the mapping lies in the pages. */
	for (ulong i = 0; i < nr; i++) {
		expect_mem(pages[i], virt + (i << PAGE_SHIFT), PAGE_SIZE);
		expect_eq(virt_to_pte_phys(arch_page_table(), virt + (i << PAGE_SHIFT) + 5), virt_to_phys(pages[i]) + 5);
	}
}

CASE(large, "primes up to 300,000 in vmalloc'd memory that was freed and had again before")
{
	u64 before, after;
	u8 *composite;

	if (!vm_available())
		setup_vm();
	before = page_alloc_count_free(AREA_ANY);
	for (int i = 0; i < 30; i++)
		vfree(vmalloc(5 * PAGE_SIZE));
	composite = vmalloc(large.n + 1);
	sieve(composite, large.n);
	check(composite, &large);
	vfree(composite);
	after = page_alloc_count_free(AREA_ANY);
	/* Page tables stay, nothing else. */
	expect_le(before - after, 16);
}
