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
#include "on-cpus.h"
#include "asm/io.h"
#include "asm/mmu.h"
#include "asm/processor.h"
#include "asm/sbi.h"
#include "asm/setup.h"
#include "asm/smp.h"

#define LEAF		(_PAGE_PRESENT | _PAGE_ACCESSED | _PAGE_DIRTY)
#define RWX		(_PAGE_READ | _PAGE_WRITE | _PAGE_EXEC)
#define OFFSET		0x128ul		/* within a page: not 0, so that stval's low bits count */
#define WORD		0x0123456789abcdeful

static unsigned int mode;
static const char *mode_argument;

enum access { LOAD, STORE, FETCH, AMO, ACCESSES };
static const char *const access_names[] = { "load", "store", "fetch", "amo" };
static const unsigned long fault_of[] = {
	EXC_LOAD_PAGE_FAULT, EXC_STORE_PAGE_FAULT, EXC_INST_PAGE_FAULT, EXC_STORE_PAGE_FAULT,
};

/*
 * One page of memory, mapped at one address, for all cases: code at OFFSET that user mode can run.
 */
static u8 *page;		/* by the linear mapping */
static u8 *virt;
static pte_t *entry;

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

static pteval_t pte_of(void *memory, pteval_t flags)
{
	return virt_to_pfn(memory) << PTE_PPN_SHIFT | flags;
}

static void set_entry(pteval_t value)
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

static void call(void *address)
{
	((void (*)(void))address)();
}

/* In supervisor mode; false: it trapped. */
static bool access_here(enum access access, void *address)
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
		return !catch_trap(call, address);
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

static void expect_fault(enum access access, bool user, void *address, const char *what)
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

static void expect_allowed(enum access access, bool user, void *address, const char *what)
{
	expect_msg(try_access(access, user, address), "%s: %s by %s mode is allowed", what,
		   access_names[access], user ? "user" : "supervisor");
}

/* c.nop and ret; or ECALL for user mode: what a fetch finds. */
static void write_code(bool user)
{
	static const u16 code[] = { 0x0001, 0x8082 };
	static const u16 ecall[] = { 0x0073, 0x0000 };

	memcpy(page + OFFSET, user ? ecall : code, 4);
	local_flush_icache();
}

/* ---- permissions ---- */

/* Section 4.3.2, steps 5 and 6, and 4.1.1.2: what SUM and MXR change. */
static bool allows(pteval_t flags, ulong status, enum access access, bool user)
{
	bool read = (flags & _PAGE_READ) || ((status & SR_MXR) && (flags & _PAGE_EXEC));

	if (user != !!(flags & _PAGE_USER) && (user || access == FETCH || !(status & SR_SUM)))
		return false;
	switch (access) {
	case LOAD: return read;
	case FETCH: return flags & _PAGE_EXEC;
	default: return flags & _PAGE_WRITE;
	}
}

static void check_permissions(pteval_t flags, ulong status)
{
	char what[64];

	snprintf(what, sizeof(what), "%s%s%s%s%s%s", flags & _PAGE_READ ? "r" : "-",
		 flags & _PAGE_WRITE ? "w" : "-", flags & _PAGE_EXEC ? "x" : "-",
		 flags & _PAGE_USER ? "u" : "-", status & SR_SUM ? " SUM" : "",
		 status & SR_MXR ? " MXR" : "");
	set_entry(pte_of(page, LEAF | flags));
	csr_clear(CSR_SSTATUS, SR_SUM | SR_MXR);
	csr_set(CSR_SSTATUS, status);
	for (int user = 0; user < 2; user++)
		for (enum access a = 0; a < ACCESSES; a++) {
			write_code(user);
			if (allows(flags, status, a, user))
				expect_allowed(a, user, virt + OFFSET, what);
			else
				expect_fault(a, user, virt + OFFSET, what);
		}
	csr_clear(CSR_SSTATUS, SR_SUM | SR_MXR);
	/* Nothing but the access may have changed the entry. */
	expect_eq_msg(pte_val(*entry), pte_of(page, LEAF | flags), "%s: the entry", what);
}

static void check_all_permissions(ulong status)
{
	static const pteval_t leaves[] = {
		_PAGE_READ, _PAGE_READ | _PAGE_WRITE, _PAGE_EXEC, _PAGE_READ | _PAGE_EXEC, RWX,
	};

	for (size_t i = 0; i < ARRAY_SIZE(leaves); i++) {
		check_permissions(leaves[i], status);
		check_permissions(leaves[i] | _PAGE_USER, status);
	}
}

CASE(mode, "satp has the mode that was asked for")
{
	expect_eq(mmu_mode(), mode);
	metric("levels", mmu_levels(mode), "levels");
}

