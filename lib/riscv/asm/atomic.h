/* SPDX-License-Identifier: BSD-2-Clause */
/* Nothing of its own: asm-generic/atomic.h. */
#ifndef RISCV_ASM_ATOMIC_H
#define RISCV_ASM_ATOMIC_H

#include "asm-generic/atomic.h"

#endif
