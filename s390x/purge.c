/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What takes translations away (Principles of Operation, chapter 3, "Translation-Lookaside Buffer";
 * chapter 10): INVALIDATE PAGE TABLE ENTRY, INVALIDATE DAT TABLE ENTRY, COMPARE AND SWAP AND PURGE
 * (both), PURGE TLB. Each changes what it should in storage and nothing else, and no CPU translates
 * by the old entry any more.
 *
 * Every case has the translation used right before, on each CPU.
 */
#include "case.h"
#include "alloc_page.h"
#include "on-cpus.h"
#include "s390x/mmu.h"
#include "s390x/smp.h"
#include "asm/facility.h"

#define FACILITY_IPTE_RANGE	13
#define FACILITY_DAT_ENH1	3

#define AREA		((char *)0x4000000000000000)
#define PAGES		4

static pgd_t *root;
static u64 *frames[PAGES], *other;
static u64 *ptes;

void case_setup(void)
{
	setup_vm();
	root = current_pgtable();
	other = alloc_page();
	for (int i = 0; i < PAGES; i++) {
		frames[i] = alloc_page();
		frames[i][0] = 0x1000 + i;
		ptes = install_page(root, virt_to_phys(frames[i]), AREA + i * PAGE_SIZE);
	}
	ptes -= PAGES - 1;
	other[0] = 0x9999;
}

/* ---- a load on any CPU ---- */

struct load {
	const char *address;
	u64 value;
	u16 code;
};

static void do_load(void *data)
{
	struct load *load = data;
	u64 value = 0;

	expect_pgm_int();
	__asm__ __volatile__("lg %0,0(%1)" : "+d" (value) : "a" (load->address) : "memory");
	load->code = clear_pgm_int();
	load->value = value;
}

/* Every CPU sees the value there, or is interrupted with the code. */
static void expect_everywhere(const char *address, u16 code, u64 value)
{
	for (int cpu = 0; cpu < smp_query_num_cpus(); cpu++) {
		struct load load = { .address = address };

		on_cpu(cpu, do_load, &load);
		expect_eq_msg(load.code, code, "interruption of CPU %d, page %d", cpu,
			      (int)((address - AREA) / PAGE_SIZE));
		expect_eq_msg(load.value, value, "value on CPU %d", cpu);
	}
}

static void use_all(void)
{
	for (int i = 0; i < PAGES; i++)
		expect_everywhere(AREA + i * PAGE_SIZE, 0, 0x1000 + i);
}

static void purge(void *unused)
{
	ptlb();
}

static void put_back(void)
{
	for (int i = 0; i < PAGES; i++)
		ptes[i] = virt_to_phys(frames[i]);
	on_cpus(purge, NULL);
}

static u64 page_table(void)
{
	return virt_to_phys(ptes) & ~(PAGE_TABLE_SIZE - 1ul);
}

/* ---- IPTE ---- */

CASE(ipte, "IPTE: the entry is invalid and otherwise as it was; on no CPU is it used any more; its "
	   "neighbours are")
{
	ptes[1] |= PAGE_ENTRY_P;
	on_cpus(purge, NULL);
	use_all();
	__asm__ __volatile__("ipte %0,%1"
			     : : "a" (page_table()), "a" (AREA + PAGE_SIZE) : "memory");
	expect_eq(ptes[1], virt_to_phys(frames[1]) | PAGE_ENTRY_P | PAGE_ENTRY_I);
	expect_eq(ptes[0], virt_to_phys(frames[0]));
	expect_eq(ptes[2], virt_to_phys(frames[2]));
	expect_everywhere(AREA + PAGE_SIZE, PGM_INT_CODE_PAGE_TRANSLATION, 0);
	expect_everywhere(AREA, 0, 0x1000);
	expect_everywhere(AREA + 2 * PAGE_SIZE, 0, 0x1002);
	put_back();
	use_all();
}

CASE(ipte_invalid, "IPTE of an entry that is invalid already leaves it so")
{
	use_all();
	for (int i = 0; i < 2; i++) {
		__asm__ __volatile__("ipte %0,%1" : : "a" (page_table()), "a" (AREA) : "memory");
		expect_eq(ptes[0], virt_to_phys(frames[0]) | PAGE_ENTRY_I);
	}
	put_back();
}

CASE(ipte_other_bits, "IPTE takes the page index of the address, whatever is around it")
{
	use_all();
	__asm__ __volatile__("ipte %0,%1" : : "a" (page_table() | 0x7ff),
			     "a" (0x7890000000000000ul | (3 * PAGE_SIZE) | 0xabc) : "memory");
	expect_eq(ptes[3], virt_to_phys(frames[3]) | PAGE_ENTRY_I);
	expect_eq(ptes[2], virt_to_phys(frames[2]));
	put_back();
}

