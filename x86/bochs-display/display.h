/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's displays with the Bochs VBE interface: what the files of this test share. Registers and
 * offsets: QEMU, docs/specs/standard-vga; the DISPI registers: Bochs' VBE display API.
 */
#ifndef DISPLAY_H
#define DISPLAY_H

#include "case.h"
#include "pci.h"
#include "asm/io.h"

#define FRAMEBUFFER	0		/* BARs */
#define REGISTERS	2
#define REGISTERS_SIZE	0x1000

/* The registers' BAR. */
#define EDID_SIZE	0x400
#define VGA_PORTS	0x400		/* ports 0x3c0 to 0x3df */
#define VGA_PORTS_END	0x420
#define DISPI		0x500
#define DISPI_END	0x600
#define EXT_SIZE	0x600
#define EXT_ENDIAN	0x604
#define EXT_END		0x608
#define VGA_PORT(port)	(regs + VGA_PORTS + ((port) - 0x3c0))

enum {
	ID, XRES, YRES, BPP, ENABLE, BANK, VIRT_WIDTH, VIRT_HEIGHT, X_OFFSET, Y_OFFSET, MEMORY_64K,
	N_REGS,
};
#define ID_MIN		0xb0c0
#define ID_MAX		0xb0c5
#define ENABLED		0x01
#define GETCAPS		0x02
#define DAC_8BIT	0x20
#define LFB		0x40
#define NOCLEARMEM	0x80

extern struct pci_dev dev;
extern volatile char *regs, *fb;
extern size_t fb_size;
/* A VGA's registers are there (VGA, secondary-vga); and its ports and memory also (VGA). */
extern bool is_vga, has_ports;

/* readb() and so on as functions: a macro's text is no help in the report of a check. */
static inline u8 peekb(const volatile char *p)
{
	return readb(p);
}

static inline u16 peekw(const volatile char *p)
{
	return readw(p);
}

static inline u32 peekl(const volatile char *p)
{
	return readl(p);
}

static inline u64 peekq(const volatile char *p)
{
	return readq(p);
}

u16 get(unsigned int reg);
void set(unsigned int reg, u16 value);
/* The screen off, and no offset. */
void disable(void);
void set_mode(u16 width, u16 height, u16 bpp, u16 enable);
/* A number of the environment, or otherwise. */
u32 env_number(const char *name, u32 otherwise);

#endif
