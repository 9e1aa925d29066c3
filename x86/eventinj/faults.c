/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions and software interrupts whose delivery meets a page that is absent (SDM volume 3,
 * sections 6.5, 6.15 and table 6-5: the pair is handled serially). First the page fault, with the
 * frame of the instruction that began it, whose RIP is the instruction itself also where a trap
 * would save the next; when its page is there, the event, once, as if nothing had been.
 */
#include "eventinj.h"
#include "asm/debugreg.h"

#define INT_VECTOR	0x90

EVENT(de, DE_VECTOR, 0, FAULT, "movl $1, %eax; xorl %ecx, %ecx", "divb %cl", "");
EVENT(ud, UD_VECTOR, 0, FAULT, "", "ud2", "");
EVENT(db, DB_VECTOR, 0, FAULT, "", "nop", "");
EVENT(gp, GP_VECTOR, 0xfff8, FAULT, "movl $0xfffb, %eax", "movl %eax, %es", "");
EVENT(bp, BP_VECTOR, 0, TRAP, "", "int3", "");
EVENT(bp_long, BP_VECTOR, 0, TRAP, "", ".byte 0xcd, 3", "");
#ifdef __x86_64__
EVENT(of, OF_VECTOR, 0, TRAP, "", "int $4", "");
#else
EVENT(of, OF_VECTOR, 0, TRAP, "movb $0x7f, %al; addb $1, %al", "into", "");
#endif
EVENT(int_n, INT_VECTOR, 0, TRAP, "", "int $0x90", "");

static void expect_page_fault(const struct event *e, enum place place, int ring)
{
	const struct arrival *a = &arrivals[0];
	/* Then the event has begun: its handler's first instruction faults. */
	bool inside = place == CODE;

	expect_eq(a->vector, PF_VECTOR);
	expect_eq(a->error_code, place_error_code(place));
	expect_eq(a->cr2 & place_mask(place), place_address(place, e->vector));
	expect_eq(a->rip, inside ? place_address(CODE, e->vector) : (unsigned long)e->at);
	expect_eq(a->cs, ring && !inside ? USER_CS : KERNEL_CS);
	expect_eq(a->flags & X86_EFLAGS_IF, inside ? 0 : X86_EFLAGS_IF);
}

static void expect_event(const struct event *e, enum place place, int ring)
{
	const struct arrival *a = &arrivals[1];

	expect_eq(a->vector, e->vector);
	expect_eq(a->error_code, e->error_code);
	expect_eq(a->rip, (unsigned long)(e->class == FAULT ? e->at : e->next));
	expect_eq(a->cs, ring ? USER_CS : KERNEL_CS);
	expect_eq(a->flags & X86_EFLAGS_IF, X86_EFLAGS_IF);
	expect_eq(a->cr2, arrivals[0].cr2);
	if (place != CODE)
		expect_eq(a->sp, arrivals[0].sp);
	if (!ring)
		expect_eq(a->sp, event_stack());
	if (e->vector == DB_VECTOR)
		expect_eq(a->dr6 & DR6_VOLATILE, DR6_TRAP0 | DR6_BUS_LOCK | DR6_RTM);
}

static void begin(const struct event *e, enum place place)
{
	prepare(e->vector, place);
	if (e->class == TRAP)
		gate_of(e->vector)->dpl = 3;
	if (e->vector == DB_VECTOR) {
		write_dr0((unsigned long)e->at);
		write_dr6(DR6_ACTIVE_LOW);
		write_dr7(0x400 | DR7_GLOBAL_ENABLE_DR0);
	}
	hide(place);
}

static void deliver(const struct event *e, enum place place, int ring)
{
	begin(e, place);
	raise_event(e, ring);
	restore();
	insist_eq(n_arrivals, 2);
	expect_page_fault(e, place, ring);
	expect_event(e, place, ring);
}

#define RINGS(name, text, place, suffix, where)						\
	CASE(name##_##suffix, text ", " where " absent")				\
	{										\
		deliver(&name, place, 0);						\
	}										\
	CASE(user_##name##_##suffix, text " in ring 3, " where " absent")		\
	{										\
		deliver(&name, place, 3);						\
	}

#ifdef __x86_64__
#define OWN_STACK(name, text)	RINGS(name, text, IST, ist, "the gate's stack")
#else
#define OWN_STACK(name, text)
#endif

#define PLACES(name, text)								\
	RINGS(name, text, STACK, stack, "the stack")					\
	RINGS(name, text, IDT, idt, "the page of the IDT")				\
	RINGS(name, text, GDT, gdt, "the page of the GDT")				\
	RINGS(name, text, CODE, code, "the handler's code")				\
	OWN_STACK(name, text)

PLACES(de, "#DE")
PLACES(ud, "#UD")
PLACES(db, "an instruction breakpoint")
PLACES(gp, "#GP with an error code")
PLACES(bp, "INT3")
PLACES(bp_long, "INT 3 of two bytes")
PLACES(of, "#OF")
PLACES(int_n, "INT 90h")

/*
 * The page fault saves RF set, whatever it interrupts but an instruction breakpoint's handler
 * (section 18.3.1.1), and IRET with RF lets the instruction pass its breakpoint: then there is no
 * #DB.
 */
CASE(db_resumed,
     "an instruction breakpoint, the IDT absent, and RF stays: its #DB does not come again")
{
	begin(&db, IDT);
	keep_rf = true;
	raise_event(&db, 0);
	restore();
	insist_eq(n_arrivals, 1);
	expect_eq(arrivals[0].vector, PF_VECTOR);
	expect_eq(arrivals[0].flags & X86_EFLAGS_RF, X86_EFLAGS_RF);
}
