/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each interrupt that software can raise says of itself: vector, SRR0, all of SRR1, DAR and
 * DSISR (Power ISA 3.1B, Book III, section 7.5). SRR1's bits 33 to 36 and 42 to 47 are the
 * interrupt's; the others are the MSR's.
 */
#include "alloc_page.h"
#include "arch-hooks.h"
#include "case.h"
#include "asm/mmu.h"
#include "asm/user.h"

#define SRR1_OWN	0x783f0000ul	/* bits 33:36 and 42:47 */

void case_setup(void)
{
	setup_vm();
}

/* own: the bits of SRR1 that the interrupt sets. */
static void expect_trap(unsigned long trap, unsigned long own)
{
	const struct pt_regs *regs = &trap_record()->regs;

	insist(trap_record()->raised);
	expect_eq(regs->trap, trap);
	expect_eq(regs->msr & SRR1_OWN, own);
	expect_eq(regs->msr & ~SRR1_OWN, mfmsr());
}

/* In hypervisor state it is for the hypervisor to emulate (section 7.5.18). */
static void expect_illegal(void)
{
	if (machine_is_powernv())
		expect_trap(0xe40, 0);
	else
		expect_trap(0x700, SRR1_PROG_ILLEGAL);
}

#define INSN_AT(label)	__extension__ ({						\
	extern const u32 label[];							\
	(unsigned long)label;								\
})
#define AT(label)	".globl " #label "\n" #label ": "

CASE(illegal,
     "the instruction 0 is a program interrupt (SRR1 bit 44) or for emulation, at its address")
{
	trap_try_in(AT(at_illegal) ".long 0", "r" (0));
	expect_illegal();
	expect_eq(trap_record()->regs.nip, INSN_AT(at_illegal));
}

CASE(reserved, "a reserved primary opcode (1, 5, 6 without prefix) is illegal")
{
	bool prefixes = cpu_has_prefix;

	if (!prefixes) {
		trap_try_in(".long 0x04000000", "r" (0));
		expect_illegal();
	}
	trap_try_in(".long 0x14000000", "r" (0));
	expect_illegal();
	trap_try_in(".long 0x7c0007fe", "r" (0));	/* primary 31, extended 1023 */
	expect_illegal();
}

CASE(trap, "TW and TD are program interrupts, SRR1 bit 46, if and only if their condition holds")
{
	trap_try_in(AT(at_trap) "trap", "r" (0));
	expect_trap(0x700, SRR1_PROG_TRAP);
	expect_eq(trap_record()->regs.nip, INSN_AT(at_trap));
	expect(!trap_try_in("tdeqi %0, 1", "r" (0)));
	expect(trap_try_in("tdeqi %0, 0", "r" (0)));
	expect_trap(0x700, SRR1_PROG_TRAP);
	expect(!trap_try_in("twgti %0, -1", "r" (-1l)));
	/* 32 bits only: the upper ones are not compared. */
	expect(trap_try_in("tweqi %0, 0", "r" (1ul << 32)));
	expect(!trap_try_in("tdeqi %0, 0", "r" (1ul << 32)));
}

CASE(privileged, "privileged instructions in user mode are program interrupts, SRR1 bit 45")
{
	static const struct {
		u32 insn;
		const char *name;
	} insns[] = {
		{ 0x7c6000a6, "mfmsr" }, { 0x7c600164, "mtmsrd" }, { 0x4c000024, "rfid" },
		{ 0x7c7a02a6, "mfsrr0" }, { 0x7c7a03a6, "mtsrr0" }, { 0x7c7142a6, "mfsprg1" },
		{ 0x7c7603a6, "mtdec" }, { 0x7c7602a6, "mfdec" },
	};

	require(mmu_has_radix());
	for (size_t i = 0; i < ARRAY_SIZE(insns); i++) {
		struct pt_regs regs = { .trap = 0 };

		insist(run_user_code(&insns[i].insn, 1, &regs)->raised);
		expect_eq_msg(trap_record()->regs.trap, 0x700, "%s", insns[i].name);
		expect_eq_msg(trap_record()->regs.msr & SRR1_OWN, SRR1_PROG_PRIVILEGED, "%s",
			      insns[i].name);
		expect_eq_msg(trap_record()->regs.nip, USER_CODE, "%s", insns[i].name);
		expect_eq_msg(trap_record()->regs.msr & MSR_PR, MSR_PR, "%s", insns[i].name);
	}
}

