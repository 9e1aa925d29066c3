/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * msr: RDMSR and WRMSR (SDM volume 2) and the rules of single registers (SDM volume 4, chapter 2;
 * APM volume 2, appendix A), as a table: what can be written is read back whole, reserved bits,
 * addresses that are not canonical, memory types that do not exist and read-only registers are
 * #GP(0) and change nothing. Then what holds for all: privilege, 32 and 64 bits, one set of
 * registers for each CPU. The APIC's are x86/apic's, the counters' x86/pmu's.
 */
#include "case.h"
#include "x86/desc.h"
#include "x86/processor.h"
#include "x86/smp.h"
#include "x86/usermode.h"

#define MAX_VALUES	6

struct row {
	u32 index;
	u64 feature;		/* needed, 0: none */
	bool intel;		/* the rule is Intel's only */
	u64 values[MAX_VALUES];	/* good ones: each is read back as it was written */
	int count;
	u64 base, reserved;	/* each of the reserved bits, added to base, is #GP(0) */
};

#define VALUES(...)	.values = { __VA_ARGS__ }, .count = sizeof((u64[]){ __VA_ARGS__ }) / sizeof(u64)

static void require_row(const struct row *row)
{
	require_msg(!row->feature || this_cpu_has(row->feature), "CPUID does not offer it");
	require_msg(!row->intel || is_intel(), "a rule of Intel's processors");
}

static u64 read(u32 index)
{
	u64 value;

	insist_eq(rdmsr_safe(index, &value), 0);
	return value;
}

/* A write that must be refused: #GP(0), and the register as it was. False if it was not. */
static bool expect_refused(u32 index, u64 value)
{
	u64 before = read(index);
	bool good;

	good = expect_eq_msg(wrmsr_safe(index, value), GP_VECTOR, "MSR %#" PRIx32 " = %#" PRIx64, index, value);
	good &= expect_eq(exception_error_code(), 0);
	good &= expect_eq_msg(read(index), before, "MSR %#" PRIx32 " after %#" PRIx64, index, value);
	wrmsr_safe(index, before);
	return good;
}

static void check_values(const struct row *row)
{
	u64 old;

	require_row(row);
	old = read(row->index);
	for (int i = 0; i < row->count; i++) {
		expect_eq_msg(wrmsr_safe(row->index, row->values[i]), 0, "= %#" PRIx64, row->values[i]);
		expect_eq_msg(read(row->index), row->values[i], "MSR %#" PRIx32, row->index);
	}
	expect_eq(wrmsr_safe(row->index, old), 0);
	expect_eq(read(row->index), old);
}

static void check_reserved(const struct row *row)
{
	require_row(row);
	/* One bit that is not checked says enough. */
	for (int bit = 0; bit < 64; bit++)
		if ((row->reserved >> bit & 1) && !expect_refused(row->index, row->base | 1ull << bit))
			return;
}

/*
 * Addresses that neither 48 nor 57 bits make canonical; and the outermost of 48 bits, which both
 * do.
 */
static void check_canonical(const struct row *row)
{
	static const u64 bad[] = { NONCANONICAL, 1ull << 56, 1ull << 57, 1ull << 63, 0xfeffffffffffffffull };
	static const u64 good[] = { 0, 0x7fffffffffffull, 0xffff800000000000ull, ~0ull };
	u64 old;

	require_row(row);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		expect_refused(row->index, bad[i]);
	old = read(row->index);
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		expect_eq_msg(wrmsr_safe(row->index, good[i]), 0, "= %#" PRIx64, good[i]);
		expect_eq(read(row->index), good[i]);
	}
	wrmsr(row->index, old);
}

static void check_read_only(const struct row *row)
{
	require_row(row);
	expect_refused(row->index, read(row->index));
	expect_refused(row->index, ~0ull);
}

