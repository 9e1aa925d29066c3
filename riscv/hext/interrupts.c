/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts of VS-mode (Privileged Architecture 20211203, sections 8.2.2, 8.2.3 and 8.4.3 on):
 * pending by hvip, taken by the guest where hideleg says so, else by HS-mode; what masks them;
 * interrupts of HS-mode end the guest whatever it masks.
 */
#include "case.h"
#include "asm/processor.h"
#include "asm/setup.h"
#include "asm/timer.h"
#include "guest.h"

static const ulong irqs[] = { IRQ_VS_SOFT, IRQ_VS_TIMER, IRQ_VS_EXT };

/* Enables interrupts, in VS-mode's own sstatus, and waits: g_taken is vstvec. */
extern const u32 g_enable[], g_taken[], g_loop[], g_sip[];
__asm__(".pushsection .text, \"ax\", %progbits\n.p2align 2\n"
	"g_enable:	.4byte 0x10016073, 0x00000013, 0x00000073\n" /* csrsi sstatus, 2; nop */
	".p2align 2\n"
	"g_taken:	csrr a1, 0x142\n	csrr a2, 0x141\n"
	"	csrr a3, 0x143\n	csrr a4, 0x144\n"
	"	.4byte 0x00000073\n"
	"g_loop:	.4byte 0x0000006f\n"				/* j . */
	"g_sip:	.4byte 0x14451573, 0x14402673, 0x00000073\n" /* csrrw a0, sip, a0; csrr a2 */
	".popsection\n");

static void begin(void)
{
	guest_reset();
	insist(guest_memory_init(SATP_MODE_SV39));
	csr_write(CSR_HIDELEG, VS_INTERRUPTS);
	csr_write(CSR_VSTVEC, (ulong)g_taken);
	csr_write(CSR_VSIE, ~0ul);
}

static void expect_taken(ulong irq)
{
	expect_eq(guest.cause, EXC_VIRTUAL_SUPERVISOR_SYSCALL);
	expect_eq(guest.epc, (ulong)g_taken + 16);
	/* Section 8.2.2: as supervisor mode's own, one less. */
	expect_eq(guest.x[11], CAUSE_IRQ_FLAG | (irq - 1));
	expect_eq(guest.x[13], 0);
}

static void expect_not_taken(void)
{
	expect_eq(guest.cause, EXC_VIRTUAL_SUPERVISOR_SYSCALL);
	expect_eq(guest.epc, (ulong)&g_enable[2]);
}

CASE(injected, "each of hvip's interrupts is taken by the guest, with the cause that it has in "
	       "supervisor mode")
{
	for (size_t i = 0; i < ARRAY_SIZE(irqs); i++) {
		begin();
		csr_write(CSR_HVIP, 1ul << irqs[i]);
		guest_run(g_enable, 0, false, 0);
		expect_taken(irqs[i]);
		expect_eq(guest.x[12], (ulong)&g_enable[1]);
		expect_eq(guest.x[14], 1ul << (irqs[i] - 1));
	}
	guest_reset();
}

CASE(masked, "the guest's sstatus and sie hold it back; its sip shows it")
{
	for (size_t i = 0; i < ARRAY_SIZE(irqs); i++) {
		begin();
		csr_write(CSR_HVIP, 1ul << irqs[i]);
		csr_write(CSR_VSIE, 0);
		guest_run(g_enable, 0, false, 0);
		expect_not_taken();
		expect_eq(csr_read(CSR_VSIP), 1ul << (irqs[i] - 1));
		csr_write(CSR_VSIE, ~0ul);
		csr_write(CSR_VSSTATUS, 0);
		guest_run(&g_enable[1], 0, false, 0);
		expect_not_taken();
	}
	guest_reset();
}

CASE(injected_vu, "in VU-mode it is taken whatever the guest's SIE is")
{
	begin();
	csr_write(CSR_HVIP, 1ul << IRQ_VS_SOFT);
	guest_run(g_loop, 0, true, 0);
	expect_taken(IRQ_VS_SOFT);
	expect_eq(guest.x[12], (ulong)g_loop);
	guest_reset();
}

CASE(priority, "of several the external one comes first, then software, then timer")
{
	begin();
	csr_write(CSR_HVIP, VS_INTERRUPTS);
	guest_run(g_enable, 0, false, 0);
	expect_taken(IRQ_VS_EXT);
	csr_write(CSR_VSSTATUS, 0);
	csr_write(CSR_HVIP, VS_INTERRUPTS & ~(1ul << IRQ_VS_EXT));
	guest_run(g_enable, 0, false, 0);
	expect_taken(IRQ_VS_SOFT);
	guest_reset();
}

CASE(interrupt_not_delegated,
     "without hideleg it is HS-mode's, with its own cause, and invisible to the guest")
{
	for (size_t i = 0; i < ARRAY_SIZE(irqs); i++) {
		begin();
		csr_write(CSR_HIDELEG, 0);
		csr_write(CSR_HIE, 1ul << irqs[i]);
		csr_write(CSR_HVIP, 1ul << irqs[i]);
		expect_eq(csr_read(CSR_VSIP), 0);
		guest_run(g_loop, 0, false, 0);
		expect_eq(guest.cause, CAUSE_IRQ_FLAG | irqs[i]);
		expect_eq(guest.epc, (ulong)g_loop);
		expect_eq(guest.tval, 0);
		expect_eq(guest.hstatus & (HSTATUS_SPV | HSTATUS_SPVP), HSTATUS_SPV | HSTATUS_SPVP);
	}
	guest_reset();
}

