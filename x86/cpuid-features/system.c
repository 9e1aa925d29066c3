/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Features that need more than a row of operands: an MSR, a bit of CR4 or EFER, ring 0; and AMD's (APM volume 3, each
 * instruction; volume 6 for XOP, FMA4 and TBM).
 */
#include "probe.h"

/* ---- ring 3, nothing to enable ---- */

/* Both lines of 64 bytes are in struct probe_data: c is cleared. */
PROBE(clzero, "CLZERO", X86_FEATURE_CLZERO, STATE_NONE,
      GPR("movl $-1, 192(" DI "); movl $-1, 252(" DI "); lea 192(" DI "), %" R "ax; .byte 0x0f, 0x01, 0xfc; "
	  "mov 192(" DI "), %eax; or 252(" DI "), %eax; add $5, %eax"), .out = { 5 })
/* A register that there is not: 0, and CF is clear (MPERF and APERF are no constants). */
PROBE(rdpru, "RDPRU", X86_FEATURE_RDPRU, STATE_NONE, GPR_FLAG("stc; .byte 0x0f, 0x01, 0xfd; mov $0, %edx", "setc"),
      .a = { 7 }, .b = { ~0u }, .out = { 0, 0 })
PROBE(movdir64b, "MOVDIR64B", X86_FEATURE_MOVDIR64B, STATE_NONE,
      PASS_ON("mov " DI ", %" R "ax; add $128, %" R "ax", ".byte 0x66, 0x0f, 0x38, 0xf8, 0x07", "mfence"),
      .a = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 },
      .out = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 })
/* The deadline, EDX:EAX, has passed: at once, CF clear. UMONITOR of c; UMWAIT and TPAUSE in state C0.1. */
#define PASSED	"mov $1, %ecx; xor %eax, %eax; stc; "
PROBE(umonitor, "WAITPKG: UMONITOR", X86_FEATURE_WAITPKG, STATE_NONE,
      GPR("lea 192(" DI "), %" R "ax; .byte 0xf3, 0x0f, 0xae, 0xf0; mov $6, %eax"), .out = { 6 })
PROBE(umwait, "WAITPKG: UMWAIT", X86_FEATURE_WAITPKG, STATE_NONE,
      GPR_FLAG(PASSED ".byte 0xf2, 0x0f, 0xae, 0xf1", "setc"), .out = { 0, 0 })
PROBE(tpause, "WAITPKG: TPAUSE", X86_FEATURE_WAITPKG, STATE_NONE,
      GPR_FLAG(PASSED ".byte 0x66, 0x0f, 0xae, 0xf1", "setc"), .out = { 0, 0 })
/* Outside of a transaction: ZF. */
PROBE(xtest, "RTM: XTEST", X86_FEATURE_RTM, STATE_NONE, GPR_FLAG("or $1, %eax; .byte 0x0f, 0x01, 0xd6", "setz"),
      .out = { 1, 1 })

/* ---- AMD: XOP, FMA4, TBM ---- */

#define X86_FEATURE_XOP		CPUID_FEATURE(0x80000001, 0, ECX, 11)
#define X86_FEATURE_FMA4	CPUID_FEATURE(0x80000001, 0, ECX, 16)
#define X86_FEATURE_TBM		CPUID_FEATURE(0x80000001, 0, ECX, 21)

/* No rows for their absence: where 8f is taken for POP, whatever its operand says, the return address is gone. */
PROBE_ROW(xop, "XOP: VPROTD", X86_FEATURE_XOP, STATE_AVX, YMM(".byte 0x8f, 0xe8, 0x78, 0xc2, 0xc1, 8"),
	     .a = { 9, 9, 9, 9, 9, 9, 9, 9 }, .b = { 0x12345678, 0x80000001, 0, 0xff000000 },
	     .out = { 0x34567812, 0x00000180, 0, 0x000000ff })
