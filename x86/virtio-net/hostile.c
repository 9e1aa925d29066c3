/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Transmit and receive buffers that no driver may give (Virtual I/O Device specification 1.2,
 * sections 2.1.2, 2.7.4, 5.1.6): the device ignores them or needs a reset; the other one gets
 * nothing that was not sent whole, and no byte beyond its buffers.
 */
#include "net.h"
#include "patience.h"
#include "x86/processor.h"

#define READY	(VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER | VIRTIO_FEATURES_OK | VIRTIO_DRIVER_OK)

static u8 big[70000] __attribute__((aligned(4096)));

static void set(struct nic *nic, u16 at, u64 addr, u32 len, u16 flags, u16 next)
{
	volatile struct virtq_desc *desc = &nic->q[TX].desc[at];

	desc->addr = cpu_to_le64(addr);
	desc->len = cpu_to_le32(len);
	desc->flags = cpu_to_le16(flags);
	desc->next = cpu_to_le16(next);
}

/* ---- what is sent: one chain from descriptor 0 on ---- */

static void no_header(struct nic *nic)
{
	set(nic, 0, virt_to_phys(nic->tx), NET_HEADER - 1, 0, 0);
}

static void nothing(struct nic *nic)
{
	set(nic, 0, virt_to_phys(nic->tx), 0, 0, 0);
}

static void header_only(struct nic *nic)
{
	set(nic, 0, virt_to_phys(nic->tx), NET_HEADER, 0, 0);
}

static void loop(struct nic *nic)
{
	set(nic, 0, virt_to_phys(nic->tx), NET_HEADER, VIRTQ_NEXT, 1);
	set(nic, 1, virt_to_phys(nic->tx), 100, VIRTQ_NEXT, 0);
}

static void writable(struct nic *nic)
{
	set(nic, 0, virt_to_phys(nic->tx), NET_HEADER + 100, VIRTQ_WRITE, 0);
}

static void too_long(struct nic *nic)
{
	set(nic, 0, virt_to_phys(nic->tx), NET_HEADER, VIRTQ_NEXT, 1);
	set(nic, 1, virt_to_phys(big), sizeof(big), 0, 0);
}

static void longer_than_buffers(struct nic *nic)
{
	set(nic, 0, virt_to_phys(nic->tx), NET_HEADER, VIRTQ_NEXT, 1);
	set(nic, 1, virt_to_phys(big), 4000, 0, 0);
}

static void nowhere(struct nic *nic)
{
	set(nic, 0, virt_to_phys(nic->tx), NET_HEADER, VIRTQ_NEXT, 1);
	set(nic, 1, 0x00f0000000000000ull, 100, 0, 0);
}

static void wraps(struct nic *nic)
{
	set(nic, 0, virt_to_phys(nic->tx), NET_HEADER, VIRTQ_NEXT, 1);
	set(nic, 1, ~0ull - 49, 100, 0, 0);
}

static void next_beyond(struct nic *nic)
{
	set(nic, 0, virt_to_phys(nic->tx), NET_HEADER, VIRTQ_NEXT, NET_QUEUE);
}

static bool has_failed(struct nic *nic)
{
	return virtio_read8(&nic->dev, VIRTIO_STATUS) & VIRTIO_NEEDS_RESET;
}

/* Until the device has used what was sent, or one of both needs a reset; or it does neither. */
static void let_take(void)
{
	struct patience patience = { 0 };

	while (!virtq_used_idx(&nics[0].q[TX]) && !has_failed(&nics[0]) && !has_failed(&nics[1]) &&
	       !patience_over(&patience, 3))
		pause();
}

static void expect_works(void)
{
	net_open_both(0);
	net_send(&nics[0], nics[1].mac, 3, 333);
	net_expect(&nics[1], nics[1].mac, nics[0].mac, 3, 333);
	net_close_both();
}

