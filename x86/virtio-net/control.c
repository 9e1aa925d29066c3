/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control queue (Virtual I/O Device specification 1.2, section 5.1.6.5): commands, filters, and
 * what is no command. Filters are best effort: what is wanted must come, the rest is counted.
 */
#include "net.h"

#define OK		0
#define ERR		1

enum { CLASS_RX, CLASS_MAC, CLASS_VLAN };
enum { RX_PROMISC, RX_ALLMULTI };
enum { MAC_TABLE_SET, MAC_ADDR_SET };
enum { VLAN_ADD, VLAN_DEL };

static const u8 stranger[6] = { 0x52, 0x54, 0x00, 0x77, 0x66, 0x55 };
static const u8 group[6] = { 0x01, 0x00, 0x5e, 0x01, 0x02, 0x03 };
static const u8 broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

/* One command with its data; returns the acknowledgement. */
static u8 command(struct nic *nic, u8 class, u8 cmd, const void *data, u32 len)
{
	static u8 head[2], in[64], ack[2];
	struct virtq *q = &nic->q[CTRL];
	u32 id, written;

	head[0] = class;
	head[1] = cmd;
	memcpy(in, data, len);
	ack[0] = ack[1] = NET_PATTERN;
	virtq_set_desc(&q->desc[0], head, sizeof(head), VIRTQ_NEXT, len ? 1 : 2);
	virtq_set_desc(&q->desc[1], in, len, VIRTQ_NEXT, 2);
	virtq_set_desc(&q->desc[2], ack, 1, VIRTQ_WRITE, 0);
	virtq_offer(q, 0);
	virtq_notify(q);
	insist(virtq_wait(q, q->next_avail));
	virtq_used(q, q->next_avail - 1, &id, &written);
	expect_eq(id, 0);
	expect_eq(written, 1);
	expect_eq(ack[1], NET_PATTERN);
	return ack[0];
}

static u8 switch_rx(struct nic *nic, u8 cmd, u8 on)
{
	return command(nic, CLASS_RX, cmd, &on, 1);
}

/* The MAC filter: a list of unicast addresses, and one of multicast ones. */
static u8 set_table(struct nic *nic, const u8 *unicast, const u8 *multicast)
{
	u8 data[2 * (4 + 6)] = { 0 };
	u32 at = 0;

	for (int list = 0; list < 2; list++) {
		const u8 *mac = list ? multicast : unicast;

		data[at] = mac ? 1 : 0;
		at += 4;
		if (mac) {
			memcpy(data + at, mac, 6);
			at += 6;
		}
	}
	return command(nic, CLASS_MAC, MAC_TABLE_SET, data, at);
}

static struct nic *open(u64 features)
{
	net_open(0, 0, NET_ROOM);
	return net_open(1, features | NET_F_CTRL_VQ, NET_ROOM);
}

static u32 unwanted;

/*
 * A frame, and then one to everybody, which always comes: by then the first one has come, or never
 * does. Returns whether it did; contents as sent.
 */
static bool comes(struct nic *nic, const u8 *to, u32 number)
{
	static u8 frame[NET_MAX], last[NET_MAX];
	const u8 *buffer;
	bool came = false;
	u32 len;

	net_send(&nics[0], to, number, 100);
	net_send(&nics[0], broadcast, number + 1, 60);
	net_fill(frame, to, nics[0].mac, number, 100);
	net_fill(last, broadcast, nics[0].mac, number + 1, 60);
	while ((buffer = net_receive(nic, &len))) {
		bool end = len == NET_HEADER + 60 && !memcmp(buffer + NET_HEADER, last, 60);

		if (!end) {
			expect_eq(len, NET_HEADER + 100);
			expect_mem(buffer + NET_HEADER, frame, 100);
			expect(!came);
			came = true;
		}
		net_give_back(nic, buffer);
		if (end)
			return came;
	}
	expect_msg(false, "a broadcast does not come");
	return came;
}

CASE(promiscuous, "PROMISC on: strangers' frames come; off: one's own and broadcasts do still")
{
	struct nic *nic = open(NET_F_CTRL_RX);

	unwanted = 0;
	for (u32 round = 0; round < 4; round++) {
		expect_eq(switch_rx(nic, RX_PROMISC, 1), OK);
		expect(comes(nic, stranger, 10 * round));
		expect(comes(nic, group, 10 * round + 2));
		expect_eq(switch_rx(nic, RX_PROMISC, 0), OK);
		expect(comes(nic, nic->mac, 10 * round + 4));
		unwanted += comes(nic, stranger, 10 * round + 6);
	}
	metric("unwanted_unicasts", unwanted, "frames");
	net_close_both();
}

