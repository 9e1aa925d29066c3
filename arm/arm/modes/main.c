/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * modes: the processor modes of PL1 with 32 bits: which registers each has of its own, that none of
 * them is lost by visits to others, by exceptions, hypervisor calls and interrupts, or by another
 * CPU's (ARMv7 ARM, sections B1.3.1 and B1.3.2). How they are entered: entry.c; FIQs: fiq.c.
 */
#include "case.h"
#include "arch-hooks.h"
#include "modes-test.h"
#include "on-cpus.h"
#include "smccc.h"
#include "asm/psci.h"
#include "asm/setup.h"
#include "asm/try.h"

void mode_read(u32 mode, u32 value[3]);
void mode_write(u32 mode, const u32 value[3]);
void fiq_registers(const u32 before[5], u32 after[5], u32 other[5]);

struct banked read_banked(u32 mode)
{
	u32 v[3];

	mode_read(mode, v);
	return (struct banked){ v[0], v[1], v[2] };
}

void write_banked(u32 mode, struct banked value)
{
	u32 v[3] = { value.sp, value.lr, value.spsr };

	mode_write(mode, v);
}

void write_sp(u32 mode, u32 sp)
{
	struct banked value = read_banked(mode);

	value.sp = sp;
	write_banked(mode, value);
}

/* Those whose registers we may change: SVC's are the code's own. SYSTEM: user mode's. */
static const u32 modes[] = { SYSTEM_MODE, FIQ_MODE, IRQ_MODE, ABT_MODE, UND_MODE };

/* SPSRs that are no illegal mode: Q, GE and flags differ. */
static struct banked pattern(size_t i, u32 seed)
{
	return (struct banked){
		.sp = 0x11110000 + 0x100 * i + 16 * seed,
		.lr = 0x22220000 + 0x100 * i + 4 * seed,
		.spsr = modes[i] == SYSTEM_MODE ? 0 :
			(u32)(i + seed % 8) << 28 | (u32)(i + seed) % 16 << 16 |
			(seed & 7) << 6 | USR_MODE,
	};
}

static void fill(u32 seed)
{
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		write_banked(modes[i], pattern(i, seed));
}

static void compare(u32 seed, const char *when)
{
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		struct banked is = read_banked(modes[i]), was = pattern(i, seed);

		expect_eq_msg(is.sp, was.sp, "SP of mode %#" PRIx32 ", %s", modes[i], when);
		expect_eq_msg(is.lr, was.lr, "LR of mode %#" PRIx32 ", %s", modes[i], when);
		expect_eq_msg(is.spsr, was.spsr, "SPSR of mode %#" PRIx32 ", %s", modes[i], when);
	}
}

CASE(banked, "SP, LR and SPSR of each mode are its own, and hold what is written")
{
	for (u32 seed = 0; seed < 16; seed++) {
		fill(seed);
		compare(seed, "written");
	}
}

CASE(fiq_registers, "FIQ mode has R8 to R12 of its own; those of the others stay")
{
	static const u32 own[5] = { 0x12345678, 0x9abcdef0, 0x0fedcba9, 0x87654321, 0xdeadbeef };
	static const u32 others[5] = { 0x88888888, 0x99999999, 0xaaaaaaaa, 0xbbbbbbbb, 0xcccccccc };
	u32 read[5], other[5];

	fiq_registers(own, read, other);
	expect_mem(read, own, sizeof(own));
	expect_mem(other, others, sizeof(others));
}

CASE(banked_access,
     "MRS and MSR of banked registers (Virtualization Extensions) are those registers, from SVC "
     "mode")
{
	u32 sp, lr, spsr;

	require_msg(id_field(read_sysreg(ID_PFR1), 12), "ID_PFR1.Virtualization is 0");
	fill(5);
	asm volatile(".arch_extension virt\n\tmrs %0, sp_irq\n\tmrs %1, lr_irq\n\tmrs %2, spsr_irq"
		     : "=r" (sp), "=r" (lr), "=r" (spsr));
	expect_eq(sp, pattern(2, 5).sp);
	expect_eq(lr, pattern(2, 5).lr);
	expect_eq(spsr, pattern(2, 5).spsr);
	asm volatile(".arch_extension virt\n\tmsr sp_und, %0\n\tmsr lr_abt, %1\n\tmsr sp_usr, %2"
		     : : "r" (0x5000), "r" (0x6000), "r" (0x7000));
	expect_eq(read_banked(UND_MODE).sp, 0x5000);
	expect_eq(read_banked(ABT_MODE).lr, 0x6000);
	expect_eq(read_banked(SYSTEM_MODE).sp, 0x7000);
	expect_eq(read_banked(UND_MODE).lr, pattern(4, 5).lr);
	expect_eq(read_banked(ABT_MODE).sp, pattern(3, 5).sp);
}

