/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hart state machine of SBI (specification 3.0, chapter 9): start, stop, status, suspension,
 * each with right, wrong and reserved arguments, the return code that the specification lists, what
 * a hart finds when it starts, and that nothing is done where an error is returned.
 */
#include "case.h"
#include "arch-hooks.h"
#include "memregions.h"
#include "on-cpus.h"
#include "setjmp.h"
#include "asm/delay.h"
#include "asm/processor.h"
#include "asm/sbi.h"
#include "asm/setup.h"
#include "asm/timer.h"

#define NO_HART		0x7ffffffffffful	/* no machine has a hart of that number */
#define FIRMWARE	0x80000000ul		/* its memory, if the device tree reserves it */

static bool within(unsigned int milliseconds, bool (*holds)(ulong arg), ulong arg)
{
	u64 start = timer_get_cycles();

	while (!holds(arg))
		if (timer_get_cycles() - start > milliseconds * (timebase_frequency / 1000))
			return holds(arg);
	return true;
}

CASE(hart_status,
     "every hart of the device tree is started, one that is not there an invalid parameter")
{
	require(sbi_probe(SBI_EXT_HSM));
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++) {
		struct sbiret ret = sbi_hart_get_status(cpus[cpu].hartid);

		expect_eq_msg(ret.error, SBI_SUCCESS, "CPU %d", cpu);
		expect_eq_msg(ret.value, SBI_EXT_HSM_STARTED, "CPU %d", cpu);
	}
	expect_eq(sbi_hart_get_status(NO_HART).error, SBI_ERR_INVALID_PARAM);
	expect_eq(sbi_hart_get_status(~0ul).error, SBI_ERR_INVALID_PARAM);
}

/* What a started hart finds: written by hart_code below, in this order. */
static struct { ulong hartid, opaque, satp, status, ran; } found;
void hart_code(void);
__asm__(".pushsection .text, \"ax\", %progbits\n	.p2align 2\n"
	"hart_code:\n"
	"	lla t0, found\n	sd a0, 0(t0)\n	sd a1, 8(t0)\n"
	"	csrr t1, 0x180\n	sd t1, 16(t0)\n"
	"	csrr t1, 0x100\n	sd t1, 24(t0)\n"
	"	fence rw, rw\n	li t1, 1\n	sd t1, 32(t0)\n"
	"	li a7, 0x48534d\n	li a6, 1\n	ecall\n"		/* HSM: stop */
	"1:	j 1b\n"
	".popsection\n");

static bool has_status(ulong cpu_and_state)
{
	struct sbiret ret = sbi_hart_get_status(cpus[cpu_and_state >> 8].hartid);

	return !ret.error && ret.value == (long)(cpu_and_state & 0xff);
}

static bool comes_to(int cpu, ulong state)
{
	return within(5000, has_status, (ulong)cpu << 8 | state);
}

static bool has_run(ulong unused)
{
	return READ_ONCE(found.ran);
}

/* Where a hart goes on that has lost its registers: a1, the opaque argument, leads to them. */
static struct resume {
	struct thread_info *tp;
	jmp_buf env;
} resumes[NR_CPUS];
void hart_resume(void);
__asm__(".pushsection .text, \"ax\", %progbits\n	.p2align 2\n"
	"hart_resume:\n	ld tp, 0(a1)\n	addi a0, a1, 8\n	li a1, 1\n	j longjmp\n"
	".popsection\n");

static struct sbiret stopped;

/* Stops; goes on behind the call when hart_resume is started. */
static void stop_here(void *unused)
{
	struct resume *r = &resumes[arch_cpu_id()];

	r->tp = current_thread_info();
	if (!setjmp(r->env))
		stopped = sbi_hart_stop();
	exceptions_init();
}

/* The last CPU, stopped; the call that it was stopped in ends when it is started at hart_resume. */
static int stop_one(void)
{
	int cpu = arch_cpu_count() - 1;

	stopped = (struct sbiret){ 77, 77 };
	on_cpu_async(cpu, stop_here, NULL);
	insist(comes_to(cpu, SBI_EXT_HSM_STOPPED));
	expect_eq(stopped.error, 77);
	/*
	 * OpenSBI 1.1 may start a hart that has just stopped where it was started last: see
	 * riscv/start.S.
	 */
	udelay(5000);
	return cpu;
}

static void back_to_work(int cpu)
{
	expect_eq(sbi_hart_start(cpus[cpu].hartid, (ulong)hart_resume, (ulong)&resumes[cpu]).error,
		  SBI_SUCCESS);
	expect(comes_to(cpu, SBI_EXT_HSM_STARTED));
	while (cpus_active() > 1)
		cpu_relax();
}

