/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files intel-iommu*.c share; tests use intel-iommu.h. */
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

/* The table whose address a root, context, directory or paging entry has. */
void *vtd_table_at(u64 entry);
/* The entry of a level for iova, below a table of level top; makes missing tables, with flags. */
u64 *vtd_walk(u64 *table, int top, u64 iova, int level, u64 flags);

#endif
