/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KVM on x86_64: what a VM and a vCPU need before they run, and the exits that only x86 has. Linux
 * Documentation/virt/kvm/api.rst; CPUID: Intel SDM volume 2, CPUID; AMD APM volume 3, appendix E.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include "advice.h"
#include "gdb.h"
#include "machine.h"
#include "operations.h"
#include "platform_x86_64.h"

#define CPUID_MAX	256
#define LEAF1_TSC_DEADLINE	(1u << 24)	/* ECX */
#define LEAF_BRAND		0x80000002u
#define LEAF_KVM_FEATURES	0x40000001u	/* Linux Documentation/virt/kvm/x86/cpuid.rst */
#define LEAF1_HTT		(1u << 28)	/* EDX */

void arch_check_kvm(const struct machine *m)
{
	if (!kvm_has(m, KVM_CAP_IRQCHIP))
		die(STATUS_ENVIRONMENT,
		    "this KVM emulates no APIC (KVM_CAP_IRQCHIP); run a kernel for x86 with it");
	if (!kvm_has(m, KVM_CAP_EXT_CPUID))
		die(STATUS_ENVIRONMENT,
		    "this KVM says no CPUID (KVM_CAP_EXT_CPUID); Linux 2.6.25 or newer has");
	if (m->options->split_irqchip && !kvm_has(m, KVM_CAP_SPLIT_IRQCHIP))
		die(STATUS_ENVIRONMENT,
		    "--irqchip split: this kernel's KVM has none; Linux 4.4 or newer has");
}

static void insist(const struct machine *m, unsigned long request, void *arg, const char *name)
{
	if (ioctl(m->vm_fd, request, arg) != 0)
		die(STATUS_ENVIRONMENT, "%s: %s%s", name, strerror(errno), advice(name, errno));
}

/* 255 and more APIC IDs need 32 bits of them in every interface. */
static void enable_many(const struct machine *m)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_X2APIC_API };

	if (m->n_vcpus < 255)
		return;
	cap.args[0] = KVM_X2APIC_API_USE_32BIT_IDS | KVM_X2APIC_API_DISABLE_BROADCAST_QUIRK;
	insist(m, KVM_ENABLE_CAP, &cap, "more than 254 CPUs: KVM_CAP_X2APIC_API");
}

void arch_create_vm(struct machine *m)
{
	struct kvm_enable_cap split = { .cap = KVM_CAP_SPLIT_IRQCHIP, .args = { 24 } };
	uint64_t identity_map = IDENTITY_MAP;

	if (broken(m, BREAK_STEAL_FROZEN))
		operation_freeze_steal(m);
	insist(m, KVM_SET_IDENTITY_MAP_ADDR, &identity_map, "KVM_SET_IDENTITY_MAP_ADDR");
	insist(m, KVM_SET_TSS_ADDR, (void *)TSS_ADDRESS, "KVM_SET_TSS_ADDR");
	enable_many(m);
	if (m->options->split_irqchip) {
		insist(m, KVM_ENABLE_CAP, &split, "KVM_CAP_SPLIT_IRQCHIP");
		return;
	}
	insist(m, KVM_CREATE_IRQCHIP, NULL, "KVM_CREATE_IRQCHIP");
}

/* ---- CPUID ---- */

static unsigned int bits_for(unsigned int n)
{
	unsigned int bits = 0;

	while (1u << bits < n)
		bits++;
	return bits;
}

/* One package, one thread a core. */
static void fix_topology(struct kvm_cpuid_entry2 *e, unsigned int id, unsigned int n)
{
	bool cores = e->index == 1;

	e->eax = cores ? bits_for(n) : 0;
	e->ebx = e->index > 1 ? 0 : cores ? n : 1;
	e->ecx = e->index | (e->index > 1 ? 0 : cores ? 0x200 : 0x100);
	e->edx = id;
}

/* KVM leaves the 48 bytes of the brand string, in three leaves, to user space. */
static void fix_brand(struct kvm_cpuid_entry2 *e)
{
	static const char brand[48] = "vmunit's small VMM";
	uint32_t words[4];

	memcpy(words, brand + 16 * (e->function - LEAF_BRAND), sizeof(words));
	e->eax = words[0];
	e->ebx = words[1];
	e->ecx = words[2];
	e->edx = words[3];
}

