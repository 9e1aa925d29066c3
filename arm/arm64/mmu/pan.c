/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PSTATE.PAN, and EL1's accesses as EL0 (Arm ARM, DDI 0487, D8.4, "Restriction of EL1 and EL2
 * access to EL0 memory"). The library's memory is EL0's too, so while PAN is set nothing but
 * registers is used, and vectors of our own clear it.
 */
#include "case.h"
#include "alloc_page.h"
#include "mmu.h"

#define RET	0xd65f03c0u

#define PSTATE_PAN	S3_0_C4_C2_3
#define SCTLR_EPAN	(1ul << 57)

static unsigned int pan_feature(void)
{
	return id_field(read_sysreg(id_aa64mmfr1_el1), 20);
}

/* MSR PAN, #0, and on to the same vector of the library. */
asm(".pushsection .text\n"
    ".p2align 11\n"
    "pan_vectors:\n"
    ".set vector, 0\n"
    ".rept 16\n"
    ".p2align 7\n"
    "	.inst 0xd500409f\n"
    "	b exception_vectors + vector\n"
    ".set vector, vector + 128\n"
    ".endr\n"
    ".popsection\n");
extern char pan_vectors[], exception_vectors[];

static void use_vectors(char *vectors)
{
	write_sysreg(vectors, vbar_el1);
	isb();
}

#define with_pan(insn, value, va)							\
	__extension__({									\
		exception_record()->raised = false;					\
		use_vectors(pan_vectors);						\
		asm volatile("msr " xstr(PSTATE_PAN) ", %2\n1: " insn "\n2: msr " xstr(	\
				     PSTATE_PAN) ", xzr\n\t" __ASM_EX_ENTRY("1b", "2b", EX_TRY)	\
			     : "+r"(value)						\
			     : "r"(va), "r"(1ul << 22)					\
			     : "memory");						\
		use_vectors(exception_vectors);						\
		exception_record()->raised ? exception_record()->esr : 0;		\
	})

CASE(pan, "PSTATE.PAN: EL1's loads and stores to what EL0 may access are permission faults; LDTR "
	  "and STTR, and others' pages, work")
{
	const u64 fault = ESR(ESR_ELx_EC_DABT_CUR, PERM);
	char *page;
	struct upper u;
	u64 va, value = RET;

	require_msg(pan_feature() > 0, "no FEAT_PAN");
	page = page_with_ret();
	va = open_with_page(&u, page, PTE_USER);
	expect_eq(read_sysreg_s(PSTATE_PAN), 0);
	expect_eq(with_pan("ldr %w0, [%1]", value, va), fault);
	expect_eq(exception_record()->far, va);
	expect_eq(exception_record()->spsr & PSR_PAN_BIT, PSR_PAN_BIT);
	expect_eq(with_pan("str %w0, [%1]", value, va), fault | ESR_ELx_WNR);
	expect_eq(with_pan("ldtr %w0, [%1]", value, va), 0);
	expect_eq(with_pan("sttr %w0, [%1]", value, va), 0);
	upper_map(&u, 3, va, virt_to_phys(page), PTE_USER | PTE_RDONLY);
	expect_eq(with_pan("ldr %w0, [%1]", value, va), fault);
	upper_map(&u, 3, va, virt_to_phys(page), 0);
	expect_eq(with_pan("ldr %w0, [%1]", value, va), 0);
	expect_eq(with_pan("str %w0, [%1]", value, va), 0);
	expect_eq(with_pan("ldtr %w0, [%1]", value, va), fault);
	upper_close(&u);
	free_pages(page);
}

