/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's configuration device: see fwcfg.h. By DMA, one VM exit a read, where the device has it (all since QEMU 2.4). */
#include "x86/fwcfg.h"
#include "asm/io.h"
#include "asm/spinlock.h"

#define PORT_SELECTOR	0x510
#define PORT_DATA	0x511
#define PORT_DMA_LOW	0x518	/* the high half, at 0x514, is 0 from reset on */

#define SIGNATURE	0x554d4551	/* "QEMU" */
#define ID_DMA		(1u << 1)

#define DMA_ERROR	1
#define DMA_READ	2
#define DMA_SELECT	8
#define DMA_TRIES	1000000

struct dma_access {
	u32 control, length, address_high, address_low;	/* big endian */
};

struct directory_entry {
	u32 size;		/* big endian */
	u16 item;
	u16 reserved;
	char name[56];
};

bool no_test_device;

static struct spinlock lock;
static enum { UNKNOWN, ABSENT, BY_PORT, BY_DMA } device;

static void read_by_port(unsigned int item, void *buf, size_t len)
{
	outw(item, PORT_SELECTOR);
	insb(PORT_DATA, buf, len);
}

/* Everything lies below 4 GiB, where memory is mapped one to one: see start64.S. */
static void read_by_dma(unsigned int item, void *buf, size_t len)
{
	volatile struct dma_access access = {
		__builtin_bswap32((u32)item << 16 | DMA_SELECT | DMA_READ), __builtin_bswap32(len), 0,
		__builtin_bswap32((u32)(uintptr_t)buf),
	};
	u32 control;

	outl(__builtin_bswap32((u32)(uintptr_t)&access), PORT_DMA_LOW);
	for (int tries = 0; (control = __builtin_bswap32(access.control)) & ~DMA_ERROR; tries++)
		assert_msg(tries < DMA_TRIES, "fw_cfg does not finish reading item %#x", item);
	assert_msg(!control, "fw_cfg cannot read item %#x", item);
}

static void find_device(void)
{
	u32 value;

	read_by_port(FW_CFG_SIGNATURE, &value, sizeof(value));
	device = ABSENT;
	if (value != SIGNATURE)
		return;
	read_by_port(FW_CFG_ID, &value, sizeof(value));
	device = value & ID_DMA ? BY_DMA : BY_PORT;
}

bool fwcfg_present(void)
{
	spin_lock(&lock);
	if (device == UNKNOWN)
		find_device();
	spin_unlock(&lock);
	return device != ABSENT;
}

void fwcfg_read(unsigned int item, void *buf, size_t len)
{
	if (!fwcfg_present()) {
		memset(buf, 0, len);
		return;
	}
	spin_lock(&lock);
	if (device == BY_DMA)
		read_by_dma(item, buf, len);
	else
		read_by_port(item, buf, len);
	spin_unlock(&lock);
}

u8 fwcfg_get_u8(unsigned int item)
{
	u8 value;

	fwcfg_read(item, &value, sizeof(value));
	return value;
}

u16 fwcfg_get_u16(unsigned int item)
{
	u16 value;

	fwcfg_read(item, &value, sizeof(value));
	return value;
}

u32 fwcfg_get_u32(unsigned int item)
{
	u32 value;

	fwcfg_read(item, &value, sizeof(value));
	return value;
}

u64 fwcfg_get_u64(unsigned int item)
{
	u64 value;

	fwcfg_read(item, &value, sizeof(value));
	return value;
}

/* The directory is longer than what is usually looked for, and its length is the host's word: at most FILES are read. */
#define FILES	256

bool fwcfg_find_file(const char *name, struct fwcfg_file *file)
{
	static struct {
		u32 count;
		struct directory_entry entries[FILES];
	} directory;
	u32 count;

	if (!directory.count)
		fwcfg_read(FW_CFG_FILE_DIR, &directory, sizeof(directory));
	count = __builtin_bswap32(directory.count);
	for (u32 i = 0; i < count && i < FILES; i++) {
		const struct directory_entry *entry = &directory.entries[i];

		if (strncmp(entry->name, name, sizeof(entry->name)))
			continue;
		file->size = __builtin_bswap32(entry->size);
		file->item = __builtin_bswap16(entry->item);
		return true;
	}
	return false;
}

bool test_device_enabled(void)
{
	const char *value = getenv("TEST_DEVICE");

	no_test_device = value && !strcmp(value, "0");
	return !no_test_device;
}
