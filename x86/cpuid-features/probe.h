/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A probe: one instruction of a feature, its operands, what it must leave, and the state that it
 * needs. It runs in ring 3, where a hypervisor lets the CPU itself decide. PROBE() is a row of the
 * table and makes the cases of it.
 */
#ifndef CPUID_FEATURES_PROBE_H
#define CPUID_FEATURES_PROBE_H

#include "case.h"
#include "x86/processor.h"

/*
 * What must be enabled (SDM volume 1, 13.3; volume 3, 2.5): nothing; CR0.EM = 0; CR4.OSFXSR; XCR0's
 * SSE and AVX; AVX-512's components as well.
 */
enum probe_state { STATE_NONE, STATE_MMX, STATE_SSE, STATE_AVX, STATE_AVX512 };

/* Operands: code gets the address in (E/R)DI and knows the offsets. */
struct probe_data {
	u32 a[16];		/* 0 */
	u32 b[16];		/* 64 */
	u32 out[16];		/* 128 */
	u32 c[16];		/* 192 */
} __attribute__((aligned(64)));

struct probe {
	const char *name;
	u64 feature;
	enum probe_state state;
	void (*code)(void);
	u32 a[16], b[16], out[16];
};

/* Paging, once, with all memory usable by ring 3. */
void need_ring3(void);
/* Sets CR0.EM, CR0.TS, CR4.OSFXSR, CR4.OSXSAVE and XCR0 to what state needs, and no more. */
void set_state(enum probe_state state);
/* CR0.EM = CR0.TS = 0 and CR4 without OSFXSR and OSXSAVE. */
void reset_state(void);

/* Runs code in ring 3 with *data and returns whether it raised vector. Any other exception ends the case. */
bool run_probe(void (*code)(void), struct probe_data *data, unsigned int vector);

/* The cases: announced, it works; not announced, it is #UD; with its state disabled, it faults. */
void probe_works(const struct probe *p);
void probe_absent(const struct probe *p);
void probe_disabled(const struct probe *p);

/* Assembly of a probe: what comes before, the instruction, what comes after. Basic asm: a single %. */
#define DI	"%" R "di"
#define GPR(insn)	"mov (" DI "), %eax; mov 64(" DI "), %ecx; xor %edx, %edx", insn, "mov %eax, 128(" DI ")"
#define GPR_FLAG(insn, setcc)	"mov (" DI "), %eax; mov 64(" DI "), %ecx; xor %edx, %edx", insn, \
	setcc " %dl; mov %eax, 128(" DI "); mov %edx, 132(" DI ")"
#define MMX(insn)	"movq (" DI "), %mm0; movq 64(" DI "), %mm1", insn, "movq %mm0, 128(" DI "); emms"
#define XMM(insn)	"movups (" DI "), %xmm0; movups 64(" DI "), %xmm1", insn, "movups %xmm0, 128(" DI ")"
#define YMM(insn)	"vmovups (" DI "), %ymm0; vmovups 64(" DI "), %ymm1", insn, \
	"vmovups %ymm0, 128(" DI "); vzeroupper"
#define ZMM(insn)	"vmovups (" DI "), %zmm0; vmovups 64(" DI "), %zmm1", insn, \
	"vmovups %zmm0, 128(" DI "); vzeroupper"

/* A function name_run() in .text. */
#define __PROBE_CODE(name, before, insn, after)						\
	asm(".pushsection .text\n"							\
	    #name "_run: " before "\n" insn "\n" after "\n ret\n .popsection");		\
	extern void name##_run(void);
#define PROBE_CODE(name, ...)	__PROBE_CODE(name, __VA_ARGS__)

#define PROBE_ROW(id, text, feature_, state_, code_, ...)				\
	PROBE_CODE(id, code_)								\
	static const struct probe id##_probe = { .name = text, .feature = feature_, .state = state_,	\
		.code = id##_run, __VA_ARGS__ };				\
	CASE(id, text ": announced, it works") { probe_works(&id##_probe); }
#define PROBE(id, text, feature_, state_, code_, ...)					\
	PROBE_ROW(id, text, feature_, state_, PASS_ON(code_), __VA_ARGS__)		\
	CASE(id##_absent, text ": not announced, it is #UD") { probe_absent(&id##_probe); }
/* Of a state other than STATE_NONE. */
#define VECTOR_PROBE(id, text, feature_, state_, code_, ...)				\
	PROBE(id, text, feature_, state_, PASS_ON(code_), __VA_ARGS__)			\
	CASE(id##_disabled, text ": with its state disabled it is #UD or #NM") { probe_disabled(&id##_probe); }
#define PASS_ON(...)	__VA_ARGS__

#endif
