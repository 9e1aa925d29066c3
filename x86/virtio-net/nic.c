/* SPDX-License-Identifier: BSD-2-Clause */
/* Opening, sending, receiving; see net.h. */
#include "net.h"
#include "patience.h"
#include "x86/processor.h"

struct nic nics[2];

static u8 rx_memory[2][NET_QUEUE][NET_BUFFER] __attribute__((aligned(4096)));
static u8 tx_memory[2][NET_BUFFER] __attribute__((aligned(4096)));

volatile char *net_config(struct nic *nic, u32 offset)
{
	return nic->dev.caps[VIRTIO_CAP_DEVICE].base + offset;
}

void net_negotiate(unsigned int n, u64 features)
{
	struct nic *nic = &nics[n];
	u64 offered;

	memset(nic, 0, sizeof(*nic));
	require_msg(virtio_find_nth(&nic->dev, VIRTIO_NET, n) &&
		    nic->dev.caps[VIRTIO_CAP_DEVICE].base,
		    "no %snetwork device with the modern interface", n ? "second " : "");
	virtio_reset(&nic->dev);
	offered = virtio_device_features(&nic->dev);
	require_msg((offered & features) == features, "features %#" PRIx64 " are not offered",
		    features & ~offered);
	insist(virtio_negotiate(&nic->dev, VIRTIO_F_VERSION_1 | features));
	for (u32 i = 0; i < sizeof(nic->mac); i++)
		nic->mac[i] = readb(net_config(nic, NET_MAC + i));
}

struct nic *net_open(unsigned int n, u64 features, u32 room)
{
	struct nic *nic = &nics[n];

	require_msg(getenv("HUB"), "the devices are on no hub: the variable HUB is not set");
	net_negotiate(n, features | NET_F_MAC);
	nic->rx = rx_memory[n];
	nic->tx = tx_memory[n];
	nic->room = room;
	memset(nic->rx, NET_PATTERN, sizeof(rx_memory[n]));
	insist(virtq_init(&nic->q[RX], &nic->dev, RX, NET_QUEUE));
	insist(virtq_init(&nic->q[TX], &nic->dev, TX, NET_QUEUE));
	if (features & NET_F_CTRL_VQ)
		insist(virtq_init(&nic->q[CTRL], &nic->dev, CTRL, 8));
	virtio_add_status(&nic->dev, VIRTIO_DRIVER_OK);
	for (int i = 0; i < NET_QUEUE; i++)
		virtq_add(&nic->q[RX], nic->rx[i], room, VIRTQ_WRITE);
	virtq_notify(&nic->q[RX]);
	return nic;
}

void net_open_both(u64 features)
{
	net_open(0, features, NET_ROOM);
	net_open(1, features, NET_ROOM);
}

void net_close_both(void)
{
	virtio_reset(&nics[0].dev);
	virtio_reset(&nics[1].dev);
	net_expect_guards(&nics[0]);
	net_expect_guards(&nics[1]);
}

void net_fill(u8 *frame, const u8 *to, const u8 *from, u32 number, u32 len)
{
	memcpy(frame, to, 6);
	memcpy(frame + 6, from, 6);
	frame[12] = NET_TYPE >> 8;
	frame[13] = NET_TYPE & 0xff;
	for (u32 i = NET_PAYLOAD; i < len; i++)
		frame[i] = (u8)(number * 31 + i + (i >> 8) * 7 + (number >> 8));
}

void net_wait_sent(struct nic *nic)
{
	u32 id, len;

	insist(virtq_wait(&nic->q[TX], nic->q[TX].next_avail));
	while (nic->sent != nic->q[TX].next_avail) {
		virtq_used(&nic->q[TX], nic->sent++, &id, &len);
		/* The device has nothing to write there. */
		expect_eq(len, 0);
	}
}

void net_send(struct nic *nic, const u8 *to, u32 number, u32 len)
{
	memset(nic->tx, 0, NET_HEADER);
	net_fill(nic->tx + NET_HEADER, to, nic->mac, number, len);
	virtq_add(&nic->q[TX], nic->tx, NET_HEADER + len, 0);
	virtq_notify(&nic->q[TX]);
	net_wait_sent(nic);
}

const u8 *net_receive(struct nic *nic, u32 *len)
{
	struct patience patience = { 0 };
	u32 id;

	while (virtq_used_idx(&nic->q[RX]) == nic->received) {
		if (patience_over(&patience, 10))
			return NULL;
		pause();
	}
	virtq_used(&nic->q[RX], nic->received++, &id, len);
	insist(id < NET_QUEUE);
	return nic->rx[id];
}

void net_give_back(struct nic *nic, const u8 *buffer)
{
	u16 id = (u16)((buffer - nic->rx[0]) / NET_BUFFER);

	memset(nic->rx[id], NET_PATTERN, NET_BUFFER);
	virtq_offer(&nic->q[RX], id);
	virtq_notify(&nic->q[RX]);
}

void net_expect(struct nic *nic, const u8 *to, const u8 *from, u32 number, u32 len)
{
	/*
	 * Flags, GSO and its fields are 0 without the features that fill them: section 5.1.6.4.
	 * The number of buffers is a case of its own.
	 */
	static const u8 header[NET_NUM_BUFFERS];
	static u8 frame[NET_BUFFER];
	u32 got = 0;
	const u8 *buffer = net_receive(nic, &got);

	insist(buffer);
	net_fill(frame, to, from, number, len);
	expect_eq_msg(got, NET_HEADER + len, "frame %" PRIu32, number);
	expect_mem(buffer, header, sizeof(header));
	expect_mem(buffer + NET_HEADER, frame, len);
	net_give_back(nic, buffer);
}

void net_expect_guards(struct nic *nic)
{
	u32 wrong = 0;

	for (int i = 0; i < NET_QUEUE; i++)
		for (u32 at = nic->room; at < nic->room + NET_GUARD; at++)
			wrong += nic->rx[i][at] != NET_PATTERN;
	expect_eq_msg(wrong, 0, "bytes behind receive buffers");
}
