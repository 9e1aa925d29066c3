/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AVX-512: one instruction of each part, by EVEX (SDM volume 2, 2.7), 512 bits wide but for VL. zmm0 = a,
 * zmm1 = b, out = zmm0. They need XCR0's opmask and both ZMM components besides AVX and SSE. By bytes, for
 * assemblers that do not know them.
 */
#include "probe.h"

#define EIGHT(x)	x, x, x, x, x, x, x, x
#define SIXTEEN(x)	EIGHT(x), EIGHT(x)
#define TWICE(...)	__VA_ARGS__, __VA_ARGS__
/* Every other element. */
#define MASK_5555	"mov $0x5555, %eax; kmovw %eax, %k1; "
/* Index 0 in all bytes. */
#define VBMI_REST	EIGHT(0x78787878), 0x78787878, 0x78787878, 0x78787878, 0x78787878, 0x78787878

VECTOR_PROBE(avx512f, "AVX-512F: VPADDD with a mask", CPUID_FEATURE(7, 0, EBX, 16), STATE_AVX512,
	     ZMM(MASK_5555 ".byte 0x62, 0xf1, 0x7d, 0x49, 0xfe, 0xc1"),
	     .a = { SIXTEEN(1) }, .b = { SIXTEEN(2) }, .out = { TWICE(3, 1, 3, 1, 3, 1, 3, 1) })
VECTOR_PROBE(avx512cd, "AVX-512CD: VPLZCNTD", CPUID_FEATURE(7, 0, EBX, 28), STATE_AVX512,
	     ZMM(".byte 0x62, 0xf2, 0x7d, 0x48, 0x44, 0xc1"),
	     .b = { TWICE(0, 1, 0x00ffffff, 0x80000000, 7, 0x1000, 0, ~0u) },
	     .out = { TWICE(32, 31, 8, 0, 29, 19, 32, 0) })
VECTOR_PROBE(avx512bw, "AVX-512BW: VPADDB", CPUID_FEATURE(7, 0, EBX, 30), STATE_AVX512,
	     ZMM(".byte 0x62, 0xf1, 0x7d, 0x48, 0xfc, 0xc1"),
	     .a = { SIXTEEN(0xff7f8001) },
	     .b = { SIXTEEN(0x01018001) },
	     .out = { SIXTEEN(0x00800002) })
VECTOR_PROBE(avx512dq, "AVX-512DQ: VPMULLQ", CPUID_FEATURE(7, 0, EBX, 17), STATE_AVX512,
	     ZMM(".byte 0x62, 0xf2, 0xfd, 0x48, 0x40, 0xc1"),
	     .a = { SIXTEEN(~0u) },
	     .b = { TWICE(3, 0, 0, 1, 3, 0, 0, 1) },
	     .out = { TWICE(~2u, ~0u, 0, ~0u, ~2u, ~0u, 0, ~0u) })
VECTOR_PROBE(avx512vl, "AVX-512VL: VPADDD of 256 bits with a mask", CPUID_FEATURE(7, 0, EBX, 31),
	     STATE_AVX512,
	     ZMM(MASK_5555 ".byte 0x62, 0xf1, 0x7d, 0x29, 0xfe, 0xc1"),
	     .a = { SIXTEEN(1) }, .b = { SIXTEEN(2) }, .out = { 3, 1, 3, 1, 3, 1, 3, 1 })
/* The low 52 bits of products of the low 52 bits: 3 * 3, 2^51 * 2^51, 0, 1. */
VECTOR_PROBE(avx512ifma, "AVX-512IFMA: VPMADD52LUQ", CPUID_FEATURE(7, 0, EBX, 21), STATE_AVX512,
	     ZMM(".byte 0x62, 0xf2, 0xf5, 0x48, 0xb4, 0xc1"),
	     .a = { TWICE(1, 0, 2, 0, 0, 0, 0, 0) },
	     .b = { TWICE(3, 0, 0, 0x80000, 0, 0, 1, 0) },
	     .out = { TWICE(10, 0, 2, 0, 0, 0, 1, 0) })
/* Bytes of b by the indexes in a. */
VECTOR_PROBE(avx512vbmi, "AVX-512VBMI: VPERMB", CPUID_FEATURE(7, 0, ECX, 1), STATE_AVX512,
	     ZMM(".byte 0x62, 0xf2, 0x7d, 0x48, 0x8d, 0xc1"),
	     .a = { 0x00010203, 0x07060504, 0x3f3e3d3c },
	     .b = { TWICE(0x12345678, 0x9abcdef0, 1, 2, 3, 4, 5, 0xfedcba98) },
	     .out = { 0x78563412, 0x9abcdef0, 0xfedcba98, VBMI_REST })
/* a and b as 64 bits, shifted left by 8. */
VECTOR_PROBE(avx512vbmi2, "AVX-512VBMI2: VPSHLDD", CPUID_FEATURE(7, 0, ECX, 6), STATE_AVX512,
	     ZMM(".byte 0x62, 0xf3, 0x7d, 0x48, 0x71, 0xc1, 8"),
	     .a = { SIXTEEN(0x12345678) },
	     .b = { SIXTEEN(0x9abcdef0) },
	     .out = { SIXTEEN(0x3456789a) })
/* As vnni.c's: 0x81 * 0x81 is 129 * -127. */
VECTOR_PROBE(avx512vnni, "AVX-512VNNI: VPDPBUSD", CPUID_FEATURE(7, 0, ECX, 11), STATE_AVX512,
	     ZMM(".byte 0x62, 0xf2, 0x75, 0x48, 0x50, 0xc1"),
	     .a = { SIXTEEN(1) }, .b = { SIXTEEN(0x281) }, .out = { SIXTEEN(1 + 4 - 129 * 127) })
VECTOR_PROBE(avx512bitalg, "AVX-512BITALG: VPOPCNTB", CPUID_FEATURE(7, 0, ECX, 12), STATE_AVX512,
	     ZMM(".byte 0x62, 0xf2, 0x7d, 0x48, 0x54, 0xc1"),
	     .b = { SIXTEEN(0xff0f0100) }, .out = { SIXTEEN(0x08040100) })
VECTOR_PROBE(avx512vpopcntdq, "AVX-512VPOPCNTDQ: VPOPCNTD", CPUID_FEATURE(7, 0, ECX, 14),
	     STATE_AVX512,
	     ZMM(".byte 0x62, 0xf2, 0x7d, 0x48, 0x55, 0xc1"),
	     .b = { SIXTEEN(0xf0f00001) }, .out = { SIXTEEN(9) })
/* 1 + 2 * 2 + 3 * 3 */
VECTOR_PROBE(avx512bf16, "AVX-512BF16: VDPBF16PS", CPUID_FEATURE(7, 1, EAX, 5), STATE_AVX512,
	     ZMM(".byte 0x62, 0xf2, 0x76, 0x48, 0x52, 0xc1"),
	     .a = { SIXTEEN(0x3f800000) },
	     .b = { SIXTEEN(0x40404000) },
	     .out = { SIXTEEN(0x41600000) })
/* 1 + 2, 2 + 1 */
VECTOR_PROBE(avx512fp16, "AVX-512FP16: VADDPH", CPUID_FEATURE(7, 0, EDX, 23), STATE_AVX512,
	     ZMM(".byte 0x62, 0xf5, 0x7c, 0x48, 0x58, 0xc1"),
	     .a = { SIXTEEN(0x3c004000) },
	     .b = { SIXTEEN(0x40003c00) },
	     .out = { SIXTEEN(0x42004200) })
