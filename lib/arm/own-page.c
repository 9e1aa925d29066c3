/* SPDX-License-Identifier: BSD-2-Clause */
/* See own-page.h. */
#include "own-page.h"
#include "alloc_page.h"
#include "vmalloc.h"

char *own_page(pteval_t prot)
{
	char *virt = alloc_vpage();

	install_page_prot(mmu_idmap, virt_to_phys(alloc_page()), (uintptr_t)virt, prot);
	return virt;
}

pteval_t *own_page_entry(char *virt)
{
	return get_page_entry(mmu_idmap, (uintptr_t)virt);
}

void own_page_change(char *virt, pteval_t clear, pteval_t set)
{
	pteval_t *entry = own_page_entry(virt);

	WRITE_ONCE(*entry, (*entry & ~clear) | set);
	flush_tlb_page((unsigned long)virt);
}
