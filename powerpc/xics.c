/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts between CPUs by the interrupt presentation layer (LoPAR 1.1, section 14.5.4.7): every
 * CPU from every CPU, priorities, what is taken back before it is taken. While a case runs, the
 * other CPUs do what `orders` says, so that the library's own interrupts are not counted.
 */
#include "arch-hooks.h"
#include "case.h"
#include "on-cpus.h"
#include "patience.h"
#include "asm/hcall.h"
#include "asm/smp.h"
#include "asm/time.h"

#define PATIENCE	10	/* seconds */
#define MFRR_NONE	0xfful
#define IPI		2
#define CPUS_MAX	8	/* for every pair of them */

enum order { WAIT, SEND, MASK, UNMASK, LEAVE };

static volatile struct {
	enum order order;
	int to;
	long ret;
} orders[NR_CPUS];
static volatile unsigned int taken[NR_CPUS];
static volatile unsigned int ready;

void case_setup(void)
{
	require_msg(machine_is_pseries(), "this machine is the hypervisor's own level");
	require_msg(hcall(H_CPPR, 0xfful) == H_SUCCESS, "the machine has no XICS");
}

static void on_external(struct pt_regs *regs, void *data)
{
	struct hcall_regs xirr = { { H_XIRR } };

	hcall_regs(&xirr);
	if ((xirr.r[1] & 0xffffff) != IPI)
		return;
	hcall(H_IPI, (unsigned long)current_thread_info()->server, MFRR_NONE);
	hcall(H_EOI, xirr.r[1]);
	taken[arch_cpu_id()]++;
}

static long send(int to, unsigned long mfrr)
{
	return hcall(H_IPI, (unsigned long)cpus[to].server, mfrr);
}

static void obey(void *data)
{
	int cpu = arch_cpu_id();

	local_irq_enable();
	__atomic_add_fetch(&ready, 1, __ATOMIC_SEQ_CST);
	for (enum order order; order = orders[cpu].order, order != LEAVE; cpu_relax()) {
		if (order == WAIT)
			continue;
		orders[cpu].ret = order == SEND ? send(orders[cpu].to, 4) :
				  hcall(H_CPPR, order == MASK ? 0ul : 0xfful);
		orders[cpu].order = WAIT;
	}
	hcall(H_CPPR, 0xfful);
	local_irq_disable();
	__atomic_sub_fetch(&ready, 1, __ATOMIC_SEQ_CST);
}

static bool wait_until(const volatile unsigned int *what, unsigned int value)
{
	struct patience patience = { 0 };

	while (*what != value)
		if (patience_over(&patience, PATIENCE))
			return false;
	return true;
}

/* From here to stand_down() external interrupts are the test's. */
static void stand_to(void)
{
	int n = arch_cpu_count();

	ready = 0;
	for (int cpu = 1; cpu < n; cpu++) {
		orders[cpu].order = WAIT;
		on_cpu_async(cpu, obey, NULL);
	}
	if (!wait_until(&ready, (unsigned int)n - 1))
		report_abort("%u of %d CPUs are ready", ready, n - 1);
	handle_exception(0x500, on_external, NULL);
	memset((void *)taken, 0, sizeof(taken));
}

/* Before any check, since that may end the case. */
static void stand_down(void)
{
	for (int cpu = 1; cpu < arch_cpu_count(); cpu++)
		orders[cpu].order = LEAVE;
	wait_until(&ready, 0);
	handle_exception(0x500, NULL, NULL);
}

static long do_order(int cpu, enum order order, int to)
{
	struct patience patience = { 0 };

	orders[cpu].to = to;
	orders[cpu].order = order;
	while (orders[cpu].order != WAIT)
		if (patience_over(&patience, PATIENCE))
			return H_BUSY;
	return orders[cpu].ret;
}

CASE(every_pair, "an IPI of every CPU to every CPU arrives there, once, and nowhere else")
{
	static unsigned int seen[CPUS_MAX][CPUS_MAX][CPUS_MAX];
	static long ret[CPUS_MAX][CPUS_MAX];
	int n = arch_cpu_count();

	require(n > 1 && n <= CPUS_MAX);
	stand_to();
	for (int from = 0; from < n; from++) {
		for (int to = 0; to < n; to++) {
			memset((void *)taken, 0, sizeof(taken));
			ret[from][to] = from ? do_order(from, SEND, to) : send(to, 4);
			wait_until(&taken[to], 1);
			udelay(200);
			memcpy(seen[from][to], (void *)taken, sizeof(seen[from][to]));
		}
	}
	stand_down();
	for (int from = 0; from < n; from++) {
		for (int to = 0; to < n; to++) {
			expect_eq_msg(ret[from][to], H_SUCCESS, "%d to %d", from, to);
			for (int cpu = 0; cpu < n; cpu++)
				expect_eq_msg(seen[from][to][cpu], cpu == to, "%d to %d: CPU %d",
					      from, to, cpu);
		}
	}
}

