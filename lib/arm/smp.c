/* SPDX-License-Identifier: BSD-2-Clause */
/* Starts other CPUs by PSCI and calls them: see asm/smp.h. */
#include "alloc_page.h"
#include "boot.h"
#include "exceptions.h"
#include "mmu.h"
#include "on-cpus.h"
#include "patience.h"
#include "asm/gic.h"
#include "asm/mmu.h"
#include "asm/psci.h"
#include "asm/smp.h"
#include "asm/spinlock.h"

#define START_PATIENCE	30	/* seconds */
#define EMERGENCY_SIZE	8192

/* What a CPU that starts is given: it reads it with the MMU off. The layout is known to start64.S and start32.S. */
struct secondary_boot {
	u64 cpu, stack, root, tcr, mair;
	void (*function)(struct secondary_boot *boot);
};
_Static_assert(offsetof(struct secondary_boot, function) == 40, "start64.S, start32.S and struct secondary_boot differ");

enum cpu_state { CPU_OFF, CPU_STARTING, CPU_ON };

static struct cpu {
	u32 state;
	bool gic;			/* its interface is set up */
	bool leaving;			/* it is to turn itself off when it is idle */
	secondary_entry_fn entry;
	char *stack;			/* the end */
	struct secondary_boot boot __aligned(64);
} __aligned(64) cpu_table[NR_CPUS];

static struct spinlock start_lock;
static bool polling;

extern char secondary_start[];

struct thread_info *current_thread_info(void)
{
	static struct thread_info infos[NR_CPUS];
	struct thread_info *info = &infos[arch_cpu_id()];

	info->cpu = arch_cpu_id();
	return info;
}

int mpidr_to_cpu(u64 mpidr)
{
	for (int cpu = 0; cpu < nr_cpus; cpu++)
		if (cpus[cpu] == (mpidr & MPIDR_HWID_BITMASK))
			return cpu;
	return -1;
}

void *thread_stack_alloc(void)
{
	char *stack = memalign_pages(THREAD_SIZE, 2 * THREAD_SIZE);

	arch_unmap_page(mmu_idmap, stack + THREAD_SIZE - PAGE_SIZE);
	return stack + 2 * THREAD_SIZE;
}

/* ---- calls ---- */

/*
 * With interrupts masked an interrupt that arrives before WFI makes that end at once. Without a GIC a CPU looks again
 * and again. WFE would do, but under QEMU 11.1 one run in ten of gicv3-el2/sgi had a CPU that slept on behind the SEV.
 */
static _Noreturn void idle(struct cpu *cpu)
{
	for (;;) {
		local_irq_disable();
		if (cpu->gic)
			smp_interrupt();
		if (__atomic_load_n(&polling, __ATOMIC_RELAXED))
			cpu->gic = false;
		on_cpus_serve();
		local_irq_disable();
		if (READ_ONCE(cpu->leaving))
			cpu_psci_cpu_die();
		if (on_cpus_pending())
			continue;
		if (cpu->gic)
			wfi();
		else
			cpu_relax();
	}
}

bool smp_interrupt(void)
{
	struct cpu *cpu = &cpu_table[arch_cpu_id()];
	u32 iar = gic_read_iar(), irq = gic_iar_irqnr(iar);

	if (irq == GICC_INT_SPURIOUS)
		return true;
	gic_write_eoir(iar);
	if (irq != SMP_CALL_SGI)
		return false;
	if (cpu->state == CPU_ON || !arch_cpu_id())
		on_cpus_serve();
	return true;
}

void smp_poll(void)
{
	__atomic_store_n(&polling, true, __ATOMIC_SEQ_CST);
	/* Those that are in WFI already must be told once by what they wait for. */
	for (int cpu = 0; cpu < nr_cpus; cpu++)
		if (cpu_table[cpu].gic && cpu != arch_cpu_id())
			gic_ipi_send_single(SMP_CALL_SGI, cpu);
}

