/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtio over PCI, with the entropy device: capabilities, features, status and queues, before any buffer moves (Virtual
 * I/O Device specification 1.1, sections 2.1, 2.2, 3.1, 4.1 and chapter 6). Whatever a case leaves, the next one resets.
 */
#include "case.h"
#include "virtio.h"

/* What the specification defines (1.3 at the latest) of bits 24 to 63; 24, 27 and 30 are those of transitional devices. */
#define KNOWN_FEATURES	(1ull << 24 | 1ull << 27 | 1ull << 30 | VIRTIO_F_INDIRECT | VIRTIO_F_EVENT_IDX | 0x3ffull << 32)

static struct virtio_device dev;

static void prepare(void)
{
	require_msg(virtio_find(&dev, VIRTIO_RNG), "no entropy device with the modern interface");
	virtio_reset(&dev);
}

static u64 select_features(u32 select)
{
	virtio_write32(&dev, VIRTIO_DEVICE_FEATURE_SELECT, select);
	return virtio_read32(&dev, VIRTIO_DEVICE_FEATURE);
}

CASE(capabilities, "the capabilities point to structures of the right size and alignment within their BARs (4.1.4)")
{
	static const u8 min_size[] = { 0, VIRTIO_COMMON_LENGTH, 2, 1 }, align[] = { 0, 4, 2, 1 };

	prepare();
	for (int type = VIRTIO_CAP_COMMON; type <= VIRTIO_CAP_ISR; type++) {
		const struct virtio_cap *cap = &dev.caps[type];

		expect_ge(cap->length, type == VIRTIO_CAP_NOTIFY ? 20 : 16);
		insist(cap->bar < PCI_BAR_NUM);
		expect_ge(cap->size, min_size[type]);
		expect_eq_msg(cap->offset % align[type], 0, "structure %d", type);
		expect_le((u64)cap->offset + cap->size, pci_bar_size(&dev.pci, cap->bar));
	}
	expect_ne(dev.caps[VIRTIO_CAP_PCI].at, 0);
	expect_eq(dev.notify_multiplier & (dev.notify_multiplier - 1), 0);
	expect_ne(dev.notify_multiplier, 1);
}

/* Writes the window of the PCI capability: type 5, section 4.1.4.7. */
static u32 read_window(u8 bar, u32 offset, u32 length)
{
	u8 at = dev.caps[VIRTIO_CAP_PCI].at;

	pci_config_writeb(dev.pci.bdf, at + 4, bar);
	pci_config_writel(dev.pci.bdf, at + 8, offset);
	pci_config_writel(dev.pci.bdf, at + 12, length);
	if (length == 1)
		return pci_config_readb(dev.pci.bdf, at + 16);
	return length == 2 ? pci_config_readw(dev.pci.bdf, at + 16) : pci_config_readl(dev.pci.bdf, at + 16);
}

CASE(window, "the window in configuration space reads what the BAR does, by 1, 2 and 4 bytes (4.1.4.7)")
{
	const struct virtio_cap *cap = &dev.caps[VIRTIO_CAP_COMMON];

	prepare();
	insist(dev.caps[VIRTIO_CAP_PCI].at);
	expect_eq(read_window(cap->bar, cap->offset + VIRTIO_STATUS, 1), 0);
	virtio_add_status(&dev, VIRTIO_ACKNOWLEDGE);
	expect_eq(read_window(cap->bar, cap->offset + VIRTIO_STATUS, 1), VIRTIO_ACKNOWLEDGE);
	expect_eq(read_window(cap->bar, cap->offset + VIRTIO_NUM_QUEUES, 2), virtio_read16(&dev, VIRTIO_NUM_QUEUES));
	virtio_write32(&dev, VIRTIO_DEVICE_FEATURE_SELECT, 0);
	expect_eq(read_window(cap->bar, cap->offset + VIRTIO_DEVICE_FEATURE, 4),
		  virtio_read32(&dev, VIRTIO_DEVICE_FEATURE));
	virtio_reset(&dev);
}

CASE(features, "VERSION_1 is offered, no feature that nobody has defined, and none beyond bit 63 (2.2, 6, 4.1.4.3.1)")
{
	u64 offered;

	prepare();
	offered = virtio_device_features(&dev);
	expect_eq(offered & VIRTIO_F_VERSION_1, VIRTIO_F_VERSION_1);
	expect_eq(offered & ~KNOWN_FEATURES, 0);
	expect_eq(select_features(2), 0);
	expect_eq(select_features(0x80000000u), 0);
	expect_eq(select_features(~0u), 0);
	expect_eq(virtio_device_features(&dev), offered);
}

CASE(subsets, "each subset of the offered features with VERSION_1 is accepted, and reads back (2.2.2)")
{
	u64 offered;

	prepare();
	offered = virtio_device_features(&dev) & (VIRTIO_F_INDIRECT | VIRTIO_F_EVENT_IDX | VIRTIO_F_VERSION_1);
	for (u32 set = 0; set < 4; set++) {
		u64 take = (offered & (u64)set << 28) | VIRTIO_F_VERSION_1;

		expect_msg(virtio_negotiate(&dev, take), "features %#" PRIx64 " are refused", take);
		for (u32 half = 0; half < 2; half++) {
			virtio_write32(&dev, VIRTIO_DRIVER_FEATURE_SELECT, half);
			expect_eq(virtio_read32(&dev, VIRTIO_DRIVER_FEATURE), (u32)(take >> 32 * half));
		}
	}
	virtio_reset(&dev);
}

