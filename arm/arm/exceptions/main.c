/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exceptions: what software can raise at PL1 with 32 bits, with all that is saved compared: vector,
 * return address, SPSR, DFSR and DFAR or IFSR and IFAR (ARMv7 ARM, DDI 0406: B1.8.3 to B1.9 for
 * what is saved, B3.13 for the fault registers, A3.2 for alignment). PL0: user.c. The state that an
 * exception is entered with: modes/; what is mapped how: mmu.c.
 */
#include "case.h"
#include "alloc_page.h"
#include "exceptions-test.h"
#include "vmalloc.h"

u32 here, before;

void expect_exception(enum vector vector, u32 lr_offset)
{
	const struct exception_record *e = exception_record();

	insist(e->raised);
	expect_eq(e->vector, vector);
	expect_eq(e->pc, here);
	expect_eq(e->lr, here + lr_offset);
	expect_eq(e->spsr, before);
}

void expect_data_abort(u32 status, const void *address)
{
	expect_exception(EXCPTN_DABT, 8);
	expect_eq(exception_record()->fsr, FSR_LPAE | status);
	expect_eq(exception_record()->far, (u32)address);
}

void case_setup(void)
{
	setup_vm();
}

CASE(undefined, "UDF: LR is behind the instruction, SPSR the CPSR before")
{
	raise(".inst 0xe7f123f4", "r" (0));		/* udf #0x1234 */
	expect_exception(EXCPTN_UND, 4);
}

CASE(coprocessor, "a coprocessor that is not there is undefined")
{
	raise("mrc p2, 0, r0, c0, c0", "r" (0));
	expect_exception(EXCPTN_UND, 4);
	raise("mcr p7, 0, r0, c0, c0", "r" (0));
	expect_exception(EXCPTN_UND, 4);
}

CASE(higher_level, "registers of HYP mode are undefined in SVC mode, as is the return from it")
{
	raise("mrc p15, 4, r0, c1, c1, 0", "r" (0));	/* HCR */
	expect_exception(EXCPTN_UND, 4);
	raise("mcr p15, 4, r0, c12, c0, 0", "r" (0));	/* HVBAR */
	expect_exception(EXCPTN_UND, 4);
}

CASE(svc, "SVC: LR is behind the instruction; SP is not changed")
{
	u32 sp;

	asm volatile("mov %0, sp" : "=r" (sp));
	raise("svc #0x1234", "r" (0));
	expect_exception(EXCPTN_SVC, 4);
	expect_eq(exception_record()->sp, sp);
}

static void conditions_fail(void *unused)
{
	(void)unused;
	asm volatile("cmp r0, r0\n\tsvcne #0\n\tmovs r0, #4\n\tldreq r0, [r0]\n\tbkpt #0"
		     : : : "r0", "memory", "lr", "cc");
}

CASE(condition,
     "an SVC and a load whose condition fails do nothing; an SVC whose condition holds is taken")
{
	const struct exception_record *e = exception_record();

	/* Nothing comes before the BKPT, which has no condition. */
	insist(catch_exception(conditions_fail, NULL));
	expect_eq(e->vector, EXCPTN_PABT);
	expect_eq(e->fsr, FSR_LPAE | FSR_DEBUG);
	exception_record()->raised = false;
	asm volatile("cmp r0, r0\n1: svceq #7\n2:\n\t" __ASM_EX_ENTRY("1b", "2b", EX_TRY)
		     : : : "memory", "lr", "cc");
	expect(e->raised);
	expect_eq(e->vector, EXCPTN_SVC);
	expect_eq(e->spsr & PSR_Z_BIT, PSR_Z_BIT);
}

CASE(breakpoint, "BKPT is a prefetch abort with the status of a debug event")
{
	raise("bkpt #0x1234", "r" (0));
	expect_exception(EXCPTN_PABT, 4);
	expect_eq(exception_record()->fsr, FSR_LPAE | FSR_DEBUG);
}

