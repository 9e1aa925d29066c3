/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A new TSS whose segments cannot be loaded (SDM volume 3, section 8.3, steps 12 and 13, table 8-1;
 * section 6.15, interrupt 10): the switch is done then, the fault is the new task's, before its
 * first instruction, with the selector as error code. Its handler is a task, as the manual asks
 * for: it sees the new task in its back link, repairs the TSS and returns to it.
 */
#ifndef __x86_64__
#include "taskswitch.h"

/* What the handler found. */
static struct {
	u32 count, error_code, prev, eip, tr, runs, nt, prev_of_task, cr0, type, main_type;
} fault;
static u16 *wrong, right;

void repair(u32 error_code);
void repair_entry(void);
asm(".text\n repair_entry: call repair; addl $4, %esp; iretl; jmp repair_entry\n");

/* Another vector than the one that is right comes to a task of its own, which repairs as well. */
static u32 strays;
static tss32_t stray_task;
static char stray_stack[4096] __attribute__((aligned(16)));
void stray(void);
void stray_entry(void);
asm(".text\n stray_entry: call stray; addl $4, %esp; iretl; jmp stray_entry\n");

static void resume_task(void)
{
	*wrong = right;
	task.eip = (u32)task_iret;	/* where it is already, if all is right */
}

void stray(void)
{
	strays++;
	resume_task();
}

static void set_gates(unsigned int vector)
{
	static const u8 vectors[] = { TS_VECTOR, NP_VECTOR, SS_VECTOR, GP_VECTOR };

	stray_task = (tss32_t){
		.cr3 = read_cr3(), .eip = (u32)stray_entry, .eflags = X86_EFLAGS_FIXED,
		.esp = (u32)stray_stack + sizeof(stray_stack), .cs = KERNEL_CS, .ss = KERNEL_DS,
		.ds = KERNEL_DS, .es = KERNEL_DS, .iomap_base = sizeof(stray_task),
	};
	set_gdt_entry(SECOND_SEL, (u32)&stray_task, sizeof(stray_task) - 1, ACCESS_TSS, 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(vectors); i++)
		set_idt_task_gate(vectors[i], SECOND_SEL);
	setup_tss32();
	set_intr_task_gate(vector, repair_entry);
	strays = 0;
}

static void reset_gates(void)
{
	reset_idt_entry(TS_VECTOR);
	reset_idt_entry(NP_VECTOR);
	reset_idt_entry(SS_VECTOR);
	reset_idt_entry(GP_VECTOR);
}

void repair(u32 error_code)
{
	fault.count++;
	fault.error_code = error_code;
	fault.prev = tss_intr.prev;
	fault.eip = task.eip;
	fault.tr = str();
	fault.runs = runs;
	fault.nt = task.eflags & X86_EFLAGS_NT;
	fault.prev_of_task = task.prev;
	fault.type = descriptor()->type;
	fault.main_type = get_gdt_entry(TSS_MAIN)->type;
	resume_task();
	if (fault.count > 1) {		/* not cured */
		print_current_tss_info();
		task.cs = KERNEL_CS;
		task.ss = task.ds = task.es = KERNEL_DS;
		task.fs = task.gs = task.ldt = 0;
	}
}

static void expect_repaired(unsigned int vector, u32 error_code, const char *what)
{
	expect_eq_msg(strays, 0, "%s: other vectors", what);
	expect_eq_msg(fault.count, 1, "%s: %s", what, exception_mnemonic(vector));
	expect_eq_msg(fault.error_code, error_code, "%s: error code", what);
	expect_eq_msg(fault.tr, TSS_INTR, "%s: the handler's task", what);
	expect_eq_msg(fault.prev, TASK_SEL, "%s: the task that faulted", what);
	expect_eq_msg(fault.runs, 0, "%s: it has not run", what);
	expect_eq_msg(fault.nt, X86_EFLAGS_NT, "%s: its NT", what);
	expect_eq_msg(fault.prev_of_task, TSS_MAIN, "%s: its back link", what);
	expect_eq_msg(fault.type, DESC_TSS | DESC_BUSY, "%s: it is busy", what);
	expect_eq_msg(fault.main_type, DESC_TSS | DESC_BUSY, "%s: so is the old one", what);
	expect_eq_msg(runs, 1, "%s: then it runs", what);
	expect_eq_msg(task.prev, TSS_MAIN, "%s: back link at the end", what);
	expect_back();
}

/* One selector of the TSS is bad; by CALL the old task stays busy. */
static void call_with(u16 *slot, u16 bad, unsigned int vector)
{
	prepare(task_iret);
	memset(&fault, 0, sizeof(fault));
	set_gates(vector);
	wrong = slot;
	right = *slot;
	*slot = bad;
	asm volatile("lcall *to_task" : : : CLOBBERS);
	reset_gates();
}

