/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors and rings that no driver may write (Virtual I/O Device specification 1.2, sections
 * 2.7.4 to 2.7.6, 2.7.13). The device may use what it can, ignore it, or say DEVICE_NEEDS_RESET
 * (2.1.2); it writes nothing but what it was given, uses nothing twice, and a reset mends it.
 */
#include "virtio_test.h"
#include "asm/io.h"

#define QUEUE_SIZE	8
#define GUARD		512
#define READY		(VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER | VIRTIO_FEATURES_OK | VIRTIO_DRIVER_OK)

static struct virtio_device dev;
static struct virtq q;
/* The device may write the middle third. */
static u8 memory[3 * GUARD] __attribute__((aligned(4096)));
#define target (memory + GUARD)
static struct virtq_desc table[16] __attribute__((aligned(4096)));

static void set_raw(volatile struct virtq_desc *desc, u64 addr, u32 len, u16 flags, u16 next)
{
	desc->addr = cpu_to_le64(addr);
	desc->len = cpu_to_le32(len);
	desc->flags = cpu_to_le16(flags);
	desc->next = cpu_to_le16(next);
}

static void set(u16 at, u32 len, u16 flags, u16 next)
{
	set_raw(&q.desc[at], virt_to_phys(target), len, flags, next);
}

/* ---- what is wrong ---- */

static void loop_one(void)
{
	set(0, 16, VIRTQ_WRITE | VIRTQ_NEXT, 0);
	virtq_offer(&q, 0);
}

static void loop_all(void)
{
	for (u16 i = 0; i < QUEUE_SIZE; i++)
		set(i, 16, VIRTQ_WRITE | VIRTQ_NEXT, (i + 1) % QUEUE_SIZE);
	virtq_offer(&q, 3);
}

static void next_beyond(void)
{
	set(0, 16, VIRTQ_WRITE | VIRTQ_NEXT, QUEUE_SIZE);
	virtq_offer(&q, 0);
}

static void next_far(void)
{
	set(0, 16, VIRTQ_WRITE | VIRTQ_NEXT, 0xffff);
	virtq_offer(&q, 0);
}

static void head_beyond(void)
{
	virtq_offer(&q, QUEUE_SIZE);
}

static void head_far(void)
{
	virtq_offer(&q, 0xffff);
}

static void length_zero(void)
{
	set(0, 0, VIRTQ_WRITE, 0);
	virtq_offer(&q, 0);
}

static void length_zero_chain(void)
{
	set(0, 0, VIRTQ_WRITE | VIRTQ_NEXT, 1);
	set(1, 0, VIRTQ_WRITE, 0);
	virtq_offer(&q, 0);
}

static void length_overflow(void)
{
	set_raw(&q.desc[0], ~0ull - 15, 0xfffffff0, VIRTQ_WRITE | VIRTQ_NEXT, 1);
	set_raw(&q.desc[1], ~0ull - 15, 0xfffffff0, VIRTQ_WRITE, 0);
	virtq_offer(&q, 0);
}

static void address_nowhere(void)
{
	set_raw(&q.desc[0], 0x00f0000000000000ull, 64, VIRTQ_WRITE, 0);
	virtq_offer(&q, 0);
}

static void address_last(void)
{
	set_raw(&q.desc[0], ~0ull - 7, 64, VIRTQ_WRITE, 0);
	virtq_offer(&q, 0);
}

static void address_zero_length(void)
{
	set_raw(&q.desc[0], ~0ull, 0, VIRTQ_WRITE, 0);
	virtq_offer(&q, 0);
}

static void not_writable(void)
{
	set(0, 64, 0, 0);
	virtq_offer(&q, 0);
}

static void wrong_order(void)
{
	set(0, 16, VIRTQ_WRITE | VIRTQ_NEXT, 1);
	set(1, 16, 0, 0);
	virtq_offer(&q, 0);
}

static void flags_unknown(void)
{
	set(0, 64, 0xfff8 | VIRTQ_WRITE, 0);
	virtq_offer(&q, 0);
}

/* More are available than the queue has entries. */
static void index_leaps(void)
{
	set(0, 16, VIRTQ_WRITE, 0);
	q.next_avail += 100;
	virtq_offer(&q, 0);
}

static void index_back(void)
{
	set(0, 16, VIRTQ_WRITE, 0);
	q.next_avail = 0xfff0;
	virtq_offer(&q, 0);
}

static void same_twice(void)
{
	set(0, 16, VIRTQ_WRITE, 0);
	virtq_offer(&q, 0);
	virtq_offer(&q, 0);
}

/* ---- indirect ones ---- */

static void offer_table(u32 len, u16 flags)
{
	set_raw(&q.desc[0], virt_to_phys(table), len, VIRTQ_INDIRECT | flags, 1);
	set(1, 16, VIRTQ_WRITE, 0);
	virtq_offer(&q, 0);
}

