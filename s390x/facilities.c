/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Facilities (Principles of Operation, chapter 4, "Facility Indications"): an instruction that
 * comes with a facility works if STORE FACILITY LIST EXTENDED announces it, and is an operation
 * exception if not. "Works" is anything but that exception: without CR0.45 and 46 a data exception
 * shows that floating-point and vector instructions are known.
 *
 * The list itself (length, pairs of bits, STFL): stsi.c.
 */
#include "case.h"
#include "s390x/try-insn.h"
#include "asm/facility.h"

struct probe {
	int facility;
	const char *name;
	u64 insn; /* storage: at register 1; registers 2 and 4 are 0, register 0 is 0 (a query) */
};

static const struct probe general[] = {
	{ 7, "STFLE", INSN4(0xb2b01000) },
	{ 16, "CLCLU", INSN6(0xeb240000008f) },
	{ 18, "LAY", INSN6(0xe32010000071) },
	{ 21, "FLOGR", INSN4(0xb9830024) },
	{ 22, "CU14", INSN4(0xb9b00024) },
	{ 25, "STCKF", INSN4(0xb27c1000) },
	{ 26, "TRTE", INSN4(0xb9bf0024) },
	{ 27, "MVCOS", INSN6(0xc82010001000) },
	{ 31, "ECTG", INSN6(0xc83110001000) },
	{ 34, "ASI", INSN6(0xeb001000006a) },
	{ 35, "EXRL", INSN6(0xc60000000003) },
	{ 45, "ARK", INSN4(0xb9f84022) },
	{ 45, "LOC", INSN6(0xeb20100000f2) },
	{ 45, "LAA", INSN6(0xeb24100000f8) },
	{ 49, "PPA", INSN4(0xb2e80020) },
	{ 49, "LAT", INSN6(0xe3201000009f) },
	{ 53, "LZRF", INSN6(0xe3201000003b) },
	{ 53, "LOCHI", INSN6(0xec2000000042) },
	{ 58, "AGH", INSN6(0xe32010000038) },
	{ 61, "NCRK", INSN4(0xb9f54022) },
	{ 61, "SELR", INSN4(0xb9f04022) },
};

static const struct probe control[] = {
	{ 3, "CSPG", INSN4(0xb98a0021) },
	{ 8, "PFMF", INSN4(0xb9af0041) },
	{ 28, "PTFF", INSN2(0x0104) },
	{ 66, "RRBM", INSN4(0xb9ae0021) },
	{ 144, "TPEI", INSN4(0xb9a10024) },
	{ 145, "IRBM", INSN4(0xb9ac0021) },
	{ 193, "STBEAR", INSN4(0xb2011000) },
};

static const struct probe floating[] = {
	{ 41, "LPDFR", INSN4(0xb3700000) },
	{ 41, "LDGR", INSN4(0xb3c10002) },
	{ 37, "SRNMB", INSN4(0xb2b80000) },
	{ 42, "ADTR", INSN4(0xb3d20000) },
	{ 44, "PFPO", INSN2(0x010a) },
	{ 48, "CDZT", INSN6(0xed00100000aa) },
	{ 80, "CDPT", INSN6(0xed00100000ae) },
	{ 129, "VL", INSN6(0xe70010000006) },
	{ 134, "VPKZ", INSN6(0xe60010000034) },
	{ 135, "VBPERM", INSN6(0xe70000000085) },
	{ 148, "VSLD", INSN6(0xe70000000086) },
	{ 165, "VCLFNH", INSN6(0xe60000000056) },
};

/* Function code 0 of each is the query (chapter 7 and 10, "Message-Security Assist"). */
static const struct probe crypto[] = {
	{ 17, "KIMD", INSN4(0xb93e0002) },
	{ 17, "KM", INSN4(0xb92e0024) },
	{ 76, "PCKMO", INSN4(0xb9280000) },
	{ 77, "KMF", INSN4(0xb92a0024) },
	{ 77, "PCC", INSN4(0xb92c0000) },
	{ 57, "PRNO", INSN4(0xb93c0024) },
	{ 146, "KMA", INSN4(0xb9294024) },
	{ 151, "DFLTCC", INSN4(0xb9394024) },
	{ 155, "KDSA", INSN4(0xb93a0002) },
};

static u8 buffer[4096] __aligned(4096);

static void probe_all(const struct probe *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		u64 grs[TRY_INSN_GRS] = { 0, (u64)buffer };
		bool announced = test_facility(list[i].facility);
		u16 code;

		memset(buffer, 0, sizeof(buffer));
		code = try_insn(list[i].insn, grs, NULL);
		if (announced)
			expect_msg(code != PGM_INT_CODE_OPERATION,
				   "facility %d is announced, %s is an operation exception",
				   list[i].facility, list[i].name);
		else
			expect_eq_msg(code, PGM_INT_CODE_OPERATION,
				      "facility %d is not announced, %s", list[i].facility,
				      list[i].name);
	}
}

CASE(general, "general instructions: there if announced, else operation exceptions")
{
	probe_all(general, ARRAY_SIZE(general));
}

CASE(control, "control instructions: there if announced, else operation exceptions")
{
	probe_all(control, ARRAY_SIZE(control));
}

CASE(floating, "floating-point and vector instructions: there if announced, else operation "
	       "exceptions")
{
	ctl_clear_bit(0, CTL0_AFP);
	ctl_clear_bit(0, CTL0_VECTOR);
	probe_all(floating, ARRAY_SIZE(floating));
}

CASE(crypto, "instructions of the message-security assist: there if announced, else operation "
	     "exceptions")
{
	probe_all(crypto, ARRAY_SIZE(crypto));
}

CASE(query, "a query of the message-security assist says at least that there is the query")
{
	static const struct probe queries[] = {
		{ 17, "KIMD", INSN4(0xb93e0002) }, { 17, "KM", INSN4(0xb92e0024) },
		{ 17, "KMC", INSN4(0xb92f0024) },  { 17, "KLMD", INSN4(0xb93f0002) },
		{ 17, "KMAC", INSN4(0xb91e0002) }, { 77, "KMF", INSN4(0xb92a0024) },
		{ 77, "KMO", INSN4(0xb92b0024) },  { 77, "KMCTR", INSN4(0xb92d4024) },
		{ 77, "PCC", INSN4(0xb92c0000) },  { 57, "PRNO", INSN4(0xb93c0024) },
	};

	require(test_facility(17));
	for (size_t i = 0; i < ARRAY_SIZE(queries); i++) {
		u64 grs[TRY_INSN_GRS] = { 0, (u64)buffer };

		if (!test_facility(queries[i].facility))
			continue;
		memset(buffer, 0, sizeof(buffer));
		buffer[16] = 0x77;
		expect_eq_msg(try_insn(queries[i].insn, grs, NULL), 0, "%s", queries[i].name);
		expect_eq_msg(buffer[0] & 0x80, 0x80, "first byte of %s", queries[i].name);
		expect_eq_msg(buffer[16], 0x77, "byte behind the parameter block of %s",
			      queries[i].name);
	}
}

CASE(stfle_privilege, "STFLE is not privileged, STFL is")
{
	u64 grs[TRY_INSN_GRS] = { 0, (u64)buffer };

	require(test_facility(7));
	expect_eq(try_insn_as_problem(INSN4(0xb2b01000), grs, NULL), 0);
	expect_eq(*(u64 *)buffer, stfl_doublewords[0]);
	expect_eq(try_insn_as_problem(INSN4(0xb2b10000), grs, NULL),
		  PGM_INT_CODE_PRIVILEGED_OPERATION);
}
