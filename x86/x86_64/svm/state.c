/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What VMRUN loads and #VMEXIT saves, what L1 finds afterwards, and what neither touches (APM
 * volume 2, sections 15.5.1, 15.6 and appendix B); VMSAVE and VMLOAD (15.5.2). L2 changes all that
 * it can, to values unlike L1's; L1 runs it by VMRUN alone (raw.S) with a pattern in each register.
 */
#include "svm_test.h"
#include "arch-hooks.h"
#include "asm/debugreg.h"
#include "asm/io.h"

void raw_vmrun(u64 vmcb);
u64 raw_gprs[16], raw_pattern[16], raw_rsp, raw_flags, raw_flags_after;
u32 raw_selectors[4];

#define ALL_FLAGS \
	(X86_EFLAGS_CF | X86_EFLAGS_PF | X86_EFLAGS_AF | X86_EFLAGS_ZF | X86_EFLAGS_SF | \
	 X86_EFLAGS_DF | X86_EFLAGS_OF | X86_EFLAGS_IOPL | X86_EFLAGS_NT | X86_EFLAGS_AC | \
	 X86_EFLAGS_ID)

static void run_raw(struct svm_guest *g, const void *rip, u64 flags)
{
	for (int i = 0; i < 16; i++)
		raw_pattern[i] = 0x0101010101010101ull * (i + 1) ^ 0xa5ull << 56;
	raw_flags = flags | X86_EFLAGS_FIXED;
	g->vmcb->save.rip = (uintptr_t)rip;
	raw_vmrun(virt_to_phys(g->vmcb));
}

enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8 };

/* ---- general registers ---- */

L2_CODE(invert,
	"notq %rax; notq %rcx; notq %rdx; notq %rbx; notq %rsp; notq %rbp; notq %rsi; notq %rdi;"
	"notq %r8; notq %r9; notq %r10; notq %r11; notq %r12; notq %r13; notq %r14",
	"notq %r15", "");

CASE(gprs, "all but RAX and RSP pass from L1 to L2 and back; those two are the VMCB's and L1's own")
{
	struct svm_guest *g = svm_new_guest();

	g->vmcb->save.rax = 0x1111222233334444ull;
	g->vmcb->save.rsp = 0x5555666677778888ull;
	run_raw(g, invert.start, 0);
	expect_exit(g, SVM_EXIT_VMMCALL, invert.end, "inverted");
	for (int i = RCX; i < 16; i++)
		if (i != RSP)
			expect_eq_msg(raw_gprs[i], ~raw_pattern[i], "register %d", i);
	expect_eq(raw_gprs[RAX], virt_to_phys(g->vmcb));
	expect_eq(raw_gprs[RSP], raw_rsp);
	expect_eq(g->vmcb->save.rax, ~0x1111222233334444ull);
	expect_eq(g->vmcb->save.rsp, ~0x5555666677778888ull);
}

CASE(rflags, "RFLAGS: L1 has its own again, all bits, whatever L2's are; L2's are saved")
{
	struct svm_guest *g = svm_new_guest();

	run_raw(g, nothing.start, ALL_FLAGS);
	expect_eq(raw_flags_after, ALL_FLAGS | X86_EFLAGS_FIXED);
	expect_eq(g->vmcb->save.rflags, X86_EFLAGS_FIXED);
	g = svm_new_guest();
	g->vmcb->save.rflags = ALL_FLAGS | X86_EFLAGS_FIXED;
	run_raw(g, nothing.start, 0);
	expect_eq(raw_flags_after, X86_EFLAGS_FIXED);
	expect_eq(g->vmcb->save.rflags, ALL_FLAGS | X86_EFLAGS_FIXED);
}

/* ---- L1's state ---- */

struct host {
	u64 cr0, cr3, cr4, cr8, efer, fs_base, gs_base, kernel_gs_base, star, lstar, cstar, sfmask;
	u64 sysenter_cs, sysenter_esp, sysenter_eip, pat, dr0;
	u16 fs, gs, ldt, tr;
	struct descriptor_table_ptr gdtr, idtr;
};