CASE(hart_stop_start, "a hart that stops is STOPPED, and starts with its number, the opaque "
		      "argument, no satp, no interrupts")
{
	require(sbi_probe(SBI_EXT_HSM) && arch_cpu_count() > 1);
	for (int i = 0; i < 5; i++) {
		int cpu = stop_one();
		ulong opaque = 0xfedcba9876543210ul + i;

		memset(&found, 0xff, sizeof(found));
		found.ran = 0;
		expect_eq(sbi_hart_start(cpus[cpu].hartid, (ulong)hart_code, opaque).error,
			  SBI_SUCCESS);
		insist(within(5000, has_run, 0));
		expect_eq(found.hartid, cpus[cpu].hartid);
		expect_eq(found.opaque, opaque);
		expect_eq(found.satp, 0);
		expect_eq(found.status & SR_SIE, 0);
		insist(comes_to(cpu, SBI_EXT_HSM_STOPPED));
		udelay(5000);
		back_to_work(cpu);
	}
}

CASE(hart_started, "a hart that is started cannot be started, nor be moved by it")
{
	require(sbi_probe(SBI_EXT_HSM));
	found.ran = 0;
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++)
		expect_eq(sbi_hart_start(cpus[cpu].hartid, (ulong)hart_code, 0).error,
			  SBI_ERR_ALREADY_AVAILABLE);
	udelay(2000);
	expect_eq(found.ran, 0);
}

CASE(hart_start_wrong, "starting a hart that is not there is an invalid parameter")
{
	require(sbi_probe(SBI_EXT_HSM));
	expect_eq(sbi_hart_start(NO_HART, (ulong)hart_code, 0).error, SBI_ERR_INVALID_PARAM);
	expect_eq(sbi_hart_start(~0ul, (ulong)hart_code, 0).error, SBI_ERR_INVALID_PARAM);
}

CASE(hart_start_address,
     "starting a hart where it may not fetch is an invalid address, and it stays stopped")
{
	int cpu;

	require(sbi_probe(SBI_EXT_HSM) && arch_cpu_count() > 1);
	require(memregions_get_flags(FIRMWARE) == MR_F_RESERVED);
	cpu = stop_one();
	expect_eq(sbi_hart_start(cpus[cpu].hartid, FIRMWARE, 0).error, SBI_ERR_INVALID_ADDRESS);
	expect(has_status((ulong)cpu << 8 | SBI_EXT_HSM_STOPPED));
	back_to_work(cpu);
}

/*
 * All CPUs but the last start that one, at the same time; it notes what it finds and runs until
 * all have their answers, so that none of them can find it stopped again.
 */
static u32 race_over;
void race_code(void);
__asm__(".pushsection .text, \"ax\", %progbits\n	.p2align 2\n"
	"race_code:\n"
	"	lla t0, found\n	sd a0, 0(t0)\n	sd a1, 8(t0)\n"
	"	fence rw, rw\n	li t1, 1\n	sd t1, 32(t0)\n"
	"	lla t0, race_over\n1:	lw t1, 0(t0)\n	beqz t1, 1b\n"
	"	li a7, 0x48534d\n	li a6, 1\n	ecall\n"		/* HSM: stop */
	"2:	j 2b\n"
	".popsection\n");

static struct {
	u32 ready, go, done;
	struct sbiret ret[NR_CPUS];
} race;

static void start_last(void *unused)
{
	int cpu = arch_cpu_id();

	__atomic_add_fetch(&race.ready, 1, __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&race.go, __ATOMIC_SEQ_CST))
		cpu_relax();
	race.ret[cpu] = sbi_hart_start(cpus[arch_cpu_count() - 1].hartid, (ulong)race_code, cpu);
	__atomic_add_fetch(&race.done, 1, __ATOMIC_SEQ_CST);
}

static bool all_ready(ulong n)
{
	return __atomic_load_n(&race.ready, __ATOMIC_SEQ_CST) == n;
}

static bool all_done(ulong n)
{
	return __atomic_load_n(&race.done, __ATOMIC_SEQ_CST) == n;
}

