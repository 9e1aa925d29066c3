/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two-stage translation (Privileged Architecture 20211203, sections 8.5 and 8.6): permissions of
 * the G-stage for every kind of access, what is reserved, page faults of the guest's own tables;
 * stval, htval, htinst, GVA of each compared in whole.
 */
#include "case.h"
#include "alloc_page.h"
#include "asm/io.h"
#include "asm/mmu.h"
#include "asm/processor.h"
#include "guest.h"

#define GPA		0xc0000000ul	/* nothing else is mapped near it */
#define OFFSET		0x128ul
#define WORD		0x0123456789abcdeful
#define R		(GPTE_FLAGS & ~(_PAGE_WRITE | _PAGE_EXEC))
#define RW		(GPTE_FLAGS & ~_PAGE_EXEC)
#define X		(GPTE_FLAGS & ~(_PAGE_READ | _PAGE_WRITE))

/* An AMO has cases of its own, since emulators differ there: the loops end before it. */
enum access { LOAD, STORE, FETCH, AMO };
static const char *const names[] = { "load", "store", "fetch", "amo" };
static const ulong guest_fault[] = {
	EXC_LOAD_GUEST_PAGE_FAULT,
	EXC_STORE_GUEST_PAGE_FAULT,
	EXC_INST_GUEST_PAGE_FAULT,
	EXC_STORE_GUEST_PAGE_FAULT,
};
static const ulong page_fault[] = {
	EXC_LOAD_PAGE_FAULT, EXC_STORE_PAGE_FAULT, EXC_INST_PAGE_FAULT, EXC_STORE_PAGE_FAULT,
};

extern const u32 g_access[];
__asm__(".pushsection .text, \"ax\", %progbits\n.p2align 2\n"
	"g_access:	.4byte 0x00053583, 0x00000073\n"	/* ld a1, 0(a0); ecall */
	"	.4byte 0x00b53023, 0x00000073\n"		/* sd a1, 0(a0) */
	"	.4byte 0x00050067, 0x00000073\n"		/* jr a0 */
	"	.4byte 0x00b535af, 0x00000073\n"		/* amoadd.d a1, a1, (a0) */
	".popsection\n");

/*
 * htinst of an access to where a0 points, if it is not 0: section 8.6.3. The offset is gone, rs1 is
 * the distance of the fault from the address, which is 0; a fetch has none.
 */
static const ulong transformed[] = { 0x00003583, 0x00b03023, 0, 0x00b035af };

static u8 *page;

static void begin(unsigned int mode)
{
	guest_reset();
	require_msg(guest_memory_init(mode), "hgatp does not take mode %u", mode);
	if (!page)
		page = alloc_page();
	*(u32 *)(page + OFFSET) = 0x00000073;	/* ECALL; as data it is as good as any */
	*(u32 *)(page + OFFSET + 4) = 0;
	local_flush_icache();
}

static const struct guest *access(enum access a, u64 address, bool user)
{
	guest.x[11] = WORD;
	return guest_run(&g_access[a * 2], address, user, 0);
}

static void expect_guest_fault(enum access a, u64 address, u64 gpa, bool user, const char *what)
{
	access(a, address, user);
	expect_eq_msg(guest.cause, guest_fault[a], "%s, %s: cause", what, names[a]);
	expect_eq_msg(guest.tval, address, "%s, %s: stval", what, names[a]);
	expect_eq_msg(guest.htval, guest.htval ? gpa >> 2 : 0, "%s, %s: htval", what, names[a]);
	expect_eq_msg(guest.htinst, guest.htinst ? transformed[a] : 0, "%s, %s: htinst", what,
		      names[a]);
	expect_eq_msg(guest.epc, a == FETCH ? address : (ulong)&g_access[a * 2], "%s, %s: sepc",
		      what, names[a]);
	expect_eq_msg(guest.hstatus & (HSTATUS_GVA | HSTATUS_SPV | HSTATUS_SPVP),
		      HSTATUS_GVA | HSTATUS_SPV | (user ? 0 : HSTATUS_SPVP), "%s, %s: hstatus",
		      what, names[a]);
	expect_eq_msg(guest.status & SR_SPP, user ? 0 : SR_SPP, "%s, %s: SPP", what, names[a]);
	expect_eq_msg(guest.x[11], WORD, "%s, %s: a1", what, names[a]);
}

static void expect_allowed(enum access a, u64 address, bool user, const char *what)
{
	access(a, address, user);
	expect_eq_msg(guest.cause, user ? EXC_SYSCALL : EXC_VIRTUAL_SUPERVISOR_SYSCALL, "%s, %s",
		      what, names[a]);
}

