/* SPDX-License-Identifier: BSD-2-Clause */
/* The instructions, by bytes, since assemblers may not know them; and what they need enabled. */
#include "xsave.h"

struct xsave_area image, saved, other;

/* ModRM with the area's address in (E/R)DI. */
#define AREA_INSN(name, bytes, type)							\
	static int name(type *area, u64 mask)						\
	{										\
		return asm_safe(".byte " bytes, "D" (area), "a" ((u32)mask), "d" ((u32)(mask >> 32)));	\
	}										\
	static int name##_locked(type *area, u64 mask)					\
	{										\
		return asm_safe(".byte 0xf0, " bytes, "D" (area), "a" ((u32)mask), "d" ((u32)(mask >> 32)));	\
	}
AREA_INSN(run_xsave, "0x0f, 0xae, 0x27", void)
AREA_INSN(run_xsaveopt, "0x0f, 0xae, 0x37", void)
AREA_INSN(run_xsavec, "0x0f, 0xc7, 0x27", void)
AREA_INSN(run_xsaves, "0x0f, 0xc7, 0x2f", void)
AREA_INSN(run_xrstor, "0x0f, 0xae, 0x2f", const void)
AREA_INSN(run_xrstors, "0x0f, 0xc7, 0x1f", const void)

#define SAVE(id, text, feature, ...) \
	const struct save id = { text, feature, run_##id, run_##id##_locked, __VA_ARGS__ }
SAVE(xsave, "XSAVE", X86_FEATURE_XSAVE, .compacts = false);
SAVE(xsaveopt, "XSAVEOPT", X86_FEATURE_XSAVEOPT, .skips_initial = true);
SAVE(xsavec, "XSAVEC", X86_FEATURE_XSAVEC, .skips_initial = true, .compacts = true);
SAVE(xsaves, "XSAVES", X86_FEATURE_XSAVES, .skips_initial = true, .compacts = true);

#define RESTORE(id, text, feature, insn, ...) \
	const struct restore id = { text, feature, run_##insn, run_##insn##_locked, __VA_ARGS__ }
RESTORE(xrstor, "XRSTOR", X86_FEATURE_XSAVE, xrstor, .compacted = false);
RESTORE(xrstorc, "XRSTOR, compacted", X86_FEATURE_XSAVEC, xrstor, .compacted = true);
RESTORE(xrstors, "XRSTORS", X86_FEATURE_XSAVES, xrstors, .compacted = true);

/* ---- set-up ---- */

static const struct xsave_area initial = { .mxcsr = MXCSR_INIT };

#define CR4_BITS	(X86_CR4_OSXSAVE | X86_CR4_OSFXSR | X86_CR4_OSXMMEXCPT)

static void put_back(void)
{
	write_cr0(read_cr0() & ~(X86_CR0_TS | X86_CR0_EM));
	if (read_cr4() & X86_CR4_OSXSAVE) {
		run_xrstor(&initial, ~0ull);
		write_xcr0_safe(XFEATURE_MASK_FP);
	}
	write_cr4(read_cr4() & ~CR4_BITS);
}

void enable_xsave(void)
{
	require(this_cpu_has(X86_FEATURE_XSAVE));
	case_at_end(put_back);
	write_cr4(read_cr4() | CR4_BITS);
	insist_eq(write_xcr0_safe(XFEATURE_MASK_FP), 0);
}

void enable_all(void)
{
	enable_xsave();
	insist_eq(write_xcr0_safe(this_cpu_supported_xcr0()), 0);
	insist_eq(read_xcr0(), this_cpu_supported_xcr0());
	load_initial();
}

void enable_save(const struct save *insn)
{
	require_msg(this_cpu_has(insn->feature), "CPUID does not announce %s", insn->name);
	enable_all();
}

void enable_restore(const struct restore *insn)
{
	require_msg(this_cpu_has(insn->feature), "CPUID does not announce %s", insn->name);
	enable_all();
}

void load_image(const struct xsave_area *area)
{
	insist_eq(run_xrstor(area, ~0ull), 0);
}

void load_initial(void)
{
	insist_eq(run_xrstor(&initial, ~0ull), 0);
}

void save_all(struct xsave_area *area)
{
	blank(area);
	insist_eq(run_xsave(area, ~0ull), 0);
}

u64 format_for(const struct restore *insn)
{
	return insn->compacted ? COMPACTED | read_xcr0() : 0;
}
