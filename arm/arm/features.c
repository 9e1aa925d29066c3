/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * features: what the ID registers of 32 bits promise works, and what they do not is undefined
 * (ARMv7 ARM, DDI 0406, section B4.1, ID_PFR0 and so on; for fields that ARMv8 added, DDI 0487,
 * chapter G8). Every CPU says the same.
 */
#include "case.h"
#include "arch-hooks.h"
#include "fpu-state.h"
#include "on-cpus.h"
#include "smccc.h"
#include "asm/gic-v3.h"
#include "asm/processor.h"
#include "asm/setup.h"
#include "asm/try.h"

#define ID_MMFR4	__ACCESS_CP15(c0, 0, c2, 6)
#define ID_ISAR1	__ACCESS_CP15(c0, 0, c2, 1)
#define ID_ISAR4	__ACCESS_CP15(c0, 0, c2, 4)
#define ID_ISAR6	__ACCESS_CP15(c0, 0, c2, 7)

/* By the number of their CRm and opcode: c0, 0, CRm, opc2. */
#define ID_REGISTERS(op)								\
	op(ID_PFR0) op(ID_PFR1) op(ID_DFR0) op(ID_MMFR0) op(ID_MMFR3)			\
	op(ID_ISAR0) op(ID_ISAR1) op(ID_ISAR2) op(ID_ISAR3) op(ID_ISAR4) op(ID_ISAR5) op(ID_MMFR4) op(ID_ISAR6)
enum { ID_NUMBER = 13 };

static void read_all(u32 *value)
{
#define READ_ONE(reg)	*value++ = read_sysreg(reg);
	ID_REGISTERS(READ_ONE)
}

/* ---- instructions ---- */

#define INSN(name, text) \
	static void name(void *unused) \
	{ \
		(void)unused; \
		asm volatile(text : : : "r0", "r1", "memory", "cc"); \
	}
INSN(sdiv, ".inst 0xe710f110")		/* sdiv r0, r0, r1 */
INSN(udiv, ".inst 0xe730f110")		/* udiv r0, r0, r1 */
INSN(crc32b, ".inst 0xe1000041")	/* crc32b r0, r0, r1 */
INSN(aese, ".inst 0xf3b00300")		/* aese.8 q0, q0 */
INSN(pmull, ".inst 0xf2a00e00")		/* vmull.p64 q0, d0, d0 */
INSN(sha1h, ".inst 0xf3b902c0")		/* sha1h.32 q0, q0 */
INSN(sha256su0, ".inst 0xf3ba03c0")	/* sha256su0.32 q0, q0 */
INSN(vqrdmlah, ".inst 0xf3100b10")	/* vqrdmlah.s16 d0, d0, d0 */
INSN(vjcvt, ".inst 0xeeb90bc0")		/* vjcvt.s32.f64 s0, d0 */
INSN(vudot, ".inst 0xfc200d10")		/* vudot.u8 d0, d0, d0 */
INSN(vcadd, ".inst 0xfc900800")		/* vcadd.f32 d0, d0, d0, #90 */
INSN(sb, ".inst 0xf57ff070")
INSN(setpan, ".inst 0xf1100000")	/* setpan #0 */
INSN(ldaex, "sub sp, sp, #8\n\t.inst 0xe19d0e9f\n\tadd sp, sp, #8")	/* ldaex r0, [sp] */
INSN(vfma, ".inst 0xeea00a00")		/* vfma.f32 s0, s0, s0 */
INSN(vcvtb, ".inst 0xeeb20a40")		/* vcvtb.f32.f16 s0, s0 */
INSN(vsel, ".inst 0xfe000a00")		/* vseleq.f32 s0, s0, s0 */

enum id { ISAR0, ISAR5, ISAR6, MVFR0, MVFR1, MVFR2 };

/* Not every assembler knows it. */
static u32 read_mvfr2(void)
{
	u32 value;

	asm volatile(".inst 0xeef50a10\n\tmov %0, r0" : "=r" (value) : : "r0");
	return value;
}

static u32 id_value(enum id id)
{
	switch (id) {
	case ISAR0:
		return read_sysreg(ID_ISAR0);
	case ISAR5:
		return read_sysreg(ID_ISAR5);
	case ISAR6:
		return read_sysreg(ID_ISAR6);
	case MVFR1:
		return vfp_read(mvfr1);
	case MVFR2:
		return read_mvfr2();
	default:
		return vfp_read(mvfr0);
	}
}

