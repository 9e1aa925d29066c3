/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpuid-features: every feature that CPUID announces works, and what is not announced faults where
 * the manual says so (SDM volume 2, the instruction's "Exceptions": #UD if the CPUID bit is 0). Each
 * row of the table is a feature, its bit, one instruction with operands and a result worked out from
 * the manual, and the state it depends on. Instructions that are another one (LZCNT: BSR, TZCNT: BSF)
 * where the bit is clear have no row for that. What features need of each other: cpuid.c.
 * Here: general registers. simd.c: vectors; vnni.c: AVX-VNNI; avx512.c; system.c: what needs more than a row;
 * cr4.c: bits of CR4.
 */
#include "probe.h"

/* ---- instructions on general registers; EAX = a[0], ECX = b[0], EDX = 0; out[0] = EAX ---- */

PROBE(cmov, "CMOV", X86_FEATURE_CMOV, STATE_NONE, GPR("test %edx, %edx; cmovz %ecx, %eax"),
      .a = { 1 }, .b = { 0x89abcdef }, .out = { 0x89abcdef })
PROBE(popcnt, "POPCNT", X86_FEATURE_POPCNT, STATE_NONE, GPR("popcnt %ecx, %eax"),
      .a = { 7 }, .b = { 0xf0f00001 }, .out = { 9 })
PROBE(crc32, "SSE4.2: CRC32", X86_FEATURE_XMM4_2, STATE_NONE, GPR("crc32b %cl, %eax"),
      .a = { 0 }, .b = { 0x80 }, .out = { 0x82f63b78 })
PROBE(movbe, "MOVBE", X86_FEATURE_MOVBE, STATE_NONE, GPR("movbe 64(" DI "), %eax"),
      .b = { 0x12345678 }, .out = { 0x78563412 })
PROBE_ROW(lzcnt, "LZCNT", X86_FEATURE_ABM, STATE_NONE, GPR_FLAG("lzcnt %ecx, %eax", "setc"),
	  .a = { 5 }, .b = { 0 }, .out = { 32, 1 })
PROBE_ROW(tzcnt, "BMI1: TZCNT", X86_FEATURE_BMI1, STATE_NONE, GPR_FLAG("tzcnt %ecx, %eax", "setc"),
	  .a = { 5 }, .b = { 0 }, .out = { 32, 1 })
PROBE(bmi1, "BMI1: ANDN", X86_FEATURE_BMI1, STATE_NONE, GPR("andn %ecx, %eax, %eax"),
      .a = { 0x0000ffff }, .b = { 0x12345678 }, .out = { 0x12340000 })
PROBE(bmi2, "BMI2: PEXT", X86_FEATURE_BMI2, STATE_NONE, GPR("pext %ecx, %eax, %eax"),
      .a = { 0x12345678 }, .b = { 0xff00ff00 }, .out = { 0x1256 })
PROBE(bmi2_shift, "BMI2: SARX", X86_FEATURE_BMI2, STATE_NONE, GPR("sarx %ecx, %eax, %eax"),
      .a = { 0x80000000 }, .b = { 36 }, .out = { 0xf8000000 })
PROBE(adx, "ADX: ADCX", X86_FEATURE_ADX, STATE_NONE, GPR_FLAG("stc; adcx %ecx, %eax", "setc"),
      .a = { 0xffffffff }, .b = { 1 }, .out = { 1, 1 })
PROBE(clflushopt, "CLFLUSHOPT", X86_FEATURE_CLFLUSHOPT, STATE_NONE, GPR(".byte 0x66, 0x0f, 0xae, 0x3f"),
      .a = { 77 }, .out = { 77 })
PROBE(clwb, "CLWB", X86_FEATURE_CLWB, STATE_NONE, GPR(".byte 0x66, 0x0f, 0xae, 0x37"), .a = { 78 }, .out = { 78 })
PROBE(serialize, "SERIALIZE", X86_FEATURE_SERIALIZE, STATE_NONE, GPR(".byte 0x0f, 0x01, 0xe8"),
      .a = { 79 }, .out = { 79 })
/* movdiri %ecx, 128(%rdi), then movl so that out[0] is what MOVDIRI stored. */
PROBE(movdiri, "MOVDIRI", X86_FEATURE_MOVDIRI, STATE_NONE,
      GPR(".byte 0x0f, 0x38, 0xf9, 0x8f, 0x80, 0, 0, 0; mfence; mov 128(" DI "), %eax"),
      .b = { 0xcafe1234 }, .out = { 0xcafe1234 })
/* CF: there is a number, else it is 0; OF, SF, ZF, AF, PF are cleared. out: 1 if that is so. */
#define RANDOM(insn)	GPR(insn " %eax; pushf; pop %" R "dx; test $1, %dl; jnz 1f; test %eax, %eax; mov $0, %eax; " \
	"jnz 2f; 1: xor %eax, %eax; test $0x8d4, %edx; setz %al; 2:")
PROBE(rdrand, "RDRAND", X86_FEATURE_RDRAND, STATE_NONE, RANDOM("rdrand"), .out = { 1 })
PROBE(rdseed, "RDSEED", X86_FEATURE_RDSEED, STATE_NONE, RANDOM("rdseed"), .out = { 1 })
/* xgetbv with ECX = 0: what set_state() put into XCR0's low bits; FP and SSE are enough here. */
PROBE(xgetbv, "XSAVE: XGETBV", X86_FEATURE_XSAVE, STATE_AVX, GPR("xor %ecx, %ecx; xgetbv; and $3, %eax"),
      .out = { 3 })
#ifdef __x86_64__
PROBE(lahf, "LAHF in 64-bit mode", X86_FEATURE_LAHF_LM, STATE_NONE,
      GPR("cmp %edx, %edx; lahf; movzbl %ah, %eax; and $0xd7, %eax"), .out = { 0x46 })
PROBE(cx16, "CMPXCHG16B", X86_FEATURE_CX16, STATE_NONE,
      GPR("push %rbx; xor %eax, %eax; mov $5, %ebx; mov $6, %ecx; cmpxchg16b 128(%rdi); setz %al; "
	  "movzbl %al, %eax; pop %rbx; add 128(%rdi), %eax; add 136(%rdi), %eax"), .out = { 12, 0, 6 })
#endif
