/* SPDX-License-Identifier: BSD-2-Clause */
/* Nothing of its own: asm-generic/spinlock.h. */
#ifndef PPC64_ASM_SPINLOCK_H
#define PPC64_ASM_SPINLOCK_H

#include "asm-generic/spinlock.h"

#endif
