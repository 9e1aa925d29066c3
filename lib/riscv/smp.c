/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starts the other harts (SBI 3.0, chapter 9) and calls them by software interrupts (chapter 7). An
 * idle one waits in WFI with interrupts off; one that is busy is called in an interrupt, if it lets
 * it in.
 */
#include "alloc_page.h"
#include "arch-hooks.h"
#include "patience.h"
#include "asm/mmu.h"
#include "asm/page.h"
#include "asm/sbi.h"
#include "asm/setup.h"
#include "asm/smp.h"
#include "asm/spinlock.h"
#include "asm/timer.h"

#define STACK_ORDER	3
#define START_PATIENCE	10	/* seconds, for all together */

struct thread_info cpus[NR_CPUS];
int nr_cpus = 1;
static u32 online = 1;

static bool idles[NR_CPUS];

int arch_cpu_id(void)
{
	return current_thread_info()->cpu;
}

int arch_cpu_count(void)
{
	return (int)online;
}

int hartid_to_cpu(unsigned long hartid)
{
	for (int cpu = 0; cpu < nr_cpus; cpu++)
		if (cpus[cpu].hartid == hartid)
			return cpu;
	return -1;
}

/* ---- calls ---- */

static void software_interrupt(struct pt_regs *regs)
{
	ipi_ack();
	/* Best in the idle loop: there a stack trace shows the call alone. */
	if (!idles[arch_cpu_id()])
		on_cpus_serve();
}

static void take_calls(void)
{
	install_irq_handler(IRQ_S_SOFT, software_interrupt);
	csr_write(CSR_SIE, IE_SSIE);
}

/* A call may leave anything behind in sie and the handlers. */
void smp_idle(void)
{
	bool *idle = &idles[arch_cpu_id()];

	for (;;) {
		local_irq_disable();
		exceptions_reset();
		take_calls();
		*idle = true;
		ipi_ack();
		/* What is posted from here on makes SSIP pending, and WFI ends. */
		if (!on_cpus_pending())
			wait_for_interrupt();
		*idle = false;
		on_cpus_serve();
	}
}

bool arch_kick_cpu(int cpu)
{
	return cpu >= 0 && cpu < arch_cpu_count() && sbi_send_ipi_cpu(cpu).error == SBI_SUCCESS;
}

/*
 * One that stopped itself starts anew (section 9.1); one that is suspended or waits is woken; and
 * trap_dispatch() asks on_cpus_check() before a test's handler.
 */
bool arch_recall_cpu(int cpu)
{
	struct sbiret ret = sbi_hart_get_status(cpus[cpu].hartid);

	if (!ret.error && ret.value == SBI_EXT_HSM_STOPPED)
		sbi_hart_start(cpus[cpu].hartid, (unsigned long)secondary_entry,
			       (unsigned long)&cpus[cpu]);
	else
		sbi_send_ipi_cpu(cpu);
	return true;
}

void arch_case_end(void)
{
	local_irq_disable();
	csr_clear(CSR_SSTATUS, SR_SUM | SR_MXR | SR_FS | SR_VS);
	timer_stop();
	exceptions_reset();
	take_calls();
}

/* ---- the way up ---- */

/* The first C code of another hart, from start.S. */
_Noreturn void secondary_start(void);

_Noreturn void secondary_start(void)
{
	struct thread_info *ti = current_thread_info();

	exceptions_init();
	mmu_join();
	on_cpus_restart();
	if (!ti->online) {
		ti->online = true;
		__atomic_add_fetch(&online, 1, __ATOMIC_SEQ_CST);
	}
	smp_idle();
}

static void start(int cpu)
{
	struct thread_info *ti = &cpus[cpu];
	struct sbiret ret;

	ti->cpu = cpu;
	ti->kernel_sp = (unsigned long)alloc_pages_flags(STACK_ORDER, FLAG_DONTZERO) +
			(PAGE_SIZE << STACK_ORDER);
	ti->emergency_sp = (unsigned long)alloc_pages_flags(1, FLAG_DONTZERO) + 2 * PAGE_SIZE;
	ret = sbi_hart_start(ti->hartid, (unsigned long)secondary_entry, (unsigned long)ti);
	if (ret.error)
		report_abort("SBI does not start hart %lu: error %ld", ti->hartid, ret.error);
}

void smp_init(void)
{
	struct patience patience = { 0 };

	take_calls();
	if (nr_cpus == 1 || !sbi_probe(SBI_EXT_HSM)) {
		nr_cpus = 1;
		return;
	}
	for (int cpu = 1; cpu < nr_cpus; cpu++)
		start(cpu);
	while (__atomic_load_n(&online, __ATOMIC_ACQUIRE) < (u32)nr_cpus)
		if (patience_over(&patience, START_PATIENCE))
			report_abort("%" PRIu32 " of %d harts came up in %d seconds", online,
				     nr_cpus, START_PATIENCE);
}
