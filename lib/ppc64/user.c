/* SPDX-License-Identifier: BSD-2-Clause */
/* A page of code that user mode may execute. */
#include "alloc_page.h"
#include "arch-hooks.h"
#include "asm/mmu.h"
#include "asm/user.h"

static u32 *code_page(void)
{
	static u32 *page;
	pte_t *entry;

	if (page)
		return page;
	page = alloc_page();
	entry = get_pte(arch_page_table(), USER_CODE);
	*entry = __pte(RADIX_VALID | RADIX_LEAF | RADIX_R | RADIX_C | RADIX_READ | RADIX_EXECUTE |
		       virt_to_phys(page));
	flush_tlb_page(USER_CODE);
	return page;
}

const struct trap_record *run_user_code(const u32 *insns, size_t n, struct pt_regs *regs)
{
	u32 *page = code_page();

	assert_msg(n < PAGE_SIZE / sizeof(*insns), "%zu instructions", n);
	memcpy(page, insns, n * sizeof(*insns));
	page[n] = INSN_SC;
	for (size_t i = 0; i <= n; i++)
		__asm__ __volatile__("dcbst 0, %0\n\tsync\n\ticbi 0, %0\n\tsync\n\tisync"
				     : : "r" (page + i) : "memory");
	regs->nip = USER_CODE;
	return run_user(regs);
}
