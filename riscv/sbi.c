/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The calls of the supervisor execution environment (RISC-V SBI specification 3.0): what it says of
 * itself, IPIs, remote fences, console and reset (harts: hsm.c): every function with right, wrong
 * and reserved arguments, the return code that the specification lists, the registers that must
 * stay, and nothing done where an error is returned.
 */
#include "case.h"
#include "arch-hooks.h"
#include "memregions.h"
#include "on-cpus.h"
#include "riscv/isa.h"
#include "asm/delay.h"
#include "asm/processor.h"
#include "asm/sbi.h"
#include "asm/setup.h"
#include "asm/smp.h"
#include "asm/timer.h"

#define NO_HART		0x7ffffffffffful	/* no machine has a hart of that number */
#define NO_FUNCTION	0x7fff
#define NO_EXTENSION	0x08abcdef		/* experimental space */
#define FIRMWARE	0x80000000ul		/* its memory, if the device tree reserves it */

static struct sbiret call(int ext, int fid, ulong a0, ulong a1, ulong a2)
{
	return sbi_ecall(ext, fid, a0, a1, a2, 0, 0, 0);
}

static bool within(unsigned int milliseconds, bool (*holds)(ulong arg), ulong arg)
{
	u64 start = timer_get_cycles();

	while (!holds(arg))
		if (timer_get_cycles() - start > milliseconds * (timebase_frequency / 1000))
			return holds(arg);
	return true;
}

/* ---- base: chapter 4 ---- */

CASE(version, "the specification's version is 0.2 or later, its highest bit 0")
{
	struct sbiret ret = call(SBI_EXT_BASE, SBI_EXT_BASE_GET_SPEC_VERSION, 0, 0, 0);

	expect_eq(ret.error, SBI_SUCCESS);
	expect_eq((ulong)ret.value & ~0x7ffffffful, 0);
	expect_ge(ret.value, 2);
	metric("major", ret.value >> 24, "version");
	metric("minor", ret.value & 0xffffff, "version");
}

CASE(identity,
     "every call that identifies firmware and machine succeeds, twice with the same answer")
{
	for (int fid = SBI_EXT_BASE_GET_IMP_ID; fid <= SBI_EXT_BASE_GET_MIMPID; fid++) {
		struct sbiret first, second;

		if (fid == SBI_EXT_BASE_PROBE_EXT)
			continue;
		first = call(SBI_EXT_BASE, fid, 0, 0, 0);
		second = call(SBI_EXT_BASE, fid, ~0ul, ~0ul, ~0ul);
		expect_eq_msg(first.error, SBI_SUCCESS, "function %d", fid);
		expect_eq_msg(second.error, SBI_SUCCESS, "function %d", fid);
		expect_eq_msg(second.value, first.value, "function %d", fid);
	}
}

CASE(probe, "probing says 0 for what is not there, else not 0, and never an error")
{
	struct sbiret ret = call(SBI_EXT_BASE, SBI_EXT_BASE_PROBE_EXT, NO_EXTENSION, 0, 0);

	expect_eq(ret.error, SBI_SUCCESS);
	expect_eq(ret.value, 0);
	ret = call(SBI_EXT_BASE, SBI_EXT_BASE_PROBE_EXT, SBI_EXT_BASE, 0, 0);
	expect_eq(ret.error, SBI_SUCCESS);
	expect_ne(ret.value, 0);
}

CASE(unknown, "unknown extensions and functions are not supported")
{
	static const int exts[] = {
		SBI_EXT_BASE, SBI_EXT_TIME, SBI_EXT_IPI, SBI_EXT_RFENCE, SBI_EXT_HSM, SBI_EXT_SRST,
		SBI_EXT_DBCN, SBI_EXT_SUSP, SBI_EXT_PMU, SBI_EXT_FWFT, SBI_EXT_SSE, SBI_EXT_STA,
		SBI_EXT_NACL, SBI_EXT_CPPC, SBI_EXT_DBTR, SBI_EXT_MPXY, NO_EXTENSION,
		0x7fffffff, -1,
	};

	/* Whether or not the extension is there. */
	for (size_t i = 0; i < ARRAY_SIZE(exts); i++)
		expect_eq_msg(call(exts[i], NO_FUNCTION, 0, 0, 0).error, SBI_ERR_NOT_SUPPORTED,
			      "extension %#x", exts[i]);
	expect_eq(call(NO_EXTENSION, 0, 0, 0, 0).error, SBI_ERR_NOT_SUPPORTED);
}

