/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KVM's binary statistics (Linux api.rst, KVM_GET_STATS_FD), and the exits that the VMM itself has
 * seen.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "operations.h"

#define DESCRIPTORS_MAX	1024

/* A statistics file: its header, and its descriptors in one piece. */
struct stats {
	int fd;
	struct kvm_stats_header header;
	uint8_t *descriptors;
	size_t stride;
};

static bool stats_open(struct stats *s, int fd)
{
	size_t size;

	*s = (struct stats){ .fd = fd };
	if (fd < 0 || pread(fd, &s->header, sizeof(s->header), 0) != (ssize_t)sizeof(s->header) ||
	    s->header.num_desc > DESCRIPTORS_MAX || !s->header.name_size ||
	    s->header.name_size > HOSTOP_STAT_NAME_MAX)
		return false;
	s->stride = sizeof(struct kvm_stats_desc) + s->header.name_size;
	size = s->stride * s->header.num_desc;
	s->descriptors = malloc(size ? size : 1);
	if (!s->descriptors ||
	    pread(fd, s->descriptors, size, s->header.desc_offset) != (ssize_t)size) {
		free(s->descriptors);
		return false;
	}
	return true;
}

/* The nth descriptor; its name ends within the header's name_size. */
static const struct kvm_stats_desc *descriptor(const struct stats *s, uint32_t n, char *name)
{
	const struct kvm_stats_desc *d = (const void *)(s->descriptors + n * s->stride);

	memset(name, 0, HOSTOP_STAT_NAME_MAX);
	memcpy(name, d + 1, s->header.name_size);
	name[HOSTOP_STAT_NAME_MAX - 1] = '\0';
	return d;
}

static int stat_value(const struct op_call *c, const struct stats *s,
		      const struct kvm_stats_desc *d)
{
	static uint64_t frozen;
	uint64_t value;

	if (pread(s->fd, &value, sizeof(value), s->header.data_offset + d->offset) !=
	    (ssize_t)sizeof(value))
		return -EIO;
	if (broken(c->machine, BREAK_STAT_FROZEN))
		value = frozen = frozen ? frozen : value;
	c->rets[0] = value;
	c->rets[1] = d->flags & KVM_STATS_TYPE_MASK;
	return 0;
}

static int stat_fd(const struct op_call *c)
{
	const struct vcpu *target = op_cpu(c, c->args[0]);

	if (c->args[0] == HOSTOP_VM)
		return c->machine->stats_fd;
	return target ? target->stats_fd : -1;
}

static int stat_by_name(const struct op_call *c)
{
	char wanted[HOSTOP_STAT_NAME_MAX], name[HOSTOP_STAT_NAME_MAX];
	int result = op_read(c, wanted, c->data_size);
	struct stats s;

	if (result)
		return result;
	if (wanted[c->data_size - 1] || !stats_open(&s, stat_fd(c)))
		return HOSTOP_EARG;
	result = -ENOENT;
	for (uint32_t i = 0; i < s.header.num_desc && result == -ENOENT; i++) {
		const struct kvm_stats_desc *d = descriptor(&s, i, name);

		if (strcmp(name, wanted) == 0)
			result = stat_value(c, &s, d);
	}
	free(s.descriptors);
	return result;
}

static int stat_by_number(const struct op_call *c)
{
	char name[HOSTOP_STAT_NAME_MAX];
	struct stats s;
	int result = -ENOENT;

	if (!stats_open(&s, stat_fd(c)))
		return HOSTOP_EARG;
	if (c->args[1] < s.header.num_desc) {
		const struct kvm_stats_desc *d = descriptor(&s, (uint32_t)c->args[1], name);

		result = op_write(c, name, sizeof(name));
		if (!result)
			result = stat_value(c, &s, d);
	}
	free(s.descriptors);
	return result;
}

static int exits(const struct op_call *c)
{
	struct vcpu *target = op_cpu(c, c->args[0]);

	if (!target || (c->args[1] >= EXIT_REASONS && c->args[1] != HOSTOP_ALL))
		return HOSTOP_EARG;
	for (unsigned int i = 0; i < EXIT_REASONS; i++)
		if (c->args[1] == i || c->args[1] == HOSTOP_ALL)
			c->rets[0] += target->exits[i];
	if (broken(c->machine, BREAK_EXITS_FROZEN))
		c->rets[0] = 0;
	return 0;
}

const struct op_row stat_ops[] = {
	{ HOSTOP_STAT, "STAT", 1, DATA_IN, 1, HOSTOP_STAT_NAME_MAX, stat_by_name,
	  KVM_CAP_BINARY_STATS_FD },
	{ HOSTOP_STAT_NAME, "STAT_NAME", 2, DATA_OUT, HOSTOP_STAT_NAME_MAX, HOSTOP_STAT_NAME_MAX,
	  stat_by_number, KVM_CAP_BINARY_STATS_FD },
	{ HOSTOP_EXITS, "EXITS", 2, DATA_NONE, 0, 0, exits, 0 },
	{ .name = NULL },
};
