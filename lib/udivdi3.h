/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions that only the compiler calls; declared for their definitions and their unit test. */
#ifndef UDIVDI3_H
#define UDIVDI3_H

#include <stdint.h>

uint64_t __udivmoddi4(uint64_t n, uint64_t d, uint64_t *remainder);
uint64_t __udivdi3(uint64_t n, uint64_t d);
uint64_t __umoddi3(uint64_t n, uint64_t d);
int64_t __divmoddi4(int64_t n, int64_t d, int64_t *remainder);
int64_t __divdi3(int64_t n, int64_t d);
int64_t __moddi3(int64_t n, int64_t d);

#endif
