/* SPDX-License-Identifier: BSD-2-Clause */
/* Host operations in short: memory slots, and pages that are swapped out. */
#include "each.h"

CASE(slot, "a slot is there, moves with its contents, and goes")
{
	begin(HOSTOP_SLOT_MAP);
	expect_eq(*word(0), 0xffffffff);
	insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, SLOT_SIZE), 0);
	expect_eq(*word(0), 0);
	*word(SLOT_SIZE - 4) = 0x12345678;
	expect_eq(*word(SLOT_SIZE - 4), 0x12345678);
	expect_eq(hostop(HOSTOP_SLOT_MOVE, SLOT, SLOT_ELSEWHERE), 0);
	expect_eq(*word(SLOT_SIZE - 4), 0xffffffff);
	expect_eq(*(volatile u32 *)phys_to_virt(SLOT_ELSEWHERE + SLOT_SIZE - 4), 0x12345678);
	expect_eq(hostop(HOSTOP_SLOT_UNMAP, SLOT), 0);
	expect_eq(*(volatile u32 *)phys_to_virt(SLOT_ELSEWHERE), 0xffffffff);
}

CASE(slot_errors, "slots that are not the guest's, places that are taken, sizes that are none")
{
	begin(HOSTOP_SLOT_MAP);
	expect_eq((u32)hostop(HOSTOP_SLOT_MAP, 0, SLOT_AT, SLOT_SIZE), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_SLOT_MAP, 32, SLOT_AT, SLOT_SIZE), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_SLOT_MAP, SLOT, 0x400000, SLOT_SIZE), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_SLOT_MAP, SLOT, 0xfec00000u, SLOT_SIZE), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT + 1, SLOT_SIZE), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, 0), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, ~0ull << 12), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, SLOT_SIZE, 4), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_SLOT_UNMAP, 0), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_SLOT_MOVE, 0, SLOT_AT), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_SLOT_FLAGS, 0, HOSTOP_SLOT_READONLY), (u32)HOSTOP_EARG);
}

CASE(slot_readonly, "writes to a read-only slot change nothing; the host's own do")
{
	static u32 value = 0xabcd1234;
	u32 seen;

	begin(HOSTOP_SLOT_FLAGS);
	insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, SLOT_SIZE), 0);
	*word(8) = 1;
	insist_eq(hostop(HOSTOP_SLOT_FLAGS, SLOT, HOSTOP_SLOT_READONLY), 0);
	*word(8) = 2;
	expect_eq(*word(8), 1);
	expect_eq(hostop_data(&value, sizeof(value), NULL, HOSTOP_SLOT_WRITE, SLOT, 8), 0);
	expect_eq(*word(8), value);
	expect_eq(hostop_data(&seen, sizeof(seen), NULL, HOSTOP_SLOT_READ, SLOT, 8), 0);
	expect_eq(seen, value);
	expect_eq(
		(u32)hostop_data(&seen, sizeof(seen), NULL, HOSTOP_SLOT_READ, SLOT, SLOT_SIZE - 2),
		(u32)HOSTOP_EARG);
}

CASE(slot_alias, "a second slot shows the same memory")
{
	begin(HOSTOP_SLOT_ALIAS);
	insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, SLOT_SIZE), 0);
	insist_eq(hostop(HOSTOP_SLOT_ALIAS, SLOT + 1, SLOT_ELSEWHERE, SLOT, PAGE_SIZE, PAGE_SIZE),
		  0);
	*word(PAGE_SIZE) = 77;
	expect_eq(*(volatile u32 *)phys_to_virt(SLOT_ELSEWHERE), 77);
	expect_eq((u32)hostop(HOSTOP_SLOT_UNMAP, SLOT), (u32)HOSTOP_EBUSY);
	clean_up();
}

CASE(slot_discard, "discarded pages are zeroes")
{
	begin(HOSTOP_SLOT_DISCARD);
	insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, SLOT_SIZE, 0, HOSTOP_BACKING_SMALL), 0);
	*word(0) = *word(PAGE_SIZE) = 5;
	expect_eq(hostop(HOSTOP_SLOT_DISCARD, SLOT, PAGE_SIZE, PAGE_SIZE), 0);
	expect_eq(*word(0), 5);
	expect_eq(*word(PAGE_SIZE), 0);
}

CASE(swap, "a page that is out comes back when it is touched, as it was")
{
	begin(HOSTOP_SLOT_SWAP_OUT);
	insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, SLOT_SIZE), 0);
	for (u32 at = 0; at < SLOT_SIZE; at += PAGE_SIZE)
		*word(at) = at + 1;
	insist_eq(hostop(HOSTOP_SLOT_SWAP_OUT, SLOT, 0, SLOT_SIZE), 0);
	expect_eq(hostop_get(rets, HOSTOP_SLOT_SWAPPED, SLOT), 0);
	expect_eq(rets[0], SLOT_SIZE / PAGE_SIZE);
	expect_eq(rets[1], 0);
	expect_eq(*word(PAGE_SIZE), PAGE_SIZE + 1);
	expect_eq(hostop_get(rets, HOSTOP_SLOT_SWAPPED, SLOT), 0);
	expect_eq(rets[0], SLOT_SIZE / PAGE_SIZE - 1);
	expect_eq(rets[1], 1);
	expect_ge(rets[2], 1);
	for (u32 at = 0; at < SLOT_SIZE; at += PAGE_SIZE)
		expect_eq(*word(at), at + 1);
	clean_up();
}

CASE(swap_delay, "a page that takes long to come back keeps the CPU waiting")
{
	const u64 delay = 20000000;
	u64 before;

	begin(HOSTOP_SLOT_SWAP_OUT);
	insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, SLOT_SIZE), 0);
	*word(0) = 5;
	insist_eq(hostop(HOSTOP_SLOT_SWAP_OUT, SLOT, 0, SLOT_SIZE), 0);
	expect_eq(hostop(HOSTOP_SLOT_SWAP_DELAY, SLOT, delay), 0);
	expect_eq(hostop_get(rets, HOSTOP_HOST_TIME), 0);
	before = rets[1];
	expect_eq(*word(0), 5);
	expect_eq(hostop_get(rets, HOSTOP_HOST_TIME), 0);
	expect_ge(rets[1] - before, delay);
	expect_eq((u32)hostop(HOSTOP_SLOT_SWAP_DELAY, SLOT, 1000000001), (u32)HOSTOP_EARG);
	clean_up();
}
