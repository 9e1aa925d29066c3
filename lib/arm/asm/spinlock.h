/* SPDX-License-Identifier: BSD-2-Clause */
/* Spinlocks: as everywhere. They need cached memory. */
#include "asm-generic/spinlock.h"
