/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine's UUID, of QEMU's configuration device (QEMU docs/specs/fw_cfg.rst). */
#include "libcflat.h"
#include "machine-uuid.h"
#include "x86/fwcfg.h"

bool machine_uuid(uint8_t uuid[16])
{
	if (!fwcfg_present())
		return false;
	fwcfg_read(FW_CFG_UUID, uuid, 16);
	return true;
}
