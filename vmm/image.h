/* SPDX-License-Identifier: BSD-2-Clause */
/* Loads an ELF image into the guest's memory. */
#ifndef VMM_IMAGE_H
#define VMM_IMAGE_H

#include "memory.h"

/*
 * Loads the segments of the ELF file in data (32 or 64 bits, little-endian, x86) to their physical
 * addresses and finds its PVH entry (Xen's ELF note 18). false with *error, a constant string, for
 * anything that is not such a file, and for segments that are not in memory. Nothing in the file is
 * believed.
 */
bool image_load(const struct memory *m, const uint8_t *data, uint64_t len, uint32_t *entry,
		const char **error);

#endif
