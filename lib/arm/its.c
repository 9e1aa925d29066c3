/* SPDX-License-Identifier: BSD-2-Clause */
/* The ITS: tables, the queue, commands (IHI 0069, sections 5.3 and 12.19). See asm/gic-v3-its.h. */
#include "alloc_page.h"
#include "patience.h"
#include "platform.h"
#include "asm/gic-v3-its.h"
#include "asm/io.h"
#include "asm/setup.h"

struct its_data its_data;

#define QUEUE_SIZE	SZ_64K
#define COMMAND_SIZE	32

/* Inner shareable; inner write-back with allocation. */
#define BASER_CACHED	(1ull << 10 | 7ull << 59)

static char *its(u32 offset)
{
	return (char *)its_data.base + offset;
}

/* Section 12.19.14. */
static void read_typer(void)
{
	u64 v = readq(its(GITS_TYPER));
	bool cil = v >> 36 & 1;

	its_data.typer = (struct its_typer){
		.phys_lpi = v & 1, .ite_size = (v >> 4 & 15) + 1, .eventid_bits = (v >> 8 & 31) + 1,
		.deviceid_bits = (v >> 13 & 31) + 1, .pta = v >> 19 & 1, .hw_collections = v >> 24 & 255, .cil = cil,
		.collid_bits = cil ? (v >> 32 & 15) + 1 : 16,
	};
}

bool its_init(void)
{
	int node = fdt_find_compatible(&platform.fdt, FDT_NONE, "arm,gic-v3-its");
	u64 address, size;

	if (its_data.base)
		return true;
	if (gic_init() != 3 || node == FDT_NONE || !fdt_reg(&platform.fdt, node, 0, &address, &size))
		return false;
	its_data.base = ioremap(address, size);
	read_typer();
	return true;
}

/* One 64 KiB page of entries, or of smaller pages as many, is more than tests need. */
static void set_table(int index)
{
	char *reg = its(GITS_BASER + 8 * index);
	u64 v = readq(reg);
	struct its_baser baser = { .index = index, .type = v >> 56 & 7, .esz = (v >> 48 & 31) + 1 };

	if (baser.type != GITS_BASER_DEVICE && baser.type != GITS_BASER_COLLECTION)
		return;
	baser.table = memalign_pages(SZ_64K, SZ_64K);
	/* The page size may be fixed: what reads back counts (section 12.19.1). */
	writeq((v & ~(3ull << 8)) | 2ull << 8, reg);
	baser.psz = SZ_4K << 2 * MIN(readq(reg) >> 8 & 3, 2ull);
	baser.nr_pages = SZ_64K / baser.psz;
	writeq(GITS_VALID | BASER_CACHED | virt_to_phys(baser.table) | (readq(reg) & 3ull << 8) | (baser.nr_pages - 1), reg);
	if (baser.type == GITS_BASER_DEVICE)
		its_data.device_baser = baser;
	else
		its_data.coll_baser = baser;
}

void its_enable_defaults(void)
{
	assert_msg(its_data.base && !its_data.cmd_base, "its_init() comes before, and this once");
	gicv3_lpi_alloc_tables();
	for (int cpu = 0; cpu < nr_cpus; cpu++)
		gicv3_lpi_rdist_enable(cpu);
	for (int i = 0; i < GITS_BASERS; i++)
		set_table(i);
	its_data.cmd_base = memalign_pages(SZ_64K, QUEUE_SIZE);
	writeq(GITS_VALID | BASER_CACHED | virt_to_phys(its_data.cmd_base) | (QUEUE_SIZE / SZ_4K - 1), its(GITS_CBASER));
	writeq(0, its(GITS_CWRITER));
	writel(GITS_CTLR_ENABLE, its(GITS_CTLR));
}

/* ---- commands ---- */

