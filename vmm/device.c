/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of devices, and how an access finds one. */
#include <stddef.h>
#include "../lib/hostop.h"
#include "device.h"
#include "platform_x86.h"

static const struct port_device ports[] = {
	{ PORT_PIT, PORT_PIT + 3, pit_out, pit_in },
	{ PORT_SPEAKER, PORT_SPEAKER, speaker_out, speaker_in },
	{ PORT_KEYBOARD, PORT_KEYBOARD, keyboard_out, keyboard_in },
	{ PORT_A20, PORT_A20, NULL, a20_in },
	{ PORT_DEBUGCON, PORT_DEBUGCON, debugcon_out, debugcon_in },
	{ PORT_EXIT, PORT_EXIT + 3, exit_out, exit_in },
	{ PORT_UART, PORT_UART + 7, uart_out, uart_in },
	{ HOSTOP_PORT, HOSTOP_PORT + 3, hostop_out, hostop_in },
	{ PORT_SLEEP, PORT_SLEEP + 1, power_out, power_in },
	{ PORT_RESET, PORT_RESET, reset_out, NULL },
};

static const struct port_device *find(uint16_t port)
{
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		if (port >= ports[i].first && port <= ports[i].last)
			return &ports[i];
	return NULL;
}

void port_out(struct vcpu *vcpu, uint16_t port, unsigned int size, const uint8_t *data, uint32_t n)
{
	const struct port_device *device = find(port);

	if (device && device->out)
		device->out(vcpu, port - device->first, size, data, n);
}

void port_in(struct vcpu *vcpu, uint16_t port, unsigned int size, uint8_t *data, uint32_t n)
{
	const struct port_device *device = find(port);

	for (uint32_t i = 0; i < size * n; i++)
		data[i] = 0xff;
	if (device && device->in)
		device->in(vcpu, port - device->first, size, data, n);
}

/* There is no device in memory yet that KVM does not emulate. */
void mmio_write(struct vcpu *vcpu, uint64_t address, unsigned int size, const uint8_t *data)
{
	(void)vcpu, (void)address, (void)size, (void)data;
}

void mmio_read(struct vcpu *vcpu, uint64_t address, unsigned int size, uint8_t *data)
{
	(void)vcpu, (void)address;
	for (unsigned int i = 0; i < size; i++)
		data[i] = 0xff;
}
