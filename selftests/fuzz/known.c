/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzzes the reader of known-issues.cfg, and the lookup with what it has read. */
#include <stdlib.h>
#include <string.h>
#include "known.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct circumstances here = { "x86_64", "qemu", "7.2.22", "kvm", "kvm_pvm", "pc",
						   "/bin/qemu-system-x86_64" };
	struct known_issues known = { 0 };
	char *error = NULL;

	if (known_parse(&known, "f", (const char *)data, size, &error)) {
		if (error)
			abort();
		known_find(&known, &here, "svm", NULL);
		known_find(&known, &here, "svm", "invalid_cr3");
	} else if (!error || strchr(error, '\n')) {
		abort();
	}
	free(error);
	known_free(&known);
	return 0;
}
