/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * smap: supervisor-mode access prevention (SDM volume 3, section 5.6.1; volume 2, STAC and CLAC). Ring 0
 * may touch user pages only with EFLAGS.AC set, and by implicit accesses (here: to a descriptor table)
 * not even then. Which page is whose, in all combinations, is x86/access's; here is which
 * instruction touches how, and what STAC, CLAC and CR4.SMAP are themselves.
 *
 * All memory is the supervisor's but one page, user.
 */
#include "case.h"
#include "alloc_page.h"
#include "vmalloc.h"
#include "x86/desc.h"
#include "x86/processor.h"
#include "x86/vm.h"

#define LDT_SEL		FIRST_SPARE_SEL		/* of the descriptor of an LDT, in the GDT */
#define IN_LDT		0x04			/* a selector: entry 0 of the LDT, RPL 0 */

static char *user, *kernel;

void case_setup(void)
{
	pteval_t supervisor = 0;

	__setup_vm(&supervisor);
	kernel = alloc_page();
	user = alloc_vpages(2);
	install_pte(current_page_table(), 1, user, virt_to_phys(alloc_page()) | PT_PRESENT_MASK |
		    PT_WRITABLE_MASK | PT_USER_MASK, NULL);
}

static void set_smap(bool on)
{
	write_cr4(on ? read_cr4() | X86_CR4_SMAP : read_cr4() & ~X86_CR4_SMAP);
}

/* The feature, and CR4.SMAP clear whatever a case before has left. */
static void need_smap(void)
{
	require(this_cpu_has(X86_FEATURE_SMAP));
	set_smap(false);
}

/* A page fault of ring 0 at exactly this address. */
static void expect_smap_fault(int vector, const void *address, u32 error_code, const char *what)
{
	expect_eq_msg(vector, PF_VECTOR, "%s", what);
	expect_eq_msg(exception_error_code(), error_code, "%s: error code", what);
	expect_eq_msg(read_cr2(), (ulong)address, "%s: CR2", what);
}

static void set_cr4_smap(void *unused)
{
	write_cr4(read_cr4() | X86_CR4_SMAP);
}

CASE(absent, "without the feature, STAC and CLAC are invalid")
{
	require(!this_cpu_has(X86_FEATURE_SMAP));
	expect_eq_msg(asm_safe(".byte 0x0f, 0x01, 0xcb"), UD_VECTOR, "STAC");
	expect_eq_msg(asm_safe(".byte 0x0f, 0x01, 0xca"), UD_VECTOR, "CLAC");
}

CASE(absent_cr4, "without the feature, CR4.SMAP is reserved")
{
	require(!this_cpu_has(X86_FEATURE_SMAP));
	expect(test_for_exception(GP_VECTOR, set_cr4_smap, NULL));
	expect_eq(read_cr4() & X86_CR4_SMAP, 0);
}

CASE(stac_clac, "STAC sets EFLAGS.AC, CLAC clears it; nothing else changes, with CR4.SMAP and without")
{
	ulong before = X86_EFLAGS_FIXED | X86_EFLAGS_CF | X86_EFLAGS_ZF | X86_EFLAGS_OF, set, clear;

	need_smap();
	for (int on = 0; on < 2; on++) {
		set_smap(on);
		asm volatile("push %2; popf; .byte 0x0f, 0x01, 0xcb; pushf; pop %0; .byte 0x0f, 0x01, 0xca; pushf; pop %1"
			     : "=&r" (set), "=&r" (clear) : "r" (before) : "cc", "memory");
		expect_eq(set, before | X86_EFLAGS_AC);
		expect_eq(clear, before);
	}
	set_smap(false);
}

CASE(lock_prefix, "STAC and CLAC with LOCK are invalid")
{
	need_smap();
	expect_eq_msg(asm_safe("lock; .byte 0x0f, 0x01, 0xcb"), UD_VECTOR, "STAC");
	expect_eq_msg(asm_safe("lock; .byte 0x0f, 0x01, 0xca"), UD_VECTOR, "CLAC");
	expect_eq(read_rflags() & X86_EFLAGS_AC, 0);
}

/* ---- explicit accesses ---- */

#define WRITE	PFERR_WRITE_MASK

/* Calls m(name, error code beside P, instruction); EDI or RDI: the user page. ESI, RSI: the kernel's. */
#define INSTRUCTIONS(m)									\
	m(load, 0, "movb (%%" R "di), %%al")						\
	m(store, WRITE, "movb %%al, (%%" R "di)")					\
	m(compare, 0, "cmpl $0, (%%" R "di)")						\
	m(bit_test, 0, "btl $3, (%%" R "di)")						\
	m(push_from, 0, "push (%%" R "di)")						\
	m(stos, WRITE, "stosb")								\
	m(scas, 0, "scasb")								\
	m(movs_to, WRITE, "movsb")							\
	m(movs_from, 0, "xchg %%" R "si, %%" R "di; movsb")				\
	m(setcc, WRITE, "setc (%%" R "di)")						\
	m(fnstcw, WRITE, "fnstcw (%%" R "di)")

static ulong trial_flags;

