/* SPDX-License-Identifier: BSD-2-Clause */
/* What the virtio tests share: an entropy device with one queue, and interrupts of it. */
#ifndef VIRTIO_TEST_H
#define VIRTIO_TEST_H

#include "case.h"
#include "virtio.h"

#define PATTERN		0xa5

/* Finds a device, or skips the case; reset. */
void find_device(struct virtio_device *dev, unsigned int type, unsigned int n);

/* Resets the entropy device and fills a buffer with it: it works. Uses interrupts of no kind. */
void expect_working(struct virtio_device *dev);

/* Waits a while in which the device may do what it must not. */
void let_pass(void);

#endif
