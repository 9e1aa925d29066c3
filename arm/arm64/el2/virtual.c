/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtual interrupts by HCR_EL2.{VI,VF,VSE} (Arm ARM, DDI 0487, D1.3.6), routing of physical ones,
 * and EL2's time (D12).
 */
#include "case.h"
#include "arch-hooks.h"
#include "el2.h"
#include "patience.h"
#include "asm/gic.h"
#include "asm/timer.h"

EL2_REGISTER(cntvoff_el2)
EL2_REGISTER(cnthp_ctl_el2)
EL2_REGISTER(cnthp_cval_el2)
EL2_REGISTER(cnthctl_el2)

static volatile u32 taken;

static void take_irq(struct pt_regs *regs)
{
	(void)regs;
	taken++;
	el2_hcr(HCR_VI, 0);
}

static void take_fiq(struct pt_regs *regs)
{
	(void)regs;
	taken++;
	el2_hcr(HCR_VF, 0);
}

/* Lets interrupts in for a moment; F and A too. */
static void unmask(void)
{
	asm volatile("msr daifclr, #7\n\tisb\n\tnop\n\tnop\n\tisb\n\tmsr daifset, #7"
		     :
		     :
		     : "memory");
}

static void run_virtual(u64 pending, u64 routing, u64 isr)
{
	taken = 0;
	asm volatile("msr daifset, #7" : : : "memory");
	/* Without its routing bit the virtual one does not exist. */
	el2_hcr(0, pending);
	expect_eq(read_sysreg(isr_el1) & isr, 0);
	unmask();
	expect_eq(taken, 0);
	el2_hcr(0, routing);
	expect_eq(read_sysreg(isr_el1) & isr, isr);
	expect_eq(taken, 0);
	unmask();
	expect_eq(taken, 1);
	expect_eq(read_sysreg(isr_el1) & isr, 0);
	unmask();
	expect_eq(taken, 1);
	el2_set_hcr_el2(HCR_DEFAULT);
}

CASE(virtual_irq, "HCR_EL2.VI with IMO: pending in ISR_EL1, taken at EL1's IRQ vector when "
		  "PSTATE.I is clear, until VI is; without IMO not")
{
	install_irq_handler(EL1H_IRQ, take_irq);
	run_virtual(HCR_VI, HCR_IMO, PSR_I_BIT);
}

CASE(virtual_fiq, "HCR_EL2.VF with FMO: the same at the FIQ vector with PSTATE.F")
{
	install_irq_handler(EL1H_FIQ, take_fiq);
	run_virtual(HCR_VF, HCR_FMO, PSR_F_BIT);
}

static volatile u64 error_esr;

static void take_error(struct pt_regs *regs)
{
	(void)regs;
	taken++;
	error_esr = read_sysreg(esr_el1);
}

static u64 at_el2_vsesr(u64 value)
{
	write_sysreg_s(value, S3_4_C5_C2_3);		/* VSESR_EL2 */
	return 0;
}

CASE(virtual_serror, "HCR_EL2.VSE with AMO: an SError at EL1 with the syndrome of VSESR_EL2 "
		     "(FEAT_RAS); taking it clears VSE")
{
	bool ras = id_field(read_sysreg(id_aa64pfr0_el1), 28) != 0;

	if (ras)
		el2_call(at_el2_vsesr, 1ul << 24 | 0xabc);
	install_irq_handler(EL1H_ERROR, take_error);
	run_virtual(HCR_VSE, HCR_AMO, PSR_A_BIT);
	expect_eq(error_esr >> ESR_ELx_EC_SHIFT, ESR_ELx_EC_SERROR);
	if (ras)
		expect_eq(error_esr, ESR(ESR_ELx_EC_SERROR, 1ul << 24 | 0xabc));
}

/* ---- a physical interrupt: the virtual timer's ---- */

static void stop_timer(int irq)
{
	write_sysreg(0, cntv_ctl_el0);
	isb();
	gic_disable_irq(irq);
	gic_set_irq_bit(irq, GICD_ICPENDR);
}

