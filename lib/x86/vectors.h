/* SPDX-License-Identifier: BSD-2-Clause */
/* Exception vectors (SDM volume 3, table 6-1; APM volume 2, table 8-1) and the few fixed vectors of this library. */
#ifndef X86_VECTORS_H
#define X86_VECTORS_H

#define DE_VECTOR	0
#define DB_VECTOR	1
#define NMI_VECTOR	2
#define BP_VECTOR	3
#define OF_VECTOR	4
#define BR_VECTOR	5
#define UD_VECTOR	6
#define NM_VECTOR	7
#define DF_VECTOR	8
#define CSO_VECTOR	9	/* coprocessor segment overrun: 386 only */
#define TS_VECTOR	10
#define NP_VECTOR	11
#define SS_VECTOR	12
#define GP_VECTOR	13
#define PF_VECTOR	14
#define MF_VECTOR	16
#define AC_VECTOR	17
#define MC_VECTOR	18
#define XM_VECTOR	19
#define XF_VECTOR	XM_VECTOR
#define VE_VECTOR	20
#define CP_VECTOR	21
#define HV_VECTOR	28	/* AMD: hypervisor injection */
#define VC_VECTOR	29	/* AMD: VMM communication */
#define SX_VECTOR	30	/* AMD: security */

/* Bit n is set if vector n pushes an error code: #DF #TS #NP #SS #GP #PF #AC #CP #VC #SX. */
#define VECTORS_WITH_ERROR_CODE	0x60227d00

/* run_in_user() returns to ring 0 by this software interrupt; see usermode.c. It may be an IRQ's vector as well. */
#define RET_TO_KERNEL_IRQ	0x20

#endif
