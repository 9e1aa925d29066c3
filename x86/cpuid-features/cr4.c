/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bits of CR4 (SDM volume 3, 2.5): each can be set and cleared if its feature is announced, alone, and is reserved
 * else: #GP(0), and CR4 stays. Where QEMU's emulation does not get over that there is only the first half here, and
 * the other one in cr4_reserved.c.
 */
#include "probe.h"

static void check_cr4_bit(ulong bit, bool has)
{
	ulong before = read_cr4(), clear = before & ~bit;
	int vector = write_cr4_safe(clear | bit);
	ulong after = read_cr4();

	write_cr4_safe(before);
	expect_eq(vector, has ? 0 : GP_VECTOR);
	expect_eq(after, has ? clear | bit : before);
}

#define CR4_BIT(id, bit, feature)							\
	CASE(cr4_##id, "CR4." #bit " can be set if " #feature " is announced, else it is #GP(0) and CR4 stays")	\
	{										\
		check_cr4_bit(X86_CR4_##bit, this_cpu_has(X86_FEATURE_##feature));	\
	}
CR4_BIT(vme, VME, VME)
CR4_BIT(pvi, PVI, VME)
CR4_BIT(tsd, TSD, TSC)
CR4_BIT(de, DE, DE)
CR4_BIT(pse, PSE, PSE)
CR4_BIT(mce, MCE, MCE)
CR4_BIT(pge, PGE, PGE)
CR4_BIT(osfxsr, OSFXSR, FXSR)
CR4_BIT(umip, UMIP, UMIP)
CR4_BIT(fsgsbase, FSGSBASE, FSGSBASE)
CR4_BIT(osxsave, OSXSAVE, XSAVE)

/*
 * Those that are there only. Not SMEP and SMAP, since all memory is ring 3's here: smap.c, access. PCIDE needs a CR3
 * whose low bits are 0, CET CR0.WP.
 */
static void check_cr4_announced(ulong bit, bool has)
{
	ulong cr0 = read_cr0(), cr4 = read_cr4();

	require_msg(has, "CPUID does not announce it");
	if (bit == X86_CR4_PCIDE)
		require((read_cr3() & X86_CR3_PCID_MASK) == 0);
	write_cr0(cr0 | X86_CR0_WP);
	write_cr4(cr4 & ~bit);
	expect_eq(read_cr4(), cr4 & ~bit);
	expect_eq(write_cr4_safe(cr4 | bit), 0);
	expect_eq(read_cr4(), cr4 | bit);
	expect_eq(write_cr4_safe(cr4 & ~bit), 0);
	expect_eq(read_cr4(), cr4 & ~bit);
	write_cr4(cr4);
	write_cr0(cr0);
}

#define X86_FEATURE_KL		CPUID_FEATURE(7, 0, ECX, 23)
#define X86_FEATURE_UINTR	CPUID_FEATURE(7, 0, EDX, 5)
#define CR4_ANNOUNCED(id, bit, feature)							\
	CASE(cr4_##id, "CR4." #bit ": " #feature " is announced, and it can be set and cleared")	\
	{										\
		check_cr4_announced(X86_CR4_##bit, this_cpu_has(X86_FEATURE_##feature));	\
	}
CR4_ANNOUNCED(osxmmexcpt, OSXMMEXCPT, XMM)
#ifdef __x86_64__
CR4_ANNOUNCED(pcide, PCIDE, PCID)
CR4_ANNOUNCED(pke, PKE, PKU)
CR4_ANNOUNCED(pks, PKS, PKS)
CR4_ANNOUNCED(uintr, UINTR, UINTR)
CR4_ANNOUNCED(lam_sup, LAM_SUP, LAM)
#endif
CR4_ANNOUNCED(cet_shstk, CET, SHSTK)
CR4_ANNOUNCED(cet_ibt, CET, IBT)
CR4_ANNOUNCED(kl, KL, KL)
