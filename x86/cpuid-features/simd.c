/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vector features: xmm0 = a, xmm1 = b, out = xmm0 (ymm and mm alike). Each also faults while its
 * state is disabled: CR0.EM, CR0.TS, CR4.OSFXSR for legacy encodings, CR4.OSXSAVE and XCR0 for VEX (SDM
 * volume 2, section 2.4: exception classes).
 */
#include "probe.h"

VECTOR_PROBE(mmx, "MMX: PADDB", X86_FEATURE_MMX, STATE_MMX, MMX("paddb %mm1, %mm0"),
	     .a = { 0xff7f8001, 0x10203040 }, .b = { 0x01018001, 0x01020304 }, .out = { 0x00800002, 0x11223344 })
/* 1.5 * 2, 1 * -2, 0 * 1, 4 * 0.5 */
VECTOR_PROBE(sse, "SSE: MULPS", X86_FEATURE_XMM, STATE_SSE, XMM("mulps %xmm1, %xmm0"),
	     .a = { 0x3fc00000, 0x3f800000, 0, 0x40800000 }, .b = { 0x40000000, 0xc0000000, 0x3f800000, 0x3f000000 },
	     .out = { 0x40400000, 0xc0000000, 0, 0x40000000 })
VECTOR_PROBE(sse2, "SSE2: PADDQ", X86_FEATURE_XMM2, STATE_SSE, XMM("paddq %xmm1, %xmm0"),
	     .a = { 0xffffffff, 0, 0xffffffff, 0xffffffff }, .b = { 1, 0, 2, 0 }, .out = { 0, 1, 1, 0 })
/* 1 + 2, 4 + 8, 0.5 + 0.5, -1 + 1 */
VECTOR_PROBE(sse3, "SSE3: HADDPS", X86_FEATURE_XMM3, STATE_SSE, XMM("haddps %xmm1, %xmm0"),
	     .a = { 0x3f800000, 0x40000000, 0x40800000, 0x41000000 },
	     .b = { 0x3f000000, 0x3f000000, 0xbf800000, 0x3f800000 }, .out = { 0x40400000, 0x41400000, 0x3f800000, 0 })
VECTOR_PROBE(ssse3, "SSSE3: PABSD", X86_FEATURE_SSSE3, STATE_SSE, XMM("pabsd %xmm1, %xmm0"),
	     .b = { 0xfffffffb, 0x80000000, 7, 0 }, .out = { 5, 0x80000000, 7, 0 })
VECTOR_PROBE(sse4_1, "SSE4.1: PMULLD", X86_FEATURE_XMM4_1, STATE_SSE, XMM("pmulld %xmm1, %xmm0"),
	     .a = { 0x10000, 0xffffffff, 3, 0x12345678 }, .b = { 0x10000, 5, 7, 16 },
	     .out = { 0, 0xfffffffb, 21, 0x23456780 })
VECTOR_PROBE(sse4_2, "SSE4.2: PCMPGTQ", X86_FEATURE_XMM4_2, STATE_SSE, XMM("pcmpgtq %xmm1, %xmm0"),
	     .a = { 0, 0, 0, 0x80000000 }, .b = { 0xffffffff, 0xffffffff, 0, 0 }, .out = { ~0u, ~0u, 0, 0 })
/* EXTRQ: 8 bits from bit 4; bits 127:64 are undefined and cleared by the MOVQ. */
VECTOR_PROBE(sse4a, "SSE4a: EXTRQ", X86_FEATURE_SSE4A, STATE_SSE,
	     XMM(".byte 0x66, 0x0f, 0x78, 0xc0, 8, 4; movq %xmm0, %xmm0"), .a = { 0x12345678 }, .out = { 0x67 })
/* The next four: computed from FIPS 197 and FIPS 180-4, and carry-less by hand (SDM volume 1, 12.13). */
#define AES_STATE	0x5d53475d, 0x63746f72, 0x73745665, 0x7b5b5465
#define AES_KEY		0x726f6e5d, 0x5b477565, 0x68617929, 0x48692853
#define AES_ROUND	0xded7e595, 0x8b104b58, 0x9fdba3c5, 0xa8311c2f
VECTOR_PROBE(aes, "AES: AESENC", X86_FEATURE_AES, STATE_SSE, XMM("aesenc %xmm1, %xmm0"),
	     .a = { AES_STATE }, .b = { AES_KEY }, .out = { AES_ROUND })
