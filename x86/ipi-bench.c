/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long an IPI takes, as metrics: from the write that sends it to the first instruction of the
 * handler's C code on the other CPU (one-way; the CPUs' time stamp counters must agree, else it is
 * left out), and until the sender sees the handler's answer in memory (round-trip). Minimum,
 * median, 99th percentile and maximum, in cycles of the TSC and in nanoseconds, for a target that
 * spins and one that is halted, by each way to send. Numbers are never a verdict; that each IPI has
 * come is. BENCH_SAMPLES in the environment: how many of each.
 */
#include "apic_test.h"
#include "kvm_test.h"
#include "patience.h"
#include "x86/delay.h"

#define VECTOR		0x71
#define MAX_SAMPLES	10000
#define DEFAULT_SAMPLES	50
#define SETTLE_US	20		/* for the target to be halted before the next one */

enum way {
	XAPIC_PHYSICAL, XAPIC_LOGICAL, XAPIC_OTHERS, XAPIC_NMI,
	X2APIC_PHYSICAL, X2APIC_LOGICAL, X2APIC_OTHERS, X2APIC_NMI,
	HYPERCALL,
};

static const struct {
	const char *name;
	u32 icr;
} ways[] = {
	[XAPIC_PHYSICAL] = { "xAPIC physical", APIC_DEST_PHYSICAL | APIC_DM_FIXED },
	[XAPIC_LOGICAL] = { "xAPIC logical", APIC_DEST_LOGICAL | APIC_DM_FIXED },
	[XAPIC_OTHERS] = { "xAPIC all but self", APIC_DEST_ALLBUT | APIC_DM_FIXED },
	[XAPIC_NMI] = { "xAPIC NMI", APIC_DEST_PHYSICAL | APIC_DM_NMI },
	[X2APIC_PHYSICAL] = { "x2APIC physical", APIC_DEST_PHYSICAL | APIC_DM_FIXED },
	[X2APIC_LOGICAL] = { "x2APIC logical", APIC_DEST_LOGICAL | APIC_DM_FIXED },
	[X2APIC_OTHERS] = { "x2APIC all but self", APIC_DEST_ALLBUT | APIC_DM_FIXED },
	[X2APIC_NMI] = { "x2APIC NMI", APIC_DEST_PHYSICAL | APIC_DM_NMI },
	[HYPERCALL] = { "hypercall", APIC_DM_FIXED },
};

static u64 one_way[MAX_SAMPLES], round_trip[MAX_SAMPLES];
static u64 arrived_tsc;		/* written by the handler before answers */
static u32 answers, stop, at_rest;

static void answer(struct ex_regs *regs)
{
	if (!smp_id())
		return;
	arrived_tsc = rdtsc();
	__atomic_add_fetch(&answers, 1, __ATOMIC_SEQ_CST);
}

static void answer_irq(isr_regs_t *regs)
{
	answer(regs);
	eoi();
}

/* ---- the target ---- */

static void spin(void *unused)
{
	sti();
	__atomic_store_n(&at_rest, 1, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE))
		pause();
	cli();
}

static void halt(void *unused)
{
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
		__atomic_store_n(&at_rest, 1, __ATOMIC_RELEASE);
		safe_halt();
		cli();
	}
}

static void nothing(void *unused)
{
}

/* ---- the sender ---- */

static void send(enum way way)
{
	u32 logical = way == XAPIC_LOGICAL ? 2 : (id_map[1] >> 4) << 16 | 1u << (id_map[1] & 15);

	if (way == HYPERCALL)
		kvm_hypercall(KVM_HC_SEND_IPI, 1, 0, id_map[1], ways[way].icr | VECTOR);
	else
		apic_icr_write(ways[way].icr | APIC_INT_ASSERT | VECTOR,
			       ways[way].icr & APIC_DEST_LOGICAL ? logical : id_map[1]);
}

static bool wait_for(const u32 *value, u32 n)
{
	struct patience patience = { 0 };

	while (__atomic_load_n(value, __ATOMIC_ACQUIRE) != n)
		if (patience_over(&patience, 3))
			return false;
	return true;
}

static bool take_sample(enum way way, u32 i, bool halted)
{
	u64 begin;

	if (!wait_for(&at_rest, 1))
		return false;
	if (halted) {
		__atomic_store_n(&at_rest, 0, __ATOMIC_RELEASE);
		udelay(SETTLE_US);
	}
	begin = fenced_rdtsc();
	send(way);
	if (!wait_for(&answers, i + 1))
		return false;
	round_trip[i] = fenced_rdtsc() - begin;
	one_way[i] = arrived_tsc - begin;
	return true;
}

/* ---- statistics ---- */

static int compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static void say(u64 *samples, u32 n, const char *what)
{
	static const struct { const char *name; u32 percent; } points[] = {
		{ "min", 0 }, { "median", 50 }, { "p99", 99 }, { "max", 100 },
	};
	u64 mhz = tsc_frequency() / 1000000;
	char name[64];

	qsort(samples, n, sizeof(samples[0]), compare);
	for (size_t i = 0; i < ARRAY_SIZE(points); i++) {
		u64 cycles = samples[(n - 1) * points[i].percent / 100];

		snprintf(name, sizeof(name), "%s %s", what, points[i].name);
		metric(name, cycles, "cycles");
		if (mhz)
			metric(name, cycles * 1000 / mhz, "ns");
	}
}

