/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device tree blob, checked once and then walked: see fdt.h. Sections are of the Devicetree
 * Specification 0.4.
 */
#include "fdt.h"
#include "string.h"

/* Section 5.2: the header, cells of 4 bytes. */
#define MAGIC			0xd00dfeedu
#define HEADER_SIZE		40u
enum {
	H_MAGIC, H_SIZE, H_STRUCTURE, H_STRINGS, H_RESERVED, H_VERSION, H_COMPATIBLE, H_CPU,
	H_STRINGS_SIZE, H_STRUCTURE_SIZE,
};
#define VERSION			17u
#define SIZE_MAXIMUM		(16u << 20)	/* far more than any; an offset fits into an int */

/* Section 5.4. */
#define BEGIN_NODE		1u
#define END_NODE		2u
#define PROP			3u
#define NOP			4u
#define END			9u

static uint32_t cell(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint64_t two_cells(const uint8_t *p)
{
	return (uint64_t)cell(p) << 32 | cell(p + 4);
}

/* ---- tokens ---- */

struct token {
	uint32_t tag;
	uint32_t next;			/* offset of the token behind it */
	const char *name;		/* of a node or property */
	struct fdt_value value;
};

/* The bytes of a terminated string that begins at start; size if it is not terminated. */
static uint32_t string_length(const char *start, uint32_t size)
{
	const char *end = memchr(start, '\0', size);

	return end ? (uint32_t)(end - start) : size;
}

static uint32_t round_up(uint32_t offset)
{
	return (offset + 3) & ~3u;
}

/* Tag and three-part property: section 5.4.1. Returns what is wrong. */
static const char *read_prop(const struct fdt *fdt, uint32_t offset, struct token *t)
{
	const uint8_t *p = fdt->structure + offset;
	uint32_t room = fdt->structure_size - offset, len, name;

	if (room < 12)
		return "a property is cut off";
	len = cell(p + 4);
	name = cell(p + 8);
	if (len > room - 12)
		return "a property is longer than the structure block";
	if (name >= fdt->strings_size ||
	    string_length(fdt->strings + name, fdt->strings_size - name) ==
		    fdt->strings_size - name)
		return "a property's name is not in the strings block";
	t->name = fdt->strings + name;
	t->value = (struct fdt_value){ p + 12, len };
	t->next = round_up(offset + 12 + len);
	return NULL;
}

static const char *read_token(const struct fdt *fdt, uint32_t offset, struct token *t)
{
	uint32_t room, len;

	*t = (struct token){ .tag = END };
	if (offset > fdt->structure_size || fdt->structure_size - offset < 4)
		return "the structure block has no end";
	room = fdt->structure_size - offset - 4;
	t->tag = cell(fdt->structure + offset);
	t->next = offset + 4;
	switch (t->tag) {
	case BEGIN_NODE:
		t->name = (const char *)fdt->structure + offset + 4;
		len = room ? string_length(t->name, room) : 0;
		if (len == room)
			return "a node's name is not terminated";
		t->next = round_up(offset + 4 + len + 1);
		return NULL;
	case PROP:
		return read_prop(fdt, offset, t);
	case END_NODE:
	case NOP:
	case END:
		return NULL;
	}
	return "the structure block holds an unknown token";
}

/* Of a blob that was checked. */
static struct token token_at(const struct fdt *fdt, uint32_t offset)
{
	struct token t;

	read_token(fdt, offset, &t);
	return t;
}

/* ---- opening ---- */

/*
 * One root, nodes end, properties come before the nodes within, nothing is behind the end:
 * sections 5.4.1 and 5.4.2.
 */
static const char *check_structure(const struct fdt *fdt)
{
	unsigned int depth = 0;
	bool children = false, begun = false;
	uint32_t offset = 0;
	struct token t;

	if (fdt->structure_size < 4 || cell(fdt->structure) != BEGIN_NODE)
		return "the structure block does not begin with the root";
	for (;; offset = t.next) {
		const char *error = read_token(fdt, offset, &t);

		if (error)
			return error;
		if (t.tag == END)
			return depth ? "a node does not end" : NULL;
		if (t.tag == NOP)
			continue;
		if (begun && !depth)
			return "something is behind the root node";
		begun = true;
		if (t.tag == BEGIN_NODE && ++depth > FDT_DEPTH_MAX)
			return "nodes are nested too deep";
		if (t.tag == END_NODE)
			depth--;
		if (t.tag == PROP && children)
			return "a property is behind a node's children";
		children = t.tag == END_NODE;
	}
}

static const char *check_reserved(const struct fdt *fdt, uint32_t offset)
{
	for (; offset <= fdt->size && fdt->size - offset >= 16; offset += 16)
		if (!two_cells(fdt->blob + offset) && !two_cells(fdt->blob + offset + 8))
			return NULL;
	return "the memory reservation block has no end";
}

static bool inside(const struct fdt *fdt, uint32_t offset, uint32_t size)
{
	return offset >= HEADER_SIZE && offset <= fdt->size && size <= fdt->size - offset;
}

const char *fdt_open(struct fdt *fdt, const void *blob, size_t limit)
{
	const uint8_t *header = blob;
	uint32_t h[HEADER_SIZE / 4];

	*fdt = (struct fdt){ .blob = blob };
	if (!blob || limit < HEADER_SIZE)
		return "there is no device tree";
	for (unsigned int i = 0; i < HEADER_SIZE / 4; i++)
		h[i] = cell(header + 4 * i);
	if (h[H_MAGIC] != MAGIC)
		return "it is no device tree blob";
	if (h[H_SIZE] < HEADER_SIZE || h[H_SIZE] > SIZE_MAXIMUM || h[H_SIZE] > limit)
		return "it is longer than the memory that it may have";
	if (h[H_VERSION] < VERSION || h[H_COMPATIBLE] > VERSION)
		return "its version is not compatible with 17";
	fdt->size = h[H_SIZE];
	if (!inside(fdt, h[H_STRUCTURE], h[H_STRUCTURE_SIZE]) ||
	    !inside(fdt, h[H_STRINGS], h[H_STRINGS_SIZE]) || !inside(fdt, h[H_RESERVED], 16))
		return "a block lies outside of the blob";
	fdt->structure = fdt->blob + h[H_STRUCTURE];
	fdt->structure_size = h[H_STRUCTURE_SIZE];
	fdt->strings = (const char *)fdt->blob + h[H_STRINGS];
	fdt->strings_size = h[H_STRINGS_SIZE];
	fdt->reserved = fdt->blob + h[H_RESERVED];
	if (check_reserved(fdt, h[H_RESERVED]))
		return check_reserved(fdt, h[H_RESERVED]);
	return check_structure(fdt);
}

bool fdt_reserved(const struct fdt *fdt, unsigned int index, uint64_t *address, uint64_t *size)
{
	const uint8_t *p = fdt->reserved;

	for (;; p += 16) {
		*address = two_cells(p);
		*size = two_cells(p + 8);
		if (!*address && !*size)
			return false;
		if (!index--)
			return true;
	}
}

/* ---- nodes ---- */

/*
 * The next node at or behind offset; *depth changes by what was entered and left on the way.
 * FDT_NONE: the end.
 */
static int next_node(const struct fdt *fdt, uint32_t offset, int *depth)
{
	for (;;) {
		struct token t = token_at(fdt, offset);

		if (t.tag == END)
			return FDT_NONE;
		if (t.tag == BEGIN_NODE) {
			++*depth;
			return (int)offset;
		}
		if (t.tag == END_NODE)
			--*depth;
		offset = t.next;
	}
}

int fdt_next(const struct fdt *fdt, int node)
{
	int depth = 0;

	return next_node(fdt, token_at(fdt, (uint32_t)node).next, &depth);
}

int fdt_first_child(const struct fdt *fdt, int node)
{
	int depth = 0, next = next_node(fdt, token_at(fdt, (uint32_t)node).next, &depth);

	return depth == 1 ? next : FDT_NONE;
}

int fdt_next_sibling(const struct fdt *fdt, int node)
{
	int depth = 0;

	/*
	 * Below 0 the parent has ended; 1 is a descendant of node's, 0 its end and the begin of
	 * another.
	 */
	do {
		node = next_node(fdt, token_at(fdt, (uint32_t)node).next, &depth);
	} while (node != FDT_NONE && depth > 0);
	return depth == 0 ? node : FDT_NONE;
}

int fdt_parent(const struct fdt *fdt, int node)
{
	int path[FDT_DEPTH_MAX], depth = 0, n = 0;

	while (n != node && n != FDT_NONE) {
		path[depth] = n;
		n = next_node(fdt, token_at(fdt, (uint32_t)n).next, &depth);
	}
	return n == node && depth ? path[depth - 1] : FDT_NONE;
}

const char *fdt_name(const struct fdt *fdt, int node)
{
	return token_at(fdt, (uint32_t)node).name;
}

/* Whether the node's name is that part of a path, with or without its unit address. */
static bool is_named(const char *name, const char *part, size_t len)
{
	if (strncmp(name, part, len) != 0)
		return false;
	return !name[len] || (name[len] == '@' && !memchr(part, '@', len));
}

int fdt_find(const struct fdt *fdt, const char *path)
{
	int node = 0;

	while (node != FDT_NONE && *path) {
		size_t len = 0;

		while (path[len] && path[len] != '/')
			len++;
		if (len) {
			node = fdt_first_child(fdt, node);
			while (node != FDT_NONE && !is_named(fdt_name(fdt, node), path, len))
				node = fdt_next_sibling(fdt, node);
		}
		path += len + (path[len] == '/');
	}
	return node;
}

int fdt_find_compatible(const struct fdt *fdt, int after, const char *compatible)
{
	int node = after == FDT_NONE ? 0 : fdt_next(fdt, after);

	while (node != FDT_NONE && !fdt_has_string(fdt, node, "compatible", compatible))
		node = fdt_next(fdt, node);
	return node;
}

int fdt_find_phandle(const struct fdt *fdt, uint32_t phandle)
{
	int node = 0;

	while (node != FDT_NONE && fdt_number(fdt, node, "phandle", 0) != phandle)
		node = fdt_next(fdt, node);
	return node;
}

/* ---- properties ---- */

struct fdt_value fdt_value(const struct fdt *fdt, int node, const char *name)
{
	struct token t = token_at(fdt, (uint32_t)node);

	for (;;) {
		t = token_at(fdt, t.next);
		if (t.tag == PROP && strcmp(t.name, name) == 0)
			return t.value;
		if (t.tag != PROP && t.tag != NOP)
			return (struct fdt_value){ NULL, 0 };
	}
}

const char *fdt_string(const struct fdt *fdt, int node, const char *name)
{
	struct fdt_value v = fdt_value(fdt, node, name);

	return v.data && string_length((const char *)v.data, v.len) < v.len ? (const char *)v.data
									    : NULL;
}

bool fdt_has_string(const struct fdt *fdt, int node, const char *name, const char *word)
{
	struct fdt_value v = fdt_value(fdt, node, name);

	for (uint32_t at = 0, len; at < v.len; at += len + 1) {
		len = string_length((const char *)v.data + at, v.len - at);
		if (len < v.len - at && strcmp((const char *)v.data + at, word) == 0)
			return true;
	}
	return false;
}

bool fdt_cells(struct fdt_value value, uint32_t index, uint32_t count, uint64_t *number)
{
	uint32_t cells = value.len / 4;

	if (!value.data || count < 1 || count > 2 || index > cells || count > cells - index)
		return false;
	*number = count == 2 ? two_cells(value.data + 4 * index) : cell(value.data + 4 * index);
	return true;
}

uint64_t fdt_number(const struct fdt *fdt, int node, const char *name, uint64_t otherwise)
{
	struct fdt_value v = fdt_value(fdt, node, name);
	uint64_t number;

	return (v.len == 4 || v.len == 8) && fdt_cells(v, 0, v.len / 4, &number) ? number
										 : otherwise;
}

/* ---- addresses ---- */

/* Section 2.3.5: how many cells the children of node use; what is not said is 2 and 1. */
static uint32_t address_cells(const struct fdt *fdt, int node)
{
	return (uint32_t)fdt_number(fdt, node, "#address-cells", 2);
}

static uint32_t size_cells(const struct fdt *fdt, int node)
{
	return (uint32_t)fdt_number(fdt, node, "#size-cells", 1);
}

/* A size of no cells is 0. */
static bool read_size(struct fdt_value v, uint32_t index, uint32_t cells, uint64_t *size)
{
	*size = 0;
	return cells == 0 || fdt_cells(v, index, cells, size);
}

/*
 * Section 2.3.8: from an address of the children of bus to one of its parent's. Addresses of 3
 * cells (PCI) are not known.
 */
static bool translate(const struct fdt *fdt, int bus, int parent, uint64_t *address)
{
	struct fdt_value ranges = fdt_value(fdt, bus, "ranges");
	uint32_t child_cells = address_cells(fdt, bus), cells = address_cells(fdt, parent),
		 sizes = size_cells(fdt, bus);
	uint64_t child, up, size;

	if (!ranges.data || child_cells > 2 || cells > 2 || sizes > 2)
		return false;
	if (!ranges.len)
		return true;
	for (uint32_t i = 0; fdt_cells(ranges, i, child_cells, &child) &&
			     fdt_cells(ranges, i + child_cells, cells, &up) &&
			     read_size(ranges, i + child_cells + cells, sizes, &size);
	     i += child_cells + cells + sizes) {
		if (*address < child || *address - child >= size)
			continue;
		*address += up - child;
		return true;
	}
	return false;
}

bool fdt_reg(const struct fdt *fdt, int node, unsigned int index, uint64_t *address, uint64_t *size)
{
	struct fdt_value reg = fdt_value(fdt, node, "reg");
	int parent = fdt_parent(fdt, node), bus;
	uint32_t cells, sizes;

	if (parent == FDT_NONE)
		return false;
	cells = address_cells(fdt, parent);
	sizes = size_cells(fdt, parent);
	if (cells < 1 || cells > 2 || sizes > 2 || index > reg.len / 4)
		return false;
	if (!fdt_cells(reg, index * (cells + sizes), cells, address) ||
	    !read_size(reg, index * (cells + sizes) + cells, sizes, size))
		return false;
	for (bus = parent; bus; bus = parent) {
		parent = fdt_parent(fdt, bus);
		/* The number of a CPU is not an address of its parent's. */
		if (!sizes)
			return true;
		if (!translate(fdt, bus, parent, address))
			return false;
	}
	return true;
}
