/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vm: page tables as the library makes them and the machine walks them (SDM volume 3, chapter 5):
 * pages of every size, accessed and dirty bits (5.8), page faults with their whole error code and
 * CR2 (5.7), NX (5.6.1), what a TLB may keep (5.10), and the switches between paging modes (5.1.1).
 * Permissions in all combinations are x86/access's.
 */
#include "case.h"
#include "alloc_page.h"
#include "memory_map.h"
#include "vmalloc.h"
#include "x86/desc.h"
#include "x86/paging.h"
#include "x86/processor.h"
#include "x86/smp.h"
#include "x86/vm.h"

#define DEFAULT_FLAGS	(PT_PRESENT_MASK | PT_WRITABLE_MASK | PT_USER_MASK)
#define LARGE_PAGE_ORDER	(PGDIR_WIDTH)

void case_setup(void)
{
	setup_vm();
}

static pgd_t *root(void)
{
	return current_page_table();
}

static volatile u32 *page_of_words(u32 first)
{
	u32 *page = alloc_page();

	for (u32 i = 0; i < PAGE_SIZE / 4; i++)
		page[i] = first + i;
	return page;
}

/* Faults of one read or write: the vector, 0 if there was none. */
static int read_vector(const volatile void *p)
{
	return asm_safe("cmpb $0, (%0)", "r" (p));
}

static int write_vector(volatile void *p)
{
	return asm_safe("movb $0, (%0)", "r" (p));
}

/* A page fault at exactly this address with exactly this error code. */
static void expect_page_fault(int vector, const volatile void *address, u32 error_code)
{
	expect_eq(vector, PF_VECTOR);
	expect_eq(exception_error_code(), error_code);
	expect_eq(read_cr2(), (ulong)address);
}

CASE(install_page, "the page that is installed is the one that is seen, by both addresses")
{
	volatile u32 *page = page_of_words(100), *mapped = alloc_vpage();
	pteval_t *pte = install_page(root(), virt_to_phys(page), (void *)mapped);

	expect_eq(*pte, virt_to_phys(page) | DEFAULT_FLAGS);
	expect_eq(mapped[0], 100);
	expect_eq(mapped[1023], 1123);
	mapped[7] = 0xdead;
	expect_eq(page[7], 0xdead);
	page[8] = 0xbeef;
	expect_eq(mapped[8], 0xbeef);
}

CASE(not_mapped, "an address that is not mapped faults, on a read and a write, with CR2 to the byte")
{
	u8 *p = alloc_vpages(2);

	expect(get_pte(root(), p) == NULL);
	write_cr2(0);
	expect_page_fault(read_vector(p + 123), p + 123, 0);
	write_cr2(0);
	expect_page_fault(write_vector(p + PAGE_SIZE + 4095), p + PAGE_SIZE + 4095, PFERR_WRITE_MASK);
}

CASE(accessed_dirty, "a read sets A only, a write A and D, a fault neither")
{
	volatile u32 *page = page_of_words(1), *mapped = alloc_vpage();
	pteval_t clean = virt_to_phys(page) | DEFAULT_FLAGS;
	pteval_t *pte = install_page(root(), virt_to_phys(page), (void *)mapped);

	expect_eq(*pte, clean);
	(void)mapped[0];
	expect_eq(*pte, clean | PT_ACCESSED_MASK);
	mapped[0] = 2;
	expect_eq(*pte, clean | PT_AD_MASK);
	pte = install_pte(root(), 1, (void *)mapped, clean & ~PT_WRITABLE_MASK, NULL);
	expect_page_fault(write_vector(mapped), mapped, PFERR_PRESENT_MASK | PFERR_WRITE_MASK);
	expect_eq(*pte & PT_DIRTY_MASK, 0);
	expect_eq(*pte & ~PT_ACCESSED_MASK, clean & ~PT_WRITABLE_MASK);
	expect_eq(page[0], 2);
}

CASE(write_protect, "CR0.WP decides whether ring 0 may write to a read-only page")
{
	volatile u32 *page = page_of_words(1), *mapped = alloc_vpage();

	install_pte(root(), 1, (void *)mapped, virt_to_phys(page) | PT_PRESENT_MASK, NULL);
	expect_page_fault(write_vector(mapped), mapped, PFERR_PRESENT_MASK | PFERR_WRITE_MASK);
	expect_eq(page[0], 1);
	write_cr0(read_cr0() & ~X86_CR0_WP);
	expect_eq(write_vector(mapped), 0);
	write_cr0(read_cr0() | X86_CR0_WP);
	expect_eq(page[0], 0);
	expect_page_fault(write_vector(mapped), mapped, PFERR_PRESENT_MASK | PFERR_WRITE_MASK);
}

