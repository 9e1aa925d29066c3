/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the blocks of both boot protocols: Multiboot 0.6.96, section 3.3, and PVH's hvm_start_info (Xen,
 * public/arch-x86/hvm/start_info.h). Everything in them is the loader's word: each is checked before it is followed.
 */
#include "memory_map.h"
#include "x86/boot.h"
#include "x86/boot_info.h"
#include "asm/io.h"
#include "asm/page.h"

struct boot_info boot_info;

/* Longer than anything that lib/args.c takes: it says how long is too long. */
#define STRING_MAX	65536
#define E820_RAM	1

struct multiboot_info {
	u32 flags, mem_lower, mem_upper, boot_device, cmdline, mods_count, mods_addr;
	u32 syms[4];
	u32 mmap_length, mmap_addr, drives_length, drives_addr, config_table, boot_loader_name;
};

#define MULTIBOOT_MEMORY	(1u << 0)
#define MULTIBOOT_CMDLINE	(1u << 2)
#define MULTIBOOT_MODS		(1u << 3)
#define MULTIBOOT_MMAP		(1u << 6)
#define MULTIBOOT_LOADER	(1u << 9)

struct multiboot_module {
	u32 start, end, string, reserved;
};

struct multiboot_region {
	u32 size;			/* of what follows it, at least 20 */
	u64 start, length;
	u32 type;
} __attribute__((packed));

struct pvh_info {
	u32 magic, version, flags, n_modules;
	u64 modules, cmdline, rsdp;
	u64 regions;			/* from version 1 */
	u32 n_regions, reserved;
};

struct pvh_module {
	u64 start, size, cmdline, reserved;
};

struct pvh_region {
	u64 start, length;
	u32 type, reserved;
};

/* size bytes at a physical address that the loader names, kept from the allocators (once the map is read). */
static const void *loaded(const char *what, u64 address, u64 size)
{
	if (!address || address >> 32 || size >> 32 || (address + size - 1) >> 32)
		report_abort("boot information: %s at %#" PRIx64 ", %#" PRIx64 " bytes: not below 4 GiB",
			     what, address, size);
	memory_map_reserve(ALIGN_DOWN(address, PAGE_SIZE), ALIGN(address + size, PAGE_SIZE));
	return phys_to_virt(address);
}

static const char *loaded_string(const char *what, u64 address)
{
	const char *s = loaded(what, address, 1);
	size_t len = 0;

	while (len < STRING_MAX && s[len])
		len++;
	if (len == STRING_MAX)
		report_abort("boot information: %s at %#" PRIx64 " does not end", what, address);
	loaded(what, address, len + 1);
	return s;
}

static void add_region(u64 start, u64 length, u32 type, bool ram)
{
	if (start + length < start)
		report_abort("boot information: memory at %#" PRIx64 ", %#" PRIx64 " bytes: beyond 2^64",
			     start, length);
	if ((type == E820_RAM) == ram)
		memory_map_add(start, start + length, ram);
}

/*
 * Adds the entries of a type, RAM or all else: where regions overlap, the region that is not RAM wins (ACPI 6.4, table 15.4
 * has no overlaps, firmware has).
 */
static void add_multiboot_regions(const struct multiboot_info *info, bool ram)
{
	u32 left = info->mmap_length;
	const char *at = phys_to_virt(info->mmap_addr);

	while (left) {
		const struct multiboot_region *r = (const void *)at;

		if (left < sizeof(*r) || r->size < sizeof(*r) - sizeof(r->size) || r->size > left - sizeof(r->size))
			report_abort("boot information: the memory map ends inside an entry");
		add_region(r->start, r->length, r->type, ram);
		at += r->size + sizeof(r->size);
		left -= r->size + sizeof(r->size);
	}
}

static void read_multiboot_memory(const struct multiboot_info *info)
{
	if (info->flags & MULTIBOOT_MMAP && info->mmap_length) {
		if (info->mmap_length > STRING_MAX)
			report_abort("boot information: a memory map of %" PRIu32 " bytes", info->mmap_length);
		loaded("memory map", info->mmap_addr, info->mmap_length);
		add_multiboot_regions(info, false);
		add_multiboot_regions(info, true);
		loaded("memory map", info->mmap_addr, info->mmap_length);
	} else if (info->flags & MULTIBOOT_MEMORY) {
		memory_map_add(0, (u64)info->mem_lower << 10, true);
		memory_map_add(SZ_1M, SZ_1M + ((u64)info->mem_upper << 10), true);
	} else {
		report_abort("boot information: the loader names no memory");
	}
}

