/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mmu: stage 1 translation at EL1 and EL0 (Arm ARM, DDI 0487, chapter D8): what each descriptor
 * lets whom do, and all of ESR and FAR where it does not. Everything happens at upper addresses, by
 * tables of the test's own (asm/upper.h). Here: permissions, D8.4; pan.c: PSTATE.PAN; levels.c:
 * faults by level, and what address space there is; update.c: hardware's access flag and dirty
 * state, and TLB maintenance; granules.c: the sizes of pages and blocks.
 */
#include "case.h"
#include "alloc_page.h"
#include "mmu.h"
#include "vmalloc.h"

#define RET	0xd65f03c0u

const char *const access_names[ACCESSES] = {
	"EL1 read", "EL1 write", "EL1 fetch", "EL0 read", "EL0 write", "EL0 fetch",
};

void case_setup(void)
{
	setup_vm();
}

char *page_with_ret(void)
{
	char *page = memalign_pages(1ul << 16, 1ul << 16);

	*(volatile u32 *)page = RET;
	dcache_clean_inval_poc((unsigned long)page, (unsigned long)page + 4);
	asm volatile("ic ialluis; dsb ish; isb" : : : "memory");
	return page;
}

static unsigned int a_granule(void)
{
	return upper_has_granule(12) ? 12 : upper_has_granule(16) ? 16 : 14;
}

u64 open_with_page(struct upper *u, char *page, u64 attributes)
{
	upper_open(u, a_granule(), 48);
	upper_map(u, 3, u->base, virt_to_phys(page), attributes);
	return u->base;
}

static u64 user_read(u64 va)
{
	return *(volatile u32 *)va;
}

/* The same word again, so that a RET stays one. */
static u64 user_write(u64 va)
{
	*(volatile u32 *)va = RET;
	return 0;
}

static void jump(void *va)
{
	((void (*)(void))va)();
}

u64 access_page(enum access a, u64 va)
{
	u64 value = RET;

	switch (a) {
	case EL1_READ:
		return asm_safe_out1("ldr %w0, [%1]", "+r" (value), "r" (va));
	case EL1_WRITE:
		return asm_safe("str %w0, [%1]", "r" (value), "r" (va));
	case EL1_FETCH:
		return catch_exception(jump, (void *)va) ? exception_record()->esr : 0;
	case EL0_READ:
		run_in_user(user_read, va);
		break;
	case EL0_WRITE:
		run_in_user(user_write, va);
		break;
	case EL0_FETCH:
		run_in_user((u64 (*)(u64))va, 0);
		break;
	case ACCESSES:
		break;
	}
	return exception_record()->raised ? exception_record()->esr : 0;
}

void expect_access(enum access a, u64 va, u64 status)
{
	bool fetch = a == EL1_FETCH || a == EL0_FETCH, user = a >= EL0_READ,
	     write = a == EL1_WRITE || a == EL0_WRITE;
	unsigned int class = fetch ? ESR_ELx_EC_IABT_LOW : ESR_ELx_EC_DABT_LOW;
	u64 esr = access_page(a, va);

	/* The classes of the same level are one above those of the lower. */
	expect_eq_msg(esr,
		      status == NO_FAULT ? 0
					 : ESR(class + !user, status | (write ? ESR_ELx_WNR : 0)),
		      "%s", access_names[a]);
	if (status != NO_FAULT)
		expect_eq_msg(exception_record()->far, va, "%s", access_names[a]);
}

/* ---- what AP, PXN and UXN give: D8.4.1 ---- */

static bool allowed(enum access a, u64 attributes, bool wxn)
{
	bool user = attributes & PTE_USER, writable = !(attributes & PTE_RDONLY);

	switch (a) {
	case EL1_READ: return true;
	case EL1_WRITE: return writable;
	case EL1_FETCH: return !(attributes & PTE_PXN) && !(user && writable) && !(wxn && writable);
	case EL0_READ: return user;
	case EL0_WRITE: return user && writable;
	case EL0_FETCH: return !(attributes & PTE_UXN) && !(wxn && user && writable);
	case ACCESSES: break;
	}
	return false;
}

static const u64 protections[] = { PTE_USER, PTE_RDONLY, PTE_PXN, PTE_UXN };

/* The combination that the bits of n choose. */
static u64 protection(unsigned int n)
{
	u64 attributes = 0;

	for (size_t i = 0; i < ARRAY_SIZE(protections); i++)
		if (n & 1u << i)
			attributes |= protections[i];
	return attributes;
}

static void try_all(const struct upper *u, u64 va, char *page, bool wxn)
{
	for (unsigned int n = 0; n < 16; n++) {
		upper_map(u, 3, va, virt_to_phys(page), protection(n));
		for (enum access a = 0; a < ACCESSES; a++)
			expect_access(a, va, allowed(a, protection(n), wxn) ? NO_FAULT : PERM);
	}
}

