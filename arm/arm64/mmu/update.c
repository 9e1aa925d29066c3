/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What hardware writes to descriptors (FEAT_HAFDBS; Arm ARM, DDI 0487, D8.5.1 and D8.5.2), and that
 * TLB maintenance makes changes seen (D8.14 to D8.16): by address, by ASID, all, on this CPU and on
 * others.
 */
#include "case.h"
#include "alloc_page.h"
#include "mmu.h"
#include "on-cpus.h"
#include "asm/setup.h"

static unsigned int hafdbs(void)
{
	return id_field(read_sysreg(id_aa64mmfr1_el1), 0);
}

static u64 entry(const struct upper *u, u64 va)
{
	dsb(ish);
	return READ_ONCE(*upper_entry(u, 3, va));
}

CASE(access_flag_set, "TCR_EL1.HA: an access sets AF and nothing else of the descriptor, for "
		      "reads, writes and fetches, at EL1 and EL0")
{
	char *page;
	struct upper u;
	u64 va, old;

	require_msg(hafdbs() >= 1, "no FEAT_HAFDBS");
	page = page_with_ret();
	va = open_with_page(&u, page, PTE_USER | PTE_RDONLY);
	upper_use(&u, TCR_HA);
	old = *upper_entry(&u, 3, va) & ~PTE_AF;
	for (enum access a = 0; a < ACCESSES; a++) {
		if (a == EL1_WRITE || a == EL0_WRITE)
			continue;
		upper_set(&u, 3, va, old);
		expect_eq(entry(&u, va), old);
		expect_access(a, va, NO_FAULT);
		expect_eq_msg(entry(&u, va), old | PTE_AF, "%s", access_names[a]);
	}
	upper_close(&u);
	free_pages(page);
}

CASE(access_flag_invalid, "TCR_EL1.HA: an invalid descriptor stays as it is, and so does AF of a "
			  "page that nobody touches")
{
	char *page;
	struct upper u;
	u64 va, old;

	require_msg(hafdbs() >= 1, "no FEAT_HAFDBS");
	page = page_with_ret();
	va = open_with_page(&u, page, 0);
	upper_use(&u, TCR_HA);
	old = *upper_entry(&u, 3, va) & ~(PTE_AF | PTE_VALID);
	upper_set(&u, 3, va, old);
	expect_access(EL1_READ, va, ESR_ELx_FSC_FAULT | 3);
	expect_eq(entry(&u, va), old);
	upper_close(&u);
	free_pages(page);
}

CASE(dirty, "TCR_EL1.HD: a write to a page with DBM clears AP[2], a read does not; without HD, or "
	    "without DBM, a permission fault")
{
	char *page;
	struct upper u;
	u64 va, clean;

	require_msg(hafdbs() >= 2, "no dirty state in FEAT_HAFDBS");
	page = page_with_ret();
	va = open_with_page(&u, page, PTE_USER | PTE_RDONLY | PTE_DBM);
	clean = *upper_entry(&u, 3, va);
	expect_access(EL1_WRITE, va, PERM);
	expect_eq(entry(&u, va), clean);
	for (enum access a = EL1_WRITE; a <= EL0_WRITE; a += EL0_WRITE - EL1_WRITE) {
		upper_use(&u, TCR_HA | TCR_HD);
		upper_set(&u, 3, va, clean);
		expect_access(EL1_READ, va, NO_FAULT);
		expect_eq(entry(&u, va), clean);
		expect_access(a, va, NO_FAULT);
		expect_eq_msg(entry(&u, va), clean & ~PTE_RDONLY, "%s", access_names[a]);
		upper_set(&u, 3, va, clean & ~PTE_DBM);
		expect_access(a, va, PERM);
		expect_eq_msg(entry(&u, va), clean & ~PTE_DBM, "%s", access_names[a]);
	}
	upper_close(&u);
	free_pages(page);
}

/* ---- TLB maintenance ---- */

enum tlbi { VMALLE1, VAE1, VAAE1, VALE1, VAALE1, ASIDE1, TLBIS };

static const char *const tlbi_names[TLBIS] = { "VMALLE1", "VAE1",   "VAAE1",
					       "VALE1",	  "VAALE1", "ASIDE1" };

static void invalidate(enum tlbi how, bool broadcast, u64 va, u64 asid)
{
	u64 argument = TTBR_ASID(asid) | (va >> 12 & 0xffffffffffful);

#define TLBI(op)									\
	(broadcast ? ({ asm volatile("tlbi " op "is, %0"				\
				     :							\
				     : "r"(argument)					\
				     : "memory"); }) : ({    \
		asm volatile("tlbi " op ", %0" : : "r"(argument) : "memory");		\
	}))
	dsb(ishst);
	switch (how) {
	case VMALLE1:
		if (broadcast)
			asm volatile("tlbi vmalle1is" : : : "memory");
		else
			asm volatile("tlbi vmalle1" : : : "memory");
		break;
	case VAE1: TLBI("vae1"); break;
	case VAAE1: TLBI("vaae1"); break;
	case VALE1: TLBI("vale1"); break;
	case VAALE1: TLBI("vaale1"); break;
	case ASIDE1: TLBI("aside1"); break;
	case TLBIS: break;
	}
	dsb(ish);
	isb();
}

static u32 word(u64 va)
{
	return *(volatile u32 *)va;
}

