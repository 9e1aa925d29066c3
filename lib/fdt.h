/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a flattened device tree (Devicetree Specification 0.4, chapters 2 and 5): what firmware
 * says of a machine. Pure functions that need no memory; fdt_open() checks the whole blob, so that
 * the others cannot leave it. Names differ from libfdt's on purpose: they do different things.
 */
#ifndef FDT_H
#define FDT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FDT_NONE	(-1)
#define FDT_DEPTH_MAX	32	/* nodes within nodes */

struct fdt {
	const uint8_t *blob;
	uint32_t size;			/* of the whole blob */
	const uint8_t *structure;
	uint32_t structure_size;
	const char *strings;
	uint32_t strings_size;
	const uint8_t *reserved;	/* checked: it ends by an entry of zeros */
};

/* A property: len bytes of big-endian cells or strings; NULL if there is none. */
struct fdt_value {
	const uint8_t *data;
	uint32_t len;
};

/*
 * Takes a blob of at most limit bytes. Returns NULL, or what is wrong with it; then no other
 * function may be called.
 */
const char *fdt_open(struct fdt *fdt, const void *blob, size_t limit);

/* Memory that must not be used: entry number index; false if there are no more. */
bool fdt_reserved(const struct fdt *fdt, unsigned int index, uint64_t *address, uint64_t *size);

/* A node is an offset, 0 for the root; FDT_NONE where there is none. */
int fdt_first_child(const struct fdt *fdt, int node);
int fdt_next_sibling(const struct fdt *fdt, int node);
int fdt_parent(const struct fdt *fdt, int node);
/* All nodes in the blob's order. */
int fdt_next(const struct fdt *fdt, int node);
/* "cpu@0" */
const char *fdt_name(const struct fdt *fdt, int node);

/*
 * "/chosen", "/soc/test@100000"; a part without "@..." is the first node of that name, whatever its
 * unit address.
 */
int fdt_find(const struct fdt *fdt, const char *path);
/* The next node behind after (FDT_NONE: from the root on) that says it is compatible. */
int fdt_find_compatible(const struct fdt *fdt, int after, const char *compatible);
/* The node with that phandle. */
int fdt_find_phandle(const struct fdt *fdt, uint32_t phandle);

struct fdt_value fdt_value(const struct fdt *fdt, int node, const char *name);
/* The property is a string that is terminated: it; else NULL. */
const char *fdt_string(const struct fdt *fdt, int node, const char *name);
/* Whether word is one of the strings of the property. */
bool fdt_has_string(const struct fdt *fdt, int node, const char *name, const char *word);
/* The property is one cell, or two: its value; else the value otherwise. */
uint64_t fdt_number(const struct fdt *fdt, int node, const char *name, uint64_t otherwise);
/* count (1 or 2) cells at index (in cells); false if they are not all there. */
bool fdt_cells(struct fdt_value value, uint32_t index, uint32_t count, uint64_t *number);

/*
 * Entry number index of reg, as an address of the CPU: translated by the ranges of all parents;
 * false if there is none.
 */
bool fdt_reg(const struct fdt *fdt, int node, unsigned int index, uint64_t *address,
	     uint64_t *size);

#endif