static void read_host(struct host *h)
{
	memset(h, 0, sizeof(*h));
	h->cr0 = read_cr0();
	h->cr3 = read_cr3();
	h->cr4 = read_cr4();
	h->cr8 = read_cr8();
	h->efer = rdmsr(MSR_EFER);
	h->fs_base = rdmsr(MSR_FS_BASE);
	h->gs_base = rdmsr(MSR_GS_BASE);
	h->kernel_gs_base = rdmsr(MSR_KERNEL_GS_BASE);
	h->star = rdmsr(MSR_STAR);
	h->lstar = rdmsr(MSR_LSTAR);
	h->cstar = rdmsr(MSR_CSTAR);
	h->sfmask = rdmsr(MSR_SYSCALL_MASK);
	h->sysenter_cs = rdmsr(MSR_IA32_SYSENTER_CS);
	h->sysenter_esp = rdmsr(MSR_IA32_SYSENTER_ESP);
	h->sysenter_eip = rdmsr(MSR_IA32_SYSENTER_EIP);
	h->pat = rdmsr(MSR_IA32_CR_PAT);
	h->dr0 = read_dr0();
	h->fs = read_fs();
	h->gs = read_gs();
	h->ldt = sldt();
	h->tr = str();
	sgdt(&h->gdtr);
	sidt(&h->idtr);
}

/* Named by assembly. */
struct descriptor_table_ptr l2_gdtr = { 0x7f, 0x123450000 }, l2_idtr = { 0xff, 0x543210000 };

/* All that VMRUN has switched, and L1 must get back. */
L2_CODE(change_all,
	"movq %rax, %cr8;"
	"movq %cr4, %rax; orq $8, %rax; movq %rax, %cr4;"
	"movq %cr0, %rax; xorl $0x40002, %eax; movq %rax, %cr0;"
	"movq %cr3, %rax; orq $0x18, %rax; movq %rax, %cr3;"
	"xorl %eax, %eax; movl %eax, %es; movl %eax, %ds;"
	"lgdt %cs:l2_gdtr; lidt %cs:l2_idtr;"
	"movl $0xc0000080, %ecx; rdmsr; orl $1, %eax; wrmsr;"
	"movl $0x402, %eax; movq %rax, %dr7;"
	"movl $0x555, %eax; movq %rax, %cr2;"
	"movl $0xffff0ff1, %eax; movq %rax, %dr6", "std", "");

CASE(host_state, "after an exit L1 has its registers again, whatever L2 did to them")
{
	struct svm_guest *g = svm_new_guest();
	struct host before, after;

	write_ds(KERNEL_DS);
	write_es(KERNEL_DS);
	read_host(&before);
	g->vmcb->save.rax = 9;
	run_raw(g, change_all.start, 0);
	read_host(&after);
	expect_exit(g, SVM_EXIT_VMMCALL, change_all.end, "changed");
	expect_mem(&after, &before, sizeof(before));
	expect_eq(raw_selectors[0], KERNEL_CS);
	expect_eq(raw_selectors[1], KERNEL_DS);
	expect_eq(raw_selectors[2], KERNEL_DS);
	expect_eq(raw_selectors[3], KERNEL_DS);
}

CASE(host_dr7, "after an exit no breakpoint of L1's DR7 is enabled")
{
	struct svm_guest *g = svm_new_guest();
	u64 dr7;

	write_dr7(DR7_FIXED_1 | DR7_LOCAL_ENABLE_DR3 | DR7_WRITE_DRx(3) | DR7_GLOBAL_ENABLE_DR2);
	run_raw(g, change_all.start, 0);
	dr7 = read_dr7();
	write_dr7(DR7_FIXED_1);
	expect_eq(dr7 & 0xff, 0);
	expect_eq(g->vmcb->save.dr7, 0x402);
}

