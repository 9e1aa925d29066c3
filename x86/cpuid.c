/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpuid: the instruction, and whether what it says agrees with itself and with the CPU (SDM volume
 * 2, CPUID, table 3-8; APM volume 3, appendix E; the hypervisor's leaves: QEMU, Linux
 * Documentation/virt/kvm/x86/cpuid.rst): leaves that end where they should, reserved bits of zero,
 * features that need others, duplicates, sizes that add up, bits that mirror control registers,
 * strings, and the same answer on all CPUs.
 */
#include "case.h"
#include "x86/desc.h"
#include "x86/processor.h"
#include "x86/smp.h"
#include "x86/usermode.h"

#define EXT_BASE	0x80000000u
#define HV_BASE		0x40000000u

static u32 max_leaf(u32 base)
{
	return raw_cpuid(base, 0).a;
}

static void expect_same(struct cpuid a, struct cpuid b, const char *what)
{
	expect_eq_msg(a.a, b.a, "%s: EAX", what);
	expect_eq_msg(a.b, b.b, "%s: EBX", what);
	expect_eq_msg(a.c, b.c, "%s: ECX", what);
	expect_eq_msg(a.d, b.d, "%s: EDX", what);
}

static void expect_zero(u32 leaf, u32 subleaf)
{
	struct cpuid r = raw_cpuid(leaf, subleaf);

	expect_eq_msg(r.a | r.b | r.c | r.d, 0, "leaf %#" PRIx32 " subleaf %" PRIu32, leaf, subleaf);
}

/* ---- the instruction ---- */

CASE(id_flag, "RFLAGS.ID can be set and cleared: CPUID exists (SDM volume 1, 20.1.2)")
{
	ulong flags = read_rflags();

	write_rflags(flags | X86_EFLAGS_ID);
	expect_eq(read_rflags() & X86_EFLAGS_ID, X86_EFLAGS_ID);
	write_rflags(flags & ~X86_EFLAGS_ID);
	expect_eq(read_rflags() & X86_EFLAGS_ID, 0);
	write_rflags(flags);
}

CASE(flags, "CPUID changes no flag")
{
	const ulong patterns[] = { 0, X86_EFLAGS_ALU | X86_EFLAGS_DF };
	ulong flags;
	u32 a, b, c, d;

	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		asm volatile("push %[in]; popf; cpuid; pushf; pop %[out]; cld"
			     : "=a" (a), "=b" (b), "=c" (c), "=d" (d), [out] "=D" (flags)
			     : "a" (0), "c" (0), [in] "S" (patterns[i] | X86_EFLAGS_FIXED) : "cc");
		expect_eq(flags & (X86_EFLAGS_ALU | X86_EFLAGS_DF), patterns[i]);
	}
}

CASE(lock, "with LOCK it is #UD")
{
	u32 a = 0, b, c = 0, d;

	asm volatile(ASM_TRY("1f") ".byte 0xf0, 0x0f, 0xa2\n\t" "1:" : "+a" (a), "=b" (b), "+c" (c), "=d" (d));
	expect_eq(exception_vector(), UD_VECTOR);
}

#ifdef __x86_64__

CASE(upper_halves, "in 64-bit mode the upper halves of the four registers are cleared, and ignored as input")
{
	u64 a = 0xffffffff00000000, b = ~0ull, c = 0xffffffff00000000, d = ~0ull;
	struct cpuid r = raw_cpuid(0, 0);

	asm volatile("cpuid" : "+a" (a), "+b" (b), "+c" (c), "+d" (d));
	expect_eq(a, r.a);
	expect_eq(b, r.b);
	expect_eq(c, r.c);
	expect_eq(d, r.d);
}

#endif

CASE(subleaf_ignored, "leaves without subleaves do not look at ECX")
{
	static const u32 leaves[] = { 0, 1, EXT_BASE, EXT_BASE + 1, EXT_BASE + 2, EXT_BASE + 8 };

	for (size_t i = 0; i < ARRAY_SIZE(leaves); i++)
		for (u32 subleaf = 1; subleaf && subleaf < 0x90000000; subleaf <<= 8)
			expect_same(raw_cpuid(leaves[i], subleaf), raw_cpuid(leaves[i], 0), "ECX is not 0");
}

