/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory slots that come, go, move and change while the guest runs (Linux, Documentation/virt/kvm/api.rst,
 * KVM_SET_USER_MEMORY_REGION): what is no memory reads as ones and drops writes (the VMM's way with MMIO that nobody takes), a
 * moved slot has its contents at the new place only, a read-only slot drops every form of write, two slots of the same
 * memory agree, and no CPU goes on with a translation of before, whatever it does meanwhile.
 */
#include "hostcall.h"
#include "rand.h"
#include "x86/processor.h"
#include "x86/smp.h"
#include "asm/io.h"
#include "asm/page.h"

#define SLOT		HOSTOP_SLOT_FIRST
#define SLOT_AT		0xc8000000u	/* above RAM, below the I/O APIC */
#define ELSEWHERE	0xd0000000u
#define SIZE		0x10000u
#define PATTERN		0x600df00du
#define STEP		64u		/* bytes between the words that are looked at */
#define NOTHING		0xffffffffu

static volatile u32 *at(u32 address)
{
	return phys_to_virt(address);
}

static void begin(void)
{
	require_hostop(HOSTOP_SLOT_MAP);
	hostop(HOSTOP_SLOT_UNMAP, SLOT + 1);
	hostop(HOSTOP_SLOT_UNMAP, SLOT);
	insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, SIZE), 0);
}

static void fill(u32 address)
{
	for (u32 i = 0; i < SIZE; i += STEP)
		*at(address + i) = PATTERN ^ i;
}

/* The pattern; or nothing: that is an exit a word, so only the first and the last of each page. */
static void expect_pattern(u32 address, bool there)
{
	u32 wrong = 0;

	for (u32 i = 0; i < SIZE; i += STEP)
		if (there)
			wrong += *at(address + i) != (PATTERN ^ i);
		else if (i % PAGE_SIZE == 0 || i % PAGE_SIZE == PAGE_SIZE - STEP)
			wrong += *at(address + i) != NOTHING;
	expect_eq_msg(wrong, 0, "words at %#" PRIx32, address);
}

CASE(hole, "where there is no slot: ones are read, writes are dropped")
{
	begin();
	fill(SLOT_AT);
	insist_eq(hostop(HOSTOP_SLOT_UNMAP, SLOT), 0);
	expect_pattern(SLOT_AT, false);
	*at(SLOT_AT) = 0;
	expect_eq(*at(SLOT_AT), NOTHING);
	expect_eq(*(volatile u8 *)at(SLOT_AT), 0xff);
	expect_eq(*(volatile u16 *)at(SLOT_AT + 1), 0xffff);
}

CASE(fresh, "a new slot is zero, a hundred times in the same place")
{
	begin();
	for (int i = 0; i < 100; i++) {
		u32 page = i % (SIZE / PAGE_SIZE) * PAGE_SIZE;

		expect_eq(*at(SLOT_AT + page), 0);
		*at(SLOT_AT + page) = PATTERN;
		expect_eq(*at(SLOT_AT + page), PATTERN);
		insist_eq(hostop(HOSTOP_SLOT_UNMAP, SLOT), 0);
		expect_eq(*at(SLOT_AT + page), NOTHING);
		insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, SIZE), 0);
	}
}

CASE(moved, "a slot that moves has its contents there, and nothing here; back again likewise")
{
	begin();
	fill(SLOT_AT);
	for (int i = 0; i < 3; i++) {
		insist_eq(hostop(HOSTOP_SLOT_MOVE, SLOT, ELSEWHERE), 0);
		expect_pattern(ELSEWHERE, true);
		expect_pattern(SLOT_AT, false);
		insist_eq(hostop(HOSTOP_SLOT_MOVE, SLOT, SLOT_AT), 0);
		expect_pattern(SLOT_AT, true);
		expect_pattern(ELSEWHERE, false);
	}
}

CASE(overlap, "a slot cannot lie over another one")
{
	begin();
	expect_ne(hostop(HOSTOP_SLOT_MAP, SLOT + 1, SLOT_AT + SIZE - PAGE_SIZE, SIZE), 0);
	expect_ne(hostop(HOSTOP_SLOT_MAP, SLOT + 1, SLOT_AT - PAGE_SIZE, SIZE), 0);
	expect_eq(hostop(HOSTOP_SLOT_MAP, SLOT + 1, SLOT_AT + SIZE, SIZE), 0);
	*at(SLOT_AT + SIZE - 4) = PATTERN;
	*at(SLOT_AT + SIZE) = ~PATTERN;
	/* Across the border of the two. */
	expect_eq(*(volatile u32 *)(phys_to_virt(SLOT_AT + SIZE - 2)), (PATTERN >> 16 | ~PATTERN << 16));
}

/* ---- read-only ---- */

static void write_1(volatile u32 *p) { *(volatile u8 *)p = 0; }
static void write_2(volatile u32 *p) { *(volatile u16 *)p = 0; }
static void write_4(volatile u32 *p) { *p = 0; }
static void write_add(volatile u32 *p) { asm volatile("addl $1, (%0)" : : "r" (p) : "memory"); }
static void write_locked(volatile u32 *p) { asm volatile("lock addl $1, (%0)" : : "r" (p) : "memory"); }
static void write_xchg(volatile u32 *p) { u32 v = 0; asm volatile("xchgl %0, (%1)" : "+r" (v) : "r" (p) : "memory"); }
static void write_string(volatile u32 *p)
{
	unsigned long count = 16;

	asm volatile("rep stosl" : "+D" (p), "+c" (count) : "a" (0) : "memory");
}