/* Section 8.5.1: the G-stage sees every access as one of user mode; U must be set. */
static void check(pteval_t flags, enum access first, enum access last, const char *what)
{
	const bool allowed[] = {
		flags & _PAGE_READ, flags & _PAGE_WRITE, flags & _PAGE_EXEC, flags & _PAGE_WRITE,
	};

	guest_map(GPA, virt_to_phys(page), flags, 1);
	for (int user = 0; user < 2; user++)
		for (enum access a = first; a <= last; a++) {
			*(u64 *)(page + OFFSET) = 0x00000073;
			local_flush_icache();
			if (allowed[a] && (flags & _PAGE_USER) && (flags & _PAGE_PRESENT))
				expect_allowed(a, GPA + OFFSET, user, what);
			else
				expect_guest_fault(a, GPA + OFFSET, GPA + OFFSET, user, what);
		}
}

static void check_all(unsigned int mode, enum access first, enum access last)
{
	begin(mode);
	check(0, first, last, "not mapped");
	check(GPTE_FLAGS & ~_PAGE_PRESENT, first, last, "without V");
	check(R, first, last, "r");
	check(RW, first, last, "rw");
	check(X, first, last, "x");
	check(GPTE_FLAGS, first, last, "rwx");
	check(GPTE_FLAGS & ~_PAGE_USER, first, last, "without U");
	guest_map(GPA, 0, 0, 1);
}

CASE(permissions_sv39x4,
     "permissions of the G-stage, for every access from VS-mode and VU-mode: Sv39x4")
{
	check_all(SATP_MODE_SV39, LOAD, FETCH);
}

CASE(permissions_sv48x4, "Sv48x4")
{
	check_all(SATP_MODE_SV48, LOAD, FETCH);
}

CASE(permissions_sv57x4, "Sv57x4")
{
	check_all(SATP_MODE_SV57, LOAD, FETCH);
}

CASE(permissions_amo, "an atomic operation's faults are a store's")
{
	check_all(SATP_MODE_SV39, AMO, AMO);
}

static void check_invalid(pteval_t flags, phys_addr_t phys, int level, const char *what)
{
	guest_map(GPA, phys, flags, level);
	for (enum access a = 0; a < AMO; a++)
		expect_guest_fault(a, GPA + OFFSET, GPA + OFFSET, false, what);
	guest_map(GPA, 0, 0, level);
}

CASE(reserved, "reserved entries of the G-stage are guest-page faults: write without read, high "
	       "bits, a pointer in the "
	       "last table, a large page that is not aligned")
{
	begin(SATP_MODE_SV39);
	check_invalid(GPTE_FLAGS & ~(_PAGE_READ | _PAGE_EXEC), virt_to_phys(page), 1, "w");
	check_invalid(GPTE_FLAGS & ~_PAGE_READ, virt_to_phys(page), 1, "wx");
	for (int bit = 54; bit <= 60; bit++)
		check_invalid(GPTE_FLAGS | 1ul << bit, virt_to_phys(page), 1, "a reserved bit");
	check_invalid(_PAGE_PRESENT, virt_to_phys(page), 1, "a pointer");
	check_invalid(GPTE_FLAGS, ALIGN_DOWN(virt_to_phys(page), SZ_1G) | PAGE_SIZE, 3,
		      "misaligned");
}

/* Section 8.5.1: with vsatp bare, an address beyond the width of the mode. */
CASE(too_wide, "a guest-physical address with a bit beyond the mode's width is a guest-page fault")
{
	for (unsigned int mode = SATP_MODE_SV39; mode <= SATP_MODE_SV57; mode++) {
		guest_reset();
		if (!guest_memory_init(mode))
			continue;
		guest_map(GPA, virt_to_phys(page ? page : (page = alloc_page())), GPTE_FLAGS, 1);
		expect_allowed(LOAD, GPA + OFFSET, false, "within");
		for (unsigned int bit = guest_address_bits(); bit < 64; bit++)
			for (enum access a = LOAD; a < FETCH; a++)
				expect_guest_fault(a, (GPA + OFFSET) ^ 1ul << bit,
						   (GPA + OFFSET) ^ 1ul << bit, false, "beyond");
	}
	guest_memory_init(SATP_MODE_SV39);
}

CASE(widest, "the two bits that a guest-physical address has more than a virtual one select "
	     "entries of the root")
{
	u64 high = 3ul << 39 | GPA;

	begin(SATP_MODE_SV39);
	guest_map(high, virt_to_phys(page), GPTE_FLAGS, 1);
	*(volatile u64 *)(page + OFFSET) = WORD;
	expect_allowed(LOAD, high + OFFSET, false, "the last quarter");
	expect_eq(guest.x[11], WORD);
	expect_guest_fault(LOAD, GPA + OFFSET, GPA + OFFSET, false, "the first quarter");
}

