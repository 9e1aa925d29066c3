/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The protocol of host operations (lib/hostop.h, docs/hostops.md): what the small VMM answers to
 * requests of another version, of no known operation, with wrong sizes and addresses, and to blocks
 * that lie. That each wrong request changes nothing but its answer is checked in all of them. What
 * the operations do is tested where it is used.
 */
#include "hostcall.h"
#include "memory_map.h"
#include "x86/processor.h"
#include "x86/smp.h"
#include "asm/io.h"

#define UNTOUCHED	12345

static struct hostop_request request __attribute__((aligned(4096)));

static u64 physical(const void *p)
{
	return virt_to_phys((void *)p);
}

/* A good request: ECHO. */
static struct hostop_request *good(void)
{
	request = (struct hostop_request) {
		.magic = HOSTOP_MAGIC,
		.version = HOSTOP_VERSION,
		.size = sizeof(request),
		.op = HOSTOP_ECHO,
		.result = UNTOUCHED,
		.args = { 11, 22, 33, 44, 55, 66, 77, 88 },
		.rets = { 1, 2, 3, 4 },
	};
	return &request;
}

/* Rings, and checks that nothing but the answer changed; returns the result. */
static int ring(struct hostop_request *r)
{
	struct hostop_request before = *r;
	int result;

	hostop_ring(physical(r));
	result = r->result;
	before.result = result;
	memcpy(before.rets, r->rets, sizeof(before.rets));
	expect_mem(r, &before, sizeof(before));
	return result;
}

/* As ring(), for requests that must be refused: with that result, and rets all 0. */
static void expect_refused(struct hostop_request *r, int wanted)
{
	static const u64 none[HOSTOP_RETS];

	expect_eq((u32)ring(r), (u32)wanted);
	expect_mem(r->rets, none, sizeof(none));
}

void case_setup(void)
{
	require_msg(hostop_vmm(), "this VMM offers no host operations (the small VMM does: --target vmm)");
}

CASE(echo, "a good request is answered: the result, and every word of rets")
{
	static const u64 wanted[] = { 11, 22, 33, 44 };

	expect_eq(ring(good()), 0);
	expect_mem(request.rets, wanted, sizeof(wanted));
}

CASE(magic_port, "the doorbell's port reads as the magic, 32 bits wide and at its start only")
{
	expect_eq(inl(HOSTOP_PORT), HOSTOP_MAGIC);
	expect_eq(inb(HOSTOP_PORT), 0xff);
	expect_eq(inw(HOSTOP_PORT), 0xffff);
	expect_eq(inb(HOSTOP_PORT + 3), 0xff);
}

CASE(narrow_doorbell,
     "bytes and words written to the doorbell, or beside its start, ask for nothing")
{
	u32 address = physical(good());

	outb(address, HOSTOP_PORT);
	outw(address, HOSTOP_PORT);
	outb(address, HOSTOP_PORT + 1);
	expect_eq(request.result, UNTOUCHED);
	expect_eq(ring(&request), 0);
}

CASE(version, "every version but this one is refused")
{
	static const u16 versions[] = { 0, HOSTOP_VERSION + 1, 0x100, 0xffff };

	for (size_t i = 0; i < ARRAY_SIZE(versions); i++) {
		good()->version = versions[i];
		expect_refused(&request, HOSTOP_EVERSION);
	}
}

CASE(magic, "a request without the magic is refused")
{
	good()->magic = 0;
	expect_refused(&request, HOSTOP_EREQUEST);
	good()->magic = ~HOSTOP_MAGIC;
	expect_refused(&request, HOSTOP_EREQUEST);
}

CASE(size, "a request of another size is refused")
{
	static const u16 sizes[] = { 0, 8, sizeof(request) - 8, sizeof(request) + 8, 0xffff };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		good()->size = sizes[i];
		expect_refused(&request, HOSTOP_EREQUEST);
	}
}