CASE(not_offered, "accepting a feature that is not offered makes FEATURES_OK fail, each of the 64 bits (2.2.2)")
{
	u64 offered, kept = 0, wrong;

	prepare();
	offered = virtio_device_features(&dev);
	wrong = ~offered;
	for (int bit = 0; bit < 64; bit++)
		if (wrong >> bit & 1 && virtio_negotiate(&dev, VIRTIO_F_VERSION_1 | 1ull << bit))
			kept |= 1ull << bit;
	virtio_reset(&dev);
	expect_eq_msg(kept, 0, "bits that are accepted and not offered");
}

CASE(status, "the status is what the driver wrote, step by step, and 0 after a reset (2.1, 3.1.1)")
{
	static const u8 steps[] = { VIRTIO_ACKNOWLEDGE, VIRTIO_DRIVER, VIRTIO_FEATURES_OK, VIRTIO_DRIVER_OK };
	u8 status = 0;

	prepare();
	expect_eq(virtio_read8(&dev, VIRTIO_STATUS), 0);
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		if (steps[i] == VIRTIO_FEATURES_OK)
			virtio_set_features(&dev, VIRTIO_F_VERSION_1);
		status |= steps[i];
		virtio_write8(&dev, VIRTIO_STATUS, status);
		expect_eq(virtio_read8(&dev, VIRTIO_STATUS), status);
	}
	virtio_reset(&dev);
	expect_eq(virtio_read8(&dev, VIRTIO_STATUS), 0);
}

CASE(queues, "queues have a size that is a power of two; beyond the last one it is 0 (4.1.4.3.1, 2.6)")
{
	u16 count, size;

	prepare();
	count = virtio_read16(&dev, VIRTIO_NUM_QUEUES);
	/* The entropy device has one: section 5.4.2. */
	expect_eq(count, 1);
	virtio_write16(&dev, VIRTIO_QUEUE_SELECT, 0);
	size = virtio_read16(&dev, VIRTIO_QUEUE_SIZE);
	expect(size && size <= 32768 && !(size & (size - 1)));
	expect_eq(virtio_read16(&dev, VIRTIO_QUEUE_ENABLE), 0);
	expect_le((u64)virtio_read16(&dev, VIRTIO_QUEUE_NOTIFY_OFF) * dev.notify_multiplier + 2,
		  dev.caps[VIRTIO_CAP_NOTIFY].size);
	for (u32 queue = count; queue < 0x10000; queue = queue * 2 + 1) {
		virtio_write16(&dev, VIRTIO_QUEUE_SELECT, (u16)queue);
		expect_eq_msg(virtio_read16(&dev, VIRTIO_QUEUE_SIZE), 0, "queue %" PRIu32, queue);
	}
	virtio_write16(&dev, VIRTIO_QUEUE_SELECT, 0);
	expect_eq(virtio_read16(&dev, VIRTIO_QUEUE_SIZE), size);
}

CASE(queue_registers, "a queue's size, addresses and vector read back, and a reset undoes them (4.1.4.3.1, 4.1.5.1.2)")
{
	struct virtq q;
	u16 size;

	prepare();
	insist(virtio_negotiate(&dev, VIRTIO_F_VERSION_1));
	virtio_write16(&dev, VIRTIO_QUEUE_SELECT, 0);
	size = virtio_read16(&dev, VIRTIO_QUEUE_SIZE);
	insist(virtq_init(&q, &dev, 0, 4));
	expect_eq(virtio_read16(&dev, VIRTIO_QUEUE_SIZE), 4);
	expect_eq(virtio_read64(&dev, VIRTIO_QUEUE_DESC), (uintptr_t)q.desc);
	expect_eq(virtio_read64(&dev, VIRTIO_QUEUE_AVAIL), (uintptr_t)q.avail);
	expect_eq(virtio_read64(&dev, VIRTIO_QUEUE_USED), (uintptr_t)q.used);
	expect_eq(virtio_read16(&dev, VIRTIO_QUEUE_ENABLE), 1);
	virtio_reset(&dev);
	virtio_write16(&dev, VIRTIO_QUEUE_SELECT, 0);
	expect_eq(virtio_read16(&dev, VIRTIO_QUEUE_ENABLE), 0);
	expect_eq(virtio_read16(&dev, VIRTIO_QUEUE_SIZE), size);
	expect_eq(virtio_read16(&dev, VIRTIO_QUEUE_VECTOR), VIRTIO_NO_VECTOR);
	expect_eq(virtio_read16(&dev, VIRTIO_CONFIG_VECTOR), VIRTIO_NO_VECTOR);
}

CASE(vectors, "a vector that the MSI-X table has reads back, one beyond it as NO_VECTOR (4.1.5.1.2.1)")
{
	static const u8 regs[] = { VIRTIO_CONFIG_VECTOR, VIRTIO_QUEUE_VECTOR };
	u16 count;

	prepare();
	count = pci_msix_count(&dev.pci);
	require_msg(count, "the device has no MSI-X");
	virtio_write16(&dev, VIRTIO_QUEUE_SELECT, 0);
	for (size_t i = 0; i < ARRAY_SIZE(regs); i++) {
		virtio_write16(&dev, regs[i], count - 1);
		expect_eq(virtio_read16(&dev, regs[i]), count - 1);
		virtio_write16(&dev, regs[i], count);
		expect_eq(virtio_read16(&dev, regs[i]), VIRTIO_NO_VECTOR);
		virtio_write16(&dev, regs[i], 0);
		expect_eq(virtio_read16(&dev, regs[i]), 0);
		virtio_write16(&dev, regs[i], VIRTIO_NO_VECTOR);
		expect_eq(virtio_read16(&dev, regs[i]), VIRTIO_NO_VECTOR);
	}
}