/* Section 8.5.1 and 4.3.1: a fault, and nothing changed; or the bit is set. */
static void check_accessed(enum access a, pteval_t before, pteval_t set)
{
	pteval_t *e = guest_map(GPA, virt_to_phys(page), before, 1), was = *e;

	*(u64 *)(page + OFFSET) = 0x00000073;
	local_flush_icache();
	access(a, GPA + OFFSET, false);
	if (guest.cause == EXC_VIRTUAL_SUPERVISOR_SYSCALL) {
		expect_eq_msg(*e, was | set, "%s", names[a]);
	} else {
		expect_eq_msg(guest.cause, guest_fault[a], "%s", names[a]);
		expect_eq_msg(*e, was, "%s", names[a]);
	}
}

CASE(accessed_dirty, "A and D of the G-stage are set, or their absence is a guest-page fault")
{
	begin(SATP_MODE_SV39);
	for (enum access a = 0; a < AMO; a++) {
		pteval_t dirty = a == STORE ? _PAGE_DIRTY : 0;

		check_accessed(a, GPTE_FLAGS & ~(_PAGE_ACCESSED | _PAGE_DIRTY),
			       _PAGE_ACCESSED | dirty);
		check_accessed(a, GPTE_FLAGS & ~_PAGE_DIRTY, dirty);
	}
	guest_map(GPA, 0, 0, 1);
}

/* ---- two stages ---- */

#define VIRT		(5ul << 30)	/* the guest's own address of GPA; its code is one to one */

static pteval_t *tables[3];		/* the guest's root, and below it those of VIRT */

static pteval_t vs_entry(u64 gpa, pteval_t flags)
{
	return gpa >> PAGE_SHIFT << PTE_PPN_SHIFT | flags;
}

/* The last table is at the guest-physical address table, the others one to one. */
static pteval_t *two_stages(u64 table)
{
	begin(SATP_MODE_SV39);
	for (int i = 0; i < 3; i++) {
		if (!tables[i])
			tables[i] = alloc_page();
		memset(tables[i], 0, PAGE_SIZE);
	}
	tables[0][2] = vs_entry(0x80000000, GPTE_FLAGS & ~_PAGE_USER);
	tables[0][VIRT >> 30] = vs_entry(virt_to_phys(tables[1]), _PAGE_PRESENT);
	tables[1][0] = vs_entry(table ? table : virt_to_phys(tables[2]), _PAGE_PRESENT);
	tables[2][0] = vs_entry(GPA, GPTE_FLAGS & ~_PAGE_USER);
	csr_write(CSR_VSATP, (ulong)SATP_MODE_SV39 << SATP_MODE_SHIFT | virt_to_pfn(tables[0]));
	guest_map(GPA, virt_to_phys(page), GPTE_FLAGS, 1);
	return tables[2];
}

CASE(both_stages, "an access goes through both stages")
{
	two_stages(0);
	*(volatile u64 *)(page + OFFSET) = WORD;
	expect_allowed(LOAD, VIRT + OFFSET, false, "both");
	expect_eq(guest.x[11], WORD);
	expect_allowed(STORE, VIRT + OFFSET + 8, false, "both");
	expect_eq(*(volatile u64 *)(page + OFFSET + 8), WORD);
	guest_reset();
}

CASE(second_stage_fault, "a fault of the G-stage at the end: stval is the guest's virtual address, "
			 "htval the physical one")
{
	two_stages(0);
	guest_map(GPA, 0, 0, 1);
	for (enum access a = 0; a < AMO; a++)
		expect_guest_fault(a, VIRT + OFFSET, GPA + OFFSET, false, "not mapped");
	guest_map(GPA, virt_to_phys(page), R, 1);
	expect_allowed(LOAD, VIRT + OFFSET, false, "r");
	expect_guest_fault(STORE, VIRT + OFFSET, GPA + OFFSET, false, "r");
	guest_reset();
}

