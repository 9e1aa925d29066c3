/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Port I/O, and between addresses. RAM is mapped one to one, so a pointer is its physical address until a test maps
 * something else. Accesses to device memory (readl() and so on) are asm-generic/io.h's.
 */
#ifndef X86_ASM_IO_H
#define X86_ASM_IO_H

#include <stddef.h>
#include <stdint.h>
#include "libcflat.h"

#define X86_PORT_IO(type, suffix)							\
	static inline type in##suffix(unsigned long port)				\
	{										\
		type value;								\
											\
		__asm__ __volatile__("in" #suffix " %w1, %0"				\
				     : "=a" (value) : "Nd" ((uint16_t)port) : "memory"); \
		return value;								\
	}										\
	static inline void out##suffix(type value, unsigned long port)			\
	{										\
		__asm__ __volatile__("out" #suffix " %0, %w1"				\
				     : : "a" (value), "Nd" ((uint16_t)port) : "memory"); \
	}										\
	/* count items with one instruction, thus one VM exit where the machine can. */	\
	static inline void ins##suffix(unsigned long port, void *buf, unsigned long count) \
	{										\
		__asm__ __volatile__("cld; rep; ins" #suffix				\
				     : "+D" (buf), "+c" (count) : "d" ((uint16_t)port) : "memory", "cc"); \
	}										\
	static inline void outs##suffix(unsigned long port, const void *buf, unsigned long count) \
	{										\
		__asm__ __volatile__("cld; rep; outs" #suffix				\
				     : "+S" (buf), "+c" (count) : "d" ((uint16_t)port) : "memory", "cc"); \
	}
X86_PORT_IO(uint8_t, b)
X86_PORT_IO(uint16_t, w)
X86_PORT_IO(uint32_t, l)
#undef X86_PORT_IO
#define inb inb
#define inw inw
#define inl inl
#define outb outb
#define outw outw
#define outl outl

/* Maps size bytes of device memory at phys, uncached, and returns the virtual address; part of paging (vm.c). */
#define __iomem
void __iomem *ioremap(phys_addr_t phys, size_t size);
#define ioremap ioremap

#include "asm-generic/io.h"

#endif
