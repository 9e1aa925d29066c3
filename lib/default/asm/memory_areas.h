/* SPDX-License-Identifier: BSD-2-Clause */
/* <asm/memory_areas.h> of an architecture that has none of its own. */
#ifndef ASM_MEMORY_AREAS_H
#define ASM_MEMORY_AREAS_H

#include "asm-generic/memory_areas.h"

#endif
