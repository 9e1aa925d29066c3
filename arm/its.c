/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * its: the interrupt translation service of GICv3 (IHI 0069, chapter 5): events that INT raises arrive as the LPI and at
 * the CPU that MAPTI and MAPC say, and only then; properties count from INV on; pending state moves and goes. IAR is
 * read with interrupts masked, on the CPU in question.
 */
#include "case.h"
#include "arch-hooks.h"
#include "on-cpus.h"
#include "patience.h"
#include "asm/gic-v3-its.h"
#include "asm/io.h"
#include "asm/processor.h"
#include "asm/smp.h"

#define DEVICE		2
#define EVENTS		8

static struct its_device *device;
static struct its_collection *home, *away;

static void enable(void *unused)
{
	(void)unused;
	gic_enable_defaults();
}

void case_setup(void)
{
	require_msg(gic_init() == 3, "no GICv3");
	require_msg(its_init(), "no ITS");
	smp_poll();
	on_cpus(enable, NULL);
	its_enable_defaults();
	device = its_create_device(DEVICE, EVENTS);
	home = its_create_collection(0, 0);
	away = its_create_collection(1, nr_cpus - 1);
	its_send_mapc(home, true);
	its_send_mapc(away, true);
	its_send_mapd(device, true);
}

struct look {
	bool wait;
	u32 irq;
};

static void take(void *data)
{
	struct look *look = data;
	struct patience patience = { 0 };

	if (!look->wait)
		udelay(300);
	do
		look->irq = gic_iar_irqnr(gic_read_iar());
	while (look->wait && look->irq == GICC_INT_SPURIOUS && !patience_over(&patience, 5));
	if (look->irq != GICC_INT_SPURIOUS)
		gic_write_eoir(look->irq);
}

/* The next interrupt of a CPU; or, not waiting for it, GICC_INT_SPURIOUS. */
static u32 on(int cpu, bool wait)
{
	struct look look = { .wait = wait };

	on_cpu(cpu, take, &look);
	return look.irq;
}

static void map(u32 event, u32 lpi, struct its_collection *col)
{
	gicv3_lpi_set_config(lpi, LPI_PROP_DEFAULT);
	its_send_mapti(device, lpi, event, col);
	its_send_inv(device, event);
}

CASE(typer, "GITS_TYPER: physical LPIs, entries and numbers of a sensible size; a table for devices")
{
	u32 ctlr = readl((char *)gicv3_its_base() + GITS_CTLR);

	expect(its_data.typer.phys_lpi);
	expect_ge(its_data.typer.eventid_bits, 1);
	expect_ge(its_data.typer.deviceid_bits, 1);
	expect_eq(its_data.device_baser.type, GITS_BASER_DEVICE);
	expect_eq(ctlr & GITS_CTLR_ENABLE, GITS_CTLR_ENABLE);
}

CASE(interrupt, "each event arrives as its own LPI, once for one INT")
{
	for (u32 event = 0; event < EVENTS; event++)
		map(event, LPI(100 + 7 * event), home);
	for (u32 event = 0; event < EVENTS; event++) {
		its_send_int(device, event);
		expect_eq_msg(on(0, true), LPI(100 + 7 * event), "event %" PRIu32, event);
		expect_eq_msg(on(0, false), GICC_INT_SPURIOUS, "event %" PRIu32 ", behind it", event);
	}
}

CASE(once, "two INTs before the acknowledgement are one interrupt: an LPI has no active state, and one pending bit")
{
	map(0, LPI(1), home);
	its_send_int(device, 0);
	its_send_int(device, 0);
	expect_eq(on(0, true), LPI(1));
	expect_eq(on(0, false), GICC_INT_SPURIOUS);
}

CASE(disabled, "an LPI without its enable bit waits, and comes when that is set and INV said")
{
	map(0, LPI(2), home);
	gicv3_lpi_set_config(LPI(2), LPI_PROP_DEFAULT & ~LPI_PROP_ENABLED);
	its_send_inv(device, 0);
	its_send_int(device, 0);
	expect_eq(on(0, false), GICC_INT_SPURIOUS);
	gicv3_lpi_set_config(LPI(2), LPI_PROP_DEFAULT);
	its_send_inv(device, 0);
	expect_eq(on(0, true), LPI(2));
}

