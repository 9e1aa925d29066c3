/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pairs of exceptions with a page fault among them (SDM volume 3, table 6-5): the delivery of a
 * page fault that meets a page fault or a contributory exception is a double fault, with an error
 * code of 0, on its own stack; a page fault in the body of a handler is not. Contributory and
 * benign ones first, then a page fault: faults.c. Contributory ones only: idt.
 */
#include "eventinj.h"

const void *absent;
EVENT(pf, PF_VECTOR, 0, FAULT, "mov absent, %" R "dx", "movb (%" R "dx), %al", "");
EVENT(ud, UD_VECTOR, 0, FAULT, "", "ud2", "");

/* Page faults that come back, for prepare() handles them. */
static void begin(void)
{
	prepare(DF_VECTOR, NOWHERE);
	absent = (const void *)place_address(CODE, 0);
	hide(CODE);
	gate_of(PF_VECTOR)->ist = 0;
}

/* Then all is as it was: a fault of another delivery is no double fault. */
static void expect_forgotten(void)
{
	prepare(UD_VECTOR, IDT);
	hide(IDT);
	raise_event(&ud, 0);
	expect_eq(n_arrivals, 2);
	expect_eq(arrivals[0].vector, PF_VECTOR);
	expect_eq(arrivals[1].vector, UD_VECTOR);
}

static void expect_double(int ring)
{
	raise_event(&pf, ring);
	restore();
	insist_eq(n_arrivals, 1);
	expect_eq(arrivals[0].vector, DF_VECTOR);
	expect_eq(arrivals[0].error_code, 0);
	expect_forgotten();
}

static void second_idt(int ring)
{
	begin();
	hide_page(gate_of(PF_VECTOR));
	expect_double(ring);
}

static void second_gdt(int ring)
{
	begin();
	gate_of(PF_VECTOR)->selector = spare_cs();
	hide(GDT);
	expect_double(ring);
}

static void second_stack(int ring)
{
	begin();
	user_stack_is_event_stack();
	hide(STACK);
	expect_double(ring);
}

static void second_selector(int ring)
{
	begin();
	gate_of(PF_VECTOR)->selector = 0;
	expect_double(ring);
}

#define RINGS(name, text)								\
	CASE(name, "#PF, then " text ": #DF")						\
	{										\
		name(0);								\
	}										\
	CASE(user_##name, "#PF in ring 3, then " text ": #DF")				\
	{										\
		name(3);								\
	}

RINGS(second_idt, "#PF for the page of its gate")
RINGS(second_gdt, "#PF for the page of its segment's descriptor")
RINGS(second_stack, "#PF for its stack")
RINGS(second_selector, "#GP for a null selector in its gate")

static void read_absent(void)
{
	in_page_fault = NULL;
	*(volatile const char *)absent;
}

CASE(fault_in_handler, "#PF in the body of a #PF's handler: both are handled, one inside the other")
{
	begin();
	in_page_fault = read_absent;
	raise_event(&pf, 0);
	restore();
	insist_eq(n_arrivals, 2);
	expect_eq(arrivals[0].rip, (unsigned long)pf.at);
	expect_ne(arrivals[1].rip, (unsigned long)pf.at);
	for (int i = 0; i < 2; i++) {
		expect_eq(arrivals[i].vector, PF_VECTOR);
		expect_eq(arrivals[i].error_code, 0);
		expect_eq(arrivals[i].cr2, (unsigned long)absent);
		expect_eq(arrivals[i].cs, KERNEL_CS);
	}
}
