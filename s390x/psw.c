/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PSW: its short form and LPSW, the system mask's instructions, and the addressing modes of 24,
 * 31 and 64 bits, with what they do to addresses, links and results (Principles of Operation,
 * chapter 4, "Program-Status Word"; chapter 5, "Address Generation"; chapters 7 and 10).
 *
 * PSWs that are not valid: exceptions.c. The image is below 16 MiB, so that code runs in each mode.
 */
#include "case.h"
#include "s390x/smp.h"
#include "s390x/try-insn.h"

#define SHORT_BIT_12	0x0008000000000000	/* is one in the short form */
#define BIT_32		0x80000000ull

extern char image_end[];

void case_setup(void)
{
	require_msg((u64)image_end < 0x1000000, "the image is not below 16 MiB");
}

/* ---- LPSW ---- */

/* Loads the short PSW of this place and the mask's; returns the mask that is in force then. */
static u64 load_short(u64 mask)
{
	u64 operand = (mask & 0xffffffff80000000) | SHORT_BIT_12, scratch;

	__asm__ __volatile__("larl %0,0f\n\togr %0,%1\n\tstg %0,0(%2)\n\tlpsw 0(%2)\n0:"
			     : "=&d" (scratch) : "d" (operand), "a" (&operand) : "memory", "cc");
	return extract_psw_mask();
}

CASE(lpsw, "LPSW: bit 12 of the short PSW is one and becomes zero, the address has 31 bits, masks "
	   "are loaded")
{
	u64 mask = extract_psw_mask() & ~PSW_MASK_CC;

	expect_eq(load_short(mask) & ~PSW_MASK_CC, mask);
	expect_eq(load_short(mask | PSW_MASK_MCHECK) & ~PSW_MASK_CC, mask | PSW_MASK_MCHECK);
	psw_mask_clear_bits(PSW_MASK_MCHECK);
}

CASE(lpsw_condition_code, "LPSW loads the condition code and the program mask")
{
	for (u64 cc = 0; cc < 4; cc++) {
		u64 operand = (extract_psw_mask() & ~PSW_MASK_CC & 0xffffffff80000000) |
			SHORT_BIT_12 | cc << 44 | 0xaull << 40, seen, scratch;

		__asm__ __volatile__("larl %0,0f\n\togr %0,%2\n\tstg %0,0(%3)\n\tlpsw 0(%3)\n"
				     "0:\tlghi %1,0\n\tipm %1\n\tsrl %1,24\n\tspm %4"
				     : "=&d" (scratch), "=&d" (seen)
				     : "d" (operand), "a" (&operand), "d" (0ul) : "memory", "cc");
		expect_eq(seen, cc << 4 | 0xa);
	}
}

CASE(lpsw_alignment, "LPSW of no doubleword: specification, suppressed")
{
	u64 words[2] = { 0, 0 }, mask = extract_psw_mask() & ~PSW_MASK_CC;
	u64 grs[TRY_INSN_GRS] = { [1] = (u64)words + 4 };

	expect_eq(try_insn(INSN4(0x82001000), grs, NULL), PGM_INT_CODE_SPECIFICATION);
	expect_eq(pgm_record()->ilc, 4);
	expect_eq(extract_psw_mask() & ~PSW_MASK_CC, mask);
}

/* ---- the system mask ---- */

CASE(system_mask, "STNSM and STOSM store the system mask and then AND and OR it; SSM sets it")
{
	u8 bytes[3] = { 0x5a, 0x5a, 0x5a };
	u64 grs[TRY_INSN_GRS] = { [1] = (u64)&bytes[1] };
	u8 mask = extract_psw_mask() >> 56;

	expect_eq(try_insn(INSN4(0xad031000), grs, NULL), 0);	/* STOSM: I/O and external */
	expect_eq(bytes[1], mask);
	expect_eq(extract_psw_mask() >> 56, mask | 3);
	expect_eq(try_insn(INSN4(0xacfe1000), grs, NULL), 0);	/* STNSM: not external */
	expect_eq(bytes[1], mask | 3);
	expect_eq(extract_psw_mask() >> 56, mask | 2);
	bytes[1] = mask;
	expect_eq(try_insn(INSN4(0x80001000), grs, NULL), 0);	/* SSM */
	expect_eq(extract_psw_mask() >> 56, mask);
	expect_eq(bytes[0], 0x5a);
	expect_eq(bytes[2], 0x5a);
}

/* ---- addressing modes ---- */

/* Runs text in an addressing mode, with the registers that it names; then in 64 bits again. */
#define IN_MODE(bits, text) "sam" bits "\n\t" text "\n\tsam64\n\t"

static u32 words[2];

