/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sve: the Scalable Vector Extension (Arm ARM, DDI 0487, chapter B1 "SVE" and ZCR_EL1, CPACR_EL1 in
 * D19): which lengths there are, that registers have them, what writes of the shorter ones clear,
 * who may use it; and that SME is announced as a whole or not at all. QEMU: -cpu max,sve-max-vq=N
 * limits the lengths.
 */
#include "case.h"
#include "asm/try.h"

#define ESR(ec, iss)	((u64)(ec) << ESR_ELx_EC_SHIFT | ESR_ELx_IL | (iss))
#define SVE_TRAP	ESR(ESR_ELx_EC_SVE, 0)
#define MAX_BYTES	256

/* Instructions with fixed registers, for assemblers that do not know them. */
#define RDVL		".inst 0x04bf5020"	/* rdvl x0, #1 */
#define LDR_Z0		".inst 0x85804020"	/* ldr z0, [x1] */
#define STR_Z0		".inst 0xe5804020"	/* str z0, [x1] */
#define PTRUE		".inst 0x2518e3e0"	/* ptrue p0.b */
#define STR_P0		".inst 0xe5800020"	/* str p0, [x1] */
#define FMOV_D0		".inst 0x1e604000"	/* fmov d0, d0: clears the rest of z0 */

static u64 cpacr;

void case_setup(void)
{
	cpacr = read_sysreg(cpacr_el1);
}

static void allow(u64 zen)
{
	write_sysreg((cpacr & ~CPACR_EL1_ZEN) | zen << 16, cpacr_el1);
	isb();
}

static void start(void)
{
	require_msg(system_supports_sve(), "no SVE");
	allow(3);
}

static void stop(void)
{
	allow(3);
	write_sysreg_s(0, ZCR_EL1);
	write_sysreg(cpacr, cpacr_el1);
	isb();
}

/* Asks for (len + 1) * 16 bytes; returns how many a register has. */
static u64 set_length(u64 len)
{
	u64 bytes;

	write_sysreg_s(len, ZCR_EL1);
	isb();
	asm volatile(RDVL "\n\tmov %0, x0" : "=r" (bytes) : : "x0");
	return bytes;
}

static void load_z0(const u8 *from)
{
	register const u8 *x1 asm("x1") = from;

	asm volatile(LDR_Z0 : : "r" (x1) : "memory");
}

static void store_z0(u8 *to)
{
	register u8 *x1 asm("x1") = to;

	asm volatile(STR_Z0 : : "r" (x1) : "memory");
}

CASE(absent,
     "without SVE in ID_AA64PFR0_EL1 its instructions, ZCR_EL1 and CPACR_EL1.ZEN are not there")
{
	require_msg(!system_supports_sve(), "SVE");
	require_msg(!id_field(read_sysreg(id_aa64pfr1_el1), 24), "SME");
	expect_eq(asm_safe(RDVL), ESR(ESR_ELx_EC_UNKNOWN, 0));
	expect_eq(asm_safe("mrs x0, " xstr(ZCR_EL1), "r" (0)), ESR(ESR_ELx_EC_UNKNOWN, 0));
	/* ID_AA64ZFR0_EL1 is in the ID space: it reads as zero. */
	expect_eq(read_sysreg(S3_0_C0_C4_4), 0);
}

CASE(lengths, "ZCR_EL1.LEN gives the greatest length that is not more than it asks for; all powers "
	      "of two up to the greatest are there")
{
	u64 had[16], most;

	start();
	for (u64 len = 0; len < 16; len++)
		had[len] = set_length(len);
	stop();
	most = had[15];
	metric("sve_length", most * 8, "bits");
	expect_le(most, MAX_BYTES);
	for (u64 len = 0; len < 16; len++) {
		u64 asked = 16 * (len + 1);

		expect_eq_msg(had[len] & 15, 0, "LEN %" PRIu64, len);
		expect_le(had[len], asked);
		expect_ge(had[len], 16);
		/*
		 * The lengths are a set: what is given to one is given to those that ask for just
		 * that.
		 */
		expect_eq_msg(had[had[len] / 16 - 1], had[len], "LEN %" PRIu64, len);
		if (!(asked & (asked - 1)) && asked <= most)
			expect_eq_msg(had[len], asked, "LEN %" PRIu64, len);
	}
}

static u8 in[MAX_BYTES] __aligned(16), out[MAX_BYTES + 16] __aligned(16);

CASE(registers,
     "Z0 holds as many bytes as the length, and a store writes just those; P0 has a bit for each")
{
	start();
	for (unsigned int i = 0; i < MAX_BYTES; i++)
		in[i] = i * 7 + 1;
	for (u64 len = 0; len < 16; len++) {
		u64 bytes = set_length(len), wrong = 0;
		register u8 *x1 asm("x1");

		memset(out, 0xee, sizeof(out));
		load_z0(in);
		store_z0(out);
		for (u64 i = 0; i < sizeof(out); i++)
			wrong += out[i] != (i < bytes ? in[i] : 0xee);
		expect_eq_msg(wrong, 0, "Z0, %" PRIu64 " bytes", bytes);
		memset(out, 0, sizeof(out));
		x1 = out;
		asm volatile(PTRUE "\n\t" STR_P0 : : "r" (x1) : "memory");
		wrong = 0;
		for (u64 i = 0; i < sizeof(out); i++)
			wrong += out[i] != (i < bytes / 8 ? 0xff : 0);
		expect_eq_msg(wrong, 0, "P0, %" PRIu64 " bytes", bytes);
	}
	stop();
}

