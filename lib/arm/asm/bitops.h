/* SPDX-License-Identifier: BSD-2-Clause */
/* Single bits of arrays: the compiler's atomics are right here, as long as the memory is cached. */
#include "asm-generic/bitops.h"
