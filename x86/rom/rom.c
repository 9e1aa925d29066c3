/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boot ROM: loads what QEMU's -kernel put into fw_cfg and enters it, by Multiboot 0.6.96 or PVH. It sets up no
 * device: lib/x86 does that itself where no firmware did. QEMU docs/specs/fw_cfg.rst; Xen docs/misc/pvh.pandoc.
 * Every instruction counts: a KVM without hardware virtualization runs this at 3 MIPS.
 */
#include <stddef.h>
#include <stdint.h>
#include "rom/rom.h"
#include "x86/boot.h"

#define ABORT_STATUS		127	/* docs/protocol.md */

/* fw_cfg's DMA interface and its items. */
#define PORT_FW_CFG_DMA_HIGH	0x514
#define PORT_FW_CFG_DMA_LOW	0x518
#define DMA_SIGNATURE		0x554d4551	/* "QEMU", of "QEMU CFG" */
#define DMA_ERROR		1
#define DMA_READ		2
#define DMA_SELECT		8

enum {
	ITEM_KERNEL_ADDR = 0x07, ITEM_KERNEL_SIZE = 0x08, ITEM_INITRD_ADDR = 0x0a, ITEM_INITRD_SIZE = 0x0b,
	ITEM_KERNEL_ENTRY = 0x10, ITEM_KERNEL_DATA = 0x11, ITEM_INITRD_DATA = 0x12, ITEM_CMDLINE_SIZE = 0x14,
	ITEM_CMDLINE_DATA = 0x15, ITEM_SETUP_SIZE = 0x17, ITEM_DIRECTORY = 0x19,
};

struct file {
	uint32_t size;		/* big endian, as the whole directory */
	uint16_t item;
	uint16_t reserved;
	char name[56];
};

struct directory {
	uint32_t count;
	struct file files[];
};

struct e820_entry {
	uint32_t start[2], length[2];
	uint32_t type;
};

#define E820_RAM	1

/* An entry of the memory map with 64-bit numbers in halves; pad: the size for Multiboot, nothing for PVH. */
struct multiboot_region {
	uint32_t size;		/* of what follows it */
	struct e820_entry e;
};

struct pvh_region {
	struct e820_entry e;
	uint32_t reserved;
};

struct multiboot_info {		/* up to what we fill in; 88 bytes in QEMU's copy */
	uint32_t flags, mem_lower, mem_upper, boot_device, cmdline, mods_count, mods_addr;
	uint32_t syms[4];
	uint32_t mmap_length, mmap_addr;
};

#define INFO_MEMORY	(1 << 0)
#define INFO_MMAP	(1 << 6)

struct pvh_info {
	uint32_t magic, version, flags, n_modules;
	uint64_t modules, cmdline, rsdp, regions;
	uint32_t n_regions, reserved;
};

struct pvh_module {
	uint64_t start, size, cmdline, reserved;
};

_Noreturn void rom_main(void);
_Noreturn void enter_image(uint32_t entry, uint32_t eax, uint32_t ebx);

