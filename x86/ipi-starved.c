/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPIs to and from a vCPU that the host starves (the small VMM pins it to a core on which others compete, HOSTOP_STARVE):
 * each comes exactly once, however long the receiver waits for its core (SDM volume 3, sections 11.6.1 and 11.8.4: an
 * accepted interrupt stays in the IRR until it is delivered). One after the other, each sent when the last has come, so
 * that none may merge; and many vectors at once. x86/ipi has the rules of delivery. With --irqchip=split: other ways in KVM.
 */
#include "apic_test.h"
#include "hostcall.h"
#include "patience.h"
#include "x86/smp.h"

#define TARGET		1
#define COMPETITORS	3
#define COUNT		24u
#define FIRST_VECTOR	0x61u
#define VECTORS		16u
#define PATIENCE	30	/* seconds: a starved vCPU comes now and then */

static u32 received[VECTORS], stop;

static void receive(isr_regs_t *regs)
{
	__atomic_add_fetch(&received[regs->vector - FIRST_VECTOR], 1, __ATOMIC_SEQ_CST);
	eoi();
}

static void unstarve(void)
{
	for (u64 cpu = 0; cpu <= TARGET; cpu++) {
		hostop(HOSTOP_STARVE, cpu, 0);
		hostop(HOSTOP_PIN, cpu, HOSTOP_ALL);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
}

static void to_xapic(void *unused)
{
	use_xapic();
}

static void to_x2apic(void *unused)
{
	use_x2apic();
}

static void begin(bool x2apic, u64 starved)
{
	require_hostop(HOSTOP_STARVE);
	require_hostop(HOSTOP_PIN);
	require_msg(cpu_count() > TARGET, "needs two CPUs");
	require_msg(!x2apic || this_cpu_has(X86_FEATURE_X2APIC), "the CPU has no x2APIC");
	case_at_end(unstarve);
	on_cpus(x2apic ? to_x2apic : to_xapic, NULL);
	memset(received, 0, sizeof(received));
	stop = 0;
	for (u32 i = 0; i < VECTORS; i++)
		handle_irq(FIRST_VECTOR + i, receive);
	insist_eq(hostop(HOSTOP_PIN, starved, 0), 0);
	insist_eq(hostop(HOSTOP_STARVE, starved, COMPETITORS), 0);
}

static bool stopped(void)
{
	on_cpus_check();
	return __atomic_load_n(&stop, __ATOMIC_ACQUIRE);
}

static void busy(void *unused)
{
	sti();
	while (!stopped())
		pause();
	cli();
}

static void halting(void *unused)
{
	while (!stopped()) {
		safe_halt();
		cli();
	}
}

static void drain_all(void *unused)
{
	drain();
}

/* At least n of the ith vector have come. */
static bool wait_for(u32 i, u32 n)
{
	struct patience patience = { 0 };

	while (__atomic_load_n(&received[i], __ATOMIC_ACQUIRE) < n) {
		if (patience_over(&patience, PATIENCE))
			return false;
		pause();
	}
	return true;
}

static void send(u32 i)
{
	apic_icr_write(APIC_DEST_PHYSICAL | APIC_DM_FIXED | APIC_INT_ASSERT | (FIRST_VECTOR + i), id_map[TARGET]);
}

/* Each of the vectors has come n times, also when all that was late has come; and the competitors ran. */
static void end(u64 starved, u32 vectors, u32 n)
{
	u64 rets[HOSTOP_RETS];

	insist_eq(hostop_get(rets, HOSTOP_STARVE, starved, 0), 0);
	expect_gt(rets[0], 0);
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	on_cpu(TARGET, drain_all, NULL);
	for (u32 i = 0; i < VECTORS; i++)
		expect_eq_msg(received[i], i < vectors ? n : 0, "vector %#" PRIx32, FIRST_VECTOR + i);
}

static void check_one_by_one(bool x2apic, u64 starved, void (*target)(void *))
{
	begin(x2apic, starved);
	on_cpu_async(TARGET, target, NULL);
	for (u32 i = 1; i <= COUNT; i++) {
		send(0);
		insist(wait_for(0, i));
	}
	end(starved, 1, COUNT);
}

static void check_burst(bool x2apic, void (*target)(void *))
{
	begin(x2apic, TARGET);
	on_cpu_async(TARGET, target, NULL);
	for (u32 round = 1; round <= COUNT / 4; round++) {
		for (u32 i = 0; i < VECTORS; i++)
			send(i);
		for (u32 i = 0; i < VECTORS; i++)
			insist(wait_for(i, round));
	}
	end(TARGET, VECTORS, COUNT / 4);
}

/* One body, two cases: xapic_NAME and x2apic_NAME. */
#define STARVED(name_, text_, check_, ...)						\
	CASE(xapic_##name_, "xAPIC: " text_) { check_(false, __VA_ARGS__); }		\
	CASE(x2apic_##name_, "x2APIC: " text_) { check_(true, __VA_ARGS__); }

STARVED(busy, "to a busy vCPU that is starved, one after the other", check_one_by_one, TARGET, busy)
STARVED(halted, "to one that halts between any two", check_one_by_one, TARGET, halting)
STARVED(sender, "from a vCPU that is starved to one that is not", check_one_by_one, 0, halting)
STARVED(burst, "sixteen vectors at once to a busy vCPU that is starved", check_burst, busy)
STARVED(burst_halted, "sixteen vectors at once to one that halts", check_burst, halting)
