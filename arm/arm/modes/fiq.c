/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FIQs: a group 0 interrupt of a GICv3 with one security state is one (IHI 0069, section 4.6.1;
 * ARMv7 ARM, section B1.9.12). By the vector that the library installs, and raw.
 */
#include "case.h"
#include "arch-hooks.h"
#include "modes-test.h"
#include "patience.h"
#include "asm/gic.h"
#include "asm/gic-v3.h"
#include "asm/io.h"

#define ICC_IAR0	__ACCESS_CP15(c12, 0, c8, 0)
#define ICC_EOIR0	__ACCESS_CP15(c12, 0, c8, 1)
#define ICC_IGRPEN0	__ACCESS_CP15(c12, 0, c12, 6)

#define FIQ_SGI		5

static volatile struct {
	u32 count, irq, spsr;
} taken;

static void take(struct pt_regs *regs)
{
	u32 irq = read_sysreg(ICC_IAR0);

	taken.count++;
	taken.irq = irq;
	taken.spsr = regs->ARM_cpsr;
	write_sysreg(irq, ICC_EOIR0);
	isb();
}

/* SGI 5 of this CPU becomes one of group 0. */
static void prepare(void)
{
	char *sgi;

	require_msg(gic_init() == 3, "no GICv3");
	gic_enable_defaults();
	require_msg(readl((char *)gicv3_dist_base() + GICD_CTLR) & GICD_CTLR_DS,
		    "two security states");
	sgi = gicv3_sgi_base();
	writel(readl(sgi + GICD_IGROUPR) & ~(1u << FIQ_SGI), sgi + GICD_IGROUPR);
	writel(readl((char *)gicv3_dist_base() + GICD_CTLR) | 1,
	       (char *)gicv3_dist_base() + GICD_CTLR);
	gicv3_dist_wait_for_rwp();
	write_sysreg(1, ICC_IGRPEN0);
	isb();
	memset((void *)&taken, 0, sizeof(taken));
	install_exception_handler(EXCPTN_FIQ, take);
}

static void finish(void)
{
	local_fiq_disable();
	write_sysreg(0, ICC_IGRPEN0);
	isb();
	install_exception_handler(EXCPTN_FIQ, NULL);
	gic_enable_defaults();
}

static void pend(void)
{
	char *sgi = gicv3_sgi_base();

	writel(1u << FIQ_SGI, sgi + GICD_ISPENDR);
	for (struct patience p = { 0 };
	     !(read_sysreg(isr_el1) & PSR_F_BIT) && !patience_over(&p, 5);)
		cpu_relax();
}

CASE(fiq,
     "a group 0 interrupt is an FIQ: ISR.F, not taken with F set, taken once without, with the "
     "state of then in SPSR")
{
	struct banked und = { 0x1230, 0x4560, USR_MODE };

	prepare();
	write_banked(UND_MODE, und);
	local_fiq_disable();
	pend();
	expect_eq(read_sysreg(isr_el1) & (PSR_I_BIT | PSR_F_BIT), PSR_F_BIT);
	expect_eq(taken.count, 0);
	local_fiq_enable();
	isb();
	local_fiq_disable();
	expect_eq(taken.count, 1);
	expect_eq(taken.irq, FIQ_SGI);
	expect_eq(taken.spsr & (MODE_MASK | PSR_I_BIT | PSR_F_BIT), SVC_MODE | PSR_I_BIT);
	expect_eq(read_sysreg(isr_el1) & (PSR_I_BIT | PSR_F_BIT), 0);
	expect_eq(read_banked(UND_MODE).sp, und.sp);
	expect_eq(read_banked(UND_MODE).lr, und.lr);
	finish();
}

static volatile u32 irqs;

static void take_irq(struct pt_regs *regs)
{
	u32 iar = gic_read_iar();

	irqs++;
	expect_eq(regs->ARM_cpsr & (MODE_MASK | PSR_I_BIT | PSR_F_BIT), SVC_MODE | PSR_F_BIT);
	gic_write_eoir(iar);
}

CASE(fiq_and_irq,
     "each mask is for its own: with I set only the FIQ is taken; the IRQ of the same priority is "
     "signalled behind it")
{
	prepare();
	irqs = 0;
	install_exception_handler(EXCPTN_IRQ, take_irq);
	gic_ipi_send_single(SGI(6), 0);
	pend();
	local_fiq_enable();
	isb();
	local_fiq_disable();
	expect_eq(taken.count, 1);
	expect_eq(irqs, 0);
	for (struct patience p = { 0 };
	     !(read_sysreg(isr_el1) & PSR_I_BIT) && !patience_over(&p, 5);)
		cpu_relax();
	expect_eq(read_sysreg(isr_el1) & (PSR_I_BIT | PSR_F_BIT), PSR_I_BIT);
	local_irq_enable();
	isb();
	local_irq_disable();
	expect_eq(irqs, 1);
	expect_eq(taken.count, 1);
	finish();
}
