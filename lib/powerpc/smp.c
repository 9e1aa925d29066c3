/* SPDX-License-Identifier: BSD-2-Clause */
/* CPUs: started, called and put to sleep as the machine has it (platform.h). */
#include "alloc_page.h"
#include "arch-hooks.h"
#include "patience.h"
#include "powerpc/catch.h"
#include "powerpc/platform.h"
#include "asm/page.h"
#include "asm/smp.h"
#include "asm/time.h"

#define STACK_ORDER	3
#define START_PATIENCE	10	/* seconds, for all together */
#define STOP_PATIENCE	30

struct thread_info cpus[NR_CPUS];
int nr_cpus_present, nr_cpus_online = 1;

static bool idles[NR_CPUS];

static void (*ipi_func)(struct pt_regs *regs, void *data);
static void *ipi_data;

int arch_cpu_id(void)
{
	return (int)current_thread_info()->cpu;
}

int arch_cpu_count(void)
{
	return nr_cpus_online;
}

/* ---- interrupts between CPUs ---- */

void send_ipi(int cpu_id)
{
	assert_msg(cpu_id >= 0 && cpu_id < nr_cpus_online, "CPU %d of %d", cpu_id, nr_cpus_online);
	mb();
	platform->kick(cpu_id);
}

void register_ipi(void (*func)(struct pt_regs *regs, void *data), void *data)
{
	ipi_data = data;
	ipi_func = func;
}

void unregister_ipi(void)
{
	ipi_func = NULL;
}

void local_ipi_enable(void)
{
	platform->accept(true);
}

void local_ipi_disable(void)
{
	platform->accept(false);
}

/* ---- calls ---- */

bool external_interrupt(struct pt_regs *regs)
{
	switch (platform->take(regs)) {
	case TAKEN_UNKNOWN:
		return false;
	case TAKEN_NONE:
		return true;
	case TAKEN_IPI:
		break;
	}
	/* A call best in the idle loop: there a stack trace shows it alone. */
	if (!idles[arch_cpu_id()])
		on_cpus_serve();
	if (ipi_func)
		ipi_func(regs, ipi_data);
	return true;
}

static _Noreturn void smp_idle(void)
{
	bool *idle = &idles[arch_cpu_id()];

	for (;;) {
		/* Translation, which a call may have turned on in an interrupt. */
		mtmsr((mfmsr() & ~MSR_EE) | current_thread_info()->msr);
		trap_state()->innermost = NULL;
		dec_stop();
		local_ipi_enable();
		*idle = true;
		/* What is posted from here on is an interrupt that ends the sleep. */
		if (!on_cpus_pending())
			platform->sleep();
		*idle = false;
		on_cpus_serve();
	}
}

bool arch_kick_cpu(int cpu)
{
	if (cpu < 0 || cpu >= arch_cpu_count())
		return false;
	mb();
	return platform->kick(cpu);
}

/* A CPU that the case left at work comes back by itself, or the next call to it says so. */
static void wait_for_others(void)
{
	struct patience patience = { 0 };

	while (cpus_active() > 1 && !patience_over(&patience, START_PATIENCE))
		cpu_relax();
}

void arch_case_end(void)
{
	exceptions_reset();
	unregister_ipi();
	mtmsr(mfmsr() & ~(MSR_FP | MSR_VEC | MSR_VSX));
	dec_stop();
	local_ipi_enable();
	local_irq_enable();
	wait_for_others();
}

void halt(int cpu_id)
{
	for (;;)
		platform->sleep();
}

/* ---- all CPUs ---- */

static void run_entry(void *entry)
{
	((secondary_entry_fn)entry)(smp_processor_id());
}

bool start_all_cpus(secondary_entry_fn entry)
{
	for (int cpu = 0; cpu < nr_cpus_online; cpu++)
		if (cpu != smp_processor_id())
			on_cpu_async(cpu, run_entry, (void *)entry);
	return nr_cpus_online == nr_cpus_present;
}

void stop_all_cpus(void)
{
	struct patience patience = { 0 };

	while (cpus_active() > 1)
		if (patience_over(&patience, STOP_PATIENCE))
			report_abort("%d CPUs still run what start_all_cpus() gave them",
				     cpus_active() - 1);
}

/* ---- the way up ---- */

/* From powerpc/start.S; the first C code of another CPU. */
_Noreturn void secondary_start(void);

_Noreturn void secondary_start(void)
{
	platform->cpu_init();
	dec_stop();
	__atomic_add_fetch(&nr_cpus_online, 1, __ATOMIC_SEQ_CST);
	smp_idle();
}

static void start(int cpu)
{
	struct thread_info *ti = &cpus[cpu];
	long ret;

	ti->kernel_sp = (unsigned long)alloc_pages_flags(STACK_ORDER, FLAG_DONTZERO) +
			(PAGE_SIZE << STACK_ORDER) - STACK_TOP_ROOM;
	ti->emergency_sp =
		(unsigned long)alloc_pages_flags(1, FLAG_DONTZERO) + 2 * PAGE_SIZE - STACK_TOP_ROOM;
	ret = platform->start_cpu(ti);
	if (ret)
		report_abort("the firmware does not start CPU %" PRIu32 ": %ld", ti->server, ret);
}

void smp_init(void)
{
	struct patience patience = { 0 };

	local_ipi_enable();
	local_irq_enable();
	if (nr_cpus_present == 1 || !platform->can_start())
		return;
	for (int cpu = 1; cpu < nr_cpus_present; cpu++)
		start(cpu);
	while (READ_ONCE(nr_cpus_online) < nr_cpus_present)
		if (patience_over(&patience, START_PATIENCE))
			report_abort("%d of %d CPUs came up in %d seconds", nr_cpus_online,
				     nr_cpus_present, START_PATIENCE);
}
