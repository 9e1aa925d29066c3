/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What happens to an exception or interrupt: the order in which handlers, expectations and the exception table are
 * asked. Entry: exception-entry.S; what is said of an unexpected one: exception-report.c.
 */
#include "libcflat.h"
#include "x86/catch.h"
#include "x86/desc.h"
#include "x86/desc-width.h"
#include "x86/isr.h"
#include "x86/processor.h"

enum exception_kind { KIND_TRY, KIND_QUIET, KIND_STR };	/* EX_TRY and so on */

void enter_gate(unsigned long address);		/* in exception-entry.S */
extern char catch_landing[], user_return[];
extern const struct exception_entry exception_table_start[], exception_table_end[];

/* By task register; a CPU's task registers are 16 bytes apart, and so are the records: see ASM_TRY. */
char asm_try_records[GDT_SIZE] __attribute__((aligned(16)));
_Static_assert(sizeof(struct asm_try_record) == TSS_STRIDE, "ASM_TRY finds records by the task register");

static handler handlers[256];
static struct catch *innermost[X86_MAX_CPUS];

/* Known to exception-entry.S as RIP_OFFSET. */
_Static_assert(offsetof(struct ex_regs, rip) == (sizeof(long) == 8 ? 144 : 40), "entry code and ex_regs differ");

static struct asm_try_record *this_record(void)
{
	unsigned int tr;

	__asm__ __volatile__(ASM_STR_EAX : "=a" (tr));
	if (tr == TSS_DF)	/* the double fault is another task's */
		tr = TSS_MAIN + cpu_of_task(tr) * TSS_STRIDE;
	return (struct asm_try_record *)(asm_try_records + tr);
}

const struct asm_try_record *exception_record(void)
{
	return this_record();
}

void exception_remember(const struct ex_regs *regs)
{
	*this_record() = (struct asm_try_record){
		.raised = 1, .vector = regs->vector, .error_code = regs->error_code,
		.rf = !!(regs->rflags & X86_EFLAGS_RF),
	};
}

handler handle_exception(uint8_t v, handler fn)
{
	return __atomic_exchange_n(&handlers[v], fn, __ATOMIC_SEQ_CST);
}

void handle_irq(unsigned int vec, void (*func)(isr_regs_t *regs))
{
	handle_exception(vec, func);
	set_idt_entry(vec, exception_stubs[vec], vec == RET_TO_KERNEL_IRQ ? 3 : 0);
}

/* A trap is reported behind its instruction: an entry that continues right there means it too. */
static bool is_entry_of(const struct exception_entry *entry, const struct ex_regs *regs)
{
	bool trap = regs->vector == DB_VECTOR || regs->vector == BP_VECTOR || regs->vector == OF_VECTOR;

	return entry->from == regs->rip || (trap && entry->kind == KIND_TRY && entry->to == regs->rip);
}

static const struct exception_entry *find_entry(const struct ex_regs *regs)
{
	const struct exception_entry *entry;

	if (regs->vector >= 32 || regs->vector == NMI_VECTOR)
		return NULL;
	for (entry = exception_table_start; entry < exception_table_end; entry++)
		if (is_entry_of(entry, regs))
			return entry;
	return NULL;
}

/* RF was for the instruction that faulted (SDM volume 3, section 18.3.1.1), not for another one. */
static void continue_at(struct ex_regs *regs, unsigned long rip)
{
	regs->rip = rip;
	regs->rflags &= ~X86_EFLAGS_RF;
}

/* The library's own faults, which no test must notice. */
static bool continue_library(struct ex_regs *regs, const struct exception_entry *entry)
{
	switch (entry->kind) {
	case KIND_QUIET:
		continue_at(regs, entry->to);
		return true;
	case KIND_STR:
		if (regs->vector != GP_VECTOR || !(regs->cs & 3))
			return false;
		regs->rax = str();
		regs->rip += 3;		/* the instruction's length: ASM_STR_EAX */
		return true;
	default:
		return false;
	}
}