static void fix_entry(struct kvm_cpuid_entry2 *e, const struct vcpu *vcpu)
{
	unsigned int n = vcpu->machine->n_vcpus;

	switch (e->function) {
	case 1:
		e->ebx = (e->ebx & 0x0000ffff) | vcpu->index << 24 | (n < 255 ? n : 255) << 16;
		e->edx = n > 1 ? e->edx | LEAF1_HTT : e->edx & ~LEAF1_HTT;
		if (kvm_has(vcpu->machine, KVM_CAP_TSC_DEADLINE_TIMER))
			e->ecx |= LEAF1_TSC_DEADLINE;
		break;
	case 4:		/* private caches; the last two levels belong to the package */
		if (e->eax & 0x1f)
			e->eax = (e->eax & 0x3fff) | ((1u << bits_for(n)) - 1) << 26 |
				 ((e->eax >> 5 & 7) > 2 ? ((1u << bits_for(n)) - 1) << 14 : 0);
		break;
	case 0xb:
	case 0x1f:
		fix_topology(e, vcpu->index, n);
		break;
	case LEAF_KVM_FEATURES:
		e->eax &= ~vcpu->machine->options->hidden_kvm_features;
		break;
	case LEAF_BRAND:
	case LEAF_BRAND + 1:
	case LEAF_BRAND + 2:
		fix_brand(e);
		break;
	case 0x80000008:
		e->ecx = (e->ecx & ~0xf0ffu) | (n - 1 < 255 ? n - 1 : 255) | bits_for(n) << 12;
		break;
	case 0x8000001e:
		e->eax = vcpu->index;
		e->ebx = vcpu->index & 0xff;
		e->ecx = 0;
		break;
	}
}

/* The topology leaves have two levels; KVM says as many as the host has. */
static void add_topology(struct kvm_cpuid2 *cpuid, unsigned int function)
{
	bool has = false;
	unsigned int n = 0;

	for (unsigned int i = 0; i < cpuid->nent; i++) {
		if (cpuid->entries[i].function == function)
			has = true;
		else
			cpuid->entries[n++] = cpuid->entries[i];
	}
	cpuid->nent = n;
	for (unsigned int level = 0; has && level < 3 && cpuid->nent < CPUID_MAX; level++)
		cpuid->entries[cpuid->nent++] =
			(struct kvm_cpuid_entry2){ .function = function,
						    .index = level,
						    .flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX };
}

static void set_cpuid(struct vcpu *vcpu)
{
	static struct kvm_cpuid2 *host;
	size_t size = sizeof(*host) + CPUID_MAX * sizeof(host->entries[0]);
	struct kvm_cpuid2 *cpuid = malloc(size);

	if (!host) {
		host = calloc(1, size);
		if (host)
			host->nent = CPUID_MAX;
		if (!host || ioctl(vcpu->machine->kvm_fd, KVM_GET_SUPPORTED_CPUID, host) != 0)
			die(STATUS_ENVIRONMENT, "KVM_GET_SUPPORTED_CPUID: %s%s", strerror(errno),
			    advice("KVM_GET_SUPPORTED_CPUID", errno));
		add_topology(host, 0xb);
		add_topology(host, 0x1f);
	}
	if (!cpuid)
		die(STATUS_ENVIRONMENT, "no memory");
	memcpy(cpuid, host, size);
	for (unsigned int i = 0; i < cpuid->nent; i++)
		fix_entry(&cpuid->entries[i], vcpu);
	if (ioctl(vcpu->fd, KVM_SET_CPUID2, cpuid) != 0)
		die(STATUS_ENVIRONMENT, "KVM_SET_CPUID2 of CPU %u: %s%s", vcpu->index,
		    strerror(errno), advice("KVM_SET_CPUID2", errno));
	free(cpuid);
}

/* APIC, I/O APIC, TSS pages: KVM's own. */
#define DEVICES_START	0xfec00000ull

bool arch_slot_may_lie(uint64_t address, uint64_t size)
{
	return address >= FOUR_GIB || address + size <= DEVICES_START;
}

void arch_create_vcpu(struct vcpu *vcpu)
{
	set_cpuid(vcpu);
}

/* ---- exits ---- */

static void do_msr(struct vcpu *vcpu)
{
	operation_msr_exit(vcpu);
}

bool arch_exit(struct vcpu *vcpu)
{
	switch (vcpu->run->exit_reason) {
	case KVM_EXIT_X86_RDMSR:
	case KVM_EXIT_X86_WRMSR:
		do_msr(vcpu);
		return true;
	case KVM_EXIT_DEBUG:
		gdb_hit(vcpu);
		return true;
	case KVM_EXIT_IOAPIC_EOI:	/* nobody's: with a split irqchip there is no I/O APIC */
		return true;
	}
	return false;
}
