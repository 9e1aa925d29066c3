/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How often a device access without paging leaves for the VMM (Linux, Documentation/virt/kvm/api.rst, KVM_EXIT_MMIO): the
 * small VMM counts. Once for each access that a single naturally aligned cycle can do, the first as the last; twice across
 * two pages; never for RAM, nor for the local APIC's page, which KVM keeps itself.
 */
#include "nopaging.h"
#include "hostcall.h"
#include "memory_map.h"
#include "asm/page.h"
#include "x86/apic.h"
#include "x86/cpu_setup.h"

#define EXIT_MMIO	6	/* KVM_EXIT_MMIO */
#define ACCESSES	25
#define APIC		0xfee00000u

static u64 mmio_exits(void)
{
	u64 rets[HOSTOP_RETS];

	insist_eq(hostop_get(rets, HOSTOP_EXITS, HOSTOP_SELF, EXIT_MMIO), 0);
	return rets[0];
}

/* ACCESSES writes, then as many reads: each leaves as often as told. */
static void expect_exits(const struct behind *b, u32 address, int size, u64 each, const char *what)
{
	u64 before = mmio_exits(), written;

	for (int i = 0; i < ACCESSES; i++)
		write_nopaging(b, address, 0, size);
	written = mmio_exits();
	for (int i = 0; i < ACCESSES; i++)
		read_nopaging(b, address, size);
	expect_eq_msg(written - before, ACCESSES * each, "%s: %d bytes written to %s", b->name, size, what);
	expect_eq_msg(mmio_exits() - written, ACCESSES * each, "%s: %d bytes read from %s", b->name, size, what);
}

CASE(exits, "each aligned access to a hole is one exit, each across two of its pages two")
{
	u32 holes[MAX_HOLES];

	require_hostop(HOSTOP_EXITS);
	require_msg(find_holes(holes), "no page without memory and device");
	for_each_behind(b) {
		for (int size = 1; size <= 4; size *= 2)
			expect_exits(b, holes[0] + 16, size, 1, "a hole");
		expect_exits(b, holes[0] + PAGE_SIZE - 2, 4, 2, "two pages");
	}
}

CASE(no_exits, "an access to RAM, or to the local APIC's page, is no exit")
{
	static u32 ram;

	require_hostop(HOSTOP_EXITS);
	reset_apic();
	enable_apic();
	for_each_behind(b) {
		for (int size = 1; size <= 4; size *= 2)
			expect_exits(b, low_address(&ram), size, 0, "RAM");
		expect_exits(b, APIC + APIC_TMICT, 4, 0, "the local APIC");
	}
	/* As it was: in x2APIC mode if it has that. */
	cpu_setup();
}
