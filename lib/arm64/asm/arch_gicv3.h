/* SPDX-License-Identifier: BSD-2-Clause */
/* The GICv3's system registers: asm/gic-v3.h has them and their functions. */
#include "asm/gic-v3.h"
