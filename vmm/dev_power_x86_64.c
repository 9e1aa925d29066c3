/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Power-off and reset: ACPI 6.4, section 4.8.3.7 (sleep control and status registers); the reset
 * register of Intel chip sets (ICH9 data sheet 316972, section 13.7.5); the 8042's pulse of the
 * reset line; address line 20, which is open.
 */
#include <string.h>
#include "device.h"
#include "machine.h"
#include "platform_x86_64.h"

#define SLEEP_ENABLE	0x20
#define SLEEP_TYPE(v)	((v) >> 2 & 7)
#define S5		5		/* what acpi_x86_64.c says */
#define RESET_NOW	0x04
#define PULSE_RESET	0xfe
#define A20_OPEN	0x02

void power_out(struct vcpu *vcpu, uint16_t offset, unsigned int size, const uint8_t *data,
	       uint32_t n)
{
	if (!offset && size == 1 && n && data[0] & SLEEP_ENABLE && SLEEP_TYPE(data[0]) == S5)
		machine_end(vcpu->machine, vcpu, END_POWER_OFF, 0, "%s", "");
}

void power_in(struct vcpu *vcpu, uint16_t offset, unsigned int size, uint8_t *data, uint32_t n)
{
	(void)vcpu, (void)offset;
	memset(data, 0, (size_t)size * n);
}

void reset_out(struct vcpu *vcpu, uint16_t offset, unsigned int size, const uint8_t *data,
	       uint32_t n)
{
	(void)offset;
	for (uint32_t i = 0; i < n; i++)
		if (data[i * size] & RESET_NOW)
			machine_end(vcpu->machine, vcpu, END_RESET, 0, "port 0xcf9");
}

void keyboard_out(struct vcpu *vcpu, uint16_t offset, unsigned int size, const uint8_t *data,
		  uint32_t n)
{
	(void)offset;
	for (uint32_t i = 0; i < n; i++)
		if (data[i * size] == PULSE_RESET)
			machine_end(vcpu->machine, vcpu, END_RESET, 0, "the keyboard controller");
}

void keyboard_in(struct vcpu *vcpu, uint16_t offset, unsigned int size, uint8_t *data, uint32_t n)
{
	(void)vcpu, (void)offset;
	for (uint32_t i = 0; i < n; i++)
		data[i * size] = 0;
}

void a20_in(struct vcpu *vcpu, uint16_t offset, unsigned int size, uint8_t *data, uint32_t n)
{
	(void)vcpu, (void)offset;
	for (uint32_t i = 0; i < n; i++)
		data[i * size] = A20_OPEN;
}
