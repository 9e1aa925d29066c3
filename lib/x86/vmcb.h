/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual machine control block of SVM and its codes: APM volume 2, appendices B (layout) and C
 * (exit codes), and chapter 15. Layout and constants only; how it is used: svm.h.
 */
#ifndef X86_VMCB_H
#define X86_VMCB_H

#include <stddef.h>
#include <stdint.h>

/* ---- intercepts: each is one bit of the words of struct vmcb_control ---- */

/* intercept_cr, intercept_dr: reads in the low half, writes in the high one. */
#define VMCB_READ(n)		(1u << (n))
#define VMCB_WRITE(n)		(0x10000u << (n))

/*
 * intercept[0], "vector 3" (offset 0x0c). The exit code is SVM_EXIT_INTR + the number of the bit.
 */
enum vmcb_intercept {
	INTERCEPT_INTR, INTERCEPT_NMI, INTERCEPT_SMI, INTERCEPT_INIT, INTERCEPT_VINTR,
	INTERCEPT_CR0_SEL_WRITE, INTERCEPT_IDTR_READ, INTERCEPT_GDTR_READ, INTERCEPT_LDTR_READ,
	INTERCEPT_TR_READ, INTERCEPT_IDTR_WRITE, INTERCEPT_GDTR_WRITE, INTERCEPT_LDTR_WRITE,
	INTERCEPT_TR_WRITE, INTERCEPT_RDTSC, INTERCEPT_RDPMC, INTERCEPT_PUSHF, INTERCEPT_POPF,
	INTERCEPT_CPUID, INTERCEPT_RSM, INTERCEPT_IRET, INTERCEPT_SWINT, INTERCEPT_INVD,
	INTERCEPT_PAUSE, INTERCEPT_HLT, INTERCEPT_INVLPG, INTERCEPT_INVLPGA, INTERCEPT_IOIO,
	INTERCEPT_MSR, INTERCEPT_TASK_SWITCH, INTERCEPT_FERR_FREEZE, INTERCEPT_SHUTDOWN,
	/* intercept[1], "vector 4" (offset 0x10), goes on with both numbers. */
	INTERCEPT_VMRUN, INTERCEPT_VMMCALL, INTERCEPT_VMLOAD, INTERCEPT_VMSAVE, INTERCEPT_STGI,
	INTERCEPT_CLGI, INTERCEPT_SKINIT, INTERCEPT_RDTSCP, INTERCEPT_ICEBP, INTERCEPT_WBINVD,
	INTERCEPT_MONITOR, INTERCEPT_MWAIT, INTERCEPT_MWAIT_ARMED, INTERCEPT_XSETBV,
	INTERCEPT_RDPRU,
};

/* ---- exit codes ---- */

#define SVM_EXIT_READ_CR(n)	(0x000u + (n))
#define SVM_EXIT_WRITE_CR(n)	(0x010u + (n))
#define SVM_EXIT_READ_DR(n)	(0x020u + (n))
#define SVM_EXIT_WRITE_DR(n)	(0x030u + (n))
#define SVM_EXIT_EXCEPTION(v)	(0x040u + (v))
#define SVM_EXIT_INTERCEPT(bit)	(0x060u + (bit))
#define SVM_EXIT_INTR		SVM_EXIT_INTERCEPT(INTERCEPT_INTR)
#define SVM_EXIT_NMI		SVM_EXIT_INTERCEPT(INTERCEPT_NMI)
#define SVM_EXIT_VINTR		SVM_EXIT_INTERCEPT(INTERCEPT_VINTR)
#define SVM_EXIT_CR0_SEL_WRITE	SVM_EXIT_INTERCEPT(INTERCEPT_CR0_SEL_WRITE)
#define SVM_EXIT_PAUSE		SVM_EXIT_INTERCEPT(INTERCEPT_PAUSE)
#define SVM_EXIT_CPUID		SVM_EXIT_INTERCEPT(INTERCEPT_CPUID)
#define SVM_EXIT_HLT		SVM_EXIT_INTERCEPT(INTERCEPT_HLT)
#define SVM_EXIT_IOIO		SVM_EXIT_INTERCEPT(INTERCEPT_IOIO)
#define SVM_EXIT_MSR		SVM_EXIT_INTERCEPT(INTERCEPT_MSR)
#define SVM_EXIT_TASK_SWITCH	SVM_EXIT_INTERCEPT(INTERCEPT_TASK_SWITCH)
#define SVM_EXIT_SHUTDOWN	SVM_EXIT_INTERCEPT(INTERCEPT_SHUTDOWN)
#define SVM_EXIT_VMMCALL	SVM_EXIT_INTERCEPT(INTERCEPT_VMMCALL)
#define SVM_EXIT_NPF		0x400u
#define SVM_EXIT_INVALID	(~0ull)		/* all 64 bits */