static void bad_selector(u16 *slot, u16 bad, unsigned int vector, u32 error_code, const char *what)
{
	call_with(slot, bad, vector);
	expect_repaired(vector, error_code, what);
}

/* At SEGMENT_SEL: a flat segment of 4 GiB. */
static void segment(u8 access)
{
	set_gdt_entry(SEGMENT_SEL, 0, 0xfffff, access, 0xc0);
}

#define DATA		0x93
#define READ_ONLY	0x91
#define CODE		0x9b
#define EXECUTE_ONLY	0x99
#define ABSENT(access)	((access) & ~0x80)
#define DPL(access, n)	((access) | (n) << 5)

CASE(bad_cs, "CS that is null, beyond the GDT, data, or of another privilege: #TS(CS)")
{
	bad_selector(&task.cs, 0, TS_VECTOR, 0, "null");
	bad_selector(&task.cs, 0xfff8, TS_VECTOR, 0xfff8, "beyond the GDT");
	bad_selector(&task.cs, KERNEL_DS, TS_VECTOR, KERNEL_DS, "data");
	bad_selector(&task.cs, TASK_SEL, TS_VECTOR, TASK_SEL, "a TSS");
	segment(DPL(CODE, 1));
	bad_selector(&task.cs, SEGMENT_SEL, TS_VECTOR, SEGMENT_SEL, "DPL 1, RPL 0");
}

CASE(absent_cs, "CS that is not present: #NP(CS)")
{
	segment(ABSENT(CODE));
	bad_selector(&task.cs, SEGMENT_SEL, NP_VECTOR, SEGMENT_SEL, "absent");
}

CASE(bad_ss, "SS that is null, beyond the GDT, read-only, code, or of another privilege: #TS(SS)")
{
	bad_selector(&task.ss, 0, TS_VECTOR, 0, "null");
	bad_selector(&task.ss, 0xfff8, TS_VECTOR, 0xfff8, "beyond the GDT");
	bad_selector(&task.ss, KERNEL_CS, TS_VECTOR, KERNEL_CS, "code");
	bad_selector(&task.ss, KERNEL_DS | 3, TS_VECTOR, KERNEL_DS, "RPL 3");
	segment(READ_ONLY);
	bad_selector(&task.ss, SEGMENT_SEL, TS_VECTOR, SEGMENT_SEL, "read-only");
	segment(DPL(DATA, 3));
	bad_selector(&task.ss, SEGMENT_SEL, TS_VECTOR, SEGMENT_SEL, "DPL 3");
}

CASE(absent_ss, "SS that is not present: #SS(SS)")
{
	segment(ABSENT(DATA));
	bad_selector(&task.ss, SEGMENT_SEL, SS_VECTOR, SEGMENT_SEL, "absent");
}

static void each_data_segment(u16 bad, unsigned int vector, u32 error_code, const char *what)
{
	u16 *const slots[] = { &task.ds, &task.es, &task.fs, &task.gs };

	for (unsigned int i = 0; i < ARRAY_SIZE(slots); i++)
		bad_selector(slots[i], bad, vector, error_code, what);
}

CASE(bad_data, "DS, ES, FS, GS beyond the GDT, or that cannot be read: #TS(selector)")
{
	each_data_segment(0xfff8, TS_VECTOR, 0xfff8, "beyond the GDT");
	each_data_segment(TSS_MAIN, TS_VECTOR, TSS_MAIN, "a TSS");
	segment(EXECUTE_ONLY);
	each_data_segment(SEGMENT_SEL, TS_VECTOR, SEGMENT_SEL, "execute-only");
}

CASE(absent_data, "DS, ES, FS, GS that are not present: #NP(selector)")
{
	segment(ABSENT(DATA));
	each_data_segment(SEGMENT_SEL, NP_VECTOR, SEGMENT_SEL, "absent");
}

CASE(eip, "the EIP that such a fault saves is that of the new task's TSS")
{
	u16 *const slots[] = { &task.cs, &task.ss, &task.ds, &task.ldt };

	for (unsigned int i = 0; i < ARRAY_SIZE(slots); i++) {
		call_with(slots[i], 0xfff8, TS_VECTOR);
		expect_eq_msg(fault.eip, (u32)task_iret, "selector %u", i);
		expect_back();
	}
}

CASE(bad_ldt, "an LDT beyond the GDT, in an LDT, of another type, or not present: #TS(LDT)")
{
	bad_selector(&task.ldt, 0xfff8, TS_VECTOR, 0xfff8, "beyond the GDT");
	bad_selector(&task.ldt, LDT_SEL | 4, TS_VECTOR, LDT_SEL | 4, "in an LDT");
	bad_selector(&task.ldt, KERNEL_DS, TS_VECTOR, KERNEL_DS, "data");
	set_gdt_entry(LDT_SEL, 0, 7, ACCESS_LDT & ~0x80, 0);
	bad_selector(&task.ldt, LDT_SEL, TS_VECTOR, LDT_SEL, "absent");
}
#endif
