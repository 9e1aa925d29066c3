/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pci-testdev: device accesses from the instruction to the device and back, by memory and by ports,
 * emulated and taken by ioeventfds, with QEMU's pci-testdev (QEMU docs/specs/pci-testdev.txt),
 * which counts the writes that are what it asked for. Around it: BARs and decoding (PCI Local Bus
 * 3.0, sections 6.2.2 and 6.2.5.1), byte lanes (3.2.3).
 *
 * An eventfd takes a write before the device sees it: then the count stays, for all such writes or
 * for none.
 */
#include "case.h"
#include "pci.h"
#include "x86/asm/io.h"
#include "x86/processor.h"

#define MEM	PCI_TESTDEV_BAR_MEM
#define IO	PCI_TESTDEV_BAR_IO

/* The tests of each BAR, by number. */
enum { NO_EVENTFD, WILDCARD, DATAMATCH, NO_SUCH_TEST };

static struct pci_dev dev;

void case_setup(void)
{
	pcidevaddr_t bdf = pci_find_dev(PCI_VENDOR_ID_REDHAT, PCI_DEVICE_ID_REDHAT_TEST);

	if (bdf == PCIDEVADDR_INVALID)
		return;
	pci_dev_init(&dev, bdf);
	pci_enable_defaults(&dev);
}

#define require_device()	\
	require_msg(dev.bdf && dev.resource[MEM] != INVALID_PHYS_ADDR && dev.resource[IO] != INVALID_PHYS_ADDR, \
		    "no pci-testdev with memory and ports")

static u32 field(unsigned int bar, size_t offset, int size)
{
	return pci_testdev_read(&dev, bar, offset, size);
}

static u32 count(unsigned int bar)
{
	return field(bar, offsetof(struct pci_test_dev_hdr, count), 4);
}

static void start(unsigned int bar, u8 test, struct pci_test_dev_hdr *hdr)
{
	char name[32];

	insist(pci_testdev_start(&dev, bar, test, hdr, name));
	insist_eq(hdr->count, 0);
}

static void write_times(unsigned int bar, const struct pci_test_dev_hdr *hdr, u32 data, int times)
{
	for (int i = 0; i < times; i++)
		pci_testdev_write(&dev, bar, hdr->offset, data, hdr->width);
}

/* ---- the device as it describes itself ---- */

static void check_header(unsigned int bar, const char *prefix)
{
	static const char *const kinds[] = { "no-eventfd", "wildcard-eventfd", "datamatch-eventfd" };
	struct pci_test_dev_hdr hdr;
	char name[32], expected[32];

	for (u8 test = 0; test < PCI_TESTDEV_NUM_TESTS; test++) {
		insist(pci_testdev_start(&dev, bar, test, &hdr, name));
		snprintf(expected, sizeof(expected), "%s-%s", prefix, kinds[test]);
		expect_mem(name, expected, strlen(expected) + 1);
		expect_eq_msg(hdr.width, 1, "test %u", test);
		expect_eq_msg(hdr.count, 0, "test %u", test);
		expect_ge(hdr.offset, offsetof(struct pci_test_dev_hdr, name) + strlen(name) + 1);
		expect_le(hdr.offset + hdr.width, pci_bar_size(&dev, bar));
		expect_le(hdr.data, 0xff);
	}
}

CASE(headers, "each BAR describes its three tests")
{
	require_device();
	expect(pci_bar_is_memory(&dev, MEM));
	expect(!pci_bar_is_memory(&dev, IO));
	check_header(MEM, "mmio");
	check_header(IO, "portio");
}

CASE(no_such_test, "a test that does not exist has no width, and nothing is counted")
{
	struct pci_test_dev_hdr hdr;
	char name[32];

	require_device();
	for (unsigned int bar = 0; bar < PCI_TESTDEV_NUM_BARS; bar++) {
		start(bar, NO_EVENTFD, &hdr);
		write_times(bar, &hdr, hdr.data, 1);
		expect(!pci_testdev_start(&dev, bar, NO_SUCH_TEST, &hdr, name));
		expect(!pci_testdev_start(&dev, bar, 0xff, &hdr, name));
		expect_eq(count(bar), 0);
	}
}