static const struct {
	const char *name;
	void (*function)(void *unused);
	enum id id;
	u8 shift, least;	/* the field says this or more where the instruction is there */
} instructions[] = {
	{ "SDIV", sdiv, ISAR0, 24, 2 },
	{ "UDIV", udiv, ISAR0, 24, 2 },
	{ "CRC32B", crc32b, ISAR5, 16, 1 },
	{ "AESE", aese, ISAR5, 4, 1 },
	{ "VMULL.P64", pmull, ISAR5, 4, 2 },
	{ "SHA1H", sha1h, ISAR5, 8, 1 },
	{ "SHA256SU0", sha256su0, ISAR5, 12, 1 },
	{ "VQRDMLAH", vqrdmlah, ISAR5, 24, 1 },
	{ "VCADD", vcadd, ISAR5, 28, 1 },
	{ "VJCVT", vjcvt, ISAR6, 0, 1 },
	{ "VUDOT", vudot, ISAR6, 4, 1 },
	{ "SB", sb, ISAR6, 12, 1 },
	{ "VFMA", vfma, MVFR1, 28, 1 },
	{ "VCVTB", vcvtb, MVFR1, 24, 1 },
	{ "VSEL", vsel, MVFR2, 4, 1 },
};

static bool has_mvfr2(void)
{
	/* It came with ARMv8, whose first sign is LDAEX: undefined before. */
	return !catch_exception(ldaex, NULL);
}

CASE(instructions,
     "every instruction that an ID register speaks of works if it says so, and else is undefined")
{
	require_msg(fpu_present(), "no VFP with 32 registers");
	for (size_t i = 0; i < ARRAY_SIZE(instructions); i++) {
		bool announced;

		if (instructions[i].id == MVFR2 && !has_mvfr2())
			continue;
		announced = id_field(id_value(instructions[i].id), instructions[i].shift) >=
			    instructions[i].least;
		expect_eq_msg(catch_exception(instructions[i].function, NULL), !announced,
			      "%s is%s announced", instructions[i].name, announced ? "" : " not");
		if (exception_record()->raised)
			expect_eq_msg(exception_record()->vector, EXCPTN_UND, "%s",
				      instructions[i].name);
	}
}

CASE(setpan,
     "SETPAN works if ID_MMFR3.PAN is not 0, and else is undefined (DDI 0487, section F5.1, "
     "SETPAN)")
{
	bool announced = id_field(read_sysreg(ID_MMFR3), 16);

	expect_eq(catch_exception(setpan, NULL), !announced);
}

CASE(division,
     "SDIV and UDIV, where announced: quotients towards zero, 0 by zero, and the one overflow")
{
	static const struct {
		s32 n, d, quotient;
		u32 unsigned_quotient;
	} rows[] = {
		{ 7, 2, 3, 3 }, { -7, 2, -3, 0x7ffffffc }, { 7, -2, -3, 0 }, { 5, 0, 0, 0 },
		{ (s32)0x80000000, -1, (s32)0x80000000, 0 }, { -1, 1, -1, 0xffffffff },
	};

	require(id_field(read_sysreg(ID_ISAR0), 24) >= 2);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		s32 q;
		u32 u;

		asm volatile("sdiv %0, %2, %3\n\tudiv %1, %2, %3"
			     : "=&r" (q), "=r" (u)
			     : "r" (rows[i].n), "r" (rows[i].d));
		expect_eq_msg((u32)q, (u32)rows[i].quotient, "SDIV, row %zu", i);
		expect_eq_msg(u, rows[i].unsigned_quotient, "UDIV, row %zu", i);
	}
}

/* ---- system ---- */

static void read_icc_sre(void *unused)
{
	(void)unused;
	read_sysreg(ICC_SRE_EL1);
}

static void read_cntfrq(void *unused)
{
	(void)unused;
	read_sysreg(cntfrq_el0);
}

