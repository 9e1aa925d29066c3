/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's page allocator and malloc (lib/alloc_page.c, alloc_phys.c, alloc.c), compiled for the host over an arena:
 * random operations against a model, and every abort that they promise. Usage: guest_alloc [SEED].
 */
#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include "libcflat.h"
#include "alloc.h"
#include "alloc_page.h"
#include "alloc_phys.h"
#include "arch-hooks.h"
#include "memory_map.h"
#include "asm/io.h"

#define ARENA_SIZE	(40u << 20)
#define PAGE		4096u

char *guest_arena;
int guest_locks;
/* A low part, a hole, a part that straddles 16 MiB, one that is no whole page, one beyond the linear mapping. */
struct memory_region memory_regions[MEMORY_REGIONS_MAX] = {
	{ 0x100000, 0x200000, true },
	{ 0x200000, 0x300000, false },
	{ 0x300000, 0x2000000, true },
	{ 0x2100100, 0x2100f00, true },
	{ 0x2400000, 0x2700000, true },
};
int memory_region_count = 5;

static jmp_buf abort_point;
static bool abort_expected;
static char abort_text[512];
static u64 state;

uint64_t arch_linear_limit(void)
{
	return 0x2400000;
}

unsigned long arch_irq_save(void)
{
	return 0;
}

void arch_irq_restore(unsigned long saved)
{
	assert(saved == 0);
}

_Noreturn void report_abort(const char *fmt, ...)
{
	va_list va;

	va_start(va, fmt);
	vsnprintf(abort_text, sizeof(abort_text), fmt, va);
	va_end(va);
	if (!abort_expected) {
		fprintf(stderr, "unexpected: %s\n", abort_text);
		exit(1);
	}
	assert(guest_locks == 0);
	longjmp(abort_point, 1);
}

/* The statement must abort with words that contain text. */
#define expect_abort(text, ...)								\
	do {										\
		abort_expected = true;							\
		abort_text[0] = 0;							\
		if (!setjmp(abort_point)) {						\
			__VA_ARGS__;							\
			fprintf(stderr, "no abort: %s\n", #__VA_ARGS__);		\
			exit(1);							\
		}									\
		abort_expected = false;							\
		if (!strstr(abort_text, text)) {					\
			fprintf(stderr, "abort says '%s', not '%s'\n", abort_text, text);	\
			exit(1);							\
		}									\
	} while (0)

static u64 rnd(u64 bound)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % bound;
}

static bool all_bytes(const void *mem, size_t size, u8 byte)
{
	for (size_t i = 0; i < size; i++)
		if (((const u8 *)mem)[i] != byte)
			return false;
	return true;
}

static void test_phys(void)
{
	phys_addr_t a = phys_alloc(100), b = phys_alloc_aligned(1, 0x1000), base, top;

	assert(a == 0x300000 && b == 0x301000);
	phys_alloc_set_minimum_alignment(256);
	assert(phys_alloc(1) == 0x301100);
	expect_abort("no 0x10000000 bytes", phys_alloc(0x10000000));
	expect_abort("no 0xffffffffffffffff bytes", phys_alloc(~0ull));
	phys_alloc_get_range(&base, &top);
	assert(base == 0x300000 && top == 0x2000000);
}

/* What the regions hold, less the bytes of the trees; nothing of holes, of what phys_alloc() gave, above the limit. */
static void test_areas(void)
{
	u64 total = page_alloc_count_free(AREA_ANY), low, lowest;
	phys_addr_t base, top;

	phys_alloc_get_unused(&base, &top);
	assert(!base && !top);
	low = page_alloc_count_free(AREA_LOW);
	lowest = page_alloc_count_free(AREA_LOWEST);
	assert(low + lowest == total && page_alloc_count_free(AREA_HIGH | AREA_NORMAL) == 0);
	assert(low <= 0x1000 && low > 0xf80);
	assert(lowest <= 0x100 + 0xcfe && lowest > 0xd00);
	assert(virt_to_phys(alloc_page()) >= 0x1000000);
	assert(virt_to_phys(alloc_pages_flags(0, AREA_DMA24)) < 0x1000000);
	assert(!try_alloc_pages_flags(0, AREA_HIGH));
	expect_abort("(order 0, flags 0x2)", alloc_pages_flags(0, AREA_HIGH));
	expect_abort("order 20", alloc_pages(20));
	page_alloc_add_memory(0x2400000, 0x2700000);
	assert(page_alloc_count_free(AREA_LOW) > low - 2 + 0x2f0);
}

static void test_pages(void)
{
	char *a, *b;

	a = alloc_pages(3);
	assert(all_bytes(a, 8 * PAGE, 0) && !((uintptr_t)(a - guest_arena) & (8 * PAGE - 1)));
	memset(a, 0x55, 8 * PAGE);
	expect_abort("another order", free_pages_by_order(a, 2));
	expect_abort("not the beginning of an allocated block", free_page(a + PAGE));
	expect_abort("not the beginning of a page", free_page(a + 8));
	free_pages_by_order(a, 3);
	expect_abort("is free already", free_pages(a));
	expect_abort("not memory", free_pages(guest_arena + 0x200000));
	b = alloc_pages_flags(3, FLAG_DONTZERO);
	assert(b == a && all_bytes(b, 8 * PAGE, 0x55));
	a = alloc_pages_flags(0, FLAG_FRESH | FLAG_DONTZERO);
	assert(all_bytes(a, PAGE, 0xee));
	free_page(a);
	assert(alloc_pages_flags(0, FLAG_FRESH) > (void *)a);
	free_pages(b);
	assert(alloc_page() < (void *)b);	/* the lowest free one */
	free_page(NULL);
	a = memalign_pages_flags(0x40000, 3 * PAGE, FLAG_DONTZERO);
	assert(!((a - guest_arena) & 0x3ffff));
	free_pages_by_order(a, 2);
	expect_abort("power of two", memalign_pages(0x3000, 1));
}

