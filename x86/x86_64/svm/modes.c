/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * L2 in every mode of x86, with and without nested paging (APM volume 2, sections 15.5.1, 15.19,
 * 15.25): the same bytes tell by what they leave in RAX how wide the mode's code is; the exit saves
 * the mode as it was loaded. Nested faults of 32-bit modes; task switches (15.14.1). Events:
 * mode_events.c.
 */
#include "svm_test.h"
#include "asm/io.h"
#include "x86/vm.h"

/*
 * 16 bits: mov $1, %ax; nop; nop; inc %ax. 32 bits: mov $0x90900001, %eax; inc %eax. 64 bits: mov
 * $0x90900001, %eax; rex nop.
 */
L2_CODE(widths, "", ".byte 0xb8, 0x01, 0x00, 0x90, 0x90", ".byte 0x40, 0x90");
#define WIDTH_16	2
#define WIDTH_32	0x90900002
#define WIDTH_64	0x90900001

static u32 directory[1024] __attribute__((aligned(4096)));
static u64 pae_pointers[4] __attribute__((aligned(4096)));

/* Segments of 16 bits whose base is the code's; RIP counts from there. */
static void set_16bit(struct vmcb_save *s, u16 rights)
{
	u64 base = ALIGN_DOWN((uintptr_t)widths.start, 16);

	s->cs = (struct vmcb_segment){ base >> 4, VMCB_CODE16 | rights, 0xffff, base };
	s->ss = (struct vmcb_segment){ 0, VMCB_DATA16 | rights, 0xffff, 0 };
	s->ds = s->ss;
	s->es = s->ss;
}

static void set_real(struct vmcb_save *s)
{
	leave_long_mode(s, 0);
	set_16bit(s, 0);
}

static void set_protected16(struct vmcb_save *s)
{
	leave_long_mode(s, X86_CR0_PE);
	set_16bit(s, 0);
}

static void set_v8086(struct vmcb_save *s)
{
	leave_long_mode(s, X86_CR0_PE);
	set_16bit(s, VMCB_DPL3);
	s->rflags |= X86_EFLAGS_VM;
	s->cpl = 3;
}

static void set_protected32(struct vmcb_save *s)
{
	leave_long_mode(s, X86_CR0_PE);
	s->cs.attributes = VMCB_CODE32;
}

static void set_directory(struct vmcb_save *s)
{
	for (u32 i = 0; i < ARRAY_SIZE(directory); i++)
		directory[i] = i * SZ_4M | PT_PRESENT_MASK | PT_WRITABLE_MASK | PT_USER_MASK |
			       PT_PAGE_SIZE_MASK;
	s->cr3 = virt_to_phys(directory);
	s->cr4 = X86_CR4_PSE;
}

static void set_paged32(struct vmcb_save *s)
{
	leave_long_mode(s, X86_CR0_PE | X86_CR0_PG);
	set_directory(s);
	s->cs.attributes = VMCB_CODE32;
}

/* PAE's directories are those of L1's long mode. */
static void set_pae(struct vmcb_save *s)
{
	const u64 *l1 = phys_to_virt(current_page_table()[0] & PT_ADDR_MASK);

	leave_long_mode(s, X86_CR0_PE | X86_CR0_PG);
	for (int i = 0; i < 4; i++)
		pae_pointers[i] = (l1[i] & PT_ADDR_MASK) | PT_PRESENT_MASK;
	s->cr3 = virt_to_phys(pae_pointers);
	s->cr4 = X86_CR4_PAE;
	s->cs.attributes = VMCB_CODE32;
}

/* PG without PE, which only VMRUN can set: section 15.19. */
static void set_paged_real(struct vmcb_save *s)
{
	leave_long_mode(s, X86_CR0_PG);
	set_directory(s);
	set_16bit(s, 0);
}

static void set_compatibility32(struct vmcb_save *s)
{
	s->cs.attributes = VMCB_CODE32;
}

static void set_compatibility16(struct vmcb_save *s)
{
	set_16bit(s, 0);
}

static void set_64(struct vmcb_save *s)
{
}

/* Fields that an exit must leave as VMRUN has loaded them. */
static void expect_same_state(const struct vmcb_save *s, const struct vmcb_save *old)
{
	expect_eq(s->cr0, old->cr0);
	expect_eq(s->cr3, old->cr3);
	expect_eq(s->cr4, old->cr4);
	expect_eq(s->efer, old->efer);
	expect_eq(s->rsp, old->rsp);
	expect_eq(s->cpl, old->cpl);
	expect_mem(&s->cs, &old->cs, sizeof(s->cs));
	expect_mem(&s->ss, &old->ss, sizeof(s->ss));
	expect_mem(&s->ds, &old->ds, sizeof(s->ds));
	expect_mem(&s->es, &old->es, sizeof(s->es));
	expect_eq(s->rflags & (X86_EFLAGS_VM | X86_EFLAGS_IF),
		  old->rflags & (X86_EFLAGS_VM | X86_EFLAGS_IF));
}

