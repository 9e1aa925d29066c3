/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AVX-VNNI (CPUID 7.1:EAX[4]): VPDPBUSD, VPDPBUSDS, VPDPWSSD, VPDPWSSDS by VEX, 128 and 256 bits wide,
 * register and memory, against a reference in scalar C (SDM volume 2, the instructions' "Operation"):
 * dot products of 4 unsigned by signed bytes or of 2 signed words are added to the accumulator, which
 * wraps, or with S saturates once, at the end. By bytes, for assemblers that do not know them.
 */
#include "probe.h"

/* VEX.66.0F38.W0 with vvvv = ~1 and L, the opcode; ModRM c2: xmm2 (ymm2); 87: 192(%rdi). */
#define VEX_128	"0xc4, 0xe2, 0x71, "
#define VEX_256	"0xc4, 0xe2, 0x75, "
#define VNNI_LOAD	"vmovups (" DI "), %ymm0; vmovups 64(" DI "), %ymm1; vmovups 192(" DI "), %ymm2"
#define VNNI_STORE	"vmovups %ymm0, 128(" DI "); vzeroupper"
#define VNNI_FORM(name, vex, operation, third)	\
	PROBE_CODE(name, VNNI_LOAD, ".byte " vex operation ", " third, VNNI_STORE)
#define VNNI_CODE(name, operation)							\
	VNNI_FORM(name##_xmm, VEX_128, operation, "0xc2")				\
	VNNI_FORM(name##_ymm, VEX_256, operation, "0xc2")				\
	VNNI_FORM(name##_xmm_mem, VEX_128, operation, "0x87, 0xc0, 0, 0, 0")		\
	VNNI_FORM(name##_ymm_mem, VEX_256, operation, "0x87, 0xc0, 0, 0, 0")
VNNI_CODE(vpdpbusd, "0x50")
VNNI_CODE(vpdpbusds, "0x51")
VNNI_CODE(vpdpwssd, "0x52")
VNNI_CODE(vpdpwssds, "0x53")

static s64 dot_bytes(u32 x, u32 y)
{
	s64 sum = 0;

	for (int i = 0; i < 32; i += 8)
		sum += (s64)(u8)(x >> i) * (s8)(y >> i);
	return sum;
}

static s64 dot_words(u32 x, u32 y)
{
	return (s64)(s16)x * (s16)y + (s64)(s16)(x >> 16) * (s16)(y >> 16);
}

static u32 saturated(s64 value)
{
	if (value > 0x7fffffff)
		return 0x7fffffff;
	return value < -0x80000000ll ? 0x80000000 : (u32)value;
}

struct operation {
	s64 (*dot)(u32 x, u32 y);
	bool saturates;
	void (*code[4])(void);	/* 128 bits, 256; from memory 128, 256 */
};
#define OPERATION(name, dot, saturates)						\
	static const struct operation name = { dot, saturates, {			\
		name##_xmm_run, name##_ymm_run, name##_xmm_mem_run, name##_ymm_mem_run } }
OPERATION(vpdpbusd, dot_bytes, false);
OPERATION(vpdpbusds, dot_bytes, true);
OPERATION(vpdpwssd, dot_words, false);
OPERATION(vpdpwssds, dot_words, true);

/* Operands at the edges, each with each: what saturates up and down, and what wraps. */
static const u32 accumulators[] = { 0, 0x7fffffff, 0x80000000, 0x7fff8000, 0xffffffff };
static const u32 factors[] = { 0, 0xffffffff, 0x80808080, 0x7f7f7f7f, 0x80008000, 0x7fff7fff, 0x01ff807f, 0x8000ffff };
#define N_ACCUMULATORS	ARRAY_SIZE(accumulators)
#define N_FACTORS	ARRAY_SIZE(factors)
#define N_EDGES		(N_ACCUMULATORS * N_FACTORS * N_FACTORS)

static struct probe_data operands_from(size_t first)
{
	struct probe_data data = { .a = { 0 } };

	for (size_t i = 0; i < 8; i++) {
		size_t n = (first + i) % N_EDGES;

		data.a[i] = accumulators[n % N_ACCUMULATORS];
		data.b[i] = factors[n / N_ACCUMULATORS % N_FACTORS];
		data.c[i] = factors[n / N_ACCUMULATORS / N_FACTORS];
	}
	return data;
}

/* One execution: every element of the result; bits 255:128 of a 128-bit one are zero (SDM volume 1, 14.1.3). */
static bool check_once(const struct operation *op, int form, size_t first)
{
	struct probe_data data = operands_from(first);
	u32 expected[8] = { 0 };

	for (int i = 0; i < (form & 1 ? 8 : 4); i++) {
		s64 sum = (s32)data.a[i] + op->dot(data.b[i], data.c[i]);

		expected[i] = op->saturates ? saturated(sum) : (u32)sum;
	}
	if (run_probe(op->code[form], &data, UD_VECTOR))
		return expect_msg(false, "#UD, form %d", form);
	return expect_mem(data.out, expected, sizeof(expected));
}

static void check_operation(const struct operation *op)
{
	require(this_cpu_has(X86_FEATURE_AVX_VNNI));
	need_ring3();
	set_state(STATE_AVX);
	for (int form = 0; form < 4; form++)
		for (size_t first = 0; first < N_EDGES; first += form & 1 ? 8 : 4)
			if (!check_once(op, form, first))
				return reset_state();
	reset_state();
}

CASE(vpdpbusd, "VPDPBUSD: unsigned by signed bytes, wraps")
{
	check_operation(&vpdpbusd);
}

CASE(vpdpbusds, "VPDPBUSDS: unsigned by signed bytes, saturates")
{
	check_operation(&vpdpbusds);
}

CASE(vpdpwssd, "VPDPWSSD: signed words, wraps")
{
	check_operation(&vpdpwssd);
}

CASE(vpdpwssds, "VPDPWSSDS: signed words, saturates")
{
	check_operation(&vpdpwssds);
}

/* The same operand twice: as unsigned and as signed bytes 0x81 * 0x81 is 129 * -127. */
#define VNNI_PROBE(id, text, operation, ...)						\
	VECTOR_PROBE(id, text, X86_FEATURE_AVX_VNNI, STATE_AVX,				\
		     PASS_ON(VNNI_LOAD, ".byte " VEX_256 operation ", 0xc1", VNNI_STORE), __VA_ARGS__)
VNNI_PROBE(avx_vnni_busd, "AVX-VNNI: VPDPBUSD", "0x50", .a = { 1 }, .b = { 0x00000281 }, .out = { 1 + 4 - 129 * 127 })
VNNI_PROBE(avx_vnni_wssd, "AVX-VNNI: VPDPWSSD", "0x52", .a = { 1 }, .b = { 0xffff0003 }, .out = { 1 + 9 + 1 })
