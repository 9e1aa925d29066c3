/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state that an exception is entered with, whole: mode, masks, T and E in the CPSR, flags
 * untouched, SPSR and LR of the new mode, SP its own (ARMv7 ARM, sections B1.8.3, B1.8.4 and table
 * B1-7; TakeUndefInstrException() and its like, B1.9).
 */
#include "case.h"
#include "arch-hooks.h"
#include "alloc_page.h"
#include "modes-test.h"
#include "raw.h"
#include "asm/gic.h"
#include "asm/try.h"

volatile struct raw_entry_state raw_state;
static u32 before, after, here;

/* Executes insn with our vectors and the CPSR psr, whose masks are in force around it only. */
#define RAW(psr, insn, ...) do {							\
	unsigned long masks_ = exception_masks();					\
											\
	local_irq_disable();								\
	memset((void *)&raw_state, 0xff, sizeof(raw_state));				\
	write_sysreg((unsigned long)raw_vectors, vbar_el1);				\
	isb();										\
	asm volatile("adr r0, 2f\n\tstr r0, %[next]\n\tadr r0, 1f\n\tstr r0, %[here]\n\t"	\
		     "msr cpsr_fsxc, %[old]\n\tmrs %[before], cpsr\n"			\
		     "1: " insn "\n2: mrs %[after], cpsr\n\tcpsid i\n\tsetend le"		\
		     : [next] "=m" (raw_state.next), [here] "=m" (here),			\
		       [before] "=&r" (before), [after] "=&r" (after)			\
		     : [old] "r" (psr), ##__VA_ARGS__					\
		     : "r0", "r1", "r2", "r3", "lr", "cc", "memory");			\
	write_sysreg((unsigned long)exception_vectors, vbar_el1);			\
	isb();										\
	set_exception_masks(masks_);							\
} while (0)

static void expect_entry(u32 vector, u32 mode, u32 masks)
{
	insist_eq(raw_state.vector, vector);
	/*
	 * All but mode, masks, T and E is as it was; with SCTLR.TE and EE clear these are A32 and
	 * little-endian.
	 */
	expect_eq(raw_state.cpsr, (before & ~(MODE_MASK | PSR_T_BIT | PSR_E_BIT)) | mode | masks);
	expect_eq(raw_state.spsr, before);
	expect_eq(after, before);
}

static const u32 states[] = {
	SVC_MODE | PSR_I_BIT,
	SVC_MODE | PSR_I_BIT | PSR_F_BIT,
	SVC_MODE | PSR_MASKS,
	SVC_MODE | PSR_I_BIT | PSR_A_BIT | PSR_N_BIT,
	SVC_MODE | PSR_I_BIT | PSR_Z_BIT | PSR_C_BIT | PSR_Q_BIT,
	SVC_MODE | PSR_I_BIT | PSR_V_BIT | PSR_GE_MASK,
	SVC_MODE | PSR_I_BIT | PSR_E_BIT,
};

CASE(entry_undefined,
     "UNDEF enters UND mode with I set, A and F as they were; the return restores the whole CPSR")
{
	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		write_sp(UND_MODE, 0x1000 + 16 * i);
		RAW(states[i], ".inst 0xe7f000f0");
		expect_entry(EXCPTN_UND, UND_MODE, PSR_I_BIT);
		expect_eq(raw_state.lr, here + 4);
		expect_eq(raw_state.sp, 0x1000 + 16 * i);
	}
}

CASE(entry_svc, "SVC enters SVC mode with I set, A and F as they were")
{
	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		RAW(states[i], "svc #0");
		expect_entry(EXCPTN_SVC, SVC_MODE, PSR_I_BIT);
		expect_eq(raw_state.lr, here + 4);
	}
}

CASE(entry_prefetch_abort, "a prefetch abort enters ABT mode with A and I set")
{
	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		write_sp(ABT_MODE, 0x2000 + 16 * i);
		RAW(states[i], "bkpt #0");
		expect_entry(EXCPTN_PABT, ABT_MODE, PSR_A_BIT | PSR_I_BIT);
		expect_eq(raw_state.lr, here + 4);
		expect_eq(raw_state.sp, 0x2000 + 16 * i);
	}
}

CASE(entry_data_abort,
     "a data abort enters ABT mode with A and I set, and LR 8 behind the instruction")
{
	u32 nowhere = 0xfffffff0;

	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		RAW(states[i], "ldr r1, [%[p]]", [p] "r" (nowhere));
		expect_entry(EXCPTN_DABT, ABT_MODE, PSR_A_BIT | PSR_I_BIT);
		expect_eq(raw_state.lr, here + 8);
	}
}

/* ---- interrupts ---- */

#define SGI_NUMBER	3

static void prepare(void)
{
	require_msg(gic_init(), "no GIC");
	gic_enable_defaults();
	gic_ipi_send_single(SGI_NUMBER, 0);
	/* It is pending before the CPU looks. */
	while (!(read_sysreg(isr_el1) & PSR_I_BIT))
		cpu_relax();
}

static void acknowledge(void)
{
	u32 iar = gic_read_iar();

	expect_eq(gic_iar_irqnr(iar), SGI_NUMBER);
	gic_write_eoir(iar);
}

CASE(entry_irq,
     "an IRQ enters IRQ mode with A and I set, F as it was; LR is 4 behind where it goes on")
{
	for (u32 fiq = 0; fiq <= PSR_F_BIT; fiq += PSR_F_BIT) {
		prepare();
		write_sp(IRQ_MODE, 0x3000);
		RAW(SVC_MODE | PSR_I_BIT | fiq | PSR_Z_BIT,
		    "cpsie i\n\tnop\n\tnop\n\tnop\n\tcpsid i");
		insist_eq(raw_state.vector, EXCPTN_IRQ);
		expect_eq(raw_state.spsr, before & ~(u32)PSR_I_BIT);
		expect_eq(raw_state.cpsr, (before & ~MODE_MASK) | IRQ_MODE | PSR_A_BIT | PSR_I_BIT);
		expect_eq(raw_state.sp, 0x3000);
		expect_ge(raw_state.lr, here + 4 + 4);
		expect_le(raw_state.lr, here + 4 * 4 + 4);
		expect_eq(raw_state.lr & 3, 0);
		acknowledge();
	}
}

CASE(entry_irq_masked,
     "with I set a pending IRQ is not taken: ISR shows it, and so it is with all other masks clear")
{
	prepare();
	RAW(SVC_MODE | PSR_I_BIT, "nop\n\tnop\n\tisb\n\tnop");
	expect_eq(raw_state.vector, 0xffffffff);
	expect_eq(read_sysreg(isr_el1) & (PSR_I_BIT | PSR_F_BIT), PSR_I_BIT);
	acknowledge();
	expect_eq(read_sysreg(isr_el1) & (PSR_I_BIT | PSR_F_BIT), 0);
}

CASE(irq_before_svc, "an IRQ that is pending when its mask goes comes before a later SVC")
{
	prepare();
	RAW(SVC_MODE | PSR_I_BIT, "cpsie i\n\tisb\n\tsvc #1");
	insist_eq(raw_state.vector, EXCPTN_IRQ);
	acknowledge();
}