CASE(read_only, "the registers do not take writes, and a start clears the count")
{
	struct pci_test_dev_hdr hdr, again;

	require_device();
	for (unsigned int bar = 0; bar < PCI_TESTDEV_NUM_BARS; bar++) {
		start(bar, NO_EVENTFD, &hdr);
		write_times(bar, &hdr, hdr.data, 3);
		expect_eq(count(bar), 3);
		for (u32 at = offsetof(struct pci_test_dev_hdr, width); at < offsetof(struct pci_test_dev_hdr, name); at++)
			pci_testdev_write(&dev, bar, at, 0x5a, 1);
		expect_eq(field(bar, offsetof(struct pci_test_dev_hdr, width), 1), hdr.width);
		expect_eq(field(bar, offsetof(struct pci_test_dev_hdr, offset), 4), hdr.offset);
		expect_eq(field(bar, offsetof(struct pci_test_dev_hdr, data), 4), hdr.data);
		expect_eq(count(bar), 3);
		start(bar, NO_EVENTFD, &again);
		expect_eq(count(bar), 0);
	}
}

CASE(read_widths, "a read of 2 or 4 bytes is those bytes, the lowest address lowest")
{
	struct pci_test_dev_hdr hdr;

	require_device();
	for (unsigned int bar = 0; bar < PCI_TESTDEV_NUM_BARS; bar++) {
		start(bar, DATAMATCH, &hdr);
		for (u32 at = offsetof(struct pci_test_dev_hdr, name); at < 32; at += 4) {
			u32 bytes = 0;

			for (int i = 3; i >= 0; i--)
				bytes = bytes << 8 | field(bar, at + i, 1);
			expect_eq_msg(field(bar, at, 4), bytes, "BAR %u offset %" PRIu32, bar, at);
			expect_eq_msg(field(bar, at, 2), bytes & 0xffff, "BAR %u offset %" PRIu32, bar, at);
			expect_eq_msg(field(bar, at + 2, 2), bytes >> 16, "BAR %u offset %" PRIu32, bar, at);
		}
	}
}

/* ---- writes that are detected ---- */

#define WRITES	20

/* Counted each, once: what is emulated. */
static void check_counted(unsigned int bar)
{
	struct pci_test_dev_hdr hdr;

	require_device();
	start(bar, NO_EVENTFD, &hdr);
	for (u32 n = 1; n <= WRITES; n++) {
		write_times(bar, &hdr, hdr.data, 1);
		expect_eq(count(bar), n);
	}
	/* The other data, and the bytes beside. */
	for (u32 bit = 0; bit < 8; bit++)
		write_times(bar, &hdr, hdr.data ^ 1u << bit, 1);
	expect_eq(count(bar), WRITES);
	pci_testdev_write(&dev, bar, hdr.offset + 1, hdr.data, 1);
	pci_testdev_write(&dev, bar, hdr.offset - 1, hdr.data, 1);
	expect_eq(count(bar), WRITES);
}

CASE(mem_no_eventfd, "memory: each write of the right byte is counted, no other is")
{
	check_counted(MEM);
}

CASE(io_no_eventfd, "ports: each write of the right byte is counted, no other is")
{
	check_counted(IO);
}

/* All of them counted, or none. */
static void expect_all_or_none(unsigned int bar, u32 before, u32 writes)
{
	u32 n = count(bar) - before;

	expect_msg(n == 0 || n == writes, "%" PRIu32 " of %" PRIu32 " writes were counted", n, writes);
}

static void check_wildcard(unsigned int bar)
{
	struct pci_test_dev_hdr hdr;
	u32 before;

	require_device();
	start(bar, WILDCARD, &hdr);
	for (u32 data = 0; data < 256; data++)
		write_times(bar, &hdr, data, 1);
	expect_all_or_none(bar, 0, 256);
	before = count(bar);
	pci_testdev_write(&dev, bar, hdr.offset + 1, hdr.data, 1);
	pci_testdev_write(&dev, bar, hdr.offset - 1, hdr.data, 1);
	expect_eq(count(bar), before);
}

CASE(mem_wildcard_eventfd, "memory: an eventfd for any byte takes every write to its address, and no other")
{
	check_wildcard(MEM);
}

CASE(io_wildcard_eventfd, "ports: an eventfd for any byte takes every write to its address, and no other")
{
	check_wildcard(IO);
}

static void check_datamatch(unsigned int bar)
{
	struct pci_test_dev_hdr hdr;
	u32 before;

	require_device();
	start(bar, DATAMATCH, &hdr);
	write_times(bar, &hdr, hdr.data, WRITES);
	expect_all_or_none(bar, 0, WRITES);
	before = count(bar);
	for (u32 data = 0; data < 256; data++)
		if (data != hdr.data)
			write_times(bar, &hdr, data, 1);
	pci_testdev_write(&dev, bar, hdr.offset + 1, hdr.data, 1);
	pci_testdev_write(&dev, bar, hdr.offset - 1, hdr.data, 1);
	expect_eq(count(bar), before);
	write_times(bar, &hdr, hdr.data, WRITES);
	expect_all_or_none(bar, before, WRITES);
}