/* ---- ranges and strings ---- */

static bool printable(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return true;
}

CASE(vendor, "leaf 0 has leaves behind it and a maker's name of 12 characters; AMD's repeats it at 0x80000000")
{
	struct cpuid r = raw_cpuid(0, 0), e = raw_cpuid(EXT_BASE, 0);
	u32 name[3] = { r.b, r.d, r.c };

	expect_ge(r.a, 1);
	expect_lt(r.a, 0x1000);
	expect(printable((char *)name, 12));
	if (is_amd()) {
		expect_eq(e.b, r.b);
		expect_eq(e.c, r.c);
		expect_eq(e.d, r.d);
	}
}

/* Intel's table 3-8 calls the three registers reserved, but, unlike those of other leaves, not zero. */
CASE(vendor_ext, "Intel: 0x80000000 names no other maker than leaf 0")
{
	struct cpuid r = raw_cpuid(0, 0), e = raw_cpuid(EXT_BASE, 0);
	bool named = e.b | e.c | e.d;

	require(is_intel());
	expect_eq(e.b, named ? r.b : 0);
	expect_eq(e.c, named ? r.c : 0);
	expect_eq(e.d, named ? r.d : 0);
}

CASE(brand, "the brand string is 48 bytes of text that ends with 0")
{
	char text[49] = { 0 };

	require(max_leaf(EXT_BASE) >= EXT_BASE + 4);
	for (u32 i = 0; i < 3; i++) {
		struct cpuid r = raw_cpuid(EXT_BASE + 2 + i, 0);

		memcpy(text + 16 * i, &r, 16);
	}
	expect_ne(strlen(text), 0);
	expect_lt(strlen(text), 48);
	expect(printable(text, strlen(text)));
	for (size_t i = strlen(text); i < 48; i++)
		expect_eq(text[i], 0);
}

CASE(beyond_max, "Intel: a leaf above the highest is the highest basic leaf")
{
	u32 max = max_leaf(0), max_ext = max_leaf(EXT_BASE);

	require(is_intel());
	expect_same(raw_cpuid(max + 1, 0), raw_cpuid(max, 0), "max + 1");
	expect_same(raw_cpuid(0x3fffffff, 0), raw_cpuid(max, 0), "0x3fffffff");
	expect_same(raw_cpuid(max_ext + 1, 0), raw_cpuid(max, 0), "0x80000000 range + 1");
}

CASE(reserved_leaves, "leaves 8, 0xc, 0xe and 0x11 are reserved: all zero")
{
	static const u32 leaves[] = { 0x8, 0xc, 0xe, 0x11 };

	require(max_leaf(0) >= 8);
	for (size_t i = 0; i < ARRAY_SIZE(leaves); i++)
		if (leaves[i] <= max_leaf(0))
			expect_zero(leaves[i], 0);
}

CASE(hypervisor, "with the hypervisor bit there is a leaf 0x40000000 with a range and a name")
{
	struct cpuid r = raw_cpuid(HV_BASE, 0);
	u32 name[3] = { r.b, r.c, r.d };
	size_t len = 12;

	require(this_cpu_has(X86_FEATURE_HYPERVISOR));
	expect_ge(r.a, HV_BASE);
	expect_le(r.a, HV_BASE + 0xff);
	while (len > 0 && !((char *)name)[len - 1])
		len--;
	expect_ge(len, 4);
	expect(printable((char *)name, len));
}

CASE(kvm, "KVM: leaf 0x40000001 has no bits that are not defined")
{
	require(this_cpu_has_kvm());
	expect_eq(raw_cpuid(HV_BASE + 1, 0).a & ~0x0103feffu, 0);
	expect_eq(raw_cpuid(HV_BASE + 1, 0).b, 0);
	expect_eq(raw_cpuid(HV_BASE + 1, 0).c, 0);
	/* The hint that vCPUs are never preempted. */
	expect_eq(raw_cpuid(HV_BASE + 1, 0).d & ~1u, 0);
}