/*
 * Where the arguments begin in "IMAGE ARGUMENT...". QEMU does not quote the image's path, so that one with blanks is
 * known by its suffix only; a path that has none ends at the first blank.
 */
static const char *skip_image_name(const char *line)
{
	for (const char *s = line; *s; s++)
		if ((!strncmp(s, ".flat", 5) && (s[5] == ' ' || !s[5])) ||
		    (!strncmp(s, ".elf", 4) && (s[4] == ' ' || !s[4])))
			return s + (s[1] == 'f' ? 5 : 4);
	while (*line && *line != ' ')
		line++;
	return line;
}

/* GRUB 2 leaves the image's name out, every other loader puts it in front (section 3.3 says neither). */
static bool has_image_name(const struct multiboot_info *info)
{
	if (!(info->flags & MULTIBOOT_LOADER) || !info->boot_loader_name)
		return true;
	return strncmp(loaded_string("loader name", info->boot_loader_name), "GRUB 2", 6) != 0;
}

void read_multiboot_info(u32 address)
{
	const struct multiboot_info *info = loaded("information block", address, sizeof(*info));
	const struct multiboot_module *module;

	read_multiboot_memory(info);
	loaded("information block", address, sizeof(*info));
	if (info->flags & MULTIBOOT_CMDLINE && info->cmdline) {
		boot_info.command_line = loaded_string("command line", info->cmdline);
		if (has_image_name(info))
			boot_info.command_line = skip_image_name(boot_info.command_line);
	}
	if (!(info->flags & MULTIBOOT_MODS) || !info->mods_count)
		return;
	if (info->mods_count > STRING_MAX / sizeof(*module))
		report_abort("boot information: %" PRIu32 " modules", info->mods_count);
	module = loaded("list of modules", info->mods_addr, info->mods_count * sizeof(*module));
	for (u32 i = 0; i < info->mods_count; i++)
		if (module[i].end > module[i].start)
			loaded("module", module[i].start, module[i].end - module[i].start);
	if (module[0].end > module[0].start) {
		boot_info.environment = phys_to_virt(module[0].start);
		boot_info.environment_len = module[0].end - module[0].start;
	}
}

static void read_pvh_memory(const struct pvh_info *info)
{
	const struct pvh_region *r;

	if (!info->version || !info->n_regions)
		report_abort("boot information: the loader names no memory");
	if (info->n_regions > STRING_MAX / sizeof(*r))
		report_abort("boot information: a memory map of %" PRIu32 " regions", info->n_regions);
	r = loaded("memory map", info->regions, info->n_regions * sizeof(*r));
	for (int ram = 0; ram < 2; ram++)
		for (u32 i = 0; i < info->n_regions; i++)
			add_region(r[i].start, r[i].length, r[i].type, ram);
	loaded("memory map", info->regions, info->n_regions * sizeof(*r));
}

void read_pvh_info(u32 address)
{
	const struct pvh_info *info = loaded("information block", address, sizeof(*info));
	const struct pvh_module *module;

	if (info->magic != PVH_START_MAGIC)
		report_abort("boot information: PVH's magic is %#" PRIx32 ", not %#x", info->magic,
			     PVH_START_MAGIC);
	read_pvh_memory(info);
	loaded("information block", address, sizeof(*info));
	boot_info.rsdp = info->rsdp;
	if (info->cmdline)
		boot_info.command_line = loaded_string("command line", info->cmdline);
	if (!info->n_modules)
		return;
	if (info->n_modules > STRING_MAX / sizeof(*module))
		report_abort("boot information: %" PRIu32 " modules", info->n_modules);
	module = loaded("list of modules", info->modules, info->n_modules * sizeof(*module));
	for (u32 i = 0; i < info->n_modules; i++)
		if (module[i].size)
			loaded("module", module[i].start, module[i].size);
	if (module[0].size) {
		boot_info.environment = phys_to_virt(module[0].start);
		boot_info.environment_len = module[0].size;
	}
}
