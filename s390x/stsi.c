/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * STORE SYSTEM INFORMATION, STORE FACILITY LIST (EXTENDED) and STORE CPU ID (Principles of
 * Operation, chapters 4 and 10): function codes and selectors that are and are not there, wrong
 * operands, what the blocks say, compared with each other and with SCLP.
 */
#include "case.h"
#include "alloc_page.h"
#include "on-cpus.h"
#include "s390x/sclp.h"
#include "s390x/smp.h"
#include "asm/facility.h"

static u8 block[4096] __aligned(4096);

/*
 * EBCDIC (code page 037) of letters, digits, the blank and the slash: what these blocks are written
 * in.
 */
static bool is_ebcdic(u8 c)
{
	u8 letter = c | 0x40;		/* capitals: 0xc1 and so on; small ones: 0x81 and so on */

	return c == 0x40 || c == 0x61 ||
	       (c & 0x80 &&
		((letter >= 0xc1 && letter <= 0xc9) || (letter >= 0xd1 && letter <= 0xd9) ||
		 (letter >= 0xe2 && letter <= 0xe9))) ||
	       (c >= 0xf0 && c <= 0xf9);
}

static void expect_ebcdic(unsigned int offset, unsigned int len)
{
	for (unsigned int i = offset; i < offset + len; i++)
		expect_msg(is_ebcdic(block[i]), "byte %u is %#x", i, block[i]);
}

static void expect_zero(unsigned int from, unsigned int to)
{
	for (unsigned int i = from; i < to; i++)
		expect_eq_msg(block[i], 0, "reserved byte %u", i);
}

static u32 word_at(unsigned int offset)
{
	return *(u32 *)(block + offset);
}

static u16 half_at(unsigned int offset)
{
	return *(u16 *)(block + offset);
}

/* Fills the block before: all that is not said has to be stored as zeros. */
static int store(int fc, int sel1, int sel2)
{
	memset(block, 0xff, sizeof(block));
	return stsi(block, fc, sel1, sel2);
}

CASE(level, "function code 0: the level, in bits 32 to 35 of register 0 and nothing else; the "
	    "operand is not used")
{
	unsigned long r0 = 0xffffffffffffffff;
	int cc = stsi_r0((void *)1, 0, 0, &r0);

	expect_eq(cc, 0);
	expect(r0 >> 28 >= 1 && r0 >> 28 <= 3);
	expect_eq(r0 & 0xffffffff0fffffff, 0);
}

CASE(configuration, "1.1.1: the machine, in EBCDIC")
{
	insist_eq(store(1, 1, 1), 0);
	expect_ebcdic(32, 16);		/* manufacturer */
	expect_ebcdic(48, 4);		/* type */
	expect_ebcdic(64, 16);		/* model-capacity identifier */
	expect_ebcdic(80, 16);		/* sequence code */
	expect_ebcdic(96, 4);		/* plant */
}

CASE(cpu, "1.2.1 and 1.2.2: this CPU's address is STAP's; as many CPUs as SCLP says")
{
	insist_eq(store(1, 2, 1), 0);
	expect_eq(half_at(102), stap());
	insist_eq(store(1, 2, 2), 0);
	expect_eq(half_at(36), half_at(38) + half_at(40) + half_at(42));
	expect_ge(half_at(38), 1);
}

CASE(virtual_machine, "3.2.2: how many virtual machines, and of the first: CPUs, name, UUID")
{
	require(stsi_get_fc() >= 3);
	insist_eq(store(3, 2, 2), 0);
	expect_zero(0, 28);
	expect_zero(28, 31);
	expect_ge(block[31] & 0xf, 1);
	/*
	 * The first description block: total, configured, standby, reserved; name; adjustment
	 * factor; control program.
	 */
	expect_zero(32, 36);
	expect_eq(half_at(36), half_at(38) + half_at(40) + half_at(42));
	expect_eq(half_at(38), sclp_get_cpu_num());
	expect_ebcdic(44, 8);
	expect_ne(word_at(52), 0);
	expect_ebcdic(56, 9);
}

CASE(absent, "function codes, and selectors, that do not exist: condition code 3, nothing stored")
{
	static const u8 wrong[][3] = {
		{ 1, 0, 0 }, { 1, 0, 1 },   { 1, 1, 0 }, { 1, 1, 2 }, { 1, 3, 1 },
		{ 1, 2, 3 }, { 1, 255, 1 }, { 4, 1, 1 }, { 7, 1, 1 }, { 14, 1, 1 },
		{ 3, 1, 1 }, { 3, 2, 1 },   { 3, 2, 3 }, { 2, 1, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		expect_eq_msg(store(wrong[i][0], wrong[i][1], wrong[i][2]), 3, "%u.%u.%u",
			      wrong[i][0], wrong[i][1], wrong[i][2]);
		expect_eq(word_at(0), 0xffffffff);
		expect_eq(word_at(4092), 0xffffffff);
	}
}

CASE(register_0, "with another function code than 0 register 0 stays, whether there is such a "
		 "block or not")
{
	static const u64 codes[] = { 1ul << 28 | 1, 1ul << 28 | 3, 15ul << 28 | 1 };

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		unsigned long after, r0 = 0xabcdef0100000000 | codes[i];
		int cc = stsi_r0(block, r0, 1, &after);

		expect_eq_msg(cc, i == 0 ? 0 : 3, "%#" PRIx64, codes[i]);
		expect_eq_msg(after, r0, "%#" PRIx64, codes[i]);
	}
}

