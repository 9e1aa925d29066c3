/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What happens to an interrupt: the order in which the exception table, expectations and handlers
 * are asked. Entry: exception-entry.S; what is said of an unexpected one: exception-report.c.
 */
#include "libcflat.h"
#include "arch-hooks.h"
#include "powerpc/catch.h"
#include "powerpc/platform.h"
#include "asm/time.h"

#define TI_IS_AT(field, offset) \
	_Static_assert(offsetof(struct thread_info, field) == offset, "thread_info.h: " #field)
TI_IS_AT(entering, TI_ENTERING);
TI_IS_AT(r1, TI_R1);
TI_IS_AT(r12, TI_R12);
TI_IS_AT(r13, TI_R13);
TI_IS_AT(lr, TI_LR);
TI_IS_AT(cr, TI_CR);
TI_IS_AT(kernel_sp, TI_KERNEL_SP);
TI_IS_AT(emergency_sp, TI_EMERGENCY_SP);
TI_IS_AT(first_nip, TI_FIRST_NIP);
TI_IS_AT(first_trap, TI_FIRST_TRAP);
TI_IS_AT(msr, TI_MSR);
_Static_assert(offsetof(struct pt_regs, nip) == PT_NIP &&
		       offsetof(struct pt_regs, dsisr) == PT_DSISR,
	       "ptrace.h");
_Static_assert(offsetof(struct pt_regs, ccr) == PT_CCR && offsetof(struct pt_regs, trap) == PT_TRAP,
	       "ptrace.h");
_Static_assert(sizeof(struct pt_regs) == PT_SIZE, "ptrace.h");

#define VECTOR_SHIFT	5
#define VECTOR_BRANCH	5		/* which of a vector's instructions it is */
#define INSN_BLA	0x48000003u	/* and an address below 32 MiB */

static struct handler {
	void (*func)(struct pt_regs *regs, void *data);
	void *data;
} handlers[VECTORS_END >> VECTOR_SHIFT];

extern char exit_usermode_sc[];

void exceptions_init(void)
{
	char *to = (char *)VECTORS_START;

	__asm__ __volatile__("" : "+r" (to));	/* an address like any other */
	memcpy(to, vectors, VECTORS_END - VECTORS_START);
	for (u32 *vector = (u32 *)to; vector < (u32 *)VECTORS_END; vector += 8)
		vector[VECTOR_BRANCH] = INSN_BLA | (u32)(unsigned long)exception_common;
	for (char *line = to; line < to + (VECTORS_END - VECTORS_START); line += 32)
		__asm__ __volatile__("dcbst 0, %0\n\tsync\n\ticbi 0, %0" : : "r" (line) : "memory");
	__asm__ __volatile__("sync\n\tisync" : : : "memory");
}

void handle_exception(int trap, void (*func)(struct pt_regs *regs, void *data), void *data)
{
	assert_msg(trap >= VECTORS_START && trap < VECTORS_END && !(trap & 0x1f), "vector %#x",
		   trap);
	handlers[trap >> VECTOR_SHIFT] = (struct handler){ func, data };
}

/* Comes by itself, whatever the code does. */
static bool is_asynchronous(unsigned long trap)
{
	return trap == 0x100 || trap == 0x500 || trap == 0x900 || trap == 0x980 || trap == 0xa00 ||
	       trap == 0xe80 || trap == 0xea0 || trap == 0xf00;
}

/* The library's own interrupts, without a handler of the test's. */
static bool known(struct pt_regs *regs)
{
	switch (regs->trap) {
	case 0x500:
	case 0xe80:
		return external_interrupt(regs);
	case 0x900:
		dec_stop();
		return true;
	case 0xc00:
		if (regs->nip != (unsigned long)exit_usermode_sc)
			return false;
		regs->msr = (regs->msr & ~(MSR_PR | MSR_EE | MSR_IR | MSR_DR)) |
			    current_thread_info()->msr;
		return true;
	}
	return false;
}

void trap_dispatch(struct pt_regs *regs)
{
	struct handler handler = handlers[regs->trap >> VECTOR_SHIFT];

	if (!is_asynchronous(regs->trap) && trap_expected(regs)) {
		;
	} else if (handler.func) {
		handler.func(regs, handler.data);
	} else if (!known(regs)) {
		unexpected_trap(regs);
	}
	platform->woken(regs);
}

void exceptions_reset(void)
{
	trap_state()->innermost = NULL;
	memset(handlers, 0, sizeof(handlers));
}

/* ---- user mode ---- */

const struct trap_record *run_user(struct pt_regs *regs)
{
	struct catch c;

	catch_push(&c);
	if (!setjmp(c.env)) {
		local_irq_disable();
		regs->msr = mfmsr() | MSR_PR | MSR_EE | MSR_IR | MSR_DR | MSR_RI;
		enter_user(regs, &current_thread_info()->kernel_sp);
	}
	return trap_record();
}

/* The stack for interrupts of user mode lies below what the caller has of its own. */
#define USERMODE_ROOM	8192

void enter_usermode(void)
{
	unsigned long sp = (unsigned long)__builtin_frame_address(0), where;

	assert_msg(current_thread_info()->msr, "enter_usermode(): setup_vm() was not called");
	current_thread_info()->kernel_sp = sp - USERMODE_ROOM;
	__asm__ __volatile__("bcl 20, 31, 1f\n"
			     "1: mflr %0\n\t"
			     "addi %0, %0, 2f - 1b\n\t"
			     "mtspr 26, %0\n\t"
			     "mfmsr %0\n\t"
			     "or %0, %0, %1\n\t"
			     "mtspr 27, %0\n\t"
			     "rfid\n"
			     "2:"
			     : "=&r"(where)
			     : "r"(MSR_PR | MSR_EE | MSR_IR | MSR_DR)
			     : "memory", "lr");
}

void exit_usermode(void)
{
	__asm__ __volatile__("sc 0\n"
			     ".globl exit_usermode_sc\n"
			     "exit_usermode_sc:"
			     : : : "memory", "r0", "r3", "lr", "ctr", "cr0");
}

/* MSR.ME changes by RFID alone (Book III, section 4.2.1). */
static void write_me(unsigned long clear, unsigned long set)
{
	unsigned long msr = (mfmsr() & ~clear) | set, where;

	__asm__ __volatile__("bcl 20, 31, 1f\n"
			     "1: mflr %0\n\t"
			     "addi %0, %0, 2f - 1b\n\t"
			     "mtspr 26, %0\n\t"
			     "mtspr 27, %1\n\t"
			     "rfid\n"
			     "2:"
			     : "=&r" (where) : "r" (msr) : "memory", "lr");
}

void enable_mcheck(void)
{
	write_me(0, MSR_ME);
}

void disable_mcheck(void)
{
	write_me(MSR_ME, 0);
}