static void fill_table(u16 n)
{
	for (u16 i = 0; i < n; i++)
		set_raw(&table[i], virt_to_phys(target), 16,
			VIRTQ_WRITE | (i + 1 < n ? VIRTQ_NEXT : 0), i + 1);
}

static void table_empty(void)
{
	offer_table(0, 0);
}

static void table_odd(void)
{
	fill_table(2);
	offer_table(2 * sizeof(table[0]) - 1, 0);
}

static void table_short(void)
{
	fill_table(3);
	offer_table(2 * sizeof(table[0]), 0);
}

static void table_loop(void)
{
	fill_table(3);
	table[2].flags = cpu_to_le16(VIRTQ_WRITE | VIRTQ_NEXT);
	table[2].next = 0;
	offer_table(3 * sizeof(table[0]), 0);
}

static void table_next(void)
{
	fill_table(1);
	offer_table(sizeof(table[0]), VIRTQ_NEXT);
}

static void table_nested(void)
{
	fill_table(2);
	set_raw(&table[0], virt_to_phys(table + 1), sizeof(table[0]), VIRTQ_INDIRECT, 0);
	offer_table(sizeof(table[0]), 0);
}

static void table_long(void)
{
	fill_table(QUEUE_SIZE + 4);
	offer_table((QUEUE_SIZE + 4) * sizeof(table[0]), 0);
}

static void table_nowhere(void)
{
	set_raw(&q.desc[0], 0x00f0000000000000ull, 64, VIRTQ_INDIRECT, 0);
	virtq_offer(&q, 0);
}

static void table_huge(void)
{
	fill_table(1);
	offer_table(0xfffffff0, 0);
}

/* ---- the same for each ---- */

#define F_INDIRECT	VIRTIO_F_INDIRECT
static const struct hostile {
	const char *name;
	void (*offer)(void);
	u64 features;
	u32 uses;		/* how many buffers it may be at most */
} descriptors[] = {
	{ "a descriptor that is its own next", loop_one, 0, 1 },
	{ "a chain of all descriptors without an end", loop_all, 0, 1 },
	{ "a next descriptor just beyond the table", next_beyond, 0, 1 },
	{ "a next descriptor far beyond the table", next_far, 0, 1 },
	{ "an empty buffer", length_zero, 0, 1 },
	{ "a chain of empty buffers", length_zero_chain, 0, 1 },
	{ "lengths of more than 32 bits in all", length_overflow, 0, 1 },
	{ "an address without memory", address_nowhere, 0, 1 },
	{ "an address whose end wraps", address_last, 0, 1 },
	{ "an empty buffer at the last address", address_zero_length, 0, 1 },
	{ "nothing that the device may write", not_writable, 0, 1 },
	{ "a readable part behind a writable one", wrong_order, 0, 1 },
	{ "flags that are not defined", flags_unknown, 0, 1 },
}, rings[] = {
	{ "a head just beyond the table", head_beyond, 0, 1 },
	{ "a head far beyond the table", head_far, 0, 1 },
	{ "an index that leaps", index_leaps, 0, QUEUE_SIZE },
	{ "an index that goes back", index_back, 0, QUEUE_SIZE },
	{ "the same head twice", same_twice, 0, 2 },
}, tables[] = {
	{ "an empty indirect table", table_empty, F_INDIRECT, 1 },
	{ "an indirect table of a broken length", table_odd, F_INDIRECT, 1 },
	{ "a next descriptor beyond the indirect table", table_short, F_INDIRECT, 1 },
	{ "an indirect table without an end", table_loop, F_INDIRECT, 1 },
	{ "an indirect table with a next descriptor", table_next, F_INDIRECT, 1 },
	{ "an indirect table in an indirect table", table_nested, F_INDIRECT, 1 },
	{ "an indirect table longer than the queue", table_long, F_INDIRECT, 1 },
	{ "an indirect table without memory", table_nowhere, F_INDIRECT, 1 },
	{ "an indirect table of 4 GiB", table_huge, F_INDIRECT, 1 },
	{ "an indirect table that was not negotiated", table_long, 0, 1 },
};

/* Until the device has used a buffer, or needs a reset; or it does neither for a while. */
static void let_take(void)
{
	for (int i = 0; i < 20; i++) {
		if (virtq_used_idx(&q) || virtio_read8(&dev, VIRTIO_STATUS) & VIRTIO_NEEDS_RESET)
			return;
		let_pass();
	}
}

static bool kept(const u8 *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (from[i] != PATTERN)
			return false;
	return true;
}