/* ---- reserved bits and duplicates ---- */

/* Bits that must be zero: of Intel's processors, of AMD's, of both. */
enum { INTEL = 1, AMD = 2, BOTH = 3 };
static const struct { u32 leaf, subleaf; u32 a, b, c, d; int whose; } reserved[] = {
	{ 1, 0, .a = 0xf000c000, .c = 1u << 16, .d = 1u << 10 | 1u << 20 | 1u << 30, .whose = BOTH },
	{ 5, 0, .a = 0xffff0000, .b = 0xffff0000, .c = 0xfffffffc, .whose = BOTH },
	{ 7, 0, .d = 3, .whose = BOTH },
	{ 0xb, 0, .b = 0xffff0000, .c = 0xffff0000, .whose = BOTH },
	{ 0xd, 1, .a = 0xffffffe0, .whose = INTEL },
	{ EXT_BASE + 1, 0, .c = 0xfffffede, .d = 0xd3eff7ff, .whose = INTEL },
	{ EXT_BASE + 1, 0, .d = 1u << 10 | 1u << 18 | 1u << 21 | 1u << 28, .whose = AMD },
	{ EXT_BASE + 5, 0, .a = ~0u, .b = ~0u, .c = ~0u, .d = ~0u, .whose = INTEL },
	{ EXT_BASE + 7, 0, .a = ~0u, .b = ~0u, .c = ~0u, .d = ~(1u << 8), .whose = INTEL },
	{ EXT_BASE + 8, 0, .a = 0xff000000, .d = ~0u, .whose = INTEL },
};

static void check_reserved(u32 first, u32 last)
{
	for (size_t i = 0; i < ARRAY_SIZE(reserved); i++) {
		struct cpuid r = cpuid_indexed(reserved[i].leaf, reserved[i].subleaf);

		if (reserved[i].leaf < first || reserved[i].leaf > last || !(reserved[i].whose & (is_amd() ? AMD : INTEL)))
			continue;
		expect_eq_msg(r.a & reserved[i].a, 0, "leaf %#" PRIx32 " EAX", reserved[i].leaf);
		expect_eq_msg(r.b & reserved[i].b, 0, "leaf %#" PRIx32 " EBX", reserved[i].leaf);
		expect_eq_msg(r.c & reserved[i].c, 0, "leaf %#" PRIx32 " ECX", reserved[i].leaf);
		expect_eq_msg(r.d & reserved[i].d, 0, "leaf %#" PRIx32 " EDX", reserved[i].leaf);
	}
}

CASE(reserved_basic, "reserved bits of the basic leaves are zero")
{
	check_reserved(0, HV_BASE - 1);
}

CASE(reserved_features, "reserved bits of 0x80000001 are zero")
{
	check_reserved(EXT_BASE + 1, EXT_BASE + 1);
}

CASE(reserved_caches, "Intel: 0x80000005 is reserved")
{
	require(is_intel());
	check_reserved(EXT_BASE + 5, EXT_BASE + 5);
}

CASE(reserved_sizes, "Intel: reserved bits of 0x80000007 and 0x80000008 are zero")
{
	require(is_intel());
	check_reserved(EXT_BASE + 7, EXT_BASE + 8);
}

CASE(amd_duplicates, "AMD: 0x80000001 repeats leaf 1's version and bits 24:23, 17:12, 9:0 of EDX")
{
	struct cpuid basic = raw_cpuid(1, 0), ext = raw_cpuid(EXT_BASE + 1, 0);

	require(is_amd() && max_leaf(EXT_BASE) >= EXT_BASE + 1);
	expect_eq(ext.a, basic.a);
	expect_eq(ext.d & 0x0183f3ff, basic.d & 0x0183f3ff);
}

