/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KVM's hypercall that sends an IPI to many CPUs (Linux, Documentation/virt/kvm/x86/hypercalls.rst, KVM_HC_SEND_IPI): a bitmap of 128
 * APIC IDs (64 outside of 64-bit mode) from the lowest on, which is the third argument; the fourth is what ICR would
 * be. It returns how many CPUs got it.
 */
#include "ipi_test.h"
#include "../kvm_test.h"

#define WORD_BITS	(8 * (u32)sizeof(long))
#define MAP_BITS	(2 * WORD_BITS)

/* One call: the CPUs of set, all of which are within MAP_BITS IDs from lowest on. */
struct pv_call {
	u32 lowest, set, icr;
	long result;
};

static void call(void *arg)
{
	struct pv_call *c = arg;
	unsigned long map[2] = { 0, 0 };

	for (int cpu = 0; cpu < cpu_count(); cpu++) {
		u32 bit = id_map[cpu] - c->lowest;

		if (c->set >> cpu & 1)
			map[bit / WORD_BITS] |= 1ul << bit % WORD_BITS;
	}
	c->result = kvm_hypercall(KVM_HC_SEND_IPI, map[0], map[1], c->lowest, c->icr);
}

static void begin(void)
{
	require_feature(KVM_FEATURE_PV_SEND_IPI);
	require_hypercalls();
}

static u32 count_bits(u32 set)
{
	u32 n = 0;

	for (; set; set &= set - 1)
		n++;
	return n;
}

static void expect_call(u32 lowest, u32 set)
{
	struct pv_call c = { lowest, set, APIC_DM_FIXED | VECTOR, 0 };

	expect_sent(call, &c, set, "lowest", lowest);
	expect_eq_msg(c.result, count_bits(set), "lowest %#" PRIx32 ", set %#" PRIx32, lowest, set);
}

EVERYONE_IN_BOTH_MODES(pv_each, "hypercall: each CPU alone, by each place that its bit can have")
{
	static const u32 bits[] = { 0, 1, WORD_BITS - 1, WORD_BITS, MAP_BITS - 1 };

	begin();
	for (int cpu = 0; cpu < cpu_count(); cpu++)
		for (size_t i = 0; i < ARRAY_SIZE(bits); i++)
			if (id_map[cpu] >= bits[i])
				expect_call(id_map[cpu] - bits[i], 1u << cpu);
}

/* The CPUs whose IDs are within one map from lowest on. */
static u32 from(u32 lowest)
{
	u32 set = 0;

	for (int cpu = 0; cpu < cpu_count(); cpu++)
		if (id_map[cpu] >= lowest && id_map[cpu] - lowest < MAP_BITS)
			set |= 1u << cpu;
	return set;
}

EVERYONE_IN_BOTH_MODES(pv_sets, "hypercall: the CPUs of a map together, and all but one of them")
{
	begin();
	for (int cpu = 0; cpu < cpu_count(); cpu++) {
		u32 set = from(id_map[cpu]);

		expect_call(id_map[cpu], set);
		expect_call(id_map[cpu], set & ~(1u << cpu));
	}
}

EVERYONE_IN_BOTH_MODES(pv_absent, "hypercall: bits of APIC IDs that no CPU has, and no bits, reach nobody and return 0")
{
	static const u32 lowest[] = { 0x1000, 0xffffff00 };
	struct pv_call empty = { 0, 0, APIC_DM_FIXED | VECTOR, 0 };

	begin();
	memset(received, 0, sizeof(received));
	for (size_t i = 0; i < ARRAY_SIZE(lowest); i++)
		expect_eq_msg(kvm_hypercall(KVM_HC_SEND_IPI, ~0ul, ~0ul, lowest[i], VECTOR), 0,
			      "lowest %#" PRIx32, lowest[i]);
	expect_eq(kvm_hypercall(KVM_HC_SEND_IPI, 1, 0, NO_APIC_ID, VECTOR), 0);
	expect_sent(call, &empty, 0, "no bits, lowest", 0);
	expect_eq(empty.result, 0);
}

EVERYONE_IN_BOTH_MODES(pv_nmi, "hypercall: an NMI reaches each CPU of the map, once")
{
	struct pv_call c = { .icr = APIC_DM_NMI };

	NEEDS_TWO;
	begin();
	handle_exception(NMI_VECTOR, receive_nmi);
	for (int cpu = 1; cpu < cpu_count(); cpu++) {
		memset(nmis, 0, sizeof(nmis));
		c.lowest = id_map[cpu];
		c.set = from(id_map[cpu]) & ~1u;
		call(&c);
		for (int i = 1; i < cpu_count(); i++)
			if (c.set >> i & 1)
				wait_count(&nmis[i], 1);
		on_cpus(let_in, NULL);
		for (int i = 0; i < cpu_count(); i++)
			expect_eq_msg(nmis[i], c.set >> i & 1, "NMIs of CPU %d", i);
		expect_eq(c.result, count_bits(c.set));
	}
	handle_exception(NMI_VECTOR, NULL);
}
