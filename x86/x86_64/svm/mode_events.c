/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Injected events and virtual interrupts of L2 outside of long mode (APM volume 2, sections 15.20
 * and 15.21): real mode has vectors of segment and offset, and pushes words and never an error
 * code; protected mode has gates of 8 bytes, and pushes doublewords. What is pushed is compared
 * whole.
 */
#include "svm_test.h"
#include "asm/io.h"

/* ---- real mode ---- */

#define REAL_CODE	0x20000u	/* low memory is a test's */
#define REAL_STACK	0x30000u
#define REAL_SP		0x1000u
#define REAL_IP		0x10
#define REAL_HANDLER	0x45u

static u32 real_vectors[256];

static struct svm_guest *real_guest(unsigned int vector)
{
	struct svm_guest *g = svm_new_guest();
	struct vmcb_save *s = &g->vmcb->save;

	leave_long_mode(s, 0);
	s->ds = (struct vmcb_segment){ 0, VMCB_DATA16, 0xffff, 0 };
	s->es = s->ds;
	s->cs = (struct vmcb_segment){ REAL_CODE >> 4, VMCB_CODE16, 0xffff, REAL_CODE };
	s->ss = (struct vmcb_segment){ REAL_STACK >> 4, VMCB_DATA16, 0xffff, REAL_STACK };
	s->rsp = REAL_SP;
	s->rip = REAL_IP;
	s->idtr.base = (uintptr_t)real_vectors;
	s->idtr.limit = sizeof(real_vectors) - 1;
	memset(real_vectors, 0, sizeof(real_vectors));
	real_vectors[vector] = REAL_CODE >> 4 << 16 | REAL_HANDLER;
	memset(phys_to_virt(REAL_CODE), 0x90, 0x100);
	memcpy(phys_to_virt(REAL_CODE + REAL_HANDLER), "\x0f\x01\xd9", 3);	/* vmmcall */
	return g;
}

static void expect_real_handler(struct svm_guest *g, u16 flags)
{
	const u16 *frame = phys_to_virt(REAL_STACK + REAL_SP - 6);

	expect_eq(svm_run(g), SVM_EXIT_VMMCALL);
	expect_eq(g->vmcb->save.rip, REAL_HANDLER);
	expect_eq(g->vmcb->save.cs.selector, REAL_CODE >> 4);
	expect_eq(g->vmcb->save.rsp, REAL_SP - 6);
	expect_eq(frame[0], REAL_IP);
	expect_eq(frame[1], REAL_CODE >> 4);
	expect_eq(frame[2], flags);
	expect_eq(g->vmcb->save.rflags & X86_EFLAGS_IF, 0);
}

CASE(real_interrupt, "real mode: an injected interrupt")
{
	struct svm_guest *g = real_guest(0x21);

	g->vmcb->save.rflags |= X86_EFLAGS_IF | X86_EFLAGS_CF;
	g->vmcb->control.event_inj = EVENT_VALID | EVENT_TYPE_INTR | 0x21;
	expect_real_handler(g, X86_EFLAGS_FIXED | X86_EFLAGS_IF | X86_EFLAGS_CF);
}

CASE(real_exception, "real mode: an injected exception")
{
	struct svm_guest *g = real_guest(UD_VECTOR);

	g->vmcb->control.event_inj = EVENT_VALID | EVENT_TYPE_EXCEPTION | UD_VECTOR;
	expect_real_handler(g, X86_EFLAGS_FIXED);
}

CASE(real_virtual_interrupt, "real mode: a virtual interrupt")
{
	struct svm_guest *g = real_guest(0x33);

	g->vmcb->save.rflags |= X86_EFLAGS_IF;
	g->vmcb->control.int_ctl |= V_IRQ | V_IGN_TPR | 0x33ull << V_INTR_VECTOR_SHIFT;
	expect_real_handler(g, X86_EFLAGS_FIXED | X86_EFLAGS_IF);
	expect_eq(g->vmcb->control.int_ctl & V_IRQ, 0);
}

/* ---- protected mode, 32 bits, no paging ---- */

static u64 gates[256];

L2_CODE_BITS(handler_32, 32, "", "vmmcall", "");
L2_CODE_BITS(code_32, 32, "", "nop", "");

/* Only vector has a gate. */
static struct svm_guest *guest_32(unsigned int vector)
{
	struct svm_guest *g = svm_new_guest();
	struct vmcb_save *s = &g->vmcb->save;
	u64 handler = (uintptr_t)handler_32.at;