static inline void outb(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void outl(uint16_t port, uint32_t value)
{
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint32_t inl(uint16_t port)
{
	uint32_t value;

	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static _Noreturn void die(const char *message)
{
	/* Both consoles, without asking which there is: a byte for an absent device goes nowhere. */
	for (; *message; message++) {
		outb(0xe9, *message);
		outb(0x3f8, *message);
	}
	outl(0xf4, ABORT_STATUS);
	for (;;)
		__asm__ volatile("cli; hlt");
}

/* Reads length bytes of an item, from its start, to an address. */
static void read_item(uint16_t item, uint32_t address, uint32_t length)
{
	volatile struct { uint32_t control, length, high, low; } access = {
		__builtin_bswap32((uint32_t)item << 16 | DMA_SELECT | DMA_READ),
		__builtin_bswap32(length), 0, __builtin_bswap32(address),
	};
	uint32_t control;

	__asm__ volatile("" : : : "memory");
	outl(PORT_FW_CFG_DMA_LOW, __builtin_bswap32((uint32_t)&access));
	for (int tries = 0; (control = __builtin_bswap32(access.control)) & ~DMA_ERROR; tries++)
		if (tries == 1000000)
			die("ABORT: boot ROM: fw_cfg does not finish a transfer\n");
	__asm__ volatile("" : : : "memory");
	if (control)
		die("ABORT: boot ROM: fw_cfg reports an error\n");
}

/* The item's number, little endian as QEMU stores it; 0 for an item that does not exist. */
static uint32_t read_number(uint16_t item)
{
	uint32_t value;

	read_item(item, (uint32_t)&value, sizeof(value));
	return value;
}

/* Finds etc/e820 and reads it to ROM_E820; returns how many entries it has. */
static uint32_t read_e820(void)
{
	const struct directory *directory = (void *)ROM_DIRECTORY;
	uint32_t count, size;

	read_item(ITEM_DIRECTORY, ROM_DIRECTORY, ROM_E820 - ROM_DIRECTORY);
	count = __builtin_bswap32(directory->count);
	if (count > (ROM_E820 - ROM_DIRECTORY) / sizeof(struct file) - 1)
		die("ABORT: boot ROM: the list of fw_cfg's files is too long\n");
	for (const struct file *f = directory->files; count--; f++) {
		const uint32_t *name = (const void *)f->name;

		if (name[0] != 0x2f637465 || name[1] != 0x30323865 || f->name[8])	/* "etc/e820" */
			continue;
		size = __builtin_bswap32(f->size);
		if (size > (ROM_INFO_END - ROM_INFO) / 2)
			die("ABORT: boot ROM: the memory map in fw_cfg is too long\n");
		read_item(__builtin_bswap16(f->item), ROM_E820, size);
		return size / sizeof(struct e820_entry);
	}
	die("ABORT: boot ROM: no memory map (etc/e820) in fw_cfg\n");
}

/*
 * QEMU's map has one entry for RAM from 0: the hole for video memory and ROM is the firmware's to cut. Writes the
 * map in the form that the image wants, size bytes an entry with e820's five words at offset; returns how many.
 */
static uint32_t write_map(char *to, uint32_t size, uint32_t offset, uint32_t *ram_end)
{
	const struct e820_entry *e = (void *)ROM_E820;
	uint32_t n = 0;

	*ram_end = 0;
	for (uint32_t count = read_e820(); count--; e++) {
		struct e820_entry *out = (void *)(to + n++ * size + offset);

		*out = *e;
		if (e->type != E820_RAM || e->start[0] || e->start[1])
			continue;
		*ram_end = e->length[1] ? UINT32_MAX : e->length[0];
		if (*ram_end <= HIGH_RAM_START)
			continue;
		out->length[0] = LOW_RAM_END;
		out->length[1] = 0;
		out = (void *)(to + n++ * size + offset);
		*out = *e;
		out->start[0] = HIGH_RAM_START;
		out->length[0] -= HIGH_RAM_START;
		out->length[1] -= e->length[0] < HIGH_RAM_START;
	}
	return n;
}

static _Noreturn void boot_multiboot(uint32_t size)
{
	struct multiboot_info *info = (void *)ROM_INFO;
	struct multiboot_region *map = (void *)(ROM_INFO + 0x100);
	uint32_t n, ram_end, address = read_number(ITEM_KERNEL_ADDR);

	/* QEMU's loader wrote everything but the memory map. */
	read_item(ITEM_INITRD_DATA, ROM_INFO, 0x58);
	n = write_map((char *)map, sizeof(*map), offsetof(struct multiboot_region, e), &ram_end);
	if (address < HIGH_RAM_START || size > ram_end || address > ram_end - size)
		die("ABORT: boot ROM: the image does not fit into the machine's memory (option -m)\n");
	for (uint32_t i = 0; i < n; i++)
		map[i].size = sizeof(struct e820_entry);
	info->flags |= INFO_MEMORY | INFO_MMAP;
	info->mem_lower = LOW_RAM_END / 1024;
	info->mem_upper = (ram_end - HIGH_RAM_START) / 1024;
	info->mmap_addr = (uint32_t)map;
	info->mmap_length = n * sizeof(*map);
	read_item(ITEM_KERNEL_DATA, address, size);
	enter_image(read_number(ITEM_KERNEL_ENTRY), MULTIBOOT_BOOT_MAGIC, ROM_INFO);
}

/* QEMU itself loads a PVH image; command line and initrd are left to us. */
static _Noreturn void boot_pvh(uint32_t entry)
{
	struct pvh_info *info = (void *)ROM_INFO;
	struct pvh_module *module = (void *)(ROM_INFO + 0x80);
	uint32_t ram_end, length = read_number(ITEM_CMDLINE_SIZE);

	if (length > ROM_INFO - ROM_COMMAND_LINE)
		die("ABORT: boot ROM: the command line is too long\n");
	read_item(ITEM_CMDLINE_DATA, ROM_COMMAND_LINE, length);
	module->start = read_number(ITEM_INITRD_ADDR);
	module->size = read_number(ITEM_INITRD_SIZE);
	module->cmdline = module->reserved = 0;
	if (module->size)
		read_item(ITEM_INITRD_DATA, module->start, module->size);
	*info = (struct pvh_info){ .magic = PVH_START_MAGIC, .version = 1, .n_modules = module->size != 0 };
	info->modules = (uint32_t)module;
	info->cmdline = ROM_COMMAND_LINE;
	info->regions = ROM_INFO + 0x100;
	info->n_regions = write_map((char *)ROM_INFO + 0x100, sizeof(struct pvh_region), 0, &ram_end);
	enter_image(entry, 0, ROM_INFO);
}

_Noreturn void rom_main(void)
{
	uint32_t size, entry;

	if (inl(PORT_FW_CFG_DMA_HIGH) != DMA_SIGNATURE)
		die("ABORT: boot ROM: this machine has no fw_cfg with DMA\n");
	/* The set-up header is there for Linux and PVH images only. */
	if (read_number(ITEM_SETUP_SIZE)) {
		entry = read_number(ITEM_KERNEL_ENTRY);
		if (!entry)
			die("ABORT: boot ROM: -kernel is neither a Multiboot nor a PVH image\n");
		boot_pvh(entry);
	}
	size = read_number(ITEM_KERNEL_SIZE);
	if (!size)
		die("ABORT: boot ROM: no image: QEMU's option -kernel is missing\n");
	boot_multiboot(size);
}
