/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The SIMD and FP registers of 64 bits, FPCR and FPSR (Arm ARM, section C5.2.8), for tests that
 * watch them.
 */
#ifndef ARM64_FPU_STATE_H
#define ARM64_FPU_STATE_H

#include "libcflat.h"
#include "asm/sysreg.h"

#define FPU_REGISTERS	32

struct fpu_state {
	u64 q[FPU_REGISTERS][2];
	u64 fpcr, fpsr;
} __aligned(16);

#define __EACH_PAIR(op)						\
	op " q0, q1, [%0, #0]\n" op " q2, q3, [%0, #32]\n"	\
	op " q4, q5, [%0, #64]\n" op " q6, q7, [%0, #96]\n"	\
	op " q8, q9, [%0, #128]\n" op " q10, q11, [%0, #160]\n"	\
	op " q12, q13, [%0, #192]\n" op " q14, q15, [%0, #224]\n"	\
	op " q16, q17, [%0, #256]\n" op " q18, q19, [%0, #288]\n"	\
	op " q20, q21, [%0, #320]\n" op " q22, q23, [%0, #352]\n"	\
	op " q24, q25, [%0, #384]\n" op " q26, q27, [%0, #416]\n"	\
	op " q28, q29, [%0, #448]\n" op " q30, q31, [%0, #480]\n"

static inline bool fpu_present(void)
{
	return id_field(read_sysreg(id_aa64pfr0_el1), ID_AA64PFR0_EL1_FP_SHIFT) != 15;
}

static inline void fpu_load(const struct fpu_state *v)
{
	asm volatile(".arch_extension fp\n.arch_extension simd\n" __EACH_PAIR("ldp")
		     : : "r" (v->q) : "memory");
	write_sysreg(v->fpcr, FPCR);
	write_sysreg(v->fpsr, FPSR);
}

static inline void fpu_store(struct fpu_state *v)
{
	asm volatile(".arch_extension fp\n.arch_extension simd\n" __EACH_PAIR("stp")
		     : : "r" (v->q) : "memory");
	v->fpcr = read_sysreg(FPCR);
	v->fpsr = read_sysreg(FPSR);
}

/* Rounding mode and flush to zero differ by seed, as do all cumulative flags. */
static inline void fpu_fill(struct fpu_state *v, u64 seed)
{
	for (int i = 0; i < FPU_REGISTERS; i++) {
		v->q[i][0] = (seed + i) * 0x9e3779b97f4a7c15ull;
		v->q[i][1] = ~v->q[i][0] ^ seed << 56;
	}
	v->fpcr = (seed & 3) << 22 | (seed & 4) << 22;
	v->fpsr = seed & 0x1f;
}

#endif
