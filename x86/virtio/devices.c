/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is special to the memory balloon and the network device (Virtual I/O Device specification 1.1, sections 5.5 and 5.1):
 * their configuration, pages that go and come back, features that need others.
 * The variable MAC is the address that the network device was given.
 */
#include "case.h"
#include "virtio.h"
#include "asm/io.h"
#include "asm/page.h"

static struct virtio_device dev;

static void find(unsigned int type, const char *what)
{
	require_msg(virtio_find(&dev, type) && dev.caps[VIRTIO_CAP_DEVICE].base, "no %s with the modern interface", what);
	virtio_reset(&dev);
}

static volatile char *config(u32 offset)
{
	return dev.caps[VIRTIO_CAP_DEVICE].base + offset;
}

/* ---- the balloon ---- */

enum { INFLATE, DEFLATE };
#define NUM_PAGES	0
#define ACTUAL		4
#define PAGES		8

static struct virtq inflate, deflate;
static u32 pfns[PAGES];
static u8 pages[PAGES][PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

static void prepare_balloon(void)
{
	find(VIRTIO_BALLOON, "balloon");
	insist(virtio_negotiate(&dev, VIRTIO_F_VERSION_1));
	insist(virtq_init(&inflate, &dev, INFLATE, 8));
	insist(virtq_init(&deflate, &dev, DEFLATE, 8));
	virtio_add_status(&dev, VIRTIO_DRIVER_OK);
	for (u32 i = 0; i < PAGES; i++) {
		memset(pages[i], 0x11 * (i + 1), PAGE_SIZE);
		pfns[i] = cpu_to_le32((u32)(virt_to_phys(pages[i]) >> 12));
	}
}

static void give(struct virtq *q, u32 count, u16 index)
{
	u32 id, len;
	u16 head = virtq_add(q, pfns, count * sizeof(pfns[0]), 0);

	virtq_notify(q);
	insist(virtq_wait(q, index));
	virtq_used(q, index - 1, &id, &len);
	expect_eq(id, head);
	/* The device writes nothing into the buffer: section 2.6.8. */
	expect_eq(len, 0);
}

CASE(balloon_config, "balloon: num_pages is the host's, actual the driver's, and reads back (5.5.4, 5.5.6)")
{
	u32 target, seen;
	u8 generation;

	prepare_balloon();
	generation = virtio_read8(&dev, VIRTIO_GENERATION);
	target = readl(config(NUM_PAGES));
	/* Nobody asked for pages. */
	expect_eq(target, 0);
	writel(PAGES, config(ACTUAL));
	seen = readl(config(ACTUAL));
	expect_eq(seen, PAGES);
	writel(0, config(ACTUAL));
	seen = readl(config(ACTUAL));
	expect_eq(seen, 0);
	writel(0x1234, config(NUM_PAGES));
	target = readl(config(NUM_PAGES));
	expect_eq(target, 0);
	/* The device changed nothing: section 2.4.1. */
	expect_eq(virtio_read8(&dev, VIRTIO_GENERATION), generation);
	virtio_reset(&dev);
}

CASE(balloon, "balloon: pages that it is given do not take others along, and can be used again when they come back")
{
	prepare_balloon();
	for (u16 round = 1; round <= 20; round++) {
		for (u32 i = 0; i < PAGES; i++)
			memset(pages[i], 0x11 * (i + 1), PAGE_SIZE);
		/* All but the last one, which is its neighbour. */
		give(&inflate, PAGES - 1, round);
		writel(PAGES - 1, config(ACTUAL));
		for (u32 i = 0; i < PAGE_SIZE; i++)
			if (pages[PAGES - 1][i] != 0x11 * PAGES)
				insist_eq(pages[PAGES - 1][i], 0x11 * PAGES);
		give(&deflate, PAGES - 1, round);
		writel(0, config(ACTUAL));
		for (u32 page = 0; page < PAGES - 1; page++) {
			memset(pages[page], round + page, PAGE_SIZE);
			expect_eq(pages[page][0], (u8)(round + page));
			expect_eq(pages[page][PAGE_SIZE - 1], (u8)(round + page));
		}
	}
	virtio_reset(&dev);
}

/* ---- the network device ---- */

enum {
	NET_CSUM = 0, NET_GUEST_CSUM = 1, NET_MAC = 5, NET_GUEST_TSO4 = 7, NET_GUEST_TSO6 = 8, NET_GUEST_ECN = 9,
	NET_GUEST_UFO = 10, NET_HOST_TSO4 = 11, NET_HOST_TSO6 = 12, NET_HOST_ECN = 13, NET_HOST_UFO = 14, NET_STATUS = 16,
	NET_CTRL_VQ = 17, NET_CTRL_RX = 18, NET_CTRL_VLAN = 19, NET_GUEST_ANNOUNCE = 21, NET_MQ = 22,
	NET_CTRL_MAC_ADDR = 23, NET_RSC_EXT = 61,
};

/* Section 5.1.3.1: a feature, and those of which it needs one. */
static const struct {
	u8 feature;
	u64 needs;
} dependencies[] = {
	{ NET_GUEST_TSO4, 1 << NET_GUEST_CSUM },
	{ NET_GUEST_TSO6, 1 << NET_GUEST_CSUM },
	{ NET_GUEST_ECN, 1 << NET_GUEST_TSO4 | 1 << NET_GUEST_TSO6 },
	{ NET_GUEST_UFO, 1 << NET_GUEST_CSUM },
	{ NET_HOST_TSO4, 1 << NET_CSUM },
	{ NET_HOST_TSO6, 1 << NET_CSUM },
	{ NET_HOST_ECN, 1 << NET_HOST_TSO4 | 1 << NET_HOST_TSO6 },
	{ NET_HOST_UFO, 1 << NET_CSUM },
	{ NET_CTRL_RX, 1 << NET_CTRL_VQ },
	{ NET_CTRL_VLAN, 1 << NET_CTRL_VQ },
	{ NET_GUEST_ANNOUNCE, 1 << NET_CTRL_VQ },
	{ NET_MQ, 1 << NET_CTRL_VQ },
	{ NET_CTRL_MAC_ADDR, 1 << NET_CTRL_VQ },
	{ NET_RSC_EXT, 1 << NET_HOST_TSO4 | 1 << NET_HOST_TSO6 },
};

CASE(net_dependencies, "net: no feature is offered without one that it needs (2.2.2, 5.1.3.1)")
{
	u64 offered;

	find(VIRTIO_NET, "network device");
	offered = virtio_device_features(&dev);
	expect_eq(offered & VIRTIO_F_VERSION_1, VIRTIO_F_VERSION_1);
	for (size_t i = 0; i < ARRAY_SIZE(dependencies); i++)
		expect_msg(!(offered >> dependencies[i].feature & 1) || offered & dependencies[i].needs,
			   "feature %u is offered without %#" PRIx64, dependencies[i].feature, dependencies[i].needs);
}

CASE(net_not_alone, "net: accepting a feature without one that it needs makes FEATURES_OK fail (2.2.2, 5.1.3.1)")
{
	u64 offered, kept = 0, tried = 0;

	find(VIRTIO_NET, "network device");
	offered = virtio_device_features(&dev);
	for (size_t i = 0; i < ARRAY_SIZE(dependencies); i++) {
		u64 bit = 1ull << dependencies[i].feature;

		if (!(offered & bit))
			continue;
		tried |= bit;
		if (virtio_negotiate(&dev, VIRTIO_F_VERSION_1 | bit))
			kept |= bit;
	}
	virtio_reset(&dev);
	require_msg(tried, "no such feature is offered");
	expect_eq_msg(kept, 0, "features that are accepted alone");
}

CASE(net_config, "net: the MAC address is the one that the device was given, and is unicast; the link status (5.1.4)")
{
	const char *given = getenv("MAC");
	char mac[18];
	u8 bytes[6];

	find(VIRTIO_NET, "network device");
	insist(virtio_device_features(&dev) >> NET_MAC & 1);
	insist(virtio_negotiate(&dev, VIRTIO_F_VERSION_1 | 1 << NET_MAC));
	for (int i = 0; i < 6; i++)
		bytes[i] = readb(config(i));
	expect_eq(bytes[0] & 1, 0);
	require_msg(given, "the variable MAC is not set");
	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]);
	expect_msg(!strcmp(mac, given), "the MAC address is %s, not %s", mac, given);
	virtio_reset(&dev);
}
