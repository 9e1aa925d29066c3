/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Address spaces (Principles of Operation, chapter 3, "Address Spaces" and "Translation Modes";
 * chapter 5, "Setting the Address-Space Control"): in the primary, secondary and home modes data is
 * that of the space of control register 1, 7, 13; instructions come from the home space in the home
 * mode, else from the primary space; exceptions say which space it was. SAC and SACF with their
 * rules, MOVE TO PRIMARY and SECONDARY, and a real-space designation.
 *
 * All three spaces have the linear mapping, and differ at one page, of which each has its own.
 */
#include "case.h"
#include "alloc_page.h"
#include "s390x/mmu.h"
#include "s390x/smp.h"
#include "s390x/try-insn.h"
#include "asm/facility.h"

#define AREA	((char *)0x4000000000000000)

enum space { PRIMARY, ACCESS_REGISTERS, SECONDARY, HOME };
static const enum space spaces[] = { PRIMARY, SECONDARY, HOME };
static const char *const names[] = { "primary", "access registers", "secondary", "home" };

static u64 *pages[4];
static u64 asces[4];

static const struct pgm_record *r(void)
{
	return pgm_record();
}

static u64 make_space(const pgd_t *like, enum space space)
{
	pgd_t *root = alloc_pages(REGION_TABLE_ORDER);

	memcpy(root, like, REGION_TABLE_SIZE);
	pages[space] = alloc_page();
	install_page(root, virt_to_phys(pages[space]), AREA);
	return virt_to_phys(root) | ASCE_DT_REGION1 | REGION_TABLE_LENGTH;
}

static void use_spaces(void)
{
	lctlg(1, asces[PRIMARY]);
	lctlg(7, asces[SECONDARY]);
	lctlg(13, asces[HOME]);
	ptlb();
	ctl_set_bit(0, CTL0_SECONDARY_SPACE);
}

void case_setup(void)
{
	const pgd_t *like;

	setup_vm();
	like = current_pgtable();
	for (size_t i = 0; i < ARRAY_SIZE(spaces); i++)
		asces[spaces[i]] = make_space(like, spaces[i]);
	use_spaces();
}

static void enter(enum space space)
{
	psw_mask_clear_and_set_bits(PSW_MASK_HOME, (u64)space << 46);
}

/* In that mode; returns the interruption's code. */
static u16 load_in(enum space space, const void *address, u64 *value)
{
	u64 loaded = *value;
	u16 code;

	expect_pgm_int();
	enter(space);
	__asm__ __volatile__("lg %0,0(%1)" : "+&d" (loaded) : "a" (address) : "memory");
	enter(PRIMARY);
	code = clear_pgm_int();
	*value = loaded;
	return code;
}

static u16 store_in(enum space space, void *address, u64 value)
{
	expect_pgm_int();
	enter(space);
	__asm__ __volatile__("stg %0,0(%1)" : : "d" (value), "a" (address) : "memory");
	enter(PRIMARY);
	return clear_pgm_int();
}

CASE(data, "data is the space's of the mode: loads and stores")
{
	for (size_t i = 0; i < ARRAY_SIZE(spaces); i++) {
		enum space s = spaces[i];
		u64 value = 0;

		pages[PRIMARY][0] = 0x1111;
		pages[SECONDARY][0] = 0x2222;
		pages[HOME][0] = 0x3333;
		expect_eq_msg(load_in(s, AREA, &value), 0, "%s", names[s]);
		expect_eq_msg(value, pages[s][0], "%s", names[s]);
		expect_eq_msg(store_in(s, AREA, 0x4444), 0, "%s", names[s]);
		for (size_t j = 0; j < ARRAY_SIZE(spaces); j++)
			expect_eq_msg(pages[spaces[j]][0] == 0x4444, spaces[j] == s,
				      "store by %s, page of %s", names[s], names[spaces[j]]);
	}
}

static u64 call_in(enum space space)
{
	register u64 result __asm__("2");
	register void *function __asm__("1");

	enter(space);
	result = 0;
	function = AREA + 0x100;
	__asm__ __volatile__("basr %%r14,%1"
			     : "+d" (result)
			     : "a" (function)
			     : "r14", "memory", "cc");
	enter(PRIMARY);
	return result;
}

CASE(fetch, "instructions are the home space's in the home mode, else the primary space's")
{
	for (size_t i = 0; i < ARRAY_SIZE(spaces); i++) {
		u16 *code = (u16 *)pages[spaces[i]] + 0x80;

		code[0] = 0xa729;			/* LGHI 2, and BR 14 */
		code[1] = spaces[i] + 100;
		code[2] = 0x07fe;
	}
	expect_eq(call_in(PRIMARY), PRIMARY + 100);
	expect_eq(call_in(SECONDARY), PRIMARY + 100);
	expect_eq(call_in(HOME), HOME + 100);
}

