/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine's UUID, a system parameter (LoPAR 1.1, section 7.3.16; token 48 with a length in front): RTAS
 * stores it where it is told.
 */
#include "libcflat.h"
#include "arch-hooks.h"
#include "machine-uuid.h"
#include "asm/io.h"
#include "asm/rtas.h"
#include "asm/setup.h"

#define PARAMETER_UUID	48

bool machine_uuid(uint8_t uuid[16])
{
	static uint8_t buffer[32] __aligned(32);
	uint32_t token;

	if (rtas_token("ibm,get-system-parameter", &token) ||
	    rtas_call((int)token, 3, 1, NULL, PARAMETER_UUID, (uint32_t)virt_to_phys(buffer),
		      (uint32_t)sizeof(buffer)) != RTAS_OK || buffer[0] != 0 || buffer[1] < 16)
		return false;
	memcpy(uuid, buffer + 2, 16);
	return true;
}