/* ---- what must leave them alone ---- */

CASE(over_svc, "an SVC changes none of the other modes' registers")
{
	fill(3);
	asm_safe("svc #1");
	expect(exception_record()->raised);
	compare(3, "behind SVC");
}

CASE(over_undefined,
     "an undefined instruction changes LR and SPSR of UND mode, and no other register")
{
	struct banked und;

	fill(4);
	asm_safe(".inst 0xe7f000f0");
	expect(exception_record()->raised);
	und = read_banked(UND_MODE);
	expect_eq(und.sp, pattern(4, 4).sp);
	expect_eq(und.lr, exception_record()->lr);
	expect_eq(und.spsr, exception_record()->spsr);
	write_banked(UND_MODE, pattern(4, 4));
	compare(4, "behind UNDEF");
}

CASE(over_hypercalls, "calls of the hypervisor change none of them")
{
	require(platform.psci != CONDUIT_NONE);
	fill(6);
	for (int i = 0; i < 50; i++)
		psci_invoke(PSCI_0_2_FN_PSCI_VERSION, 0, 0, 0);
	compare(6, "behind HVC");
}

static u64 user_stack(u64 arg)
{
	return (u32)__builtin_frame_address(0) + arg;
}

CASE(over_user, "user mode has the SP of System mode, and leaves all but that and LR alone")
{
	u32 sp;

	fill(7);
	sp = run_in_user(user_stack, 0);
	expect(!exception_record()->raised);
	expect_ne(sp, 0);
	expect_le(read_banked(SYSTEM_MODE).sp - sp, 4096);
	write_banked(SYSTEM_MODE, pattern(0, 7));
	compare(7, "behind PL0");
}

static u32 wrong[NR_CPUS];

static void hold(void *unused)
{
	u32 seed = arch_cpu_id();

	(void)unused;
	for (int round = 0; round < 200; round++) {
		fill(seed + round);
		if (round % 10 == 0 && platform.psci != CONDUIT_NONE)
			psci_invoke(PSCI_0_2_FN_PSCI_VERSION, 0, 0, 0);
		for (int i = 0; i < 20; i++)
			cpu_relax();
		for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
			struct banked is = read_banked(modes[i]), was = pattern(i, seed + round);

			wrong[seed] += memcmp(&is, &was, sizeof(is)) != 0;
		}
	}
}

CASE(cpus, "every CPU keeps its own while all change theirs")
{
	unsigned long state = arch_irq_save();

	on_cpus(hold, NULL);
	arch_irq_restore(state);
	for (int cpu = 0; cpu < nr_cpus; cpu++)
		expect_eq_msg(wrong[cpu], 0, "CPU %d", cpu);
}

/* ---- exceptions of other modes than SVC ---- */

static u32 in_mode(u32 mode)
{
	u32 sp = (u32)__builtin_frame_address(0) - 1024, psr = mode | PSR_MASKS;
	u32 old = current_cpsr(), after;

	/*
	 * An undefined instruction in that mode, with an SP of its own: it is recorded, and the
	 * code goes on there. T says "no".
	 */
	asm volatile("mov r1, %[sp]\n\tmov r2, %[old]\n\tmsr cpsr_c, %[psr]\n\tmov sp, r1\n"
		     "1: .inst 0xe7f000f0\n2:\n\tmrs r0, cpsr\n\tcmp sp, r1\n\t"
		     "orrne r0, r0, #0x20\n\tmsr cpsr_c, r2\n\t"
		     "mov %[after], r0\n\t" __ASM_EX_ENTRY("1b", "2b", EX_TRY)
		     : [after] "=r" (after)
		     : [sp] "r" (sp), [old] "r" (old), [psr] "r" (psr)
		     : "r0", "r1", "r2", "cc", "memory");
	return after;
}

CASE(from_other_modes,
     "an exception in FIQ, IRQ, ABT and System mode has that mode in SPSR, its SP is kept, and "
     "goes back to it")
{
	static const u32 from[] = { FIQ_MODE, IRQ_MODE, ABT_MODE, SYSTEM_MODE };

	for (size_t i = 0; i < ARRAY_SIZE(from); i++) {
		u32 after;

		exception_record()->raised = false;
		after = in_mode(from[i]);
		insist(exception_record()->raised);
		expect_eq(exception_record()->vector, EXCPTN_UND);
		expect_eq(exception_record()->spsr & MODE_MASK, from[i]);
		expect_eq(after & MODE_MASK, from[i]);
		expect_eq_msg(after & PSR_T_BIT, 0, "SP of mode %#" PRIx32 " changed", from[i]);
	}
}
