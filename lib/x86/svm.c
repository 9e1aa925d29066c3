/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SVM for tests (svm.h): enabling it, a guest as new, and the run. L2's handlers: svm-l2.S; nested
 * paging: svm-npt.c.
 */
#ifdef __x86_64__
#include "x86/svm.h"
#include "x86/virt.h"
#include "asm/debugreg.h"
#include "asm/io.h"

/* Of svm-l2.S. */
#define L2_STUB_SIZE	16
#define L2_STUB_IRETQ	7		/* from the VMMCALL to the IRETQ */
extern u8 l2_stubs[L2_IDT_ENTRIES][L2_STUB_SIZE];

#define PAGES	__attribute__((aligned(4096)))
u8 l2_stack[L2_STACK_SIZE] PAGES;
idt_entry_t l2_idt[L2_IDT_ENTRIES] PAGES;
static tss64_t l2_tss;
static struct vmcb guest_vmcb PAGES;
static struct vmcb host_vmcb PAGES;	/* what VMSAVE and VMLOAD keep for L1 */
static u8 host_save_area[4096] PAGES;
static u8 guest_iopm[IOPM_SIZE] PAGES;
static u8 guest_msrpm[MSRPM_SIZE] PAGES;
static struct svm_guest guest;

bool svm_enable(void)
{
	if (!this_cpu_has(X86_FEATURE_SVM) || rdmsr(MSR_VM_CR) & VM_CR_SVMDIS)
		return false;
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SVME);
	wrmsr(MSR_VM_HSAVE_PA, virt_to_phys(host_save_area));
	return true;
}

void svm_disable(void)
{
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) & ~(u64)EFER_SVME);
}

/* Field by field in a cleared table: an initializer may leave bits without a name as they were. */
static void set_l2_idt(void)
{
	memset(l2_idt, 0, sizeof(l2_idt));
	for (int i = 0; i < L2_IDT_ENTRIES; i++) {
		uintptr_t at = (uintptr_t)l2_stubs[i];

		l2_idt[i].offset0 = at;
		l2_idt[i].offset1 = at >> 16;
		l2_idt[i].selector = KERNEL_CS;
		l2_idt[i].type = GATE_INTERRUPT;
		l2_idt[i].dpl = 3;
		l2_idt[i].p = 1;
	}
}

static void set_control(struct vmcb_control *c)
{
	static const int intercepts[] = {
		INTERCEPT_INTR, INTERCEPT_NMI, INTERCEPT_INIT, INTERCEPT_SHUTDOWN, INTERCEPT_HLT,
		INTERCEPT_VMRUN, INTERCEPT_VMMCALL,
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(intercepts); i++)
		svm_intercept(&guest, intercepts[i]);
	c->intercept_exceptions = ~(1u << NMI_VECTOR);
	c->iopm_base_pa = virt_to_phys(guest_iopm);
	c->msrpm_base_pa = virt_to_phys(guest_msrpm);
	c->asid = 1;
	c->int_ctl = V_INTR_MASKING;
}

static void set_segments(struct vmcb_save *s)
{
	struct descriptor_table_ptr gdtr;

	sgdt(&gdtr);
	s->cs = (struct vmcb_segment){ KERNEL_CS, VMCB_CODE64, ~0u, 0 };
	s->ss = (struct vmcb_segment){ KERNEL_DS, VMCB_DATA32, ~0u, 0 };
	s->ds = s->ss;
	s->es = s->ss;
	s->gdtr = (struct vmcb_segment){ .limit = gdtr.limit, .base = gdtr.base };
	l2_tss = (tss64_t){ .rsp0 = L2_STACK0_TOP, .iomap_base = sizeof(l2_tss) };
	s->tr.base = (uintptr_t)&l2_tss;
	s->tr.limit = sizeof(l2_tss) - 1;
	s->idtr = (struct vmcb_segment){ .limit = sizeof(l2_idt) - 1, .base = (uintptr_t)l2_idt };
}

static void set_registers(struct vmcb_save *s)
{
	s->efer = rdmsr(MSR_EFER);
	s->cr0 = read_cr0();
	s->cr3 = read_cr3();
	s->cr4 = read_cr4();
	s->dr6 = DR6_ACTIVE_LOW;
	s->dr7 = DR7_FIXED_1;
	s->rflags = X86_EFLAGS_FIXED;
	s->rsp = L2_STACK_TOP;
	s->g_pat = rdmsr(MSR_IA32_CR_PAT);
}

struct svm_guest *svm_new_guest(void)
{
	bool enabled = svm_enable();

	assert_msg(enabled, "no SVM: ask svm_enable() first");
	stgi();
	memset(&guest_vmcb, 0, sizeof(guest_vmcb));
	memset(guest_iopm, 0, sizeof(guest_iopm));
	memset(guest_msrpm, 0, sizeof(guest_msrpm));
	guest = (struct svm_guest){ .vmcb = &guest_vmcb, .regs = this_cpu_guest_regs(),
				    .iopm = guest_iopm, .msrpm = guest_msrpm };
	memset(guest.regs, 0, sizeof(*guest.regs));
	set_l2_idt();
	vmsave(&guest_vmcb);
	set_control(&guest_vmcb.control);
	set_segments(&guest_vmcb.save);
	set_registers(&guest_vmcb.save);
	return &guest;
}

