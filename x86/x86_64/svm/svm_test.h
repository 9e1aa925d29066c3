/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of this test share: runs of L2 and checks of how they end. The hypervisor itself:
 * lib/x86/svm.h.
 */
#ifndef SVM_TEST_H
#define SVM_TEST_H

#include "case.h"
#include "x86/svm.h"

/* A CPUID feature of SVM's leaf, as a condition of a case. */
#define require_svm(feature)	require(this_cpu_has(X86_FEATURE_##feature))

/*
 * The last exit of g: its code, all 64 bits, and the address of L2's next instruction. what: which
 * of many. Returns whether both held.
 */
bool expect_exit(const struct svm_guest *g, u64 exit_code, const void *rip, const char *what);
/* Runs code from its start, or lets it go on, and expects that exit. */
bool expect_run(struct svm_guest *g, const struct l2_code *code, u64 exit_code, const void *rip,
		const char *what);
/* Runs code from its start and expects that it goes through to its end. */
bool expect_through(struct svm_guest *g, const struct l2_code *code, const char *what);

/*
 * Runs code from its start and expects that the instruction in question exits, and is not executed.
 */
static inline bool expect_intercepted(struct svm_guest *g, const struct l2_code *code,
				      u64 exit_code, const char *what)
{
	return expect_run(g, code, exit_code, code->at, what);
}

/*
 * The last exit of g: L2 has taken an event by its own IDT, with just this error code (NULL: none),
 * when it was at rip. Fills *e.
 */
bool expect_event(const struct svm_guest *g, struct l2_event *e, unsigned int vector,
		  const u64 *error, const void *rip, const char *what);

/*
 * Runs code from its start with L1's APIC timer as a watchdog: where L2 halts in the instruction in
 * question it ends with SVM_EXIT_INTR behind it. Returns the exit code.
 */
u64 run_with_watchdog(struct svm_guest *g, const struct l2_code *code);

/*
 * L2 will run outside of long mode: EFER.LME and LMA, CR3 and CR4 clear; of CR0.PE and PG those
 * that cr0 has. Segments are left.
 */
void leave_long_mode(struct vmcb_save *s, u64 cr0);

/* Code that does nothing: L2 reaches .at and then its end. */
extern const struct l2_code nothing;

#endif
