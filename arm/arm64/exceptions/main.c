/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exceptions: every synchronous exception that software can raise at the library's level (EL1; EL2
 * in exceptions-el2) and EL0, all of ESR, FAR, ELR and SPSR compared (Arm ARM, DDI 0487: D1.3.2
 * for what is saved, D19.2.37 for ESR_EL1, D1.3.5 for alignment). Expected values are whole, bits
 * that must be zero included; the negative of each rule is beside it.
 */
#include "case.h"
#include "alloc_page.h"
#include "vmalloc.h"
#include "asm/el2.h"
#include "exceptions.h"

/* Where the last asm_safe() was to fault: each instruction says its own address. */
static u64 here;
#define at_here(insn)	"adr %[at], 1111f\n\tstr %[at], %[here]\n1111: " insn "\n1112:\n\t" \
			__ASM_EX_ENTRY("1111b", "1112b", EX_TRY)
#define raise(insn, ...) do {								\
	u64 at_;									\
											\
	exception_record()->raised = false;						\
	asm volatile(at_here(insn) : [at] "=&r" (at_), [here] "=m" (here) : __VA_ARGS__ : "memory", "x0", "x1");	\
} while (0)

/* The level of the library, EL1 or EL2, on its own stack pointer. */
#define MODE	(current_level() | PSR_MODE_SPx)

/* What every exception taken from there to there must have in common. */
static void expect_exception(u64 esr, u64 elr)
{
	const struct exception_record *e = exception_record();

	insist(e->raised);
	expect_eq(e->vector, EL1H_SYNC);
	expect_eq(e->esr, esr);
	expect_eq(e->elr, elr);
	expect_eq(e->spsr & (PSR_MODE_MASK | PSR_MODE32_BIT), MODE);
	expect_eq(e->spsr & (PSR_IL_BIT | PSR_SS_BIT), 0);
}

CASE(undefined, "UDF: class 0, no syndrome, ELR at the instruction")
{
	raise("udf #0x1234", "r" (0));
	expect_exception(ESR(ESR_ELx_EC_UNKNOWN, 0), here);
}

CASE(unallocated_register, "an unallocated system register is undefined, read and written")
{
	raise("mrs x0, s3_0_c15_c15_7", "r" (0));
	expect_exception(ESR(ESR_ELx_EC_UNKNOWN, 0), here);
	raise("msr s3_0_c15_c15_7, x0", "r" (0));
	expect_exception(ESR(ESR_ELx_EC_UNKNOWN, 0), here);
}

CASE(higher_level, "registers of EL2 and EL3 are undefined at EL1")
{
	require(!el2_is_host());
	raise("mrs x0, hcr_el2", "r" (0));
	expect_exception(ESR(ESR_ELx_EC_UNKNOWN, 0), here);
	raise("mrs x0, scr_el3", "r" (0));
	expect_exception(ESR(ESR_ELx_EC_UNKNOWN, 0), here);
}

CASE(read_only, "a write to a read-only register is undefined")
{
	raise("msr s3_0_c0_c0_0, x0", "r" (0));		/* MIDR_EL1 */
	expect_exception(ESR(ESR_ELx_EC_UNKNOWN, 0), here);
}

CASE(svc, "SVC: its number in the syndrome, ELR behind the instruction")
{
	const struct exception_record *e = exception_record();
	u64 at;

	exception_record()->raised = false;
	asm volatile("adr %0, 1f\n\tsvc #0x1234\n1:\n\t" __ASM_EX_ENTRY("1b", "1b", EX_TRY) : "=&r" (at) : : "memory");
	insist(e->raised);
	expect_exception(ESR(ESR_ELx_EC_SVC64, 0x1234), at);
	exception_record()->raised = false;
	asm volatile("svc #0xffff\n1:\n\t" __ASM_EX_ENTRY("1b", "1b", EX_TRY) : : : "memory");
	expect_eq(e->esr, ESR(ESR_ELx_EC_SVC64, 0xffff));
}

CASE(brk, "BRK: its number in the syndrome, ELR at the instruction")
{
	raise("brk #0xabcd", "r" (0));
	expect_exception(ESR(ESR_ELx_EC_BRK64, 0xabcd), here);
	raise("brk #0", "r" (0));
	expect_exception(ESR(ESR_ELx_EC_BRK64, 0), here);
}

