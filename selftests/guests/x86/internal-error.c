/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Self-test: jumps to a hole that nobody backs, which KVM cannot emulate: KVM_EXIT_INTERNAL_ERROR. Run under KVM only.
 * Verdict: crash, at once, with the address.
 */
#include "case.h"

CASE(hole, "executes where there is no memory")
{
	void (*hole)(void) = (void (*)(void))0xd0000000ul;

	expect(true);
	hole();
}
