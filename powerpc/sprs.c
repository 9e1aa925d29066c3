/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Special purpose registers (Power ISA 3.1B, Book III, section 5.4.4): each CPU has its own, they
 * keep what is written over interrupts, hypercalls and sleep; privileged numbers trap in user mode,
 * numbers that are none are illegal or do nothing.
 */
#include "arch-hooks.h"
#include "case.h"
#include "on-cpus.h"
#include "asm/mmu.h"
#include "asm/smp.h"
#include "asm/time.h"
#include "asm/user.h"

#define SRR1_OWN	0x783f0000ul
#define ALL		(~0ul)

void case_setup(void)
{
	if (mmu_has_radix())
		setup_vm();
}

/* The register, and the bits of it that any processor keeps. */
#define SPRS(X)								\
	X(DSCR, 17, 0x3f)						\
	X(DAR, 19, ALL)							\
	X(DSISR, 18, 0xffffffff)					\
	X(VRSAVE, 256, 0xffffffff)					\
	X(SPRG2, 274, ALL)						\
	X(SPRG3, 275, ALL)						\
	X(MMCR1, 798, 0xff)						\
	X(SDAR, 797, ALL)						\
	X(PMC1, 787, 0xffffffff)					\
	X(PMC6, 792, 0xffffffff)					\
	X(EBBHR, 804, ~3ul)						\
	X(EBBRR, 805, ~3ul)						\
	X(TAR, 815, ALL)

#define FUNCTIONS(name, number, bits)					\
	static unsigned long get_##name(void) { return mfspr(number); }	\
	static void set_##name(unsigned long value) { mtspr(number, value); }
SPRS(FUNCTIONS)

#define ROW(name, number, bits) { #name, get_##name, set_##name, bits },
static const struct spr {
	const char *name;
	unsigned long (*get)(void);
	void (*set)(unsigned long value);
	unsigned long bits;
} sprs[] = { SPRS(ROW) };

#define N_SPRS		ARRAY_SIZE(sprs)

static unsigned long pattern(int cpu, size_t i, unsigned int round)
{
	unsigned long value = 0x0123456789abcdeful * (2 * (i + 32 * (unsigned long)cpu) + 1);

	return (round & 1 ? ~value : value) & sprs[i].bits;
}

/* What was read, by CPU; filled with interrupts off, since those use DAR and DSISR. */
static unsigned long seen[NR_CPUS][N_SPRS], old[NR_CPUS][N_SPRS];

static void write_all(int cpu, unsigned int round)
{
	for (size_t i = 0; i < N_SPRS; i++) {
		old[cpu][i] = sprs[i].get();
		sprs[i].set(pattern(cpu, i, round) | (old[cpu][i] & ~sprs[i].bits));
	}
}

static void read_all(int cpu)
{
	for (size_t i = 0; i < N_SPRS; i++) {
		seen[cpu][i] = sprs[i].get() & sprs[i].bits;
		sprs[i].set(old[cpu][i]);
	}
}

static void expect_all(int cpu, unsigned int round)
{
	for (size_t i = 0; i < N_SPRS; i++)
		expect_eq_msg(seen[cpu][i], pattern(cpu, i, round), "%s of CPU %d",
			      sprs[i].name, cpu);
}

CASE(values, "what is written is read: patterns and their complements")
{
	for (unsigned int round = 0; round < 2; round++) {
		unsigned long irqs = arch_irq_save();

		write_all(0, round);
		read_all(0);
		arch_irq_restore(irqs);
		expect_all(0, round);
	}
}

static volatile unsigned int ticks;

static void on_tick(struct pt_regs *regs, void *data)
{
	ticks++;
	dec_set(usec_to_tb(200));
}

CASE(interrupts, "and still after interrupts of the decrementer and sleep")
{
	ticks = 0;
	handle_exception(0x900, on_tick, NULL);
	write_all(0, 0);
	dec_set(usec_to_tb(200));
	for (u64 start = get_tb(); ticks < 20 && get_tb() - start < 10 * tb_hz;)
		cpu_relax();
	handle_exception(0x900, NULL, NULL);
	usleep(1000);
	read_all(0);
	expect_ge(ticks, 20);
	expect_all(0, 0);
}

