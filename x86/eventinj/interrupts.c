/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts of the APIC whose delivery faults, and that pend where something else comes first (SDM
 * volume 3, sections 6.8, 6.9 and table 6-5). One whose delivery faults has been taken from IRR:
 * either it is delivered later, once, or it stays in service, undelivered; never both, never
 * neither, and the next one comes as ever. Order and nesting of interrupts only: apic.
 */
#include "eventinj.h"

EVENT(open, IRQ_VECTOR, 0, TRAP, "", "sti", "nop\n" WAIT_FOR_EVENT);

/* Pending when the event begins, with interrupts disabled. */
static void pend(void)
{
	raise_closed = true;
	self_ipi(IRQ_VECTOR);
	expect(wait_bit(APIC_IRR, IRQ_VECTOR, true));
}

static void expect_fault(enum place place, u32 error_code, int ring)
{
	const struct arrival *a = &arrivals[0];
	bool inside = place == CODE;

	expect_eq(a->vector, PF_VECTOR);
	expect_eq(a->error_code, error_code);
	expect_eq(a->cr2 & place_mask(place), place_address(place, IRQ_VECTOR));
	expect_eq(a->cs, ring && !inside ? USER_CS : KERNEL_CS);
	expect_eq(a->flags & X86_EFLAGS_IF, inside ? 0 : X86_EFLAGS_IF);
	if (inside)
		expect_eq(a->rip, a->cr2);
	else	/* the shadow of STI covers one instruction */
		expect_gt(a->rip, (unsigned long)open.next);
}

/* All of them: those that came, and those that are in service and did not come. */
static void expect_one(enum place place)
{
	int came = arrived(IRQ_VECTOR), in_service = apic_read_bit(APIC_ISR, IRQ_VECTOR);

	expect_eq(came + in_service, 1);
	if (place == CODE)
		expect_eq(came, 1);
	expect_eq(n_arrivals, 1 + came);
	expect_eq(apic_read_bit(APIC_IRR, IRQ_VECTOR), 0);
	if (in_service)
		eoi();
}

static void expect_next(enum place place, int ring)
{
	prepare(IRQ_VECTOR, place);
	pend();
	raise_event(&open, ring);
	restore();
	insist_eq(n_arrivals, 1);
	expect_eq(arrivals[0].vector, IRQ_VECTOR);
	expect_gt(arrivals[0].rip, (unsigned long)open.next);
	expect_eq(arrivals[0].cs, ring ? USER_CS : KERNEL_CS);
	expect_eq(apic_read_bit(APIC_ISR, IRQ_VECTOR), 0);
}

static void deliver(enum place place, int ring)
{
	prepare(IRQ_VECTOR, place);
	pend();
	hide(place);
	raise_event(&open, ring);
	restore();
	insist(n_arrivals > 0);
	expect_fault(place, place_error_code(place), ring);
	expect_one(place);
	expect_next(place, ring);
}

