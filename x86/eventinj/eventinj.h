/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of this test share: pages that an event needs for its delivery and that can be
 * taken away, events that are raised on a stack of choice, and a log of what arrived.
 */
#ifndef EVENTINJ_H
#define EVENTINJ_H

#include "case.h"
#include "x86/apic.h"
#include "x86/desc.h"
#include "x86/isr.h"
#include "x86/processor.h"

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
unsigned long place_address(enum place place, unsigned int vector, int ring);
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
/* Back to the library's tables; also called at the end of each case. */
void restore(void);

/*
 * Whether page faults' handlers leave RF in the saved flags: it hides an instruction breakpoint
 * from its second attempt.
 */
extern bool keep_rf;
/* Called in the page fault's handler, before the pages are back. */
extern void (*in_page_fault)(void);

static inline void self_ipi(u32 mode_and_vector)
{
	apic_icr_write(APIC_DEST_PHYSICAL | APIC_INT_ASSERT | mode_and_vector, apic_id());
}

#endif
