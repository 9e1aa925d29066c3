/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls of the supervisor execution environment: numbers and errors of the RISC-V SBI
 * specification 3.0, by its chapters; and functions for what the library and most tests call. Every
 * call is one ECALL.
 */
#ifndef RISCV_ASM_SBI_H
#define RISCV_ASM_SBI_H

/* Chapter 3. */
#define SBI_SUCCESS			0
#define SBI_ERR_FAILURE			(-1)
#define SBI_ERR_NOT_SUPPORTED		(-2)
#define SBI_ERR_INVALID_PARAM		(-3)
#define SBI_ERR_DENIED			(-4)
#define SBI_ERR_INVALID_ADDRESS		(-5)
#define SBI_ERR_ALREADY_AVAILABLE	(-6)
#define SBI_ERR_ALREADY_STARTED		(-7)
#define SBI_ERR_ALREADY_STOPPED		(-8)
#define SBI_ERR_NO_SHMEM		(-9)
#define SBI_ERR_INVALID_STATE		(-10)
#define SBI_ERR_BAD_RANGE		(-11)
#define SBI_ERR_TIMEOUT			(-12)
#define SBI_ERR_IO			(-13)
#define SBI_ERR_DENIED_LOCKED		(-14)

/* Section 4.9. */
#define SBI_IMPL_BBL			0
#define SBI_IMPL_OPENSBI		1
#define SBI_IMPL_KVM			3

/* OpenSBI's answer to GET_IMP_VERSION. */
#define sbi_impl_opensbi_mk_version(major, minor)	((unsigned long)(major) << 16 | (minor))

#ifndef __ASSEMBLER__
#include "cpumask.h"

enum sbi_ext_id {
	SBI_EXT_LEGACY_PUTCHAR	= 0x1,
	SBI_EXT_LEGACY_SHUTDOWN	= 0x8,
	SBI_EXT_BASE		= 0x10,
	SBI_EXT_TIME		= 0x54494d45,
	SBI_EXT_IPI		= 0x735049,
	SBI_EXT_RFENCE		= 0x52464e43,
	SBI_EXT_HSM		= 0x48534d,
	SBI_EXT_SRST		= 0x53525354,
	SBI_EXT_PMU		= 0x504d55,
	SBI_EXT_DBCN		= 0x4442434e,
	SBI_EXT_SUSP		= 0x53555350,
	SBI_EXT_CPPC		= 0x43505043,
	SBI_EXT_NACL		= 0x4e41434c,
	SBI_EXT_STA		= 0x535441,
	SBI_EXT_SSE		= 0x535345,
	SBI_EXT_FWFT		= 0x46574654,
	SBI_EXT_DBTR		= 0x44425452,
	SBI_EXT_MPXY		= 0x4d505859,
};

/* Chapter 4. */
enum sbi_ext_base_fid {
	SBI_EXT_BASE_GET_SPEC_VERSION,
	SBI_EXT_BASE_GET_IMP_ID,
	SBI_EXT_BASE_GET_IMP_VERSION,
	SBI_EXT_BASE_PROBE_EXT,
	SBI_EXT_BASE_GET_MVENDORID,
	SBI_EXT_BASE_GET_MARCHID,
	SBI_EXT_BASE_GET_MIMPID,
};

/* Chapters 6, 7 and 8. */
enum sbi_ext_time_fid { SBI_EXT_TIME_SET_TIMER };
enum sbi_ext_ipi_fid { SBI_EXT_IPI_SEND_IPI };
enum sbi_ext_rfence_fid {
	SBI_EXT_RFENCE_FENCE_I,
	SBI_EXT_RFENCE_SFENCE_VMA,
	SBI_EXT_RFENCE_SFENCE_VMA_ASID,
	SBI_EXT_RFENCE_HFENCE_GVMA_VMID,
	SBI_EXT_RFENCE_HFENCE_GVMA,
	SBI_EXT_RFENCE_HFENCE_VVMA_ASID,
	SBI_EXT_RFENCE_HFENCE_VVMA,
};

