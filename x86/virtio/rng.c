/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Buffers and interrupts of a virtqueue, with the entropy device (Virtual I/O Device specification 1.1, sections 2.6, 4.1.4.5,
 * 4.1.5 and 5.4): the used ring as a whole, what lies beside the buffers, and nothing that moves where nothing may.
 */
#include "case.h"
#include "patience.h"
#include "virtio.h"
#include "x86/apic.h"
#include "x86/isr.h"
#include "x86/smp.h"
#include "x86/asm/io.h"

#define VECTOR		0x61
#define PATTERN		0xa5
#define QUEUE_SIZE	8
#define QUIET_ROUNDS	200000

static struct virtio_device dev;
static struct virtq q;
static u8 memory[4096] __attribute__((aligned(4096)));
static u32 interrupts, isr_seen;
static bool by_pin;

/* A pin's interrupt is the device's if its ISR status says so: the line may be shared, and APICs are not the subject. */
static void receive(isr_regs_t *regs)
{
	u8 status = by_pin ? readb(dev.caps[VIRTIO_CAP_ISR].base) : VIRTIO_ISR_QUEUE;

	isr_seen |= status;
	interrupts += status != 0;
	eoi();
}

/* The device with one queue, its status DRIVER_OK unless told otherwise. */
static void prepare_features(u64 features, bool ready)
{
	require_msg(virtio_find(&dev, VIRTIO_RNG), "no entropy device with the modern interface");
	cli();
	if (dev.pci.msix_offset)
		pci_msix_set_enable(&dev.pci, false);
	virtio_reset(&dev);
	require_msg((virtio_device_features(&dev) & features) == features, "features %#" PRIx64 " are not offered", features);
	insist(virtio_negotiate(&dev, features | VIRTIO_F_VERSION_1));
	insist(virtq_init(&q, &dev, 0, QUEUE_SIZE));
	if (ready)
		virtio_add_status(&dev, VIRTIO_DRIVER_OK);
	memset(memory, PATTERN, sizeof(memory));
	interrupts = isr_seen = 0;
	by_pin = false;
	handle_irq(VECTOR, receive);
}

static void prepare(u64 features)
{
	prepare_features(features, true);
}

static void let_in(void)
{
	sti();
	for (int i = 0; i < QUIET_ROUNDS / 100; i++)
		pause();
	cli();
}

/* Whether memory from..to holds something else than the pattern. 16 random bytes do not, once in 2^128. */
static bool changed(u32 from, u32 to)
{
	for (u32 i = from; i < to; i++)
		if (memory[i] != PATTERN)
			return true;
	return false;
}

/* The used element of a running index, whole; returns its length, which is 1 to max. */
static u32 expect_used(u16 index, u32 id, u32 max)
{
	u32 used_id, len;

	virtq_used(&q, index, &used_id, &len);
	expect_eq(used_id, id);
	expect_ge(len, 1);
	expect_le(len, max);
	return len;
}

CASE(random, "two buffers come back filled, as long as the used ring says, and nothing beside them changes (5.4.6)")
{
	u32 first, second;

	prepare(0);
	virtq_add(&q, memory + 256, 64, VIRTQ_WRITE);
	virtq_add(&q, memory + 1024, 32, VIRTQ_WRITE);
	virtq_notify(&q);
	insist(virtq_wait(&q, 2));
	first = expect_used(0, 0, 64);
	second = expect_used(1, 1, 32);
	expect(changed(256, 256 + first));
	expect(changed(1024, 1024 + second));
	expect(!changed(0, 256));
	expect(!changed(256 + first, 1024));
	expect(!changed(1024 + second, sizeof(memory)));
	expect(memcmp(memory + 256, memory + 1024, first < second ? first : second));
	expect_eq(virtq_used_idx(&q), 2);
	virtio_reset(&dev);
}

