/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu: the SIMD and FP registers, FPCR, FPSR, and SVE's where there are any, belong to one vCPU and stay as they are:
 * over interrupts, exceptions, calls of the hypervisor, WFI, EL0, and while other CPUs fill theirs (Arm ARM, sections
 * C5.2.8, D1.3.2; DEN0028, section 2.6). The library itself never touches them.
 */
#include "case.h"
#include "arch-hooks.h"
#include "alloc_page.h"
#include "on-cpus.h"
#include "smccc.h"
#include "asm/gic.h"
#include "asm/processor.h"
#include "asm/psci.h"
#include "asm/setup.h"
#include "asm/timer.h"
#include "asm/try.h"

#define REGISTERS	32

struct vectors {
	u64 q[REGISTERS][2];
	u64 fpcr, fpsr;
} __aligned(16);

#define EACH_PAIR(op)						\
	op " q0, q1, [%0, #0]\n" op " q2, q3, [%0, #32]\n"	\
	op " q4, q5, [%0, #64]\n" op " q6, q7, [%0, #96]\n"	\
	op " q8, q9, [%0, #128]\n" op " q10, q11, [%0, #160]\n"	\
	op " q12, q13, [%0, #192]\n" op " q14, q15, [%0, #224]\n"	\
	op " q16, q17, [%0, #256]\n" op " q18, q19, [%0, #288]\n"	\
	op " q20, q21, [%0, #320]\n" op " q22, q23, [%0, #352]\n"	\
	op " q24, q25, [%0, #384]\n" op " q26, q27, [%0, #416]\n"	\
	op " q28, q29, [%0, #448]\n" op " q30, q31, [%0, #480]\n"

static void load(const struct vectors *v)
{
	asm volatile(".arch_extension fp\n.arch_extension simd\n" EACH_PAIR("ldp") : : "r" (v->q) : "memory");
	write_sysreg(v->fpcr, fpcr);
	write_sysreg(v->fpsr, fpsr);
}

static void store(struct vectors *v)
{
	asm volatile(".arch_extension fp\n.arch_extension simd\n" EACH_PAIR("stp") : : "r" (v->q) : "memory");
	v->fpcr = read_sysreg(fpcr);
	v->fpsr = read_sysreg(fpsr);
}

/* Rounding mode and flush to zero differ by seed, as do all cumulative flags. */
static void fill(struct vectors *v, u64 seed)
{
	for (int i = 0; i < REGISTERS; i++) {
		v->q[i][0] = (seed + i) * 0x9e3779b97f4a7c15ull;
		v->q[i][1] = ~v->q[i][0] ^ seed << 56;
	}
	v->fpcr = (seed & 3) << 22 | (seed & 4) << 22;
	v->fpsr = seed & 0x1f;
}

/* Loads a pattern, lets something happen, and compares all there is. */
static void check(u64 seed, void (*happen)(void))
{
	struct vectors before, after;

	fill(&before, seed);
	load(&before);
	happen();
	store(&after);
	expect_mem(&after, &before, sizeof(before));
}

void case_setup(void)
{
	require_msg(id_field(read_sysreg(id_aa64pfr0_el1), ID_AA64PFR0_EL1_FP_SHIFT) != 15, "no FP");
}

static void nothing(void)
{
}

CASE(registers, "all 32 registers of 128 bits, FPCR and FPSR hold what they are given")
{
	for (u64 seed = 1; seed < 32; seed++)
		check(seed, nothing);
}

static void undefined(void)
{
	asm_safe("udf #0");
	asm_safe("svc #3");
}

CASE(exceptions, "exceptions leave them alone")
{
	check(3, undefined);
}

static void hypercalls(void)
{
	for (int i = 0; i < 20; i++)
		psci_invoke(PSCI_0_2_FN_PSCI_VERSION, 0, 0, 0);
	psci_invoke(PSCI_0_2_FN64_AFFINITY_INFO, cpus[0], 0, 0);
}

CASE(hypercalls, "calls of the hypervisor leave them alone")
{
	require(platform.psci != CONDUIT_NONE);
	check(5, hypercalls);
}

static volatile u32 ticks;

static void tick(struct pt_regs *regs)
{
	u32 iar = gic_read_iar();

	(void)regs;
	ticks++;
	write_sysreg(get_cntvct() + get_cntfrq() / 2000, cntv_cval_el0);
	isb();
	gic_write_eoir(iar);
}

static void start_ticks(void)
{
	require_msg(gic_init(), "no GIC");
	require(TIMER_VTIMER_IRQ > 0);
	gic_enable_defaults();
	install_irq_handler(EL1H_IRQ, tick);
	gic_enable_irq(TIMER_VTIMER_IRQ);
	ticks = 0;
	write_sysreg(get_cntvct(), cntv_cval_el0);
	write_sysreg(ARCH_TIMER_CTL_ENABLE, cntv_ctl_el0);
	isb();
}

static void stop_ticks(void)
{
	write_sysreg(0, cntv_ctl_el0);
	isb();
	gic_disable_irq(TIMER_VTIMER_IRQ);
}

static void be_interrupted(void)
{
	u32 until = ticks + 20;

	local_irq_enable();
	while ((s32)(ticks - until) < 0)
		cpu_relax();
	local_irq_disable();
}

