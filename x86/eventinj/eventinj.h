/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of this test share: pages that an event needs for its delivery and that can be
 * taken away, events that are raised on a stack of choice, and a log of what arrived.
 */
#ifndef EVENTINJ_H
#define EVENTINJ_H

#include "../apic_test.h"
#include "x86/desc.h"
#include "x86/processor.h"
#include "x86/vm.h"

/*
 * What the delivery of an event needs and may not find. IST: the stack of its gate (64-bit mode).
 */
enum place { NOWHERE, STACK, IDT, GDT, CODE, IST };

/* What a handler found, in the order of arrival. */
struct arrival {
	unsigned long vector, error_code, rip, cs, flags, sp, cr2, dr6;
};

#define MAX_ARRIVALS	8
extern struct arrival arrivals[MAX_ARRIVALS];
extern int n_arrivals;
void note_arrival(const struct ex_regs *regs);
/* How many of vector are among them. */
int arrived(unsigned int vector);

/* TRAP: saves the RIP behind the instruction. A fault's handler continues there by itself. */
enum class { FAULT, TRAP };

/*
 * An instruction that raises something; it, and what is before it, uses no stack, and changes EAX,
 * ECX, EDX and flags only.
 */
struct event {
	void (*run)(void);
	const char *at, *next;
	unsigned int vector, error_code;
	enum class class;
};

#define EVENT(name, vector_, error_code_, class_, before, insn, after)			\
	asm(".pushsection .text\n"							\
	    #name "_run: " before "\n" #name "_at: " insn "\n" #name "_next: " after "\n"	\
	    "jmp *event_return\n .popsection");						\
	extern void name##_run(void);							\
	extern const char name##_at[], name##_next[];					\
	static const struct event name __attribute__((unused)) =			\
		{ name##_run, name##_at, name##_next, vector_, error_code_, class_ }

/*
 * The tables in force are ours, with vector's gate such that page faults can be delivered while
 * place is absent.
 */
void prepare(unsigned int vector, enum place place);
/* Takes the page away, or back; and what a page fault's handler does: all are there again. */
void hide(enum place place);
void show_all(void);
/* For faults of the delivery: where, what of CR2 is known, and the error code. */
unsigned long place_address(enum place place, unsigned int vector);
unsigned long place_mask(enum place place);
u32 place_error_code(enum place place);

/* The gate of a vector in the IDT that prepare() made. */
idt_entry_t *gate_of(unsigned int vector);
/* What an event is raised with in ring 0, and what one from ring 3 arrives on. */
unsigned long event_stack(void);

/*
 * Runs an event in ring 0 on event_stack(), or ring 3, with interrupts enabled; its handler
 * continues behind it.
 */
void raise_event(const struct event *e, int ring);
/* Has another vector's arrivals noted as well. */
void also_handle(unsigned int vector);
/* A selector of a code segment like KERNEL_CS, on the page of the GDT that hide() takes. */
u16 spare_cs(void);
/* What comes from ring 3 comes on event_stack(). */
void user_stack_is_event_stack(void);
/* Back to the library's tables; also called at the end of each case. */
void restore(void);

/*
 * Whether page faults' handlers leave RF in the saved flags: it hides an instruction breakpoint
 * from its second attempt.
 */
extern bool keep_rf;
/* Called in the page fault's handler, before the pages are back. */
extern void (*in_page_fault)(void);

/* Takes away one page, and nothing else than what hide() knows is brought back. */
void hide_page(const void *page);
/* Takes away, or gives back, the right to write the stack. */
void stack_writable(bool writable);

/* An interrupt of the APIC: with EOI, and a place in its registers. */
#define IRQ_VECTOR	0x61
/*
 * Events from outside come while raise_event() runs: its event begins with interrupts disabled, and
 * may enable them.
 */
extern bool raise_closed;
/* Not 0 once an interrupt or NMI has arrived: ends the loop of WAIT_FOR_EVENT. */
extern u32 event_quit;
/* A loop without a stack that events interrupt, for EVENT(); changes ECX. */
#define WAIT_FOR_EVENT									\
	"movl $4000, %ecx; 1: cmpl $0, event_quit; jne 2f; decl %ecx; jnz 1b; 2: cli"

static inline void self_nmi(void)
{
	apic_icr_write(APIC_DEST_PHYSICAL | APIC_DM_NMI | APIC_INT_ASSERT, apic_id());
}

#endif
