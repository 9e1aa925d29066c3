/* SPDX-License-Identifier: BSD-2-Clause */
/* Delivery by messages to the IMSIC (RISC-V AIA 1.0, section 4.9). */
#include "case.h"
#include "asm/processor.h"
#include "aplic.h"

static void begin_messages(void)
{
	require(!direct);
	begin();
	imsic_write(IMSIC_EIDELIVERY, 0);
	for (unsigned int id = 77; id < 80; id++)
		imsic_set_bit(IMSIC_EIP0, id, false);
	put(DOMAINCFG, DOMAINCFG_IE | DOMAINCFG_DM);
	expect_eq(get(DOMAINCFG) & DOMAINCFG_DM, DOMAINCFG_DM);
}

CASE(forward, "a source that is pending and enabled is sent as its target's identity, and is "
	      "pending no more")
{
	begin_messages();
	put(target(FIRST), TARGET_HART(imsic.context[0]) | 77);
	expect_eq(get(target(FIRST)), TARGET_HART(imsic.context[0]) | 77);
	put(SETIPNUM, FIRST);
	expect_eq(bit(SETIP, FIRST), true);
	expect_eq(imsic_bit(IMSIC_EIP0, 77), false);
	put(SETIENUM, FIRST);
	expect_eq(bit(SETIP, FIRST), false);
	expect_eq(imsic_bit(IMSIC_EIP0, 77), true);
	imsic_set_bit(IMSIC_EIP0, 77, false);
}

CASE(forward_disabled, "with IE 0 nothing is sent, and it stays pending")
{
	begin_messages();
	put(DOMAINCFG, DOMAINCFG_DM);
	put(target(FIRST), TARGET_HART(imsic.context[0]) | 78);
	put(SETIENUM, FIRST);
	put(SETIPNUM, FIRST);
	expect_eq(bit(SETIP, FIRST), true);
	expect_eq(imsic_bit(IMSIC_EIP0, 78), false);
	put(DOMAINCFG, DOMAINCFG_IE | DOMAINCFG_DM);
	expect_eq(bit(SETIP, FIRST), false);
	expect_eq(imsic_bit(IMSIC_EIP0, 78), true);
	imsic_set_bit(IMSIC_EIP0, 78, false);
}

CASE(genmsi, "genmsi sends a message of any identity")
{
	begin_messages();
	put(GENMSI, TARGET_HART(imsic.context[0]) | 79);
	for (int i = 0; i < 1000 && get(GENMSI) & GENMSI_BUSY; i++)
		cpu_relax();
	expect_eq(get(GENMSI) & GENMSI_BUSY, 0);
	expect_eq(imsic_bit(IMSIC_EIP0, 79), true);
	imsic_set_bit(IMSIC_EIP0, 79, false);
}