CASE(masked,
     "a CPU whose priority is the most favoured takes none; H_IPOLL sees it wait, then it comes")
{
	struct hcall_regs poll = { { H_IPOLL, cpus[1].server } };
	unsigned int before, after;
	bool came;

	require(arch_cpu_count() > 1);
	stand_to();
	do_order(1, MASK, 0);
	send(1, 4);
	mdelay(5);
	before = taken[1];
	hcall_regs(&poll);
	do_order(1, UNMASK, 0);
	came = wait_until(&taken[1], 1);
	udelay(500);
	after = taken[1];
	stand_down();
	expect_eq(before, 0);
	expect_eq(poll.r[0], H_SUCCESS);
	expect_eq(poll.r[1], 0);		/* CPPR 0, and no source is presented */
	expect_eq(poll.r[2], 4);		/* MFRR */
	expect(came);
	expect_eq(after, 1);
}

CASE(merged, "several before it is taken are one")
{
	struct hcall_regs xirr = { { H_XIRR } }, again = { { H_IPOLL, cpus[0].server } };

	stand_to();
	local_irq_disable();
	for (int i = 0; i < 4; i++)
		send(0, 4);
	hcall_regs(&xirr);
	send(0, MFRR_NONE);
	hcall_regs(&again);
	hcall(H_EOI, xirr.r[1]);
	local_irq_enable();
	stand_down();
	expect_eq(xirr.r[1], 0xfful << 24 | IPI);
	/* While it is in service the priority is its own. */
	expect_eq(again.r[1], 4ul << 24);
	expect_eq(again.r[2], MFRR_NONE);
}

CASE(order, "a less favoured one waits while one is in service, a more favoured one does not")
{
	struct hcall_regs first = { { H_XIRR } }, less = { { H_IPOLL, cpus[0].server } };
	struct hcall_regs more = { { H_XIRR } }, last = { { H_IPOLL, cpus[0].server } };

	stand_to();
	local_irq_disable();
	send(0, 5);
	hcall_regs(&first);
	send(0, 6);
	hcall_regs(&less);
	send(0, 3);
	hcall_regs(&more);
	send(0, MFRR_NONE);
	hcall(H_EOI, more.r[1]);
	hcall_regs(&last);
	hcall(H_EOI, first.r[1]);
	local_irq_enable();
	stand_down();
	expect_eq(first.r[1], 0xfful << 24 | IPI);
	expect_eq(less.r[1], 5ul << 24);
	expect_eq(less.r[2], 6);
	expect_eq(more.r[1], 5ul << 24 | IPI);
	/* The end of the inner one gives back the priority of the outer. */
	expect_eq(last.r[1], 5ul << 24);
}

CASE(nothing, "H_XIRR without an interrupt gives no source, and leaves the priority as it is")
{
	struct hcall_regs first = { { H_XIRR } }, again = { { H_XIRR } };

	stand_to();
	local_irq_disable();
	hcall(H_CPPR, 5ul);
	hcall_regs(&first);
	hcall_regs(&again);
	hcall(H_CPPR, 0xfful);
	local_irq_enable();
	stand_down();
	expect_eq(first.r[0], H_SUCCESS);
	expect_eq(first.r[1], 5ul << 24);
	expect_eq(again.r[1], 5ul << 24);
}

CASE(priorities, "an IPI comes if and only if it is more favoured than the processor's priority")
{
	static const unsigned long levels[] = { 1, 4, 5, 6, 0xfe };
	struct hcall_regs polls[ARRAY_SIZE(levels)];

	stand_to();
	local_irq_disable();
	hcall(H_CPPR, 5ul);
	for (size_t i = ARRAY_SIZE(levels); i--;) {
		polls[i] = (struct hcall_regs){ { H_IPOLL, cpus[0].server } };
		send(0, levels[i]);
		hcall_regs(&polls[i]);
	}
	send(0, MFRR_NONE);
	hcall(H_CPPR, 0xfful);
	local_irq_enable();
	stand_down();
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		expect_eq_msg(polls[i].r[1], 5ul << 24 | (levels[i] < 5 ? IPI : 0), "priority %#lx",
			      levels[i]);
		expect_eq_msg(polls[i].r[2], levels[i], "priority %#lx", levels[i]);
	}
}

CASE(load, "fifty IPIs to every other CPU, each taken before the next is sent")
{
	unsigned int lost = 0;
	int n = arch_cpu_count();

	require(n > 1);
	stand_to();
	for (unsigned int i = 1; i <= 50 && !lost; i++) {
		for (int cpu = 1; cpu < n; cpu++)
			send(cpu, 4);
		for (int cpu = 1; cpu < n; cpu++)
			lost += !wait_until(&taken[cpu], i);
	}
	stand_down();
	expect_eq(lost, 0);
	for (int cpu = 1; cpu < n; cpu++)
		expect_eq_msg(taken[cpu], 50, "CPU %d", cpu);
}
