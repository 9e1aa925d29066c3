/* SPDX-License-Identifier: BSD-2-Clause */
/* Constants that assembly and C share: _AC(1, UL) is 1UL in C and 1 in assembly. */
#ifndef LINUX_CONST_H
#define LINUX_CONST_H

#ifdef __ASSEMBLER__
#define _AC(x, suffix)		x
#define _AT(type, x)		x
#else
#define __AC(x, suffix)		(x ## suffix)
#define _AC(x, suffix)		__AC(x, suffix)
#define _AT(type, x)		((type)(x))
#endif

#define _UL(x)			_AC(x, UL)
#define _ULL(x)			_AC(x, ULL)
#define _BITUL(n)		(_UL(1) << (n))
#define _BITULL(n)		(_ULL(1) << (n))

#endif