static void sleep(void)
{
	u32 until = ticks + 5;

	local_irq_enable();
	while ((s32)(ticks - until) < 0)
		wfi();
	local_irq_disable();
}

CASE(interrupts, "twenty interrupts of the timer leave them alone, and so does WFI")
{
	start_ticks();
	check(6, be_interrupted);
	check(7, sleep);
	stop_ticks();
	expect_ge(ticks, 25);
}

static u64 user_adds(u64 arg)
{
	return arg + 1;
}

static void visit_user(void)
{
	run_in_user(user_adds, 1);
}

CASE(user, "EL0 and back leaves them alone")
{
	check(9, visit_user);
	expect(!exception_record()->raised);
}

/* ---- several CPUs ---- */

static u32 damaged[NR_CPUS];

static void hold(void *unused)
{
	int cpu = arch_cpu_id();
	struct vectors before, after;

	(void)unused;
	for (int round = 0; round < 200; round++) {
		fill(&before, cpu * 1000 + round);
		load(&before);
		if (platform.psci != CONDUIT_NONE && round % 10 == 0)
			psci_invoke(PSCI_0_2_FN_PSCI_VERSION, 0, 0, 0);
		for (int i = 0; i < 50; i++)
			cpu_relax();
		store(&after);
		damaged[cpu] += memcmp(&before, &after, sizeof(before)) != 0;
	}
}

CASE(cpus, "every CPU keeps its own while all change theirs")
{
	on_cpus(hold, NULL);
	for (int cpu = 0; cpu < nr_cpus; cpu++)
		expect_eq_msg(damaged[cpu], 0, "CPU %d", cpu);
}

/* ---- traps ---- */

static u64 user_fp(u64 unused)
{
	asm volatile(".inst 0x9e66001f" : : : "memory");	/* fmov xzr, d0 */
	return unused;
}

CASE(trap, "CPACR_EL1.FPEN: 0 and 2 trap EL1 and EL0, 1 traps EL0 only, 3 neither; FPCR too; the registers stay")
{
	static const struct {
		u64 fpen;
		bool el1, el0;
	} rows[] = { { 0, true, true }, { 1, false, true }, { 2, true, true }, { 3, false, false } };
	const u64 trap = (u64)ESR_ELx_EC_FP_ASIMD << ESR_ELx_EC_SHIFT | ESR_ELx_IL | 0x1e00000;
	struct vectors before, after;
	u64 cpacr = read_sysreg(cpacr_el1), value = 0;

	fill(&before, 11);
	load(&before);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		write_sysreg((cpacr & ~CPACR_EL1_FPEN) | rows[i].fpen << 20, cpacr_el1);
		isb();
		expect_eq_msg(asm_safe(".inst 0x9e66001f"), rows[i].el1 ? trap : 0, "FPEN %zu, EL1", i);
		expect_eq_msg(asm_safe_out1("mrs %0, fpcr", "+r" (value)), rows[i].el1 ? trap : 0, "FPEN %zu, FPCR", i);
		run_in_user(user_fp, 0);
		expect_eq_msg(exception_record()->raised ? exception_record()->esr : 0, rows[i].el0 ? trap : 0,
			      "FPEN %zu, EL0", i);
	}
	write_sysreg(cpacr, cpacr_el1);
	isb();
	store(&after);
	expect_mem(&after, &before, sizeof(before));
}

/* ---- SVE ---- */

CASE(sve_absent, "without SVE in ID_AA64PFR0_EL1 its instructions are undefined")
{
	require(!system_supports_sve());
	/* rdvl x0, #1 */
	expect_eq(asm_safe(".inst 0x04bf5020"), (u64)ESR_ELx_EC_UNKNOWN << ESR_ELx_EC_SHIFT | ESR_ELx_IL);
}

static u64 vector_bytes(void)
{
	u64 bytes;

	asm volatile(".inst 0x04bf5020\n\tmov %0, x0" : "=r" (bytes) : : "x0");
	return bytes;
}

CASE(sve, "CPACR_EL1.ZEN traps SVE with class 0x19, ZCR_EL1.LEN chooses a length of what the machine has")
{
	u64 cpacr = read_sysreg(cpacr_el1), last = 0;

	require(system_supports_sve());
	write_sysreg(cpacr & ~CPACR_EL1_ZEN, cpacr_el1);
	isb();
	expect_eq(asm_safe(".inst 0x04bf5020", "r" (0)), (u64)ESR_ELx_EC_SVE << ESR_ELx_EC_SHIFT | ESR_ELx_IL);
	write_sysreg(cpacr | CPACR_EL1_ZEN, cpacr_el1);
	isb();
	for (u64 len = 0; len < 16; len++) {
		u64 bytes;

		write_sysreg_s(len, ZCR_EL1);
		isb();
		bytes = vector_bytes();
		expect_eq_msg(bytes & 15, 0, "LEN %" PRIu64, len);
		expect_le(bytes, (len + 1) * 16);
		expect_ge(bytes, MAX(last, 16ul));
		last = bytes;
	}
	metric("sve_length", last * 8, "bits");
	write_sysreg_s(0, ZCR_EL1);
	write_sysreg(cpacr, cpacr_el1);
	isb();
}
