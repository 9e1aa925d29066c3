/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtio devices on PCI and their split queues; see virtio.h. */
#include "virtio.h"
#include "alloc_page.h"
#include "patience.h"
#include "asm/barrier.h"
#include "asm/io.h"
#include "asm/page.h"

#define VENDOR		0x1af4
#define FIRST_MODERN	0x1040
#define LAST_MODERN	0x107f

/* ---- finding: sections 4.1.2 and 4.1.4 ---- */

/* Which type a PCI function is, 0: no virtio. Transitional devices say it in their subsystem ID. */
static unsigned int type_of(pcidevaddr_t bdf)
{
	u16 id = pci_config_readw(bdf, PCI_DEVICE_ID);

	if (pci_config_readw(bdf, PCI_VENDOR_ID) != VENDOR || id < 0x1000 || id > LAST_MODERN)
		return 0;
	return id >= FIRST_MODERN ? id - FIRST_MODERN : pci_config_readw(bdf, PCI_SUBSYSTEM_ID);
}

static void read_cap(struct virtio_device *dev, u8 at)
{
	u8 type = pci_config_readb(dev->pci.bdf, at + 3);
	struct virtio_cap *cap = &dev->caps[type < VIRTIO_CAPS ? type : 0];

	if (!type || type >= VIRTIO_CAPS || cap->at)
		return;
	cap->at = at;
	cap->length = pci_config_readb(dev->pci.bdf, at + 2);
	cap->bar = pci_config_readb(dev->pci.bdf, at + 4);
	cap->offset = pci_config_readl(dev->pci.bdf, at + 8);
	cap->size = pci_config_readl(dev->pci.bdf, at + 12);
	if (type == VIRTIO_CAP_NOTIFY)
		dev->notify_multiplier = pci_config_readl(dev->pci.bdf, at + 16);
	if (type != VIRTIO_CAP_PCI && cap->bar < PCI_BAR_NUM && dev->pci.resource[cap->bar] != INVALID_PHYS_ADDR)
		cap->base = ioremap(dev->pci.resource[cap->bar] + cap->offset, cap->size);
}

bool virtio_find(struct virtio_device *dev, unsigned int type)
{
	return virtio_find_nth(dev, type, 0);
}

bool virtio_find_nth(struct virtio_device *dev, unsigned int type, unsigned int n)
{
	for (int i = 0; i < pci_device_count(); i++) {
		if (type_of(pci_device_at(i)) != type)
			continue;
		memset(dev, 0, sizeof(*dev));
		pci_dev_init(&dev->pci, pci_device_at(i));
		pci_enable_defaults(&dev->pci);
		for (u8 at = 0; (at = pci_find_cap(&dev->pci, PCI_CAP_ID_VNDR, at)); )
			read_cap(dev, at);
		if (dev->caps[VIRTIO_CAP_COMMON].base && dev->caps[VIRTIO_CAP_NOTIFY].base && dev->caps[VIRTIO_CAP_ISR].base && !n--)
			return true;
	}
	return false;
}

/* ---- the common configuration ---- */

static volatile char *common(struct virtio_device *dev, unsigned int reg)
{
	return dev->caps[VIRTIO_CAP_COMMON].base + reg;
}

u8 virtio_read8(struct virtio_device *dev, unsigned int reg)
{
	return readb(common(dev, reg));
}

u16 virtio_read16(struct virtio_device *dev, unsigned int reg)
{
	return readw(common(dev, reg));
}

u32 virtio_read32(struct virtio_device *dev, unsigned int reg)
{
	return readl(common(dev, reg));
}

void virtio_write8(struct virtio_device *dev, unsigned int reg, u8 value)
{
	writeb(value, common(dev, reg));
}

void virtio_write16(struct virtio_device *dev, unsigned int reg, u16 value)
{
	writew(value, common(dev, reg));
}

void virtio_write32(struct virtio_device *dev, unsigned int reg, u32 value)
{
	writel(value, common(dev, reg));
}

u64 virtio_read64(struct virtio_device *dev, unsigned int reg)
{
	u32 low = virtio_read32(dev, reg);

	return low | (u64)virtio_read32(dev, reg + 4) << 32;
}

void virtio_write64(struct virtio_device *dev, unsigned int reg, u64 value)
{
	virtio_write32(dev, reg, (u32)value);
	virtio_write32(dev, reg + 4, (u32)(value >> 32));
}

void virtio_reset(struct virtio_device *dev)
{
	struct patience patience = { 0 };

	virtio_write8(dev, VIRTIO_STATUS, 0);
	while (virtio_read8(dev, VIRTIO_STATUS))
		if (patience_over(&patience, 30))
			report_abort("virtio: the reset does not end, status %#x", virtio_read8(dev, VIRTIO_STATUS));
}

