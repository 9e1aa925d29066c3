/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults by level (Arm ARM, DDI 0487, D8.2 and D8.3; the fault status codes: ESR_EL1), sizes of the
 * address space, tagged addresses and EPD1. A level's fault must be that level's, and FAR the whole
 * address.
 */
#include "case.h"
#include "alloc_page.h"
#include "mmu.h"

static void read_fails(u64 va, u64 status)
{
	expect_access(EL1_READ, va, status);
	expect_access(EL1_WRITE, va, status);
}

CASE(translation_levels,
     "an invalid descriptor, and a reserved one, of each level: translation fault of that level")
{
	char *page = page_with_ret();
	struct upper u;
	u64 va = open_with_page(&u, page, 0);

	for (int level = u.start; level <= 3; level++) {
		u64 old = *upper_entry(&u, level, va);

		upper_set(&u, level, va, old & ~1ul);
		read_fails(va, ESR_ELx_FSC_FAULT | level);
		expect_access(EL1_FETCH, va, ESR_ELx_FSC_FAULT | level);
		upper_set(&u, level, va, 0);
		expect_access(EL0_READ, va, ESR_ELx_FSC_FAULT | level);
		upper_set(&u, level, va, old);
	}
	/* Bits 1:0 01 mean nothing at level 3. */
	upper_set(&u, 3, va, *upper_entry(&u, 3, va) & ~2ul);
	read_fails(va, ESR_ELx_FSC_FAULT | 3);
	upper_close(&u);
	free_pages(page);
}

/*
 * A block of level 1 or 2, or a page, that has the page's memory: returns the page's address in it.
 */
static u64 map_at(const struct upper *u, int level, char *page, u64 attributes)
{
	u64 mask = (1ul << upper_shift(u, level)) - 1, pa = virt_to_phys(page);

	upper_map(u, level, u->base, pa & ~mask, attributes);
	return u->base + (pa & mask);
}

CASE(permission_levels, "a block that is read-only, or never executed, faults with its own level")
{
	char *page = page_with_ret();

	require_msg(upper_has_granule(12), "no 4 KiB granule");
	for (int level = 1; level <= 3; level++) {
		struct upper u;
		u64 va;

		upper_open(&u, 12, 48);
		va = map_at(&u, level, page, PTE_RDONLY | PTE_PXN);
		expect_access(EL1_READ, va, NO_FAULT);
		expect_access(EL1_WRITE, va, ESR_ELx_FSC_PERM | level);
		expect_access(EL1_FETCH, va, ESR_ELx_FSC_PERM | level);
		expect_access(EL0_READ, va, ESR_ELx_FSC_PERM | level);
		upper_close(&u);
	}
	free_pages(page);
}

CASE(access_flag_levels, "a block or page without AF: access flag fault of its level, before any "
			 "permission fault; AF stays")
{
	char *page = page_with_ret();

	require_msg(upper_has_granule(12), "no 4 KiB granule");
	for (int level = 1; level <= 3; level++) {
		struct upper u;
		u64 va;

		upper_open(&u, 12, 48);
		va = map_at(&u, level, page, PTE_RDONLY);
		upper_set(&u, level, va, *upper_entry(&u, level, va) & ~PTE_AF);
		for (enum access a = 0; a < ACCESSES; a++)
			expect_access(a, va, ESR_ELx_FSC_ACCESS | level);
		expect_eq(*upper_entry(&u, level, va) & PTE_AF, 0);
		upper_close(&u);
	}
	free_pages(page);
}

CASE(address_size,
     "an output address beyond TCR_EL1.IPS: address size fault of the level of its descriptor")
{
	char *page = page_with_ret();
	struct upper u;
	u64 va = open_with_page(&u, page, 0);
	const u64 beyond = 1ul << 40;

	/* 40 bits, which the machine's memory fits in. */
	require(virt_to_phys(page) < beyond);
	require_msg(id_field(read_sysreg(id_aa64mmfr0_el1), 0) >= 3, "less than 42 bits");
	upper_close(&u);
	upper_open(&u, 12, 48);
	upper_map(&u, 3, va, virt_to_phys(page), 0);
	write_sysreg((read_sysreg(tcr_el1) & ~TCR_IPS_MASK) | 2ul << TCR_IPS_SHIFT, tcr_el1);
	isb();
	flush_tlb_all();
	expect_access(EL1_READ, va, NO_FAULT);
	for (int level = u.start; level <= 3; level++) {
		u64 old = *upper_entry(&u, level, va);

		upper_set(&u, level, va, old | beyond);
		read_fails(va, ESR_ELx_FSC_ADDRESS | level);
		upper_set(&u, level, va, old);
	}
	expect_access(EL1_READ, va, NO_FAULT);
	upper_close(&u);
	free_pages(page);
}

static u64 read_ttbr1(void)
{
	return read_sysreg(ttbr1_el1);
}

CASE(root_beyond, "TTBR1_EL1 itself beyond TCR_EL1.IPS: address size fault of level 0")
{
	char *page = page_with_ret();
	struct upper u;
	u64 va = open_with_page(&u, page, 0);

	require_msg(id_field(read_sysreg(id_aa64mmfr0_el1), 0) >= 3, "less than 42 bits");
	write_sysreg((read_sysreg(tcr_el1) & ~TCR_IPS_MASK) | 2ul << TCR_IPS_SHIFT, tcr_el1);
	write_sysreg(read_ttbr1() | 1ul << 41, ttbr1_el1);
	isb();
	flush_tlb_all();
	read_fails(va, ESR_ELx_FSC_ADDRESS | 0);
	upper_close(&u);
	free_pages(page);
}

