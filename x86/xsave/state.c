/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The components (SDM volume 1, 13.5): their sizes, which patterns they take, and how they are loaded and read without
 * XSAVE. Code of the library and of tests uses no vector registers, so that state stays until it is asked for.
 */
#include "xsave.h"

#define REGS_8(one)	one(0) one(1) one(2) one(3) one(4) one(5) one(6) one(7)
#ifdef __x86_64__
#define REGS_16(one)	REGS_8(one) one(8) one(9) one(10) one(11) one(12) one(13) one(14) one(15)
#define LONG_MODE	1
#else
#define REGS_16(one)	REGS_8(one)
#define LONG_MODE	0
#endif

#define ACCESS(id, load_one, read_one, regs)						\
	static void load_##id(const u8 *data)						\
	{										\
		asm volatile(regs(load_one) : : "r" (data) : "memory");			\
	}										\
	static void read_##id(u8 *data)						\
	{										\
		asm volatile(regs(read_one) : : "r" (data) : "memory");			\
	}

/* ---- AVX: upper halves of YMM ---- */

#define YMM_LOAD(n)	"vinsertf128 $1, 16*" #n "(%0), %%ymm" #n ", %%ymm" #n "\n\t"
#define YMM_READ(n)	"vextractf128 $1, %%ymm" #n ", 16*" #n "(%0)\n\t"
ACCESS(ymm, YMM_LOAD, YMM_READ, REGS_16)

static bool has_avx(void)
{
	return this_cpu_has(X86_FEATURE_AVX);
}

/* ---- MPX: BNDMOV does nothing unless enabled, which in ring 0 IA32_BNDCFGS does; with bit 1, branches keep bounds ---- */

#define MSR_BNDCFGS	0xd90

/* BNDMOV between BND0 to 3 and where RAX, RCX, RDX, RBX point, in bytes: clang 14 does not know it. */
#define BNDMOV(opcode)									\
	".byte 0x66, 0x0f, " #opcode ", 0x00, 0x66, 0x0f, " #opcode ", 0x09\n\t"	\
	".byte 0x66, 0x0f, " #opcode ", 0x12, 0x66, 0x0f, " #opcode ", 0x1b"

/* No displacements: QEMU's TCG counts those of BNDMOV twice (cpuid-features/mpx). */
static void load_bnd(const u8 *data)
{
	wrmsr(MSR_BNDCFGS, 3);
	asm volatile(BNDMOV(0x1a)
		     : : "a" (data), "c" (data + 16), "d" (data + 32), "b" (data + 48) : "memory");
	wrmsr(MSR_BNDCFGS, 0);
}

static void read_bnd(u8 *data)
{
	wrmsr(MSR_BNDCFGS, 3);
	asm volatile(BNDMOV(0x1b)
		     : : "a" (data), "c" (data + 16), "d" (data + 32), "b" (data + 48) : "memory");
	wrmsr(MSR_BNDCFGS, 0);
}

/* Outside 64-bit mode BNDMOV moves bounds of 32 bits. */
static bool has_mpx(void)
{
	return LONG_MODE && this_cpu_has(X86_FEATURE_MPX);
}

/* BNDCFGU: base, bits 11:2 reserved, enabled (for ring 3 only), kept by branches. BNDSTATUS: any. */
static void fit_bndcsr(u8 *data)
{
	u64 *cfgu = (void *)data;

	cfgu[0] = 0x12345000 | (cfgu[0] & 0xf000) | 3;
}

/* ---- AVX-512 ---- */

#define X86_FEATURE_AVX512BW	CPUID_FEATURE(7, 0, EBX, 30)
#define K_LOAD(n)	"kmovq 8*" #n "(%0), %%k" #n "\n\t"
#define K_READ(n)	"kmovq %%k" #n ", 8*" #n "(%0)\n\t"
ACCESS(opmask, K_LOAD, K_READ, REGS_8)
#define ZMM_LOAD(n)	"vinsertf64x4 $1, 32*" #n "(%0), %%zmm" #n ", %%zmm" #n "\n\t"
#define ZMM_READ(n)	"vextractf64x4 $1, %%zmm" #n ", 32*" #n "(%0)\n\t"
ACCESS(zmm, ZMM_LOAD, ZMM_READ, REGS_16)
#ifdef __x86_64__
#define HIGH_16(one)	one(16) one(17) one(18) one(19) one(20) one(21) one(22) one(23) \
	one(24) one(25) one(26) one(27) one(28) one(29) one(30) one(31)
#define HIGH_LOAD(n)	"vmovdqu64 64*(" #n "-16)(%0), %%zmm" #n "\n\t"
#define HIGH_READ(n)	"vmovdqu64 %%zmm" #n ", 64*(" #n "-16)(%0)\n\t"
#else
#define HIGH_16(one)	one(0)
#define HIGH_LOAD(n)	""
#define HIGH_READ(n)	""
#endif
ACCESS(high, HIGH_LOAD, HIGH_READ, HIGH_16)

static bool has_opmask(void)
{
	return this_cpu_has(X86_FEATURE_AVX512BW);
}

static bool has_avx512(void)
{
	return this_cpu_has(X86_FEATURE_AVX512F);
}

static bool has_high(void)
{
	return LONG_MODE && has_avx512();
}

/* ---- PKRU: RDPKRU and WRPKRU need CR4.PKE; key 0, which everything has here, stays allowed ---- */

