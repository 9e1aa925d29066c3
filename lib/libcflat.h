/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every test includes: types, the small C library, and report. Tests that state cases include "case.h" as well.
 * Not here: anything of an architecture (<asm/...>, "processor.h") or of a device.
 */
#ifndef LIBCFLAT_H
#define LIBCFLAT_H

#ifndef __ASSEMBLER__

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "inttypes.h"
#include "limits.h"
#include "linux/compiler.h"
#include "ctype.h"
#include "stdlib.h"
#include "string.h"

typedef uint8_t u8;
typedef int8_t s8;
typedef uint16_t u16;
typedef int16_t s16;
typedef uint32_t u32;
typedef int32_t s32;
typedef uint64_t u64;
typedef int64_t s64;
typedef unsigned long ulong;

/* A guest-physical address: 64 bits also where pointers have 32 (PAE, LPAE). */
typedef u64 phys_addr_t;
#define PRI_PHYS_ADDR		PRIx64
#define INVALID_PHYS_ADDR	(~(phys_addr_t)0)

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* Plain expressions, so that they may size arrays: an operand may be evaluated twice. */
#define MIN(a, b)		((a) < (b) ? (a) : (b))
#define MAX(a, b)		((a) > (b) ? (a) : (b))

/* Rounds x up or down to a multiple of a, a power of two; the result has the type of x. */
#define __ALIGN_MASK(x, mask)	(((x) + (mask)) & ~(mask))
#define ALIGN(x, a)		__ALIGN_MASK(x, (__typeof__(x))(a) - 1)
#define ALIGN_DOWN(x, a)	((x) & ~((__typeof__(x))(a) - 1))
#define IS_ALIGNED(x, a)	(((x) & ((__typeof__(x))(a) - 1)) == 0)
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))

#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

/* Any integer or pointer as 64 bits, without a warning; sign-extended if it is signed. */
#define __as_u64(x)							\
	((u64)__builtin_choose_expr(__builtin_classify_type(x) == 5,	\
				    (uintptr_t)(x), (x)))

#define __unreachable()		__builtin_unreachable()

/* ---- console ---------------------------------------------------------------------------------------------- */

/* Characters written. Text longer than the buffer goes out in several pieces; nothing is cut. */
int printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int vprintf(const char *fmt, va_list va) __attribute__((format(printf, 1, 0)));
/*
 * C11 7.21.6.5: the length that the text would have, however small the buffer; always terminated unless size is 0.
 * Conversions d i u x X o p s c %, flags - + # 0 and blank, width and precision (also *), lengths hh h l ll j z t.
 * Any other conversion is printed as it stands in fmt, and so is all that follows it: no argument is touched.
 */