/*
 * a2 to a5, t0 to t6 and s2 to s4 get patterns; returns 0 if they still have them behind the call.
 */
static ulong changed_registers(ulong ext, ulong fid, ulong arg)
{
	register ulong a0 __asm__("a0") = arg, a1 __asm__("a1") = 0;
	register ulong a6 __asm__("a6") = fid, a7 __asm__("a7") = ext;
	ulong changed;

	__asm__ __volatile__(
		".irp r, a2, a3, a4, a5, t0, t1, t2, t3, t4, t5, t6, s2, s3, s4\n"
		" li \\r, 0x5a5\n slli \\r, \\r, 40\n .endr\n"
		"ecall\n"
		"li %0, 0\n li a6, 0x5a5\n slli a6, a6, 40\n"
		".irp r, a2, a3, a4, a5, t0, t1, t2, t3, t4, t5, t6, s2, s3, s4\n"
		" xor \\r, \\r, a6\n or %0, %0, \\r\n .endr\n"
		: "=&r" (changed), "+r" (a0), "+r" (a1), "+r" (a6), "+r" (a7)
		: : "a2", "a3", "a4", "a5", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "s2", "s3",
		    "s4", "memory");
	return changed | (a7 ^ ext);
}

CASE(registers, "a call changes a0 and a1 only, also one that fails")
{
	expect_eq(changed_registers(SBI_EXT_BASE, SBI_EXT_BASE_GET_IMP_ID, 0), 0);
	expect_eq(changed_registers(SBI_EXT_BASE, NO_FUNCTION, 0), 0);
	expect_eq(changed_registers(NO_EXTENSION, 0, 0), 0);
	expect_eq(changed_registers(SBI_EXT_HSM, SBI_EXT_HSM_HART_STATUS, NO_HART), 0);
	expect_eq(changed_registers(SBI_EXT_IPI, SBI_EXT_IPI_SEND_IPI, 0), 0);
}

/* ---- IPIs: chapter 7 ---- */

static u32 ipis[NR_CPUS];

static void count_ipi(struct pt_regs *regs)
{
	ipi_ack();
	__atomic_add_fetch(&ipis[arch_cpu_id()], 1, __ATOMIC_SEQ_CST);
}

static bool got_ipi(ulong cpu)
{
	return __atomic_load_n(&ipis[cpu], __ATOMIC_SEQ_CST) != 0;
}

static u32 listeners, listen_end;

/* On another CPU: counts software interrupts until it is told to stop. */
static void listen(void *unused)
{
	install_irq_handler(IRQ_S_SOFT, count_ipi);
	ipi_ack();
	local_ipi_enable();
	local_irq_enable();
	__atomic_add_fetch(&listeners, 1, __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&listen_end, __ATOMIC_SEQ_CST))
		cpu_relax();
	local_irq_disable();
	__atomic_sub_fetch(&listeners, 1, __ATOMIC_SEQ_CST);
}

static bool listeners_are(ulong n)
{
	return __atomic_load_n(&listeners, __ATOMIC_SEQ_CST) == n;
}

static void all_listen(void)
{
	listen_end = 0;
	for (int cpu = 1; cpu < arch_cpu_count(); cpu++)
		on_cpu_async(cpu, listen, NULL);
	insist(within(5000, listeners_are, arch_cpu_count() - 1));
	install_irq_handler(IRQ_S_SOFT, count_ipi);
	ipi_ack();
	local_ipi_enable();
	local_irq_enable();
	/* The calls themselves came by software interrupts: none may still be on its way. */
	udelay(2000);
	memset(ipis, 0, sizeof(ipis));
}

static void none_listens(void)
{
	local_irq_disable();
	__atomic_store_n(&listen_end, 1, __ATOMIC_SEQ_CST);
	expect(within(5000, listeners_are, 0));
	while (cpus_active() > 1)
		cpu_relax();
}

