/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts that one CPU sends to others by ICR (SDM volume 3, section 11.6): physical destinations and broadcast, logical
 * ones in the flat, cluster (11.6.2.2) and x2APIC model (11.12.10.2), shorthands, lowest priority, NMI, and what is
 * not accepted. Each CPU counts what it gets: those that are meant once, all others nothing. IPIs with the library's own
 * calls: smp.c.
 */
#include "apic_test.h"
#include "x86/delay.h"
#include "x86/smp.h"

#define VECTOR		0x61
#define PHYSICAL	(APIC_DEST_PHYSICAL | APIC_DM_FIXED | APIC_INT_ASSERT | VECTOR)
#define LOGICAL		(APIC_DEST_LOGICAL | APIC_DM_FIXED | APIC_INT_ASSERT | VECTOR)
#define FLAT_CPUS	8

#define NEEDS_TWO	require_msg(cpu_count() >= 2, "needs two CPUs")

static u32 received[MAX_TEST_CPUS], nmis[MAX_TEST_CPUS];

static void receive(isr_regs_t *regs)
{
	__atomic_add_fetch(&received[smp_id()], 1, __ATOMIC_SEQ_CST);
	eoi();
}

static void receive_nmi(struct ex_regs *regs)
{
	__atomic_add_fetch(&nmis[smp_id()], 1, __ATOMIC_SEQ_CST);
}

static void to_xapic(void *unused)
{
	use_xapic();
	apic_write(APIC_DFR, APIC_DFR_FLAT);
	apic_write(APIC_LDR, 0);
}

static void to_x2apic(void *unused)
{
	use_x2apic();
}

static void everyone_xapic(void)
{
	on_cpus(to_xapic, NULL);
	handle_irq(VECTOR, receive);
}

static void everyone_x2apic(void)
{
	require_msg(this_cpu_has(X86_FEATURE_X2APIC), "the CPU has no x2APIC");
	on_cpus(to_x2apic, NULL);
	handle_irq(VECTOR, receive);
}

static void let_in(void *unused)
{
	drain();
}

/*
 * Sends an interrupt and compares what every CPU got: one for each bit of set, in the order of CPUs. What comes too
 * late or to others has come when they have answered a call with interrupts enabled.
 */
static void expect_ipi(u32 icr, u32 dest, u32 set, const char *what)
{
	u64 begin = rdtsc();
	u32 got;

	memset(received, 0, sizeof(received));
	apic_icr_write(icr, dest);
	do {
		on_cpus(let_in, NULL);
		got = 0;
		for (int cpu = 0; cpu < cpu_count(); cpu++)
			got |= (u32)!!__atomic_load_n(&received[cpu], __ATOMIC_ACQUIRE) << cpu;
	} while ((got & set) != set && rdtsc() - begin < WAIT_TICKS);
	on_cpus(let_in, NULL);
	for (int cpu = 0; cpu < cpu_count(); cpu++)
		expect_eq_msg(received[cpu], set >> cpu & 1, "%s, destination %#" PRIx32 ", CPU %d", what, dest, cpu);
}

static u32 all_cpus(void)
{
	return (1u << cpu_count()) - 1;
}

CASE(xapic_physical, "xAPIC: an APIC ID reaches that CPU, one that no CPU has reaches none")
{
	everyone_xapic();
	for (int cpu = 0; cpu < cpu_count(); cpu++)
		expect_ipi(PHYSICAL, id_map[cpu], 1u << cpu, "physical");
	expect_ipi(PHYSICAL, 0xfd, 0, "physical");
}

static void set_ldr(void *ldr)
{
	apic_write(APIC_LDR, (u32)(uintptr_t)ldr);
}

CASE(xapic_broadcast, "xAPIC: destination 0xff is all CPUs, physical and logical")
{
	everyone_xapic();
	expect_ipi(PHYSICAL, 0xff, all_cpus(), "physical");
	for (int cpu = 0; cpu < cpu_count(); cpu++)
		on_cpu(cpu, set_ldr, (void *)(uintptr_t)(0x01000000u << cpu % FLAT_CPUS));
	expect_ipi(LOGICAL, 0xff, all_cpus(), "logical");
}

CASE(xapic_flat, "xAPIC: the flat model takes each set of 8 bits, a CPU may have several")
{
	everyone_xapic();
	require_msg(cpu_count() <= FLAT_CPUS, "has more than 8 CPUs");
	for (int cpu = 0; cpu < cpu_count(); cpu++)
		on_cpu(cpu, set_ldr, (void *)(uintptr_t)(0x01000000u << cpu));
	for (u32 set = 0; set < 1u << cpu_count(); set++)
		expect_ipi(LOGICAL, set, set, "flat");
	/* Two bits: either of them suffices. */
	on_cpu(0, set_ldr, (void *)(uintptr_t)0xc0000000u);
	expect_ipi(LOGICAL, 0x40, 1, "flat");
	expect_ipi(LOGICAL, 0x80, 1, "flat");
	expect_ipi(LOGICAL, 0xc0, 1, "flat");
	expect_ipi(LOGICAL, 0x01, 0, "flat");
}

static void cluster_of_four(void *unused)
{
	int cpu = smp_id();

	apic_write(APIC_DFR, APIC_DFR_CLUSTER);
	/* Two CPUs a cluster. */
	apic_write(APIC_LDR, (u32)(cpu / 2) << 28 | 0x01000000u << cpu % 2);
}