#define ROW_CASE(kind, name_, description_, ...)				\
	CASE(name_##_##kind, description_)					\
	{									\
		static const struct row row = { __VA_ARGS__ };			\
										\
		check_##kind(&row);						\
	}

/* ---- SYSENTER: SDM volume 3, 6.8.7 ---- */

ROW_CASE(values, sysenter_cs, "a selector, any", .index = MSR_IA32_SYSENTER_CS, .feature = X86_FEATURE_SEP,
	 VALUES(0, 0x1234, 0xfff8, 0xffff))
ROW_CASE(values, sysenter_esp, "32 bits", .index = MSR_IA32_SYSENTER_ESP, .feature = X86_FEATURE_SEP,
	 VALUES(0, 1, 0x12345678, 0x7fffffff))
ROW_CASE(values, sysenter_eip, "32 bits", .index = MSR_IA32_SYSENTER_EIP, .feature = X86_FEATURE_SEP,
	 VALUES(0, 1, 0x12345678, 0x7fffffff))
ROW_CASE(canonical, sysenter_esp, "64 bits, canonical", .index = MSR_IA32_SYSENTER_ESP, .feature = X86_FEATURE_LM,
	 .intel = true)
ROW_CASE(canonical, sysenter_eip, "64 bits, canonical", .index = MSR_IA32_SYSENTER_EIP, .feature = X86_FEATURE_LM,
	 .intel = true)

/* ---- SYSCALL and bases: SDM volume 3, 6.8.8 and 3.4.4; WRMSR ---- */

ROW_CASE(values, star, "all 64 bits", .index = MSR_STAR, .feature = X86_FEATURE_LM,
	 VALUES(0, 0x0123456789abcdef, 0xfedcba9876543210, ~0ull))
ROW_CASE(canonical, lstar, "canonical", .index = MSR_LSTAR, .feature = X86_FEATURE_LM)
ROW_CASE(canonical, cstar, "canonical", .index = MSR_CSTAR, .feature = X86_FEATURE_LM)
ROW_CASE(values, syscall_mask, "32 bits", .index = MSR_SYSCALL_MASK, .feature = X86_FEATURE_LM,
	 VALUES(0, 0x47700, 0x12345678, 0xffffffff))
ROW_CASE(canonical, fs_base, "canonical", .index = MSR_FS_BASE, .feature = X86_FEATURE_LM)
ROW_CASE(canonical, gs_base, "canonical", .index = MSR_GS_BASE, .feature = X86_FEATURE_LM)
ROW_CASE(canonical, kernel_gs_base, "canonical", .index = MSR_KERNEL_GS_BASE, .feature = X86_FEATURE_LM)
CASE(canonical_48, "where the CPU has 48 bits of linear address, the bounds are those of 48 bits")
{
	static const u32 indices[] = { MSR_LSTAR, MSR_CSTAR, MSR_FS_BASE, MSR_GS_BASE, MSR_KERNEL_GS_BASE };

	require(this_cpu_has(X86_FEATURE_LM) && cpuid_maxlinaddr() == 48);
	for (size_t i = 0; i < ARRAY_SIZE(indices); i++) {
		expect_refused(indices[i], 1ull << 47);
		expect_refused(indices[i], 0xffff7fffffffffffull);
	}
}

ROW_CASE(values, tsc_aux, "32 bits", .index = MSR_TSC_AUX, .feature = X86_FEATURE_RDTSCP,
	 VALUES(0, 1, 0x12345678, 0xffffffff))
ROW_CASE(reserved, tsc_aux, "bits 63:32", .index = MSR_TSC_AUX, .feature = X86_FEATURE_RDTSCP, .intel = true,
	 .reserved = 0xffffffff00000000)

/* ---- EFER: SDM volume 3, 2.2.1; APM volume 2, 3.1.7 ---- */

CASE(efer_values, "SCE can be set and cleared; LMA cannot be written")
{
	u64 old = read(MSR_EFER);

	require(this_cpu_has(X86_FEATURE_LM));
	expect_eq(wrmsr_safe(MSR_EFER, old | EFER_SCE), 0);
	expect_eq(read(MSR_EFER), old | EFER_SCE);
	expect_eq(wrmsr_safe(MSR_EFER, old & ~EFER_SCE), 0);
	expect_eq(read(MSR_EFER), old & ~EFER_SCE);
	expect_eq(!!(old & EFER_LMA), sizeof(long) == 8);
	wrmsr(MSR_EFER, old);
}

/* Bits that are reserved in every processor there is. */
ROW_CASE(reserved, efer, "bits 1 to 7, 9, 16 and from 22", .index = MSR_EFER, .feature = X86_FEATURE_LM,
	 .base = EFER_SCE, .reserved = 0xffffffffffc102fe)

CASE(efer_features, "a bit of a feature that CPUID does not offer is reserved")
{
	static const struct { u64 feature; u64 bit; } bits[] = {
		{ X86_FEATURE_NX, EFER_NX }, { X86_FEATURE_SVM, EFER_SVME }, { X86_FEATURE_FXSR_OPT, EFER_FFXSR },
		{ X86_FEATURE_AUTOIBRS, EFER_AUTOIBRS },
	};
	bool any = false;

	for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
		if (this_cpu_has(bits[i].feature))
			continue;
		any = true;
		expect_refused(MSR_EFER, read(MSR_EFER) | bits[i].bit);
	}
	require_msg(any, "CPUID offers all");
}

