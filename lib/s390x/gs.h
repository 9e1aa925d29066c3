/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guarded-storage facility's control block and its instructions (Principles of Operation,
 * chapters 4 and 7). CR2.59 enables them.
 */
#ifndef S390X_GS_H
#define S390X_GS_H

#include "libcflat.h"

struct gs_cb {
	u64 reserved;
	u64 gsd;		/* origin, characteristic */
	u64 gssm;		/* section mask */
	u64 gs_epl_a;		/* address of the event parameter list */
};

struct gs_epl {
	u8 pad1;
	union {
		u8 gs_eam;
		struct {
			u8 : 6, e : 1, b : 1;
		};
	};
	u8 gs_eci, gs_eai;
	u32 pad2;
	u64 gs_eha, gs_eia, gs_eoa, gs_eir, gs_era;
};

/* LGSC and STGSC. */
static inline void load_gs_cb(struct gs_cb *cb)
{
	__asm__ __volatile__(".insn rxy,0xe3000000004d,0,%0" : : "Q" (*cb) : "memory");
}

static inline void store_gs_cb(struct gs_cb *cb)
{
	__asm__ __volatile__(".insn rxy,0xe30000000049,0,%0" : "=Q" (*cb) : : "memory");
}

#endif
