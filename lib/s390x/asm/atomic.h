/* SPDX-License-Identifier: BSD-2-Clause */
/* Nothing of its own: asm-generic/atomic.h. */
#ifndef S390X_ASM_ATOMIC_H
#define S390X_ASM_ATOMIC_H

#include "asm-generic/atomic.h"

#endif
