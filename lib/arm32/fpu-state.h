/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The VFP and SIMD registers of 32 bits, and FPSCR (ARMv7 ARM, sections A2.6 and A2.7), for tests
 * that watch them.
 */
#ifndef ARM32_FPU_STATE_H
#define ARM32_FPU_STATE_H

#include "libcflat.h"
#include "asm/sysreg.h"

#define FPU_REGISTERS		32

struct fpu_state {
	u64 d[FPU_REGISTERS];
	u64 fpscr;
};

#define FPEXC_EN		BIT(30)
#define FPEXC_EX		BIT(31)

/* FPSID, MVFR0, MVFR1, FPEXC, FPSCR by the assembler's names. */
#define vfp_read(name) __extension__ ({							\
	unsigned long __value;								\
	__asm__ __volatile__(".fpu neon\n\tvmrs %0, " xstr(name)			\
			     : "=r" (__value) : : "memory");				\
	__value;									\
})
#define vfp_write(value, name) do {							\
	unsigned long __value = (value);						\
	__asm__ __volatile__(".fpu neon\n\tvmsr " xstr(name) ", %0"			\
			     : : "r" (__value) : "memory");				\
} while (0)

/* With 32 registers of 64 bits; the start code has turned them on. */
static inline bool fpu_present(void)
{
	return (read_sysreg(cpacr_el1) & CPACR_FP(3)) == CPACR_FP(3) && (vfp_read(mvfr0) & 15) == 2;
}

static inline void fpu_load(const struct fpu_state *v)
{
	const u64 *d = v->d;

	__asm__ __volatile__(".fpu neon\n\tvldmia %0!, {d0-d15}\n\tvldmia %0, {d16-d31}"
			     : "+r" (d) : : "memory");
	vfp_write(v->fpscr, fpscr);
}

static inline void fpu_store(struct fpu_state *v)
{
	u64 *d = v->d;

	__asm__ __volatile__(".fpu neon\n\tvstmia %0!, {d0-d15}\n\tvstmia %0, {d16-d31}"
			     : "+r" (d) : : "memory");
	v->fpscr = vfp_read(fpscr);
}

/* Conditions, rounding mode, flush to zero and all cumulative flags differ by seed. */
static inline void fpu_fill(struct fpu_state *v, u64 seed)
{
	for (int i = 0; i < FPU_REGISTERS; i++)
		v->d[i] = (seed + i) * 0x9e3779b97f4a7c15ull;
	v->fpscr = (u32)((seed & 15) << 28 | (seed & 3) << 22 | (seed & 4) << 22 | (seed & 0x1f));
}

#endif
