/* SPDX-License-Identifier: BSD-2-Clause */
/* Nothing of its own: asm-generic/memory_areas.h. */
#ifndef PPC64_ASM_MEMORY_AREAS_H
#define PPC64_ASM_MEMORY_AREAS_H

#include "asm-generic/memory_areas.h"

#endif
