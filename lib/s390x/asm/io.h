/* SPDX-License-Identifier: BSD-2-Clause */
/* Nothing of its own: asm-generic/io.h. */
#ifndef S390X_ASM_IO_H
#define S390X_ASM_IO_H

#include "asm-generic/io.h"

#endif
