/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest's own tables: nested-test.h. */
#include "nested-test.h"
#include "asm/io.h"

#define OWN_PROCESS	0x30000ul
#define OWN_ROOT	0x40000ul	/* 64 KiB */
#define OWN_LEVEL3	0x50000ul
#define OWN_LEVEL2	0x51000ul

struct own_tables own;

static void map_range(struct l2 *l2, u64 ga, const void *from, size_t size)
{
	for (size_t at = 0; at < size; at += PAGE_SIZE)
		l2_map(l2, ga + at, (const char *)from + at, L2_RWX);
}

void translate(struct l2 *l2, pteval_t privileged)
{
	memset(&own, 0, sizeof(own));
	own.process[0] = cpu_to_be64(RADIX_RTS_52 | OWN_ROOT | RADIX_ROOT_BITS);
	own.root[0] = __pte(RADIX_VALID | OWN_LEVEL3 | RADIX_TABLE_BITS);
	own.level3[0] = __pte(RADIX_VALID | OWN_LEVEL2 | RADIX_TABLE_BITS);
	own.level2[0] = __pte(RADIX_VALID | OWN_LEVEL1 | RADIX_TABLE_BITS);
	for (u64 ga = 0; ga < L2_PAGES * PAGE_SIZE; ga += PAGE_SIZE)
		own.level1[ga >> PAGE_SHIFT] = __pte(own_leaf(ga, privileged));
	map_range(l2, OWN_PROCESS, own.process, sizeof(own.process));
	map_range(l2, OWN_ROOT, own.root, sizeof(own.root));
	map_range(l2, OWN_LEVEL3, own.level3, 3 * PAGE_SIZE);
	nested_partition_table[2 * l2->state.lpid + 1] = cpu_to_be64(OWN_PROCESS);
	mb();
	l2_flush(l2);
	l2->regs.msr |= MSR_IR | MSR_DR;
}