CASE(saved,
     "the exit saves what L2 changed: control and debug registers, segments, EFER, flags, V_TPR")
{
	struct svm_guest *g = svm_new_guest();
	const struct vmcb_save *s = &g->vmcb->save;
	struct vmcb_save old = *s;

	g->vmcb->save.rax = 9;
	svm_run_at(g, change_all.start);
	expect_exit(g, SVM_EXIT_VMMCALL, change_all.end, "changed");
	expect_eq(s->cr0, old.cr0 ^ X86_CR0_AM ^ X86_CR0_MP);
	expect_eq(s->cr2, 0x555);
	expect_eq(s->cr3, old.cr3 | X86_CR3_PWT | X86_CR3_PCD);
	expect_eq(s->cr4, old.cr4 | X86_CR4_DE);
	expect_eq(g->vmcb->control.int_ctl, V_INTR_MASKING | 9);
	expect_eq(s->efer, old.efer | EFER_SCE);
	expect_eq(s->dr6, DR6_ACTIVE_LOW | DR6_TRAP0);
	expect_eq(s->dr7, 0x402);
	expect_eq(s->rflags & X86_EFLAGS_DF, X86_EFLAGS_DF);
	expect_eq(s->gdtr.limit, l2_gdtr.limit);
	expect_eq(s->gdtr.base, l2_gdtr.base);
	expect_eq(s->idtr.limit, l2_idtr.limit);
	expect_eq(s->idtr.base, l2_idtr.base);
	expect_eq(s->ds.selector, 0);
	expect_eq(s->es.selector, 0);
	expect_eq(s->cs.selector, KERNEL_CS);
	expect_eq(s->cs.attributes, VMCB_CODE64);
	expect_eq(s->ss.selector, KERNEL_DS);
	expect_eq(s->ss.attributes, VMCB_DATA32);
	expect_eq(s->ss.limit, ~0u);
	expect_eq(s->cpl, 0);
}

L2_CODE(look_cr,
	"movq %cr0, %rax; movq %cr2, %rbx; movq %cr3, %rcx; movq %cr4, %rdx; movq %cr8, %rsi;"
	"movq %dr6, %rdi; movq %dr7, %r8; pushfq; popq %r9; movq %dr0, %r10",
	"movl %ds, %r11d", "movl %es, %r12d; movl %cs, %r13d; movl %ss, %r14d");

CASE(loaded,
     "L2 sees what the VMCB says: control and debug registers, flags, selectors; and L1's DR0")
{
	struct svm_guest *g = svm_new_guest();
	struct vmcb_save *s = &g->vmcb->save, old;

	s->cr0 ^= X86_CR0_AM | X86_CR0_TS;
	s->cr2 = 0x123456789abcdef0ull;
	s->cr3 |= X86_CR3_PWT;
	s->cr4 ^= X86_CR4_DE | X86_CR4_TSD;
	s->dr6 = DR6_ACTIVE_LOW | DR6_TRAP2;
	s->dr7 = DR7_FIXED_1 | DR7_LOCAL_ENABLE_DR3 | DR7_WRITE_DRx(3);
	s->rflags = ALL_FLAGS | X86_EFLAGS_FIXED;
	s->ds.selector = 0x1230;
	s->es.selector = 0x4560;
	g->vmcb->control.int_ctl |= 11;
	old = *s;
	write_dr0(0x123456);
	expect_through(g, &look_cr, "look");
	write_dr0(0);
	expect_eq(s->rax, old.cr0);
	expect_eq(g->regs->rbx, old.cr2);
	expect_eq(g->regs->rcx, old.cr3);
	expect_eq(g->regs->rdx, old.cr4);
	expect_eq(g->regs->rsi, 11);
	expect_eq(g->regs->rdi, old.dr6);
	expect_eq(g->regs->r8, old.dr7);
	expect_eq(g->regs->r9, old.rflags);
	expect_eq(g->regs->r10, 0x123456);
	expect_eq(g->regs->r11, 0x1230);
	expect_eq(g->regs->r12, 0x4560);
	expect_eq(g->regs->r13, KERNEL_CS);
	expect_eq(g->regs->r14, KERNEL_DS);
}

L2_CODE(read_efer, "movl $0xc0000080, %ecx", "rdmsr", "");

CASE(loaded_efer, "L2's EFER is the VMCB's, not L1's")
{
	struct svm_guest *g = svm_new_guest();
	u64 efer = rdmsr(MSR_EFER) ^ EFER_SCE;

	g->vmcb->save.efer = efer;
	expect_through(g, &read_efer, "RDMSR");
	expect_eq(g->regs->rdx << 32 | (u32)g->vmcb->save.rax, efer);
	expect_eq(rdmsr(MSR_EFER), efer ^ EFER_SCE);
}

