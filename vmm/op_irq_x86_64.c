/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts from the host's side: NMI, lines, MSIs, irqfds. Linux api.rst, KVM_NMI to KVM_IRQFD.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "operations.h"

#define LINES		24
#define GSIS		64		/* from LINES on: MSIs */
#define HANDLES		16

static struct {
	struct kvm_irq_routing_entry msi[GSIS - LINES];	/* type 0: none */
	struct {
		int fd;				/* 0: free */
		uint32_t gsi;
	} irqfds[HANDLES];
} state;

static int nmi(const struct op_call *c)
{
	struct vcpu *target = op_cpu(c, c->args[0]);

	if (!target)
		return HOSTOP_EARG;
	if (broken(c->machine, BREAK_NMI_LOST))
		return 0;
	return (int)op_ioctl(c, target, KVM_NMI, NULL);
}

static int irq_line(const struct op_call *c)
{
	struct kvm_irq_level level = { .irq = (uint32_t)c->args[0], .level = (uint32_t)c->args[1] };

	if (c->args[0] >= GSIS || c->args[1] > 1)
		return HOSTOP_EARG;
	if (broken(c->machine, BREAK_INJECT_LOST))
		return 0;
	return op_result(ioctl(c->machine->vm_fd, KVM_IRQ_LINE, &level));
}

static int msi(const struct op_call *c)
{
	struct kvm_msi msi = {
		.address_lo = (uint32_t)c->args[0], .address_hi = (uint32_t)(c->args[0] >> 32),
		.data = (uint32_t)c->args[1],
	};
	int result;

	if (c->args[1] > UINT32_MAX)
		return HOSTOP_EARG;
	if (broken(c->machine, BREAK_INJECT_LOST)) {
		c->rets[0] = 1;
		return 0;
	}
	result = ioctl(c->machine->vm_fd, KVM_SIGNAL_MSI, &msi);
	if (result > 0)
		c->rets[0] = (uint64_t)result;
	return op_result(result);
}

/* ---- routing ---- */

/* The default: PIC and I/O APIC, as KVM's own. With a split irqchip there are MSIs only. */
static unsigned int default_routes(struct kvm_irq_routing_entry *e)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < LINES; i++) {
		if (i < 16)
			e[n++] = (struct kvm_irq_routing_entry){
				.gsi = i,
				.type = KVM_IRQ_ROUTING_IRQCHIP,
				.u.irqchip = { i < 8 ? KVM_IRQCHIP_PIC_MASTER
						     : KVM_IRQCHIP_PIC_SLAVE,
					       i % 8 }
			};
		e[n++] = (struct kvm_irq_routing_entry){ .gsi = i, .type = KVM_IRQ_ROUTING_IRQCHIP,
							 .u.irqchip = { KVM_IRQCHIP_IOAPIC, i } };
	}
	return n;
}

static int set_routing(const struct machine *m)
{
	struct kvm_irq_routing *routing =
		calloc(1, sizeof(*routing) + 2 * GSIS * sizeof(routing->entries[0]));
	int result;

	if (!routing)
		return -ENOMEM;
	routing->nr = m->options->split_irqchip ? 0 : default_routes(routing->entries);
	for (unsigned int i = 0; i < GSIS - LINES; i++)
		if (state.msi[i].type)
			routing->entries[routing->nr++] = state.msi[i];
	result = op_result(ioctl(m->vm_fd, KVM_SET_GSI_ROUTING, routing));
	free(routing);
	return result;
}

static int gsi_msi(const struct op_call *c)
{
	struct kvm_irq_routing_entry *e;

	if (c->args[0] < LINES || c->args[0] >= GSIS || c->args[2] > UINT32_MAX)
		return HOSTOP_EARG;
	e = &state.msi[c->args[0] - LINES];
	*e = (struct kvm_irq_routing_entry){
		.gsi = (uint32_t)c->args[0],
		.type = KVM_IRQ_ROUTING_MSI,
		.u.msi = { .address_lo = (uint32_t)c->args[1],
			   .address_hi = (uint32_t)(c->args[1] >> 32),
			   .data = (uint32_t)c->args[2] },
	};
	return set_routing(c->machine);
}

