/* SPDX-License-Identifier: BSD-2-Clause */
/* Blocks that STORE SYSTEM INFORMATION stores (Principles of Operation, chapter 10). */
#ifndef S390X_STSI_H
#define S390X_STSI_H

#include "libcflat.h"

struct sysinfo_3_2_2 {
	u8 reserved[31];
	u8 count;
	struct {
		u8 reserved2[4];
		u16 total_cpus, conf_cpus, standby_cpus, reserved_cpus;
		u8 name[8];
		u32 caf;
		u8 cpi[16];
		u8 reserved5[3];
		u8 ext_name_encoding;
		u32 reserved3;
		u8 uuid[16];
	} vm[8];
	u8 reserved4[1504];
	u8 ext_names[8][256];
};
_Static_assert(sizeof(struct sysinfo_3_2_2) == 4096, "sysinfo_3_2_2");

#define CPUS_TLE_RES_BITS	0x00fffffff8000000UL
union topology_cpu {
	u64 raw[2];
	struct {
		u8 nl;
		u64 reserved8 : 24;
		u64 reserved32 : 5;
		u64 d : 1;
		u64 pp : 2;
		u8 type;
		u16 origin;
		u64 mask;
	} __attribute__((packed));
};

enum topology_polarization {
	POLARIZATION_HORIZONTAL,
	POLARIZATION_VERTICAL_LOW,
	POLARIZATION_VERTICAL_MEDIUM,
	POLARIZATION_VERTICAL_HIGH,
};

enum cpu_type {
	CPU_TYPE_IFL = 3,
};

#define CONTAINER_TLE_RES_BITS	0x00ffffffffffff00UL
union topology_container {
	u64 raw;
	struct {
		u8 nl;
		u64 reserved : 48;
		u8 id;
	} __attribute__((packed));
};

union topology_entry {
	u8 nl;
	union topology_cpu cpu;
	union topology_container container;
};

#define CPU_TOPOLOGY_MAX_LEVEL	6
struct sysinfo_15_1_x {
	u8 reserved0[2];
	u16 length;
	u8 mag[CPU_TOPOLOGY_MAX_LEVEL];
	u8 reserved0a;
	u8 mnest;
	u8 reserved0c[4];
	union topology_entry tle[];
};

#endif
