/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu-features: the ID registers (Arm ARM, DDI 0487, D19.2) say the truth: what a field announces
 * executes, what it does not announce is UNDEFINED (each row: the instruction's page, "if
 * !IsFeatureImplemented(...) then UNDEFINED"). Then identity.c: the registers themselves, cache
 * geometry and DC ZVA.
 */
#include "case.h"
#include "asm/setup.h"
#include "asm/try.h"

#define UNDEFINED	((u64)ESR_ELx_EC_UNKNOWN << ESR_ELx_EC_SHIFT | ESR_ELx_IL)

/* X0 is 0, X1 an aligned buffer, X2 1; flags, FP registers and the buffer may change. */
static u64 buffer[32] __aligned(256);

#define PROBE(n, opcode)								\
	static u64 probe_##n(void)							\
	{										\
		exception_record()->raised = false;					\
		asm volatile("mov x0, xzr\n\tmov x1, %0\n\tmov x2, #1\n"		\
			     "1: .inst " #opcode "\n2:\n\t" __ASM_EX_ENTRY("1b", "2b", EX_TRY)	\
			     : : "r" (buffer) : "x0", "x1", "x2", "memory", "cc");	\
		return exception_record()->raised ? exception_record()->esr : 0;	\
	}

/* name, ID register, field's shift, the least value that announces it, the instruction. */
#define FEATURES(x)									\
	x(aes, id_aa64isar0_el1, 4, 1, 0x4e284820)		/* aese v0.16b, v1.16b */	\
	x(pmull, id_aa64isar0_el1, 4, 2, 0x0ee2e020)		/* pmull v0.1q, v1.1d, v2.1d */	\
	x(sha1, id_aa64isar0_el1, 8, 1, 0x5e280820)		/* sha1h s0, s1 */		\
	x(sha256, id_aa64isar0_el1, 12, 1, 0x5e282820)		/* sha256su0 v0.4s, v1.4s */	\
	x(sha512, id_aa64isar0_el1, 12, 2, 0xcec08020)		/* sha512su0 v0.2d, v1.2d */	\
	x(crc32, id_aa64isar0_el1, 16, 1, 0x1ac24000)		/* crc32b w0, w0, w2 */		\
	x(lse, id_aa64isar0_el1, 20, 2, 0xf8220020)		/* ldadd x2, x0, [x1] */	\
	x(rdm, id_aa64isar0_el1, 28, 1, 0x6e828420)		/* sqrdmlah v0.4s, v1.4s, v2.4s */ \
	x(sha3, id_aa64isar0_el1, 32, 1, 0xce020c20)		/* eor3 v0.16b, ... */		\
	x(sm3, id_aa64isar0_el1, 36, 1, 0xce420c20)		/* sm3ss1 v0.4s, ... */		\
	x(sm4, id_aa64isar0_el1, 40, 1, 0xcec08420)		/* sm4e v0.4s, v1.4s */		\
	x(dotprod, id_aa64isar0_el1, 44, 1, 0x2e829420)		/* udot v0.2s, v1.8b, v2.8b */	\
	x(fhm, id_aa64isar0_el1, 48, 1, 0x0e22ec20)		/* fmlal v0.2s, v1.2h, v2.2h */	\
	x(flagm, id_aa64isar0_el1, 52, 1, 0xd500401f)		/* cfinv */			\
	x(flagm2, id_aa64isar0_el1, 52, 2, 0xd500405f)		/* axflag */			\
	x(tlbios, id_aa64isar0_el1, 56, 1, 0xd508811f)		/* tlbi vmalle1os */		\
	x(tlbirange, id_aa64isar0_el1, 56, 2, 0xd5088620)	/* tlbi rvae1, x0 */		\
	x(rng, id_aa64isar0_el1, 60, 1, 0xd53b2400)		/* mrs x0, rndr */		\
	x(dpb, id_aa64isar1_el1, 0, 1, 0xd50b7c21)		/* dc cvap, x1 */		\
	x(dpb2, id_aa64isar1_el1, 0, 2, 0xd50b7d21)		/* dc cvadp, x1 */		\
	x(jscvt, id_aa64isar1_el1, 12, 1, 0x1e7e0000)		/* fjcvtzs w0, d0 */		\
	x(fcma, id_aa64isar1_el1, 16, 1, 0x6e82c420)		/* fcmla v0.4s, ..., #0 */	\
	x(lrcpc, id_aa64isar1_el1, 20, 1, 0xf8bfc020)		/* ldapr x0, [x1] */		\
	x(lrcpc2, id_aa64isar1_el1, 20, 2, 0xd9400020)		/* ldapur x0, [x1] */		\
	x(frintts, id_aa64isar1_el1, 32, 1, 0x1e284020)		/* frint32z s0, s1 */		\
	x(sb, id_aa64isar1_el1, 36, 1, 0xd50330ff)		/* sb */			\
	x(specres, id_aa64isar1_el1, 40, 1, 0xd50b7380)		/* cfp rctx, x0 */		\
	x(bf16, id_aa64isar1_el1, 44, 1, 0x2e42fc20)		/* bfdot v0.2s, v1.4h, v2.4h */	\
	x(i8mm, id_aa64isar1_el1, 52, 1, 0x0e829c20)		/* usdot v0.2s, v1.8b, v2.8b */	\
	x(wfxt, id_aa64isar2_el1, 0, 2, 0xd5031000)		/* wfet x0 */			\
	x(pan, id_aa64mmfr1_el1, 20, 1, 0xd500409f)		/* msr pan, #0 */		\
	x(pan2, id_aa64mmfr1_el1, 20, 2, 0xd5087901)		/* at s1e1rp, x1 */		\
	x(lor, id_aa64mmfr1_el1, 16, 1, 0xd538a4e0)		/* mrs x0, lorid_el1 */		\
	x(uao, id_aa64mmfr2_el1, 4, 1, 0xd500407f)		/* msr uao, #0 */		\
	x(ras, id_aa64pfr0_el1, 28, 1, 0xd5385300)		/* mrs x0, erridr_el1 */	\
	x(dit, id_aa64pfr0_el1, 48, 1, 0xd53b42a0)		/* mrs x0, dit */		\
	x(amu, id_aa64pfr0_el1, 44, 1, 0xd53bd200)		/* mrs x0, amcr_el0 */		\
	x(csv2_2, id_aa64pfr0_el1, 56, 2, 0xd538d0e0)		/* mrs x0, scxtnum_el1 */	\
	x(ssbs2, id_aa64pfr1_el1, 4, 2, 0xd53b42c0)		/* mrs x0, ssbs */		\
	x(mte, id_aa64pfr1_el1, 8, 1, 0x9adf1020)		/* irg x0, x1 */		\
	x(mte2, id_aa64pfr1_el1, 8, 2, 0xd5385600)		/* mrs x0, tfsr_el1 */		\
	x(sme, id_aa64pfr1_el1, 24, 1, 0xd53b4240)		/* mrs x0, svcr */		\
	x(nmi, id_aa64pfr1_el1, 36, 1, 0xd5384300)		/* mrs x0, allint */		\
	x(spe, id_aa64dfr0_el1, 32, 1, 0xd53899e0)		/* mrs x0, pmsidr_el1 */	\
	x(sve, id_aa64pfr0_el1, 32, 1, 0x04bf5020)		/* rdvl x0, #1 */

#define DEFINE(name, reg, shift, least, opcode)						\
	PROBE(name, opcode)								\
	static u64 id_##name(void) { return read_sysreg(ID_##reg) >> shift & 15; }
/* The assembler may not know a name: numbers for the newer ones. */
#define ID_id_aa64isar0_el1	id_aa64isar0_el1
#define ID_id_aa64isar1_el1	id_aa64isar1_el1
#define ID_id_aa64isar2_el1	S3_0_C0_C6_2
#define ID_id_aa64mmfr1_el1	id_aa64mmfr1_el1
#define ID_id_aa64mmfr2_el1	S3_0_C0_C7_2
#define ID_id_aa64pfr0_el1	id_aa64pfr0_el1
#define ID_id_aa64pfr1_el1	id_aa64pfr1_el1
#define ID_id_aa64dfr0_el1	id_aa64dfr0_el1
FEATURES(DEFINE)

static void all_of_fp(void)
{
	/* FPEN, ZEN, SMEN: bits that are not there stay zero. */
	write_sysreg(read_sysreg(cpacr_el1) | 3ul << 20 | 3ul << 16 | 3ul << 24, cpacr_el1);
	isb();
}

/* A case for each, so that one wrong feature hides no other. */
#define FEATURE_CASE(name, reg, shift, least, opcode)					\
	CASE(name, #name ": announced in " #reg " it executes, else it is undefined")	\
	{										\
		u64 cpacr = read_sysreg(cpacr_el1), esr;				\
											\
		all_of_fp();								\
		esr = probe_##name();							\
		write_sysreg(cpacr, cpacr_el1);						\
		isb();									\
		expect_eq_msg(esr, id_##name() >= least ? 0 : UNDEFINED, #reg " field %" PRIu64, \
			      id_##name());						\
	}
FEATURES(FEATURE_CASE)

/* ---- pointer authentication: one of three algorithms ---- */

PROBE(pacia, 0xdac10040)	/* pacia x0, x2 */
PROBE(pacga, 0x9ac23000)	/* pacga x0, x0, x2 */

CASE(pauth, "PACIA executes if APA, API or APA3 says so, PACGA by GPA, GPI or GPA3; at most one "
	    "algorithm is announced")
{
	u64 isar1 = read_sysreg(id_aa64isar1_el1), isar2 = read_sysreg(S3_0_C0_C6_2);
	bool address[] = { id_field(isar1, 4), id_field(isar1, 8), id_field(isar2, 12) };
	bool generic[] = { id_field(isar1, 24), id_field(isar1, 28), id_field(isar2, 8) };

	expect_le(address[0] + address[1] + address[2], 1);
	expect_le(generic[0] + generic[1] + generic[2], 1);
	expect_eq(probe_pacia(), address[0] || address[1] || address[2] ? 0 : UNDEFINED);
	expect_eq(probe_pacga(), generic[0] || generic[1] || generic[2] ? 0 : UNDEFINED);
}

PROBE(fadd_half, 0x1ee22820)	/* fadd h0, h1, h2 */

CASE(fp16, "half precision: FP and AdvSIMD in ID_AA64PFR0_EL1 are the same, and 1 means it")
{
	u64 pfr0 = read_sysreg(id_aa64pfr0_el1), cpacr = read_sysreg(cpacr_el1), esr;

	expect_eq(id_field(pfr0, 16), id_field(pfr0, 20));
	require_msg(id_field(pfr0, 16) != 15, "no FP");
	all_of_fp();
	esr = probe_fadd_half();
	write_sysreg(cpacr, cpacr_el1);
	isb();
	expect_eq(esr, id_field(pfr0, 16) >= 1 ? 0 : UNDEFINED);
}