CASE(efer_lme, "LME cannot change while paging is on: #GP(0)")
{
	u64 efer = read(MSR_EFER);

	require(sizeof(long) == 8);
	expect_refused(MSR_EFER, efer & ~EFER_LME);
	expect_eq(read(MSR_EFER), efer);
}

/* ---- PAT: SDM volume 3, 12.12.2 ---- */

ROW_CASE(values, pat, "every type in every entry", .index = MSR_IA32_CR_PAT, .feature = X86_FEATURE_PAT,
	 VALUES(0x0007040600070406, 0, 0x0101010101010101, 0x0605040100070604, 0x0706050401000706, 0x0407060504010007))

CASE(pat_types, "2, 3 and all from 8 on are no types: #GP(0) for each entry")
{
	require(this_cpu_has(X86_FEATURE_PAT));
	for (int entry = 0; entry < 8; entry++) {
		static const u8 bad[] = { 2, 3, 8, 0x0a, 0x10, 0x40, 0x80, 0xff };

		for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
			if (!expect_refused(MSR_IA32_CR_PAT, (u64)bad[i] << 8 * entry))
				return;
	}
}

/* ---- MTRRs: SDM volume 3, 12.11.1 and 12.11.2 ---- */

ROW_CASE(read_only, mtrr_cap, "MTRRcap cannot be written", .index = MSR_MTRRcap, .feature = X86_FEATURE_MTRR)
ROW_CASE(values, mtrr_def_type, "the types, with and without the enable bits", .index = MSR_MTRRdefType,
	 .feature = X86_FEATURE_MTRR, VALUES(0, 1, 4, 0x805, 0xc06, 0xc00))
ROW_CASE(reserved, mtrr_def_type, "bits 9:8 and 63:12", .index = MSR_MTRRdefType, .feature = X86_FEATURE_MTRR,
	 .base = 6, .reserved = 0xfffffffffffff300)
ROW_CASE(values, mtrr_fixed, "a type for each of eight ranges", .index = MSR_MTRRfix64K_00000,
	 .feature = X86_FEATURE_MTRR, VALUES(0, 0x0606060606060606, 0x0001040506000104))
ROW_CASE(values, mtrr_base, "type and address", .index = MSR_MTRRphysBase(0), .feature = X86_FEATURE_MTRR,
	 VALUES(0, 6, 0xc0000000, 0x80000004))
ROW_CASE(reserved, mtrr_base, "bits 11:8", .index = MSR_MTRRphysBase(0), .feature = X86_FEATURE_MTRR, .base = 6,
	 .reserved = 0xf00)
ROW_CASE(reserved, mtrr_mask, "bits 10:0", .index = MSR_MTRRphysMask(0), .feature = X86_FEATURE_MTRR,
	 .reserved = 0x7ff)

