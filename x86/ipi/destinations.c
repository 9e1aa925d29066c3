/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who gets a fixed IPI: physical destinations and broadcast (SDM volume 3, section 11.6.2.1), logical ones in the flat and
 * cluster model (11.6.2.2) and the x2APIC's (11.12.10.2), and shorthands (11.6.1).
 */
#include "ipi_test.h"

CASE(xapic_physical, "xAPIC: an APIC ID reaches that CPU, one that no CPU has reaches none")
{
	everyone_xapic();
	for (int cpu = 0; cpu < cpu_count(); cpu++)
		expect_ipi(PHYSICAL, id_map[cpu], 1u << cpu, "physical");
	expect_ipi(PHYSICAL, NO_APIC_ID, 0, "physical");
}

CASE(xapic_broadcast, "xAPIC: destination 0xff is all CPUs, physical and logical")
{
	everyone_xapic();
	expect_ipi(PHYSICAL, 0xff, all_cpus(), "physical");
	everyone_flat();
	expect_ipi(LOGICAL, 0xff, all_cpus(), "logical");
}

CASE(xapic_flat, "xAPIC: the flat model takes each set of 8 bits, a CPU may have several")
{
	everyone_xapic();
	everyone_flat();
	for (u32 set = 0; set < 1u << cpu_count(); set++)
		expect_ipi(LOGICAL, set, set, "flat");
	/* Two bits: either of them suffices. */
	on_cpu(0, set_ldr, (void *)(uintptr_t)0xc0000000u);
	expect_ipi(LOGICAL, 0x40, 1, "flat");
	expect_ipi(LOGICAL, 0x80, 1, "flat");
	expect_ipi(LOGICAL, 0xc0, 1, "flat");
	expect_ipi(LOGICAL, 0x01, 0, "flat");
}

static void to_cluster(void *unused)
{
	int cpu = smp_id();

	apic_write(APIC_DFR, APIC_DFR_CLUSTER);
	/* Two CPUs a cluster. */
	apic_write(APIC_LDR, (u32)(cpu / 2) << 28 | 0x01000000u << cpu % 2);
}

static void to_flat(void *unused)
{
	apic_write(APIC_DFR, APIC_DFR_FLAT);
	apic_write(APIC_LDR, 0);
}

CASE(xapic_cluster, "xAPIC: the cluster model wants the cluster to be the same, and any of 4 bits; 0xff is all")
{
	everyone_xapic();
	require_msg(cpu_count() <= 28, "has more CPUs than clusters 0 to 13 hold");
	on_cpus(to_cluster, NULL);
	for (u32 cluster = 0; cluster < (u32)(cpu_count() + 1) / 2; cluster++)
		for (u32 set = 0; set < 4; set++)
			expect_ipi(LOGICAL, cluster << 4 | set, (set << cluster * 2) & all_cpus(), "cluster");
	expect_ipi(LOGICAL, 0xe3, 0, "cluster");
	expect_ipi(LOGICAL, 0xff, all_cpus(), "cluster");
	on_cpus(to_flat, NULL);
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

/* The CPUs of a cluster that a logical destination's low half names. */
static u32 of_cluster(u32 cluster, u32 bits)
{
	u32 set = 0;

	for (int cpu = 0; cpu < cpu_count(); cpu++)
		if (id_map[cpu] >> 4 == cluster && bits >> (id_map[cpu] & 15) & 1)
			set |= 1u << cpu;
	return set;
}

CASE(x2apic_logical, "x2APIC: cluster in bits 31:16, any of 16 bits below it")
{
	everyone_x2apic();
	for (int cpu = 0; cpu < cpu_count(); cpu++) {
		u32 cluster = id_map[cpu] >> 4, bit = 1u << (id_map[cpu] & 15);

		expect_ipi(LOGICAL, cluster << 16 | bit, 1u << cpu, "logical");
		expect_ipi(LOGICAL, (cluster ^ 0x20) << 16 | bit, of_cluster(cluster ^ 0x20, bit), "logical");
		expect_ipi(LOGICAL, cluster << 16 | 0xffff, of_cluster(cluster, 0xffff), "logical");
		expect_ipi(LOGICAL, cluster << 16 | (0xffff & ~bit), of_cluster(cluster, 0xffff & ~bit), "logical");
		expect_ipi(LOGICAL, cluster << 16, 0, "logical");
	}
	expect_ipi(LOGICAL, 0xffffffff, all_cpus(), "logical");
}

/* Shorthands do not look at the destination field, nor at the destination mode. */
EVERYONE_IN_BOTH_MODES(shorthands, "shorthands: self, all, all but self")
{
	NEEDS_TWO;
	expect_ipi(APIC_DEST_SELF | PHYSICAL, id_map[1], 1, "self");
	expect_ipi(APIC_DEST_ALLINC | PHYSICAL, id_map[1], all_cpus(), "all");
	expect_ipi(APIC_DEST_ALLBUT | PHYSICAL, id_map[0], all_cpus() & ~1u, "all but self");
	expect_ipi(APIC_DEST_ALLBUT | LOGICAL, 0, all_cpus() & ~1u, "all but self, logical");
}

static void send_to_self(void *vector)
{
	apic_write(APIC_SELF_IPI, (u32)(uintptr_t)vector);
}

CASE(x2apic_self_ipi, "x2APIC: the self IPI register interrupts the CPU that writes it, and no other")
{
	everyone_x2apic();
	expect_sent(send_to_self, (void *)VECTOR, 1, "self IPI", 0);
}
