/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that devices reach: AREA_DMA31 in flags where an address has 31 bits. */
#ifndef S390X_MALLOC_IO_H
#define S390X_MALLOC_IO_H

#include "libcflat.h"

/* size bytes, cleared, at a page's boundary; aborts if there are none. */
void *alloc_io_mem(int size, int flags);
void free_io_mem(void *p, int size);

#endif
