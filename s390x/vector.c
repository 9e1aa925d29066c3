/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vector facility (Principles of Operation, chapters 21 to 23): instructions compared with a
 * scalar computation of the same, the data exception without CR0.46, the first half of registers 0
 * to 15 that floating-point registers are, and registers that keep their values over interruptions
 * and calls of other CPUs.
 */
#include "case.h"
#include "on-cpus.h"
#include "rand.h"
#include "s390x/smp.h"
#include "asm/facility.h"
#include "asm/time.h"

#define FACILITY_VECTOR	129
#define DXC_VECTOR	0xfe
#define ROUNDS		50

/* One register, by its elements. */
union v {
	u64 d[2];
	u32 w[4];
	u16 h[8];
	u8 b[16];
};

static prng_state prng;

void case_setup(void)
{
	require(test_facility(FACILITY_VECTOR));
	prng = prng_init(0x5ec);
	ctl_set_bit(0, CTL0_AFP);
	ctl_set_bit(0, CTL0_VECTOR);
}

static void fill(union v *v)
{
	v->d[0] = prng64(&prng);
	v->d[1] = prng64(&prng);
}

/*
 * The instruction works on registers 16, 17, 18; bytes as an assembler makes them, since not every
 * one knows the facility.
 */
#define VL(n, address)	".byte 0xe7, " n ", " address ", 0x00, 0x08, 0x06\n\t"
#define VST(n, address)	".byte 0xe7, " n ", " address ", 0x00, 0x08, 0x0e\n\t"

/*
 * v16 = v17 op v18; general registers 1 to 3 have the addresses. VRR-c: the element size is m4, m5
 * above it.
 */
#define VECTOR_OP(op, m4, m5, result, a, b) \
	do { \
		register union v *__r __asm__("1") = (result); \
		register const union v *__a __asm__("2") = (a); \
		register const union v *__b __asm__("3") = (b); \
		__asm__ __volatile__(VL("0x10", "0x20") VL("0x20", "0x30") \
				     ".byte 0xe7, 0x01, 0x20, %c3, %c4, %c5\n\t" \
				     VST("0x00", "0x10") \
				     : : "a" (__r), "a" (__a), "a" (__b), "i" ((m5) << 4), \
				       "i" ((m4) << 4 | 0xe), "i" (op) : "memory"); \
	} while (0)

CASE(load_store, "VL and VST: 16 bytes, at any address, and nothing beside them")
{
	u8 from[48], to[48];
	register u8 *p __asm__("2");
	register u8 *q __asm__("1");

	for (int at = 0; at < 16; at++) {
		for (int i = 0; i < 48; i++) {
			from[i] = i + 1;
			to[i] = 0x5a;
		}
		p = from + at;
		q = to + at;
		__asm__ __volatile__(VL("0x00", "0x20") VST("0x00", "0x10")
				     : : "a" (p), "a" (q)
				     : "memory");
		for (int i = 0; i < 48; i++)
			expect_eq_msg(to[i], i >= at && i < at + 16 ? from[i] : 0x5a,
				      "byte %d of address %d", i, at);
	}
}

CASE(logic, "VN, VO, VX, VNO, VNC")
{
	union v a, b, r;

	for (int i = 0; i < ROUNDS; i++) {
		fill(&a);
		fill(&b);
		VECTOR_OP(0x68, 0, 0, &r, &a, &b);
		expect_eq(r.d[0], a.d[0] & b.d[0]);
		expect_eq(r.d[1], a.d[1] & b.d[1]);
		VECTOR_OP(0x6a, 0, 0, &r, &a, &b);
		expect_eq(r.d[0], a.d[0] | b.d[0]);
		VECTOR_OP(0x6d, 0, 0, &r, &a, &b);
		expect_eq(r.d[1], a.d[1] ^ b.d[1]);
		VECTOR_OP(0x6b, 0, 0, &r, &a, &b);
		expect_eq(r.d[0], ~(a.d[0] | b.d[0]));
		VECTOR_OP(0x69, 0, 0, &r, &a, &b);
		expect_eq(r.d[1], a.d[1] & ~b.d[1]);
	}
}

