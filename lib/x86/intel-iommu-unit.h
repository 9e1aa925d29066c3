/* SPDX-License-Identifier: BSD-2-Clause */
/* What intel-iommu.c and intel-iommu-ir.c share; tests use intel-iommu.h. */
#ifndef X86_INTEL_IOMMU_UNIT_H
#define X86_INTEL_IOMMU_UNIT_H

#include "libcflat.h"

#define VTD_TYPE_DRHD	0

/* A remapping unit, as the ACPI table DMAR describes it (section 8.3); device scopes follow. */
struct vtd_drhd {
	u16 type;
	u16 length;
	u8 flags;
	u8 size;
	u16 segment;
	u64 base;
} __attribute__((packed));

/* The first one; NULL if there is none. */
const struct vtd_drhd *vtd_drhd(void);

/* The part of vtd_init() that is about interrupts. */
void vtd_enable_remapping(void);

#endif