CASE(unprivileged, "LDTR and STTR at EL1 have EL0's permissions")
{
	char *page = page_with_ret();
	struct upper u;
	u64 va = open_with_page(&u, page, 0), value = RET;

	expect_eq(asm_safe_out1("ldtr %w0, [%1]", "+r"(value), "r"(va)),
		  ESR(ESR_ELx_EC_DABT_CUR, PERM));
	expect_eq(asm_safe("sttr %w0, [%1]", "r"(value), "r"(va)),
		  ESR(ESR_ELx_EC_DABT_CUR, PERM | ESR_ELx_WNR));
	upper_map(&u, 3, va, virt_to_phys(page), PTE_USER | PTE_RDONLY);
	expect_eq(asm_safe_out1("ldtr %w0, [%1]", "+r" (value), "r" (va)), 0);
	expect_eq(asm_safe("sttr %w0, [%1]", "r"(value), "r"(va)),
		  ESR(ESR_ELx_EC_DABT_CUR, PERM | ESR_ELx_WNR));
	upper_close(&u);
	free_pages(page);
}

CASE(epan,
     "SCTLR_EL1.EPAN (FEAT_PAN3): PAN covers what EL0 may only execute; without EPAN it does not")
{
	char *page;
	struct upper u;
	u64 va, value = 0, without, with, private;

	require_msg(pan_feature() >= 3, "no FEAT_PAN3");
	page = page_with_ret();
	va = open_with_page(&u, page, 0);		/* UXN 0: EL0 executes it, and no more */
	without = with_pan("ldr %w0, [%1]", value, va);
	set_sctlr(0, SCTLR_EPAN);
	with = with_pan("ldr %w0, [%1]", value, va);
	upper_map(&u, 3, va, virt_to_phys(page), PTE_UXN);
	private = with_pan("ldr %w0, [%1]", value, va);
	set_sctlr(SCTLR_EPAN, 0);
	expect_eq(without, 0);
	expect_eq(with, ESR(ESR_ELx_EC_DABT_CUR, PERM));
	expect_eq(private, 0);
	upper_close(&u);
	free_pages(page);
}

/* Vectors that note PSTATE.PAN in TPIDR_EL0 before they clear it. X0 is kept in SP_EL0. */
asm(".pushsection .text\n"
    ".p2align 11\n"
    "noting_vectors:\n"
    ".set vector, 0\n"
    ".rept 16\n"
    ".p2align 7\n"
    "	msr sp_el0, x0\n"
    "	mrs x0, " xstr(PSTATE_PAN) "\n"
    "	msr tpidr_el0, x0\n"
    "	mrs x0, sp_el0\n"
    "	.inst 0xd500409f\n"
    "	b exception_vectors + vector\n"
    ".set vector, vector + 128\n"
    ".endr\n"
    ".popsection\n");
extern char noting_vectors[];

CASE(span,
     "an exception sets PSTATE.PAN if SCTLR_EL1.SPAN is 0, and leaves it if that is 1; the "
     "old one is saved")
{
	const u64 sctlr = read_sysreg(sctlr_el1), span = 1ul << 23, pan_bit = 1ul << 22;

	require_msg(pan_feature() > 0, "no FEAT_PAN");
	for (int i = 0; i < 4; i++) {
		u64 inside, before = i & 1 ? pan_bit : 0;

		write_sysreg(i & 2 ? sctlr | span : sctlr & ~span, sctlr_el1);
		use_vectors(noting_vectors);
		exception_record()->raised = false;
		asm volatile("msr " xstr(PSTATE_PAN) ", %0\n1: udf #0\n"
			     "2: msr " xstr(PSTATE_PAN) ", xzr\n\t"
			     __ASM_EX_ENTRY("1b", "2b", EX_TRY) : : "r" (before) : "memory");
		inside = read_sysreg(tpidr_el0);
		use_vectors(exception_vectors);
		write_sysreg(sctlr, sctlr_el1);
		isb();
		insist(exception_record()->raised);
		expect_eq_msg(inside, i & 2 ? before : pan_bit, "SPAN %d, PAN %d", i >> 1, i & 1);
		expect_eq_msg(exception_record()->spsr & PSR_PAN_BIT, before, "SPAN %d, PAN %d",
			      i >> 1, i & 1);
	}
}