static void expect_survival(const struct hostile *h)
{
	u8 status;
	u16 used;

	memset(memory, PATTERN, sizeof(memory));
	memset(table, 0, sizeof(table));
	insist(virtio_negotiate(&dev, VIRTIO_F_VERSION_1 | h->features));
	insist(virtq_init(&q, &dev, 0, QUEUE_SIZE));
	virtio_add_status(&dev, VIRTIO_DRIVER_OK);
	h->offer();
	virtq_notify(&q);
	let_take();
	status = virtio_read8(&dev, VIRTIO_STATUS);
	expect_msg(status == READY || status == (READY | VIRTIO_NEEDS_RESET), "%s: status %#x",
		   h->name, status);
	expect_msg(kept(memory, GUARD) && kept(target + GUARD, GUARD), "%s: beside the buffer",
		   h->name);
	virtio_reset(&dev);
	used = virtq_used_idx(&q);
	expect_msg(used <= h->uses, "%s: %u buffers used", h->name, used);
	expect_working(&dev);
}

static void expect_each(const struct hostile *h, size_t n)
{
	find_device(&dev, VIRTIO_RNG, 0);
	for (size_t i = 0; i < n; i++) {
		require_msg((virtio_device_features(&dev) & h[i].features) == h[i].features,
			    "features %#" PRIx64 " are not offered", h[i].features);
		expect_survival(&h[i]);
	}
}

CASE(bad_descriptors, "descriptors that loop, lead out of the table or memory, or are empty")
{
	expect_each(descriptors, ARRAY_SIZE(descriptors));
}

CASE(bad_rings, "available rings with heads beyond the table, and indices that leap")
{
	expect_each(rings, ARRAY_SIZE(rings));
}

CASE(bad_tables, "indirect tables that are empty, broken, endless, nested, or beyond memory")
{
	expect_each(tables, ARRAY_SIZE(tables));
}

/* Memory that is none, for the rings themselves. */
static const u64 no_memory[] = { 0x00f0000000000000ull, ~0ull - 0xfff, 0xfffffffff000ull };

CASE(bad_addresses,
     "rings at addresses without memory: the device does nothing, and a reset mends it")
{
	find_device(&dev, VIRTIO_RNG, 0);
	for (int ring = 0; ring < 3; ring++) {
		for (size_t i = 0; i < ARRAY_SIZE(no_memory); i++) {
			memset(memory, PATTERN, sizeof(memory));
			insist(virtio_negotiate(&dev, VIRTIO_F_VERSION_1));
			insist(virtq_init(&q, &dev, 0, QUEUE_SIZE));
			/* Again, and at another address: what the last one was counts. */
			virtio_write64(&dev, VIRTIO_QUEUE_DESC + 8 * ring, no_memory[i]);
			virtio_write16(&dev, VIRTIO_QUEUE_ENABLE, 1);
			virtio_add_status(&dev, VIRTIO_DRIVER_OK);
			virtq_add(&q, target, 64, VIRTQ_WRITE);
			virtq_notify(&q);
			let_pass();
			expect_msg(kept(memory, GUARD) && kept(target + GUARD, GUARD), "ring %d",
				   ring);
			expect_working(&dev);
		}
	}
}

CASE(needs_reset,
     "DEVICE_NEEDS_RESET comes with a configuration change: bit 1 of the ISR status (2.1.2)")
{
	u32 said = 0;

	find_device(&dev, VIRTIO_RNG, 0);
	pci_cmd_set_clr(&dev.pci, PCI_COMMAND_INTX_DISABLE, 0);
	for (size_t i = 0; i < ARRAY_SIZE(rings); i++) {
		insist(virtio_negotiate(&dev, VIRTIO_F_VERSION_1));
		insist(virtq_init(&q, &dev, 0, QUEUE_SIZE));
		virtio_add_status(&dev, VIRTIO_DRIVER_OK);
		expect_eq(readb(dev.caps[VIRTIO_CAP_ISR].base) & VIRTIO_ISR_CONFIG, 0);
		rings[i].offer();
		virtq_notify(&q);
		let_take();
		if (virtio_read8(&dev, VIRTIO_STATUS) & VIRTIO_NEEDS_RESET) {
			u8 isr = readb(dev.caps[VIRTIO_CAP_ISR].base);

			said++;
			expect_eq_msg(isr & VIRTIO_ISR_CONFIG, VIRTIO_ISR_CONFIG, "%s",
				      rings[i].name);
			isr = readb(dev.caps[VIRTIO_CAP_ISR].base);
			expect_eq_msg(isr, 0, "%s: the read clears it", rings[i].name);
		}
		virtio_reset(&dev);
	}
	pci_cmd_set_clr(&dev.pci, 0, PCI_COMMAND_INTX_DISABLE);
	require_msg(said, "the device never says that it needs a reset");
}
