/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hypervisor decrementer, where this is the hypervisor's own level (Power ISA 3.1B, Book III,
 * "Hypervisor Decrementer", and section 7.5.12): interrupts by HSRR0 and HSRR1 while it is
 * negative, LPCR.HDICE lets them in, and MSR.EE is on or MSR.HV off. Our own decrementer stays what
 * it is beside it.
 */
#include "case.h"
#include "patience.h"
#include "asm/time.h"

static volatile unsigned int fired;
static volatile u64 fired_at;
static volatile unsigned long fired_msr;

void case_setup(void)
{
	require_msg(machine_is_powernv(), "the hypervisor decrementer is not a guest's");
}

static void write_lpcr(unsigned long value)
{
	mtspr(SPR_LPCR, value);
	__asm__ __volatile__("isync" : : : "memory");
}

static void hdec_stop(void)
{
	mtspr(SPR_HDEC, dec_max());
	write_lpcr(mfspr(SPR_LPCR) & ~LPCR_HDICE);
}

static void on_hdec(struct pt_regs *regs, void *data)
{
	fired_at = get_tb();
	fired_msr = regs->msr;
	fired++;
	hdec_stop();
}

static void listen(void)
{
	hdec_stop();
	fired = 0;
	handle_exception(0x980, on_hdec, NULL);
}

static bool wait_for(const volatile unsigned int *count)
{
	struct patience patience = { 0 };

	while (!*count)
		if (patience_over(&patience, 10))
			return false;
	return true;
}

static void arm(u64 ticks)
{
	mtspr(SPR_HDEC, ticks);
	write_lpcr(mfspr(SPR_LPCR) | LPCR_HDICE);
}

CASE(counts_down, "the hypervisor decrementer falls by what the time base grows")
{
	u64 tb0, tb1, tb2, tb3, hdec0, hdec1;

	hdec_stop();
	tb0 = get_tb();
	hdec0 = mfspr(SPR_HDEC);
	tb1 = get_tb();
	delay(tb_hz / 1000);
	tb2 = get_tb();
	hdec1 = mfspr(SPR_HDEC);
	tb3 = get_tb();
	expect_ge(hdec0 - hdec1, tb2 - tb1);
	expect_le(hdec0 - hdec1, tb3 - tb0);
}

CASE(arrives,
     "its interrupt (0x980) comes when it has become negative, not before; SRR1 is the MSR")
{
	static const u64 usecs[] = { 1, 100, 5000 };

	listen();
	for (size_t i = 0; i < ARRAY_SIZE(usecs); i++) {
		u64 ticks = usec_to_tb(usecs[i]), start;

		fired = 0;
		start = get_tb();
		arm(ticks);
		insist(wait_for(&fired));
		expect_gt(fired_at - start, ticks);
		expect_eq(fired_msr, mfmsr());
		expect_eq(fired, 1);
	}
}

CASE(no_hdice, "while LPCR.HDICE is off there is no interrupt")
{
	listen();
	mtspr(SPR_HDEC, 0);
	udelay(2000);
	expect_eq(fired, 0);
	expect_eq(mfspr(SPR_HDEC) >> (dec_bits - 1) & 1, 1);
}

CASE(masked, "in hypervisor state MSR.EE holds it back; then it comes once")
{
	listen();
	local_irq_disable();
	arm(0);
	udelay(2000);
	expect_eq(fired, 0);
	local_irq_enable();
	insist(wait_for(&fired));
	udelay(1000);
	expect_eq(fired, 1);
}

CASE(withdrawn, "a positive value takes a waiting interrupt back")
{
	listen();
	local_irq_disable();
	arm(0);
	udelay(1000);
	mtspr(SPR_HDEC, dec_max());
	local_irq_enable();
	udelay(1000);
	expect_eq(fired, 0);
	hdec_stop();
}

static volatile unsigned int dec_fired;

static void on_dec(struct pt_regs *regs, void *data)
{
	dec_fired++;
	dec_stop();
}

CASE(beside, "the decrementer and the hypervisor's are two: each fires its own interrupt")
{
	listen();
	dec_fired = 0;
	handle_exception(0x900, on_dec, NULL);
	local_irq_disable();
	dec_set(0);
	udelay(1000);
	local_irq_enable();
	insist(wait_for(&dec_fired));
	expect_eq(dec_fired, 1);
	expect_eq(fired, 0);
	arm(0);
	insist(wait_for(&fired));
	expect_eq(dec_fired, 1);
	expect_eq(fired, 1);
}
