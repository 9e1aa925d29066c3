/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long what a VMM does takes: numbers, no verdicts ("make bench" shows them side by side). Each
 * is the best of some rounds, since a busy host only makes them worse; the checks are that the
 * thing happened at all.
 */
#include "arch-hooks.h"
#include "hostcall.h"
#include "patience.h"
#include "x86/apic.h"
#include "x86/isr.h"
#include "x86/processor.h"
#include "x86/smp.h"
#include "asm/io.h"

#define ROUNDS		20
#define TIMES		50		/* in a round */
#define FREE_PORT	0x570u
#define FREE_MEMORY	0xd0000000u
#define VECTOR		0x52
#define PATIENCE	10		/* seconds */

/* The best of ROUNDS, in ns for one of TIMES calls. */
static u64 best(void (*function)(void))
{
	u64 best = ~0ull;

	for (int round = 0; round < ROUNDS; round++) {
		u64 start = arch_time_ns(), ns;

		for (int i = 0; i < TIMES; i++)
			function();
		ns = arch_time_ns() - start;
		best = MIN(best, ns / TIMES);
	}
	return best;
}

static void pio(void)
{
	inb(FREE_PORT);
}

static void mmio(void)
{
	readl(phys_to_virt(FREE_MEMORY));
}

static void echo(void)
{
	hostop(HOSTOP_ECHO, 1);
}

static void host_msr(void)
{
	hostop(HOSTOP_MSR_GET, HOSTOP_SELF, 0x174);
}

static void other_vcpu(void)
{
	hostop(HOSTOP_TSC_KHZ, 1);
}

void case_setup(void)
{
	require_msg(arch_time_ns(), "there is no clock");
}

CASE(port, "an access to a port that user space answers")
{
	expect_eq(inb(FREE_PORT), 0xff);
	metric("pio", best(pio), "ns");
}

CASE(memory, "an access to memory that user space answers")
{
	expect_ne(readl(phys_to_virt(FREE_MEMORY)), 1);
	metric("mmio", best(mmio), "ns");
}

static volatile u32 pings;

static void ping(isr_regs_t *regs)
{
	eoi();
	pings++;
}

static bool send_and_wait(void)
{
	struct patience patience = { 0 };
	u32 before = pings;

	apic_icr_write(APIC_DEST_PHYSICAL | APIC_DM_FIXED | APIC_INT_ASSERT | VECTOR, id_map[1]);
	while (pings == before && !patience_over(&patience, PATIENCE))
		cpu_relax();
	return pings != before;
}

/* The other CPU sleeps in its idle loop: from the write to the ICR to the handler there. */
CASE(ipi, "an interrupt to another CPU that sleeps")
{
	u64 best = ~0ull;

	require(cpu_count() > 1);
	handle_irq(VECTOR, ping);
	for (int i = 0; i < ROUNDS * 5; i++) {
		u64 start = arch_time_ns();

		insist(send_and_wait());
		best = MIN(best, arch_time_ns() - start);
	}
	metric("ipi", best, "ns");
}

CASE(host_operation, "a host operation that does nothing, one on this vCPU, one on another")
{
	require_hostop(HOSTOP_ECHO);
	expect_eq(hostop(HOSTOP_ECHO, 1), 0);
	metric("hostop", best(echo), "ns");
	metric("hostop_msr_get", best(host_msr), "ns");
	if (cpu_count() > 1)
		metric("hostop_other_vcpu", best(other_vcpu), "ns");
}
