/* SPDX-License-Identifier: BSD-2-Clause */
/* Host operations in short: vCPUs and VMs that are saved and restored. */
#include "x86/apic.h"
#include "x86/isr.h"
#include "x86/msr.h"
#include "x86/smp.h"
#include "each.h"

#define DEBUG_ADDRESS	0x12345678u

CASE(vcpu_restore, "a vCPU that is saved, reset and restored is as it was")
{
	begin(HOSTOP_VCPU_RESTORE);
	write_dr0(DEBUG_ADDRESS);
	wrmsr(MSR_IA32_SYSENTER_EIP, 0x13579b);
	insist_eq(hostop_get(rets, HOSTOP_VCPU_RESTORE, HOSTOP_SELF), 0);
	expect_gt(rets[0], 0);
	expect_eq(read_dr0(), DEBUG_ADDRESS);
	expect_eq(rdmsr(MSR_IA32_SYSENTER_EIP), 0x13579b);
	write_dr0(0);
	wrmsr(MSR_IA32_SYSENTER_EIP, 0);
}

static void nothing(void *unused)
{
}

static void mark(void *unused)
{
	wrmsr(MSR_IA32_SYSENTER_EIP, 0x13579b);
}

static void read_mark(void *value)
{
	*(u64 *)value = rdmsr(MSR_IA32_SYSENTER_EIP);
}

CASE(vcpu_replug, "a CPU that is taken out and put in again is reset, and starts by INIT and SIPI")
{
	u64 found = 1;
	int result;

	begin(HOSTOP_VCPU_REPLUG);
	require_msg(cpu_count() >= 2, "needs two CPUs");
	/* A case that ended before its end may have left it busy. */
	smp_restart(1);
	on_cpu(1, mark, NULL);
	result = hostop(HOSTOP_VCPU_REPLUG, 1);
	smp_restart(1);
	insist_eq(result, 0);
	on_cpu(1, read_mark, &found);
	expect_eq(found, 0);
	expect_eq((u32)hostop(HOSTOP_VCPU_REPLUG, 0), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_VCPU_REPLUG, cpu_count()), (u32)HOSTOP_EARG);
}

CASE(vm_migrate, "a VM that moves into another one goes on as if nothing had been")
{
	ioapic_redir_entry_t entry;

	begin(HOSTOP_VM_MIGRATE);
	prepare_interrupts();
	ioapic_set_redir(11, VECTOR, TRIGGER_EDGE);
	insist_eq(hostop_get(rets, HOSTOP_VM_MIGRATE), 0);
	expect_gt(rets[0], 0);
	metric("migration", rets[0] / 1000, "us");
	entry = ioapic_read_redir(11);
	expect_eq(entry.vector, VECTOR);
	expect_eq(hostop(HOSTOP_IRQ_LINE, 11, 1), 0);
	expect_eq(hostop(HOSTOP_IRQ_LINE, 11, 0), 0);
	arrives(1);
	set_mask(11, true);
	for (int cpu = 1; cpu < cpu_count(); cpu++)
		on_cpu(cpu, nothing, NULL);
	for (int i = 0; i < 3; i++)
		expect_eq(hostop(HOSTOP_VM_MIGRATE), 0);
}