CASE(hart_start_race, "of harts that start one at the same time one succeeds, "
		      "and it is started with that one's argument")
{
	const int last = arch_cpu_count() - 1;

	require(sbi_probe(SBI_EXT_HSM) && arch_cpu_count() > 2);
	for (int i = 0; i < 10; i++) {
		int winners = 0, winner = -1;

		stop_one();
		memset(&race, 0, sizeof(race));
		memset(&found, 0xff, sizeof(found));
		found.ran = 0;
		WRITE_ONCE(race_over, 0);
		for (int cpu = 1; cpu < last; cpu++)
			on_cpu_async(cpu, start_last, NULL);
		insist(within(5000, all_ready, last - 1));
		__atomic_store_n(&race.go, 1, __ATOMIC_SEQ_CST);
		start_last(NULL);
		insist(within(5000, all_done, last));
		/* Section 9.1 names no error for a hart that is about to start: any will do. */
		for (int cpu = 0; cpu < last; cpu++)
			if (race.ret[cpu].error == SBI_SUCCESS) {
				winners++;
				winner = cpu;
			}
		expect_eq(winners, 1);
		insist(within(5000, has_run, 0));
		expect_eq(found.opaque, (ulong)winner);
		expect_eq(found.hartid, cpus[last].hartid);
		WRITE_ONCE(race_over, 1);
		insist(comes_to(last, SBI_EXT_HSM_STOPPED));
		udelay(5000);
		back_to_work(last);
	}
}

CASE(suspend_address, "a non-retentive suspension that would go on where the "
		      "hart may not fetch is an invalid address")
{
	struct sbiret ret;

	require(sbi_probe(SBI_EXT_HSM) && memregions_get_flags(FIRMWARE) == MR_F_RESERVED);
	local_irq_disable();
	ret = sbi_hart_suspend((u32)SBI_EXT_HSM_HART_SUSPEND_NON_RETENTIVE, FIRMWARE, 0);
	require_msg(ret.error != SBI_ERR_NOT_SUPPORTED, "this type of suspension is not supported");
	expect_eq(ret.error, SBI_ERR_INVALID_ADDRESS);
}

CASE(suspend_reserved, "reserved types of suspension are invalid parameters")
{
	require(sbi_probe(SBI_EXT_HSM));
	require(sbi_hart_suspend(1, 0, 0).error != SBI_ERR_NOT_SUPPORTED);
	expect_eq(sbi_hart_suspend(0x00000001, 0, 0).error, SBI_ERR_INVALID_PARAM);
	expect_eq(sbi_hart_suspend(0x0fffffff, 0, 0).error, SBI_ERR_INVALID_PARAM);
	expect_eq(sbi_hart_suspend(0x80000001, 0, 0).error, SBI_ERR_INVALID_PARAM);
	expect_eq(sbi_hart_suspend(0x8fffffff, 0, 0).error, SBI_ERR_INVALID_PARAM);
}

static struct sbiret suspended;
static ulong kept, type_of_suspension;

static void suspend_here(void *unused)
{
	struct resume *r = &resumes[arch_cpu_id()];
	volatile ulong pattern = 0x0123456789abcdef;

	r->tp = current_thread_info();
	kept = 0;
	local_irq_disable();
	local_ipi_enable();
	/* The IPI of the call that leads here would wake it. */
	udelay(2000);
	ipi_ack();
	if (!setjmp(r->env))
		suspended = sbi_hart_suspend(type_of_suspension, (ulong)hart_resume, (ulong)r);
	else
		suspended = (struct sbiret){ SBI_SUCCESS, 1 };
	exceptions_init();
	kept = pattern;
}

static void suspend_and_wake(ulong type, bool resumes_elsewhere)
{
	int cpu = arch_cpu_count() - 1;

	type_of_suspension = type;
	suspended = (struct sbiret){ 77, 77 };
	on_cpu_async(cpu, suspend_here, NULL);
	insist(comes_to(cpu, SBI_EXT_HSM_SUSPENDED) || suspended.error == SBI_ERR_NOT_SUPPORTED);
	if (suspended.error != SBI_ERR_NOT_SUPPORTED) {
		expect_eq(suspended.error, 77);
		expect_eq(sbi_send_ipi_cpu(cpu).error, SBI_SUCCESS);
	}
	while (cpus_active() > 1)
		cpu_relax();
	require_msg(suspended.error != SBI_ERR_NOT_SUPPORTED,
		    "this type of suspension is not supported");
	expect_eq(suspended.error, SBI_SUCCESS);
	expect_eq(suspended.value, resumes_elsewhere);
	expect_eq(kept, 0x0123456789abcdef);
	expect(has_status((ulong)cpu << 8 | SBI_EXT_HSM_STARTED));
}

CASE(suspend_retentive,
     "a retentive suspension is SUSPENDED until an IPI, and goes on behind the call")
{
	require(sbi_probe(SBI_EXT_HSM) && arch_cpu_count() > 1);
	suspend_and_wake(SBI_EXT_HSM_HART_SUSPEND_RETENTIVE, false);
}

CASE(suspend_non_retentive, "a non-retentive one goes on at its address, with the opaque argument")
{
	require(sbi_probe(SBI_EXT_HSM) && arch_cpu_count() > 1);
	suspend_and_wake((u32)SBI_EXT_HSM_HART_SUSPEND_NON_RETENTIVE, true);
}
