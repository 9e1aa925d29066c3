/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzzes the small VMM's image loader. */
#include "../../vmm/image.h"
#include "vmm_machine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *error = NULL;
	uint32_t entry;

	fuzz_start();
	if (image_load(&fuzz_machine.memory, data, size, &entry, &error) == (error != NULL))
		abort();
	return 0;
}
