/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ID registers themselves (Arm ARM, DDI 0487, D19.2 and D12.3 "System register encodings"):
 * reserved ones read as zero, all CPUs have the same, EL0 cannot read them; MIDR_EL1, MPIDR_EL1,
 * CTR_EL0, the caches, and DC ZVA.
 */
#include "case.h"
#include "arch-hooks.h"
#include "on-cpus.h"
#include "asm/setup.h"
#include "asm/try.h"

/* The space of op0 3, op1 0, CRn 0: CRm 1 to 7, op2 0 to 7. */
#define ROW(x, crm) x(crm, 0) x(crm, 1) x(crm, 2) x(crm, 3) x(crm, 4) x(crm, 5) x(crm, 6) x(crm, 7)
#define SPACE(x)	ROW(x, 1) ROW(x, 2) ROW(x, 3) ROW(x, 4) ROW(x, 5) ROW(x, 6) ROW(x, 7)
#define N_ID		56

static void read_all(u64 *values)
{
#define READ(crm, op2)	*values++ = read_sysreg(S3_0_C0_C##crm##_##op2);
	SPACE(READ)
#undef READ
}

static void read_into(void *values)
{
	read_all(values);
}

static u64 own[N_ID];

/* Without a name in DDI 0487: reserved, RAZ. */
static const struct {
	u8 crm, op2;
} reserved[] = {
	{ 3, 3 }, { 3, 7 }, { 4, 3 }, { 4, 6 }, { 5, 3 }, { 5, 6 }, { 5, 7 },
	{ 6, 4 }, { 6, 5 }, { 6, 6 }, { 6, 7 }, { 7, 5 }, { 7, 6 }, { 7, 7 },
};

CASE(id_space,
     "every register of the ID space can be read at EL1, and those that are reserved are zero")
{
	insist(!catch_exception(read_into, own));
	for (size_t i = 0; i < ARRAY_SIZE(reserved); i++)
		expect_eq_msg(own[(reserved[i].crm - 1) * 8 + reserved[i].op2], 0, "S3_0_C0_C%d_%d",
			      reserved[i].crm, reserved[i].op2);
}

CASE(id_fields, "ID_AA64ISAR0_EL1[3:0] is zero, TME 0 or 1; EL0 and EL1 are AArch64, with AArch32 "
		"at EL1 only if EL0 has it")
{
	u64 isar0 = read_sysreg(id_aa64isar0_el1), pfr0 = read_sysreg(id_aa64pfr0_el1);

	expect_eq(isar0 & 15, 0);
	expect_le(id_field(isar0, 24), 1);
	expect_ge(id_field(pfr0, 0), 1);
	expect_le(id_field(pfr0, 0), 2);
	expect_ge(id_field(pfr0, 4), 1);
	expect_le(id_field(pfr0, 4), id_field(pfr0, 0));
}

CASE(id_same, "all CPUs announce the same")
{
	static u64 others[N_ID];

	require(nr_cpus > 1);
	read_all(own);
	for (int cpu = 1; cpu < nr_cpus; cpu++) {
		on_cpu(cpu, read_into, others);
		for (int i = 0; i < N_ID; i++)
			expect_eq_msg(others[i], own[i], "CPU %d: S3_0_C0_C%d_%d", cpu, i / 8 + 1,
				      i % 8);
	}
}

CASE(id_write, "an ID register cannot be written: undefined")
{
	expect_eq(asm_safe("msr s3_0_c0_c4_0, xzr"),
		  (u64)ESR_ELx_EC_UNKNOWN << ESR_ELx_EC_SHIFT | ESR_ELx_IL);
	expect_eq(asm_safe("msr s3_3_c0_c0_1, xzr"),
		  (u64)ESR_ELx_EC_UNKNOWN << ESR_ELx_EC_SHIFT | ESR_ELx_IL);
}

static u64 user_pfr0(u64 unused)
{
	return read_sysreg(id_aa64pfr0_el1) + unused;
}

CASE(id_user, "EL0 cannot read ID registers: undefined, or with FEAT_IDST a trap with its syndrome")
{
	bool idst = id_field(read_sysreg(S3_0_C0_C7_2), 36) != 0;
	u64 esr;

	run_in_user(user_pfr0, 0);
	insist(exception_record()->raised);
	esr = exception_record()->esr;
	if (idst)
		expect_eq(esr & ~0x3e0ul, (u64)ESR_ELx_EC_SYS64 << ESR_ELx_EC_SHIFT | ESR_ELx_IL |
			  ESR_ELx_SYS64(3, 0, 0, 4, 0, 0, 1));
	else
		expect_eq(esr, (u64)ESR_ELx_EC_UNKNOWN << ESR_ELx_EC_SHIFT | ESR_ELx_IL);
}

CASE(midr, "MIDR_EL1: an implementer, architecture 0xf (ID registers); the upper half is zero")
{
	u64 midr = read_sysreg(midr_el1);

	expect_eq(midr >> 32, 0);
	expect_eq(midr >> 16 & 15, 15);
	/* 0 is for software's use: a hypervisor's own CPU model may have it. */
	expect_ne(midr, 0);
}

static u64 mpidrs[NR_CPUS];

static void note_mpidr(void *unused)
{
	(void)unused;
	mpidrs[arch_cpu_id()] = read_sysreg(mpidr_el1);
}

