/* SPDX-License-Identifier: BSD-2-Clause */
/* How an access finds its device. */
#include <stddef.h>
#include "device.h"

static const struct port_device *find(uint16_t port)
{
	for (const struct port_device *d = arch_ports; d->out || d->in; d++)
		if (port >= d->first && port <= d->last)
			return d;
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