#define F(name)	X86_FEATURE_##name, #name
static const struct { u64 feature; const char *name; u64 needs; const char *needs_name; } needs[] = {
	{ F(XMM), F(FXSR) }, { F(XMM2), F(XMM) }, { F(XMM3), F(XMM2) }, { F(SSSE3), F(XMM3) },
	{ F(XMM4_1), F(SSSE3) }, { F(XMM4_2), F(XMM4_1) }, { F(AES), F(XMM2) }, { F(PCLMULQDQ), F(XMM2) },
	{ F(OSXSAVE), F(XSAVE) }, { F(AVX), F(XSAVE) }, { F(AVX), F(XMM4_2) }, { F(AVX2), F(AVX) }, { F(FMA), F(AVX) },
	{ F(F16C), F(AVX) }, { F(AVX512F), F(AVX2) }, { F(XSAVEOPT), F(XSAVE) }, { F(XSAVEC), F(XSAVE) },
	{ F(XSAVES), F(XSAVEC) }, { F(XGETBV1), F(XSAVE) }, { F(LM), F(PAE) }, { F(NX), F(PAE) }, { F(PSE36), F(PSE) },
	{ F(OSPKE), F(PKU) },
	{ F(LM), F(CX8) }, { F(LM), F(XMM2) }, { F(X2APIC), F(APIC) },
	{ F(TSC_DEADLINE_TIMER), F(APIC) }, { F(RDTSCP), F(TSC) }, { F(INVTSC), F(TSC) }, { F(MCA), F(MCE) },
	{ F(RTM), F(XSAVE) }, { F(NPT), F(SVM) }, { F(NRIPS), F(SVM) }, { F(VGIF), F(SVM) },
};

CASE(dependencies, "a feature that needs another comes with it")
{
	for (size_t i = 0; i < ARRAY_SIZE(needs); i++)
		if (this_cpu_has(needs[i].feature))
			expect_msg(this_cpu_has(needs[i].needs), "%s without %s", needs[i].name, needs[i].needs_name);
}

/* Table 3-8, note to 80000001H:EDX: Intel has SYSCALL in 64-bit mode only, and shows it there only. AMD's is in every mode. */
CASE(syscall, "SYSCALL comes with long mode; Intel: and outside 64-bit mode the bit is 0")
{
	bool usable = is_amd() || sizeof(long) == 8;

	if (usable)
		expect(this_cpu_has(X86_FEATURE_SYSCALL) || !this_cpu_has(X86_FEATURE_LM));
	else
		expect(!this_cpu_has(X86_FEATURE_SYSCALL));
}

CASE(long_mode_only, "what there is in long mode only comes with long mode: 1 GiB pages, LA57, PCIDs, protection keys")
{
	expect(this_cpu_has(X86_FEATURE_LM) || !this_cpu_has(X86_FEATURE_GBPAGES));
	expect(this_cpu_has(X86_FEATURE_LM) || !this_cpu_has(X86_FEATURE_LA57));
	expect(this_cpu_has(X86_FEATURE_LM) || !this_cpu_has(X86_FEATURE_PCID));
	expect(this_cpu_has(X86_FEATURE_LM) || !this_cpu_has(X86_FEATURE_PKU));
}

/* ---- fields ---- */

CASE(address_sizes, "physical addresses of 32 to 52 bits, linear ones of 48, or of 57 with LA57")
{
	struct cpuid r = raw_cpuid(EXT_BASE + 8, 0);

	require(max_leaf(EXT_BASE) >= EXT_BASE + 8);
	expect_ge(r.a & 0xff, 32);
	expect_le(r.a & 0xff, 52);
	if (this_cpu_has(X86_FEATURE_LM))
		expect_eq(r.a >> 8 & 0xff, this_cpu_has(X86_FEATURE_LA57) ? 57 : 48);
	expect_le(r.a >> 16 & 0xff, 52);
}

CASE(clflush, "the line that CLFLUSH flushes is a power of two of at least 16 bytes")
{
	u32 line = (raw_cpuid(1, 0).b >> 8 & 0xff) * 8;

	require(this_cpu_has(X86_FEATURE_CLFLUSH));
	expect_ge(line, 16);
	expect_eq(line & (line - 1), 0);
}