u64 virtio_device_features(struct virtio_device *dev)
{
	u64 features = 0;

	for (u32 half = 0; half < 2; half++) {
		virtio_write32(dev, VIRTIO_DEVICE_FEATURE_SELECT, half);
		features |= (u64)virtio_read32(dev, VIRTIO_DEVICE_FEATURE) << 32 * half;
	}
	return features;
}

void virtio_set_features(struct virtio_device *dev, u64 features)
{
	for (u32 half = 0; half < 2; half++) {
		virtio_write32(dev, VIRTIO_DRIVER_FEATURE_SELECT, half);
		virtio_write32(dev, VIRTIO_DRIVER_FEATURE, (u32)(features >> 32 * half));
	}
}

void virtio_add_status(struct virtio_device *dev, u8 bits)
{
	virtio_write8(dev, VIRTIO_STATUS, virtio_read8(dev, VIRTIO_STATUS) | bits);
}

bool virtio_negotiate(struct virtio_device *dev, u64 features)
{
	virtio_reset(dev);
	virtio_add_status(dev, VIRTIO_ACKNOWLEDGE);
	virtio_add_status(dev, VIRTIO_DRIVER);
	virtio_set_features(dev, features);
	virtio_add_status(dev, VIRTIO_FEATURES_OK);
	return virtio_read8(dev, VIRTIO_STATUS) & VIRTIO_FEATURES_OK;
}

/* ---- queues ---- */

bool virtq_init(struct virtq *q, struct virtio_device *dev, u16 number, u16 size)
{
	assert_msg(size <= VIRTQ_MAX && size && !(size & (size - 1)), "virtio: a queue of %u entries", size);
	virtio_write16(dev, VIRTIO_QUEUE_SELECT, number);
	if (virtio_read16(dev, VIRTIO_QUEUE_SIZE) < size)
		return false;
	*q = (struct virtq){ .dev = dev, .number = number, .size = size };
	/* A page each: more than enough for 64 entries, and for the alignment of 16, 2 and 4. */
	q->desc = alloc_page();
	q->avail = alloc_page();
	q->used = alloc_page();
	virtio_write16(dev, VIRTIO_QUEUE_SIZE, size);
	virtio_write64(dev, VIRTIO_QUEUE_DESC, virt_to_phys((void *)q->desc));
	virtio_write64(dev, VIRTIO_QUEUE_AVAIL, virt_to_phys((void *)q->avail));
	virtio_write64(dev, VIRTIO_QUEUE_USED, virt_to_phys((void *)q->used));
	virtio_write16(dev, VIRTIO_QUEUE_ENABLE, 1);
	return true;
}

void virtq_set_desc(volatile struct virtq_desc *desc, const volatile void *p, u32 len, u16 flags, u16 next)
{
	desc->addr = cpu_to_le64(virt_to_phys((void *)p));
	desc->len = cpu_to_le32(len);
	desc->flags = cpu_to_le16(flags);
	desc->next = cpu_to_le16(next);
}

void virtq_offer(struct virtq *q, u16 head)
{
	q->avail[2 + q->next_avail % q->size] = cpu_to_le16(head);
	q->next_avail++;
	mb();
	q->avail[1] = cpu_to_le16(q->next_avail);
	mb();
}

u16 virtq_add(struct virtq *q, const volatile void *p, u32 len, u16 flags)
{
	u16 at = q->next_desc++ % q->size;

	virtq_set_desc(&q->desc[at], p, len, flags, 0);
	virtq_offer(q, at);
	return at;
}

void virtq_notify(struct virtq *q)
{
	struct virtio_device *dev = q->dev;

	virtio_write16(dev, VIRTIO_QUEUE_SELECT, q->number);
	writew(q->number, dev->caps[VIRTIO_CAP_NOTIFY].base +
	       virtio_read16(dev, VIRTIO_QUEUE_NOTIFY_OFF) * dev->notify_multiplier);
}

u16 virtq_used_idx(struct virtq *q)
{
	u16 index = le16_to_cpu(q->used[1]);

	rmb();
	return index;
}

void virtq_used(struct virtq *q, u16 index, u32 *id, u32 *len)
{
	volatile u32 *element = (volatile u32 *)(q->used + 2) + index % q->size * 2;

	*id = le32_to_cpu(element[0]);
	*len = le32_to_cpu(element[1]);
}

bool virtq_wait(struct virtq *q, u16 index)
{
	struct patience patience = { 0 };

	while (virtq_used_idx(q) != index)
		if (patience_over(&patience, 10))
			return false;
	return true;
}

void virtq_set_flags(struct virtq *q, u16 flags)
{
	q->avail[0] = cpu_to_le16(flags);
	mb();
}

void virtq_set_used_event(struct virtq *q, u16 index)
{
	q->avail[2 + q->size] = cpu_to_le16(index);
	mb();
}
