/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Floating-point registers and the floating-point-control register (Principles of Operation,
 * chapters 9 and 19): which registers are there without CR0.45; values that stay over
 * interruptions, and are each CPU's own; the control register's bits, which are reserved, and
 * rounding modes; binary arithmetic with its flags, and its data exceptions with their code in both
 * places.
 */
#include "case.h"
#include "on-cpus.h"
#include "s390x/smp.h"
#include "s390x/try-insn.h"
#include "asm/float.h"
#include "asm/time.h"

/*
 * The FPC: masks, flags, data-exception code, rounding mode (chapter 9, "Floating-Point-Control
 * Register").
 */
#define FPC_MASK_DIVIDE		0x40000000
#define FPC_FLAG_INVALID	0x00800000
#define FPC_FLAG_DIVIDE		0x00400000
#define FPC_FLAG_OVERFLOW	0x00200000
#define FPC_FLAG_INEXACT	0x00080000
#define DXC_DIVIDE		0x40

#define ONE	0x3ff0000000000000	/* IEEE 754, binary64 */
#define TWO	0x4000000000000000
#define THREE	0x4008000000000000
#define LARGEST	0x7fefffffffffffff
#define INF	0x7ff0000000000000
#define QNAN	0x7ff8000000000000

void case_setup(void)
{
	afp_enable();
}

/* ---- the registers ---- */

static u64 before[16], after[16];

/* LD and STD of all 16, at the address in register 1. */
static void load_all(const u64 *from)
{
	register const u64 *p __asm__("1") = from;

	__asm__ __volatile__(".4byte 0x68001000, 0x68101008, 0x68201010, 0x68301018\n\t"
			     ".4byte 0x68401020, 0x68501028, 0x68601030, 0x68701038\n\t"
			     ".4byte 0x68801040, 0x68901048, 0x68a01050, 0x68b01058\n\t"
			     ".4byte 0x68c01060, 0x68d01068, 0x68e01070, 0x68f01078"
			     : : "a" (p)
			     : "memory");
}

static void store_all(u64 *to)
{
	register u64 *p __asm__("1") = to;

	__asm__ __volatile__(".4byte 0x60001000, 0x60101008, 0x60201010, 0x60301018\n\t"
			     ".4byte 0x60401020, 0x60501028, 0x60601030, 0x60701038\n\t"
			     ".4byte 0x60801040, 0x60901048, 0x60a01050, 0x60b01058\n\t"
			     ".4byte 0x60c01060, 0x60d01068, 0x60e01070, 0x60f01078"
			     : : "a" (p)
			     : "memory");
}

static void expect_kept(void (*meanwhile)(void))
{
	u32 fpc = 0xf8000000 | FPC_FLAG_INEXACT | 3;

	for (int i = 0; i < 16; i++)
		before[i] = 0x0101010101010101ull * (i + 1) ^ 0x8000000000000000;
	load_all(before);
	set_fpc(fpc);
	meanwhile();
	expect_eq(get_fpc(), fpc);
	set_fpc(0);
	store_all(after);
	for (int i = 0; i < 16; i++)
		expect_eq_msg(after[i], before[i], "register %d", i);
}

static void interruptions(void)
{
	for (int i = 0; i < 10; i++) {
		expect_pgm_int();
		__asm__ __volatile__(".2byte 0" : : : "memory");
		clear_pgm_int();
		expect_ext_int();
		ctl_set_bit(0, CTL0_CLOCK_COMPARATOR);
		clock_comparator_set((get_clock_us() + 50) << STCK_SHIFT_US);
		wait_for_interrupt(PSW_MASK_EXT);
		clock_comparator_set(~0ull);
	}
}

CASE(kept, "16 registers and the FPC keep their values over program and external interruptions")
{
	expect_kept(interruptions);
}

static void change(void *unused)
{
	static const u64 other[16];

	afp_enable();
	load_all(other);
	set_fpc(1);
}

static void change_others(void)
{
	for (int i = 1; i < smp_query_num_cpus(); i++)
		on_cpu(i, change, NULL);
}

CASE(own, "registers and the FPC are each CPU's own")
{
	require(smp_query_num_cpus() >= 2);
	expect_kept(change_others);
}

CASE(without_afp, "without CR0.45 registers 0, 2, 4 and 6 are there, the others are a data "
		  "exception with code 1, and keep their values")
{
	u64 word = 0x1122334455667788;

	for (int i = 0; i < 16; i++)
		before[i] = i + 1;
	load_all(before);
	afp_disable();
	for (unsigned int reg = 0; reg < 16; reg++) {
		u64 grs[TRY_INSN_GRS] = { [1] = (u64)&word };
		bool basic = reg < 8 && reg % 2 == 0;

		/* LD */
		expect_eq_msg(try_insn(INSN4(0x68001000u | reg << 20), grs, NULL),
			      basic ? 0 : PGM_INT_CODE_DATA, "register %u", reg);
		if (!basic)
			expect_eq_msg(pgm_record()->dxc, 1, "data-exception code, register %u",
				      reg);
	}
	afp_enable();
	store_all(after);
	for (int i = 0; i < 16; i++)
		expect_eq_msg(after[i], i < 8 && i % 2 == 0 ? word : (u64)i + 1, "register %d", i);
}

/* ---- the FPC ---- */

