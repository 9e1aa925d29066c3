/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mmu: what long descriptors permit with 32 bits: every combination of AP, XN and PXN for every
 * kind of access at PL1 and PL0, with the fault reported whole; the same by address translation
 * operations; hierarchical bits of tables; WXN and UWXN; changes that every CPU sees (ARMv7 ARM,
 * DDI 0406: B3.6 and B3.7, B3.13 for faults, B4.2.4 for translations). PAN: pan.c.
 */
#include "case.h"
#include "alloc_page.h"
#include "arch-hooks.h"
#include "on-cpus.h"
#include "mmu-test.h"
#include "vmalloc.h"
#include "asm/setup.h"

#define BX_LR	0xe12fff1eu

char *page;

void case_setup(void)
{
	setup_vm();
	page = alloc_vpage();
	install_page_prot(mmu_idmap, virt_to_phys(alloc_page()), (uintptr_t)page, NORMAL);
}

void set_page(pteval_t prot)
{
	pteval_t *entry = get_page_entry(mmu_idmap, (uintptr_t)page);

	WRITE_ONCE(*entry, (*entry & PTE_ADDR_MASK) | NORMAL | PTE_AF | PTE_TYPE_PAGE | prot);
	flush_tlb_page((uintptr_t)page);
}

void fill_page(void)
{
	set_page(0);
	*(volatile u32 *)page = BX_LR;
	page[8] = VALUE;
	dcache_clean_inval_poc((unsigned long)page, (unsigned long)page + 64);
	write_sysreg(0, ICIALLUIS);
	dsb(ish);
	isb();
}

/* ---- accesses: one function for both privilege levels ---- */

static const char *const access_names[ACCESSES] = { "read", "write", "execute" };

static u64 do_access(u64 access)
{
	if (access == READ)
		return *(volatile u8 *)(page + 8);
	if (access == WRITE)
		*(volatile u8 *)(page + 8) = VALUE + 1;
	else
		((void (*)(void))page)();
	return 0;
}

static void access_by_pl1(void *data)
{
	do_access(*(u64 *)data);
}

static bool faults(bool user, enum access access)
{
	u64 a = access;

	if (!user)
		return catch_exception(access_by_pl1, &a);
	run_in_user(do_access, a);
	return exception_record()->raised;
}

void expect_fault(enum access access, u32 status)
{
	const struct exception_record *e = exception_record();

	expect_eq(e->vector, access == EXECUTE ? EXCPTN_PABT : EXCPTN_DABT);
	expect_eq(e->fsr, FSR_LPAE | status | (access == WRITE ? FSR_WNR : 0));
	expect_eq(e->far, (u32)page + (access == EXECUTE ? 0 : 8));
	if (access == EXECUTE)
		expect_eq(e->pc, (u32)page);
}

/* B3.7.1, B3.7.2: reading at PL1 is always allowed; XN is for both levels. */
static bool allowed(pteval_t prot, bool user, enum access access)
{
	switch (access) {
	case READ:
		return !user || prot & PTE_USER;
	case WRITE:
		return !(prot & PTE_RDONLY) && (!user || prot & PTE_USER);
	default:
		return !(prot & PTE_UXN) && (user ? !!(prot & PTE_USER) : !(prot & PTE_PXN));
	}
}

static void check_access(pteval_t prot, pteval_t effective, bool user, enum access access)
{
	bool may = allowed(effective, user, access);

	expect_eq_msg(faults(user, access), !may, "PL%d may%s %s, descriptor %#" PRIx64, !user,
		      may ? "" : " not", access_names[access], prot);
	if (exception_record()->raised && !may)
		expect_fault(access, FSR_PERMISSION | 3);
}

CASE(permissions,
     "all combinations of AP[2:1], XN and PXN for reads, writes and fetches at both levels, and "
     "what they report")
{
	for (int i = 0; i < 16; i++) {
		pteval_t prot = (i & 1 ? PTE_USER : 0) | (i & 2 ? PTE_RDONLY : 0) |
				(i & 4 ? PTE_UXN : 0) | (i & 8 ? PTE_PXN : 0);

		for (int access = READ; access < ACCESSES; access++)
			for (int user = 0; user < 2; user++) {
				bool written;

				fill_page();
				set_page(prot);
				check_access(prot, prot, user, access);
				set_page(0);
				written = access == WRITE && allowed(prot, user, access);
				expect_eq(page[8], written ? VALUE + 1 : VALUE);
			}
	}
}

/* ---- tables ---- */

static pteval_t *table_entry(void)
{
	pteval_t *top = (pteval_t *)mmu_idmap + ((uintptr_t)page >> PGDIR_BITS(3));
	pteval_t *table = phys_to_virt(*top & PTE_ADDR_MASK);

	return table + ((uintptr_t)page >> PGDIR_BITS(2) & 511);
}

/* Bits 63 to 59 of a table's descriptor: NSTable, APTable[1:0], XNTable, PXNTable. */
#define TABLE_RDONLY	(1ull << 62)
#define TABLE_NO_USER	(1ull << 61)
#define TABLE_XN	(1ull << 60)
#define TABLE_PXN	(1ull << 59)