CASE(large_page, "a large page maps all its bytes by one entry")
{
	volatile u32 *mem = alloc_pages(LARGE_PAGE_ORDER), *mapped = alloc_vpages_aligned(1, LARGE_PAGE_ORDER);
	size_t words = LARGE_PAGE_SIZE / 4;
	pteval_t *pte = install_large_page(root(), virt_to_phys(mem), (void *)mapped);
	struct pte_search s = find_pte_level(root(), (void *)(mapped + words - 1), 1);

	expect_eq(*pte, virt_to_phys(mem) | DEFAULT_FLAGS | PT_PAGE_SIZE_MASK);
	expect_eq(s.level, 2);
	expect_eq((ulong)s.pte, (ulong)pte);
	expect(found_huge_pte(s) && found_leaf_pte(s));
	expect_eq((ulong)get_pte(root(), (void *)mapped), (ulong)pte);
	expect_eq((ulong)get_pte_level(root(), (void *)mapped, 1), 0);
	mem[0] = 1;
	mem[words - 1] = 2;
	expect_eq(mapped[0], 1);
	expect_eq(mapped[words - 1], 2);
	mapped[words - 2] = 3;
	expect_eq(mem[words - 2], 3);
	expect_eq(*pte, virt_to_phys(mem) | DEFAULT_FLAGS | PT_PAGE_SIZE_MASK | PT_AD_MASK);
	expect_eq(virt_to_pte_phys(root(), (void *)&mapped[words - 3]), virt_to_phys(&mem[words - 3]));
}

CASE(split, "a large page that is split maps the same bytes with the same attributes")
{
	volatile u8 *mem = alloc_pages(LARGE_PAGE_ORDER), *mapped = alloc_vpages_aligned(1, LARGE_PAGE_ORDER);
	pteval_t *pte;

	install_pte(root(), 2, (void *)mapped, virt_to_phys(mem) | PT_PRESENT_MASK | PT_WRITABLE_MASK | PT_PCD_MASK |
		    PT_PAGE_SIZE_MASK | PT_LARGE_PAT_MASK, NULL);
	mem[5 * PAGE_SIZE + 9] = 77;
	force_4k_page((void *)(mapped + 5 * PAGE_SIZE));
	pte = get_pte_level(root(), (void *)(mapped + 5 * PAGE_SIZE), 1);
	insist(pte != NULL);
	expect_eq(*pte, (virt_to_phys(mem) + 5 * PAGE_SIZE) | PT_PRESENT_MASK | PT_WRITABLE_MASK | PT_PCD_MASK |
		  PT_PAT_MASK);
	expect_eq(pte_pat_index(*pte, 1), 6);
	expect_eq(mapped[5 * PAGE_SIZE + 9], 77);
	pte = get_pte_level(root(), (void *)(mapped + LARGE_PAGE_SIZE - 1), 1);
	insist(pte != NULL);
	expect_eq(*pte & PT_ADDR_MASK, virt_to_phys(mem) + LARGE_PAGE_SIZE - PAGE_SIZE);
	/* One page goes, its neighbours stay. */
	install_pte(root(), 1, (void *)(mapped + 5 * PAGE_SIZE), 0, NULL);
	expect_page_fault(read_vector(mapped + 5 * PAGE_SIZE), mapped + 5 * PAGE_SIZE, 0);
	expect_eq(read_vector(mapped + 5 * PAGE_SIZE - 1), 0);
	expect_eq(read_vector(mapped + 6 * PAGE_SIZE), 0);
}

CASE(install_pages, "a range by single pages, across tables; and whether anything is there")
{
	ulong pages = 3 + LARGE_PAGE_SIZE / PAGE_SIZE;
	char *virt = alloc_vpages(pages + 2);
	phys_addr_t phys = SZ_16M;

	expect(!any_present_pages(root(), virt, (pages + 2) << PAGE_SHIFT));
	install_pages(root(), phys, pages << PAGE_SHIFT, virt + PAGE_SIZE);
	for (ulong i = 0; i < pages; i++) {
		struct pte_search s = find_pte_level(root(), virt + ((i + 1) << PAGE_SHIFT), 1);

		expect_eq_msg(s.level, 1, "page %lu", i);
		expect_eq_msg(*s.pte, (phys + (i << PAGE_SHIFT)) | DEFAULT_FLAGS, "page %lu", i);
	}
	expect(!any_present_pages(root(), virt, PAGE_SIZE));
	expect(any_present_pages(root(), virt, PAGE_SIZE + 1));
	expect(any_present_pages(root(), virt + (pages << PAGE_SHIFT), 1));
	expect(!any_present_pages(root(), virt + ((pages + 1) << PAGE_SHIFT), PAGE_SIZE));
}

