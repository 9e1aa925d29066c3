/* SPDX-License-Identifier: BSD-2-Clause */
/* <asm/spinlock.h> of an architecture that has none of its own. */
#ifndef ASM_SPINLOCK_H
#define ASM_SPINLOCK_H

#include "asm-generic/spinlock.h"

#endif
