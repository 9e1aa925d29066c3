/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmpxchg: compare and exchange of 8 and 16 bytes (SDM volume 2, CMPXCHG8B/CMPXCHG16B): values,
 * flags, alignment, faults, the write of a comparison that fails; on memory and on a device (with
 * paging; without: mmio-nopaging); and locked instructions that cross a cache line or a page (SDM
 * volume 3, Locked Atomic Operations: they are atomic there too).
 */
#include "case.h"
#include "alloc_page.h"
#include "vmalloc.h"
#include "asm/io.h"
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

CASE(cmpxchg8b, "exchanges only what is equal in all 64 bits, tells what was there; sets ZF only")
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
#ifdef __x86_64__
	expect_eq(asm_safe(".byte 0x48, 0x0f, 0xc7, 0xc9"), UD_VECTOR);
#endif
}

/* ---- the write, also of a comparison that fails ---- */

#define CMPXCHG16B	".byte 0x48, 0x0f, 0xc7, 0x0e"	/* (%rsi) */
#define TRY(insn, at)	asm_safe(insn, "S" (at), "a" (0ul), "d" (0ul), "b" (0ul), "c" (0ul))

/* One of these, by comparisons with 0; the exception's vector. */
enum form { PLAIN_8B, LOCK_8B, PLAIN_16B, LOCK_16B };

static int try_form(enum form form, void *at)
{
	switch (form) {
	case PLAIN_8B:
		return TRY("cmpxchg8b (%0)", at);
	case LOCK_8B:
		return TRY("lock; cmpxchg8b (%0)", at);
	case PLAIN_16B:
		return TRY(CMPXCHG16B, at);
	default:
		return TRY("lock; " CMPXCHG16B, at);
	}
}

/* A page of its own tables' entry, which holds 0x11 in every byte. */
static u8 *map_page(pteval_t flags, pteval_t **pte)
{
	u8 *mapped;

	if (!vm_available())
		setup_vm();
	mapped = alloc_vpage();
	*pte = install_pte(current_page_table(), 1, mapped,
			   virt_to_phys(page) | PT_PRESENT_MASK | PT_USER_MASK | flags, NULL);
	memset(page, 0x11, PAGE_SIZE);
	return mapped;
}

static void check_read_only(enum form form)
{
	pteval_t *pte;
	u8 *mapped = map_page(0, &pte);

	write_cr0(read_cr0() | X86_CR0_WP);
	expect_eq_msg(try_form(form, mapped + 32), PF_VECTOR, "form %d", form);
	expect_eq_msg(exception_error_code(), PFERR_PRESENT_MASK | PFERR_WRITE_MASK,
		      "form %d", form);
	expect_eq_msg(read_cr2(), (ulong)mapped + 32, "form %d", form);
	for (int i = 32; i < 48; i += 8)
		expect_eq_msg(*(u64 *)(mapped + i), 0x1111111111111111, "form %d", form);
	expect_eq_msg(*pte & PT_DIRTY_MASK, 0, "form %d", form);
}

/* The old value is written back: nothing else tells that of memory than D. */
static void check_dirty(enum form form)
{
	pteval_t *pte;
	u8 *mapped = map_page(PT_WRITABLE_MASK, &pte);

	expect_eq_msg(try_form(form, mapped + 32), 0, "form %d", form);
	expect_eq_msg(*pte & PT_AD_MASK, PT_AD_MASK, "form %d", form);
	for (int i = 32; i < 48; i += 8)
		expect_eq_msg(*(u64 *)(mapped + i), 0x1111111111111111, "form %d", form);
}

CASE(read_only, "a comparison that fails writes as well: #PF with W on a page that is read-only")
{
	check_read_only(PLAIN_8B);
	check_read_only(LOCK_8B);
}

CASE(dirty, "a comparison that fails makes its page dirty, and changes nothing in it")
{
	check_dirty(PLAIN_8B);
	check_dirty(LOCK_8B);
}

/* ---- on a device: the HPET's counter, while it is halted (IA-PC HPET 1.0a) ---- */