CASE(read_only, "no form of write changes a read-only slot, and it is read as before; then it is written again")
{
	static const struct { const char *name; void (*write)(volatile u32 *p); } writes[] = {
		{ "1 byte", write_1 }, { "2 bytes", write_2 }, { "4 bytes", write_4 }, { "ADD", write_add },
		{ "LOCK ADD", write_locked }, { "XCHG", write_xchg }, { "REP STOS", write_string },
	};

	begin();
	fill(SLOT_AT);
	insist_eq(hostop(HOSTOP_SLOT_FLAGS, SLOT, HOSTOP_SLOT_READONLY), 0);
	for (size_t i = 0; i < ARRAY_SIZE(writes); i++) {
		writes[i].write(at(SLOT_AT + i * PAGE_SIZE));
		/* Across two of its pages, where it is not a string. */
		writes[i].write((volatile u32 *)((volatile u8 *)at(SLOT_AT + (i + 1) * PAGE_SIZE) - 1));
		expect_eq_msg(*at(SLOT_AT + i * PAGE_SIZE), PATTERN ^ i * PAGE_SIZE, "%s", writes[i].name);
	}
	expect_pattern(SLOT_AT, true);
	insist_eq(hostop(HOSTOP_SLOT_FLAGS, SLOT, 0), 0);
	expect_pattern(SLOT_AT, true);
	*at(SLOT_AT) = 0;
	expect_eq(*at(SLOT_AT), 0);
}

/* ---- what the host does beside the guest ---- */

CASE(alias, "two slots of one memory: what is written in one is read in the other, by page")
{
	begin();
	require_hostop(HOSTOP_SLOT_ALIAS);
	fill(SLOT_AT);
	insist_eq(hostop(HOSTOP_SLOT_ALIAS, SLOT + 1, ELSEWHERE, SLOT, 0, SIZE), 0);
	expect_pattern(ELSEWHERE, true);
	for (u32 page = 0; page < SIZE; page += PAGE_SIZE) {
		*at(ELSEWHERE + page + 8) = page;
		expect_eq(*at(SLOT_AT + page + 8), page);
		*at(SLOT_AT + page + 8) = ~page;
		expect_eq(*at(ELSEWHERE + page + 8), ~page);
	}
	expect_ne(hostop(HOSTOP_SLOT_UNMAP, SLOT), 0);
	insist_eq(hostop(HOSTOP_SLOT_UNMAP, SLOT + 1), 0);
	expect_eq(*at(ELSEWHERE), NOTHING);
}

CASE(replaced, "pages that the host gives up are zero, and their neighbours as they were")
{
	begin();
	require_hostop(HOSTOP_SLOT_DISCARD);
	fill(SLOT_AT);
	insist_eq(hostop(HOSTOP_SLOT_DISCARD, SLOT, 3 * PAGE_SIZE, PAGE_SIZE), 0);
	expect_eq(*at(SLOT_AT + 3 * PAGE_SIZE - STEP), PATTERN ^ (3 * PAGE_SIZE - STEP));
	for (u32 i = 0; i < PAGE_SIZE; i += 4)
		expect_eq(*at(SLOT_AT + 3 * PAGE_SIZE + i), 0);
	expect_eq(*at(SLOT_AT + 4 * PAGE_SIZE), PATTERN ^ (4 * PAGE_SIZE));
}

CASE(code, "instructions that the host changes are fetched anew")
{
	/* mov $N, %eax; ret */
	u8 code[] = { 0xb8, 0, 0, 0, 0, 0xc3 };
	u32 (*function)(void) = phys_to_virt(SLOT_AT);

	begin();
	for (u32 i = 0; i < 20; i++) {
		code[1] = i;
		insist_eq(hostop_data(code, sizeof(code), NULL, HOSTOP_SLOT_WRITE, SLOT, 0), 0);
		expect_eq(function(), i);
	}
}

/* ---- under a CPU that runs ---- */

static volatile struct {
	u32 stop, reads, found, nothing, wrong;
} reader;

static void read_on(void *unused)
{
	while (!reader.stop) {
		u32 value = *at(SLOT_AT + STEP);

		reader.found += value == (PATTERN ^ STEP);
		reader.nothing += value == NOTHING;
		reader.wrong += value != (PATTERN ^ STEP) && value != NOTHING;
		reader.reads++;
	}
}

CASE(zapped, "a CPU that reads meanwhile finds the contents or nothing, never anything else, and each change in the end")
{
	begin();
	require(cpu_count() > 1);
	fill(SLOT_AT);
	memset((void *)&reader, 0, sizeof(reader));
	on_cpu_async(1, read_on, NULL);
	for (int i = 0; i < 20; i++) {
		u32 before;

		insist_eq(hostop(HOSTOP_SLOT_MOVE, SLOT, i % 2 ? SLOT_AT : ELSEWHERE), 0);
		for (before = reader.reads; reader.reads - before < 2;)
			pause();
		before = i % 2 ? reader.nothing : reader.found;
		for (u32 n = reader.reads; reader.reads - n < 3;)
			pause();
		expect_eq_msg(i % 2 ? reader.nothing : reader.found, before, "round %d", i);
	}
	reader.stop = 1;
	while (cpus_active() > 1)
		pause();
	expect_eq(reader.wrong, 0);
	expect_gt(reader.found, 0);
	expect_gt(reader.nothing, 0);
}
