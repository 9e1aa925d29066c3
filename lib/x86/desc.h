/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptor tables: GDT, IDT and TSS (SDM volume 3, chapters 3, 6, 8; the layout of the GDT is selectors.h). One GDT
 * and one IDT serve all CPUs, each CPU has a TSS. Exceptions themselves: exceptions.h; faulting code: asm_try.h.
 */
#ifndef X86_DESC_H
#define X86_DESC_H

#include "libcflat.h"
#include "x86/asm_try.h"
#include "x86/exceptions.h"
#include "x86/selectors.h"

/* How many CPUs there are descriptors for. */
#define X86_MAX_CPUS	1024

#define KERNEL_CS64	KERNEL_CS

/* CPU n's TSS is TSS_MAIN + n * TSS_STRIDE on both widths. Behind the last, two tasks of i386: */
#define TSS_STRIDE	16
#define TSS_INTR	(TSS_MAIN + X86_MAX_CPUS * TSS_STRIDE)	/* set_intr_task_gate()'s */
#define TSS_DF		(TSS_INTR + TSS_STRIDE)			/* double faults */
#define GDT_SIZE	(TSS_DF + TSS_STRIDE)

/* A segment descriptor (SDM volume 3, section 3.4.5), or the low half of a 64-bit system descriptor. */
typedef struct {
	uint16_t limit1;
	uint16_t base1;
	uint8_t base2;
	union {
		uint16_t type_limit_flags;
		struct {
			uint16_t type : 4;
			uint16_t s : 1;
			uint16_t dpl : 2;
			uint16_t p : 1;
			uint16_t limit2 : 4;
			uint16_t avl : 1;
			uint16_t l : 1;
			uint16_t db : 1;
			uint16_t g : 1;
		} __attribute__((packed));
	} __attribute__((packed));
	uint8_t base3;
} __attribute__((packed)) gdt_entry_t;

/* TSS and LDT descriptors of 64-bit mode (SDM volume 3, section 8.2.3). */
struct system_desc64 {
	gdt_entry_t common;
	uint32_t base4;
	uint32_t zero;
} __attribute__((packed));

/* type of a TSS descriptor: 32-bit available, and the bit that makes it busy. */
#define DESC_TSS	9
#define DESC_BUSY	2
/* The same with the rest of the access byte: present, DPL 0. */
#define ACCESS_TSS	0x89
#define ACCESS_LDT	0x82
#define ACCESS_TASK_GATE 0x85

/* A gate of the IDT (SDM volume 3, sections 6.11 and 6.14.1). */
typedef struct {
	uint16_t offset0;
	uint16_t selector;
	uint16_t ist : 3;	/* 64-bit mode only */
	uint16_t : 5;
	uint16_t type : 4;
	uint16_t : 1;
	uint16_t dpl : 2;
	uint16_t p : 1;
	uint16_t offset1;
#ifdef __x86_64__
	uint32_t offset2;
	uint32_t reserved;
#endif
} __attribute__((packed)) idt_entry_t;

#define GATE_TASK	5
#define GATE_INTERRUPT	14
#define GATE_TRAP	15

/* SDM volume 3, figure 8-2. */
typedef struct {
	uint16_t prev, res1;
	uint32_t esp0;
	uint16_t ss0, res2;
	uint32_t esp1;
	uint16_t ss1, res3;
	uint32_t esp2;
	uint16_t ss2, res4;
	uint32_t cr3, eip, eflags;
	uint32_t eax, ecx, edx, ebx, esp, ebp, esi, edi;
	uint16_t es, res5;
	uint16_t cs, res6;
	uint16_t ss, res7;
	uint16_t ds, res8;
	uint16_t fs, res9;
	uint16_t gs, res10;
	uint16_t ldt, res11;
	uint16_t t : 1, res12 : 15;
	uint16_t iomap_base;
} tss32_t;

