/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine's UUID, that of the innermost VM (SYSIB 3.2.2). */
#include "libcflat.h"
#include "machine-uuid.h"
#include "s390x/stsi.h"
#include "asm/arch_def.h"

bool machine_uuid(uint8_t uuid[16])
{
	static struct sysinfo_3_2_2 block __aligned(4096);

	if (stsi_get_fc() < 3 || stsi(&block, 3, 2, 2) != 0)
		return false;
	memcpy(uuid, block.vm[0].uuid, 16);
	return true;
}