CASE(permissions, "read, write, execute and user permissions, for every access")
{
	check_all_permissions(0);
}

CASE(permissions_sum, "with SUM supervisor mode may read and write user pages, never execute")
{
	check_all_permissions(SR_SUM);
}

CASE(permissions_mxr, "with MXR executable pages may be read")
{
	check_all_permissions(SR_MXR);
}

CASE(permissions_both, "with SUM and MXR")
{
	check_all_permissions(SR_SUM | SR_MXR);
}

/* ---- entries that are not valid ---- */

static void check_invalid(pteval_t value, const char *what)
{
	set_entry(value);
	write_code(false);
	for (enum access a = 0; a < ACCESSES; a++)
		expect_fault(a, false, virt + OFFSET, what);
	expect_eq_msg(pte_val(*entry), value, "%s: the entry", what);
}

CASE(not_present, "without V every other bit is ignored")
{
	check_invalid(0, "0");
	check_invalid(pte_of(page, (LEAF | RWX | _PAGE_GLOBAL) & ~_PAGE_PRESENT), "all but V");
	check_invalid(~_PAGE_PRESENT, "all ones but V");
}

CASE(reserved_permissions, "write without read is reserved: with and without execute")
{
	check_invalid(pte_of(page, LEAF | _PAGE_WRITE), "w");
	check_invalid(pte_of(page, LEAF | _PAGE_WRITE | _PAGE_EXEC), "wx");
}

CASE(reserved_bits, "bits 60 to 54 are reserved")
{
	for (int bit = 54; bit <= 60; bit++)
		check_invalid(pte_of(page, LEAF | RWX | 1ul << bit), "a reserved bit");
}

CASE(pointer_at_last_level, "an entry of the last level that leads to a table")
{
	check_invalid(pte_of(page, _PAGE_PRESENT), "a pointer");
}

CASE(software_bits, "the two bits for software and G change nothing")
{
	set_entry(pte_of(page, LEAF | RWX | _PAGE_SOFT | _PAGE_GLOBAL));
	for (enum access a = 0; a < ACCESSES; a++) {
		write_code(false);
		expect_allowed(a, false, virt + OFFSET, "software bits");
	}
	expect_eq(pte_val(*entry), pte_of(page, LEAF | RWX | _PAGE_SOFT | _PAGE_GLOBAL));
	/* G stays in the TLB until a fence that is for all address spaces. */
	set_entry(0);
	local_flush_tlb_all();
}

/* ---- accessed and dirty ---- */

/*
 * Section 4.3.1: either a fault and nothing changed, or the bit is set. Never D by a load, never a
 * store without it.
 */
static void check_accessed(enum access access, pteval_t flags, pteval_t set)
{
	pteval_t before = pte_of(page, _PAGE_PRESENT | RWX | flags);

	set_entry(before);
	write_code(false);
	if (access_here(access, virt + OFFSET)) {
		expect_eq_msg(pte_val(*entry), before | set, "%s of %#lx", access_names[access],
			      flags);
	} else {
		expect_eq_msg(trap_record()->regs.cause, fault_of[access], "%s of %#lx",
			      access_names[access], flags);
		expect_eq_msg(trap_record()->regs.badaddr, (ulong)virt + OFFSET, "%s of %#lx",
			      access_names[access], flags);
		expect_eq_msg(pte_val(*entry), before, "%s of %#lx", access_names[access], flags);
	}
}

CASE(accessed, "A is set by every access, or its absence is a fault")
{
	check_accessed(LOAD, _PAGE_DIRTY, _PAGE_ACCESSED);
	check_accessed(FETCH, _PAGE_DIRTY, _PAGE_ACCESSED);
	check_accessed(LOAD, 0, _PAGE_ACCESSED);
	check_accessed(FETCH, 0, _PAGE_ACCESSED);
}

CASE(dirty, "D is set by stores and atomic operations, or its absence is a fault")
{
	check_accessed(STORE, _PAGE_ACCESSED, _PAGE_DIRTY);
	check_accessed(STORE, 0, _PAGE_ACCESSED | _PAGE_DIRTY);
	check_accessed(AMO, _PAGE_ACCESSED, _PAGE_DIRTY);
	check_accessed(LOAD, _PAGE_ACCESSED, 0);
	check_accessed(FETCH, _PAGE_ACCESSED, 0);
}

CASE(dirty_not_written, "a store that is not allowed sets neither")
{
	set_entry(pte_of(page, _PAGE_PRESENT | _PAGE_READ));
	expect_fault(STORE, false, virt + OFFSET, "a store to r");
	expect_eq(pte_val(*entry), pte_of(page, _PAGE_PRESENT | _PAGE_READ));
}

/* ---- tables and large pages ---- */

