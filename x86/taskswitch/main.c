/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Task switches of 32-bit protected mode (SDM volume 3, chapter 8): JMP, CALL, IRET and task gates;
 * what is saved in the old TSS and loaded from the new one, busy bits, NT, the back link, CR0.TS
 * (tables 8-1 and 8-2); and TSSes that are not right, which fault before anything changes. gates.c:
 * task gates of all tables, and privilege; newtask.c: faults of the new task; state.c: what else a
 * switch loads. On x86_64 there is nothing of it: a far jump to a TSS is #GP (section 8.7).
 */
#include "taskswitch.h"

#ifdef __x86_64__
struct { u32 offset; u16 sel; } __attribute__((packed)) far_task = { 0, TSS_MAIN };

CASE(no_tasks, "in 64-bit mode a far jump or call to a TSS is #GP(selector)")
{
	expect_eq(asm_safe("ljmpl *%0", "m" (far_task)), GP_VECTOR);
	expect_eq(exception_error_code(), TSS_MAIN);
	expect_eq(asm_safe("lcall *%0", "m" (far_task)), GP_VECTOR);
	expect_eq(exception_error_code(), TSS_MAIN);
}
#else
struct far to_task = { 0x12345678, TASK_SEL }, to_gate = { 0, GATE_SEL }, to_main = { 0, TSS_MAIN };

tss32_t task;
char task_stack[4096] __attribute__((aligned(16)));
struct found found;
u32 runs;

#define SEE									\
	"mov %eax, found; mov %ecx, found+4; mov %edx, found+8; mov %ebx, found+12\n"	\
	"mov %esp, found+16; mov %ebp, found+20; mov %esi, found+24; mov %edi, found+28\n"	\
	"pushf; pop found+32; mov %cr0, %eax; mov %eax, found+36\n"			\
	"str %eax; mov %eax, found+40\n"						\
	"mov %es, %eax; mov %eax, found+44; mov %fs, %eax; mov %eax, found+48; mov %gs, %eax\n"	\
	"mov %eax, found+52; incl runs\n"
asm(".text\n .globl task_iret, task_jmp\n task_iret: " SEE "clts; iretl\n jmp task_iret\n"
    "task_jmp: " SEE "clts; ljmpl *to_main\n jmp task_jmp\n");

void prepare(void (*code)(void))
{
	memset(&found, 0, sizeof(found));
	runs = 0;
	task = (tss32_t){
		.cr3 = read_cr3(), .eip = (u32)code,
		.eflags = X86_EFLAGS_FIXED | X86_EFLAGS_CF | X86_EFLAGS_OF,
		.eax = 0x11111111, .ecx = 0x22222222, .edx = 0x33333333, .ebx = 0x44444444,
		.esp = (u32)task_stack + sizeof(task_stack), .ebp = 0x55555555, .esi = 0x66666666,
		.edi = 0x77777777,
		.es = KERNEL_DS, .cs = KERNEL_CS, .ss = KERNEL_DS, .ds = KERNEL_DS, .fs = 0,
		.gs = KERNEL_DS16,
		.iomap_base = sizeof(task), .prev = 0xffff,
	};
	set_gdt_entry(TASK_SEL, (u32)&task, sizeof(task) - 1, ACCESS_TSS, 0);
	set_gdt_task_gate(GATE_SEL, TASK_SEL);
	own()->cr3 = read_cr3();
	write_cr0(read_cr0() & ~X86_CR0_TS);
}

void expect_loaded(u32 nt)
{
	expect_eq(runs, 1);
	expect_eq(found.eax, 0x11111111);
	expect_eq(found.ecx, 0x22222222);
	expect_eq(found.edx, 0x33333333);
	expect_eq(found.ebx, 0x44444444);
	expect_eq(found.esp, (u32)task_stack + sizeof(task_stack));
	expect_eq(found.ebp, 0x55555555);
	expect_eq(found.esi, 0x66666666);
	expect_eq(found.edi, 0x77777777);
	/* The others: CASE(loaded_flags). */
	expect_eq(found.eflags & ~X86_EFLAGS_ALU, X86_EFLAGS_FIXED | nt);
	expect_eq(found.cr0 & X86_CR0_TS, X86_CR0_TS);
	expect_eq(found.tr, TASK_SEL);
	expect_eq(found.es, KERNEL_DS);
	expect_eq(found.fs, 0);
	expect_eq(found.gs, KERNEL_DS16);
}

void expect_back(void)
{
	expect_eq(str(), TSS_MAIN);
	expect_eq(get_gdt_entry(TSS_MAIN)->type, DESC_TSS | DESC_BUSY);
	expect_eq(descriptor()->type, DESC_TSS);
	expect_eq(read_rflags() & X86_EFLAGS_NT, 0);
	write_cr0(read_cr0() & ~X86_CR0_TS);
}

CASE(call, "CALL to a TSS loads all of it, sets NT, the back link and TS; IRET goes back")
{
	prepare(task_iret);
	asm volatile("lcall *to_task" : : : CLOBBERS);
	expect_loaded(X86_EFLAGS_NT);
	expect_eq(task.prev, TSS_MAIN);
	expect_back();
	expect_eq(task.eflags & X86_EFLAGS_NT, 0);
}

CASE(call_gate, "CALL by a task gate does the same")
{
	prepare(task_iret);
	asm volatile("lcall *to_gate" : : : CLOBBERS);
	expect_loaded(X86_EFLAGS_NT);
	expect_eq(task.prev, TSS_MAIN);
	expect_back();
}

