/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The supervisor's software interrupts of the ACLINT (RISC-V ACLINT 1.0, chapter 4, SSWI): SETSSIP
 * sets SSIP of its hart by a write of 1, reads as zero, and never clears it. SBI's IPIs work beside
 * it.
 */
#include "case.h"
#include "arch-hooks.h"
#include "on-cpus.h"
#include "riscv/intc.h"
#include "asm/delay.h"
#include "asm/io.h"
#include "asm/processor.h"
#include "asm/sbi.h"
#include "asm/setup.h"
#include "asm/timer.h"

static struct intc sswi;

void case_setup(void)
{
	require_msg(intc_find(&sswi, "riscv,aclint-sswi", IRQ_S_SOFT),
		    "the device tree has no SSWI");
}

static volatile u8 *setssip(int cpu)
{
	return sswi.base + 4 * sswi.context[cpu];
}

static bool pending(void)
{
	return csr_read(CSR_SIP) & IP_SSIP;
}

CASE(set, "a write of 1 makes the software interrupt pending; the register reads as zero")
{
	ipi_ack();
	expect_eq(pending(), false);
	writel(1, setssip(0));
	expect_eq(pending(), true);
	expect_eq(readl(setssip(0)), 0);
	expect_eq(pending(), true);
	ipi_ack();
	expect_eq(pending(), false);
}

CASE(zero, "a write with bit 0 clear neither sets nor clears it")
{
	ipi_ack();
	writel(0, setssip(0));
	writel(~1u, setssip(0));
	expect_eq(pending(), false);
	writel(1, setssip(0));
	writel(0, setssip(0));
	expect_eq(pending(), true);
	ipi_ack();
}

static volatile u32 came;

static void note(struct pt_regs *regs)
{
	came++;
	ipi_ack();
}

CASE(interrupt, "it interrupts as one of SBI does")
{
	ipi_ack();
	came = 0;
	install_irq_handler(IRQ_S_SOFT, note);
	local_ipi_enable();
	local_irq_enable();
	writel(1, setssip(0));
	for (int i = 0; i < 1000 && !came; i++)
		cpu_relax();
	expect_eq(came, 1);
	expect_eq(sbi_send_ipi_cpu(0).error, SBI_SUCCESS);
	for (u64 start = timer_get_cycles();
	     came < 2 && timer_get_cycles() - start < 5 * timebase_frequency;)
		cpu_relax();
	local_irq_disable();
	expect_eq(came, 2);
}

/* ---- other harts ---- */

static u32 counts[NR_CPUS], ready, leave;

static void count(struct pt_regs *regs)
{
	ipi_ack();
	__atomic_add_fetch(&counts[arch_cpu_id()], 1, __ATOMIC_SEQ_CST);
}

static void listen(void *unused)
{
	install_irq_handler(IRQ_S_SOFT, count);
	ipi_ack();
	local_ipi_enable();
	local_irq_enable();
	__atomic_add_fetch(&ready, 1, __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&leave, __ATOMIC_SEQ_CST))
		cpu_relax();
	local_irq_disable();
}

static bool becomes(u32 *p, u32 value)
{
	u64 start = timer_get_cycles();

	while (__atomic_load_n(p, __ATOMIC_SEQ_CST) != value)
		if (timer_get_cycles() - start > 5 * timebase_frequency)
			return false;
	return true;
}

CASE(each, "each hart's register interrupts that hart, and no other")
{
	require(arch_cpu_count() > 1);
	ready = leave = 0;
	for (int cpu = 1; cpu < arch_cpu_count(); cpu++)
		on_cpu_async(cpu, listen, NULL);
	insist(becomes(&ready, arch_cpu_count() - 1));
	/* The calls came by software interrupts themselves: none may still be on its way. */
	udelay(2000);
	ipi_ack();
	memset(counts, 0, sizeof(counts));
	for (int cpu = 1; cpu < arch_cpu_count(); cpu++) {
		writel(1, setssip(cpu));
		expect_msg(becomes(&counts[cpu], 1), "CPU %d is interrupted", cpu);
		expect_eq(pending(), false);
	}
	for (int cpu = 1; cpu < arch_cpu_count(); cpu++)
		expect_eq_msg(counts[cpu], 1, "CPU %d", cpu);
	__atomic_store_n(&leave, 1, __ATOMIC_SEQ_CST);
	while (cpus_active() > 1)
		cpu_relax();
}
