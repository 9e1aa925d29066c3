/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Privileged instructions in problem state (Principles of Operation, chapter 5, "Problem State",
 * and each instruction in chapters 10 and 14): every one is a privileged-operation exception with
 * its own length, is suppressed, and changes neither registers nor storage; and what problem state
 * may do is done.
 *
 * Operands are so that an instruction that is not refused does no harm: addresses are those of a
 * buffer, which most do not find aligned.
 */
#include "case.h"
#include "s390x/try-insn.h"
#include "asm/facility.h"

#define ALWAYS	(-1)

struct privileged {
	const char *name;
	u64 insn; /* storage operand: at register 1; register operands: 2 and 4 */
	int facility;			/* without it, it may be an operation exception */
};

static const struct privileged control[] = {
	{ "SCKPF", INSN2(0x0107), ALWAYS },
	{ "SSM", INSN4(0x80001000), ALWAYS },
	{ "LPSW", INSN4(0x82001001), ALWAYS },
	{ "DIAG 0x44", INSN4(0x83000044), ALWAYS },
	{ "DIAG 0", INSN4(0x83000000), ALWAYS },
	{ "STNSM", INSN4(0xacff1000), ALWAYS },
	{ "STOSM", INSN4(0xad001000), ALWAYS },
	{ "SIGP", INSN4(0xae240001), ALWAYS },
	{ "LRA", INSN4(0xb1201000), ALWAYS },
	{ "STCTL", INSN4(0xb6ee1000), ALWAYS },
	{ "LCTL", INSN4(0xb7ee1001), ALWAYS },
	{ "LBEAR", INSN4(0xb2001000), 193 },
	{ "STBEAR", INSN4(0xb2011000), 193 },
	{ "STIDP", INSN4(0xb2021000), ALWAYS },
	{ "SCK", INSN4(0xb2041001), ALWAYS },
	{ "SCKC", INSN4(0xb2061001), ALWAYS },
	{ "STCKC", INSN4(0xb2071000), ALWAYS },
	{ "SPT", INSN4(0xb2081001), ALWAYS },
	{ "STPT", INSN4(0xb2091000), ALWAYS },
	{ "PTLB", INSN4(0xb20d0000), ALWAYS },
	{ "SPX", INSN4(0xb2101001), ALWAYS },
	{ "STPX", INSN4(0xb2111000), ALWAYS },
	{ "STAP", INSN4(0xb2121000), ALWAYS },
	{ "STSI", INSN4(0xb27d1001), ALWAYS },
	{ "STFL", INSN4(0xb2b10000), ALWAYS },
	{ "LPSWE", INSN4(0xb2b21001), ALWAYS },
	{ "LPSWEY", INSN6(0xeb0010010071), 193 },
	{ "LPP", INSN4(0xb2801001), 40 },
	{ "LCTLG", INSN6(0xebee1001002f), ALWAYS },
	{ "STCTG", INSN6(0xebee10000025), ALWAYS },
	{ "LRAG", INSN6(0xe32010000003), ALWAYS },
	{ "LRAY", INSN6(0xe32010000013), 18 },
	{ "STHYI", INSN4(0xb2560024), 74 },
	{ "TPEI", INSN4(0xb9a10024), 144 },
};

static const struct privileged storage[] = {
	{ "IPTE", INSN4(0xb2210024), ALWAYS },
	{ "ISKE", INSN4(0xb2290021), ALWAYS },
	{ "RRBE", INSN4(0xb22a0021), ALWAYS },
	{ "SSKE", INSN4(0xb22b0021), ALWAYS },
	{ "TB", INSN4(0xb22c0021), ALWAYS },
	{ "STURA", INSN4(0xb2460021), ALWAYS },
	{ "LURA", INSN4(0xb24b0021), ALWAYS },
	{ "CSP", INSN4(0xb2500021), ALWAYS },
	{ "LURAG", INSN4(0xb9050021), ALWAYS },
	{ "STURG", INSN4(0xb9250021), ALWAYS },
	{ "CSPG", INSN4(0xb98a0021), 3 },
	{ "RDP", INSN4(0xb98b0024), 194 },
	{ "IDTE", INSN4(0xb98e4024), 3 },
	{ "CRDTE", INSN4(0xb98f4024), 78 },
	{ "IRBM", INSN4(0xb9ac0021), 145 },
	{ "RRBM", INSN4(0xb9ae0021), 66 },
	{ "PFMF", INSN4(0xb9af0021), 8 },
};