CASE(leaf_7, "leaf 7 has as many subleaves as it says, behind them zeros")
{
	u32 last = raw_cpuid(7, 0).a;

	require(max_leaf(0) >= 7);
	expect_le(last, 8);
	for (u32 i = 1; i < 8; i++)
		expect_zero(7, last + i);
	expect_zero(7, 0xffffffff);
}

CASE(caches, "leaf 4: caches of levels 1 to 4 with lines of 2^n bytes, then type 0; reserved bits zero")
{
	u32 i;

	require(max_leaf(0) >= 4 && (raw_cpuid(4, 0).a & 0x1f));
	for (i = 0; i < 32; i++) {
		struct cpuid r = raw_cpuid(4, i);
		u32 line = (r.b & 0xfff) + 1;

		if (!(r.a & 0x1f))
			break;
		expect_le(r.a & 0x1f, 3);
		expect_ge(r.a >> 5 & 7, 1);
		expect_le(r.a >> 5 & 7, 4);
		expect_eq_msg(r.a & 0x3c00, 0, "cache %" PRIu32 " EAX", i);
		expect_eq_msg(line & (line - 1), 0, "cache %" PRIu32 " line", i);
		expect_eq_msg(r.d & ~7u, 0, "cache %" PRIu32 " EDX", i);
	}
	expect_ge(i, 1);
	expect_lt(i, 32);
}

CASE(topology, "leaf 0xb: levels with their own numbers, types 1, 2, 0, ever wider; one x2APIC ID")
{
	u32 shift = 0, type = 1, id = raw_cpuid(0xb, 0).d;

	require(max_leaf(0) >= 0xb && raw_cpuid(0xb, 0).b);
	for (u32 i = 0; i < 3; i++) {
		struct cpuid r = raw_cpuid(0xb, i);

		expect_eq_msg(r.c & 0xff, i, "level %" PRIu32, i);
		expect_eq_msg(r.c >> 8 & 0xff, i < 2 ? type++ : 0, "type of level %" PRIu32, i);
		expect_eq_msg(r.d, id, "x2APIC ID of level %" PRIu32, i);
		if (i < 2) {
			expect_ge(r.a & 0x1f, shift);
			expect_ge(r.b & 0xffff, 1);
			shift = r.a & 0x1f;
		} else {
			expect_eq(r.a | r.b, 0);
		}
	}
	if (id < 255)
		expect_eq(raw_cpuid(1, 0).b >> 24, id);
}

/* ---- mirrors of control registers ---- */

CASE(osxsave, "OSXSAVE is CR4.OSXSAVE")
{
	ulong cr4 = read_cr4();

	require(this_cpu_has(X86_FEATURE_XSAVE));
	write_cr4(cr4 | X86_CR4_OSXSAVE);
	expect(this_cpu_has(X86_FEATURE_OSXSAVE));
	write_cr4(cr4 & ~X86_CR4_OSXSAVE);
	expect(!this_cpu_has(X86_FEATURE_OSXSAVE));
	write_cr4(cr4);
}

CASE(ospke, "OSPKE is CR4.PKE")
{
	ulong cr4 = read_cr4();

	require(this_cpu_has(X86_FEATURE_PKU) && (read_cr0() & X86_CR0_PG) && sizeof(long) == 8);
	write_cr4(cr4 | X86_CR4_PKE);
	expect(this_cpu_has(X86_FEATURE_OSPKE));
	write_cr4(cr4 & ~X86_CR4_PKE);
	expect(!this_cpu_has(X86_FEATURE_OSPKE));
	write_cr4(cr4);
}

/* ---- the XSAVE area: SDM volume 1, 13.2 ---- */

/*
 * What XSAVE needs for the components of a mask, in the standard format: legacy area, header, the
 * farthest end.
 */
static u32 xsave_size(u64 mask)
{
	u32 end = 512 + 64;

	for (u32 i = 2; i < 63; i++)
		if (mask >> i & 1)
			end = MAX(end, raw_cpuid(0xd, i).b + raw_cpuid(0xd, i).a);
	return end;
}

