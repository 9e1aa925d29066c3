/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of the deliberate faults, and what each does. */
#include <string.h>
#include "break.h"

const struct fault_row faults[BREAK_COUNT] = {
	[BREAK_NOTHING] = { "", "" },
	[BREAK_MSR_FILTER_IGNORED] = { "msr-filter-ignored",
				       "MSR_FILTER succeeds and sets nothing" },
	[BREAK_MSR_ANSWER_WRONG] = { "msr-answer-wrong",
				     "an MSR access is answered with the value's complement" },
	[BREAK_MSR_SET_LOST] = { "msr-set-lost", "MSR_SET succeeds and sets nothing" },
	[BREAK_STAT_FROZEN] = { "stat-frozen", "STAT says what it said first" },
	[BREAK_EXITS_FROZEN] = { "exits-frozen", "EXITS says 0" },
	[BREAK_STEAL_FROZEN] = { "steal-frozen",
				 "steal time is frozen: its MSR is filtered away" },
	[BREAK_STARVE_IDLE] = { "starve-idle", "STARVE succeeds, but nobody competes" },
	[BREAK_PIN_IGNORED] = { "pin-ignored", "PIN succeeds and pins nothing" },
	[BREAK_PAUSE_IGNORED] = { "pause-ignored", "PAUSE succeeds and pauses nothing" },
	[BREAK_INJECT_LOST] = { "inject-lost", "MSI and IRQ_LINE succeed and send nothing" },
	[BREAK_NMI_LOST] = { "nmi-lost", "NMI succeeds and sends nothing" },
	[BREAK_IRQFD_LOST] = { "irqfd-lost", "IRQFD_SIGNAL succeeds and signals nothing" },
	[BREAK_DIRTY_LOG_PAGE_LOST] = { "dirty-log-page-lost",
					"DIRTY_LOG leaves its first dirty page out" },
	[BREAK_DIRTY_RING_LOST] = { "dirty-ring-lost", "DIRTY_RING leaves its first entry out" },
	[BREAK_SLOT_IGNORED] = { "slot-ignored",
				 "SLOT_UNMAP and SLOT_MOVE succeed and change nothing" },
	[BREAK_SLOT_READONLY_IGNORED] = { "slot-readonly-ignored",
					  "SLOT_FLAGS drops the read-only flag" },
	[BREAK_SWAP_ZEROED] = { "swap-zeroed", "a page that was swapped out comes back as zeroes" },
	[BREAK_VCPU_STATE_LOST] = { "vcpu-state-lost",
				    "VCPU_RESTORE leaves the debug registers out" },
	[BREAK_VM_STATE_LOST] = { "vm-state-lost",
				  "VM_MIGRATE leaves the I/O APIC and the PIT out" },
	[BREAK_IOEVENTFD_LOST] = { "ioeventfd-lost", "IOEVENTFD_COUNT leaves one signal out" },
	[BREAK_COALESCED_LOST] = { "coalesced-lost", "COALESCED_READ leaves the first write out" },
	[BREAK_CLOCK_CTRL_LOST] = { "clock-ctrl-lost", "CLOCK_CTRL succeeds and does nothing" },
	[BREAK_CAP_IGNORED] = { "cap-ignored", "CAP_ENABLE succeeds and enables nothing" },
	[BREAK_ATTR_IGNORED] = { "attr-ignored",
				 "VCPU_ATTR_SET and TSC_KHZ_SET succeed and set nothing" },
	[BREAK_ERROR_BYTES_WRONG] = { "error-bytes-wrong",
				      "LAST_ERROR's instruction bytes are not those at RIP" },
	[BREAK_VERSION_UNCHECKED] = { "version-unchecked", "a request of any version is taken" },
	[BREAK_LOST] = { "lost:OPERATION",
			 "that operation succeeds, does nothing, and answers zeroes" },
	[BREAK_FORBIDDEN_OPEN] = { "forbidden-open",
				   "ECHO opens a file: the sandbox kills the VMM" },
	[BREAK_FORBIDDEN_EXEC] = { "forbidden-exec",
				   "ECHO maps memory that can be executed: likewise" },
	[BREAK_FORBIDDEN_KILL] = { "forbidden-kill",
				   "ECHO sends a signal to its parent: likewise" },
	[BREAK_FORBIDDEN_FORK] = { "forbidden-fork", "ECHO forks: likewise" },
};

enum fault fault_by_name(const char *name)
{
	for (int i = BREAK_NOTHING + 1; i < BREAK_COUNT; i++)
		if (faults[i].name && strcmp(faults[i].name, name) == 0)
			return i;
	return BREAK_NOTHING;
}
