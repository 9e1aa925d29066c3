/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions to CPUID: never beyond the leaves that it says it has (SDM volume 2, CPUID: such a leaf repeats another). */
#include "libcflat.h"
#include "x86/cpuid.h"

#define RANGE_KVM	0x40000000

bool this_cpu_has_leaf(uint32_t leaf)
{
	uint32_t range = leaf & 0xffff0000;
	uint32_t last = raw_cpuid(range, 0).a;

	/* Old KVMs say 0 and have one more (Documentation/virt/kvm/x86/cpuid.rst). */
	if (range == RANGE_KVM && last == 0 && this_cpu_has_kvm())
		last = RANGE_KVM + 1;
	/* A range that does not exist answers with some other leaf. */
	return last >= leaf && (last & 0xffff0000) == range;
}

struct cpuid cpuid_indexed(uint32_t leaf, uint32_t subleaf)
{
	return this_cpu_has_leaf(leaf) ? raw_cpuid(leaf, subleaf) : (struct cpuid){ 0 };
}

struct cpuid cpuid(uint32_t leaf)
{
	return cpuid_indexed(leaf, 0);
}

static uint32_t register_of(struct cpuid r, unsigned int reg)
{
	const uint32_t values[] = { r.a, r.b, r.c, r.d };

	return values[reg & 3];
}

static bool is_hypervisor_leaf(uint32_t leaf)
{
	return (leaf & 0xffff0000) == RANGE_KVM;
}

bool this_cpu_has(uint64_t feature)
{
	uint32_t leaf = feature >> 32;

	if (is_hypervisor_leaf(leaf) && !this_cpu_has_kvm())
		return false;
	return register_of(cpuid_indexed(leaf, feature >> 16 & 0xffff), feature >> 8) >> (feature & 0x1f) & 1;
}

uint32_t this_cpu_property(uint64_t property)
{
	uint32_t value = register_of(cpuid_indexed(property >> 32, property >> 24 & 0xff), property >> 16);
	unsigned int low = property >> 8 & 0x1f, high = property & 0x1f;

	return (value & (0xffffffff >> (31 - high))) >> low;
}

bool this_cpu_has_kvm(void)
{
	struct cpuid r;

	if (!(raw_cpuid(1, 0).c >> 31))		/* X86_FEATURE_HYPERVISOR */
		return false;
	r = raw_cpuid(RANGE_KVM, 0);
	return r.b == 0x4b4d564b && r.c == 0x564b4d56 && r.d == 0x4d;	/* "KVMKVMKVM\0\0\0" */
}

bool cpu_vendor_is(const char name[12])
{
	struct cpuid r = raw_cpuid(0, 0);
	const uint32_t words[3] = { r.b, r.d, r.c };

	return !memcmp(words, name, sizeof(words));
}

bool is_intel(void)
{
	return cpu_vendor_is("GenuineIntel");
}

bool is_amd(void)
{
	return cpu_vendor_is("AuthenticAMD") || cpu_vendor_is("HygonGenuine");
}

uint8_t cpuid_maxphyaddr(void)
{
	uint32_t bits = this_cpu_property(X86_PROPERTY_MAX_PHY_ADDR);

	return bits ? bits : 36;
}

uint8_t cpuid_maxlinaddr(void)
{
	uint32_t bits = this_cpu_property(X86_PROPERTY_MAX_VIRT_ADDR);

	return bits ? bits : this_cpu_has(X86_FEATURE_LM) ? 48 : 32;
}