/* A fresh address whose entry of that level nothing else shares. */
static ulong fresh_address(int level)
{
	static ulong used;

	used += 1ul << (PAGE_SHIFT + 9 * (level - 1));
	used = ALIGN(used, 1ul << (PAGE_SHIFT + 9 * (level - 1)));
	/* In the upper half, above what vmalloc.h gives out. */
	return (0ul - (1ul << 37)) + used;
}

CASE(large_pages, "a leaf of level 2 maps 2 MiB: each of its pages where it belongs")
{
	ulong address = fresh_address(2);
	phys_addr_t phys = ALIGN_DOWN(virt_to_phys(page), SZ_2M);
	pte_t *large = get_pte_level(current_pgtable(), address, 2);
	ulong at = address + (virt_to_phys(page) - phys), value = 0;

	WRITE_ONCE(pte_val(*large), phys >> PAGE_SHIFT << PTE_PPN_SHIFT | LEAF | RWX);
	local_flush_tlb_all();
	*(volatile u64 *)(page + 0xff8) = WORD;
	expect(!trap_try("ld %0, 0xff8 - 0x800(%1)", "+r" (value), "r" (at + 0x800)));
	expect_eq(value, WORD);
	expect_eq(virt_to_pte_phys(current_pgtable(), (void *)(at + 5)), virt_to_phys(page) + 5);
	WRITE_ONCE(pte_val(*large), 0);
	local_flush_tlb_all();
	expect_fault(LOAD, false, (void *)(at + 8), "not mapped any more");
}

CASE(misaligned_large_pages,
     "a large page that is not aligned to its size is a page fault (section 4.3.2, step 6)")
{
	for (int level = 2; level <= MIN(3, mmu_levels(mode)); level++) {
		ulong address = fresh_address(level);
		pte_t *large = get_pte_level(current_pgtable(), address, level);
		phys_addr_t phys = ALIGN_DOWN(virt_to_phys(page), SZ_1G);

		for (int bit = 12; bit < 12 + 9 * (level - 1); bit++) {
			WRITE_ONCE(pte_val(*large),
				   (phys | 1ul << bit) >> PAGE_SHIFT << PTE_PPN_SHIFT | LEAF | RWX);
			local_flush_tlb_all();
			for (enum access a = 0; a < ACCESSES; a++)
				expect_fault(a, false, (void *)(address + OFFSET), "misaligned");
		}
		WRITE_ONCE(pte_val(*large), 0);
		local_flush_tlb_all();
	}
}

CASE(reserved_in_pointers, "A, D and U are reserved in entries that lead to tables")
{
	static const pteval_t bits[] = { _PAGE_ACCESSED, _PAGE_DIRTY, _PAGE_USER };
	ulong address = fresh_address(2);
	pte_t *pointer = get_pte_level(current_pgtable(), address, 2);
	pteval_t good;

	*get_pte(current_pgtable(), address) = __pte(pte_of(page, LEAF | RWX));
	good = pte_val(*pointer);
	local_flush_tlb_all();
	expect_allowed(LOAD, false, (void *)(address + OFFSET), "a good pointer");
	for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
		WRITE_ONCE(pte_val(*pointer), good | bits[i]);
		local_flush_tlb_all();
		expect_fault(LOAD, false, (void *)(address + OFFSET),
			     "a reserved bit of a pointer");
	}
	WRITE_ONCE(pte_val(*pointer), good);
	local_flush_tlb_all();
}

CASE(not_canonical, "addresses whose upper bits are not all like the highest that is translated")
{
	int bits = PAGE_SHIFT + 9 * mmu_levels(mode);

	set_entry(pte_of(page, LEAF | RWX));
	expect_allowed(LOAD, false, virt + OFFSET, "canonical");
	for (int bit = bits; bit < 64; bit++)
		for (enum access a = 0; a < FETCH; a++)
			expect_fault(a, false, (void *)((ulong)(virt + OFFSET) ^ 1ul << bit),
				     "not canonical");
}

/* ---- two pages ---- */

CASE(across, "an access that begins in a page and ends in one that is not mapped: stval is where "
	     "that begins, nothing is stored")
{
	const struct pt_regs *regs = &trap_record()->regs;
	u8 *next = virt + PAGE_SIZE;
	ulong value = 0;

	set_entry(pte_of(page, LEAF | RWX));
	WRITE_ONCE(pte_val(*get_pte(current_pgtable(), (uintptr_t)next)), 0);
	local_flush_tlb_all();
	memset(page + PAGE_SIZE - 8, 0x5a, 8);
	insist(trap_try("ld %0, 0(%1)", "+r" (value), "r" (next - 3)));
	expect_eq(value, 0);
	/*
	 * Section 4.1.9; a hart that does no misaligned accesses says so, with the address of the
	 * whole.
	 */
	if (regs->cause != EXC_LOAD_MISALIGNED) {
		expect_eq(regs->cause, EXC_LOAD_PAGE_FAULT);
		expect_eq(regs->badaddr, (ulong)next);
	}
	insist(trap_try_in("sd %0, 0(%1)", "r" (WORD), "r" (next - 3)));
	if (regs->cause != EXC_STORE_MISALIGNED) {
		expect_eq(regs->cause, EXC_STORE_PAGE_FAULT);
		expect_eq(regs->badaddr, (ulong)next);
	}
}

