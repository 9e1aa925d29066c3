/* SPDX-License-Identifier: BSD-2-Clause */
/* Areas of memory: all the same. */
#include "asm-generic/memory_areas.h"
