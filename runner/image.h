/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads what the runner needs of a test's ELF file, without booting it: its cases, its machine. */
#ifndef IMAGE_H
#define IMAGE_H

#include "util.h"

struct image_case {
	char *name, *description, *file;
	unsigned int line;
};

struct image {
	unsigned int machine;		/* e_machine */
	struct image_case *cases;	/* in the order in which they run; section ".vmunit.cases" */
	size_t n_cases;
};

/*
 * Reads the ELF file (32 or 64 bits, either byte order) at path. The section ".vmunit.cases" is an array of
 * struct { const char *name, *description, *file; unsigned long line; void (*function)(void); } in the target's
 * layout; its pointers are link-time addresses inside PT_LOAD segments. Returns false with *error set for anything
 * that is not such a file; hostile files never crash it.
 */
bool image_read(struct image *image, const char *path, char **error);
bool image_parse(struct image *image, const unsigned char *data, size_t len, char **error);
void image_free(struct image *image);

#endif
