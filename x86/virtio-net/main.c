/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network device's configuration (Virtual I/O Device specification 1.2, section 5.1.4), against
 * the properties that it was given: the variables MAC, MTU, SPEED.
 */
#include "net.h"

CASE(config,
     "the MAC address is the one that the device was given, and is unicast (5.1.4)")
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

CASE(config_read_only, "writes to the address, status and MTU change none of them (5.1.4)")
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

CASE(status, "the link is up, and nothing is to be announced (5.1.4)")
{
	u16 status;

	net_negotiate(0, NET_F_STATUS);
	status = readw(net_config(&nics[0], NET_STATUS));
	expect_eq(status, NET_LINK_UP);
	virtio_reset(&nics[0].dev);
}

CASE(mtu, "MTU is offered if the device was given one, and is that (5.1.4.1)")
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

CASE(speed, "SPEED_DUPLEX: the speed that the device was given, full duplex (5.1.4)")
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

CASE(vhost_features, "with vhost a network device offers nothing that QEMU's own does not")
{
	u64 offered[2];

	require_msg(getenv("VHOST"), "no device with vhost: the variable VHOST is not set");
	for (unsigned int n = 0; n < 2; n++) {
		net_negotiate(n, 0);
		offered[n] = virtio_device_features(&nics[n].dev);
		virtio_reset(&nics[n].dev);
	}
	expect_eq(offered[0] & VIRTIO_F_VERSION_1, VIRTIO_F_VERSION_1);
	/* The first one is vhost's. What is QEMU's alone is its affair: configuration, filters. */
	expect_eq_msg(offered[0] & ~offered[1], 0, "vhost %#" PRIx64 ", QEMU %#" PRIx64, offered[0],
		      offered[1]);
}
