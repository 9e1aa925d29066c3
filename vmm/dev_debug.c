/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What QEMU calls isa-debugcon and isa-debug-exit: a console at one port, and the end of the
 * machine at another.
 */
#include <string.h>
#include "console.h"
#include "device.h"
#include "machine.h"

void debugcon_out(struct vcpu *vcpu, uint16_t offset, unsigned int size, const uint8_t *data,
		  uint32_t n)
{
	(void)offset;
	if (size == 1)
		console_write(vcpu->machine, data, n);
	else
		for (uint32_t i = 0; i < n; i++)
			console_write(vcpu->machine, data + i * size, 1);
}

void debugcon_in(struct vcpu *vcpu, uint16_t offset, unsigned int size, uint8_t *data, uint32_t n)
{
	(void)vcpu, (void)offset;
	for (uint32_t i = 0; i < n; i++)
		data[i * size] = (uint8_t)arch_console_port;
}

void exit_out(struct vcpu *vcpu, uint16_t offset, unsigned int size, const uint8_t *data,
	      uint32_t n)
{
	uint32_t status = 0;

	if (offset || !n)
		return;
	memcpy(&status, data, size);
	machine_end(vcpu->machine, vcpu, END_STATUS, status & 0x7f, "%s", "");
}

void exit_in(struct vcpu *vcpu, uint16_t offset, unsigned int size, uint8_t *data, uint32_t n)
{
	(void)vcpu, (void)offset;
	memset(data, 0, (size_t)size * n);
}