CASE(translation_id, "a translation exception says the space in bits 62 and 63: 0, 2, 3; and the "
		     "old PSW has the mode")
{
	char *missing = AREA + PAGE_SIZE;
	u64 value = 0x99;

	for (size_t i = 0; i < ARRAY_SIZE(spaces); i++) {
		enum space s = spaces[i];

		expect_eq_msg(load_in(s, missing + 8, &value), PGM_INT_CODE_PAGE_TRANSLATION, "%s",
			      names[s]);
		expect_eq_msg(r()->teid & 3, s, "space of a fetch, %s", names[s]);
		expect_eq(r()->teid & PAGE_MASK, (u64)missing);
		expect_eq_msg((r()->psw.mask & PSW_MASK_HOME) >> 46, s, "PSW, %s", names[s]);
		expect_eq(store_in(s, missing, 1), PGM_INT_CODE_PAGE_TRANSLATION);
		expect_eq_msg(r()->teid & 3, s, "space of a store, %s", names[s]);
	}
	expect_eq(value, 0x99);
}

CASE(protection_id, "a protection exception by DAT says the space, too")
{
	for (size_t i = 0; i < ARRAY_SIZE(spaces); i++) {
		enum space s = spaces[i];
		u64 *entry = get_dat_entry(phys_to_virt(asces[s] & ASCE_ORIGIN), AREA,
					   pgtable_level_pte);

		*entry |= PAGE_ENTRY_P;
		ptlb();
		pages[s][0] = 0x1234;
		expect_eq_msg(store_in(s, AREA, 1), PGM_INT_CODE_PROTECTION, "%s", names[s]);
		expect_eq_msg(r()->teid & 7, 4 | s, "identification, %s", names[s]);
		expect_eq(r()->teid & PAGE_MASK, (u64)AREA);
		expect_eq(pages[s][0], 0x1234);
		*entry &= ~PAGE_ENTRY_P;
		ptlb();
		expect_eq_msg(store_in(s, AREA, 1), 0, "%s, without protection", names[s]);
	}
}

CASE(lra, "LOAD REAL ADDRESS goes by the mode")
{
	for (size_t i = 0; i < ARRAY_SIZE(spaces); i++) {
		u64 address = (u64)AREA + 0x28;

		enter(spaces[i]);
		__asm__ __volatile__("lrag %0,0(%0)" : "+a" (address) : : "cc");
		enter(PRIMARY);
		expect_eq_msg(address, virt_to_phys(pages[spaces[i]]) + 0x28, "%s",
			      names[spaces[i]]);
	}
}

/* ---- SAC and SACF ---- */

#define SAC	0xb2190000
#define SACF	0xb2790000

/* Returns the interruption's code; *mode: what the PSW says afterwards. */
static u16 set_control(u32 insn, unsigned int control, bool problem, enum space *mode)
{
	u64 grs[TRY_INSN_GRS] = { [1] = control };
	u16 code;

	code = problem ? try_insn_as_problem(INSN4(insn | 0x1000u), grs, NULL)
		       : try_insn(INSN4(insn | 0x1000u), grs, NULL);
	*mode = (extract_psw_mask() & PSW_MASK_HOME) >> 46;
	enter(PRIMARY);
	return code;
}

static void expect_sets_mode(u32 insn)
{
	static const struct {
		unsigned int control;
		enum space mode;
	} sets[] = { { 0x100, SECONDARY }, { 0x300, HOME }, { 0, PRIMARY } };
	enum space mode;

	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		expect_eq_msg(set_control(insn, sets[i].control, false, &mode), 0, "%#x",
			      sets[i].control);
		expect_eq_msg(mode, sets[i].mode, "mode after %#x", sets[i].control);
	}
}

CASE(sacf, "SET ADDRESS SPACE CONTROL FAST sets the primary, secondary and home mode")
{
	expect_sets_mode(SACF);
}

CASE(sac, "SET ADDRESS SPACE CONTROL does, too")
{
	expect_sets_mode(SAC);
}

CASE(sacf_access_registers, "SACF sets the access-register mode")
{
	enum space mode;

	expect_eq(set_control(SACF, 0x200, false, &mode), 0);
	expect_eq(mode, ACCESS_REGISTERS);
}

CASE(sacf_reserved, "a control above 3: specification, and the mode stays")
{
	static const unsigned int reserved[] = { 0x400, 0x800, 0xc00, 0xf00 };
	enum space mode;

	for (size_t i = 0; i < ARRAY_SIZE(reserved); i++) {
		expect_eq_msg(set_control(SACF, reserved[i], false, &mode),
			      PGM_INT_CODE_SPECIFICATION, "%#x", reserved[i]);
		expect_eq(mode, PRIMARY);
	}
}

