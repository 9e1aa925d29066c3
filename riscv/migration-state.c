/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What RISC-V machines keep when they are migrated, beside common/migration.c: CSRs that nothing
 * reads all the while, timers that run, interrupts that wait, and which harts are stopped
 * (Privileged Architecture, chapter 4; SBI 3.0).
 */
#include "case.h"
#include "arch-hooks.h"
#include "migrate.h"
#include "patience.h"
#include "asm/processor.h"
#include "asm/sbi.h"
#include "asm/setup.h"
#include "asm/timer.h"

void case_setup(void)
{
	require_msg(migrate_offered(), "nobody here migrates the machine");
}

CASE(csrs, "SEPC, SCAUSE, STVAL and SCOUNTEREN")
{
	unsigned long enable = csr_read(CSR_SCOUNTEREN);

	csr_write(CSR_SEPC, 0x12345678);
	csr_write(CSR_SCAUSE, 7);
	csr_write(CSR_STVAL, 0x87654320);
	csr_write(CSR_SCOUNTEREN, 5);
	migrate_quiet();
	expect_eq(csr_read(CSR_SEPC), 0x12345678);
	expect_eq(csr_read(CSR_SCAUSE), 7);
	expect_eq(csr_read(CSR_STVAL), 0x87654320);
	expect_eq(csr_read(CSR_SCOUNTEREN), 5);
	csr_write(CSR_SCOUNTEREN, enable);
}

static volatile unsigned int came;
static volatile u64 came_at;

static void note(struct pt_regs *regs)
{
	(void)regs;
	came_at = timer_get_cycles();
	came++;
	timer_stop();
	timer_irq_disable();
}

static u64 now(void)
{
	return timer_get_cycles();
}

static u64 set_timer(u64 wait)
{
	u64 due = now() + wait;

	timer_set(due);
	return due;
}

CASE(timer, "a timer that waits interrupts on the other side, once, not early")
{
	struct patience patience = { 0 };
	u64 due;

	came = 0;
	install_irq_handler(IRQ_S_TIMER, note);
	timer_irq_enable();
	due = migrate_with_timer(set_timer, now, timebase_frequency / 2);
	expect_eq(came, 0);
	local_irq_enable();
	while (!came && !patience_over(&patience, 5))
		cpu_relax();
	local_irq_disable();
	expect_eq(came, 1);
	expect_ge(came_at, due);
	install_irq_handler(IRQ_S_TIMER, NULL);
}

CASE(software_interrupt, "a software interrupt that waits is pending on the other side")
{
	csr_set(CSR_SIP, IP_SSIP);
	migrate_quiet();
	expect(csr_read(CSR_SIP) & IP_SSIP);
	csr_clear(CSR_SIP, IP_SSIP);
	migrate_quiet();
	expect(!(csr_read(CSR_SIP) & IP_SSIP));
}
