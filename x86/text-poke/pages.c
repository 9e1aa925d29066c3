/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Code in pages that were just mapped, or just made executable (SDM volume 3, sections 4.6
 * and 4.10.4: other CPUs are told by a call that invalidates their TLBs): who executes it gets what
 * was written there, never what the address or the page held before, and a page that is not
 * executable is not executed.
 */
#include "poke.h"
#include "alloc_page.h"
#include "x86/vm.h"

#define ROUNDS		20
#define POISON		0xbad0bad0u

static u32 numbered(u32 state)
{
	return 0x3000 + state / 2;
}

CASE(fresh_page,
     "an address whose page is replaced has the old page's code or the new one's, then the new one's")
{
	u8 *virt, *page = NULL;

	require_msg(cpu_count() >= 2, "needs two CPUs");
	if (!vm_available())
		setup_vm();
	virt = alloc_vpage();
	for (u32 i = 0; i < ROUNDS; i++) {
		u8 *old = page;

		page = alloc_page();
		put_return(page + 64, numbered(2 * i));
		if (i)
			poke_begin_change();
		install_page(current_page_table(), virt_to_phys(page), virt);
		invalidate_everywhere(virt);
		if (!i) {
			poke_start((poked)(virt + 64), numbered);
			continue;
		}
		poke_end_change();
		/* Whoever still executes it has an old translation. */
		put_return(old + 64, POISON);
		poke_let_run(5);
		if (i > 1)
			free_page(old);
	}
	poke_end();
}

#ifdef __x86_64__
#define REFUSED		0x11111111u
#define FETCH_REFUSED	(PFERR_PRESENT_MASK | PFERR_FETCH_MASK)

static u8 *refused_at;
static u32 other_faults;

/*
 * A call of what may not be executed returns at once. The page may also become so between the MOV
 * and the RET.
 */
static void refuse(struct ex_regs *regs)
{
	const unsigned long mov = (unsigned long)refused_at, ret = mov + RETURN_LENGTH - 1;

	if ((regs->rip != mov && regs->rip != ret) || read_cr2() != regs->rip)
		unhandled_exception(regs, true);
	if (regs->rip == mov)
		regs->rax = REFUSED;
	if (regs->error_code != FETCH_REFUSED)
		__atomic_add_fetch(&other_faults, 1, __ATOMIC_RELAXED);
	regs->rip = *(unsigned long *)regs->rsp;
	regs->rsp += sizeof(long);
}

/* Executable in every second state. */
static u32 numbered_or_refused(u32 state)
{
	return state / 2 % 2 ? numbered(state) : REFUSED;
}

static void enable_nx_here(void *ok)
{
	if (!enable_nx())
		*(bool *)ok = false;
}

static void set_nx(u8 *virt, bool nx)
{
	pteval_t *pte = get_pte_level(current_page_table(), virt, 1);

	*pte = nx ? *pte | PT64_NX_MASK : *pte & ~PT64_NX_MASK;
	invalidate_everywhere(virt);
}

CASE(made_executable,
     "a page that is written and then made executable has the new code; before and after it is #PF")
{
	bool nx = true;
	u8 *page, *virt;

	require_msg(cpu_count() >= 2, "needs two CPUs");
	if (!vm_available())
		setup_vm();
	on_cpus(enable_nx_here, &nx);
	require_msg(nx, "the CPU has no NX");
	page = alloc_page();
	virt = alloc_vpage();
	refused_at = virt + 64;
	other_faults = 0;
	install_page(current_page_table(), virt_to_phys(page), virt);
	set_nx(virt, true);
	handle_exception(PF_VECTOR, refuse);
	poke_start((poked)(virt + 64), numbered_or_refused);
	for (u32 i = 1; i < ROUNDS; i++) {
		if (i & 1)
			put_return(page + 64, numbered(2 * i));
		poke_begin_change();
		set_nx(virt, !(i & 1));
		poke_end_change();
		poke_let_run(5);
	}
	poke_end();
	handle_exception(PF_VECTOR, NULL);
	expect_eq(other_faults, 0);
}
#endif
