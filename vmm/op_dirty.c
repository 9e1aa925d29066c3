/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dirty pages: the log by slot, and the ring by vCPU (Linux api.rst, KVM_GET_DIRTY_LOG,
 * KVM_CAP_DIRTY_LOG_RING).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include "operations.h"

#define BITMAP_MAX	(1u << 20)	/* bytes: slots up to 32 GiB */

static uint64_t bitmap_size(const struct region *r)
{
	return (r->size / GUEST_PAGE + 63) / 64 * 8;
}

static struct region *slot_of(const struct op_call *c)
{
	struct region *r = c->args[0] < REGIONS ? &c->machine->memory.regions[c->args[0]] : NULL;

	return r && r->size ? r : NULL;
}

static uint64_t count_bits(const uint64_t *bits, uint64_t size)
{
	uint64_t n = 0;

	for (uint64_t i = 0; i < size / 8; i++)
		n += (uint64_t)__builtin_popcountll(bits[i]);
	return n;
}

static void lose_first(uint64_t *bits, uint64_t size)
{
	for (uint64_t i = 0; i < size / 8; i++) {
		if (bits[i]) {
			bits[i] &= bits[i] - 1;
			return;
		}
	}
}

static int get_log(const struct op_call *c)
{
	struct kvm_dirty_log log = { .slot = (uint32_t)c->args[0] };
	const struct region *r = slot_of(c);
	uint64_t *bits;
	int result;

	if (!r)
		return HOSTOP_EARG;
	if (c->data_size != bitmap_size(r))
		return HOSTOP_ESIZE;
	bits = calloc(1, c->data_size);
	if (!bits)
		return -ENOMEM;
	log.dirty_bitmap = bits;
	result = op_result(ioctl(c->machine->vm_fd, KVM_GET_DIRTY_LOG, &log));
	if (!result) {
		if (broken(c->machine, BREAK_DIRTY_LOG_PAGE_LOST))
			lose_first(bits, c->data_size);
		c->rets[0] = count_bits(bits, c->data_size);
		result = op_write(c, bits, c->data_size);
	}
	free(bits);
	return result;
}

static int clear_log(const struct op_call *c)
{
	struct kvm_clear_dirty_log clear = { .slot = (uint32_t)c->args[0],
					     .first_page = c->args[1],
					     .num_pages = (uint32_t)c->args[2] };
	const struct region *r = slot_of(c);
	uint64_t *bits;
	int result;

	if (!r || c->args[2] > UINT32_MAX)
		return HOSTOP_EARG;
	/* KVM reads no more bits than pages. */
	if (c->data_size < (c->args[2] + 63) / 64 * 8)
		return HOSTOP_ESIZE;
	bits = malloc(c->data_size);
	if (!bits)
		return -ENOMEM;
	result = op_read(c, bits, c->data_size);
	clear.dirty_bitmap = bits;
	if (!result)
		result = op_result(ioctl(c->machine->vm_fd, KVM_CLEAR_DIRTY_LOG, &clear));
	free(bits);
	return result;
}

/* ---- the ring ---- */

/* entries kept for one vCPU; what comes behind them is lost */
#define LIST_MAX	(1u << 20)

/*
 * By vCPU: what was taken from its ring and not asked for yet. Only its own thread, or who called
 * it, touches it.
 */
static struct list {
	struct hostop_dirty_page *pages;
	uint64_t n, full_exits, lost;
} *lists;

static struct list *list_of(const struct vcpu *vcpu)
{
	if (!lists)
		return NULL;
	if (!lists[vcpu->index].pages)
		lists[vcpu->index].pages = calloc(LIST_MAX, sizeof(*lists[0].pages));
	return lists[vcpu->index].pages ? &lists[vcpu->index] : NULL;
}

void operation_ring_open(const struct machine *m)
{
	if (m->options->dirty_ring)
		lists = calloc(m->n_vcpus, sizeof(*lists));
}

static uint32_t entry_flags(const struct vcpu *vcpu, uint32_t n)
{
	return __atomic_load_n(&vcpu->ring[n % vcpu->machine->options->dirty_ring].flags,
			       __ATOMIC_ACQUIRE);
}

