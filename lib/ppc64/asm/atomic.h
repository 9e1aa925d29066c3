/* SPDX-License-Identifier: BSD-2-Clause */
/* Nothing of its own: asm-generic/atomic.h. */
#ifndef PPC64_ASM_ATOMIC_H
#define PPC64_ASM_ATOMIC_H

#include "asm-generic/atomic.h"

#endif