CASE(flags, "SPSR has flags, Q and GE of the interrupted code, and the return restores them")
{
	static const u32 flags[] = {
		0xa0000000, 0x50000000, 0xf8000000, 0x000f0000, 0x080a0000, 0
	};
	const u32 mask = 0xf80f0000;
	u32 after;

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		exception_record()->raised = false;
		asm volatile("msr cpsr_fs, %1\n1: .inst 0xe7f000f0\n2: mrs %0, cpsr\n\t"
			     __ASM_EX_ENTRY("1b", "2b", EX_TRY)
			     : "=r" (after)
			     : "r" (flags[i])
			     : "memory", "cc");
		insist(exception_record()->raised);
		expect_eq(exception_record()->spsr & mask, flags[i]);
		expect_eq(after & mask, flags[i]);
	}
}

static void run_thumb(void *unused)
{
	(void)unused;
	asm volatile("adr r0, 1f\n\tadd r0, r0, #1\n\tbx r0\n\t"
		     ".thumb\n\t.p2align 2\n1: movs r0, r0\n\t.inst.n 0xde07\n\tnop\n\t"
		     ".p2align 2\n\t.arm\n"
		     : : : "r0", "memory", "cc");
}

CASE(thumb,
     "UDF in T32 state: LR is behind its two bytes, SPSR has T; what the handler runs has not")
{
	const struct exception_record *e = exception_record();

	insist(catch_exception(run_thumb, NULL));
	expect_eq(e->vector, EXCPTN_UND);
	expect_eq(e->lr, e->pc + 2);
	expect_eq(*(const volatile u16 *)(uintptr_t)e->pc, 0xde07);
	expect_eq(e->spsr & (PSR_T_BIT | MODE_MASK), PSR_T_BIT | SVC_MODE);
	expect_eq(current_cpsr() & PSR_T_BIT, 0);
}

/* ---- aborts ---- */

#define LEVEL(fault, level)	((fault) | (level))

CASE(read_unmapped,
     "a load from an invalid page: translation fault of level 3, all of DFAR, not a write")
{
	char *page = own_page(NORMAL);

	change(page, PTE_VALID, 0);
	raise("ldrb r0, [%[p]]", [p] "r" (page + 0x7ab));
	expect_data_abort(LEVEL(FSR_TRANSLATION, 3), page + 0x7ab);
}

CASE(write_unmapped, "a store to an invalid page, of a word and of a pair: the same with WnR")
{
	char *page = own_page(NORMAL);

	change(page, PTE_VALID, 0);
	raise("str r0, [%[p]]", [p] "r" (page + 0xffc));
	expect_data_abort(LEVEL(FSR_TRANSLATION, 3) | FSR_WNR, page + 0xffc);
	raise("strd r0, r1, [%[p]]", [p] "r" (page + 8));
	expect_data_abort(LEVEL(FSR_TRANSLATION, 3) | FSR_WNR, page + 8);
}

CASE(fault_levels, "the level of a translation fault is that of the invalid descriptor")
{
	char *page = own_page(NORMAL), *above = (char *)0xa0000123;

	raise("ldrb r0, [%[p]]", [p] "r" ((char *)((u32)page ^ 1u << PGDIR_BITS(2))));
	expect_data_abort(LEVEL(FSR_TRANSLATION, 2), (char *)((u32)page ^ 1u << PGDIR_BITS(2)));
	require_msg(!*((pteval_t *)mmu_idmap + 2), "the third GiB is used");
	raise("ldrb r0, [%[p]]", [p] "r" (above));
	expect_data_abort(LEVEL(FSR_TRANSLATION, 1), above);
}

CASE(write_read_only,
     "a store to a read-only page: permission fault; the byte stays, and a load works")
{
	char *page = own_page(NORMAL);

	page[5] = 0x5a;
	change(page, 0, PTE_RDONLY);
	raise("strb r0, [%[p]]", [p] "r" (page + 5));
	expect_data_abort(LEVEL(FSR_PERMISSION, 3) | FSR_WNR, page + 5);
	raise("ldrb r0, [%[p]]", [p] "r" (page + 5));
	expect(!exception_record()->raised);
	expect_eq(page[5], 0x5a);
}

CASE(access_flag, "an access through a descriptor without AF faults, and leaves AF as it is")
{
	char *page = own_page(NORMAL);

	change(page, PTE_AF, 0);
	raise("ldrb r0, [%[p]]", [p] "r" (page));
	expect_data_abort(LEVEL(FSR_ACCESS, 3), page);
	raise("strb r0, [%[p]]", [p] "r" (page));
	expect_data_abort(LEVEL(FSR_ACCESS, 3) | FSR_WNR, page);
	expect_eq(*own_page_entry(page) & PTE_AF, 0);
	change(page, 0, PTE_AF);
	raise("ldrb r0, [%[p]]", [p] "r" (page));
	expect(!exception_record()->raised);
}

