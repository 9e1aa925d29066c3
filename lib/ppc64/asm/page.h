/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pages of 4 KiB and the entries of radix tables, which are big-endian in memory. Their bits:
 * <asm/pgtable-hwdef.h>.
 */
#ifndef PPC64_ASM_PAGE_H
#define PPC64_ASM_PAGE_H

#include "asm-generic/page.h"

#ifndef __ASSEMBLER__
#include "asm-generic/swab.h"

typedef uint64_t pteval_t;
typedef struct { uint64_t be; } pte_t;
typedef struct { uint64_t be; } pgd_t;

#define pte_val(x)	be64_to_cpu((x).be)
#define pgd_val(x)	be64_to_cpu((x).be)
#define __pte(x)	((pte_t){ cpu_to_be64(x) })
#define __pgd(x)	((pgd_t){ cpu_to_be64(x) })
#endif

#endif
