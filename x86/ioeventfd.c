/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Doorbells (Linux, Documentation/virt/kvm/api.rst, KVM_IOEVENTFD): a write of the right length, at the address, of the
 * value if one was given, signals exactly once and does not reach the VMM; any other access does, and signals nothing. Ports and
 * memory, by each length and each form of write. And KVM_REGISTER_COALESCED_MMIO: writes are gathered, in order and whole.
 */
#include "hostcall.h"
#include "x86/processor.h"
#include "asm/io.h"

#define PORT		0x570u		/* nobody's, as the 15 behind it */
#define MEMORY		0xd8000000u	/* nobody's */
#define EXIT_IO		2		/* KVM_EXIT_IO */
#define EXIT_MMIO	6		/* KVM_EXIT_MMIO */
#define EEXIST		17
#define EINVAL		22
#define MAX_HANDLES	16

static u64 handles[MAX_HANDLES];
static unsigned int n_handles;

static void begin(void)
{
	require_hostop(HOSTOP_IOEVENTFD);
	while (n_handles)
		hostop(HOSTOP_IOEVENTFD_CLOSE, handles[--n_handles]);
}

/* Returns its number, or -errno. */
static int attach(u64 address, u64 length, u64 flags, u64 value)
{
	u64 rets[HOSTOP_RETS];
	int result = hostop_get(rets, HOSTOP_IOEVENTFD, address, length, flags, value);

	if (result)
		return result;
	handles[n_handles] = rets[0];
	return n_handles++;
}

static u64 count(int n)
{
	u64 rets[HOSTOP_RETS];

	insist_eq(hostop_get(rets, HOSTOP_IOEVENTFD_COUNT, handles[n]), 0);
	return rets[0];
}

static u64 exits(u64 reason)
{
	u64 rets[HOSTOP_RETS];

	insist_eq(hostop_get(rets, HOSTOP_EXITS, HOSTOP_SELF, reason), 0);
	return rets[0];
}

static void write_port(u32 length, u16 port, u32 value)
{
	if (length == 1)
		outb(value, port);
	else if (length == 2)
		outw(value, port);
	else
		outl(value, port);
}

static void write_memory(u32 length, u32 address, u32 value)
{
	void *p = phys_to_virt(address);

	if (length == 1)
		*(volatile u8 *)p = value;
	else if (length == 2)
		*(volatile u16 *)p = value;
	else
		*(volatile u32 *)p = value;
}

/* Writes of each length there: how many signals, and how many exits beside that of the question itself. */
static void check_write(bool port, u32 address, u32 length, u32 value, int n, bool signals)
{
	u64 reason = port ? EXIT_IO : EXIT_MMIO, before = exits(reason);

	if (port)
		write_port(length, address, value);
	else
		write_memory(length, address, value);
	expect_eq_msg(exits(reason) - before, port + !signals, "exits for %" PRIu32 " bytes of %#" PRIx32
		      " at %#" PRIx32, length, value, address);
	expect_eq_msg(count(n), signals, "signals for %" PRIu32 " bytes of %#" PRIx32 " at %#" PRIx32, length,
		      value, address);
}

static void check_lengths(bool port, u32 base)
{
	for (u32 length = 1; length <= 4; length *= 2) {
		int n;

		begin();
		n = attach(base + 4, length, port ? HOSTOP_IO_PORT : 0, 0);
		insist(n >= 0);
		for (u32 written = 1; written <= 4; written *= 2)
			check_write(port, base + 4, written, 0x12345678, n, written == length);
		check_write(port, base, length, 0, n, false);
		check_write(port, base + 8, length, 0, n, false);
	}
	begin();
}

CASE(port_lengths, "a port: only writes of its length, and only there")
{
	begin();
	check_lengths(true, PORT);
}

CASE(memory_lengths, "memory: only writes of its length, and only there")
{
	begin();
	check_lengths(false, MEMORY);
}

static void check_match(bool port, u32 base)
{
	u64 flags = HOSTOP_IO_DATAMATCH | (port ? HOSTOP_IO_PORT : 0);
	int a, b;

	begin();
	a = attach(base, 2, flags, 0x1234);
	b = attach(base, 2, flags, 0x4321);
	insist(a >= 0 && b >= 0);
	check_write(port, base, 2, 0x1234, a, true);
	expect_eq(count(b), 0);
	check_write(port, base, 2, 0x4321, b, true);
	expect_eq(count(a), 0);
	check_write(port, base, 2, 0x1235, a, false);
	check_write(port, base, 4, 0x00001234, a, false);
	begin();
}

CASE(port_match, "a port, by value: two of them at one address are told apart")
{
	begin();
	check_match(true, PORT);
}