/* ---- irqfd ---- */

static int assign(const struct machine *m, unsigned int handle, bool on)
{
	struct kvm_irqfd irqfd = {
		.fd = (uint32_t)state.irqfds[handle].fd, .gsi = state.irqfds[handle].gsi,
		.flags = on ? 0 : KVM_IRQFD_FLAG_DEASSIGN,
	};

	return op_result(ioctl(m->vm_fd, KVM_IRQFD, &irqfd));
}

int operation_reattach_irq(const struct machine *m)
{
	int result = 0;

	for (unsigned int i = 0; i < GSIS - LINES; i++)
		if (state.msi[i].type) {
			result = set_routing(m);
			break;
		}
	for (unsigned int i = 0; i < HANDLES && !result; i++)
		if (state.irqfds[i].fd)
			result = assign(m, i, true);
	return result;
}

static int irqfd(const struct op_call *c)
{
	unsigned int handle = 0;
	int result;

	if (c->args[0] >= GSIS)
		return HOSTOP_EARG;
	while (handle < HANDLES && state.irqfds[handle].fd)
		handle++;
	if (handle == HANDLES)
		return HOSTOP_EFULL;
	state.irqfds[handle].fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (state.irqfds[handle].fd < 0) {
		state.irqfds[handle].fd = 0;
		return -errno;
	}
	state.irqfds[handle].gsi = (uint32_t)c->args[0];
	result = assign(c->machine, handle, true);
	if (result) {
		close(state.irqfds[handle].fd);
		state.irqfds[handle].fd = 0;
	}
	c->rets[0] = handle;
	return result;
}

static bool is_handle(uint64_t handle)
{
	return handle < HANDLES && state.irqfds[handle].fd;
}

static int irqfd_signal(const struct op_call *c)
{
	uint64_t one = 1;

	if (!is_handle(c->args[0]))
		return HOSTOP_EARG;
	if (broken(c->machine, BREAK_IRQFD_LOST))
		return 0;
	return op_result(write(state.irqfds[c->args[0]].fd, &one, sizeof(one)));
}

static int irqfd_close(const struct op_call *c)
{
	int result;

	if (!is_handle(c->args[0]))
		return HOSTOP_EARG;
	result = assign(c->machine, (unsigned int)c->args[0], false);
	close(state.irqfds[c->args[0]].fd);
	state.irqfds[c->args[0]].fd = 0;
	return result;
}

const struct op_row irq_ops[] = {
	{ HOSTOP_NMI, "NMI", 1, DATA_NONE, 0, 0, nmi, KVM_CAP_USER_NMI },
	{ HOSTOP_IRQ_LINE, "IRQ_LINE", 2, DATA_NONE, 0, 0, irq_line, KVM_CAP_IRQCHIP },
	{ HOSTOP_MSI, "MSI", 2, DATA_NONE, 0, 0, msi, KVM_CAP_SIGNAL_MSI },
	{ HOSTOP_GSI_MSI, "GSI_MSI", 3, DATA_NONE, 0, 0, gsi_msi, KVM_CAP_IRQ_ROUTING },
	{ HOSTOP_IRQFD, "IRQFD", 1, DATA_NONE, 0, 0, irqfd, KVM_CAP_IRQFD },
	{ HOSTOP_IRQFD_SIGNAL, "IRQFD_SIGNAL", 1, DATA_NONE, 0, 0, irqfd_signal, KVM_CAP_IRQFD },
	{ HOSTOP_IRQFD_CLOSE, "IRQFD_CLOSE", 1, DATA_NONE, 0, 0, irqfd_close, KVM_CAP_IRQFD },
	{ .name = NULL },
};
