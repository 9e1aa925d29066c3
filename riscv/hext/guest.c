/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's memory and its way in and out: see guest.h. G-stage tables: Privileged Architecture,
 * section 8.5.1.
 */
#include "alloc_page.h"
#include "asm/io.h"
#include "asm/mmu.h"
#include "asm/setup.h"
#include "guest.h"
#include "riscv/platform.h"

#define RAM		0x80000000ul
#define ROOT_ORDER	2		/* a root has four pages, aligned to their size */

_Static_assert(offsetof(struct guest, host) == GUEST_HOST, "guest.h");
_Static_assert(offsetof(struct guest, stvec) == GUEST_STVEC, "guest.h");

struct guest guest;
static pteval_t *root;
static int levels;

unsigned int guest_address_bits(void)
{
	return PAGE_SHIFT + 9 * levels + 2;
}

pteval_t *guest_map(u64 gpa, phys_addr_t phys, pteval_t flags, int level)
{
	pteval_t *table = root;

	for (int l = levels;; l--) {
		unsigned int bits = l == levels ? 11 : 9;
		pteval_t *e = &table[gpa >> (PAGE_SHIFT + 9 * (l - 1)) & ((1ul << bits) - 1)];

		if (l == level) {
			WRITE_ONCE(*e, flags ? phys >> PAGE_SHIFT << PTE_PPN_SHIFT | flags : 0);
			local_hfence_all();
			return e;
		}
		if (!*e)
			*e = virt_to_pfn(alloc_page()) << PTE_PPN_SHIFT | _PAGE_PRESENT;
		table = phys_to_virt((*e & PTE_PPN) >> PTE_PPN_SHIFT << PAGE_SHIFT);
	}
}

bool guest_memory_init(unsigned int mode)
{
	if (!root)
		root = alloc_pages(ROOT_ORDER);
	memset(root, 0, PAGE_SIZE << ROOT_ORDER);
	levels = mmu_levels(mode);
	csr_write(CSR_HGATP, (ulong)mode << HGATP_MODE_SHIFT | virt_to_pfn(root));
	if (csr_read(CSR_HGATP) >> HGATP_MODE_SHIFT != mode)
		return false;
	guest_map(RAM, RAM, GPTE_FLAGS, 3);
	return true;
}

void guest_reset(void)
{
	csr_write(CSR_HEDELEG, 0);
	csr_write(CSR_HIDELEG, 0);
	csr_write(CSR_HIE, 0);
	csr_write(CSR_HVIP, 0);
	/* The guest's timer, where Sstc gives it one: its interrupt is another way to VSTIP. */
	trap_try_in("csrw " xstr(CSR_VSTIMECMP) ", %0", "r" (~0ul));
	csr_write(CSR_HCOUNTEREN, ~0ul);
	csr_write(CSR_HTIMEDELTA, 0);
	csr_write(CSR_VSATP, 0);
	csr_write(CSR_VSIE, 0);
	csr_write(CSR_VSSTATUS, 0);
	csr_write(CSR_VSTVEC, 0);
	csr_write(CSR_VSCAUSE, 0);
	csr_write(CSR_VSEPC, 0);
	csr_write(CSR_HSTATUS, HSTATUS_VSXL_64);
	memset(&guest, 0, sizeof(guest));
	local_hfence_all();
}

const struct guest *guest_run(const void *pc, ulong a0, bool user, ulong hstatus)
{
	const ulong before = csr_read(CSR_SSTATUS);

	local_irq_disable();
	guest.x[10] = a0;
	csr_set(CSR_HSTATUS, hstatus | HSTATUS_SPV);
	csr_write(CSR_SEPC, (ulong)pc);
	csr_clear(CSR_SSTATUS, SR_SPP | SR_SPIE);
	csr_set(CSR_SSTATUS, user ? 0 : SR_SPP);
	guest_enter(&guest);
	guest.cause = csr_read(CSR_SCAUSE);
	if (guest.cause != EXC_VIRTUAL_SUPERVISOR_SYSCALL)
		platform.firmware_spoke = true;		/* see arch_console_write() */
	guest.epc = csr_read(CSR_SEPC);
	guest.tval = csr_read(CSR_STVAL);
	guest.htval = csr_read(CSR_HTVAL);
	guest.htinst = csr_read(CSR_HTINST);
	guest.hstatus = csr_read(CSR_HSTATUS);
	guest.status = csr_read(CSR_SSTATUS);
	csr_clear(CSR_HSTATUS, hstatus | HSTATUS_SPV);
	csr_write(CSR_SSTATUS, before);
	return &guest;
}
