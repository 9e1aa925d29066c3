/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory slots: mapped, moved, removed and changed while the guest runs (Linux api.rst,
 * KVM_SET_USER_MEMORY_REGION). The slots of RAM are not the guest's to change, but for their dirty
 * log. What swaps pages out is swap.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "operations.h"
#include "swap.h"

#define CHUNK_MAX	(1u << 20)	/* of SLOT_READ and SLOT_WRITE */
#define FLAGS		(HOSTOP_SLOT_LOG | HOSTOP_SLOT_READONLY)
#define ADDRESS_LIMIT	(1ull << 46)	/* far below what any CPU's physical addresses end at */

/* The guest's slot of that number, mapped or not; NULL: not the guest's. */
static struct region *own_slot(const struct op_call *c, uint64_t slot)
{
	return slot >= HOSTOP_SLOT_FIRST && slot <= HOSTOP_SLOT_LAST
		       ? &c->machine->memory.regions[slot]
		       : NULL;
}

static struct region *mapped_slot(const struct op_call *c, uint64_t slot)
{
	struct region *r = own_slot(c, slot);

	return r && r->size ? r : NULL;
}

static bool inside(const struct region *r, uint64_t offset, uint64_t size)
{
	return offset <= r->size && size <= r->size - offset;
}

static bool whole_pages(uint64_t offset, uint64_t size)
{
	return size && offset % GUEST_PAGE == 0 && size % GUEST_PAGE == 0;
}

/* May a slot lie there? */
static bool place_is_free(const struct op_call *c, uint64_t address, uint64_t size,
			  unsigned int except)
{
	return whole_pages(address, size) && size <= HOSTOP_SLOT_SIZE_MAX &&
	       address < ADDRESS_LIMIT &&
	       arch_slot_may_lie(address, size) &&
	       !memory_overlaps(&c->machine->memory, gpa(address), size, except);
}

/* Tells KVM; if it refuses, the slot is as if it had never been. */
static int announce(const struct op_call *c, unsigned int slot)
{
	int error;

	if (kvm_set_region(c->machine, slot))
		return 0;
	error = errno;
	memory_put(&c->machine->memory, slot);
	return -error;
}

static enum backing backing_of(uint64_t kind)
{
	return kind == HOSTOP_BACKING_HUGETLB ? BACKING_HUGETLB :
	       kind == HOSTOP_BACKING_THP     ? BACKING_THP :
	       kind == HOSTOP_BACKING_SMALL   ? BACKING_SMALL :
						BACKING_ANONYMOUS;
}

static int map(const struct op_call *c)
{
	uint64_t address = c->args[1], size = c->args[2];
	struct region *r = own_slot(c, c->args[0]);
	unsigned int slot = (unsigned int)c->args[0];

	if (!r || r->size || c->args[3] & ~(uint64_t)FLAGS || c->args[4] > HOSTOP_BACKING_SMALL ||
	    !place_is_free(c, address, size, slot))
		return HOSTOP_EARG;
	if (!memory_get(&c->machine->memory, slot, gpa(address), size, backing_of(c->args[4])))
		return -errno;
	r->flags = (uint32_t)c->args[3];
	return announce(c, slot);
}

/* A second view of a slot's memory; the first may be RAM. */
static int alias(const struct op_call *c)
{
	struct region *r = own_slot(c, c->args[0]);
	const struct region *of = c->args[2] < REGIONS ? &c->machine->memory.regions[c->args[2]]
						       : NULL;
	uint64_t address = c->args[1], offset = c->args[3], size = c->args[4];
	unsigned int slot = (unsigned int)c->args[0];

	if (!r || r->size || !of || !of->size || of->backing == BACKING_BORROWED ||
	    c->args[5] & ~(uint64_t)FLAGS || offset % GUEST_PAGE || !inside(of, offset, size) ||
	    !place_is_free(c, address, size, slot))
		return HOSTOP_EARG;
	*r = (struct region){ .start = gpa(address),
			       .size = size,
			       .host = (uint8_t *)of->host + offset,
			       .backing = BACKING_BORROWED,
			       .flags = (uint32_t)c->args[5] };
	return announce(c, slot);
}

static bool is_borrowed_from(const struct op_call *c, const struct region *r)
{
	for (unsigned int i = HOSTOP_SLOT_FIRST; i <= HOSTOP_SLOT_LAST; i++) {
		const struct region *other = &c->machine->memory.regions[i];

		if (other->size && other->backing == BACKING_BORROWED && other->host >= r->host &&
		    (uint8_t *)other->host < (uint8_t *)r->host + r->size && other != r)
			return true;
	}
	return false;
}

static int unmap(const struct op_call *c)
{
	struct region *r = mapped_slot(c, c->args[0]);
	unsigned int slot = (unsigned int)c->args[0];
	uint64_t size;

	if (!r)
		return HOSTOP_EARG;
	if (r->backing != BACKING_BORROWED && is_borrowed_from(c, r))
		return HOSTOP_EBUSY;
	if (broken(c->machine, BREAK_SLOT_IGNORED))
		return 0;
	size = r->size;
	r->size = 0;
	if (!kvm_set_region(c->machine, slot)) {
		r->size = size;
		return -errno;
	}
	r->size = size;
	swap_forget(slot);
	memory_put(&c->machine->memory, slot);
	return 0;
}

/*
 * KVM takes a slot's read-only flag only with the slot: it goes and comes again, while no other
 * vCPU runs.
 */
static bool make_again(const struct op_call *c, unsigned int slot)
{
	struct region *r = &c->machine->memory.regions[slot];
	uint64_t size = r->size;
	bool made;

	if (!machine_park(c->machine, c->vcpu)) {
		machine_unpark(c->machine, c->vcpu);
		errno = EBUSY;
		return false;
	}
	r->size = 0;
	made = kvm_set_region(c->machine, slot);
	r->size = size;
	made = made && kvm_set_region(c->machine, slot);
	machine_unpark(c->machine, c->vcpu);
	return made;
}