CASE(cpl, "CPL is loaded and saved; VMMCALL exits at CPL 3 too")
{
	struct svm_guest *g = svm_new_guest();

	svm_at_cpl3(g);
	expect_through(g, &nothing, "CPL 3");
	expect_eq(g->vmcb->save.cpl, 3);
	expect_eq(g->vmcb->save.cs.selector, USER_CS);
	expect_eq(g->vmcb->save.cs.attributes, VMCB_CODE64 | VMCB_DPL3);
	expect_eq(g->vmcb->save.ss.attributes, VMCB_DATA32 | VMCB_DPL3);
}

L2_CODE(to_cpl3,
	"pushq $" xstr(USER_DS) "; pushq %rsp; pushq $2;"
	"pushq $" xstr(USER_CS) "; pushq $l2_to_cpl3_next", "iretq", "nop");

CASE(cpl_changed, "the exit saves the CPL that L2 went to")
{
	struct svm_guest *g = svm_new_guest();

	expect_through(g, &to_cpl3, "IRET");
	expect_eq(g->vmcb->save.cpl, 3);
	expect_eq(g->vmcb->save.cs.selector, USER_CS);
	expect_eq(g->vmcb->save.ss.selector, USER_DS);
}

/* ---- what VMRUN and #VMEXIT leave to VMLOAD and VMSAVE ---- */

/* Fields of both, in the order of the VMCB; and the MSR where a base or a value can be read. */
static const struct field {
	const char *name;
	size_t offset;
	u32 msr;
	u64 value;
} fields[] = {
#define FIELD(name, msr, value)	{ #name, offsetof(struct vmcb, save.name), msr, value }
	FIELD(fs.base, MSR_FS_BASE, 0x0000111122223333),
	FIELD(gs.base, MSR_GS_BASE, 0xffff888811112222),
	FIELD(kernel_gs_base, MSR_KERNEL_GS_BASE, 0x0000222233334444),
	FIELD(star, MSR_STAR, 0x00230010abcdef01),
	FIELD(lstar, MSR_LSTAR, 0xffff800012345678),
	FIELD(cstar, MSR_CSTAR, 0xffff800087654321),
	FIELD(sfmask, MSR_SYSCALL_MASK, 0x00047700),
	FIELD(sysenter_cs, MSR_IA32_SYSENTER_CS, 0x1230),
	FIELD(sysenter_esp, MSR_IA32_SYSENTER_ESP, 0xffff800011110000),
	FIELD(sysenter_eip, MSR_IA32_SYSENTER_EIP, 0xffff800022220000),
};

static u64 *field_in(struct vmcb *v, const struct field *f)
{
	return (u64 *)((char *)v + f->offset);
}

static struct vmcb pattern __attribute__((aligned(4096)));
static struct vmcb mine __attribute__((aligned(4096)));
static struct vmcb stored __attribute__((aligned(4096)));

/* Loads the pattern, reads the MSRs and stores it; L1's own state is back when it returns. */
static void load_pattern(u64 values[])
{
	unsigned long state = arch_irq_save();

	vmsave(&mine);
	pattern = mine;
	for (unsigned int i = 0; i < ARRAY_SIZE(fields); i++)
		*field_in(&pattern, &fields[i]) = fields[i].value;
	pattern.save.fs.selector = 0x1238;
	pattern.save.fs.attributes = VMCB_DATA32;
	pattern.save.fs.limit = 0xfffff;
	pattern.save.gs.selector = 0x4568;
	pattern.save.ldtr.selector = 0x7890;
	pattern.save.ldtr.attributes = 0x82;
	pattern.save.ldtr.limit = 0x1ff;
	pattern.save.ldtr.base = 0x0000123400005678ull;
	vmload(&pattern);
	for (unsigned int i = 0; i < ARRAY_SIZE(fields); i++)
		values[i] = rdmsr(fields[i].msr);
	memset(&stored, 0xa5, sizeof(stored));
	vmsave(&stored);
	vmload(&mine);
	arch_irq_restore(state);
}

CASE(vmload_msrs, "VMLOAD loads the bases of FS and GS and the MSRs of system calls")
{
	u64 values[ARRAY_SIZE(fields)];

	svm_new_guest();
	load_pattern(values);
	for (unsigned int i = 0; i < ARRAY_SIZE(fields); i++)
		expect_eq_msg(values[i], fields[i].value, "%s", fields[i].name);
}