CASE(system_call, "SC from both states: SRR0 is the next instruction, SRR1's own bits are zero")
{
	struct pt_regs regs = { .trap = 0 };

	trap_try_in("sc\n" AT(behind_sc) "nop", "r" (0));
	insist(trap_record()->raised);
	expect_trap(0xc00, 0);
	expect_eq(trap_record()->regs.nip, INSN_AT(behind_sc));
	require(mmu_has_radix());
	run_user_code(NULL, 0, &regs);
	expect_eq(trap_record()->regs.trap, 0xc00);
	expect_eq(trap_record()->regs.nip, USER_CODE + 4);
	expect_eq(trap_record()->regs.msr & (SRR1_OWN | MSR_PR | MSR_EE | MSR_IR | MSR_DR | MSR_HV),
		  MSR_PR | MSR_EE | MSR_IR | MSR_DR | (mfmsr() & MSR_HV));
}

CASE(unavailable, "floating point, vector and VSX instructions while MSR forbids them")
{
	expect_eq(mfmsr() & (MSR_FP | MSR_VEC | MSR_VSX), 0);
	trap_try_in(".long 0xfc000090", "r" (0));		/* fmr f0, f0 */
	expect_trap(0x800, 0);
	trap_try_in(".long 0x10000484", "r" (0));		/* vor v0, v0, v0 */
	expect_trap(0xf20, 0);
	trap_try_in(".long 0xf0000490", "r" (0));		/* xxlor vs0, vs0, vs0 */
	expect_trap(0xf40, 0);
	mtmsr(mfmsr() | MSR_FP | MSR_VEC | MSR_VSX);
	expect(!trap_try_in(".long 0xfc000090", "r" (0)));
	expect(!trap_try_in(".long 0x10000484", "r" (0)));
	expect(!trap_try_in(".long 0xf0000490", "r" (0)));
	mtmsr(mfmsr() & ~(MSR_FP | MSR_VEC | MSR_VSX));
}

#define MSR_FPE		(MSR_FP | MSR_VSX | MSR_FE0 | MSR_FE1)

/* f1 := 0, FPSCR := 0; FPSCR.VE := 1; f1 / f1, an invalid operation (Book I, section 4.4.1.1). */
#define ZEROS		".long 0xf0210cd0, 0xfdfe0d8e\n\t"
#define ENABLE_INVALID	".long 0xff00004c\n\t"
#define DIVIDE		".long 0xfc210824\n\t"

CASE(floating_point, "an enabled invalid operation is a program interrupt, SRR1 bit 43, or none")
{
	mtmsr(mfmsr() | MSR_FPE);
	expect(!trap_try_in(ZEROS DIVIDE, "r" (0)));
	trap_try_in(ZEROS ENABLE_INVALID AT(at_divide) DIVIDE, "r" (0));
	expect_trap(0x700, SRR1_PROG_FP);
	expect_eq(trap_record()->regs.nip, INSN_AT(at_divide));
	mtmsr(mfmsr() & ~(MSR_FE0 | MSR_FE1));
	expect(!trap_try_in(ZEROS ENABLE_INVALID DIVIDE ZEROS, "r" (0)));
	mtmsr(mfmsr() & ~MSR_FPE);
}

CASE(alignment, "LWARX and LDARX of addresses that are not aligned: 0x600, DAR the address")
{
	static u64 words[2];
	unsigned long value = 0;

	expect(!trap_try("ldarx %0, 0, %1", "+r" (value), "r" (words)));
	trap_try("lwarx %0, 0, %1", "+r" (value), "r" ((char *)words + 2));
	expect_trap(0x600, 0);
	expect_eq(trap_record()->regs.dar, (unsigned long)words + 2);
	trap_try("ldarx %0, 0, %1", "+r" (value), "r" ((char *)words + 4));
	expect_trap(0x600, 0);
	expect_eq(trap_record()->regs.dar, (unsigned long)words + 4);
}

/* ---- storage ---- */

#define PAGE_AT		0x3000000000000ul
#define LEAF		(RADIX_VALID | RADIX_LEAF | RADIX_R | RADIX_C)