CASE(sacf_home_privileged, "SACF to the home mode in problem state: privileged operation")
{
	enum space mode;

	expect_eq(set_control(SACF, 0x300, true, &mode), PGM_INT_CODE_PRIVILEGED_OPERATION);
	expect_eq(mode, PRIMARY);
	expect_eq(set_control(SACF, 0x100, true, &mode), 0);
	expect_eq(mode, SECONDARY);
}

CASE(sacf_secondary_control, "SACF to the secondary mode needs CR0.37: special operation")
{
	enum space mode;

	ctl_clear_bit(0, CTL0_SECONDARY_SPACE);
	expect_eq(set_control(SACF, 0x100, false, &mode), PGM_INT_CODE_SPECIAL_OPERATION);
	expect_eq(mode, PRIMARY);
	ctl_set_bit(0, CTL0_SECONDARY_SPACE);
}

CASE(sacf_without_dat, "SACF without DAT: special operation")
{
	enum space mode;
	u16 code;

	disable_dat();
	code = set_control(SACF, 0x100, false, &mode);
	enable_dat();
	expect_eq(code, PGM_INT_CODE_SPECIAL_OPERATION);
	expect_eq(mode, PRIMARY);
}

/* ---- MOVE TO PRIMARY, MOVE TO SECONDARY ---- */

static u16 move_to(bool primary, u64 length, int *cc)
{
	u64 to = (u64)AREA, from = (u64)AREA + 0x400;
	int after;

	expect_pgm_int();
	if (primary)
		__asm__ __volatile__("mvcp 0(%1,%2),0(%3),%4\n\tipm %0\n\tsrl %0,28"
				     : "=&d" (after)
				     : "a" (length), "a" (to), "a" (from), "d" (0ul)
				     : "cc", "memory");
	else
		__asm__ __volatile__("mvcs 0(%1,%2),0(%3),%4\n\tipm %0\n\tsrl %0,28"
				     : "=&d" (after)
				     : "a" (length), "a" (to), "a" (from), "d" (0ul)
				     : "cc", "memory");
	*cc = after & 3;
	return clear_pgm_int();
}

static void expect_moved(bool primary)
{
	u8 *to = (u8 *)pages[primary ? PRIMARY : SECONDARY],
	   *from = (u8 *)pages[primary ? SECONDARY : PRIMARY] + 0x400;
	static const struct {
		u64 length, moved;
		int cc;
	} tries[] = { { 0, 0, 0 }, { 1, 1, 0 }, { 256, 256, 0 }, { 257, 256, 3 } };
	int cc;

	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		memset(to, 0, 0x200);
		memset(from, 0x5a, 0x200);
		expect_eq_msg(move_to(primary, tries[i].length, &cc), 0, "length %d",
			      (int)tries[i].length);
		expect_eq_msg(cc, tries[i].cc, "condition code, length %d", (int)tries[i].length);
		for (u64 at = 0; at < 0x200; at += 255)
			expect_eq_msg(to[at], at < tries[i].moved ? 0x5a : 0, "byte %d of %d",
				      (int)at, (int)tries[i].length);
	}
}

CASE(mvcp, "MOVE TO PRIMARY: from the secondary space, at most 256 bytes, condition code 3 if more "
	   "were asked for")
{
	expect_moved(true);
}

CASE(mvcs, "MOVE TO SECONDARY: from the primary space")
{
	expect_moved(false);
}

CASE(move_control, "MOVE TO PRIMARY and SECONDARY need CR0.37: special operation")
{
	int cc;

	ctl_clear_bit(0, CTL0_SECONDARY_SPACE);
	expect_eq(move_to(true, 8, &cc), PGM_INT_CODE_SPECIAL_OPERATION);
	expect_eq(move_to(false, 8, &cc), PGM_INT_CODE_SPECIAL_OPERATION);
	ctl_set_bit(0, CTL0_SECONDARY_SPACE);
}

/* ---- real space ---- */

CASE(real_space, "a real-space designation: virtual addresses are real ones, and the rest of it "
		 "does not count")
{
	u64 value = 0;

	pages[PRIMARY][1] = 0x600df00d;
	lctlg(7, ASCE_R | 0x123456000ul | ASCE_DT | ASCE_TL);
	ptlb();
	expect_eq(load_in(SECONDARY, pages[PRIMARY] + 1, &value), 0);
	expect_eq(value, 0x600df00d);
	expect_eq(load_in(SECONDARY, AREA, &value), PGM_INT_CODE_ADDRESSING);
	lctlg(7, asces[SECONDARY]);
	ptlb();
	expect_eq(load_in(SECONDARY, AREA, &value), 0);
}
