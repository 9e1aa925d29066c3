/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames from one device to the other (Virtual I/O Device specification 1.2, sections 5.1.6.2 to
 * 5.1.6.4): contents, lengths, order; buffers in parts, merged ones, and ones that are too small.
 */
#include "net.h"
#include "x86/processor.h"

static const u8 broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const u8 multicast[6] = { 0x01, 0x00, 0x5e, 0x00, 0x12, 0x34 };

static const u16 lengths[] = { 60, 61, 64, 127, 128, 255, 256, 511, 512, 1000, 1024, 1513, 1514 };

CASE(frames, "frames of each length arrive whole, both ways, with a header of one buffer")
{
	net_open_both(0);
	for (u32 i = 0; i < ARRAY_SIZE(lengths); i++) {
		net_send(&nics[0], nics[1].mac, i, lengths[i]);
		net_expect(&nics[1], nics[1].mac, nics[0].mac, i, lengths[i]);
		net_send(&nics[1], nics[0].mac, 100 + i, lengths[i]);
		net_expect(&nics[0], nics[0].mac, nics[1].mac, 100 + i, lengths[i]);
	}
	/* Nobody hears itself. */
	expect_eq(virtq_used_idx(&nics[0].q[RX]), ARRAY_SIZE(lengths));
	expect_eq(virtq_used_idx(&nics[1].q[RX]), ARRAY_SIZE(lengths));
	net_close_both();
}

CASE(num_buffers, "without MRG_RXBUF the header says that the frame has one buffer (5.1.6.4.1)")
{
	const u8 *buffer;
	u32 len;

	net_open_both(0);
	net_send(&nics[0], nics[1].mac, 1, 100);
	buffer = net_receive(&nics[1], &len);
	insist(buffer);
	expect_eq(buffer[NET_NUM_BUFFERS] | buffer[NET_NUM_BUFFERS + 1] << 8, 1);
	net_close_both();
}

CASE(everybody, "broadcasts and multicasts arrive as they were sent")
{
	net_open_both(0);
	net_send(&nics[0], broadcast, 1, 100);
	net_expect(&nics[1], broadcast, nics[0].mac, 1, 100);
	net_send(&nics[1], multicast, 2, 200);
	net_expect(&nics[0], multicast, nics[1].mac, 2, 200);
	net_close_both();
}

CASE(many, "the rings wrap: 200 frames in turn, each whole")
{
	net_open_both(0);
	for (u32 i = 0; i < 200; i++) {
		u32 len = NET_MIN + i * 37 % 100;

		net_send(&nics[0], nics[1].mac, i, len);
		net_expect(&nics[1], nics[1].mac, nics[0].mac, i, len);
	}
	net_close_both();
}

/* ---- many at once ---- */

#define BURST		14

static u8 burst[BURST][NET_HEADER + 256] __attribute__((aligned(4096)));

static u32 burst_length(u32 i)
{
	return NET_MIN + i * 4;
}

static void send_burst(struct nic *from, const u8 *to, u32 first)
{
	for (u32 i = 0; i < BURST; i++) {
		memset(burst[i], 0, NET_HEADER);
		net_fill(burst[i] + NET_HEADER, to, from->mac, first + i, burst_length(i));
		virtq_add(&from->q[TX], burst[i], NET_HEADER + burst_length(i), 0);
	}
	virtq_notify(&from->q[TX]);
}

CASE(order, "frames of one notification arrive all, in the order of the ring, many times")
{
	net_open_both(0);
	for (u32 round = 0; round < 5; round++) {
		send_burst(&nics[0], nics[1].mac, round * BURST);
		for (u32 i = 0; i < BURST; i++)
			net_expect(&nics[1], nics[1].mac, nics[0].mac, round * BURST + i,
				   burst_length(i));
		net_wait_sent(&nics[0]);
	}
	net_close_both();
}

/* ---- buffers in parts ---- */

CASE(tx_parts, "a frame in several descriptors, the header cut anywhere, is one frame (2.7.4.1)")
{
	static const u16 cuts[][3] = {
		{ 12, 26, 100 }, { 1, 2, 3 }, { 11, 13, 14 }, { 6, 12, 60 }, { 12, 13, 500 },
	};
	struct nic *nic;

	net_open_both(0);
	nic = &nics[0];
	for (u32 i = 0; i < ARRAY_SIZE(cuts); i++) {
		u16 at = 0, end = NET_HEADER + 512;

		memset(nic->tx, 0, NET_HEADER);
		net_fill(nic->tx + NET_HEADER, nics[1].mac, nic->mac, i, 512);
		for (u16 part = 0; part < 4; part++) {
			u16 to = part < 3 ? cuts[i][part] : end;

			virtq_set_desc(&nic->q[TX].desc[10 + part], nic->tx + at, to - at,
				       part < 3 ? VIRTQ_NEXT : 0, 11 + part);
			at = to;
		}
		virtq_offer(&nic->q[TX], 10);
		virtq_notify(&nic->q[TX]);
		net_wait_sent(nic);
		net_expect(&nics[1], nics[1].mac, nic->mac, i, 512);
	}
	net_close_both();
}

