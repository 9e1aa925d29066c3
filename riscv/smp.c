/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several harts: they are the ones that the device tree names, agree on memory as the weak memory
 * model promises (Unprivileged ISA, chapters 8 and 14: LR and SC, AMOs, fences), see code that
 * another one wrote after FENCE.I, and call each other, all at once and while they work.
 */
#include "case.h"
#include "alloc_page.h"
#include "arch-hooks.h"
#include "on-cpus.h"
#include "asm/barrier.h"
#include "asm/mmu.h"
#include "asm/page.h"
#include "asm/processor.h"
#include "asm/sbi.h"
#include "asm/setup.h"
#include "asm/smp.h"
#include "asm/timer.h"

#define ROUNDS	2000

void case_setup(void)
{
	require(arch_cpu_count() > 1);
}

static ulong seen_hartid[NR_CPUS];

static void say_hart(void *unused)
{
	seen_hartid[smp_processor_id()] = current_thread_info()->hartid;
}

CASE(every_hart, "each hart of the device tree runs once, under one CPU number")
{
	int in_tree = 0;

	on_cpus(say_hart, NULL);
	for (int n = fdt_find_compatible(&machine_fdt, FDT_NONE, "riscv"); n != FDT_NONE;
	     n = fdt_find_compatible(&machine_fdt, n, "riscv"))
		in_tree++;
	expect_eq(arch_cpu_count(), in_tree);
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++) {
		expect_eq(seen_hartid[cpu], cpus[cpu].hartid);
		expect_eq(hartid_to_cpu(cpus[cpu].hartid), cpu);
	}
	expect_eq(hartid_to_cpu(0x7ffffffffffful), -1);
}

/* ---- atomic operations ---- */

static u64 counter __aligned(64), bits __aligned(64), greatest __aligned(64);

static void amo(void *unused)
{
	ulong me = arch_cpu_id();

	for (ulong i = 0; i < ROUNDS; i++) {
		__asm__ __volatile__("amoadd.d zero, %1, (%0)"
				     :
				     : "r"(&counter), "r"(1ul)
				     : "memory");
		__asm__ __volatile__("amoxor.d zero, %1, (%0)"
				     :
				     : "r"(&bits), "r"(1ul << me)
				     : "memory");
		__asm__ __volatile__("amomaxu.d zero, %1, (%0)"
				     :
				     : "r"(&greatest), "r"(i * 64 + me)
				     : "memory");
	}
}

CASE(amo, "no atomic operation is lost: sum, parity and maximum are exact")
{
	counter = bits = greatest = 0;
	on_cpus(amo, NULL);
	expect_eq(counter, (ulong)ROUNDS * arch_cpu_count());
	expect_eq(bits, 0);
	expect_eq(greatest, (ROUNDS - 1) * 64ul + arch_cpu_count() - 1);
}

static void lr_sc(void *unused)
{
	ulong value, failed;

	for (int i = 0; i < ROUNDS; i++)
		__asm__ __volatile__(
			"1: lr.d %0, (%2)\n addi %0, %0, 1\n sc.d %1, %0, (%2)\n bnez %1, 1b"
			: "=&r"(value), "=&r"(failed)
			: "r"(&counter)
			: "memory");
}

CASE(lr_sc, "no increment by LR and SC is lost")
{
	counter = 0;
	on_cpus(lr_sc, NULL);
	expect_eq(counter, (ulong)ROUNDS * arch_cpu_count());
}

static u32 half[2] __aligned(64);

static void amo_words(void *unused)
{
	for (int i = 0; i < ROUNDS; i++)
		__asm__ __volatile__("amoadd.w zero, %1, (%0)"
				     :
				     : "r"(&half[1]), "r"(-1)
				     : "memory");
}

CASE(amo_word, "a 32-bit atomic operation changes its own half only")
{
	half[0] = 0x12345678;
	half[1] = 0;
	on_cpus(amo_words, NULL);
	expect_eq(half[0], 0x12345678);
	expect_eq(half[1], (u32)-(ROUNDS * arch_cpu_count()));
}

static void store_word(void *data)
{
	*(volatile u64 *)data = 7;
}

CASE(sc_fails,
     "SC fails and stores nothing when another hart has written in between, and without an LR")
{
	ulong value = 0, failed = 0;

	counter = 5;
	__asm__ __volatile__("lr.d %0, (%1)" : "=r" (value) : "r" (&counter) : "memory");
	on_cpu(1, store_word, &counter);
	__asm__ __volatile__("sc.d %0, zero, (%1)" : "=r" (failed) : "r" (&counter) : "memory");
	expect_ne(failed, 0);
	expect_eq(counter, 7);
	__asm__ __volatile__("sc.d %0, zero, (%1)" : "=r" (failed) : "r" (&counter) : "memory");
	expect_ne(failed, 0);
	expect_eq(counter, 7);
}

/* ---- order ---- */

static struct {
	volatile ulong x __aligned(64), y __aligned(64), turn __aligned(64), answer __aligned(64);
	ulong seen_here, seen_there;
} order;

static void partner(void *unused)
{
	for (ulong round = 1; round <= ROUNDS; round++) {
		while (order.turn < round)
			on_cpus_check();
		order.y = round;
		smp_mb();
		order.seen_there = order.x;
		smp_wmb();
		order.answer = round;
	}
}

