/* SPDX-License-Identifier: BSD-2-Clause */
/* Stands in for the guest's libcflat.h where the guest's allocators are compiled for the host: what they use of it. */
#ifndef GUEST_LIBCFLAT_H
#define GUEST_LIBCFLAT_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
typedef unsigned long ulong;
typedef u64 phys_addr_t;

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define MIN(a, b)		((a) < (b) ? (a) : (b))
#define MAX(a, b)		((a) > (b) ? (a) : (b))
#define ALIGN(x, a)		(((x) + ((a) - 1)) & ~(__typeof__(x))((a) - 1))
#define ALIGN_DOWN(x, a)	((x) & ~(__typeof__(x))((a) - 1))
#define IS_ALIGNED(x, a)	(((x) & ((a) - 1)) == 0)

/* Ends the call under test: back to expect_abort() in guest_alloc.c. */
_Noreturn void report_abort(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
#define assert(cond)		do { if (!(cond)) report_abort("assert: %s", #cond); } while (0)
#define assert_msg(cond, ...)	do { if (!(cond)) report_abort(__VA_ARGS__); } while (0)

/* The guest's functions beside the host's own. */
#define malloc		guest_malloc
#define calloc		guest_calloc
#define memalign	guest_memalign
#define realloc		guest_realloc
#define free		guest_free

#endif
