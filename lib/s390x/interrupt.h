/* SPDX-License-Identifier: BSD-2-Clause */
/* Handlers of interruptions, by this name too. */
#ifndef S390X_INTERRUPT_H
#define S390X_INTERRUPT_H

#include "asm/interrupt.h"

#endif