CASE(fp_off, "an FP instruction with CPACR_EL1.FPEN 0 traps; with 3 it does not")
{
	u64 cpacr = read_sysreg(cpacr_el1);

	write_sysreg(cpacr & ~CPACR_EL1_FPEN, cpacr_el1);
	isb();
	raise(".inst 0x1e604000", "r" (0));		/* fmov d0, d0 */
	write_sysreg(cpacr, cpacr_el1);
	isb();
	expect_exception(ESR(ESR_ELx_EC_FP_ASIMD, 0x1e00000), here);	/* CV, COND 0b1110 */
	raise(".inst 0x1e604000", "r" (0));
	expect(!exception_record()->raised);
}

/* ---- aborts ---- */

/* Translation levels as the architecture counts them: 3 is the page's. */
#define FSC(type, level)	((type) | (level))

void case_setup(void)
{
	setup_vm();
}

void put_ret(char *page)
{
	*(volatile u32 *)page = RET;
	dcache_clean_inval_poc((unsigned long)page, (unsigned long)page + 4);
	asm volatile("ic ialluis; dsb ish; isb" : : : "memory");
}

CASE(read_unmapped, "a load from an invalid page: translation fault, all of FAR, not a write")
{
	char *page = own_page(NORMAL);

	change(page, PTE_VALID, 0);
	raise("ldrb w0, [%[p]]", [p] "r" (page + 0x7ab));
	expect_exception(ESR(ESR_ELx_EC_DABT_CUR, ESR_ELx_FSC_FAULT | LAST_LEVEL), here);
	expect_eq(exception_record()->far, (u64)page + 0x7ab);
}

CASE(write_unmapped, "a store to an invalid page: the same with WnR")
{
	char *page = own_page(NORMAL);

	change(page, PTE_VALID, 0);
	raise("str x0, [%[p]]", [p] "r" (page + 0xff8));
	expect_exception(ESR(ESR_ELx_EC_DABT_CUR, ESR_ELx_FSC_FAULT | LAST_LEVEL | ESR_ELx_WNR), here);
	expect_eq(exception_record()->far, (u64)page + 0xff8);
}

CASE(fault_levels, "the level of a translation fault is that of the invalid descriptor")
{
	/* Of the top table one entry serves all of vmalloc's addresses; the next one is empty. */
	char *page = own_page(NORMAL);
	u64 above = (u64)page ^ 1ull << PGDIR_BITS(PAGE_LEVELS);

	require(PAGE_SHIFT == 12);
	raise("ldrb w0, [%[p]]", [p] "r" (above));
	expect_exception(ESR(ESR_ELx_EC_DABT_CUR, ESR_ELx_FSC_FAULT | 0), here);
	expect_eq(exception_record()->far, above);
	raise("ldrb w0, [%[p]]", [p] "r" ((u64)page ^ 1ull << PGDIR_BITS(3)));
	expect_exception(ESR(ESR_ELx_EC_DABT_CUR, ESR_ELx_FSC_FAULT | 1), here);
	raise("ldrb w0, [%[p]]", [p] "r" ((u64)page ^ 1ull << PGDIR_BITS(2)));
	expect_exception(ESR(ESR_ELx_EC_DABT_CUR, ESR_ELx_FSC_FAULT | 2), here);
}

CASE(not_canonical, "an address with bits above the 48 faults at level 0")
{
	raise("ldrb w0, [%[p]]", [p] "r" (1ul << 52));
	expect_exception(ESR(ESR_ELx_EC_DABT_CUR, ESR_ELx_FSC_FAULT | 0), here);
	expect_eq(exception_record()->far, 1ull << 52);
	raise("ldrb w0, [%[p]]", [p] "r" (~0ul << 32));	/* TTBR1's, whose walks are off (EPD1) */
	expect_exception(ESR(ESR_ELx_EC_DABT_CUR, ESR_ELx_FSC_FAULT | 0), here);
	expect_eq(exception_record()->far, ~0ull << 32);
}

CASE(write_read_only, "a store to a read-only page: permission fault; the byte stays, and a load works")
{
	char *page = own_page(NORMAL);

	page[5] = 0x5a;
	change(page, 0, PTE_RDONLY);
	raise("strb wzr, [%[p]]", [p] "r" (page + 5));
	expect_exception(ESR(ESR_ELx_EC_DABT_CUR, ESR_ELx_FSC_PERM | LAST_LEVEL | ESR_ELx_WNR), here);
	expect_eq(exception_record()->far, (u64)page + 5);
	raise("ldrb w0, [%[p]]", [p] "r" (page + 5));
	expect(!exception_record()->raised);
	expect_eq(page[5], 0x5a);
}

