/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzzes the devices: the input is a sequence of accesses to ports and memory, each of a few bytes.
 */
#include "../../vmm/device.h"
#include "vmm_machine.h"

/* kind, port or address (2), count, then what is written. */
#define HEAD	4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned int sizes[] = { 1, 2, 4, 8 };
	uint8_t buffer[GUEST_PAGE];

	fuzz_start();
	fuzz_failing = 0;
	while (size >= HEAD) {
		unsigned int width = sizes[data[0] >> 4 & 3];
		uint16_t port = (uint16_t)(data[1] | data[2] << 8);
		uint32_t n = data[3] % (64 / width) + 1;
		size_t len = width * n;

		memset(buffer, 0, len);
		memcpy(buffer, data + HEAD, size - HEAD < len ? size - HEAD : len);
		if (data[0] & 2)
			data[0] & 1 ? mmio_write(&fuzz_vcpu, (uint64_t)port << 12, width, buffer) :
				      mmio_read(&fuzz_vcpu, (uint64_t)port << 12, width, buffer);
		else if (width < 8)
			data[0] & 1 ? port_out(&fuzz_vcpu, port, width, buffer, n) :
				      port_in(&fuzz_vcpu, port, width, buffer, n);
		fuzz_go_on();
		if (data[0] & 1)
			len = size - HEAD < len ? size - HEAD : len;
		else
			len = 0;
		data += HEAD + len;
		size -= HEAD + len;
	}
	return 0;
}