void svm_at_cpl3(struct svm_guest *g)
{
	struct vmcb_save *s = &g->vmcb->save;

	s->cs.selector = USER_CS;
	s->cs.attributes |= VMCB_DPL3;
	s->ss.selector = USER_DS;
	s->ss.attributes |= VMCB_DPL3;
	s->cpl = 3;
}

#define VMRUN	".byte 0x0f, 0x01, 0xd8\n\t"
#define VMLOAD	".byte 0x0f, 0x01, 0xda\n\t"
#define VMSAVE	".byte 0x0f, 0x01, 0xdb\n\t"
#define HOST	"movl $%c[host], %%eax\n\t"

/*
 * A test of the tests: with VMUNIT_SVM_FLIP=OFFSET:BITS in the environment (hexadecimal) these bits
 * of the 64-bit word at OFFSET of the VMCB are the other way round while L2 runs, as if the machine
 * had read them so.
 */
static void flip_bits(struct vmcb *vmcb)
{
	char *flip = getenv("VMUNIT_SVM_FLIP"), *bits;
	unsigned long offset;

	if (!flip)
		return;
	offset = strtoul(flip, &bits, 16);
	assert_msg(*bits == ':' && offset <= sizeof(*vmcb) - 8,
		   "VMUNIT_SVM_FLIP=%s is not OFFSET:BITS", flip);
	*(u64 *)((char *)vmcb + offset) ^= strtoull(bits + 1, NULL, 16);
}

u64 svm_run(struct svm_guest *g)
{
	void *regs = g->regs;

	g->regs->rax = virt_to_phys(g->vmcb);
	flip_bits(g->vmcb);
	asm volatile("clgi\n\t"
		     "pushq %%rax\n\t" HOST VMSAVE "popq %%rax\n\t"
		     SWAP_GPRS
		     "pushq %%rax\n\t" "movq " GUEST_REG(rax) ", %%rax\n\t"
		     VMLOAD VMRUN VMSAVE
		     HOST VMLOAD "popq %%rax\n\t"
		     SWAP_GPRS
		     "stgi"
		     : "+a" (regs) : [host] "i" (&host_vmcb), GUEST_REGS_OFFSETS : "memory", "cc");
	flip_bits(g->vmcb);
	return g->vmcb->control.exit_code;
}

u64 svm_run_at(struct svm_guest *g, const void *rip)
{
	g->vmcb->save.rip = (uintptr_t)rip;
	return svm_run(g);
}

void svm_intercept(struct svm_guest *g, int intercept)
{
	g->vmcb->control.intercept[intercept / 32] |= 1u << intercept % 32;
}

void svm_no_intercept(struct svm_guest *g, int intercept)
{
	g->vmcb->control.intercept[intercept / 32] &= ~(1u << intercept % 32);
}

/* Section 15.11: three ranges of 0x2000 registers, two bits each. */
bool svm_intercept_msr(struct svm_guest *g, u32 msr, bool read, bool write)
{
	static const u32 first[] = { 0, 0xc0000000, 0xc0010000 };

	for (unsigned int i = 0; i < ARRAY_SIZE(first); i++) {
		u32 n = msr - first[i];

		if (n >= 0x2000)
			continue;
		g->msrpm[i * 0x800 + n / 4] |= (read | write << 1) << n % 4 * 2;
		return true;
	}
	return false;
}

void svm_intercept_port(struct svm_guest *g, unsigned int port)
{
	assert(port < IOPM_SIZE * 8);
	g->iopm[port / 8] |= 1u << port % 8;
}

/*
 * In 64-bit mode the five words of a frame end at a multiple of 16 bytes; below them lie an error
 * code, and our vector.
 */
bool svm_l2_event(const struct svm_guest *g, struct l2_event *e)
{
	const struct vmcb_save *s = &g->vmcb->save;
	const u64 *sp = (const u64 *)(uintptr_t)s->rsp;

	if (g->vmcb->control.exit_code != SVM_EXIT_VMMCALL || s->rip < (uintptr_t)l2_stubs ||
	    s->rip >= (uintptr_t)l2_stubs + sizeof(l2_stubs))
		return false;
	*e = (struct l2_event){ .vector = (s->rip - (uintptr_t)l2_stubs) / L2_STUB_SIZE };
	e->has_error = s->rsp % 16;
	sp++;
	if (e->has_error)
		e->error = *sp++;
	e->rip = sp[0];
	e->cs = sp[1];
	e->rflags = sp[2];
	e->rsp = sp[3];
	e->ss = sp[4];
	return true;
}

void svm_l2_iret(struct svm_guest *g)
{
	struct vmcb_save *s = &g->vmcb->save;

	s->rsp += s->rsp % 16 ? 16 : 8;
	s->rip += L2_STUB_IRETQ;
}
#endif
