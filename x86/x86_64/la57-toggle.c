/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * la57-toggle: CR4.LA57 cannot change in IA-32e mode, 64-bit or compatibility mode, in either
 * direction; with paging off it can, and without the feature it is reserved there as well (SDM
 * volume 3, sections 2.5 and 5.1.1; volume 2, MOV to control registers). What it is: la57.
 */
#include "case.h"
#include "alloc_page.h"
#include "arch-hooks.h"
#include "vmalloc.h"
#include "x86/desc.h"
#include "x86/paging.h"
#include "x86/processor.h"
#include "x86/vm.h"

#define BEYOND_48_BITS	((volatile u64 *)(1ul << 50 | 0x123000))
#define HAS_LA57	this_cpu_has(X86_FEATURE_LA57)

static volatile u64 *mapped;

void case_setup(void)
{
	setup_vm();
	mapped = alloc_vpage();
	install_page(current_page_table(), virt_to_phys(alloc_page()), (void *)mapped);
	*mapped = 0x55;
}

static int load(const volatile void *address)
{
	return asm_safe("cmpb $0, (%0)", "r" (address));
}

/* That the CPU translates with 4 or 5 levels, not only that CR4 says so. */
static void expect_levels(int levels)
{
	expect_eq(!!(read_cr4() & X86_CR4_LA57), levels == 5);
	expect_eq(load(BEYOND_48_BITS), levels == 5 ? PF_VECTOR : GP_VECTOR);
	expect_eq(*mapped, 0x55);
}

/* ---- compatibility mode ---- */

/*
 * Returns the exception's vector, and in *seen what CR4 was then; puts CR4 back at once, since
 * the tables are made for the mode that it was in.
 */
static int write_cr4_in_compatibility_mode(ulong cr4, ulong *seen)
{
	struct far_pointer32 detour = { .selector = KERNEL_CS32 };
	ulong old = read_cr4();

	(void)asm_safe("nop");		/* forgets the exception before */
	asm volatile("movl $1f, %0\n\t"
		     "lcall *%0\n\t"
		     "jmp 3f\n"
		     ".code32\n"
		     "1: movl %%eax, %%cr4\n"
		     "2: movl %%cr4, %%ecx\n\t"
		     "movl %%edx, %%cr4\n\t"
		     "lret\n"
		     ".code64\n"
		     "3:\n\t"
		     ASM_EX_ENTRY("1b", "2b")
		     : "+m" (detour), "=c" (*seen) : "a" (cr4), "d" (old) : "cc", "memory");
	return exception_vector();
}

/* ---- paging off ---- */

struct unpaged {
	u32 cr4;		/* what was read back */
	u32 error_code;		/* of a #GP, if vector says that there was one */
	u32 vector;
};

/*
 * EDI: the value for CR4, ESI: struct unpaged, EDX: CR4 as it has to be afterwards. The handler of
 * the 32-bit IDT below needs no IRET, which not every machine that emulates the guest has.
 */
void write_cr4_without_paging(ulong cr4, struct unpaged *result, ulong old_cr4);
extern const char unpaged_gp[];
asm(".pushsection .text\n"
    "write_cr4_without_paging: push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
    "sub $16, %rsp; sidt (%rsp)\n"
    "movl %esp, %ebp\n"
    "push $" xstr(KERNEL_CS32) "; lea 1f(%rip), %rax; push %rax; lretq\n"
    ".code32\n"
    "1: lidt unpaged_idtr\n"
    "movl %cr0, %ebx; movl %ebx, %eax; andl $0x7fffffff, %eax; movl %eax, %cr0\n"
    "movl %edi, %cr4\n"
    "2: movl %cr4, %eax; movl %eax, (%esi)\n"
    "movl %edx, %cr4\n"
    "movl %ebx, %cr0\n"
    "ljmpl $" xstr(KERNEL_CS) ", $3f\n"
    "unpaged_gp: popl 4(%esi); movl $13, 8(%esi); movl %ebp, %esp; jmp 2b\n"
    ".code64\n"
    "3: movl %ebp, %esp\n"
    "lidt (%rsp); add $16, %rsp\n"
    "pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx; ret\n"
    ".popsection");

static u64 unpaged_idt[GP_VECTOR + 1];
struct {
	u16 limit;
	u32 base;
} __attribute__((packed)) unpaged_idtr;

static struct unpaged without_paging(ulong cr4)
{
	struct unpaged result = { 0 };
	ulong handler = (ulong)unpaged_gp, state = arch_irq_save();

	unpaged_idt[GP_VECTOR] = (u64)(handler >> 16) << 48 | 0x8e00ull << 32 | KERNEL_CS32 << 16 |
				 (handler & 0xffff);
	unpaged_idtr.limit = sizeof(unpaged_idt) - 1;
	unpaged_idtr.base = (u32)(ulong)unpaged_idt;
	write_cr4_without_paging(cr4, &result, read_cr4());
	arch_irq_restore(state);
	return result;
}

/* ---- the cases ---- */