CASE(nx_reserved, "without EFER.NXE the bit of NX is reserved: error code P and RSVD (5.7); with it a read is fine")
{
	u8 *page = alloc_page(), *mapped = alloc_vpage();

	require(sizeof(pteval_t) == 8);
	require(this_cpu_has(X86_FEATURE_NX));
	install_pte(root(), 1, mapped, virt_to_phys(page) | DEFAULT_FLAGS | (pteval_t)PT64_NX_MASK, NULL);
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) & ~EFER_NX);
	expect_page_fault(read_vector(mapped), mapped, PFERR_PRESENT_MASK | PFERR_RESERVED_MASK);
	insist(enable_nx());
	invlpg(mapped);
	expect_eq(read_vector(mapped), 0);
}

static void call_page(void *page)
{
	((void (*)(void))page)();
}

CASE(nx_fetch, "the fetch itself: error code P and I/D, CR2 at the instruction")
{
	u8 *page = alloc_page(), *mapped = alloc_vpage();

	require(sizeof(pteval_t) == 8);
	require(enable_nx());
	page[17] = 0xc3;
	install_pte(root(), 1, mapped, virt_to_phys(page) | DEFAULT_FLAGS | (pteval_t)PT64_NX_MASK, NULL);
	expect(test_for_exception(PF_VECTOR, call_page, mapped + 17));
	expect_eq(exception_error_code(), PFERR_PRESENT_MASK | PFERR_FETCH_MASK);
	expect_eq(read_cr2(), (ulong)mapped + 17);
	install_pte(root(), 1, mapped, virt_to_phys(page) | DEFAULT_FLAGS, NULL);
	expect(!test_for_exception(PF_VECTOR, call_page, mapped + 17));
}

CASE(vmap, "physical memory of any alignment, also across pages")
{
	u8 *mem = alloc_pages(1), *mapped = vmap(virt_to_phys(mem) + 4000, 200);

	expect_eq((ulong)mapped & (PAGE_SIZE - 1), 4000);
	mem[4000] = 1;
	mem[4199] = 2;
	expect_eq(mapped[0], 1);
	expect_eq(mapped[199], 2);
	expect_eq(virt_to_pte_phys(root(), mapped + 150), virt_to_phys(mem) + 4150);
}

CASE(vmalloc, "virtually contiguous memory, cleared; it and what is around it faults after vfree()")
{
	u64 before = page_alloc_count_free(AREA_ANY);
	u8 *p = vmalloc(3 * PAGE_SIZE - 5), any = 0;

	for (ulong i = 0; i < 3 * PAGE_SIZE; i++)
		any |= p[i];
	expect_eq(any, 0);
	memset(p, 0x77, 3 * PAGE_SIZE - 5);
	expect_page_fault(write_vector(p - PAGE_SIZE - 1), p - PAGE_SIZE - 1, PFERR_WRITE_MASK);
	vfree(p);
	expect_page_fault(read_vector(p), p, 0);
	expect_page_fault(write_vector(p + 2 * PAGE_SIZE), p + 2 * PAGE_SIZE, PFERR_WRITE_MASK);
	/* The page tables stay: three levels at most. */
	expect_le(before - page_alloc_count_free(AREA_ANY), 4);
}

static volatile u32 *shared;
static u32 seen[2];

static void look(void *data)
{
	seen[*(int *)data] = *shared;
}

CASE(invalidate, "after an entry has changed and all TLBs were told, every CPU sees the new page")
{
	volatile u32 *a = page_of_words(10), *b = page_of_words(20);
	int first = 0, second = 1;

	require(cpu_count() > 1);
	shared = alloc_vpage();
	install_page(root(), virt_to_phys(a), (void *)shared);
	on_cpu(1, look, &first);
	expect_eq(seen[0], 10);
	install_page(root(), virt_to_phys(b), (void *)shared);
	expect_eq(*shared, 20);
	invalidate_everywhere((void *)shared);
	on_cpu(1, look, &second);
	expect_eq(seen[1], 20);
}

CASE(pat_index, "which PAT entry a page entry of each size selects")
{
	for (unsigned int i = 0; i < 8; i++) {
		u64 low = (i & 1 ? PT_PWT_MASK : 0) | (i & 2 ? PT_PCD_MASK : 0);

		expect_eq(pte_with_pat_index(0x5063, 1, i), 0x5063 | low | (i & 4 ? PT_PAT_MASK : 0));
		expect_eq(pte_with_pat_index(0x8000e3, 2, i), 0x8000e3 | low | (i & 4 ? PT_LARGE_PAT_MASK : 0));
		expect_eq(pte_pat_index(pte_with_pat_index(~0ul, 1, i), 1), i);
		expect_eq(pte_pat_index(pte_with_pat_index(~0ul, 2, i), 2), i);
	}
}

