/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hypervisor extension (RISC-V Privileged Architecture 20211203, chapter 8): registers, their
 * bits, causes of traps, fences. That a hart has it is tried, by hext_present().
 */
#ifndef RISCV_ASM_HEXT_H
#define RISCV_ASM_HEXT_H

#include "linux/const.h"

#define CSR_VSSTATUS		0x200
#define CSR_VSIE		0x204
#define CSR_VSTVEC		0x205
#define CSR_VSSCRATCH		0x240
#define CSR_VSEPC		0x241
#define CSR_VSCAUSE		0x242
#define CSR_VSTVAL		0x243
#define CSR_VSIP		0x244
#define CSR_VSTIMECMP		0x24d
#define CSR_VSATP		0x280
#define CSR_HSTATUS		0x600
#define CSR_HEDELEG		0x602
#define CSR_HIDELEG		0x603
#define CSR_HIE			0x604
#define CSR_HTIMEDELTA		0x605
#define CSR_HCOUNTEREN		0x606
#define CSR_HGEIE		0x607
#define CSR_HENVCFG		0x60a
#define CSR_HTVAL		0x643
#define CSR_HIP			0x644
#define CSR_HVIP		0x645
#define CSR_HTINST		0x64a
#define CSR_HGATP		0x680

/* hstatus: section 8.2.1. */
#define HSTATUS_VSBE		(_AC(1, UL) << 5)
#define HSTATUS_GVA		(_AC(1, UL) << 6)
#define HSTATUS_SPV		(_AC(1, UL) << 7)
#define HSTATUS_SPVP		(_AC(1, UL) << 8)
#define HSTATUS_HU		(_AC(1, UL) << 9)
#define HSTATUS_VTVM		(_AC(1, UL) << 20)
#define HSTATUS_VTW		(_AC(1, UL) << 21)
#define HSTATUS_VTSR		(_AC(1, UL) << 22)
#define HSTATUS_VSXL		(_AC(3, UL) << 32)
#define HSTATUS_VSXL_64		(_AC(2, UL) << 32)

/* Causes: table 8.10. */
#define EXC_VIRTUAL_SUPERVISOR_SYSCALL	10
#define EXC_INST_GUEST_PAGE_FAULT	20
#define EXC_LOAD_GUEST_PAGE_FAULT	21
#define EXC_VIRTUAL_INST		22
#define EXC_STORE_GUEST_PAGE_FAULT	23
#define IRQ_VS_SOFT		2
#define IRQ_VS_TIMER		6
#define IRQ_VS_EXT		10
#define VS_INTERRUPTS \
	(_AC(1, UL) << IRQ_VS_SOFT | _AC(1, UL) << IRQ_VS_TIMER | _AC(1, UL) << IRQ_VS_EXT)

/* hgatp: section 8.2.10. Modes are those of satp, with two bits of address more. */
#define HGATP_VMID_SHIFT	44
#define HGATP_MODE_SHIFT	60

/* htinst of a fault in a walk of 64-bit entries: table 8.12. */
#define HTINST_WALK_READ	0x3000
#define HTINST_WALK_WRITE	0x3020

#ifndef __ASSEMBLER__
#include "asm/processor.h"

static inline bool hext_present(void)
{
	unsigned long value = 0;

	return !trap_try("csrr %0, " xstr(CSR_HSTATUS), "+r" (value), "i" (0));
}

/* HFENCE.GVMA and HFENCE.VVMA, of everything: section 8.3.2. By number, for any assembler. */
static inline void local_hfence_all(void)
{
	__asm__ __volatile__(".4byte 0x62000073\n\t.4byte 0x22000073" : : : "memory");
}
#endif

#endif