CASE(add_subtract, "VA and VS: elements of all sizes, without a carry between them")
{
	union v a, b, r;

	for (int i = 0; i < ROUNDS; i++) {
		fill(&a);
		fill(&b);
		VECTOR_OP(0xf3, 0, 0, &r, &a, &b);
		for (int j = 0; j < 16; j++)
			expect_eq(r.b[j], (u8)(a.b[j] + b.b[j]));
		VECTOR_OP(0xf3, 1, 0, &r, &a, &b);
		for (int j = 0; j < 8; j++)
			expect_eq(r.h[j], (u16)(a.h[j] + b.h[j]));
		VECTOR_OP(0xf3, 2, 0, &r, &a, &b);
		for (int j = 0; j < 4; j++)
			expect_eq(r.w[j], (u32)(a.w[j] + b.w[j]));
		VECTOR_OP(0xf7, 3, 0, &r, &a, &b);
		expect_eq(r.d[0], a.d[0] - b.d[0]);
		expect_eq(r.d[1], a.d[1] - b.d[1]);
		VECTOR_OP(0xf3, 4, 0, &r, &a, &b);
		expect_eq(r.d[1], a.d[1] + b.d[1]);
		expect_eq(r.d[0], a.d[0] + b.d[0] + (a.d[1] + b.d[1] < a.d[1]));
	}
}

CASE(multiply, "VML, VMLE, VMLO: low halves, and whole products of even and odd elements")
{
	union v a, b, r;

	for (int i = 0; i < ROUNDS; i++) {
		fill(&a);
		fill(&b);
		VECTOR_OP(0xa2, 1, 0, &r, &a, &b);
		for (int j = 0; j < 8; j++)
			expect_eq(r.h[j], (u16)((u32)a.h[j] * b.h[j]));
		VECTOR_OP(0xa4, 2, 0, &r, &a, &b);
		expect_eq(r.d[0], (u64)a.w[0] * b.w[0]);
		expect_eq(r.d[1], (u64)a.w[2] * b.w[2]);
		VECTOR_OP(0xa5, 2, 0, &r, &a, &b);
		expect_eq(r.d[0], (u64)a.w[1] * b.w[1]);
		expect_eq(r.d[1], (u64)a.w[3] * b.w[3]);
	}
}

CASE(merge, "VMRH and VMRL")
{
	union v a, b, r;

	for (int i = 0; i < ROUNDS; i++) {
		fill(&a);
		fill(&b);
		VECTOR_OP(0x61, 0, 0, &r, &a, &b);
		for (int j = 0; j < 16; j++)
			expect_eq(r.b[j], j % 2 ? b.b[j / 2] : a.b[j / 2]);
		VECTOR_OP(0x60, 2, 0, &r, &a, &b);
		for (int j = 0; j < 4; j++)
			expect_eq(r.w[j], j % 2 ? b.w[2 + j / 2] : a.w[2 + j / 2]);
	}
}

CASE(compares, "VCEQ, VCH, VCHL: ones where it holds, zeros else")
{
	union v a, b, r;

	for (int i = 0; i < ROUNDS; i++) {
		fill(&a);
		fill(&b);
		b.b[i % 16] = a.b[i % 16];
		VECTOR_OP(0xf8, 0, 0, &r, &a, &b);
		for (int j = 0; j < 16; j++)
			expect_eq(r.b[j], a.b[j] == b.b[j] ? 0xff : 0);
		VECTOR_OP(0xfb, 1, 0, &r, &a, &b);
		for (int j = 0; j < 8; j++)
			expect_eq(r.h[j], (s16)a.h[j] > (s16)b.h[j] ? 0xffff : 0);
		VECTOR_OP(0xf9, 3, 0, &r, &a, &b);
		for (int j = 0; j < 2; j++)
			expect_eq(r.d[j], a.d[j] > b.d[j] ? ~0ull : 0);
	}
}

CASE(element_size, "a reserved element size: specification")
{
	union v a = { { 1, 2 } }, r;

	expect_pgm_int();
	VECTOR_OP(0xf3, 5, 0, &r, &a, &a);
	expect_eq(clear_pgm_int(), PGM_INT_CODE_SPECIFICATION);
	expect_eq(pgm_record()->ilc, 6);
}

