/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EXTRACT AND SET STORAGE ATTRIBUTES: the usage of a block of 4 KiB, as a hint to the hypervisor
 * (Principles of Operation, chapter 10).
 */
#ifndef S390X_ASM_CMM_H
#define S390X_ASM_CMM_H

#include "asm/interrupt.h"

/* Operations. */
#define ESSA_GET_STATE			0
#define ESSA_SET_STABLE			1
#define ESSA_SET_UNUSED			2
#define ESSA_SET_VOLATILE		3
#define ESSA_SET_POT_VOLATILE		4
#define ESSA_SET_STABLE_RESIDENT	5
#define ESSA_SET_STABLE_IF_NOT_DISCARDED 6
#define ESSA_SET_STABLE_NODAT		7
#define ESSA_MAX			ESSA_SET_STABLE_NODAT

/* The state that was: usage in bits 60 and 61 of the result. */
#define ESSA_USAGE_STABLE		0
#define ESSA_USAGE_UNUSED		1
#define ESSA_USAGE_POT_VOLATILE		2
#define ESSA_USAGE_VOLATILE		3

/* Returns the state that the block at that real address had. */
static inline unsigned long essa(u8 operation, unsigned long address)
{
	unsigned long state = 0;

	/* The operation is part of the instruction. */
#define ESSA(n) \
	__asm__ __volatile__(".insn rrf,0xb9ab0000,%0,%1," #n ",0" \
			     : "+d" (state) : "a" (address) : "memory")
	switch (operation) {
	case ESSA_GET_STATE: ESSA(0); break;
	case ESSA_SET_STABLE: ESSA(1); break;
	case ESSA_SET_UNUSED: ESSA(2); break;
	case ESSA_SET_VOLATILE: ESSA(3); break;
	case ESSA_SET_POT_VOLATILE: ESSA(4); break;
	case ESSA_SET_STABLE_RESIDENT: ESSA(5); break;
	case ESSA_SET_STABLE_IF_NOT_DISCARDED: ESSA(6); break;
	case ESSA_SET_STABLE_NODAT: ESSA(7); break;
	default: assert_msg(false, "ESSA operation %u", operation);
	}
#undef ESSA
	return state;
}

/* Whether the instruction is there. */
static inline bool check_essa_available(void)
{
	static u8 page[4096] __aligned(4096);

	expect_pgm_int();
	essa(ESSA_GET_STATE, (unsigned long)page);
	return clear_pgm_int() == 0;
}

#endif
