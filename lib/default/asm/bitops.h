/* SPDX-License-Identifier: BSD-2-Clause */
/* <asm/bitops.h> of an architecture that has none of its own. */
#ifndef ASM_BITOPS_H
#define ASM_BITOPS_H

#include "asm-generic/bitops.h"

#endif
