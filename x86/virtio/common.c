/* SPDX-License-Identifier: BSD-2-Clause */
/* See virtio_test.h. */
#include "virtio_test.h"
#include "x86/processor.h"

#define QUIET_ROUNDS	5000

static const char *const names[] = {
	[VIRTIO_NET] = "network device",
	[VIRTIO_RNG] = "entropy device",
	[VIRTIO_BALLOON] = "balloon",
};

void find_device(struct virtio_device *dev, unsigned int type, unsigned int n)
{
	require_msg(virtio_find_nth(dev, type, n), "no %s%s with the modern interface",
		    n ? "second " : "", names[type]);
	if (dev->pci.msix_offset)
		pci_msix_set_enable(&dev->pci, false);
	virtio_reset(dev);
}

void expect_working(struct virtio_device *dev)
{
	static u8 buffer[64];
	struct virtq q;
	u32 id, len, same = 0;

	insist(virtio_negotiate(dev, VIRTIO_F_VERSION_1));
	insist(virtq_init(&q, dev, 0, 8));
	virtio_add_status(dev, VIRTIO_DRIVER_OK);
	memset(buffer, PATTERN, sizeof(buffer));
	virtq_add(&q, buffer, sizeof(buffer), VIRTQ_WRITE);
	virtq_notify(&q);
	insist(virtq_wait(&q, 1));
	virtq_used(&q, 0, &id, &len);
	expect_eq(id, 0);
	insist(len >= 1 && len <= sizeof(buffer));
	for (u32 i = 0; i < len; i++)
		same += buffer[i] == PATTERN;
	/* A few bytes may be the pattern by chance; all of 16 are not. */
	expect(len < 16 || same < len);
	virtio_reset(dev);
}

void let_pass(void)
{
	for (int i = 0; i < QUIET_ROUNDS; i++)
		pause();
}