int snprintf(char *buf, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int vsnprintf(char *buf, size_t size, const char *fmt, va_list va) __attribute__((format(printf, 3, 0)));
/* Writes s as it is: unlike C's, without a newline of its own. Returns 0. */
int puts(const char *s);
int putchar(int c);

/* ---- the end ---------------------------------------------------------------------------------------------- */

/* Ends the machine: 0 success, 1 failure, 77 skipped, 127 abort. A status outside 0 to 127 is an abort. */
_Noreturn void exit(int status);
/* Ends the machine with status 127 and a stack trace. */
_Noreturn void abort(void);

/* Aborts with the place, the condition and a stack trace unless cond holds; never compiled out. */
#define assert(cond)							\
	do {								\
		if (unlikely(!(cond)))					\
			__assert_failed(__FILE__, __LINE__, #cond, NULL);	\
	} while (0)
/* The same with words of one's own (printf). */
#define assert_msg(cond, ...)						\
	do {								\
		if (unlikely(!(cond)))					\
			__assert_failed(__FILE__, __LINE__, #cond, __VA_ARGS__);	\
	} while (0)
_Noreturn void __assert_failed(const char *file, int line, const char *cond, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Prints the caller's stack: return addresses, innermost first, which the runner decodes. */
void dump_stack(void);
/* Prints n return addresses of an interrupted context. */
void print_stack(const void *const *frames, int n);

/* ---- arguments -------------------------------------------------------------------------------------------- */

/* The environment: NAME=VALUE strings, NULL at the end. */
extern char **environ;
char *getenv(const char *name);

/* Whether text matches pattern, where * stands for any characters and ? for one. */
bool simple_glob(const char *text, const char *pattern);

/* ---- report ----------------------------------------------------------------------------------------------- */

/*
 * Each counts one test and says its verdict: a line of the prefixes and the message (printf), or the record of
 * docs/protocol.md. Any CPU and any context may call them. They are macros so that a record knows its place.
 */
#define __REPORT_PLACE			__FILE__, __LINE__

/* PASS or FAIL. */
#define report(pass, ...)		__report(__REPORT_PLACE, !!(pass), __VA_ARGS__)
#define report_pass(...)		__report(__REPORT_PLACE, true, __VA_ARGS__)
#define report_fail(...)		__report(__REPORT_PLACE, false, __VA_ARGS__)
/* With xfail, failing is expected: XFAIL or, a failure, XPASS. */
#define report_xfail(xfail, pass, ...)	__report_xfail(__REPORT_PLACE, !!(xfail), !!(pass), __VA_ARGS__)
/* With kfail, failing is a known defect, KFAIL; passing is a PASS. */
#define report_kfail(kfail, pass, ...)	__report_kfail(__REPORT_PLACE, !!(kfail), !!(pass), __VA_ARGS__)
/* SKIP. */
#define report_skip(...)		__report_skip(__REPORT_PLACE, __VA_ARGS__)
/* Counts a pass without a word. */
void report_passed(void);
/* INFO: a line that counts nothing. */
void report_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* ABORT: ends the machine with status 127. */
_Noreturn void report_abort(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The prefixes of the messages: a stack of 64, 1024 bytes in all; more, or a pop too many, is an abort. */
void report_prefix_push(const char *prefix);
void report_prefix_pushf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void report_prefix_pop(void);
void report_prefix_popn(int n);

/*
 * Prints the SUMMARY line. Returns the status for main(): 1 if anything failed, else 77 if there was nothing but
 * skips (or nothing at all, which the runner takes for an error), else 0.
 */
int report_summary(void);

void __report(const char *file, int line, bool pass, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void __report_xfail(const char *file, int line, bool xfail, bool pass, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
void __report_kfail(const char *file, int line, bool kfail, bool pass, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
void __report_skip(const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * The name of the image, "x86/msr": argv[0] and the hello record. The build defines VMUNIT_IMAGE for a test's own
 * sources; the first of several definitions is linked.
 */
extern const char vmunit_image[];
#ifdef VMUNIT_IMAGE
const char vmunit_image[] __attribute__((weak)) = VMUNIT_IMAGE;
#endif

#endif /* !__ASSEMBLER__ */

#define xstr(s...)		xxstr(s)
#define xxstr(s...)		#s

#include "linux/const.h"

#define SZ_256			(_AC(1, UL) << 8)
#define SZ_4K			(_AC(1, UL) << 12)
#define SZ_8K			(_AC(1, UL) << 13)
#define SZ_16K			(_AC(1, UL) << 14)
#define SZ_32K			(_AC(1, UL) << 15)
#define SZ_64K			(_AC(1, UL) << 16)
#define SZ_128K			(_AC(1, UL) << 17)
#define SZ_256K			(_AC(1, UL) << 18)
#define SZ_512K			(_AC(1, UL) << 19)
#define SZ_1M			(_AC(1, UL) << 20)
#define SZ_2M			(_AC(1, UL) << 21)
#define SZ_4M			(_AC(1, UL) << 22)
#define SZ_8M			(_AC(1, UL) << 23)
#define SZ_16M			(_AC(1, UL) << 24)
#define SZ_32M			(_AC(1, UL) << 25)
#define SZ_64M			(_AC(1, UL) << 26)
#define SZ_128M			(_AC(1, UL) << 27)
#define SZ_256M			(_AC(1, UL) << 28)
#define SZ_512M			(_AC(1, UL) << 29)
#define SZ_1G			(_AC(1, UL) << 30)
#define SZ_2G			(_AC(1, UL) << 31)
#define SZ_4G			(_AC(1, ULL) << 32)

#endif
