/* SPDX-License-Identifier: BSD-2-Clause */
/* A machine that is saved and restored, by each way of save_restore.h: registers and time. */
#include "save_restore.h"
#include "x86/delay.h"
#include "x86/desc.h"
#include "x86/msr.h"
#include "x86/processor.h"
#include "asm/debugreg.h"
#include "asm/io.h"

/* ---- registers ---- */

CASE(general, "general registers, and the flags, over the instruction that asks")
{
	require_hostop(HOSTOP_VCPU_RESTORE);
	EACH_WAY(way) {
		unsigned long b = 0x1b1b1b1b, s = 0x3d3d3d3d, d = 0x4e4e4e4e, flags;

		if (way == WAY_MIGRATION)
			continue;
		prepare_restore(way);
		/* CF, PF, AF, ZF, SF, DF and OF set. */
		asm volatile("push %[wanted]\n\tpopf\n\toutl %%eax, %%dx\n\tpushf\n\tpop %[flags]\n\tcld"
			     : "+b" (b), "+S" (s), "+D" (d), [flags] "=c" (flags)
			     : "a" ((u32)virt_to_phys(&restore_request)), "d" (HOSTOP_PORT), [wanted] "i" (0xcd7) : "memory", "cc");
		check_restore(way);
		expect_eq(b, 0x1b1b1b1b);
		expect_eq(s, 0x3d3d3d3d);
		expect_eq(d, 0x4e4e4e4e);
		expect_eq(flags, 0xcd7);
	}
}

CASE(control, "control and debug registers, descriptor tables, task register and segments")
{
	begin();
	EACH_WAY(way) {
		struct descriptor_table_ptr gdt[2], idt[2];
		unsigned long cr0 = read_cr0(), cr3 = read_cr3(), cr4 = read_cr4();
		u16 segments[2][4];

		write_cr2(0x12345678 + way);
		write_dr0(0x1000 + way);
		write_dr3(0x3000 + way);
		sgdt(&gdt[0]);
		sidt(&idt[0]);
		segments[0][0] = read_cs(), segments[0][1] = read_ss(), segments[0][2] = read_ds(), segments[0][3] = str();
		restore(way);
		sgdt(&gdt[1]);
		sidt(&idt[1]);
		segments[1][0] = read_cs(), segments[1][1] = read_ss(), segments[1][2] = read_ds(), segments[1][3] = str();
		expect_eq(read_cr0(), cr0);
		expect_eq(read_cr2(), 0x12345678 + way);
		expect_eq(read_cr3(), cr3);
		expect_eq(read_cr4(), cr4);
		expect_eq(read_dr0(), 0x1000 + way);
		expect_eq(read_dr3(), 0x3000 + way);
		expect_mem(&gdt[1], &gdt[0], sizeof(gdt[0]));
		expect_mem(&idt[1], &idt[0], sizeof(idt[0]));
		expect_mem(segments[1], segments[0], sizeof(segments[0]));
	}
	write_dr0(0);
	write_dr3(0);
}

CASE(msrs, "MSRs that can be written")
{
	static const struct { u32 index; u64 feature, value; } rows[] = {
		{ MSR_IA32_SYSENTER_CS, X86_FEATURE_SEP, 0x1230 },
		{ MSR_IA32_SYSENTER_ESP, X86_FEATURE_SEP, 0x12345678 },
		{ MSR_IA32_SYSENTER_EIP, X86_FEATURE_SEP, 0x12345670 },
		{ MSR_STAR, X86_FEATURE_LM, 0x0013000800000000 },
		{ MSR_LSTAR, X86_FEATURE_LM, 0x123456789abc },
		{ MSR_CSTAR, X86_FEATURE_LM, 0x3456789abcde },
		{ MSR_SYSCALL_MASK, X86_FEATURE_LM, 0x47700 },
		{ MSR_KERNEL_GS_BASE, X86_FEATURE_LM, 0x500000 },
		{ MSR_TSC_AUX, X86_FEATURE_RDTSCP, 0x42 },
		{ MSR_IA32_CR_PAT, X86_FEATURE_PAT, 0x0706050400070406 },
	};
	u64 old[ARRAY_SIZE(rows)];

	begin();
	EACH_WAY(way) {
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
			if (!this_cpu_has(rows[i].feature))
				continue;
			old[i] = rdmsr(rows[i].index);
			wrmsr(rows[i].index, rows[i].value);
		}
		restore(way);
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
			if (!this_cpu_has(rows[i].feature))
				continue;
			expect_eq_msg(rdmsr(rows[i].index), rows[i].value, "MSR %#" PRIx32 ", %s", rows[i].index, way_names[way]);
			wrmsr(rows[i].index, old[i]);
		}
	}
}

/* Nanoseconds of the host's clock, 0 where it does not say. */
static u64 host_time(void)
{
	u64 rets[HOSTOP_RETS];

	return hostop_get(rets, HOSTOP_HOST_TIME) ? 0 : rets[0];
}

CASE(time, "the time stamp counter goes on, and never back")
{
	begin();
	EACH_WAY(way) {
		u64 before = rdtsc(), passed, host = host_time();

		restore(way);
		passed = rdtsc() - before;
		expect_lt(passed, 1ull << 40);
		expect_gt(passed, 0);
		/* It stood still at most while the state was away. */
		if (tsc_frequency() && host)
			expect_le(passed / (tsc_frequency() / 1000000),
				  (host_time() - host) / 1000 + 100000);
	}
}
