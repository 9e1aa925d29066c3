/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DAT tables: the address-space-control element, entries and their bits (Principles of Operation,
 * chapter 3).
 */
#ifndef S390X_ASM_PGTABLE_H
#define S390X_ASM_PGTABLE_H

#include "linux/const.h"
#include "asm/page.h"

#define ASCE_ORIGIN		_AC(0xfffffffffffff000, UL)
#define ASCE_G			_AC(0x200, UL)
#define ASCE_P			_AC(0x100, UL)
#define ASCE_S			_AC(0x080, UL)
#define ASCE_X			_AC(0x040, UL)
#define ASCE_R			_AC(0x020, UL)
#define ASCE_DT			_AC(0x00c, UL)
#define ASCE_TL			_AC(0x003, UL)

#define ASCE_DT_REGION1		_AC(0x00c, UL)
#define ASCE_DT_REGION2		_AC(0x008, UL)
#define ASCE_DT_REGION3		_AC(0x004, UL)
#define ASCE_DT_SEGMENT		_AC(0x000, UL)

#define REGION1_SHIFT		53
#define REGION2_SHIFT		42
#define REGION3_SHIFT		31
#define SEGMENT_SHIFT		20

#define REGION_TABLE_ENTRIES	2048
#define SEGMENT_TABLE_ENTRIES	2048
#define PAGE_TABLE_ENTRIES	256
#define REGION_TABLE_SIZE	(REGION_TABLE_ENTRIES * 8)
#define SEGMENT_TABLE_SIZE	(SEGMENT_TABLE_ENTRIES * 8)
#define PAGE_TABLE_SIZE		(PAGE_TABLE_ENTRIES * 8)
#define REGION_TABLE_ORDER	2	/* 16 KiB */
#define SEGMENT_TABLE_ORDER	2
#define REGION_TABLE_LENGTH	_AC(0x003, UL)	/* TL of a whole table */
#define SEGMENT_TABLE_LENGTH	_AC(0x003, UL)

#define REGION_ENTRY_ORIGIN	_AC(0xfffffffffffff000, UL)
#define REGION_ENTRY_P		_AC(0x200, UL)
#define REGION_ENTRY_TF		_AC(0x0c0, UL)
#define REGION_ENTRY_I		_AC(0x020, UL)
#define REGION_ENTRY_TT		_AC(0x00c, UL)
#define REGION_ENTRY_TL		_AC(0x003, UL)
#define REGION_ENTRY_TT_REGION1	_AC(0x00c, UL)
#define REGION_ENTRY_TT_REGION2	_AC(0x008, UL)
#define REGION_ENTRY_TT_REGION3	_AC(0x004, UL)

#define REGION3_ENTRY_RFAA	_AC(0xffffffff80000000, UL)
#define REGION3_ENTRY_AV	_AC(0x10000, UL)
#define REGION3_ENTRY_ACC	_AC(0x0f000, UL)
#define REGION3_ENTRY_F		_AC(0x00800, UL)
#define REGION3_ENTRY_FC	_AC(0x00400, UL)
#define REGION3_ENTRY_IEP	_AC(0x00100, UL)
#define REGION3_ENTRY_CR	_AC(0x00010, UL)

#define SEGMENT_ENTRY_ORIGIN	_AC(0xfffffffffffff800, UL)
#define SEGMENT_ENTRY_SFAA	_AC(0xfffffffffff00000, UL)
#define SEGMENT_ENTRY_AV	_AC(0x10000, UL)
#define SEGMENT_ENTRY_ACC	_AC(0x0f000, UL)
#define SEGMENT_ENTRY_F		_AC(0x00800, UL)
#define SEGMENT_ENTRY_FC	_AC(0x00400, UL)
#define SEGMENT_ENTRY_P		_AC(0x00200, UL)
#define SEGMENT_ENTRY_IEP	_AC(0x00100, UL)
#define SEGMENT_ENTRY_I		_AC(0x00020, UL)
#define SEGMENT_ENTRY_CS	_AC(0x00010, UL)
#define SEGMENT_ENTRY_TT	_AC(0x0000c, UL)

#define PAGE_ENTRY_PFRA		_AC(0xfffffffffffff000, UL)
#define PAGE_ENTRY_ZERO _AC(0x800, UL) /* bit 52: one is a translation-specification exception */
#define PAGE_ENTRY_I		_AC(0x400, UL)
#define PAGE_ENTRY_P		_AC(0x200, UL)
#define PAGE_ENTRY_IEP		_AC(0x100, UL)

#ifndef __ASSEMBLER__
/* A region-first table whose entries are all invalid (mmu.c). */
pgd_t *pgd_alloc_one(void);
#endif

#endif
