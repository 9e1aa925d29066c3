/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Conversion specifiers for the fixed-width types of <stdint.h> (C11 7.8.1), for any compiler: on ELF targets without
 * an operating system uint32_t is unsigned long and needs "l". Not here: the functions of 7.8.2.
 */
#ifndef INTTYPES_H
#define INTTYPES_H

#include <stdint.h>

/*
 * Clang says the length modifier by itself (__INT32_FMTd__ is "d" or "ld"). GCC says only how a constant of the type
 * is written: __INT32_C(1) is 1 or 1L. With nothing to paste to, only the suffix is left.
 */
#define __PRI_SUFFIX_		""
#define __PRI_SUFFIX_L		"l"
#define __PRI_SUFFIX_LL		"ll"
#define __PRI_PASTE(suffix)	__PRI_SUFFIX_ ## suffix
#define __PRI_EXPAND(suffix)	__PRI_PASTE(suffix)
#ifdef __INT32_FMTd__
#define PRId32	__INT32_FMTd__
#define PRIi32	__INT32_FMTi__
#define PRIu32	__UINT32_FMTu__
#define PRIo32	__UINT32_FMTo__
#define PRIx32	__UINT32_FMTx__
#define PRIX32	__UINT32_FMTX__
#define PRId64	__INT64_FMTd__
#define PRIi64	__INT64_FMTi__
#define PRIu64	__UINT64_FMTu__
#define PRIo64	__UINT64_FMTo__
#define PRIx64	__UINT64_FMTx__
#define PRIX64	__UINT64_FMTX__
#define PRIdPTR	__INTPTR_FMTd__
#define PRIiPTR	__INTPTR_FMTi__
#define PRIuPTR	__UINTPTR_FMTu__
#define PRIoPTR	__UINTPTR_FMTo__
#define PRIxPTR	__UINTPTR_FMTx__
#define PRIXPTR	__UINTPTR_FMTX__
#else
#define __PRI32	__PRI_EXPAND(__INT32_C())
#define __PRI64	__PRI_EXPAND(__INT64_C())
#define PRId32	__PRI32 "d"
#define PRIi32	__PRI32 "i"
#define PRIu32	__PRI32 "u"
#define PRIo32	__PRI32 "o"
#define PRIx32	__PRI32 "x"
#define PRIX32	__PRI32 "X"
#define PRId64	__PRI64 "d"
#define PRIi64	__PRI64 "i"
#define PRIu64	__PRI64 "u"
#define PRIo64	__PRI64 "o"
#define PRIx64	__PRI64 "x"
#define PRIX64	__PRI64 "X"
/* uintptr_t is size_t's type wherever GCC builds ELF. */
#define PRIdPTR	"zd"
#define PRIiPTR	"zi"
#define PRIuPTR	"zu"
#define PRIoPTR	"zo"
#define PRIxPTR	"zx"
#define PRIXPTR	"zX"
#endif

#define PRId8	"hhd"
#define PRIi8	"hhi"
#define PRIu8	"hhu"
#define PRIo8	"hho"
#define PRIx8	"hhx"
#define PRIX8	"hhX"
#define PRId16	"hd"
#define PRIi16	"hi"
#define PRIu16	"hu"
#define PRIo16	"ho"
#define PRIx16	"hx"
#define PRIX16	"hX"
#define PRIdMAX	"jd"
#define PRIiMAX	"ji"
#define PRIuMAX	"ju"
#define PRIoMAX	"jo"
#define PRIxMAX	"jx"
#define PRIXMAX	"jX"

#endif
