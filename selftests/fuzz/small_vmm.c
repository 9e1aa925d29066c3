/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzzes what the runner reads of the small VMM's control channel: the input is its lines. */
#include <stdlib.h>
#include <string.h>
#include "small_vmm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *control = small_vmm_control.open(-1, NULL, false);
	char *text = malloc(size + 1);
	struct vmm_ending ending = { 0 };
	unsigned int number;
	const char *reason;

	memcpy(text, data, size);
	text[size] = '\0';
	for (char *line = text, *end; *line; line = end + 1) {
		end = line + strcspn(line, "\n");
		if (!*end) {
			small_vmm_line(control, line);
			break;
		}
		*end = '\0';
		small_vmm_line(control, line);
	}
	if (small_vmm_end(control, &number, &reason) && !reason)
		abort();
	small_vmm_facts(control, &ending);
	for (size_t i = 0; i < ending.n_vcpus; i++)
		if (ending.vcpus[i].code && strspn(ending.vcpus[i].code, "0123456789abcdef ") !=
						    strlen(ending.vcpus[i].code))
			abort();
	vmm_ending_free(&ending);
	small_vmm_control.close(control);
	free(text);
	return 0;
}