CASE(fp_clears, "a write of D0 clears Z0 above its 64 bits")
{
	u64 bytes, wrong = 0;

	start();
	bytes = set_length(15);
	memset(in, 0x5a, sizeof(in));
	load_z0(in);
	asm volatile(FMOV_D0 : : : "memory");
	store_z0(out);
	stop();
	for (u64 i = 0; i < bytes; i++)
		wrong += out[i] != (i < 8 ? 0x5a : 0);
	expect_eq(wrong, 0);
}

CASE(exception_keeps, "an exception, and its return, leave Z0 whole")
{
	u64 bytes;

	start();
	bytes = set_length(15);
	for (unsigned int i = 0; i < MAX_BYTES; i++)
		in[i] = ~i;
	load_z0(in);
	asm_safe("udf #0");
	asm_safe("svc #1");
	memset(out, 0, sizeof(out));
	store_z0(out);
	stop();
	expect_mem(out, in, bytes);
}

static u64 user_rdvl(u64 unused)
{
	u64 bytes;

	asm volatile(RDVL "\n\tmov %0, x0" : "=r" (bytes) : : "x0");
	return bytes + unused;
}

CASE(trap, "CPACR_EL1.ZEN: 0 and 2 trap EL1 and EL0 with class 0x19, 1 EL0 only, 3 neither; "
	   "ZCR_EL1 too; EL0 has ZCR_EL1's length")
{
	static const bool el1[] = { true, false, true, false }, el0[] = { true, true, true, false };

	start();
	set_length(1);
	for (u64 zen = 0; zen < 4; zen++) {
		u64 value = 0;

		allow(zen);
		expect_eq_msg(asm_safe_out1(RDVL, "+r"(value)), el1[zen] ? SVE_TRAP : 0,
			      "ZEN %" PRIu64 ", EL1", zen);
		expect_eq_msg(asm_safe_out1("mrs %0, " xstr(ZCR_EL1), "+r"(value)),
			      el1[zen] ? SVE_TRAP : 0, "ZEN %" PRIu64 ", ZCR_EL1", zen);
		value = run_in_user(user_rdvl, 0);
		expect_eq_msg(exception_record()->raised ? exception_record()->esr : 0,
			      el0[zen] ? SVE_TRAP : 0, "ZEN %" PRIu64 ", EL0", zen);
	}
	expect_eq(run_in_user(user_rdvl, 0), set_length(1));
	stop();
}

/* FP first: with FPEN 0 SVE's instructions trap as FP's. */
CASE(fp_trap, "with CPACR_EL1.FPEN 0 and ZEN 3, SVE traps with class 7; with ZEN 0, with 0x19")
{
	u64 value = 0, fp, sve;

	start();
	write_sysreg((cpacr & ~CPACR_EL1_FPEN) | CPACR_EL1_ZEN, cpacr_el1);
	isb();
	fp = asm_safe_out1(RDVL, "+r" (value));
	write_sysreg(cpacr & ~(CPACR_EL1_FPEN | CPACR_EL1_ZEN), cpacr_el1);
	isb();
	sve = asm_safe_out1(RDVL, "+r" (value));
	stop();
	expect_eq(fp, ESR(ESR_ELx_EC_FP_ASIMD, 0x1e00000));
	expect_eq(sve, SVE_TRAP);
}

/* ---- SME ---- */

#define ID_AA64SMFR0_EL1	S3_0_C0_C4_5
#define SMIDR_EL1		S3_1_C0_C0_6
#define SMCR_EL1		S3_0_C1_C2_6

CASE(sme, "SME: announced by ID_AA64PFR1_EL1, ID_AA64SMFR0_EL1 and SMIDR_EL1 all; traps by "
	  "CPACR_EL1.SMEN; absent it is all undefined")
{
	bool there = id_field(read_sysreg(id_aa64pfr1_el1), 24) != 0;
	/*
	 * FEAT_IDST: whatever a read of the ID space raises is class 0x18 (ID_AA64MMFR2_EL1.IDS).
	 */
	bool idst = id_field(read_sysreg(S3_0_C0_C7_2), 36) != 0;
	u64 with, without,
		absent_id = idst ? ESR(ESR_ELx_EC_SYS64, ESR_ELx_SYS64(3, 1, 0, 0, 6, 0, 1))
				 : ESR(ESR_ELx_EC_UNKNOWN, 0);

	write_sysreg(cpacr | 3ul << 24, cpacr_el1);
	isb();
	with = asm_safe("mrs x0, " xstr(SMCR_EL1), "r" (0));
	write_sysreg(cpacr & ~(3ul << 24), cpacr_el1);
	isb();
	without = asm_safe("mrs x0, " xstr(SMCR_EL1), "r" (0));
	write_sysreg(cpacr, cpacr_el1);
	isb();
	expect_eq(read_sysreg(ID_AA64SMFR0_EL1) != 0, there);
	expect_eq(asm_safe("mrs x0, " xstr(SMIDR_EL1), "r" (0)), there ? 0 : absent_id);
	expect_eq(with, there ? 0 : ESR(ESR_ELx_EC_UNKNOWN, 0));
	expect_eq(without, there ? ESR(ESR_ELx_EC_SME, 0) : ESR(ESR_ELx_EC_UNKNOWN, 0));
}
