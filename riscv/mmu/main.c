/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables of Sv39, Sv48 and Sv57 (Privileged Architecture, sections 4.3 to 4.6): every
 * combination of permissions with every kind of access and privilege, reserved entries, large
 * pages, accessed and dirty bits, addresses that are not canonical, fences between harts. Each
 * fault is compared in whole: cause, stval to the last bit, sepc.
 *
 * The mode is an argument: sv39, sv48, sv57; without one it is the largest that the harts have.
 */
#include "case.h"
#include "alloc_page.h"
#include "arch-hooks.h"
#include "asm/mmu.h"
#include "asm/processor.h"
#include "mmu-test.h"

unsigned int mode;
static const char *mode_argument;

const char *const access_names[] = { "load", "store", "fetch", "amo" };
const unsigned long fault_of[] = {
	EXC_LOAD_PAGE_FAULT, EXC_STORE_PAGE_FAULT, EXC_INST_PAGE_FAULT, EXC_STORE_PAGE_FAULT,
};

/*
 * One page of memory, mapped at one address, for all cases: code at OFFSET that user mode can run.
 */
u8 *page;		/* by the linear mapping */
u8 *virt;
pte_t *entry;

static const u32 user_code[] = {
	0x00053583,	/* ld a1, 0(a0) */
	0x00000073,
	0x00b53023,	/* sd a1, 0(a0) */
	0x00000073,
	0x00000013,	/* nop */
	0x00000073,
	0x00b535af,	/* amoadd.d a1, a1, (a0) */
	0x00000073,
};
static u8 *user_page;		/* user_code, mapped for user mode */

pteval_t pte_of(void *memory, pteval_t flags)
{
	return virt_to_pfn(memory) << PTE_PPN_SHIFT | flags;
}

void set_entry(pteval_t value)
{
	WRITE_ONCE(pte_val(*entry), value);
	local_flush_tlb_page((ulong)virt);
}

void case_setup(void)
{
	mode = SATP_MODE_SV57;
	if (mode_argument) {
		mode = SATP_MODE_SV39 + (mode_argument[2] == '4') + 2 * (mode_argument[2] == '5');
		require_msg(mmu_mode_supported(mode), "the harts do not have %s", mode_argument);
	}
	while (!mmu_mode_supported(mode))
		mode--;
	if (!vm_available())
		__setup_vm(&mode);
	page = alloc_page();
	virt = alloc_vpages(2);
	entry = get_pte(current_pgtable(), (uintptr_t)virt);
	user_page = alloc_vpage();
	{
		void *memory = alloc_page();

		memcpy(memory, user_code, sizeof(user_code));
		WRITE_ONCE(pte_val(*get_pte(current_pgtable(), (uintptr_t)user_page)),
			   pte_of(memory, LEAF | _PAGE_READ | _PAGE_EXEC | _PAGE_USER));
		local_flush_tlb_all();
		local_flush_icache();
	}
}

/* ---- accesses ---- */

void call_address(void *address)
{
	((void (*)(void))address)();
}

/* In supervisor mode; false: it trapped. */
bool access_here(enum access access, void *address)
{
	ulong value = 0;

	switch (access) {
	case LOAD:
		return !trap_try("ld %0, 0(%1)", "+r" (value), "r" (address));
	case STORE:
		return !trap_try_in("sd %0, 0(%1)", "r" (WORD), "r" (address));
	case AMO:
		return !trap_try_in("amoadd.d zero, zero, (%0)", "r" (address));
	default:
		return !catch_trap(call_address, address);
	}
}

static bool access_in_user_mode(enum access access, void *address)
{
	ulong pc = access == FETCH ? (ulong)address : (ulong)user_page + access * 8;
	const struct pt_regs *regs = &run_user(pc, 0, (ulong)address, false)->regs;

	return regs->cause == EXC_SYSCALL;
}

static bool try_access(enum access access, bool user, void *address)
{
	return user ? access_in_user_mode(access, address) : access_here(access, address);
}

void expect_fault(enum access access, bool user, void *address, const char *what)
{
	const struct pt_regs *regs = &trap_record()->regs;

	if (!expect_msg(!try_access(access, user, address), "%s: %s by %s mode faults", what,
			access_names[access], user ? "user" : "supervisor"))
		return;
	expect_eq_msg(regs->cause, fault_of[access], "%s: %s, %s mode", what, access_names[access],
		      user ? "user" : "supervisor");
	expect_eq_msg(regs->badaddr, (ulong)address, "%s: stval", what);
	if (access == FETCH)
		expect_eq_msg(regs->epc, (ulong)address, "%s: sepc", what);
	else if (user)
		expect_eq_msg(regs->epc, (ulong)user_page + access * 8, "%s: sepc", what);
	expect_eq_msg(regs->status & SR_SPP, user ? 0 : SR_SPP, "%s: SPP", what);
}

void expect_allowed(enum access access, bool user, void *address, const char *what)
{
	expect_msg(try_access(access, user, address), "%s: %s by %s mode is allowed", what,
		   access_names[access], user ? "user" : "supervisor");
}

/* c.nop and ret; or ECALL for user mode: what a fetch finds. */
void write_code(bool user)
{
	static const u16 code[] = { 0x0001, 0x8082 };
	static const u16 ecall[] = { 0x0073, 0x0000 };

	memcpy(page + OFFSET, user ? ecall : code, 4);
	local_flush_icache();
}

ulong fresh_address(int level)
{
	static ulong used;

	used += 1ul << (PAGE_SHIFT + 9 * (level - 1));
	used = ALIGN(used, 1ul << (PAGE_SHIFT + 9 * (level - 1)));
	/* In the upper half, above what vmalloc.h gives out. */
	return (0ul - (1ul << 37)) + used;
}

int main(int argc, char **argv)
{
	mode_argument = argc > 1 ? argv[1] : NULL;
	if (mode_argument && strcmp(mode_argument, "sv39") && strcmp(mode_argument, "sv48") &&
	    strcmp(mode_argument, "sv57"))
		report_abort("%s is not sv39, sv48 or sv57", mode_argument);
	return run_cases();
}
