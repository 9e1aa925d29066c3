/* SPDX-License-Identifier: BSD-2-Clause */
/* Hypercalls, and whether they come back: see kvm-para.h. */
#include "arch-hooks.h"
#include "x86/apic.h"
#include "x86/isr.h"
#include "x86/kvm-para.h"

/* The instruction that kvm_hypercalls_end() tries, and what follows it. */
extern const char hypercall_tried_vmcall[], hypercall_tried_vmmcall[];

#define INSTRUCTION_LENGTH	3
#define VECTOR			0xee
#define TIMER_COUNT		50000000	/* bus cycles: some 50 ms */

long kvm_hypercall(unsigned long nr, unsigned long a0, unsigned long a1, unsigned long a2, unsigned long a3)
{
	if (is_amd())
		asm volatile(".byte 0x0f, 0x01, 0xd9" : "+a" (nr) : "b" (a0), "c" (a1), "d" (a2), "S" (a3) : "memory");
	else
		asm volatile(".byte 0x0f, 0x01, 0xc1" : "+a" (nr) : "b" (a0), "c" (a1), "d" (a2), "S" (a3) : "memory");
	return nr;
}

/* With interrupts enabled, so that the timer gets in. */
static noinline void try(void)
{
	unsigned long nr = KVM_HC_VAPIC_POLL_IRQ;

	if (is_amd())
		asm volatile("sti; hypercall_tried_vmmcall: .byte 0x0f, 0x01, 0xd9; cli" : "+a" (nr) : : "memory");
	else
		asm volatile("sti; hypercall_tried_vmcall: .byte 0x0f, 0x01, 0xc1; cli" : "+a" (nr) : : "memory");
}

static bool stuck;

static void get_out(struct ex_regs *regs)
{
	eoi();
	if (regs->rip != (unsigned long)hypercall_tried_vmcall && regs->rip != (unsigned long)hypercall_tried_vmmcall)
		return;
	stuck = true;
	regs->rip += INSTRUCTION_LENGTH;
}

bool kvm_hypercalls_end(void)
{
	static bool tried;
	unsigned long state;

	if (tried)
		return !stuck;
	tried = true;
	state = arch_irq_save();
	handle_irq(VECTOR, get_out);
	apic_setup_timer(VECTOR, APIC_LVT_TIMER_PERIODIC);
	apic_start_timer(TIMER_COUNT);
	try();
	apic_cleanup_timer();
	handle_irq(VECTOR, NULL);
	arch_irq_restore(state);
	return !stuck;
}
