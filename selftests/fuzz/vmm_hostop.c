/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzzes host operations: the input is a sequence of requests, each with a byte that says which
 * system call fails, and what is left is the data that they find in memory.
 */
#include "vmm_machine.h"

#define REQUEST		0x1000
#define DATA		0x2000
#define DATA_SIZE	0x2000

/* A fuzzer has no time for those that wait, and no cores for those that compete. */
static void hurry(struct hostop_request *r)
{
	if (r->op == HOSTOP_SLEEP)
		r->args[0] %= 1000;
	if (r->op == HOSTOP_STARVE)
		r->args[1] &= ~15ull;
	if ((r->op == HOSTOP_SLOT_MAP || r->op == HOSTOP_SLOT_ALIAS) &&
	    r->args[4] == HOSTOP_BACKING_HUGETLB)
		r->args[4] = HOSTOP_BACKING_MEMORY;
}

static void ask(const uint8_t *data)
{
	struct hostop_request r, after;

	memcpy(&r, data + 1, sizeof(r));
	fuzz_failing = data[0] & 15;
	/* Most requests are well-formed, so that more than the first check is reached. */
	if (data[0] & 16)
		r.magic = HOSTOP_MAGIC, r.version = HOSTOP_VERSION, r.size = sizeof(r);
	if (data[0] & 32)
		r.op %= HOSTOP_COUNT;
	if (data[0] & 64)
		r.data = DATA, r.data_size %= DATA_SIZE;
	hurry(&r);
	memory_write(&fuzz_machine.memory, gpa(REQUEST), &r, sizeof(r));
	operation_run(&fuzz_vcpu, gpa(REQUEST));
	fuzz_go_on();
	if (!memory_read(&fuzz_machine.memory, gpa(REQUEST), &after, sizeof(after)) ||
	    fuzz_vcpu.in_operation || fuzz_machine.operating || after.result > 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t step = 1 + sizeof(struct hostop_request), n = size / step;

	fuzz_start();
	memory_write(&fuzz_machine.memory, gpa(DATA), data + (n ? step : 0),
		     (size - (n ? step : 0)) % DATA_SIZE);
	for (size_t i = 0; i < n && i < 16; i++)
		ask(data + i * step);
	for (unsigned int slot = HOSTOP_SLOT_FIRST; slot <= HOSTOP_SLOT_LAST; slot++)
		memory_put(&fuzz_machine.memory, slot);
	return 0;
}
