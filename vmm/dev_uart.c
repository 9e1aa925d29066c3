/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A 16550 UART that is always ready to send and never has anything received (National Semiconductor
 * data sheet PC16550D, section 8): a console. No interrupts.
 */
#include "console.h"
#include "device.h"
#include "machine.h"

enum { THR, IER, FCR_IIR, LCR, MCR, LSR, MSR, SCR };

#define LCR_DLAB	0x80
#define IIR_NONE	0x01		/* no interrupt is pending */
#define IIR_FIFO	0xc0
#define LSR_EMPTY	0x60		/* transmitter and its holding register */
#define MSR_READY	0xb0		/* CTS, DSR, DCD */

/* Under the console's order of things; a byte each, so that two CPUs at once do no harm. */
static _Atomic uint8_t registers[8], divisor[2], fifo;

static void write_register(struct vcpu *vcpu, unsigned int reg, uint8_t value)
{
	bool dlab = registers[LCR] & LCR_DLAB;

	if (reg <= IER && dlab)
		divisor[reg] = value;
	else if (reg == THR)
		console_write(vcpu->machine, &value, 1);
	else if (reg == FCR_IIR)
		fifo = value & 1 ? IIR_FIFO : 0;
	else if (reg != LSR && reg != MSR)
		registers[reg] = value;
}

static uint8_t read_register(unsigned int reg)
{
	bool dlab = registers[LCR] & LCR_DLAB;

	if (reg <= IER && dlab)
		return divisor[reg];
	switch (reg) {
	case THR:
		return 0;
	case FCR_IIR:
		return IIR_NONE | fifo;
	case LSR:
		return LSR_EMPTY;
	case MSR:
		return MSR_READY;
	}
	return registers[reg];
}

/* Wider accesses touch one register after the other, as on the ISA bus. */
void uart_out(struct vcpu *vcpu, uint16_t offset, unsigned int size, const uint8_t *data,
	      uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		for (unsigned int j = 0; j < size && offset + j < 8; j++)
			write_register(vcpu, offset + j, data[i * size + j]);
}

void uart_in(struct vcpu *vcpu, uint16_t offset, unsigned int size, uint8_t *data, uint32_t n)
{
	(void)vcpu;
	for (uint32_t i = 0; i < n; i++)
		for (unsigned int j = 0; j < size && offset + j < 8; j++)
			data[i * size + j] = read_register(offset + j);
}