CASE(invall, "INVALL does so for a whole collection")
{
	map(0, LPI(3), home);
	map(1, LPI(4), home);
	gicv3_lpi_set_config(LPI(3), LPI_PROP_DEFAULT & ~LPI_PROP_ENABLED);
	gicv3_lpi_set_config(LPI(4), LPI_PROP_DEFAULT & ~LPI_PROP_ENABLED);
	its_send_invall(home);
	its_send_int(device, 0);
	its_send_int(device, 1);
	expect_eq(on(0, false), GICC_INT_SPURIOUS);
	gicv3_lpi_set_config(LPI(3), LPI_PROP_DEFAULT);
	gicv3_lpi_set_config(LPI(4), LPI_PROP_DEFAULT);
	its_send_invall(home);
	expect_eq(on(0, true), LPI(3));
	expect_eq(on(0, true), LPI(4));
}

CASE(priority, "of two LPIs the one of the higher priority comes first; one below the mask does not come")
{
	map(0, LPI(5), home);
	map(1, LPI(6), home);
	gicv3_lpi_set_config(LPI(6), (LPI_PROP_DEFAULT & 3) | 0x40);
	its_send_inv(device, 1);
	its_send_int(device, 0);
	its_send_int(device, 1);
	gic_write_pmr(0x80);
	expect_eq(on(0, true), LPI(6));
	expect_eq(on(0, false), GICC_INT_SPURIOUS);
	gic_write_pmr(GICC_INT_PRI_THRESHOLD);
	expect_eq(on(0, true), LPI(5));
}

CASE(collection, "an event of another collection arrives at that one's CPU, and nowhere else")
{
	require(nr_cpus > 1);
	map(0, LPI(7), away);
	its_send_int(device, 0);
	expect_eq(on(0, false), GICC_INT_SPURIOUS);
	expect_eq(on(nr_cpus - 1, true), LPI(7));
	expect_eq(on(nr_cpus - 1, false), GICC_INT_SPURIOUS);
}

CASE(move, "MOVI takes the event, and what is pending of it, to another CPU")
{
	require(nr_cpus > 1);
	map(0, LPI(8), home);
	its_send_int(device, 0);
	its_send_movi(device, away, 0);
	its_send_sync(home);
	its_send_sync(away);
	expect_eq(on(0, false), GICC_INT_SPURIOUS);
	expect_eq(on(nr_cpus - 1, true), LPI(8));
	its_send_int(device, 0);
	expect_eq(on(0, false), GICC_INT_SPURIOUS);
	expect_eq(on(nr_cpus - 1, true), LPI(8));
}

CASE(clear, "CLEAR takes a pending event back")
{
	map(0, LPI(9), home);
	its_send_int(device, 0);
	its_send_clear(device, 0);
	its_send_sync(home);
	expect_eq(on(0, false), GICC_INT_SPURIOUS);
}

CASE(discard, "a discarded event is not pending any more, and raises nothing")
{
	map(0, LPI(10), home);
	its_send_int(device, 0);
	its_send_discard(device, 0);
	its_send_sync(home);
	expect_eq(on(0, false), GICC_INT_SPURIOUS);
	its_send_int(device, 0);
	expect_eq(on(0, false), GICC_INT_SPURIOUS);
	map(0, LPI(10), home);
	its_send_int(device, 0);
	expect_eq(on(0, true), LPI(10));
}

CASE(unmapped_device, "events of a device that is not mapped raise nothing, and the queue goes on")
{
	struct its_device stranger = { .device_id = DEVICE + 1, .nr_ites = 2 };

	map(0, LPI(11), home);
	its_send_int(&stranger, 0);
	expect_eq(on(0, false), GICC_INT_SPURIOUS);
	its_send_mapd(device, false);
	its_send_int(device, 0);
	expect_eq(on(0, false), GICC_INT_SPURIOUS);
	its_send_mapd(device, true);
	map(0, LPI(11), home);
	its_send_int(device, 0);
	expect_eq(on(0, true), LPI(11));
}

CASE(unmapped_collection, "events of a collection that is not mapped raise nothing; mapped again, they do")
{
	map(0, LPI(13), away);
	its_send_mapc(away, false);
	its_send_int(device, 0);
	its_send_mapc(away, true);
	expect_eq(on(0, false), GICC_INT_SPURIOUS);
	expect_eq(on(nr_cpus - 1, false), GICC_INT_SPURIOUS);
	its_send_int(device, 0);
	expect_eq(on(nr_cpus - 1, true), LPI(13));
}
