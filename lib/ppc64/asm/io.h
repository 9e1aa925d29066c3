/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nothing of its own: asm-generic/io.h, whose accesses are in the order of the barriers around
 * them.
 */
#ifndef PPC64_ASM_IO_H
#define PPC64_ASM_IO_H

#include "asm-generic/io.h"

#endif
