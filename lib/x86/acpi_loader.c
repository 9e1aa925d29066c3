/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a PC's ACPI tables come from: the loader names them (PVH), a firmware left them (ACPI 6.4, section 5.2.5.1), or
 * nobody did: then QEMU's script etc/table-loader is run here, as a firmware would (QEMU hw/acpi/bios-linker-loader.c).
 */
#include "acpi.h"
#include "alloc_page.h"
#include "arch-hooks.h"
#include "x86/boot_info.h"
#include "x86/chipset.h"
#include "x86/fwcfg.h"
#include "asm/io.h"
#include "asm/page.h"
#include "asm/spinlock.h"

#define BIOS_START	0xe0000
#define BIOS_END	0x100000
#define EBDA_SEGMENT	0x40e
#define EBDA_SEARCHED	1024

#define NAME_SIZE	56
#define FILES		16
#define FILE_MAX	(8u << 20)
#define SCRIPT_MAX	(64u << 10)

enum { ALLOCATE = 1, ADD_POINTER = 2, ADD_CHECKSUM = 3, WRITE_POINTER = 4 };

struct command {
	u32 command;
	union {
		struct {
			char file[NAME_SIZE];
			u32 alignment;
			u8 zone;
		} __attribute__((packed)) allocate;
		struct {
			char dest[NAME_SIZE];
			char src[NAME_SIZE];
			u32 offset;
			u8 size;
		} __attribute__((packed)) pointer;
		struct {
			char file[NAME_SIZE];
			u32 offset;
			u32 start;
			u32 length;
		} __attribute__((packed)) checksum;
		char pad[124];
	};
} __attribute__((packed));

struct loaded_file {
	const char *name;
	u8 *data;
	u32 size;
};

static struct loaded_file files[FILES];
static int file_count;

static struct loaded_file *find_loaded(const char *name)
{
	for (int i = 0; i < file_count; i++)
		if (!strncmp(files[i].name, name, NAME_SIZE))
			return &files[i];
	report_abort("ACPI table loader: file %.*s is not allocated", NAME_SIZE, name);
}

static void check_range(const struct loaded_file *file, u32 offset, u32 size)
{
	if (offset > file->size || size > file->size - offset)
		report_abort("ACPI table loader: %" PRIu32 " bytes at %#" PRIx32 " are outside of %.*s", size,
			     offset, NAME_SIZE, file->name);
}

/* Pages serve both zones: nobody searches the BIOS area for what we load. */
static void allocate(const struct command *c)
{
	struct loaded_file *file = &files[file_count];
	struct fwcfg_file source;

	if (file_count == FILES)
		report_abort("ACPI table loader: more than %d files", FILES);
	if (!fwcfg_find_file(c->allocate.file, &source) || !source.size || source.size > FILE_MAX ||
	    c->allocate.alignment > PAGE_SIZE)
		report_abort("ACPI table loader: file %.*s is not there, or its size or alignment is wrong",
			     NAME_SIZE, c->allocate.file);
	file->name = c->allocate.file;
	file->size = source.size;
	file->data = memalign_pages_flags(PAGE_SIZE, source.size, AREA_DMA32);
	fwcfg_read(source.item, file->data, source.size);
	file_count++;
}

static void add_pointer(const struct command *c)
{
	struct loaded_file *dest = find_loaded(c->pointer.dest), *src = find_loaded(c->pointer.src);
	u64 value = 0;

	if (c->pointer.size > sizeof(value))
		report_abort("ACPI table loader: a pointer of %u bytes", c->pointer.size);
	check_range(dest, c->pointer.offset, c->pointer.size);
	memcpy(&value, dest->data + c->pointer.offset, c->pointer.size);
	value += virt_to_phys(src->data);
	memcpy(dest->data + c->pointer.offset, &value, c->pointer.size);
}