static void run_mode(struct svm_guest *g, void (*set)(struct vmcb_save *s), u64 rax)
{
	struct vmcb_save *s = &g->vmcb->save, old;

	set(s);
	old = *s;
	if (!expect_run(g, &(struct l2_code){ .start = widths.start - s->cs.base },
			SVM_EXIT_VMMCALL, widths.end - s->cs.base, "code"))
		return;
	expect_eq(s->rax, rax);
	expect_same_state(s, &old);
}

/* As L2's alone, and with nested paging. */
#define MODE(name, description, set, width)						\
	CASE(name, description) { run_mode(svm_new_guest(), set, width); }		\
	CASE(name##_npt, description ", with nested paging")				\
	{										\
		struct svm_guest *g = svm_new_guest();					\
											\
		require_svm(NPT);							\
		svm_use_npt(g);								\
		run_mode(g, set, width);						\
	}

MODE(real_mode, "real mode", set_real, WIDTH_16)
MODE(protected_16, "protected mode, 16 bits", set_protected16, WIDTH_16)
MODE(virtual_8086, "virtual-8086 mode", set_v8086, WIDTH_16)
MODE(protected_32, "protected mode, 32 bits, no paging", set_protected32, WIDTH_32)
MODE(paged_32, "protected mode with 32-bit paging", set_paged32, WIDTH_32)
MODE(paged_pae, "protected mode with PAE paging", set_pae, WIDTH_32)
MODE(paged_real, "paged real mode", set_paged_real, WIDTH_16)
MODE(compatibility_32, "compatibility mode, 32 bits", set_compatibility32, WIDTH_32)
MODE(compatibility_16, "compatibility mode, 16 bits", set_compatibility16, WIDTH_16)
MODE(long_64, "64-bit mode", set_64, WIDTH_64)

/* ---- segments, which have bases outside of 64-bit mode ---- */

L2_CODE_BITS(segments_32, 32, "xorl %esi, %esi", "movl %es:(%esi), %eax",
	     "movl %ss:(%esi), %ecx; movl %ds:(%esi), %edx; movl %fs:(%esi), %ebx;"
	     "movl %gs:(%esi), %edi");

CASE(segment_bases, "each data segment has the base of its own field")
{
	static const u32 words[] = { 0x11111111, 0x22222222, 0x33333333, 0x44444444, 0x55555555 };
	struct svm_guest *g = svm_new_guest();
	struct vmcb_save *s = &g->vmcb->save;
	struct vmcb_segment *const segments[] = { &s->es, &s->ss, &s->ds, &s->fs, &s->gs };

	set_protected32(s);
	for (unsigned int i = 0; i < ARRAY_SIZE(segments); i++)
		*segments[i] = (struct vmcb_segment){ KERNEL_DS, VMCB_DATA32, ~0u,
						      (uintptr_t)&words[i] };
	expect_through(g, &segments_32, "loads");
	expect_eq(s->rax, words[0]);
	expect_eq(g->regs->rcx, words[1]);
	expect_eq(g->regs->rdx, words[2]);
	expect_eq(g->regs->rbx, words[3]);
	expect_eq(g->regs->rdi, words[4]);
}

/* ---- nested faults of other modes ---- */

L2_CODE_BITS(load_32, 32, "", "movl (%esi), %eax", "");

static u32 absent_page[1024] __attribute__((aligned(4096)));

static struct svm_guest *guest_with_npt(void (*set)(struct vmcb_save *s))
{
	struct svm_guest *g = svm_new_guest();

	require_svm(NPT);
	svm_use_npt(g);
	set(&g->vmcb->save);
	return g;
}

static void expect_npf(struct svm_guest *g, const void *rip, u64 info, u64 gpa)
{
	expect_run(g, &load_32, SVM_EXIT_NPF, rip, "nested fault");
	expect_eq(g->vmcb->control.exit_info_1, info);
	expect_eq(g->vmcb->control.exit_info_2, gpa);
}

CASE(npf_unpaged, "without paging in L2 a nested fault is that of the final address")
{
	struct svm_guest *g = guest_with_npt(set_protected32);

	*svm_npt_entry(g, virt_to_phys(absent_page)) = 0;
	g->regs->rsi = (uintptr_t)absent_page + 0x234;
	expect_npf(g, load_32.at, PFERR_USER_MASK | NPF_FINAL, virt_to_phys(absent_page) + 0x234);
}

#define WALK	(PFERR_USER_MASK | PFERR_WRITE_MASK | NPF_GUEST_TABLE)

CASE(npf_paged_32, "32-bit paging: the fault of the walk is at the entry of 4 bytes")
{
	struct svm_guest *g = guest_with_npt(set_paged32);
	u32 index = (u32)(uintptr_t)load_32.start >> 22;

	*svm_npt_entry(g, virt_to_phys(directory)) = 0;
	expect_npf(g, load_32.start, WALK, virt_to_phys(&directory[index]));
}

CASE(npf_pae, "PAE paging: the fault of the walk is at the directory's entry of 8 bytes")
{
	struct svm_guest *g = guest_with_npt(set_pae);
	u64 pd = pae_pointers[0] & PT_ADDR_MASK;

	*svm_npt_entry(g, pd) = 0;
	expect_npf(g, load_32.start, WALK, pd + ((uintptr_t)load_32.start >> 21) * 8);
}

/* ---- task switches ---- */

#define TASK_CS		0x08
#define TASK_DS		0x10
#define TASK_OLD	0x18
#define TASK_NEW	0x20

struct tss32 {
	u32 link, sp0[6], cr3, eip, eflags, gprs[8], segments[6], ldt, map;
};

static u64 task_gdt[5] __attribute__((aligned(8)));
static struct tss32 old_task, new_task;

L2_CODE_BITS(task_jump, 32, "", "ljmpl $0x20, $0", "");
L2_CODE_BITS(task_call, 32, "", "lcalll $0x20, $0", "");
L2_CODE_BITS(task_return, 32, "pushl $0x4002; popfl", "iretl", "");
L2_CODE_BITS(task_end, 32, "", "nop", "");

static u64 tss_descriptor(const struct tss32 *tss, u8 access)
{
	u64 base = (uintptr_t)tss;

	return (sizeof(*tss) - 1) | (base & 0xffffff) << 16 | (u64)access << 40 |
	       (base >> 24) << 56;
}

/* If the switch is not intercepted it goes to task_end. */
static struct svm_guest *guest_with_tasks(void)
{
	struct svm_guest *g = svm_new_guest();
	struct vmcb_save *s = &g->vmcb->save;

	set_protected32(s);
	task_gdt[1] = 0x00cf9b000000ffff;
	task_gdt[2] = 0x00cf93000000ffff;
	task_gdt[3] = tss_descriptor(&old_task, 0x8b);
	task_gdt[4] = tss_descriptor(&new_task, 0x89);
	old_task = (struct tss32){ .link = TASK_NEW };
	new_task = (struct tss32){ .eip = (uintptr_t)task_end.start, .eflags = X86_EFLAGS_FIXED,
				   .segments = { TASK_DS, TASK_CS, TASK_DS, TASK_DS, 0, 0 } };
	new_task.gprs[4] = L2_STACK_TOP;
	s->gdtr =
		(struct vmcb_segment){ .limit = sizeof(task_gdt) - 1, .base = (uintptr_t)task_gdt };
	s->cs.selector = TASK_CS;
	s->ss.selector = TASK_DS;
	s->tr = (struct vmcb_segment){ TASK_OLD, 0x8b, sizeof(old_task) - 1, (uintptr_t)&old_task };
	svm_intercept(g, INTERCEPT_TASK_SWITCH);
	return g;
}

static void expect_task_switch(const struct l2_code *code, u64 info2, const char *what)
{
	struct svm_guest *g = guest_with_tasks();

	if (code == &task_return)
		task_gdt[4] = tss_descriptor(&new_task, 0x8b);
	if (!expect_intercepted(g, code, SVM_EXIT_TASK_SWITCH, what))
		return;
	expect_eq_msg(g->vmcb->control.exit_info_1 & 0xffff, TASK_NEW, "%s: EXITINFO1", what);
	expect_eq_msg(g->vmcb->control.exit_info_2, info2, "%s: EXITINFO2", what);
	expect_eq_msg(g->vmcb->save.tr.selector, TASK_OLD, "%s: TR", what);
}

CASE(task_switch_jump, "a far jump to a TSS: its selector in EXITINFO1, JMP in EXITINFO2")
{
	expect_task_switch(&task_jump, TASK_SWITCH_JMP, "JMP");
}

CASE(task_switch_call, "a far call to a TSS: its selector in EXITINFO1, 0 in EXITINFO2")
{
	expect_task_switch(&task_call, 0, "CALL");
}

CASE(task_switch_iret, "IRET with NT: the linked selector in EXITINFO1, IRET in EXITINFO2")
{
	expect_task_switch(&task_return, TASK_SWITCH_IRET, "IRET");
}

CASE(task_switch_free, "a task switch that nobody intercepts takes place")
{
	struct svm_guest *g = guest_with_tasks();

	svm_no_intercept(g, INTERCEPT_TASK_SWITCH);
	svm_run_at(g, task_jump.start);
	expect_exit(g, SVM_EXIT_VMMCALL, task_end.end, "JMP");
	expect_eq(old_task.eip, (uintptr_t)task_jump.next);
}
