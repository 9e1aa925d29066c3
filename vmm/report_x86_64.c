/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a vCPU stands, in words: its registers, and the instruction's bytes as its page tables see
 * them.
 */
#include <sys/ioctl.h>
#include "control.h"
#include "machine.h"

#define CODE_BYTES	15	/* the longest instruction */

/* Up to CODE_BYTES at a linear address; as many as can be read. */
static unsigned int read_code(struct vcpu *vcpu, uint64_t at, uint8_t *code)
{
	unsigned int n = 0;

	for (; n < CODE_BYTES; n++) {
		struct kvm_translation t = { .linear_address = at + n };

		if (ioctl(vcpu->fd, KVM_TRANSLATE, &t) != 0 || !t.valid ||
		    !memory_read(&vcpu->machine->memory, gpa(t.physical_address), &code[n], 1))
			break;
	}
	return n;
}

static void segment(struct report *r, const char *name, const struct kvm_segment *s)
{
	report_line(r, "%s =%04x %016llx %08x type %x dpl %u present %u s %u l %u db %u g %u%s",
		    name, s->selector, s->base, s->limit, s->type, s->dpl, s->present, s->s, s->l,
		    s->db, s->g, s->unusable ? " unusable" : "");
}

static void general(struct report *r, const struct kvm_regs *g)
{
	report_line(r, "RAX=%016llx RBX=%016llx RCX=%016llx RDX=%016llx", g->rax, g->rbx, g->rcx,
		    g->rdx);
	report_line(r, "RSI=%016llx RDI=%016llx RBP=%016llx RSP=%016llx", g->rsi, g->rdi, g->rbp,
		    g->rsp);
	report_line(r, "R8 =%016llx R9 =%016llx R10=%016llx R11=%016llx", g->r8, g->r9, g->r10,
		    g->r11);
	report_line(r, "R12=%016llx R13=%016llx R14=%016llx R15=%016llx", g->r12, g->r13, g->r14,
		    g->r15);
}

static void special(struct report *r, const struct kvm_sregs *s)
{
	segment(r, "CS", &s->cs);
	segment(r, "SS", &s->ss);
	segment(r, "DS", &s->ds);
	segment(r, "ES", &s->es);
	segment(r, "FS", &s->fs);
	segment(r, "GS", &s->gs);
	segment(r, "LDT", &s->ldt);
	segment(r, "TR", &s->tr);
	report_line(r, "GDT=     %016llx %04x", s->gdt.base, s->gdt.limit);
	report_line(r, "IDT=     %016llx %04x", s->idt.base, s->idt.limit);
	report_line(r, "CR0=%08llx CR2=%016llx CR3=%016llx CR4=%08llx CR8=%llx", s->cr0, s->cr2,
		    s->cr3, s->cr4, s->cr8);
	report_line(r, "EFER=%llx APIC_BASE=%llx", s->efer, s->apic_base);
}

void arch_report_vcpu(struct vcpu *vcpu, struct report *r)
{
	struct kvm_mp_state mp = { KVM_MP_STATE_RUNNABLE };
	struct kvm_debugregs d;
	struct kvm_sregs s;
	struct kvm_regs g;
	uint8_t code[CODE_BYTES];
	uint64_t ip;

	if (ioctl(vcpu->fd, KVM_GET_REGS, &g) != 0 || ioctl(vcpu->fd, KVM_GET_SREGS, &s) != 0) {
		report_line(r, "CPU#%u: its registers cannot be read", vcpu->index);
		return;
	}
	ioctl(vcpu->fd, KVM_GET_MP_STATE, &mp);
	ip = g.rip + s.cs.base;
	report_place(r, vcpu->index, ip, mp.mp_state == KVM_MP_STATE_HALTED, code,
		     read_code(vcpu, ip, code));
	report_line(r, "CPU#%u", vcpu->index);
	general(r, &g);
	report_line(r, "RIP=%016llx RFL=%08llx CPL=%u HLT=%d MP=%u, last exit %u (%s)", g.rip,
		    g.rflags, s.ss.dpl, mp.mp_state == KVM_MP_STATE_HALTED, mp.mp_state,
		    vcpu->run->exit_reason, kvm_exit_name(vcpu->run->exit_reason));
	special(r, &s);
	if (ioctl(vcpu->fd, KVM_GET_DEBUGREGS, &d) == 0)
		report_line(r, "DR0=%llx DR1=%llx DR2=%llx DR3=%llx DR6=%llx DR7=%llx", d.db[0],
			    d.db[1], d.db[2], d.db[3], d.dr6, d.dr7);
}
