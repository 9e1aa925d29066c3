/* SPDX-License-Identifier: BSD-2-Clause */
/* Host operations in short: dirty log and dirty ring. */
#include "each.h"

CASE(dirty_log, "the log has the pages that were written, and no other")
{
	u64 bits;

	begin(HOSTOP_DIRTY_LOG);
	insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, SLOT_SIZE, HOSTOP_SLOT_LOG), 0);
	require_msg(hostop_data(&bits, sizeof(bits), NULL, HOSTOP_DIRTY_LOG, SLOT) != -ENXIO,
		    "KVM has the ring instead");
	hostop_data(&bits, sizeof(bits), NULL, HOSTOP_DIRTY_LOG, SLOT);
	*word(3 * PAGE_SIZE) = 1;
	*word(9 * PAGE_SIZE + 8) = 1;
	expect_eq(*word(5 * PAGE_SIZE), 0);
	expect_eq(hostop_data(&bits, sizeof(bits), rets, HOSTOP_DIRTY_LOG, SLOT), 0);
	expect_eq(bits, 1u << 3 | 1u << 9);
	expect_eq(rets[0], 2);
	expect_eq(hostop_data(&bits, sizeof(bits), rets, HOSTOP_DIRTY_LOG, SLOT), 0);
	expect_eq(bits, 0);
	expect_eq((u32)hostop_data(&bits, 4, NULL, HOSTOP_DIRTY_LOG, SLOT), (u32)HOSTOP_ESIZE);
}

#define CAP_MANUAL_DIRTY_LOG_PROTECT2	168

/* Linux api.rst: with it reading the log no longer clears it. */
CASE(dirty_clear, "pages stay in the log until they are cleared, each on its own")
{
	static u64 bits, some;

	begin(HOSTOP_DIRTY_CLEAR);
	expect_eq(hostop_get(rets, HOSTOP_CAP_CHECK, CAP_MANUAL_DIRTY_LOG_PROTECT2), 0);
	require(rets[0]);
	insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, 64 * PAGE_SIZE, HOSTOP_SLOT_LOG), 0);
	require_msg(hostop_data(&bits, sizeof(bits), NULL, HOSTOP_DIRTY_LOG, SLOT) != -ENXIO,
		    "KVM has the ring instead");
	insist_eq(hostop(HOSTOP_CAP_ENABLE, CAP_MANUAL_DIRTY_LOG_PROTECT2, 1), 0);
	*word(3 * PAGE_SIZE) = *word(9 * PAGE_SIZE) = 1;
	some = 1u << 3;
	expect_eq(hostop_data(&bits, sizeof(bits), NULL, HOSTOP_DIRTY_LOG, SLOT), 0);
	expect_eq(bits, 1u << 3 | 1u << 9);
	expect_eq(hostop_data(&some, sizeof(some), NULL, HOSTOP_DIRTY_CLEAR, SLOT, 0, 64), 0);
	expect_eq(hostop_data(&bits, sizeof(bits), NULL, HOSTOP_DIRTY_LOG, SLOT), 0);
	expect_eq(bits, 1u << 9);
	expect_eq(hostop(HOSTOP_CAP_ENABLE, CAP_MANUAL_DIRTY_LOG_PROTECT2, 0), 0);
	clean_up();
}

CASE(dirty_ring, "the ring has the pages that were written, in their order")
{
	static struct hostop_dirty_page pages[64];

	begin(HOSTOP_DIRTY_RING);
	insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, SLOT_SIZE, HOSTOP_SLOT_LOG), 0);
	require_msg(hostop_data(pages, sizeof(pages), NULL, HOSTOP_DIRTY_RING, HOSTOP_SELF) !=
			    HOSTOP_EUNAVAILABLE,
		    "the VMM was started without --dirty-ring");
	*word(3 * PAGE_SIZE) = 1;
	*word(9 * PAGE_SIZE) = 1;
	expect_eq(hostop_data(pages, sizeof(pages), rets, HOSTOP_DIRTY_RING, HOSTOP_SELF), 0);
	expect_eq(rets[0], 2);
	expect_eq(pages[0].slot, SLOT);
	expect_eq(pages[0].offset, 3);
	expect_eq(pages[1].offset, 9);
	expect_eq(hostop_data(pages, sizeof(pages), rets, HOSTOP_DIRTY_RING, HOSTOP_SELF), 0);
	expect_eq(rets[0], 0);
}

#define RING_ENTRIES	4096	/* of the entry's --dirty-ring */
#define LARGE_SIZE	(2 * RING_ENTRIES * PAGE_SIZE)
#define LARGE_AT	0xd0000000u

/*
 * More pages than the ring has room for: KVM leaves the guest, the VMM empties the ring, and
 * nothing is lost.
 */
static void overrun_ring(u32 pages_an_exit)
{
	static struct hostop_dirty_page pages[2 * RING_ENTRIES];
	u32 wrong = 0;

	begin(HOSTOP_DIRTY_RING);
	require_msg(hostop_data(pages, sizeof(pages), rets, HOSTOP_DIRTY_RING, HOSTOP_SELF) !=
			    HOSTOP_EUNAVAILABLE,
		    "the VMM was started without --dirty-ring");
	memset(pages, 0, sizeof(pages));
	insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, LARGE_AT, LARGE_SIZE, HOSTOP_SLOT_LOG), 0);
	for (u32 page = 0; page < ARRAY_SIZE(pages); page++) {
		*(volatile u8 *)phys_to_virt(LARGE_AT + page * PAGE_SIZE) = 1;
		if (page % pages_an_exit == 0)
			inb(FREE_PORT);
	}
	expect_eq(hostop_data(pages, sizeof(pages), rets, HOSTOP_DIRTY_RING, HOSTOP_SELF), 0);
	expect_eq(rets[0], ARRAY_SIZE(pages));
	expect_ge(rets[2], 1);
	expect_eq(rets[3], 0);
	for (size_t i = 0; i < ARRAY_SIZE(pages); i++)
		wrong += pages[i].slot != SLOT || pages[i].offset != i;
	expect_eq(wrong, 0);
	clean_up();
}

CASE(dirty_ring_full, "a ring that runs over loses no page")
{
	overrun_ring(16);
}

CASE(dirty_ring_full_at_once, "nor does it where nothing else leaves the guest")
{
	overrun_ring(2 * RING_ENTRIES);
}
