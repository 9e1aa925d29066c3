/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KVM's steal time against the host's own account (Linux, Documentation/virt/kvm/x86/msr.rst, MSR_KVM_STEAL_TIME: "the
 * amount of time in which this vCPU did not run, in nanoseconds. Time during which the vcpu is idle, will not be reported as
 * steal time"). KVM takes it from the run delay of the vCPU's thread (Documentation/scheduler/sched-stats.rst), which the
 * small VMM can read: what the guest was told must be what the host counted, to a few per cent, for a vCPU that competes
 * with one and with three others, across switching it off and on, a new vCPU, another thread and a new VM; a vCPU that is idle or
 * paused is not robbed. x86/steal-time has the protocol.
 */
#include "hostcall.h"
#include "kvm_test.h"
#include "x86/processor.h"
#include "x86/smp.h"

#define NS		1000000000ull
#define STARVED_NS	(NS / 2)	/* of run delay, before a case looks */
#define LIMIT_NS	(30 * NS)	/* in which it has come, however busy the host is */
#define FREE_PORT	0x570u

static volatile struct kvm_steal_time area __aligned(64);

/*
 * The host's account of waiting for a core, and what the guest was told before and after it: KVM writes when the vCPU comes
 * back to the guest, so the account lies between the two.
 */
struct account { u64 waited, least, most; };

static u64 stolen(void)
{
	u32 version;
	u64 steal;

	/* The host writes only while this CPU is out of the guest. */
	do {
		version = area.version;
		rmb();
		steal = area.steal;
		rmb();
	} while ((version & 1) || version != area.version);
	return steal;
}

static u64 host_ns(void)
{
	u64 rets[HOSTOP_RETS];

	insist_eq(hostop_get(rets, HOSTOP_HOST_TIME), 0);
	return rets[1];
}

static struct account take(void)
{
	u64 rets[HOSTOP_RETS], least = stolen();

	insist_eq(hostop_get(rets, HOSTOP_SCHED, HOSTOP_SELF), 0);
	return (struct account){ rets[1], least, stolen() };
}

static void off(void)
{
	wrmsr(MSR_KVM_STEAL_TIME, 0);
	hostop(HOSTOP_STARVE, HOSTOP_SELF, 0);
	hostop(HOSTOP_PIN, HOSTOP_SELF, HOSTOP_ALL);
}

static void prepare(void)
{
	require_hostop(HOSTOP_SCHED);
	require_hostop(HOSTOP_STARVE);
	require_feature(KVM_FEATURE_STEAL_TIME);
	off();
	memset((void *)&area, 0, sizeof(area));
}

static void on(void)
{
	wrmsr(MSR_KVM_STEAL_TIME, virt_to_phys((void *)&area) | KVM_MSR_ENABLED);
}

static void begin(void)
{
	prepare();
	on();
}

/* Is busy until the host has let this vCPU wait for ns. False if that does not come. */
static bool wait_for_delay(u64 ns)
{
	u64 started = host_ns(), waited = take().waited;

	while (host_ns() - started < LIMIT_NS) {
		for (int i = 0; i < 2000; i++)
			inb(FREE_PORT);
		if (take().waited - waited >= ns)
			return true;
	}
	return false;
}

static void starve_with(u64 competitors)
{
	insist_eq(hostop(HOSTOP_PIN, HOSTOP_SELF, 0), 0);
	insist_eq(hostop(HOSTOP_STARVE, HOSTOP_SELF, competitors), 0);
}

/* What was told grew as the host's account did, but for the two clocks' difference. */
static void expect_same(struct account before, struct account after, const char *what)
{
	u64 waited = after.waited - before.waited, clocks = waited / 50 + 2000000;

	expect_msg(after.least <= before.most + waited + clocks, "%s: at least %" PRIu64 " ns, where the host counted %" PRIu64,
		   what, after.least - before.most, waited);
	expect_msg(after.most + clocks >= before.least + waited, "%s: at most %" PRIu64 " ns, where the host counted %" PRIu64,
		   what, after.most - before.least, waited);
}

static void check_starved(u64 competitors)
{
	struct account before, after;

	begin();
	starve_with(competitors);
	before = take();
	require_msg(wait_for_delay(STARVED_NS), "the host did not let the vCPU wait");
	after = take();
	off();
	expect_same(before, after, "starved");
	expect_gt(after.most - before.least, STARVED_NS / 2);
	metric("told", after.least - before.least, "ns");
	metric("counted", after.waited - before.waited, "ns");
}

CASE(one, "with one competitor on its core")
{
	check_starved(1);
}

CASE(three, "with three competitors on its core")
{
	check_starved(3);
}

CASE(idle, "a vCPU that the host lets sleep, or that the VMM stops, is not robbed")
{
	struct account before, after;

	begin();
	before = take();
	insist_eq(hostop(HOSTOP_SLEEP, NS / 2), 0);
	after = take();
	off();
	expect_same(before, after, "asleep");
	expect_lt(after.least - before.most, NS / 2);
}

CASE(off_and_on, "switched off it stands still; switched on again it goes on as the host counts")
{
	struct account before, after, last;
	u64 steal;

	begin();
	starve_with(2);
	before = take();
	require_msg(wait_for_delay(STARVED_NS / 4), "the host did not let the vCPU wait");
	after = take();
	wrmsr(MSR_KVM_STEAL_TIME, 0);
	steal = area.steal;
	expect_same(before, after, "before it is switched off");
	require_msg(wait_for_delay(STARVED_NS), "the host did not let the vCPU wait");
	expect_eq_msg(area.steal, steal, "switched off");
	on();
	before = take();
	require_msg(wait_for_delay(STARVED_NS), "the host did not let the vCPU wait");
	last = take();
	off();
	expect_ge(before.least, steal);
	expect_same(before, last, "switched on again");
}

/* A new vCPU has a new thread's account only if the VMM gives it one; ours keeps the thread. */
static void check_restored(unsigned int op, u64 arg)
{
	struct account before, between, after;

	begin();
	starve_with(2);
	before = take();
	require_msg(wait_for_delay(STARVED_NS / 2), "the host did not let the vCPU wait");
	between = take();
	insist_eq(hostop(op, arg), 0);
	expect_eq(rdmsr(MSR_KVM_STEAL_TIME), virt_to_phys((void *)&area) | KVM_MSR_ENABLED);
	expect_ge(take().least, between.most);
	require_msg(wait_for_delay(STARVED_NS / 2), "the host did not let the vCPU wait");
	after = take();
	off();
	expect_same(before, after, "over a new vCPU");
}

CASE(vcpu_restored, "a vCPU that is saved and restored goes on: no update is lost, none comes twice")
{
	require_hostop(HOSTOP_VCPU_RESTORE);
	check_restored(HOSTOP_VCPU_RESTORE, HOSTOP_SELF);
}

CASE(migrated, "so does one in a new VM")
{
	require_hostop(HOSTOP_VM_MIGRATE);
	check_restored(HOSTOP_VM_MIGRATE, 0);
}

/* Of another CPU, which is starved and does the accounts itself. */
struct robbery {
	u64 msr;			/* as it was found */
	bool waited;
	struct account before, after;
};

static void rob(void *data)
{
	struct robbery *r = data;

	r->msr = rdmsr(MSR_KVM_STEAL_TIME);
	on();
	starve_with(2);
	r->before = take();
	r->waited = wait_for_delay(STARVED_NS / 2);
	r->after = take();
	off();
}

/* What Linux does when a CPU goes offline and comes online again. */
CASE(replugged, "a CPU that is taken out and put in again is told of its new thread's waiting, no more and no less")
{
	struct robbery first, second;
	struct account put_in;
	u64 rets[HOSTOP_RETS];
	int result;

	prepare();
	require_hostop(HOSTOP_VCPU_REPLUG);
	require_msg(cpu_count() >= 2, "needs two CPUs");
	on_cpu(1, rob, &first);
	put_in.least = put_in.most = area.steal;
	result = hostop(HOSTOP_VCPU_REPLUG, 1);
	if (!result)
		result = hostop_get(rets, HOSTOP_SCHED, 1);
	smp_restart(1);
	insist_eq(result, 0);
	put_in.waited = rets[1];
	on_cpu(1, rob, &second);
	require_msg(first.waited && second.waited, "the host did not let the vCPU wait");
	expect_same(first.before, first.after, "before");
	expect_eq(second.msr, 0);
	expect_same(put_in, second.after, "since it was put in");
	expect_same(second.before, second.after, "when it had been told once");
}

CASE(not_announced, "with the feature's enforcement on and its bit clear the MSR is not there")
{
	u64 value;

	require_hostop(HOSTOP_CAP_ENABLE);
	require_msg(this_cpu_has_kvm() && !this_cpu_has(KVM_FEATURE_STEAL_TIME), "CPUID announces it");
	insist_eq(hostop(HOSTOP_CAP_ENABLE, 190 /* KVM_CAP_ENFORCE_PV_FEATURE_CPUID */, 1), 0);
	expect_eq(rdmsr_safe(MSR_KVM_STEAL_TIME, &value), GP_VECTOR);
	expect_eq(wrmsr_safe(MSR_KVM_STEAL_TIME, virt_to_phys((void *)&area) | KVM_MSR_ENABLED), GP_VECTOR);
}