static void expect_ipis(int only)
{
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++) {
		u32 wanted = only < 0 || cpu == only;

		if (wanted)
			within(5000, got_ipi, cpu);
		expect_eq_msg(__atomic_exchange_n(&ipis[cpu], 0, __ATOMIC_SEQ_CST), wanted,
			      "IPIs of CPU %d", cpu);
	}
}

CASE(ipi_each, "an IPI to one hart reaches that hart, itself included, and no other")
{
	require(sbi_probe(SBI_EXT_IPI));
	all_listen();
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++) {
		expect_eq(sbi_send_ipi(1, cpus[cpu].hartid).error, SBI_SUCCESS);
		expect_ipis(cpu);
		if (cpus[cpu].hartid < 64) {
			expect_eq(sbi_send_ipi(1ul << cpus[cpu].hartid, 0).error, SBI_SUCCESS);
			expect_ipis(cpu);
		}
	}
	none_listens();
}

CASE(ipi_all, "base -1 is all harts, whatever the mask")
{
	require(sbi_probe(SBI_EXT_IPI));
	all_listen();
	expect_eq(sbi_send_ipi(0, ~0ul).error, SBI_SUCCESS);
	expect_ipis(-1);
	expect_eq(sbi_send_ipi(1, ~0ul).error, SBI_SUCCESS);
	expect_ipis(-1);
	none_listens();
}

CASE(ipi_none, "an empty mask is no hart, and no error")
{
	require(sbi_probe(SBI_EXT_IPI));
	all_listen();
	expect_eq(sbi_send_ipi(0, 0).error, SBI_SUCCESS);
	udelay(2000);
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++)
		expect_eq_msg(ipis[cpu], 0, "IPIs of CPU %d", cpu);
	none_listens();
}

CASE(ipi_no_hart, "an IPI to a hart that is not there is an invalid parameter")
{
	require(sbi_probe(SBI_EXT_IPI));
	expect_eq(sbi_send_ipi(1, NO_HART).error, SBI_ERR_INVALID_PARAM);
}

/* A hart number below 64 that no hart has; 64 if there is none. */
static ulong free_number(void)
{
	ulong n = 0;

	while (n < 64 && hartid_to_cpu(n) >= 0)
		n++;
	return n;
}

CASE(ipi_no_hart_in_mask,
     "a mask with a hart that is not there is an invalid parameter (section 3.1)")
{
	require(sbi_probe(SBI_EXT_IPI) && free_number() < 64);
	expect_eq(sbi_send_ipi(1ul << free_number(), 0).error, SBI_ERR_INVALID_PARAM);
}

/* ---- remote fences: chapter 8 ---- */

static struct sbiret fence(int fid, ulong mask, ulong base, ulong start, ulong size)
{
	return sbi_ecall(SBI_EXT_RFENCE, fid, mask, base, start, size, 0, 0);
}

CASE(fences, "remote fences of one hart, all, and any range succeed")
{
	static const struct { ulong start, size; } ranges[] = {
		{ 0, 0 }, { 0, ~0ul }, { 0x1000, 0x1000 }, { 0x1234, 1 }, { ~0ul << 38, 0x200000 },
	};

	require(sbi_probe(SBI_EXT_RFENCE));
	for (int fid = SBI_EXT_RFENCE_FENCE_I; fid <= SBI_EXT_RFENCE_SFENCE_VMA_ASID; fid++)
		for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
			expect_eq(fence(fid, 0, ~0ul, ranges[i].start, ranges[i].size).error,
				  SBI_SUCCESS);
			for (int cpu = 0; cpu < arch_cpu_count(); cpu++)
				expect_eq(fence(fid, 1, cpus[cpu].hartid, ranges[i].start,
						ranges[i].size).error,
					  SBI_SUCCESS);
		}
}

CASE(fences_no_hart, "a remote fence of a hart that is not there is an invalid parameter")
{
	require(sbi_probe(SBI_EXT_RFENCE));
	for (int fid = SBI_EXT_RFENCE_FENCE_I; fid <= SBI_EXT_RFENCE_SFENCE_VMA_ASID; fid++)
		expect_eq_msg(fence(fid, 1, NO_HART, 0, 0).error, SBI_ERR_INVALID_PARAM,
			      "function %d", fid);
}

