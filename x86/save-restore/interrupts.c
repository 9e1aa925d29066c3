/* SPDX-License-Identifier: BSD-2-Clause */
/* Saved and restored: the local APIC and the I/O APIC, and interrupts that wait, are served, or come all the time. */
#include "patience.h"
#include "save_restore.h"
#include "x86/apic.h"
#include "x86/delay.h"
#include "x86/isr.h"
#include "x86/processor.h"
#include "x86/smp.h"
#include "asm/io.h"

#define VECTOR		0x51
#define OTHER_VECTOR	0x62

/* ---- the local APIC, and what is pending ---- */

static volatile u32 taken, others;

static void take(isr_regs_t *regs)
{
	taken++;
	eoi();
}

static void take_other(isr_regs_t *regs)
{
	others++;
	eoi();
}

/* An emulator may look for interrupts only while the CPU is out of the guest. */
static void open_window(void)
{
	sti();
	if (hostop(HOSTOP_SLEEP, 100000))
		udelay(100);
	cli();
}

/* Lets what is pending in. */
static void let_in(void)
{
	for (int i = 0; i < 20; i++)
		open_window();
}

CASE(apic, "registers of the local APIC")
{
	static const struct { u32 reg, value; } rows[] = {
		{ APIC_TASKPRI, 0x30 }, { APIC_LVT0, 0x10000 | 0x61 }, { APIC_LVT1, 0x10000 | 0x400 },
		{ APIC_LVTT, 0x10000 | 0x63 }, { APIC_TDCR, 0x3 }, { APIC_SPIV, 0x1f0 | 0xf },
	};
	u32 old[ARRAY_SIZE(rows)], id;

	begin();
	id = apic_id();
	EACH_WAY(way) {
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
			old[i] = apic_read(rows[i].reg);
			apic_write(rows[i].reg, rows[i].value);
		}
		restore(way);
		expect_eq(apic_id(), id);
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
			expect_eq_msg(apic_read(rows[i].reg), rows[i].value, "register %#" PRIx32 ", %s", rows[i].reg,
				      way_names[way]);
			apic_write(rows[i].reg, old[i]);
		}
	}
}

CASE(pending, "interrupts that wait stay, in number and priority, and come once")
{
	begin();
	handle_irq(VECTOR, take);
	handle_irq(OTHER_VECTOR, take_other);
	EACH_WAY(way) {
		taken = others = 0;
		apic_icr_write(APIC_DEST_SELF | APIC_DM_FIXED | VECTOR, 0);
		apic_icr_write(APIC_DEST_SELF | APIC_DM_FIXED | OTHER_VECTOR, 0);
		restore(way);
		expect(apic_read_bit(APIC_IRR, VECTOR));
		expect(apic_read_bit(APIC_IRR, OTHER_VECTOR));
		expect_eq(taken, 0);
		let_in();
		expect_eq_msg(taken, 1, "%s", way_names[way]);
		expect_eq_msg(others, 1, "%s", way_names[way]);
	}
}

static enum way in_service_way;
static bool was_in_service, is_in_service;

static void restore_in_handler(isr_regs_t *regs)
{
	was_in_service = apic_read_bit(APIC_ISR, VECTOR);
	restore(in_service_way);
	is_in_service = apic_read_bit(APIC_ISR, VECTOR);
	taken++;
	eoi();
}

CASE(in_service, "an interrupt in service is so after, and ends by one EOI")
{
	begin();
	handle_irq(VECTOR, restore_in_handler);
	EACH_WAY(way) {
		taken = 0;
		was_in_service = is_in_service = false;
		in_service_way = way;
		apic_icr_write(APIC_DEST_SELF | APIC_DM_FIXED | VECTOR, 0);
		let_in();
		expect_eq(taken, 1);
		expect(was_in_service);
		expect_eq(is_in_service, was_in_service);
		expect(!apic_read_bit(APIC_ISR, VECTOR));
	}
}

CASE(timer, "a running timer goes on, and comes once")
{
	begin();
	handle_irq(VECTOR, take);
	EACH_WAY(way) {
		u32 first;

		taken = 0;
		apic_setup_timer(VECTOR, APIC_LVT_TIMER_ONESHOT);
		apic_start_timer(0xfffffff0);
		first = apic_read(APIC_TMCCT);
		restore(way);
		expect_eq(apic_read(APIC_TMICT), 0xfffffff0);
		expect_le(apic_read(APIC_TMCCT), first);
		expect_gt(apic_read(APIC_TMCCT), 0);
		apic_start_timer(1000);
		restore(way);
		let_in();
		expect_eq_msg(taken, 1, "%s", way_names[way]);
		apic_cleanup_timer();
	}
}

CASE(io_apic, "the I/O APIC's lines lead where they did")
{
	begin();
	handle_irq(VECTOR, take);
	EACH_WAY(way) {
		ioapic_redir_entry_t before;

		taken = 0;
		ioapic_set_redir(10, VECTOR, TRIGGER_EDGE);
		before = ioapic_read_redir(10);
		restore(way);
		{
			ioapic_redir_entry_t after = ioapic_read_redir(10);

			expect_mem(&after, &before, sizeof(before));
		}
		if (way != WAY_MIGRATION) {
			hostop(HOSTOP_IRQ_LINE, 10, 1);
			hostop(HOSTOP_IRQ_LINE, 10, 0);
			let_in();
			expect_eq_msg(taken, 1, "%s", way_names[way]);
		}
		set_mask(10, true);
	}
}

/* ---- under load ---- */

static volatile u32 sent, stop;

static void send_on(void *to)
{
	/* One at a time: a second one of the same vector would merge with the first. */
	while (!stop) {
		if (taken != sent)
			continue;
		sent++;
		apic_icr_write(APIC_DEST_PHYSICAL | APIC_DM_FIXED | VECTOR, *(u32 *)to);
	}
}

/* Lets at least one in, within 20 s. */
static bool let_one_in(void)
{
	struct patience patience = { 0 };
	u32 before = taken;

	while (taken == before && !patience_over(&patience, 20))
		open_window();
	return taken != before;
}

CASE(load, "while another CPU sends interrupts: none is lost, none comes twice, over many restores")
{
	static u32 id;
	enum way way = WAYS;

	begin();
	require(cpu_count() > 1);
	handle_irq(VECTOR, take);
	id = apic_id();
	taken = sent = stop = 0;
	on_cpu_async(1, send_on, &id);
	for (int i = 0; i < 15; i++) {
		way = way_offered(way + 1);
		if (way >= WAYS)
			way = way_offered(0);
		restore(way);
		insist(let_one_in());
		expect_le(sent - taken, 1);
	}
	stop = 1;
	while (cpus_active() > 1)
		pause();
	let_in();
	expect_eq(taken, sent);
	expect_gt(sent, 10);
}
