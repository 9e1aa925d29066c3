/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deliberate faults, --break=NAME: at least one for each host operation, so that "make check" can
 * prove that tests see them.
 */
#ifndef VMM_BREAK_H
#define VMM_BREAK_H

#include <stdbool.h>

/* The names and what each does: break.c, and docs/hostops.md. */
enum fault {
	BREAK_NOTHING,
	BREAK_MSR_FILTER_IGNORED,
	BREAK_MSR_ANSWER_WRONG,
	BREAK_MSR_SET_LOST,
	BREAK_STAT_FROZEN,
	BREAK_EXITS_FROZEN,
	BREAK_STEAL_FROZEN,
	BREAK_STARVE_IDLE,
	BREAK_PIN_IGNORED,
	BREAK_PAUSE_IGNORED,
	BREAK_INJECT_LOST,
	BREAK_NMI_LOST,
	BREAK_IRQFD_LOST,
	BREAK_DIRTY_LOG_PAGE_LOST,
	BREAK_DIRTY_RING_LOST,
	BREAK_SLOT_IGNORED,
	BREAK_SLOT_READONLY_IGNORED,
	BREAK_SWAP_ZEROED,
	BREAK_VCPU_STATE_LOST,
	BREAK_VM_STATE_LOST,
	BREAK_IOEVENTFD_LOST,
	BREAK_COALESCED_LOST,
	BREAK_CLOCK_CTRL_LOST,
	BREAK_CAP_IGNORED,
	BREAK_ATTR_IGNORED,
	BREAK_ERROR_BYTES_WRONG,
	BREAK_VERSION_UNCHECKED,
	BREAK_LOST,			/* "lost:" and an operation: options.lost */
	BREAK_FORBIDDEN_OPEN,
	BREAK_FORBIDDEN_EXEC,
	BREAK_FORBIDDEN_KILL,
	BREAK_FORBIDDEN_FORK,
	BREAK_COUNT,
};

struct fault_row {
	const char *name, *what;
};

extern const struct fault_row faults[BREAK_COUNT];

/* The number of that name; BREAK_NOTHING if there is none. */
enum fault fault_by_name(const char *name);

#endif