CASE(table_permissions,
     "APTable, XNTable and PXNTable take away what the page gives, and give nothing")
{
	static const struct {
		pteval_t table, page, effective;
	} rows[] = {
		{ TABLE_RDONLY, PTE_USER, PTE_USER | PTE_RDONLY },
		{ TABLE_NO_USER, PTE_USER, 0 },
		{ TABLE_RDONLY | TABLE_NO_USER, PTE_USER, PTE_RDONLY },
		{ TABLE_XN, PTE_USER, PTE_USER | PTE_UXN },
		{ TABLE_PXN, PTE_USER, PTE_USER | PTE_PXN },
		{ 0, PTE_RDONLY | PTE_UXN, PTE_RDONLY | PTE_UXN },
		{ TABLE_PXN, PTE_RDONLY, PTE_RDONLY | PTE_PXN },
	};
	pteval_t *table = table_entry(), old = *table;

	insist_eq(old & PTE_TYPE_MASK, PTE_TYPE_TABLE);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (int access = READ; access < ACCESSES; access++)
			for (int user = 0; user < 2; user++) {
				fill_page();
				set_page(rows[i].page);
				WRITE_ONCE(*table, old | rows[i].table);
				flush_tlb_all();
				check_access(rows[i].page | rows[i].table, rows[i].effective, user,
					     access);
				WRITE_ONCE(*table, old);
				flush_tlb_all();
			}
}

CASE(levels, "a block of 2 MiB that is invalid or forbids faults with level 2")
{
	pteval_t *table = table_entry(), old = *table;
	u64 block = virt_to_phys(mmu_idmap) & ~0x1fffffull;

	WRITE_ONCE(*table, 0);
	flush_tlb_all();
	expect(faults(false, READ));
	expect_fault(READ, FSR_TRANSLATION | 2);
	WRITE_ONCE(*table, block | NORMAL | PTE_AF | PTE_RDONLY | PTE_UXN | PTE_TYPE_BLOCK);
	flush_tlb_all();
	expect(!faults(false, READ));
	expect(faults(false, WRITE));
	expect_fault(WRITE, FSR_PERMISSION | 2);
	expect(faults(false, EXECUTE));
	expect_fault(EXECUTE, FSR_PERMISSION | 2);
	WRITE_ONCE(*table, block | NORMAL | PTE_TYPE_BLOCK);
	flush_tlb_all();
	expect(faults(false, READ));
	expect_fault(READ, FSR_ACCESS | 2);
	WRITE_ONCE(*table, old);
	flush_tlb_all();
}

CASE(reserved, "the descriptor type 0b01 is invalid at level 3, and 0b00 and 0b10 at any")
{
	pteval_t *table = table_entry(), old = *table;
	pteval_t *entry = get_page_entry(mmu_idmap, (uintptr_t)page), valid = *entry;

	fill_page();
	for (pteval_t type = 0; type < 3; type++) {
		WRITE_ONCE(*entry, (valid & ~PTE_TYPE_MASK) | type);
		flush_tlb_page((uintptr_t)page);
		expect_msg(faults(false, READ), "level 3, type %" PRIu64, type);
		expect_fault(READ, FSR_TRANSLATION | 3);
	}
	WRITE_ONCE(*entry, valid);
	WRITE_ONCE(*table, (old & ~PTE_TYPE_MASK) | 2);
	flush_tlb_all();
	expect_msg(faults(false, READ), "level 2, type 2");
	expect_fault(READ, FSR_TRANSLATION | 2);
	WRITE_ONCE(*table, old);
	flush_tlb_all();
}

/* ---- SCTLR ---- */

static void set_sctlr(unsigned long value)
{
	write_sysreg(value, sctlr_el1);
	isb();
	flush_tlb_all();
}

/*
 * The stack is writable and not executed; the code is read-only: both bits are harmless to
 * ourselves.
 */
CASE(wxn,
     "SCTLR.WXN: what is writable is not executable; UWXN: what PL0 can write is not executable "
     "at PL1")
{
	static const struct {
		unsigned long bit;
		pteval_t prot;
		bool pl1, user;		/* may execute */
	} rows[] = {
		{ 0, 0, true, false },
		{ 0, PTE_USER, true, true },
		{ SCTLR_EL1_WXN, 0, false, false },
		{ SCTLR_EL1_WXN, PTE_RDONLY, true, false },
		{ SCTLR_EL1_WXN, PTE_USER, false, false },
		{ SCTLR_EL1_WXN, PTE_USER | PTE_RDONLY, true, true },
		{ SCTLR_UWXN, 0, true, false },
		{ SCTLR_UWXN, PTE_USER, false, true },
		{ SCTLR_UWXN, PTE_USER | PTE_RDONLY, true, true },
	};
	unsigned long sctlr = read_sysreg(sctlr_el1);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (int user = 0; user < 2; user++) {
			bool may = user ? rows[i].user : rows[i].pl1, fault;

			fill_page();
			set_page(rows[i].prot);
			set_sctlr(sctlr | rows[i].bit);
			fault = faults(user, EXECUTE);
			set_sctlr(sctlr);
			expect_eq_msg(fault, !may, "row %zu, PL%d", i, !user);
			if (fault && !may)
				expect_fault(EXECUTE, FSR_PERMISSION | 3);
		}
}