#define HPET		0xfed00000u
#define HPET_CONFIG	0x10
#define HPET_ENABLE	1u
#define HPET_COUNTER	0xf0

static u8 *find_hpet(void)
{
	u8 *hpet = ioremap(HPET, PAGE_SIZE);

	require_msg(readl(hpet) >> 16 == 0x8086, "no HPET");
	writel(readl(hpet + HPET_CONFIG) & ~HPET_ENABLE, hpet + HPET_CONFIG);
	return hpet;
}

static u64 device_value(u8 *at)
{
	return (u64)readl(at + 4) << 32 | readl(at);
}

static void set_device(u8 *at, u64 value)
{
	writel((u32)value, at);
	writel(value >> 32, at + 4);
}

CASE(device_cmpxchg8b, "on a device: what is equal is exchanged, and what is not is told and stays")
{
	u8 *counter = find_hpet() + HPET_COUNTER;

	for (int bit = -1; bit < 64; bit += 13) {
		u64 compare = bit < 0 ? OLD : OLD ^ 1ull << bit;
		ulong same = bit < 0 ? X86_EFLAGS_ZF : 0;
		struct result r;

		set_device(counter, OLD);
		r = cmpxchg8b(counter, compare, NEW, X86_EFLAGS_FIXED | (same ^ X86_EFLAGS_ZF));
		expect_eq_msg(device_value(counter), same ? NEW : OLD, "bit %d: device", bit);
		expect_eq_msg(r.seen, OLD, "bit %d: EDX:EAX", bit);
		expect_eq_msg(r.flags, X86_EFLAGS_FIXED | same, "bit %d: flags", bit);
	}
}