CASE(route_irq, "HCR_EL2.IMO: a physical IRQ is taken to EL2 whatever PSTATE.I says at EL1, and "
		"EL1 does not see it")
{
	int irq = TIMER_VTIMER_IRQ;
	u64 isr, isr_routed;

	require_msg(gic_init() == 3, "no GICv3");
	gic_enable_defaults();
	gic_enable_irq(irq);
	write_sysreg(0, cntv_cval_el0);
	write_sysreg(ARCH_TIMER_CTL_ENABLE, cntv_ctl_el0);
	isb();
	for (struct patience p = { 0 };
	     !(read_sysreg(isr_el1) & PSR_I_BIT) && !patience_over(&p, 5);)
		cpu_relax();
	isr = read_sysreg(isr_el1);
	el2_expect();
	/*
	 * The record's handler clears IMO, so one is taken, and then it is EL1's again, and masked.
	 */
	el2_hcr(0, HCR_IMO);
	isr_routed = read_sysreg(isr_el1);
	stop_timer(irq);
	expect_eq(isr & PSR_I_BIT, PSR_I_BIT);
	expect_eq(el2_record.count, 1);
	expect_eq(el2_record.vector, EL0_IRQ_64);
	expect_eq(el2_record.spsr & PSR_I_BIT, PSR_I_BIT);
	expect_eq(isr_routed & PSR_I_BIT, PSR_I_BIT);
}

/* ---- time ---- */

CASE(cntvoff, "CNTVCT_EL0 is the physical count minus CNTVOFF_EL2, mod 2^64, exactly; the virtual "
	      "timer compares with it")
{
	static const u64 offsets[] = { 0, 1, 1ul << 40, ~0ul, 1ul << 63, 0x123456789abcdef };

	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		u64 before, v, after;

		el2_set_cntvoff_el2(offsets[i]);
		before = get_cntpct();
		v = get_cntvct();
		after = get_cntpct();
		expect_le(before, v + offsets[i]);
		expect_le(v + offsets[i], after);
	}
	el2_set_cntvoff_el2(get_cntpct() + get_cntfrq() * 1000ul);
	write_sysreg(1ul << 62, cntv_cval_el0);
	write_sysreg(ARCH_TIMER_CTL_ENABLE | ARCH_TIMER_CTL_IMASK, cntv_ctl_el0);
	isb();
	/* The count is negative, so beyond any positive compare value. */
	expect(read_sysreg(cntv_ctl_el0) & ARCH_TIMER_CTL_ISTATUS);
	el2_set_cntvoff_el2(0);
	expect(!(read_sysreg(cntv_ctl_el0) & ARCH_TIMER_CTL_ISTATUS));
	write_sysreg(0, cntv_ctl_el0);
	isb();
}

static u32 own_istatus(u64 cval)
{
	el2_set_cnthp_cval_el2(cval);
	el2_set_cnthp_ctl_el2(ARCH_TIMER_CTL_ENABLE | ARCH_TIMER_CTL_IMASK);
	return el2_get_cnthp_ctl_el2();
}

CASE(cnthp, "EL2's own timer compares with the physical count, not with the virtual one, and "
	    "raises its own interrupt")
{
	int irq = TIMER_HPTIMER_IRQ;
	bool pending;

	require_msg(gic_init() == 3, "no GICv3");
	require(irq > 0);
	gic_enable_defaults();
	el2_set_cntvoff_el2(1ul << 62);
	expect_eq(own_istatus(get_cntpct() + get_cntfrq() * 100ul),
		  ARCH_TIMER_CTL_ENABLE | ARCH_TIMER_CTL_IMASK);
	expect_eq(own_istatus(get_cntpct()),
		  ARCH_TIMER_CTL_ENABLE | ARCH_TIMER_CTL_IMASK | ARCH_TIMER_CTL_ISTATUS);
	expect(!gic_get_irq_bit(irq, GICD_ISPENDR));
	el2_set_cnthp_ctl_el2(ARCH_TIMER_CTL_ENABLE);
	pending = gic_get_irq_bit(irq, GICD_ISPENDR);
	el2_set_cnthp_ctl_el2(0);
	expect(pending);
	expect(!gic_get_irq_bit(irq, GICD_ISPENDR));
}

CASE(cnthp_private, "EL2's timer registers are undefined at EL1")
{
	el2_expect();
	expect_eq(asm_safe("mrs x0, cnthp_ctl_el2", "r" (0)), ESR(ESR_ELx_EC_UNKNOWN, 0));
	expect_eq(asm_safe("mrs x0, cntvoff_el2", "r" (0)), ESR(ESR_ELx_EC_UNKNOWN, 0));
	expect_eq(asm_safe("mrs x0, cnthctl_el2", "r" (0)), ESR(ESR_ELx_EC_UNKNOWN, 0));
	expect_eq(el2_record.count, 0);
}
