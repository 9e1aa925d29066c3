/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's configuration device in memory, as device trees have it (QEMU docs/specs/fw_cfg.rst). */
#ifndef FW_CFG_MMIO_H
#define FW_CFG_MMIO_H

#include "fdt.h"

/* Reads the machine's UUID, as it is at this moment; false if the tree has no such device. */
bool fw_cfg_mmio_uuid(const struct fdt *fdt, uint8_t uuid[16]);

#endif
