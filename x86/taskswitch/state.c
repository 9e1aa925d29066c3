/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What else a task switch does (SDM volume 3, sections 8.2.1, 8.3 to 8.6): busy bits while the new
 * task runs, chains of tasks, CR3, the T flag (section 18.3.1.5), error codes on the new task's
 * stack (section 6.14), 16-bit TSSes, and a TSS whose page is absent.
 */
#ifndef __x86_64__
#include "taskswitch.h"
#include "alloc_page.h"
#include "asm/debugreg.h"
#include "vmalloc.h"
#include "x86/vm.h"

/* A second task, in C: the first calls it, or an exception does. */
static tss32_t second;
static char second_stack[4096] __attribute__((aligned(16)));
struct far to_second = { 0, SECOND_SEL };

static struct {
	u32 runs, tr, main_type, task_type, own_type, prev, eflags, cr3, value;
	u32 stack_top, esp, main_eip;
} inner;
static const volatile u32 *watched;
/* What it changes in the main task: EAX unless 0, and EIP. */
static u32 main_eax, main_skip;

void second_body(u32 stack_top, u32 esp);
void second_entry(void);
void second_entry_code(void);
void task_calls_second(void);
asm(".text\n second_entry: pushl %esp; pushl $0; call second_body; addl $8, %esp; iretl\n"
    "second_entry_code: pushl %esp; pushl 4(%esp); call second_body; addl $12, %esp; iretl\n"
    "task_calls_second: incl runs; lcall *to_second; iretl\n");

void second_body(u32 stack_top, u32 esp)
{
	inner.runs++;
	inner.tr = str();
	inner.main_type = get_gdt_entry(TSS_MAIN)->type;
	inner.task_type = descriptor()->type;
	inner.own_type = get_gdt_entry(SECOND_SEL)->type;
	inner.prev = second.prev;
	inner.eflags = read_rflags();
	inner.stack_top = stack_top;
	inner.esp = esp;
	inner.main_eip = own()->eip;
	if (main_eax)
		own()->eax = main_eax;
	own()->eip += main_skip;
	inner.cr3 = read_cr3();
	if (watched)
		inner.value = *watched;
}

static void prepare_second(void (*code)(void))
{
	memset(&inner, 0, sizeof(inner));
	watched = NULL;
	main_eax = main_skip = 0;
	second = (tss32_t){
		.cr3 = read_cr3(), .eip = (u32)code, .eflags = X86_EFLAGS_FIXED,
		.esp = (u32)second_stack + sizeof(second_stack), .cs = KERNEL_CS, .ss = KERNEL_DS,
		.ds = KERNEL_DS, .es = KERNEL_DS, .iomap_base = sizeof(second), .prev = 0xffff,
	};
	set_gdt_entry(SECOND_SEL, (u32)&second, sizeof(second) - 1, ACCESS_TSS, 0);
}

#define BUSY	(DESC_TSS | DESC_BUSY)

CASE(chain, "CALL, and CALL in it: three tasks are busy, each links to the last; IRETs undo it")
{
	prepare(task_calls_second);
	prepare_second(second_entry);
	asm volatile("lcall *to_task" : : : CLOBBERS);
	expect_eq(inner.runs, 1);
	expect_eq(inner.tr, SECOND_SEL);
	expect_eq(inner.main_type, BUSY);
	expect_eq(inner.task_type, BUSY);
	expect_eq(inner.own_type, BUSY);
	expect_eq(inner.prev, TASK_SEL);
	expect_eq(task.prev, TSS_MAIN);
	expect_eq(inner.eflags & X86_EFLAGS_NT, X86_EFLAGS_NT);
	expect_eq(get_gdt_entry(SECOND_SEL)->type, DESC_TSS);
	expect_eq(second.eflags & X86_EFLAGS_NT, 0);
	expect_back();
}

