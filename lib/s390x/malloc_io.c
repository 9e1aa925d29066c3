/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that devices reach: all that there is, as long as the guest is not a protected one. */
#include "alloc_page.h"
#include "s390x/malloc_io.h"
#include "asm/page.h"

void *alloc_io_mem(int size, int flags)
{
	assert_msg(size > 0, "%d bytes", size);
	return memalign_pages_flags(PAGE_SIZE, (size_t)size, (unsigned int)flags);
}

void free_io_mem(void *p, int size)
{
	free_pages(p);
}
