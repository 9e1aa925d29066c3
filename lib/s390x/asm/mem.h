/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Storage keys and PERFORM FRAME MANAGEMENT FUNCTION (Principles of Operation, chapters 3 and 10).
 */
#ifndef S390X_ASM_MEM_H
#define S390X_ASM_MEM_H

#include "libcflat.h"

#define SKEY_ACC	0xf0
#define SKEY_FP		0x08
#define SKEY_RF		0x04
#define SKEY_CH		0x02

union skey {
	struct {
		u8 acc : 4;
		u8 fp : 1;		/* fetch protection */
		u8 rf : 1;		/* referenced */
		u8 ch : 1;		/* changed */
		u8 pad : 1;
	} str;
	u8 val;
};

/* An address that the compiler knows nothing about, not even that it is none. */
#define OPAQUE_PTR(address) __extension__ ({			\
	u64 __address = (u64)(address);				\
	__asm__ ("" : "+d" (__address));			\
	(void *)__address;					\
})

/* The key of the 4 KiB block of a real address. nq: do not wait for other CPUs. */
static inline void set_storage_key(void *addr, unsigned char skey, int nq)
{
	if (nq)
		__asm__ __volatile__(".insn rrf,0xb22b0000,%0,%1,8,0"
				     : : "d" ((u64)skey), "a" (addr)
				     : "memory");
	else
		__asm__ __volatile__("sske %0,%1" : : "d" ((u64)skey), "a" (addr) : "memory");
}

/*
 * The keys of a block, up to the end of its 1 MiB (facility 8); returns the address that it went
 * to.
 */
static inline void *set_storage_key_mb(void *addr, unsigned char skey)
{
	__asm__ __volatile__(".insn rrf,0xb22b0000,%1,%0,1,0"
			     : "+a" (addr)
			     : "d" ((u64)skey)
			     : "memory");
	return addr;
}

static inline unsigned char get_storage_key(void *addr)
{
	u64 skey = 0;

	__asm__ __volatile__("iske %0,%1" : "+d" (skey) : "a" (addr) : "memory");
	return (unsigned char)skey;
}

/* Returns the condition code: bit 1 what the reference bit was, bit 0 the change bit. */
static inline int reset_reference_bit(void *addr)
{
	int cc;

	__asm__ __volatile__("rrbe 0,%1\n\tipm %0\n\tsrl %0,28"
			     : "=d" (cc)
			     : "a" (addr)
			     : "cc", "memory");
	return cc;
}

#define PFMF_FSC_4K 0
#define PFMF_FSC_1M 1
#define PFMF_FSC_2G 2

union pfmf_r1 {
	struct {
		u64 pad0 : 32;
		u64 pad1 : 12;
		u64 pad_fmfi : 2;
		u64 sk : 1;		/* set the key */
		u64 cf : 1;		/* clear the frame */
		u64 ui : 1;		/* usage indication */
		u64 fsc : 3;
		u64 pad2 : 1;
		u64 mr : 1;
		u64 mc : 1;
		u64 pad3 : 1;
		u64 key : 8;
	} reg;
	u64 val;
};
_Static_assert(sizeof(union pfmf_r1) == 8, "pfmf_r1");

/* Returns the address that it went to. */
static inline void *pfmf(u64 r1, void *paddr)
{
	__asm__ __volatile__(".insn rre,0xb9af0000,%1,%0" : "+a" (paddr) : "d" (r1) : "memory");
	return paddr;
}

#endif
