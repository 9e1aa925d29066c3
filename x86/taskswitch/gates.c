/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ways to a task and what bars them (SDM volume 3, sections 6.12.1.1, 8.2.5 and 8.3; volume 2,
 * CALL, JMP and INT n): task gates of the GDT, an LDT and the IDT, from ring 0 and ring 3. What is
 * wrong with a gate or with the descriptor of its TSS faults in the old task, and changes nothing.
 */
#ifndef __x86_64__
#include "taskswitch.h"
#include "vmalloc.h"
#include "x86/usermode.h"

#define VECTOR		0x90
#define LDT_GATE	(8 | 4)		/* the second descriptor of the LDT */

static gdt_entry_t ldt[2] __attribute__((aligned(8)));
struct far to_ldt_gate = { 0, LDT_GATE };

static void prepare_ldt(void)
{
	prepare(task_iret);
	set_gdt_entry(LDT_SEL, (u32)ldt, sizeof(ldt) - 1, ACCESS_LDT, 0);
	ldt[1] = *get_gdt_entry(GATE_SEL);
	own()->ldt = LDT_SEL;		/* the switch back loads it, and none saves it */
	lldt(LDT_SEL);
}

static void leave_ldt(void)
{
	own()->ldt = 0;
	lldt(0);
}

CASE(ldt_gate, "CALL by a task gate of the LDT; the way back loads the old task's LDT")
{
	u16 in_force;

	prepare_ldt();
	asm volatile("lcall *to_ldt_gate" : : : CLOBBERS);
	in_force = sldt();
	leave_ldt();
	expect_loaded(X86_EFLAGS_NT);
	expect_eq(in_force, LDT_SEL);
	expect_back();
}

CASE(jump_gate, "JMP by a task gate: no NT, no back link")
{
	prepare(task_jmp);
	asm volatile("ljmpl *to_gate" : : : CLOBBERS);
	expect_loaded(0);
	expect_eq(task.prev, 0xffff);
	expect_back();
}

/* ---- faults: CALL, JMP and INT by a gate ---- */

static void expect_all_refused(unsigned int vector, u32 error_code, const char *what)
{
	expect_eq_msg(asm_safe("lcall *to_gate", "i" (0)), vector, "CALL: %s", what);
	expect_eq_msg(exception_error_code(), error_code, "CALL: %s", what);
	expect_not_switched();
	expect_eq_msg(asm_safe("ljmpl *to_gate", "i" (0)), vector, "JMP: %s", what);
	expect_eq_msg(exception_error_code(), error_code, "JMP: %s", what);
	expect_not_switched();
}

static void expect_int_refused(u16 sel, unsigned int vector, u32 error_code, const char *what)
{
	set_idt_task_gate(VECTOR, sel);
	expect_eq_msg(asm_safe("int $0x90", "i" (0)), vector, "INT: %s", what);
	expect_eq_msg(exception_error_code(), error_code, "INT: %s", what);
	reset_idt_entry(VECTOR);
	expect_not_switched();
}

static void expect_gate_to(u16 sel, unsigned int vector, u32 error_code, const char *what)
{
	prepare(task_iret);
	set_gdt_task_gate(GATE_SEL, sel);
	expect_all_refused(vector, error_code, what);
	expect_int_refused(sel, vector, error_code, what);
}

CASE(gate_to_nothing,
     "a gate to a null selector, beyond the GDT, to data, to a gate: #GP(selector)")
{
	expect_gate_to(0, GP_VECTOR, 0, "null");
	expect_gate_to(0xfff8, GP_VECTOR, 0xfff8, "beyond the GDT");
	expect_gate_to(KERNEL_DS, GP_VECTOR, KERNEL_DS, "data");
	expect_gate_to(GATE_SEL, GP_VECTOR, GATE_SEL, "a gate");
}

CASE(gate_into_ldt, "a gate to a TSS in the LDT: #GP(selector, TI)")
{
	expect_gate_to(TASK_SEL | 4, GP_VECTOR, TASK_SEL | 4, "into the LDT");
}

CASE(gate_to_busy, "a gate to a busy TSS: #GP(TSS), to the running task's as well")
{
	expect_gate_to(TSS_MAIN, GP_VECTOR, TSS_MAIN, "the running task");
	prepare(task_iret);
	descriptor()->type |= DESC_BUSY;
	expect_all_refused(GP_VECTOR, TASK_SEL, "busy");
	expect_int_refused(TASK_SEL, GP_VECTOR, TASK_SEL, "busy");
	expect_eq(descriptor()->type, DESC_TSS | DESC_BUSY);
}

