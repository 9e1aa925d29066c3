/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu-traps: who may use VFP and Advanced SIMD with 32 bits: CPACR's fields for cp10 and cp11,
 * FPEXC.EN, ASEDIS (ARMv7 ARM, sections B1.11.1, B4.1.40, B6.1.38), and FPSCR's cumulative flags.
 * What the registers hold: ../fpu.c.
 */
#include "case.h"
#include "fpu-state.h"
#include "asm/processor.h"
#include "asm/try.h"

#define CPACR_ASEDIS	BIT(31)

void case_setup(void)
{
	require_msg(fpu_present(), "no VFP with 32 registers");
}

/* Each leaves its register as it is. */
#define VFP	".fpu neon\n\t"
static void pl1_vfp(void *unused)
{
	(void)unused;
	asm volatile(VFP "vmov.f32 s0, s0" : : : "memory");
}
static void pl1_simd(void *unused)
{
	(void)unused;
	asm volatile(VFP "vorr d0, d0, d0" : : : "memory");
}
static void pl1_fpscr(void *unused) { (void)unused; vfp_read(fpscr); }
static void pl1_fpexc(void *unused) { (void)unused; vfp_read(fpexc); }
static void pl1_fpsid(void *unused)
{
	(void)unused;
	vfp_read(fpsid);
	vfp_read(mvfr0);
	vfp_read(mvfr1);
}
static u64 user_vfp(u64 arg) { pl1_vfp(NULL); return arg; }
static u64 user_simd(u64 arg) { pl1_simd(NULL); return arg; }
static u64 user_fpscr(u64 arg) { pl1_fpscr(NULL); return arg; }
static u64 user_fpexc(u64 arg) { pl1_fpexc(NULL); return arg; }
static u64 user_fpsid(u64 arg) { pl1_fpsid(NULL); return arg; }

static const struct {
	const char *name;
	void (*pl1)(void *unused);
	u64 (*user)(u64 arg);
	bool system;		/* FPEXC and the ID registers: PL1 only, whatever FPEXC.EN is */
} uses[] = {
	{ "VMOV", pl1_vfp, user_vfp, false },
	{ "VORR", pl1_simd, user_simd, false },
	{ "VMRS FPSCR", pl1_fpscr, user_fpscr, false },
	{ "VMRS FPEXC", pl1_fpexc, user_fpexc, true },
	{ "VMRS FPSID", pl1_fpsid, user_fpsid, true },
};

static void check(size_t i, bool pl1, bool user, const char *when)
{
	expect_eq_msg(catch_exception(uses[i].pl1, NULL), !pl1, "%s at PL1, %s", uses[i].name,
		      when);
	if (exception_record()->raised)
		expect_eq(exception_record()->vector, EXCPTN_UND);
	run_in_user(uses[i].user, 0);
	expect_eq_msg(exception_record()->raised, !user, "%s at PL0, %s", uses[i].name, when);
	if (exception_record()->raised)
		expect_eq(exception_record()->vector, EXCPTN_UND);
}

static void set_cpacr(unsigned long value)
{
	write_sysreg(value, cpacr_el1);
	isb();
}

CASE(cpacr,
     "CPACR: with 0 all is undefined, with 1 at PL0 only, with 3 nothing but PL1's registers at "
     "PL0; the registers stay")
{
	static const struct {
		int access;
		bool pl1, user;
		const char *name;
	} rows[] = { { 0, false, false, "access 0" },
		     { 1, true, false, "access 1" },
		     { 3, true, true, "access 3" } };
	unsigned long cpacr = read_sysreg(cpacr_el1);
	struct fpu_state before, after;

	fpu_fill(&before, 11);
	fpu_load(&before);
	for (size_t r = 0; r < ARRAY_SIZE(rows); r++) {
		set_cpacr((cpacr & ~CPACR_FP(3)) | CPACR_FP(rows[r].access));
		expect_eq(read_sysreg(cpacr_el1) & CPACR_FP(3), CPACR_FP(rows[r].access));
		for (size_t i = 0; i < ARRAY_SIZE(uses); i++)
			check(i, rows[r].pl1, rows[r].user && !uses[i].system, rows[r].name);
	}
	set_cpacr(cpacr);
	fpu_store(&after);
	expect_mem(&after, &before, sizeof(before));
}