CASE(sizes, "T1SZ from 16 to 39: the first and last addresses translate, the one below the first "
	    "is a level 0 fault; the walk's first level")
{
	char *page = page_with_ret();

	require_msg(upper_has_granule(12), "no 4 KiB granule");
	for (unsigned int bits = 25; bits <= 48; bits++) {
		struct upper u;
		u64 last;

		upper_open(&u, 12, bits);
		last = ~0ul << 12;
		upper_map(&u, 3, u.base, virt_to_phys(page), 0);
		expect_access(EL1_READ, u.base, NO_FAULT);
		expect_access(EL1_READ, u.base - 4096, ESR_ELx_FSC_FAULT | 0);
		upper_map(&u, 3, last, virt_to_phys(page), 0);
		expect_access(EL1_READ, last, NO_FAULT);
		upper_set(&u, u.start, last, 0);
		expect_access(EL1_READ, last, ESR_ELx_FSC_FAULT | u.start);
		upper_close(&u);
	}
	free_pages(page);
}

CASE(halves, "the upper half is TTBR1_EL1's, the lower TTBR0_EL1's; between them, and with EPD1, "
	     "level 0 faults")
{
	char *page = page_with_ret();
	struct upper u;
	u64 va = open_with_page(&u, page, 0);

	*(u32 *)(page + 64) = 0xabcd;
	expect_eq(*(volatile u32 *)(va + 64), 0xabcd);
	/* The same low bits without the high ones: TTBR0's, where nothing is. */
	expect_access(EL1_READ, 1ul << 48 | 0x1000, ESR_ELx_FSC_FAULT | 0);
	expect_access(EL1_READ, va & ~(1ul << 63), ESR_ELx_FSC_FAULT | 0);
	upper_use(&u, TCR_EPD1);
	expect_access(EL1_READ, va, ESR_ELx_FSC_FAULT | 0);
	upper_use(&u, 0);
	expect_access(EL1_READ, va, NO_FAULT);
	upper_close(&u);
	free_pages(page);
}

CASE(tbi, "TCR_EL1.TBI1: bits 63:56 of an address do not count, but bit 55 chooses the half; "
	  "without it they must be as bit 55")
{
	char *page = page_with_ret();
	struct upper u;
	u64 va = open_with_page(&u, page, 0);

	for (unsigned int byte = 0; byte < 255; byte += 51) {
		u64 tagged = (va & ~(0xfful << 56)) | (u64)byte << 56;

		upper_use(&u, 0);
		expect_access(EL1_READ, tagged, ESR_ELx_FSC_FAULT | 0);
		upper_use(&u, TCR_TBI1);
		expect_eq_msg(access_page(EL1_READ, tagged), 0, "byte %#x", byte);
		expect_eq_msg(access_page(EL1_WRITE, tagged), 0, "byte %#x", byte);
	}
	/* The other bits still count. */
	expect_access(EL1_READ, va & ~(1ul << 50), ESR_ELx_FSC_FAULT | 0);
	upper_close(&u);
	free_pages(page);
}

/* ---- AT: C5.3, PAR_EL1 ---- */

#define AT(op, va) __extension__ ({							\
	asm volatile("at " op ", %0\n\tisb" : : "r" (va) : "memory");			\
	read_sysreg(par_el1);								\
})
#define PAR_FAULT(status)	(1ul | (u64)(status) << 1 | 1ul << 11)
#define PAR_PA			0xffffffffff000ul

static void expect_translations(u64 va, const u64 par[4])
{
	u64 found[] = { AT("s1e1r", va), AT("s1e1w", va), AT("s1e0r", va), AT("s1e0w", va) };

	for (int i = 0; i < 4; i++) {
		expect_eq_msg(found[i] & 1, par[i] & 1, "AT %d", i);
		/*
		 * Where it worked, the rest are attributes: normal write-back memory, inner
		 * shareable; bit 11 is one.
		 */
		expect_eq_msg(found[i],
			      par[i] & 1 ? par[i]
					 : par[i] | 0xfful << 56 | 3ul << 7 | 1ul << 11 |
						   (found[i] & 1ul << 9),
			      "AT %d", i);
	}
}

CASE(address_translation, "AT S1E1R, S1E1W, S1E0R, S1E0W: the address and attributes, or the "
			  "fault's status, in PAR_EL1; no exception")
{
	char *page = page_with_ret();
	struct upper u;
	u64 va = open_with_page(&u, page, 0), pa = virt_to_phys(page), fault = PAR_FAULT(PERM);

	expect_translations(va, (u64 []){ pa, pa, fault, fault });
	upper_map(&u, 3, va, pa, PTE_RDONLY);
	expect_translations(va, (u64 []){ pa, fault, fault, fault });
	upper_map(&u, 3, va, pa, PTE_USER);
	expect_translations(va, (u64 []){ pa, pa, pa, pa });
	upper_map(&u, 3, va, pa, PTE_USER | PTE_RDONLY);
	expect_translations(va, (u64 []){ pa, fault, pa, fault });
	for (int level = u.start; level <= 3; level++) {
		u64 old = *upper_entry(&u, level, va),
		    missing = PAR_FAULT(ESR_ELx_FSC_FAULT | level);

		upper_set(&u, level, va, 0);
		expect_translations(va, (u64 []){ missing, missing, missing, missing });
		upper_set(&u, level, va, old);
	}
	upper_close(&u);
	free_pages(page);
}
