/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tiny guest of one virtual hart: its physical memory is the machine's RAM, one to one by a 1 GiB
 * page, and what a test maps besides; its code is the test's own. Not here: what an exit must look
 * like, which is the cases'.
 */
#ifndef HEXT_GUEST_H
#define HEXT_GUEST_H

/* Offsets in struct guest, for switch.S. */
#define GUEST_HOST	256
#define GUEST_STVEC	384

#ifndef __ASSEMBLER__
#include "libcflat.h"
#include "asm/hext.h"
#include "asm/page.h"

struct guest {
	ulong x[32];			/* x[10] is a0; what it starts and ended with */
	ulong host[16], stvec;
	/* Of the exit. */
	ulong cause, epc, tval, htval, htinst, hstatus, status;
};

extern struct guest guest;
void guest_enter(struct guest *g);

/* An empty guest; mode of hgatp: SATP_MODE_SV39 and its like; false if the hart has it not. */
bool guest_memory_init(unsigned int mode);
/*
 * Maps a guest-physical page by an entry of that level (1: 4 KiB) to phys with flags (0: not at
 * all), fenced. Returns where the entry is.
 */
pteval_t *guest_map(u64 gpa, phys_addr_t phys, pteval_t flags, int level);
/* Bits of a guest-physical address in the present mode. */
unsigned int guest_address_bits(void);

/*
 * Runs the guest's code in VS-mode (or VU-mode) with a0 until its first exit, and describes that in
 * guest; further registers in guest.x before the call. hstatus: bits to set besides. Interrupts of
 * the host end it too.
 */
const struct guest *guest_run(const void *pc, ulong a0, bool user, ulong hstatus);
/*
 * All registers of the extension to a known state: nothing delegated, nothing pending, vsatp bare.
 */
void guest_reset(void);

#define GPTE_FLAGS \
	(_PAGE_PRESENT | _PAGE_READ | _PAGE_WRITE | _PAGE_EXEC | _PAGE_USER | _PAGE_ACCESSED | \
	 _PAGE_DIRTY)
#endif

#endif
