/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the CPU can do, by its version (the processors' user manuals), and who emulates it, by the
 * device tree.
 */
#include "asm/processor.h"
#include "asm/setup.h"

bool cpu_has_hv, cpu_has_power_mce, cpu_has_siar, cpu_has_heai, cpu_has_prefix, cpu_has_sc_lev,
	cpu_has_pause_short;

void processor_init(void)
{
	unsigned long version = mfspr(SPR_PVR) & PVR_VERSION_MASK;
	bool power8 = version == PVR_VER_POWER8 || version == PVR_VER_POWER8E ||
		      version == PVR_VER_POWER8NVL;
	bool power9 = version == PVR_VER_POWER9;
	bool power10 = version == PVR_VER_POWER10 || version == PVR_VER_POWER11;

	cpu_has_hv = mfmsr() & MSR_HV;
	cpu_has_power_mce = power8 || power9 || power10;
	cpu_has_siar = power8 || power9 || power10;
	cpu_has_heai = power8 || power9 || power10;
	cpu_has_prefix = power10;
	cpu_has_sc_lev = power10;
	cpu_has_pause_short = power10;
}

static bool hypervisor_is(const char *name)
{
	int node = fdt_find(&machine_fdt, "/hypervisor");

	return node != FDT_NONE && fdt_has_string(&machine_fdt, node, "compatible", name);
}

bool host_is_kvm(void)
{
	return hypervisor_is("linux,kvm");
}

bool host_is_tcg(void)
{
	int root = 0;

	if (host_is_kvm() || !fdt_string(&machine_fdt, root, "model"))
		return false;
	return strstr(fdt_string(&machine_fdt, root, "model"), "qemu") != NULL;
}