CASE(unknown, "operations that do not exist are refused, and QUERY says so")
{
	static const u32 ops[] = { 4, 15, HOSTOP_COUNT, 0x10000, 0x80000000u, 0xffffffffu };

	for (size_t i = 0; i < ARRAY_SIZE(ops); i++) {
		u64 rets[HOSTOP_RETS];

		good()->op = ops[i];
		expect_refused(&request, HOSTOP_EOP);
		expect_eq(hostop_get(rets, HOSTOP_QUERY, ops[i]), 0);
		expect_eq(rets[0], 0);
		expect_eq(rets[1], HOSTOP_VERSION);
	}
}

CASE(query, "QUERY knows itself, and cuts no number")
{
	u64 rets[HOSTOP_RETS];

	expect_eq(hostop_get(rets, HOSTOP_QUERY, HOSTOP_QUERY), 0);
	expect_eq(rets[0], 1);
	expect_eq(hostop_get(rets, HOSTOP_QUERY, 1ull << 32 | HOSTOP_QUERY), 0);
	expect_eq(rets[0], 0);
}

CASE(arguments, "arguments that an operation does not have must be 0, each")
{
	for (int i = 1; i < HOSTOP_ARGS; i++) {
		good()->op = HOSTOP_QUERY;
		memset(request.args, 0, sizeof(request.args));
		request.args[i] = 1ull << 63;
		expect_refused(&request, HOSTOP_EARG);
	}
}

CASE(cpu_numbers, "a CPU that does not exist is no CPU")
{
	const u64 cpus[] = { cpu_count(), 1ull << 32, HOSTOP_VM, 1ull << 63 };

	require_hostop(HOSTOP_EXITS);
	for (size_t i = 0; i < ARRAY_SIZE(cpus); i++)
		expect_eq((u32)hostop(HOSTOP_EXITS, cpus[i], 2), (u32)HOSTOP_EARG);
	expect_eq(hostop(HOSTOP_EXITS, HOSTOP_SELF, 2), 0);
	expect_eq(hostop(HOSTOP_EXITS, 0, HOSTOP_ALL), 0);
}

/* Physical addresses that are not RAM, or where a request does not end in RAM. */
CASE(request_address, "a request that is not in memory, or not aligned, is not looked at")
{
	static const u32 addresses[] = { 0xfee00000u, 0xfec00000u, 0xd0000000u, 0xfffffff8u,
					 0xffffff80u };
	u32 here = physical(good());

	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
		hostop_ring(addresses[i]);
	for (u32 i = 1; i < 4; i++) {
		char *shifted = (char *)&request + i;

		good();
		memmove(shifted, &request, sizeof(request));
		hostop_ring(here + i);
		expect_eq(((struct hostop_request *)shifted)->result, UNTOUCHED);
	}
	expect_eq(ring(good()), 0);
}

static u64 end_of_ram(void)
{
	u64 end = 0;

	for (int i = 0; i < memory_region_count; i++)
		if (memory_regions[i].usable && memory_regions[i].end < SZ_4G)
			end = MAX(end, memory_regions[i].end);
	return end;
}

CASE(last_request,
     "the last request that fits into memory is answered; one 4 bytes further on is not looked at")
{
	u64 end = end_of_ram();
	struct hostop_request saved, *last = phys_to_virt(end - sizeof(*last));

	saved = *last;
	*last = *good();
	hostop_ring(end - sizeof(*last));
	expect_eq(last->result, 0);
	expect_eq(last->rets[0], 11);
	*last = *good();
	hostop_ring(end - sizeof(*last) + 4);
	expect_eq(last->result, UNTOUCHED);
	*last = saved;
}