CASE(permissions, "AP, PXN, UXN: all 16 combinations by read, write and fetch at EL1 and EL0, "
		  "permission faults whole")
{
	char *page = page_with_ret();
	struct upper u;
	u64 va = open_with_page(&u, page, 0);

	try_all(&u, va, page, false);
	expect_eq(*(u32 *)page, RET);
	upper_close(&u);
	free_pages(page);
}

void set_sctlr(u64 clear, u64 set)
{
	write_sysreg((read_sysreg(sctlr_el1) & ~clear) | set, sctlr_el1);
	isb();
	flush_tlb_all();
}

/*
 * The library's own code is read-only, so it goes on running. Checks come behind it: the console
 * may be anywhere.
 */
CASE(wxn, "SCTLR_EL1.WXN: what is writable at a level is not executable there; all 16 combinations "
	  "again")
{
	char *page = page_with_ret();
	struct upper u;
	u64 va = open_with_page(&u, page, 0);

	set_sctlr(0, SCTLR_EL1_WXN);
	try_all(&u, va, page, true);
	set_sctlr(SCTLR_EL1_WXN, 0);
	upper_close(&u);
	free_pages(page);
}

/* ---- a page that nobody may write stays as it is ---- */

CASE(untouched, "a store that faults changes nothing, and the byte beside it can be written "
		"through another address")
{
	char *page = page_with_ret();
	struct upper u;
	u64 va = open_with_page(&u, page, PTE_RDONLY), value = 0x1122334455667788;

	page[0x100] = 0x5a;
	expect_eq(asm_safe("str %0, [%1]", "r"(value), "r"(va + 0x100)),
		  ESR(ESR_ELx_EC_DABT_CUR, PERM | ESR_ELx_WNR));
	expect_eq(exception_record()->far, va + 0x100);
	expect_eq(page[0x100], 0x5a);
	upper_map(&u, 3, va, virt_to_phys(page), 0);
	expect_eq(asm_safe("str %0, [%1]", "r" (value), "r" (va + 0x100)), 0);
	expect_eq(*(u64 *)(page + 0x100), value);
	upper_close(&u);
	free_pages(page);
}

CASE(crossing, "an access over the end of a page that faults on the second: FAR is the first byte "
	       "there, as for any that is not aligned")
{
	char *page = page_with_ret();
	struct upper u;
	u64 va = open_with_page(&u, page, 0), second = va + (1ul << u.shift), value = 0;

	expect_eq(asm_safe_out1("ldr %0, [%1]", "+r" (value), "r" (second - 4)),
		  ESR(ESR_ELx_EC_DABT_CUR, ESR_ELx_FSC_FAULT | 3));
	expect_eq(exception_record()->far, second);
	expect_eq(asm_safe_out1("ldr %0, [%1]", "+r" (value), "r" (second - 8)), 0);
	upper_close(&u);
	free_pages(page);
}

/* ---- hierarchical: D8.4.2 ---- */

/* APTable and XNTable limit what is below, at any level. */
static void try_hierarchy(const struct upper *u, u64 va, u64 limit, u64 as_if, bool ignored)
{
	for (int level = u->start; level < 3; level++) {
		u64 *entry = upper_entry(u, level, va);

		*entry |= limit;
		flush_tlb_all();
		for (enum access a = 0; a < ACCESSES; a++)
			expect_access(a, va,
				      allowed(a, ignored ? PTE_USER : as_if, false) ? NO_FAULT
										    : PERM);
		*entry &= ~limit;
		flush_tlb_all();
	}
}

static const struct {
	u64 limit, as_if;	/* of a page with PTE_USER alone */
} limits[] = {
	{ PTE_TABLE_RDONLY, PTE_USER | PTE_RDONLY },
	{ PTE_TABLE_PXN, PTE_USER | PTE_PXN },
	{ PTE_TABLE_UXN, PTE_USER | PTE_UXN },
};

CASE(hierarchy,
     "APTable, PXNTable and UXNTable of each level take from all that is below, and give nothing")
{
	char *page = page_with_ret();
	struct upper u;
	u64 va = open_with_page(&u, page, PTE_USER);

	for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
		try_hierarchy(&u, va, limits[i].limit, limits[i].as_if, false);
	/* Without EL0's access the page is EL1's alone: writable, and so executable at EL1. */
	try_hierarchy(&u, va, PTE_TABLE_NO_EL0, 0, false);
	upper_close(&u);
	free_pages(page);
}

CASE(hierarchy_off, "TCR_EL1.HPD1 (FEAT_HPDS) turns them off")
{
	char *page;
	struct upper u;
	u64 va;

	require_msg(id_field(read_sysreg(id_aa64mmfr1_el1), 12) != 0, "no FEAT_HPDS");
	page = page_with_ret();
	va = open_with_page(&u, page, PTE_USER);
	upper_use(&u, TCR_HPD1);
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
		try_hierarchy(&u, va, limits[i].limit, limits[i].as_if, true);
	upper_close(&u);
	free_pages(page);
}