CASE(fpc, "LFPC, STFPC, SFPC and EFPC: masks, flags, code and rounding mode are kept")
{
	static const u32 values[] = { 0, 0xf8000000, 0x00f80000, 0x0000ff00, 3, 0xf8f8ff03 };

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		u64 grs[TRY_INSN_GRS] = {
			[2] = 0xaaaaaaaa00000000 | values[i], [3] = 0xbbbbbbbbbbbbbbbb
		};

		set_fpc(values[i]);
		expect_eq(get_fpc(), values[i]);
		set_fpc(0);
		expect_eq(try_insn(INSN4(0xb3840020), grs, NULL), 0);		/* SFPC 2 */
		expect_eq(try_insn(INSN4(0xb38c0030), grs, NULL), 0);		/* EFPC 3 */
		expect_eq(grs[3], 0xbbbbbbbb00000000 | values[i]);
	}
	set_fpc(0);
}

CASE(fpc_reserved, "reserved bits and rounding modes of the FPC: specification, and it stays")
{
	static const u32 bad[] = { 0x01000000, 0x02000000, 0x00010000, 0x00020000, 0x80, 8 };

	set_fpc(1);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		u64 grs[TRY_INSN_GRS] = { [1] = (u64)&bad[i], [2] = bad[i] };

		expect_eq_msg(try_insn(INSN4(0xb29d1000), grs, NULL), PGM_INT_CODE_SPECIFICATION,
			      "LFPC %#" PRIx32, bad[i]);
		expect_eq_msg(try_insn(INSN4(0xb3840020), grs, NULL), PGM_INT_CODE_SPECIFICATION,
			      "SFPC %#" PRIx32, bad[i]);
		expect_eq(get_fpc(), 1);
	}
	set_fpc(0);
}

/* ---- arithmetic ---- */

/* f0 = a op b, op an RRE instruction on f0 and f2; *fpc: the register afterwards. */
static u16 operate(u32 insn, u64 a, u64 b, u64 *result, u32 *fpc)
{
	u64 grs[TRY_INSN_GRS] = { 0 };
	u16 code;

	before[0] = a;
	before[2] = b;
	load_all(before);
	code = try_insn(INSN4(insn | 2), grs, NULL);
	*fpc = get_fpc();
	store_all(after);
	*result = after[0];
	return code;
}

#define ADBR	0xb31a0000
#define SDBR	0xb31b0000
#define MDBR	0xb31c0000
#define DDBR	0xb31d0000
#define SQDBR	0xb3150000

CASE(arithmetic, "binary add, subtract, multiply, divide, square root: results and flags")
{
	static const struct {
		u32 insn;
		u64 a, b, result;
		u32 fpc;
	} tries[] = {
		{ ADBR, ONE, TWO, THREE, 0 },
		{ SDBR, THREE, TWO, ONE, 0 },
		{ MDBR, ONE, THREE, THREE, 0 },
		{ DDBR, TWO, ONE, TWO, 0 },
		{ DDBR, ONE, THREE, 0x3fd5555555555555, FPC_FLAG_INEXACT },
		{ DDBR, ONE, 0, INF, FPC_FLAG_DIVIDE },
		{ DDBR, 0, 0, QNAN, FPC_FLAG_INVALID },
		{ ADBR, INF, INF | 1ull << 63, QNAN, FPC_FLAG_INVALID },
		{ ADBR, LARGEST, LARGEST, INF, FPC_FLAG_OVERFLOW | FPC_FLAG_INEXACT },
		{ SQDBR, 0, 0x4010000000000000, TWO, 0 },
		{ SQDBR, 0, 0xc010000000000000, QNAN, FPC_FLAG_INVALID },
	};
	u64 result;
	u32 fpc;

	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		set_fpc(0);
		expect_eq_msg(operate(tries[i].insn, tries[i].a, tries[i].b, &result, &fpc), 0,
			      "operation %d", (int)i);
		expect_eq_msg(result, tries[i].result, "result of operation %d", (int)i);
		expect_eq_msg(fpc, tries[i].fpc, "FPC behind operation %d", (int)i);
	}
	set_fpc(0);
}

CASE(rounding, "the rounding mode: to nearest, to 0, up, down")
{
	static const u64 thirds[] = { 0x3fd5555555555555, 0x3fd5555555555555, 0x3fd5555555555556,
				      0x3fd5555555555555 };
	u64 result;
	u32 fpc;

	for (u32 mode = 0; mode < 4; mode++) {
		set_fpc(mode);
		expect_eq(operate(DDBR, ONE, THREE, &result, &fpc), 0);
		expect_eq_msg(result, thirds[mode], "mode %u", (unsigned int)mode);
		expect_eq_msg(fpc, FPC_FLAG_INEXACT | mode, "FPC, mode %u", (unsigned int)mode);
	}
	set_fpc(0);
}

CASE(trap, "a division by zero whose mask is on: data exception, its code in the lowcore and the "
	   "FPC, no flag, the register stays")
{
	u64 result;
	u32 fpc;

	set_fpc(FPC_MASK_DIVIDE);
	expect_eq(operate(DDBR, ONE, 0, &result, &fpc), PGM_INT_CODE_DATA);
	expect_eq(pgm_record()->dxc, DXC_DIVIDE);
	expect_eq(pgm_record()->ilc, 4);
	expect_eq(fpc, FPC_MASK_DIVIDE | DXC_DIVIDE << 8);
	expect_eq(result, ONE);
	set_fpc(0);
}

CASE(bfp_without_afp, "a binary instruction without CR0.45: data exception with code 2, the FPC "
		      "keeps its own")
{
	u64 grs[TRY_INSN_GRS] = { 0 };
	u32 fpc;

	set_fpc(0x1100);
	afp_disable();
	expect_eq(try_insn(INSN4(ADBR | 2), grs, NULL), PGM_INT_CODE_DATA);
	afp_enable();
	fpc = get_fpc();
	set_fpc(0);
	expect_eq(pgm_record()->dxc, 2);
	expect_eq(fpc, 0x1100);
}