CASE(tx_indirect, "a frame in an indirect table is one frame (2.7.5.3)")
{
	static struct virtq_desc table[3] __attribute__((aligned(16)));
	struct nic *nic;

	net_open_both(VIRTIO_F_INDIRECT);
	nic = &nics[0];
	for (u32 i = 0; i < 20; i++) {
		memset(nic->tx, 0, NET_HEADER);
		net_fill(nic->tx + NET_HEADER, nics[1].mac, nic->mac, i, 300);
		virtq_set_desc(&table[0], nic->tx, NET_HEADER, VIRTQ_NEXT, 2);
		virtq_set_desc(&table[2], nic->tx + NET_HEADER, 100, VIRTQ_NEXT, 1);
		virtq_set_desc(&table[1], nic->tx + NET_HEADER + 100, 200, 0, 0);
		virtq_set_desc(&nic->q[TX].desc[5], table, sizeof(table), VIRTQ_INDIRECT, 0);
		virtq_offer(&nic->q[TX], 5);
		virtq_notify(&nic->q[TX]);
		net_wait_sent(nic);
		net_expect(&nics[1], nics[1].mac, nic->mac, i, 300);
	}
	net_close_both();
}

/* ---- merged receive buffers: section 5.1.6.4 ---- */

#define SMALL		128

CASE(merged, "MRG_RXBUF: a frame over several small buffers, as many as its header says")
{
	static u8 frame[NET_MAX], whole[2 * NET_BUFFER];
	struct nic *nic;

	net_open(0, 0, NET_ROOM);
	nic = net_open(1, NET_F_MRG_RXBUF, SMALL);
	for (u32 i = 0; i < ARRAY_SIZE(lengths); i++) {
		u32 len, got = 0, parts = (NET_HEADER + lengths[i] + SMALL - 1) / SMALL, buffers;

		net_send(&nics[0], nic->mac, i, lengths[i]);
		net_fill(frame, nic->mac, nics[0].mac, i, lengths[i]);
		buffers = parts;
		for (u32 part = 0; part < buffers; part++) {
			const u8 *buffer = net_receive(nic, &len);

			insist(buffer);
			insist(len <= SMALL && got + len <= sizeof(whole));
			if (!part)
				buffers = buffer[NET_NUM_BUFFERS] |
				buffer[NET_NUM_BUFFERS + 1] << 8;
			/* No more than are needed: the device must fill each but the last one. */
			insist_eq(buffers, parts);
			memcpy(whole + got, buffer, len);
			got += len;
			net_give_back(nic, buffer);
		}
		expect_eq(got, NET_HEADER + lengths[i]);
		expect_mem(whole + NET_HEADER, frame, lengths[i]);
	}
	net_close_both();
}

CASE(too_small, "without MRG_RXBUF no byte goes beyond a buffer that is too small for its frame")
{
	struct nic *nic;

	net_open(0, 0, NET_ROOM);
	nic = net_open(1, 0, SMALL);
	for (u32 i = 0; i < 5; i++)
		net_send(&nics[0], nic->mac, i, 1000);
	for (int i = 0; i < 20000; i++)
		pause();
	net_close_both();
	/* And it works again. */
	net_open_both(0);
	net_send(&nics[0], nics[1].mac, 7, 1000);
	net_expect(&nics[1], nics[1].mac, nics[0].mac, 7, 1000);
	net_close_both();
}

/* ---- resets ---- */

CASE(reset_receiver, "a receiver's reset while frames come: nothing is written then; and anew")
{
	for (u32 round = 0; round < 5; round++) {
		u32 wrong = 0;
		u16 index;

		net_open_both(0);
		send_burst(&nics[0], nics[1].mac, 0);
		virtio_reset(&nics[1].dev);
		index = virtq_used_idx(&nics[1].q[RX]);
		for (u32 i = 0; i < NET_QUEUE; i++)
			memset(nics[1].rx[i], NET_PATTERN, 512);
		expect_le(index, BURST);
		for (int i = 0; i < 5000; i++)
			pause();
		expect_eq(virtq_used_idx(&nics[1].q[RX]), index);
		/* No frame of the burst is longer than 512 bytes with its header. */
		for (u32 i = 0; i < NET_QUEUE; i++)
			for (u32 at = 0; at < 512; at++)
				wrong += nics[1].rx[i][at] != NET_PATTERN;
		expect_eq_msg(wrong, 0, "bytes after the reset");
		virtio_reset(&nics[0].dev);
	}
	net_open_both(0);
	net_send(&nics[0], nics[1].mac, 9, 99);
	net_expect(&nics[1], nics[1].mac, nics[0].mac, 9, 99);
	net_close_both();
}

CASE(reset_sender, "a sender's reset while its frames go: what arrives is whole and in order")
{
	for (u32 round = 0; round < 5; round++) {
		u16 used, arrived;

		net_open_both(0);
		send_burst(&nics[0], nics[1].mac, 0);
		virtio_reset(&nics[0].dev);
		used = virtq_used_idx(&nics[0].q[TX]);
		/* The frames that are on their way keep what they had. */
		memset(burst, 0, sizeof(burst));
		for (int i = 0; i < 5000; i++)
			pause();
		expect_eq(virtq_used_idx(&nics[0].q[TX]), used);
		arrived = virtq_used_idx(&nics[1].q[RX]);
		expect_le(arrived, BURST);
		for (u32 i = 0; i < arrived; i++)
			net_expect(&nics[1], nics[1].mac, nics[0].mac, i, burst_length(i));
		virtio_reset(&nics[1].dev);
	}
}