CASE(system,
     "the fields of ID_PFR1, ID_MMFR0 and ID_PFR0 that have one meaning here: GIC registers, "
     "timer, VMSA, A32 and T32")
{
	u32 pfr1 = read_sysreg(ID_PFR1);

	expect_eq_msg(catch_exception(read_icc_sre, NULL), !id_field(pfr1, 28), "ID_PFR1.GIC is %u",
		      id_field(pfr1, 28));
	expect_eq_msg(catch_exception(read_cntfrq, NULL), !id_field(pfr1, 16),
		      "ID_PFR1.GenTimer is %u", id_field(pfr1, 16));
	expect_eq(id_field(read_sysreg(ID_MMFR0), 0), 5);	/* long descriptors, which we use */
	expect_eq(id_field(read_sysreg(ID_PFR0), 0), 1);	/* A32 */
	expect_eq(id_field(read_sysreg(ID_PFR0), 4), 3); /* T32 with its 32-bit instructions */
	expect_eq(id_field(pfr1, 0), 1);			/* SVC mode and its like */
	expect_eq(id_field(read_sysreg(midr_el1), 16), 15);	/* the ID registers are there */
}

CASE(virtualization,
     "with Virtualization in ID_PFR1 there is HVC, or SMC where HYP mode was ours: the conduit of "
     "PSCI tells")
{
	require_msg(platform.psci == CONDUIT_SMC, "HYP mode was not ours");
	expect_ge(id_field(read_sysreg(ID_PFR1), 12), 1);
}

CASE(reserved, "encodings of ID registers that none has yet read as zero")
{
	expect_eq(read_sysreg(__ACCESS_CP15(c0, 0, c3, 3)), 0);
	expect_eq(read_sysreg(__ACCESS_CP15(c0, 0, c3, 7)), 0);
	expect_eq(read_sysreg(__ACCESS_CP15(c0, 0, c4, 0)), 0);
	expect_eq(read_sysreg(__ACCESS_CP15(c0, 0, c7, 7)), 0);
}

static void write_id(void *unused)
{
	(void)unused;
	write_sysreg(0, ID_PFR0);
}

CASE(read_only, "a write of an ID register is undefined, and changes nothing")
{
	u32 before = read_sysreg(ID_PFR0);

	expect(catch_exception(write_id, NULL));
	expect_eq(exception_record()->vector, EXCPTN_UND);
	expect_eq(read_sysreg(ID_PFR0), before);
}

CASE(mpidr,
     "MPIDR: bit 31, no uniprocessor bit with several CPUs, the affinity that the device tree says")
{
	u32 mpidr = read_sysreg(mpidr_el1);

	expect_eq(mpidr >> 31, 1);
	if (nr_cpus > 1)
		expect_eq(mpidr >> 30 & 1, 0);
	expect_eq(mpidr & MPIDR_HWID_BITMASK, cpus[0]);
}

static struct {
	u32 id[ID_NUMBER], midr, ctr, mpidr;
} of_cpu[NR_CPUS];

static void note(void *unused)
{
	int cpu = arch_cpu_id();

	(void)unused;
	read_all(of_cpu[cpu].id);
	of_cpu[cpu].midr = read_sysreg(midr_el1);
	of_cpu[cpu].ctr = read_sysreg(ctr_el0);
	of_cpu[cpu].mpidr = read_sysreg(mpidr_el1);
}

CASE(every_cpu, "all CPUs have the same ID registers, but for an MPIDR of their own")
{
	require(nr_cpus > 1);
	on_cpus(note, NULL);
	for (int cpu = 1; cpu < nr_cpus; cpu++) {
		expect_mem(of_cpu[cpu].id, of_cpu[0].id, sizeof(of_cpu[0].id));
		expect_eq(of_cpu[cpu].midr, of_cpu[0].midr);
		expect_eq(of_cpu[cpu].ctr, of_cpu[0].ctr);
		expect_eq(of_cpu[cpu].mpidr & MPIDR_HWID_BITMASK, cpus[cpu]);
	}
}

CASE(cache_type, "CTR has the format of ARMv7 or later, lines of 16 bytes to 2 KiB")
{
	u32 ctr = read_sysreg(ctr_el0);

	expect_eq(ctr >> 29, 4);
	expect_ge(ctr & 15, 2);
	expect_le(ctr & 15, 9);
	expect_ge(ctr >> 16 & 15, 2);
	expect_le(ctr >> 16 & 15, 9);
}
