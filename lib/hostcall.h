/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asks the small VMM (vmm/) for a host operation: hostop.h says which there are, docs/hostops.md
 * what each does. A test that uses one has "hostops = NAME..." in its entry, and begins its case
 * with require_hostop().
 *
 * 	require_hostop(HOSTOP_NMI);
 * 	insist_eq(hostop(HOSTOP_NMI, HOSTOP_SELF), 0);
 *
 * 	u64 rets[HOSTOP_RETS];
 * 	insist_eq(hostop_get(rets, HOSTOP_SCHED, HOSTOP_SELF), 0);
 */
#ifndef HOSTCALL_H
#define HOSTCALL_H

#include "case.h"
#include "hostop.h"

/*
 * Asks, with up to HOSTOP_ARGS arguments. Returns the request's result: 0, -errno, HOSTOP_E...;
 * HOSTOP_EUNAVAILABLE where there is no such VMM. May be called on any CPU and in any context.
 */
#define hostop(op, ...) \
	hostop_call(op, (const u64[HOSTOP_ARGS]){ __VA_ARGS__ }, NULL, 0, NULL)
/* The same; rets: HOSTOP_RETS words that are set. */
#define hostop_get(rets, op, ...) \
	hostop_call(op, (const u64[HOSTOP_ARGS]){ __VA_ARGS__ }, NULL, 0, rets)
/*
 * The same with data: memory that lies in one piece, mapped as virt_to_phys() says. rets may be
 * NULL.
 */
#define hostop_data(data, size, rets, op, ...) \
	hostop_call(op, (const u64[HOSTOP_ARGS]){ __VA_ARGS__ }, data, size, rets)

int hostop_call(unsigned int op, const u64 args[HOSTOP_ARGS], void *data, size_t size,
		u64 rets[HOSTOP_RETS]);

/* Hands over a request as it stands, however wrong: rings for that physical address. */
void hostop_ring(u32 address);

/* Can this operation be had here? */
bool hostop_available(unsigned int op);
/* Ends the case as skipped where it cannot. */
#define require_hostop(op)								\
	require_msg(hostop_available(op), "this VMM does not offer " #op "%s",		\
		    hostop_vmm() ? " on this host" : " (the small VMM does: --target vmm)")
/* Is the VMM one that offers host operations at all? */
bool hostop_vmm(void);

#endif
