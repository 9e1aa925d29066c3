/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mmio-nopaging: emulated device memory while CR0.PG is 0, in 32-bit protected mode and in
 * real-address mode. Linear addresses are physical ones then, and neither CR3 nor what it points to
 * matters (SDM volume 3, section 5.1.1; PDPTEs: section 5.4.1). A hypervisor that keeps shadow
 * tables must walk something nevertheless: in kernel Bugzilla 210695 a walk that ended early at an
 * absent PAE entry left its caller with stale data. So every kind of access goes to device pages
 * and to holes in each of the four GiB, with every kind of rubbish behind CR3. Real mode reaches
 * them by data segments that keep protected mode's limits.
 *
 * The oracle: a device's bytes are those that single byte reads see with paging on; pci-testdev
 * counts what it is written; the HPET's halted counter is a register of 64 bits (modify.c).
 */
#include "nopaging.h"
#include "memory_map.h"
#include "asm/page.h"
#include "x86/processor.h"
#include "x86/smp.h"

CODE(answer, "addl $1, %eax; leal (%edx, %esi), %ecx; xchgl %esi, %edi; movl %cr0, %edx");
CODE(divide, "xorl %ecx, %ecx; divl %ecx");

CASE(no_paging, "the code of these tests runs with CR0.PG=0, CR0.PE as its mode is, and its registers come back")
{
	for_each_behind(b) {
		struct nopaging s = { .run = &code_answer, .eax = 0xffffffff, .edx = 0x12340000,
			.esi = 0x5678, .edi = 0x9abc };
		unsigned long cr0 = read_cr0();

		run_nopaging(b, &s);
		expect_eq_msg(s.edx, cr0 & ~(X86_CR0_PG | (b->real ? X86_CR0_PE : 0)), "%s: CR0", b->name);
		expect_eq(s.eax, 0);
		expect_eq(s.eflags & X86_EFLAGS_CF, X86_EFLAGS_CF);
		expect_eq(s.ecx, 0x12345678);
		expect_eq(s.esi, 0x9abc);
		expect_eq(s.edi, 0x5678);
		expect_eq(read_cr0(), cr0);
	}
}

CASE(exception, "an exception there is seen")
{
	for_each_behind(b) {
		struct nopaging s = { .run = &code_divide };

		run_nopaging_any(b, &s);
		expect_eq_msg(s.exception, DE_VECTOR, "%s", b->name);
	}
}

/* ---- reads and writes ---- */

CASE(read, "reads of 1, 2, 4 and 8 bytes at every alignment are the device's bytes")
{
	u32 address = testdev_address();
	u8 data;

	start_count(&data);
	for_each_behind(b)
		for (u32 offset = 0; offset <= 20; offset++)
			for (int size = 1; size <= 8; size *= 2)
				expect_eq_msg(read_nopaging(b, address + offset, size), read_bytes(address + offset, size),
					      "%s: %d bytes at offset %" PRIu32, b->name, size, offset);
}

/* The byte that counts in each lane of a store that is aligned, or not. */
static void check_lanes(bool aligned)
{
	for_each_behind(b) {
		u8 data;
		u32 at = start_count(&data), n = 0;

		for (int size = 1; size <= 8; size *= 2)
			for (int lane = 0; lane < size; lane++) {
				if (IS_ALIGNED(at - lane, (u32)size) != aligned)
					continue;
				write_nopaging(b, at - lane, (u64)data << 8 * lane, size);
				expect_eq_msg(testdev_count(), ++n, "%s: %d bytes, lane %d", b->name, size, lane);
				write_nopaging(b, at - lane, (u64)(data ^ 0x40) << 8 * lane, size);
				expect_eq_msg(testdev_count(), n, "%s: %d bytes, lane %d, other data", b->name,
					      size, lane);
			}
	}
}

CASE(write, "aligned writes of 1, 2, 4 and 8 bytes reach the device once, each byte in its lane")
{
	check_lanes(true);
}

CASE(write_unaligned, "so do those that are not aligned")
{
	check_lanes(false);
}

/* ---- holes ---- */

CASE(holes, "a hole in each GiB reads as it does with paging on, and takes writes without a word")
{
	u32 holes[MAX_HOLES];
	int n = find_holes(holes);

	expect_ge(n, 2);
	for_each_behind(b)
		for (int i = 0; i < n; i++)
			for (int size = 1; size <= 8; size *= 2) {
				u64 before = read_bytes(holes[i], size);

				expect_eq_msg(read_nopaging(b, holes[i], size), before, "%s: %#" PRIx32, b->name, holes[i]);
				write_nopaging(b, holes[i], ~before, size);
				expect_eq_msg(read_nopaging(b, holes[i], size), before, "%s: %#" PRIx32 " again", b->name,
					      holes[i]);
			}
}

/* ---- across pages ---- */

CASE(across_holes, "an access from one page of a hole to the next is one of both")
{
	u32 holes[MAX_HOLES];
	int n = find_holes(holes);

	for_each_behind(b)
		for (int i = 0; i < n; i++)
			for (u32 at = holes[i] + PAGE_SIZE - 7; at < holes[i] + PAGE_SIZE; at++) {
				u64 before = read_bytes(at, 8);

				write_nopaging(b, at, ~before, 8);
				expect_eq_msg(read_nopaging(b, at, 8), before, "%s: %#" PRIx32, b->name, at);
			}
}

