/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device memory, byte order, and addresses, for an architecture that says nothing of its own: each may be defined
 * before this header is included. Devices are little-endian: readl() and writel() convert, the __raw_ forms do not.
 * Each access is one access of its size; readX() is ordered before later accesses, writeX() after earlier ones.
 */
#ifndef ASM_GENERIC_IO_H
#define ASM_GENERIC_IO_H

#include <stddef.h>
#include <stdint.h>
#include "asm/barrier.h"
#include "asm-generic/swab.h"
#include "libcflat.h"

#ifndef __iomem
#define __iomem
#endif

#define __RAW_IO(letter, type)								\
	static inline type __generic_raw_read##letter(const volatile void *addr)	\
	{										\
		return *(const volatile type *)addr;					\
	}										\
	static inline void __generic_raw_write##letter(type value, volatile void *addr)	\
	{										\
		*(volatile type *)addr = value;						\
	}
__RAW_IO(b, uint8_t)
__RAW_IO(w, uint16_t)
__RAW_IO(l, uint32_t)
__RAW_IO(q, uint64_t)
#undef __RAW_IO

#ifndef __raw_readb
#define __raw_readb	__generic_raw_readb
#define __raw_readw	__generic_raw_readw
#define __raw_readl	__generic_raw_readl
#define __raw_readq	__generic_raw_readq
#define __raw_writeb	__generic_raw_writeb
#define __raw_writew	__generic_raw_writew
#define __raw_writel	__generic_raw_writel
#define __raw_writeq	__generic_raw_writeq
#endif

#define __READ(letter, to_cpu, addr) __extension__ ({					\
	__typeof__(__raw_read##letter(addr)) __value = to_cpu(__raw_read##letter(addr));	\
	rmb();										\
	__value;									\
})
#define __WRITE(letter, to_device, value, addr) __extension__ ({			\
	wmb();										\
	__raw_write##letter(to_device(value), addr);					\
})
#define __same_byte(x)	(x)

#ifndef readb
#define readb(addr)		__READ(b, __same_byte, addr)
#define readw(addr)		__READ(w, le16_to_cpu, addr)
#define readl(addr)		__READ(l, le32_to_cpu, addr)
#define readq(addr)		__READ(q, le64_to_cpu, addr)
#define writeb(value, addr)	__WRITE(b, __same_byte, value, addr)
#define writew(value, addr)	__WRITE(w, cpu_to_le16, value, addr)
#define writel(value, addr)	__WRITE(l, cpu_to_le32, value, addr)
#define writeq(value, addr)	__WRITE(q, cpu_to_le64, value, addr)
#endif

/* Without paging of another kind, memory is mapped one to one. */
#ifndef virt_to_phys
static inline phys_addr_t virt_to_phys(const volatile void *virt)
{
	return (uintptr_t)virt;
}
#endif

#ifndef phys_to_virt
static inline void *phys_to_virt(phys_addr_t phys)
{
	return (void *)(uintptr_t)phys;
}
#endif

#ifndef ioremap
static inline void __iomem *ioremap(phys_addr_t phys, size_t size)
{
	(void)size;
	return phys_to_virt(phys);
}
#endif

#endif
