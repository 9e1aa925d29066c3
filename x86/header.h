/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two doors of an image, for the start files: a Multiboot header (QEMU pc and q35, GRUB) and a PVH note
 * (QEMU microvm, Firecracker, Cloud Hypervisor). Both enter 32-bit protected mode, paging off.
 */
#include "x86/boot.h"
#include "x86/selectors.h"

/* The start file's own GDT; CS follows by its far jump. */
.macro LOAD_BOOT_SEGMENTS
	lgdtl boot_gdt_pointer
	movl $KERNEL_DS, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	xorl %eax, %eax
	movl %eax, %fs
	movl %eax, %gs
.endm

	.section .boot, "a", %progbits
	.p2align 2
	.long MULTIBOOT_HEADER_MAGIC
	.long MULTIBOOT_HEADER_FLAGS
	.long -(MULTIBOOT_HEADER_MAGIC + MULTIBOOT_HEADER_FLAGS)

	.section .note.pvh, "a", %note
	.p2align 2
	.long 4			/* size of the name */
	.long 4			/* size of the description */
	.long PVH_NOTE_PHYS32_ENTRY
	.asciz "Xen"
	.long start_pvh

	.section .text.start, "ax", %progbits
	.code32
	.globl start
start:
	movl $BOOT_MULTIBOOT, %edi
	cmpl $MULTIBOOT_BOOT_MAGIC, %eax
	je start_common
	/* A loader that follows neither protocol: nothing is known, and nobody to tell. */
1:	hlt
	jmp 1b
	.globl start_pvh
start_pvh:
	movl $BOOT_PVH, %edi
start_common:
	cli
	cld
	movl %ebx, start_info
	movl $boot_stack_top, %esp
	xorl %ebp, %ebp		/* the end of every stack trace */
	pushl $0
	popfl
	jmp start_cpu_check

	/* Checked before any C code, which would end in a triple fault: bit \bit of CPUID leaf \leaf, EDX. */
	.macro need_cpu leaf, bit, what
	movl $(\leaf & 0x80000000), %eax
	cpuid
	cmpl $\leaf, %eax
	jb 8f
	movl $\leaf, %eax
	cpuid
	btl $\bit, %edx
	jc 9f
8:	movl $7f, %esi
	jmp start_abort
7:	.asciz "ABORT: this CPU has no \what, which the image needs\n"
9:
	.endm

	/* ESI: a line, for both consoles; then status 127 for the exit device. */
start_abort:
	lodsb
	testb %al, %al
	jz 1f
	outb %al, $0xe9
	movw $0x3f8, %dx
	outb %al, %dx
	jmp start_abort
1:	movl $127, %eax
	outl %eax, $0xf4
2:	cli
	hlt
	jmp 2b

	.section .bss.start, "aw", %nobits
	.p2align 2
start_info:		/* CPUID takes EBX */
	.skip 4

	.section .bss.stack, "aw", %nobits
	.p2align 12
	.globl boot_stack, boot_stack_top
boot_stack:
	.skip BOOT_STACK_SIZE
boot_stack_top:

	.section .text.start, "ax", %progbits
start_cpu_check:
