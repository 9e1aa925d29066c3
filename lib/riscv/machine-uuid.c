/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine's UUID: see machine-uuid.h. */
#include "fw-cfg-mmio.h"
#include "machine-uuid.h"
#include "tree.h"

bool machine_uuid(uint8_t uuid[16])
{
	return fw_cfg_mmio_uuid(&machine_fdt, uuid);
}
