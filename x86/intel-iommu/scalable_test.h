/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of VT-d's scalable mode share: pages that edu reaches by a PASID's tables. */
#ifndef SCALABLE_TEST_H
#define SCALABLE_TEST_H

#include "iommu_test.h"

/* What is mapped: sm_source at SOURCE and sm_target at IOVA; sm_other is not. */
extern u8 *sm_source, *sm_target, *sm_other;
#define SOURCE		0x10000ull
#define SOURCE_SEED	0x5a
#define TARGET_SEED	0xc3
#define OTHER_SEED	0x99

/* The domain of edu's PASID 0, which its requests have. */
#define DOMAIN		1
/* Another one. */
#define DOMAIN2		2

/*
 * The unit in scalable mode and the PASID's entry of edu of that type, VTD_PASID_FIRST, _SECOND or
 * _PASS, with sm_source and sm_target mapped. Skips the case if the unit has no such type.
 */
void prepare_pasid(u64 type);
/* DMA_SIZE bytes from SOURCE to iova, through the device's buffer. */
void sm_copy(struct pci_edu_dev *dev, u64 iova);
/* Whether a page that was filled with seed has a copy at offset and nothing else; is as it was. */
void expect_copied(const u8 *page, u8 seed, unsigned int offset);
void expect_unchanged(const u8 *page, u8 seed);

/*
 * The device reads, or writes, at iova, after the caller changed the tables: the fault is recorded,
 * the record is whole but for the reason, and sm_target has not changed. Returns the reason.
 */
unsigned int expect_sm_fault(struct pci_edu_dev *dev, u64 iova, bool write);

#endif