static void check_refused(int levels)
{
	ulong cr4 = read_cr4();

	expect_eq(write_cr4_safe(cr4 ^ X86_CR4_LA57), GP_VECTOR);
	expect_eq(exception_error_code(), 0);
	expect_eq(read_cr4(), cr4);
	expect_levels(levels);
	/* Nothing else of the value is taken either. */
	expect_eq(write_cr4_safe(cr4 ^ X86_CR4_LA57 ^ X86_CR4_TSD), GP_VECTOR);
	expect_eq(read_cr4(), cr4);
}

static void check_refused_in_compatibility_mode(int levels)
{
	ulong cr4 = read_cr4(), seen;

	expect_eq(write_cr4_in_compatibility_mode(cr4 ^ X86_CR4_LA57, &seen), GP_VECTOR);
	expect_eq(exception_error_code(), 0);
	expect_eq(seen, cr4);
	expect_levels(levels);
}

static void check_unchanged(int levels)
{
	ulong cr4 = read_cr4(), seen;

	expect_eq(write_cr4_safe(cr4 ^ X86_CR4_TSD), 0);
	expect_eq(read_cr4(), cr4 ^ X86_CR4_TSD);
	expect_levels(levels);
	write_cr4(cr4);
	expect_eq(write_cr4_in_compatibility_mode(cr4 ^ X86_CR4_TSD, &seen), 0);
	expect_eq(seen, cr4 ^ X86_CR4_TSD);
	expect_eq(read_cr4(), cr4);
	expect_levels(levels);
}

CASE(clear, "clearing it there: the same")
{
	require(HAS_LA57);
	setup_5level_page_table();
	check_refused(5);
	setup_4level_page_table();
}

CASE(unchanged, "other bits of CR4 can change there, with LA57 as it is")
{
	check_unchanged(4);
	if (!HAS_LA57)
		return;
	setup_5level_page_table();
	check_unchanged(5);
	setup_4level_page_table();
}

CASE(without_paging, "with paging off LA57 can be set, reads back, and can be cleared")
{
	ulong cr4 = read_cr4();
	struct unpaged result;

	require(HAS_LA57);
	for (int i = 0; i < 2; i++) {
		result = without_paging(cr4 | X86_CR4_LA57);
		expect_eq(result.vector, 0);
		expect_eq(result.cr4, cr4 | X86_CR4_LA57);
		expect_eq(read_cr4(), cr4);
		expect_levels(4);
	}
	setup_5level_page_table();
	result = without_paging(cr4);
	expect_eq(result.vector, 0);
	expect_eq(result.cr4, cr4);
	expect_levels(5);
	setup_4level_page_table();
}

CASE(toggle, "to 5 levels and back, again and again: the other mode, and all else as it was")
{
	ulong cr3 = read_cr3(), cr4 = read_cr4(), efer = rdmsr(MSR_EFER), cr0 = read_cr0();

	require(HAS_LA57);
	for (int i = 0; i < 100; i++) {
		setup_5level_page_table();
		expect_levels(5);
		expect_eq(read_cr4(), cr4 | X86_CR4_LA57);
		expect_eq(read_cr0(), cr0);
		expect_eq(rdmsr(MSR_EFER), efer);
		setup_4level_page_table();
		expect_levels(4);
		expect_eq(read_cr4(), cr4);
		expect_eq(read_cr3(), cr3);
		expect_eq(rdmsr(MSR_EFER), efer);
	}
}

CASE(stale, "a translation of 57 bits does not outlive the switch")
{
	u64 *page = alloc_page();

	require(HAS_LA57);
	setup_5level_page_table();
	install_page(current_page_table(), virt_to_phys(page), (void *)BEYOND_48_BITS);
	*BEYOND_48_BITS = 7;
	expect_eq(*page, 7);
	setup_4level_page_table();
	expect_eq(load(BEYOND_48_BITS), GP_VECTOR);
	setup_5level_page_table();
	/* A new root, without that entry. */
	expect_eq(load(BEYOND_48_BITS), PF_VECTOR);
	expect_eq(read_cr2(), (ulong)BEYOND_48_BITS);
	setup_4level_page_table();
	free_page(page);
}

/* What emulators fail in may leave the machine lost: so it comes last. */

CASE(absent, "without the feature it is reserved: #GP(0) with paging off, CR4 stays")
{
	struct unpaged result;

	require(!HAS_LA57);
	result = without_paging(read_cr4() | X86_CR4_LA57);
	expect_eq(result.vector, GP_VECTOR);
	expect_eq(result.error_code, 0);
	expect_eq(result.cr4, read_cr4());
	expect_levels(4);
}

CASE(set, "setting LA57 in 64-bit mode: #GP(0), CR4 stays")
{
	check_refused(4);
}

CASE(set_compatibility, "in compatibility mode it cannot be set either")
{
	check_refused_in_compatibility_mode(4);
}

CASE(clear_compatibility, "nor cleared")
{
	require(HAS_LA57);
	setup_5level_page_table();
	check_refused_in_compatibility_mode(5);
	setup_4level_page_table();
}