CASE(test_mode, "TAM: condition code 0, 1, 3; EPSW has the bits of the mode")
{
	u64 cc, upper, lower;

	__asm__ __volatile__(IN_MODE("24", "tam\n\tipm %0\n\tepsw %1,%2")
			     : "=&d" (cc), "=&d" (upper), "=&d" (lower) : : "cc");
	expect_eq(cc >> 28 & 3, 0);
	expect_eq(upper & 1, 0);
	expect_eq((u32)lower, 0);
	__asm__ __volatile__(IN_MODE("31", "tam\n\tipm %0\n\tepsw %1,%2")
			     : "=&d" (cc), "=&d" (upper), "=&d" (lower) : : "cc");
	expect_eq(cc >> 28 & 3, 1);
	expect_eq(upper & 1, 0);
	expect_eq((u32)lower, BIT_32);
	__asm__ __volatile__(IN_MODE("64", "tam\n\tipm %0\n\tepsw %1,%2")
			     : "=&d" (cc), "=&d" (upper), "=&d" (lower) : : "cc");
	expect_eq(cc >> 28 & 3, 3);
	expect_eq(upper & 1, 1);
	expect_eq((u32)lower, BIT_32);
}

CASE(truncation, "bits of an address to the left of the mode's do not count")
{
	u64 value = 0;

	words[0] = 0x12345678;
	__asm__ __volatile__(IN_MODE("31", "l %0,0(%1)")
			     : "+&d" (value) : "a" ((u64)words | 0xffffffff80000000) : "memory");
	expect_eq(value, 0x12345678);
	value = 0;
	__asm__ __volatile__(IN_MODE("24", "l %0,0(%1)")
			     : "+&d" (value) : "a" ((u64)words | 0xffffffffff000000) : "memory");
	expect_eq(value, 0x12345678);
	/* Base and displacement together are cut, too. */
	value = 0;
	__asm__ __volatile__(IN_MODE("24", "l %0,0x800(%1)")
			     : "+&d"(value)
			     : "a"(((u64)words - 0x800) | 0xab000000ul)
			     : "memory");
	expect_eq(value, 0x12345678);
}

CASE(load_address, "LA: 24 and 31 bits, zeros in the rest of the right half, the left half stays; "
		   "64 bits")
{
	u64 result = 0xaaaaaaaaaaaaaaaa;

	__asm__ __volatile__(IN_MODE("24", "la %0,1(%1)")
			     : "+&d" (result) : "a" (0x1234567887ffffff));
	expect_eq(result, 0xaaaaaaaa00000000);
	result = 0xaaaaaaaaaaaaaaaa;
	__asm__ __volatile__(IN_MODE("31", "la %0,1(%1)")
			     : "+&d" (result) : "a" (0x12345678ffffffff));
	expect_eq(result, 0xaaaaaaaa00000000);
	__asm__ __volatile__(IN_MODE("64", "la %0,1(%1)")
			     : "+&d" (result) : "a" (0x12345678ffffffff));
	expect_eq(result, 0x1234567900000000);
}

CASE(link, "BASR's link: bit 32 is one in the 31-bit mode and the left half stays; the whole "
	   "address in the 64-bit mode")
{
	u64 link = 0xbbbbbbbbbbbbbbbb, at;

	__asm__ __volatile__("larl %1,0f\n\t" IN_MODE("31", "basr %0,0\n0:")
			     : "+&a" (link), "=&a" (at) : : "cc");
	expect_eq(link, 0xbbbbbbbb00000000 | BIT_32 | at);
	__asm__ __volatile__("larl %1,0f\n\t" IN_MODE("64", "basr %0,0\n0:")
			     : "+&a" (link), "=&a" (at) : : "cc");
	expect_eq(link, at);
	link = 0xbbbbbbbbbbbbbbbb;
	__asm__ __volatile__("larl %1,0f\n\t" IN_MODE("24", "bras %0,0f\n0:")
			     : "+&a" (link), "=&a" (at) : : "cc");
	expect_eq(link & 0xffffffff00ffffff, 0xbbbbbbbb00000000 | at);
}

/* To 0: in the mode that the bits of the target's address say; what the PSW has there. */
static u64 branch_and_set_mode(u64 bits)
{
	u64 upper, lower, target;

	__asm__ __volatile__("larl %2,0f\n\togr %2,%3\n\tbsm 0,%2\n0:\tepsw %0,%1\n\tsam64"
			     : "=&d" (upper), "=&d" (lower), "=&a" (target) : "d" (bits) : "cc");
	return (upper & 1) << 1 | (lower >> 31 & 1);
}

CASE(bsm, "BSM sets the mode: bit 63 of the address the 64-bit mode, bit 32 the 31-bit mode, "
	  "neither the 24-bit mode")
{
	expect_eq(branch_and_set_mode(1), 3);
	expect_eq(branch_and_set_mode(BIT_32), 1);
	expect_eq(branch_and_set_mode(0), 0);
}

CASE(interrupted, "an interruption in the 31-bit mode: the old PSW has it, the handler runs in 64 "
		  "bits, and the mode comes back")
{
	u64 lower;

	expect_pgm_int();
	__asm__ __volatile__(IN_MODE("31", ".2byte 0\n\tepsw 0,%0")
			     : "=&d" (lower) : : "r0", "memory", "cc");
	expect_eq(clear_pgm_int(), PGM_INT_CODE_OPERATION);
	expect_eq(pgm_record()->psw.mask & PSW_MASK_64, PSW_MASK_BA);
	expect_eq((u32)lower, BIT_32);
}
