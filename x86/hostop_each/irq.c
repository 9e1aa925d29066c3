/* SPDX-License-Identifier: BSD-2-Clause */
/* Host operations in short: interrupts from the host. */
#include "x86/apic.h"
#include "x86/isr.h"
#include "each.h"

volatile u32 interrupts;

static void count_interrupt(isr_regs_t *regs)
{
	interrupts++;
	eoi();
}

static void count_nmi(struct ex_regs *regs)
{
	interrupts++;
}

void prepare_interrupts(void)
{
	interrupts = 0;
	handle_irq(VECTOR, count_interrupt);
}

/* Lets what is pending in: an emulator may look for interrupts only while the CPU sleeps. */
bool arrives(u32 wanted)
{
	for (int i = 0; i < 1000 && interrupts < wanted; i++) {
		sti();
		hostop(HOSTOP_SLEEP, 100000);
		cli();
	}
	return expect_eq(interrupts, wanted);
}

CASE(nmi, "an NMI from the host arrives")
{
	handler before;

	begin(HOSTOP_NMI);
	interrupts = 0;
	before = handle_exception(NMI_VECTOR, count_nmi);
	expect_eq(hostop(HOSTOP_NMI, HOSTOP_SELF), 0);
	expect(becomes(&interrupts, 1));
	handle_exception(NMI_VECTOR, before);
}

static u64 msi_address(void)
{
	return 0xfee00000u | apic_id() << 12;
}

CASE(msi, "an MSI from the host arrives, and it says to how many")
{
	begin(HOSTOP_MSI);
	prepare_interrupts();
	expect_eq(hostop_get(rets, HOSTOP_MSI, msi_address(), VECTOR), 0);
	expect_eq(rets[0], 1);
	arrives(1);
}

CASE(irqfd, "an irqfd delivers the MSI that its GSI is routed to, once a signal")
{
	u64 handle;

	begin(HOSTOP_IRQFD);
	prepare_interrupts();
	insist_eq(hostop(HOSTOP_GSI_MSI, 24, msi_address(), VECTOR), 0);
	insist_eq(hostop_get(rets, HOSTOP_IRQFD, 24), 0);
	handle = rets[0];
	expect_eq(hostop(HOSTOP_IRQFD_SIGNAL, handle), 0);
	arrives(1);
	expect_eq(hostop(HOSTOP_IRQFD_SIGNAL, handle), 0);
	arrives(2);
	expect_eq(hostop(HOSTOP_IRQFD_CLOSE, handle), 0);
	expect_eq((u32)hostop(HOSTOP_IRQFD_SIGNAL, handle), (u32)HOSTOP_EARG);
}

CASE(irq_line, "a line of the I/O APIC")
{
	begin(HOSTOP_IRQ_LINE);
	prepare_interrupts();
	ioapic_set_redir(10, VECTOR, TRIGGER_EDGE);
	expect_eq(hostop(HOSTOP_IRQ_LINE, 10, 1), 0);
	expect_eq(hostop(HOSTOP_IRQ_LINE, 10, 0), 0);
	arrives(1);
	set_mask(10, true);
	expect_eq((u32)hostop(HOSTOP_IRQ_LINE, 10, 2), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_IRQ_LINE, 64, 1), (u32)HOSTOP_EARG);
}
