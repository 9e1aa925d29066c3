/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EL2 below the library, and the library at EL2: see asm/el2.h. What runs at EL2 says so; its entry
 * is el2.S.
 */
#include "alloc_page.h"
#include "arch-hooks.h"
#include "boot.h"
#include "case.h"
#include "setjmp.h"
#include "asm/el2.h"
#include "asm/mmu.h"
#include "asm/setup.h"
#include "asm/smp.h"
#include "asm/timer.h"

#define STACK		16384

/* Arm ARM, SCTLR_EL2: the bits that are one in ARMv8.0 where E2H is 0, and M, C, I. */
#define SCTLR_NVHE	(0x30c50830ul | SCTLR_MMU_CACHES)
#define SCTLR_VHE	((u64)SCTLR_BOOT | SCTLR_MMU_CACHES)
/*
 * TCR_EL2 where E2H is 0: bits 31 and 23 are one, PS is at 16; what describes TTBR0 is as in
 * TCR_EL1.
 */
#define TCR_NVHE	(1ul << 31 | 1ul << 23)
#define TCR_TTBR0	0xff3ful
/* CPTR_EL2 where E2H is 1 has the layout of CPACR_EL1: FPEN and ZEN. */
#define CPTR_VHE	(CPACR_EL1_FPEN | CPACR_EL1_ZEN)
#define CNTHCTL_NVHE	3ul
#define CNTHCTL_VHE	(3ul << 10)

u64 el2_defaults(u64 unused);
u64 el2_switch(u64 hcr, u64 tcr, u64 cptr, u64 cnthctl);
void el2_dispatch(enum vector v, struct pt_regs *regs);
extern char el2_vectors[];

struct el2_record el2_record;
void (*el2_handler)(enum vector v, struct pt_regs *regs, u64 esr);

static bool is_open, is_host;

/* The el2_call() that runs: one at a time, on one CPU. */
static struct {
	bool active, faulted;
	jmp_buf end;
	struct pt_regs *context;
} call;

bool el2_available(void)
{
	return boot_level == 2 && !is_host;
}

bool el2_has_vhe(void)
{
	return id_field(read_sysreg(id_aa64mmfr1_el1), 8) != 0;
}

bool el2_is_host(void)
{
	return is_host;
}

/* ---- at EL2 ---- */

static u64 hpfar(u64 esr)
{
	unsigned int class = ESR_ELx_EC(esr);

	return class == ESR_ELx_EC_DABT_LOW || class == ESR_ELx_EC_IABT_LOW ? read_sysreg(hpfar_el2)
									    : 0;
}

static void record(enum vector v, const struct pt_regs *regs, u64 esr)
{
	if (el2_record.count++)
		return;
	el2_record.vector = v;
	el2_record.esr = esr;
	el2_record.far = read_sysreg(far_el2);
	el2_record.hpfar = hpfar(esr);
	el2_record.elr = regs->pc;
	el2_record.spsr = regs->pstate;
}

static void run_call(struct pt_regs *regs)
{
	u64 (*function)(u64) = (u64 (*)(u64))regs->regs[0], arg = regs->regs[1], result = 0;

	call.context = regs;
	call.faulted = false;
	call.active = true;
	if (!setjmp(call.end))
		result = function(arg);
	call.active = false;
	regs->regs[0] = result;
	regs->regs[1] = call.faulted;
}

static _Noreturn void land(void)
{
	call.faulted = true;
	longjmp(call.end, 1);
}

/* An exception of EL2's own code: nobody but the call can have caused it. */
static void own_exception(enum vector v, struct pt_regs *regs, u64 esr)
{
	record(v, regs, esr);
	if (!call.active)
		report_abort("exception at EL2: vector %d, ESR_EL2 %#" PRIx64 ", ELR_EL2 %#" PRIx64,
			     v, esr, regs->pc);
	regs->pc = (u64)land;
	regs->pstate = PSR_MODE_EL2h | PSR_D_BIT | PSR_A_BIT | PSR_I_BIT | PSR_F_BIT;
}

static void trap(enum vector v, struct pt_regs *regs, u64 esr)
{
	record(v, regs, esr);
	if (v % 4 != EL1T_SYNC)
		write_sysreg(read_sysreg(hcr_el2) & ~(HCR_AMO | HCR_IMO | HCR_FMO), hcr_el2);
	else if (ESR_ELx_EC(esr) == ESR_ELx_EC_IABT_LOW)
		regs->pc = regs->regs[30];
	else if (ESR_ELx_EC(esr) != ESR_ELx_EC_HVC64 && ESR_ELx_EC(esr) != ESR_ELx_EC_SVC64)
		regs->pc += 4;
}

void el2_dispatch(enum vector v, struct pt_regs *regs)
{
	u64 esr = read_sysreg(esr_el2);
	const u64 ours = (u64)ESR_ELx_EC_HVC64 << ESR_ELx_EC_SHIFT | ESR_ELx_IL | EL2_HVC_CALL;

	if (v < EL0_SYNC_64)
		own_exception(v, regs, esr);
	else if (v == EL0_SYNC_64 && esr == ours)
		run_call(regs);
	else if (el2_handler)
		el2_handler(v, regs, esr);
	else
		trap(v, regs, esr);
}

struct pt_regs *el2_context(void)
{
	return call.context;
}

static u64 tcr_nvhe(u64 tcr)
{
	return TCR_NVHE | (tcr & TCR_TTBR0) | (tcr >> TCR_IPS_SHIFT & 7) << 16;
}

