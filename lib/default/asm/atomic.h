/* SPDX-License-Identifier: BSD-2-Clause */
/* <asm/atomic.h> of an architecture that has none of its own. */
#ifndef ASM_ATOMIC_H
#define ASM_ATOMIC_H

#include "asm-generic/atomic.h"

#endif
