/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts between CPUs (SDM volume 3, section 11.6, and 11.12.9 and 11.12.10 for the x2APIC). By file: destinations.c, who
 * gets it; delivery.c, what it does there and what is not accepted; targets.c, what the receiver may be doing;
 * startup.c, INIT and start-up IPIs; flood.c, many at a time; pv.c, KVM's hypercall that sends. This one: every CPU
 * counts what it gets, those that are meant once, all others nothing. Calls of the library: smp.c.
 */
#include "ipi_test.h"
#include "x86/delay.h"

u32 received[MAX_TEST_CPUS], nmis[MAX_TEST_CPUS];

void case_setup(void)
{
	require_msg(cpu_count() < 32, "has more CPUs than a set of them has bits");
	for (int cpu = 0; cpu < cpu_count(); cpu++)
		require_msg(id_map[cpu] != NO_APIC_ID, "the APIC ID that should be free is not");
}

void receive(isr_regs_t *regs)
{
	__atomic_add_fetch(&received[smp_id()], 1, __ATOMIC_SEQ_CST);
	eoi();
}

void receive_nmi(struct ex_regs *regs)
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

void everyone_xapic(void)
{
	for (int cpu = 0; cpu < cpu_count(); cpu++)
		require_msg(id_map[cpu] < 0xff, "an APIC ID has more than 8 bits");
	on_cpus(to_xapic, NULL);
	handle_irq(VECTOR, receive);
}

void everyone_x2apic(void)
{
	require_msg(this_cpu_has(X86_FEATURE_X2APIC), "the CPU has no x2APIC");
	on_cpus(to_x2apic, NULL);
	handle_irq(VECTOR, receive);
}

void let_in(void *unused)
{
	drain();
}

u32 all_cpus(void)
{
	return (1u << cpu_count()) - 1;
}

void set_ldr(void *ldr)
{
	apic_write(APIC_LDR, (u32)(uintptr_t)ldr);
}

void everyone_flat(void)
{
	require_msg(cpu_count() <= FLAT_CPUS, "has more than 8 CPUs");
	for (int cpu = 0; cpu < cpu_count(); cpu++)
		on_cpu(cpu, set_ldr, (void *)(uintptr_t)(0x01000000u << cpu));
}

bool wait_count(const u32 *value, u32 n)
{
	u64 begin = rdtsc();

	while (__atomic_load_n(value, __ATOMIC_ACQUIRE) < n && rdtsc() - begin < WAIT_TICKS)
		pause();
	return __atomic_load_n(value, __ATOMIC_ACQUIRE) >= n;
}

/* What comes too late or to others has come when they have answered a call with interrupts enabled. */
void expect_sent(void (*send)(void *arg), void *arg, u32 set, const char *what, u64 value)
{
	u64 begin = rdtsc();
	u32 got;

	memset(received, 0, sizeof(received));
	send(arg);
	do {
		on_cpus(let_in, NULL);
		got = 0;
		for (int cpu = 0; cpu < cpu_count(); cpu++)
			got |= (u32)!!__atomic_load_n(&received[cpu], __ATOMIC_ACQUIRE) << cpu;
	} while ((got & set) != set && rdtsc() - begin < WAIT_TICKS);
	on_cpus(let_in, NULL);
	for (int cpu = 0; cpu < cpu_count(); cpu++)
		expect_eq_msg(received[cpu], set >> cpu & 1, "%s, destination %#" PRIx64 ", CPU %d", what, value, cpu);
}

struct icr {
	u32 value, dest;
};

static void write_icr(void *arg)
{
	const struct icr *icr = arg;

	apic_icr_write(icr->value, icr->dest);
}

void expect_ipi(u32 value, u32 dest, u32 set, const char *what)
{
	struct icr icr = { value, dest };

	expect_sent(write_icr, &icr, set, what, dest);
}