void task_jumps_on(void);
asm(".text\n task_jumps_on: incl runs; ljmpl *to_second; task_resumed: ljmpl *to_main\n"
    "second_jumps: pushl %esp; pushl $0; call second_body; addl $8, %esp; ljmpl *to_main\n");
extern char task_resumed[];
void second_jumps(void);

CASE(jumps, "JMP, and JMP in it: only the running task is busy, and each saves where it goes on")
{
	prepare(task_jumps_on);
	prepare_second(second_jumps);
	asm volatile("ljmpl *to_task" : : : CLOBBERS);
	expect_eq(inner.runs, 1);
	expect_eq(inner.main_type, DESC_TSS);
	expect_eq(inner.task_type, DESC_TSS);
	expect_eq(inner.own_type, BUSY);
	expect_eq(inner.prev, 0xffff);
	expect_eq(task.prev, 0xffff);
	expect_eq(task.eip, (u32)task_resumed);
	expect_eq(inner.eflags & X86_EFLAGS_NT, 0);
	expect_back();
}

CASE(cr3, "CR3 is loaded from the TSS both ways, and so are the pages behind it")
{
	u32 cr3, *page = alloc_page();
	pgd_t *root;
	void *virt;

	if (!vm_available())
		setup_vm();
	prepare(task_iret);
	prepare_second(second_entry);
	cr3 = read_cr3();
	root = alloc_page();
	memcpy(root, current_page_table(), PAGE_SIZE);
	virt = (void *)ALIGN((unsigned long)alloc_vpages_aligned(2048, 10), 4u << 20);
	install_page(root, virt_to_phys(page), virt);
	*page = 0x600d600d;
	second.cr3 = virt_to_phys(root);
	watched = virt;
	asm volatile("lcall *to_second" : : : CLOBBERS);
	expect_eq(inner.runs, 1);
	expect_eq(inner.cr3, virt_to_phys(root));
	expect_eq(inner.value, 0x600d600d);
	expect_eq(read_cr3(), cr3);
	expect_eq(second.cr3, virt_to_phys(root));
	expect_eq(asm_safe("testb $0, (%0)", "r" (virt)), PF_VECTOR);
	write_cr0(read_cr0() & ~X86_CR0_TS);
}

/* ---- the T flag ---- */

static struct {
	u32 count, eip, dr6, tr, runs;
} trap;

static void on_debug(struct ex_regs *regs)
{
	trap.count++;
	trap.eip = regs->rip;
	trap.dr6 = read_dr6();
	trap.tr = str();
	trap.runs = runs;
	if (!runs)
		regs->rip = (u32)task_iret;	/* where it is already, if all is right */
	write_dr6(DR6_ACTIVE_LOW);
}

static void switch_with_t(void)
{
	handler before = handle_exception(DB_VECTOR, on_debug);

	prepare(task_iret);
	memset(&trap, 0, sizeof(trap));
	task.t = 1;
	write_dr6(DR6_ACTIVE_LOW);
	asm volatile("lcall *to_task" : : : CLOBBERS);
	handle_exception(DB_VECTOR, before);
}

CASE(t_flag, "T in the new TSS: #DB in the new task before its first instruction, DR6.BT")
{
	switch_with_t();
	expect_eq(trap.count, 1);
	expect_eq(trap.dr6, DR6_ACTIVE_LOW | DR6_BT);
	expect_eq(trap.tr, TASK_SEL);
	expect_eq(trap.runs, 0);
	expect_eq(runs, 1);
	expect_back();
}

CASE(t_flag_eip, "the EIP that it saves is that of the new task's first instruction")
{
	switch_with_t();
	expect_eq(trap.eip, (u32)task_iret);
	expect_back();
}

/* ---- exceptions ---- */

extern char gp_at[], ud_at[], int_next[];

