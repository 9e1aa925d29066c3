/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CPUs: starting them by SIGP (Principles of Operation, chapter 4), calls between them by emergency
 * signals, and what tests do with them. A CPU that is not called waits in an enabled-wait PSW.
 */
#include "alloc_page.h"
#include "arch-hooks.h"
#include "on-cpus.h"
#include "patience.h"
#include "s390x/boot.h"
#include "s390x/sclp.h"
#include "s390x/smp.h"
#include "asm/barrier.h"
#include "asm/memory_areas.h"

#define START_PATIENCE	10	/* seconds, for all together */
#define SIGP_PATIENCE	10
#define LOWCORE_ORDER	1

struct cpu cpus[NR_CPUS];
static int nr_cpus = 1;
static u32 online = 1;

static bool idles[NR_CPUS];

int arch_cpu_count(void)
{
	return nr_cpus;
}

int smp_query_num_cpus(void)
{
	return nr_cpus;
}

struct cpu *smp_cpu_from_idx(u16 idx)
{
	assert_msg(idx < nr_cpus, "CPU %u of %d", idx, nr_cpus);
	return &cpus[idx];
}

struct cpu *smp_cpu_from_addr(u16 addr)
{
	for (int i = 0; i < nr_cpus; i++)
		if (cpus[i].addr == addr)
			return &cpus[i];
	return NULL;
}

/* ---- calls ---- */

/* Best in the idle loop: there a stack trace shows the call alone. */
void smp_take_call(void)
{
	if (!idles[arch_cpu_id()])
		on_cpus_serve();
}

bool arch_kick_cpu(int cpu)
{
	return cpu >= 0 && cpu < nr_cpus &&
		smp_sigp((u16)cpu, SIGP_EMERGENCY_SIGNAL, 0, NULL) == SIGP_CC_ORDER_CODE_ACCEPTED;
}

/* What the library needs of control register 0, with all that a test may have changed put back. */
static void take_calls(void)
{
	lctlg(0, (stctg(0) & ~(CR0_EXTM_MASK | 1ul << CTL0_LOW_ADDR_PROT)) |
			 1ul << CTL0_EMERGENCY_SIGNAL);
}

static void forget_case(void)
{
	if (in_problem_state())
		leave_pstate();
	psw_mask_clear_bits(PSW_MASK_EXT | PSW_MASK_IO | PSW_MASK_MCHECK | PSW_MASK_KEY |
			    PSW_MASK_HOME);
	lowcore.entering = 0;
	interrupts_reset();
	take_calls();
}

/* ---- the way up ---- */

/* A call may leave anything behind in masks and handlers. */
void secondary_start(void)
{
	bool *idle = &idles[arch_cpu_id()];

	*idle = false;
	__atomic_add_fetch(&online, 1, __ATOMIC_SEQ_CST);
	for (;;) {
		forget_case();
		*idle = true;
		/*
		 * What is posted from here on makes the emergency signal pending, and the wait
		 * ends.
		 */
		if (!on_cpus_pending())
			wait_for_interrupt(PSW_MASK_EXT);
		*idle = false;
		on_cpus_serve();
	}
}

/* A prefix area and a stack for a CPU that will start at psw. */
static void prepare(struct cpu *cpu, struct psw psw)
{
	struct lowcore *lc = cpu->lowcore;
	u64 emergency;

	if (!lc) {
		lc = alloc_pages_flags(LOWCORE_ORDER, AREA_DMA31);
		cpu->stack = alloc_pages_flags(STACK_ORDER, 0);
		emergency = (u64)alloc_pages_flags(1, 0) + EMERGENCY_STACK_SIZE - 160;
	} else {
		emergency = lc->emergency_stack;
	}
	memset(lc, 0, LC_SIZE);
	interrupts_init(lc);
	lc->emergency_stack = emergency;
	lc->this_cpu = cpu;
	lc->cpu_number = cpu->idx;
	/* As DAT is on the CPU that asks. */
	lc->ext_new_psw.mask = lowcore.ext_new_psw.mask;
	lc->pgm_new_psw.mask = lowcore.pgm_new_psw.mask;
	lc->svc_new_psw.mask = lowcore.svc_new_psw.mask;
	lc->io_new_psw.mask = lowcore.io_new_psw.mask;
	lc->mcck_new_psw.mask = lowcore.mcck_new_psw.mask;
	__asm__ __volatile__("stctg %%c0,%%c15,%0" : "=Q" (lc->crs_sa));
	lc->grs_sa[15] = (u64)cpu->stack + CPU_STACK_SIZE - 160;
	lc->restart_new_psw = PSW(PSW_MASK_64, secondary_entry);
	lc->jump_psw = psw;
	cpu->lowcore = lc;
}

static int give(struct cpu *cpu, u8 order, unsigned long parm)
{
	return sigp_retry(cpu->addr, order, parm, NULL) == SIGP_CC_ORDER_CODE_ACCEPTED ? 0 : -1;
}

