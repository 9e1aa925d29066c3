/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KVM's PIT (Intel 8254, and port 0x61), made when a guest first wants it: to take it down costs a
 * VM 8 ms, and few tests use it. Before it is programmed it does nothing that a guest could see.
 * The access that makes it is done again, by KVM.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include "advice.h"
#include "device.h"
#include "machine.h"
#include "platform_x86_64.h"

/* Intel SDM volume 2, IN and OUT. */
#define IN_AL_IMM	0xe4
#define OUT_IMM_AL	0xe6
#define IN_AL_DX	0xec
#define OUT_DX_AL	0xee

int pit_create(struct machine *m)
{
	struct kvm_pit_config pit = { .flags = KVM_PIT_SPEAKER_DUMMY };

	if (ioctl(m->vm_fd, KVM_CREATE_PIT2, &pit) != 0)
		return -errno;
	return 0;
}

static int code_at(struct vcpu *vcpu, uint64_t linear)
{
	struct kvm_translation t = { .linear_address = linear };
	uint8_t byte;

	if (ioctl(vcpu->fd, KVM_TRANSLATE, &t) != 0 || !t.valid ||
	    !memory_read(&vcpu->machine->memory, gpa(t.physical_address), &byte, 1))
		return -1;
	return byte;
}

/* How long the IN or OUT of a byte that ends there is; 0: it is none. */
static unsigned int length_of(struct vcpu *vcpu, uint64_t end, uint16_t port)
{
	int last = code_at(vcpu, end - 1);
	int before = code_at(vcpu, end - 2);

	if (last == IN_AL_DX || last == OUT_DX_AL)
		return 1;
	return last == port && (before == IN_AL_IMM || before == OUT_IMM_AL) ? 2 : 0;
}

/* An access of another form or size (nobody's) is lost. */
static void do_again(struct vcpu *vcpu, uint16_t port)
{
	struct kvm_sregs sregs = { 0 };
	struct kvm_regs regs = { 0 };
	unsigned int length;

	kvm_settle(vcpu);
	if (ioctl(vcpu->fd, KVM_GET_REGS, &regs) != 0 ||
	    ioctl(vcpu->fd, KVM_GET_SREGS, &sregs) != 0)
		return;
	length = length_of(vcpu, sregs.cs.base + regs.rip, port);
	regs.rip -= length;
	if (length)
		ioctl(vcpu->fd, KVM_SET_REGS, &regs);
}

/* The first one; of those that come at the same moment, too. */
static int create_once(struct machine *m)
{
	int error = 0;

	pthread_mutex_lock(&m->lock);
	if (!m->has_pit)
		error = pit_create(m);
	m->has_pit = !error;
	pthread_mutex_unlock(&m->lock);
	return error;
}

static void want(struct vcpu *vcpu, uint16_t port, unsigned int size, uint32_t n)
{
	struct machine *m = vcpu->machine;
	int error;

	/* With a split chip there is none. in_operation: within do_again() itself. */
	if (m->options->split_irqchip || vcpu->in_operation)
		return;
	error = create_once(m);
	if (error)
		machine_end(m, vcpu, END_BROKEN, 0, "KVM_CREATE_PIT2: %s%s", strerror(-error),
			    advice("KVM_CREATE_PIT2", -error));
	else if (size == 1 && n == 1)
		do_again(vcpu, port);
}

void pit_out(struct vcpu *vcpu, uint16_t offset, unsigned int size, const uint8_t *data, uint32_t n)
{
	(void)data;
	want(vcpu, PORT_PIT + offset, size, n);
}

void pit_in(struct vcpu *vcpu, uint16_t offset, unsigned int size, uint8_t *data, uint32_t n)
{
	(void)data;
	want(vcpu, PORT_PIT + offset, size, n);
}

void speaker_out(struct vcpu *vcpu, uint16_t offset, unsigned int size, const uint8_t *data,
		 uint32_t n)
{
	(void)offset, (void)data;
	want(vcpu, PORT_SPEAKER, size, n);
}

void speaker_in(struct vcpu *vcpu, uint16_t offset, unsigned int size, uint8_t *data, uint32_t n)
{
	(void)offset, (void)data;
	want(vcpu, PORT_SPEAKER, size, n);
}
