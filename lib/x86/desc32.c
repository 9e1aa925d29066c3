/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors of 32-bit protected mode: tasks (SDM volume 3, chapter 8), among them the one of double faults. */
#ifndef __x86_64__
#include "libcflat.h"
#include "x86/desc.h"
#include "x86/desc-width.h"
#include "x86/processor.h"

#define TASK_STACK_SIZE	16384

tss32_t tss_intr;
static tss32_t tss_df;
static char intr_stack[TASK_STACK_SIZE] __attribute__((aligned(16)));
static char df_stack[TASK_STACK_SIZE] __attribute__((aligned(16)));

/* In exception-entry.S: double_fault_task() for each double fault, and back by IRET. */
void double_fault_entry(void);
void double_fault_task(void);

void init_tss(int cpu)
{
	tss[cpu].ss0 = KERNEL_DS;
	tss[cpu].esp0 = (uintptr_t)intr_stack + sizeof(intr_stack);	/* until run_in_user() knows better */
	tss[cpu].iomap_base = sizeof(tss[cpu]);		/* no I/O permission bitmap */
	tss[cpu].cr3 = read_cr3();
}

static void init_task(tss32_t *task, int sel, void *stack_top)
{
	*task = (tss32_t){
		.cr3 = read_cr3(), .eflags = X86_EFLAGS_FIXED, .esp = (uintptr_t)stack_top,
		.esp0 = (uintptr_t)stack_top, .ss0 = KERNEL_DS, .iomap_base = sizeof(*task),
		.cs = KERNEL_CS, .ds = KERNEL_DS, .es = KERNEL_DS, .ss = KERNEL_DS, .fs = KERNEL_DS, .gs = KERNEL_DS,
	};
	set_gdt_entry(sel, (unsigned long)task, sizeof(*task) - 1, ACCESS_TSS, 0);
}

void tasks_use_page_tables(unsigned long cr3)
{
	this_cpu_tss()->cr3 = cr3;
	tss_df.cr3 = cr3;
	tss_intr.cr3 = cr3;
}

/* One task serves all CPUs: two double faults at the same moment are beyond it. */
void guard_double_faults(void)
{
	init_task(&tss_df, TSS_DF, df_stack + sizeof(df_stack));
	tss_df.eip = (uintptr_t)double_fault_entry;
	set_idt_task_gate(DF_VECTOR, TSS_DF);
}

/* A task that interrupted another one links to it (section 8.4). The chain is short; a broken one ends it. */
int cpu_of_task(unsigned int tr)
{
	for (int depth = 0; depth < 4; depth++) {
		if (tr >= TSS_MAIN && tr < TSS_INTR)
			return (tr - TSS_MAIN) / TSS_STRIDE;
		if (tr == 0 || tr >= GDT_SIZE || get_gdt_entry(tr)->s)
			break;
		tr = ((tss32_t *)get_gdt_entry_base(get_gdt_entry(tr)))->prev;
	}
	return 0;
}

/* The registers that the hardware saved in the interrupted task's TSS, as if they had been pushed. */
static void regs_from_task(struct ex_regs *regs, const tss32_t *task)
{
	*regs = (struct ex_regs){
		.rax = task->eax, .rcx = task->ecx, .rdx = task->edx, .rbx = task->ebx,
		.rbp = task->ebp, .rsi = task->esi, .rdi = task->edi,
		.vector = DF_VECTOR, .rip = task->eip, .cs = task->cs,
		.rflags = task->eflags, .rsp = task->esp, .ss = task->ss,
	};
}

static void task_from_regs(tss32_t *task, const struct ex_regs *regs)
{
	task->eax = regs->rax;
	task->ecx = regs->rcx;
	task->edx = regs->rdx;
	task->ebx = regs->rbx;
	task->ebp = regs->rbp;
	task->esi = regs->rsi;
	task->edi = regs->rdi;
	task->eip = regs->rip;
	task->cs = regs->cs;
	task->eflags = regs->rflags;
	task->esp = regs->rsp;
	task->ss = regs->ss;
}

/* Makes a longjmp() out of a task safe: back to the CPU's own TSS, as if the IRET had been (sections 8.2.2 and 8.3). */
void leave_nested_task(void)
{
	int sel = TSS_MAIN + x86_cpu_id() * TSS_STRIDE;

	if (str() == sel)
		return;
	clear_tss_busy(str());
	clear_tss_busy(sel);
	write_rflags(read_rflags() & ~X86_EFLAGS_NT);
	write_cr0(read_cr0() & ~X86_CR0_TS);
	ltr(sel);
	guard_double_faults();
}

void double_fault_task(void)
{
	tss32_t *interrupted = (tss32_t *)get_gdt_entry_base(get_gdt_entry(tss_df.prev));
	struct ex_regs regs;

	regs_from_task(&regs, interrupted);
	exception_dispatch(&regs);
	task_from_regs(interrupted, &regs);
}

void setup_tss32(void)
{
	init_task(&tss_intr, TSS_INTR, intr_stack + sizeof(intr_stack));
}

void set_intr_task_gate(int vec, void *fn)
{
	tss_intr.eip = (uintptr_t)fn;
	set_idt_task_gate(vec, TSS_INTR);
}

void setup_alt_stack(void)
{
	setup_tss32();
}

void set_intr_alt_stack(int vec, void *fn)
{
	set_intr_task_gate(vec, fn);
}

static void print_tss(const char *name, const tss32_t *task)
{
	printf("%s: eip %04x:%08" PRIx32 " esp %04x:%08" PRIx32 " eflags %08" PRIx32 " cr3 %08" PRIx32 " back link %04x\n", name,
	       task->cs, task->eip, task->ss, task->esp, task->eflags, task->cr3, task->prev);
}

void print_current_tss_info(void)
{
	printf("TR %#x\n", (unsigned int)str());
	print_tss("main task", this_cpu_tss());
	print_tss("interrupt task", &tss_intr);
}
#endif