/* Maps a fresh page at PAGE_AT with those attributes; 0: none at all. */
static u64 *map(pteval_t flags)
{
	static u64 *page;

	if (!page)
		page = alloc_page();
	page[0] = 0x1122334455667788;
	*get_pte(arch_page_table(), PAGE_AT) = __pte(flags ? flags | virt_to_phys(page) : 0);
	mb();
	flush_tlb_page(PAGE_AT);
	return page;
}

static bool load(unsigned long *value)
{
	return trap_try("ld %0, 0(%1)", "+r" (*value), "b" (PAGE_AT + 0));
}

static bool store(unsigned long value)
{
	return trap_try_in("std %1, 0(%0)", "b" (PAGE_AT + 0), "r" (value));
}

static void expect_data(unsigned long trap, unsigned long dar, unsigned long dsisr)
{
	expect_trap(trap, 0);
	expect_eq(trap_record()->regs.dar, dar);
	expect_eq(trap_record()->regs.dsisr, dsisr);
}

CASE(data_no_page,
     "loads and stores where nothing is mapped: 0x300, DSISR bit 33, and 38 for stores")
{
	unsigned long value = 5;

	require(mmu_has_radix());
	map(0);
	load(&value);
	expect_data(0x300, PAGE_AT, DSISR_NOTRANSLATION);
	expect_eq(value, 5);
	store(1);
	expect_data(0x300, PAGE_AT, DSISR_NOTRANSLATION | DSISR_STORE);
}

CASE(data_read_only, "a store to a page for reading: 0x300, DSISR bits 36 and 38, memory as it was")
{
	unsigned long value = 0;
	u64 *page;

	require(mmu_has_radix());
	page = map(LEAF | RADIX_PRIVILEGED | RADIX_READ);
	expect(!load(&value));
	expect_eq(value, 0x1122334455667788);
	store(1);
	expect_data(0x300, PAGE_AT, DSISR_PROTECTION | DSISR_STORE);
	expect_eq(page[0], 0x1122334455667788);
	map(LEAF | RADIX_PRIVILEGED | RADIX_READ | RADIX_WRITE);
	expect(!store(1));
	expect_eq(page[0], 1);
}

CASE(data_no_access, "a load from a page for execution only: 0x300, DSISR bit 36")
{
	unsigned long value = 5;

	require(mmu_has_radix());
	map(LEAF | RADIX_PRIVILEGED | RADIX_EXECUTE);
	load(&value);
	expect_data(0x300, PAGE_AT, DSISR_PROTECTION);
	expect_eq(value, 5);
}

CASE(data_user, "user mode loads from a privileged page: 0x300, DSISR bit 36; from its own it may")
{
	static const u32 insn = 0xe8640000;	/* ld r3, 0(r4) */
	struct pt_regs regs = { .gpr[4] = PAGE_AT };

	require(mmu_has_radix());
	map(LEAF | RADIX_PRIVILEGED | RADIX_READ);
	run_user_code(&insn, 1, &regs);
	expect_eq(trap_record()->regs.trap, 0x300);
	expect_eq(trap_record()->regs.dar, PAGE_AT);
	expect_eq(trap_record()->regs.dsisr, DSISR_PROTECTION);
	expect_eq(trap_record()->regs.nip, USER_CODE);
	map(LEAF | RADIX_READ);
	run_user_code(&insn, 1, &regs);
	expect_eq(trap_record()->regs.trap, 0xc00);
	expect_eq(trap_record()->regs.gpr[3], 0x1122334455667788);
}

CASE(data_segment,
     "an address beyond the tables' 52 bits, in no quadrant of ours: 0x380, DAR the address")
{
	unsigned long value = 5;

	require(mmu_has_radix());
	trap_try("ld %0, 0(%1)", "+r" (value), "b" (0x0010000000000000ul));
	expect_trap(0x380, 0);
	expect_eq(trap_record()->regs.dar, 0x0010000000000000ul);
	expect_eq(value, 5);
}

static void jump(void *to)
{
	__asm__ __volatile__("mtctr %0\n\tbctrl" : : "r" (to) : "ctr", "lr", "memory");
}

static void expect_fetch(unsigned long trap, unsigned long own, unsigned long nip)
{
	expect(catch_trap(jump, (void *)nip));
	expect_trap(trap, own);
	expect_eq(trap_record()->regs.nip, nip);
}