static int set_flags(const struct op_call *c)
{
	struct region *r = c->args[0] <= HOSTOP_SLOT_LAST ? &c->machine->memory.regions[c->args[0]]
							  : NULL;
	uint64_t allowed = r && own_slot(c, c->args[0]) ? FLAGS : HOSTOP_SLOT_LOG;
	uint32_t before;

	if (!r || !r->size || c->args[1] & ~allowed)
		return HOSTOP_EARG;
	before = r->flags;
	r->flags = (uint32_t)c->args[1];
	if (broken(c->machine, BREAK_SLOT_READONLY_IGNORED))
		r->flags &= ~HOSTOP_SLOT_READONLY;
	if ((before ^ r->flags) & HOSTOP_SLOT_READONLY
		    ? make_again(c, (unsigned int)c->args[0])
		    : kvm_set_region(c->machine, (unsigned int)c->args[0]))
		return 0;
	r->flags = before;
	return -errno;
}

static int move(const struct op_call *c)
{
	struct region *r = mapped_slot(c, c->args[0]);
	gpa_t before;

	if (!r || !place_is_free(c, c->args[1], r->size, (unsigned int)c->args[0]))
		return HOSTOP_EARG;
	if (broken(c->machine, BREAK_SLOT_IGNORED))
		return 0;
	before = r->start;
	r->start = gpa(c->args[1]);
	if (kvm_set_region(c->machine, (unsigned int)c->args[0]))
		return 0;
	r->start = before;
	return -errno;
}

/* ---- contents, as a device would see them ---- */

static int copy_out(const struct op_call *c)
{
	const struct region *r = mapped_slot(c, c->args[0]);

	if (!r || !inside(r, c->args[1], c->data_size))
		return HOSTOP_EARG;
	return op_write(c, (uint8_t *)r->host + c->args[1], c->data_size);
}

static int copy_in(const struct op_call *c)
{
	const struct region *r = mapped_slot(c, c->args[0]);

	if (!r || !inside(r, c->args[1], c->data_size))
		return HOSTOP_EARG;
	return op_read(c, (uint8_t *)r->host + c->args[1], c->data_size);
}

static int discard(const struct op_call *c)
{
	const struct region *r = mapped_slot(c, c->args[0]);

	if (!r || r->backing == BACKING_BORROWED || !whole_pages(c->args[1], c->args[2]) ||
	    !inside(r, c->args[1], c->args[2]))
		return HOSTOP_EARG;
	if (swap_has(c->args[0]))
		return HOSTOP_EBUSY;
	return op_result(madvise((uint8_t *)r->host + c->args[1], c->args[2], MADV_DONTNEED));
}

/* ---- swap ---- */

static int out(const struct op_call *c)
{
	const struct region *r = mapped_slot(c, c->args[0]);

	if (!r || (r->backing != BACKING_ANONYMOUS && r->backing != BACKING_SMALL) ||
	    !whole_pages(c->args[1], c->args[2]) || !inside(r, c->args[1], c->args[2]))
		return HOSTOP_EARG;
	return swap_out(c->machine, (unsigned int)c->args[0], c->args[1], c->args[2]);
}

static int swapped(const struct op_call *c)
{
	if (!mapped_slot(c, c->args[0]))
		return HOSTOP_EARG;
	swap_count((unsigned int)c->args[0], c->rets);
	return 0;
}

static int delay(const struct op_call *c)
{
	if (!mapped_slot(c, c->args[0]) || c->args[1] > 1000000000)
		return HOSTOP_EARG;
	return swap_delay((unsigned int)c->args[0], c->args[1]);
}

const struct op_row slot_ops[] = {
	{ HOSTOP_SLOT_MAP, "SLOT_MAP", 5, DATA_NONE, 0, 0, map, KVM_CAP_USER_MEMORY },
	{ HOSTOP_SLOT_UNMAP, "SLOT_UNMAP", 1, DATA_NONE, 0, 0, unmap, KVM_CAP_USER_MEMORY },
	{ HOSTOP_SLOT_FLAGS, "SLOT_FLAGS", 2, DATA_NONE, 0, 0, set_flags, KVM_CAP_USER_MEMORY },
	{ HOSTOP_SLOT_MOVE, "SLOT_MOVE", 2, DATA_NONE, 0, 0, move, KVM_CAP_USER_MEMORY },
	{ HOSTOP_SLOT_ALIAS, "SLOT_ALIAS", 6, DATA_NONE, 0, 0, alias, KVM_CAP_USER_MEMORY },
	{ HOSTOP_SLOT_READ, "SLOT_READ", 2, DATA_OUT, 1, CHUNK_MAX, copy_out, 0 },
	{ HOSTOP_SLOT_WRITE, "SLOT_WRITE", 2, DATA_IN, 1, CHUNK_MAX, copy_in, 0 },
	{ HOSTOP_SLOT_DISCARD, "SLOT_DISCARD", 3, DATA_NONE, 0, 0, discard, 0 },
	{ HOSTOP_SLOT_SWAP_OUT, "SLOT_SWAP_OUT", 3, DATA_NONE, 0, 0, out, 0 },
	{ HOSTOP_SLOT_SWAPPED, "SLOT_SWAPPED", 1, DATA_NONE, 0, 0, swapped, 0 },
	{ HOSTOP_SLOT_SWAP_DELAY, "SLOT_SWAP_DELAY", 2, DATA_NONE, 0, 0, delay, 0 },
	{ .name = NULL },
};
