/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the cases of a test from its ELF file (System V gABI chapters 4 and 5; no <elf.h>, which
 * macOS lacks). Every offset and count comes from the file and is checked against its size before
 * use. No symbols, no relocations.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "image.h"

enum {
	MAX_FILE = 256 << 20, MAX_CASES = 4096, MAX_STRING = 1024, MAX_SEGMENTS = 1024,
	PT_LOAD = 1, SHT_NOBITS = 8,
};

struct elf {
	const unsigned char *data;
	size_t len;
	bool wide, big;			/* ELFCLASS64, ELFDATA2MSB */
	char *error;
};

/* Where the members are (gABI 4.1, 4.2, 5.1), by class: 32 and 64 bits. */
enum field {
	E_PHOFF, E_SHOFF, E_PHENTSIZE, E_PHNUM, E_SHENTSIZE, E_SHNUM, E_SHSTRNDX, SH_NAME,
	SH_TYPE, SH_OFFSET, SH_SIZE, P_TYPE, P_OFFSET, P_VADDR, P_FILESZ,
};

static const struct {
	unsigned char offset, size;
} fields[][2] = {
	[E_PHOFF] = { { 28, 4 }, { 32, 8 } }, [E_SHOFF] = { { 32, 4 }, { 40, 8 } },
	[E_PHENTSIZE] = { { 42, 2 }, { 54, 2 } }, [E_PHNUM] = { { 44, 2 }, { 56, 2 } },
	[E_SHENTSIZE] = { { 46, 2 }, { 58, 2 } }, [E_SHNUM] = { { 48, 2 }, { 60, 2 } },
	[E_SHSTRNDX] = { { 50, 2 }, { 62, 2 } },
	[SH_NAME] = { { 0, 4 }, { 0, 4 } }, [SH_TYPE] = { { 4, 4 }, { 4, 4 } },
	[SH_OFFSET] = { { 16, 4 }, { 24, 8 } }, [SH_SIZE] = { { 20, 4 }, { 32, 8 } },
	[P_TYPE] = { { 0, 4 }, { 0, 4 } }, [P_OFFSET] = { { 4, 4 }, { 8, 8 } },
	[P_VADDR] = { { 8, 4 }, { 16, 8 } }, [P_FILESZ] = { { 16, 4 }, { 32, 8 } },
};

static const unsigned char header_size[] = { 52, 64 }, section_size[] = { 40, 64 },
			   segment_size[] = { 32, 56 };

static bool fail(struct elf *elf, const char *what)
{
	if (!elf->error)
		elf->error = xstrdup(what);
	return false;
}

static bool inside(const struct elf *elf, uint64_t offset, uint64_t size)
{
	return offset <= elf->len && size <= elf->len - offset;
}

/* Reads a number of 1 to 8 bytes that is known to be inside. */
static uint64_t number(const struct elf *elf, uint64_t offset, unsigned int size)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < size; i++)
		n = n << 8 | elf->data[offset + (elf->big ? i : size - 1 - i)];
	return n;
}

static uint64_t get(const struct elf *elf, uint64_t base, enum field field)
{
	return number(elf, base + fields[field][elf->wide].offset, fields[field][elf->wide].size);
}

static bool read_header(struct elf *elf, struct image *image)
{
	const unsigned char *ident = elf->data;

	if (elf->len < 16 || memcmp(ident, "\177ELF", 4) != 0)
		return fail(elf, "not an ELF file");
	if (ident[4] < 1 || ident[4] > 2 || ident[5] < 1 || ident[5] > 2)
		return fail(elf, "ELF file of an unknown class or byte order");
	elf->wide = ident[4] == 2;
	elf->big = ident[5] == 2;
	if (elf->len < header_size[elf->wide])
		return fail(elf, "ELF file cut short in its header");
	image->machine = (unsigned int)number(elf, 18, 2);
	return true;
}

/* Finds a section by name: 1 found, 0 there is none, -1 broken. */
static int find_section(struct elf *elf, const char *name, uint64_t *offset, uint64_t *size)
{
	uint64_t table = get(elf, 0, E_SHOFF), n = get(elf, 0, E_SHNUM),
		 entry = get(elf, 0, E_SHENTSIZE);
	uint64_t names_index = get(elf, 0, E_SHSTRNDX), names, names_size, len = strlen(name) + 1;

	if (!table || !n)
		return 0;
	if (entry < section_size[elf->wide] || !inside(elf, table, n * entry) || names_index >= n)
		return fail(elf, "ELF file cut short or broken: section table outside the file"),
		       -1;
	names = get(elf, table + names_index * entry, SH_OFFSET);
	names_size = get(elf, table + names_index * entry, SH_SIZE);
	if (!inside(elf, names, names_size))
		return fail(elf, "broken ELF file: section names outside the file"), -1;
	for (uint64_t i = 0; i < n; i++) {
		uint64_t section = table + i * entry, at = get(elf, section, SH_NAME);

		if (at > names_size || len > names_size - at ||
		    memcmp(elf->data + names + at, name, len) != 0)
			continue;
		*offset = get(elf, section, SH_OFFSET);
		*size = get(elf, section, SH_SIZE);
		if (get(elf, section, SH_TYPE) == SHT_NOBITS || !inside(elf, *offset, *size))
			return fail(elf, "broken ELF file: section outside the file"), -1;
		return 1;
	}
	return 0;
}

