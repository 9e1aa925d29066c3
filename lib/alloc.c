/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * malloc() on top of the page allocator. A block is, in memory: slack up to the alignment, a
 * header, the bytes, guard bytes up to the end. Small ones are cells of a page, by powers of two,
 * kept in free lists; large ones whole pages.
 */
#include "alloc.h"
#include "alloc_page.h"
#include "arch-hooks.h"
#include "asm/page.h"
#include "asm/spinlock.h"

#define MIN_ALIGN	16
#define MIN_SHIFT	6		/* the smallest cell: 64 bytes */
#define MAX_SHIFT	11		/* the largest: two in a page; above, pages */
#define GUARD_SIZE	8		/* at least so many guard bytes */
#define GUARD_BYTE	0xa5
#define FREED_BYTE	0xdd

struct header {
	void *start;		/* of the cell or the first page */
	size_t size;		/* what was asked for */
	unsigned long shift;	/* the block is 1 << shift bytes */
	unsigned long seal;	/* of all this, at this address */
} __attribute__((aligned(MIN_ALIGN)));

/*
 * Free cells by size: each has the next one's address in its last word, so that a freed block keeps
 * its header.
 */
static char *free_cells[MAX_SHIFT + 1];
static struct spinlock lock;

#define SEAL_LIVE	0x6c697665ul
#define SEAL_FREED	0x66726565ul

static unsigned long seal_of(const struct header *h, unsigned long state)
{
	return state ^ (uintptr_t)h ^ ((uintptr_t)h->start << 1) ^ (h->size * 31) ^ (h->shift << 24);
}

static struct header *header_of(const void *ptr)
{
	return (struct header *)ptr - 1;
}

static unsigned long lock_cells(void)
{
	unsigned long state = arch_irq_save();

	spin_lock(&lock);
	return state;
}

static void unlock_cells(unsigned long state)
{
	spin_unlock(&lock);
	arch_irq_restore(state);
}

static char **next_cell(char *cell, unsigned int shift)
{
	return (char **)(cell + ((size_t)1 << shift)) - 1;
}

static void push_cell(char *cell, unsigned int shift)
{
	*next_cell(cell, shift) = free_cells[shift];
	free_cells[shift] = cell;
}

/* Cuts a page into cells; the lock is held. */
static void add_cells(char *page, unsigned int shift)
{
	for (size_t at = PAGE_SIZE; at > 0; at -= (size_t)1 << shift)
		push_cell(page + at - ((size_t)1 << shift), shift);
}

static void *take_block(unsigned int shift)
{
	unsigned long state;
	char *cell, *page;

	if (shift > MAX_SHIFT)
		return try_alloc_pages_flags(MAX(shift, (unsigned int)PAGE_SHIFT) - PAGE_SHIFT, FLAG_DONTZERO);
	state = lock_cells();
	if (!free_cells[shift]) {
		page = try_alloc_pages_flags(0, FLAG_DONTZERO);
		if (page)
			add_cells(page, shift);
	}
	cell = free_cells[shift];
	if (cell)
		free_cells[shift] = *next_cell(cell, shift);
	unlock_cells(state);
	return cell;
}

static void give_block(char *start, unsigned int shift)
{
	unsigned long state;

	if (shift > MAX_SHIFT) {
		free_pages(start);
		return;
	}
	state = lock_cells();
	push_cell(start, shift);
	unlock_cells(state);
}

/* The power of two that size bytes with slack, header and guard need; 0 if there is none. */
static unsigned int shift_for(size_t alignment, size_t size)
{
	size_t extra = sizeof(struct header) + (alignment > MIN_ALIGN ? alignment : 0) + GUARD_SIZE;
	unsigned int shift = MIN_SHIFT;

	if (size > SIZE_MAX / 2 || extra > SIZE_MAX / 2 - size)
		return 0;
	while ((size_t)1 << shift < size + extra)
		shift++;
	return shift > MAX_SHIFT && shift < PAGE_SHIFT ? PAGE_SHIFT : shift;
}

