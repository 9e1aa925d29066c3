/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EL2, where the image was entered there. The library runs at EL1 and keeps EL2 below it: a test
 * calls functions there, which set traps or translation, and then is the guest itself; what it does
 * that traps is recorded. Or the image as a whole goes up and runs at EL2 with HCR_EL2.{E2H,TGE}
 * {1,1} (FEAT_VHE): by el2_become_host(), or VMUNIT_EL=2.
 */
#ifndef ARM64_ASM_EL2_H
#define ARM64_ASM_EL2_H

/*
 * The library's own HVC numbers. Before el2_open() every other HVC answers NOT_SUPPORTED, behind it
 * is recorded.
 */
#define EL2_HVC_OPEN		0x7f20
#define EL2_HVC_CALL		0x7f21
#define EL2_HVC_UP		0x7f22

#include "linux/const.h"

#define HCR_VM			(_AC(1, UL) << 0)
#define HCR_FMO			(_AC(1, UL) << 3)
#define HCR_IMO			(_AC(1, UL) << 4)
#define HCR_AMO			(_AC(1, UL) << 5)
#define HCR_VF			(_AC(1, UL) << 6)
#define HCR_VI			(_AC(1, UL) << 7)
#define HCR_VSE			(_AC(1, UL) << 8)
#define HCR_TGE			(_AC(1, UL) << 27)
#define HCR_HCD			(_AC(1, UL) << 29)
#define HCR_RW			(_AC(1, UL) << 31)
#define HCR_E2H			(_AC(1, UL) << 34)
#define HCR_APK			(_AC(1, UL) << 40)
#define HCR_API			(_AC(1, UL) << 41)
#define HCR_ATA			(_AC(1, UL) << 56)
/* EL1 is AArch64, has pointer authentication and tags, and nothing of it traps. */
#define HCR_DEFAULT		(HCR_RW | HCR_APK | HCR_API | HCR_ATA)

#ifndef __ASSEMBLER__
#include "libcflat.h"
#include "asm/processor.h"

/* Whether there is an EL2 of ours below: entered at EL2, and not gone up. */
bool el2_available(void);
/* Whether ID_AA64MMFR1_EL1.VH announces FEAT_VHE. */
bool el2_has_vhe(void);

/*
 * Gives CPU 0's EL2 a stack, vectors and the tables of EL1; needed once before el2_call(), which is
 * CPU 0's too. From then on the end of each case turns all traps off, and E2H.
 */
void el2_open(void);

/*
 * Calls function(arg) at EL2, interrupts masked, and returns its result. It may use system
 * registers and memory, but neither print nor check. An exception in it ends the case, or, by
 * el2_try(), is recorded: false.
 */
u64 el2_call(u64 (*function)(u64 arg), u64 arg);
bool el2_try(u64 (*function)(u64 arg), u64 arg, u64 *result);

/* el2_get_REG() and el2_set_REG(value): a register of EL2 by its name, and an ISB. */
#define EL2_REGISTER(reg)								\
	__unused static u64 at_el2_read_##reg(u64 unused)				\
	{										\
		(void)unused;								\
		return read_sysreg(reg);						\
	}										\
	__unused static u64 at_el2_write_##reg(u64 value)				\
	{										\
		write_sysreg(value, reg);						\
		isb();									\
		return 0;								\
	}										\
	__unused static u64 el2_get_##reg(void)						\
	{										\
		return el2_call(at_el2_read_##reg, 0);					\
	}										\
	__unused static void el2_set_##reg(u64 value)					\
	{										\
		el2_call(at_el2_write_##reg, value);					\
	}

/*
 * What EL2 took from EL1 or EL0 since el2_expect(): the first one, and how many. el2_try()'s
 * exceptions come here too.
 */
struct el2_record {
	u32 count;
	enum vector vector;
	u64 esr, far, hpfar, elr, spsr;
};
extern struct el2_record el2_record;

/*
 * Forgets the record. What traps then is recorded, and its instruction skipped: an instruction
 * abort goes to X30; an HVC is complete already. An interrupt clears its routing to EL2
 * (HCR_EL2.{AMO,IMO,FMO}) and is EL1's next.
 */
void el2_expect(void);
/* Called at EL2 for each instead, with the context that it will return to. NULL: the default. */
extern void (*el2_handler)(enum vector v, struct pt_regs *regs, u64 esr);
/*
 * The context that called the running el2_call(): where that returns to, if the function changes
 * it.
 */
struct pt_regs *el2_context(void);

/*
 * Changes between HCR_EL2.E2H 0 and 1 (TGE is 0 in both): EL2's tables and trap registers change
 * their layout with it.
 */
void el2_set_vhe(bool on);

/*
 * All of the image to EL2, other CPUs as they start. Needs FEAT_VHE, and that only CPU 0 runs. It
 * does not come back.
 */
void el2_become_host(void);
/* Whether that was done. */
bool el2_is_host(void);
#endif

#endif
