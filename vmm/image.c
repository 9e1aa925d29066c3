/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The image loader: System V gABI, chapters 4 and 5; PVH entry: Xen's docs/misc/pvh.pandoc. See
 * image.h.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include "image.h"

#define PVH_ENTRY_NOTE	18
#define SEGMENTS_MAX	64

struct file {
	const uint8_t *data;
	uint64_t len;
	const char *error;
};

/* A program header of either class. */
struct segment {
	uint32_t type;
	uint64_t offset, address, file_size, memory_size;
};

static bool fail(struct file *f, const char *what)
{
	if (!f->error)
		f->error = what;
	return false;
}

static bool get(const struct file *f, uint64_t offset, void *to, uint64_t size)
{
	if (offset > f->len || size > f->len - offset)
		return false;
	memcpy(to, f->data + offset, size);
	return true;
}

static bool read_segment(const struct file *f, bool wide, uint64_t offset, struct segment *s)
{
	Elf64_Phdr p64;
	Elf32_Phdr p32;

	if (wide) {
		if (!get(f, offset, &p64, sizeof(p64)))
			return false;
		*s = (struct segment){ p64.p_type, p64.p_offset, p64.p_paddr, p64.p_filesz,
					p64.p_memsz };
	} else {
		if (!get(f, offset, &p32, sizeof(p32)))
			return false;
		*s = (struct segment){ p32.p_type, p32.p_offset, p32.p_paddr, p32.p_filesz,
					p32.p_memsz };
	}
	return true;
}

static bool load_segment(struct file *f, const struct memory *m, const struct segment *s)
{
	if (s->file_size > s->memory_size || s->offset > f->len ||
	    s->file_size > f->len - s->offset)
		return fail(f, "a segment lies outside the file");
	/* Memory beyond the file's bytes is zero from the start. */
	if (!memory_has(m, gpa(s->address), s->memory_size) ||
	    !memory_write(m, gpa(s->address), f->data + s->offset, s->file_size))
		return fail(f, "a segment lies outside the guest's memory; --memory gives more");
	return true;
}

static uint64_t padded(uint32_t size)
{
	return ((uint64_t)size + 3) & ~3ull;
}

/* True when the entry was found among the notes of the segment. */
static bool find_entry(const struct file *f, const struct segment *s, uint32_t *entry)
{
	uint64_t at = s->offset, end;
	Elf32_Nhdr note;
	char name[4];

	if (s->offset > f->len || s->file_size > f->len - s->offset)
		return false;
	for (end = at + s->file_size;
	     end - at >= sizeof(note) && get(f, at, &note, sizeof(note));) {
		uint64_t size = sizeof(note) + padded(note.n_namesz) + padded(note.n_descsz);

		if (note.n_type == PVH_ENTRY_NOTE && note.n_namesz == sizeof(name) &&
		    note.n_descsz >= 4 && size <= end - at &&
		    get(f, at + sizeof(note), name, sizeof(name)) &&
		    memcmp(name, "Xen", sizeof(name)) == 0)
			return get(f, at + sizeof(note) + sizeof(name), entry, sizeof(*entry));
		if (size > end - at)
			return false;
		at += size;
	}
	return false;
}

/* Where the program headers are: offset, size of one, number. */
struct headers {
	uint64_t offset;
	uint32_t size, n;
	bool wide;
};

static bool read_headers(struct file *f, struct headers *h)
{
	Elf64_Ehdr e64;
	Elf32_Ehdr e32;
	unsigned char ident[EI_NIDENT];

	if (!get(f, 0, ident, sizeof(ident)) || memcmp(ident, ELFMAG, SELFMAG) != 0)
		return fail(f, "it is not an ELF file");
	h->wide = ident[EI_CLASS] == ELFCLASS64;
	if ((!h->wide && ident[EI_CLASS] != ELFCLASS32) || ident[EI_DATA] != ELFDATA2LSB)
		return fail(f, "it is an ELF file of another class or byte order");
	if (h->wide ? !get(f, 0, &e64, sizeof(e64)) : !get(f, 0, &e32, sizeof(e32)))
		return fail(f, "it is cut short in its header");
	if ((h->wide ? e64.e_machine : e32.e_machine) != (h->wide ? EM_X86_64 : EM_386))
		return fail(f, "it is for another machine than x86");
	h->offset = h->wide ? e64.e_phoff : e32.e_phoff;
	h->n = h->wide ? e64.e_phnum : e32.e_phnum;
	h->size = h->wide ? e64.e_phentsize : e32.e_phentsize;
	if (h->size != (h->wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr)) || h->n > SEGMENTS_MAX ||
	    h->offset > f->len)
		return fail(f, "its program headers are broken");
	return true;
}

static bool load(struct file *f, const struct memory *m, uint32_t *entry)
{
	bool found = false, loaded = false;
	struct headers h;

	if (!read_headers(f, &h))
		return false;
	for (uint32_t i = 0; i < h.n; i++) {
		struct segment s;

		if (!read_segment(f, h.wide, h.offset + (uint64_t)i * h.size, &s))
			return fail(f, "its program headers lie outside the file");
		if (s.type == PT_LOAD && s.memory_size) {
			if (!load_segment(f, m, &s))
				return false;
			loaded = true;
		} else if (s.type == PT_NOTE && !found) {
			found = find_entry(f, &s, entry);
		}
	}
	if (!loaded)
		return fail(f, "it has nothing to load");
	return found || fail(f, "it has no PVH entry (Xen's ELF note 18): not a vmunit image");
}

bool image_load(const struct memory *m, const uint8_t *data, uint64_t len, uint32_t *entry,
		const char **error)
{
	struct file f = { .data = data, .len = len };
	bool ok = load(&f, m, entry);

	*error = f.error;
	return ok;
}