CASE(disabled, "without CR0.46, or without CR0.45: data exception with DXC 0xfe, suppressed")
{
	static const int controls[] = { CTL0_VECTOR, CTL0_AFP };

	for (size_t i = 0; i < ARRAY_SIZE(controls); i++) {
		union v a = { { 1, 2 } };
		register const union v *p __asm__("2") = &a;

		ctl_clear_bit(0, controls[i]);
		expect_pgm_int();
		__asm__ __volatile__(VL("0x00", "0x20") : : "a" (p) : "memory");
		ctl_set_bit(0, controls[i]);
		expect_eq_msg(clear_pgm_int(), PGM_INT_CODE_DATA, "control %d", (int)i);
		expect_eq_msg(pgm_record()->dxc, DXC_VECTOR, "DXC, control %d", (int)i);
		expect_eq(pgm_record()->ilc, 6);
	}
}

/* ---- registers ---- */

static union v before[32], after[32];

static void load_all(void)
{
	register union v *p __asm__("1") = before;

	/* VLM 0,15 and 16,31 */
	__asm__ __volatile__(".byte 0xe7, 0x0f, 0x10, 0x00, 0x00, 0x36\n\t"
			     ".byte 0xe7, 0x0f, 0x11, 0x00, 0x0c, 0x36"
			     : : "a" (p) : "memory");
}

static void store_all(void)
{
	register union v *p __asm__("1") = after;

	__asm__ __volatile__(".byte 0xe7, 0x0f, 0x10, 0x00, 0x00, 0x3e\n\t"
			     ".byte 0xe7, 0x0f, 0x11, 0x00, 0x0c, 0x3e"
			     : : "a" (p) : "memory");
}

static void expect_kept(void (*meanwhile)(void))
{
	for (int i = 0; i < 32; i++)
		fill(&before[i]);
	memset(after, 0, sizeof(after));
	load_all();
	meanwhile();
	store_all();
	for (int i = 0; i < 32; i++)
		expect_mem(&after[i], &before[i], sizeof(before[i]));
}

static void nothing(void)
{
}

static void program_interruptions(void)
{
	for (int i = 0; i < 10; i++) {
		expect_pgm_int();
		__asm__ __volatile__(".2byte 0" : : : "memory");
		clear_pgm_int();
	}
}

static void timer_interruptions(void)
{
	for (int i = 0; i < 5; i++) {
		expect_ext_int();
		ctl_set_bit(0, CTL0_CLOCK_COMPARATOR);
		clock_comparator_set(0);
		clock_comparator_set((get_clock_us() + 50) << STCK_SHIFT_US);
		wait_for_interrupt(PSW_MASK_EXT);
		clock_comparator_set(~0ull);
	}
}

static void other_registers(void *unused)
{
	static union v other[32];
	register union v *p __asm__("1");

	ctl_set_bit(0, CTL0_AFP);
	ctl_set_bit(0, CTL0_VECTOR);
	p = other;
	__asm__ __volatile__(".byte 0xe7, 0x0f, 0x10, 0x00, 0x00, 0x36\n\t"
			     ".byte 0xe7, 0x0f, 0x11, 0x00, 0x0c, 0x36"
			     : : "a" (p) : "memory");
}

static void other_cpu(void)
{
	on_cpu(1, other_registers, NULL);
}

CASE(kept, "all 32 registers keep their values")
{
	expect_kept(nothing);
}

CASE(kept_over_interruptions, "all 32 registers keep their values over program and external "
			      "interruptions")
{
	expect_kept(program_interruptions);
	expect_kept(timer_interruptions);
}

CASE(own_registers, "what another CPU loads is in its own registers")
{
	require(smp_query_num_cpus() >= 2);
	expect_kept(other_cpu);
}

CASE(floating_point, "floating-point registers are the first doublewords of vector registers 0 to "
		     "15")
{
	static u64 fprs[16];
	register u64 *p __asm__("1");

	for (int i = 0; i < 32; i++)
		fill(&before[i]);
	load_all();
	p = fprs;
	/* STD 0, STD 1, ..., STD 15 */
	__asm__ __volatile__(".4byte 0x60001000, 0x60101008, 0x60201010, 0x60301018, 0x60401020, "
			     "0x60501028, 0x60601030, 0x60701038,"
			     "0x60801040, 0x60901048, 0x60a01050, 0x60b01058, 0x60c01060, "
			     "0x60d01068, 0x60e01070, 0x60f01078"
			     : : "a" (p)
			     : "memory");
	for (int i = 0; i < 16; i++)
		expect_eq_msg(fprs[i], before[i].d[0], "register %d", i);
}