static void expect_harmless(void (*prepare)(struct nic *nic))
{
	struct nic *nic;
	u8 status;

	net_open_both(0);
	nic = &nics[0];
	memset(nic->tx, 0, NET_HEADER);
	net_fill(nic->tx + NET_HEADER, nics[1].mac, nic->mac, 1, 100);
	net_fill(big, nics[1].mac, nic->mac, 1, 200);
	prepare(nic);
	virtq_offer(&nic->q[TX], 0);
	virtq_notify(&nic->q[TX]);
	let_take();
	status = virtio_read8(&nic->dev, VIRTIO_STATUS);
	expect_msg(status == READY || status == (READY | VIRTIO_NEEDS_RESET), "status %#x", status);
	/* The receiver has done nothing wrong. */
	expect_eq(virtio_read8(&nics[1].dev, VIRTIO_STATUS), READY);
	net_close_both();
	expect_works();
}

/* A case each: a VMM that dies of one shows the others. */
#define BAD_FRAME(name, what)	CASE(frame_##name, what) { expect_harmless(name); }
BAD_FRAME(no_header, "sending less than a header does no harm")
BAD_FRAME(nothing, "sending an empty buffer does no harm")
BAD_FRAME(header_only, "sending a header without a frame does no harm")
BAD_FRAME(loop, "sending a chain without an end does no harm")
BAD_FRAME(writable, "sending a buffer that is to be written does no harm")
BAD_FRAME(too_long, "sending a frame of 70,000 bytes does no harm")
BAD_FRAME(longer_than_buffers, "sending a frame longer than each receive buffer does no harm")
BAD_FRAME(nowhere, "sending a frame without memory does no harm")
BAD_FRAME(wraps, "sending a frame whose addresses wrap does no harm")
BAD_FRAME(next_beyond, "sending a chain that leaves the table does no harm")

/* All receive buffers are so (address 0: where they were) when a frame comes. */
static void expect_no_room(u64 addr, u32 len, u16 flags)
{
	struct nic *nic;
	u32 wrong = 0;

	net_open_both(0);
	nic = &nics[1];
	for (u16 at = 0; at < NET_QUEUE; at++) {
		volatile struct virtq_desc *desc = &nic->q[RX].desc[at];

		desc->addr = cpu_to_le64(addr ? addr : virt_to_phys(nic->rx[at]));
		desc->len = cpu_to_le32(len);
		desc->flags = cpu_to_le16(flags);
	}
	/* It may wait for ever, until the receiver is reset. */
	memset(nics[0].tx, 0, NET_HEADER);
	net_fill(nics[0].tx + NET_HEADER, nic->mac, nics[0].mac, 1, 1000);
	virtq_add(&nics[0].q[TX], nics[0].tx, NET_HEADER + 1000, 0);
	virtq_notify(&nics[0].q[TX]);
	let_take();
	virtio_reset(&nic->dev);
	virtio_reset(&nics[0].dev);
	for (u16 at = 0; at < NET_QUEUE; at++)
		for (u32 byte = flags && !addr ? len : 0; byte < NET_HEADER + 1000; byte++)
			wrong += nic->rx[at][byte] != NET_PATTERN;
	expect_eq_msg(wrong, 0, "bytes where none may be");
	expect_works();
}

#define BAD_ROOM(name, what, addr, len, flags) \
	CASE(room_##name, what) { expect_no_room(addr, len, flags); }
BAD_ROOM(empty, "empty receive buffers do no harm", 0, 0, VIRTQ_WRITE)
BAD_ROOM(read_only, "receive buffers that are not to be written stay as they are", 0, NET_ROOM, 0)
BAD_ROOM(no_header, "receive buffers shorter than a header do no harm", 0, 11, VIRTQ_WRITE)
BAD_ROOM(header_only, "receive buffers for the header only do no harm", 0, NET_HEADER, VIRTQ_WRITE)
BAD_ROOM(nowhere, "receive buffers without memory do no harm", 0xf0ull << 48, NET_ROOM, VIRTQ_WRITE)
BAD_ROOM(wraps, "receive buffers whose addresses wrap do no harm", ~0ull - 99, NET_ROOM,
	 VIRTQ_WRITE)
