/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Control and access registers (Principles of Operation, chapter 4, "Control Registers"; chapter 7,
 * LOAD and STORE ACCESS MULTIPLE; chapter 10, LOAD and STORE CONTROL): 32 bits and 64, ranges that
 * go on from 15 to 0, operands that are not aligned or not there, and access registers over an
 * interruption. And SET PSW KEY FROM ADDRESS in supervisor state, and SET CLOCK PROGRAMMABLE FIELD.
 */
#include "case.h"
#include "s390x/smp.h"
#include "s390x/try-insn.h"
#include "asm/interrupt.h"

#define BEYOND		0x7ffffffff000ull
#define PATTERN		0xaaaaaaaabbbbbbbbull

/* R1 and R3 of the instructions; storage at register 1. */
#define LCTL(first, last)	INSN4(0xb7001000u | (first) << 20 | (last) << 16)
#define STCTL(first, last)	INSN4(0xb6001000u | (first) << 20 | (last) << 16)
#define LCTLG(first, last)	INSN6(0xeb001000002full | (u64)(first) << 36 | (u64)(last) << 32)
#define STCTG(first, last)	INSN6(0xeb0010000025ull | (u64)(first) << 36 | (u64)(last) << 32)
#define LAM(first, last)	INSN4(0x9a001000u | (first) << 20 | (last) << 16)
#define STAM(first, last)	INSN4(0x9b001000u | (first) << 20 | (last) << 16)

static u16 try_at(u64 insn, const void *address)
{
	u64 grs[TRY_INSN_GRS] = { [1] = (u64)address };

	return try_insn(insn, grs, NULL);
}

/* Control registers 11 and 15 are of no effect here: no PER, no linkage stack. */
static void at_end(void)
{
	lctlg(11, 0ul);
	lctlg(15, 0ul);
}

void case_setup(void)
{
	case_at_end(at_end);
}

CASE(load_32, "LCTL loads the right half, the left half stays; STCTL stores the right half, and "
	      "nothing beside it")
{
	u32 words[3] = { 0x11111111, 0x12345678, 0x22222222 };

	lctlg(15, PATTERN);
	expect_eq(try_at(STCTL(15, 15), &words[1]), 0);
	expect_eq(words[0], 0x11111111);
	expect_eq(words[1], 0xbbbbbbbb);
	expect_eq(words[2], 0x22222222);
	words[1] = 0x12345678;
	expect_eq(try_at(LCTL(15, 15), &words[1]), 0);
	expect_eq(stctg(15), 0xaaaaaaaa12345678);
}

CASE(range, "STCTG and LCTLG of 15 to 1 take 15, 0 and 1 in turn, and no more")
{
	u64 words[4] = { [3] = 0x7777 }, cr0 = stctg(0), cr1 = stctg(1), cr2 = stctg(2);

	lctlg(15, PATTERN);
	expect_eq(try_at(STCTG(15, 1), words), 0);
	expect_eq(words[0], PATTERN);
	expect_eq(words[1], cr0);
	expect_eq(words[2], cr1);
	expect_eq(words[3], 0x7777);
	words[0] = ~PATTERN;
	words[2] = cr1 ^ 0x1000;
	expect_eq(try_at(LCTLG(15, 1), words), 0);
	expect_eq(stctg(15), ~PATTERN);
	expect_eq(stctg(0), cr0);
	expect_eq(stctg(1), cr1 ^ 0x1000);
	expect_eq(stctg(2), cr2);
	lctlg(1, cr1);
}

CASE(range_32, "STCTL and LCTL of 15 to 0 take 15 and 0")
{
	u32 words[3] = { [2] = 0x7777 };
	u64 cr0 = stctg(0);

	lctlg(15, PATTERN);
	expect_eq(try_at(STCTL(15, 0), words), 0);
	expect_eq(words[0], 0xbbbbbbbb);
	expect_eq(words[1], (u32)cr0);
	expect_eq(words[2], 0x7777);
	words[0] = 0x4321;
	expect_eq(try_at(LCTL(15, 0), words), 0);
	expect_eq(stctg(15), 0xaaaaaaaa00004321);
	expect_eq(stctg(0), cr0);
}