/* 1.5 * 2 + 2 */
#define EIGHT(x)	x, x, x, x, x, x, x, x
VECTOR_PROBE(fma4, "FMA4: VFMADDPS", X86_FEATURE_FMA4, STATE_AVX, YMM(".byte 0xc4, 0xe3, 0xfd, 0x68, 0xc1, 0x10"),
	     .a = { EIGHT(0x3fc00000) }, .b = { EIGHT(0x40000000) }, .out = { EIGHT(0x40a00000) })
/* BLSFILL: x or (x - 1), CF if x is 0. */
PROBE_ROW(tbm, "TBM: BLSFILL", X86_FEATURE_TBM, STATE_NONE, GPR(".byte 0x8f, 0xe9, 0x78, 0x01, 0xd1"),
      .b = { 0x28 }, .out = { 0x2f })

/* ---- MSRs ---- */

/* The probe reads IA32_TSC_AUX. */
static void check_tsc_aux(const struct probe *p)
{
	u64 before;

	require_msg(this_cpu_has(p->feature), "CPUID does not announce %s", p->name);
	before = rdmsr(MSR_TSC_AUX);
	wrmsr(MSR_TSC_AUX, p->out[0]);
	probe_works(p);
	wrmsr(MSR_TSC_AUX, before);
}

PROBE_CODE(rdpid, GPR(".byte 0xf3, 0x0f, 0xc7, 0xf8"))
static const struct probe rdpid_probe = { .name = "RDPID", .feature = X86_FEATURE_RDPID, .code = rdpid_run,
	.out = { 0x89abcdef } };
CASE(rdpid, "RDPID: announced, it reads IA32_TSC_AUX")
{
	check_tsc_aux(&rdpid_probe);
}

CASE(rdpid_absent, "RDPID: not announced, it is #UD")
{
	probe_absent(&rdpid_probe);
}

PROBE_CODE(rdtscp, GPR(".byte 0x0f, 0x01, 0xf9; mov %ecx, %eax"))
static const struct probe rdtscp_probe = { .name = "RDTSCP", .feature = X86_FEATURE_RDTSCP, .code = rdtscp_run,
	.out = { 0x76543210 } };
CASE(rdtscp, "RDTSCP: announced, it reads IA32_TSC_AUX")
{
	check_tsc_aux(&rdtscp_probe);
}

CASE(rdtscp_absent, "RDTSCP: not announced, it is #UD")
{
	probe_absent(&rdtscp_probe);
}

/* EFER.MCOMMIT, bit 17, enables it (APM volume 3, MCOMMIT): else #UD. CF is set when all stores are done. */
#define X86_FEATURE_MCOMMIT	CPUID_FEATURE(0x80000008, 0, EBX, 8)
#define EFER_MCOMMIT		(1ull << 17)
PROBE_CODE(mcommit, GPR("clc; .byte 0xf3, 0x0f, 0x01, 0xfa; jnc 1f; mov $1, %eax; 1:"))
static const struct probe mcommit_probe = { .name = "MCOMMIT", .feature = X86_FEATURE_MCOMMIT, .code = mcommit_run,
	.out = { 1 } };
CASE(mcommit, "MCOMMIT: announced, it works with EFER.MCOMMIT")
{
	u64 efer = rdmsr(MSR_EFER);

	require(this_cpu_has(X86_FEATURE_MCOMMIT));
	wrmsr(MSR_EFER, efer | EFER_MCOMMIT);
	probe_works(&mcommit_probe);
	wrmsr(MSR_EFER, efer);
}

CASE(mcommit_absent, "MCOMMIT: not announced, it is #UD")
{
	probe_absent(&mcommit_probe);
}

/* ---- CR4 ---- */

#ifdef __x86_64__
/* wrfsbase %rcx; rdfsbase %rax, and likewise GS, and what was there before again. 64-bit mode only. */
#define BASE(read_rdx, write_rcx, read_rax, write_rdx)					\
	GPR(".byte 0xf3, 0x48, 0x0f, 0xae, " read_rdx "; .byte 0xf3, 0x48, 0x0f, 0xae, " write_rcx "; "	\
	    ".byte 0xf3, 0x48, 0x0f, 0xae, " read_rax "; .byte 0xf3, 0x48, 0x0f, 0xae, " write_rdx)
