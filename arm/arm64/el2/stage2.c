/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stage 2 translation of the library's EL1 (Arm ARM, DDI 0487, D8.1 and D8.2; VTCR_EL2, HPFAR_EL2,
 * ESR_EL2 in D19): one to one by blocks of 1 GiB, but for pages that a case changes. Everything
 * that a fault says is compared whole.
 */
#include "case.h"
#include "alloc_page.h"
#include "el2.h"
#include "vmalloc.h"
#include "asm/mmu.h"

EL2_REGISTER(vttbr_el2)
EL2_REGISTER(vtcr_el2)

/*
 * Stage 2 descriptors, D8.3: normal write-back memory, inner shareable, accessed; S2AP read and
 * write.
 */
#define S2_VALID	1ul
#define S2_PAGE		3ul
#define S2_NORMAL	(0xful << 2 | 3ul << 8)
#define S2_AF		(1ul << 10)
#define S2_READ		(1ul << 6)
#define S2_WRITE	(1ul << 7)
#define S2_XN		(2ul << 53)
#define S2_ALL		(S2_NORMAL | S2_AF | S2_READ | S2_WRITE)

/*
 * 39-bit addresses from a level 1 table of 4 KiB granule (SL0 1), inner shareable write-back walks,
 * 40-bit output, RES1.
 */
#define VTCR ((64ul - 39) | 1ul << 6 | 1ul << 8 | 1ul << 10 | 3ul << 12 | 2ul << 16 | 1ul << 31)
#define IPA_BITS	39
#define VMID(n)		((u64)(n) << 48)

static u64 *root;

static u64 at_el2_flush(u64 unused)
{
	asm volatile("dsb ishst\n\ttlbi vmalls12e1is\n\tdsb ish\n\tisb" : : : "memory");
	return unused;
}

static void flush(void)
{
	el2_call(at_el2_flush, 0);
}

static u64 *identity(void)
{
	u64 *table = alloc_page();

	for (u64 i = 0; i < 512; i++)
		table[i] = i << 30 | S2_ALL | S2_VALID;
	return table;
}

/*
 * Replaces a block by a table of the same translations. The block may be of our own code, so break
 * before make (D8.16.1) is made without stage 2.
 */
static void cut(u64 *entry, int level)
{
	unsigned int shift = 12 + 9 * (3 - level);
	u64 hcr = el2_get_hcr_el2(), *table = alloc_page();

	for (u64 i = 0; i < 512; i++)
		table[i] = (*entry & ~3ul) + (i << (shift - 9)) +
			   (level == 2 ? S2_PAGE : S2_VALID);
	el2_set_hcr_el2(hcr & ~HCR_VM);
	*entry = virt_to_phys(table) | 3;
	flush();
	el2_set_hcr_el2(hcr);
}

/* The entry of level (1 to 3) for ipa in table; blocks on the way are cut. */
static u64 *entry_of(u64 *table, u64 ipa, int level)
{
	for (int at = 1;; at++) {
		u64 *entry = table + (ipa >> (12 + 9 * (3 - at)) & 511);

		if (at == level)
			return entry;
		if ((*entry & 3) != 3)
			cut(entry, at);
		table = phys_to_virt(*entry & 0xfffffffff000);
	}
}

/* Stores a descriptor for the page at ipa; what was there before is in no TLB. */
static void set_page(u64 *table, u64 ipa, u64 descriptor)
{
	u64 *entry = entry_of(table, ipa, 3);

	*entry = 0;
	flush();
	*entry = descriptor;
	dsb(ishst);
}

static void start(void)
{
	require(PAGE_SHIFT == 12);
	require_msg(id_field(read_sysreg(id_aa64mmfr0_el1), ID_AA64MMFR0_EL1_TGRAN4_SHIFT) != 15,
		    "no 4 KiB granule");
	root = identity();
	el2_set_vtcr_el2(VTCR);
	el2_set_vttbr_el2(virt_to_phys(root) | VMID(1));
	el2_hcr(0, HCR_VM);
	flush();
}

static void stop(void)
{
	el2_hcr(HCR_VM, 0);
	flush();
}