CASE(xapic_cluster, "xAPIC: the cluster model wants the cluster to be the same, and any of 4 bits; 0xff is all")
{
	everyone_xapic();
	on_cpus(cluster_of_four, NULL);
	for (u32 cluster = 0; cluster < (u32)(cpu_count() + 1) / 2; cluster++)
		for (u32 set = 0; set < 4; set++)
			expect_ipi(LOGICAL, cluster << 4 | set, (set << cluster * 2) & all_cpus(), "cluster");
	expect_ipi(LOGICAL, 0xe3, 0, "cluster");
	expect_ipi(LOGICAL, 0xff, all_cpus(), "cluster");
	on_cpus(to_xapic, NULL);
}

CASE(x2apic_physical, "x2APIC: 32-bit destinations; 0xffffffff is all CPUs, 0xff none")
{
	everyone_x2apic();
	for (int cpu = 0; cpu < cpu_count(); cpu++) {
		expect_ipi(PHYSICAL, id_map[cpu], 1u << cpu, "physical");
		/* All 32 bits count. */
		expect_ipi(PHYSICAL, id_map[cpu] | 0x10000, 0, "physical");
	}
	expect_ipi(PHYSICAL, 0xff, 0, "physical");
	expect_ipi(PHYSICAL, 0xffffffff, all_cpus(), "physical");
}

CASE(x2apic_logical, "x2APIC: cluster in bits 31:16, any of 16 bits below it")
{
	everyone_x2apic();
	for (int cpu = 0; cpu < cpu_count(); cpu++)
		insist(id_map[cpu] < 16);
	for (u32 set = 0; set < 1u << cpu_count(); set++) {
		u32 dest = 0;

		for (int cpu = 0; cpu < cpu_count(); cpu++)
			dest |= (set >> cpu & 1) << id_map[cpu];
		expect_ipi(LOGICAL, dest, set, "logical");
		expect_ipi(LOGICAL, dest | 0x20000, 0, "logical");
	}
	expect_ipi(LOGICAL, 0xffffffff, all_cpus(), "logical");
}

/* Shorthands do not look at the destination field, nor at the destination mode. */
static void try_shorthands(void)
{
	NEEDS_TWO;
	expect_ipi(APIC_DEST_SELF | PHYSICAL, id_map[1], 1, "self");
	expect_ipi(APIC_DEST_ALLINC | PHYSICAL, id_map[1], all_cpus(), "all");
	expect_ipi(APIC_DEST_ALLBUT | PHYSICAL, id_map[0], all_cpus() & ~1u, "all but self");
	expect_ipi(APIC_DEST_ALLBUT | LOGICAL, 0, all_cpus() & ~1u, "all but self, logical");
}

CASE(xapic_shorthands, "xAPIC: shorthands: self, all, all but self")
{
	everyone_xapic();
	try_shorthands();
}

CASE(x2apic_shorthands, "x2APIC: shorthands: self, all, all but self")
{
	everyone_x2apic();
	try_shorthands();
}

CASE(xapic_lowest_priority, "xAPIC: lowest priority reaches exactly one CPU of the set")
{
	everyone_xapic();
	require_msg(cpu_count() <= FLAT_CPUS, "has more than 8 CPUs");
	for (int cpu = 0; cpu < cpu_count(); cpu++)
		on_cpu(cpu, set_ldr, (void *)(uintptr_t)(0x01000000u << cpu));
	for (u32 set = 1; set < 1u << cpu_count(); set++) {
		u32 in = 0, out = 0;

		memset(received, 0, sizeof(received));
		apic_icr_write((LOGICAL & ~APIC_MODE_MASK) | APIC_DM_LOWEST, set);
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
}

static void try_nmi(void)
{
	NEEDS_TWO;
	handle_exception(NMI_VECTOR, receive_nmi);
	for (int cpu = 1; cpu < cpu_count(); cpu++) {
		u64 begin = rdtsc();

		memset(nmis, 0, sizeof(nmis));
		/* The vector is ignored. */
		apic_icr_write(APIC_DEST_PHYSICAL | APIC_DM_NMI | APIC_INT_ASSERT | VECTOR, id_map[cpu]);
		while (!__atomic_load_n(&nmis[cpu], __ATOMIC_ACQUIRE) && rdtsc() - begin < WAIT_TICKS)
			pause();
		on_cpus(let_in, NULL);
		for (int i = 0; i < cpu_count(); i++)
			expect_eq_msg(nmis[i], i == cpu, "NMIs of CPU %d when %d was meant", i, cpu);
	}
	handle_exception(NMI_VECTOR, NULL);
}

CASE(xapic_nmi, "xAPIC: an NMI reaches the CPU that is meant, once")
{
	everyone_xapic();
	try_nmi();
}

CASE(x2apic_nmi, "x2APIC: an NMI reaches the CPU that is meant, once")
{
	everyone_x2apic();
	try_nmi();
}

/* Waits for CPU 1, which is idle, without an IPI of our own. */
static void expect_received(u32 count)
{
	u64 begin = rdtsc();

	while (__atomic_load_n(&received[1], __ATOMIC_ACQUIRE) < count && rdtsc() - begin < WAIT_TICKS)
		pause();
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