CASE(execute_readable, "vsstatus.MXR makes what is executable readable in the first stage only, "
		       "sstatus.MXR in both (section 8.5)")
{
	two_stages(0)[0] = vs_entry(GPA, X & ~_PAGE_USER);
	local_hfence_all();
	access(LOAD, VIRT + OFFSET, false);
	expect_eq(guest.cause, EXC_LOAD_PAGE_FAULT);
	expect_eq(guest.tval, VIRT + OFFSET);
	csr_write(CSR_VSSTATUS, SR_MXR);
	local_hfence_all();
	expect_allowed(LOAD, VIRT + OFFSET, false, "x, rwx, vsstatus.MXR");
	guest_map(GPA, virt_to_phys(page), X, 1);
	expect_guest_fault(LOAD, VIRT + OFFSET, GPA + OFFSET, false, "x, x, vsstatus.MXR");
	csr_write(CSR_VSSTATUS, 0);
	csr_set(CSR_SSTATUS, SR_MXR);
	local_hfence_all();
	expect_allowed(LOAD, VIRT + OFFSET, false, "x, x, sstatus.MXR");
	csr_clear(CSR_SSTATUS, SR_MXR);
	local_hfence_all();
	guest_reset();
}

CASE(first_stage_fault, "a fault of the guest's own tables is a page fault, htval 0")
{
	two_stages(0)[0] = 0;
	local_hfence_all();
	for (enum access a = 0; a < AMO; a++) {
		access(a, VIRT + OFFSET, false);
		expect_eq_msg(guest.cause, page_fault[a], "%s", names[a]);
		expect_eq_msg(guest.tval, VIRT + OFFSET, "%s", names[a]);
		expect_eq_msg(guest.htval, 0, "%s", names[a]);
		expect_eq_msg(guest.hstatus & (HSTATUS_GVA | HSTATUS_SPV | HSTATUS_SPVP),
			      HSTATUS_GVA | HSTATUS_SPV | HSTATUS_SPVP, "%s", names[a]);
	}
	guest_reset();
}

CASE(two_stage_amo, "an atomic operation's faults of each stage are a store's")
{
	two_stages(0);
	guest_map(GPA, 0, 0, 1);
	expect_guest_fault(AMO, VIRT + OFFSET, GPA + OFFSET, false, "the second");
	two_stages(0)[0] = 0;
	local_hfence_all();
	access(AMO, VIRT + OFFSET, false);
	expect_eq(guest.cause, EXC_STORE_PAGE_FAULT);
	expect_eq(guest.tval, VIRT + OFFSET);
	expect_eq(guest.htval, 0);
	guest_reset();
}

/* Table 8.12: an htval that is not 0 must come with the pseudoinstruction of the walk. */
CASE(walk_fault, "a guest-page fault in the walk of the guest's tables: the original access' "
		 "cause, htval where the entry "
		 "is, htinst a read of 64 bits")
{
	const u64 table = 0xc8000000;

	for (enum access a = 0; a < AMO; a++) {
		two_stages(table);
		access(a, VIRT + OFFSET, false);
		expect_eq_msg(guest.cause, guest_fault[a], "%s", names[a]);
		expect_eq_msg(guest.tval, VIRT + OFFSET, "%s", names[a]);
		expect_eq_msg(guest.htval, guest.htval ? table >> 2 : 0, "%s", names[a]);
		expect_eq_msg(guest.htinst, guest.htval ? HTINST_WALK_READ : 0, "%s", names[a]);
		expect_eq_msg(guest.hstatus & HSTATUS_GVA, HSTATUS_GVA, "%s", names[a]);
	}
	guest_reset();
}

CASE(walk_not_writable, "the guest's tables need not be writable for what only reads them")
{
	const u64 table = 0xc8000000;

	two_stages(table);
	guest_map(table, virt_to_phys(tables[2]), R, 1);
	*(volatile u64 *)(page + OFFSET) = WORD;
	expect_allowed(LOAD, VIRT + OFFSET, false, "read-only tables");
	expect_eq(guest.x[11], WORD);
	guest_map(table, 0, 0, 1);
	guest_reset();
}

CASE(delegated_fault, "a delegated page fault goes to the guest; a guest-page fault never does")
{
	two_stages(0)[0] = 0;
	csr_write(CSR_HEDELEG, ~0ul);
	csr_write(CSR_VSTVEC, (ulong)&g_access[1]);
	local_hfence_all();
	access(LOAD, VIRT + OFFSET, false);
	expect_eq(guest.cause, EXC_VIRTUAL_SUPERVISOR_SYSCALL);
	expect_eq(guest.epc, (ulong)&g_access[1]);
	expect_eq(csr_read(CSR_VSCAUSE), EXC_LOAD_PAGE_FAULT);
	expect_eq(csr_read(CSR_VSTVAL), VIRT + OFFSET);
	expect_eq(csr_read(CSR_VSEPC), (ulong)g_access);
	two_stages(0);
	csr_write(CSR_HEDELEG, ~0ul);
	guest_map(GPA, 0, 0, 1);
	expect_guest_fault(LOAD, VIRT + OFFSET, GPA + OFFSET, false, "all is delegated");
	guest_reset();
}
