/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ACPI tables (ACPI 6.4, chapter 5): the ones that tests and this library look into, and how to find any. Where the
 * root pointer is, the architecture knows: acpi_rsdp(). No AML here, but for the one package that a power-off needs.
 */
#ifndef ACPI_H
#define ACPI_H

#include "libcflat.h"

#define ACPI_SIGNATURE(a, b, c, d)	((u32)(a) | (u32)(b) << 8 | (u32)(c) << 16 | (u32)(d) << 24)
#define RSDP_SIGNATURE			0x2052545020445352ull	/* "RSD PTR " */
#define RSDT_SIGNATURE			ACPI_SIGNATURE('R', 'S', 'D', 'T')
#define XSDT_SIGNATURE			ACPI_SIGNATURE('X', 'S', 'D', 'T')
#define FACP_SIGNATURE			ACPI_SIGNATURE('F', 'A', 'C', 'P')
#define FACS_SIGNATURE			ACPI_SIGNATURE('F', 'A', 'C', 'S')
#define DSDT_SIGNATURE			ACPI_SIGNATURE('D', 'S', 'D', 'T')
#define MADT_SIGNATURE			ACPI_SIGNATURE('A', 'P', 'I', 'C')
#define MCFG_SIGNATURE			ACPI_SIGNATURE('M', 'C', 'F', 'G')
#define HPET_SIGNATURE			ACPI_SIGNATURE('H', 'P', 'E', 'T')

/* Section 5.2.5.3. */
struct acpi_table_rsdp {
	u64 signature;
	u8 checksum;			/* of the first 20 bytes */
	char oem_id[6];
	u8 revision;			/* from 2 on what follows rsdt_physical_address is there */
	u32 rsdt_physical_address;
	u32 length;
	u64 xsdt_physical_address;
	u8 extended_checksum;
	u8 reserved[3];
} __attribute__((packed));

/* Section 5.2.6: what every table but RSDP and FACS begins with. */
struct acpi_table {
	u32 signature;
	u32 length;
	u8 revision;
	u8 checksum;
	char oem_id[6];
	char oem_table_id[8];
	u32 oem_revision;
	u32 creator_id;
	u32 creator_revision;
} __attribute__((packed));

/* Section 5.2.3.2. */
struct acpi_generic_address {
	u8 space_id;			/* 0: memory, 1: I/O ports */
	u8 bit_width;
	u8 bit_offset;
	u8 access_width;
	u64 address;
} __attribute__((packed));

#define ACPI_SPACE_MEMORY	0
#define ACPI_SPACE_IO		1

/* Section 5.2.9. An older revision is shorter: compare header.length. */
struct acpi_table_fadt {
	struct acpi_table header;
	u32 firmware_ctrl;		/* of the FACS */
	u32 dsdt;
	u8 model;
	u8 preferred_pm_profile;
	u16 sci_int;
	u32 smi_cmd;
	u8 acpi_enable;
	u8 acpi_disable;
	u8 s4bios_req;
	u8 pstate_cnt;
	u32 pm1a_evt_blk;
	u32 pm1b_evt_blk;
	u32 pm1a_cnt_blk;
	u32 pm1b_cnt_blk;
	u32 pm2_cnt_blk;
	u32 pm_tmr_blk;
	u32 gpe0_blk;
	u32 gpe1_blk;
	u8 pm1_evt_len;
	u8 pm1_cnt_len;
	u8 pm2_cnt_len;
	u8 pm_tmr_len;
	u8 gpe0_blk_len;
	u8 gpe1_blk_len;
	u8 gpe1_base;
	u8 cst_cnt;
	u16 p_lvl2_lat;
	u16 p_lvl3_lat;
	u16 flush_size;
	u16 flush_stride;
	u8 duty_offset;
	u8 duty_width;
	u8 day_alrm;
	u8 mon_alrm;
	u8 century;
	u16 iapc_boot_arch;
	u8 reserved;
	u32 flags;
	struct acpi_generic_address reset_reg;
	u8 reset_value;
	u16 arm_boot_arch;
	u8 minor_version;
	u64 x_firmware_ctrl;
	u64 x_dsdt;
	struct acpi_generic_address x_pm1a_evt_blk;
	struct acpi_generic_address x_pm1b_evt_blk;
	struct acpi_generic_address x_pm1a_cnt_blk;
	struct acpi_generic_address x_pm1b_cnt_blk;
	struct acpi_generic_address x_pm2_cnt_blk;
	struct acpi_generic_address x_pm_tmr_blk;
	struct acpi_generic_address x_gpe0_blk;
	struct acpi_generic_address x_gpe1_blk;
	struct acpi_generic_address sleep_control_reg;
	struct acpi_generic_address sleep_status_reg;
} __attribute__((packed));

#define ACPI_FADT_HW_REDUCED	(1u << 20)	/* flags */

/* Section 5.2.10, the part that every revision has. */
struct acpi_table_facs_rev1 {
	u32 signature;
	u32 length;
	u32 hardware_signature;
	u32 firmware_waking_vector;
	u32 global_lock;
	u32 flags;
	u8 reserved[40];
} __attribute__((packed));

/* Section 5.2.12, and the kinds of its entries. */
struct acpi_table_madt {
	struct acpi_table header;
	u32 local_apic_address;
	u32 flags;
} __attribute__((packed));

struct acpi_subtable {
	u8 type;
	u8 length;
} __attribute__((packed));

#define ACPI_MADT_LOCAL_APIC	0
#define ACPI_MADT_LOCAL_X2APIC	9
#define ACPI_MADT_ENABLED	1	/* flags of these two */

struct acpi_madt_local_apic {
	struct acpi_subtable header;
	u8 processor_id;
	u8 apic_id;
	u32 flags;
} __attribute__((packed));

struct acpi_madt_local_x2apic {
	struct acpi_subtable header;
	u16 reserved;
	u32 apic_id;
	u32 flags;
	u32 processor_id;
} __attribute__((packed));

/* HPET specification 1.0a, section 3.2.4. */
struct acpi_table_hpet {
	struct acpi_table header;
	u32 id;				/* the lower half of the capabilities register */
	struct acpi_generic_address base;
	u8 number;
	u16 min_tick;
	u8 page_protection;
} __attribute__((packed));

/*
 * The table with that signature, NULL if there is none. Tables with a wrong checksum or length count as absent. FACS
 * and DSDT are found by the FADT.
 */
void *find_acpi_table_addr(u32 signature);

/* The next entry behind previous (NULL: the first) that lies wholly in the MADT; NULL at its end. */
const struct acpi_subtable *acpi_madt_next(const struct acpi_table_madt *madt, const struct acpi_subtable *previous);

/* SLP_TYPa and SLP_TYPb of the package \_Sn (section 7.4.2); false if the DSDT has none that is plain. */
bool acpi_sleep_type(int n, u8 *type_a, u8 *type_b);

/* [default: none] The root pointer of this machine, in mapped memory; NULL if it has no ACPI. */
const struct acpi_table_rsdp *acpi_rsdp(void);

#endif
