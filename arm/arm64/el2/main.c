/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * el2: what EL2 promises a hypervisor, by one that is as small as can be: the library's EL1 is the
 * guest, EL2 sets traps and records what arrives (asm/el2.h). Here: HVC, and the traps of HCR_EL2,
 * CPTR_EL2, MDCR_EL2, CNTHCTL_EL2 with all of ESR_EL2, ELR_EL2 and SPSR_EL2 (Arm ARM, DDI 0487,
 * D1.3 and the registers' descriptions in D19); stage2.c: translation; virtual.c: virtual
 * interrupts and time; user.c: TGE; vhe.c: E2H.
 */
#include "case.h"
#include "vmalloc.h"
#include "el2.h"

EL2_REGISTER(cptr_el2)
EL2_REGISTER(mdcr_el2)
EL2_REGISTER(cnthctl_el2)

void case_setup(void)
{
	require_msg(el2_available(), "not entered at EL2");
	setup_vm();
	el2_open();
}

void el2_hcr(u64 clear, u64 set)
{
	el2_set_hcr_el2((el2_get_hcr_el2() & ~clear) | set);
}

CASE(hvc, "HVC: class 0x16, its number, ELR_EL2 behind it, SPSR_EL2 is EL1's PSTATE; X0 to X30 "
	  "come back")
{
	u64 behind;

	el2_expect();
	asm volatile("adr %0, 1f\n\thvc #0x1234\n1:" : "=r" (behind) : : "memory");
	expect_eq(el2_record.count, 1);
	expect_eq(el2_record.vector, EL0_SYNC_64);
	expect_eq(el2_record.esr, ESR(ESR_ELx_EC_HVC64, 0x1234));
	expect_eq(el2_record.elr, behind);
	expect_eq(el2_record.spsr & (PSR_MODE_MASK | PSR_MODE32_BIT | PSR_IL_BIT | PSR_SS_BIT),
		  PSR_MODE_EL1h);
	expect_eq(el2_record.spsr & 0x3c0, read_sysreg(daif));
	el2_expect();
	asm volatile("hvc #0xffff" : : : "memory");
	expect_eq(el2_record.esr, ESR(ESR_ELx_EC_HVC64, 0xffff));
}

static u64 user_hvc(u64 unused)
{
	asm volatile(".inst 0xd4000002" : : : "memory");	/* hvc #0 */
	return unused;
}

CASE(hvc_user, "HVC at EL0 is undefined, and EL1's")
{
	el2_expect();
	run_in_user(user_hvc, 0);
	expect(exception_record()->raised);
	expect_eq(exception_record()->vector, EL0_SYNC_64);
	expect_eq(exception_record()->esr, ESR(ESR_ELx_EC_UNKNOWN, 0));
	expect_eq(el2_record.count, 0);
}

/* Without HVC the way back is a trap: of SMC. */
static void back_by_smc(enum vector v, struct pt_regs *regs, u64 esr)
{
	(void)v;
	(void)esr;
	write_sysreg(HCR_DEFAULT, hcr_el2);
	regs->pc += 4;
}

CASE(hcd, "HCR_EL2.HCD makes HVC undefined at EL1, where there is no EL3; without it HVC is EL2's")
{
	u64 esr;

	require_msg(id_field(read_sysreg(id_aa64pfr0_el1), 12) == 0, "EL3");
	el2_expect();
	expect_eq(asm_safe("hvc #1"), 0);
	expect_eq(el2_record.count, 1);
	el2_handler = back_by_smc;
	el2_hcr(0, HCR_HCD | 1ul << 19);
	esr = asm_safe("hvc #1");
	asm volatile("smc #0" : : : "x0", "memory");
	el2_handler = NULL;
	expect_eq(esr, ESR(ESR_ELx_EC_UNKNOWN, 0));
	expect_eq(asm_safe("hvc #1"), 0);
}

/* ---- traps ---- */

#define INSN(name, text)	static void name(void) { asm volatile(text : : : "x0", "memory"); }
#define WRITE(name, reg)	INSN(name, "mrs x0, " reg "\n\tmsr " reg ", x0")
#define READ(name, reg)		INSN(name, "mrs x0, " reg)

WRITE(write_sctlr, "sctlr_el1")		READ(read_sctlr, "sctlr_el1")
WRITE(write_ttbr0, "ttbr0_el1")		READ(read_ttbr0, "ttbr0_el1")
WRITE(write_ttbr1, "ttbr1_el1")		READ(read_ttbr1, "ttbr1_el1")
WRITE(write_tcr, "tcr_el1")		READ(read_tcr, "tcr_el1")
WRITE(write_esr, "esr_el1")		READ(read_esr, "esr_el1")
WRITE(write_far, "far_el1")		READ(read_far, "far_el1")
WRITE(write_mair, "mair_el1")		READ(read_mair, "mair_el1")
WRITE(write_contextidr, "contextidr_el1") READ(read_contextidr, "contextidr_el1")
READ(read_actlr, "actlr_el1")
READ(read_revidr, "revidr_el1")
READ(read_ctr, "ctr_el0")
READ(read_ccsidr, "ccsidr_el1")
READ(read_midr, "midr_el1")
READ(read_pfr0, "id_aa64pfr0_el1")
READ(read_mmfr0, "id_aa64mmfr0_el1")
READ(read_dfr0, "id_aa64dfr0_el1")
READ(read_dczid, "dczid_el0")
READ(read_cpacr, "cpacr_el1")
WRITE(write_cpacr, "cpacr_el1")
READ(read_cntpct, "cntpct_el0")
READ(read_cntp_ctl, "cntp_ctl_el0")
WRITE(write_cntp_cval, "cntp_cval_el0")
READ(read_cntv_ctl, "cntv_ctl_el0")
READ(read_mdscr, "mdscr_el1")
READ(read_dbgbvr0, "dbgbvr0_el1")
READ(read_oslsr, "oslsr_el1")
INSN(tlbi_all, "tlbi vmalle1")
INSN(tlbi_va, "mov x0, xzr\n\ttlbi vae1is, x0")
INSN(ic_iallu, "ic iallu")
INSN(dc_cvau, "adr x0, .\n\tdc cvau, x0")
INSN(dc_civac, "mov x0, sp\n\tdc civac, x0")
INSN(fmov, ".inst 0x1e604000")
INSN(read_fpcr, "mrs x0, " xstr(FPCR))

enum which { HCR, CPTR, MDCR, CNTHCTL };

/* Behind each: what the trapped instruction's syndrome is. flip: the bit traps when it is 0. */
#define SYS(op0, op1, crn, crm, op2, read)						\
	ESR(ESR_ELx_EC_SYS64, ESR_ELx_SYS64(op0, op1, crn, crm, op2, 0, read))
#define FP_TRAP					ESR(ESR_ELx_EC_FP_ASIMD, 0x1e00000)

static const struct trap {
	const char *name;
	enum which which;
	int bit;
	bool flip;
	void (*insn)(void);
	u64 esr;
} traps[] = {
	{ "TVM: SCTLR_EL1", HCR, 26, false, write_sctlr, SYS(3, 0, 1, 0, 0, 0) },
	{ "TVM: TTBR0_EL1", HCR, 26, false, write_ttbr0, SYS(3, 0, 2, 0, 0, 0) },
	{ "TVM: TTBR1_EL1", HCR, 26, false, write_ttbr1, SYS(3, 0, 2, 0, 1, 0) },
	{ "TVM: TCR_EL1", HCR, 26, false, write_tcr, SYS(3, 0, 2, 0, 2, 0) },
	{ "TVM: ESR_EL1", HCR, 26, false, write_esr, SYS(3, 0, 5, 2, 0, 0) },
	{ "TVM: FAR_EL1", HCR, 26, false, write_far, SYS(3, 0, 6, 0, 0, 0) },
	{ "TVM: MAIR_EL1", HCR, 26, false, write_mair, SYS(3, 0, 10, 2, 0, 0) },
	{ "TVM: CONTEXTIDR_EL1", HCR, 26, false, write_contextidr, SYS(3, 0, 13, 0, 1, 0) },
	{ "TRVM: SCTLR_EL1", HCR, 30, false, read_sctlr, SYS(3, 0, 1, 0, 0, 1) },
	{ "TRVM: TTBR0_EL1", HCR, 30, false, read_ttbr0, SYS(3, 0, 2, 0, 0, 1) },
	{ "TRVM: TTBR1_EL1", HCR, 30, false, read_ttbr1, SYS(3, 0, 2, 0, 1, 1) },
	{ "TRVM: TCR_EL1", HCR, 30, false, read_tcr, SYS(3, 0, 2, 0, 2, 1) },
	{ "TRVM: ESR_EL1", HCR, 30, false, read_esr, SYS(3, 0, 5, 2, 0, 1) },
	{ "TRVM: FAR_EL1", HCR, 30, false, read_far, SYS(3, 0, 6, 0, 0, 1) },
	{ "TRVM: MAIR_EL1", HCR, 30, false, read_mair, SYS(3, 0, 10, 2, 0, 1) },
	{ "TRVM: CONTEXTIDR_EL1", HCR, 30, false, read_contextidr, SYS(3, 0, 13, 0, 1, 1) },
	{ "TACR: ACTLR_EL1", HCR, 21, false, read_actlr, SYS(3, 0, 1, 0, 1, 1) },
	{ "TID1: REVIDR_EL1", HCR, 16, false, read_revidr, SYS(3, 0, 0, 0, 6, 1) },
	{ "TID2: CTR_EL0", HCR, 17, false, read_ctr, SYS(3, 3, 0, 0, 1, 1) },
	{ "TID2: CCSIDR_EL1", HCR, 17, false, read_ccsidr, SYS(3, 1, 0, 0, 0, 1) },
	{ "TID3: ID_AA64PFR0_EL1", HCR, 18, false, read_pfr0, SYS(3, 0, 0, 4, 0, 1) },
	{ "TID3: ID_AA64MMFR0_EL1", HCR, 18, false, read_mmfr0, SYS(3, 0, 0, 7, 0, 1) },
	{ "TID3: ID_AA64DFR0_EL1", HCR, 18, false, read_dfr0, SYS(3, 0, 0, 5, 0, 1) },
	{ "TTLB: TLBI VMALLE1", HCR, 25, false, tlbi_all,
	  ESR(ESR_ELx_EC_SYS64, ESR_ELx_SYS64(1, 0, 8, 7, 0, 31, 0)) },
	{ "TTLB: TLBI VAE1IS", HCR, 25, false, tlbi_va, SYS(1, 0, 8, 3, 1, 0) },
	{ "TPU: IC IALLU", HCR, 24, false, ic_iallu,
	  ESR(ESR_ELx_EC_SYS64, ESR_ELx_SYS64(1, 0, 7, 5, 0, 31, 0)) },
	{ "TPU: DC CVAU", HCR, 24, false, dc_cvau, SYS(1, 3, 7, 11, 1, 0) },
	{ "TPC: DC CIVAC", HCR, 23, false, dc_civac, SYS(1, 3, 7, 14, 1, 0) },
	{ "CPTR_EL2.TFP: FMOV", CPTR, 10, false, fmov, FP_TRAP },
	{ "CPTR_EL2.TFP: FPCR", CPTR, 10, false, read_fpcr, FP_TRAP },
	{ "CPTR_EL2.TCPAC: CPACR_EL1, read", CPTR, 31, false, read_cpacr, SYS(3, 0, 1, 0, 2, 1) },
	{ "CPTR_EL2.TCPAC: CPACR_EL1, written", CPTR, 31, false, write_cpacr,
	  SYS(3, 0, 1, 0, 2, 1) },
	{ "MDCR_EL2.TDA: MDSCR_EL1", MDCR, 9, false, read_mdscr, SYS(2, 0, 0, 2, 2, 1) },
	{ "MDCR_EL2.TDA: DBGBVR0_EL1", MDCR, 9, false, read_dbgbvr0, SYS(2, 0, 0, 0, 4, 1) },
	{ "MDCR_EL2.TDOSA: OSLSR_EL1", MDCR, 10, false, read_oslsr, SYS(2, 0, 1, 1, 4, 1) },
	{ "CNTHCTL_EL2.EL1PCTEN: CNTPCT_EL0", CNTHCTL, 0, true, read_cntpct,
	  SYS(3, 3, 14, 0, 1, 1) },
	{ "CNTHCTL_EL2.EL1PCEN: CNTP_CTL_EL0", CNTHCTL, 1, true, read_cntp_ctl,
	  SYS(3, 3, 14, 2, 1, 1) },
	{ "CNTHCTL_EL2.EL1PCEN: CNTP_CVAL_EL0, read first", CNTHCTL, 1, true, write_cntp_cval,
	  SYS(3, 3, 14, 2, 2, 1) },
};

static u64 get(enum which which)
{
	switch (which) {
	case HCR: return el2_get_hcr_el2();
	case CPTR: return el2_get_cptr_el2();
	case MDCR: return el2_get_mdcr_el2();
	case CNTHCTL: return el2_get_cnthctl_el2();
	}
	return 0;
}

static void set(enum which which, u64 value)
{
	switch (which) {
	case HCR: el2_set_hcr_el2(value); break;
	case CPTR: el2_set_cptr_el2(value); break;
	case MDCR: el2_set_mdcr_el2(value); break;
	case CNTHCTL: el2_set_cnthctl_el2(value); break;
	}
}

static void run_row(const struct trap *t)
{
	u64 old = get(t->which), bit = 1ul << t->bit;
	struct el2_record taken;

	el2_expect();
	t->insn();
	expect_eq_msg(el2_record.count, 0, "%s, allowed", t->name);
	set(t->which, t->flip ? old & ~bit : old | bit);
	el2_expect();
	t->insn();
	taken = el2_record;
	set(t->which, old);
	expect_msg(taken.count > 0, "%s traps", t->name);
	expect_eq_msg(taken.esr, t->esr, "%s", t->name);
	expect_eq_msg(taken.vector, EL0_SYNC_64, "%s", t->name);
	expect_eq_msg(taken.spsr & PSR_MODE_MASK, PSR_MODE_EL1h, "%s", t->name);
}

CASE(traps, "each trap of HCR_EL2, CPTR_EL2, MDCR_EL2 and CNTHCTL_EL2: taken to EL2 with the whole "
	    "syndrome when it is set only")
{
	for (size_t i = 0; i < ARRAY_SIZE(traps); i++)
		run_row(&traps[i]);
}

static void (*const untrapped[])(void) = { read_midr, read_dczid, read_cntv_ctl, fmov };

CASE(traps_not, "with all traps of the virtual memory and ID registers set, what they do not name "
		"works at EL1")
{
	u32 count = 0;

	el2_hcr(0,
		1ul << 26 | 1ul << 30 | 1ul << 16 | 1ul << 17 | 1ul << 18 | 1ul << 25 | 1ul << 24);
	el2_expect();
	for (size_t i = 0; i < ARRAY_SIZE(untrapped); i++) {
		untrapped[i]();
		count += el2_record.count;
	}
	el2_set_hcr_el2(HCR_DEFAULT);
	expect_eq(count, 0);
}

CASE(smc, "HCR_EL2.TSC: SMC traps with class 0x17, its number, and ELR_EL2 at it")
{
	u64 at;

	el2_hcr(0, 1ul << 19);
	el2_expect();
	asm volatile("adr %0, 1f\n1:\tsmc #0x4321" : "=r" (at) : : "memory");
	expect_eq(el2_record.count, 1);
	expect_eq(el2_record.esr, ESR(ESR_ELx_EC_SMC64, 0x4321));
	expect_eq(el2_record.elr, at);
}

/*
 * These traps are never sure to be taken: WFI and WFE may always complete (Arm ARM, HCR_EL2.TWI and
 * TWE).
 */
static void expect_wait(u64 iss)
{
	expect_le(el2_record.count, 1);
	expect_eq(el2_record.esr, el2_record.count ? ESR(ESR_ELx_EC_WFx, iss) : 0);
}

CASE(wfi_wfe, "HCR_EL2.TWI and TWE: if it traps, class 1, CV, condition 0b1110, and TI says which; "
	      "without them neither does")
{
	const u64 twi = 1ul << 13, twe = 1ul << 14;

	asm volatile("sevl\n\twfe" : : : "memory");	/* no event is left */
	el2_hcr(0, twi);
	el2_expect();
	asm volatile("wfi" : : : "memory");
	expect_wait(0x1e00000);
	el2_hcr(twi, twe);
	el2_expect();
	asm volatile("wfe" : : : "memory");
	expect_wait(0x1e00001);
	el2_expect();
	asm volatile("sevl\n\twfe" : : : "memory");
	expect_eq(el2_record.count, 0);
	el2_hcr(twe, 0);
	el2_expect();
	asm volatile("sevl\n\twfe" : : : "memory");
	expect_eq(el2_record.count, 0);
}

static u64 user_read_ctr(u64 unused)
{
	u64 value;

	asm volatile("mrs %0, ctr_el0" : "=r" (value));
	return value + unused;
}

CASE(trap_user, "a trap of EL0 is EL2's too, with EL0's PSTATE: TID2 for CTR_EL0")
{
	el2_hcr(0, 1ul << 17);
	el2_expect();
	run_in_user(user_read_ctr, 0);
	expect(!exception_record()->raised);
	expect_eq(el2_record.count, 1);
	/* Rt is the compiler's. */
	expect_eq(el2_record.esr & ~0x3e0ul, SYS(3, 3, 0, 0, 1, 1));
	expect_eq(el2_record.spsr & PSR_MODE_MASK, PSR_MODE_EL0t);
}

static u64 at_el2_undefined(u64 unused)
{
	asm volatile("udf #0" : : : "memory");
	return unused;
}

CASE(own_exception,
     "an exception at EL2 arrives by EL2's own vector and leaves EL1's ESR and ELR alone")
{
	u64 result;

	write_sysreg(0x1234, esr_el1);
	write_sysreg(0x5678, elr_el1);
	el2_expect();
	expect(!el2_try(at_el2_undefined, 0, &result));
	expect_eq(el2_record.vector, EL1H_SYNC);
	expect_eq(el2_record.esr, ESR(ESR_ELx_EC_UNKNOWN, 0));
	expect_eq(el2_record.spsr & PSR_MODE_MASK, PSR_MODE_EL2h);
	expect_eq(read_sysreg(esr_el1), 0x1234);
	expect_eq(read_sysreg(elr_el1), 0x5678);
}

CASE(identity, "VPIDR_EL2 and VMPIDR_EL2 are what MIDR_EL1 and MPIDR_EL1 read at EL1")
{
	u64 midr = read_sysreg(midr_el1), mpidr = read_sysreg(mpidr_el1);
	extern u64 at_el2_identity(u64 on);

	el2_call(at_el2_identity, 0);
	expect_eq(read_sysreg(midr_el1), 0x12345678);
	expect_eq(read_sysreg(mpidr_el1), 0x80000123);
	el2_call(at_el2_identity, 1);
	expect_eq(read_sysreg(midr_el1), midr);
	expect_eq(read_sysreg(mpidr_el1), mpidr);
}

u64 at_el2_identity(u64 real);
u64 at_el2_identity(u64 real)
{
	write_sysreg(real ? read_sysreg(midr_el1) : 0x12345678, vpidr_el2);
	write_sysreg(real ? read_sysreg(mpidr_el1) : 0x80000123, vmpidr_el2);
	isb();
	return 0;
}
