/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Saves and restores by tables, in the order in which restoring works: control registers before the
 * APIC, whose base is among them; the APIC before the MSRs, of which one is its deadline; pending
 * events last but the run state (Linux api.rst).
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include "state_x86_64.h"

/* its offset is kept instead: exact, however long this takes */
#define MSR_TSC		0x10

#define PART(name, get, set, member) { name, get, set, offsetof(struct vcpu_state, member) }

static const struct part {
	const char *name;
	unsigned long get, set;
	size_t offset;
} before_msrs[] = {
	PART("XCRS", KVM_GET_XCRS, KVM_SET_XCRS, xcrs),
	PART("XSAVE", KVM_GET_XSAVE2, KVM_SET_XSAVE, xsave),
	PART("SREGS2", KVM_GET_SREGS2, KVM_SET_SREGS2, sregs),
	PART("REGS", KVM_GET_REGS, KVM_SET_REGS, regs),
	PART("LAPIC", KVM_GET_LAPIC, KVM_SET_LAPIC, lapic),
}, behind_msrs[] = {
	PART("DEBUGREGS", KVM_GET_DEBUGREGS, KVM_SET_DEBUGREGS, debugregs),
	PART("VCPU_EVENTS", KVM_GET_VCPU_EVENTS, KVM_SET_VCPU_EVENTS, events),
	PART("MP_STATE", KVM_GET_MP_STATE, KVM_SET_MP_STATE, mp),
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ---- MSRs ---- */

/* struct kvm_msr_list and struct kvm_msrs, with room. */
struct msr_list {
	uint32_t n, indices[MSRS_MAX];
};

struct msr_buffer {
	uint32_t n, pad;
	struct kvm_msr_entry entries[MSRS_MAX];
};

/* KVM stops at the first MSR that it does not give: that one is passed over. */
static int save_msrs(const struct vcpu *vcpu, struct vcpu_state *s)
{
	static struct msr_list list = { .n = MSRS_MAX };
	struct msr_buffer *buffer = malloc(sizeof(*buffer));

	if (!buffer)
		return -ENOMEM;
	if (list.n == MSRS_MAX && ioctl(vcpu->machine->kvm_fd, KVM_GET_MSR_INDEX_LIST, &list) != 0)
		list.n = 0;
	s->n_msrs = 0;
	for (uint32_t at = 0; at < list.n;) {
		int n;

		buffer->n = 0;
		for (uint32_t i = at; i < list.n; i++)
			buffer->entries[buffer->n++].index = list.indices[i];
		n = ioctl(vcpu->fd, KVM_GET_MSRS, buffer);
		for (int i = 0; i < n; i++)
			if (buffer->entries[i].index != MSR_TSC)
				s->msrs[s->n_msrs++] = buffer->entries[i];
		at += n > 0 ? (uint32_t)n : 0;
		at += at < list.n;
	}
	free(buffer);
	return 0;
}

/* One that KVM does not take back is passed over, too: it refuses to change what cannot differ. */
static int restore_msrs(const struct vcpu *vcpu, const struct vcpu_state *s)
{
	struct msr_buffer *buffer = malloc(sizeof(*buffer));

	if (!buffer)
		return -ENOMEM;
	for (unsigned int at = 0; at < s->n_msrs;) {
		int n;

		buffer->n = s->n_msrs - at;
		memcpy(buffer->entries, s->msrs + at, buffer->n * sizeof(buffer->entries[0]));
		n = ioctl(vcpu->fd, KVM_SET_MSRS, buffer);
		at += n > 0 ? (unsigned int)n : 0;
		at += at < s->n_msrs;
	}
	free(buffer);
	return 0;
}

static bool tsc_offset(const struct vcpu *vcpu, unsigned long request, uint64_t *offset)
{
	struct kvm_device_attr attr = {
		.group = KVM_VCPU_TSC_CTRL, .attr = KVM_VCPU_TSC_OFFSET, .addr = (uintptr_t)offset
	};

	return ioctl(vcpu->fd, request, &attr) == 0;
}

/* ---- a vCPU ---- */

static int get_parts(const struct vcpu *vcpu, struct vcpu_state *s, const struct part *parts,
		     size_t n, const char **part)
{
	for (size_t i = 0; i < n; i++) {
		*part = parts[i].name;
		if (ioctl(vcpu->fd, parts[i].get, (char *)s + parts[i].offset) != 0)
			return -errno;
	}
	return 0;
}

static int set_parts(const struct vcpu *vcpu, const struct vcpu_state *s, const struct part *parts,
		     size_t n, bool lose, const char **part)
{
	for (size_t i = 0; i < n; i++) {
		*part = parts[i].name;
		if (lose && parts[i].set == KVM_SET_DEBUGREGS)
			continue;
		if (ioctl(vcpu->fd, parts[i].set, (const char *)s + parts[i].offset) != 0)
			return -errno;
	}
	return 0;
}

int vcpu_state_save(const struct vcpu *vcpu, struct vcpu_state *s, const char **part)
{
	int size = ioctl(vcpu->machine->vm_fd, KVM_CHECK_EXTENSION, KVM_CAP_XSAVE2), result;

	*part = "XSAVE2";
	if (size > (int)XSAVE_MAX)
		return -E2BIG;
	result = get_parts(vcpu, s, before_msrs, COUNT(before_msrs), part);
	if (!result)
		result = save_msrs(vcpu, s);
	s->has_tsc_offset = tsc_offset(vcpu, KVM_GET_DEVICE_ATTR, &s->tsc_offset);
	return result ? result : get_parts(vcpu, s, behind_msrs, COUNT(behind_msrs), part);
}

int vcpu_state_restore(const struct vcpu *vcpu, const struct vcpu_state *s, bool lose,
		       const char **part)
{
	uint64_t offset = s->tsc_offset;
	int result = set_parts(vcpu, s, before_msrs, COUNT(before_msrs), lose, part);

	if (!result)
		result = restore_msrs(vcpu, s);
	if (s->has_tsc_offset)
		tsc_offset(vcpu, KVM_SET_DEVICE_ATTR, &offset);
	return result ? result : set_parts(vcpu, s, behind_msrs, COUNT(behind_msrs), lose, part);
}

/* ---- the VM's devices ---- */

int vm_state_save(const struct machine *m, struct vm_state *s, const char **part)
{
	*part = "CLOCK";
	if (ioctl(m->vm_fd, KVM_GET_CLOCK, &s->clock) != 0)
		return -errno;
	if (m->options->split_irqchip)
		return 0;
	*part = "IRQCHIP";
	for (uint32_t i = 0; i < 3; i++) {
		s->chips[i].chip_id = i;
		if (ioctl(m->vm_fd, KVM_GET_IRQCHIP, &s->chips[i]) != 0)
			return -errno;
	}
	*part = "PIT2";
	return m->has_pit && ioctl(m->vm_fd, KVM_GET_PIT2, &s->pit) != 0 ? -errno : 0;
}

static int restore_pit(struct machine *m, const struct vm_state *s)
{
	int error = m->has_pit ? pit_create(m) : 0;

	if (error || !m->has_pit)
		return error;
	return ioctl(m->vm_fd, KVM_SET_PIT2, &s->pit) != 0 ? -errno : 0;
}

int vm_state_restore(struct machine *m, const struct vm_state *s, bool lose,
		     const char **part)
{
	struct kvm_clock_data clock = { .clock = s->clock.clock };

	*part = "CLOCK";
	/* With the host's clock known, what this took is not lost to the guest. */
	if (s->clock.flags & KVM_CLOCK_REALTIME) {
		clock.flags = KVM_CLOCK_REALTIME;
		clock.realtime = s->clock.realtime;
	}
	if (ioctl(m->vm_fd, KVM_SET_CLOCK, &clock) != 0)
		return -errno;
	if (m->options->split_irqchip)
		return 0;
	*part = "IRQCHIP";
	for (uint32_t i = 0; i < (lose ? 2 : 3); i++)
		if (ioctl(m->vm_fd, KVM_SET_IRQCHIP, &s->chips[i]) != 0)
			return -errno;
	*part = "PIT2";
	return lose ? 0 : restore_pit(m, s);
}
