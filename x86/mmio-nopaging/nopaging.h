/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the tests of device accesses without paging: runs a piece of code in 32-bit protected mode
 * with CR0.PG=0 or in real-address mode, with registers that the test chooses, and whatever page
 * tables behind CR3. Also included by switch.S for the constants.
 */
#ifndef NOPAGING_H
#define NOPAGING_H

#define NOPAGING_EAX		0
#define NOPAGING_ECX		4
#define NOPAGING_EDX		8
#define NOPAGING_ESI		12
#define NOPAGING_EDI		16
#define NOPAGING_EFLAGS		20
#define NOPAGING_CODE		24
#define NOPAGING_CR3		28
#define NOPAGING_CR4		32
#define NOPAGING_EXCEPTION	36
#define NOPAGING_SP		40
#define NOPAGING_SLOT		44

/*
 * Low memory, which tests of real mode may use: code of both ends, exceptions, and a slot for each
 * CPU's code.
 */
#define NOPAGING_LOW		0x20000
#define NOPAGING_IVT		0x800
#define NOPAGING_SLOTS		0x1000
#define NOPAGING_SLOT_SIZE	0x80

#define NOPAGING_STUBS		32
#define NO_EXCEPTION		0xffff

#ifndef __ASSEMBLER__
#include "case.h"
#include "pci.h"

/*
 * The same instructions for a 32-bit code segment and for real mode. The layout is known to CODE().
 */
struct code {
	u32 protected, real, real_size;
};

/* The layout, up to slot, is known to switch.S by the offsets above. */
struct nopaging {
	u32 eax, ecx, edx, esi, edi;	/* before and after */
	u32 eflags;			/* after */
	u32 code;			/* run.c's: where the CPU begins */
	u32 cr3, cr4;
	u32 exception;			/* the vector that ended the code; then no register is told */
	u32 sp;				/* switch.S's */
	u32 slot;			/* where real mode's code is */
	const struct code *run;		/* what to run */
};

#ifdef __x86_64__
#define NATIVE_CODE	".code64\n"
#else
#define NATIVE_CODE	".code32\n"
#endif

/*
 * Defines code_<name> (basic asm, single %). Addresses are by 32-bit registers, with the operands
 * of string instructions written out; EBX and EBP are free for it.
 */
#define CODE(name, insns)								\
	asm(".pushsection .text\n .code32\n"						\
	    "code32_" #name ": " insns "\n ret\n .popsection\n"			\
	    ".pushsection .rodata\n .code16\n"					\
	    "code16_" #name ": " insns "\n code16_" #name "_end:\n .p2align 2\n"	\
	    "code_" #name ": .long code32_" #name ", code16_" #name ", code16_" #name "_end - code16_" #name "\n" \
	    NATIVE_CODE ".popsection\n" NATIVE_CODE);					\
	extern const struct code code_##name

static inline u32 low_address(const volatile void *p)
{
	assert((uintptr_t)p == (u32)(uintptr_t)p);
	return (u32)(uintptr_t)p;
}

/* The mode, and what is behind CR3 while nobody should look there. */
struct behind {
	const char *name;
	u32 cr3;
	bool pae;		/* CR4.PAE */
	bool real;		/* real-address mode */
};
extern struct behind behinds[];
#define N_BEHINDS	8
#define for_each_behind(b) for (const struct behind *b = behinds; b < behinds + N_BEHINDS; b++)

/* Runs s->run on this CPU; an exception is a failed check. False if there was one. */
bool run_nopaging(const struct behind *b, struct nopaging *s);
/* The same without a judgement on exceptions. */
void run_nopaging_any(const struct behind *b, struct nopaging *s);

/* Reads and writes of 1, 2, 4 or 8 bytes without paging. A read that ended by an exception is 0. */
u64 read_nopaging(const struct behind *b, u32 address, int size);
void write_nopaging(const struct behind *b, u32 address, u64 value, int size);
/* The same byte by byte, as the calling mode (with paging on x86_64) sees it. */
u64 read_bytes(u32 address, int size);

/* QEMU's pci-testdev, its memory BAR at the start of a page; skips the case without. */
struct pci_dev *need_testdev(void);
u32 testdev_address(void);
/* Starts its test that counts writes, and returns where they have to go. */
u32 start_count(u8 *data);
u32 testdev_count(void);

/* A page in each GiB of the first four that nobody decodes; returns how many. */
#define MAX_HOLES	4
int find_holes(u32 holes[MAX_HOLES]);
#endif

#endif