CASE(gate_to_absent, "a gate to a TSS that is not present: #NP(TSS)")
{
	prepare(task_iret);
	descriptor()->p = 0;
	expect_all_refused(NP_VECTOR, TASK_SEL, "absent");
	expect_int_refused(TASK_SEL, NP_VECTOR, TASK_SEL, "absent");
}

CASE(gate_to_short, "a gate to a TSS whose limit is below 103: #TS(TSS)")
{
	prepare(task_iret);
	descriptor()->limit1 = 102;
	expect_all_refused(TS_VECTOR, TASK_SEL, "short");
	expect_int_refused(TASK_SEL, TS_VECTOR, TASK_SEL, "short");
}

CASE(gate_absent, "a gate that is not present: #NP(gate)")
{
	prepare(task_iret);
	get_gdt_entry(GATE_SEL)->p = 0;
	expect_all_refused(NP_VECTOR, GATE_SEL, "absent");
	set_idt_task_gate(VECTOR, TASK_SEL);
	boot_idt[VECTOR].p = 0;
	expect_eq(asm_safe("int $0x90", "i" (0)), NP_VECTOR);
	expect_eq(exception_error_code(), VECTOR * 8 + 2);
	reset_idt_entry(VECTOR);
	expect_not_switched();
}

/* The exception's own fault is told with EXT. */
CASE(exception_to_absent, "#UD by a gate to a TSS that is not present: #NP(TSS, EXT)")
{
	prepare(task_iret);
	descriptor()->p = 0;
	set_idt_task_gate(UD_VECTOR, TASK_SEL);
	expect_eq(asm_safe("ud2", "i" (0)), NP_VECTOR);
	expect_eq(exception_error_code(), TASK_SEL | 1);
	reset_idt_entry(UD_VECTOR);
	expect_not_switched();
}

/* ---- ring 3 ---- */

static void user_call(void)
{
	asm volatile("lcall *to_task" : : : CLOBBERS);
}

static void user_gate(void)
{
	asm volatile("lcall *to_gate" : : : CLOBBERS);
}

static void user_int(void)
{
	asm volatile("int $0x90" : : : CLOBBERS);
}

static bool in_ring_3(void (*function)(void), unsigned int vector)
{
	bool raised;

	if (!vm_available())
		setup_vm();
	prepare(task_iret);
	if (function == user_int)
		set_idt_task_gate(VECTOR, TASK_SEL);
	return run_in_user((usermode_func)(void *)function, vector, 0, 0, 0, 0, &raised), raised;
}

static void user_refused(void (*function)(void), u32 error_code)
{
	expect_eq(in_ring_3(function, GP_VECTOR), true);
	expect_eq(exception_error_code(), error_code);
	reset_idt_entry(VECTOR);
	expect_not_switched();
}

CASE(user_privilege,
     "ring 3, a TSS, a gate of the GDT or of the IDT of DPL 0: #GP(what was asked for)")
{
	user_refused(user_call, TASK_SEL);
	user_refused(user_gate, GATE_SEL);
	user_refused(user_int, VECTOR * 8 + 2);
}

static void prepare_user(void (*function)(void))
{
	if (!vm_available())
		setup_vm();
	prepare(task_iret);
	get_gdt_entry(GATE_SEL)->dpl = 3;
	set_idt_task_gate(VECTOR, TASK_SEL);
	set_idt_dpl(VECTOR, 3);
}

static void user_switches(void (*function)(void))
{
	bool raised;

	prepare_user(function);
	run_in_user((usermode_func)(void *)function, GP_VECTOR, 0, 0, 0, 0, &raised);
	reset_idt_entry(VECTOR);
	expect_eq(raised, false);
	expect_loaded(X86_EFLAGS_NT);
	expect_eq(own()->cs, USER_CS);
	expect_eq(own()->ss, USER_DS);
	expect_back();
}

CASE(user_gates,
     "by gates of DPL 3, of the GDT and the IDT, ring 3 reaches a TSS of DPL 0, and returns")
{
	user_switches(user_gate);
	user_switches(user_int);
}
#endif
