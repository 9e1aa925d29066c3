/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzzes the guest library's device tree reader: what fdt_open() lets pass must be safe to walk,
 * and the walks must agree.
 */
#include <stdlib.h>
#include "../../lib/fdt.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void insist(bool holds)
{
	if (!holds)
		abort();
}

static void look(const struct fdt *fdt, int node)
{
	static const char *const names[] = { "reg",	"compatible",  "ranges",
					     "phandle", "#size-cells", "" };
	uint64_t address, bytes;

	insist(strlen(fdt_name(fdt, node)) < fdt->size);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct fdt_value v = fdt_value(fdt, node, names[i]);
		const char *text = fdt_string(fdt, node, names[i]);

		insist(!v.data || (v.data >= fdt->blob && v.data + v.len <= fdt->blob + fdt->size));
		insist(!text || strlen(text) < v.len);
		fdt_number(fdt, node, names[i], 0);
	}
	for (unsigned int i = 0; i < 4; i++)
		fdt_reg(fdt, node, i, &address, &bytes);
	fdt_reg(fdt, node, ~0u, &address, &bytes);
}

/* Every node by the tree's links: as many as by the blob's order. */
static unsigned int count(const struct fdt *fdt, int node)
{
	unsigned int n = 1;

	for (int c = fdt_first_child(fdt, node); c != FDT_NONE; c = fdt_next_sibling(fdt, c)) {
		insist(fdt_parent(fdt, c) == node);
		n += count(fdt, c);
	}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int nodes = 0;
	uint64_t address, bytes;
	struct fdt fdt;

	if (fdt_open(&fdt, data, size))
		return 0;
	for (int node = 0; node != FDT_NONE; node = fdt_next(&fdt, node)) {
		if (++nodes < 200)
			look(&fdt, node);
	}
	if (nodes < 200)
		insist(count(&fdt, 0) == nodes);
	for (unsigned int i = 0; i < 8 && fdt_reserved(&fdt, i, &address, &bytes); i++)
		;
	fdt_find(&fdt, "/chosen");
	fdt_find(&fdt, "/soc/serial@10000000//");
	fdt_find_compatible(&fdt, FDT_NONE, "ns16550a");
	fdt_find_phandle(&fdt, 1);
	return 0;
}