CASE(store_buffering, "with full fences one of two harts sees the other's store")
{
	int both_missed = 0;

	memset(&order, 0, sizeof(order));
	on_cpu_async(1, partner, NULL);
	for (ulong round = 1; round <= ROUNDS; round++) {
		order.turn = round;
		order.x = round;
		smp_mb();
		order.seen_here = order.y;
		while (order.answer < round)
			cpu_relax();
		smp_rmb();
		both_missed += order.seen_here < round && order.seen_there < round;
	}
	while (cpus_active() > 1)
		cpu_relax();
	expect_eq(both_missed, 0);
}

static void producer(void *unused)
{
	for (ulong i = 1; i <= ROUNDS; i++) {
		order.x = i;
		smp_wmb();
		order.y = i;
	}
}

CASE(message_passing, "who sees the flag sees the data before it")
{
	ulong flag, data, late = 0;

	memset(&order, 0, sizeof(order));
	on_cpu_async(1, producer, NULL);
	do {
		flag = order.y;
		smp_rmb();
		data = order.x;
		late += data < flag;
	} while (flag < ROUNDS);
	while (cpus_active() > 1)
		cpu_relax();
	expect_eq(late, 0);
}

/* ---- code ---- */

static u32 *code;

static void run_code(void *data)
{
	*(ulong *)data = ((ulong (*)(void))code)();
}

CASE(fence_i, "after SBI's remote FENCE.I a hart runs the code that another one wrote")
{
	require(sbi_probe(SBI_EXT_RFENCE));
	code = alloc_page();
	for (u32 i = 1; i < 200; i++) {
		int cpu = i % arch_cpu_count();
		ulong result = 0;

		code[0] = 0x00000513 | i << 20;		/* li a0, i */
		code[1] = 0x00008067;			/* ret */
		smp_mb();
		local_flush_icache();
		insist_eq(sbi_ecall(SBI_EXT_RFENCE, SBI_EXT_RFENCE_FENCE_I, 0, ~0ul, 0, 0, 0, 0)
				  .error,
			  SBI_SUCCESS);
		on_cpu(cpu, run_code, &result);
		expect_eq_msg(result, i, "CPU %d", cpu);
	}
	free_page(code);
}

/* ---- calls ---- */

static u32 called[NR_CPUS];

static void count_call(void *unused)
{
	__atomic_add_fetch(&called[arch_cpu_id()], 1, __ATOMIC_SEQ_CST);
}

static void call_all(void *unused)
{
	for (int i = 0; i < 10; i++)
		for (int cpu = 0; cpu < arch_cpu_count(); cpu++)
			on_cpu(cpu, count_call, NULL);
}

CASE(calls, "every hart calls every hart at the same time, and no call is lost")
{
	memset(called, 0, sizeof(called));
	on_cpus(call_all, NULL);
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++)
		expect_eq_msg(called[cpu], 10 * arch_cpu_count(), "CPU %d", cpu);
}

static u32 busy_end, busy_harts, busy_stopped;

/* Works with interrupts on; a call has to come in between. */
static void work(void *unused)
{
	local_irq_enable();
	__atomic_add_fetch(&busy_harts, 1, __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&busy_end, __ATOMIC_SEQ_CST))
		__atomic_add_fetch(&counter, 1, __ATOMIC_SEQ_CST);
	local_irq_disable();
	__atomic_add_fetch(&busy_stopped, 1, __ATOMIC_SEQ_CST);
}

static void note_call(struct pt_regs *regs)
{
	ipi_ack();
	count_call(NULL);
}

static void listen_and_work(void *unused)
{
	install_irq_handler(IRQ_S_SOFT, note_call);
	ipi_ack();
	work(NULL);
}

CASE(interrupts_under_load, "software interrupts reach harts that work, each at least once")
{
	const u32 others = arch_cpu_count() - 1;
	u64 end;

	memset(called, 0, sizeof(called));
	busy_end = busy_harts = busy_stopped = 0;
	for (int cpu = 1; cpu < arch_cpu_count(); cpu++)
		on_cpu_async(cpu, listen_and_work, NULL);
	while (__atomic_load_n(&busy_harts, __ATOMIC_SEQ_CST) != others)
		cpu_relax();
	for (int i = 0; i < 10; i++)
		for (int cpu = 1; cpu < arch_cpu_count(); cpu++) {
			u32 before = __atomic_load_n(&called[cpu], __ATOMIC_SEQ_CST);

			expect_eq(sbi_send_ipi_cpu(cpu).error, SBI_SUCCESS);
			end = timer_get_cycles() + 5 * timebase_frequency;
			while (__atomic_load_n(&called[cpu], __ATOMIC_SEQ_CST) == before &&
			       timer_get_cycles() < end)
				cpu_relax();
			expect_ne(__atomic_load_n(&called[cpu], __ATOMIC_SEQ_CST), before);
		}
	__atomic_store_n(&busy_end, 1, __ATOMIC_SEQ_CST);
	while (cpus_active() > 1)
		cpu_relax();
	expect_eq(busy_stopped, others);
}
