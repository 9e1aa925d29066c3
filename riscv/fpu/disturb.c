/* SPDX-License-Identifier: BSD-2-Clause */
/* What happens between loading registers and looking at them again: see fpu.h. */
#include "arch-hooks.h"
#include "on-cpus.h"
#include "fpu.h"
#include "asm/processor.h"
#include "asm/sbi.h"
#include "asm/setup.h"
#include "asm/timer.h"

static void nothing(void)
{
}

static void step_over(struct pt_regs *regs)
{
	regs->epc += 4;
}

static void trap(void)
{
	install_exception_handler(EXC_BREAKPOINT, step_over);
	for (int i = 0; i < 10; i++)
		__asm__ __volatile__(".4byte 0x00100073" : : : "memory");
	install_exception_handler(EXC_BREAKPOINT, NULL);
}

/* Which the firmware sees first. */
static void illegal(void)
{
	trap_try_in(".4byte 0xffffffff", "i" (0));
}

static volatile u32 ticks;

static void tick(struct pt_regs *regs)
{
	ticks++;
	timer_start(20);
}

static void timer(void)
{
	ticks = 0;
	install_irq_handler(IRQ_S_TIMER, tick);
	timer_start(20);
	timer_irq_enable();
	local_irq_enable();
	while (ticks < 20)
		cpu_relax();
	local_irq_disable();
	timer_irq_disable();
	timer_stop();
}

static volatile u32 ipis;

static void ipi(struct pt_regs *regs)
{
	ipi_ack();
	ipis++;
}

static void software(void)
{
	ipis = 0;
	install_irq_handler(IRQ_S_SOFT, ipi);
	local_ipi_enable();
	local_irq_enable();
	for (u32 i = 1; i <= 10; i++) {
		sbi_send_ipi_cpu(arch_cpu_id());
		while (ipis < i)
			cpu_relax();
	}
	local_irq_disable();
}

static void firmware(void)
{
	for (int i = 0; i < 10; i++) {
		sbi_ecall(SBI_EXT_BASE, SBI_EXT_BASE_GET_IMP_ID, 0, 0, 0, 0, 0, 0);
		sbi_ecall(SBI_EXT_RFENCE, SBI_EXT_RFENCE_FENCE_I, 0, ~0ul, 0, 0, 0, 0);
	}
}

static void misaligned(void)
{
	static u64 words[2];
	ulong value = 0;

	trap_try("ld %0, 3(%1)", "+r" (value), "r" (words));
}

extern const u32 user_code[];
__asm__(".pushsection .text, \"ax\", %progbits\n	.p2align 2\n"
	"user_code:	.4byte 0x73\n.popsection\n");

static void user(void)
{
	run_user((ulong)user_code, 0, 0, true);
}

static void use_it(void *unused)
{
	static const u64 zeros[32];

	csr_set(CSR_SSTATUS, SR_FS);
	fp_load(zeros);
	csr_clear(CSR_SSTATUS, SR_FS);
}

static void other_harts(void)
{
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++)
		if (cpu != arch_cpu_id())
			on_cpu(cpu, use_it, NULL);
}

const struct disturbance disturbances[] = {
	{ "nothing", nothing },
	{ "breakpoints", trap },
	{ "an illegal instruction", illegal },
	{ "timer interrupts", timer },
	{ "IPIs", software },
	{ "SBI calls", firmware },
	{ "a misaligned load", misaligned },
	{ "user mode", user },
	{ "other harts", other_harts },
};
const size_t n_disturbances = ARRAY_SIZE(disturbances);