CASE(rounds, "the rings wrap: each buffer of many comes back once, in turn, after its notification")
{
	prepare(0);
	for (u16 i = 0; i < 100; i++) {
		u16 head = virtq_add(&q, memory + i * 16, 16, VIRTQ_WRITE);

		/* The device may look at the ring before it is told: section 2.6.13.3. No more than this buffer may be used. */
		expect_le((u16)(virtq_used_idx(&q) - i), 1);
		virtq_notify(&q);
		insist(virtq_wait(&q, i + 1));
		expect_used(i, head, 16);
		expect_eq(virtq_used_idx(&q), i + 1);
	}
	expect(changed(1584, 1600));
	expect(!changed(1600, sizeof(memory)));
	virtio_reset(&dev);
}

/* Three parts at table: what the chain of them gets, filled from the first on. */
static void expect_three(u32 id)
{
	u32 len, left;

	virtq_notify(&q);
	insist(virtq_wait(&q, 1));
	left = len = expect_used(0, id, 96);
	for (u32 part = 0; part < 3; part++) {
		u32 here = left > 32 ? 32 : left;

		if (here >= 16)
			expect_msg(changed(part * 512, part * 512 + here), "part %" PRIu32 " of %" PRIu32 " bytes", part, len);
		expect_msg(!changed(part * 512 + here, part * 512 + 512), "beyond part %" PRIu32 " of %" PRIu32, part, len);
		left -= here;
	}
	expect(!changed(3 * 512, sizeof(memory)));
	virtio_reset(&dev);
}

CASE(chain, "a chain of three descriptors in any order is one buffer, which the used ring names by its head (2.6.5)")
{
	prepare(0);
	virtq_set_desc(&q.desc[5], memory, 32, VIRTQ_WRITE | VIRTQ_NEXT, 2);
	virtq_set_desc(&q.desc[2], memory + 512, 32, VIRTQ_WRITE | VIRTQ_NEXT, 7);
	virtq_set_desc(&q.desc[7], memory + 1024, 32, VIRTQ_WRITE, 0);
	virtq_offer(&q, 5);
	expect_three(5);
}

CASE(indirect, "an indirect table is that chain, out of the queue (2.6.5.3)")
{
	static struct virtq_desc table[3] __attribute__((aligned(16)));

	prepare(VIRTIO_F_INDIRECT);
	for (u16 i = 0; i < 3; i++)
		virtq_set_desc(&table[i], memory + i * 512, 32, VIRTQ_WRITE | (i < 2 ? VIRTQ_NEXT : 0), i + 1);
	virtq_set_desc(&q.desc[3], table, sizeof(table), VIRTQ_INDIRECT, 0);
	virtq_offer(&q, 3);
	expect_three(3);
}

/* Nothing may move: the used ring and the memory stay for a while. */
static void expect_untouched(u16 index)
{
	for (int i = 0; i < QUIET_ROUNDS; i++)
		pause();
	expect_eq(virtq_used_idx(&q), index);
	expect(!changed(0, sizeof(memory)));
}

CASE(not_ready, "no buffer is used before DRIVER_OK (2.1.2)")
{
	prepare_features(0, false);
	virtq_add(&q, memory, 64, VIRTQ_WRITE);
	virtq_notify(&q);
	expect_untouched(0);
	virtio_reset(&dev);
}

CASE(reset, "a reset under load: the status reads 0, and then neither ring nor buffers are touched (2.4.1, 3.3.1)")
{
	for (int round = 0; round < 20; round++) {
		u16 index;

		prepare(0);
		for (int i = 0; i < QUEUE_SIZE; i++)
			virtq_add(&q, memory + i * 512, 512, VIRTQ_WRITE);
		virtq_notify(&q);
		virtio_reset(&dev);
		index = virtq_used_idx(&q);
		expect_le(index, QUEUE_SIZE);
		memset(memory, PATTERN, sizeof(memory));
		virtq_notify(&q);
		expect_eq(virtio_read8(&dev, VIRTIO_STATUS), 0);
		expect_eq(virtio_read16(&dev, VIRTIO_QUEUE_ENABLE), 0);
		for (int i = 0; i < QUIET_ROUNDS / 10; i++)
			pause();
		expect_eq(virtq_used_idx(&q), index);
		expect(!changed(0, sizeof(memory)));
	}
}

/* ---- interrupts ---- */