CASE(above_4g, "memory above 4 GiB is mapped one to one, and is not what lies 4 GiB below")
{
	volatile u32 *high, *low = page_of_words(1);

	require_msg(page_alloc_count_free(AREA_HIGH) > 0, "no memory above 4 GiB");
	high = alloc_pages_flags(0, AREA_HIGH);
	expect_ge(virt_to_phys(high), 1ull << 32);
	expect_eq(virt_to_pte_phys(root(), (void *)high), virt_to_phys(high));
	high[0] = 0x12345678;
	expect_eq(low[0], 1);
	expect_eq(high[0], 0x12345678);
	free_page((void *)high);
}

#ifdef __x86_64__

/*
 * Bit 48 is an index bit of the fifth level; with four it makes an address that is not canonical.
 */
#define HIGH_ADDRESS	((u32 *)(1ul << 48 | 0x123456000))

CASE(la57, "5-level paging: the tables before are still there, and addresses of 57 bits are translated")
{
	volatile u32 *page = page_of_words(50), *mapped = alloc_vpage();
	ulong cr3 = read_cr3(), cr4 = read_cr4();

	require(this_cpu_has(X86_FEATURE_LA57));
	install_page(root(), virt_to_phys(page), (void *)mapped);
	expect_eq(read_vector(HIGH_ADDRESS), GP_VECTOR);
	setup_5level_page_table();
	expect_eq(read_cr4(), cr4 | X86_CR4_LA57);
	expect_eq(mapped[3], 53);
	expect_page_fault(read_vector(HIGH_ADDRESS), HIGH_ADDRESS, 0);
	install_page(root(), virt_to_phys(page), HIGH_ADDRESS);
	expect_eq(HIGH_ADDRESS[4], 54);
	expect_eq(virt_to_pte_phys(root(), HIGH_ADDRESS + 4), virt_to_phys(page) + 16);
	expect_eq(read_vector((void *)(1ul << 57)), GP_VECTOR);
	setup_4level_page_table();
	expect_eq(read_cr4(), cr4);
	expect_eq(read_cr3(), cr3);
	expect_eq(mapped[3], 53);
	expect_eq(read_vector(HIGH_ADDRESS), GP_VECTOR);
}

#else

CASE(pae, "PAE paging: entries of 8 bytes, three levels, and back")
{
	volatile u32 *page = page_of_words(50), *mapped = alloc_vpage();
	struct paging_slot s;
	u64 entry;

	require(this_cpu_has(X86_FEATURE_PAE));
	setup_pae_page_table();
	expect(read_cr4() & X86_CR4_PAE);
	expect(paging_current() == &paging_pae);
	expect_page_fault(read_vector(mapped), mapped, 0);
	paging_install(&paging_pae, root(), 1, (ulong)mapped, virt_to_phys(page) | PT_PRESENT_MASK, NULL);
	expect_eq(mapped[3], 53);
	expect_page_fault(write_vector(mapped), mapped, PFERR_PRESENT_MASK | PFERR_WRITE_MASK);
	s = paging_find(&paging_pae, root(), (ulong)mapped, 1);
	entry = paging_read(&paging_pae, s.entry);
	expect_eq(s.level, 1);
	expect_eq(entry, virt_to_phys(page) | PT_PRESENT_MASK | PT_ACCESSED_MASK);
	expect_eq(virt_to_pte_phys(root(), (void *)&mapped[3]), virt_to_phys(page) + 12);
	setup_32bit_page_table();
	expect(!(read_cr4() & X86_CR4_PAE));
	expect_page_fault(read_vector(mapped), mapped, 0);
	expect_eq(page[3], 53);
}

CASE(pae_nx, "PAE paging has NX")
{
	u8 *page = alloc_page(), *mapped = alloc_vpage();

	require(this_cpu_has(X86_FEATURE_PAE) && enable_nx());
	page[0] = 0xc3;
	setup_pae_page_table();
	paging_install(&paging_pae, root(), 1, (ulong)mapped, virt_to_phys(page) | DEFAULT_FLAGS | PT64_NX_MASK, NULL);
	expect(test_for_exception(PF_VECTOR, call_page, mapped));
	expect_eq(exception_error_code(), PFERR_PRESENT_MASK | PFERR_FETCH_MASK);
	expect_eq(read_cr2(), (ulong)mapped);
	setup_32bit_page_table();
}

#endif
