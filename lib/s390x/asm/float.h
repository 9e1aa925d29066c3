/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The floating-point control register and CR0.45, without which only registers 0, 2, 4 and 6 are
 * there (PoP, chapters 9, 19).
 */
#ifndef S390X_ASM_FLOAT_H
#define S390X_ASM_FLOAT_H

#include "asm/arch_def.h"

static inline void afp_enable(void)
{
	ctl_set_bit(0, CTL0_AFP);
}

static inline void afp_disable(void)
{
	ctl_clear_bit(0, CTL0_AFP);
}

static inline void set_fpc(u32 fpc)
{
	__asm__ __volatile__("lfpc %0" : : "Q" (fpc));
}

static inline u32 get_fpc(void)
{
	u32 fpc;

	__asm__ __volatile__("stfpc %0" : "=Q" (fpc));
	return fpc;
}

/* The data-exception code, bits 16 to 23. */
static inline u8 get_fpc_dxc(void)
{
	return get_fpc() >> 8;
}

static inline void set_fpc_dxc(u8 dxc)
{
	set_fpc((get_fpc() & ~0xff00u) | (u32)dxc << 8);
}

#endif
