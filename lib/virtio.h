/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtio devices on PCI, the modern interface, with split virtqueues (Virtual I/O Device specification, version 1.1:
 * chapters 2 and 3, and section 4.1). One driver at a time; nothing here is safe against other CPUs.
 */
#ifndef VIRTIO_H
#define VIRTIO_H

#include "libcflat.h"
#include "pci.h"

enum { VIRTIO_NET = 1, VIRTIO_BALLOON = 5, VIRTIO_RNG = 4 };	/* device types, chapter 5 */

/* Device status, section 2.1. */
#define VIRTIO_ACKNOWLEDGE	0x01
#define VIRTIO_DRIVER		0x02
#define VIRTIO_DRIVER_OK	0x04
#define VIRTIO_FEATURES_OK	0x08
#define VIRTIO_NEEDS_RESET	0x40
#define VIRTIO_FAILED		0x80

/* Features of every device, chapter 6. */
#define VIRTIO_F_INDIRECT	(1ull << 28)
#define VIRTIO_F_EVENT_IDX	(1ull << 29)
#define VIRTIO_F_VERSION_1	(1ull << 32)
#define VIRTIO_F_RING_RESET	(1ull << 40)	/* version 1.2 */

/* The common configuration: offsets, section 4.1.4.3. */
enum {
	VIRTIO_DEVICE_FEATURE_SELECT = 0, VIRTIO_DEVICE_FEATURE = 4, VIRTIO_DRIVER_FEATURE_SELECT = 8,
	VIRTIO_DRIVER_FEATURE = 12, VIRTIO_CONFIG_VECTOR = 16, VIRTIO_NUM_QUEUES = 18, VIRTIO_STATUS = 20,
	VIRTIO_GENERATION = 21, VIRTIO_QUEUE_SELECT = 22, VIRTIO_QUEUE_SIZE = 24, VIRTIO_QUEUE_VECTOR = 26,
	VIRTIO_QUEUE_ENABLE = 28, VIRTIO_QUEUE_NOTIFY_OFF = 30, VIRTIO_QUEUE_DESC = 32, VIRTIO_QUEUE_AVAIL = 40,
	VIRTIO_QUEUE_USED = 48, VIRTIO_COMMON_LENGTH = 56,
	VIRTIO_QUEUE_NOTIFY_DATA = 56, VIRTIO_QUEUE_RESET = 58,	/* with their features, version 1.2 */
};
#define VIRTIO_NO_VECTOR	0xffff

/* The structures that capabilities point to, section 4.1.4. */
enum { VIRTIO_CAP_COMMON = 1, VIRTIO_CAP_NOTIFY, VIRTIO_CAP_ISR, VIRTIO_CAP_DEVICE, VIRTIO_CAP_PCI, VIRTIO_CAPS };
#define VIRTIO_ISR_QUEUE	1
#define VIRTIO_ISR_CONFIG	2

struct virtio_cap {
	u8 at, length, bar;		/* at: in configuration space; 0: there is none */
	u32 offset, size;		/* of the structure */
	volatile char *base;
};

struct virtio_device {
	struct pci_dev pci;
	struct virtio_cap caps[VIRTIO_CAPS];	/* the first of each type, by its number */
	u32 notify_multiplier;
};

/* Finds the first device of a type, enables it and maps its structures; false if there is none, or a legacy one. */
bool virtio_find(struct virtio_device *dev, unsigned int type);
/* The same of one of several, 0 for the first, as PCI numbers them; legacy ones do not count. */
bool virtio_find_nth(struct virtio_device *dev, unsigned int type, unsigned int n);

u8 virtio_read8(struct virtio_device *dev, unsigned int reg);
u16 virtio_read16(struct virtio_device *dev, unsigned int reg);
u32 virtio_read32(struct virtio_device *dev, unsigned int reg);
void virtio_write8(struct virtio_device *dev, unsigned int reg, u8 value);
void virtio_write16(struct virtio_device *dev, unsigned int reg, u16 value);
void virtio_write32(struct virtio_device *dev, unsigned int reg, u32 value);
/* Two accesses of 32 bits, the lower half first (section 4.1.3.1). */
u64 virtio_read64(struct virtio_device *dev, unsigned int reg);
void virtio_write64(struct virtio_device *dev, unsigned int reg, u64 value);

/* Resets the device and waits until it says so; aborts if it does not within half a minute. */
void virtio_reset(struct virtio_device *dev);
u64 virtio_device_features(struct virtio_device *dev);
void virtio_set_features(struct virtio_device *dev, u64 features);
/* Reset, acknowledge, driver, features, FEATURES_OK: returns whether the device kept that (section 3.1.1, 1 to 6). */
bool virtio_negotiate(struct virtio_device *dev, u64 features);
/* Adds bits to the status. */
void virtio_add_status(struct virtio_device *dev, u8 bits);

/* ---- split virtqueues, section 2.6; their fields are little-endian ---- */

#define VIRTQ_NEXT		1
#define VIRTQ_WRITE		2	/* the device writes */
#define VIRTQ_INDIRECT		4
#define VIRTQ_NO_INTERRUPT	1	/* avail flags */
#define VIRTQ_MAX		64

struct virtq_desc {
	u64 addr;
	u32 len;
	u16 flags, next;
};

struct virtq {
	struct virtio_device *dev;
	u16 number, size;		/* size: a power of two up to VIRTQ_MAX */
	u16 next_desc, next_avail;
	volatile struct virtq_desc *desc;
	volatile u16 *avail;		/* flags, idx, ring[size], used_event */
	volatile u16 *used;		/* flags, idx, ring[size] of 8 bytes, avail_event */
};

/* Gives a queue its memory, cleared, and enables it; false if the device has no such queue of that size. */
bool virtq_init(struct virtq *q, struct virtio_device *dev, u16 number, u16 size);
/* Writes one descriptor; next is that of VIRTQ_NEXT. */
void virtq_set_desc(volatile struct virtq_desc *desc, const volatile void *p, u32 len, u16 flags, u16 next);
/* Makes the chain that begins with a descriptor available; does not notify. */
void virtq_offer(struct virtq *q, u16 head);
/* One buffer: the next descriptor in turn, offered. Returns the descriptor's number. */
u16 virtq_add(struct virtq *q, const volatile void *p, u32 len, u16 flags);
void virtq_notify(struct virtq *q);
u16 virtq_used_idx(struct virtq *q);
/* The used element of a running index. */
void virtq_used(struct virtq *q, u16 index, u32 *id, u32 *len);
/* Waits until the used index is that; false after ten seconds. */
bool virtq_wait(struct virtq *q, u16 index);
void virtq_set_flags(struct virtq *q, u16 flags);
/* With EVENT_IDX: the used index whose passing interrupts. */
void virtq_set_used_event(struct virtq *q, u16 index);

#endif
