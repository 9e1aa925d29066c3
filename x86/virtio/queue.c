/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A queue's registers and its reset (Virtual I/O Device specification 1.2, sections 2.6.1, 4.1.4.3
 * and 4.1.5.1.2), interrupts that are masked, and what a device says of its own rings (2.7.10).
 */
#include "virtio_test.h"
#include "asm/io.h"
#include "patience.h"
#include "x86/apic.h"
#include "x86/isr.h"
#include "x86/processor.h"
#include "x86/smp.h"

#define VECTOR		0x62
#define BUFFER		64
#define RESET_LENGTH	(VIRTIO_QUEUE_RESET + 2)

static struct virtio_device dev;
static u8 memory[4096] __attribute__((aligned(4096)));

static bool untouched(void)
{
	for (size_t i = 0; i < sizeof(memory); i++)
		if (memory[i] != PATTERN)
			return false;
	return true;
}

static void start(u64 features)
{
	find_device(&dev, VIRTIO_RNG, 0);
	require_msg((virtio_device_features(&dev) & features) == features,
		    "features %#" PRIx64 " are not offered", features);
	insist(virtio_negotiate(&dev, features | VIRTIO_F_VERSION_1));
	memset(memory, PATTERN, sizeof(memory));
}

CASE(queue_sizes, "each power of two up to a queue's largest size reads back (4.1.4.3, 4.1.5.1.3)")
{
	u16 max;

	start(0);
	virtio_write16(&dev, VIRTIO_QUEUE_SELECT, 0);
	max = virtio_read16(&dev, VIRTIO_QUEUE_SIZE);
	insist(max);
	for (u32 size = 1; size <= max; size *= 2) {
		virtio_write16(&dev, VIRTIO_QUEUE_SIZE, (u16)size);
		expect_eq(virtio_read16(&dev, VIRTIO_QUEUE_SIZE), size);
		expect_eq(virtio_read16(&dev, VIRTIO_QUEUE_ENABLE), 0);
	}
	virtio_reset(&dev);
	virtio_write16(&dev, VIRTIO_QUEUE_SELECT, 0);
	expect_eq(virtio_read16(&dev, VIRTIO_QUEUE_SIZE), max);
}

CASE(queue_works, "a queue of each size up to the largest, or 64, works, several times round")
{
	u16 max;

	start(0);
	virtio_write16(&dev, VIRTIO_QUEUE_SELECT, 0);
	max = virtio_read16(&dev, VIRTIO_QUEUE_SIZE);
	for (u16 size = 1; size <= max && size <= VIRTQ_MAX; size *= 2) {
		struct virtq q;
		u32 id, len;

		start(0);
		insist(virtq_init(&q, &dev, 0, size));
		virtio_add_status(&dev, VIRTIO_DRIVER_OK);
		for (u16 i = 0; i < 3 * size + 2; i++) {
			u16 head = virtq_add(&q, memory, BUFFER, VIRTQ_WRITE);

			virtq_notify(&q);
			insist(virtq_wait(&q, i + 1));
			virtq_used(&q, i, &id, &len);
			expect_eq_msg(id, head, "size %u, buffer %u", size, i);
			expect_msg(len >= 1 && len <= BUFFER, "size %u: %" PRIu32 " bytes", size,
				   len);
		}
		virtio_reset(&dev);
	}
}

static u64 address_of(u32 queue, u32 which)
{
	return 0x1230000000ull * (which + 1) + 0x10000 * (queue + 1) + 0x1000 * which;
}

CASE(queues_own, "each queue of the balloon has its own size and addresses, of 64 bits (4.1.4.3)")
{
	u16 count;

	find_device(&dev, VIRTIO_BALLOON, 0);
	insist(virtio_negotiate(&dev, VIRTIO_F_VERSION_1));
	count = virtio_read16(&dev, VIRTIO_NUM_QUEUES);
	/* Inflate and deflate: section 5.5.2. Their memory is never used: they are not enabled. */
	insist(count >= 2);
	for (u16 queue = 0; queue < 2; queue++) {
		virtio_write16(&dev, VIRTIO_QUEUE_SELECT, queue);
		virtio_write16(&dev, VIRTIO_QUEUE_SIZE, 8 << queue);
		for (u32 i = 0; i < 3; i++)
			virtio_write64(&dev, VIRTIO_QUEUE_DESC + 8 * i, address_of(queue, i));
	}
	for (u16 queue = 0; queue < 2; queue++) {
		virtio_write16(&dev, VIRTIO_QUEUE_SELECT, queue);
		expect_eq(virtio_read16(&dev, VIRTIO_QUEUE_SELECT), queue);
		expect_eq_msg(virtio_read16(&dev, VIRTIO_QUEUE_SIZE), 8 << queue, "queue %u",
			      queue);
		for (u32 i = 0; i < 3; i++)
			expect_eq_msg(virtio_read64(&dev, VIRTIO_QUEUE_DESC + 8 * i),
				      address_of(queue, i), "queue %u, %" PRIu32, queue, i);
	}
	virtio_reset(&dev);
}