CASE(mtrr_address, "address bits that the CPU does not have are reserved in base and mask")
{
	require(this_cpu_has(X86_FEATURE_MTRR));
	for (int bit = cpuid_maxphyaddr(); bit < 64; bit++)
		if (!expect_refused(MSR_MTRRphysBase(0), 1ull << bit) ||
		    !expect_refused(MSR_MTRRphysMask(0), 1ull << bit))
			return;
}

CASE(mtrr_types, "2, 3, 7 and all from 8 on are no types: #GP(0)")
{
	static const u8 bad[] = { 2, 3, 7, 8, 0x80, 0xff };

	require(this_cpu_has(X86_FEATURE_MTRR));
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		if (!expect_refused(MSR_MTRRdefType, bad[i]) || !expect_refused(MSR_MTRRphysBase(0), bad[i]))
			return;
		for (int range = 0; range < 8; range++)
			if (!expect_refused(MSR_MTRRfix64K_00000, (u64)bad[i] << 8 * range))
				return;
	}
}

/* ---- machine checks: SDM volume 3, 16.3.1 and 16.3.2 ---- */

ROW_CASE(read_only, mcg_cap, "MCG_CAP cannot be written", .index = MSR_IA32_MCG_CAP, .feature = X86_FEATURE_MCA)

CASE(mci_status, "a bank's status takes 0 and nothing else")
{
	require(this_cpu_has(X86_FEATURE_MCA) && (read(MSR_IA32_MCG_CAP) & 0xff));
	expect_eq(wrmsr_safe(MSR_IA32_MC0_STATUS, 0), 0);
	expect_eq(read(MSR_IA32_MC0_STATUS), 0);
	expect_refused(MSR_IA32_MC0_STATUS, 1);
	expect_refused(MSR_IA32_MC0_STATUS, ~0ull);
}

/* ---- speculation: SDM volume 4, table 2-2 ---- */

ROW_CASE(values, spec_ctrl, "IBRS", .index = MSR_IA32_SPEC_CTRL, .feature = X86_FEATURE_SPEC_CTRL,
	 VALUES(0, SPEC_CTRL_IBRS))
ROW_CASE(reserved, spec_ctrl, "bits 63:11", .index = MSR_IA32_SPEC_CTRL, .feature = X86_FEATURE_SPEC_CTRL,
	 .reserved = 0xfffffffffffff800)
ROW_CASE(read_only, arch_capabilities, "ARCH_CAPABILITIES cannot be written", .index = MSR_IA32_ARCH_CAPABILITIES,
	 .feature = X86_FEATURE_ARCH_CAPABILITIES)

CASE(pred_cmd, "PRED_CMD takes IBPB and cannot be read")
{
	u64 value;

	require(this_cpu_has(X86_FEATURE_SPEC_CTRL) || this_cpu_has(X86_FEATURE_AMD_IBPB));
	expect_eq(wrmsr_safe(MSR_IA32_PRED_CMD, PRED_CMD_IBPB), 0);
	expect_eq(rdmsr_safe(MSR_IA32_PRED_CMD, &value), GP_VECTOR);
	expect_eq(wrmsr_safe(MSR_IA32_PRED_CMD, 1ull << 63), GP_VECTOR);
}

/* ---- the TSC ---- */

CASE(tsc, "the TSC is what RDTSC reads")
{
	u64 before = rdtsc(), middle = read(MSR_IA32_TSC), after = rdtsc();

	require(this_cpu_has(X86_FEATURE_TSC));
	expect_le(before, middle);
	expect_le(middle, after);
	expect_gt(after, before);
}

/* ---- what holds for all ---- */