CASE(hole_to_device, "an access that begins in a hole and ends in a device's page: both parts, once")
{
	u32 address = testdev_address();
	u8 data;

	for_each_behind(b) {
		start_count(&data);
		for (int size = 2; size <= 8; size *= 2)
			for (int before = 1; before < size; before++)
				expect_eq_msg(read_nopaging(b, address - before, size), read_bytes(address - before, size),
					      "%s: %d bytes, %d of them before", b->name, size, before);
		/*
		 * The first byte of the device is which test it runs: 2, as its header then says.
		 */
		write_nopaging(b, address - 1, 0x0200 | 0xee, 2);
		expect_eq_msg(readb((void *)(uintptr_t)address), 2, "%s", b->name);
	}
}

/* The end of RAM below 4 GiB, if that is where a hole begins; 0 if not. */
static u32 end_of_ram(void)
{
	phys_addr_t end = 0;

	for (int i = 0; i < memory_region_count; i++)
		if (memory_regions[i].usable && memory_regions[i].end <= 0xc0000000)
			end = MAX(end, memory_regions[i].end);
	for (int i = 0; i < memory_region_count; i++)
		if (memory_regions[i].start <= end && end < memory_regions[i].end)
			return 0;
	return end;
}

CASE(ram_to_hole, "an access that begins in RAM and ends in a hole: RAM's bytes are read and written, no others")
{
	u32 end = end_of_ram();
	volatile u8 *last = (u8 *)(uintptr_t)end - 16;
	u8 old[16];

	require_msg(end, "no hole behind RAM");
	memcpy(old, (void *)last, sizeof(old));
	for_each_behind(b)
		for (int size = 2; size <= 8; size *= 2)
			for (int in_ram = 1; in_ram < size; in_ram++) {
				u64 value = 0x8877665544332211;

				for (int i = 0; i < 16; i++)
					last[i] = 0xc0 + i;
				expect_eq_msg(read_nopaging(b, end - in_ram, size), read_bytes(end - in_ram, size),
					      "%s: %d bytes, %d in RAM", b->name, size, in_ram);
				write_nopaging(b, end - in_ram, value, size);
				for (int i = 0; i < 16; i++) {
					int byte = i - (16 - in_ram);

					expect_eq_msg(last[i], byte < 0 ? 0xc0 + i : (u8)(value >> 8 * byte),
						      "%s: %d bytes, %d in RAM: byte %d", b->name, size, in_ram, i);
				}
			}
	memcpy((void *)last, old, sizeof(old));
}

/* ---- many times, from every CPU, between switches ---- */

CODE(write_times, "1: movb %al, (%edi); movb %dl, (%edi); decl %ecx; jnz 1b");
CODE(read_times, "xorl %edx, %edx; 1: addl (%esi), %edx; decl %ecx; jnz 1b");

CASE(thousand, "the thousandth access is as the first")
{
	for_each_behind(b) {
		u8 data;
		u32 at = start_count(&data), address = testdev_address();
		struct nopaging s = { .run = &code_write_times, .edi = at, .eax = data, .edx = data + 1,
			.ecx = 1000 };

		run_nopaging(b, &s);
		expect_eq_msg(testdev_count(), 1000, "%s: writes", b->name);
		s = (struct nopaging){ .run = &code_read_times, .esi = address + 4, .ecx = 1000 };
		run_nopaging(b, &s);
		expect_eq_msg(s.edx, 1000 * read_bytes(address + 4, 4), "%s: sum", b->name);
	}
}

struct visit {
	u32 at, address;
	u8 data;
};

static void visit(void *data)
{
	struct visit *v = data;

	for_each_behind(b) {
		write_nopaging(b, v->at, v->data, 1);
		expect_eq_msg(read_nopaging(b, v->address, 4), read_bytes(v->address, 4), "CPU %d: %s", smp_id(), b->name);
	}
}

CASE(every_cpu, "every CPU reaches the device, one after the other")
{
	struct visit v = { .address = testdev_address() };

	require(cpu_count() > 1);
	v.at = start_count(&v.data);
	for (int cpu = 0; cpu < cpu_count(); cpu++) {
		on_cpu(cpu, visit, &v);
		expect_eq_msg(testdev_count(), (cpu + 1) * N_BEHINDS, "CPU %d", cpu);
	}
}

CASE(side_by_side, "all CPUs at once: every write is counted")
{
	struct visit v = { .address = testdev_address() + 4 };

	require(cpu_count() > 1);
	v.at = start_count(&v.data);
	on_cpus(visit, &v);
	expect_eq(testdev_count(), cpu_count() * N_BEHINDS);
}

CASE(between_switches, "accesses with paging on and off in turns reach the same device")
{
	u8 data;
	u32 at = start_count(&data), address = testdev_address(), n = 0;

	for (int turn = 0; turn < 20; turn++)
		for_each_behind(b) {
			write_nopaging(b, at, data, 1);
			expect_eq_msg(testdev_count(), ++n, "%s: turn %d, off", b->name, turn);
			writeb(data, (void *)(uintptr_t)at);
			expect_eq_msg(read_nopaging(b, address + 12, 4), ++n, "%s: turn %d, on", b->name, turn);
		}
}