/* Counters that differ give times that are negative, or longer than the round trip. */
static bool one_way_usable(u32 n)
{
	for (u32 i = 0; i < n; i++)
		if (one_way[i] > round_trip[i])
			return false;
	return true;
}

static u32 sample_count(void)
{
	const char *text = getenv("BENCH_SAMPLES");
	unsigned long n = text ? strtoul(text, NULL, 10) : DEFAULT_SAMPLES;

	return n && n <= MAX_SAMPLES ? n : MAX_SAMPLES;
}

static void bench(enum way way, bool halted)
{
	u32 n = sample_count(), taken = 0;

	handle_irq(VECTOR, answer_irq);
	handle_exception(NMI_VECTOR, answer);
	answers = stop = at_rest = 0;
	on_cpu_async(1, halted ? halt : spin, NULL);
	while (taken < n && take_sample(way, taken, halted))
		taken++;
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	/* Wakes a target that is halted. */
	on_cpu(1, nothing, NULL);
	on_cpu_join(1);
	handle_exception(NMI_VECTOR, NULL);
	insist_eq(taken, n);
	expect_eq(answers, n);
	say(round_trip, n, "round-trip");
	if (one_way_usable(n))
		say(one_way, n, "one-way");
	else
		report_info("%s: no one-way times, since the time stamp counters differ",
			    ways[way].name);
}

static void to_xapic(void *unused)
{
	use_xapic();
	apic_write(APIC_DFR, APIC_DFR_FLAT);
	apic_write(APIC_LDR, 0x01000000u << (smp_id() % 8));
}

static void to_x2apic(void *unused)
{
	use_x2apic();
}

static void prepare(enum way way)
{
	require_msg(cpu_count() == 2, "needs two CPUs");
	if (way == HYPERCALL) {
		require_feature(KVM_FEATURE_PV_SEND_IPI);
		require_hypercalls();
	}
	if (way >= X2APIC_PHYSICAL && way <= X2APIC_NMI)
		require_msg(this_cpu_has(X86_FEATURE_X2APIC), "the CPU has no x2APIC");
	if (way <= XAPIC_NMI || !this_cpu_has(X86_FEATURE_X2APIC))
		on_cpus(to_xapic, NULL);
	else
		on_cpus(to_x2apic, NULL);
}

#define BENCH(name_, way_, text_)						\
	CASE(name_##_busy, text_ " to a CPU that spins")			\
	{									\
		prepare(way_);							\
		bench(way_, false);						\
	}									\
	CASE(name_##_halted, text_ " to a CPU that is halted")			\
	{									\
		prepare(way_);							\
		bench(way_, true);						\
	}

BENCH(xapic_physical, XAPIC_PHYSICAL, "xAPIC, physical destination,")
BENCH(xapic_logical, XAPIC_LOGICAL, "xAPIC, logical destination,")
BENCH(xapic_others, XAPIC_OTHERS, "xAPIC, all but self,")
BENCH(xapic_nmi, XAPIC_NMI, "xAPIC, NMI,")
BENCH(x2apic_physical, X2APIC_PHYSICAL, "x2APIC, physical destination,")
BENCH(x2apic_logical, X2APIC_LOGICAL, "x2APIC, logical destination,")
BENCH(x2apic_others, X2APIC_OTHERS, "x2APIC, all but self,")
BENCH(x2apic_nmi, X2APIC_NMI, "x2APIC, NMI,")
BENCH(hypercall, HYPERCALL, "KVM_HC_SEND_IPI")

/* ---- to oneself ---- */

static void note_arrival(isr_regs_t *regs)
{
	arrived_tsc = rdtsc();
	__atomic_add_fetch(&answers, 1, __ATOMIC_SEQ_CST);
	eoi();
}

static void bench_self(bool by_register)
{
	u32 n = sample_count(), taken;

	handle_irq(VECTOR, note_arrival);
	answers = 0;
	sti();
	for (taken = 0; taken < n; taken++) {
		u64 begin = fenced_rdtsc();

		if (by_register)
			apic_write(APIC_SELF_IPI, VECTOR);
		else
			self_ipi(VECTOR);
		if (!wait_for(&answers, taken + 1))
			break;
		one_way[taken] = arrived_tsc - begin;
	}
	cli();
	insist_eq(taken, n);
	say(one_way, n, "to itself");
}

CASE(xapic_self, "xAPIC, shorthand self")
{
	use_xapic();
	bench_self(false);
}

CASE(x2apic_self, "x2APIC, shorthand self")
{
	use_x2apic();
	bench_self(false);
}

CASE(x2apic_self_ipi, "x2APIC, the self IPI register")
{
	use_x2apic();
	bench_self(true);
}
