/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's configuration device (QEMU docs/specs/fw_cfg.rst) at ports 0x510 and 0x514. Without the device every item reads
 * as 0 and no file exists.
 */
#ifndef X86_FWCFG_H
#define X86_FWCFG_H

#include "libcflat.h"

#define FW_CFG_SIGNATURE	0x00
#define FW_CFG_ID		0x01
#define FW_CFG_UUID		0x02
#define FW_CFG_RAM_SIZE		0x03
#define FW_CFG_NOGRAPHIC	0x04
#define FW_CFG_NB_CPUS		0x05
#define FW_CFG_MACHINE_ID	0x06
#define FW_CFG_KERNEL_ADDR	0x07
#define FW_CFG_KERNEL_SIZE	0x08
#define FW_CFG_KERNEL_CMDLINE	0x09
#define FW_CFG_INITRD_ADDR	0x0a
#define FW_CFG_INITRD_SIZE	0x0b
#define FW_CFG_BOOT_DEVICE	0x0c
#define FW_CFG_NUMA		0x0d
#define FW_CFG_BOOT_MENU	0x0e
#define FW_CFG_MAX_CPUS		0x0f
#define FW_CFG_FILE_DIR		0x19
#define FW_CFG_ARCH_LOCAL	0x8000
#define FW_CFG_ACPI_TABLES	(FW_CFG_ARCH_LOCAL + 0)
#define FW_CFG_SMBIOS_ENTRIES	(FW_CFG_ARCH_LOCAL + 1)
#define FW_CFG_IRQ0_OVERRIDE	(FW_CFG_ARCH_LOCAL + 2)

struct fwcfg_file {
	u32 size;
	u16 item;
};

bool fwcfg_present(void);

/* The first 1, 2, 4 or 8 bytes of an item, little endian; 0 for what the item does not have. */
u8 fwcfg_get_u8(unsigned int item);
u16 fwcfg_get_u16(unsigned int item);
u32 fwcfg_get_u32(unsigned int item);
u64 fwcfg_get_u64(unsigned int item);
/* The first len bytes of an item; 0 bytes behind its end. */
void fwcfg_read(unsigned int item, void *buf, size_t len);

/* Finds a file by its name, at most 55 characters; false if there is none. */
bool fwcfg_find_file(const char *name, struct fwcfg_file *file);

/*
 * Whether QEMU's pc-testdev may be used: not if the environment has TEST_DEVICE=0, which the first call puts into
 * no_test_device.
 */
bool test_device_enabled(void);
extern bool no_test_device;

#endif
