/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console of a machine that has no UART we know: a virtio console by virtio-mmio. Only sends.
 */
#ifndef ARM_VIRTIO_CONSOLE_H
#define ARM_VIRTIO_CONSOLE_H

#include "libcflat.h"
#include "fdt.h"

/*
 * The physical address of the first transport in the device tree with a console behind it; 0: there
 * is none.
 */
phys_addr_t virtio_console_find(const struct fdt *fdt);

/*
 * Sends all of data by the console at base, which is mapped, and waits for the device to take it;
 * gives up one that does not.
 */
void virtio_console_write(char *base, const char *data, size_t len);

#endif
