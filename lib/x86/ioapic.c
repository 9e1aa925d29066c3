/* SPDX-License-Identifier: BSD-2-Clause */
/* The I/O APIC (82093AA data sheet 290566, chapter 3) at its place in every PC, and pc-testdev's lines into it. */
#include "x86/apic.h"
#include "asm/io.h"

#define IOAPIC_BASE	0xfec00000u
#define IOREGSEL	0x00
#define IOWIN		0x10
#define IOREDTBL	0x10	/* two registers for each line */

/* hw/misc/pc-testdev.c of QEMU: a byte for each line. */
#define TESTDEV_IRQ_LINES 0x2000

static volatile u32 *ioapic(unsigned int offset)
{
	return phys_to_virt(IOAPIC_BASE + offset);
}

void ioapic_write_reg(u32 reg, u32 value)
{
	*ioapic(IOREGSEL) = reg;
	*ioapic(IOWIN) = value;
}

u32 ioapic_read_reg(u32 reg)
{
	*ioapic(IOREGSEL) = reg;
	return *ioapic(IOWIN);
}

union redir {
	ioapic_redir_entry_t entry;
	u32 half[2];
};
_Static_assert(sizeof(ioapic_redir_entry_t) == 8, "an entry has 64 bits");

/* The half with the mask is written last, so that no interrupt takes the new vector to the old destination. */
void ioapic_write_redir(unsigned int line, ioapic_redir_entry_t entry)
{
	union redir r = { entry };

	ioapic_write_reg(IOREDTBL + line * 2 + 1, r.half[1]);
	ioapic_write_reg(IOREDTBL + line * 2, r.half[0]);
}

ioapic_redir_entry_t ioapic_read_redir(unsigned int line)
{
	union redir r;

	r.half[0] = ioapic_read_reg(IOREDTBL + line * 2);
	r.half[1] = ioapic_read_reg(IOREDTBL + line * 2 + 1);
	return r.entry;
}

void ioapic_set_redir(unsigned int line, unsigned int vec, trigger_mode_t trig_mode)
{
	ioapic_redir_entry_t entry = { .vector = vec, .trig_mode = trig_mode, .dest_id = apic_id() };

	ioapic_write_redir(line, entry);
}

void set_mask(unsigned int line, int mask)
{
	ioapic_redir_entry_t entry = ioapic_read_redir(line);

	entry.mask = mask;
	ioapic_write_redir(line, entry);
}

void set_irq_line(unsigned int line, int value)
{
	outb(value, TESTDEV_IRQ_LINES + line);
}