static volatile unsigned int arrived;

static void own_values(void *data)
{
	unsigned long irqs = arch_irq_save();
	int cpu = arch_cpu_id();
	u64 start = get_tb();

	write_all(cpu, 0);
	__atomic_add_fetch(&arrived, 1, __ATOMIC_SEQ_CST);
	while (arrived < (unsigned int)arch_cpu_count() && get_tb() - start < 10 * tb_hz)
		cpu_relax();
	read_all(cpu);
	arch_irq_restore(irqs);
}

CASE(every_cpu, "each CPU has its own, also while all others write theirs")
{
	require(arch_cpu_count() > 1);
	arrived = 0;
	on_cpus(own_values, NULL);
	expect_eq(arrived, arch_cpu_count());
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++)
		expect_all(cpu, 0);
}

/* ---- who may ---- */

#define MFSPR_R3(n)	(0x7c6002a6u | ((n) & 0x1f) << 16 | ((n) >> 5) << 11)
#define MTSPR_R3(n)	(0x7c6003a6u | ((n) & 0x1f) << 16 | ((n) >> 5) << 11)
#define SPR_PRIVILEGED	0x10u		/* of a number: privileged, whether or not there is one */

static void expect_privileged(u32 insn, u32 n)
{
	struct pt_regs regs = { .gpr[3] = 0x55 };

	run_user_code(&insn, 1, &regs);
	expect_eq_msg(trap_record()->regs.trap, 0x700, "SPR %" PRIu32, n);
	expect_eq_msg(trap_record()->regs.msr & SRR1_OWN, SRR1_PROG_PRIVILEGED, "SPR %" PRIu32, n);
	expect_eq_msg(trap_record()->regs.gpr[3], 0x55, "SPR %" PRIu32, n);
}

static bool has_user_clock(u32 n)
{
	return n == 284 || n == 285 || n == 308 || n == 309;
}

CASE(user_privileged, "in user mode every privileged number is a program interrupt, SRR1 bit 45")
{
	require(mmu_has_radix());
	for (u32 n = 0; n < 1024; n++) {
		u32 insns[] = { MFSPR_R3(n), MTSPR_R3(n) };

		if (!(n & SPR_PRIVILEGED) || has_user_clock(n))
			continue;
		expect_privileged(insns[0], n);
		expect_privileged(insns[1], n);
	}
}

CASE(user_clocks, "and so are PURR, SPURR and the numbers by which the time base is written")
{
	require(mmu_has_radix());
	for (u32 n = 0; n < 1024; n++) {
		if (!has_user_clock(n))
			continue;
		expect_privileged(MFSPR_R3(n), n);
		expect_privileged(MTSPR_R3(n), n);
	}
}

CASE(user_allowed, "in user mode XER, LR, CTR, VRSAVE, TB and PPR are read without an interrupt")
{
	static const u32 numbers[] = { 1, 8, 9, 256, 268, 269, 896 };

	require(mmu_has_radix());
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		u32 insn = MFSPR_R3(numbers[i]);
		struct pt_regs regs = { .trap = 0 };

		run_user_code(&insn, 1, &regs);
		expect_eq_msg(trap_record()->regs.trap, 0xc00, "SPR %" PRIu32, numbers[i]);
	}
}

/*
 * SPR 0, 4, 5 and 6: section 5.4.4, MFSPR. To a guest its hypervisor makes it a program interrupt.
 */
