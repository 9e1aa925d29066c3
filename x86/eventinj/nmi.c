/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NMIs, sent to oneself (SDM volume 3, sections 6.7.1, 6.8.3 and 6.9): one at a time until the next
 * IRET, whoever executes it and even if it faults; before interrupts; not between MOV to SS and the
 * next instruction; and NMIs whose delivery faults. Whether such an NMI comes when its page is
 * there is not said: no more than once, and the next one in any case.
 */
#include "eventinj.h"

/* Known to assembly: the xAPIC's ICR, and what to write to it. */
volatile void *event_icr;
u32 event_icr_low = APIC_DEST_PHYSICAL | APIC_DM_NMI | APIC_INT_ASSERT;

/* Sent by an instruction of its own, which needs no stack. */
#define BEFORE		"mov event_icr, %" R "dx; movl event_icr_low, %eax"
#define SEND		"movl %eax, (%" R "dx)"
EVENT(nmi, NMI_VECTOR, 0, TRAP, BEFORE, SEND, WAIT_FOR_EVENT);

static void begin(enum place place)
{
	prepare(NMI_VECTOR, place);
	event_icr = phys_to_virt(APIC_DEFAULT_PHYS_BASE + APIC_ICR);
	apic_write(APIC_ICR2, apic_id() << 24);
}

/* Long enough for an NMI that has been sent, or for one that must not come. */
static int wait_nmis(int n)
{
	u64 start = rdtsc();

	while (arrived(NMI_VECTOR) < n && rdtsc() - start < IPI_DELAY)
		pause();
	return arrived(NMI_VECTOR);
}

static void expect_next_nmi(void)
{
	begin(NOWHERE);
	raise_event(&nmi, 0);
	restore();
	expect_eq(n_arrivals, 1);
	expect_eq(arrivals[0].vector, NMI_VECTOR);
}

CASE(nmi_once, "an NMI comes behind the instruction that sends it, once, and the next one too")
{
	begin(NOWHERE);
	raise_event(&nmi, 0);
	restore();
	insist_eq(n_arrivals, 1);
	expect_eq(arrivals[0].vector, NMI_VECTOR);
	expect_eq(arrivals[0].error_code, 0);
	expect_ge(arrivals[0].rip, (unsigned long)nmi.next);
	expect_eq(arrivals[0].cs, KERNEL_CS);
	expect_eq(arrivals[0].sp, event_stack());
	expect_next_nmi();
}

/* ---- NMIs inside NMIs ---- */

static int before_iret, at_fault, in_first;
static void (*first)(struct ex_regs *regs);

/* The first one sends the second, and does what the case says. */
static void on_nmi(struct ex_regs *regs)
{
	note_arrival(regs);
	if (n_arrivals > 1)
		return;
	self_nmi();
	before_iret = wait_nmis(2);
	if (first)
		first(regs);
	in_first = arrived(NMI_VECTOR);
}

static void raise_two(void (*function)(struct ex_regs *regs))
{
	begin(NOWHERE);
	first = function;
	before_iret = at_fault = in_first = 0;
	handle_exception(NMI_VECTOR, on_nmi);
	sti();
	self_nmi();
	wait_nmis(2);
	cli();
	expect_eq(before_iret, 1);
	expect_eq(arrived(NMI_VECTOR), 2);
}

CASE(nmi_in_nmi, "an NMI in an NMI's handler waits for its IRET")
{
	raise_two(NULL);
	restore();
	insist_eq(n_arrivals, 2);
	expect_eq(in_first, 1);
	expect_next_nmi();
}

static void on_ud(struct ex_regs *regs)
{
	at_fault = arrived(NMI_VECTOR);
	regs->rip += 2;
	/* i386: the library returns by IRET then, else by LRET. */
	regs->rflags |= X86_EFLAGS_RF;
}

static void raise_ud(struct ex_regs *regs)
{
	asm volatile("ud2; nop" : : : "memory");
	wait_nmis(2);
}

CASE(nmi_iret_of_exception, "the IRET of another exception's handler inside it lets the next in")
{
	handle_exception(UD_VECTOR, on_ud);
	raise_two(raise_ud);
	restore();
	handle_exception(UD_VECTOR, NULL);
	expect_eq(at_fault, 1);
	expect_eq(in_first, 2);
	expect_next_nmi();
}

extern char bad_iret_next[];

static void on_gp(struct ex_regs *regs)
{
	at_fault = wait_nmis(2);
	expect_eq(regs->error_code, 0xfff8);
	regs->rip = (unsigned long)bad_iret_next;
}

/* To a code segment beyond the GDT. */
static void iret_to_nowhere(struct ex_regs *regs)
{
#ifdef __x86_64__
	asm volatile("movq %%rsp, %%rbx; movl %%ss, %%eax; pushq %%rax; pushq %%rbx; pushfq\n\t"
		     "pushq $0xfff8; pushq $bad_iret_next; iretq; bad_iret_next: movq %%rbx, %%rsp"
		     : : : "rax", "rbx", "memory", "cc");
#else
	asm volatile("movl %%esp, %%ebx; pushfl; pushl $0xfff8; pushl $bad_iret_next; iretl\n\t"
		     "bad_iret_next: movl %%ebx, %%esp" : : : "ebx", "memory", "cc");
#endif
}

CASE(nmi_iret_faults, "an IRET that faults lets the next in, before the handler of its #GP ends")
{
	handle_exception(GP_VECTOR, on_gp);
	raise_two(iret_to_nowhere);
	restore();
	handle_exception(GP_VECTOR, NULL);
	expect_eq(at_fault, 2);
	expect_next_nmi();
}

/* ---- beside interrupts ---- */

