/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Control and status registers of supervisor mode, their bits, and the causes of traps (RISC-V
 * Privileged Architecture 20211203, chapters 2 and 4). Numbers, so that any assembler knows them.
 */
#ifndef RISCV_ASM_CSR_H
#define RISCV_ASM_CSR_H

#include "linux/const.h"

#define CSR_SSTATUS		0x100
#define CSR_SIE			0x104
#define CSR_STVEC		0x105
#define CSR_SCOUNTEREN		0x106
#define CSR_SENVCFG		0x10a
#define CSR_SSCRATCH		0x140
#define CSR_SEPC		0x141
#define CSR_SCAUSE		0x142
#define CSR_STVAL		0x143
#define CSR_SIP			0x144
#define CSR_STIMECMP		0x14d
#define CSR_SATP		0x180
#define CSR_CYCLE		0xc00
#define CSR_TIME		0xc01
#define CSR_INSTRET		0xc02

/* sstatus: section 4.1.1. */
#define SR_SIE			_AC(0x00000002, UL)
#define SR_SPIE			_AC(0x00000020, UL)
#define SR_SPP			_AC(0x00000100, UL)
#define SR_FS			_AC(0x00006000, UL)
#define SR_FS_SHIFT		13
#define SR_VS			_AC(0x00000600, UL)
#define SR_VS_SHIFT		9
#define SR_FS_INITIAL		_AC(0x00002000, UL)
#define SR_SUM			_AC(0x00040000, UL)
#define SR_MXR			_AC(0x00080000, UL)
#define SR_SDT			_AC(0x01000000, UL)	/* Ssdbltrp */

/* scause: table 4.2. */
#define CAUSE_IRQ_FLAG		(_AC(1, UL) << 63)

#define EXC_INST_MISALIGNED	0
#define EXC_INST_ACCESS		1
#define EXC_INST_ILLEGAL	2
#define EXC_BREAKPOINT		3
#define EXC_LOAD_MISALIGNED	4
#define EXC_LOAD_ACCESS		5
#define EXC_STORE_MISALIGNED	6
#define EXC_STORE_ACCESS	7
#define EXC_SYSCALL		8	/* ECALL in user mode */
#define EXC_SUPERVISOR_SYSCALL	9
#define EXC_INST_PAGE_FAULT	12
#define EXC_LOAD_PAGE_FAULT	13
#define EXC_STORE_PAGE_FAULT	15
#define EXC_DOUBLE_TRAP		16
#define EXC_SOFTWARE_CHECK	18
#define EXC_HARDWARE_ERROR	19
#define EXCEPTION_CAUSE_MAX	24

#define IRQ_S_SOFT		1
#define IRQ_S_TIMER		5
#define IRQ_S_EXT		9
#define IRQ_PMU_OVF		13
#define INTERRUPT_CAUSE_MAX	16

/* sie and sip: section 4.1.3. */
#define IE_SSIE			(_AC(1, UL) << IRQ_S_SOFT)
#define IE_TIE			(_AC(1, UL) << IRQ_S_TIMER)
#define IE_SEIE			(_AC(1, UL) << IRQ_S_EXT)
#define IP_SSIP			IE_SSIE
#define IP_TIP			IE_TIE
#define IP_SEIP			IE_SEIE

/* satp: section 4.1.11. */
#define SATP_PPN		((_AC(1, UL) << 44) - 1)
#define SATP_ASID		(_AC(0xffff, UL) << 44)
#define SATP_ASID_SHIFT		44
#define SATP_MODE_SHIFT		60
#define SATP_MODE_BARE		0
#define SATP_MODE_SV39		8
#define SATP_MODE_SV48		9
#define SATP_MODE_SV57		10

#ifndef __ASSEMBLER__
#include "libcflat.h"

/*
 * csr: one of the numbers above. Each is one instruction that the compiler neither moves nor drops.
 */
#define csr_read(csr) __extension__ ({							\
	unsigned long __csr;								\
	__asm__ __volatile__("csrr %0, " xstr(csr) : "=r" (__csr) : : "memory");	\
	__csr;										\
})
#define csr_write(csr, value) \
	__asm__ __volatile__("csrw " xstr(csr) ", %0" : : "rK" ((unsigned long)(value)) : "memory")
#define csr_set(csr, bits) \
	__asm__ __volatile__("csrs " xstr(csr) ", %0" : : "rK" ((unsigned long)(bits)) : "memory")
#define csr_clear(csr, bits) \
	__asm__ __volatile__("csrc " xstr(csr) ", %0" : : "rK" ((unsigned long)(bits)) : "memory")

#define __csr_exchange(insn, csr, value) __extension__ ({				\
	unsigned long __csr;								\
	__asm__ __volatile__(insn " %0, " xstr(csr) ", %1"				\
			     : "=r" (__csr) : "rK" ((unsigned long)(value)) : "memory");	\
	__csr;										\
})
/* These return what was there before. */
#define csr_swap(csr, value)		__csr_exchange("csrrw", csr, value)
#define csr_read_set(csr, bits)		__csr_exchange("csrrs", csr, bits)
#define csr_read_clear(csr, bits)	__csr_exchange("csrrc", csr, bits)
#endif

#endif
