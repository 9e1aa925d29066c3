/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hypercalls: numbers and return codes of PAPR (LoPAR 1.1 of 2020, chapter 14, table 14.1 and
 * 14.2; the nested ones: Linux' Documentation/powerpc/kvm-nested.rst, QEMU's
 * include/hw/ppc/spapr.h).
 */
#ifndef POWERPC_ASM_HCALL_H
#define POWERPC_ASM_HCALL_H

#define H_SUCCESS		0
#define H_BUSY			1
#define H_CLOSED		2
#define H_NOT_AVAILABLE		3
#define H_PARTIAL		5
#define H_PAGE_REGISTERED	15
#define H_HARDWARE		(-1)
#define H_FUNCTION		(-2)
#define H_PRIVILEGE		(-3)
#define H_PARAMETER		(-4)
#define H_BAD_MODE		(-5)
#define H_PTEG_FULL		(-6)
#define H_NOT_FOUND		(-7)
#define H_RESERVED_DABR		(-8)
#define H_NO_MEM		(-9)
#define H_AUTHORITY		(-10)
#define H_PERMISSION		(-11)
#define H_DROPPED		(-12)
#define H_SOURCE_PARM		(-13)
#define H_DEST_PARM		(-14)
#define H_REMOTE_PARM		(-15)
#define H_RESOURCE		(-16)
#define H_P2			(-55)
#define H_P3			(-56)
#define H_P4			(-57)
#define H_P5			(-58)
#define H_UNSUPPORTED		(-67)
#define H_UNSUPPORTED_FLAG	(-256)
#define H_MULTI_THREADS_ACTIVE	(-9005)

#define H_REMOVE		0x04
#define H_ENTER			0x08
#define H_READ			0x0c
#define H_PROTECT		0x18
#define H_SET_SPRG0		0x24
#define H_SET_DABR		0x28
#define H_PAGE_INIT		0x2c
#define H_LOGICAL_CI_LOAD	0x3c
#define H_LOGICAL_CI_STORE	0x40
#define H_GET_TERM_CHAR		0x54
#define H_PUT_TERM_CHAR		0x58
#define H_EOI			0x64
#define H_CPPR			0x68
#define H_IPI			0x6c
#define H_IPOLL			0x70
#define H_XIRR			0x74
#define H_REGISTER_VPA		0xdc
#define H_CEDE			0xe0
#define H_CONFER		0xe4
#define H_PROD			0xe8
#define H_BULK_REMOVE		0x124
#define H_GET_CPU_CHARACTERISTICS 0x1c8
#define H_JOIN			0x298
#define H_RANDOM		0x300
#define H_SET_MODE		0x31c
#define H_SIGNAL_SYS_RESET	0x380
#define H_XIRR_X		0x2fc
#define H_REGISTER_PROC_TBL	0x37c
#define H_SET_PARTITION_TABLE	0xf800
#define H_ENTER_NESTED		0xf804
#define H_TLB_INVALIDATE	0xf808
#define H_COPY_TOFROM_GUEST	0xf80c
/*
 * RTAS by the hypervisor itself, with r4 the arguments' address: QEMU's
 * docs/specs/ppc-spapr-hcalls.
 */
#define H_RTAS			0xf000

/* H_PAGE_INIT's flags. */
#define H_ZERO_PAGE		(1ul << (63 - 48))
#define H_COPY_PAGE		(1ul << (63 - 49))
#define H_ICACHE_INVALIDATE	(1ul << (63 - 40))
#define H_ICACHE_SYNCHRONIZE	(1ul << (63 - 41))

/* H_SET_MODE's resources, and the flags of the last. */
#define H_SET_MODE_CIABR	1
#define H_SET_MODE_DAWR0	2
#define H_SET_MODE_AIL		3
#define H_SET_MODE_LE		4

#ifndef __ASSEMBLER__
#include "libcflat.h"

/*
 * Up to nine arguments (words) in r4 to r12; returns r3. Everything that a function call may
 * change a hypercall may.
 */
long hcall(unsigned long number, ...);

/* The same with all registers: r[0] is r3 (the number, then the return code), r[9] r12. */
struct hcall_regs {
	unsigned long r[10];
};
void hcall_regs(struct hcall_regs *regs);
#endif

#endif
