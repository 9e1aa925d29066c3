/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * malloc() and its family, from any CPU and any context. Each block is followed by guard bytes and
 * preceded by a sealed header: free() of a block that was overrun, freed before, or never allocated
 * is an abort. Failure is an abort, too, with size and caller, but for the try_ functions, which
 * return NULL.
 */
#ifndef ALLOC_H
#define ALLOC_H

#include "libcflat.h"

/* size bytes, not cleared, aligned to 16; a block of 0 bytes has an address of its own. */
void *malloc(size_t size);
void *try_malloc(size_t size);
/* nmemb * size bytes, cleared; a product that overflows is a failure. */
void *calloc(size_t nmemb, size_t size);
void *try_calloc(size_t nmemb, size_t size);
/* alignment: a power of two. The block is not cleared. */
void *memalign(size_t alignment, size_t size);
void *try_memalign(size_t alignment, size_t size);
/*
 * A block of another size with the old one's bytes, as far as they fit; NULL is like malloc(). Size
 * 0 does not free.
 */
void *realloc(void *ptr, size_t size);
/* NULL does nothing. */
void free(void *ptr);

/* Aborts if the block that begins at ptr was overrun or is none. */
void alloc_check(const void *ptr);

#endif