#define RUN(name, code, insn)								\
	static void run_##name(void *unused)						\
	{										\
		ulong di = (ulong)user, si = (ulong)kernel;				\
											\
		asm volatile("mov %%" R "sp, %%" R "bx; push %2; popf; " insn		\
			     "; mov %%" R "bx, %%" R "sp; push %3; popf"			\
			     : "+D" (di), "+S" (si) : "r" (trial_flags), "i" (X86_EFLAGS_FIXED) \
			     : "eax", R "bx", "memory", "cc");				\
	}
INSTRUCTIONS(RUN)

#define ROW(name, code, insn)	{ #name, code, run_##name },
static const struct {
	const char *name;
	u32 code;
	void (*run)(void *unused);
} instructions[] = { INSTRUCTIONS(ROW) };

CASE(explicit_access, "every kind of instruction: denied without AC, allowed with it, and without CR4.SMAP")
{
	need_smap();
	for (size_t i = 0; i < ARRAY_SIZE(instructions); i++) {
		bool faulted;

		set_smap(true);
		trial_flags = X86_EFLAGS_FIXED;
		faulted = test_for_exception(PF_VECTOR, instructions[i].run, NULL);
		expect_smap_fault(faulted ? PF_VECTOR : 0, user, instructions[i].code | PFERR_PRESENT_MASK,
				  instructions[i].name);
		trial_flags |= X86_EFLAGS_AC;
		expect_msg(!test_for_exception(PF_VECTOR, instructions[i].run, NULL), "%s with AC",
			   instructions[i].name);
		set_smap(false);
		trial_flags = X86_EFLAGS_FIXED;
		expect_msg(!test_for_exception(PF_VECTOR, instructions[i].run, NULL), "%s without SMAP",
			   instructions[i].name);
	}
}

CASE(denied_changes_nothing, "a store that is denied stores nothing and sets no dirty flag")
{
	pteval_t *pte = get_pte(current_page_table(), user), before;

	need_smap();
	user[5] = 0x11;
	*pte &= ~PT_DIRTY_MASK;
	before = *pte;
	invlpg(user);
	set_smap(true);
	expect_smap_fault(asm_safe("movb $0x22, (%0)", "r" (user + 5)), user + 5,
			  PFERR_PRESENT_MASK | PFERR_WRITE_MASK, "store");
	set_smap(false);
	expect_eq(*pte & ~PT_ACCESSED_MASK, before & ~PT_ACCESSED_MASK);
	expect_eq(user[5], 0x11);
}

CASE(across_pages, "of an access across pages it is the user page's first byte that CR2 names")
{
	need_smap();
	install_pte(current_page_table(), 1, user + PAGE_SIZE, virt_to_phys(kernel) | PT_PRESENT_MASK |
		    PT_WRITABLE_MASK, NULL);
	set_smap(true);
	expect_smap_fault(asm_safe("cmpl $0, (%0)", "r" (user + PAGE_SIZE - 3)), user + PAGE_SIZE - 3,
			  PFERR_PRESENT_MASK, "user page first");
	expect_eq(asm_safe("cmpl $0, (%0)", "r" (user + PAGE_SIZE)), 0);
	set_smap(false);
}

CASE(at_once, "CR4.SMAP takes effect on translations that the TLB holds already")
{
	need_smap();
	for (int turn = 0; turn < 10; turn++) {
		expect_eq(asm_safe("cmpb $0, (%0)", "r" (user)), 0);
		set_smap(true);
		expect_eq(asm_safe("cmpb $0, (%0)", "r" (user)), PF_VECTOR);
		set_smap(false);
	}
}

/* ---- implicit accesses ---- */

/* Loads a segment by a descriptor that lies in the user page. */
static void load_from_ldt(void *unused)
{
	asm volatile("push %0; popf; mov %1, %%fs; push %2; popf"
		     : : "r" (trial_flags), "r" (IN_LDT), "i" (X86_EFLAGS_FIXED) : "memory", "cc");
}

static void check_implicit(ulong flags)
{
	bool faulted;

	need_smap();
	memcpy(user, get_gdt_entry(KERNEL_DS), sizeof(gdt_entry_t));
	set_gdt_entry(LDT_SEL, (ulong)user, 0xf, ACCESS_LDT, 0);
	lldt(LDT_SEL);
	trial_flags = X86_EFLAGS_FIXED;
	expect(!test_for_exception(PF_VECTOR, load_from_ldt, NULL));
	expect_eq(read_fs(), IN_LDT);
	write_fs(0);
	trial_flags |= flags;
	set_smap(true);
	faulted = test_for_exception(PF_VECTOR, load_from_ldt, NULL);
	set_smap(false);
	lldt(0);
	expect_smap_fault(faulted ? PF_VECTOR : 0, user, PFERR_PRESENT_MASK, "descriptor");
	write_fs(0);
}

CASE(implicit, "an implicit access, to a descriptor in a user page, is denied")
{
	check_implicit(0);
}

CASE(implicit_ac, "AC does not help an implicit access")
{
	check_implicit(X86_EFLAGS_AC);
}
