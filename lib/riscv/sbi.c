/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls of the SBI: see <asm/sbi.h>. */
#include "libcflat.h"
#include "asm/sbi.h"
#include "asm/setup.h"

/* SBI 3.0, chapter 3: EID in a7, FID in a6; all registers but a0 and a1 are kept. */
struct sbiret sbi_ecall(int ext, int fid, unsigned long arg0, unsigned long arg1,
			unsigned long arg2, unsigned long arg3, unsigned long arg4,
			unsigned long arg5)
{
	register unsigned long a0 __asm__("a0") = arg0;
	register unsigned long a1 __asm__("a1") = arg1;
	register unsigned long a2 __asm__("a2") = arg2;
	register unsigned long a3 __asm__("a3") = arg3;
	register unsigned long a4 __asm__("a4") = arg4;
	register unsigned long a5 __asm__("a5") = arg5;
	register unsigned long a6 __asm__("a6") = (unsigned long)fid;
	register unsigned long a7 __asm__("a7") = (unsigned long)ext;

	__asm__ __volatile__("ecall"
			     : "+r"(a0), "+r"(a1)
			     : "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a6), "r"(a7)
			     : "memory");
	return (struct sbiret){ .error = (long)a0, .value = (long)a1 };
}

static struct sbiret base(int fid, unsigned long arg)
{
	return sbi_ecall(SBI_EXT_BASE, fid, arg, 0, 0, 0, 0, 0);
}

long sbi_probe(int ext)
{
	struct sbiret ret = base(SBI_EXT_BASE_PROBE_EXT, (unsigned long)ext);

	return ret.error ? 0 : ret.value;
}

unsigned long __sbi_get_imp_id(void)
{
	return (unsigned long)base(SBI_EXT_BASE_GET_IMP_ID, 0).value;
}

unsigned long __sbi_get_imp_version(void)
{
	return (unsigned long)base(SBI_EXT_BASE_GET_IMP_VERSION, 0).value;
}

void sbi_set_timer(unsigned long stime_value)
{
	sbi_ecall(SBI_EXT_TIME, SBI_EXT_TIME_SET_TIMER, stime_value, 0, 0, 0, 0, 0);
}

struct sbiret sbi_hart_start(unsigned long hartid, unsigned long start_addr, unsigned long opaque)
{
	return sbi_ecall(SBI_EXT_HSM, SBI_EXT_HSM_HART_START, hartid, start_addr, opaque, 0, 0, 0);
}

struct sbiret sbi_hart_stop(void)
{
	return sbi_ecall(SBI_EXT_HSM, SBI_EXT_HSM_HART_STOP, 0, 0, 0, 0, 0, 0);
}

struct sbiret sbi_hart_get_status(unsigned long hartid)
{
	return sbi_ecall(SBI_EXT_HSM, SBI_EXT_HSM_HART_STATUS, hartid, 0, 0, 0, 0, 0);
}

struct sbiret sbi_hart_suspend(unsigned int type, unsigned long resume_addr, unsigned long opaque)
{
	return sbi_ecall(SBI_EXT_HSM, SBI_EXT_HSM_HART_SUSPEND, type, resume_addr, opaque, 0, 0, 0);
}

struct sbiret sbi_send_ipi(unsigned long hart_mask, unsigned long hart_mask_base)
{
	return sbi_ecall(SBI_EXT_IPI, SBI_EXT_IPI_SEND_IPI, hart_mask, hart_mask_base, 0, 0, 0, 0);
}

struct sbiret sbi_send_ipi_broadcast(void)
{
	return sbi_send_ipi(0, ~0ul);
}

struct sbiret sbi_send_ipi_cpu(int cpu)
{
	return sbi_send_ipi(1, cpus[cpu].hartid);
}

struct sbiret sbi_send_ipi_cpumask(const cpumask_t *mask)
{
	struct sbiret ret = { SBI_SUCCESS, 0 };
	int cpu;

	for_each_cpu(cpu, mask) {
		ret = sbi_send_ipi_cpu(cpu);
		if (ret.error)
			break;
	}
	return ret;
}

struct sbiret sbi_fwft_set_raw(unsigned long feature, unsigned long value, unsigned long flags)
{
	return sbi_ecall(SBI_EXT_FWFT, SBI_EXT_FWFT_SET, feature, value, flags, 0, 0, 0);
}

struct sbiret sbi_fwft_set(u32 feature, unsigned long value, unsigned long flags)
{
	return sbi_fwft_set_raw(feature, value, flags);
}

struct sbiret sbi_fwft_get_raw(unsigned long feature)
{
	return sbi_ecall(SBI_EXT_FWFT, SBI_EXT_FWFT_GET, feature, 0, 0, 0, 0, 0);
}

struct sbiret sbi_fwft_get(u32 feature)
{
	return sbi_fwft_get_raw(feature);
}