CASE(vmsave_stores, "VMSAVE stores what VMLOAD loads, hidden parts too")
{
	u64 values[ARRAY_SIZE(fields)];

	svm_new_guest();
	load_pattern(values);
	for (unsigned int i = 0; i < ARRAY_SIZE(fields); i++)
		expect_eq_msg(*field_in(&stored, &fields[i]), fields[i].value, "%s",
			      fields[i].name);
	expect_mem(&stored.save.fs, &pattern.save.fs, sizeof(stored.save.fs));
	expect_mem(&stored.save.gs, &pattern.save.gs, sizeof(stored.save.gs));
	expect_mem(&stored.save.ldtr, &pattern.save.ldtr, sizeof(stored.save.ldtr));
	expect_mem(&stored.save.tr, &pattern.save.tr, sizeof(stored.save.tr));
}

CASE(vmsave_only, "VMSAVE stores nothing else of the page")
{
	struct vmcb_save *s = &stored.save;
	u8 expected[sizeof(stored)];
	u64 values[ARRAY_SIZE(fields)];

	svm_new_guest();
	load_pattern(values);
	memset(expected, 0xa5, sizeof(expected));
	for (unsigned int i = 0; i < ARRAY_SIZE(fields); i++)
		*field_in(&stored, &fields[i]) = 0xa5a5a5a5a5a5a5a5ull;
	memset(&s->fs, 0xa5, sizeof(s->fs) * 2);
	memset(&s->ldtr, 0xa5, sizeof(s->ldtr));
	memset(&s->tr, 0xa5, sizeof(s->tr));
	expect_mem(&stored, expected, sizeof(expected));
}

/* What VMRUN must not load, and #VMEXIT not store. */
L2_CODE(read_bases,
	"movl $0xc0000100, %ecx; rdmsr; movl %eax, %esi; movl %edx, %edi; movl $0xc0000102, %ecx",
	"rdmsr", "");

CASE(vmrun_leaves, "VMRUN loads none of it, #VMEXIT stores none of it")
{
	const u64 fs_base = 0x0000333311110000, kernel_gs_base = 0x0000333322220000;
	struct svm_guest *g = svm_new_guest();

	vmsave(&mine);
	for (unsigned int i = 0; i < ARRAY_SIZE(fields); i++)
		*field_in(g->vmcb, &fields[i]) = fields[i].value;
	wrmsr(MSR_FS_BASE, fs_base);
	wrmsr(MSR_KERNEL_GS_BASE, kernel_gs_base);
	run_raw(g, read_bases.start, 0);
	expect_exit(g, SVM_EXIT_VMMCALL, read_bases.end, "L2");
	expect_eq(raw_gprs[RDI] << 32 | raw_gprs[RSI], fs_base);
	expect_eq(raw_gprs[RDX] << 32 | (u32)g->vmcb->save.rax, kernel_gs_base);
	expect_eq(rdmsr(MSR_FS_BASE), fs_base);
	expect_eq(rdmsr(MSR_KERNEL_GS_BASE), kernel_gs_base);
	vmload(&mine);
	for (unsigned int i = 0; i < ARRAY_SIZE(fields); i++)
		expect_eq_msg(*field_in(g->vmcb, &fields[i]), fields[i].value, "%s",
			      fields[i].name);
}

/* ---- canonicalization: section 15.5.1 ---- */

L2_CODE(store_tables, "sgdt (%rdi)", "sidt 16(%rdi)", "");

CASE(canonical_bases,
     "VMRUN makes the bases of GDTR and IDTR canonical, and the exit saves them so")
{
	struct svm_guest *g = svm_new_guest();
	struct descriptor_table_ptr *tables = (void *)l2_stack;

	/* The same for 48 and for 57 bits. */
	g->vmcb->save.gdtr.base = 0x01ff812345678000ull;
	g->vmcb->save.idtr.base = 0xfe00012345678000ull;
	g->regs->rdi = (uintptr_t)l2_stack;
	expect_through(g, &store_tables, "SGDT and SIDT");
	expect_eq(tables->limit, g->vmcb->save.gdtr.limit);
	expect_eq(tables->base, 0xffff812345678000ull);
	expect_eq(((struct descriptor_table_ptr *)(l2_stack + 16))->base, 0x0000012345678000ull);
	expect_eq(g->vmcb->save.gdtr.base, 0xffff812345678000ull);
	expect_eq(g->vmcb->save.idtr.base, 0x0000012345678000ull);
}