/* Messages, or the pin; both of this CPU. */
static void use_messages(void)
{
	require_msg(pci_msix_count(&dev.pci) >= 1, "the device has no MSI-X");
	insist(pci_msix_set(&dev.pci, 0, APIC_DEFAULT_PHYS_BASE | (u32)id_map[0] << 12, VECTOR));
	pci_msix_set_enable(&dev.pci, true);
	virtio_write16(&dev, VIRTIO_QUEUE_SELECT, 0);
	virtio_write16(&dev, VIRTIO_QUEUE_VECTOR, 0);
	insist_eq(virtio_read16(&dev, VIRTIO_QUEUE_VECTOR), 0);
}

static void use_pin(void)
{
	require_msg(pci_intx_line(&dev.pci) != 0xff, "the pin leads nowhere");
	by_pin = true;
	readb(dev.caps[VIRTIO_CAP_ISR].base);
	pci_cmd_set_clr(&dev.pci, 0, PCI_COMMAND_INTX_DISABLE);
	ioapic_set_redir(pci_intx_line(&dev.pci), VECTOR, TRIGGER_LEVEL);
}

/* One buffer, and then n interrupts in all. */
static void expect_after_buffer(u16 index, u32 n)
{
	struct patience patience = { 0 };

	virtq_add(&q, memory, 16, VIRTQ_WRITE);
	virtq_notify(&q);
	insist(virtq_wait(&q, index));
	do {
		let_in();
	} while (interrupts < n && !patience_over(&patience, 10));
	let_in();
	expect_eq(interrupts, n);
}

static void finish(void)
{
	if (by_pin)
		set_mask(pci_intx_line(&dev.pci), 1);
	virtio_reset(&dev);
	if (dev.pci.msix_offset)
		pci_msix_set_enable(&dev.pci, false);
}

CASE(msix, "MSI-X: one message for each buffer, and none without a vector (4.1.5.1, 4.1.5.3)")
{
	prepare(0);
	use_messages();
	for (u16 i = 1; i <= 3; i++)
		expect_after_buffer(i, i);
	virtio_write16(&dev, VIRTIO_QUEUE_SELECT, 0);
	virtio_write16(&dev, VIRTIO_QUEUE_VECTOR, VIRTIO_NO_VECTOR);
	expect_after_buffer(4, 3);
	finish();
}

CASE(intx, "INTx: the pin with bit 0 of the ISR status, which a read clears and lowers the pin (4.1.4.5)")
{
	u8 isr_now;

	prepare(0);
	use_pin();
	for (u16 i = 1; i <= 3; i++) {
		expect_after_buffer(i, i);
		expect_eq(isr_seen, VIRTIO_ISR_QUEUE);
		isr_now = readb(dev.caps[VIRTIO_CAP_ISR].base);
		expect_eq(isr_now, 0);
		expect_eq(pci_config_readw(dev.pci.bdf, PCI_STATUS) & PCI_STATUS_INTERRUPT, 0);
		isr_seen = 0;
	}
	finish();
}

CASE(no_interrupt, "with the flag NO_INTERRUPT, and no EVENT_IDX, buffers come back silently; then not (2.6.7)")
{
	prepare(0);
	use_messages();
	virtq_set_flags(&q, VIRTQ_NO_INTERRUPT);
	expect_after_buffer(1, 0);
	expect_after_buffer(2, 0);
	virtq_set_flags(&q, 0);
	expect_after_buffer(3, 1);
	finish();
}

CASE(event_idx, "with EVENT_IDX the used index interrupts when it passes used_event, and else not (2.6.7, 2.6.8)")
{
	prepare(VIRTIO_F_EVENT_IDX);
	use_messages();
	/* used_event is 0: the first element passes it. */
	expect_after_buffer(1, 1);
	virtq_set_used_event(&q, 3);
	expect_after_buffer(2, 1);
	expect_after_buffer(3, 1);
	expect_after_buffer(4, 2);
	expect_after_buffer(5, 2);
	/* The flag is ignored: 2.6.7.2. */
	virtq_set_flags(&q, VIRTQ_NO_INTERRUPT);
	virtq_set_used_event(&q, 5);
	expect_after_buffer(6, 3);
	expect_after_buffer(7, 3);
	finish();
}
