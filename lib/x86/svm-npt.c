/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nested page tables of the guest of svm.h, in the paging mode of L1: APM volume 2, section 15.25.
 */
#ifdef __x86_64__
#include "alloc_page.h"
#include "x86/paging.h"
#include "x86/svm.h"
#include "asm/io.h"

#define FLAGS		(PT_PRESENT_MASK | PT_WRITABLE_MASK | PT_USER_MASK)
#define GIGABYTES	4
#define ENTRIES		512

static u64 root[ENTRIES] __attribute__((aligned(4096)));
static u64 level3[ENTRIES] __attribute__((aligned(4096)));
static u64 level2[GIGABYTES * ENTRIES] __attribute__((aligned(4096)));

static void set_large_pages(void)
{
	for (u64 i = 0; i < ARRAY_SIZE(level2); i++) {
		/* Of an earlier case that split it. */
		if ((level2[i] & PT_PRESENT_MASK) && !(level2[i] & PT_PAGE_SIZE_MASK))
			free_page(phys_to_virt(level2[i] & PT_ADDR_MASK));
		level2[i] = i * SZ_2M | FLAGS | PT_PAGE_SIZE_MASK;
	}
}

void svm_use_npt(struct svm_guest *g)
{
	assert(paging_current() == &paging_4level);
	set_large_pages();
	memset(root, 0, sizeof(root));
	memset(level3, 0, sizeof(level3));
	root[0] = virt_to_phys(level3) | FLAGS;
	for (int i = 0; i < GIGABYTES; i++)
		level3[i] = virt_to_phys(level2 + i * ENTRIES) | FLAGS;
	g->npt = root;
	g->vmcb->control.np_control |= VMCB_NP_ENABLE;
	g->vmcb->control.n_cr3 = virt_to_phys(root);
	g->vmcb->control.tlb_control = TLB_FLUSH_ALL;
}

u64 *svm_npt_entry_at(struct svm_guest *g, u64 gpa, int level)
{
	struct paging_slot slot = paging_find(&paging_4level, g->npt, gpa, level);

	assert_msg(slot.level == level, "nested entry of level %d of %#" PRIx64, level, gpa);
	return slot.entry;
}

u64 *svm_npt_entry(struct svm_guest *g, u64 gpa)
{
	struct paging_slot slot = paging_find(&paging_4level, g->npt, gpa, 1);

	if (slot.level == 2)
		paging_split(&paging_4level, slot);
	return svm_npt_entry_at(g, gpa, 1);
}
#endif
