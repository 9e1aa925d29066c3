/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The advanced platform-level interrupt controller (RISC-V AIA 1.0, chapter 4), the supervisor's
 * domain: sources that software raises, and the UART's as one that is wired. Delivered directly
 * where the domain has hart contexts of its own; else as messages to the IMSIC.
 */
#include "case.h"
#include "arch-hooks.h"
#include "riscv/intc.h"
#include "riscv/platform.h"
#include "asm/io.h"
#include "asm/processor.h"
#include "asm/setup.h"

#define DOMAINCFG	0x0000u
#define DOMAINCFG_IE	0x100u
#define DOMAINCFG_DM	0x004u		/* messages */
#define SETIP		0x1c00u
#define SETIPNUM	0x1cdcu
#define IN_CLRIP	0x1d00u
#define CLRIPNUM	0x1ddcu
#define SETIE		0x1e00u
#define SETIENUM	0x1edcu
#define CLRIE		0x1f00u
#define CLRIENUM	0x1fdcu
#define GENMSI		0x3000u
#define GENMSI_BUSY	0x1000u
#define TARGET_HART(index)	((u32)(index) << 18)
#define IDC(index)	(0x4000u + 32u * (u32)(index))
#define IDELIVERY	0x00u
#define IFORCE		0x04u
#define ITHRESHOLD	0x08u
#define TOPI		0x18u
#define CLAIMI		0x1cu

/* sourcecfg: table 4.2. */
enum { INACTIVE, DETACHED, RISING = 4, FALLING, LEVEL_HIGH, LEVEL_LOW };

#define FIRST		50u		/* sources that no device of QEMU's machine has */
#define SOURCES		4u
#define UART_IER	1
#define UART_IIR	2
#define IER_THR_EMPTY	2

static struct intc aplic, imsic;
static bool direct;
static u32 wired;			/* the UART's source */

static u32 get(u32 offset)
{
	return readl(aplic.base + offset);
}

static void put(u32 offset, u32 value)
{
	writel(value, aplic.base + offset);
}

static u32 sourcecfg(u32 source)
{
	return 4 * source;
}

static u32 target(u32 source)
{
	return GENMSI + 4 * source;
}

static bool bit(u32 array, u32 source)
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

static u32 idc(u32 reg)
{
	return IDC(aplic.context[0]) + reg;
}

static bool interrupts(void)
{
	return csr_read(CSR_SIP) & IP_SEIP;
}

/* Sources detached, not pending, not enabled, with priority 1 of this hart. */
static void begin(void)
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

static u32 topi(u32 source, u32 priority)
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

/* ---- direct delivery: section 4.8 ---- */

CASE(claim, "a source that is pending and enabled interrupts until it is claimed")
{
	require(direct);
	begin();
	put(SETIENUM, FIRST);
	expect_eq(interrupts(), false);
	put(SETIPNUM, FIRST);
	expect_eq(interrupts(), true);
	expect_eq(get(idc(TOPI)), topi(FIRST, 1));
	expect_eq(bit(SETIP, FIRST), true);
	expect_eq(get(idc(CLAIMI)), topi(FIRST, 1));
	expect_eq(bit(SETIP, FIRST), false);
	expect_eq(interrupts(), false);
	expect_eq(get(idc(CLAIMI)), 0);
}

CASE(delivery, "neither IE, idelivery nor the enable bit may be 0 for an interrupt")
{
	require(direct);
	begin();
	put(SETIPNUM, FIRST);
	expect_eq(interrupts(), false);
	expect_eq(get(idc(TOPI)), 0);
	put(SETIENUM, FIRST);
	expect_eq(interrupts(), true);
	put(DOMAINCFG, 0);
	expect_eq_msg(interrupts(), false, "IE 0");
	put(DOMAINCFG, DOMAINCFG_IE);
	expect_eq(interrupts(), true);
	put(idc(IDELIVERY), 0);
	expect_eq_msg(interrupts(), false, "idelivery 0");
	expect_eq(get(idc(IDELIVERY)), 0);
	put(idc(IDELIVERY), 1);
	expect_eq(interrupts(), true);
	put(CLRIENUM, FIRST);
	expect_eq(interrupts(), false);
	put(CLRIPNUM, FIRST);
}