PROBE_CODE(fsbase, BASE("0xc2", "0xd1", "0xc0", "0xd2"))
PROBE_CODE(gsbase, BASE("0xca", "0xd9", "0xc8", "0xda"))
static const struct probe fsgsbase_probes[] = {
	{ .name = "RDFSBASE, WRFSBASE", .feature = X86_FEATURE_FSGSBASE, .code = fsbase_run,
	  .b = { 0x12345678 }, .out = { 0x12345678 } },
	{ .name = "RDGSBASE, WRGSBASE", .feature = X86_FEATURE_FSGSBASE, .code = gsbase_run,
	  .b = { 0x23456789 }, .out = { 0x23456789 } },
};

CASE(fsgsbase, "FSGSBASE: announced, ring 3 reads and writes the bases with CR4.FSGSBASE")
{
	ulong cr4 = read_cr4();

	require(this_cpu_has(X86_FEATURE_FSGSBASE));
	write_cr4(cr4 | X86_CR4_FSGSBASE);
	probe_works(&fsgsbase_probes[0]);
	probe_works(&fsgsbase_probes[1]);
	write_cr4(cr4);
}

static void check_no_fsgsbase(void)
{
	need_ring3();
	for (int i = 0; i < 2; i++) {
		struct probe_data data = { .b = { 1 } };

		expect_msg(run_probe(fsgsbase_probes[i].code, &data, UD_VECTOR), "%s: no #UD", fsgsbase_probes[i].name);
	}
}

CASE(fsgsbase_disabled, "FSGSBASE: without CR4.FSGSBASE they are #UD")
{
	require(this_cpu_has(X86_FEATURE_FSGSBASE));
	write_cr4(read_cr4() & ~X86_CR4_FSGSBASE);
	check_no_fsgsbase();
}

CASE(fsgsbase_absent, "FSGSBASE: not announced, they are #UD")
{
	require(!this_cpu_has(X86_FEATURE_FSGSBASE));
	check_no_fsgsbase();
}
#endif

/* ---- ring 0 ---- */

CASE(invpcid, "INVPCID: announced, it works; a type above 3 is #GP(0)")
{
	struct invpcid_desc desc = { 0 };

	require(this_cpu_has(X86_FEATURE_INVPCID));
	for (unsigned long type = 0; type < 6; type++) {
		expect_eq_msg(invpcid_safe(type, &desc), type > 3 ? GP_VECTOR : 0, "type %lu", type);
		expect_eq(exception_error_code(), 0);
	}
}

CASE(invpcid_absent, "INVPCID: not announced, it is #UD")
{
	struct invpcid_desc desc = { 0 };

	require(!this_cpu_has(X86_FEATURE_INVPCID));
	expect_eq(invpcid_safe(2, &desc), UD_VECTOR);
}

#ifdef __x86_64__
/* BNDMOV with a displacement, and an STC that has to be executed behind it: the length is right. IA32_BNDCFGS: EN. */
#define MSR_BNDCFGS	0xd90
CASE(mpx, "MPX: announced, BNDMOV loads and stores bounds, and is as long as it is")
{
	u64 memory[6] = { 1, 2, 0x1234567800000003, 4, 5, 6 };
	u8 carry = 0;

	require(this_cpu_has(X86_FEATURE_MPX));
	set_state(STATE_AVX);
	write_xcr0(XFEATURE_MASK_FP_SSE | XFEATURE_MASK_BNDREGS | XFEATURE_MASK_BNDCSR);
	wrmsr(MSR_BNDCFGS, 3);
	asm volatile("clc; .byte 0x66, 0x0f, 0x1a, 0x47, 0x10; stc; .byte 0x66, 0x0f, 0x1b, 0x47, 0x20; nop; setc %0"
		     : "=m" (carry) : "D" (memory) : "memory", "cc");
	wrmsr(MSR_BNDCFGS, 0);
	write_xcr0(XFEATURE_MASK_FP);
	reset_state();
	expect_eq(carry, 1);
	expect_eq(memory[4], memory[2]);
	expect_eq(memory[5], memory[3]);
}
#endif
