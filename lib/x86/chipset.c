/* SPDX-License-Identifier: BSD-2-Clause */
/* See chipset.h. Data sheets: Intel 82371AB PIIX4 (290562), section 7.1; ICH9 (316972), section 13.1; 82Q35 MCH, 5.1. */
#include "x86/chipset.h"
#include "asm/io.h"

#define CONFIG_ADDRESS	0xcf8
#define CONFIG_DATA	0xcfc
#define CONFIG(device, function, reg)	(0x80000000u | (device) << 11 | (function) << 8 | (reg))

#define PM_IO_BASE	0x600		/* what firmwares use, too */
#define BAR_IO		1
#define PM_BASE_MASK	0xffc0

#define PIIX4_PM	0x71138086u
#define PIIX4(reg)	CONFIG(1, 3, reg)
#define PIIX4_PMBASE	0x40
#define PIIX4_PMREGMISC	0x80
#define PIIX4_PMIOSE	1

#define ICH9_LPC	0x29188086u
#define ICH9(reg)	CONFIG(31, 0, reg)
#define ICH9_PMBASE	0x40
#define ICH9_ACPI_CNTL	0x44
#define ICH9_ACPI_EN	0x80

#define Q35_MCH		0x29c08086u
#define MCH(reg)	CONFIG(0, 0, reg)
#define MCH_PCIEXBAR	0x60
#define PCIEXBAR_ENABLE	1
#define ECAM_BASE	0xb0000000u	/* as lib/x86/pci-host.c */

static u32 config_read(u32 address)
{
	outl(address, CONFIG_ADDRESS);
	return inl(CONFIG_DATA);
}

static void config_write(u32 address, u32 value)
{
	outl(address, CONFIG_ADDRESS);
	outl(value, CONFIG_DATA);
}

/* Sets base register and enable bit unless the enable bit is set; returns the base. */
static u16 set_pm_base(u32 base_reg, u32 enable_reg, u32 enable)
{
	u32 enables = config_read(enable_reg);

	if (!(enables & enable)) {
		config_write(base_reg, PM_IO_BASE | BAR_IO);
		config_write(enable_reg, enables | enable);
	}
	return config_read(base_reg) & PM_BASE_MASK;
}

u16 chipset_init(void)
{
	if (config_read(MCH(0)) == Q35_MCH && !(config_read(MCH(MCH_PCIEXBAR)) & PCIEXBAR_ENABLE)) {
		config_write(MCH(MCH_PCIEXBAR + 4), 0);
		config_write(MCH(MCH_PCIEXBAR), ECAM_BASE | PCIEXBAR_ENABLE);
	}
	if (config_read(ICH9(0)) == ICH9_LPC)
		return set_pm_base(ICH9(ICH9_PMBASE), ICH9(ICH9_ACPI_CNTL), ICH9_ACPI_EN);
	if (config_read(PIIX4(0)) == PIIX4_PM)
		return set_pm_base(PIIX4(PIIX4_PMBASE), PIIX4(PIIX4_PMREGMISC), PIIX4_PMIOSE);
	return 0;
}