CASE(ipte_range, "IPTE of a range: that entry and as many more as it says")
{
	require(test_facility(FACILITY_IPTE_RANGE));
	use_all();
	__asm__ __volatile__(".insn rrf,0xb2210000,%0,%1,%2,0"
			     : : "a" (page_table()), "a" (AREA + PAGE_SIZE), "a" (1ul)
			     : "memory");
	expect_eq(ptes[0], virt_to_phys(frames[0]));
	expect_eq(ptes[1], virt_to_phys(frames[1]) | PAGE_ENTRY_I);
	expect_eq(ptes[2], virt_to_phys(frames[2]) | PAGE_ENTRY_I);
	expect_eq(ptes[3], virt_to_phys(frames[3]));
	expect_everywhere(AREA + PAGE_SIZE, PGM_INT_CODE_PAGE_TRANSLATION, 0);
	expect_everywhere(AREA + 2 * PAGE_SIZE, PGM_INT_CODE_PAGE_TRANSLATION, 0);
	expect_everywhere(AREA + 3 * PAGE_SIZE, 0, 0x1003);
	put_back();
}

static void invalidate_in(void *table)
{
	__asm__ __volatile__("ipte %0,%1" : : "a" (table), "a" (AREA) : "memory");
}

CASE(ipte_beyond, "IPTE of a table that is not there: addressing")
{
	expect(catch_pgm(invalidate_in, (void *)0x7ffffffff000));
	expect_eq(pgm_record()->code, PGM_INT_CODE_ADDRESSING);
}

/* ---- IDTE ---- */

struct idte {
	u64 table, address, asce;
};

static void do_idte(void *data)
{
	struct idte *o = data;

	__asm__ __volatile__(".insn rrf,0xb98e0000,%0,%1,%2,0"
			     : : "a" (o->table), "a" (o->address), "a" (o->asce)
			     : "memory");
}

static u64 table_of(enum pgt_level level, u64 **entry)
{
	*entry = get_dat_entry(root, AREA, level);
	return (virt_to_phys(*entry) & ~(REGION_TABLE_SIZE - 1ul)) |
	       (u64)(pgtable_level_pmd - level) << 2;
}

static void expect_idte(enum pgt_level level, u16 code)
{
	u64 *entry, was;
	struct idte idte = { .table = table_of(level, &entry), .address = (u64)AREA & ~0x1ffffful };

	use_all();
	was = *entry;
	expect(!catch_pgm(do_idte, &idte));
	expect_eq_msg(*entry, was | REGION_ENTRY_I, "entry of level %d", (int)level);
	for (int i = 0; i < PAGES; i++)
		expect_everywhere(AREA + i * PAGE_SIZE, code, 0);
	*entry = was;
	on_cpus(purge, NULL);
	use_all();
}

CASE(idte_segment, "IDTE of a segment table entry: nothing below it is used any more, on no CPU")
{
	require(test_facility(FACILITY_DAT_ENH1));
	expect_idte(pgtable_level_pmd, PGM_INT_CODE_SEGMENT_TRANSLATION);
}

CASE(idte_region, "IDTE of region table entries of each level")
{
	require(test_facility(FACILITY_DAT_ENH1));
	expect_idte(pgtable_level_pud, PGM_INT_CODE_REGION_THIRD_TRANS);
	expect_idte(pgtable_level_p4d, PGM_INT_CODE_REGION_SECOND_TRANS);
	expect_idte(pgtable_level_pgd, PGM_INT_CODE_REGION_FIRST_TRANS);
}

#define CLEAR_BY_ASCE	0x800ul

CASE(idte_clear, "IDTE by an ASCE: translations of that space are cleared, tables stay")
{
	u64 *entry, was;
	struct idte idte = { .address = CLEAR_BY_ASCE, .asce = stctg(1) };

	require(test_facility(FACILITY_DAT_ENH1));
	table_of(pgtable_level_pmd, &entry);
	was = *entry;
	use_all();
	ptes[0] = PAGE_ENTRY_I;
	expect(!catch_pgm(do_idte, &idte));
	expect_everywhere(AREA, PGM_INT_CODE_PAGE_TRANSLATION, 0);
	expect_everywhere(AREA + PAGE_SIZE, 0, 0x1001);
	expect_eq(*entry, was);
	expect_eq(ptes[1], virt_to_phys(frames[1]));
	put_back();
	use_all();
}

CASE(idte_reserved, "IDTE with bits 44 to 51 of its second operand: specification, and the entry "
		    "stays")
{
	u64 *entry, was;
	struct idte idte = { .table = table_of(pgtable_level_pmd, &entry) };

	require(test_facility(FACILITY_DAT_ENH1));
	was = *entry;
	for (int bit = 44; bit <= 51; bit++) {
		idte.address = ((u64)AREA & ~0x1ffffful) | 1ul << (63 - bit);
		expect_msg(catch_pgm(do_idte, &idte), "bit %d", bit);
		expect_eq_msg(pgm_record()->code, PGM_INT_CODE_SPECIFICATION, "bit %d", bit);
		expect_eq(*entry, was);
	}
}