static void add_checksum(const struct command *c)
{
	struct loaded_file *file = find_loaded(c->checksum.file);
	u8 sum = 0;

	check_range(file, c->checksum.start, c->checksum.length);
	check_range(file, c->checksum.offset, 1);
	for (u32 i = 0; i < c->checksum.length; i++)
		sum += file->data[c->checksum.start + i];
	file->data[c->checksum.offset] -= sum;
}

static const struct acpi_table_rsdp *run_script(void)
{
	struct fwcfg_file source;
	struct command *script;

	if (!fwcfg_find_file("etc/table-loader", &source))
		return NULL;
	if (source.size > SCRIPT_MAX)
		report_abort("ACPI table loader: a script of %" PRIu32 " bytes", source.size);
	script = memalign_pages_flags(PAGE_SIZE, source.size, AREA_DMA32);
	fwcfg_read(source.item, script, source.size);
	for (u32 i = 0; i < source.size / sizeof(*script); i++) {
		switch (script[i].command) {
		case ALLOCATE:
			allocate(&script[i]);
			break;
		case ADD_POINTER:
			add_pointer(&script[i]);
			break;
		case ADD_CHECKSUM:
			add_checksum(&script[i]);
			break;
		case WRITE_POINTER:	/* tells a device where its table is: no device that we use asks */
		default:		/* unknown commands are skipped, as QEMU's comment on them wants */
			break;
		}
	}
	return (void *)find_loaded("etc/acpi/rsdp")->data;
}

static const struct acpi_table_rsdp *search(uintptr_t start, uintptr_t end)
{
	for (uintptr_t at = start; at < end; at += 16) {
		const struct acpi_table_rsdp *rsdp = phys_to_virt(at);
		const u8 *byte = phys_to_virt(at);
		u8 sum = 0;

		if (rsdp->signature != RSDP_SIGNATURE)
			continue;
		for (size_t i = 0; i < offsetof(struct acpi_table_rsdp, length); i++)
			sum += byte[i];
		if (!sum)
			return rsdp;
	}
	return NULL;
}

static const struct acpi_table_rsdp *find_firmware_rsdp(void)
{
	uintptr_t ebda = (uintptr_t)*(u16 *)phys_to_virt(EBDA_SEGMENT) << 4;
	const struct acpi_table_rsdp *rsdp = NULL;

	if (ebda >= 0x80000 && ebda <= 0xa0000 - EBDA_SEARCHED)
		rsdp = search(ebda, ebda + EBDA_SEARCHED);
	return rsdp ? rsdp : search(BIOS_START, BIOS_END);
}

/* At the end of our ROM: see x86/rom/reset.S. It leaves no tables, and the search would take milliseconds. */
static bool booted_by_own_rom(void)
{
	return !memcmp(phys_to_virt(0xffff8), "vmunit", 6);
}

static const struct acpi_table_rsdp *find(void)
{
	const struct acpi_table_rsdp *rsdp = NULL;

	if (boot_info.rsdp && boot_info.rsdp < SZ_4G)
		rsdp = phys_to_virt(boot_info.rsdp);
	if (!rsdp && !booted_by_own_rom())
		rsdp = find_firmware_rsdp();
	if (rsdp)
		return rsdp;
	chipset_init();
	return run_script();
}

const struct acpi_table_rsdp *acpi_rsdp(void)
{
	static const struct acpi_table_rsdp *rsdp;
	static struct spinlock lock;
	static bool found;
	static int finder = -1;

	/* The search aborts on a damaged script, and the end of the machine asks for tables. */
	if (__atomic_load_n(&finder, __ATOMIC_RELAXED) == arch_cpu_id())
		return NULL;
	spin_lock(&lock);
	__atomic_store_n(&finder, arch_cpu_id(), __ATOMIC_RELAXED);
	if (!found)
		rsdp = find();
	found = true;
	__atomic_store_n(&finder, -1, __ATOMIC_RELAXED);
	spin_unlock(&lock);
	return rsdp;
}