static void send_interrupt(struct ex_regs *regs)
{
	self_ipi(IRQ_VECTOR);
	wait_bit(APIC_IRR, IRQ_VECTOR, true);
}

CASE(nmi_before_interrupt,
     "an NMI and an interrupt that both wait for an NMI's IRET: the NMI first")
{
	handle_irq(IRQ_VECTOR, NULL);
	also_handle(IRQ_VECTOR);
	raise_two(send_interrupt);
	sti();
	for (u64 start = rdtsc(); n_arrivals < 3 && rdtsc() - start < IPI_DELAY;)
		pause();
	restore();
	insist_eq(n_arrivals, 3);
	expect_eq(arrivals[0].vector, NMI_VECTOR);
	expect_eq(arrivals[1].vector, NMI_VECTOR);
	expect_eq(arrivals[2].vector, IRQ_VECTOR);
}

EVENT(nmi_ss, NMI_VECTOR, 0, TRAP, BEFORE "; movl %ss, %ecx", SEND,
      "movl %ecx, %ss; shadow_of_ss: nop\n" WAIT_FOR_EVENT);
extern char shadow_of_ss[];

CASE(nmi_mov_ss, "an NMI that is sent right before MOV to SS does not come right behind it")
{
	for (int i = 0; i < 50; i++) {
		begin(NOWHERE);
		raise_event(&nmi_ss, 0);
		insist_eq(n_arrivals, 1);
		expect_eq(arrivals[0].vector, NMI_VECTOR);
		expect_ne(arrivals[0].rip, (unsigned long)shadow_of_ss);
	}
}

EVENT(ss_nmi, NMI_VECTOR, 0, TRAP, BEFORE "; movl %ss, %ecx; movl %ecx, %ss", SEND,
      "nop\n" WAIT_FOR_EVENT);

CASE(nmi_in_shadow_of_ss, "an NMI that the instruction behind MOV to SS sends comes behind that")
{
	for (int i = 0; i < 50; i++) {
		begin(NOWHERE);
		raise_event(&ss_nmi, 0);
		insist_eq(n_arrivals, 1);
		expect_eq(arrivals[0].vector, NMI_VECTOR);
		expect_ge(arrivals[0].rip, (unsigned long)ss_nmi.next);
	}
}

EVENT(sti_nmi, NMI_VECTOR, 0, TRAP, BEFORE "; sti", SEND, "nop\n" WAIT_FOR_EVENT);
EVENT(nmi_sti, NMI_VECTOR, 0, TRAP, BEFORE, SEND, "sti; behind_sti: nop\n" WAIT_FOR_EVENT);
extern char behind_sti[];

static void expect_around_sti(const struct event *e, const char *sti_done)
{
	for (int i = 0; i < 50; i++) {
		unsigned long open;

		begin(NOWHERE);
		raise_closed = true;
		raise_event(e, 0);
		insist_eq(n_arrivals, 1);
		expect_eq(arrivals[0].vector, NMI_VECTOR);
		expect_ge(arrivals[0].rip, (unsigned long)e->next);
		open = arrivals[0].rip >= (unsigned long)sti_done ? X86_EFLAGS_IF : 0;
		expect_eq(arrivals[0].flags & X86_EFLAGS_IF, open);
	}
}

CASE(nmi_in_shadow_of_sti, "an NMI that the instruction behind STI sends comes, with IF saved")
{
	expect_around_sti(&sti_nmi, sti_nmi.at);
}

CASE(nmi_before_sti, "an NMI that is sent right before STI comes, before or behind it")
{
	expect_around_sti(&nmi_sti, behind_sti);
}

/* ---- delivery that faults ---- */

static void expect_fault(enum place place)
{
	const struct arrival *a = &arrivals[0];

	insist(n_arrivals > 0);
	expect_eq(a->vector, PF_VECTOR);
	expect_eq(a->error_code, place_error_code(place));
	expect_eq(a->cr2 & place_mask(place), place_address(place, NMI_VECTOR));
	expect_eq(a->cs, KERNEL_CS);
	if (place == CODE)
		expect_eq(a->rip, a->cr2);
	else
		expect_ge(a->rip, (unsigned long)nmi.next);
	expect_eq(arrived(PF_VECTOR), 1);
}

/* In the page fault's handler, whose IRET is the next. */
static void send_another(void)
{
	self_nmi();
	wait_nmis(2);
}

static void deliver(enum place place)
{
	begin(place);
	hide(place);
	raise_event(&nmi, 0);
	restore();
	expect_fault(place);
	expect_le(arrived(NMI_VECTOR), 1);
	if (place == CODE)
		expect_eq(arrived(NMI_VECTOR), 1);
	expect_next_nmi();
}

static void deliver_another(enum place place)
{
	begin(place);
	in_page_fault = send_another;
	hide(place);
	raise_event(&nmi, 0);
	wait_nmis(2);
	restore();
	expect_fault(place);
	expect_ge(arrived(NMI_VECTOR), place == CODE ? 2 : 1);
	expect_le(arrived(NMI_VECTOR), 2);
	expect_next_nmi();
}

#define PLACE(name, place, text)							\
	CASE(nmi_##name, "an NMI, " text " absent: one #PF, and no second delivery")	\
	{										\
		deliver(place);								\
	}										\
	CASE(nmi_in_fault_##name, "another NMI in that #PF's handler comes behind its IRET")	\
	{										\
		deliver_another(place);							\
	}

PLACE(stack, STACK, "the stack")
PLACE(idt, IDT, "the page of the IDT")
PLACE(gdt, GDT, "the page of the GDT")
PLACE(code, CODE, "the handler's code")
#ifdef __x86_64__
PLACE(ist, IST, "the gate's stack")
#endif
