/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Facilities that the machine announces (Principles of Operation, chapter 4, "Facility
 * Indications").
 */
#ifndef S390X_ASM_FACILITY_H
#define S390X_ASM_FACILITY_H

#include "libcflat.h"
#include "asm/arch_def.h"
#include "asm/bitops.h"

#define NB_STFL_DOUBLEWORDS	32

extern u64 stfl_doublewords[NB_STFL_DOUBLEWORDS];

/* nr: as the Principles of Operation number them, 0 to 2047. */
static inline bool test_facility(unsigned int nr)
{
	return nr < NB_STFL_DOUBLEWORDS * 64 &&
	       test_bit_inv(nr, (const unsigned long *)stfl_doublewords);
}

/* STORE FACILITY LIST: the first 32, at real 200. */
static inline void stfl(void)
{
	__asm__ __volatile__("stfl 0" : : : "memory");
}

/* STORE FACILITY LIST EXTENDED: nb_doublewords of room; returns how many the machine has. */
static inline unsigned int stfle(u64 *facilities, unsigned int nb_doublewords)
{
	register unsigned long r0 __asm__("0") = nb_doublewords - 1;

	__asm__ __volatile__(".insn s,0xb2b00000,0(%1)"
			     : "+d" (r0)
			     : "a" (facilities)
			     : "memory", "cc");
	return (r0 & 0xff) + 1;
}

static inline unsigned int stfle_size(void)
{
	u64 first;

	return stfle(&first, 1);
}

/* Reads the list once, before main(). */
void setup_facilities(void);

/*
 * Suppression on protection: what the translation-exception identification says of protection
 * exceptions.
 */
enum supp_on_prot_facility { SOP_NONE, SOP_BASIC, SOP_ENHANCED_1, SOP_ENHANCED_2 };
enum supp_on_prot_facility get_supp_on_prot_facility(void);

#endif
