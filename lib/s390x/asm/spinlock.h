/* SPDX-License-Identifier: BSD-2-Clause */
/* Nothing of its own: asm-generic/spinlock.h. */
#ifndef S390X_ASM_SPINLOCK_H
#define S390X_ASM_SPINLOCK_H

#include "asm-generic/spinlock.h"

#endif
