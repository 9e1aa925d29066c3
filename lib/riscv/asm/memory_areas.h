/* SPDX-License-Identifier: BSD-2-Clause */
/* Nothing of its own: asm-generic/memory_areas.h. */
#ifndef RISCV_ASM_MEMORY_AREAS_H
#define RISCV_ASM_MEMORY_AREAS_H

#include "asm-generic/memory_areas.h"

#endif
