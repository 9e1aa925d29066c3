/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs probes in ring 3, with the state that they need or without. */
#include "probe.h"
#include "vmalloc.h"
#include "x86/usermode.h"
#include "x86/vm.h"

#define AVX_512		(XFEATURE_MASK_OPMASK | XFEATURE_MASK_ZMM_Hi256 | XFEATURE_MASK_Hi16_ZMM)
#define CR0_STATE	(X86_CR0_EM | X86_CR0_TS)
#define CR4_STATE	(X86_CR4_OSFXSR | X86_CR4_OSXMMEXCPT | X86_CR4_OSXSAVE)

void need_ring3(void)
{
	if (!vm_available())
		setup_vm();
}

void reset_state(void)
{
	write_cr0(read_cr0() & ~CR0_STATE);
	write_cr4(read_cr4() & ~CR4_STATE);
}

void set_state(enum probe_state state)
{
	ulong cr4 = read_cr4() & ~CR4_STATE;

	write_cr0(read_cr0() & ~CR0_STATE);
	if (state >= STATE_SSE && this_cpu_has(X86_FEATURE_FXSR))
		cr4 |= X86_CR4_OSFXSR | X86_CR4_OSXMMEXCPT;
	if (state >= STATE_AVX && this_cpu_has(X86_FEATURE_XSAVE))
		cr4 |= X86_CR4_OSXSAVE;
	write_cr4(cr4);
	if (cr4 & X86_CR4_OSXSAVE)
		write_xcr0(XFEATURE_MASK_FP_SSE | (this_cpu_supported_xcr0() &
			   (XFEATURE_MASK_YMM | (state == STATE_AVX512 ? AVX_512 : 0))));
}

/* Ring 3. What the code may change is all that C code without vectors has. */
static uint64_t call_in_ring3(uint64_t code, uint64_t data)
{
	ulong di = data;

	asm volatile("call *%[code]" : "+D" (di) : [code] "S" ((ulong)code) : "eax", "ecx", "edx", "memory", "cc");
	return 0;
}

bool run_probe(void (*code)(void), struct probe_data *data, unsigned int vector)
{
	bool raised;

	run_in_user((usermode_func)(void *)call_in_ring3, vector, (ulong)code, (ulong)data, 0, 0, &raised);
	return raised;
}

static struct probe_data operands(const struct probe *p)
{
	struct probe_data data = { .a = { 0 } };

	memcpy(data.a, p->a, sizeof(p->a));
	memcpy(data.b, p->b, sizeof(p->b));
	return data;
}

void probe_works(const struct probe *p)
{
	struct probe_data data = operands(p);
	bool faulted;

	require_msg(this_cpu_has(p->feature), "CPUID does not announce %s", p->name);
	need_ring3();
	set_state(p->state);
	faulted = run_probe(p->code, &data, UD_VECTOR);
	reset_state();
	expect_msg(!faulted, "%s is announced, and #UD", p->name);
	if (!faulted)
		expect_mem(data.out, p->out, sizeof(p->out));
}

/*
 * The operands are loaded with instructions that may be missing as well: then it is their #UD, which is as good.
 */
void probe_absent(const struct probe *p)
{
	struct probe_data data = operands(p), before = data;
	bool faulted;

	require_msg(!this_cpu_has(p->feature), "CPUID announces %s", p->name);
	need_ring3();
	set_state(p->state);
	faulted = run_probe(p->code, &data, UD_VECTOR);
	reset_state();
	expect_msg(faulted, "%s is not announced, and is not #UD", p->name);
	expect_mem(data.out, before.out, sizeof(before.out));
}

/* Whether the probe faults by vector once what prepares it has changed CR0 or CR4. */
static void expect_disabled(const struct probe *p, ulong cr0, ulong cr4, unsigned int vector)
{
	struct probe_data data = operands(p);
	bool faulted;

	set_state(p->state);
	write_cr0(read_cr0() | cr0);
	write_cr4(read_cr4() & ~cr4);
	faulted = run_probe(p->code, &data, vector);
	reset_state();
	expect_msg(faulted, "%s: no %s with CR0 %#lx set, CR4 %#lx clear", p->name, exception_mnemonic(vector), cr0, cr4);
}

static void expect_no_xcr0(const struct probe *p, u64 without)
{
	struct probe_data data = operands(p);

	set_state(p->state);
	write_xcr0(read_xcr0() & ~without);
	expect_msg(run_probe(p->code, &data, UD_VECTOR), "%s: no #UD without %#" PRIx64 " in XCR0", p->name, without);
	reset_state();
}

/* SDM volume 2, 2.4 (exceptions by class) and table 2-3; volume 1, 13.3: what OSXSAVE and XCR0 do for VEX and EVEX. */
void probe_disabled(const struct probe *p)
{
	require_msg(this_cpu_has(p->feature), "CPUID does not announce %s", p->name);
	need_ring3();
	expect_disabled(p, X86_CR0_TS, 0, NM_VECTOR);
	if (p->state < STATE_AVX)
		expect_disabled(p, X86_CR0_EM, 0, UD_VECTOR);
	if (p->state == STATE_SSE)
		expect_disabled(p, 0, X86_CR4_OSFXSR, UD_VECTOR);
	if (p->state < STATE_AVX)
		return;
	expect_disabled(p, 0, X86_CR4_OSXSAVE, UD_VECTOR);
	if (p->state == STATE_AVX512)
		expect_no_xcr0(p, AVX_512);
	expect_no_xcr0(p, XFEATURE_MASK_YMM | AVX_512);
}