CASE(mpidr, "MPIDR_EL1: bit 31 is one, reserved bits are zero, affinities are the device tree's "
	    "and no two CPUs' the same")
{
	on_cpus(note_mpidr, NULL);
	for (int cpu = 0; cpu < nr_cpus; cpu++) {
		expect_eq_msg(mpidrs[cpu] & MPIDR_HWID_BITMASK, cpus[cpu], "CPU %d", cpu);
		expect_eq_msg(mpidrs[cpu] & ~MPIDR_HWID_BITMASK & ~(1ul << 30 | 1ul << 24),
			      1ul << 31, "CPU %d", cpu);
		for (int other = 0; other < cpu; other++)
			expect_ne(mpidrs[cpu] & MPIDR_HWID_BITMASK,
				  mpidrs[other] & MPIDR_HWID_BITMASK);
	}
}

CASE(ctr, "CTR_EL0: bit 31 is one, 30 zero; granules are at most 2 KiB and no less than a line; "
	  "lines are those of the caches")
{
	u64 ctr = read_sysreg(ctr_el0), clidr = read_sysreg(clidr_el1);
	unsigned int dmin = ctr >> 16 & 15, imin = ctr & 15, erg = ctr >> 20 & 15,
		     cwg = ctr >> 24 & 15, smallest = ~0u;

	expect_eq(ctr >> 30 & 3, 2);
	expect_le(dmin, 9);
	expect_le(imin, 9);
	expect_le(erg, 9);
	expect_le(cwg, 9);
	if (cwg)
		expect_ge(cwg, dmin);
	for (unsigned int level = 0; level < 7; level++) {
		unsigned int type = clidr >> 3 * level & 7;

		if (type < 2)
			continue;		/* no data in it */
		write_sysreg(level << 1, csselr_el1);
		isb();
		/* Log2 of the bytes; dmin counts words. */
		smallest = MIN(smallest, (unsigned int)(read_sysreg(ccsidr_el1) & 7) + 4);
	}
	if (smallest != ~0u)
		expect_eq(dmin + 2, smallest);
}

CASE(clidr, "CLIDR_EL1: types are known ones, none behind the first level without a cache, LoUU "
	    "and LoUIS no more than LoC")
{
	u64 clidr = read_sysreg(clidr_el1);
	bool ended = false;

	for (unsigned int level = 0; level < 7; level++) {
		unsigned int type = clidr >> 3 * level & 7;

		expect_le(type, 4);
		expect_msg(!ended || !type, "level %u", level + 1);
		ended |= !type;
	}
	expect_le(clidr >> 27 & 7, clidr >> 24 & 7);
	expect_le(clidr >> 21 & 7, clidr >> 24 & 7);
}

/* ---- DC ZVA: DCZID_EL0 ---- */

static u8 area[3 * 2048] __aligned(2048);

CASE(zva, "DC ZVA zeroes the aligned block of DCZID_EL0.BS around any address in it, and no byte "
	  "beside it")
{
	u64 dczid = read_sysreg(dczid_el0), size = 4ul << (dczid & 15);

	expect_eq(dczid & ~0x1ful, 0);
	insist(size <= 2048);
	require_msg(!(dczid & 16), "DC ZVA is forbidden");
	for (u64 offset = 0; offset < size; offset += size / 4 + 1) {
		u64 wrong = 0, first = 2048;

		memset(area, 0xee, sizeof(area));
		asm volatile("dc zva, %0" : : "r" (area + first + offset) : "memory");
		for (u64 i = 0; i < sizeof(area); i++)
			wrong += area[i] != (i >= first && i < first + size ? 0 : 0xee);
		expect_eq_msg(wrong, 0, "offset %" PRIu64, offset);
	}
}

static u64 user_dczid(u64 unused)
{
	return read_sysreg(dczid_el0) + unused;
}

static u64 user_zva(u64 address)
{
	asm volatile("dc zva, %0" : : "r" (address) : "memory");
	return 0;
}

#define SCTLR_DZE	(1ul << 14)

CASE(zva_user,
     "SCTLR_EL1.DZE: EL0 may use DC ZVA; without it DCZID_EL0.DZP is 1 at EL0, and it traps")
{
	u64 sctlr = read_sysreg(sctlr_el1), forbidden, allowed;
	bool raised;

	write_sysreg(sctlr | SCTLR_DZE, sctlr_el1);
	isb();
	allowed = run_in_user(user_dczid, 0);
	run_in_user(user_zva, (u64)area);
	raised = exception_record()->raised;
	write_sysreg(sctlr & ~SCTLR_DZE, sctlr_el1);
	isb();
	forbidden = run_in_user(user_dczid, 0);
	run_in_user(user_zva, (u64)area);
	write_sysreg(sctlr, sctlr_el1);
	isb();
	expect_eq(allowed, read_sysreg(dczid_el0));
	expect(!raised);
	expect_eq(forbidden, read_sysreg(dczid_el0) | 16);
	expect(exception_record()->raised);
	/* Rt is the compiler's. */
	expect_eq(exception_record()->esr & ~0x3e0ul, (u64)ESR_ELx_EC_SYS64 << ESR_ELx_EC_SHIFT |
							      ESR_ELx_IL |
							      ESR_ELx_SYS64(1, 3, 7, 4, 1, 0, 0));
}