/* The page, and the entry of level for it with its bits changed. */
static char *page_with(int level, u64 clear, u64 set)
{
	char *page = alloc_page();
	u64 *entry;

	page[8] = 0x5a;
	entry = entry_of(root, virt_to_phys(page), level);
	*entry = (*entry & ~clear) | set;
	flush();
	return page;
}

/* ---- accesses: X1 holds the address, X2 or W2 the data ---- */

static void load(const void *p)
{
	register const void *x1 asm("x1") = p;

	asm volatile("ldr x2, [x1]" : : "r" (x1) : "x2", "memory");
}

static void load_signed_byte(const void *p)
{
	register const void *x1 asm("x1") = p;

	asm volatile("ldrsb w2, [x1]" : : "r" (x1) : "x2", "memory");
}

static void store_half(const void *p)
{
	register const void *x1 asm("x1") = p;

	asm volatile("strh wzr, [x1]" : : "r" (x1) : "memory");
}

static void load_acquire(const void *p)
{
	register const void *x1 asm("x1") = p;

	asm volatile("ldar w2, [x1]" : : "r" (x1) : "x2", "memory");
}

static void load_pair(const void *p)
{
	register const void *x1 asm("x1") = p;

	asm volatile("ldp x2, x3, [x1]" : : "r" (x1) : "x2", "x3", "memory");
}

static void load_writeback(const void *p)
{
	register const void *x1 asm("x1") = p;

	asm volatile("ldr x2, [x1], #8" : "+r" (x1) : : "x2", "memory");
}

static void jump(const void *p)
{
	((void (*)(void))p)();
}

#define ISS_ISV		(1ul << 24)
#define ISS_SAS(size)	((u64)(size) << 22)
#define ISS_SSE		(1ul << 21)
#define ISS_SRT(reg)	((u64)(reg) << 16)
#define ISS_SF		(1ul << 15)
#define ISS_AR		(1ul << 14)
#define LOAD		(ISS_ISV | ISS_SAS(3) | ISS_SRT(2) | ISS_SF)
#define STORE_HALF	(ISS_ISV | ISS_SAS(1) | ISS_SRT(31) | ESR_ELx_WNR)

/* IPA bits 47:12 are HPFAR_EL2's from bit 4. */
static void expect_fault(void (*access)(const void *), const void *va, u64 ipa, u64 esr)
{
	el2_expect();
	access(va);
	expect_eq(el2_record.count, 1);
	expect_eq(el2_record.vector, EL0_SYNC_64);
	expect_eq(el2_record.esr, esr);
	expect_eq(el2_record.far, (u64)va);
	expect_eq(el2_record.hpfar, ipa >> 12 << 4);
}

static void expect_none(void (*access)(const void *), const void *va)
{
	el2_expect();
	access(va);
	expect_eq(el2_record.count, 0);
}

#define DABT(iss)	ESR(ESR_ELx_EC_DABT_LOW, iss)
#define IABT(iss)	ESR(ESR_ELx_EC_IABT_LOW, iss)

CASE(stage2_identity,
     "with stage 2 on and all mapped EL1 goes on, and what it stores is there without it")
{
	char *page;

	start();
	page = alloc_page();
	el2_expect();
	WRITE_ONCE(page[7], 7);
	expect_eq(READ_ONCE(page[7]), 7);
	expect_eq(el2_record.count, 0);
	stop();
	expect_eq(READ_ONCE(page[7]), 7);
}

CASE(stage2_translation, "an invalid descriptor of each level: translation fault of that level, "
			 "and the level above it does not matter")
{
	start();
	for (int level = 2; level <= 3; level++) {
		char *page = memalign_pages(1ul << 21, 1ul << 21);
		u64 *entry = entry_of(root, virt_to_phys(page), level), old = *entry;

		*entry = 0;
		flush();
		expect_fault(load, page + 0x10, virt_to_phys(page),
			     DABT(LOAD | ESR_ELx_FSC_FAULT | level));
		*entry = old;
		flush();
		expect_none(load, page + 0x10);
		free_pages(page);
	}
	stop();
}

