/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network device's configuration (Virtual I/O Device specification 1.2, section 5.1.4), against
 * the properties that it was given: the variables MAC, MTU, SPEED.
 */
#include "net.h"

struct nic nics[2];

volatile char *net_config(struct nic *nic, u32 offset)
{
	return nic->dev.caps[VIRTIO_CAP_DEVICE].base + offset;
}

void net_negotiate(unsigned int n, u64 features)
{
	struct nic *nic = &nics[n];
	u64 offered;

	memset(nic, 0, sizeof(*nic));
	find_device(&nic->dev, VIRTIO_NET, n);
	insist(nic->dev.caps[VIRTIO_CAP_DEVICE].base);
	offered = virtio_device_features(&nic->dev);
	require_msg((offered & features) == features, "features %#" PRIx64 " are not offered",
		    features);
	insist(virtio_negotiate(&nic->dev, VIRTIO_F_VERSION_1 | features));
	for (u32 i = 0; i < sizeof(nic->mac); i++)
		nic->mac[i] = readb(net_config(nic, NET_MAC + i));
}

CASE(net_config,
     "net: the MAC address is the one that the device was given, and is unicast (5.1.4)")
{
	const char *given = getenv("MAC");
	const u8 *mac = nics[0].mac;
	char text[18];

	net_negotiate(0, NET_F_MAC);
	expect_eq(mac[0] & 1, 0);
	require_msg(given, "the variable MAC is not set");
	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3],
		 mac[4], mac[5]);
	expect_msg(!strcmp(text, given), "the MAC address is %s, not %s", text, given);
	virtio_reset(&nics[0].dev);
}

CASE(net_read_only, "net: writes to the address, status and MTU change none of them (5.1.4)")
{
	u8 before[12], after[12];

	net_negotiate(0, NET_F_MAC | NET_F_STATUS);
	for (u32 i = 0; i < sizeof(before); i++)
		before[i] = readb(net_config(&nics[0], i));
	for (u32 i = 0; i < sizeof(before); i++)
		writeb(~before[i], net_config(&nics[0], i));
	for (u32 i = 0; i < sizeof(after); i++)
		after[i] = readb(net_config(&nics[0], i));
	expect_mem(after, before, sizeof(before));
	virtio_reset(&nics[0].dev);
}

CASE(net_status, "net: the link is up, and nothing is to be announced (5.1.4)")
{
	u16 status;

	net_negotiate(0, NET_F_STATUS);
	status = readw(net_config(&nics[0], NET_STATUS));
	expect_eq(status, NET_LINK_UP);
	virtio_reset(&nics[0].dev);
}

CASE(net_mtu, "net: MTU is offered if the device was given one, and is that (5.1.4.1)")
{
	const char *given = getenv("MTU");
	u16 mtu;

	require_msg(given, "the variable MTU is not set");
	net_negotiate(0, NET_F_MTU);
	mtu = readw(net_config(&nics[0], NET_MTU));
	expect_eq(mtu, strtoul(given, NULL, 10));
	expect_ge(mtu, 68);
	virtio_reset(&nics[0].dev);
}

CASE(net_speed, "net: SPEED_DUPLEX: the speed that the device was given, full duplex (5.1.4)")
{
	const char *given = getenv("SPEED");
	u32 speed;
	u8 duplex;

	require_msg(given, "the variable SPEED is not set");
	net_negotiate(0, NET_F_SPEED_DUPLEX);
	speed = readl(net_config(&nics[0], NET_SPEED));
	duplex = readb(net_config(&nics[0], NET_DUPLEX));
	expect_eq(speed, strtoul(given, NULL, 10));
	expect_eq(duplex, 1);
	virtio_reset(&nics[0].dev);
}
