/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine's UUID, asked of the VMM anew at each call: after a migration it is that of the VMM
 * where the machine is now. A port's machine-uuid.c says how.
 */
#ifndef MACHINE_UUID_H
#define MACHINE_UUID_H

#include <stdbool.h>
#include <stdint.h>

/* False if the machine has none, or no way to ask for it. */
bool machine_uuid(uint8_t uuid[16]);

#endif