CASE(fetch_across, "an instruction whose second half is not mapped: sepc is where it begins, stval "
		   "where the fault is")
{
	static const u16 half_of_nop = 0x0013;
	u8 *next = virt + PAGE_SIZE;

	set_entry(pte_of(page, LEAF | RWX));
	memcpy(page + PAGE_SIZE - 2, &half_of_nop, 2);
	local_flush_tlb_all();
	local_flush_icache();
	insist(catch_trap(call, next - 2));
	expect_eq(trap_record()->regs.cause, EXC_INST_PAGE_FAULT);
	expect_eq(trap_record()->regs.epc, (ulong)next - 2);
	expect_eq(trap_record()->regs.badaddr, (ulong)next);
}

/* ---- satp, and other harts ---- */

CASE(satp_modes, "writing a mode that is not there leaves all of satp as it is")
{
	ulong satp = csr_read(CSR_SATP);

	for (ulong m = 1; m < 16; m++) {
		if (m >= SATP_MODE_SV39 && m <= SATP_MODE_SV57)
			continue;
		csr_write(CSR_SATP, m << SATP_MODE_SHIFT | 0x12345);
		if (!expect_eq_msg(csr_read(CSR_SATP), satp, "mode %lu", m))
			csr_write(CSR_SATP, satp);
	}
}

struct remote {
	bool allowed;
	ulong cause, value;
};

static void load_here(void *data)
{
	struct remote *r = data;
	ulong value = 0;

	r->allowed = !trap_try("ld %0, 0(%1)", "+r" (value), "r" (virt + OFFSET));
	r->cause = trap_record()->regs.cause;
	r->value = value;
}

CASE(remote_fence, "after SBI's remote fence every hart sees the new entry, by one page or by all")
{
	u64 *other = alloc_page();

	require(arch_cpu_count() > 1 && sbi_probe(SBI_EXT_RFENCE));
	*(volatile u64 *)(page + OFFSET) = WORD;
	*(volatile u64 *)((u8 *)other + OFFSET) = ~WORD;
	for (int i = 0; i < 20; i++)
		for (int cpu = 1; cpu < arch_cpu_count(); cpu++) {
			struct remote r;
			ulong size = i % 2 ? PAGE_SIZE : ~0ul;

			WRITE_ONCE(pte_val(*entry), pte_of(page, LEAF | RWX));
			sbi_ecall(SBI_EXT_RFENCE, SBI_EXT_RFENCE_SFENCE_VMA, 0, ~0ul,
				  size == PAGE_SIZE ? (ulong)virt : 0, size, 0, 0);
			on_cpu(cpu, load_here, &r);
			expect_eq_msg(r.value, WORD, "CPU %d", cpu);
			WRITE_ONCE(pte_val(*entry), pte_of(other, LEAF | RWX));
			sbi_ecall(SBI_EXT_RFENCE, SBI_EXT_RFENCE_SFENCE_VMA, 1, cpus[cpu].hartid,
				  size == PAGE_SIZE ? (ulong)virt : 0, size, 0, 0);
			on_cpu(cpu, load_here, &r);
			expect_eq_msg(r.value, ~WORD, "CPU %d", cpu);
			WRITE_ONCE(pte_val(*entry), 0);
			sbi_ecall(SBI_EXT_RFENCE, SBI_EXT_RFENCE_SFENCE_VMA, 0, ~0ul, (ulong)virt,
				  PAGE_SIZE, 0, 0);
			on_cpu(cpu, load_here, &r);
			expect_eq_msg(r.allowed, false, "CPU %d", cpu);
			expect_eq_msg(r.cause, EXC_LOAD_PAGE_FAULT, "CPU %d", cpu);
		}
	local_flush_tlb_all();
	free_page(other);
}

int main(int argc, char **argv)
{
	mode_argument = argc > 1 ? argv[1] : NULL;
	if (mode_argument && strcmp(mode_argument, "sv39") && strcmp(mode_argument, "sv48") &&
	    strcmp(mode_argument, "sv57"))
		report_abort("%s is not sv39, sv48 or sv57", mode_argument);
	return run_cases();
}
