/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Swapping by userfaultfd: see swap.h. A store is a second mapping of the slot's size, kept from
 * the first page on.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "operations.h"
#include "swap.h"

/* By slot; NULL store: nothing was ever out. */
struct store {
	uint8_t *host, *copy;		/* the slot's memory, and where its absent pages wait */
	bool *out;			/* by page */
	uint64_t pages, n_out, n_back, n_faults, delay;
};

static struct {
	pthread_mutex_t lock;
	int fd;
	bool thread;
	struct store stores[REGIONS];
	struct machine *machine;
} swap = { .lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1 };

void swap_open(void)
{
	struct uffdio_api api = { .api = UFFD_API };

	swap.fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (swap.fd >= 0 && ioctl(swap.fd, UFFDIO_API, &api) != 0) {
		close(swap.fd);
		swap.fd = -1;
	}
}

/* ---- the thread that brings pages back ---- */

/* The lock is held. */
static struct store *store_of(uint64_t address)
{
	for (unsigned int i = 0; i < REGIONS; i++) {
		struct store *s = &swap.stores[i];

		if (s->copy && address >= (uintptr_t)s->host &&
		    address - (uintptr_t)s->host < s->pages * GUEST_PAGE)
			return s;
	}
	return NULL;
}

/*
 * One page: from the store if it is out, else zeroes (it was discarded, or never touched). The lock
 * is held.
 */
static void put_back(struct store *s, uint64_t page)
{
	struct uffdio_copy copy = {
		.dst = (uintptr_t)(s->host + page * GUEST_PAGE),
		.src = (uintptr_t)(s->copy + page * GUEST_PAGE),
		.len = GUEST_PAGE,
	};
	struct uffdio_range range = { copy.dst, GUEST_PAGE };

	if (broken(swap.machine, BREAK_SWAP_ZEROED))
		memset(s->copy + page * GUEST_PAGE, 0, GUEST_PAGE);
	if (ioctl(swap.fd, UFFDIO_COPY, &copy) != 0 && errno == EEXIST)
		ioctl(swap.fd, UFFDIO_WAKE, &range);
	if (s->out[page]) {
		s->out[page] = false;
		s->n_out--;
		s->n_back++;
		memset(s->copy + page * GUEST_PAGE, 0, GUEST_PAGE);
	}
}

static void serve_fault(uint64_t address)
{
	struct timespec pause = { 0, 0 };
	struct store *s;

	address &= ~(uint64_t)(GUEST_PAGE - 1);
	pthread_mutex_lock(&swap.lock);
	s = store_of(address);
	if (s) {
		s->n_faults++;
		pause.tv_sec = (time_t)(s->delay / 1000000000);
		pause.tv_nsec = (long)(s->delay % 1000000000);
	}
	pthread_mutex_unlock(&swap.lock);
	if (pause.tv_sec || pause.tv_nsec)
		clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
	pthread_mutex_lock(&swap.lock);
	s = store_of(address);
	if (s)
		put_back(s, (address - (uintptr_t)s->host) / GUEST_PAGE);
	pthread_mutex_unlock(&swap.lock);
}

static void *serve(void *arg)
{
	struct pollfd fd = { .fd = swap.fd, .events = POLLIN };
	struct uffd_msg message;

	(void)arg;
	for (;;) {
		poll(&fd, 1, -1);
		while (read(swap.fd, &message, sizeof(message)) == (ssize_t)sizeof(message))
			if (message.event == UFFD_EVENT_PAGEFAULT)
				serve_fault(message.arg.pagefault.address);
	}
	return NULL;
}

/* ---- what operations ask ---- */