CASE(data_size,
     "data is refused where there is none to be, and so is too little and too much of it")
{
	static char name[HOSTOP_STAT_NAME_MAX + 8];

	require_hostop(HOSTOP_STAT);
	good()->data = physical(name);
	expect_refused(&request, HOSTOP_ESIZE);
	good()->data_size = 8;
	expect_refused(&request, HOSTOP_ESIZE);
	expect_eq((u32)hostop_data(name, 0, NULL, HOSTOP_STAT, HOSTOP_VM), (u32)HOSTOP_ESIZE);
	expect_eq((u32)hostop_data(name, sizeof(name), NULL, HOSTOP_STAT, HOSTOP_VM),
		  (u32)HOSTOP_ESIZE);
}

/* A block that says its data is where there is none: nothing is read or written there. */
CASE(lying_data,
     "data outside of memory, over its end, or round the end of the address space is refused")
{
	const struct { u64 at, size;
	} lies[] = {
		{ 0xfee00000u, 8 }, { end_of_ram() - 8, 16 }, { ~0ull - 7, 8 },
		{ ~0ull - 7, 16 },  { 1ull << 63, 64 },	      { SZ_4G - 8, 16 },
	};

	require_hostop(HOSTOP_STAT);
	for (size_t i = 0; i < ARRAY_SIZE(lies); i++) {
		good()->op = HOSTOP_STAT;
		memset(request.args, 0, sizeof(request.args));
		request.args[0] = HOSTOP_VM;
		request.data = lies[i].at;
		request.data_size = lies[i].size;
		expect_refused(&request, HOSTOP_EADDRESS);
	}
}

CASE(unterminated, "a name without its end is refused")
{
	char name[4] = { 'e', 'x', 'i', 't' };

	require_hostop(HOSTOP_STAT);
	expect_eq((u32)hostop_data(name, sizeof(name), NULL, HOSTOP_STAT, HOSTOP_SELF),
		  (u32)HOSTOP_EARG);
}

/* A request whose data is the request itself: it is read once, and the answer is written last. */
CASE(overlapping, "a request may be its own data")
{
	require_hostop(HOSTOP_MSR_LOG);
	good()->op = HOSTOP_MSR_LOG;
	memset(request.args, 0, sizeof(request.args));
	request.data = physical(&request);
	request.data_size = sizeof(struct hostop_msr_exit);
	expect_eq(ring(&request), 0);
}

static void echo_many(void *counter)
{
	for (u64 i = 0; i < 20; i++) {
		u64 rets[HOSTOP_RETS];

		if (!hostop_get(rets, HOSTOP_ECHO, i, smp_id(), 0, ~i) && rets[0] == i &&
		    rets[1] == (u64)smp_id() && !rets[2] && rets[3] == ~i)
			__atomic_add_fetch((u32 *)counter, 1, __ATOMIC_RELAXED);
	}
}

CASE(concurrent, "requests of all CPUs at once are all answered")
{
	u32 answered = 0;

	require(cpu_count() > 1);
	on_cpus(echo_many, &answered);
	expect_eq(answered, 20u * cpu_count());
}

/* REP OUTS: each element is a request of its own. */
CASE(string_doorbell, "a string output rings once for each element")
{
	static u32 addresses[3];

	good();
	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
		addresses[i] = physical(&request);
	asm volatile("rep outsl"
		     :
		     : "d"(HOSTOP_PORT), "S"(addresses), "c"(ARRAY_SIZE(addresses))
		     : "memory");
	expect_eq(request.result, 0);
	expect_eq(request.rets[0], 11);
}

CASE(capability, "CAP_CHECK asks KVM, and CAP_ENABLE takes only what a guest may have")
{
	u64 rets[HOSTOP_RETS];

	expect_eq(hostop_get(rets, HOSTOP_CAP_CHECK, 0), 0);	/* KVM_CAP_IRQCHIP */
	expect_eq(rets[0], 1);
	expect_eq((u32)hostop(HOSTOP_CAP_CHECK, 1ull << 32), (u32)HOSTOP_EARG);
	/* KVM_CAP_SPLIT_IRQCHIP */
	expect_eq((u32)hostop(HOSTOP_CAP_ENABLE, 121, 24), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_CAP_ENABLE, ~0ull), (u32)HOSTOP_EARG);
}
