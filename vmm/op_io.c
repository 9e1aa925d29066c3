/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Doorbells that KVM answers without an exit: ioeventfds and coalesced writes (Linux api.rst,
 * KVM_IOEVENTFD, KVM_REGISTER_COALESCED_MMIO).
 */
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "console.h"
#include "device.h"
#include "operations.h"

#define HANDLES		16
#define LOG_ENTRIES	1024

static struct {
	int fd;				/* 0: free */
	struct kvm_ioeventfd what;
} handles[HANDLES];

#define ZONES		16

static struct kvm_coalesced_mmio_zone zones[ZONES];	/* size 0: free */

static struct {
	struct hostop_coalesced log[LOG_ENTRIES];
	/* since the last COALESCED_READ; those beyond the table are only counted */
	uint64_t n;
} writes;

/* ---- ioeventfds ---- */

static int open_event(const struct op_call *c)
{
	unsigned int handle = 0;
	struct kvm_ioeventfd e = { .addr = c->args[0],
				   .len = (uint32_t)c->args[1],
				   .datamatch = c->args[3] };
	int result;

	if (c->args[1] > 8 || c->args[2] & ~(uint64_t)(HOSTOP_IO_PORT | HOSTOP_IO_DATAMATCH))
		return HOSTOP_EARG;
	while (handle < HANDLES && handles[handle].fd)
		handle++;
	if (handle == HANDLES)
		return HOSTOP_EFULL;
	e.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (e.fd < 0)
		return -errno;
	e.flags = (c->args[2] & HOSTOP_IO_PORT ? KVM_IOEVENTFD_FLAG_PIO : 0) |
		  (c->args[2] & HOSTOP_IO_DATAMATCH ? KVM_IOEVENTFD_FLAG_DATAMATCH : 0);
	result = op_result(ioctl(c->machine->vm_fd, KVM_IOEVENTFD, &e));
	if (result) {
		close(e.fd);
		return result;
	}
	handles[handle].fd = e.fd;
	handles[handle].what = e;
	c->rets[0] = handle;
	return 0;
}

static bool is_handle(uint64_t handle)
{
	return handle < HANDLES && handles[handle].fd;
}

static int count_events(const struct op_call *c)
{
	uint64_t n;

	if (!is_handle(c->args[0]))
		return HOSTOP_EARG;
	if (read(handles[c->args[0]].fd, &n, sizeof(n)) != (ssize_t)sizeof(n))
		return errno == EAGAIN ? 0 : -errno;
	c->rets[0] = broken(c->machine, BREAK_IOEVENTFD_LOST) ? n - 1 : n;
	return 0;
}

static int close_event(const struct op_call *c)
{
	int result;

	if (!is_handle(c->args[0]))
		return HOSTOP_EARG;
	handles[c->args[0]].what.flags |= KVM_IOEVENTFD_FLAG_DEASSIGN;
	result = op_result(ioctl(c->machine->vm_fd, KVM_IOEVENTFD, &handles[c->args[0]].what));
	close(handles[c->args[0]].fd);
	handles[c->args[0]].fd = 0;
	return result;
}

/* ---- coalesced writes ---- */

/* Called by console.c, which empties the ring, with its lock held. */
void operation_coalesced(const struct machine *m, const struct kvm_coalesced_mmio *e)
{
	struct hostop_coalesced *to;

	if (writes.n++ >= LOG_ENTRIES)
		return;
	(void)m;
	to = &writes.log[writes.n - 1];
	*to = (struct hostop_coalesced){ .address = e->phys_addr,
					  .length = e->len,
					  .port = e->pio };
	memcpy(&to->data, e->data, e->len < sizeof(to->data) ? e->len : sizeof(to->data));
}

static bool zone_of(const struct op_call *c, struct kvm_coalesced_mmio_zone *zone)
{
	*zone = (struct kvm_coalesced_mmio_zone){
		.addr = c->args[0], .size = (uint32_t)c->args[1], .pio = c->args[2] & HOSTOP_IO_PORT
	};
	if (c->args[1] > GUEST_PAGE || !c->args[1] || c->args[2] & ~(uint64_t)HOSTOP_IO_PORT)
		return false;
	/* The console's own zone is not the guest's. */
	return !zone->pio || (c->args[0] <= 0xffff && (c->args[0] > arch_console_port ||
						       c->args[0] + c->args[1] <= arch_console_port));
}