static void test_reserve(void)
{
	phys_addr_t at = 0x1c00000;

	assert(reserve_pages(at, 7) == 0 && reserve_pages(at + 6 * PAGE, 1) == -1);
	assert(reserve_pages(at + 8, 1) == -1 && reserve_pages(0x200000, 1) == -1);
	expect_abort("reserved", free_page(guest_arena + at));
	expect_abort("not all of 8 pages", unreserve_pages(at, 8));
	unreserve_pages(at, 7);
	assert(reserve_pages(at + 6 * PAGE, 1) == 0);
	unreserve_pages(at + 6 * PAGE, 1);
}

#define BLOCKS	300

static struct { u8 *mem; size_t size; u8 byte; } blocks[BLOCKS];

static size_t random_size(void)
{
	return rnd(20) == 0 ? rnd(100000) : rnd(3) ? rnd(200) : rnd(5000);
}

static void fill_block(int i, u8 *mem, size_t size)
{
	blocks[i].mem = mem;
	blocks[i].size = size;
	blocks[i].byte = (u8)rnd(256);
	memset(mem, blocks[i].byte, size);
}

static void new_block(int i)
{
	size_t size = random_size(), align = (size_t)1 << rnd(14);
	u8 *mem;

	switch (rnd(3)) {
	case 0:
		mem = try_malloc(size);
		break;
	case 1:
		mem = try_calloc(1 + rnd(3), size);
		if (mem)
			assert(all_bytes(mem, size, 0));
		break;
	default:
		mem = try_memalign(align, size);
		if (mem)
			assert(virt_to_phys(mem) % align == 0);
	}
	if (mem)
		fill_block(i, mem, size);
}

static void test_random_malloc(void)
{
	u64 before = page_alloc_count_free(AREA_ANY), after;

	for (int n = 0; n < 40000; n++) {
		int i = (int)rnd(BLOCKS);
		size_t size;

		if (!blocks[i].mem) {
			new_block(i);
			continue;
		}
		assert(all_bytes(blocks[i].mem, blocks[i].size, blocks[i].byte));
		if (rnd(4) == 0) {
			size = random_size();
			blocks[i].mem = realloc(blocks[i].mem, size);
			assert(all_bytes(blocks[i].mem, MIN(size, blocks[i].size), blocks[i].byte));
			fill_block(i, blocks[i].mem, size);
		} else {
			free(blocks[i].mem);
			blocks[i].mem = NULL;
		}
	}
	for (int i = 0; i < BLOCKS; i++) {
		free(blocks[i].mem);
		blocks[i].mem = NULL;
	}
	after = page_alloc_count_free(AREA_ANY);
	assert(after <= before && before - after < 400);	/* cells stay cells */
}

static void test_malloc_aborts(void)
{
	u8 *a = malloc(37), *big = malloc(9000), *aligned = memalign(8192, 5), old;
	volatile size_t huge = SIZE_MAX / 2;	/* the compiler would warn */
	int n = 0;

	alloc_check(a);
	a[37] = 1;
	expect_abort("byte 37 was written to: 0x1", free(a));
	a[37] = 0xa5;
	old = a[-1];
	a[-1] ^= 1;
	expect_abort("bytes before it were overwritten", alloc_check(a));
	a[-1] = old;
	expect_abort("is not from malloc()", free(a + 1));
	expect_abort("is not from malloc()", free(a + 16));
	free(a);
	expect_abort("is free already", free(a));
	expect_abort("is free already", realloc(a, 5));
	big[9000] = 0;
	expect_abort("9000 bytes, and byte 9000", realloc(big, 5));
	big[9000] = 0xa5;
	free(big);
	expect_abort("is free already", free(big));
	free(aligned);
	expect_abort("is free already", free(aligned));
	free(NULL);
	assert(!try_malloc(SIZE_MAX) && !try_malloc(SIZE_MAX / 2) && !try_malloc(1u << 30));
	assert(!try_calloc(huge, 3) && !try_calloc(3, huge) && !try_calloc(huge + 2, 2));
	assert(!try_memalign((size_t)1 << 40, 1));
	expect_abort("calloc: no 9223372036854775807 * 3 bytes", calloc(huge, 3));
	expect_abort("malloc: no 1073741824 bytes", malloc(1u << 30));
	expect_abort("not a power of two", memalign(24, 1));
	while (try_malloc(PAGE))
		n++;
	assert(n > 3000);
	expect_abort("malloc: no 4096 bytes", malloc(PAGE));
}

/* In this order: each goes on with the allocators as the one before has left them; an assertion ends the program. */
static const struct { const char *name; void (*function)(void); } tests[] = {
	{ "phys", test_phys }, { "areas", test_areas }, { "pages", test_pages }, { "reserve", test_reserve },
	{ "random_malloc", test_random_malloc }, { "malloc_aborts", test_malloc_aborts },
};

int main(int argc, char **argv)
{
	u64 seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;

	state = seed * 0x9e3779b97f4a7c15u | 1;
	if (posix_memalign((void **)&guest_arena, 1u << 20, ARENA_SIZE)) {
		fprintf(stderr, "guest_alloc: no %u bytes for the arena\n", ARENA_SIZE);
		return 1;
	}
	memset(guest_arena, 0xee, ARENA_SIZE);
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
		tests[i].function();
		printf("ok %s\n", tests[i].name);
		fflush(stdout);
	}
	assert(guest_locks == 0);
	return 0;
}