/* SDM volume 3, figure 8-11. */
typedef struct {
	uint32_t res1;
	uint64_t rsp0, rsp1, rsp2;
	uint64_t res2;
	uint64_t ist1, ist2, ist3, ist4, ist5, ist6, ist7;
	uint64_t res3;
	uint16_t res4, iomap_base;
} __attribute__((packed)) tss64_t;

/* IST of 64-bit mode: 1 is set_intr_alt_stack()'s, 2 the double fault's; the rest is free for tests. */
#define IST_ALT_STACK		1
#define IST_DOUBLE_FAULT	2

extern gdt_entry_t gdt[GDT_SIZE / sizeof(gdt_entry_t)];
extern idt_entry_t boot_idt[256];
#ifdef __x86_64__
typedef tss64_t x86_tss_t;
extern tss64_t tss[X86_MAX_CPUS];
#else
typedef tss32_t x86_tss_t;
extern tss32_t tss[X86_MAX_CPUS];
extern tss32_t tss_intr;
#endif

/*
 * To be called once on each CPU, by itself, before it may take exceptions, with flat segments loaded: builds the
 * tables (CPU 0 only, before all others; uses no allocator), gives the CPU its TSS and, in 64-bit mode, a stack for
 * double faults, and loads GDTR, IDTR and TR. Other CPUs than 0 need alloc_pages(). From here on arch_cpu_id() says cpu.
 */
void load_gdt_idt_tss(int cpu);

/* ---- IDT ---- */

/* Makes vec a 64- or 32-bit interrupt gate to addr, present, selector KERNEL_CS, no IST. dpl: 0 to 3. */
void set_idt_entry(int vec, void *addr, int dpl);
/* As set_idt_entry(), back to the library's entry code: handle_exception() and handle_irq() work. */
void reset_idt_entry(int vec);
void set_idt_sel(int vec, u16 sel);
void set_idt_dpl(int vec, u16 dpl);
/* i386: makes vec a task gate to the TSS that sel selects. */
void set_idt_task_gate(int vec, u16 sel);
/* The address that a gate leads to. */
unsigned long get_idt_addr(idt_entry_t *entry);

/* ---- GDT ---- */

/*
 * Sets the descriptor that sel selects. limit: 20 bits, in units that flags tells; access: the access byte (P, DPL, S,
 * type); flags: G, D/B, L, AVL in bits 7 to 4. A system descriptor (S=0) takes 16 bytes in 64-bit mode.
 */
void set_gdt_entry(int sel, unsigned long base, u32 limit, u8 access, u8 flags);
void set_gdt_entry_base(int sel, unsigned long base);
/* A task gate in the GDT: far calls and jumps to sel switch to tss_sel. */
void set_gdt_task_gate(u16 sel, u16 tss_sel);
gdt_entry_t *get_gdt_entry(u16 sel);
unsigned long get_gdt_entry_base(gdt_entry_t *entry);
/* In bytes, the granularity applied. */
unsigned long get_gdt_entry_limit(gdt_entry_t *entry);

/* ---- TSS and LDT ---- */

/* What TR and LDTR select now. */
gdt_entry_t *get_tss_descr(void);
gdt_entry_t *get_ldt_descr(void);
/* Lets LTR load sel again. */
void clear_tss_busy(int sel);
/* The TSS of the CPU that calls. */
x86_tss_t *this_cpu_tss(void);

/*
 * Entry on another stack. setup_alt_stack() once, then set_intr_alt_stack(vec, fn) leads vec to fn: by IST1 in 64-bit mode (of
 * the calling CPU), as a task of its own on i386 (fn ends by IRET and is entered again behind it).
 */
void setup_alt_stack(void);
void set_intr_alt_stack(int vec, void *fn);
#ifndef __x86_64__
void setup_tss32(void);
void set_intr_task_gate(int vec, void *fn);
/* The page tables that this CPU's task, double faults and set_intr_task_gate() get: a task switch loads CR3. */
void tasks_use_page_tables(unsigned long cr3);
/* What the calling CPU's TSS and tss_intr hold, on the console. */
void print_current_tss_info(void);
#endif

#endif
