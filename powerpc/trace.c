/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Trace interrupts, 0xd00, by MSR.SE, MSR.BE and CIABR, and watch points, 0x300 (Power ISA 3.1B,
 * Book III, sections 7.5.15 and 7.5.3 and chapter 10): after which instruction or before which
 * access, and that nothing behind it was done. CIABR and DAWR are H_SET_MODE's of a guest.
 */
#include "case.h"
#include "arch-hooks.h"
#include "asm/hcall.h"
#include "asm/processor.h"

struct traced {
	unsigned long msr, r4, r5, r6;	/* what the code below is run with, and has made of it */
	unsigned long at;		/* its first instruction */
};

#define R(n)	(0x0123456789abcdeful * (2 * (n) + 1))

/* Enters the code by RFID, which traces nothing itself. */
static void run(void *data)
{
	struct traced *t = data;
	register unsigned long r4 __asm__("r4") = R(4);
	register unsigned long r5 __asm__("r5") = R(5);
	register unsigned long r6 __asm__("r6") = R(6);
	unsigned long at;

	__asm__ __volatile__("bcl 20, 31, 1f\n"
			     "1:\tmflr %0\n\t"
			     "addi %0, %0, 2f - 1b\n\t"
			     "std %0, 0(%5)\n\t"
			     "mtspr 26, %0\n\t"
			     "mtspr 27, %4\n\t"
			     "rfid\n"
			     "2:\tli 4, 1\n\t"
			     "li 5, 2\n\t"
			     "b 3f\n\t"
			     "li 6, 0\n"
			     "3:\tli 6, 3\n"
			     "4:\tb 4b"
			     : "=&b" (at), "+r" (r4), "+r" (r5), "+r" (r6)
			     : "r" (t->msr), "b" (&t->at) : "memory", "lr");
}

/* The interrupt's vector and address, as instructions of the code; what it had done until then. */
static void expect_traced(const struct traced *t, unsigned int insn, unsigned long r4,
			  unsigned long r5, unsigned long r6)
{
	const struct pt_regs *regs = &trap_record()->regs;

	expect_eq(regs->trap, 0xd00);
	expect_eq(regs->nip, t->at + 4 * insn);
	expect_eq(regs->gpr[4], r4);
	expect_eq(regs->gpr[5], r5);
	expect_eq(regs->gpr[6], r6);
	/* Bits 33 to 36 and 42 to 47 of SRR1 are the interrupt's own, the others MSR's. */
	expect_eq(regs->msr & ~0x783f0000ul, t->msr);
	/* In the interrupt both are off. */
	expect_eq(mfmsr() & (MSR_SE | MSR_BE), 0);
}

CASE(step, "MSR.SE: a trace interrupt behind the first instruction, and MSR.SE in SRR1")
{
	struct traced t = { .msr = (mfmsr() & ~MSR_EE) | MSR_SE };

	insist(catch_trap(run, &t));
	expect_traced(&t, 1, 1, R(5), R(6));
}

CASE(branch, "MSR.BE: a trace interrupt where the first branch goes, and none before")
{
	struct traced t = { .msr = (mfmsr() & ~MSR_EE) | MSR_BE };

	insist(catch_trap(run, &t));
	expect_traced(&t, 4, 1, 2, R(6));
}

#define PRIVILEGED	2ul	/* of CIABR and DAWRX: the state in which they match */
#define PROBLEM		1ul

/* A processor may have none, or a broken one, which its hypervisor does not give away. */
static long set_mode(unsigned long resource, unsigned long value, unsigned long more)
{
	return hcall(H_SET_MODE, 0ul, resource, value, more);
}

static void require_resource(unsigned long resource)
{
	require_msg(machine_is_pseries(), "this machine is the hypervisor's own level");
	require_msg(set_mode(resource, 0, 0) == H_SUCCESS,
		    "H_SET_MODE of this facility is not there");
}

static void clear_ciabr(void)
{
	set_mode(H_SET_MODE_CIABR, 0, 0);
}