static void send(u64 dw0, u64 dw1, u64 dw2)
{
	struct patience patience = { 0 };
	u64 *slot = (u64 *)(its_data.cmd_base + its_data.cmd_write), done;

	assert_msg(its_data.cmd_base, "its_enable_defaults() comes first");
	slot[0] = cpu_to_le64(dw0);
	slot[1] = cpu_to_le64(dw1);
	slot[2] = cpu_to_le64(dw2);
	slot[3] = 0;
	its_data.cmd_write = (its_data.cmd_write + COMMAND_SIZE) % QUEUE_SIZE;
	dsb(sy);
	writeq(its_data.cmd_write, its(GITS_CWRITER));
	while ((done = readq(its(GITS_CREADR))) != its_data.cmd_write)
		if (done & GITS_CREADR_STALLED || patience_over(&patience, 5))
			report_abort("the ITS does not take command %#" PRIx64 " (GITS_CREADR %#" PRIx64 ")", dw0 & 0xff, done);
}

enum { MOVI = 0x01, INT = 0x03, CLEAR = 0x04, SYNC = 0x05, MAPD = 0x08, MAPC = 0x09, MAPTI = 0x0a, INV = 0x0c,
       INVALL = 0x0d, DISCARD = 0x0f };

static u64 command(u64 number, const struct its_device *dev)
{
	return number | (dev ? (u64)dev->device_id << 32 : 0);
}

void its_send_mapd(struct its_device *dev, int valid)
{
	send(command(MAPD, dev), __fls(dev->nr_ites) ? __fls(dev->nr_ites) - 1 : 0,
	     virt_to_phys(dev->itt) | (valid ? GITS_VALID : 0));
}

void its_send_mapc(struct its_collection *col, int valid)
{
	send(MAPC, 0, col->target_address | col->col_id | (valid ? GITS_VALID : 0));
}

void its_send_mapti(struct its_device *dev, u32 lpi_id, u32 event_id, struct its_collection *col)
{
	send(command(MAPTI, dev), event_id | (u64)lpi_id << 32, col->col_id);
}

void its_send_movi(struct its_device *dev, struct its_collection *col, u32 event_id)
{
	send(command(MOVI, dev), event_id, col->col_id);
}

void its_send_int(struct its_device *dev, u32 event_id)
{
	send(command(INT, dev), event_id, 0);
}

void its_send_clear(struct its_device *dev, u32 event_id)
{
	send(command(CLEAR, dev), event_id, 0);
}

void its_send_discard(struct its_device *dev, u32 event_id)
{
	send(command(DISCARD, dev), event_id, 0);
}

void its_send_inv(struct its_device *dev, u32 event_id)
{
	dsb(sy);
	send(command(INV, dev), event_id, 0);
}

void its_send_invall(struct its_collection *col)
{
	dsb(sy);
	send(INVALL, 0, col->col_id);
}

void its_send_sync(struct its_collection *col)
{
	send(SYNC, 0, col->target_address);
}

/* ---- what is mapped ---- */

struct its_device *its_create_device(u32 device_id, int nr_ites)
{
	struct its_device *dev = &its_data.devices[its_data.nr_devices++];
	u32 n = MAX(roundup_pow_of_two(nr_ites), 2ul);

	assert_msg(its_data.nr_devices <= ITS_DEVICES && nr_ites > 0, "device %" PRIu32, device_id);
	*dev = (struct its_device){ device_id, n, memalign_pages(SZ_4K, n * its_data.typer.ite_size) };
	return dev;
}

/* Section 5.3.1: a redistributor is its address, or its number. */
struct its_collection *its_create_collection(u16 col_id, u32 target_pe)
{
	struct its_collection *col = &its_data.collections[its_data.nr_collections++];
	char *rdist = gicv3_data.redist_base[target_pe];

	assert_msg(its_data.nr_collections <= ITS_COLLECTIONS && rdist, "collection %u for CPU %" PRIu32, col_id, target_pe);
	*col = (struct its_collection){ .col_id = col_id };
	col->target_address = its_data.typer.pta ? virt_to_phys(rdist) : (readq(rdist + GICR_TYPER) >> 8 & 0xffff) << 16;
	return col;
}

struct its_device *its_get_device(u32 id)
{
	for (u32 i = 0; i < its_data.nr_devices; i++)
		if (its_data.devices[i].device_id == id)
			return &its_data.devices[i];
	return NULL;
}

struct its_collection *its_get_collection(u16 id)
{
	for (u32 i = 0; i < its_data.nr_collections; i++)
		if (its_data.collections[i].col_id == id)
			return &its_data.collections[i];
	return NULL;
}