CASE(all_multicast, "ALLMULTI on: multicasts come, without PROMISC; off: a group of the table does")
{
	struct nic *nic = open(NET_F_CTRL_RX);

	expect_eq(switch_rx(nic, RX_PROMISC, 0), OK);
	expect_eq(switch_rx(nic, RX_ALLMULTI, 1), OK);
	expect(comes(nic, group, 1));
	expect_eq(switch_rx(nic, RX_ALLMULTI, 0), OK);
	unwanted = comes(nic, group, 3);
	expect_eq(set_table(nic, stranger, group), OK);
	expect(comes(nic, group, 5));
	expect(comes(nic, stranger, 7));
	expect(comes(nic, nic->mac, 9));
	expect_eq(set_table(nic, NULL, NULL), OK);
	expect(comes(nic, nic->mac, 11));
	unwanted += comes(nic, group, 13) + comes(nic, stranger, 15);
	metric("unwanted_multicasts", unwanted, "frames");
	net_close_both();
}

CASE(address, "MAC_ADDR_SET: the configuration has the new address, and frames to it come")
{
	static const u8 addresses[][6] = {
		{ 0x52, 0x54, 0x00, 0x01, 0x02, 0x03 }, { 0x02, 0xff, 0xee, 0xdd, 0xcc, 0xbb },
	};
	struct nic *nic = open(NET_F_CTRL_RX | NET_F_CTRL_MAC);

	expect_eq(switch_rx(nic, RX_PROMISC, 0), OK);
	for (u32 i = 0; i < ARRAY_SIZE(addresses); i++) {
		u8 now[6];

		expect_eq(command(nic, CLASS_MAC, MAC_ADDR_SET, addresses[i], 6), OK);
		for (u32 byte = 0; byte < 6; byte++)
			now[byte] = readb(net_config(nic, NET_MAC + byte));
		expect_mem(now, addresses[i], 6);
		expect(comes(nic, addresses[i], 4 * i));
	}
	/* An address of five bytes is none. */
	expect_eq(command(nic, CLASS_MAC, MAC_ADDR_SET, addresses[0], 5), ERR);
	expect(comes(nic, addresses[1], 40));
	net_close_both();
}

CASE(vlan, "VLAN filters are taken by number, up to 4095")
{
	static const u16 numbers[] = { 0, 1, 31, 32, 100, 4094, 4095 };
	struct nic *nic = open(NET_F_CTRL_VLAN);

	for (u32 i = 0; i < ARRAY_SIZE(numbers); i++) {
		u16 number = cpu_to_le16(numbers[i]);

		expect_eq_msg(command(nic, CLASS_VLAN, VLAN_ADD, &number, 2), OK, "%u", numbers[i]);
		expect_eq_msg(command(nic, CLASS_VLAN, VLAN_DEL, &number, 2), OK, "%u", numbers[i]);
	}
	/* Frames without a tag are no VLAN's. */
	expect(comes(nic, nic->mac, 1));
	net_close_both();
}

CASE(no_command, "what is no command is not acknowledged as OK, and changes nothing")
{
	static const u8 none[][2] = {
		{ CLASS_RX, 0x80 }, { CLASS_MAC, 0x80 }, { CLASS_VLAN, 0x80 }, { 0x40, 0 },
		{ 0xff, 0xff },
	};
	struct nic *nic = open(NET_F_CTRL_RX | NET_F_CTRL_VLAN);
	u8 data[6] = { 1 }, now[6];

	for (u32 i = 0; i < ARRAY_SIZE(none); i++)
		for (u32 len = 0; len <= sizeof(data); len++)
			expect_eq_msg(command(nic, none[i][0], none[i][1], data, len), ERR,
				      "class %#x, command %#x, %" PRIu32 " bytes", none[i][0],
				      none[i][1], len);
	for (u32 byte = 0; byte < 6; byte++)
		now[byte] = readb(net_config(nic, NET_MAC + byte));
	expect_mem(now, nic->mac, 6);
	expect(comes(nic, nic->mac, 1));
	net_close_both();
}

CASE(cut_short, "commands with too little data are not acknowledged as OK")
{
	struct nic *nic = open(NET_F_CTRL_RX | NET_F_CTRL_VLAN | NET_F_CTRL_MAC);
	u8 data[12] = { 2, 0, 0, 0, 0x52, 0x54, 0, 1, 2, 3 };

	expect_eq(command(nic, CLASS_RX, RX_PROMISC, data, 0), ERR);
	expect_eq(command(nic, CLASS_VLAN, VLAN_ADD, data, 0), ERR);
	expect_eq(command(nic, CLASS_VLAN, VLAN_ADD, data, 1), ERR);
	expect_eq(command(nic, CLASS_MAC, MAC_ADDR_SET, data, 0), ERR);
	expect_eq(command(nic, CLASS_MAC, MAC_TABLE_SET, data, 0), ERR);
	expect_eq(command(nic, CLASS_MAC, MAC_TABLE_SET, data, 3), ERR);
	/* It says two addresses, and has one. */
	expect_eq(command(nic, CLASS_MAC, MAC_TABLE_SET, data, 10), ERR);
	expect(comes(nic, nic->mac, 1));
	net_close_both();
}
