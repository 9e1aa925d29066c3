/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages and page table entries: types. Their bits: <asm/pgtable.h>. */
#ifndef RISCV_ASM_PAGE_H
#define RISCV_ASM_PAGE_H

#include "asm-generic/page.h"

#ifndef __ASSEMBLER__
typedef unsigned long pteval_t;
typedef struct { pteval_t pte; } pte_t;
typedef struct { pteval_t pgd; } pgd_t;

#define pte_val(x)	((x).pte)
#define pgd_val(x)	((x).pgd)
#define __pte(x)	((pte_t){ (x) })
#define __pgd(x)	((pgd_t){ (x) })
#endif

#endif