static void with_pke(u32 *pkru, bool write)
{
	ulong cr4 = read_cr4();

	write_cr4(cr4 | X86_CR4_PKE);
	if (write)
		write_pkru(*pkru);
	else
		*pkru = read_pkru();
	write_cr4(cr4);
}

static void load_pkru(const u8 *data)
{
	u32 pkru = *(const u32 *)(const void *)data;

	with_pke(&pkru, true);
}

static void read_pkru_to(u8 *data)
{
	with_pke((void *)data, false);
}

static bool has_pku(void)
{
	ulong cr4 = read_cr4();
	bool settable;

	if (!this_cpu_has(X86_FEATURE_PKU) || !LONG_MODE || write_cr4_safe(cr4 | X86_CR4_PKE))
		return false;
	settable = read_cr4() & X86_CR4_PKE;
	write_cr4(cr4);
	return settable;
}

static void fit_pkru(u8 *data)
{
	data[0] &= ~3;
}

/* ---- x87 and SSE: FXSAVE, which has the same layout ---- */

static struct xsave_area fx;

static void read_x87(u8 *data)
{
	asm volatile("fxsave (%0)" : : "r" (&fx) : "memory");
	memcpy(data, &fx, 160);
}

static void load_x87(const u8 *data)
{
	asm volatile("fxsave (%0)" : : "r" (&fx) : "memory");
	memcpy(&fx, data, 24);
	memcpy(fx.st, data + 32, sizeof(fx.st));
	asm volatile("fxrstor (%0)" : : "r" (&fx) : "memory");
}

static void read_sse(u8 *data)
{
	asm volatile("fxsave (%0)" : : "r" (&fx) : "memory");
	memcpy(data, fx.xmm, 16 * X87_SSE_REGS);
}

static void load_sse(const u8 *data)
{
	asm volatile("fxsave (%0)" : : "r" (&fx) : "memory");
	memcpy(fx.xmm, data, 16 * X87_SSE_REGS);
	asm volatile("fxrstor (%0)" : : "r" (&fx) : "memory");
}

static bool has_fxsr(void)
{
	return this_cpu_has(X86_FEATURE_FXSR);
}

const struct component components[] = {
	{ 0, "x87", 0, 160, NULL, has_fxsr, load_x87, read_x87 },
	{ 1, "SSE", 0, 16 * X87_SSE_REGS, NULL, has_fxsr, load_sse, read_sse },
	{ 2, "AVX", 256, 16 * X87_SSE_REGS, NULL, has_avx, load_ymm, read_ymm },
	{ 3, "BNDREGS", 64, 64, NULL, has_mpx, load_bnd, read_bnd },
	{ .number = 4, .name = "BNDCSR", .size = 64, .used = 16, .fit = fit_bndcsr },
	{ 5, "opmask", 64, 64, NULL, has_opmask, load_opmask, read_opmask },
	{ 6, "ZMM_Hi256", 512, 32 * X87_SSE_REGS, NULL, has_avx512, load_zmm, read_zmm },
	{ 7, "Hi16_ZMM", 1024, LONG_MODE * 1024, NULL, has_high, load_high, read_high },
	{ 9, "PKRU", 8, 4, fit_pkru, has_pku, load_pkru, read_pkru_to },
	{ .number = 11, .name = "CET_U", .size = 16 },
	{ .number = 12, .name = "CET_S", .size = 24 },
	{ .number = 17, .name = "TILECFG", .size = 64 },
	{ .number = 18, .name = "TILEDATA", .size = 8192 },
	{ .number = 19, .name = "APX", .size = 128, .used = 128 * LONG_MODE },
};
const size_t n_components = ARRAY_SIZE(components);

const struct component *component(u32 i)
{
	for (size_t n = 0; n < n_components; n++)
		if (components[n].number == i)
			return &components[n];
	return NULL;
}

u64 patterned(void)
{
	u64 mask = 0;

	for (size_t n = 0; n < n_components; n++)
		if (components[n].used)
			mask |= 1ull << components[n].number;
	return mask & read_xcr0();
}

/* ---- patterns ---- */

static void fill(u8 *to, u32 size, u32 seed)
{
	for (u32 i = 0; i < size; i++) {
		seed = seed * 1664525 + 1013904223;
		to[i] = seed >> 24;
	}
}

/* All exceptions are masked, none is pending; TOP and the condition codes are what seed says. */
static void fill_legacy(struct xsave_area *area, u32 seed)
{
	area->fcw = 0x037f & ~(seed % 3 << 10);
	area->fsw = seed % 7 << 11 | (seed & 1 ? 0x4100 : 0x0400);
	area->ftw = 0x5a ^ seed;
	for (int i = 0; i < 8; i++)
		fill(area->st[i], 10, seed + i);
	fill((u8 *)area->xmm, 16 * X87_SSE_REGS, seed + 8);
	area->mxcsr = MXCSR_INIT ^ (seed % 4 << 13 | 1 << seed % 6);
}

void make_image(struct xsave_area *area, u32 seed, u64 xcomp_bv)
{
	memset(area, 0, sizeof(*area));
	fill_legacy(area, seed);
	area->xstate_bv = patterned();
	area->xcomp_bv = xcomp_bv;
	for_each_bit (i, patterned() & ~3ull) {
		u8 *data = (u8 *)area + component_offset(i, xcomp_bv);

		fill(data, component(i)->used, seed + 100 * i);
		if (component(i)->fit)
			component(i)->fit(data);
	}
}
