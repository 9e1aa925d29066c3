/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What gdb's stub wants of x86: registers in gdb's order (its features i386/64bit-core.xml and
 * 32bit-core.xml), debug registers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include "gdb.h"

#define REGISTERS	24		/* of 64 bits: 16, RIP, flags, six segments */
#define REGISTERS_32	16

struct all {
	struct kvm_regs g;
	struct kvm_sregs s;
};

static bool get_all(const struct vcpu *vcpu, struct all *a)
{
	return ioctl(vcpu->fd, KVM_GET_REGS, &a->g) == 0 &&
	       ioctl(vcpu->fd, KVM_GET_SREGS, &a->s) == 0;
}

/*
 * Where the nth register is, and how many bytes gdb wants of it; segments are apart, since they are
 * only shown.
 */
static unsigned long long *slot(struct all *a, bool wide, unsigned int n)
{
	unsigned long long *const order64[] = {
		&a->g.rax, &a->g.rbx, &a->g.rcx, &a->g.rdx, &a->g.rsi, &a->g.rdi,
		&a->g.rbp, &a->g.rsp, &a->g.r8,	 &a->g.r9,  &a->g.r10, &a->g.r11,
		&a->g.r12, &a->g.r13, &a->g.r14, &a->g.r15, &a->g.rip, &a->g.rflags,
	};
	unsigned long long *const order32[] = {
		&a->g.rax, &a->g.rcx, &a->g.rdx, &a->g.rbx, &a->g.rsp,
		&a->g.rbp, &a->g.rsi, &a->g.rdi, &a->g.rip, &a->g.rflags,
	};

	return wide ? (n < 18 ? order64[n] : NULL) : n < 10 ? order32[n] : NULL;
}

static unsigned int bytes_of(bool wide, unsigned int n)
{
	return wide && n < 17 ? 8 : 4;
}

static unsigned long long segment_of(const struct all *a, unsigned int n)
{
	const unsigned long long order[] = {
		a->s.cs.selector, a->s.ss.selector, a->s.ds.selector,
		a->s.es.selector, a->s.fs.selector, a->s.gs.selector,
	};

	return order[n];
}

void gdb_get_registers(struct vcpu *vcpu, char *to, size_t size)
{
	bool wide = !vcpu->machine->options->gdb_i386;
	unsigned int n = wide ? REGISTERS : REGISTERS_32;
	struct all a;
	size_t len = 0;

	*to = '\0';
	if (!get_all(vcpu, &a)) {
		snprintf(to, size, "E01");
		return;
	}
	for (unsigned int i = 0; i < n; i++) {
		unsigned long long *at = slot(&a, wide, i),
				   value = at ? *at : segment_of(&a, i - (n - 6));

		for (unsigned int b = 0; b < bytes_of(wide, i) && len + 3 <= size; b++)
			len += (size_t)snprintf(to + len, size - len, "%02x",
						(unsigned int)(value >> 8 * b & 0xff));
	}
}

bool gdb_set_registers(struct vcpu *vcpu, const char *from)
{
	bool wide = !vcpu->machine->options->gdb_i386;
	struct all a;

	if (!get_all(vcpu, &a))
		return false;
	for (unsigned int i = 0; slot(&a, wide, i); i++) {
		unsigned long long value = 0;

		for (unsigned int b = 0; b < bytes_of(wide, i); b++, from += 2) {
			char digits[3] = { from[0], from[0] ? from[1] : '\0', '\0' };

			if (strlen(digits) != 2)
				return false;
			value |= strtoull(digits, NULL, 16) << 8 * b;
		}
		*slot(&a, wide, i) = value;
	}
	return ioctl(vcpu->fd, KVM_SET_REGS, &a.g) == 0;
}

bool gdb_translate(struct vcpu *vcpu, uint64_t linear, gpa_t *physical)
{
	struct kvm_translation t = { .linear_address = linear };

	if (ioctl(vcpu->fd, KVM_TRANSLATE, &t) != 0 || !t.valid)
		return false;
	*physical = gpa(t.physical_address);
	return true;
}

/*
 * DR7: SDM volume 3, section 18.2.4: execution breakpoints, enabled globally; bit 10 is always set.
 */
bool gdb_set_debug(struct vcpu *vcpu, const uint64_t *breakpoints, bool step)
{
	struct kvm_guest_debug debug = { .control = 0 };
	struct kvm_regs regs;

	debug.arch.debugreg[7] = 0x400;
	for (int i = 0; i < GDB_BREAKPOINTS; i++) {
		debug.arch.debugreg[i] = breakpoints[i];
		if (breakpoints[i]) {
			debug.arch.debugreg[7] |= 2u << 2 * i;
			debug.control |= KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_HW_BP;
		}
	}
	if (step)
		debug.control |= KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP;
	/* The instruction that it stands on is not to stop it again. */
	if (debug.control && ioctl(vcpu->fd, KVM_GET_REGS, &regs) == 0) {
		regs.rflags |= 1u << 16;
		ioctl(vcpu->fd, KVM_SET_REGS, &regs);
	}
	return ioctl(vcpu->fd, KVM_SET_GUEST_DEBUG, &debug) == 0;
}
