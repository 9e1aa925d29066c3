/* SPDX-License-Identifier: BSD-2-Clause */
/* <asm/io.h> of an architecture that has none of its own. */
#ifndef ASM_IO_H
#define ASM_IO_H

#include "asm-generic/io.h"

#endif