CASE(jump, "JMP to a TSS loads all of it, without NT and back link; JMP back")
{
	prepare(task_jmp);
	asm volatile("ljmpl *to_task" : : : CLOBBERS);
	expect_loaded(0);
	expect_eq(task.prev, 0xffff);
	expect_back();
}

CASE(interrupt_gate, "an interrupt by a task gate of the IDT is as CALL")
{
	prepare(task_iret);
	set_idt_task_gate(0x90, TASK_SEL);
	asm volatile("int $0x90" : : : CLOBBERS);
	reset_idt_entry(0x90);
	expect_loaded(X86_EFLAGS_NT);
	expect_eq(task.prev, TSS_MAIN);
	expect_back();
}

extern char saved_next[];
CASE(saved,
     "the old task's registers, the next EIP, flags and segments are saved; CR3 and ESP0 are not")
{
	u32 esp, esp0;

	prepare(task_iret);
	esp0 = own()->esp0 = 0xabcdef00;
	own()->eax = own()->ecx = own()->edx = 0;
	asm volatile("mov %%esp, %0; lcall *to_task; saved_next:"
		     : "=b" (esp) : "a" (0x1234), "c" (0x2345), "d" (0x3456) : CLOBBERS);
	expect_eq(runs, 1);
	expect_eq(own()->eax, 0x1234);
	expect_eq(own()->ecx, 0x2345);
	expect_eq(own()->edx, 0x3456);
	expect_eq(own()->ebx, esp);
	expect_eq(own()->esp, esp);
	expect_eq(own()->eip, (u32)saved_next);
	expect_eq(own()->eflags & ~X86_EFLAGS_ALU, read_rflags() & ~X86_EFLAGS_ALU);
	expect_eq(own()->cs, KERNEL_CS);
	expect_eq(own()->ss, KERNEL_DS);
	expect_eq(own()->ds, read_ds());
	expect_eq(own()->esp0, esp0);
	expect_eq(own()->cr3, read_cr3());
	expect_back();
}

CASE(saved_flags, "the status flags that the instruction before has set are saved")
{
	prepare(task_iret);
	asm volatile("stc; lcall *to_task" : : : CLOBBERS);
	expect_eq(own()->eflags & X86_EFLAGS_CF, X86_EFLAGS_CF);
	asm volatile("clc; lcall *to_task" : : : CLOBBERS);
	expect_eq(own()->eflags & X86_EFLAGS_CF, 0);
	expect_eq(runs, 2);
	expect_back();
}

CASE(loaded_flags, "the status flags are the new TSS's, not those of the instruction before")
{
	prepare(task_iret);
	asm volatile("testl %%esp, %%esp; lcall *to_task" : : : CLOBBERS);
	expect_eq(found.eflags & X86_EFLAGS_ALU, X86_EFLAGS_CF | X86_EFLAGS_OF);
	expect_eq(runs, 1);
	expect_back();
}

CASE(task_saved, "what IRET leaves is saved as well: the task goes on behind its IRET")
{
	u32 eip;

	prepare(task_iret);
	asm volatile("lcall *to_task" : : : CLOBBERS);
	eip = task.eip;
	expect_gt(eip, (u32)task_iret);
	expect_lt(eip, (u32)task_jmp);
	asm volatile("lcall *to_task" : : : CLOBBERS);
	expect_eq(runs, 2);
	expect_eq(task.eip, eip);
	expect_eq(task.ecx, 0x22222222);
	expect_back();
}

/* ---- faults: before the switch, in the old task ---- */

void expect_refused(unsigned int vector, u32 error_code)
{
	expect_eq(asm_safe("lcall *to_task", "i" (0)), vector);
	expect_eq(exception_error_code(), error_code);
	expect_not_switched();
}

void expect_not_switched(void)
{
	expect_eq(runs, 0);
	expect_eq(str(), TSS_MAIN);
	expect_eq(get_gdt_entry(TSS_MAIN)->type, DESC_TSS | DESC_BUSY);
	expect_eq(read_cr0() & X86_CR0_TS, 0);
	expect_eq(task.prev, 0xffff);
}

CASE(busy, "a busy TSS is #GP(selector)")
{
	prepare(task_iret);
	descriptor()->type |= DESC_BUSY;
	expect_refused(GP_VECTOR, TASK_SEL);
	expect_eq(descriptor()->type, DESC_TSS | DESC_BUSY);
}

CASE(absent, "a TSS that is not present is #NP(selector)")
{
	prepare(task_iret);
	descriptor()->p = 0;
	expect_refused(NP_VECTOR, TASK_SEL);
}

CASE(nested_not_busy, "IRET with NT to a TSS that is not busy is #TS(selector)")
{
	u16 prev = own()->prev;

	prepare(task_iret);
	own()->prev = TASK_SEL;
	write_rflags(read_rflags() | X86_EFLAGS_NT);
	expect_eq(asm_safe("iretl", "i" (0)), TS_VECTOR);
	write_rflags(read_rflags() & ~X86_EFLAGS_NT);
	own()->prev = prev;
	expect_eq(exception_error_code(), TASK_SEL);
	expect_eq(runs, 0);
	expect_eq(str(), TSS_MAIN);
}

CASE(limit, "a TSS whose limit is below 103 is #TS(selector)")
{
	prepare(task_iret);
	descriptor()->limit1 = 102;
	expect_refused(TS_VECTOR, TASK_SEL);
	descriptor()->limit1 = 103;
	asm volatile("lcall *to_task" : : : CLOBBERS);
	expect_eq(runs, 1);
	expect_back();
}
#endif