CASE(stage2_level1, "a level 1 entry that is invalid, and an IPA beyond VTCR_EL2's size, which has "
		    "the first level's number")
{
	char *virt = alloc_vpage(), *beyond = alloc_vpage();
	const u64 ipa = 0x6543215000;

	start();
	*entry_of(root, ipa, 1) = 0;
	flush();
	install_page(mmu_idmap, ipa, virt);
	expect_fault(load, virt + 0x108, ipa, DABT(LOAD | ESR_ELx_FSC_FAULT | 1));
	install_page(mmu_idmap, 1ul << IPA_BITS | 0x7000, beyond);
	expect_fault(load, beyond + 0x108, 1ul << IPA_BITS | 0x7000,
		     DABT(LOAD | ESR_ELx_FSC_FAULT | 0));
	stop();
}

CASE(stage2_permission, "S2AP: without read loads fault, without write stores do, with the level; "
			"the data is untouched")
{
	char *page;

	start();
	page = page_with(3, S2_WRITE, 0);
	expect_none(load, page + 8);
	expect_fault(store_half, page + 8, virt_to_phys(page),
		     DABT(STORE_HALF | ESR_ELx_FSC_PERM | 3));
	expect_eq(READ_ONCE(page[8]), 0x5a);
	page = page_with(3, S2_READ, 0);
	expect_fault(load, page + 8, virt_to_phys(page), DABT(LOAD | ESR_ELx_FSC_PERM | 3));
	expect_none(store_half, page + 8);
	page = page_with(3, S2_READ | S2_WRITE, 0);
	expect_fault(load, page + 8, virt_to_phys(page), DABT(LOAD | ESR_ELx_FSC_PERM | 3));
	expect_fault(store_half, page + 8, virt_to_phys(page),
		     DABT(STORE_HALF | ESR_ELx_FSC_PERM | 3));
	stop();
}

CASE(stage2_access_flag, "a descriptor without AF: access flag fault of its level; AF stays as it "
			 "is without VTCR_EL2.HA")
{
	char *page;

	start();
	page = page_with(3, S2_AF, 0);
	expect_fault(load, page + 8, virt_to_phys(page), DABT(LOAD | ESR_ELx_FSC_ACCESS | 3));
	expect_fault(store_half, page + 8, virt_to_phys(page),
		     DABT(STORE_HALF | ESR_ELx_FSC_ACCESS | 3));
	expect_eq(*entry_of(root, virt_to_phys(page), 3) & S2_AF, 0);
	stop();
}

CASE(stage2_execute, "XN: an instruction abort, class 0x20, while loads work; an invalid page is a "
		     "translation fault")
{
	char *page, *virt = alloc_vpage();
	u64 *entry;

	start();
	page = alloc_page();
	*(volatile u32 *)page = 0xd65f03c0;		/* ret */
	dcache_clean_inval_poc((unsigned long)page, (unsigned long)page + 4);
	asm volatile("ic ialluis; dsb ish; isb" : : : "memory");
	install_page(mmu_idmap, virt_to_phys(page), virt);
	expect_none(jump, virt);
	entry = entry_of(root, virt_to_phys(page), 3);
	*entry |= S2_XN;
	flush();
	expect_fault(jump, virt, virt_to_phys(page), IABT(ESR_ELx_FSC_PERM | 3));
	expect_none(load, virt);
	*entry = 0;
	flush();
	expect_fault(jump, virt, virt_to_phys(page), IABT(ESR_ELx_FSC_FAULT | 3));
	stop();
}

