/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See virtio-console.h. Virtual I/O Device 1.2: sections 2.7 (split queues), 4.2 (MMIO, with its
 * legacy form), 5.3 (console). One buffer at a time by the transmit queue of port 0, and no
 * interrupts.
 */
#include "virtio-console.h"
#include "arch-hooks.h"
#include "asm/barrier.h"
#include "asm/io.h"

#define MAGIC_VALUE		0x000	/* "virt" */
#define VERSION			0x004	/* 1: legacy */
#define DEVICE_ID		0x008
#define DRIVER_FEATURES		0x020
#define DRIVER_FEATURES_SEL	0x024
#define GUEST_PAGE_SIZE		0x028	/* legacy */
#define QUEUE_SEL		0x030
#define QUEUE_NUM_MAX		0x034
#define QUEUE_NUM		0x038
#define QUEUE_ALIGN		0x03c	/* legacy */
#define QUEUE_PFN		0x040	/* legacy */
#define QUEUE_READY		0x044
#define QUEUE_NOTIFY		0x050
#define STATUS			0x070
#define QUEUE_DESC		0x080
#define QUEUE_DRIVER		0x090
#define QUEUE_DEVICE		0x0a0

#define VIRTIO_MAGIC		0x74726976u
#define CONSOLE_ID		3
#define FEATURE_VERSION_1	1u	/* bit 32 */

#define STATUS_ACKNOWLEDGE	1
#define STATUS_DRIVER		2
#define STATUS_DRIVER_OK	4
#define STATUS_FEATURES_OK	8

#define TRANSMIT_QUEUE		1
#define ENTRIES			2
#define LEGACY_PAGE		4096
#define PATIENCE		100000000

/*
 * The layout of the legacy form, which is right for the other too: the device's part on a page of
 * its own.
 */
static struct {
	struct {
		uint64_t address;
		uint32_t len;
		uint16_t flags, next;
	} descriptors[ENTRIES];
	uint16_t flags, index, ring[ENTRIES];
	struct {
		uint16_t flags, index;
		struct {
			uint32_t id, len;
		} ring[ENTRIES];
	} used __aligned(LEGACY_PAGE);
} queue __aligned(LEGACY_PAGE);

static char buffer[512];

phys_addr_t virtio_console_find(const struct fdt *fdt)
{
	int node = fdt_find_compatible(fdt, FDT_NONE, "virtio,mmio");
	u64 address, size;

	for (; node != FDT_NONE; node = fdt_find_compatible(fdt, node, "virtio,mmio")) {
		char *base;

		if (!fdt_reg(fdt, node, 0, &address, &size))
			continue;
		base = phys_to_virt(address);
		if (readl(base + MAGIC_VALUE) == VIRTIO_MAGIC &&
		    readl(base + DEVICE_ID) == CONSOLE_ID)
			return address;
	}
	return 0;
}

static void write_address(char *reg, const void *memory)
{
	phys_addr_t phys = virt_to_phys(memory);

	writel((u32)phys, reg);
	writel((u32)(phys >> 32), reg + 4);
}

/* Section 4.2.3.1; for the legacy form 4.2.4. */
static bool set_up(char *base)
{
	bool legacy = readl(base + VERSION) == 1;
	u32 status = STATUS_ACKNOWLEDGE | STATUS_DRIVER;

	writel(0, base + STATUS);
	writel(status, base + STATUS);
	writel(0, base + DRIVER_FEATURES_SEL);
	writel(0, base + DRIVER_FEATURES);
	if (!legacy) {
		writel(1, base + DRIVER_FEATURES_SEL);
		writel(FEATURE_VERSION_1, base + DRIVER_FEATURES);
		writel(status |= STATUS_FEATURES_OK, base + STATUS);
		if (!(readl(base + STATUS) & STATUS_FEATURES_OK))
			return false;
	}
	writel(TRANSMIT_QUEUE, base + QUEUE_SEL);
	if (readl(base + QUEUE_NUM_MAX) < ENTRIES)
		return false;
	writel(ENTRIES, base + QUEUE_NUM);
	if (legacy) {
		writel(LEGACY_PAGE, base + GUEST_PAGE_SIZE);
		writel(LEGACY_PAGE, base + QUEUE_ALIGN);
		writel((u32)(virt_to_phys(&queue) / LEGACY_PAGE), base + QUEUE_PFN);
	} else {
		write_address(base + QUEUE_DESC, queue.descriptors);
		write_address(base + QUEUE_DRIVER, &queue.flags);
		write_address(base + QUEUE_DEVICE, &queue.used);
		writel(1, base + QUEUE_READY);
	}
	writel(status | STATUS_DRIVER_OK, base + STATUS);
	return true;
}

static bool send(char *base, size_t len)
{
	queue.descriptors[0].address = cpu_to_le64(virt_to_phys(buffer));
	queue.descriptors[0].len = cpu_to_le32((u32)len);
	queue.ring[queue.index % ENTRIES] = 0;
	smp_wmb();
	WRITE_ONCE(queue.index, queue.index + 1);
	mb();
	writel(TRANSMIT_QUEUE, base + QUEUE_NOTIFY);
	for (u32 i = 0; i < PATIENCE; i++) {
		if (READ_ONCE(queue.used.index) == queue.index)
			return true;
		arch_cpu_relax();
	}
	return false;
}

void virtio_console_write(char *base, const char *data, size_t len)
{
	static enum { UNKNOWN, WORKS, DEAD } state;

	if (state == UNKNOWN)
		state = set_up(base) ? WORKS : DEAD;
	for (size_t n; len && state == WORKS; data += n, len -= n) {
		n = MIN(len, sizeof(buffer));
		memcpy(buffer, data, n);
		if (!send(base, n))
			state = DEAD;
	}
}
