/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls of a hypervisor or of firmware: SMC Calling Convention 1.4 (DEN0028). The conduit is the device tree's, unless
 * a test chooses one itself.
 */
#ifndef ARM_SMCCC_H
#define ARM_SMCCC_H

#include "libcflat.h"
#include "platform.h"

/*
 * X0 to X17 before a call and after it (section 2.6: X4 to X17 must come back, but for what the call returns); with 32 bits
 * R0 to R7, and R4 to R7 must.
 */
#ifdef __aarch64__
#define SMCCC_REGISTERS	18
#else
#define SMCCC_REGISTERS	8
#endif

struct smccc_regs {
	unsigned long r[SMCCC_REGISTERS];
};

/* Calls with all of regs and stores all back, by hvc #0 or smc #0. */
void smccc_hvc(struct smccc_regs *regs);
void smccc_smc(struct smccc_regs *regs);
/* By the conduit of the device tree; aborts where it names none. */
void smccc_call(struct smccc_regs *regs);
/* With up to three arguments; returns X0. */
long smccc(unsigned long function, unsigned long a1, unsigned long a2, unsigned long a3);

/* Section 2.5: fast call, width, owner, number. */
#define SMCCC_FAST		0x80000000u
#define SMCCC_64		0x40000000u
#define SMCCC_OWNER(n)		((u32)(n) << 24)
#define SMCCC_ARCH		0
#define SMCCC_STANDARD		4
#define SMCCC_STANDARD_HYP	5
#define SMCCC_VENDOR_HYP	6

#define SMCCC_VERSION		0x80000000u
#define SMCCC_ARCH_FEATURES	0x80000001u
#define SMCCC_ARCH_SOC_ID	0x80000002u
#define SMCCC_ARCH_WORKAROUND_1	0x80008000u
#define SMCCC_ARCH_WORKAROUND_2	0x80007fffu
#define SMCCC_ARCH_WORKAROUND_3	0x80003fffu

/* Return codes, section 7.1. */
#define SMCCC_SUCCESS		0
#define SMCCC_NOT_SUPPORTED	(-1)
#define SMCCC_NOT_REQUIRED	(-2)
#define SMCCC_INVALID_PARAMETER	(-3)

/* True Random Number Generator (DEN0098). */
#define TRNG_VERSION		0x84000050u
#define TRNG_FEATURES		0x84000051u
#define TRNG_GET_UUID		0x84000052u
#define TRNG_RND32		0x84000053u
#define TRNG_RND64		0xc4000053u

/* Paravirtualized time (DEN0057). */
#define PV_TIME_FEATURES	0xc5000020u
#define PV_TIME_ST		0xc5000021u

/* Vendor-specific hypervisor service (DEN0028, section 6.2; Linux, Documentation/virt/kvm/arm/hypercalls.rst). */
#define VENDOR_HYP_CALL_COUNT	0x8600ff00u
#define VENDOR_HYP_UID		0x8600ff01u
#define VENDOR_HYP_REVISION	0x8600ff03u
#define VENDOR_HYP_KVM_FEATURES	0x86000000u
#define VENDOR_HYP_KVM_PTP	0x86000001u

#endif
