/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmpxchg: compare and exchange of 8 and 16 bytes (SDM volume 2, CMPXCHG8B/CMPXCHG16B): values,
 * flags, alignment, faults; and locked instructions that cross a cache line or a page (SDM volume 3,
 * Locked Atomic Operations: they are atomic there too). On device memory: x86/mmio-nopaging.
 */
#include "case.h"
#include "alloc_page.h"
#include "vmalloc.h"
#include "x86/atomic.h"
#include "x86/processor.h"
#include "x86/smp.h"
#include "x86/vm.h"

#define CACHE_LINE	64
#define OLD		0x0123456789abcdefull
#define NEW		0xfedcba9876543210ull

static u8 *page;		/* two of them, one behind the other */

void case_setup(void)
{
	page = alloc_pages(1);
}

struct result {
	u64 seen;		/* EDX:EAX */
	ulong flags;
};

#define STATUS	(X86_EFLAGS_CF | X86_EFLAGS_PF | X86_EFLAGS_AF | X86_EFLAGS_SF | X86_EFLAGS_OF)

/* With all other status flags as flags says. ESI is the address. */
static struct result cmpxchg8b(void *at, u64 compare, u64 new, ulong flags)
{
	u32 low = (u32)compare, high = compare >> 32;

	asm volatile("push %2; popf; lock; cmpxchg8b (%3); pushf; pop %2"
		     : "+a" (low), "+d" (high), "+D" (flags)
		     : "S" (at), "b" ((u32)new), "c" ((u32)(new >> 32)) : "memory", "cc");
	return (struct result){ (u64)high << 32 | low, flags };
}

static void check_8b(u8 *at)
{
	for (int bit = -1; bit < 64; bit++) {
		u64 memory = OLD, compare = bit < 0 ? OLD : OLD ^ 1ull << bit;
		ulong flags = X86_EFLAGS_FIXED | (bit & 1 ? STATUS : 0);
		ulong same = bit < 0 ? X86_EFLAGS_ZF : 0;
		struct result r;

		memcpy(at, &memory, 8);
		/* ZF the other way round before. */
		r = cmpxchg8b(at, compare, NEW, flags | (same ^ X86_EFLAGS_ZF));
		memcpy(&memory, at, 8);
		expect_eq_msg(memory, same ? NEW : OLD, "bit %d: memory", bit);
		expect_eq_msg(r.seen, OLD, "bit %d: EDX:EAX", bit);
		expect_eq_msg(r.flags, flags | same, "bit %d: flags", bit);
	}
}

CASE(cmpxchg8b, "exchanges only what is equal in all 64 bits, tells what was there, and changes no flag but ZF")
{
	check_8b(page + 8);
}

CASE(cmpxchg8b_split, "the same across a cache line and across a page")
{
	check_8b(page + CACHE_LINE - 3);
	check_8b(page + PAGE_SIZE - 3);
}

CASE(atomic64, "atomic64_cmpxchg() returns what was there")
{
	atomic64_t v = ATOMIC64_INIT(OLD);

	expect_eq(atomic64_cmpxchg(&v, OLD, NEW), OLD);
	expect_eq(v.counter, NEW);
	expect_eq(atomic64_cmpxchg(&v, OLD, 1), NEW);
	expect_eq(v.counter, NEW);
}

CASE(register_form, "an operand in a register is invalid")
{
	expect_eq(asm_safe(".byte 0x0f, 0xc7, 0xc9"), UD_VECTOR);
}

CASE(read_only, "a comparison that fails writes as well: #PF with W on a page that is read-only, nothing changed")
{
	u64 *mapped;

	setup_vm();
	mapped = alloc_vpage();
	install_pte(current_page_table(), 1, mapped, virt_to_phys(page) | PT_PRESENT_MASK | PT_USER_MASK, NULL);
	memset(page, 0x11, 8);
	write_cr0(read_cr0() | X86_CR0_WP);
	expect_eq(asm_safe("cmpxchg8b (%0)", "S" (mapped), "a" (0), "d" (0), "b" (0), "c" (0)), PF_VECTOR);
	expect_eq(exception_error_code(), PFERR_PRESENT_MASK | PFERR_WRITE_MASK);
	expect_eq(read_cr2(), (ulong)mapped);
	expect_eq(*mapped, 0x1111111111111111);
}

/* ---- split locks between CPUs ---- */

#define ROUNDS	2000

static u8 *counter;

static void count(void *unused)
{
	for (int i = 0; i < ROUNDS; i++)
		asm volatile("lock; addl $1, (%0)" : : "r" (counter) : "memory", "cc");
}

static void check_locked(u8 *at)
{
	u32 total = 0;

	counter = at;
	memcpy(at, &total, 4);
	on_cpus(count, NULL);
	memcpy(&total, at, 4);
	expect_eq(total, ROUNDS * cpu_count());
}

CASE(locked_aligned, "locked additions of all CPUs lose nothing")
{
	require(cpu_count() > 1);
	check_locked(page + CACHE_LINE);
}

CASE(split_line, "nor do they across a cache line")
{
	require(cpu_count() > 1);
	check_locked(page + CACHE_LINE - 1);
}

CASE(split_page, "nor do they across a page")
{
	require(cpu_count() > 1);
	check_locked(page + PAGE_SIZE - 2);
}

#ifdef __x86_64__
struct pair {
	u64 low, high;
} __attribute__((aligned(16)));

#define CMPXCHG16B	".byte 0x48, 0x0f, 0xc7, 0x0e"	/* (%rsi) */

static void check_16b(struct pair *at, struct pair compare, bool same)
{
	u64 low = compare.low, high = compare.high;
	u8 zf;

	*at = (struct pair){ OLD, ~OLD };
	asm volatile("lock; " CMPXCHG16B "; setz %2"
		     : "+a" (low), "+d" (high), "=q" (zf) : "S" (at), "b" (NEW), "c" (~NEW) : "memory", "cc");
	expect_eq(zf, same);
	expect_eq(low, OLD);
	expect_eq(high, ~OLD);
	expect_eq(at->low, same ? NEW : OLD);
	expect_eq(at->high, same ? ~NEW : ~OLD);
}

CASE(cmpxchg16b, "16 bytes are compared and exchanged as one")
{
	require(this_cpu_has(X86_FEATURE_CX16));
	check_16b((struct pair *)page, (struct pair){ OLD, ~OLD }, true);
	for (int bit = 0; bit < 64; bit++) {
		check_16b((struct pair *)page, (struct pair){ OLD ^ 1ull << bit, ~OLD }, false);
		check_16b((struct pair *)page, (struct pair){ OLD, ~OLD ^ 1ull << bit }, false);
	}
}

CASE(cmpxchg16b_alignment, "an address that is no multiple of 16 is a #GP(0)")
{
	require(this_cpu_has(X86_FEATURE_CX16));
	memset(page, 0, 32);
	for (int offset = 0; offset <= 16; offset++) {
		int vector = asm_safe(CMPXCHG16B, "S" (page + offset), "a" (0ul), "d" (0ul), "b" (0ul), "c" (0ul));

		expect_eq_msg(vector, offset % 16 ? GP_VECTOR : 0, "offset %d", offset);
		expect_eq_msg(exception_error_code(), 0, "offset %d", offset);
	}
}
#endif