CASE(fpexc,
     "FPEXC.EN 0: all but PL1's access to FPEXC and the ID registers is undefined; with 1 it "
     "works; the registers stay")
{
	struct fpu_state before, after;

	fpu_fill(&before, 12);
	fpu_load(&before);
	vfp_write(0, fpexc);
	expect_eq(vfp_read(fpexc) & FPEXC_EN, 0);
	for (size_t i = 0; i < ARRAY_SIZE(uses); i++)
		check(i, uses[i].system, false, "EN 0");
	vfp_write(FPEXC_EN, fpexc);
	expect_eq(vfp_read(fpexc) & (FPEXC_EN | FPEXC_EX), FPEXC_EN);
	fpu_store(&after);
	expect_mem(&after, &before, sizeof(before));
	for (size_t i = 0; i < ARRAY_SIZE(uses); i++)
		check(i, true, !uses[i].system, "EN 1");
}

CASE(asedis,
     "CPACR.ASEDIS, where it can be set, makes Advanced SIMD undefined and leaves VFP alone")
{
	unsigned long cpacr = read_sysreg(cpacr_el1);

	set_cpacr(cpacr | CPACR_ASEDIS);
	require_msg(read_sysreg(cpacr_el1) & CPACR_ASEDIS, "CPACR.ASEDIS cannot be set");
	for (size_t i = 0; i < 2; i++)
		check(i, i == 0, i == 0, "ASEDIS");
	set_cpacr(cpacr);
	check(1, true, true, "ASEDIS cleared");
}

/*
 * The results of one division by the FPSCR that it begins with: its flags are added to what was
 * there.
 */
static u32 divide(u32 n, u32 d, u32 *fpscr)
{
	u32 quotient;

	vfp_write(*fpscr, fpscr);
	asm volatile(VFP "vmov s0, %1\n\tvmov s1, %2\n\tvdiv.f32 s2, s0, s1\n\tvmov %0, s2"
		     : "=r" (quotient) : "r" (n), "r" (d) : "memory");
	*fpscr = vfp_read(fpscr);
	return quotient;
}

#define ONE		0x3f800000u
#define THREE		0x40400000u
#define INFINITY	0x7f800000u
#define QUIET_NAN	0x7fc00000u
#define IOC		BIT(0)
#define DZC		BIT(1)
#define IXC		BIT(4)

CASE(flags,
     "cumulative flags of a division: invalid, by zero, inexact, none; they are added, and "
     "rounding follows FPSCR.RMode")
{
	u32 fpscr = 0;

	expect_eq(divide(ONE, ONE, &fpscr), ONE);
	expect_eq(fpscr & 0x9f, 0);
	expect_eq(divide(0, 0, &fpscr), QUIET_NAN);
	expect_eq(fpscr & 0x9f, IOC);
	expect_eq(divide(ONE, 0, &fpscr), INFINITY);
	expect_eq(fpscr & 0x9f, IOC | DZC);
	fpscr = 0;
	expect_eq(divide(ONE, THREE, &fpscr), 0x3eaaaaab);	/* to nearest */
	expect_eq(fpscr & 0x9f, IXC);
	fpscr = 2u << 22;
	expect_eq(divide(ONE, THREE, &fpscr), 0x3eaaaaaa);	/* towards minus infinity */
	fpscr = 1u << 22;
	expect_eq(divide(ONE, THREE, &fpscr), 0x3eaaaaab);	/* towards plus infinity */
	fpscr = 0;
	vfp_write(0, fpscr);
}