CASE(priority, "the lowest priority number comes first, of equals the lowest source")
{
	static const u32 priorities[SOURCES] = { 3, 2, 2, 1 };
	static const u32 order[SOURCES] = { 3, 1, 2, 0 };

	require(direct);
	begin();
	for (u32 i = 0; i < SOURCES; i++) {
		put(target(FIRST + i), TARGET_HART(aplic.context[0]) | priorities[i]);
		expect_eq(get(target(FIRST + i)), TARGET_HART(aplic.context[0]) | priorities[i]);
		put(SETIENUM, FIRST + i);
		put(SETIPNUM, FIRST + i);
	}
	for (u32 i = 0; i < SOURCES; i++)
		expect_eq(get(idc(CLAIMI)), topi(FIRST + order[i], priorities[order[i]]));
	expect_eq(get(idc(CLAIMI)), 0);
}

CASE(priority_zero, "a priority of 0 becomes 1")
{
	require(direct);
	begin();
	put(target(FIRST), TARGET_HART(aplic.context[0]));
	expect_eq(get(target(FIRST)), TARGET_HART(aplic.context[0]) | 1);
}

CASE(threshold,
     "priority numbers at the threshold and above do not interrupt; threshold 0 lets all through")
{
	require(direct);
	begin();
	put(target(FIRST), TARGET_HART(aplic.context[0]) | 4);
	put(SETIENUM, FIRST);
	put(SETIPNUM, FIRST);
	for (u32 limit = 0; limit < 7; limit++) {
		bool passes = !limit || 4 < limit;

		put(idc(ITHRESHOLD), limit);
		expect_eq(get(idc(ITHRESHOLD)), limit);
		expect_eq_msg(interrupts(), passes, "threshold %" PRIu32, limit);
		expect_eq_msg(get(idc(TOPI)), passes ? topi(FIRST, 4) : 0, "threshold %" PRIu32,
			      limit);
	}
	put(idc(ITHRESHOLD), 0);
	put(CLRIPNUM, FIRST);
}

CASE(force, "iforce interrupts with nothing to claim, and a claim of nothing ends it")
{
	require(direct);
	begin();
	put(idc(IFORCE), 1);
	expect_eq(interrupts(), true);
	expect_eq(get(idc(TOPI)), 0);
	expect_eq(get(idc(CLAIMI)), 0);
	expect_eq(get(idc(IFORCE)), 0);
	expect_eq(interrupts(), false);
}

CASE(other_hart, "a source interrupts the hart of its target and no other")
{
	require(direct && arch_cpu_count() > 1);
	begin();
	put(IDC(aplic.context[1]) + IDELIVERY, 1);
	put(IDC(aplic.context[1]) + ITHRESHOLD, 0);
	put(target(FIRST), TARGET_HART(aplic.context[1]) | 1);
	put(SETIENUM, FIRST);
	put(SETIPNUM, FIRST);
	expect_eq(interrupts(), false);
	expect_eq(get(idc(CLAIMI)), 0);
	expect_eq(get(IDC(aplic.context[1]) + CLAIMI), topi(FIRST, 1));
	expect_eq(bit(SETIP, FIRST), false);
	put(IDC(aplic.context[1]) + IDELIVERY, 0);
}

static void raise(bool on)
{
	uart_drain();
	writeb(on ? IER_THR_EMPTY : 0, platform.uart + (UART_IER << platform.uart_shift));
	if (!on)
		readb(platform.uart + (UART_IIR << platform.uart_shift));
}

CASE(level, "a source that is wired by level is pending as long as the device asks, whatever "
	    "software does")
{
	bool pending, after_clear, after_claim;

	require(direct && wired);
	begin();
	put(sourcecfg(wired), LEVEL_HIGH);
	put(target(wired), TARGET_HART(aplic.context[0]) | 1);
	put(SETIENUM, wired);
	expect_eq(bit(SETIP, wired), false);
	put(SETIPNUM, wired);
	expect_eq_msg(bit(SETIP, wired), false, "by software");
	raise(true);
	pending = bit(SETIP, wired) && bit(IN_CLRIP, wired) && interrupts();
	put(CLRIPNUM, wired);
	after_clear = bit(SETIP, wired);
	get(idc(CLAIMI));
	after_claim = bit(SETIP, wired) && interrupts();
	raise(false);
	expect_eq(pending, true);
	expect_eq(after_clear, true);
	expect_eq(after_claim, true);
	expect_eq(bit(SETIP, wired), false);
	expect_eq(bit(IN_CLRIP, wired), false);
	expect_eq(interrupts(), false);
	put(sourcecfg(wired), INACTIVE);
}

