/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * void raw_vmrun(u64 vmcb): VMRUN and nothing beside it, with a pattern in every register of L1,
 * all of which are stored right behind it. raw_gprs: RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8 to
 * R15; raw_pattern has the pattern. For state.c.
 */
	.text
	.globl raw_vmrun
	.type raw_vmrun, %function
raw_vmrun:
	pushq %rbx
	pushq %rbp
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
	clgi
	movq %rdi, %rax
	movq %rsp, raw_rsp
	pushq raw_flags
	popfq
	movq raw_pattern + 8, %rcx
	movq raw_pattern + 16, %rdx
	movq raw_pattern + 24, %rbx
	movq raw_pattern + 40, %rbp
	movq raw_pattern + 48, %rsi
	movq raw_pattern + 56, %rdi
	movq raw_pattern + 64, %r8
	movq raw_pattern + 72, %r9
	movq raw_pattern + 80, %r10
	movq raw_pattern + 88, %r11
	movq raw_pattern + 96, %r12
	movq raw_pattern + 104, %r13
	movq raw_pattern + 112, %r14
	movq raw_pattern + 120, %r15
	vmrun
	movq %rax, raw_gprs
	movq %rcx, raw_gprs + 8
	movq %rdx, raw_gprs + 16
	movq %rbx, raw_gprs + 24
	movq %rsp, raw_gprs + 32
	movq %rbp, raw_gprs + 40
	movq %rsi, raw_gprs + 48
	movq %rdi, raw_gprs + 56
	movq %r8, raw_gprs + 64
	movq %r9, raw_gprs + 72
	movq %r10, raw_gprs + 80
	movq %r11, raw_gprs + 88
	movq %r12, raw_gprs + 96
	movq %r13, raw_gprs + 104
	movq %r14, raw_gprs + 112
	movq %r15, raw_gprs + 120
	movq raw_rsp, %rsp
	pushfq
	popq raw_flags_after
	pushq $2
	popfq
	movl %cs, %eax
	movl %eax, raw_selectors
	movl %ss, %eax
	movl %eax, raw_selectors + 4
	movl %ds, %eax
	movl %eax, raw_selectors + 8
	movl %es, %eax
	movl %eax, raw_selectors + 12
	stgi
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %rbp
	popq %rbx
	ret
	.size raw_vmrun, . - raw_vmrun