CASE(queue_nowhere, "writes to the registers of a queue that is none change no other one (4.1.4.3)")
{
	struct virtq q;
	u16 count;

	start(0);
	insist(virtq_init(&q, &dev, 0, 8));
	count = virtio_read16(&dev, VIRTIO_NUM_QUEUES);
	for (u32 none = count; none < 0x10000; none = none * 2 + 1) {
		virtio_write16(&dev, VIRTIO_QUEUE_SELECT, (u16)none);
		virtio_write16(&dev, VIRTIO_QUEUE_SIZE, 4);
		for (u32 i = 0; i < 3; i++)
			virtio_write64(&dev, VIRTIO_QUEUE_DESC + 8 * i, 0xdead000);
		virtio_write16(&dev, VIRTIO_QUEUE_ENABLE, 1);
		expect_eq_msg(virtio_read16(&dev, VIRTIO_QUEUE_SIZE), 0, "queue %" PRIu32, none);
	}
	virtio_write16(&dev, VIRTIO_QUEUE_SELECT, 0);
	expect_eq(virtio_read16(&dev, VIRTIO_QUEUE_SIZE), 8);
	expect_eq(virtio_read64(&dev, VIRTIO_QUEUE_DESC), (uintptr_t)q.desc);
	expect_eq(virtio_read64(&dev, VIRTIO_QUEUE_AVAIL), (uintptr_t)q.avail);
	expect_eq(virtio_read64(&dev, VIRTIO_QUEUE_USED), (uintptr_t)q.used);
	virtio_reset(&dev);
}

CASE(notify_nowhere, "notifications of a queue that is none, or not enabled, do nothing")
{
	volatile char *notify;

	start(0);
	notify = dev.caps[VIRTIO_CAP_NOTIFY].base;
	virtio_add_status(&dev, VIRTIO_DRIVER_OK);
	for (u32 value = 0; value < 0x10000; value = value * 2 + 1)
		writew((u16)value, notify);
	let_pass();
	expect_eq(virtio_read8(&dev, VIRTIO_STATUS), VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER |
		  VIRTIO_FEATURES_OK | VIRTIO_DRIVER_OK);
	expect(untouched());
	expect_working(&dev);
}

/* ---- one queue's reset: section 2.6.1 ---- */

static void reset_queue(u16 queue)
{
	struct patience patience = { 0 };

	virtio_write16(&dev, VIRTIO_QUEUE_SELECT, queue);
	virtio_write16(&dev, VIRTIO_QUEUE_RESET, 1);
	/* 1 while it goes on, 0 behind it: section 4.1.4.3.1. */
	while (virtio_read16(&dev, VIRTIO_QUEUE_RESET))
		insist(!patience_over(&patience, 10));
}

CASE(queue_reset, "RING_RESET: a queue is off behind it, and works at other addresses (2.6.1)")
{
	struct virtq q;
	u16 max;

	start(VIRTIO_F_RING_RESET);
	insist(dev.caps[VIRTIO_CAP_COMMON].size >= RESET_LENGTH);
	virtio_write16(&dev, VIRTIO_QUEUE_SELECT, 0);
	max = virtio_read16(&dev, VIRTIO_QUEUE_SIZE);
	expect_eq(virtio_read16(&dev, VIRTIO_QUEUE_RESET), 0);
	virtio_add_status(&dev, VIRTIO_DRIVER_OK);
	for (int round = 0; round < 10; round++) {
		insist(virtq_init(&q, &dev, 0, 8));
		expect_eq(virtio_read16(&dev, VIRTIO_QUEUE_ENABLE), 1);
		virtq_add(&q, memory, BUFFER, VIRTQ_WRITE);
		virtq_notify(&q);
		insist(virtq_wait(&q, 1));
		reset_queue(0);
		expect_eq(virtio_read16(&dev, VIRTIO_QUEUE_ENABLE), 0);
		expect_eq(virtio_read16(&dev, VIRTIO_QUEUE_SIZE), max);
	}
	/* The device as a whole goes on. */
	expect_eq(virtio_read8(&dev, VIRTIO_STATUS), VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER |
		  VIRTIO_FEATURES_OK | VIRTIO_DRIVER_OK);
	virtio_reset(&dev);
}

