/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CPUs: started by RTAS' start-cpu (LoPAR 1.1, section 7.3.21), called by inter-processor
 * interrupts of the interrupt presentation layer (H_IPI and its like, section 14.5.4.7), idle in
 * H_CEDE.
 */
#include "alloc_page.h"
#include "arch-hooks.h"
#include "patience.h"
#include "powerpc/catch.h"
#include "asm/hcall.h"
#include "asm/page.h"
#include "asm/rtas.h"
#include "asm/smp.h"
#include "asm/time.h"

#define STACK_ORDER	3
#define START_PATIENCE	10	/* seconds, for all together */
#define STOP_PATIENCE	30

#define MFRR_IPI	4ul	/* more urgent than nothing, less than a device could be */
#define MFRR_NONE	0xfful
#define CPPR_ALL	0xfful	/* lets every interrupt in */
#define XISR_IPI	2
#define XISR_MASK	0xfffffful

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

static bool set_mfrr(u32 cpu, unsigned long mfrr)
{
	return hcall(H_IPI, (unsigned long)cpus[cpu].server, mfrr) == H_SUCCESS;
}

void send_ipi(int cpu_id)
{
	assert_msg(cpu_id >= 0 && cpu_id < nr_cpus_online, "CPU %d of %d", cpu_id, nr_cpus_online);
	mb();
	set_mfrr((u32)cpu_id, MFRR_IPI);
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
	hcall(H_CPPR, CPPR_ALL);
}

void local_ipi_disable(void)
{
	hcall(H_CPPR, 0ul);
}

/* ---- calls ---- */

bool external_interrupt(struct pt_regs *regs)
{
	struct hcall_regs xirr = { { H_XIRR } };

	hcall_regs(&xirr);
	if (xirr.r[0] != H_SUCCESS || !(xirr.r[1] & XISR_MASK))
		return true;		/* it went away before it was asked for */
	if ((xirr.r[1] & XISR_MASK) != XISR_IPI)
		return false;
	set_mfrr((u32)arch_cpu_id(), MFRR_NONE);
	hcall(H_EOI, xirr.r[1]);
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
		/* What is posted from here on is an interrupt that ends H_CEDE. */
		if (!on_cpus_pending())
			hcall(H_CEDE);
		local_irq_disable();
		*idle = false;
		on_cpus_serve();
	}
}

bool arch_kick_cpu(int cpu)
{
	if (cpu < 0 || cpu >= arch_cpu_count())
		return false;
	mb();
	return set_mfrr((u32)cpu, MFRR_IPI);
}

void arch_case_end(void)
{
	exceptions_reset();
	unregister_ipi();
	dec_stop();
	local_ipi_enable();
	local_irq_enable();
}

void halt(int cpu_id)
{
	for (;;)
		hcall(H_CEDE);
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

/* In powerpc/start.S; the first C code of another CPU. */
void secondary_entry(void);
_Noreturn void secondary_start(void);

_Noreturn void secondary_start(void)
{
	dec_stop();
	__atomic_add_fetch(&nr_cpus_online, 1, __ATOMIC_SEQ_CST);
	smp_idle();
}

static void start(int cpu, uint32_t token)
{
	struct thread_info *ti = &cpus[cpu];
	int ret;

	ti->kernel_sp = (unsigned long)alloc_pages_flags(STACK_ORDER, FLAG_DONTZERO) +
			(PAGE_SIZE << STACK_ORDER) - STACK_TOP_ROOM;
	ti->emergency_sp =
		(unsigned long)alloc_pages_flags(1, FLAG_DONTZERO) + 2 * PAGE_SIZE - STACK_TOP_ROOM;
	ret = rtas_call((int)token, 3, 1, NULL, ti->server, (u32)(unsigned long)secondary_entry,
			(u32)(unsigned long)ti);
	if (ret)
		report_abort("RTAS does not start CPU %" PRIu32 ": status %d", ti->server, ret);
}

void smp_init(void)
{
	struct patience patience = { 0 };
	uint32_t token;

	local_ipi_enable();
	local_irq_enable();
	if (nr_cpus_present == 1 || rtas_token("start-cpu", &token))
		return;
	for (int cpu = 1; cpu < nr_cpus_present; cpu++)
		start(cpu, token);
	while (READ_ONCE(nr_cpus_online) < nr_cpus_present)
		if (patience_over(&patience, START_PATIENCE))
			report_abort("%d of %d CPUs came up in %d seconds", nr_cpus_online,
				     nr_cpus_present, START_PATIENCE);
}