/* The code of the interruption that STSI with these registers has. */
static u16 interrupted(void *addr, unsigned long r0, unsigned long r1)
{
	unsigned long after;

	expect_pgm_int();
	stsi_r0(addr, r0, r1, &after);
	return clear_pgm_int();
}

CASE(reserved, "bits of registers 0 and 1 that must be zero: specification")
{
	for (int bit = 8; bit < 28; bit++)
		expect_eq_msg(interrupted(block, 1ul << 28 | 1 | 1ul << bit, 1),
			      PGM_INT_CODE_SPECIFICATION, "register 0, bit %d", bit);
	for (int bit = 16; bit < 32; bit++)
		expect_eq_msg(interrupted(block, 1ul << 28 | 1, 1 | 1ul << bit),
			      PGM_INT_CODE_SPECIFICATION, "register 1, bit %d", bit);
	/* The left halves are not looked at. */
	expect_eq(interrupted(block, 0xabcd000000000000 | 1ul << 28 | 1, 0xabcd000000000001), 0);
}

CASE(alignment, "an operand that is not at a 4 KiB boundary: specification")
{
	expect_eq(interrupted(block + 8, 1ul << 28 | 1, 1), PGM_INT_CODE_SPECIFICATION);
	expect_eq(interrupted(block + 2048, 1ul << 28 | 1, 1), PGM_INT_CODE_SPECIFICATION);
	expect_eq(interrupted(block, 1ul << 28 | 1, 1), 0);
}

CASE(problem_state, "STSI in problem state: privileged operation")
{
	enter_pstate();
	expect_eq(interrupted(block, 0, 0), PGM_INT_CODE_PRIVILEGED_OPERATION);
	leave_pstate();
}

CASE(beyond, "an operand where no memory is: addressing")
{
	expect_eq(interrupted((void *)0x7ffffffff000, 1ul << 28 | 1, 1), PGM_INT_CODE_ADDRESSING);
}

/* ---- facilities ---- */

CASE(stfl, "STFL stores the first 32 bits of STFLE's list, at real 200, and nothing behind")
{
	u64 list[NB_STFL_DOUBLEWORDS] = { 0 };

	lowcore.stfl = 0;
	stfl();
	insist(test_facility(7));
	stfle(list, NB_STFL_DOUBLEWORDS);
	expect_eq(lowcore.stfl, list[0] >> 32);
	/* z/Architecture is installed and active. */
	expect_eq(list[0] >> 61 & 3, 3);
}

CASE(stfle_length, "STFLE: condition code 3 and the number that it takes if there is too little "
		   "room; no more is stored")
{
	u64 list[NB_STFL_DOUBLEWORDS];
	unsigned int size = stfle_size();

	expect_ge(size, 1);
	expect_le(size, NB_STFL_DOUBLEWORDS);
	for (unsigned int room = 1; room <= size + 1; room++) {
		register unsigned long r0 __asm__("0");
		int cc;

		memset(list, 0xa5, sizeof(list));
		r0 = room - 1;
		__asm__ __volatile__(".insn s,0xb2b00000,0(%2)\n\tipm %0\n\tsrl %0,28"
				     : "=&d" (cc), "+d" (r0) : "a" (list) : "memory", "cc");
		expect_eq(r0, size - 1);
		expect_eq(cc, room < size ? 3 : 0);
		expect_eq(list[MIN(room, size)], 0xa5a5a5a5a5a5a5a5);
		expect_eq(list[0], stfl_doublewords[0]);
	}
}

CASE(stfle_alignment, "STFLE to no doubleword boundary: specification")
{
	u64 list[4];

	expect_pgm_int();
	stfle((u64 *)((char *)list + 4), 1);
	expect_eq(clear_pgm_int(), PGM_INT_CODE_SPECIFICATION);
}

CASE(facility_pairs, "facilities that imply others (chapter 4, \"Facility Indications\")")
{
	static const u8 pairs[][2] = { { 2, 1 },    { 4, 3 },	  { 5, 3 },
				       { 78, 8 },   { 77, 76 },	  { 135, 129 },
				       { 146, 76 }, { 148, 135 }, { 152, 129 } };

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		if (test_facility(pairs[i][0]))
			expect_msg(test_facility(pairs[i][1]), "facility %u without %u",
				   pairs[i][0], pairs[i][1]);
	expect(test_facility(0));
}

static u64 ids[2];

static void note_id(void *data)
{
	*(u64 *)data = stidp();
}

CASE(stidp, "STIDP: one machine type on all CPUs, that of 1.1.1")
{
	u64 type;

	insist_eq(store(1, 1, 1), 0);
	note_id(&ids[0]);
	for (int cpu = 1; cpu < smp_query_num_cpus(); cpu++) {
		on_cpu(cpu, note_id, &ids[1]);
		expect_eq(ids[1] >> 16 & 0xffff, ids[0] >> 16 & 0xffff);
	}
	type = ids[0] >> 16 & 0xffff;
	for (int i = 0; i < 4; i++)
		expect_eq(block[48 + i], 0xf0 | (type >> (12 - 4 * i) & 0xf));
	expect_eq(ids[0] & 0x7fff, 0);
}