CASE(error_code,
     "#GP by a task gate: its error code is on the new task's stack, EIP is the fault's")
{
	prepare(task_iret);
	prepare_second(second_entry_code);
	set_idt_task_gate(GP_VECTOR, SECOND_SEL);
	main_eax = KERNEL_DS;	/* at the second attempt */
	asm volatile("movl $0xfffb, %%eax\n gp_at: movl %%eax, %%es" : : : "eax", CLOBBERS);
	reset_idt_entry(GP_VECTOR);
	expect_eq(inner.runs, 1);
	expect_eq(inner.stack_top, 0xfff8);
	expect_eq(inner.esp, (u32)second_stack + sizeof(second_stack) - 4);
	expect_eq(inner.main_eip, (u32)gp_at);
	expect_eq(inner.prev, TSS_MAIN);
	expect_back();
}

CASE(no_error_code,
     "#UD and INT n by a task gate: nothing is pushed; EIP is the UD2's, or behind INT")
{
	prepare(task_iret);
	prepare_second(second_entry);
	set_idt_task_gate(UD_VECTOR, SECOND_SEL);
	main_skip = 2;
	asm volatile("ud_at: ud2" : : : CLOBBERS);
	reset_idt_entry(UD_VECTOR);
	expect_eq(inner.runs, 1);
	expect_eq(inner.esp, (u32)second_stack + sizeof(second_stack));
	expect_eq(inner.main_eip, (u32)ud_at);
	expect_back();
	prepare_second(second_entry);
	set_idt_task_gate(0x90, SECOND_SEL);
	asm volatile("int $0x90; int_next:" : : : CLOBBERS);
	reset_idt_entry(0x90);
	expect_eq(inner.runs, 1);
	expect_eq(inner.esp, (u32)second_stack + sizeof(second_stack));
	expect_eq(inner.main_eip, (u32)int_next);
	expect_back();
}

/* ---- 16-bit TSSes: figure 8-10 ---- */

#define TSS16		1
#define STACK16_SEL	(FIRST_SPARE_SEL + 40)

static struct {
	u16 prev, sp0, ss0, sp1, ss1, sp2, ss2, ip, flags, ax, cx, dx, bx, sp, bp, si, di;
	u16 es, cs, ss, ds, ldt;
} tss16;
_Static_assert(sizeof(tss16) == 44, "a 16-bit TSS has 44 bytes");

/* Its IP counts from its own address. */
extern char code16[];
u16 found16[9];
asm(".text\n code16: movw %ax, found16; movw %cx, found16+2; movw %dx, found16+4\n"
    "movw %bx, found16+6; movw %sp, found16+8; movw %bp, found16+10; movw %si, found16+12\n"
    "movw %di, found16+14; pushfl; popl %eax; movw %ax, found16+16; incl runs; clts; iretl\n");

static void prepare16(void)
{
	prepare(task_iret);
	memset(found16, 0, sizeof(found16));
	set_gdt_entry(SEGMENT_SEL, (u32)code16, 0xfffff, 0x9b, 0xc0);
	set_gdt_entry(STACK16_SEL, (u32)second_stack, 0xffff, 0x93, 0);
	memset(&tss16, 0, sizeof(tss16));
	tss16.prev = 0xffff;
	tss16.flags = X86_EFLAGS_FIXED | X86_EFLAGS_CF;
	tss16.ax = 0x1111;
	tss16.cx = 0x2222;
	tss16.dx = 0x3333;
	tss16.bx = 0x4444;
	tss16.sp = sizeof(second_stack);
	tss16.bp = 0x5555;
	tss16.si = 0x6666;
	tss16.di = 0x7777;
	tss16.cs = SEGMENT_SEL;
	tss16.ss = STACK16_SEL;
	tss16.es = tss16.ds = KERNEL_DS;
	set_gdt_entry(TASK_SEL, (u32)&tss16, sizeof(tss16) - 1, ACCESS_TSS - DESC_TSS + TSS16, 0);
}