CASE(xsave_sizes, "x87 and SSE are there; the greatest size is that of all components; others say nothing")
{
	u64 xcr0 = this_cpu_supported_xcr0(), xss = (u64)raw_cpuid(0xd, 1).d << 32 | raw_cpuid(0xd, 1).c;

	require(this_cpu_has(X86_FEATURE_XSAVE));
	if (!this_cpu_has(X86_FEATURE_XSAVES))
		xss = 0;
	expect_eq(xcr0 & 3, 3);
	expect_eq(xcr0 & xss, 0);
	expect_eq(xcr0 >> 63, 0);
	expect_eq(raw_cpuid(0xd, 0).c, xsave_size(xcr0));
	for (u32 i = 2; i < 63; i++) {
		if ((xcr0 | xss) >> i & 1)
			expect_ne(raw_cpuid(0xd, i).a, 0);
		else
			expect_zero(0xd, i);
	}
}

/* ---- all CPUs ---- */

#define MAX_CPUS	64
#define MAX_LEAVES	64

static struct cpuid answers[MAX_CPUS][2 * MAX_LEAVES];
static u32 apic_ids[MAX_CPUS];

/* What differs by its nature: the CPU's own IDs. */
static struct cpuid without_ids(u32 leaf, struct cpuid r)
{
	if (leaf == 1)
		r.b &= 0x00ffffff;
	else if (leaf == 0xb || leaf == 0x1f)
		r.d = 0;
	else if (leaf == EXT_BASE + 0x1e)
		r = (struct cpuid){ 0 };
	return r;
}

static void ask_all(void *unused)
{
	int cpu = smp_id();

	apic_ids[cpu] = raw_cpuid(1, 0).b >> 24;
	for (u32 i = 0; i < MAX_LEAVES; i++) {
		answers[cpu][i] = without_ids(i, cpuid_indexed(i, 0));
		answers[cpu][MAX_LEAVES + i] = without_ids(EXT_BASE + i, cpuid_indexed(EXT_BASE + i, 0));
	}
}

CASE(all_cpus, "all CPUs say the same, but for their APIC IDs, of which no two are equal")
{
	require(cpu_count() > 1 && cpu_count() <= MAX_CPUS);
	on_cpus(ask_all, NULL);
	for (int cpu = 1; cpu < cpu_count(); cpu++) {
		expect_mem(answers[cpu], answers[0], sizeof(answers[0]));
		for (int other = 0; other < cpu; other++)
			expect_ne(apic_ids[cpu], apic_ids[other]);
	}
}

/* ---- last, since some emulators end on the way to ring 3 or at XGETBV ---- */

static struct cpuid user_result;

static uint64_t user_cpuid(void)
{
	user_result = raw_cpuid(1, 0);
	return 0;
}

CASE(user, "in ring 3 it says the same")
{
	bool raised = false;

	run_in_user(user_cpuid, GP_VECTOR, 0, 0, 0, 0, &raised);
	expect(!raised);
	expect_same(user_result, raw_cpuid(1, 0), "leaf 1");
}

CASE(xsave_current, "the current size is that of the components of XCR0")
{
	ulong cr4 = read_cr4();
	u64 supported = this_cpu_supported_xcr0(), old;

	require(this_cpu_has(X86_FEATURE_XSAVE));
	write_cr4(cr4 | X86_CR4_OSXSAVE);
	old = read_xcr0();
	write_xcr0(XFEATURE_MASK_FP);
	expect_eq(raw_cpuid(0xd, 0).b, xsave_size(XFEATURE_MASK_FP));
	write_xcr0(supported);
	expect_eq(raw_cpuid(0xd, 0).b, xsave_size(supported));
	if (supported & XFEATURE_MASK_YMM) {
		write_xcr0(XFEATURE_MASK_FP_SSE | XFEATURE_MASK_YMM);
		expect_eq(raw_cpuid(0xd, 0).b, xsave_size(XFEATURE_MASK_FP_SSE | XFEATURE_MASK_YMM));
	}
	write_xcr0(old);
	write_cr4(cr4);
}