static const struct privileged channel[] = {
	{ "SERVC", INSN4(0xb2200021), ALWAYS },
	{ "CSCH", INSN4(0xb2300000), ALWAYS },
	{ "HSCH", INSN4(0xb2310000), ALWAYS },
	{ "MSCH", INSN4(0xb2321000), ALWAYS },
	{ "SSCH", INSN4(0xb2331000), ALWAYS },
	{ "STSCH", INSN4(0xb2341000), ALWAYS },
	{ "TSCH", INSN4(0xb2351000), ALWAYS },
	{ "TPI", INSN4(0xb2361000), ALWAYS },
	{ "SAL", INSN4(0xb2370000), ALWAYS },
	{ "RSCH", INSN4(0xb2380000), ALWAYS },
	{ "STCRW", INSN4(0xb2391000), ALWAYS },
	{ "STCPS", INSN4(0xb23a1000), ALWAYS },
	{ "RCHP", INSN4(0xb23b0000), ALWAYS },
	{ "SCHM", INSN4(0xb23c0000), ALWAYS },
	{ "CHSC", INSN4(0xb25f0010), ALWAYS },
	{ "XSCH", INSN4(0xb2760000), ALWAYS },
};

/* That an emulator may lack. */
static const struct privileged rare[] = {
	{ "TRACE", INSN4(0x99021001), ALWAYS },
	{ "TRACG", INSN6(0xeb021001000f), ALWAYS },
	{ "LASP", INSN6(0xe50010011001), ALWAYS },
	{ "STRAG", INSN6(0xe50210001000), ALWAYS },
	{ "PALB", INSN4(0xb2480000), ALWAYS },
};

static const struct privileged unnoticed[] = {
	{ "TPROT", INSN6(0xe50110001000), ALWAYS },
	{ "PCKMO", INSN4(0xb9280000), 76 },
};

static u64 buffer[64] __aligned(4096), untouched[64];

static void expect_refused(const struct privileged *p)
{
	u64 before[TRY_INSN_GRS] = { 0x12340000, (u64)buffer, 0x2222, 0x3333, 0x4444, 0x5555 },
	    after[TRY_INSN_GRS];
	u64 mask = extract_psw_mask() | PSW_MASK_PSTATE;
	const struct pgm_record *r = pgm_record();

	for (size_t i = 0; i < ARRAY_SIZE(buffer); i++)
		buffer[i] = untouched[i] = 0x5a5a5a5a5a5a5a5a + i;
	memcpy(after, before, sizeof(after));
	expect_eq_msg(try_insn_as_problem(p->insn, after, NULL), PGM_INT_CODE_PRIVILEGED_OPERATION,
		      "%s", p->name);
	expect_eq_msg(r->ilc, insn_length(p->insn), "length of %s", p->name);
	expect_eq_msg(r->psw.addr, try_insn_address() + insn_length(p->insn), "PSW's address, %s",
		      p->name);
	expect_eq_msg(r->psw.mask & ~PSW_MASK_CC, mask & ~PSW_MASK_CC, "PSW's mask, %s", p->name);
	expect_msg(memcmp(after, before, sizeof(after)) == 0, "registers after %s", p->name);
	expect_msg(memcmp(buffer, untouched, sizeof(buffer)) == 0, "storage after %s", p->name);
}

static void expect_all_refused(const struct privileged *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].facility == ALWAYS || test_facility(list[i].facility))
			expect_refused(&list[i]);
}

CASE(control, "control instructions that are privileged")
{
	expect_all_refused(control, ARRAY_SIZE(control));
}

CASE(storage, "instructions on storage keys, real addresses and translation that are privileged")
{
	expect_all_refused(storage, ARRAY_SIZE(storage));
}

CASE(channel, "instructions of the channel subsystem and the service processor")
{
	expect_all_refused(channel, ARRAY_SIZE(channel));
}

CASE(rare, "tracing, access lists and address-space parameters")
{
	expect_all_refused(rare, ARRAY_SIZE(rare));
}

CASE(tprot_pckmo, "TEST PROTECTION and PERFORM CRYPTOGRAPHIC KEY MANAGEMENT OPERATION")
{
	expect_all_refused(unnoticed, ARRAY_SIZE(unnoticed));
}

