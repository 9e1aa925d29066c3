/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether KVM's forced emulation prefix works: KVM's parameter force_emulation_prefix is off by default. */
#include "libcflat.h"
#include "x86/asm_try.h"

bool fep_available(void)
{
	static enum { UNTRIED, ABSENT, PRESENT } state;

	if (state == UNTRIED)
		state = asm_fep_safe("nop") ? ABSENT : PRESENT;
	return state == PRESENT;
}
