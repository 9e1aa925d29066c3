/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the test share: syndromes, and the registers that they set at EL2. */
#ifndef EL2_TEST_H
#define EL2_TEST_H

#include "libcflat.h"
#include "asm/el2.h"
#include "asm/try.h"

#define ESR(ec, iss)	((u64)(ec) << ESR_ELx_EC_SHIFT | ESR_ELx_IL | (iss))

EL2_REGISTER(hcr_el2)

/* Adds and takes bits of HCR_EL2. */
void el2_hcr(u64 clear, u64 set);

#endif