CASE(tss_16, "CALL to a 16-bit TSS loads and saves 16 bits of each register; IRET goes back")
{
	const u16 wanted[8] = { 0x1111, 0x2222, 0x3333, 0x4444, sizeof(second_stack), 0x5555,
				0x6666, 0x7777 };

	prepare16();
	asm volatile("lcall *to_task" : : : CLOBBERS);
	expect_eq(runs, 1);
	expect_mem(found16, wanted, sizeof(wanted));
	expect_eq(found16[8] & ~X86_EFLAGS_ALU, X86_EFLAGS_FIXED | X86_EFLAGS_NT);
	expect_eq(tss16.prev, TSS_MAIN);
	expect_eq(tss16.flags & X86_EFLAGS_NT, 0);
	expect_eq(tss16.cx, 0x2222);
	expect_eq(tss16.di, 0x7777);
	expect_eq(tss16.cs, SEGMENT_SEL);
	expect_eq(str(), TSS_MAIN);
	expect_eq(descriptor()->type, TSS16);
	expect_eq(get_gdt_entry(TSS_MAIN)->type, BUSY);
}

CASE(tss_16_refused, "a 16-bit TSS that is busy is #GP(TSS), one with a limit below 43 #TS(TSS)")
{
	prepare16();
	descriptor()->type |= DESC_BUSY;
	expect_eq(asm_safe("lcall *to_task", "i" (0)), GP_VECTOR);
	expect_eq(exception_error_code(), TASK_SEL);
	expect_not_switched();
	prepare16();
	descriptor()->limit1 = 42;
	expect_eq(asm_safe("lcall *to_task", "i" (0)), TS_VECTOR);
	expect_eq(exception_error_code(), TASK_SEL);
	expect_not_switched();
	expect_eq(tss16.prev, 0xffff);
}

/* ---- a TSS whose pages are absent ---- */

/* Section 8.3, step 5: all of it is looked for before anything changes. offset: into two pages. */
static void absent_page(unsigned int offset, unsigned int page)
{
	char *pages, *base;
	pteval_t *pte;

	if (!vm_available())
		setup_vm();
	prepare(task_iret);
	pages = alloc_vpages(2);
	install_page(current_page_table(), virt_to_phys(alloc_page()), pages);
	install_page(current_page_table(), virt_to_phys(alloc_page()), pages + PAGE_SIZE);
	base = pages + offset;
	memcpy(base, &task, sizeof(task));
	set_gdt_entry(TASK_SEL, (u32)base, sizeof(task) - 1, ACCESS_TSS, 0);
	pte = get_pte_level(current_page_table(), pages + page * PAGE_SIZE, 1);
	*pte &= ~PT_PRESENT_MASK;
	invlpg(pages + page * PAGE_SIZE);
	expect_eq(asm_safe("lcall *to_task", "i" (0)), PF_VECTOR);
	/* Whether it was read or written first is not said. */
	expect_eq(exception_error_code() & ~PFERR_WRITE_MASK, 0);
	expect_ge(read_cr2(), (u32)MAX(base, pages + page * PAGE_SIZE));
	expect_lt(read_cr2(), (u32)base + sizeof(task));
	*pte |= PT_PRESENT_MASK;
	expect_not_switched();
	expect_eq(descriptor()->type, DESC_TSS);
	expect_eq(((tss32_t *)base)->prev, 0xffff);
	asm volatile("lcall *to_task" : : : CLOBBERS);
	expect_loaded(X86_EFLAGS_NT);
	expect_eq(((tss32_t *)base)->prev, TSS_MAIN);
	expect_back();
}

CASE(absent_tss, "a TSS on a page that is absent: #PF in the old task, and nothing has changed")
{
	absent_page(0, 0);
}

CASE(absent_half, "the same where only the second half of the TSS is absent, or the first")
{
	absent_page(PAGE_SIZE - 52, 1);
	absent_page(PAGE_SIZE - 52, 0);
}
#endif
