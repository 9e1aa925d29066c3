/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcid: process-context identifiers (SDM volume 3, sections 5.10.1 and 5.10.4; volume 2, MOV to
 * control registers and INVPCID): what CR4.PCIDE and CR3 take, INVPCID's faults, that contexts do
 * not see each other's translations, and every invalidation that the manual guarantees. That
 * something stays cached is never promised, and not expected. Here: what holds without the feature.
 */
#include "pcid.h"
#include "x86/paging.h"
#include "x86/vm.h"

void without_pcide(void)
{
	ulong low = X86_CR3_PCID_MASK;

	if (read_cr4() & X86_CR4_PCIDE)
		write_cr4(read_cr4() & ~X86_CR4_PCIDE);
	if (read_cr3() & low)
		write_cr3(read_cr3() & ~low);
}

void case_setup(void)
{
	setup_vm();
	without_pcide();
	case_at_end(without_pcide);
}

CASE(absent_invpcid, "without the feature INVPCID is invalid, whatever its operands are")
{
	struct invpcid_desc desc = { 0 };

	require(!this_cpu_has(X86_FEATURE_INVPCID));
	for (ulong type = 0; type <= INVPCID_TYPES; type++) {
		expect_eq_msg(invpcid_safe(type, &desc), UD_VECTOR, "type %lu", type);
		expect_eq_msg(exception_error_code(), 0, "type %lu", type);
		desc.rsv = type & 1;
	}
}

#ifndef __x86_64__

CASE(protected_mode, "CR4.PCIDE needs IA-32e mode, and the feature: #GP(0), CR4 stays")
{
	ulong cr4 = read_cr4();

	expect_eq(write_cr4_safe(cr4 | X86_CR4_PCIDE), GP_VECTOR);
	expect_eq(exception_error_code(), 0);
	expect_eq(read_cr4(), cr4);
}
#endif
