/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Extensions of the instruction set as the device tree announces them (Unprivileged ISA, chapter
 * 27, naming; the binding riscv/extensions: "riscv,isa", "riscv,isa-extensions").
 */
#ifndef RISCV_ISA_H
#define RISCV_ISA_H

#include "libcflat.h"

/* name in lower case: "v", "svinval". False if the device tree says nothing. */
bool cpu_has_extension(int cpu, const char *name);
/* Whether every hart has it. */
bool has_extension(const char *name);

/*
 * One instruction, given as 32 bits: the cause of the exception that it meets, or -1. a0 and a1 are
 * 0 before it.
 */
long try_instruction(u32 insn);

#endif