/* ---- address translation operations ---- */

#define PAR_F		1ull
#define PAR_LPAE	(1ull << 11)
#define PAR_ADDRESS	0xfffffff000ull
#define PAR_SH		(3ull << 7)
#define PAR_ATTR(par)	((unsigned int)((par) >> 56))

static u64 translate(int operation, void *virt)
{
	switch (operation) {
	case 0:
		write_sysreg((unsigned long)virt, ATS1CPR);
		break;
	case 1:
		write_sysreg((unsigned long)virt, ATS1CPW);
		break;
	case 2:
		write_sysreg((unsigned long)virt, ATS1CUR);
		break;
	default:
		write_sysreg((unsigned long)virt, ATS1CUW);
	}
	isb();
	return read_sysreg(PAR);
}

CASE(translation,
     "ATS1CPR, ATS1CPW, ATS1CUR and ATS1CUW: the address, or the fault with its level, and "
     "nothing is raised")
{
	static const pteval_t prots[] = { 0, PTE_USER, PTE_RDONLY, PTE_USER | PTE_RDONLY };
	u64 phys = virt_to_pte_phys(mmu_idmap, page);

	for (size_t i = 0; i < ARRAY_SIZE(prots); i++) {
		set_page(prots[i]);
		for (int op = 0; op < 4; op++) {
			bool may = allowed(prots[i], op & 2, op & 1 ? WRITE : READ);
			u64 par = translate(op, page + 0x123);

			expect_eq_msg(par & PAR_F, !may, "operation %d, AP %zu", op, i);
			expect_eq(par & PAR_LPAE, PAR_LPAE);
			if (!may) {
				expect_eq(par, PAR_LPAE | PAR_F | (FSR_PERMISSION | 3) << 1);
			} else if (!(par & PAR_F)) {
				expect_eq(par & PAR_ADDRESS, phys);
				expect_eq(PAR_ATTR(par), 0xff);
				expect_eq(par & PAR_SH, PAR_SH);	/* inner shareable */
			}
		}
	}
	WRITE_ONCE(*get_page_entry(mmu_idmap, (uintptr_t)page), 0);
	flush_tlb_page((uintptr_t)page);
	expect_eq(translate(0, page), PAR_LPAE | PAR_F | (FSR_TRANSLATION | 3) << 1);
	install_page_prot(mmu_idmap, phys, (uintptr_t)page, NORMAL);
}

/* ---- several CPUs ---- */

static u32 seen[NR_CPUS];

static void look(void *unused)
{
	(void)unused;
	seen[arch_cpu_id()] = faults(false, READ) ? 0xfa : page[8];
}

CASE(every_cpu, "an entry that is changed and invalidated (TLBIMVAAIS) is seen by every CPU")
{
	u64 first, second;

	require(nr_cpus > 1);
	fill_page();
	first = virt_to_pte_phys(mmu_idmap, page);
	second = virt_to_phys(alloc_page());
	for (int round = 0; round < 20; round++) {
		on_cpus(look, NULL);
		for (int cpu = 0; cpu < nr_cpus; cpu++)
			expect_eq_msg(seen[cpu], VALUE, "CPU %d", cpu);
		install_page_prot(mmu_idmap, second, (uintptr_t)page, NORMAL);
		on_cpus(look, NULL);
		for (int cpu = 0; cpu < nr_cpus; cpu++)
			expect_eq_msg(seen[cpu], 0, "CPU %d, the other page", cpu);
		arch_unmap_page(mmu_idmap, page);
		on_cpus(look, NULL);
		for (int cpu = 0; cpu < nr_cpus; cpu++)
			expect_eq_msg(seen[cpu], 0xfa, "CPU %d, unmapped", cpu);
		install_page_prot(mmu_idmap, first, (uintptr_t)page, NORMAL);
	}
}

CASE(off, "with the MMU off addresses are physical, and nothing is protected")
{
	u64 phys = virt_to_pte_phys(mmu_idmap, page);
	u32 value;

	fill_page();
	require(phys < LINEAR_LIMIT);
	set_page(PTE_RDONLY);
	dcache_clean_inval_poc((unsigned long)phys, (unsigned long)phys + 64);
	local_irq_disable();
	write_sysreg(read_sysreg(sctlr_el1) & ~SCTLR_EL1_M, sctlr_el1);
	isb();
	value = *(volatile u8 *)(uintptr_t)(phys + 8);
	write_sysreg(read_sysreg(sctlr_el1) | SCTLR_EL1_M, sctlr_el1);
	isb();
	expect_eq(value, VALUE);
}