CASE(access_flag, "an access through a descriptor without AF faults, and leaves AF as it is")
{
	char *page = own_page(NORMAL);

	change(page, PTE_AF, 0);
	raise("ldrb w0, [%[p]]", [p] "r" (page));
	expect_exception(ESR(ESR_ELx_EC_DABT_CUR, ESR_ELx_FSC_ACCESS | LAST_LEVEL), here);
	raise("strb w0, [%[p]]", [p] "r" (page));
	expect_exception(ESR(ESR_ELx_EC_DABT_CUR, ESR_ELx_FSC_ACCESS | LAST_LEVEL | ESR_ELx_WNR), here);
	expect_eq(*entry_of(page) & PTE_AF, 0);
	change(page, 0, PTE_AF);
	raise("ldrb w0, [%[p]]", [p] "r" (page));
	expect(!exception_record()->raised);
}

CASE(cache_operation, "DC CIVAC of an invalid page: CM and WnR")
{
	char *page = own_page(NORMAL);

	change(page, PTE_VALID, 0);
	raise("dc civac, %[p]", [p] "r" (page + 64));
	expect_exception(ESR(ESR_ELx_EC_DABT_CUR, ESR_ELx_FSC_FAULT | LAST_LEVEL | ESR_ELx_CM | ESR_ELx_WNR), here);
	expect_eq(exception_record()->far, (u64)page + 64);
}

static void jump(void *to)
{
	((void (*)(void))to)();
}

static void expect_fetch_fault(char *to, u64 fault)
{
	const struct exception_record *e = exception_record();

	insist(catch_exception(jump, to));
	expect_eq(e->esr, ESR(ESR_ELx_EC_IABT_CUR, fault));
	expect_eq(e->far, (u64)to);
	expect_eq(e->elr, (u64)to);
}

CASE(execute, "PXN, and EL0's write permission, forbid fetching at EL1; without both it runs")
{
	char *page = own_page(NORMAL);

	put_ret(page);
	expect(!catch_exception(jump, page));
	change(page, 0, PTE_PXN);
	expect_fetch_fault(page, ESR_ELx_FSC_PERM | LAST_LEVEL);
	change(page, PTE_PXN, PTE_USER);
	expect_fetch_fault(page, ESR_ELx_FSC_PERM | LAST_LEVEL);
	change(page, 0, PTE_RDONLY);
	expect(!catch_exception(jump, page));
	change(page, PTE_VALID, 0);
	expect_fetch_fault(page, ESR_ELx_FSC_FAULT | LAST_LEVEL);
}

CASE(wxn, "SCTLR_EL1.WXN makes writable pages not executable, and only those")
{
	char *page = own_page(NORMAL);
	bool raised;

	put_ret(page);
	write_sysreg(read_sysreg(sctlr_el1) | SCTLR_EL1_WXN, sctlr_el1);
	isb();
	flush_tlb_all();
	raised = catch_exception(jump, page);
	write_sysreg(read_sysreg(sctlr_el1) & ~SCTLR_EL1_WXN, sctlr_el1);
	isb();
	flush_tlb_all();
	expect(raised);
	expect_eq(exception_record()->esr, ESR(ESR_ELx_EC_IABT_CUR, ESR_ELx_FSC_PERM | LAST_LEVEL));
	expect(!catch_exception(jump, page));
}

CASE(pc_alignment, "a jump to an address that is no multiple of 4: class 0x22, FAR and ELR are that address")
{
	const struct exception_record *e = exception_record();
	char *to = (char *)expect_fetch_fault + 2;

	insist(catch_exception(jump, to));
	expect_eq(e->esr, ESR(ESR_ELx_EC_PC_ALIGN, 0));
	expect_eq(e->far, (u64)to);
	expect_eq(e->elr, (u64)to);
}