/*
 * Where the bytes at a link-time address are in the file, and how many there are; false if nowhere.
 */
static bool find_address(const struct elf *elf, uint64_t address, uint64_t *offset, uint64_t *left)
{
	uint64_t table = get(elf, 0, E_PHOFF), n = get(elf, 0, E_PHNUM),
		 entry = get(elf, 0, E_PHENTSIZE);

	if (entry < segment_size[elf->wide] || n > MAX_SEGMENTS || !inside(elf, table, n * entry))
		return false;
	for (uint64_t i = 0; i < n; i++) {
		uint64_t segment = table + i * entry, start = get(elf, segment, P_VADDR);
		uint64_t size = get(elf, segment, P_FILESZ), at = get(elf, segment, P_OFFSET);

		if (get(elf, segment, P_TYPE) != PT_LOAD || address < start ||
		    address - start >= size || !inside(elf, at, size))
			continue;
		*offset = at + (address - start);
		*left = size - (address - start);
		return true;
	}
	return false;
}

static char *read_string(struct elf *elf, uint64_t address, const char *what)
{
	uint64_t offset, left;
	const unsigned char *start, *end;

	if (!find_address(elf, address, &offset, &left)) {
		if (!elf->error)
			elf->error = xasprintf(
				"a case's %s is at 0x%llx, which no segment of the file has", what,
				(unsigned long long)address);
		return NULL;
	}
	if (left > MAX_STRING)
		left = MAX_STRING;
	start = elf->data + offset;
	end = memchr(start, '\0', left);
	if (!end)
		return fail(elf, "a case's name, description or file does not end"), NULL;
	for (const unsigned char *p = start; p < end; p++)
		if (*p < 0x20 || *p == 0x7f)
			return fail(elf,
				    "a case's name, description or file holds control characters"),
			       NULL;
	return xstrndup((const char *)start, (size_t)(end - start));
}

static bool check_name(struct elf *elf, const struct image *image)
{
	const char *name = image->cases[image->n_cases - 1].name;
	size_t len =
		strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

	if (!len || name[len] || len > 128)
		return fail(elf, "a case's name has other characters than letters, digits and _ . "
				 "- or is too long");
	for (size_t i = 0; i + 1 < image->n_cases; i++) {
		if (strcmp(image->cases[i].name, name) == 0) {
			if (!elf->error)
				elf->error = xasprintf("two cases are called '%s'", name);
			return false;
		}
	}
	return true;
}

static bool read_case(struct elf *elf, struct image *image, uint64_t at, unsigned int word)
{
	struct image_case *c = &image->cases[image->n_cases++];

	c->line = (unsigned int)number(elf, at + 3 * word, word);
	c->name = read_string(elf, number(elf, at, word), "name");
	c->description =
		c->name ? read_string(elf, number(elf, at + word, word), "description") : NULL;
	c->file =
		c->description ? read_string(elf, number(elf, at + 2 * word, word), "file") : NULL;
	return c->file && check_name(elf, image);
}

static bool read_cases(struct elf *elf, struct image *image)
{
	unsigned int word = elf->wide ? 8 : 4;
	uint64_t offset, size, n;
	int found = find_section(elf, ".vmunit.cases", &offset, &size);

	if (found <= 0)
		return found == 0;
	n = size / (5 * word);
	if (size % (5 * word) || n > MAX_CASES)
		return fail(elf, "section .vmunit.cases is no array of cases");
	image->cases = xcalloc((size_t)n, sizeof(*image->cases));
	for (uint64_t i = 0; i < n; i++)
		if (!read_case(elf, image, offset + i * 5 * word, word))
			return false;
	return true;
}

bool image_parse(struct image *image, const unsigned char *data, size_t len, char **error)
{
	struct elf elf = { .data = data, .len = len };
	bool ok;

	memset(image, 0, sizeof(*image));
	ok = read_header(&elf, image) && read_cases(&elf, image);
	if (!ok)
		image_free(image);
	*error = elf.error;
	return ok;
}

bool image_read(struct image *image, const char *path, char **error)
{
	size_t len = 0;
	char *data = try_read_file(path, MAX_FILE, &len), *what;
	bool ok;

	memset(image, 0, sizeof(*image));
	if (!data) {
		*error = xasprintf("%s: %s", path,
				   errno == EFBIG ? "larger than 256 MiB" : strerror(errno));
		return false;
	}
	ok = image_parse(image, (const unsigned char *)data, len, &what);
	*error = ok ? NULL : xasprintf("%s: %s", path, what);
	free(what);
	free(data);
	return ok;
}

void image_free(struct image *image)
{
	for (size_t i = 0; i < image->n_cases; i++) {
		free(image->cases[i].name);
		free(image->cases[i].description);
		free(image->cases[i].file);
	}
	free(image->cases);
	memset(image, 0, sizeof(*image));
}