bool arch_kick_cpu(int cpu)
{
	int error;

	if (cpu < 0 || cpu >= nr_cpus)
		return false;
	if (cpu && !smp_started(cpu) && !smp_try_boot_secondary(cpu, NULL, &error)) {
		report_info("CPU_ON of CPU %d: %d", cpu, error);
		return false;
	}
	dsb(ishst);
	if (cpu_table[cpu].gic && !__atomic_load_n(&polling, __ATOMIC_RELAXED))
		gic_ipi_send_single(SMP_CALL_SGI, cpu);
	return true;
}

/* ---- the way up and down ---- */

bool smp_started(int cpu)
{
	return !cpu || __atomic_load_n(&cpu_table[cpu].state, __ATOMIC_ACQUIRE) != CPU_OFF;
}

static void enable_gic(struct cpu *cpu)
{
	if (!gic_init() || polling)
		return;
	gic_enable_defaults();
	cpu->gic = true;
}

static void secondary_main(struct secondary_boot *boot)
{
	struct cpu *cpu = &cpu_table[boot->cpu];

	write_sysreg(exception_vectors, vbar_el1);
	isb();
	enable_gic(cpu);
	__atomic_store_n(&cpu->state, CPU_ON, __ATOMIC_RELEASE);
	if (cpu->entry)
		cpu->entry();
	idle(cpu);
}

static void prepare(struct cpu *cpu, int number, secondary_entry_fn entry)
{
	if (!cpu->stack) {
		cpu->stack = thread_stack_alloc();
		emergency_stacks[number] = (unsigned long)alloc_pages(pages_order(EMERGENCY_SIZE)) + EMERGENCY_SIZE;
	}
	cpu->entry = entry;
	cpu->gic = false;
	cpu->boot = (struct secondary_boot){
		.cpu = number, .stack = (uintptr_t)cpu->stack, .root = read_sysreg(ttbr0_el1), .tcr = read_sysreg(tcr_el1),
		.mair = read_sysreg(mair_el1), .function = secondary_main,
	};
	dcache_clean_inval_poc((unsigned long)&cpu->boot, (unsigned long)(&cpu->boot + 1));
}

bool smp_try_boot_secondary(int number, secondary_entry_fn entry, int *error)
{
	struct cpu *cpu = &cpu_table[number];
	struct patience patience = { 0 };
	unsigned long state = arch_irq_save();

	assert(number > 0 && number < nr_cpus);
	spin_lock(&start_lock);
	if (!cpu_table[0].gic && !arch_cpu_id())
		enable_gic(&cpu_table[0]);
	*error = 0;
	if (cpu->state == CPU_OFF) {
		cpu->state = CPU_STARTING;
		prepare(cpu, number, entry);
		*error = psci_cpu_on(cpus[number], virt_to_phys(secondary_start), virt_to_phys(&cpu->boot));
		if (*error)
			cpu->state = CPU_OFF;
	}
	spin_unlock(&start_lock);
	arch_irq_restore(state);
	while (!*error && __atomic_load_n(&cpu->state, __ATOMIC_ACQUIRE) != CPU_ON)
		if (patience_over(&patience, START_PATIENCE))
			report_abort("CPU %d (%#" PRIx64 ") has not come up in %d seconds", number, cpus[number],
				     START_PATIENCE);
	return !*error;
}

void smp_boot_secondary(int cpu, secondary_entry_fn entry)
{
	int error;

	assert_msg(!smp_started(cpu), "CPU %d runs already", cpu);
	if (!smp_try_boot_secondary(cpu, entry, &error))
		report_abort("CPU_ON of CPU %d: %d", cpu, error);
}

void smp_off(int number)
{
	struct cpu *cpu = &cpu_table[number];
	struct patience patience = { 0 };

	assert(number > 0 && number != arch_cpu_id() && cpu->state == CPU_ON);
	WRITE_ONCE(cpu->leaving, true);
	arch_kick_cpu(number);
	while (psci_affinity_info(cpus[number], 0) != PSCI_0_2_AFFINITY_LEVEL_OFF)
		if (patience_over(&patience, START_PATIENCE))
			report_abort("CPU %d is not off %d seconds after CPU_OFF", number, START_PATIENCE);
	cpu->leaving = false;
	__atomic_store_n(&cpu->state, CPU_OFF, __ATOMIC_RELEASE);
}

_Noreturn void halt(void)
{
	local_irq_disable();
	for (;;)
		wfi();
}