CASE(hypervisor_fences, "fences of guests' translations succeed with the hypervisor extension, "
			"else they are not supported")
{
	long wanted = has_extension("h") ? SBI_SUCCESS : SBI_ERR_NOT_SUPPORTED;

	require(sbi_probe(SBI_EXT_RFENCE));
	for (int fid = SBI_EXT_RFENCE_HFENCE_GVMA_VMID; fid <= SBI_EXT_RFENCE_HFENCE_VVMA; fid++)
		for (int cpu = 0; cpu < arch_cpu_count(); cpu++)
			expect_eq_msg(fence(fid, 1, cpus[cpu].hartid, 0x1000, 0x1000).error, wanted,
				      "function %d", fid);
}

/* ---- console: chapter 12 ---- */

CASE(console, "DBCN writes what it says, a byte too, and nothing from where it may not read")
{
	static const char line[] = "written by SBI\n";
	struct sbiret ret;

	require(sbi_probe(SBI_EXT_DBCN));
	ret = call(SBI_EXT_DBCN, SBI_EXT_DBCN_CONSOLE_WRITE, sizeof(line) - 1, (ulong)line, 0);
	expect_eq(ret.error, SBI_SUCCESS);
	expect_eq(ret.value, sizeof(line) - 1);
	ret = call(SBI_EXT_DBCN, SBI_EXT_DBCN_CONSOLE_WRITE, 0, (ulong)line, 0);
	expect_eq(ret.error, SBI_SUCCESS);
	expect_eq(ret.value, 0);
	ret = call(SBI_EXT_DBCN, SBI_EXT_DBCN_CONSOLE_WRITE_BYTE, '\n', 0, 0);
	expect_eq(ret.error, SBI_SUCCESS);
	expect_eq(ret.value, 0);
	require(memregions_get_flags(FIRMWARE) == MR_F_RESERVED);
	expect_eq(call(SBI_EXT_DBCN, SBI_EXT_DBCN_CONSOLE_WRITE, 16, FIRMWARE, 0).error,
		  SBI_ERR_INVALID_PARAM);
	expect_eq(call(SBI_EXT_DBCN, SBI_EXT_DBCN_CONSOLE_READ, 16, FIRMWARE, 0).error,
		  SBI_ERR_INVALID_PARAM);
}

CASE(console_high,
     "DBCN: memory beyond 2^64 is an invalid parameter (section 12.1), and is not that below")
{
	static char line[] = "not written\n";
	const ulong size = sizeof(line) - 1;

	require(sbi_probe(SBI_EXT_DBCN));
	expect_eq(call(SBI_EXT_DBCN, SBI_EXT_DBCN_CONSOLE_WRITE, size, (ulong)line, 1).error,
		  SBI_ERR_INVALID_PARAM);
	expect_eq(call(SBI_EXT_DBCN, SBI_EXT_DBCN_CONSOLE_READ, size, (ulong)line, 1).error,
		  SBI_ERR_INVALID_PARAM);
	expect_eq(strcmp(line, "not written\n"), 0);
}

CASE(console_read, "DBCN reads nothing where nothing was typed, and leaves the memory as it is")
{
	static char buffer[16] = "unchanged";
	struct sbiret ret;

	require(sbi_probe(SBI_EXT_DBCN));
	ret = call(SBI_EXT_DBCN, SBI_EXT_DBCN_CONSOLE_READ, sizeof(buffer), (ulong)buffer, 0);
	expect_eq(ret.error, SBI_SUCCESS);
	expect_eq(ret.value, 0);
	expect_eq(strcmp(buffer, "unchanged"), 0);
}

/* ---- reset: chapter 10; firmware features: chapter 18 ---- */

static struct sbiret reset(ulong type, ulong reason)
{
	return call(SBI_EXT_SRST, SBI_EXT_SRST_RESET, type, reason, 0);
}

