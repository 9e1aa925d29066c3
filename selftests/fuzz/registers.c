/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzzes the readers of what QEMU dumps for people: registers and instruction bytes. */
#include <stdlib.h>
#include <string.h>
#include "qemu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), *code = qemu_code_parse(text);
	struct vcpu_state *vcpus;
	size_t n = qemu_registers_parse(text, &vcpus);

	if ((n == 0) != (vcpus == NULL) ||
	    (code && strspn(code, "0123456789abcdefABCDEF ") != strlen(code)))
		abort();
	free(vcpus);
	free(code);
	free(text);
	return 0;
}