/* ---- bits of the control area ---- */

/* int_ctl (offset 0x60): section 15.21 */
#define V_TPR_MASK		0xffull
#define V_IRQ			(1ull << 8)
#define V_GIF			(1ull << 9)
#define V_INTR_PRIO_SHIFT	16
#define V_IGN_TPR		(1ull << 20)
#define V_INTR_MASKING		(1ull << 24)
#define V_GIF_ENABLE		(1ull << 25)
#define V_INTR_VECTOR_SHIFT	32

#define VMCB_INTERRUPT_SHADOW	(1ull << 0)	/* interrupt_shadow */
#define VMCB_NP_ENABLE		(1ull << 0)	/* np_control */
#define VMCB_V_VMSAVE_VMLOAD	(1ull << 1)	/* lbr_control */

/* tlb_control: section 15.16.1 */
#define TLB_DO_NOTHING		0
#define TLB_FLUSH_ALL		1
#define TLB_FLUSH_ASID		3		/* with FLUSHBYASID */
#define TLB_FLUSH_ASID_LOCAL	7

/* event_inj, exit_int_info: section 15.20. The error code is in bits 63:32. */
#define EVENT_TYPE_INTR		(0ull << 8)
#define EVENT_TYPE_NMI		(2ull << 8)
#define EVENT_TYPE_EXCEPTION	(3ull << 8)
#define EVENT_TYPE_SOFT		(4ull << 8)
#define EVENT_HAS_ERROR		(1ull << 11)
#define EVENT_VALID		(1ull << 31)
#define EVENT_ERROR(code)	((uint64_t)(code) << 32)

/*
 * exit_info_1 of MOV CRn and DRn with decode assists (section 15.8.1); the GPR's number is in bits
 * 3:0.
 */
#define EXITINFO1_MOV		(1ull << 63)

/* exit_info_1 of SVM_EXIT_IOIO: section 15.10.2. The port is in bits 31:16. */
#define IOIO_IN			(1u << 0)
#define IOIO_STRING		(1u << 2)
#define IOIO_REP		(1u << 3)
#define IOIO_SIZE(bytes)	((bytes) << 4)
#define IOIO_A16		(1u << 7)
#define IOIO_A32		(1u << 8)
#define IOIO_A64		(1u << 9)
#define IOIO_SEGMENT_SHIFT	10
#define IOIO_PORT(port)		((uint32_t)(port) << 16)

/* exit_info_1 of SVM_EXIT_NPF, above the page fault error code: section 15.25.6 */
#define NPF_FINAL		(1ull << 32)
#define NPF_GUEST_TABLE		(1ull << 33)

/* exit_info_2 of SVM_EXIT_TASK_SWITCH: section 15.14.1 */
#define TASK_SWITCH_IRET	(1ull << 36)
#define TASK_SWITCH_JMP		(1ull << 38)
#define TASK_SWITCH_HAS_ERROR	(1ull << 44)
#define TASK_SWITCH_RF		(1ull << 48)

/* ---- layout ---- */