static int open_store(struct store *s, const struct region *r)
{
	struct uffdio_register reg = {
		.range = { (uintptr_t)r->host, r->size }, .mode = UFFDIO_REGISTER_MODE_MISSING
	};
	pthread_t thread;
	int error;

	if (s->copy)
		return 0;
	if (!swap.thread && (error = pthread_create(&thread, NULL, serve, NULL)))
		return -error;
	swap.thread = true;
	s->pages = r->size / GUEST_PAGE;
	s->out = calloc(s->pages, sizeof(*s->out));
	s->copy = mmap(NULL, r->size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (!s->out || s->copy == MAP_FAILED || ioctl(swap.fd, UFFDIO_REGISTER, &reg) != 0) {
		error = errno ? errno : ENOMEM;
		if (s->copy != MAP_FAILED && s->copy)
			munmap(s->copy, r->size);
		free(s->out);
		*s = (struct store){ .host = NULL };
		return -error;
	}
	s->host = r->host;
	return 0;
}

/* No vCPU runs, so that nothing is written between the copy and the page's going. */
static int take_out(struct store *s, uint64_t first, uint64_t pages)
{
	for (uint64_t page = first; page < first + pages; page++) {
		uint8_t *at = s->host + page * GUEST_PAGE;

		if (s->out[page])
			continue;
		memcpy(s->copy + page * GUEST_PAGE, at, GUEST_PAGE);
		if (madvise(at, GUEST_PAGE, MADV_DONTNEED) != 0)
			return -errno;
		s->out[page] = true;
		s->n_out++;
	}
	return 0;
}

/*
 * A page that was never touched is absent too: to read it would wait for the thread, which waits
 * for the lock. So all pages that are to go are touched before, without the lock.
 */
static void touch(const uint8_t *host, uint64_t offset, uint64_t size)
{
	for (uint64_t at = offset; at < offset + size; at += GUEST_PAGE)
		(void)*(const volatile uint8_t *)(host + at);
}

int swap_out(struct machine *m, unsigned int slot, uint64_t offset, uint64_t size)
{
	const struct region *r = &m->memory.regions[slot];
	struct store *s = &swap.stores[slot];
	int result;

	if (swap.fd < 0)
		return HOSTOP_EUNAVAILABLE;
	swap.machine = m;
	if (!machine_park(m, m->operating)) {
		machine_unpark(m, m->operating);
		return HOSTOP_EBUSY;
	}
	result = open_store(s, r);
	if (!result) {
		uint64_t first = offset / GUEST_PAGE;

		for (uint64_t i = 0; i < size / GUEST_PAGE; i++)
			if (!s->out[first + i])
				touch(r->host, (first + i) * GUEST_PAGE, GUEST_PAGE);
		pthread_mutex_lock(&swap.lock);
		result = take_out(s, first, size / GUEST_PAGE);
		pthread_mutex_unlock(&swap.lock);
	}
	machine_unpark(m, m->operating);
	return result;
}

void swap_count(unsigned int slot, uint64_t counts[3])
{
	pthread_mutex_lock(&swap.lock);
	counts[0] = swap.stores[slot].n_out;
	counts[1] = swap.stores[slot].n_back;
	counts[2] = swap.stores[slot].n_faults;
	pthread_mutex_unlock(&swap.lock);
}

int swap_delay(unsigned int slot, uint64_t ns)
{
	if (swap.fd < 0)
		return HOSTOP_EUNAVAILABLE;
	pthread_mutex_lock(&swap.lock);
	swap.stores[slot].delay = ns;
	pthread_mutex_unlock(&swap.lock);
	return 0;
}

bool swap_has(uint64_t slot)
{
	return slot < REGIONS && swap.stores[slot].copy;
}

void swap_forget(unsigned int slot)
{
	struct store *s = &swap.stores[slot];
	struct uffdio_range range;

	pthread_mutex_lock(&swap.lock);
	if (s->copy) {
		range = (struct uffdio_range){ (uintptr_t)s->host, s->pages * GUEST_PAGE };
		ioctl(swap.fd, UFFDIO_UNREGISTER, &range);
		munmap(s->copy, s->pages * GUEST_PAGE);
		free(s->out);
	}
	*s = (struct store){ .host = NULL };
	pthread_mutex_unlock(&swap.lock);
}
