/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KVM's account of pages that a guest wrote, on which live migration stands (Linux, Documentation/virt/kvm/api.rst,
 * KVM_GET_DIRTY_LOG, KVM_CLEAR_DIRTY_LOG, KVM_CAP_DIRTY_LOG_RING): after each form of access the log has exactly the pages
 * that were written. A page that is missing is lost in a migration; one too many costs time. Each form is one row of a table, and
 * is tried in the middle of a page and across its end, the first and the hundredth time, with every way to back the memory.
 */
#include "hostcall.h"
#include "x86/kvm-para.h"
#include "x86/processor.h"
#include "x86/smp.h"
#include "x86/vm.h"
#include "asm/io.h"
#include "asm/page.h"

#define SLOT		HOSTOP_SLOT_FIRST
#define SLOT_AT		0xc8000000u	/* above RAM, below the I/O APIC */
#define PAGES		64u		/* one word of the log */
#define HUGE		(2u << 20)
#define ENXIO		6

static u8 *memory;			/* the slot */

static void map(u32 size, u64 backing)
{
	hostop(HOSTOP_SLOT_UNMAP, SLOT);
	insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, size, HOSTOP_SLOT_LOG, backing), 0);
	memory = phys_to_virt(SLOT_AT);
}

/* The log of the first 64 pages, which takes it back. */
static u64 take(void)
{
	u64 bits = 0;

	insist_eq(hostop_data(&bits, sizeof(bits), NULL, HOSTOP_DIRTY_LOG, SLOT), 0);
	return bits;
}

static void begin(void)
{
	u64 bits;

	require_hostop(HOSTOP_DIRTY_LOG);
	map(PAGES * PAGE_SIZE, HOSTOP_BACKING_MEMORY);
	require_msg(hostop_data(&bits, sizeof(bits), NULL, HOSTOP_DIRTY_LOG, SLOT) != -ENXIO, "the VMM was started with a ring");
}

/* ---- forms of access ---- */

static void store_1(u8 *p) { asm volatile("movb $1, (%0)" : : "r" (p) : "memory"); }
static void store_2(u8 *p) { asm volatile("movw $1, (%0)" : : "r" (p) : "memory"); }
static void store_4(u8 *p) { asm volatile("movl $1, (%0)" : : "r" (p) : "memory"); }
static void store_long(u8 *p) { *(volatile unsigned long *)p = 1; }
static void exchange(u8 *p) { u32 v = 1; asm volatile("xchgl %0, (%1)" : "+r" (v) : "r" (p) : "memory"); }
static void add(u8 *p) { asm volatile("addl $1, (%0)" : : "r" (p) : "memory"); }
static void add_nothing(u8 *p) { asm volatile("addl $0, (%0)" : : "r" (p) : "memory"); }
static void locked_add(u8 *p) { asm volatile("lock addl $1, (%0)" : : "r" (p) : "memory"); }
static void bit_set(u8 *p) { asm volatile("btsl $3, (%0)" : : "r" (p) : "memory"); }
static void xadd(u8 *p) { u32 v = 1; asm volatile("lock xaddl %0, (%1)" : "+r" (v) : "r" (p) : "memory"); }
static void compare_exchange(u8 *p)
{
	u32 old = *(volatile u32 *)p;

	asm volatile("lock cmpxchgl %2, (%1)" : "+a" (old) : "r" (p), "r" (old + 1) : "memory");
}

static void store_string(u8 *p)
{
	unsigned long count = 4;

	asm volatile("rep stosb" : "+D" (p), "+c" (count) : "a" (1) : "memory");
}

static void move_string(u8 *p)
{
	static const u32 from = 0x12345678;
	const void *s = &from;

	asm volatile("movsl" : "+D" (p), "+S" (s) : : "memory");
}

static void push_to(u8 *p)
{
	unsigned long sp = (unsigned long)p + sizeof(long);

	asm volatile("xchg %0, %%" R "sp\n\tpush $1\n\txchg %0, %%" R "sp" : "+r" (sp) : : "memory");
}

