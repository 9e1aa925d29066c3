/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many entries, with interrupts of the caller among them; several guests; tables that change while
 * they live; CPUs that enter guests side by side.
 */
#include "nested-test.h"
#include "alloc_page.h"
#include "arch-hooks.h"
#include "on-cpus.h"
#include "asm/io.h"
#include "asm/smp.h"
#include "asm/time.h"

/* Adds its r4 to the memory at r20, as often as it is entered; r3 counts. */
L2_PROGRAM(add, "1:\tld 5, 0(20)\n\tadd 5, 5, 4\n\tstd 5, 0(20)\n\taddi 3, 3, 1\n\tsc 1\n\tb 1b");

static struct l2 *adding_l2(u32 lpid, u64 step)
{
	struct l2 *l2 = ready_l2(lpid);

	l2_load_program(l2, add);
	l2->regs.gpr[3] = 0;
	l2->regs.gpr[4] = step;
	l2->regs.gpr[20] = L2_DATA;
	return l2;
}

CASE(many, "500 entries of one guest, which goes on each time where it was")
{
	struct l2 *l2 = adding_l2(1, 3);

	for (u64 i = 1; i <= 500; i++) {
		insist_eq(l2_enter(l2), EXIT_HCALL);
		insist_eq(l2->regs.nip, L2_CODE + 20);
		insist_eq(l2->regs.gpr[3], i);
		insist_eq(l2->data[0], 3 * i);
	}
	for (unsigned int i = 6; i < 20; i++)
		expect_eq_msg(l2->regs.gpr[i], L2_GPR(i), "r%u", i);
}

static volatile unsigned int ticks;

static void on_tick(struct pt_regs *regs, void *data)
{
	ticks++;
	dec_set(usec_to_tb(200));
}

/* The guest never takes them (EE off), the caller does, between two entries. */
CASE(many_interrupts,
     "100 entries while the caller's decrementer and an own interrupt come all the time")
{
	struct l2 *l2 = spinning_l2(1, 0);
	u64 rounds = 0;

	ticks = 0;
	handle_exception(0x900, on_tick, NULL);
	dec_set(usec_to_tb(200));
	for (int i = 0; i < 100; i++) {
		long ret;

		l2->regs.gpr[6] = get_tb() + 2 * tb_hz;
		l2->state.hdec_expiry = get_tb() + usec_to_tb(500);
		if (i % 10 == 9)
			send_ipi(0);
		ret = l2_enter(l2);
		if (ret != 0x980 && ret != 0x500 && ret != 0xea0)
			insist_eq(ret, 0x980);
		insist(is_spinning(l2));
		insist(l2->regs.gpr[3] >= rounds);
		rounds = l2->regs.gpr[3];
	}
	expect_gt(rounds, 0);
	expect_gt(ticks, 0);
	for (unsigned int i = 8; i < 32; i++)
		expect_eq_msg(l2->regs.gpr[i], L2_GPR(i), "r%u", i);
}

CASE(guests, "eight guests by turns: each has its own memory and registers")
{
	struct l2 *guests[8];

	for (u32 i = 0; i < ARRAY_SIZE(guests); i++)
		guests[i] = adding_l2(i + 1, i + 1);
	for (u64 round = 1; round <= 20; round++) {
		for (u32 i = 0; i < ARRAY_SIZE(guests); i++) {
			insist_eq(l2_enter(guests[i]), EXIT_HCALL);
			insist_eq(guests[i]->data[0], round * (i + 1));
			insist_eq(guests[i]->regs.gpr[3], round);
			insist_eq(guests[i]->regs.gpr[31], L2_GPR(31));
		}
	}
}

CASE(page_changed, "a page that the caller moves is the guest's new one after H_TLB_INVALIDATE")
{
	struct l2 *l2 = adding_l2(1, 1);
	static u64 other[PAGE_SIZE / 8] __aligned(PAGE_SIZE);

	insist_eq(l2_enter(l2), EXIT_HCALL);
	expect_eq(l2->data[0], 1);
	other[0] = 100;
	l2_map(l2, L2_DATA, other, L2_RWX);
	expect_eq(l2_flush(l2), H_SUCCESS);
	insist_eq(l2_enter(l2), EXIT_HCALL);
	expect_eq(l2->data[0], 1);
	expect_eq(other[0], 101);
	l2_map(l2, L2_DATA, NULL, 0);
	l2_flush(l2);
	expect_eq(l2_enter(l2), 0xe00);
	expect_eq(other[0], 101);
}