CASE(reset_reserved, "reserved types and reasons of a reset are invalid parameters, and do nothing")
{
	require(sbi_probe(SBI_EXT_SRST));
	expect_eq(reset(SBI_SRST_WARM_REBOOT + 1, SBI_SRST_NO_REASON).error, SBI_ERR_INVALID_PARAM);
	expect_eq(reset(0xefffffff, SBI_SRST_NO_REASON).error, SBI_ERR_INVALID_PARAM);
	expect_eq(reset(SBI_SRST_SHUTDOWN, SBI_SRST_SYSTEM_FAILURE + 1).error,
		  SBI_ERR_INVALID_PARAM);
	expect_eq(reset(SBI_SRST_SHUTDOWN, 0xdfffffff).error, SBI_ERR_INVALID_PARAM);
}

CASE(features_reserved,
     "reserved firmware features are denied, reserved flags are invalid parameters")
{
	require(sbi_probe(SBI_EXT_FWFT));
	expect_eq(sbi_fwft_get(SBI_FWFT_LOCAL_RESERVED_START).error, SBI_ERR_DENIED);
	expect_eq(sbi_fwft_get(SBI_FWFT_LOCAL_RESERVED_END).error, SBI_ERR_DENIED);
	expect_eq(sbi_fwft_get(SBI_FWFT_GLOBAL_RESERVED_START).error, SBI_ERR_DENIED);
	expect_eq(sbi_fwft_set(SBI_FWFT_GLOBAL_RESERVED_END, 1, 0).error, SBI_ERR_DENIED);
	expect_eq(sbi_fwft_set(SBI_FWFT_MISALIGNED_EXC_DELEG, 0, 2).error, SBI_ERR_INVALID_PARAM);
}

/*
 * ---- suspension of the system: chapter 13; steal time: chapter 16; nested acceleration: chapter
 * 15 ----
 */

CASE(system_suspend,
     "reserved types are invalid parameters; with other harts started the system is not suspended")
{
	require(sbi_probe(SBI_EXT_SUSP));
	expect_eq(call(SBI_EXT_SUSP, SBI_EXT_SUSP_SYSTEM_SUSPEND, 1, (ulong)sbi_probe, 0).error,
		  SBI_ERR_INVALID_PARAM);
	expect_eq(call(SBI_EXT_SUSP, SBI_EXT_SUSP_SYSTEM_SUSPEND, 0x7fffffff, (ulong)sbi_probe, 0)
			  .error,
		  SBI_ERR_INVALID_PARAM);
	require(arch_cpu_count() > 1);
	expect_eq(call(SBI_EXT_SUSP, SBI_EXT_SUSP_SYSTEM_SUSPEND, 0, (ulong)sbi_probe, 0).error,
		  SBI_ERR_DENIED);
}

CASE(steal_time, "STA: an address that is not a multiple of 64 and flags are invalid parameters; "
		 "it counts from zero")
{
	static u64 area[8] __aligned(64);

	require(sbi_probe(SBI_EXT_STA));
	expect_eq(call(SBI_EXT_STA, 0, (ulong)area + 8, 0, 0).error, SBI_ERR_INVALID_PARAM);
	expect_eq(call(SBI_EXT_STA, 0, (ulong)area, 0, 1).error, SBI_ERR_INVALID_PARAM);
	memset(area, 0xff, sizeof(area));
	expect_eq(call(SBI_EXT_STA, 0, (ulong)area, 0, 0).error, SBI_SUCCESS);
	expect_eq(area[0] & 1, 0);		/* the sequence: no update is under way */
	expect_eq(area[0] >> 32, 0);		/* flags */
	expect_eq(call(SBI_EXT_STA, 0, ~0ul, ~0ul, 0).error, SBI_SUCCESS);
}

CASE(nested, "NACL: a shared page that is not aligned is an invalid parameter, and without one "
	     "there is nothing to sync")
{
	require(sbi_probe(SBI_EXT_NACL));
	expect_eq(call(SBI_EXT_NACL, 1, 8, 0, 0).error, SBI_ERR_INVALID_PARAM);
	expect_eq(call(SBI_EXT_NACL, 1, 0, 0, 1).error, SBI_ERR_INVALID_PARAM);
	expect_eq(call(SBI_EXT_NACL, 2, ~0ul, 0, 0).error, SBI_ERR_NO_SHMEM);
}