#define EXPECT_ILLEGAL(n)								\
	do {										\
		unsigned long __r3 = 0x55;						\
											\
		expect_msg(trap_try("mfspr %0, " #n, "+r" (__r3), "r" (0)), "SPR " #n);	\
		expect_eq_msg(trap_record()->regs.trap, machine_is_powernv() ? 0xe40 : 0x700,	\
			      "SPR " #n);						\
		expect_eq_msg(__r3, 0x55, "SPR " #n);					\
	} while (0)

CASE(never, "SPR 0, 4, 5 and 6 are illegal for the privileged state, too")
{
	EXPECT_ILLEGAL(0);
	EXPECT_ILLEGAL(4);
	EXPECT_ILLEGAL(5);
	EXPECT_ILLEGAL(6);
}

CASE(hypervisor, "a guest gets no hypervisor register: LPCR, LPIDR, HFSCR, HSRR0, PTCR")
{
	static unsigned long values[5];

	require(machine_is_pseries());
	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		values[i] = 0x55;
	expect(trap_try("mfspr %0, 318", "+r" (values[0]), "r" (0)));
	expect(trap_try("mfspr %0, 319", "+r" (values[1]), "r" (0)));
	expect(trap_try("mfspr %0, 190", "+r" (values[2]), "r" (0)));
	expect(trap_try("mfspr %0, 314", "+r" (values[3]), "r" (0)));
	expect(trap_try("mfspr %0, 464", "+r" (values[4]), "r" (0)));
	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		expect_eq(values[i], 0x55);
}

static volatile unsigned long pir[NR_CPUS], pvr[NR_CPUS];

static void identify(void *data)
{
	pir[arch_cpu_id()] = mfspr(SPR_PIR);
	pvr[arch_cpu_id()] = mfspr(SPR_PVR);
}

CASE(pvr, "PVR is the same on every CPU, and no CPU's to write")
{
	unsigned long old = mfspr(SPR_PVR);

	trap_try_in("mtspr 287, %0", "r" (~old));
	expect_eq(mfspr(SPR_PVR), old);
	on_cpus(identify, NULL);
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++)
		expect_eq_msg(pvr[cpu], old, "CPU %d", cpu);
}

/* On powernv opal/every_cpu says which number it is. */
CASE(pir, "a guest's PIR tells every CPU from every other")
{
	require(machine_is_pseries());
	require(arch_cpu_count() > 1);
	on_cpus(identify, NULL);
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++)
		for (int other = 0; other < cpu; other++)
			expect_msg(pir[cpu] != pir[other], "CPU %d and %d: %#lx", cpu, other,
				   pir[cpu]);
}

/* ---- FSCR (Book III) and facility unavailable interrupts (section 7.5.24) ---- */

#define FSCR_CAUSE(fscr)	((fscr) >> 56)

static const struct {
	const char *name;
	u32 spr;
	unsigned int bit;		/* from the right; also the cause */
} facilities[] = {
	{ "DSCR", 3, 2 }, { "EBBHR", 804, 7 }, { "TAR", 815, 8 },
};

static void facility(size_t i)
{
	u32 insn = MFSPR_R3(facilities[i].spr);
	unsigned long old = mfspr(SPR_FSCR), bit = 1ul << facilities[i].bit, cause;
	struct pt_regs regs = { .gpr[3] = 0x55 }, withheld;

	mtspr(SPR_FSCR, (old & ~0xff00000000000000ul) & ~bit);
	run_user_code(&insn, 1, &regs);
	withheld = trap_record()->regs;
	cause = FSCR_CAUSE(mfspr(SPR_FSCR));
	mtspr(SPR_FSCR, old | bit);
	run_user_code(&insn, 1, &regs);
	mtspr(SPR_FSCR, old);
	expect_eq_msg(withheld.trap, 0xf60, "%s", facilities[i].name);
	expect_eq_msg(withheld.nip, USER_CODE, "%s", facilities[i].name);
	expect_eq_msg(withheld.msr & SRR1_OWN, 0, "%s", facilities[i].name);
	expect_eq_msg(cause, facilities[i].bit, "%s", facilities[i].name);
	expect_eq_msg(withheld.gpr[3], 0x55, "%s", facilities[i].name);
	expect_eq_msg(trap_record()->regs.trap, 0xc00, "%s", facilities[i].name);
}

CASE(facilities,
     "what FSCR withholds from user mode is 0xf60 with its cause; what it gives is there")
{
	require(mmu_has_radix());
	for (size_t i = 1; i < ARRAY_SIZE(facilities); i++)
		facility(i);
}

CASE(facility_dscr, "and so is DSCR by its user's number")
{
	require(mmu_has_radix());
	facility(0);
}