static void load(u8 *p) { (void)*(volatile u32 *)p; }
static void test_word(u8 *p) { asm volatile("testl $1, (%0)" : : "r" (p) : "cc", "memory"); }
static void compare(u8 *p) { asm volatile("cmpl $1, (%0)" : : "r" (p) : "cc", "memory"); }
static void bit_test(u8 *p) { asm volatile("btl $3, (%0)" : : "r" (p) : "cc", "memory"); }
static void load_string(u8 *p) { u32 v; asm volatile("lodsl" : "=a" (v), "+S" (p) : : "memory"); }

/* width: bytes that are written; 0: none. Those of 1 byte cannot cross. */
static const struct form {
	const char *name;
	void (*access)(u8 *p);
	u32 width;
} forms[] = {
	{ "MOV, 1 byte", store_1, 1 },		{ "MOV, 2 bytes", store_2, 2 },
	{ "MOV, 4 bytes", store_4, 4 },		{ "MOV, all of a register", store_long, sizeof(long) },
	{ "XCHG", exchange, 4 },		{ "ADD", add, 4 },
	{ "ADD of nothing", add_nothing, 4 },	{ "LOCK ADD", locked_add, 4 },
	{ "BTS", bit_set, 4 },			{ "LOCK XADD", xadd, 4 },
	{ "LOCK CMPXCHG", compare_exchange, 4 }, { "REP STOS", store_string, 4 },
	{ "MOVS", move_string, 4 },		{ "PUSH", push_to, sizeof(long) },
	{ "a read", load, 0 },			{ "TEST", test_word, 0 },
	{ "CMP", compare, 0 },			{ "BT", bit_test, 0 },
	{ "LODS", load_string, 0 },
};

static void check_form(const struct form *f, u32 page)
{
	u64 one = f->width ? 1ull << page : 0, both = f->width ? 3ull << page : 0;
	u8 *p = memory + page * PAGE_SIZE;

	f->access(p + 0x10);
	expect_eq_msg(take(), one, "%s in page %" PRIu32, f->name, page);
	f->access(p + 0x10);
	expect_eq_msg(take(), one, "%s in page %" PRIu32 " again", f->name, page);
	f->access(p + PAGE_SIZE - 8);
	expect_eq_msg(take(), one, "%s in page %" PRIu32 ", near its end", f->name, page);
	if (f->width == 1)
		return;
	f->access(p + PAGE_SIZE - 2 + (f->width == 2));
	expect_eq_msg(take(), both, "%s across the end of page %" PRIu32, f->name, page);
	expect_eq_msg(take(), 0, "nothing after %s", f->name);
}

CASE(forms, "each form of access, in a page and across two, once and again")
{
	begin();
	take();
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		for (u32 page = 0; page < PAGES - 1; page += 31)
			check_form(&forms[i], page);
}

CASE(every_page, "each page alone, then all, then none")
{
	begin();
	take();
	for (u32 page = 0; page < PAGES; page++) {
		store_4(memory + page * PAGE_SIZE);
		expect_eq(take(), 1ull << page);
	}
	for (u32 page = 0; page < PAGES; page++)
		store_4(memory + page * PAGE_SIZE);
	expect_eq(take(), ~0ull);
	for (u32 page = 0; page < PAGES; page++)
		load(memory + page * PAGE_SIZE);
	expect_eq(take(), 0);
}

CASE(backings, "memory of whatever size of page is logged by 4 KiB, before and after it was read")
{
	static const u64 backings[] = { HOSTOP_BACKING_SMALL, HOSTOP_BACKING_THP, HOSTOP_BACKING_HUGETLB };

	begin();
	for (size_t i = 0; i < ARRAY_SIZE(backings); i++) {
		static u64 bits[HUGE / PAGE_SIZE / 64];

		hostop(HOSTOP_SLOT_UNMAP, SLOT);
		if (hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, HUGE, HOSTOP_SLOT_LOG, backings[i]))
			continue;
		for (u32 at = 0; at < HUGE; at += PAGE_SIZE)
			load(memory + at);
		hostop_data(bits, sizeof(bits), NULL, HOSTOP_DIRTY_LOG, SLOT);
		store_4(memory + 7 * PAGE_SIZE);
		store_4(memory + HUGE - 4);
		insist_eq(hostop_data(bits, sizeof(bits), NULL, HOSTOP_DIRTY_LOG, SLOT), 0);
		expect_eq_msg(bits[0], 1u << 7, "backing %" PRIu32, (u32)backings[i]);
		for (size_t n = 1; n < ARRAY_SIZE(bits) - 1; n++)
			expect_eq(bits[n], 0);
		expect_eq(bits[ARRAY_SIZE(bits) - 1], 1ull << 63);
	}
}