/* ---- CSP, CSPG ---- */

/*
 * Swaps *entry if it is old; returns the condition code (which is 2 before), and what the first
 * register of the pair is then.
 */
static int cspg(u64 *entry, u64 *old, u64 new)
{
	register u64 compared __asm__("2") = *old;
	register u64 replacement __asm__("3") = new;
	int cc;

	__asm__ __volatile__("lghi %0,1\n\tltgr %0,%0\n\t.insn rre,0xb98a0000,%1,%3\n\tipm "
			     "%0\n\tsrl %0,28"
			     : "=&d" (cc), "+d" (compared)
			     : "d" (replacement), "a" ((u64)entry | 1)
			     : "cc", "memory");
	*old = compared;
	return cc;
}

static int csp(u32 *word, u64 *old, u64 new)
{
	register u64 compared __asm__("2") = *old;
	register u64 replacement __asm__("3") = new;
	int cc;

	__asm__ __volatile__("lghi %0,1\n\tltgr %0,%0\n\tcsp %1,%3\n\tipm %0\n\tsrl %0,28"
			     : "=&d" (cc), "+d" (compared)
			     : "d" (replacement), "a" ((u64)word | 1)
			     : "cc", "memory");
	*old = compared;
	return cc;
}

CASE(cspg, "CSPG of an equal entry: it is replaced, every CPU uses the new one")
{
	u64 old = virt_to_phys(frames[0]);

	require(test_facility(FACILITY_DAT_ENH1));
	use_all();
	cspg(&ptes[0], &old, virt_to_phys(other));
	expect_eq(ptes[0], virt_to_phys(other));
	expect_eq(old, virt_to_phys(frames[0]));
	expect_everywhere(AREA, 0, 0x9999);
	put_back();
}

CASE(cspg_unequal, "CSPG of another entry: the register has the entry, which stays")
{
	u64 old = 0x1234567812345678;

	require(test_facility(FACILITY_DAT_ENH1));
	cspg(&ptes[0], &old, 0);
	expect_eq(old, virt_to_phys(frames[0]));
	expect_eq(ptes[0], virt_to_phys(frames[0]));
}

CASE(csp, "CSP compares and swaps a word: the left halves of registers stay")
{
	u32 words[3] = { 0x11111111, 0x22222222, 0x33333333 };
	u64 old = 0xaaaaaaaa22222222;

	csp(&words[1], &old, 0xbbbbbbbb44444444);
	expect_eq(words[1], 0x44444444);
	expect_eq(old, 0xaaaaaaaa22222222);
	csp(&words[1], &old, 0x55555555);
	expect_eq(old, 0xaaaaaaaa44444444);
	expect_eq(words[1], 0x44444444);
	expect_eq(words[0], 0x11111111);
	expect_eq(words[2], 0x33333333);
}

CASE(csp_condition_code, "CSP and CSPG: condition code 0 if the operands were equal, 1 if not")
{
	u64 word = 5, equal = 5, unequal = 6;

	expect_eq(csp((u32 *)&word + 1, &equal, 7), 0);
	expect_eq(csp((u32 *)&word + 1, &unequal, 8), 1);
	expect_eq(word, 7);
	equal = 7;
	unequal = 8;
	expect_eq(cspg(&word, &equal, 9), 0);
	expect_eq(cspg(&word, &unequal, 10), 1);
	expect_eq(word, 9);
}

CASE(csp_purges, "CSP of the right half of an entry: every CPU uses the new one")
{
	u64 old = (u32)virt_to_phys(frames[0]);

	use_all();
	csp((u32 *)&ptes[0] + 1, &old, old | PAGE_ENTRY_I);
	expect_eq(ptes[0], virt_to_phys(frames[0]) | PAGE_ENTRY_I);
	expect_everywhere(AREA, PGM_INT_CODE_PAGE_TRANSLATION, 0);
	put_back();
}

static void csp_odd(void *word)
{
	__asm__ __volatile__(".insn rre,0xb2500000,3,%0" : : "a" (word) : "cc", "memory", "r3");
}

CASE(csp_odd, "CSP with an odd first register: specification")
{
	u64 word = 0;

	expect(catch_pgm(csp_odd, &word));
	expect_eq(pgm_record()->code, PGM_INT_CODE_SPECIFICATION);
	expect_eq(pgm_record()->ilc, 4);
}

/* ---- PTLB ---- */

CASE(ptlb, "PURGE TLB: the CPU that does it uses new entries")
{
	use_all();
	ptes[0] = virt_to_phys(other);
	on_cpus(purge, NULL);
	expect_everywhere(AREA, 0, 0x9999);
	put_back();
	use_all();
}
