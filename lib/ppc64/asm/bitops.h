/* SPDX-License-Identifier: BSD-2-Clause */
/* Nothing of its own: asm-generic/bitops.h. */
#ifndef PPC64_ASM_BITOPS_H
#define PPC64_ASM_BITOPS_H

#include "asm-generic/bitops.h"

#endif
