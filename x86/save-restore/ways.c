/* SPDX-License-Identifier: BSD-2-Clause */
/* How the state of a machine leaves it and comes back: see save_restore.h. */
#include "migrate.h"
#include "save_restore.h"
#include "asm/io.h"

struct hostop_request restore_request;

const char *const way_names[WAYS] = { "vCPU", "VM", "migration" };

static const unsigned int operations[WAYS] = { HOSTOP_VCPU_RESTORE, HOSTOP_VM_MIGRATE };

enum way way_offered(enum way way)
{
	for (; way < WAYS; way++)
		if (way == WAY_MIGRATION ? migrate_offered() : hostop_available(operations[way]))
			break;
	return way;
}

void begin(void)
{
	if (hostop_vmm()) {
		require_hostop(HOSTOP_VCPU_RESTORE);
		require_hostop(HOSTOP_VM_MIGRATE);
	}
	require_msg(way_offered(0) < WAYS, "nobody here saves and restores the machine");
}

void prepare_restore(enum way way)
{
	restore_request = (struct hostop_request){
		.magic = HOSTOP_MAGIC, .version = HOSTOP_VERSION, .size = sizeof(restore_request),
		.op = operations[way], .result = 1, .args = { way == WAY_VCPU ? HOSTOP_SELF : 0 },
	};
}

void check_restore(enum way way)
{
	expect_eq_msg((u32)restore_request.result, 0, "the restored %s", way_names[way]);
}

void restore(enum way way)
{
	if (way == WAY_MIGRATION) {
		migrate_quiet();
		return;
	}
	prepare_restore(way);
	outl((u32)virt_to_phys(&restore_request), HOSTOP_PORT);
	check_restore(way);
}
