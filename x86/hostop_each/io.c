/* SPDX-License-Identifier: BSD-2-Clause */
/* Host operations in short: ioeventfd and coalesced accesses. */
#include "each.h"

CASE(ioeventfd, "writes to a port are counted, and do not exit")
{
	u64 handle, exits;

	begin(HOSTOP_IOEVENTFD);
	insist_eq(hostop_get(rets, HOSTOP_IOEVENTFD, FREE_PORT, 1, HOSTOP_IO_PORT), 0);
	handle = rets[0];
	expect_eq(hostop_get(rets, HOSTOP_EXITS, HOSTOP_SELF, EXIT_IO), 0);
	exits = rets[0];
	for (int i = 0; i < 5; i++)
		outb(i, FREE_PORT);
	expect_eq(hostop_get(rets, HOSTOP_EXITS, HOSTOP_SELF, EXIT_IO), 0);
	expect_eq(rets[0], exits + 1);
	expect_eq(hostop_get(rets, HOSTOP_IOEVENTFD_COUNT, handle), 0);
	expect_eq(rets[0], 5);
	expect_eq(hostop_get(rets, HOSTOP_IOEVENTFD_COUNT, handle), 0);
	expect_eq(rets[0], 0);
	expect_eq(hostop(HOSTOP_IOEVENTFD_CLOSE, handle), 0);
	expect_eq((u32)hostop(HOSTOP_IOEVENTFD_COUNT, handle), (u32)HOSTOP_EARG);
}

CASE(coalesced, "writes to memory and to a port are gathered, in their order")
{
	struct hostop_coalesced log[4];

	begin(HOSTOP_COALESCED);
	insist_eq(hostop(HOSTOP_COALESCED, SLOT_AT, 8), 0);
	insist_eq(hostop(HOSTOP_COALESCED, FREE_PORT, 2, HOSTOP_IO_PORT), 0);
	hostop_data(log, sizeof(log), NULL, HOSTOP_COALESCED_READ);
	*word(4) = 0x11223344;
	outw(0x5566, FREE_PORT);
	expect_eq(hostop_data(log, sizeof(log), rets, HOSTOP_COALESCED_READ), 0);
	expect_eq(rets[0], 2);
	expect_eq(rets[1], 2);
	expect_eq(log[0].address, SLOT_AT + 4);
	expect_eq(log[0].data, 0x11223344);
	expect_eq(log[0].length, 4);
	expect_eq(log[0].port, 0);
	expect_eq(log[1].address, FREE_PORT);
	expect_eq(log[1].data, 0x5566);
	expect_eq(log[1].length, 2);
	expect_eq(log[1].port, 1);
	expect_eq(hostop(HOSTOP_COALESCED_CLOSE, SLOT_AT, 8), 0);
	expect_eq(hostop(HOSTOP_COALESCED_CLOSE, FREE_PORT, 2, HOSTOP_IO_PORT), 0);
	expect_eq((u32)hostop(HOSTOP_COALESCED_CLOSE, SLOT_AT, 8), (u32)HOSTOP_EARG);
}