struct vmcb_control {
	uint32_t intercept_cr;		/* 0x000 */
	uint32_t intercept_dr;
	uint32_t intercept_exceptions;
	uint32_t intercept[3];
	uint8_t reserved_018[0x03c - 0x018];
	uint16_t pause_filter_threshold;	/* 0x03c */
	uint16_t pause_filter_count;
	uint64_t iopm_base_pa;		/* 0x040 */
	uint64_t msrpm_base_pa;
	uint64_t tsc_offset;
	uint32_t asid;			/* 0x058 */
	uint8_t tlb_control;
	uint8_t reserved_05d[3];
	uint64_t int_ctl;		/* 0x060 */
	uint64_t interrupt_shadow;
	uint64_t exit_code;		/* 0x070 */
	uint64_t exit_info_1;
	uint64_t exit_info_2;
	uint64_t exit_int_info;
	uint64_t np_control;		/* 0x090 */
	uint64_t avic_apic_bar;
	uint64_t ghcb;
	uint64_t event_inj;		/* 0x0a8 */
	uint64_t n_cr3;			/* 0x0b0 */
	uint64_t lbr_control;
	uint64_t clean;			/* 0x0c0 */
	uint64_t next_rip;		/* 0x0c8 */
	uint8_t bytes_fetched;		/* 0x0d0 */
	uint8_t instruction[15];
	uint8_t reserved_0e0[0x400 - 0x0e0];
};

/*
 * attributes: bits 47:40 of a descriptor in bits 7:0, bits 55:52 in bits 11:8. The limit is in
 * bytes.
 */
struct vmcb_segment {
	uint16_t selector;
	uint16_t attributes;
	uint32_t limit;
	uint64_t base;
};

#define VMCB_CODE64	0xa9b		/* present, DPL 0, accessed code, L, G */
#define VMCB_CODE32	0xc9b
#define VMCB_CODE16	0x09b
#define VMCB_DATA32	0xc93
#define VMCB_DATA16	0x093
#define VMCB_DPL3	0x060

struct vmcb_save {
	struct vmcb_segment es, cs, ss, ds, fs, gs, gdtr, ldtr, idtr, tr;
	uint8_t reserved_0a0[0x0cb - 0x0a0];
	uint8_t cpl;			/* 0x0cb */
	uint32_t reserved_0cc;
	uint64_t efer;			/* 0x0d0 */
	uint8_t reserved_0d8[0x148 - 0x0d8];
	uint64_t cr4;			/* 0x148 */
	uint64_t cr3, cr0, dr7, dr6, rflags, rip;
	uint8_t reserved_180[0x1d8 - 0x180];
	uint64_t rsp;			/* 0x1d8 */
	uint64_t s_cet, ssp, isst_addr;
	uint64_t rax;			/* 0x1f8 */
	uint64_t star, lstar, cstar, sfmask, kernel_gs_base;
	uint64_t sysenter_cs, sysenter_esp, sysenter_eip;
	uint64_t cr2;			/* 0x240 */
	uint8_t reserved_248[0x268 - 0x248];
	uint64_t g_pat;			/* 0x268 */
	uint64_t dbgctl, br_from, br_to, last_excp_from, last_excp_to;
	uint8_t reserved_298[0xc00 - 0x298];
};

struct vmcb {
	struct vmcb_control control;
	struct vmcb_save save;
};

_Static_assert(offsetof(struct vmcb_control, int_ctl) == 0x60, "VMCB");
_Static_assert(offsetof(struct vmcb_control, event_inj) == 0xa8, "VMCB");
_Static_assert(offsetof(struct vmcb_control, next_rip) == 0xc8, "VMCB");
_Static_assert(offsetof(struct vmcb, save) == 0x400, "VMCB");
_Static_assert(offsetof(struct vmcb_save, tr) == 0x90, "VMCB");
_Static_assert(offsetof(struct vmcb_save, efer) == 0xd0, "VMCB");
_Static_assert(offsetof(struct vmcb_save, rip) == 0x178, "VMCB");
_Static_assert(offsetof(struct vmcb_save, rsp) == 0x1d8, "VMCB");
_Static_assert(offsetof(struct vmcb_save, cr2) == 0x240, "VMCB");
_Static_assert(offsetof(struct vmcb_save, g_pat) == 0x268, "VMCB");
_Static_assert(sizeof(struct vmcb) == 4096, "VMCB");

#endif
