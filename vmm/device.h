/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices at I/O ports and in memory. Each is a row of the table in devices_ARCH.c and one
 * file dev_NAME.c.
 */
#ifndef VMM_DEVICE_H
#define VMM_DEVICE_H

#include <stdint.h>

struct vcpu;

/*
 * What a vCPU does at a port: n accesses of size bytes (1, 2 or 4) in a row. offset: from the
 * device's first port. All of it is the guest's to choose. An input that says nothing leaves data,
 * which is all ones, alone.
 */
struct port_device {
	uint16_t first, last;
	void (*out)(struct vcpu *vcpu, uint16_t offset, unsigned int size, const uint8_t *data,
		    uint32_t n);
	void (*in)(struct vcpu *vcpu, uint16_t offset, unsigned int size, uint8_t *data,
		   uint32_t n);
};

/* The architecture's, in devices_*.c; the last row has neither function. */
extern const struct port_device arch_ports[];
/* Where a byte written goes to the console, so that KVM may gather them; 0: nowhere. */
extern const uint16_t arch_console_port;

/*
 * An access that no device answers goes nowhere, and reads as ones. size * n bytes of data are
 * there.
 */
void port_out(struct vcpu *vcpu, uint16_t port, unsigned int size, const uint8_t *data, uint32_t n);
void port_in(struct vcpu *vcpu, uint16_t port, unsigned int size, uint8_t *data, uint32_t n);
/* The same in memory, 1 to 8 bytes. */
void mmio_write(struct vcpu *vcpu, uint64_t address, unsigned int size, const uint8_t *data);
void mmio_read(struct vcpu *vcpu, uint64_t address, unsigned int size, uint8_t *data);

/* The rows' functions, by file. */
typedef void out_function(struct vcpu *vcpu, uint16_t offset, unsigned int size,
			  const uint8_t *data, uint32_t n);
typedef void in_function(struct vcpu *vcpu, uint16_t offset, unsigned int size, uint8_t *data,
			 uint32_t n);
out_function uart_out, debugcon_out, exit_out, power_out, reset_out, keyboard_out, hostop_out,
	pit_out, speaker_out;
in_function uart_in, debugcon_in, exit_in, a20_in, keyboard_in, hostop_in, power_in,
	pit_in, speaker_in;

#endif