CASE(queue_reset_load,
     "RING_RESET under load: neither ring nor buffers are touched behind it (2.6.1)")
{
	struct virtq q;

	start(VIRTIO_F_RING_RESET);
	virtio_add_status(&dev, VIRTIO_DRIVER_OK);
	for (int round = 0; round < 10; round++) {
		u16 index;

		insist(virtq_init(&q, &dev, 0, 8));
		for (int i = 0; i < 8; i++)
			virtq_add(&q, memory + i * 512, 512, VIRTQ_WRITE);
		virtq_notify(&q);
		reset_queue(0);
		index = virtq_used_idx(&q);
		expect_le(index, 8);
		memset(memory, PATTERN, sizeof(memory));
		let_pass();
		expect_eq(virtq_used_idx(&q), index);
		expect(untouched());
	}
	virtio_reset(&dev);
}

/* ---- notifications ---- */

static u32 interrupts;

static void receive(isr_regs_t *regs)
{
	interrupts++;
	eoi();
}

static void let_in(void)
{
	sti();
	for (int i = 0; i < 2000; i++)
		pause();
	cli();
}

static void wait_interrupts(u32 n)
{
	struct patience patience = { 0 };

	while (interrupts < n && !patience_over(&patience, 10))
		let_in();
	let_in();
	expect_eq(interrupts, n);
}

CASE(masked, "MSI-X: a masked vector's notification is pending, and comes when it is unmasked")
{
	struct patience patience = { 0 };
	struct virtq q;

	start(0);
	require_msg(pci_msix_count(&dev.pci), "the device has no MSI-X");
	cli();
	interrupts = 0;
	handle_irq(VECTOR, receive);
	insist(pci_msix_set(&dev.pci, 0, APIC_DEFAULT_PHYS_BASE | (u32)id_map[0] << 12, VECTOR));
	pci_msix_set_enable(&dev.pci, true);
	insist(virtq_init(&q, &dev, 0, 8));
	virtio_write16(&dev, VIRTIO_QUEUE_VECTOR, 0);
	virtio_add_status(&dev, VIRTIO_DRIVER_OK);
	for (u16 round = 1; round <= 3; round++) {
		expect(!pci_msix_pending(&dev.pci, 0));
		pci_msix_mask(&dev.pci, 0, true);
		virtq_add(&q, memory, BUFFER, VIRTQ_WRITE);
		virtq_notify(&q);
		insist(virtq_wait(&q, round));
		while (!pci_msix_pending(&dev.pci, 0) && !patience_over(&patience, 10))
			pause();
		expect(pci_msix_pending(&dev.pci, 0));
		let_in();
		expect_eq(interrupts, round - 1);
		pci_msix_mask(&dev.pci, 0, false);
		wait_interrupts(round);
	}
	virtio_reset(&dev);
	pci_msix_set_enable(&dev.pci, false);
}

CASE(used_flags,
     "with EVENT_IDX the used ring's flags are 0, else 0 or 1; the device keeps to it (2.7.10)")
{
	for (int event = 0; event < 2; event++) {
		struct virtq q;

		start(event ? VIRTIO_F_EVENT_IDX : 0);
		insist(virtq_init(&q, &dev, 0, 8));
		virtio_add_status(&dev, VIRTIO_DRIVER_OK);
		for (u16 i = 0; i < 20; i++) {
			virtq_add(&q, memory, BUFFER, VIRTQ_WRITE);
			virtq_notify(&q);
			insist(virtq_wait(&q, i + 1));
			expect_le(le16_to_cpu(q.used[0]), event ? 0 : 1);
		}
		virtio_reset(&dev);
	}
}
