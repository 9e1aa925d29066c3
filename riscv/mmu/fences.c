/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * satp and address spaces (Privileged Architecture, sections 4.1.11 and 4.2.1), and fences that
 * reach other harts.
 */
#include "case.h"
#include "alloc_page.h"
#include "arch-hooks.h"
#include "on-cpus.h"
#include "asm/processor.h"
#include "asm/sbi.h"
#include "asm/setup.h"
#include "mmu-test.h"

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

/* ---- address spaces ---- */

static void switch_asid(ulong asid)
{
	csr_write(CSR_SATP, (csr_read(CSR_SATP) & ~SATP_ASID) | asid << SATP_ASID_SHIFT);
}

CASE(asid_bits, "the bits of ASID that are there are the lowest ones")
{
	ulong bits;

	switch_asid(0xffff);
	bits = (csr_read(CSR_SATP) & SATP_ASID) >> SATP_ASID_SHIFT;
	switch_asid(0);
	local_flush_tlb_all();
	expect_eq(bits & (bits + 1), 0);
	expect_eq(csr_read(CSR_SATP) & SATP_ASID, 0);
	metric("asid", bits, "highest");
}

CASE(asid_fence,
     "an address space that is fenced by its number sees new entries, and G is beyond it")
{
	u64 *other = alloc_page();
	ulong value = 0;

	*(volatile u64 *)(page + OFFSET) = WORD;
	*(volatile u64 *)((u8 *)other + OFFSET) = ~WORD;
	for (ulong asid = 1; asid < 4; asid++) {
		switch_asid(asid);
		set_entry(pte_of(page, LEAF | RWX));
		expect(!trap_try("ld %0, 0(%1)", "+r" (value), "r" (virt + OFFSET)));
		expect_eq(value, WORD);
		WRITE_ONCE(pte_val(*entry), pte_of(other, LEAF | RWX));
		__asm__ __volatile__("sfence.vma zero, %0" : : "r" (asid) : "memory");
		expect(!trap_try("ld %0, 0(%1)", "+r" (value), "r" (virt + OFFSET)));
		expect_eq(value, ~WORD);
	}
	switch_asid(0);
	local_flush_tlb_all();
	free_page(other);
}
