/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What ICR can send beside a fixed interrupt, and what it refuses (SDM volume 3, section 11.6.1; 11.6.2.4, lowest
 * priority; 11.5.3, errors; 11.12.9, the x2APIC's): INIT and start-up IPIs are in startup.c.
 */
#include "ipi_test.h"
#include "x86/delay.h"

/* Of the CPUs of set exactly one gets it, which one is the machine's choice. */
static void expect_one_of(u32 icr, u32 dest, u32 set)
{
	u32 in = 0, out = 0;

	memset(received, 0, sizeof(received));
	apic_icr_write(icr, dest);
	on_cpus(let_in, NULL);
	on_cpus(let_in, NULL);
	for (int cpu = 0; cpu < cpu_count(); cpu++) {
		if (set >> cpu & 1)
			in += received[cpu];
		else
			out += received[cpu];
	}
	expect_eq_msg(in, 1, "CPUs of set %#" PRIx32, set);
	expect_eq_msg(out, 0, "CPUs outside of set %#" PRIx32, set);
}

#define LOWEST	((LOGICAL & ~APIC_MODE_MASK) | APIC_DM_LOWEST)

CASE(xapic_lowest_priority, "xAPIC: lowest priority reaches exactly one CPU of the set")
{
	everyone_xapic();
	everyone_flat();
	for (u32 set = 1; set < 1u << cpu_count(); set++)
		expect_one_of(LOWEST, set, set);
}

CASE(x2apic_lowest_priority, "x2APIC: lowest priority reaches exactly one CPU of a cluster's set")
{
	everyone_x2apic();
	for (int cpu = 0; cpu < cpu_count(); cpu++) {
		u32 cluster = id_map[cpu] >> 4, set = 0, bits = 0;

		for (int other = 0; other < cpu_count(); other++) {
			if (id_map[other] >> 4 != cluster)
				continue;
			set |= 1u << other;
			bits |= 1u << (id_map[other] & 15);
		}
		expect_one_of(LOWEST, cluster << 16 | 1u << (id_map[cpu] & 15), 1u << cpu);
		expect_one_of(LOWEST, cluster << 16 | bits, set);
	}
}

EVERYONE_IN_BOTH_MODES(nmi, "an NMI reaches the CPU that is meant, once")
{
	NEEDS_TWO;
	handle_exception(NMI_VECTOR, receive_nmi);
	for (int cpu = 1; cpu < cpu_count(); cpu++) {
		memset(nmis, 0, sizeof(nmis));
		/* The vector is ignored. */
		apic_icr_write(APIC_DEST_PHYSICAL | APIC_DM_NMI | APIC_INT_ASSERT | VECTOR, id_map[cpu]);
		wait_count(&nmis[cpu], 1);
		on_cpus(let_in, NULL);
		for (int i = 0; i < cpu_count(); i++)
			expect_eq_msg(nmis[i], i == cpu, "NMIs of CPU %d when %d was meant", i, cpu);
	}
	handle_exception(NMI_VECTOR, NULL);
}

/* Waits for CPU 1, which is idle, without an IPI of our own. */
static void expect_received(u32 count)
{
	wait_count(&received[1], count);
	delay(IPI_DELAY);
	expect_eq(__atomic_load_n(&received[1], __ATOMIC_ACQUIRE), count);
}

CASE(xapic_icr, "xAPIC: writing ICR's low half sends; both halves read back")
{
	NEEDS_TWO;
	everyone_xapic();
	memset(received, 0, sizeof(received));
	apic_icr_write(PHYSICAL, id_map[1]);
	expect_received(1);
	expect_eq(apic_read(APIC_ICR), PHYSICAL);
	expect_eq(apic_read(APIC_ICR2), id_map[1] << 24);
	apic_write(APIC_ICR2, id_map[0] << 24);
	apic_write(APIC_ICR2, id_map[1] << 24);
	expect_received(1);
	apic_write(APIC_ICR, PHYSICAL);
	expect_received(2);
}

/* Not by apic_icr_write(), which would wait for the bit. */
static void send_busy(void)
{
	apic_write(APIC_ICR2, id_map[1] << 24);
	apic_write(APIC_ICR, PHYSICAL | APIC_ICR_BUSY);
}

CASE(xapic_delivery_status, "xAPIC: ICR's delivery status cannot be written, and the IPI is sent all the same")
{
	u64 begin = rdtsc();
	u32 icr;

	NEEDS_TWO;
	everyone_xapic();
	memset(received, 0, sizeof(received));
	send_busy();
	do
		icr = apic_read(APIC_ICR);
	while (icr & APIC_ICR_BUSY && rdtsc() - begin < WAIT_TICKS / 4);
	/* Where it sticks, only writing it again helps: to nobody. */
	apic_write(APIC_ICR2, NO_APIC_ID << 24);
	apic_write(APIC_ICR, PHYSICAL);
	expect_eq(icr, PHYSICAL);
	expect_received(1);
}

CASE(x2apic_icr, "x2APIC: ICR is one 64-bit register that reads back what was written")
{
	NEEDS_TWO;
	everyone_x2apic();
	memset(received, 0, sizeof(received));
	apic_icr_write(PHYSICAL, id_map[1]);
	expect_received(1);
	expect_eq(rdmsr(x2apic_msr(APIC_ICR)), (u64)id_map[1] << 32 | PHYSICAL);
	expect_received(1);
}

CASE(x2apic_icr_reserved, "x2APIC: a write to ICR with a reserved bit faults and sends nothing")
{
	u64 reserved = 0xfff32000, faulted = 0;

	NEEDS_TWO;
	everyone_x2apic();
	memset(received, 0, sizeof(received));
	for (int bit = 0; bit < 32; bit++)
		if (reserved >> bit & 1 &&
		    wrmsr_safe(x2apic_msr(APIC_ICR), (u64)id_map[1] << 32 | PHYSICAL | 1u << bit) == GP_VECTOR)
			faulted |= 1ull << bit;
	expect_eq(faulted, reserved);
	on_cpus(let_in, NULL);
	expect_eq(received[1], 0);
}

/* ---- illegal vectors ---- */

static u32 exceptions;

static void count_exception(struct ex_regs *regs)
{
	__atomic_add_fetch(&exceptions, 1, __ATOMIC_SEQ_CST);
	eoi();
}

/* Of exceptions without an error code: a broken APIC may let them through. */
static const u8 illegal[] = { 0, 1, 3, 4, 5, 6, 7, 9, 15 };

static void handle_illegal(handler function)
{
	for (size_t i = 0; i < ARRAY_SIZE(illegal); i++)
		handle_exception(illegal[i], function);
}

static u32 take_esr(void)
{
	apic_write(APIC_ESR, 0);
	return apic_read(APIC_ESR);
}

EVERYONE_IN_BOTH_MODES(illegal_vector, "an illegal vector to another CPU is an error of the sender's, and not delivered")
{
	u32 told = 0;

	NEEDS_TWO;
	exceptions = 0;
	handle_illegal(count_exception);
	take_esr();
	for (size_t i = 0; i < ARRAY_SIZE(illegal); i++) {
		apic_icr_write(APIC_DEST_PHYSICAL | APIC_DM_FIXED | APIC_INT_ASSERT | illegal[i], id_map[1]);
		told += take_esr() == APIC_ESR_SENDILL;
	}
	on_cpus(let_in, NULL);
	handle_illegal(NULL);
	expect_eq_msg(told, ARRAY_SIZE(illegal), "vectors that are an error");
	expect_eq(exceptions, 0);
}
