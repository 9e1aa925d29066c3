/* SPDX-License-Identifier: BSD-2-Clause */
/* Between smp.c and trampoline.S. Also included by assembly. */
#ifndef X86_TRAMPOLINE_H
#define X86_TRAMPOLINE_H

/* A page below 1 MiB, while CPUs start; smp.c puts back what was there. */
#define TRAMPOLINE	0x8000

#ifndef __ASSEMBLER__
#include "libcflat.h"

extern const char trampoline_start[], trampoline_end[];

/* How many CPUs have come, the boot CPU counted; as many as have a stack are let on. */
extern u32 start_cpu_next, start_cpu_limit;
extern u32 start_cpu_stacks[];		/* tops */
/* What the boot CPU's registers hold; start_cpu_efer 0: the CPU has none, or need not have it. */
extern u32 start_cpu_cr0, start_cpu_cr3, start_cpu_cr4, start_cpu_efer;

/* First C code of another CPU, as the nth to come: no tables are loaded, arch_cpu_id() is wrong. */
_Noreturn void start_cpu(u32 n);
#endif

#endif
