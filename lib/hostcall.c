/* SPDX-License-Identifier: BSD-2-Clause */
/* Host operations, the guest's side: see hostcall.h. The doorbell is the architecture's. */
#include "arch-hooks.h"
#include "hostcall.h"
#include "asm/io.h"

/* Asked once: each look is an exit, and exits are what tests count. */
bool hostop_vmm(void)
{
	static enum { UNKNOWN, NO, YES } is;

	if (__atomic_load_n(&is, __ATOMIC_RELAXED) == UNKNOWN)
		__atomic_store_n(&is, arch_hostop_magic() == HOSTOP_MAGIC ? YES : NO,
				 __ATOMIC_RELAXED);
	return is == YES;
}

void hostop_ring(u32 address)
{
	arch_hostop_ring(address);
}

int hostop_call(unsigned int op, const u64 args[HOSTOP_ARGS], void *data, size_t size,
		u64 rets[HOSTOP_RETS])
{
	struct hostop_request r = {
		.magic = HOSTOP_MAGIC,
		.version = HOSTOP_VERSION,
		.size = sizeof(r),
		.op = op,
		.result = HOSTOP_EUNAVAILABLE,
		.data = data ? virt_to_phys(data) : 0,
		.data_size = size,
	};
	u64 address = virt_to_phys(&r);

	memcpy(r.args, args, sizeof(r.args));
	if (hostop_vmm()) {
		assert_msg(address < SZ_4G, "a stack above 4 GiB cannot hold a request");
		arch_hostop_ring(address);
	}
	if (rets)
		memcpy(rets, r.rets, sizeof(r.rets));
	return r.result;
}

bool hostop_available(unsigned int op)
{
	u64 rets[HOSTOP_RETS];

	return hostop_get(rets, HOSTOP_QUERY, op) == 0 && rets[0];
}
