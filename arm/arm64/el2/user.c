/* SPDX-License-Identifier: BSD-2-Clause */
/* EL0 directly above EL2: HCR_EL2.TGE (Arm ARM, DDI 0487, D19, HCR_EL2), with E2H 0. */
#include "case.h"
#include "el2.h"

static struct pt_regs saved;
static char user_stack[4096] __aligned(16);

static void user_exceptions(void)
{
	asm volatile("svc #0x77\n\t.globl el2_user_udf\nel2_user_udf:\n\tudf #0\n\tsvc #0x78"
		     :
		     :
		     : "memory");
}

static struct el2_record seen[4];
static u32 n_seen;

/* SVC 0x78 ends it: back to EL1's own context. */
static void user_of_el2(enum vector v, struct pt_regs *regs, u64 esr)
{
	if (n_seen < ARRAY_SIZE(seen))
		seen[n_seen++] = (struct el2_record){
			.vector = v, .esr = esr, .elr = regs->pc, .spsr = regs->pstate
		};
	if (esr == ESR(ESR_ELx_EC_UNKNOWN, 0) && n_seen < ARRAY_SIZE(seen)) {
		regs->pc += 4;
	} else if (esr != ESR(ESR_ELx_EC_SVC64, 0x77)) {
		write_sysreg(HCR_DEFAULT, hcr_el2);
		isb();
		*regs = saved;
	}
}

static u64 at_el2_enter_user(u64 function)
{
	struct pt_regs *regs = el2_context();

	saved = *regs;
	saved.regs[0] = saved.regs[1] = 0;	/* el2_call() sees success */
	regs->pc = function;
	regs->regs[30] = function;
	regs->pstate = PSR_MODE_EL0t | PSR_I_BIT;
	write_sysreg((u64)user_stack + sizeof(user_stack), sp_el0);
	write_sysreg(read_sysreg(hcr_el2) | HCR_TGE, hcr_el2);
	isb();
	return 0;
}

CASE(tge, "HCR_EL2.TGE: what EL0 raises is EL2's, with the syndromes that EL1 would have had")
{
	extern char el2_user_udf[];

	n_seen = 0;
	el2_handler = user_of_el2;
	el2_call(at_el2_enter_user, (u64)user_exceptions);
	el2_handler = NULL;
	insist_eq(n_seen, 3);
	expect_eq(seen[0].esr, ESR(ESR_ELx_EC_SVC64, 0x77));
	expect_eq(seen[0].vector, EL0_SYNC_64);
	expect_eq(seen[0].elr, (u64)el2_user_udf);
	expect_eq(seen[0].spsr & (PSR_MODE_MASK | PSR_MODE32_BIT), PSR_MODE_EL0t);
	expect_eq(seen[1].esr, ESR(ESR_ELx_EC_UNKNOWN, 0));
	expect_eq(seen[1].elr, (u64)el2_user_udf);
	expect_eq(seen[2].esr, ESR(ESR_ELx_EC_SVC64, 0x78));
}