CASE(unknown, "a register that does not exist: #GP(0), reading and writing, and RDMSR changes neither EAX nor EDX")
{
	static const u32 indices[] = { 0x00000fff, 0x20000000, 0x4000dead, 0x80000000, 0xc000ffff, 0xffffffff };

	for (size_t i = 0; i < ARRAY_SIZE(indices); i++) {
		u32 a = 0x11111111, d = 0x22222222;

		expect_eq_msg(asm_safe_out2("rdmsr", "+a" (a), "+d" (d), "c" (indices[i])), GP_VECTOR, "RDMSR %#" PRIx32,
			      indices[i]);
		expect_eq(exception_error_code(), 0);
		expect_eq(a, 0x11111111);
		expect_eq(d, 0x22222222);
		expect_eq_msg(wrmsr_safe(indices[i], 0), GP_VECTOR, "WRMSR %#" PRIx32, indices[i]);
		expect_eq(exception_error_code(), 0);
	}
}

#ifdef __x86_64__

CASE(upper_halves, "the upper halves: ignored in RAX, RCX, RDX by both, cleared in RAX and RDX by RDMSR")
{
	u64 a = 0xaaaaaaaa12345678, d = 0xdddddddd00000000, old = read(MSR_KERNEL_GS_BASE);

	asm volatile("wrmsr" : : "a" (a), "d" (d), "c" (0xccccccccull << 32 | MSR_KERNEL_GS_BASE));
	a = d = ~0ull;
	asm volatile("rdmsr" : "+a" (a), "+d" (d) : "c" (0x33333333ull << 32 | MSR_KERNEL_GS_BASE));
	expect_eq(a, 0x12345678);
	expect_eq(d, 0);
	wrmsr(MSR_KERNEL_GS_BASE, old);
}

CASE(bases_used, "FS and GS add the bases, SWAPGS exchanges GS's with the other one")
{
	static u64 first = 0x1111, second = 0x2222;
	u64 fs = read(MSR_FS_BASE), gs = read(MSR_GS_BASE), kernel_gs = read(MSR_KERNEL_GS_BASE), value;

	wrmsr(MSR_FS_BASE, (ulong)&first - 16);
	asm volatile("movq %%fs:16, %0" : "=r" (value));
	expect_eq(value, 0x1111);
	wrmsr(MSR_GS_BASE, (ulong)&first);
	wrmsr(MSR_KERNEL_GS_BASE, (ulong)&second);
	asm volatile("movq %%gs:0, %0" : "=r" (value));
	expect_eq(value, 0x1111);
	asm volatile("swapgs; movq %%gs:0, %0" : "=r" (value));
	expect_eq(value, 0x2222);
	expect_eq(read(MSR_GS_BASE), (ulong)&second);
	expect_eq(read(MSR_KERNEL_GS_BASE), (ulong)&first);
	wrmsr(MSR_KERNEL_GS_BASE, kernel_gs);
	wrmsr(MSR_GS_BASE, gs);
	wrmsr(MSR_FS_BASE, fs);
}

#endif

/* ---- one set for each CPU ---- */

static const struct { u32 index; u64 feature; } per_cpu[] = {
	{ MSR_IA32_SYSENTER_CS, X86_FEATURE_SEP }, { MSR_IA32_SYSENTER_ESP, X86_FEATURE_SEP },
	{ MSR_IA32_SYSENTER_EIP, X86_FEATURE_SEP }, { MSR_STAR, X86_FEATURE_LM }, { MSR_LSTAR, X86_FEATURE_LM },
	{ MSR_CSTAR, X86_FEATURE_LM }, { MSR_SYSCALL_MASK, X86_FEATURE_LM }, { MSR_FS_BASE, X86_FEATURE_LM },
	{ MSR_KERNEL_GS_BASE, X86_FEATURE_LM }, { MSR_MTRRfix64K_00000, X86_FEATURE_MTRR },
};
static u64 saved[64][ARRAY_SIZE(per_cpu)], found[64][ARRAY_SIZE(per_cpu)];

/* A value of its own for each CPU and register; of types that MTRRs have. */
static u64 own_value(int cpu, size_t i)
{
	if (per_cpu[i].index == MSR_MTRRfix64K_00000)
		return (cpu & 1 ? 6 : 0) | (cpu & 2 ? 0x600 : 0) | (cpu & 4 ? 0x60000 : 0);
	return 0x1000 * (i + 1) + cpu;
}

