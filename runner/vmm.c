/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of VMM drivers, in the order in which they are preferred, and what they share. */
#include <stdlib.h>
#include <string.h>
#include "qemu.h"
#include "small_vmm.h"
#include "vmm.h"

const struct vmm *const vmms[] = { &vmm_qemu, &vmm_small, NULL };

const struct vmm *vmm_by_name(const char *name)
{
	for (size_t i = 0; vmms[i]; i++)
		if (strcmp(vmms[i]->name, name) == 0)
			return vmms[i];
	return NULL;
}

void vmm_ending_free(struct vmm_ending *ending)
{
	for (size_t i = 0; i < ending->n_vcpus; i++) {
		free(ending->vcpus[i].code);
		free(ending->vcpus[i].symbol);
	}
	free(ending->vcpus);
	free(ending->cause);
	strvec_free(&ending->registers);
	strvec_free(&ending->details);
	*ending = (struct vmm_ending){ 0 };
}