static void *try_alloc_block(size_t alignment, size_t size)
{
	unsigned int shift = shift_for(alignment, size);
	char *start = shift ? take_block(shift) : NULL;
	struct header *h;
	char *mem;

	if (!start)
		return NULL;
	mem = (char *)ALIGN((uintptr_t)start + sizeof(*h), (uintptr_t)MAX(alignment, (size_t)MIN_ALIGN));
	h = header_of(mem);
	h->start = start;
	h->size = size;
	h->shift = shift;
	h->seal = seal_of(h, SEAL_LIVE);
	memset(mem + size, GUARD_BYTE, GUARD_SIZE);
	return mem;
}

static _Noreturn void fail(const char *what, size_t alignment, size_t size, void *caller)
{
	report_abort("%s: no %zu bytes aligned to %zu; %" PRIu64 " pages are free (called from %p)", what, size, alignment,
		     page_alloc_count_free(AREA_ANY), caller);
}

void *try_malloc(size_t size)
{
	return try_alloc_block(MIN_ALIGN, size);
}

void *malloc(size_t size)
{
	void *mem = try_alloc_block(MIN_ALIGN, size);

	if (!mem)
		fail("malloc", MIN_ALIGN, size, __builtin_return_address(0));
	return mem;
}

void *try_calloc(size_t nmemb, size_t size)
{
	size_t bytes;
	void *mem;

	if (__builtin_mul_overflow(nmemb, size, &bytes))
		return NULL;
	mem = try_alloc_block(MIN_ALIGN, bytes);
	return mem ? memset(mem, 0, bytes) : NULL;
}

void *calloc(size_t nmemb, size_t size)
{
	void *mem = try_calloc(nmemb, size);

	if (!mem)
		report_abort("calloc: no %zu * %zu bytes (called from %p)", nmemb, size, __builtin_return_address(0));
	return mem;
}

static void check_alignment(size_t alignment, void *caller)
{
	if (!alignment || (alignment & (alignment - 1)))
		report_abort("memalign: the alignment %zu is not a power of two (called from %p)", alignment, caller);
}

void *try_memalign(size_t alignment, size_t size)
{
	check_alignment(alignment, __builtin_return_address(0));
	return try_alloc_block(alignment, size);
}

void *memalign(size_t alignment, size_t size)
{
	void *caller = __builtin_return_address(0), *mem;

	check_alignment(alignment, caller);
	mem = try_alloc_block(alignment, size);
	if (!mem)
		fail("memalign", alignment, size, caller);
	return mem;
}

/* The header of a block in use; aborts if ptr is none, or if it was written to behind its end. */
static struct header *checked_header(const char *what, const void *ptr, void *caller)
{
	struct header *h = header_of(ptr);
	const u8 *guard;

	if ((uintptr_t)ptr & (MIN_ALIGN - 1))
		report_abort("%s: %p is not from malloc() (called from %p)", what, ptr, caller);
	if (h->seal == seal_of(h, SEAL_FREED))
		report_abort("%s: %p is free already (called from %p)", what, ptr, caller);
	if (h->seal != seal_of(h, SEAL_LIVE))
		report_abort("%s: %p is not from malloc(), or the bytes before it were overwritten (called from %p)",
			     what, ptr, caller);
	guard = (const u8 *)ptr + h->size;
	for (int i = 0; i < GUARD_SIZE; i++)
		if (guard[i] != GUARD_BYTE)
			report_abort("%s: %p has %zu bytes, and byte %zu was written to: %#x (called from %p)", what, ptr,
				     h->size, h->size + i, guard[i], caller);
	return h;
}

void alloc_check(const void *ptr)
{
	checked_header("alloc_check", ptr, __builtin_return_address(0));
}

static void release(void *ptr, struct header *h)
{
	void *start = h->start;
	unsigned int shift = h->shift;

	/* Enough to show a use after free; all of a large block would cost too much. */
	memset(ptr, FREED_BYTE, MIN(h->size, (size_t)64));
	h->seal = seal_of(h, SEAL_FREED);
	give_block(start, shift);
}

void free(void *ptr)
{
	if (ptr)
		release(ptr, checked_header("free", ptr, __builtin_return_address(0)));
}

void *realloc(void *ptr, size_t size)
{
	void *caller = __builtin_return_address(0);
	struct header *h = ptr ? checked_header("realloc", ptr, caller) : NULL;
	void *mem = try_alloc_block(MIN_ALIGN, size);

	if (!mem)
		fail("realloc", MIN_ALIGN, size, caller);
	if (h) {
		memcpy(mem, ptr, MIN(h->size, size));
		release(ptr, h);
	}
	return mem;
}