static u64 at_el2_reset(u64 tcr)
{
	el2_switch(HCR_DEFAULT, tcr_nvhe(tcr), read_sysreg(cptr_el2), CNTHCTL_NVHE);
	return el2_defaults(0);
}

static u64 at_el2_vhe(u64 tcr)
{
	return el2_switch(HCR_DEFAULT | HCR_E2H, tcr, CPTR_VHE, CNTHCTL_VHE);
}

/* ---- at EL1 ---- */

/* Register variables lose what they hold to any call, so the values come as arguments. */
static void hvc_open(u64 tcr, u64 vectors, u64 stack_end)
{
	register u64 x0 asm("x0") = read_sysreg(ttbr0_el1);
	register u64 x1 asm("x1") = tcr;
	register u64 x2 asm("x2") = read_sysreg(mair_el1);
	register u64 x3 asm("x3") = SCTLR_NVHE;
	register u64 x4 asm("x4") = stack_end;
	register u64 x5 asm("x5") = vectors;

	asm volatile("hvc %[open]"
		     : "+r"(x0)
		     : "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5), [open] "i"(EL2_HVC_OPEN)
		     : "memory");
}

/* The end of a case: traps off, E2H 0. */
static void reset(void)
{
	u64 result;

	el2_handler = NULL;
	el2_expect();
	if (!el2_try(at_el2_reset, read_sysreg(tcr_el1), &result))
		report_abort("EL2 cannot be reset: ESR_EL2 %#" PRIx64, el2_record.esr);
}

void el2_open(void)
{
	char *stack;

	assert(el2_available() && !arch_cpu_id());
	if (is_open)
		return;
	is_open = true;
	stack = alloc_pages(pages_order(STACK));
	hvc_open(tcr_nvhe(read_sysreg(tcr_el1)), (u64)el2_vectors, (u64)stack + STACK);
	case_at_end(reset);
}

bool el2_try(u64 (*function)(u64 arg), u64 arg, u64 *result)
{
	register u64 x0 asm("x0") = (u64)function;
	register u64 x1 asm("x1") = arg;

	asm volatile("hvc %[call]" : "+r" (x0), "+r" (x1) : [call] "i" (EL2_HVC_CALL) : "memory");
	*result = x0;
	return !x1;
}

u64 el2_call(u64 (*function)(u64 arg), u64 arg)
{
	char text[160];
	u64 result;

	if (el2_try(function, arg, &result))
		return result;
	snprintf(text, sizeof(text),
		 "exception at EL2: vector %d, ESR_EL2 %#" PRIx64 ", FAR_EL2 %#" PRIx64
		 ", ELR_EL2 %#" PRIx64,
		 el2_record.vector, el2_record.esr, el2_record.far, el2_record.elr);
	case_unexpected_exception(text, NULL, 0);
}

void el2_expect(void)
{
	memset(&el2_record, 0, sizeof(el2_record));
}

void el2_set_vhe(bool on)
{
	u64 tcr = read_sysreg(tcr_el1);

	el2_call(on ? at_el2_vhe : at_el2_reset, tcr);
}

/* ---- the library at EL2 ---- */

static void go_up(void)
{
	register u64 ttbr asm("x0") = read_sysreg(ttbr0_el1);
	register u64 tcr asm("x1") = read_sysreg(tcr_el1);
	register u64 mair asm("x2") = read_sysreg(mair_el1);
	register u64 sctlr asm("x3") = SCTLR_VHE;
	register u64 hcr asm("x4") = HCR_DEFAULT | HCR_E2H | HCR_TGE;
	register u64 cptr asm("x5") = CPACR_EL1_FPEN;
	register u64 vbar asm("x6") = read_sysreg(vbar_el1);

	asm volatile("hvc %[up]"
		     : "+r"(ttbr)
		     : "r"(tcr), "r"(mair), "r"(sctlr), "r"(hcr), "r"(cptr),
		       "r"(vbar), [up] "i"(EL2_HVC_UP)
		     : "memory");
	isb();
}

void el2_become_host(void)
{
	assert_msg(el2_available() && el2_has_vhe(), "entered at EL%d", (int)boot_level);
	assert(!is_open);
	for (int cpu = 1; cpu < nr_cpus; cpu++)
		assert_msg(!smp_started(cpu), "CPU %d is at EL1", cpu);
	go_up();
	is_host = true;
}

void el2_follow(void)
{
	if (is_host)
		go_up();
}

/* With E2H and TGE the names of EL1's timers are EL2's. */
enum arch_timer timer_meant(enum arch_timer timer)
{
	if (!is_host)
		return timer;
	return timer == ARCH_TIMER_PHYSICAL  ? ARCH_TIMER_HYP
	       : timer == ARCH_TIMER_VIRTUAL ? ARCH_TIMER_HYP_VIRTUAL
					     : timer;
}

/* The environment chooses the level. */
void arch_ready(void)
{
	const char *level = getenv("VMUNIT_EL");

	if (!level || strcmp(level, "1") == 0)
		return;
	if (strcmp(level, "2"))
		report_abort("VMUNIT_EL=%s: neither 1 nor 2", level);
	if (el2_available() && el2_has_vhe())
		el2_become_host();
	else
		report_info("VMUNIT_EL=2: %s; at EL1",
			    el2_available() ? "no FEAT_VHE" : "entered at EL1");
}