/* Chapter 9. */
enum sbi_ext_hsm_fid {
	SBI_EXT_HSM_HART_START,
	SBI_EXT_HSM_HART_STOP,
	SBI_EXT_HSM_HART_STATUS,
	SBI_EXT_HSM_HART_SUSPEND,
};
enum sbi_ext_hsm_sid {
	SBI_EXT_HSM_STARTED,
	SBI_EXT_HSM_STOPPED,
	SBI_EXT_HSM_START_PENDING,
	SBI_EXT_HSM_STOP_PENDING,
	SBI_EXT_HSM_SUSPENDED,
	SBI_EXT_HSM_SUSPEND_PENDING,
	SBI_EXT_HSM_RESUME_PENDING,
};
enum sbi_ext_hsm_hart_suspend_type {
	SBI_EXT_HSM_HART_SUSPEND_RETENTIVE	= 0,
	SBI_EXT_HSM_HART_SUSPEND_NON_RETENTIVE	= (int)0x80000000,
};

/* Chapter 10: types and reasons of a reset. */
enum sbi_ext_srst_fid { SBI_EXT_SRST_RESET };
enum sbi_srst_type { SBI_SRST_SHUTDOWN, SBI_SRST_COLD_REBOOT, SBI_SRST_WARM_REBOOT };
enum sbi_srst_reason { SBI_SRST_NO_REASON, SBI_SRST_SYSTEM_FAILURE };

/* Chapter 12. */
enum sbi_ext_dbcn_fid {
	SBI_EXT_DBCN_CONSOLE_WRITE,
	SBI_EXT_DBCN_CONSOLE_READ,
	SBI_EXT_DBCN_CONSOLE_WRITE_BYTE,
};

/* Chapter 13. */
enum sbi_ext_susp_fid { SBI_EXT_SUSP_SYSTEM_SUSPEND };

/* Chapter 18. */
enum sbi_ext_fwft_fid { SBI_EXT_FWFT_SET, SBI_EXT_FWFT_GET };
#define SBI_FWFT_MISALIGNED_EXC_DELEG	0x0
#define SBI_FWFT_LANDING_PAD		0x1
#define SBI_FWFT_SHADOW_STACK		0x2
#define SBI_FWFT_DOUBLE_TRAP		0x3
#define SBI_FWFT_PTE_AD_HW_UPDATING	0x4
#define SBI_FWFT_POINTER_MASKING_PMLEN	0x5
#define SBI_FWFT_LOCAL_RESERVED_START	0x6
#define SBI_FWFT_LOCAL_RESERVED_END	0x3fffffff
#define SBI_FWFT_LOCAL_PLATFORM_START	0x40000000
#define SBI_FWFT_LOCAL_PLATFORM_END	0x7fffffff
#define SBI_FWFT_GLOBAL_RESERVED_START	0x80000000
#define SBI_FWFT_GLOBAL_RESERVED_END	0xbfffffff
#define SBI_FWFT_GLOBAL_PLATFORM_START	0xc0000000
#define SBI_FWFT_GLOBAL_PLATFORM_END	0xffffffff
#define SBI_FWFT_SET_FLAG_LOCK		(1ul << 0)

/* Chapter 3: a0 and a1 after a call. */
struct sbiret {
	long error;
	long value;
};

struct sbiret sbi_ecall(int ext, int fid, unsigned long arg0, unsigned long arg1,
			unsigned long arg2, unsigned long arg3, unsigned long arg4,
			unsigned long arg5);

/* 0 if the extension is not there, else what PROBE_EXT says. */
long sbi_probe(int ext);
unsigned long __sbi_get_imp_id(void);
unsigned long __sbi_get_imp_version(void);

void sbi_set_timer(unsigned long stime_value);
struct sbiret sbi_hart_start(unsigned long hartid, unsigned long start_addr, unsigned long opaque);
struct sbiret sbi_hart_stop(void);
struct sbiret sbi_hart_get_status(unsigned long hartid);
struct sbiret sbi_hart_suspend(unsigned int type, unsigned long resume_addr, unsigned long opaque);

/* hart_mask: bit n is hart hart_mask_base + n; base ~0: all harts (section 3.1). */
struct sbiret sbi_send_ipi(unsigned long hart_mask, unsigned long hart_mask_base);
struct sbiret sbi_send_ipi_broadcast(void);
/* By CPU numbers; the first error ends it. */
struct sbiret sbi_send_ipi_cpu(int cpu);
struct sbiret sbi_send_ipi_cpumask(const cpumask_t *mask);

struct sbiret sbi_fwft_set_raw(unsigned long feature, unsigned long value, unsigned long flags);
struct sbiret sbi_fwft_set(u32 feature, unsigned long value, unsigned long flags);
struct sbiret sbi_fwft_get_raw(unsigned long feature);
struct sbiret sbi_fwft_get(u32 feature);
#endif

#include "asm/sbi-sse.h"

#endif
