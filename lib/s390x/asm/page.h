/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages and entries of DAT tables: types. Their bits: <asm/pgtable.h>. */
#ifndef S390X_ASM_PAGE_H
#define S390X_ASM_PAGE_H

#include "asm-generic/page.h"

/* What a segment table entry with EDAT-1 maps. */
#define HPAGE_SHIFT	20
#define HPAGE_SIZE	(_AC(1, UL) << HPAGE_SHIFT)
#define HPAGE_MASK	(~(HPAGE_SIZE - 1))

#ifndef __ASSEMBLER__
typedef unsigned long pteval_t, pmdval_t, pudval_t, p4dval_t, pgdval_t;
typedef struct { pteval_t pte; } pte_t;		/* page table */
typedef struct { pmdval_t pmd; } pmd_t;		/* segment table */
typedef struct { pudval_t pud; } pud_t;		/* region-third table */
typedef struct { p4dval_t p4d; } p4d_t;		/* region-second table */
typedef struct { pgdval_t pgd; } pgd_t;		/* region-first table */

#define pte_val(x)	((x).pte)
#define pmd_val(x)	((x).pmd)
#define pud_val(x)	((x).pud)
#define p4d_val(x)	((x).p4d)
#define pgd_val(x)	((x).pgd)
#define __pte(x)	((pte_t){ (x) })
#define __pmd(x)	((pmd_t){ (x) })
#define __pud(x)	((pud_t){ (x) })
#define __p4d(x)	((p4d_t){ (x) })
#define __pgd(x)	((pgd_t){ (x) })
#endif

#endif