CASE(device_cmpxchg4, "the same by CMPXCHG of 4 bytes, in either half")
{
	u8 *counter = find_hpet() + HPET_COUNTER;

	for (int i = 0; i < 4; i++) {
		bool same = i & 1;
		int half = i >> 1;
		u32 old = (u32)(OLD >> 32 * half), eax = same ? old : ~old;
		u8 zf;

		set_device(counter, OLD);
		asm volatile("lock; cmpxchgl %3, (%2); setz %1" : "+a" (eax), "=q" (zf)
			     : "S" (counter + 4 * half), "c" (0x5a5a5a5a) : "memory", "cc");
		expect_eq_msg(zf, same, "half %d", half);
		expect_eq_msg(eax, old, "half %d", half);
		expect_eq_msg(readl(counter + 4 * half), same ? 0x5a5a5a5a : old,
			      "half %d", half);
		expect_eq_msg(readl(counter + 4 * !half), (u32)(OLD >> 32 * !half),
			      "other half of %d", half);
	}
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

/* As check_8b(), with all other status flags set, or all clear. */
static void check_16b(struct pair *at, struct pair compare, bool same, ulong others)
{
	u64 low = compare.low, high = compare.high, bx = NEW, cx = ~NEW;
	ulong flags = X86_EFLAGS_FIXED | others, zf = same ? X86_EFLAGS_ZF : 0;
	ulong now = flags | (zf ^ X86_EFLAGS_ZF);

	*at = (struct pair){ OLD, ~OLD };
	asm volatile("push %2; popf; lock; " CMPXCHG16B "; pushf; pop %2"
		     : "+a" (low), "+d" (high), "+D" (now), "+b" (bx), "+c" (cx) : "S" (at)
		     : "memory", "cc");
	expect_eq(now, flags | zf);
	expect_eq(low, OLD);
	expect_eq(high, ~OLD);
	expect_eq(at->low, same ? NEW : OLD);
	expect_eq(at->high, same ? ~NEW : ~OLD);
	expect_eq(bx, NEW);
	expect_eq(cx, ~NEW);
}

CASE(cmpxchg16b, "16 bytes are compared and exchanged as one; only ZF changes of the flags")
{
	require(this_cpu_has(X86_FEATURE_CX16));
	for (int i = 0; i < 2; i++)
		check_16b((struct pair *)page, (struct pair){ OLD, ~OLD }, true, i ? STATUS : 0);
	for (int bit = 0; bit < 64; bit++) {
		struct pair low = { OLD ^ 1ull << bit, ~OLD }, high = { OLD, ~OLD ^ 1ull << bit };

		check_16b((struct pair *)page, low, false, bit & 1 ? STATUS : 0);
		check_16b((struct pair *)page, high, false, bit & 1 ? STATUS : 0);
	}
}

CASE(cmpxchg16b_page, "the last 16 bytes of a page, with nothing behind it")
{
	pteval_t *pte;
	u8 *mapped = map_page(PT_WRITABLE_MASK, &pte);

	require(this_cpu_has(X86_FEATURE_CX16));
	check_16b((struct pair *)(mapped + PAGE_SIZE - 16), (struct pair){ OLD, ~OLD }, true, 0);
	check_16b((struct pair *)(mapped + PAGE_SIZE - 16), (struct pair){ OLD, OLD }, false, 0);
}

CASE(cmpxchg16b_alignment, "an address that is no multiple of 16 is a #GP(0), nothing is changed")
{
	require(this_cpu_has(X86_FEATURE_CX16));
	for (int form = PLAIN_16B; form <= LOCK_16B; form++) {
		memset(page, 0, 48);
		for (int offset = 0; offset <= 16; offset++) {
			int vector = try_form(form, page + offset);

			expect_eq_msg(vector, offset % 16 ? GP_VECTOR : 0, "offset %d", offset);
			expect_eq_msg(exception_error_code(), 0, "offset %d", offset);
		}
		/* In a comparison that would succeed as well. */
		expect_eq(asm_safe(CMPXCHG16B, "S" (page + 8), "a" (0ul), "d" (0ul),
				   "b" (1ul), "c" (1ul)), GP_VECTOR);
		for (int i = 0; i < 48; i++)
			expect_eq_msg(page[i], 0, "byte %d", i);
	}
}

CASE(cmpxchg16b_read_only, "a comparison that fails writes as well: #PF with W")
{
	require(this_cpu_has(X86_FEATURE_CX16));
	check_read_only(PLAIN_16B);
	check_read_only(LOCK_16B);
}

CASE(cmpxchg16b_dirty, "and makes its page dirty")
{
	require(this_cpu_has(X86_FEATURE_CX16));
	check_dirty(PLAIN_16B);
	check_dirty(LOCK_16B);
}

CASE(cmpxchg8b_high, "CMPXCHG8B uses the low halves of registers, and clears above what it loads")
{
	u64 ax = ~0ull << 32, dx = ~0ull << 32;

	memset(page, 0x11, 8);
	asm volatile("cmpxchg8b (%2)" : "+a" (ax), "+d" (dx) : "S" (page), "b" (0ul), "c" (0ul)
		     : "memory", "cc");
	expect_eq(ax, 0x11111111);
	expect_eq(dx, 0x11111111);
	ax |= 0x5ull << 32;
	dx |= 0x5ull << 32;
	asm volatile("cmpxchg8b (%2)" : "+a" (ax), "+d" (dx)
		     : "S" (page), "b" (0x700000002ul), "c" (0x700000003ul) : "memory", "cc");
	expect_eq(*(u64 *)page, 0x300000002);
}

CASE(cmpxchg16b_absent, "without the feature CMPXCHG16B is invalid")
{
	require(!this_cpu_has(X86_FEATURE_CX16));
	expect_eq(try_form(PLAIN_16B, page), UD_VECTOR);
	expect_eq(try_form(LOCK_16B, page), UD_VECTOR);
}

CASE(device_cmpxchg8, "on a device: CMPXCHG of 8 bytes")
{
	u8 *counter = find_hpet() + HPET_COUNTER;

	for (int same = 0; same < 2; same++) {
		u64 ax = same ? OLD : ~OLD;
		u8 zf;

		set_device(counter, OLD);
		asm volatile("lock; cmpxchgq %3, (%2); setz %1" : "+a" (ax), "=q" (zf)
			     : "S" (counter), "c" (NEW) : "memory", "cc");
		expect_eq(zf, same);
		expect_eq(ax, OLD);
		expect_eq(device_value(counter), same ? NEW : OLD);
	}
}
#endif
