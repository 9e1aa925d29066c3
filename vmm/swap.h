/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pages of the guest's slots that are really absent: their contents wait in a store, and whoever
 * touches one sleeps in the kernel until a thread has put it back (Linux
 * Documentation/admin-guide/mm/userfaultfd.rst).
 */
#ifndef VMM_SWAP_H
#define VMM_SWAP_H

#include "machine.h"

/* Before the sandbox: gets the userfaultfd. Without one, swap_out() gives HOSTOP_EUNAVAILABLE. */
void swap_open(void);
/* Takes whole pages of a slot out. 0, -errno or HOSTOP_E...; pages that are out already stay so. */
int swap_out(struct machine *m, unsigned int slot, uint64_t offset, uint64_t size);
/* counts: pages out now, pages that came back, faults that waited. */
void swap_count(unsigned int slot, uint64_t counts[3]);
/* How long a page takes to come back. */
int swap_delay(unsigned int slot, uint64_t ns);
/* Has any page of this slot ever been out? */
bool swap_has(uint64_t slot);
/* Before a slot's memory goes: what is out is lost. */
void swap_forget(unsigned int slot);

#endif