static int start_fresh(struct cpu *cpu, struct psw psw)
{
	if (give(cpu, SIGP_INITIAL_CPU_RESET, 0))
		return -1;
	prepare(cpu, psw);
	mb();
	if (give(cpu, SIGP_SET_PREFIX, (u64)cpu->lowcore) || give(cpu, SIGP_RESTART, 0))
		return -1;
	cpu->active = true;
	return 0;
}

/* CPUs that the case drove by SIGP wait for calls again. */
void arch_case_end(void)
{
	u64 mask;

	if (get_prefix() != (u64)THIS_CPU->lowcore)
		set_prefix((u32)(u64)THIS_CPU->lowcore);
	forget_case();
	mask = PSW_MASK_64 | (extract_psw_mask() & PSW_MASK_DAT);
	for (int i = 1; i < nr_cpus; i++) {
		if (!cpus[i].driven)
			continue;
		if (start_fresh(&cpus[i], PSW(mask, secondary_start)))
			report_abort("CPU %d does not come back", i);
		cpus[i].driven = false;
	}
}

static void find_cpus(void)
{
	const CPUEntry *entries = sclp_get_cpu_entries();

	for (int i = 0; i < sclp_get_cpu_num(); i++) {
		if (entries[i].address == cpus[0].addr)
			continue;
		if (nr_cpus == NR_CPUS)
			report_abort("this library can start %d CPUs, there are more", NR_CPUS);
		cpus[nr_cpus] = (struct cpu){ .addr = entries[i].address, .idx = nr_cpus };
		nr_cpus++;
	}
}

void smp_init(void)
{
	struct patience patience = { 0 };

	find_cpus();
	take_calls();
	for (int i = 1; i < nr_cpus; i++)
		if (start_fresh(&cpus[i], PSW(PSW_MASK_64, secondary_start)))
			report_abort("CPU %d does not start", i);
	while (__atomic_load_n(&online, __ATOMIC_ACQUIRE) < (u32)nr_cpus)
		if (patience_over(&patience, START_PATIENCE))
			report_abort("%" PRIu32 " of %d CPUs came up in %d seconds", online,
				     nr_cpus, START_PATIENCE);
}

void smp_stop_others(void)
{
	u16 me = stap();

	for (int i = 0; i < nr_cpus; i++)
		if (cpus[i].addr != me)
			give(&cpus[i], SIGP_STOP, 0);
}

/* ---- for tests ---- */

int smp_sigp(u16 idx, u8 order, unsigned long parm, u32 *status)
{
	return sigp_retry(smp_cpu_from_idx(idx)->addr, order, parm, status);
}

bool smp_cpu_stopped(u16 idx)
{
	u32 status = 0;

	return smp_sigp(idx, SIGP_SENSE, 0, &status) == SIGP_CC_STATUS_STORED &&
		status & (SIGP_STATUS_STOPPED | SIGP_STATUS_CHECK_STOP);
}

bool smp_sense_running_status(u16 idx)
{
	return smp_sigp(idx, SIGP_SENSE_RUNNING, 0, NULL) != SIGP_CC_STATUS_STORED;
}

static int wait_until(u16 idx, bool stopped)
{
	struct patience patience = { 0 };

	while (smp_cpu_stopped(idx) != stopped)
		if (patience_over(&patience, SIGP_PATIENCE))
			return -1;
	return 0;
}

int smp_cpu_stop_nowait(u16 idx)
{
	struct cpu *cpu = smp_cpu_from_idx(idx);

	cpu->active = false;
	cpu->driven = true;
	return give(cpu, SIGP_STOP, 0);
}

int smp_cpu_stop(u16 idx)
{
	return smp_cpu_stop_nowait(idx) || wait_until(idx, true) ? -1 : 0;
}

int smp_cpu_stop_store_status(u16 idx)
{
	struct cpu *cpu = smp_cpu_from_idx(idx);

	cpu->active = false;
	cpu->driven = true;
	return give(cpu, SIGP_STOP_AND_STORE_STATUS, 0) || wait_until(idx, true) ? -1 : 0;
}

int smp_cpu_restart_nowait(u16 idx)
{
	struct cpu *cpu = smp_cpu_from_idx(idx);

	cpu->active = true;
	cpu->driven = true;
	return give(cpu, SIGP_RESTART, 0);
}

int smp_cpu_restart(u16 idx)
{
	return smp_cpu_restart_nowait(idx) || wait_until(idx, false) ? -1 : 0;
}

int smp_cpu_start(u16 idx, struct psw psw)
{
	struct cpu *cpu = smp_cpu_from_idx(idx);

	cpu->lowcore->restart_new_psw = psw;
	mb();
	return smp_cpu_restart(idx);
}

int smp_cpu_setup(u16 idx, struct psw psw)
{
	struct cpu *cpu = smp_cpu_from_idx(idx);

	if (cpu->addr == stap())
		return -1;
	cpu->driven = true;
	if (start_fresh(cpu, psw))
		return -1;
	return wait_until(idx, false);
}

int smp_cpu_destroy(u16 idx)
{
	struct cpu *cpu = smp_cpu_from_idx(idx);

	if (cpu->addr == stap() || smp_cpu_stop(idx))
		return -1;
	cpu->lowcore->restart_new_psw = PSW(PSW_MASK_64, restart_entry);
	return 0;
}
