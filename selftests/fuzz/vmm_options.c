/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzzes the small VMM's command line: words are what stands between bytes 0 or line ends. */
#include "vmm_machine.h"

#define WORDS	64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *argv[WORDS + 2] = { "vmunit-vmm", text };
	char error[128] = "";
	struct options o;
	int argc = 2;

	memcpy(text, data, size);
	text[size] = '\0';
	for (size_t i = 0; i < size && argc <= WORDS; i++) {
		if (text[i] && text[i] != '\n')
			continue;
		text[i] = '\0';
		argv[argc++] = text + i + 1;
	}
	if (options_parse(&o, argc, argv, error, sizeof(error))) {
		if (*error || o.vcpus < 1 || o.vcpus > MAX_VCPUS || o.memory % GUEST_PAGE)
			abort();
	} else if (!*error) {
		abort();
	}
	free(text);
	return 0;
}