CASE(mem_datamatch_eventfd, "memory: an eventfd for one value takes that value only; the others reach the device")
{
	check_datamatch(MEM);
}

CASE(io_datamatch_eventfd, "ports: an eventfd for one value takes that value only; the others reach the device")
{
	check_datamatch(IO);
}

/*
 * A wider write is a write of each of its bytes. It is none of the width that an eventfd waits for,
 * so the device gets it whatever the test. Only aligned ones here: see unaligned_ports.
 */
static void check_wide(unsigned int bar, u8 test)
{
	struct pci_test_dev_hdr hdr;
	u32 n = 0;

	start(bar, test, &hdr);
	for (int size = 2; size <= 4; size *= 2) {
		if (hdr.offset % size)
			continue;
		pci_testdev_write(&dev, bar, hdr.offset, hdr.data, size);
		expect_eq_msg(count(bar), ++n, "BAR %u test %u: %d bytes", bar, test, size);
		pci_testdev_write(&dev, bar, hdr.offset, hdr.data ^ 0x55, size);
		expect_eq_msg(count(bar), n, "BAR %u test %u: %d bytes, another value", bar, test, size);
	}
	/* The right byte in the highest lane. */
	if (hdr.offset % 2) {
		pci_testdev_write(&dev, bar, hdr.offset - 1, hdr.data << 8, 2);
		expect_eq_msg(count(bar), ++n, "BAR %u test %u: odd byte of 2", bar, test);
	}
	if (hdr.offset % 4 == 3) {
		pci_testdev_write(&dev, bar, hdr.offset - 3, hdr.data << 24, 4);
		expect_eq_msg(count(bar), ++n, "BAR %u test %u: highest byte of 4", bar, test);
	}
}

CASE(wide_no_eventfd, "aligned writes of 2 and 4 bytes count by the byte that matters")
{
	require_device();
	check_wide(MEM, NO_EVENTFD);
	check_wide(IO, NO_EVENTFD);
}

CASE(unaligned_ports, "OUT of 2 bytes to an odd port is one byte to it and one to the next (SDM volume 1, 19.3)")
{
	struct pci_test_dev_hdr hdr;

	require_device();
	start(IO, NO_EVENTFD, &hdr);
	require_msg(hdr.offset % 2, "the port is even");
	pci_testdev_write(&dev, IO, hdr.offset, hdr.data, 2);
	expect_eq(count(IO), 1);
	pci_testdev_write(&dev, IO, hdr.offset, hdr.data << 8, 2);
	expect_eq(count(IO), 1);
}

CASE(unaligned_memory, "a store of 4 bytes around the byte, at every offset, counts once by its right byte")
{
	struct pci_test_dev_hdr hdr;

	require_device();
	start(MEM, NO_EVENTFD, &hdr);
	for (u32 lane = 0; lane < 4; lane++) {
		pci_testdev_write(&dev, MEM, hdr.offset - lane, hdr.data << 8 * lane, 4);
		expect_eq_msg(count(MEM), lane + 1, "lane %" PRIu32, lane);
	}
}

CASE(string_io, "REP OUTSB writes each of its bytes, INSB reads as often as it is told")
{
	struct pci_test_dev_hdr hdr;
	u8 bytes[64], seen[40];
	unsigned long port;

	require_device();
	start(IO, NO_EVENTFD, &hdr);
	port = dev.resource[IO];
	memset(bytes, (u8)hdr.data, sizeof(bytes));
	bytes[5] ^= 1;
	bytes[63] ^= 0x80;
	outsb(port + hdr.offset, bytes, sizeof(bytes));
	expect_eq(count(IO), sizeof(bytes) - 2);
	memset(seen, 0, sizeof(seen));
	insb(port + offsetof(struct pci_test_dev_hdr, count), seen, sizeof(seen) - 1);
	for (size_t i = 0; i < sizeof(seen) - 1; i++)
		expect_eq_msg(seen[i], sizeof(bytes) - 2, "byte %zu", i);
	expect_eq(seen[sizeof(seen) - 1], 0);
}

/* ---- BARs and decoding ---- */