CASE(switched, "switched off it says nothing; switched on again all that is written from then on")
{
	u64 bits;

	begin();
	take();
	store_4(memory);
	insist_eq(hostop(HOSTOP_SLOT_FLAGS, SLOT, 0), 0);
	store_4(memory + PAGE_SIZE);
	expect_ne(hostop_data(&bits, sizeof(bits), NULL, HOSTOP_DIRTY_LOG, SLOT), 0);
	insist_eq(hostop(HOSTOP_SLOT_FLAGS, SLOT, HOSTOP_SLOT_LOG), 0);
	take();
	store_4(memory + 2 * PAGE_SIZE);
	expect_eq(take(), 1u << 2);
	expect_eq(memory[PAGE_SIZE], 1);
}

/* ---- who else writes ---- */

static volatile u32 rounds, stop;

static void write_odd(void *unused)
{
	while (!stop) {
		for (u32 page = 1; page < PAGES; page += 2)
			store_4(memory + page * PAGE_SIZE);
		rounds++;
	}
}

CASE(two_cpus, "two CPUs that write side by side: in the end no page of either is missing, and none is there that nobody wrote")
{
	u64 seen = 0;

	begin();
	require(cpu_count() > 1);
	take();
	rounds = stop = 0;
	on_cpu_async(1, write_odd, NULL);
	for (int i = 0; i < 50; i++) {
		for (u32 page = 0; page < PAGES / 2; page += 2)
			store_4(memory + page * PAGE_SIZE);
		seen |= take();
	}
	while (!rounds)
		pause();
	stop = 1;
	while (cpus_active() > 1)
		pause();
	seen |= take();
	expect_eq(seen, 0xaaaaaaaaffffffffull);
	expect_eq(take(), 0);
}

CASE(steal_time, "what KVM itself writes for the guest is in the log, too")
{
	begin();
	require_msg(this_cpu_has_kvm() && this_cpu_has(KVM_FEATURE_STEAL_TIME), "KVM tells no steal time");
	take();
	wrmsr(MSR_KVM_STEAL_TIME, (SLOT_AT + 5 * PAGE_SIZE) | KVM_MSR_ENABLED);
	/* It is written when the vCPU comes back after it was scheduled away. */
	for (int i = 0; i < 100 && !*(volatile u32 *)(memory + 5 * PAGE_SIZE + 8); i++)
		hostop(HOSTOP_SLEEP, 1000000);
	wrmsr(MSR_KVM_STEAL_TIME, 0);
	expect_ne(*(volatile u32 *)(memory + 5 * PAGE_SIZE + 8), 0);
	expect_eq(take(), 1u << 5);
}

#define FAR	((volatile u32 *)(unsigned long)0x7f0000000000ull)	/* nobody else's */

CASE(tables, "page tables in the slot: the CPU's accessed and dirty bits are writes")
{
	u64 *pte;

	begin();
	pte = (u64 *)(memory + 9 * PAGE_SIZE);
	require(sizeof(long) == 8);
	setup_vm();
	take();
	/* A page table of one entry, for the last page of the slot. */
	*pte = (SLOT_AT + 63 * PAGE_SIZE) | 3;
	install_pte(current_page_table(), 2, (void *)FAR, (SLOT_AT + 9 * PAGE_SIZE) | 3, NULL);
	take();
	(void)*FAR;
	expect_eq(take(), 1u << 9);
	expect_eq(*pte & (PT_ACCESSED_MASK | PT_DIRTY_MASK), PT_ACCESSED_MASK);
	*FAR = 1;
	expect_eq(take(), 1u << 9 | 1ull << 63);
	expect_eq(*pte & (PT_ACCESSED_MASK | PT_DIRTY_MASK), PT_ACCESSED_MASK | PT_DIRTY_MASK);
	install_pte(current_page_table(), 2, (void *)FAR, 0, NULL);
	invlpg((void *)FAR);
}