/* The entry is done with; KVM_RESET_DIRTY_RINGS gives it back to KVM. */
static void give_back(struct vcpu *vcpu)
{
	uint32_t entries = vcpu->machine->options->dirty_ring;

	__atomic_store_n(&vcpu->ring[vcpu->ring_next++ % entries].flags, KVM_DIRTY_GFN_F_RESET,
			 __ATOMIC_RELEASE);
}

/* Takes the ring's entries. */
static void collect(struct vcpu *vcpu, void *arg)
{
	uint32_t entries = vcpu->machine->options->dirty_ring;
	struct list *list = list_of(vcpu);

	(void)arg;
	while (vcpu->ring && list && entry_flags(vcpu, vcpu->ring_next) & KVM_DIRTY_GFN_F_DIRTY) {
		const struct kvm_dirty_gfn *e = &vcpu->ring[vcpu->ring_next % entries];

		if (list->n < LIST_MAX)
			list->pages[list->n++] =
				(struct hostop_dirty_page){ e->slot, 0, e->offset };
		give_back(vcpu);
	}
}

/*
 * A ring that is full and has no entry to take: KVM wrote further than there was room, over entries
 * that were not taken yet. Their places are given back to it, up to the next one that can be taken,
 * or it would wait for ever.
 */
static void give_up_lost(struct vcpu *vcpu, struct list *list)
{
	uint32_t n = 0, entries = vcpu->machine->options->dirty_ring;

	while (n < entries && !(entry_flags(vcpu, vcpu->ring_next + n) & KVM_DIRTY_GFN_F_DIRTY))
		n++;
	for (uint32_t i = 0; i < n; i++)
		give_back(vcpu);
	list->lost += n;
}

/* A full ring is emptied at once: the entries wait here. */
void operation_ring_full(struct vcpu *vcpu)
{
	struct list *list = list_of(vcpu);
	uint64_t before;

	if (!list) {
		machine_end(vcpu->machine, vcpu, END_BROKEN, 0, "no memory for a dirty ring");
		return;
	}
	before = list->n;
	collect(vcpu, NULL);
	if (list->n == before) {
		give_up_lost(vcpu, list);
		collect(vcpu, NULL);
	}
	list->full_exits++;
	if (ioctl(vcpu->machine->vm_fd, KVM_RESET_DIRTY_RINGS, 0) <= 0)
		machine_end(vcpu->machine, vcpu, END_BROKEN, 0,
			    "the dirty ring is full, and KVM takes nothing of it back");
}

static int read_ring(const struct op_call *c)
{
	struct vcpu *target = op_cpu(c, c->args[0]);
	struct list *list;
	uint64_t n, lost;
	int result;

	if (!c->machine->options->dirty_ring)
		return HOSTOP_EUNAVAILABLE;
	if (!target || c->data_size % sizeof(struct hostop_dirty_page))
		return HOSTOP_EARG;
	vcpu_call(c->vcpu, target, collect, NULL);
	list = list_of(target);
	if (!list)
		return -ENOMEM;
	result = ioctl(c->machine->vm_fd, KVM_RESET_DIRTY_RINGS, 0);
	if (result < 0)
		return -errno;
	lost = list->n && broken(c->machine, BREAK_DIRTY_RING_LOST);
	n = c->data_size / sizeof(list->pages[0]);
	n = n < list->n - lost ? n : list->n - lost;
	c->rets[0] = n;
	c->rets[1] = (uint64_t)result;
	c->rets[2] = list->full_exits;
	c->rets[3] = list->lost;
	result = op_write(c, list->pages + lost, n * sizeof(list->pages[0]));
	list->n -= n + lost;
	memmove(list->pages, list->pages + n + lost, list->n * sizeof(list->pages[0]));
	return result;
}

const struct op_row dirty_ops[] = {
	{ HOSTOP_DIRTY_LOG, "DIRTY_LOG", 1, DATA_OUT, 8, BITMAP_MAX, get_log, KVM_CAP_USER_MEMORY },
	{ HOSTOP_DIRTY_CLEAR, "DIRTY_CLEAR", 3, DATA_IN, 8, BITMAP_MAX, clear_log,
	  KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2 },
	{ HOSTOP_DIRTY_RING, "DIRTY_RING", 1, DATA_OUT, sizeof(struct hostop_dirty_page),
	  BITMAP_MAX, read_ring, KVM_CAP_DIRTY_LOG_RING },
	{ .name = NULL },
};