CASE(guest_sip, "the guest can clear and set its own software interrupt, and nothing else of sip")
{
	begin();
	csr_write(CSR_HVIP, VS_INTERRUPTS);
	csr_write(CSR_VSSTATUS, 0);
	guest_run(g_sip, 0, false, 0);
	expect_eq(guest.x[10], VS_INTERRUPTS >> 1);
	expect_eq(guest.x[12], (VS_INTERRUPTS >> 1) & ~(1ul << IRQ_S_SOFT));
	expect_eq(csr_read(CSR_HVIP), VS_INTERRUPTS & ~(1ul << IRQ_VS_SOFT));
	guest_run(g_sip, 1ul << IRQ_S_SOFT, false, 0);
	expect_eq(guest.x[12] & 1ul << IRQ_S_SOFT, 1ul << IRQ_S_SOFT);
	expect_eq(csr_read(CSR_HVIP) & 1ul << IRQ_VS_SOFT, 1ul << IRQ_VS_SOFT);
	guest_reset();
}

CASE(host_interrupt,
     "an interrupt of HS-mode ends the guest, though sstatus.SIE is 0 and the guest masks its own")
{
	begin();
	csr_write(CSR_VSIE, 0);
	ipi_ack();
	local_ipi_enable();
	csr_set(CSR_SIP, IP_SSIP);
	guest_run(g_loop, 0, false, 0);
	ipi_ack();
	expect_eq(guest.cause, CAUSE_IRQ_FLAG | IRQ_S_SOFT);
	expect_eq(guest.epc, (ulong)g_loop);
	guest_reset();
}

CASE(host_timer, "a timer of HS-mode ends a guest that loops")
{
	begin();
	timer_start(1000);
	timer_irq_enable();
	guest_run(g_loop, 0, false, 0);
	timer_irq_disable();
	timer_stop();
	expect_eq(guest.cause, CAUSE_IRQ_FLAG | IRQ_S_TIMER);
	expect_eq(guest.epc, (ulong)g_loop);
	guest_reset();
}

/* ---- the guest's timer: Sstc 1.0, section 2.2 ---- */

#define HENVCFG_STCE (1ul << 63)
#define VSTIP	     (1ul << IRQ_VS_TIMER)

static bool has_guest_timer(void)
{
	ulong value = 0;

	/* Without Sstc STCE should be zero, which some emulators do not know. */
	if (!timer_has_sstc())
		return false;
	trap_try_in("csrs " xstr(CSR_HENVCFG) ", %0", "r"(HENVCFG_STCE));
	return !trap_try("csrr %0, " xstr(CSR_HENVCFG), "+r"(value), "i"(0)) && value >> 63;
}

static bool vstip_becomes(bool state)
{
	u64 start = timer_get_cycles();

	while (!!(csr_read(CSR_HIP) & VSTIP) != state)
		if (timer_get_cycles() - start > timebase_frequency)
			return false;
	return true;
}

CASE(guest_timer, "the guest's timer is pending once time plus htimedelta reaches vstimecmp, "
		  "and taken as its own")
{
	static const ulong deltas[] = { 0, 1ul << 48, -1ul << 36 };
	const u64 far = 1000 * timebase_frequency;

	require(has_guest_timer());
	for (size_t i = 0; i < ARRAY_SIZE(deltas); i++) {
		begin();
		csr_write(CSR_HTIMEDELTA, deltas[i]);
		csr_write(CSR_VSTIMECMP, timer_get_cycles() + deltas[i] + far);
		expect_msg(vstip_becomes(false), "delta %#lx, later", deltas[i]);
		guest_run(g_enable, 0, false, 0);
		expect_not_taken();
		csr_write(CSR_VSSTATUS, 0);
		csr_write(CSR_VSTIMECMP, timer_get_cycles() + deltas[i]);
		expect_msg(vstip_becomes(true), "delta %#lx, now", deltas[i]);
		expect_eq_msg(csr_read(CSR_HVIP), 0, "delta %#lx", deltas[i]);
		guest_run(g_enable, 0, false, 0);
		expect_taken(IRQ_VS_TIMER);
		csr_write(CSR_VSTIMECMP, timer_get_cycles() + deltas[i] + far);
		expect_msg(vstip_becomes(false), "delta %#lx, later again", deltas[i]);
	}
	guest_reset();
}

CASE(guest_timer_delta, "a change of htimedelta alone makes the guest's timer "
			"pending, and ends it")
{
	const u64 far = 1000 * timebase_frequency;

	require(has_guest_timer());
	begin();
	csr_write(CSR_VSTIMECMP, timer_get_cycles() + far);
	expect(vstip_becomes(false));
	csr_write(CSR_HTIMEDELTA, 2 * far);
	expect(vstip_becomes(true));
	csr_write(CSR_HTIMEDELTA, 0);
	expect(vstip_becomes(false));
	guest_reset();
}