CASE(memory_match, "memory, by value")
{
	begin();
	check_match(false, MEMORY);
}

CASE(any_length, "length 0 is any, of memory")
{
	int n;

	begin();
	n = attach(MEMORY, 0, 0, 0);
	require_msg(n >= 0, "KVM has no ioeventfd of any length");
	for (u32 length = 1; length <= 4; length *= 2)
		check_write(false, MEMORY, length, 0xff, n, true);
	begin();
}

CASE(reads, "a read signals nothing")
{
	int port, memory;

	begin();
	port = attach(PORT, 2, HOSTOP_IO_PORT, 0);
	memory = attach(MEMORY, 4, 0, 0);
	insist(port >= 0 && memory >= 0);
	(void)inw(PORT);
	(void)*(volatile u32 *)phys_to_virt(MEMORY);
	expect_eq(count(port), 0);
	expect_eq(count(memory), 0);
	begin();
}

CASE(many, "each of a thousand writes signals once; a string's each, too")
{
	static const u16 words[50];
	unsigned long n = 50;
	const void *from = words;
	int port, memory;

	begin();
	port = attach(PORT, 2, HOSTOP_IO_PORT, 0);
	memory = attach(MEMORY, 4, 0, 0);
	insist(port >= 0 && memory >= 0);
	for (int i = 0; i < 1000; i++) {
		outw(i, PORT);
		*(volatile u32 *)phys_to_virt(MEMORY) = i;
	}
	expect_eq(count(port), 1000);
	expect_eq(count(memory), 1000);
	asm volatile("rep outsw" : "+S" (from), "+c" (n) : "d" (PORT) : "memory");
	expect_eq(count(port), 50);
	begin();
}

CASE(errors, "the same again: EEXIST; lengths and flags that are none: EINVAL; one that is gone signals no more")
{
	int n;

	begin();
	n = attach(PORT, 2, HOSTOP_IO_PORT, 0);
	insist(n >= 0);
	expect_eq((u32)attach(PORT, 2, HOSTOP_IO_PORT, 0), (u32)-EEXIST);
	expect_eq((u32)attach(PORT, 2, HOSTOP_IO_PORT | HOSTOP_IO_DATAMATCH, 1), (u32)-EEXIST);
	expect_eq((u32)attach(PORT + 8, 3, HOSTOP_IO_PORT, 0), (u32)-EINVAL);
	expect_eq((u32)attach(PORT + 8, 5, HOSTOP_IO_PORT, 0), (u32)-EINVAL);
	insist_eq(hostop(HOSTOP_IOEVENTFD_CLOSE, handles[n]), 0);
	n_handles = 0;
	n = attach(PORT + 8, 2, HOSTOP_IO_PORT, 0);
	insist(n >= 0);
	outw(1, PORT);
	expect_eq(count(n), 0);
	begin();
}

/* ---- coalesced ---- */

CASE(coalesced, "writes to a coalesced zone: all of them, in order, by address, length and value; reads still exit")
{
	static struct hostop_coalesced found[64];
	u64 rets[HOSTOP_RETS], before;

	begin();
	require_hostop(HOSTOP_COALESCED);
	insist_eq(hostop(HOSTOP_COALESCED, MEMORY, 0x100, 0), 0);
	hostop_data(found, sizeof(found), NULL, HOSTOP_COALESCED_READ);
	for (u32 i = 0; i < 60; i++)
		write_memory(1u << i % 3, MEMORY + i * 4, 0x10203040u + i);
	insist_eq(hostop_data(found, sizeof(found), rets, HOSTOP_COALESCED_READ), 0);
	expect_eq(rets[0], 60);
	for (u32 i = 0; i < 60; i++) {
		u32 length = 1u << i % 3;

		expect_eq(found[i].address, MEMORY + i * 4);
		expect_eq(found[i].length, length);
		expect_eq(found[i].port, 0);
		expect_eq(found[i].data & (length == 4 ? 0xffffffff : (1u << length * 8) - 1),
			  (0x10203040u + i) & (length == 4 ? 0xffffffff : (1u << length * 8) - 1));
	}
	before = exits(EXIT_MMIO);
	(void)*(volatile u32 *)phys_to_virt(MEMORY);
	expect_eq(exits(EXIT_MMIO) - before, 1);
	/* Behind the zone. */
	*(volatile u32 *)phys_to_virt(MEMORY + 0x100) = 1;
	expect_eq(exits(EXIT_MMIO) - before, 2);
	insist_eq(hostop(HOSTOP_COALESCED_CLOSE, MEMORY, 0x100, 0), 0);
	write_memory(4, MEMORY, 1);
	insist_eq(hostop_data(found, sizeof(found), rets, HOSTOP_COALESCED_READ), 0);
	expect_eq(rets[0], 0);
}
