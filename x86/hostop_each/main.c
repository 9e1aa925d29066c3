/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each host operation (docs/hostops.md) in short: that it does what it says, as far as the guest
 * can see it; a file for each family. What KVM does under them is the matter of other tests;
 * selftests/checks/breaks shows that a VMM that lies is caught here.
 */
#include "patience.h"
#include "x86/msr.h"
#include "each.h"

#define PATIENCE	10		/* seconds */

u64 rets[HOSTOP_RETS];

void clean_up(void)
{
	static struct hostop_msr_filter none;

	hostop_data(&none, sizeof(none), NULL, HOSTOP_MSR_FILTER);
	hostop(HOSTOP_MSR_EXITS, 0);
	hostop(HOSTOP_MSR_ANSWER, MSR_IA32_SYSENTER_CS, HOSTOP_ANSWER_NONE);
	hostop(HOSTOP_STARVE, HOSTOP_SELF, 0);
	hostop(HOSTOP_PIN, HOSTOP_SELF, HOSTOP_ALL);
	for (int cpu = 1; cpu < cpu_count(); cpu++)
		hostop(HOSTOP_PAUSE, cpu, 0);
	hostop(HOSTOP_SLOT_UNMAP, SLOT + 1);
	hostop(HOSTOP_SLOT_UNMAP, SLOT);
	hostop(HOSTOP_ON_ERROR, HOSTOP_ON_ERROR_END);
	hostop(HOSTOP_SLOT_FLAGS, 0, 0);
}

void begin(unsigned int op)
{
	if (hostop_vmm())
		clean_up();
	require_msg(hostop_available(op), "this VMM does not offer operation %u here", op);
}

bool becomes(volatile u32 *value, u32 wanted)
{
	struct patience patience = { 0 };

	while (*value != wanted && !patience_over(&patience, PATIENCE))
		cpu_relax();
	return *value == wanted;
}

volatile u32 *word(u32 offset)
{
	return phys_to_virt(SLOT_AT + offset);
}