#define PLACE(name, place, text)							\
	CASE(irq_##name, "an interrupt, " text " absent: one #PF, and no second delivery")	\
	{										\
		deliver(place, 0);							\
	}										\
	CASE(user_irq_##name, "the same for one that interrupts ring 3")		\
	{										\
		deliver(place, 3);							\
	}

PLACE(stack, STACK, "the stack")
PLACE(idt, IDT, "the page of the IDT")
PLACE(gdt, GDT, "the page of the GDT")
PLACE(code, CODE, "the handler's code")
#ifdef __x86_64__
PLACE(ist, IST, "the gate's stack")
#endif

static void read_only(int ring)
{
	write_cr0(read_cr0() | X86_CR0_WP);
	prepare(IRQ_VECTOR, STACK);
	pend();
	stack_writable(false);
	raise_event(&open, ring);
	restore();
	insist(n_arrivals > 0);
	expect_fault(STACK, PFERR_PRESENT_MASK | PFERR_WRITE_MASK, ring);
	expect_one(STACK);
	expect_next(STACK, ring);
}

CASE(irq_read_only, "an interrupt, and the stack can only be read: #PF with P and W")
{
	read_only(0);
}

CASE(user_irq_read_only, "the same for one that interrupts ring 3")
{
	read_only(3);
}

/* ---- what comes first ---- */

/* Runs e with an interrupt pending, without anything absent. */
static void raise_pending(const struct event *e, unsigned int vector)
{
	prepare(vector, NOWHERE);
	also_handle(IRQ_VECTOR);
	pend();
	raise_event(e, 0);
	restore();
}

EVENT(halt, IRQ_VECTOR, 0, TRAP, "sti", "hlt", "cli");
CASE(halted, "pending, then STI and HLT: it comes in the HLT, and saves the RIP behind it")
{
	raise_pending(&halt, IRQ_VECTOR);
	insist_eq(n_arrivals, 1);
	expect_eq(arrivals[0].vector, IRQ_VECTOR);
	expect_eq(arrivals[0].rip, (unsigned long)halt.next);
	expect_eq(arrivals[0].flags & X86_EFLAGS_IF, X86_EFLAGS_IF);
}

EVENT(sti_cli, IRQ_VECTOR, 0, TRAP, "movl $3000, %ecx; 1: sti; cli; loop 1b", "nop", "");
CASE(sti_then_cli, "pending, 3000 times STI and CLI: it does not come; then it does")
{
	raise_pending(&sti_cli, IRQ_VECTOR);
	expect_eq(n_arrivals, 0);
	expect_eq(apic_read_bit(APIC_IRR, IRQ_VECTOR), 1);
	expect_eq(apic_read_bit(APIC_ISR, IRQ_VECTOR), 0);
	prepare(IRQ_VECTOR, NOWHERE);
	raise_closed = true;
	raise_event(&open, 0);
	expect_eq(n_arrivals, 1);
}

/* Its handler has interrupts disabled; behind it they come at once. */
EVENT(sti_ud, UD_VECTOR, 0, FAULT, "sti", "ud2", WAIT_FOR_EVENT);
CASE(fault_in_shadow, "pending, then STI and UD2: #UD first, with IF saved, then the interrupt")
{
	raise_pending(&sti_ud, UD_VECTOR);
	insist_eq(n_arrivals, 2);
	expect_eq(arrivals[0].vector, UD_VECTOR);
	expect_eq(arrivals[0].rip, (unsigned long)sti_ud.at);
	expect_eq(arrivals[0].flags & X86_EFLAGS_IF, X86_EFLAGS_IF);
	expect_eq(arrivals[1].vector, IRQ_VECTOR);
}

EVENT(int_irq, IRQ_VECTOR, 0, TRAP, "", "int $0x61", "");
CASE(software_same_vector, "INT n of a vector that is pending: the APIC knows nothing of it")
{
	raise_pending(&int_irq, IRQ_VECTOR);
	insist_eq(n_arrivals, 1);
	expect_eq(arrivals[0].rip, (unsigned long)int_irq.next);
	expect_eq(apic_read_bit(APIC_IRR, IRQ_VECTOR), 1);
	expect_eq(apic_read_bit(APIC_ISR, IRQ_VECTOR), 0);
}

static int came_inside;

static void open_in_handler(struct ex_regs *regs)
{
	note_arrival(regs);
	self_ipi(IRQ_VECTOR);
	wait_bit(APIC_IRR, IRQ_VECTOR, true);
	sti_nop();
	for (u64 start = rdtsc(); n_arrivals < 2 && rdtsc() - start < WAIT_TICKS;)
		pause();
	cli();
	came_inside = n_arrivals;
	regs->rip += 2;		/* UD2 */
}

EVENT(ud, UD_VECTOR, 0, FAULT, "", "ud2", "");
CASE(irq_in_handler, "an interrupt inside a #UD's handler that enables them: all return in order")
{
	prepare(UD_VECTOR, NOWHERE);
	also_handle(IRQ_VECTOR);
	handle_exception(UD_VECTOR, open_in_handler);
	came_inside = 0;
	raise_event(&ud, 0);
	restore();
	insist_eq(n_arrivals, 2);
	expect_eq(came_inside, 2);
	expect_eq(arrivals[0].vector, UD_VECTOR);
	expect_eq(arrivals[0].rip, (unsigned long)ud.at);
	expect_eq(arrivals[1].vector, IRQ_VECTOR);
	expect_eq(arrivals[1].cs, KERNEL_CS);
	expect_eq(arrivals[1].flags & X86_EFLAGS_IF, X86_EFLAGS_IF);
}
