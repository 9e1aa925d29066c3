/* SPDX-License-Identifier: BSD-2-Clause */
/* The registers of another mode, by switching to it for a moment (ARMv7 ARM, section B1.3.2). */
#ifndef MODES_TEST_H
#define MODES_TEST_H

#include "libcflat.h"
#include "exceptions.h"
#include "asm/processor.h"

/*
 * SP, LR and SPSR of mode; SPSR of one that has none is left out. Interrupts are masked meanwhile.
 */
struct banked {
	u32 sp, lr, spsr;
};
struct banked read_banked(u32 mode);
void write_banked(u32 mode, struct banked value);
void write_sp(u32 mode, u32 sp);

#endif
