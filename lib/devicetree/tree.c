/* SPDX-License-Identifier: BSD-2-Clause */
/* The device tree: see tree.h. The command line is bootargs, the environment the initrd. */
#include "devicetree/tree.h"
#include "arch-hooks.h"
#include "libcflat.h"

#define TREE_MAX	0x1000000	/* bytes; QEMU's have some ten thousand */

struct fdt machine_fdt;
static int chosen = FDT_NONE;

void machine_tree_open(const void *tree)
{
	const char *error = fdt_open(&machine_fdt, tree, TREE_MAX);

	if (error)
		report_abort("the device tree at %p cannot be read: %s", tree, error);
	chosen = fdt_find(&machine_fdt, "/chosen");
}

const char *arch_command_line(void)
{
	return chosen == FDT_NONE ? NULL : fdt_string(&machine_fdt, chosen, "bootargs");
}

bool machine_initrd(uint64_t *start, uint64_t *end)
{
	*start = *end = 0;
	if (chosen == FDT_NONE)
		return false;
	*start = fdt_number(&machine_fdt, chosen, "linux,initrd-start", 0);
	*end = fdt_number(&machine_fdt, chosen, "linux,initrd-end", 0);
	return *start < *end;
}

const char *arch_environment(size_t *len)
{
	uint64_t start, end;

	*len = 0;
	if (!machine_initrd(&start, &end))
		return NULL;
	*len = end - start;
	return (const char *)(uintptr_t)start;
}