/* The entry of that zone, or with size 0 a free one; NULL: none. */
static struct kvm_coalesced_mmio_zone *find_zone(const struct kvm_coalesced_mmio_zone *wanted)
{
	for (unsigned int i = 0; i < ZONES; i++)
		if (!wanted->size ? !zones[i].size
				  : memcmp(&zones[i], wanted, sizeof(*wanted)) == 0)
			return &zones[i];
	return NULL;
}

static int open_zone(const struct op_call *c)
{
	static const struct kvm_coalesced_mmio_zone none;
	struct kvm_coalesced_mmio_zone zone, *entry = find_zone(&none);
	int result;

	if (!zone_of(c, &zone) || find_zone(&zone))
		return HOSTOP_EARG;
	if (!entry)
		return HOSTOP_EFULL;
	result = op_result(ioctl(c->machine->vm_fd, KVM_REGISTER_COALESCED_MMIO, &zone));
	if (!result)
		*entry = zone;
	return result;
}

static int close_zone(const struct op_call *c)
{
	struct kvm_coalesced_mmio_zone zone, *entry;

	if (!zone_of(c, &zone))
		return HOSTOP_EARG;
	entry = find_zone(&zone);
	if (!entry)
		return HOSTOP_EARG;
	entry->size = 0;
	return op_result(ioctl(c->machine->vm_fd, KVM_UNREGISTER_COALESCED_MMIO, &zone));
}

int operation_reattach_io(const struct machine *m)
{
	int result = 0;

	for (unsigned int i = 0; i < HANDLES && !result; i++)
		if (handles[i].fd)
			result = op_result(ioctl(m->vm_fd, KVM_IOEVENTFD, &handles[i].what));
	for (unsigned int i = 0; i < ZONES && !result; i++)
		if (zones[i].size)
			result = op_result(ioctl(m->vm_fd, KVM_REGISTER_COALESCED_MMIO, &zones[i]));
	return result;
}

static int read_writes(const struct op_call *c)
{
	uint64_t n, lost, room = c->data_size / sizeof(writes.log[0]);

	console_drain(c->machine);
	n = writes.n < LOG_ENTRIES ? writes.n : LOG_ENTRIES;
	lost = n && broken(c->machine, BREAK_COALESCED_LOST);
	n = n - lost < room ? n - lost : room;
	c->rets[0] = writes.n - lost;
	c->rets[1] = n;
	writes.n = 0;
	return op_write(c, writes.log + lost, n * sizeof(writes.log[0]));
}

const struct op_row io_ops[] = {
	{ HOSTOP_IOEVENTFD, "IOEVENTFD", 4, DATA_NONE, 0, 0, open_event, KVM_CAP_IOEVENTFD },
	{ HOSTOP_IOEVENTFD_COUNT, "IOEVENTFD_COUNT", 1, DATA_NONE, 0, 0, count_events,
	  KVM_CAP_IOEVENTFD },
	{ HOSTOP_IOEVENTFD_CLOSE, "IOEVENTFD_CLOSE", 1, DATA_NONE, 0, 0, close_event,
	  KVM_CAP_IOEVENTFD },
	{ HOSTOP_COALESCED, "COALESCED", 3, DATA_NONE, 0, 0, open_zone, KVM_CAP_COALESCED_MMIO },
	{ HOSTOP_COALESCED_READ, "COALESCED_READ", 0, DATA_OUT, 0, sizeof(writes.log), read_writes,
	  KVM_CAP_COALESCED_MMIO },
	{ HOSTOP_COALESCED_CLOSE, "COALESCED_CLOSE", 3, DATA_NONE, 0, 0, close_zone,
	  KVM_CAP_COALESCED_MMIO },
	{ .name = NULL },
};