CASE(alignment, "operands of LCTL and STCTL, LAM and STAM that are no words, of LCTLG and STCTG "
		"that are no doublewords: specification, nothing changes")
{
	static const struct {
		u64 insn;
		unsigned int unit;
	} tries[] = {
		{ LCTL(15, 15), 4 }, { STCTL(15, 15), 4 }, { LCTLG(15, 15), 8 },
		{ STCTG(15, 15), 8 }, { LAM(5, 5), 4 }, { STAM(5, 5), 4 },
	};
	u8 bytes[16] __aligned(8);

	lctlg(15, PATTERN);
	for (size_t i = 0; i < ARRAY_SIZE(tries); i++)
		for (unsigned int at = 1; at < tries[i].unit; at++) {
			memset(bytes, 0x5a, sizeof(bytes));
			expect_eq_msg(try_at(tries[i].insn, bytes + at),
				      PGM_INT_CODE_SPECIFICATION, "try %d, %u", (int)i, at);
			expect_eq(pgm_record()->ilc, insn_length(tries[i].insn));
			expect_eq(stctg(15), PATTERN);
			for (size_t j = 0; j < sizeof(bytes); j++)
				expect_eq(bytes[j], 0x5a);
		}
}

CASE(beyond, "operands that are not there: addressing, and the control register stays")
{
	static const u64 insns[] = { LCTL(15, 15), STCTL(15, 15), LCTLG(15, 15), STCTG(15, 15) };

	lctlg(15, PATTERN);
	for (size_t i = 0; i < ARRAY_SIZE(insns); i++) {
		expect_eq_msg(try_at(insns[i], (void *)BEYOND), PGM_INT_CODE_ADDRESSING, "try %d",
			      (int)i);
		expect_eq(stctg(15), PATTERN);
	}
}

/* ---- access registers ---- */

static u32 loaded[16], stored[17];

CASE(access_registers, "LAM and STAM: all 16, from 8 on over 15 to 7; they keep their values over "
		       "a program interruption and an SVC")
{
	for (u32 i = 0; i < 16; i++)
		loaded[i] = 0xa0b0c000 + i;
	stored[16] = 0x7777;
	expect_pgm_int();
	__asm__ __volatile__("lam %%a0,%%a15,0(%0)\n\t.2byte 0\n\tsvc 1\n\tstam %%a8,%%a7,0(%1)"
			     : : "a" (loaded), "a" (stored) : "memory", "cc");
	expect_eq(clear_pgm_int(), PGM_INT_CODE_OPERATION);
	for (u32 i = 0; i < 16; i++)
		expect_eq_msg(stored[i], 0xa0b0c000 + (i + 8) % 16, "access register %u",
			      (i + 8) % 16);
	expect_eq(stored[16], 0x7777);
}

CASE(access_single, "SAR and EAR: the right half of a general register; EAR leaves the left half")
{
	u64 grs[TRY_INSN_GRS] = { [2] = PATTERN, [3] = 0x1111111122222222 };

	expect_eq(try_insn(INSN4(0xb24e0052), grs, NULL), 0);	/* SAR 5,2 */
	expect_eq(try_insn(INSN4(0xb24f0035), grs, NULL), 0);	/* EAR 3,5 */
	expect_eq(grs[3], 0x11111111bbbbbbbb);
	expect_eq(grs[2], PATTERN);
}

CASE(copy_access, "CPYA copies an access register")
{
	u64 grs[TRY_INSN_GRS] = { [2] = PATTERN };

	expect_eq(try_insn(INSN4(0xb24e0052), grs, NULL), 0);	/* SAR 5,2 */
	expect_eq(try_insn(INSN4(0xb24d0065), grs, NULL), 0);	/* CPYA 6,5 */
	expect_eq(try_insn(INSN4(0xb24f0036), grs, NULL), 0);	/* EAR 3,6 */
	expect_eq(grs[3], 0xbbbbbbbb);
}

/* ---- others ---- */

CASE(spka, "SPKA sets the PSW's key from bits 56 to 59 of the address, and nothing else; the "
	   "others do not count")
{
	u64 mask = extract_psw_mask() & ~PSW_MASK_CC;

	for (u64 key = 0; key < 16; key++) {
		u64 grs[TRY_INSN_GRS] = { [1] = 0x123456789abcde0f | key << 4 };
		u64 is;

		expect_eq(try_insn(INSN4(0xb20a1000), grs, NULL), 0);
		is = extract_psw_mask() & ~PSW_MASK_CC;
		psw_mask_clear_bits(PSW_MASK_KEY);
		expect_eq_msg(is, mask | key << 52, "key %d", (int)key);
	}
}

CASE(programmable_field, "SCKPF with bits 32 to 47 of register 0: specification; the left half "
			 "does not count")
{
	for (int bit = 16; bit < 32; bit++) {
		u64 grs[TRY_INSN_GRS] = { [0] = 1ul << bit };

		expect_eq_msg(try_insn(INSN2(0x0107), grs, NULL), PGM_INT_CODE_SPECIFICATION,
			      "bit %d", 63 - bit);
		expect_eq(pgm_record()->ilc, 2);
	}
	expect_eq(try_insn(INSN2(0x0107), (u64[TRY_INSN_GRS]){ 0xffffffff00000000 }, NULL), 0);
}