CASE(ciabr, "CIABR: a trace interrupt behind the instruction and in the state that it names")
{
	struct traced t = { .msr = (mfmsr() & ~MSR_EE) | MSR_SE };

	require_resource(H_SET_MODE_CIABR);
	case_at_end(clear_ciabr);
	insist(catch_trap(run, &t));	/* for t.at; and it is the same code each time */
	t.msr &= ~MSR_SE;
	expect_eq(set_mode(H_SET_MODE_CIABR, (t.at + 4) | PRIVILEGED, 0), H_SUCCESS);
	insist(catch_trap(run, &t));
	expect_traced(&t, 2, 1, 2, R(6));
	/* Of user mode it is not ours: the branch is the first that stops. */
	expect_eq(set_mode(H_SET_MODE_CIABR, (t.at + 4) | PROBLEM, 0), H_SUCCESS);
	t.msr |= MSR_BE;
	insist(catch_trap(run, &t));
	expect_traced(&t, 4, 1, 2, R(6));
}

CASE(ciabr_wrong, "H_SET_MODE of CIABR: flags, a second value, hypervisor state")
{
	require_resource(H_SET_MODE_CIABR);
	expect_eq(hcall(H_SET_MODE, 1ul, (unsigned long)H_SET_MODE_CIABR, 0ul, 0ul),
		  H_UNSUPPORTED_FLAG);
	expect_eq(set_mode(H_SET_MODE_CIABR, 0, 1), H_P4);
	expect_eq(set_mode(H_SET_MODE_CIABR, 3, 0), H_P3);
}

/* ---- DAWR ---- */

#define DAWRX_WTI	0x08ul	/* translated or not */
#define DAWRX_READ	0x20ul
#define DAWRX_WRITE	0x40ul
#define DSISR_DAWR	UL(0x00400000)	/* bit 41 */

static u64 words[4] __aligned(64);

static void clear_dawr(void)
{
	set_mode(H_SET_MODE_DAWR0, 0, 0);
}

static void watch(unsigned long kinds)
{
	expect_eq(set_mode(H_SET_MODE_DAWR0, (unsigned long)&words[1], kinds | DAWRX_WTI),
		  H_SUCCESS);
}

static bool load(const u64 *from, unsigned long *value)
{
	return trap_try("ld %0, 0(%1)", "+r" (*value), "b" (from));
}

static bool store(u64 *to, unsigned long value)
{
	return trap_try_in("std %1, 0(%0)", "b" (to), "r" (value));
}

static void expect_watched(unsigned long dsisr)
{
	expect_eq(trap_record()->regs.trap, 0x300);
	expect_eq(trap_record()->regs.dar, (unsigned long)&words[1]);
	expect_eq(trap_record()->regs.dsisr, DSISR_DAWR | dsisr);
}

static void watch_words(void)
{
	require_resource(H_SET_MODE_DAWR0);
	case_at_end(clear_dawr);
	memset(words, 0, sizeof(words));
}

CASE(dawr_load, "DAWR for reading: a load of its doubleword alone is 0x300, DSISR bit 41")
{
	unsigned long value = 5;

	watch_words();
	watch(DAWRX_READ | PRIVILEGED);
	insist(load(&words[1], &value));
	expect_watched(0);
	expect_eq(value, 5);
	expect(!load(&words[0], &value));
	expect(!load(&words[2], &value));
	expect(!store(&words[1], 7));
	watch(DAWRX_READ | DAWRX_WRITE | PROBLEM);
	expect(!load(&words[1], &value));
	expect_eq(value, 7);
	expect(!store(&words[1], 9));
}

CASE(dawr_store, "DAWR for writing: a store is 0x300, DSISR bits 38 and 41, a load is none")
{
	unsigned long value = 5;

	watch_words();
	watch(DAWRX_WRITE | PRIVILEGED);
	insist(store(&words[1], 8));
	expect_watched(DSISR_STORE);
	expect(!load(&words[1], &value));
	expect_eq(value, 0);
	expect(!store(&words[0], 8));
	expect(!store(&words[2], 8));
}

CASE(dawr_wrong, "H_SET_MODE of DAWR0: flags, hypervisor state")
{
	require_resource(H_SET_MODE_DAWR0);
	expect_eq(hcall(H_SET_MODE, 1ul, (unsigned long)H_SET_MODE_DAWR0, 0ul, 0ul),
		  H_UNSUPPORTED_FLAG);
	expect_eq(set_mode(H_SET_MODE_DAWR0, 0, 4), H_P4);
}
