/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The advanced platform-level interrupt controller (RISC-V AIA 1.0, chapter 4), the supervisor's
 * domain: sources that software raises, and the UART's as one that is wired. Delivered directly
 * where the domain has hart contexts of its own; else as messages to the IMSIC.
 */
#include "case.h"
#include "riscv/platform.h"
#include "asm/io.h"
#include "asm/processor.h"
#include "asm/setup.h"
#include "aplic.h"

struct intc aplic, imsic;
bool direct;
u32 wired;

u32 get(u32 offset)
{
	return readl(aplic.base + offset);
}

void put(u32 offset, u32 value)
{
	writel(value, aplic.base + offset);
}

u32 sourcecfg(u32 source)
{
	return 4 * source;
}

u32 target(u32 source)
{
	return GENMSI + 4 * source;
}

bool bit(u32 array, u32 source)
{
	return get(array + source / 32 * 4) >> source % 32 & 1;
}

/*
 * The domain of an IMSIC has no contexts: it is the one whose messages go to the supervisor's
 * IMSIC.
 */
static bool find_by_messages(void)
{
	u64 parent, address;

	if (!intc_find(&imsic, "riscv,imsics", IRQ_S_EXT))
		return false;
	aplic.node = FDT_NONE;
	while ((aplic.node = fdt_find_compatible(&machine_fdt, aplic.node, "riscv,aplic")) !=
	       FDT_NONE) {
		parent = fdt_number(&machine_fdt, aplic.node, "msi-parent", 0);
		if (fdt_find_phandle(&machine_fdt, (u32)parent) != imsic.node)
			continue;
		fdt_reg(&machine_fdt, aplic.node, 0, &address, &aplic.size);
		aplic.base = (volatile u8 *)address;
		return true;
	}
	return false;
}

void case_setup(void)
{
	int uart = fdt_find_compatible(&machine_fdt, FDT_NONE, "ns16550a");
	u64 number;

	direct = intc_find(&aplic, "riscv,aplic", IRQ_S_EXT);
	require_msg(direct || find_by_messages(),
		    "the device tree has no APLIC of supervisor level");
	require(fdt_number(&machine_fdt, aplic.node, "riscv,num-sources", 0) >= FIRST + SOURCES);
	if (uart != FDT_NONE && platform.uart &&
	    fdt_cells(fdt_value(&machine_fdt, uart, "interrupts"), 0, 1, &number))
		wired = (u32)number;
}

u32 idc(u32 reg)
{
	return IDC(aplic.context[0]) + reg;
}

bool interrupts(void)
{
	return csr_read(CSR_SIP) & IP_SEIP;
}

void begin(void)
{
	put(DOMAINCFG, 0);
	for (u32 s = FIRST; s < FIRST + SOURCES; s++) {
		put(sourcecfg(s), INACTIVE);
		put(sourcecfg(s), DETACHED);
		put(target(s), direct ? TARGET_HART(aplic.context[0]) | 1 : 0);
	}
	if (!direct)
		return;
	put(idc(IDELIVERY), 1);
	put(idc(IFORCE), 0);
	put(idc(ITHRESHOLD), 0);
	put(DOMAINCFG, DOMAINCFG_IE);
	insist_eq(get(idc(TOPI)), 0);
}

u32 topi(u32 source, u32 priority)
{
	return source << 16 | priority;
}

CASE(domaincfg, "domaincfg: the upper byte is 0x80, and IE keeps what is written")
{
	put(DOMAINCFG, 0);
	expect_eq(get(DOMAINCFG) & ~5u, 0x80000000);
	put(DOMAINCFG, ~DOMAINCFG_DM & ~1u);
	expect_eq(get(DOMAINCFG) & ~DOMAINCFG_DM, 0x80000000 | DOMAINCFG_IE);
	put(DOMAINCFG, 0);
	expect_eq(get(DOMAINCFG) & DOMAINCFG_IE, 0);
}

CASE(inactive, "a source that is not active can be neither pending nor enabled, nor have a target")
{
	begin();
	put(sourcecfg(FIRST), INACTIVE);
	put(SETIPNUM, FIRST);
	put(SETIENUM, FIRST);
	put(target(FIRST), 1);
	expect_eq(bit(SETIP, FIRST), false);
	expect_eq(bit(SETIE, FIRST), false);
	expect_eq(get(target(FIRST)), 0);
	expect_eq(get(sourcecfg(FIRST)), INACTIVE);
}

CASE(source_zero, "there is no source 0: setipnum and setienum ignore it, its bits are zero")
{
	begin();
	put(SETIPNUM, 0);
	put(SETIENUM, 0);
	put(SETIP, 1);
	put(SETIE, 1);
	expect_eq(get(SETIP) & 1, 0);
	expect_eq(get(SETIE) & 1, 0);
}

CASE(sourcecfg, "sourcecfg keeps each mode that is defined")
{
	static const u32 modes[] = { INACTIVE, DETACHED, RISING, FALLING, LEVEL_HIGH, LEVEL_LOW };

	begin();
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		put(sourcecfg(FIRST), modes[i]);
		expect_eq(get(sourcecfg(FIRST)), modes[i]);
	}
	put(sourcecfg(FIRST), INACTIVE);
}

/* Both ways to each of the four arrays; pending bits while nothing is enabled. */
CASE(pending,
     "setipnum and setip make a source pending, clripnum and in_clrip undo it, the others stay")
{
	begin();
	put(SETIPNUM, FIRST + 1);
	for (u32 s = FIRST; s < FIRST + SOURCES; s++)
		expect_eq(bit(SETIP, s), s == FIRST + 1);
	put(CLRIPNUM, FIRST + 1);
	expect_eq(bit(SETIP, FIRST + 1), false);
	put(SETIP + FIRST / 32 * 4, 1u << FIRST % 32);
	for (u32 s = FIRST; s < FIRST + SOURCES; s++)
		expect_eq(bit(SETIP, s), s == FIRST);
	put(IN_CLRIP + FIRST / 32 * 4, 1u << FIRST % 32);
	expect_eq(bit(SETIP, FIRST), false);
}

CASE(enables, "setienum and setie enable a source, clrienum and clrie undo it; clrie reads as zero")
{
	begin();
	put(SETIENUM, FIRST + 2);
	for (u32 s = FIRST; s < FIRST + SOURCES; s++)
		expect_eq(bit(SETIE, s), s == FIRST + 2);
	expect_eq(get(CLRIE + FIRST / 32 * 4), 0);
	put(CLRIENUM, FIRST + 2);
	expect_eq(bit(SETIE, FIRST + 2), false);
	put(SETIE + FIRST / 32 * 4, 1u << FIRST % 32);
	expect_eq(bit(SETIE, FIRST), true);
	put(CLRIE + FIRST / 32 * 4, 1u << FIRST % 32);
	expect_eq(bit(SETIE, FIRST), false);
}
