/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console: standard output, whole lines at a time. KVM gathers the bytes for port 0xe9 in a
 * ring, without an exit for each (Linux api.rst, KVM_REGISTER_COALESCED_MMIO); whoever looks next
 * takes them out, in their order.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "console.h"
#include "device.h"
#include "machine.h"
#include "operations.h"

static struct {
	pthread_mutex_t lock;
	size_t len;
	char held[4096];
} console = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* A reader that has gone is no reason to stop: the machine's end will say. */
static void write_out(void)
{
	size_t done = 0;

	while (done < console.len) {
		ssize_t n = write(STDOUT_FILENO, console.held + done, console.len - done);

		if (n < 0 && errno != EINTR)
			break;
		if (n > 0)
			done += (size_t)n;
	}
	console.len = 0;
}

/* The lock is held. */
static void add(const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		console.held[console.len++] = data[i];
		if (console.len == sizeof(console.held) || data[i] == '\n')
			write_out();
	}
}

static struct kvm_coalesced_mmio_ring *ring_of(const struct machine *m, uint32_t *entries)
{
	long page = sysconf(_SC_PAGESIZE);
	int offset = kvm_has(m, KVM_CAP_COALESCED_MMIO);

	*entries = (uint32_t)((size_t)page - sizeof(struct kvm_coalesced_mmio_ring)) /
		   sizeof(struct kvm_coalesced_mmio);
	if (!offset || (size_t)(offset + 1) * (size_t)page > m->run_size)
		return NULL;
	return (void *)((uint8_t *)m->vcpus[0].run + offset * page);
}

/* The lock is held. The ring is KVM's to fill, and ours to empty. */
static void drain(const struct machine *m)
{
	uint32_t entries, last;
	struct kvm_coalesced_mmio_ring *ring = ring_of(m, &entries);

	if (!ring)
		return;
	last = __atomic_load_n(&ring->last, __ATOMIC_ACQUIRE);
	while (ring->first != last && last < entries) {
		const struct kvm_coalesced_mmio *e = &ring->coalesced_mmio[ring->first % entries];
		uint32_t len = e->len > sizeof(e->data) ? sizeof(e->data) : e->len;

		if (e->pio && e->phys_addr == arch_console_port)
			add((const char *)e->data, len);
		else
			operation_coalesced(m, e);
		__atomic_store_n(&ring->first, (ring->first + 1) % entries, __ATOMIC_RELEASE);
	}
}

void console_coalesce(struct machine *m)
{
	struct kvm_coalesced_mmio_zone zone = { .addr = arch_console_port, .size = 1, .pio = 1 };

	/* Where KVM cannot, each byte is an exit. */
	if (arch_console_port && kvm_has(m, KVM_CAP_COALESCED_PIO))
		ioctl(m->vm_fd, KVM_REGISTER_COALESCED_MMIO, &zone);
}

void console_write(struct machine *m, const void *data, size_t len)
{
	pthread_mutex_lock(&console.lock);
	drain(m);
	add(data, len);
	pthread_mutex_unlock(&console.lock);
}

void console_drain(struct machine *m)
{
	pthread_mutex_lock(&console.lock);
	drain(m);
	pthread_mutex_unlock(&console.lock);
}

void console_flush(struct machine *m)
{
	pthread_mutex_lock(&console.lock);
	drain(m);
	write_out();
	pthread_mutex_unlock(&console.lock);
}

void console_lock(struct machine *m)
{
	pthread_mutex_lock(&console.lock);
	drain(m);
}

void console_unlock(void)
{
	pthread_mutex_unlock(&console.lock);
}