CASE(edge, "a source that is wired by its edge is pending once, until it is claimed")
{
	bool pending, again;

	require(direct && wired);
	begin();
	put(sourcecfg(wired), RISING);
	put(CLRIPNUM, wired);
	put(target(wired), TARGET_HART(aplic.context[0]) | 1);
	put(SETIENUM, wired);
	raise(true);
	pending = bit(SETIP, wired);
	get(idc(CLAIMI));
	again = bit(SETIP, wired);
	raise(false);
	expect_eq(pending, true);
	expect_eq(again, false);
	put(sourcecfg(wired), INACTIVE);
}

static u32 taken;

static void handle(struct pt_regs *regs)
{
	taken = get(idc(CLAIMI));
}

CASE(interrupt, "the interrupt comes with cause 9, where sie and sstatus let it")
{
	require(direct);
	begin();
	taken = 0;
	install_irq_handler(IRQ_S_EXT, handle);
	put(SETIENUM, FIRST);
	put(SETIPNUM, FIRST);
	local_irq_enable();
	expect_eq(taken, 0);
	csr_set(CSR_SIE, IE_SEIE);
	local_irq_disable();
	expect_eq(taken, topi(FIRST, 1));
	expect_eq(interrupts(), false);
	csr_clear(CSR_SIE, IE_SEIE);
}

/* ---- messages: section 4.9 ---- */

static void begin_messages(void)
{
	require(!direct);
	begin();
	imsic_write(IMSIC_EIDELIVERY, 0);
	for (unsigned int id = 77; id < 80; id++)
		imsic_set_bit(IMSIC_EIP0, id, false);
	put(DOMAINCFG, DOMAINCFG_IE | DOMAINCFG_DM);
	expect_eq(get(DOMAINCFG) & DOMAINCFG_DM, DOMAINCFG_DM);
}

CASE(forward, "a source that is pending and enabled is sent as its target's identity, and is "
	      "pending no more")
{
	begin_messages();
	put(target(FIRST), TARGET_HART(imsic.context[0]) | 77);
	expect_eq(get(target(FIRST)), TARGET_HART(imsic.context[0]) | 77);
	put(SETIPNUM, FIRST);
	expect_eq(bit(SETIP, FIRST), true);
	expect_eq(imsic_bit(IMSIC_EIP0, 77), false);
	put(SETIENUM, FIRST);
	expect_eq(bit(SETIP, FIRST), false);
	expect_eq(imsic_bit(IMSIC_EIP0, 77), true);
	imsic_set_bit(IMSIC_EIP0, 77, false);
}

CASE(forward_disabled, "with IE 0 nothing is sent, and it stays pending")
{
	begin_messages();
	put(DOMAINCFG, DOMAINCFG_DM);
	put(target(FIRST), TARGET_HART(imsic.context[0]) | 78);
	put(SETIENUM, FIRST);
	put(SETIPNUM, FIRST);
	expect_eq(bit(SETIP, FIRST), true);
	expect_eq(imsic_bit(IMSIC_EIP0, 78), false);
	put(DOMAINCFG, DOMAINCFG_IE | DOMAINCFG_DM);
	expect_eq(bit(SETIP, FIRST), false);
	expect_eq(imsic_bit(IMSIC_EIP0, 78), true);
	imsic_set_bit(IMSIC_EIP0, 78, false);
}

CASE(genmsi, "genmsi sends a message of any identity")
{
	begin_messages();
	put(GENMSI, TARGET_HART(imsic.context[0]) | 79);
	for (int i = 0; i < 1000 && get(GENMSI) & GENMSI_BUSY; i++)
		cpu_relax();
	expect_eq(get(GENMSI) & GENMSI_BUSY, 0);
	expect_eq(imsic_bit(IMSIC_EIP0, 79), true);
	imsic_set_bit(IMSIC_EIP0, 79, false);
}