CASE(allowed, "what problem state may do is done: STCK, STCKE, EPSW, TS, STFLE, EAR, BSM, SVC")
{
	static const struct privileged list[] = {
		{ "STCK", INSN4(0xb2051000), ALWAYS }, { "STCKE", INSN4(0xb2781000), ALWAYS },
		{ "STCKF", INSN4(0xb27c1000), 25 }, { "EPSW", INSN4(0xb98d0024), ALWAYS },
		{ "TS", INSN4(0x93001000), ALWAYS }, { "STFLE", INSN4(0xb2b01000), 7 },
		{ "EAR", INSN4(0xb24f0024), ALWAYS }, { "IPM", INSN4(0xb2220020), ALWAYS },
		{ "SAR", INSN4(0xb24e0024), ALWAYS }, { "CKSM", INSN4(0xb2410024), ALWAYS },
	};

	for (size_t i = 0; i < ARRAY_SIZE(list); i++) {
		u64 grs[TRY_INSN_GRS] = { 0, (u64)buffer };

		if (list[i].facility == ALWAYS || test_facility(list[i].facility))
			expect_eq_msg(try_insn_as_problem(list[i].insn, grs, NULL), 0, "%s",
				      list[i].name);
	}
}

CASE(epsw, "EPSW shows the problem-state bit, and leaves the other halves of its registers alone")
{
	u64 mask = extract_psw_mask(),
	    grs[TRY_INSN_GRS] = { [2] = 0xaaaaaaaabbbbbbbb, [4] = 0xccccccccdddddddd };

	expect_eq(try_insn_as_problem(INSN4(0xb98d0024), grs, NULL), 0);
	expect_eq(grs[2] >> 32, 0xaaaaaaaa);
	expect_eq(grs[4] >> 32, 0xcccccccc);
	expect_eq((u32)grs[2] & ~(PSW_MASK_CC >> 32),
		  (mask | PSW_MASK_PSTATE) >> 32 & ~(PSW_MASK_CC >> 32));
	expect_eq((u32)grs[4], (u32)mask);
	expect_eq(try_insn(INSN4(0xb98d0020), grs, NULL), 0);
	expect_eq((u32)grs[2] & ~(PSW_MASK_CC >> 32), mask >> 32 & ~(PSW_MASK_CC >> 32));
}

/*
 * Semiprivileged: authority in control registers 3 and 0 (chapter 5, "Authorization Mechanisms").
 */
CASE(spka, "SPKA in problem state: any key that the PSW-key mask allows, else privileged operation")
{
	u64 grs[TRY_INSN_GRS] = { 0 };

	lctlg(3, 0x0800ul << 16);		/* key 4 alone */
	expect_eq(try_insn_as_problem(INSN4(0xb20a0040), grs, NULL), 0);
	psw_mask_clear_bits(PSW_MASK_KEY);
	expect_eq(try_insn_as_problem(INSN4(0xb20a0050), grs, NULL),
		  PGM_INT_CODE_PRIVILEGED_OPERATION);
	expect_eq(pgm_record()->psw.mask & PSW_MASK_KEY, 0);
	lctlg(3, 0);
	expect_eq(try_insn_as_problem(INSN4(0xb20a0040), grs, NULL),
		  PGM_INT_CODE_PRIVILEGED_OPERATION);
	expect_eq(try_insn(INSN4(0xb20a0040), grs, NULL), 0);
	expect_eq(extract_psw_mask() & PSW_MASK_KEY, 4ull << 52);
	psw_mask_clear_bits(PSW_MASK_KEY);
}

CASE(ipk, "INSERT PSW KEY in problem state: privileged operation unless CR0.36 (extraction "
	  "authority) allows it")
{
	u64 grs[TRY_INSN_GRS] = { [2] = ~0ull };

	ctl_clear_bit(0, CTL0_EXTRACTION_AUTHORITY);
	expect_eq(try_insn_as_problem(INSN4(0xb20b0000), grs, NULL),
		  PGM_INT_CODE_PRIVILEGED_OPERATION);
	expect_eq(grs[2], ~0ull);
	ctl_set_bit(0, CTL0_EXTRACTION_AUTHORITY);
	expect_eq(try_insn_as_problem(INSN4(0xb20b0000), grs, NULL), 0);
	expect_eq(grs[2], ~0ull & ~0xffull);
	ctl_clear_bit(0, CTL0_EXTRACTION_AUTHORITY);
}

CASE(without_dat, "EPAR, ESAR and IAC without DAT: special operation")
{
	static const u64 insns[] = { INSN4(0xb2260020), INSN4(0xb2270020), INSN4(0xb2240020) };

	for (size_t i = 0; i < ARRAY_SIZE(insns); i++) {
		u64 grs[TRY_INSN_GRS] = { 0 };

		expect_eq_msg(try_insn(insns[i], grs, NULL), PGM_INT_CODE_SPECIAL_OPERATION,
			      "%#" PRIx64, insns[i]);
	}
}
