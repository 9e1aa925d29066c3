/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry of an x86_64 image: from 32-bit protected mode to 64-bit mode (SDM volume 3, section 10.8.5), with the low
 * 4 GiB mapped one to one by 2 MiB pages, and on to C. Other CPUs: lib/x86/trampoline.S.
 */
#include "header.h"
#include "x86/selectors.h"

#define CR0_PG		(1 << 31)
#define CR0_WP		(1 << 16)
#define CR0_PE_MP_ET_NE	0x33
#define CR4_PAE		(1 << 5)
#define MSR_EFER	0xc0000080
#define EFER_LME	(1 << 8)
#define EFER_NX		(1 << 11)

	need_cpu 0x80000001, 29, "64-bit mode"
	movl start_info, %esi
	LOAD_BOOT_SEGMENTS

	movl $CR4_PAE, %eax
	movl %eax, %cr4
	movl $boot_pml4, %eax
	movl %eax, %cr3
	movl $MSR_EFER, %ecx
	rdmsr
	orl $EFER_LME, %eax
	wrmsr
	movl $(CR0_PG | CR0_WP | CR0_PE_MP_ET_NE), %eax
	movl %eax, %cr0
	ljmpl $KERNEL_CS, $start_long

	.code64
start_long:
	/* The arguments are where the ABI wants them (EDI, ESI); the return address 0 ends stack traces. */
	pushq $0
	jmp x86_start

	.section .data.boot, "aw", %progbits
	.p2align 3
boot_gdt:
	.quad 0
	.quad 0x00af9b000000ffff	/* KERNEL_CS: 64-bit code */
	.quad 0x00cf93000000ffff	/* KERNEL_DS */
boot_gdt_pointer:
	.word . - boot_gdt - 1
	.long boot_gdt

	/* Ready made: under a slow emulator 2048 stores are milliseconds. 0xe7: present, writable,
	 * for users too, accessed, dirty, page size: what setup_vm() promises by default. */
	.p2align 12
	.globl boot_pml4
boot_pml4:
	.quad boot_pdpt + 7
	.fill 511, 8, 0
boot_pdpt:
	.quad boot_pd + 0x0007, boot_pd + 0x1007, boot_pd + 0x2007, boot_pd + 0x3007
	.fill 508, 8, 0
boot_pd:
	.set address, 0
	.rept 2048
	.quad address + 0xe7
	.set address, address + 0x200000
	.endr
