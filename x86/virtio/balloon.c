/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory balloon (Virtual I/O Device specification 1.2, section 5.5): its configuration, pages
 * that go and come back, numbers that are none, and statistics.
 */
#include "virtio_test.h"
#include "patience.h"
#include "asm/io.h"
#include "asm/page.h"

static struct virtio_device dev;

static volatile char *config(u32 offset)
{
	return dev.caps[VIRTIO_CAP_DEVICE].base + offset;
}

enum { INFLATE, DEFLATE };
#define NUM_PAGES	0
#define ACTUAL		4
#define PAGES		8

static struct virtq inflate, deflate;
static u32 pfns[PAGES];
static u8 pages[PAGES][PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

static void prepare_balloon(void)
{
	find_device(&dev, VIRTIO_BALLOON, 0);
	insist(dev.caps[VIRTIO_CAP_DEVICE].base);
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

CASE(balloon_config,
     "balloon: num_pages is the host's, actual the driver's, and reads back (5.5.4, 5.5.6)")
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

CASE(balloon,
     "balloon: pages that go do not take others along, and can be used when they come back")
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

CASE(balloon_numbers,
     "balloon: numbers of no page, and half ones, come back and take no memory (5.5.6)")
{
	static const u32 none[] = { 0xffffffff, 0xfffffff0, 0x7fffffff, 0x00fffffe };

	prepare_balloon();
	for (u32 i = 0; i < ARRAY_SIZE(none); i++)
		pfns[i] = cpu_to_le32(none[i]);
	give(&inflate, ARRAY_SIZE(none), 1);
	give(&deflate, ARRAY_SIZE(none), 1);
	/* Less than a number: nothing to be done for it. */
	pfns[0] = cpu_to_le32((u32)(virt_to_phys(pages[0]) >> 12));
	virtq_add(&inflate, pfns, 3, 0);
	virtq_notify(&inflate);
	insist(virtq_wait(&inflate, 2));
	expect_eq(virtio_read8(&dev, VIRTIO_STATUS) & VIRTIO_NEEDS_RESET, 0);
	for (u32 page = 0; page < PAGES; page++)
		for (u32 i = 0; i < PAGE_SIZE; i += 64)
			if (pages[page][i] != 0x11 * (page + 1))
				insist_eq(pages[page][i], 0x11 * (page + 1));
	virtio_reset(&dev);
}

/* ---- statistics: section 5.5.6.3 ---- */

#define STATS_VQ	(1ull << 1)
enum { STATS = 2 };

CASE(balloon_stats,
     "balloon: the statistics' buffer comes back when the host asks, each time (5.5.6.3)")
{
	/* A tag of 16 bits, and 64 bits: free memory, and all of it. */
	static const u8 memory[] = {
		4, 0, 0, 0, 0x10, 0, 0, 0, 0, 0,
		5, 0, 0, 0, 0x20, 0, 0, 0, 0, 0,
	};
	static struct virtq stats;

	require_msg(getenv("STATS"), "the host does not ask: the variable STATS is not set");
	find_device(&dev, VIRTIO_BALLOON, 0);
	require_msg(virtio_device_features(&dev) & STATS_VQ, "statistics are not offered");
	insist(virtio_negotiate(&dev, VIRTIO_F_VERSION_1 | STATS_VQ));
	insist(virtq_init(&inflate, &dev, INFLATE, 8));
	insist(virtq_init(&deflate, &dev, DEFLATE, 8));
	insist(virtq_init(&stats, &dev, STATS, 8));
	virtio_add_status(&dev, VIRTIO_DRIVER_OK);
	for (u16 round = 1; round <= 2; round++) {
		u32 id, len;
		u16 head = virtq_add(&stats, memory, sizeof(memory), 0);

		virtq_notify(&stats);
		insist(virtq_wait(&stats, round));
		virtq_used(&stats, round - 1, &id, &len);
		expect_eq(id, head);
		expect_eq(len, 0);
	}
	virtio_reset(&dev);
}
