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
