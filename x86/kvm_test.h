/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of KVM's paravirtual interfaces share. */
#ifndef KVM_TEST_H
#define KVM_TEST_H

#include "x86/kvm-para.h"
#include "x86/smp.h"
#include "asm/io.h"
#include "asm/page.h"

/* How long something that must come is waited for: about a second. */
#ifndef WAIT_TICKS
#define WAIT_TICKS	2000000000ull
#endif

/* Skips the case where CPUID does not announce one of KVM's features. */
#define require_feature(feature)								\
	do {											\
		require_msg(this_cpu_has_kvm(), "no KVM is announced by CPUID");		\
		require_msg(this_cpu_has(feature), "%s is not announced by CPUID", #feature);	\
	} while (0)

/* Which of 64 bits, tried one at a time on top of base, raise #GP; the MSR holds before whenever one is tried. */
static inline u64 bits_that_fault(u32 msr, u64 before, u64 base, u64 bits)
{
	u64 faulted = 0;

	for (int bit = 0; bit < 64; bit++) {
		if (!(bits >> bit & 1))
			continue;
		wrmsr(msr, before);
		if (wrmsr_safe(msr, base | 1ull << bit) == GP_VECTOR)
			faulted |= 1ull << bit;
	}
	return faulted;
}

#endif