/* Not global, so by ASID: TTBR1's with A1. */
static void use_asid(const struct upper *u, u64 asid)
{
	write_sysreg(virt_to_phys(u->root) | TTBR_ASID(asid), ttbr1_el1);
	isb();
}

static char *two_pages[2];

static void alloc_two(void)
{
	for (u32 i = 0; i < 2; i++) {
		two_pages[i] = page_with_ret();
		*(u32 *)two_pages[i] = i + 1;
	}
}

static void free_two(void)
{
	free_pages(two_pages[0]);
	free_pages(two_pages[1]);
}

/*
 * From one page to the other through invalid, as D8.16.1 has it; each change is seen behind the one
 * TLBI.
 */
static void replace(const struct upper *u, u64 va, u64 descriptor, enum tlbi how, bool broadcast)
{
	u64 *at = upper_entry(u, 3, va);

	WRITE_ONCE(*at, 0);
	invalidate(how, broadcast, va, 7);
	WRITE_ONCE(*at, descriptor);
	dsb(ishst);
	isb();
}

CASE(tlbi, "each TLBI on this CPU makes the new translation seen, and between invalid and valid "
	   "the fault")
{
	struct upper u;
	u64 va, first, second;

	alloc_two();
	va = open_with_page(&u, two_pages[0], PTE_NG);
	upper_use(&u, TCR_A1);
	first = *upper_entry(&u, 3, va);
	second = (first & ~PTE_ADDR_MASK) | virt_to_phys(two_pages[1]);
	use_asid(&u, 7);
	for (enum tlbi how = 0; how < TLBIS; how++) {
		expect_eq_msg(word(va), 1, "before TLBI %s", tlbi_names[how]);
		replace(&u, va, second, how, false);
		expect_eq_msg(word(va), 2, "behind TLBI %s", tlbi_names[how]);
		WRITE_ONCE(*upper_entry(&u, 3, va), 0);
		invalidate(how, true, va, 7);
		expect_access(EL1_READ, va, ESR_ELx_FSC_FAULT | 3);
		replace(&u, va, first, how, true);
	}
	upper_close(&u);
	free_two();
}

CASE(asid, "translations of two ASIDs do not mix, with no TLB maintenance between them; a global "
	   "one is both's")
{
	struct upper u, other;
	u64 va, value;

	alloc_two();
	va = open_with_page(&u, two_pages[0], PTE_NG);
	(void)open_with_page(&other, two_pages[1], PTE_NG);
	upper_use(&u, TCR_A1);
	for (int i = 0; i < 4; i++) {
		use_asid(&u, 7);
		expect_eq(word(va), 1);
		use_asid(&other, 8);
		expect_eq(word(va), 2);
	}
	/*
	 * A TLBI of the other ASID leaves it right, of course; 16 bits of ASID where
	 * ID_AA64MMFR0_EL1 says so.
	 */
	invalidate(ASIDE1, false, va, 9);
	expect_eq(word(va), 2);
	if (id_field(read_sysreg(id_aa64mmfr0_el1), 4) == 2) {
		upper_use(&u, TCR_A1 | TCR_AS);
		use_asid(&u, 0x107);
		expect_eq(word(va), 1);
		use_asid(&other, 0x007);
		expect_eq(word(va), 2);
		value = read_sysreg(ttbr1_el1) >> 48;
		expect_eq(value, 7);
	}
	upper_close(&u);
	upper_close(&other);
	free_two();
}

/* ---- another CPU ---- */

static struct {
	struct upper u;
	u64 va;
	u32 seen;
} shared;

static void look(void *first)
{
	if (first)
		upper_use(&shared.u, 0);
	shared.seen = word(shared.va);
}

static void look_in_vain(void *unused)
{
	(void)unused;
	shared.seen = access_page(EL1_READ, shared.va);
}

static void leave(void *unused)
{
	(void)unused;
	upper_off();
}

CASE(tlbi_broadcast, "TLBI ...IS reaches another CPU, which has used the old translation: behind "
		     "the DSB it sees the new one")
{
	u64 first, second;

	require(nr_cpus > 1);
	alloc_two();
	shared.va = open_with_page(&shared.u, two_pages[0], 0);
	first = *upper_entry(&shared.u, 3, shared.va);
	second = (first & ~PTE_ADDR_MASK) | virt_to_phys(two_pages[1]);
	on_cpu(1, look, (void *)1);
	expect_eq(shared.seen, 1);
	for (enum tlbi how = 0; how < ASIDE1; how++) {
		replace(&shared.u, shared.va, second, how, true);
		on_cpu(1, look, NULL);
		expect_eq_msg(shared.seen, 2, "TLBI %sIS", tlbi_names[how]);
		WRITE_ONCE(*upper_entry(&shared.u, 3, shared.va), 0);
		invalidate(how, true, shared.va, 0);
		on_cpu(1, look_in_vain, NULL);
		expect_eq_msg(shared.seen, ESR(ESR_ELx_EC_DABT_CUR, ESR_ELx_FSC_FAULT | 3),
			      "TLBI %sIS", tlbi_names[how]);
		replace(&shared.u, shared.va, first, how, true);
		on_cpu(1, look, NULL);
		expect_eq_msg(shared.seen, 1, "TLBI %sIS, back", tlbi_names[how]);
	}
	on_cpu(1, leave, NULL);
	upper_close(&shared.u);
	free_two();
}