	leave_long_mode(s, X86_CR0_PE);
	s->cs = (struct vmcb_segment){ KERNEL_CS32, VMCB_CODE32, ~0u, 0 };
	s->rip = (uintptr_t)code_32.start;
	memset(gates, 0, sizeof(gates));
	/* Offset, selector, a present 32-bit interrupt gate of DPL 0. */
	gates[vector] =
		(handler & 0xffff) | KERNEL_CS32 << 16 | 0x8e00ull << 32 | handler >> 16 << 48;
	s->idtr = (struct vmcb_segment){ .limit = sizeof(gates) - 1, .base = (uintptr_t)gates };
	return g;
}

/* What the handler of 32 bits finds on the stack, behind an error code if there is one. */
static void expect_handler_32(struct svm_guest *g, const u32 *error, u32 flags)
{
	u32 size = error ? 16 : 12;
	const u32 *frame = (const u32 *)(uintptr_t)(L2_STACK_TOP - size);

	expect_eq(svm_run(g), SVM_EXIT_VMMCALL);
	expect_eq(g->vmcb->save.rip, (uintptr_t)handler_32.at);
	expect_eq(g->vmcb->save.rsp, L2_STACK_TOP - size);
	if (error)
		expect_eq(*frame++, *error);
	expect_eq(frame[0], (uintptr_t)code_32.start);
	expect_eq(frame[1], KERNEL_CS32);
	/* Whether an injected event sets RF there is not looked at. */
	expect_eq(frame[2] & ~X86_EFLAGS_RF, flags);
	expect_eq(g->vmcb->control.exit_int_info & EVENT_VALID, 0);
}

CASE(interrupt_32, "32 bits: an injected interrupt")
{
	struct svm_guest *g = guest_32(0x51);

	g->vmcb->save.rflags |= X86_EFLAGS_CF;
	g->vmcb->control.event_inj = EVENT_VALID | EVENT_TYPE_INTR | 0x51;
	expect_handler_32(g, NULL, X86_EFLAGS_FIXED | X86_EFLAGS_CF);
}

CASE(exception_32, "32 bits: an injected exception with its error code, all 32 bits")
{
	const u32 error = 0x9bcd1234;
	struct svm_guest *g = guest_32(GP_VECTOR);

	g->vmcb->control.event_inj = EVENT_VALID | EVENT_TYPE_EXCEPTION | EVENT_HAS_ERROR |
				     EVENT_ERROR(error) | GP_VECTOR;
	expect_handler_32(g, &error, X86_EFLAGS_FIXED);
}

CASE(bound_32, "32 bits: #BR, which is impossible in 64-bit mode only")
{
	struct svm_guest *g = guest_32(BR_VECTOR);

	g->vmcb->control.event_inj = EVENT_VALID | EVENT_TYPE_EXCEPTION | BR_VECTOR;
	expect_handler_32(g, NULL, X86_EFLAGS_FIXED);
}

CASE(virtual_interrupt_32, "32 bits: a virtual interrupt")
{
	struct svm_guest *g = guest_32(0x52);

	g->vmcb->save.rflags |= X86_EFLAGS_IF;
	g->vmcb->control.int_ctl |= V_IRQ | V_IGN_TPR | 0x52ull << V_INTR_VECTOR_SHIFT;
	expect_handler_32(g, NULL, X86_EFLAGS_FIXED | X86_EFLAGS_IF);
	expect_eq(g->vmcb->control.int_ctl & V_IRQ, 0);
}

CASE(no_gate_32, "32 bits: an interrupt without a gate is #GP or #NP, with EXITINTINFO")
{
	struct svm_guest *g = guest_32(0x52);
	u64 code;

	g->vmcb->control.event_inj = EVENT_VALID | EVENT_TYPE_INTR | 0x53;
	code = svm_run(g);
	expect(code == SVM_EXIT_EXCEPTION(GP_VECTOR) || code == SVM_EXIT_EXCEPTION(NP_VECTOR));
	expect_eq(g->vmcb->control.exit_info_1 & ~1ull, 0x53 * 8 + 2);
	expect_eq(g->vmcb->control.exit_int_info, EVENT_VALID | EVENT_TYPE_INTR | 0x53);
	expect_eq(g->vmcb->save.rip, (uintptr_t)code_32.start);
}