/* (x^63 + x + 1) * (x^63 + x^2) = x^126 + x^65 + x^64 + x^63 + x^3 + x^2 */
VECTOR_PROBE(pclmulqdq, "PCLMULQDQ", X86_FEATURE_PCLMULQDQ, STATE_SSE, XMM("pclmulqdq $0x11, %xmm1, %xmm0"),
	     .a = { 9, 9, 3, 0x80000000 }, .b = { 9, 9, 4, 0x80000000 }, .out = { 12, 0x80000000, 3, 0x40000000 })
VECTOR_PROBE(sha, "SHA: SHA1NEXTE", X86_FEATURE_SHA_NI, STATE_SSE, XMM("sha1nexte %xmm1, %xmm0"),
	     .a = { 5, 5, 5, 0x80000007 }, .b = { 1, 2, 3, 4 }, .out = { 1, 2, 3, 0xe0000005 })
/* {57} x {83} = {c1} (FIPS 197, section 4.2) */
VECTOR_PROBE(gfni, "GFNI: GF2P8MULB", X86_FEATURE_GFNI, STATE_SSE, XMM(".byte 0x66, 0x0f, 0x38, 0xcf, 0xc1"),
	     .a = { 0x57000157 }, .b = { 0x83ff0183 }, .out = { 0xc10001c1 })

#define EIGHT(x)	x, x, x, x, x, x, x, x
VECTOR_PROBE(avx, "AVX: VMULPS", X86_FEATURE_AVX, STATE_AVX, YMM("vmulps %ymm1, %ymm0, %ymm0"),
	     .a = { EIGHT(0x3fc00000) }, .b = { EIGHT(0x40000000) }, .out = { EIGHT(0x40400000) })
VECTOR_PROBE(avx2, "AVX2: VPADDQ", X86_FEATURE_AVX2, STATE_AVX, YMM("vpaddq %ymm1, %ymm0, %ymm0"),
	     .a = { ~0u, 0, 1, 1, ~0u, ~0u, 9, 9 }, .b = { 1, 0, 1, 1, 1, 0, 1, 2 }, .out = { 0, 1, 2, 2, 0, 0, 10, 11 })
/* 2 * 1.5 + 2 */
VECTOR_PROBE(fma, "FMA: VFMADD213PS", X86_FEATURE_FMA, STATE_AVX, YMM("vfmadd213ps %ymm1, %ymm1, %ymm0"),
	     .a = { EIGHT(0x3fc00000) }, .b = { EIGHT(0x40000000) }, .out = { EIGHT(0x40a00000) })
/* 1, -2, 65504, the smallest denormal; infinity, 0, 0.5, -0 */
VECTOR_PROBE(f16c, "F16C: VCVTPH2PS", X86_FEATURE_F16C, STATE_AVX, YMM("vcvtph2ps %xmm1, %ymm0"),
	     .b = { 0xc0003c00, 0x00017bff, 0x00007c00, 0x80003800 },
	     .out = { 0x3f800000, 0xc0000000, 0x477fe000, 0x33800000, 0x7f800000, 0, 0x3f000000, 0x80000000 })
VECTOR_PROBE(vaes, "VAES: VAESENC", X86_FEATURE_VAES, STATE_AVX, YMM(".byte 0xc4, 0xe2, 0x7d, 0xdc, 0xc1"),
	     .a = { AES_STATE, AES_STATE }, .b = { AES_KEY, AES_KEY }, .out = { AES_ROUND, AES_ROUND })
VECTOR_PROBE(vpclmulqdq, "VPCLMULQDQ", X86_FEATURE_VPCLMULQDQ, STATE_AVX,
	     YMM(".byte 0xc4, 0xe3, 0x7d, 0x44, 0xc1, 0x11"),
	     .a = { 9, 9, 3, 0x80000000, 9, 9, 2, 0 }, .b = { 9, 9, 4, 0x80000000, 9, 9, 6, 0 },
	     .out = { 12, 0x80000000, 3, 0x40000000, 12, 0, 0, 0 })
