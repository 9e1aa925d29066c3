/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of this test share: entries of the hashed table (Power ISA 2.07B, Book III-S). */
#ifndef HPT_TEST_H
#define HPT_TEST_H

#include "libcflat.h"
#include "asm/hcall.h"

#define F_EXACT			(1ul << (63 - 24))
#define F_AVPN			(1ul << (63 - 32))
#define F_ANDCOND		(1ul << (63 - 33))

/* Doublewords of an entry. */
#define HPTE_V			1ul
#define HPTE_LARGE		4ul
#define HPTE_BOLTED		0x10ul		/* software's */
#define HPTE_HYPERVISOR		0x60ul		/* what hypervisors keep there themselves */
#define HPTE_R			0x100ul
#define HPTE_C			0x80ul
#define HPTE_M			0x10ul
#define HPTE_N			0x04ul
#define HPTE_PP			0x03ul
#define PP_READ			0x03ul		/* for both states */

#define GROUP			8ul
#define SEGMENT			0x10000000ul	/* 256 MiB that are the cases' own */
#define SEGMENT_BITS		28

/* Groups of eight that the table has. */
extern unsigned long n_groups;

/* The group of an address: its first hash; the entry's first doubleword. */
unsigned long group_of(unsigned long ea);
unsigned long first_word(unsigned long ea);
unsigned long vsid_of(unsigned long ea);

struct hcall_regs call(unsigned long number, unsigned long flags, unsigned long index,
		       unsigned long a, unsigned long b);
long remove_entry(unsigned long index);
/* Clears the group of an address; the index of its first entry. */
unsigned long empty_group(unsigned long ea);

#endif