CASE(cache_operation, "DCCIMVAC of an invalid page: CM and WnR")
{
	char *page = own_page(NORMAL);

	change(page, PTE_VALID, 0);
	raise("mcr p15, 0, %[p], c7, c14, 1", [p] "r" (page + 64));
	expect_data_abort(LEVEL(FSR_TRANSLATION, 3) | FSR_CM | FSR_WNR, page + 64);
}

CASE(base_restored,
     "an abort leaves the base register of a load multiple with write-back as it was")
{
	char *page = alloc_vpages(2);
	u32 base = (u32)page + 0xffc, at, psr;

	/* The second of four words is on a page that is not there. */
	install_page_prot(mmu_idmap, virt_to_phys(alloc_page()), (uintptr_t)page, NORMAL);
	install_page_prot(mmu_idmap, virt_to_phys(alloc_page()), (uintptr_t)page + PAGE_SIZE,
			  NORMAL);
	change(page + PAGE_SIZE, PTE_VALID, 0);
	exception_record()->raised = false;
	asm volatile(at_here("ldmia %[base]!, {r0-r3}")
		     : [at] "=&r" (at), [psr] "=&r" (psr), [here] "=m" (here),
		       [before] "=m" (before), [base] "+r" (base)
		     :
		     : "memory", "r0", "r1", "r2", "r3", "cc");
	expect_data_abort(LEVEL(FSR_TRANSLATION, 3), page + PAGE_SIZE);
	expect_eq(base, (u32)page + 0xffc);
}

CASE(alignment, "an odd load faults with SCTLR.A, and works else")
{
	char *page = own_page(NORMAL);
	u32 sctlr = read_sysreg(sctlr_el1);

	raise("ldr r0, [%[p]]", [p] "r" (page + 1));
	expect(!exception_record()->raised);
	write_sysreg(sctlr | SCTLR_EL1_A, sctlr_el1);
	isb();
	raise("ldr r0, [%[p]]", [p] "r" (page + 1));
	write_sysreg(sctlr, sctlr_el1);
	isb();
	expect_data_abort(FSR_ALIGNMENT, page + 1);
}

CASE(alignment_always,
     "LDM, LDRD and STM that are no multiple of 4, and exclusive ones of their size, fault "
     "without SCTLR.A too")
{
	char *page = own_page(NORMAL);

	raise("ldmia %[p], {r0, r1}", [p] "r" (page + 2));
	expect_data_abort(FSR_ALIGNMENT, page + 2);
	raise("stmia %[p], {r0, r1}", [p] "r" (page + 2));
	expect_data_abort(FSR_ALIGNMENT | FSR_WNR, page + 2);
	raise("ldrd r0, r1, [%[p]]", [p] "r" (page + 2));
	expect_data_abort(FSR_ALIGNMENT, page + 2);
	raise("ldrexd r0, r1, [%[p]]", [p] "r" (page + 4));
	expect_data_abort(FSR_ALIGNMENT, page + 4);
	raise("ldrd r0, r1, [%[p]]", [p] "r" (page + 4));
	expect(!exception_record()->raised);
}

CASE(exclusive_alignment, "the alignment fault of an exclusive load is a read's")
{
	char *page = own_page(NORMAL);

	raise("ldrex r0, [%[p]]", [p] "r" (page + 2));
	expect_data_abort(FSR_ALIGNMENT, page + 2);
}

CASE(device_alignment,
     "an odd load from Device memory is an alignment fault (with the Virtualization Extensions: "
     "A3.2.2)")
{
	char *page = own_page(PTE_ATTRINDX(MT_DEVICE_nGnRE) | PTE_UXN | PTE_PXN);

	raise("ldr r0, [%[p]]", [p] "r" (page + 2));
	expect_data_abort(FSR_ALIGNMENT, page + 2);
	raise("ldr r0, [%[p]]", [p] "r" (page + 4));
	expect(!exception_record()->raised);
}
