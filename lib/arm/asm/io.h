/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device memory. Each access is one plain load or store with one register for its address: others leave a hypervisor
 * no syndrome to emulate them by (Arm ARM, ESR_ELx.ISV); with 32 bits one of 64 is two, the low half first. RAM is mapped
 * one to one, and so are devices below 4 GiB.
 */
#ifndef ARM_ASM_IO_H
#define ARM_ASM_IO_H

#include <stddef.h>
#include <stdint.h>
#include "libcflat.h"

#ifdef __aarch64__
#define ARM_RAW_W	"w"
#define ARM_RAW_ZERO	"rZ"
#else
#define ARM_RAW_W	""
#define ARM_RAW_ZERO	"r"
#endif
#define ARM_RAW_IO(letter, type, insn, reg)						\
	static inline type __raw_read##letter(const volatile void *addr)		\
	{										\
		type value;								\
											\
		__asm__ __volatile__("ldr" insn " %" reg "0, [%1]" : "=r" (value) : "r" (addr) : "memory"); \
		return value;								\
	}										\
	static inline void __raw_write##letter(type value, volatile void *addr)		\
	{										\
		__asm__ __volatile__("str" insn " %" reg "0, [%1]" : : ARM_RAW_ZERO (value), "r" (addr) : "memory"); \
	}
ARM_RAW_IO(b, uint8_t, "b", ARM_RAW_W)
ARM_RAW_IO(w, uint16_t, "h", ARM_RAW_W)
ARM_RAW_IO(l, uint32_t, "", ARM_RAW_W)
#ifdef __aarch64__
ARM_RAW_IO(q, uint64_t, "", "x")
#else
static inline uint64_t __raw_readq(const volatile void *addr)
{
	uint32_t low = __raw_readl(addr);

	return low | (uint64_t)__raw_readl((const volatile char *)addr + 4) << 32;
}

static inline void __raw_writeq(uint64_t value, volatile void *addr)
{
	__raw_writel((uint32_t)value, addr);
	__raw_writel((uint32_t)(value >> 32), (volatile char *)addr + 4);
}
#endif
#undef ARM_RAW_IO
#define __raw_readb __raw_readb
#define __raw_readw __raw_readw
#define __raw_readl __raw_readl
#define __raw_readq __raw_readq
#define __raw_writeb __raw_writeb
#define __raw_writew __raw_writew
#define __raw_writel __raw_writel
#define __raw_writeq __raw_writeq

/* Sees to it that size bytes of device memory at phys are mapped, and returns the virtual address. */
#define __iomem
void __iomem *ioremap(phys_addr_t phys, size_t size);
#define ioremap ioremap

#include "asm-generic/io.h"

#endif
