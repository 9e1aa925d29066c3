/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interrupt controllers' pages without paging, which a hypervisor may keep in its kernel: the
 * local APIC in xAPIC mode (SDM volume 3, section 11.4.1: aligned accesses of 32 bits) and the I/O
 * APIC (82093AA data sheet).
 */
#include "nopaging.h"
#include "asm/io.h"
#include "x86/apic.h"
#include "x86/cpu_setup.h"
#include "x86/smp.h"

#define APIC		0xfee00000u
#define IOAPIC		0xfec00000u
#define IOAPIC_WINDOW	0x10
#define IOAPIC_VERSION	1

/* What the page said and did, on one CPU: judged when that CPU is in its old mode again. */
struct look {
	const struct behind *b;
	u32 id, version, written, modified, modified_nopaging;
};

#define COUNT	0x40000000u
#define MORE	0x111u

CODE(lock_add, "lock; addl %eax, (%edi); movl (%edi), %edx");

/* The timer's initial count is a register of 32 bits; masked, the timer does no harm. */
static void look_at_apic(void *data)
{
	struct look *look = data;
	struct nopaging s = { .run = &code_lock_add, .edi = APIC + APIC_TMICT, .eax = MORE };

	reset_apic();
	enable_apic();
	apic_write(APIC_LVTT, APIC_LVT_MASKED);
	look->id = (u32)read_nopaging(look->b, APIC + APIC_ID, 4) >> 24;
	look->version = (u32)read_nopaging(look->b, APIC + APIC_LVR, 4);
	write_nopaging(look->b, APIC + APIC_TMICT, COUNT, 4);
	look->written = apic_read(APIC_TMICT);
	run_nopaging(look->b, &s);
	look->modified = apic_read(APIC_TMICT);
	look->modified_nopaging = s.edx;
	apic_write(APIC_TMICT, 0);
	/* As it was: in x2APIC mode if it has that. */
	cpu_setup();
}

CASE(local_apic, "each CPU's APIC page is its own: identity, version, a register read, written and modified")
{
	u32 version = apic_read(APIC_LVR);

	for (int cpu = 0; cpu < cpu_count(); cpu++)
		for_each_behind(b) {
			struct look look = { .b = b };

			on_cpu(cpu, look_at_apic, &look);
			expect_eq_msg(look.id, id_map[cpu], "CPU %d: %s: identity", cpu, b->name);
			expect_eq_msg(look.version, version, "CPU %d: %s: version", cpu, b->name);
			expect_eq_msg(look.written, COUNT, "CPU %d: %s: written", cpu, b->name);
			expect_eq_msg(look.modified, COUNT + MORE, "CPU %d: %s: modified", cpu, b->name);
			expect_eq_msg(look.modified_nopaging, COUNT + MORE, "CPU %d: %s: modified, without paging", cpu,
				      b->name);
		}
}

CASE(io_apic, "the I/O APIC's index is written and its window read")
{
	u32 version = ioapic_read_reg(IOAPIC_VERSION);

	for_each_behind(b) {
		write_nopaging(b, IOAPIC, IOAPIC_VERSION, 4);
		expect_eq_msg(read_nopaging(b, IOAPIC, 4), IOAPIC_VERSION, "%s: index", b->name);
		expect_eq_msg(read_nopaging(b, IOAPIC + IOAPIC_WINDOW, 4), version, "%s: version", b->name);
		write_nopaging(b, IOAPIC, 0, 4);
		expect_eq_msg(read_nopaging(b, IOAPIC, 4), 0, "%s: index 0", b->name);
	}
}
