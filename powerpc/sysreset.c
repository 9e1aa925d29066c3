/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System reset interrupts that a guest sends: H_SIGNAL_SYS_RESET (LoPAR: to a CPU, to all, to all
 * but the caller), entry at 0x100 whatever MSR.EE is (Power ISA 3.1B, Book III, section 7.5.1).
 */
#include "arch-hooks.h"
#include "case.h"
#include "patience.h"
#include "asm/hcall.h"
#include "asm/rtas.h"
#include "asm/smp.h"
#include "asm/time.h"

#define ALL		(-1ul)
#define ALL_BUT_SELF	(-2ul)

#define SRR1_OWN	0x783f0000ul	/* the interrupt's own bits */

static volatile unsigned int resets[NR_CPUS];
static struct pt_regs last;

static void on_reset(struct pt_regs *regs, void *data)
{
	last = *regs;
	resets[arch_cpu_id()]++;
}

void case_setup(void)
{
	require_msg(machine_is_pseries(), "this machine is the hypervisor's own level");
}

static void listen(void)
{
	memset((void *)resets, 0, sizeof(resets));
	handle_exception(0x100, on_reset, NULL);
}

/* Waits until those of mask have had one, and a while longer. */
static void expect_resets(unsigned long mask)
{
	struct patience patience = { 0 };

	for (int cpu = 0; cpu < arch_cpu_count(); cpu++)
		while (mask >> cpu & 1 && !resets[cpu] && !patience_over(&patience, 10))
			cpu_relax();
	mdelay(5);
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++)
		expect_eq_msg(resets[cpu], mask >> cpu & 1, "CPU %d", cpu);
}

CASE(self, "to the caller: 0x100 behind the call, SRR1 the MSR, all registers kept")
{
	unsigned long msr = mfmsr();
	long ret;

	listen();
	ret = hcall(H_SIGNAL_SYS_RESET, (unsigned long)cpus[0].server);
	require_msg(ret != H_FUNCTION, "the hypervisor has no H_SIGNAL_SYS_RESET");
	expect_eq(ret, H_SUCCESS);
	expect_resets(1);
	expect_eq(last.trap, 0x100);
	expect_eq(last.msr & ~SRR1_OWN, msr);
}

CASE(masked, "MSR.EE does not hold it back")
{
	unsigned long irqs;
	unsigned int seen;
	long ret;

	listen();
	irqs = arch_irq_save();
	ret = hcall(H_SIGNAL_SYS_RESET, (unsigned long)cpus[0].server);
	udelay(100);
	seen = resets[0];
	arch_irq_restore(irqs);
	require_msg(ret != H_FUNCTION, "the hypervisor has no H_SIGNAL_SYS_RESET");
	expect_eq(ret, H_SUCCESS);
	expect_eq(seen, 1);
	expect_eq(last.msr & MSR_EE, 0);
}

CASE(other, "to another CPU, that sleeps: it alone")
{
	require(arch_cpu_count() > 2);
	for (int cpu = 1; cpu < arch_cpu_count(); cpu++) {
		long ret;

		listen();
		ret = hcall(H_SIGNAL_SYS_RESET, (unsigned long)cpus[cpu].server);
		require_msg(ret != H_FUNCTION, "the hypervisor has no H_SIGNAL_SYS_RESET");
		expect_eq(ret, H_SUCCESS);
		expect_resets(1ul << cpu);
	}
}

CASE(all, "to all, and to all but the caller")
{
	unsigned long mask = (1ul << arch_cpu_count()) - 1;
	long ret;

	require(arch_cpu_count() > 1);
	listen();
	ret = hcall(H_SIGNAL_SYS_RESET, ALL);
	require_msg(ret != H_FUNCTION, "the hypervisor has no H_SIGNAL_SYS_RESET");
	expect_eq(ret, H_SUCCESS);
	expect_resets(mask);
	listen();
	expect_eq(hcall(H_SIGNAL_SYS_RESET, ALL_BUT_SELF), H_SUCCESS);
	expect_resets(mask & ~1ul);
}

CASE(nobody, "to a CPU that does not exist: H_PARAMETER, and nobody gets one")
{
	long ret;

	listen();
	ret = hcall(H_SIGNAL_SYS_RESET, 0x7fff0000ul);
	require_msg(ret != H_FUNCTION, "the hypervisor has no H_SIGNAL_SYS_RESET");
	expect_eq(ret, H_PARAMETER);
	expect_eq(hcall(H_SIGNAL_SYS_RESET, -3ul), H_PARAMETER);
	expect_resets(0);
}

CASE(many, "a hundred in a row, each once")
{
	listen();
	for (unsigned int i = 1; i <= 100; i++) {
		long ret = hcall(H_SIGNAL_SYS_RESET, (unsigned long)cpus[0].server);

		require_msg(ret != H_FUNCTION, "the hypervisor has no H_SIGNAL_SYS_RESET");
		insist_eq(ret, H_SUCCESS);
		insist_eq(resets[0], i);
	}
}

/* ---- firmware-assisted: LoPAR 1.1, ibm,nmi-register and ibm,nmi-interlock ---- */

static int call(const char *service, int nargs, u32 a, u32 b)
{
	uint32_t token = 0;

	require_msg(rtas_token(service, &token) == 0, "the device tree has no %s", service);
	return rtas_call((int)token, nargs, 1, NULL, a, b);
}

CASE(interlock, "ibm,nmi-interlock without a machine check to end is not a success")
{
	expect_ne(call("ibm,nmi-interlock", 0, 0, 0), RTAS_OK);
}

CASE(register_wrong, "ibm,nmi-register of a routine that cannot be one is a parameter error")
{
	/* The machine check's must lie in the first 32 MiB; and there are two arguments. */
	expect_eq(call("ibm,nmi-register", 2, 0x100, 0x7ffffff0), RTAS_PARAMETER_ERROR);
	expect_eq(call("ibm,nmi-register", 1, 0x100, 0), RTAS_PARAMETER_ERROR);
}
