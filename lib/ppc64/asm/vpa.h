/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual processor area, which H_REGISTER_VPA registers (LoPAR 1.1, section 14.11.1.2):
 * big-endian.
 */
#ifndef PPC64_ASM_VPA_H
#define PPC64_ASM_VPA_H

#include "libcflat.h"

struct vpa {
	u32 descriptor;
	u16 size;			/* of this structure: 640 at least */
	u8 reserved1[3];
	u8 status;
	u8 reserved2[14];
	u32 fru_node_id, fru_processor_id;
	u8 reserved3[56];
	u8 vhpn_change_counters[8];
	u8 reserved4[80];
	u8 cede_latency;
	u8 maintain_ebb;
	u8 reserved5[6];
	u8 dtl_enable_mask;
	u8 dedicated_cpu_donate;
	u8 maintain_fpr;
	u8 maintain_pmc;
	u8 reserved6[28];
	u64 idle_estimate_purr;
	u8 reserved7[28];
	u16 maintain_nr_slb;
	u8 idle;
	u8 maintain_vmx;
	u32 vp_dispatch_count, vp_dispatch_dispersion;
	u64 vp_fault_count, vp_fault_tb;
	u64 purr_exprop_idle, spurr_exprop_idle, purr_exprop_busy, spurr_exprop_busy;
	u64 purr_donate_idle, spurr_donate_idle, purr_donate_busy, spurr_donate_busy;
	u64 vp_wait3_tb, vp_wait2_tb, vp_wait1_tb;
	u64 purr_exprop_adjunct_busy, spurr_exprop_adjunct_busy;
	u32 supervisor_pagein_count;
	u8 reserved8[4];
	u64 purr_exprop_adjunct_idle, spurr_exprop_adjunct_idle, adjunct_insns_executed;
	u8 reserved9[120];
	u64 dtl_index;
	u8 reserved10[96];
};

_Static_assert(offsetof(struct vpa, idle) == 254 && offsetof(struct vpa, vp_dispatch_count) == 256,
	       "LoPAR, table 14.4");
_Static_assert(sizeof(struct vpa) == 640, "LoPAR, table 14.4");

#endif
