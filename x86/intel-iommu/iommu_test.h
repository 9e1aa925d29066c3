/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of VT-d share: the unit and the device in a known state, and faults compared whole. */
#ifndef IOMMU_TEST_H
#define IOMMU_TEST_H

#include "case.h"
#include "alloc_page.h"
#include "patience.h"
#include "pci-edu.h"
#include "x86/intel-iommu.h"
#include "x86/intel-iommu-scalable.h"
#include "x86/isr.h"
#include "x86/asm/page.h"

extern struct pci_edu_dev edu;

/* What the device is for the unit. */
#define SID	edu.pci_dev.bdf

/* An I/O virtual address that is no address of RAM here. The device takes 64 bits only by one access of 64 bits. */
#define WIDE	(sizeof(long) == 8)
#define IOVA	(WIDE ? 0x7fc0201000ull : 0x5fc01000ull)

/* Bytes that a DMA moves: not a whole page, so that its neighbours can be looked at. */
#define DMA_SIZE	64

/* How long what must come may take. It is waited for so long only where it does not come. */
#define PATIENCE_SECONDS	10

/* The unit as vtd_init() leaves it, the device quiet. Skips the case where one of them is not there. */
void prepare(void);
/* The same in scalable mode, as vtd_init_scalable() leaves the unit. */
void prepare_scalable(void);
/* The second edu of the machine; false if there is none. */
bool find_second(struct pci_edu_dev *dev);

/* Fills a page with bytes that depend on seed. */
void fill(void *page, u8 seed);
/* Whether page is as fill() left it, but for len bytes at offset, which are what `other` has at other_offset. */
void expect_page(const u8 *page, u8 seed, unsigned int offset, const u8 *other, size_t len);

/* The record 0 and FSTS: that fault of this device at iova and no other; then clears it. */
void expect_fault(u64 iova, bool write, enum vtd_fault reason);
/* No fault. */
void expect_no_fault(void);

/* Interrupts by vector TEST_VECTOR or OTHER_VECTOR, which acknowledge to the device: how many came where. */
#define TEST_VECTOR	0x61
#define OTHER_VECTOR	0x72
extern u32 interrupts[];
extern u8 last_vector;
extern bool last_trigger_mode;
/* Waits for n on CPU cpu, lets in what should not come, compares all CPUs, and counts from 0 again. */
void expect_interrupts(int cpu, u32 n);

#endif
