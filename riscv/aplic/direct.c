/* SPDX-License-Identifier: BSD-2-Clause */
/* Direct delivery to harts (RISC-V AIA 1.0, section 4.8), and sources that are wired (section 4.7). */
#include "case.h"
#include "arch-hooks.h"
#include "riscv/platform.h"
#include "asm/io.h"
#include "asm/processor.h"
#include "aplic.h"

#define UART_IER	1
#define UART_IIR	2
#define IER_THR_EMPTY	2

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