static void check_size(unsigned int bar, u32 low_bits)
{
	phys_addr_t size = pci_bar_size(&dev, bar), addr = pci_bar_get_addr(&dev, bar);
	u32 old = pci_bar_get(&dev, bar);

	expect(size && !(size & (size - 1)));
	expect_eq(addr & (size - 1), 0);
	expect_eq(old & low_bits, bar == IO ? PCI_BASE_ADDRESS_SPACE_IO : 0);
	pci_cmd_set_clr(&dev, 0, PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
	pci_config_writel(dev.bdf, PCI_BASE_ADDRESS_0 + 4 * bar, 0);
	expect_eq(pci_bar_get(&dev, bar), old & low_bits);
	pci_config_writel(dev.bdf, PCI_BASE_ADDRESS_0 + 4 * bar, 0xffffffff);
	expect_eq(pci_bar_get(&dev, bar), (u32)-size | (old & low_bits));
	pci_config_writel(dev.bdf, PCI_BASE_ADDRESS_0 + 4 * bar, old);
	expect_eq(pci_bar_get(&dev, bar), old);
	pci_cmd_set_clr(&dev, PCI_COMMAND_IO | PCI_COMMAND_MEMORY, 0);
}

CASE(bar_size, "BARs hold addresses down to their size; type bits cannot be written (6.2.5.1)")
{
	require_device();
	check_size(MEM, 0xf);
	check_size(IO, 0x3);
}

static void check_decoding(unsigned int bar, u16 bit)
{
	struct pci_test_dev_hdr hdr;

	start(bar, NO_EVENTFD, &hdr);
	write_times(bar, &hdr, hdr.data, 2);
	pci_cmd_set_clr(&dev, 0, bit);
	expect_eq(pci_config_readw(dev.bdf, PCI_COMMAND) & bit, 0);
	expect_ne(field(bar, offsetof(struct pci_test_dev_hdr, width), 1), hdr.width);
	expect_ne(count(bar), 2);
	write_times(bar, &hdr, hdr.data, 5);
	pci_cmd_set_clr(&dev, bit, 0);
	expect_eq(count(bar), 2);
	write_times(bar, &hdr, hdr.data, 1);
	expect_eq(count(bar), 3);
}

CASE(decoding, "without memory or I/O space enable the device neither answers nor listens, each for itself (6.2.2)")
{
	struct pci_test_dev_hdr hdr;

	require_device();
	check_decoding(MEM, PCI_COMMAND_MEMORY);
	check_decoding(IO, PCI_COMMAND_IO);
	pci_cmd_set_clr(&dev, 0, PCI_COMMAND_IO);
	start(MEM, NO_EVENTFD, &hdr);
	pci_cmd_set_clr(&dev, PCI_COMMAND_IO, PCI_COMMAND_MEMORY);
	start(IO, NO_EVENTFD, &hdr);
	pci_cmd_set_clr(&dev, PCI_COMMAND_MEMORY, 0);
}

CASE(nobody_answers, "a read that nobody answers is all ones, of memory as of ports (3.3.3.1, Master-Abort)")
{
	require_device();
	pci_cmd_set_clr(&dev, 0, PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
	for (int size = 1; size <= 4; size *= 2) {
		expect_eq_msg(field(IO, 0, size), 0xffffffffu >> (32 - 8 * size), "ports, %d bytes", size);
		expect_eq_msg(field(MEM, 0, size), 0xffffffffu >> (32 - 8 * size), "memory, %d bytes", size);
	}
	pci_cmd_set_clr(&dev, PCI_COMMAND_IO | PCI_COMMAND_MEMORY, 0);
}

/*
 * The neighbouring block of the window is free: BARs are given out upwards, and the device's are
 * the last ones.
 */
static void check_move(unsigned int bar, phys_addr_t to, u8 test)
{
	phys_addr_t from = dev.resource[bar];
	struct pci_test_dev_hdr hdr;
	u32 before;

	start(bar, test, &hdr);
	write_times(bar, &hdr, hdr.data, 1);
	before = count(bar);
	pci_bar_set_addr(&dev, bar, to);
	expect_eq(pci_bar_get_addr(&dev, bar), to);
	expect_eq(count(bar), before);
	write_times(bar, &hdr, hdr.data, 1);
	expect_eq(count(bar), 2 * before);
	dev.resource[bar] = from;
	expect_ne(field(bar, offsetof(struct pci_test_dev_hdr, width), 1), hdr.width);
	pci_bar_set_addr(&dev, bar, from);
	expect_eq(count(bar), 2 * before);
}

CASE(move, "a BAR that is moved answers at the new address only, its eventfds with it")
{
	phys_addr_t mem, io;

	require_device();
	mem = dev.resource[MEM] + 0x100000;
	io = dev.resource[IO] + 0x1000;
	check_move(MEM, mem, NO_EVENTFD);
	check_move(MEM, mem, WILDCARD);
	check_move(MEM, mem, DATAMATCH);
	check_move(IO, io, NO_EVENTFD);
	check_move(IO, io, WILDCARD);
	check_move(IO, io, DATAMATCH);
}

CASE(library, "pci_testdev() runs all of it")
{
	require_device();
	expect_eq(pci_testdev(), PCI_TESTDEV_NUM_BARS * PCI_TESTDEV_NUM_TESTS);
}
