/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the test share: debug registers by number, and who may debug whom. */
#ifndef DEBUG_TEST_H
#define DEBUG_TEST_H

#include "libcflat.h"
#include "asm/try.h"

#define ESR(ec, iss)	((u64)(ec) << ESR_ELx_EC_SHIFT | ESR_ELx_IL | (iss))
#define FSC_DEBUG	0x22u

#define MDSCR_SS	(1ul << 0)
#define MDSCR_TDCC	(1ul << 12)
#define MDSCR_KDE	(1ul << 13)
#define MDSCR_MDE	(1ul << 15)

/* DBGBCR<n>_EL1 and DBGWCR<n>_EL1. */
#define CR_E		(1ul << 0)
#define CR_PRIVILEGED	(1ul << 1)	/* PMC, PAC: EL1 */
#define CR_USER		(2ul << 1)	/* EL0 */
#define BCR_BAS		(0xful << 5)
#define CR_LBN(n)	((u64)(n) << 16)
#define BCR_LINKED	(1ul << 20)	/* BT: address, linked */
#define BCR_CONTEXT	(3ul << 20)	/* BT: context ID, for others that are linked to it */
#define WCR_LOAD	(1ul << 3)
#define WCR_STORE	(2ul << 3)
#define WCR_BAS(mask)	((u64)(mask) << 5)
#define WCR_LINKED	(1ul << 20)
#define WCR_MASK(bits)	((u64)(bits) << 24)

enum debug_register { BVR = 4, BCR = 5, WVR = 6, WCR = 7 };	/* op2 */

unsigned int breakpoints(void);
unsigned int watchpoints(void);

u64 debug_read(enum debug_register reg, unsigned int n);
void debug_write(enum debug_register reg, unsigned int n, u64 value);

/* All breakpoints and watchpoints off; then the OS lock open, MDE and KDE set, PSTATE.D clear. */
void debug_start(void);
/* All off, PSTATE.D set. */
void debug_stop(void);
void set_mdscr(u64 value);
void set_os_lock(bool locked);

#endif