CASE(stage2_syndrome,
     "ISV and what follows it: size, sign, register, width, acquire; not for pairs and write-back")
{
	static const struct {
		void (*access)(const void *);
		u64 iss;
	} rows[] = {
		{ load, LOAD },
		{ load_signed_byte, ISS_ISV | ISS_SAS(0) | ISS_SSE | ISS_SRT(2) },
		{ store_half, STORE_HALF },
		{ load_acquire, ISS_ISV | ISS_SAS(2) | ISS_SRT(2) | ISS_AR },
		{ load_pair, 0 },
		{ load_writeback, 0 },
	};
	char *page;

	start();
	page = page_with(3, S2_VALID, 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_fault(rows[i].access, page + 0x18, virt_to_phys(page),
			     DABT(rows[i].iss | ESR_ELx_FSC_FAULT | 3));
	stop();
}

CASE(stage2_walk, "a stage 1 table that stage 2 does not map: S1PTW, HPFAR_EL2 is the table's IPA, "
		  "FAR_EL2 the access'")
{
	char *page = alloc_page(), *virt = alloc_vpage();
	pteval_t *table;

	install_page(mmu_idmap, virt_to_phys(page), virt);
	table = get_page_entry(mmu_idmap, (uintptr_t)virt);
	start();
	*entry_of(root, virt_to_phys(table), 3) = 0;
	flush();
	expect_fault(load, virt + 0x20, virt_to_phys(table) & PAGE_MASK,
		     DABT(ESR_ELx_FSC_FAULT | ESR_ELx_S1PTW | 3));
	stop();
}

CASE(stage2_output,
     "stage 2 says which memory an IPA is; EL1's own fault comes before stage 2's, and is EL1's")
{
	char *page, *other, *virt = alloc_vpage();
	u64 esr, value = 0;

	start();
	page = alloc_page();
	other = alloc_page();
	memset(page, 0x11, PAGE_SIZE);
	memset(other, 0x22, PAGE_SIZE);
	set_page(root, virt_to_phys(page), virt_to_phys(other) | S2_ALL | S2_PAGE);
	expect_eq(READ_ONCE(page[0xabc]), 0x22);
	WRITE_ONCE(page[0xabc], 0x33);
	stop();
	expect_eq(page[0xabc], 0x11);
	expect_eq(other[0xabc], 0x33);
	el2_hcr(0, HCR_VM);
	install_page_prot(mmu_idmap, virt_to_phys(page), (uintptr_t)virt,
			  PTE_RDONLY | PTE_ATTRINDX(MT_NORMAL) | PTE_SHARED);
	*entry_of(root, virt_to_phys(page), 3) = 0;
	flush();
	el2_expect();
	esr = asm_safe_out1("str %0, [%1]", "+r" (value), "r" (virt));
	stop();
	expect_eq(esr, ESR(ESR_ELx_EC_DABT_CUR, ESR_ELx_FSC_PERM | ESR_ELx_WNR | 3));
	expect_eq(el2_record.count, 0);
}

CASE(stage2_vmid, "translations of two VMIDs do not mix, with no TLB maintenance between them")
{
	char *page, *other;
	u64 *second;

	start();
	page = alloc_page();
	other = alloc_page();
	page[0] = 1;
	other[0] = 2;
	second = identity();
	set_page(second, virt_to_phys(page), virt_to_phys(other) | S2_ALL | S2_PAGE);
	(void)entry_of(root, virt_to_phys(page), 3);
	flush();
	for (int i = 0; i < 4; i++) {
		el2_set_vttbr_el2(virt_to_phys(root) | VMID(1));
		expect_eq(READ_ONCE(page[0]), 1);
		el2_set_vttbr_el2(virt_to_phys(second) | VMID(2));
		expect_eq(READ_ONCE(page[0]), 2);
	}
	el2_set_vttbr_el2(virt_to_phys(root) | VMID(1));
	stop();
}

static u64 at_el2_translate(u64 va)
{
	asm volatile("at s12e1w, %0\n\tisb" : : "r" (va) : "memory");
	return read_sysreg(par_el1);
}

CASE(stage2_at,
     "AT S12E1W at EL2: the physical address, or in PAR_EL1 the stage 2 fault, S and FST")
{
	char *page, *other;
	u64 par;

	start();
	page = alloc_page();
	other = alloc_page();
	set_page(root, virt_to_phys(page), virt_to_phys(other) | S2_ALL | S2_PAGE);
	par = el2_call(at_el2_translate, (u64)page);
	expect_eq(par & 1, 0);
	expect_eq(par & 0xffffffffff000, virt_to_phys(other));
	*entry_of(root, virt_to_phys(page), 3) = virt_to_phys(other) | (S2_ALL & ~S2_WRITE) |
						 S2_PAGE;
	flush();
	par = el2_call(at_el2_translate, (u64)page);
	stop();
	/* F, FST permission fault of level 3, S; bit 11 is one. */
	expect_eq(par & 0xfff, 1 | (ESR_ELx_FSC_PERM | 3) << 1 | 1 << 9 | 1 << 11);
}