CASE(sp_alignment, "a load by an SP that is no multiple of 16 with SCTLR_EL1.SA: class 0x26; without SA it works")
{
	u64 sctlr = read_sysreg(sctlr_el1);
	bool raised;

	/* On SP_EL0, so that the handler's own stack stays whole: here is EL1t for a moment. */
	exception_record()->raised = false;
	asm volatile("msr sp_el0, %0\n\tmsr spsel, #0\n1: ldr x0, [sp]\n2: msr spsel, #1\n\t"
		     __ASM_EX_ENTRY("1b", "2b", EX_TRY) : : "r" ((u64)alloc_page() + 8) : "x0", "memory");
	expect(exception_record()->raised);
	expect_eq(exception_record()->vector, EL1T_SYNC);
	expect_eq(exception_record()->esr, ESR(ESR_ELx_EC_SP_ALIGN, 0));
	expect_eq(exception_record()->spsr & PSR_MODE_MASK, current_level());
	write_sysreg(sctlr & ~SCTLR_EL1_SA, sctlr_el1);
	isb();
	exception_record()->raised = false;
	asm volatile("msr sp_el0, %0\n\tmsr spsel, #0\n1: ldr x0, [sp]\n2: msr spsel, #1\n\t"
		     __ASM_EX_ENTRY("1b", "2b", EX_TRY) : : "r" ((u64)alloc_page() + 8) : "x0", "memory");
	raised = exception_record()->raised;
	write_sysreg(sctlr, sctlr_el1);
	isb();
	expect(!raised);
}

CASE(alignment, "an odd load faults with SCTLR_EL1.A, and works else")
{
	char *page = own_page(NORMAL);
	u64 sctlr = read_sysreg(sctlr_el1);

	raise("ldr x0, [%[p]]", [p] "r" (page + 1));
	expect(!exception_record()->raised);
	write_sysreg(sctlr | SCTLR_EL1_A, sctlr_el1);
	isb();
	raise("ldr x0, [%[p]]", [p] "r" (page + 1));
	write_sysreg(sctlr, sctlr_el1);
	isb();
	expect_exception(ESR(ESR_ELx_EC_DABT_CUR, ESR_ELx_FSC_ALIGN), here);
	expect_eq(exception_record()->far, (u64)page + 1);
}

CASE(exclusive_alignment, "an exclusive load that is neither aligned nor within 16 bytes (FEAT_LSE2) faults always, as a read")
{
	char *page = own_page(NORMAL);

	raise("ldxr x0, [%[p]]", [p] "r" (page + 12));
	expect_exception(ESR(ESR_ELx_EC_DABT_CUR, ESR_ELx_FSC_ALIGN), here);
	expect_eq(exception_record()->far, (u64)page + 12);
}

CASE(device_alignment, "an odd load from Device memory is an alignment fault")
{
	char *page = own_page(PTE_ATTRINDX(MT_DEVICE_nGnRE) | PTE_UXN | PTE_PXN);

	raise("ldr w0, [%[p]]", [p] "r" (page + 2));
	expect_exception(ESR(ESR_ELx_EC_DABT_CUR, ESR_ELx_FSC_ALIGN), here);
	expect_eq(exception_record()->far, (u64)page + 2);
	raise("ldr w0, [%[p]]", [p] "r" (page + 4));
	expect(!exception_record()->raised);
}

CASE(illegal_state, "ERET to a state that does not exist sets PSTATE.IL, and the next instruction faults with class 0x0e")
{
	const struct exception_record *e = exception_record();
	u64 at;

	exception_record()->raised = false;
	/* M[3:0] 0b1101 is EL3h: not from below. */
	asm volatile("adr %0, 1f\n\tmsr elr_el1, %0\n\tmsr spsr_el1, %1\n\teret\n1: nop\n2:\n\t"
		     __ASM_EX_ENTRY("1b", "2f", EX_TRY) "2:\n\t"
		     : "=&r" (at) : "r" (0x3cdul) : "memory");
	insist(e->raised);
	expect_eq(e->esr, ESR(ESR_ELx_EC_ILL, 0));
	expect_eq(e->elr, at);
	expect_eq(e->spsr & PSR_IL_BIT, PSR_IL_BIT);
	/* The return left the level as it was; the record's mask bits came from the SPSR. */
	expect_eq(e->spsr & PSR_MODE_MASK, MODE);
	asm volatile("nop");
}

CASE(flags_saved, "SPSR has the flags and masks of the interrupted code, and ERET restores them")
{
	u64 flags, masks = read_sysreg(daif);

	exception_record()->raised = false;
	asm volatile("msr nzcv, %1\n1: udf #0\n2: mrs %0, nzcv\n\t" __ASM_EX_ENTRY("1b", "2b", EX_TRY)
		     : "=r" (flags) : "r" (0xa0000000ul) : "memory", "cc");
	expect(exception_record()->raised);
	expect_eq(exception_record()->spsr & 0xf0000000, 0xa0000000);
	expect_eq(exception_record()->spsr & 0x3c0, masks & 0x3c0);
	expect_eq(flags, 0xa0000000);
	expect_eq(read_sysreg(daif), masks);
}
