/* SPDX-License-Identifier: BSD-2-Clause */
/* Of a machine that has no UUID: see machine-uuid.h. */
#include "machine-uuid.h"

bool machine_uuid(uint8_t uuid[16])
{
	(void)uuid;
	return false;
}
