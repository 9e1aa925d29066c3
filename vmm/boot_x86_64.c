/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Enters an x86 image by PVH (Xen docs/misc/pvh.pandoc, public/arch-x86/hvm/start_info.h): 32-bit
 * protected mode, flat segments, EBX at start_info. 32- and 64-bit images alike.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include "acpi_x86_64.h"
#include "advice.h"
#include "image.h"
#include "machine.h"
#include "platform_x86_64.h"

#define START_MAGIC	0x336ec578u
#define E820_RAM	1u
#define E820_RESERVED	2u

struct start_info {
	uint32_t magic, version, flags, n_modules;
	uint64_t modules, cmdline, rsdp, memmap;
	uint32_t n_memmap, reserved;
};

struct module {
	uint64_t start, size, cmdline, reserved;
};

struct memmap {
	uint64_t start, size;
	uint32_t type, reserved;
};

/* What lies between BOOT_INFO and BOOT_INFO_END. */
struct boot_info {
	struct start_info start;
	struct module module;
	struct memmap map[5];
};

void arch_get_ram(struct machine *m)
{
	uint64_t low = m->options->memory < RAM_BELOW_4G ? m->options->memory : RAM_BELOW_4G;

	if (!memory_get(&m->memory, SLOT_LOW, gpa(0), low, BACKING_ANONYMOUS) ||
	    (m->options->memory > low && !memory_get(&m->memory, SLOT_HIGH, gpa(FOUR_GIB),
						     m->options->memory - low, BACKING_ANONYMOUS)))
		die(STATUS_ENVIRONMENT, "--memory: the host does not give %llu bytes: %s",
		    (unsigned long long)m->options->memory, strerror(errno));
}

static void put(struct machine *m, uint64_t at, const void *data, uint64_t len, const char *what)
{
	if (!memory_write(&m->memory, gpa(at), data, len))
		die(STATUS_USAGE, "%s does not fit into the guest's memory", what);
}

/*
 * A guest that jumps astray, most often to a small number, ends there, and does not slide over
 * zeroes into its image.
 */
static void put_landmines(struct machine *m)
{
	uint8_t ud0[GUEST_PAGE];

	for (size_t i = 0; i < sizeof(ud0); i += 2)
		ud0[i] = 0x0f, ud0[i + 1] = 0xff;
	for (uint64_t at = LANDMINES; at < HIGH_RAM; at += sizeof(ud0))
		put(m, at, ud0, sizeof(ud0), "low memory");
}

static unsigned int fill_map(const struct machine *m, struct memmap *map)
{
	const struct region *low = &m->memory.regions[SLOT_LOW],
			    *high = &m->memory.regions[SLOT_HIGH];
	unsigned int n = 0;

	map[n++] = (struct memmap){ 0, LOW_RAM_END, E820_RAM, 0 };
	map[n++] = (struct memmap){ LOW_RAM_END, 0xa0000 - LOW_RAM_END, E820_RESERVED, 0 };
	map[n++] = (struct memmap){ ACPI_TABLES, ACPI_TABLES_END - ACPI_TABLES, E820_RESERVED, 0 };
	map[n++] = (struct memmap){ HIGH_RAM, low->size - HIGH_RAM, E820_RAM, 0 };
	if (high->size)
		map[n++] = (struct memmap){ high->start.address, high->size, E820_RAM, 0 };
	return n;
}

/* At the end of RAM below 4 GiB. */
static void put_initrd(struct machine *m, struct boot_info *info, const uint8_t *initrd,
		       uint64_t len)
{
	uint64_t end = m->memory.regions[SLOT_LOW].size;

	if (!initrd)
		return;
	if (len > end - HIGH_RAM)
		die(STATUS_USAGE, "the initrd of %llu bytes does not fit into the guest's memory",
		    (unsigned long long)len);
	info->module.start = (end - len) & ~4095ull;
	info->module.size = len;
	info->start.modules = BOOT_INFO + offsetof(struct boot_info, module);
	info->start.n_modules = 1;
	put(m, info->module.start, initrd, len, "the initrd");
}

static void put_boot_info(struct machine *m, const uint8_t *initrd, uint64_t initrd_len)
{
	const char *line = m->options->append ? m->options->append : "";
	struct boot_info info = { .start = { .magic = START_MAGIC, .version = 1 } };
	uint64_t len = strlen(line) + 1;

	_Static_assert(sizeof(info) <= BOOT_INFO_END - BOOT_INFO, "boot information fits");
	if (len > BOOT_INFO - COMMAND_LINE)
		die(STATUS_USAGE, "--append: %llu bytes; there is room for %llu",
		    (unsigned long long)len, BOOT_INFO - COMMAND_LINE);
	put(m, COMMAND_LINE, line, len, "the command line");
	info.start.cmdline = COMMAND_LINE;
	info.start.rsdp = acpi_write(m);
	info.start.memmap = BOOT_INFO + offsetof(struct boot_info, map);
	info.start.n_memmap = fill_map(m, info.map);
	put_initrd(m, &info, initrd, initrd_len);
	put(m, BOOT_INFO, &info, sizeof(info), "the boot information");
}

static void set_registers(struct vcpu *vcpu, uint32_t entry)
{
	struct kvm_segment code = { .limit = 0xffffffff,
				    .selector = 8,
				    .type = 0xb,
				    .present = 1,
				    .db = 1,
				    .s = 1,
				    .g = 1 };
	struct kvm_segment data = code;
	struct kvm_regs regs = { .rip = entry, .rbx = BOOT_INFO, .rflags = 2 };
	struct kvm_sregs sregs;

	if (ioctl(vcpu->fd, KVM_GET_SREGS, &sregs) != 0)
		die(STATUS_ENVIRONMENT, "KVM_GET_SREGS: %s", strerror(errno));
	data.selector = 16;
	data.type = 3;
	sregs.cs = code;
	sregs.ds = sregs.es = sregs.fs = sregs.gs = sregs.ss = data;
	sregs.tr = (struct kvm_segment){ .limit = 0x67, .type = 0xb, .present = 1 };
	sregs.cr0 = 0x11;	/* PE, ET */
	if (ioctl(vcpu->fd, KVM_SET_SREGS, &sregs) != 0 ||
	    ioctl(vcpu->fd, KVM_SET_REGS, &regs) != 0)
		die(STATUS_ENVIRONMENT, "the boot CPU's registers: %s%s", strerror(errno),
		    advice("KVM_SET_SREGS", errno));
}

void arch_boot(struct machine *m, const uint8_t *image, uint64_t image_len, const uint8_t *initrd,
	       uint64_t initrd_len)
{
	const char *error;
	uint32_t entry;

	if (!image_load(&m->memory, image, image_len, &entry, &error))
		die(STATUS_USAGE, "%s: %s", m->options->image, error);
	put_landmines(m);
	put_boot_info(m, initrd, initrd_len);
	set_registers(&m->vcpus[0], entry);
}
