/* SPDX-License-Identifier: BSD-2-Clause */
/* The two 8259A interrupt controllers (data sheet 231468): out of the way. */
#include "x86/apic.h"
#include "asm/io.h"

#define PIC1		0x20
#define PIC2		0xa0
#define DATA		1	/* offset of ICW2 to ICW4, and of the mask */

#define ICW1		0x11	/* cascade, edge triggered, ICW4 follows */
#define ICW3_PIC1	0x04	/* the second on line 2 */
#define ICW3_PIC2	2
#define ICW4		0x01	/* 8086 mode, EOI by software */

void mask_pic_interrupts(void)
{
	outb(0xff, PIC1 + DATA);
	outb(0xff, PIC2 + DATA);
}

static void init(unsigned int port, u8 vector, u8 icw3)
{
	outb(ICW1, port);
	outb(vector, port + DATA);
	outb(icw3, port + DATA);
	outb(ICW4, port + DATA);
}

/* After a reset without firmware its vectors are 0 to 7: the timer would be a #DE. */
void pic_init(void)
{
	init(PIC1, PIC_VECTOR, ICW3_PIC1);
	init(PIC2, PIC_VECTOR + 8, ICW3_PIC2);
	mask_pic_interrupts();
}