CASE(entry_changed, "another guest's tables in the entry of the partition table are in force then")
{
	struct l2 *one = adding_l2(1, 1), *two = adding_l2(2, 1);
	u64 entry = nested_partition_table[2 * 1];

	insist_eq(l2_enter(one), EXIT_HCALL);
	nested_partition_table[2 * 1] = nested_partition_table[2 * 2];
	mb();
	l2_flush(one);
	insist_eq(l2_enter(one), EXIT_HCALL);
	nested_partition_table[2 * 1] = entry;
	mb();
	l2_flush(one);
	expect_eq(one->data[0], 1);
	expect_eq(two->data[0], 1);
	insist_eq(l2_enter(one), EXIT_HCALL);
	expect_eq(one->data[0], 2);
}

CASE(table_changed, "H_SET_PARTITION_TABLE of another table: guests are what that says")
{
	static u64 other[2 << 8] __aligned(PAGE_SIZE);
	struct l2 *one = adding_l2(1, 1), *two = adding_l2(2, 1);

	insist_eq(l2_enter(one), EXIT_HCALL);
	other[2 * 1] = nested_partition_table[2 * 2];
	mb();
	insist_eq(hcall(H_SET_PARTITION_TABLE, nested_ptcr(other, 8)), H_SUCCESS);
	l2_flush(one);
	expect_eq(l2_enter(one), EXIT_HCALL);
	expect_eq(one->data[0], 1);
	expect_eq(two->data[0], 1);
	insist_eq(nested_set_table(), H_SUCCESS);
	l2_flush(one);
	expect_eq(l2_enter(one), EXIT_HCALL);
	expect_eq(one->data[0], 2);
}

/* ---- several CPUs ---- */

#define ROUNDS	100

static struct l2 *of_cpu[NR_CPUS];
static u32 rounds_done[NR_CPUS];

/*
 * Checks nothing itself: what it leaves is what CPU 0 looks at. Interrupts on, so that the call's
 * own does not end every guest.
 */
static void enter_here(void *data)
{
	unsigned long irqs = mfmsr() & MSR_EE;
	int cpu = arch_cpu_id();

	local_irq_enable();
	for (u32 i = 0; i < ROUNDS; i++)
		rounds_done[cpu] += l2_enter(of_cpu[cpu]) == EXIT_HCALL;
	if (!irqs)
		local_irq_disable();
}

CASE(side_by_side, "every CPU enters its own guest, all at once")
{
	require(arch_cpu_count() > 1);
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++) {
		of_cpu[cpu] = adding_l2((u32)cpu + 1, (u64)cpu + 1);
		of_cpu[cpu]->state.vcpu_token = (u32)cpu;
		rounds_done[cpu] = 0;
	}
	on_cpus(enter_here, NULL);
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++) {
		struct l2 *l2 = of_cpu[cpu];

		/* Another CPU's call may be an interrupt that ends a guest once. */
		expect_ge(rounds_done[cpu], ROUNDS - 2);
		expect_eq_msg(l2->regs.gpr[3], rounds_done[cpu], "CPU %d", cpu);
		expect_eq_msg(l2->data[0], rounds_done[cpu] * ((u64)cpu + 1), "CPU %d", cpu);
		expect_eq_msg(l2->regs.gpr[31], L2_GPR(31), "CPU %d", cpu);
	}
}

CASE(one_partition, "CPUs enter one partition side by side, as its virtual CPUs")
{
	struct l2 *l2;

	require(arch_cpu_count() > 1);
	l2 = adding_l2(1, 1);
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++) {
		/* Structures of its own, the memory of the first. */
		of_cpu[cpu] = cpu ? l2_new((u32)cpu + 1) : l2;
		of_cpu[cpu]->state = l2->state;
		of_cpu[cpu]->regs = l2->regs;
		of_cpu[cpu]->state.vcpu_token = (u32)cpu;
		of_cpu[cpu]->regs.gpr[20] = L2_DATA + 8 * (u32)cpu;
		rounds_done[cpu] = 0;
	}
	on_cpus(enter_here, NULL);
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++) {
		expect_ge(rounds_done[cpu], ROUNDS - 2);
		expect_eq_msg(of_cpu[cpu]->regs.gpr[3], rounds_done[cpu], "CPU %d", cpu);
		expect_eq_msg(l2->data[cpu], rounds_done[cpu], "CPU %d", cpu);
	}
}