static void set_own(void *unused)
{
	for (size_t i = 0; i < ARRAY_SIZE(per_cpu); i++)
		if (this_cpu_has(per_cpu[i].feature)) {
			saved[smp_id()][i] = rdmsr(per_cpu[i].index);
			wrmsr(per_cpu[i].index, own_value(smp_id(), i));
		}
}

static void get_own(void *unused)
{
	for (size_t i = 0; i < ARRAY_SIZE(per_cpu); i++)
		if (this_cpu_has(per_cpu[i].feature)) {
			found[smp_id()][i] = rdmsr(per_cpu[i].index);
			wrmsr(per_cpu[i].index, saved[smp_id()][i]);
		}
}

CASE(per_cpu, "each CPU keeps its own values while the others set theirs")
{
	require(cpu_count() > 1 && cpu_count() <= (int)ARRAY_SIZE(saved));
	on_cpus(set_own, NULL);
	on_cpus(get_own, NULL);
	for (int cpu = 0; cpu < cpu_count(); cpu++)
		for (size_t i = 0; i < ARRAY_SIZE(per_cpu); i++)
			if (this_cpu_has(per_cpu[i].feature))
				expect_eq_msg(found[cpu][i], own_value(cpu, i), "CPU %d MSR %#" PRIx32, cpu,
					      per_cpu[i].index);
}

static u32 aux[64];

static void set_aux(void *unused)
{
	wrmsr(MSR_TSC_AUX, 0x80001000 + smp_id());
}

static void get_aux(void *unused)
{
	rdtscp(&aux[smp_id()]);
}

CASE(tsc_aux_rdtscp, "RDTSCP reads each CPU's own TSC_AUX into ECX")
{
	require(this_cpu_has(X86_FEATURE_RDTSCP) && cpu_count() <= (int)ARRAY_SIZE(aux));
	on_cpus(set_aux, NULL);
	on_cpus(get_aux, NULL);
	for (int cpu = 0; cpu < cpu_count(); cpu++)
		expect_eq_msg(aux[cpu], 0x80001000 + cpu, "CPU %d", cpu);
}

static bool is_bsp[64];

static void get_bsp(void *unused)
{
	is_bsp[smp_id()] = rdmsr(MSR_IA32_APICBASE) & MSR_IA32_APICBASE_BSP;
}

CASE(bsp, "exactly the boot CPU says that it is the one (SDM volume 3, 9.4.1)")
{
	require(this_cpu_has(X86_FEATURE_APIC) && cpu_count() <= (int)ARRAY_SIZE(is_bsp));
	on_cpus(get_bsp, NULL);
	for (int cpu = 0; cpu < cpu_count(); cpu++)
		expect_eq_msg(is_bsp[cpu], cpu == 0, "CPU %d", cpu);
}

/* ---- last, since some emulators end on the way to ring 3 ---- */

static uint64_t user_rdmsr(void)
{
	return rdmsr(MSR_IA32_SYSENTER_CS);
}

static uint64_t user_wrmsr(void)
{
	wrmsr(MSR_IA32_SYSENTER_CS, 0x5678);
	return 0;
}

CASE(privilege, "outside ring 0 both are #GP(0), also for registers that exist")
{
	u64 old = read(MSR_IA32_SYSENTER_CS);
	bool raised = false;

	wrmsr(MSR_IA32_SYSENTER_CS, 0x1230);
	run_in_user(user_rdmsr, GP_VECTOR, 0, 0, 0, 0, &raised);
	expect(raised);
	expect_eq(exception_error_code(), 0);
	raised = false;
	run_in_user(user_wrmsr, GP_VECTOR, 0, 0, 0, 0, &raised);
	expect(raised);
	expect_eq(exception_error_code(), 0);
	expect_eq(read(MSR_IA32_SYSENTER_CS), 0x1230);
	wrmsr(MSR_IA32_SYSENTER_CS, old);
}