CASE(fetch, "jumps to where nothing is mapped, to a page not for execution, beyond 52 bits")
{
	require(mmu_has_radix());
	map(0);
	expect_fetch(0x400, SRR1_NOTRANSLATION, PAGE_AT);
	map(LEAF | RADIX_PRIVILEGED | RADIX_READ | RADIX_WRITE);
	expect_fetch(0x400, SRR1_NOEXEC, PAGE_AT);
	expect_fetch(0x480, 0, 0x0010000000000000ul);
}

#define KEY0_WRITE	0x8000000000000000ul
#define KEY0_READ	0x4000000000000000ul

CASE(amr, "privileged accesses to pages of user mode: allowed unless AMR's key 0 forbids them")
{
	unsigned long value = 5;
	u64 *page;

	require(mmu_has_radix());
	page = map(LEAF | RADIX_READ | RADIX_WRITE);
	mtspr(SPR_AMR, KEY0_READ | KEY0_WRITE);
	__asm__ __volatile__("isync" : : : "memory");
	expect(load(&value));
	expect_eq(trap_record()->regs.trap, 0x300);
	expect_eq(trap_record()->regs.dar, PAGE_AT);
	expect_eq(value, 5);
	expect(store(1));
	expect_eq(trap_record()->regs.trap, 0x300);
	expect_eq(trap_record()->regs.dsisr & DSISR_STORE, DSISR_STORE);
	expect_eq(page[0], 0x1122334455667788);
	mtspr(SPR_AMR, 0);
	__asm__ __volatile__("isync" : : : "memory");
	flush_tlb_page(PAGE_AT);
	expect(!load(&value));
	expect_eq(value, 0x1122334455667788);
	expect(!store(1));
	expect_eq(page[0], 1);
}

CASE(iamr, "privileged code executes pages of user mode unless IAMR's key 0 forbids it")
{
	u32 *code;

	require(mmu_has_radix());
	code = (u32 *)map(LEAF | RADIX_READ | RADIX_EXECUTE);
	code[0] = 0x4e800020;	/* blr */
	__asm__ __volatile__("dcbst 0, %0\n\tsync\n\ticbi 0, %0\n\tisync" : : "r"(code) : "memory");
	mtspr(SPR_IAMR, 0);
	expect(!catch_trap(jump, (void *)PAGE_AT));
	mtspr(SPR_IAMR, KEY0_READ);
	flush_tlb_page(PAGE_AT);
	expect(catch_trap(jump, (void *)PAGE_AT));
	mtspr(SPR_IAMR, 0);
	expect_eq(trap_record()->regs.trap, 0x400);
	expect_eq(trap_record()->regs.nip, PAGE_AT);
	flush_tlb_page(PAGE_AT);
}

/* ---- what an interrupt keeps ---- */

#define PATTERN(n)	(0x0123456789abcdeful * (2 * (n) + 1))

CASE(registers, "all registers of user mode arrive in an interrupt as they were")
{
	static const u32 insns[] = {
		0x7c6903a6,	/* mtctr r3 */
		0x7c8803a6,	/* mtlr r4 */
		0x7ca103a6,	/* mtxer r5 */
		0x7ccff120,	/* mtcr r6 */
	};
	struct pt_regs regs = { .trap = 0 };

	require(mmu_has_radix());
	for (unsigned int i = 0; i < 32; i++)
		regs.gpr[i] = PATTERN(i);
	run_user_code(insns, ARRAY_SIZE(insns), &regs);
	expect_eq(trap_record()->regs.trap, 0xc00);
	for (unsigned int i = 0; i < 32; i++)
		expect_eq_msg(trap_record()->regs.gpr[i], PATTERN(i), "r%u", i);
	expect_eq(trap_record()->regs.ctr, PATTERN(3));
	expect_eq(trap_record()->regs.link, PATTERN(4));
	/* SO, OV, CA, OV32, CA32 and the length of string instructions: Book I, section 3.2.2. */
	expect_eq(trap_record()->regs.xer & 0xe000007f, PATTERN(5) & 0xe000007f);
	expect_eq(trap_record()->regs.ccr, PATTERN(6) & 0xffffffff);
}
