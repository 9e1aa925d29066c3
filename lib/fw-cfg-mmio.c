/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's configuration device in memory: see fw-cfg-mmio.h. The data register at 0 is read byte by byte. */
#include "libcflat.h"
#include "fw-cfg-mmio.h"
#include "asm/io.h"
#include "asm/spinlock.h"

#define SELECTOR	8	/* 16 bits, big endian */
#define ITEM_UUID	2

static char *registers_of(const struct fdt *fdt)
{
	static char *registers;
	uint64_t address, size;
	int node;

	if (registers)
		return registers;
	node = fdt_find_compatible(fdt, FDT_NONE, "qemu,fw-cfg-mmio");
	if (node != FDT_NONE && fdt_reg(fdt, node, 0, &address, &size))
		registers = ioremap(address, size);
	return registers;
}

bool fw_cfg_mmio_uuid(const struct fdt *fdt, uint8_t uuid[16])
{
	static struct spinlock lock;
	char *registers = registers_of(fdt);

	if (!registers)
		return false;
	spin_lock(&lock);
	writew(__builtin_bswap16(ITEM_UUID), registers + SELECTOR);
	for (int i = 0; i < 16; i++)
		uuid[i] = readb(registers);
	spin_unlock(&lock);
	return true;
}