void exception_dispatch(struct ex_regs *regs)
{
	const struct exception_entry *entry = find_entry(regs);
	handler fn;

	if (entry && continue_library(regs, entry))
		return;
	if (catch_exception(regs))
		return;
	fn = handlers[regs->vector];
	if (fn) {
		fn(regs);
		return;
	}
	if (!entry || entry->kind != KIND_TRY)
		unhandled_exception(regs, false);
	exception_remember(regs);
	continue_at(regs, entry->to);
}

void handle_external_interrupt(uint32_t vector)
{
	enter_gate(get_idt_addr(&boot_idt[vector]));
}

/* ---- code that ends by an exception ---- */

#define OTHER_STACK	0x100000	/* further apart than this: not the same stack */

/* A catch whose function was left by longjmp() lies below the stack pointer of what runs now. */
static bool is_alive(const struct catch *c, unsigned long sp)
{
	return (unsigned long)c >= sp || sp - (unsigned long)c > OTHER_STACK;
}

static void drop_dead(struct catch **list, unsigned long sp)
{
	while (*list && !is_alive(*list, sp))
		*list = (*list)->outer;
}

void catch_push(struct catch *c)
{
	struct catch **list = &innermost[x86_cpu_id()];

	drop_dead(list, (unsigned long)c);
	c->outer = *list;
	c->user_level = c->outer ? c->outer->user_level : 0;
	c->flags = read_rflags();
	this_record()->raised = 0;
	*list = c;
}

void catch_pop(struct catch *c)
{
	innermost[x86_cpu_id()] = c->outer;
}

void exceptions_reset(void)
{
	innermost[x86_cpu_id()] = NULL;
}

static void land(struct ex_regs *regs, struct catch *c, enum catch_result result)
{
	regs->rip = (unsigned long)catch_landing;
	regs->rdi = (unsigned long)c->env;
	regs->rsi = result;
	regs->rflags = c->flags;
	regs->cs = KERNEL_CS;
#ifdef __x86_64__
	regs->ss = KERNEL_DS;	/* IRETQ loads it always */
#endif
}

/* The INT itself, or whatever it raised instead: a test may have changed its gate, and not every VMM has INT in ring 3. */
static bool is_user_return(const struct ex_regs *regs)
{
	unsigned long at = (unsigned long)user_return;

	if (!(regs->cs & 3))
		return false;
	return regs->vector == RET_TO_KERNEL_IRQ ? regs->rip == at + 2 : regs->vector < 32 && regs->rip == at;
}

static void catch_user_return(struct ex_regs *regs, struct catch *c)
{
	c->user_result = regs->rax;
#ifndef __x86_64__
	c->user_result |= (uint64_t)regs->rdx << 32;
#endif
	land(regs, c, CATCH_USER_RETURN);
}

bool catch_exception(struct ex_regs *regs)
{
	struct catch **list = &innermost[x86_cpu_id()];
	struct catch *c;

	if (!*list || (regs->vector >= 32 && regs->vector != RET_TO_KERNEL_IRQ))
		return false;
	if (!(regs->cs & 3))
		drop_dead(list, exception_sp(regs));
	if (*list && is_user_return(regs)) {
		catch_user_return(regs, *list);
		return true;
	}
	if (regs->vector >= 32)
		return false;
	for (c = *list; c && c->vector != regs->vector; c = c->outer)
		;
	if (!c)
		return false;
	*list = c;
	exception_remember(regs);
	if (c->inspect)
		c->inspect(regs);
	land(regs, c, CATCH_EXCEPTION);
	return true;
}

bool test_for_exception(unsigned int ex, void (*trigger)(void *data), void *data)
{
	struct catch c = { .vector = ex };
	int result;

	catch_push(&c);
	result = setjmp(c.env);
	if (result == CATCH_ENTERED)
		trigger(data);
	catch_pop(&c);
	return result == CATCH_EXCEPTION;
}
