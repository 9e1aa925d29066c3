/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VT-d's scalable mode (Intel's VT-d specification, revision 3.3, sections 3.4.3, 3.6, 3.7 and 9.2
 * to 9.8): a requester's context entry leads to a directory and tables of PASIDs, a PASID's entry
 * says how it is translated. No requests with a PASID of their own, no nested translation.
 */
#ifndef X86_INTEL_IOMMU_SCALABLE_H
#define X86_INTEL_IOMMU_SCALABLE_H

#include "x86/intel-iommu.h"

#define DMAR_IQERCD_REG		0xb0	/* 64 bits */

#define VTD_CAP_FL1GP		(1ull << 56)
#define VTD_ECAP_NEST		(1ull << 26)
#define VTD_ECAP_EAFS		(1ull << 34)
#define VTD_ECAP_SMTS		(1ull << 43)
#define VTD_ECAP_SLTS		(1ull << 46)
#define VTD_ECAP_FLTS		(1ull << 47)
#define VTD_ECAP_RPS		(1ull << 49)	/* RID_PASID; else it is reserved, and 0 */

#define VTD_RTADDR_SCALABLE	(1ull << 10)	/* TTM 01b */
#define VTD_IQA_DW		(1ull << 11)	/* descriptors of 256 bits */

/*
 * As vtd_init(), but in scalable mode, with descriptors of 256 bits; no requester has an entry.
 * Aborts if the unit has no scalable mode.
 */
void vtd_init_scalable(void);

/* ---- tables; sid: the requester, as in pcidevaddr_t ---- */

/* Section 9.4: a context entry. */
struct vtd_sm_context {
	u64 q[4];
};
/* RID_PASID, in q[1]: the PASID of a request that has none. */
#define VTD_SM_RID_PASID	0xfffffull
/* Its directory has 2^(PDTS + 7) entries of 64 PASIDs each; PDTS is 0 here. */
#define VTD_SM_PASIDS		(1u << 13)

/* Section 9.6: a PASID's entry. */
struct vtd_pasid_entry {
	u64 q[8];
};
#define VTD_PASID_AW(n)		((u64)(n) << 2)
#define VTD_PASID_PGTT(n)	((u64)(n) << 6)
#define VTD_PASID_FIRST		VTD_PASID_PGTT(1)
#define VTD_PASID_SECOND	VTD_PASID_PGTT(2)
#define VTD_PASID_PASS		VTD_PASID_PGTT(4)
#define VTD_PASID_DID		0xffffull	/* of q[1] */
#define VTD_PASID_EAFE		(1ull << 7)	/* of q[2] */

/* Section 9.7: entries of the first level are those of the CPU's paging, and bit 10. */
#define VTD_FL_P		(1ull << 0)
#define VTD_FL_W		(1ull << 1)
#define VTD_FL_U		(1ull << 2)
#define VTD_FL_A		(1ull << 5)
#define VTD_FL_D		(1ull << 6)
#define VTD_FL_PS		(1ull << 7)
#define VTD_FL_EA		(1ull << 10)

/*
 * The entries themselves, made if they are not there. Changes need vtd_invalidate(). The half of
 * the root entry that leads to sid; its context entry, made with RID_PASID 0; the directory's;
 * the PASID's, zero if it was not there.
 */
u64 *vtd_sm_root_entry(u16 sid);
struct vtd_sm_context *vtd_sm_context_entry(u16 sid);
u64 *vtd_sm_directory_entry(u16 sid, u32 pasid);
struct vtd_pasid_entry *vtd_pasid_entry(u16 sid, u32 pasid);

/*
 * Fills the PASID's entry: domain did, type VTD_PASID_FIRST, _SECOND or _PASS, with an empty table
 * of pages. The second level has the widest address that the unit has, the first level 4 levels.
 * VMUNIT_VTD_FLIP=WORD:BITS in the environment makes bits of it wrong: intel-iommu-scalable.c.
 */
void vtd_pasid_setup(u16 sid, u32 pasid, u16 did, u64 type);
/* How many levels a table of the second level has. */
int vtd_sm_levels(void);
/* The paging entry of that level for iova, of the type of the PASID's entry; level 1: 4 KiB. */
u64 *vtd_sm_pte(u16 sid, u32 pasid, u64 iova, int level);
/* Maps a page of 4 KiB with all rights. Needs vtd_invalidate(). */
void vtd_sm_map(u16 sid, u32 pasid, u64 iova, phys_addr_t pa);

/* ---- descriptors: sections 6.5.2.2 to 6.5.2.5 ---- */

#define VTD_INV_PASID(pasid)		((u64)(pasid) << 32)
#define VTD_INV_PASID_DOMAIN		7ull		/* PASID cache: the domain's */
#define VTD_INV_PASID_ONE		(7ull | 1 << 4)	/* the domain's and PASID's */
#define VTD_INV_PASID_GLOBAL		(7ull | 3 << 4)
#define VTD_INV_PIOTLB_PASID		(6ull | 2 << 4)	/* first-level translations: of the PASID */
#define VTD_INV_PIOTLB_PAGE		(6ull | 3 << 4)	/* of one of its pages */
#define VTD_INV_SID(sid)		((u64)(sid) << 32)
#define VTD_INV_CONTEXT_DEVICE		(1ull | 3 << 4)

/* ---- faults: section 7.1.3, table of fault conditions; records: 10.4.14 ---- */

#define VTD_FRCD_PP		(1ull << 31)	/* the request had a PASID */

enum vtd_sm_fault {
	VTD_SM_ROOT_ABSENT = 0x39,
	VTD_SM_ROOT_RESERVED = 0x3a,
	VTD_SM_CONTEXT_ABSENT = 0x41,
	VTD_SM_CONTEXT_RESERVED = 0x42,
	VTD_SM_RID_PASID_BEYOND = 0x48,
	VTD_SM_DIRECTORY_ABSENT = 0x51,
	VTD_SM_DIRECTORY_RESERVED = 0x52,
	VTD_SM_PASID_ABSENT = 0x59,
	VTD_SM_PASID_RESERVED = 0x5a,
	VTD_SM_PASID_INVALID = 0x5b,
	VTD_SM_FL_ABSENT = 0x71,
	VTD_SM_FL_RESERVED = 0x72,
	VTD_SM_SL_RESERVED = 0x7a,
	VTD_SM_NOT_CANONICAL = 0x80,
	VTD_SM_FL_USER = 0x81,
	VTD_SM_WRITE = 0x85,
	VTD_SM_READ = 0x86,
};

#endif
