/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-test: an empty IDT and an exception. Verdict: crash, at once; the next case runs in a fresh machine. */
#include "case.h"

CASE(before, "holds")
{
	expect(true);
}

CASE(triple_fault, "the machine resets")
{
	static const struct { u16 limit; ulong base; } __attribute__((packed)) nothing;

	expect(true);
	__asm__ volatile("lidt %0; ud2" : : "m"(nothing));
}

CASE(after, "runs in a fresh machine")
{
	expect(true);
}
