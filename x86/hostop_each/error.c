/* SPDX-License-Identifier: BSD-2-Clause */
/* Host operations in short: capabilities and internal errors. */
#include "each.h"

CASE(capability,
     "a capability that is enabled with what KVM does not know is refused by KVM itself")
{
	begin(HOSTOP_CAP_ENABLE);
	expect_eq(hostop_get(rets, HOSTOP_CAP_CHECK, CAP_EXIT_ON_EMULATION_FAILURE), 0);
	require(rets[0]);
	expect_eq(hostop(HOSTOP_CAP_ENABLE, CAP_EXIT_ON_EMULATION_FAILURE, 1), 0);
	expect_eq((u32)hostop(HOSTOP_CAP_ENABLE, CAP_EXIT_ON_EMULATION_FAILURE, 2), (u32)-EINVAL);
}

/* FLD of 80 bits from a device: KVM must emulate it, and cannot. */
CASE(error,
     "an internal error that the guest wants to survive is told, with the instruction's bytes")
{
	struct hostop_error e;
	unsigned long at;

	begin(HOSTOP_ON_ERROR);
	require_hostop(HOSTOP_CAP_ENABLE);
	insist_eq(hostop(HOSTOP_CAP_ENABLE, CAP_EXIT_ON_EMULATION_FAILURE, 1), 0);
	insist_eq(hostop(HOSTOP_ON_ERROR, HOSTOP_ON_ERROR_SKIP, 2), 0);
	asm volatile("mov $1f, %0\n1:\tfldt (%1)" : "=&r" (at) : "a" (word(0)));
	expect_eq(hostop_data(&e, sizeof(e), NULL, HOSTOP_LAST_ERROR, HOSTOP_SELF), 0);
	expect_eq(e.suberror, 1);
	expect_eq(e.rip, at);
	expect_eq(e.flags & 1, 1);
	expect_ge(e.insn_size, 2);
	expect_eq(e.insn[0], 0xdb);
	expect_eq(e.insn[1], 0x28);
	clean_up();
}
