/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mte: memory tagging (FEAT_MTE2; Arm ARM, DDI 0487, D10 "The Memory Tagging Extension"):
 * instructions on tags, tag check faults, synchronous, accumulated in TFSR_EL1, or by kind
 * (FEAT_MTE3), and what is not checked. Tagged memory is mapped at an upper address (asm/upper.h)
 * with TBI1, so that only what a case does is checked. QEMU: -machine mte=on.
 */
#include "case.h"
#include "alloc_page.h"
#include "asm/mmu.h"
#include "asm/try.h"
#include "asm/upper.h"

#define ESR(ec, iss)	((u64)(ec) << ESR_ELx_EC_SHIFT | ESR_ELx_IL | (iss))
#define TCMA1		(1ul << 58)
#define TCF_SYNC	1ul
#define TCF_ASYNC	2ul
#define TCF_ASYMM	3ul
#define GCR_EL1		S3_0_C1_C0_6
#define RGSR_EL1	S3_0_C1_C0_5
#define GRANULE		16

/*
 * Instructions with fixed registers, for assemblers that do not know them: X0 and the address X1,
 * or X2.
 */
#define LDG	".inst 0xd9600020"	/* ldg x0, [x1] */
#define STG	".inst 0xd9200820"	/* stg x0, [x1] */
#define ST2G	".inst 0xd9a00820"
#define STZG	".inst 0xd9600820"
#define IRG	".inst 0x9ac21020"	/* irg x0, x1, x2 */
#define ADDG	".inst 0x91810c20"	/* addg x0, x1, #16, #3 */
#define SUBG	".inst 0xd1810c20"
#define GMI	".inst 0x9ac21420"	/* gmi x0, x1, x2 */
#define SUBP	".inst 0x9ac20020"	/* subp x0, x1, x2 */

#define execute(insn, x0_, x1_, x2_) __extension__ ({					\
	u64 a_ = (x0_), b_ = (x1_), c_ = (x2_);						\
	register u64 r0 asm("x0") = a_;							\
	register u64 r1 asm("x1") = b_;							\
	register u64 r2 asm("x2") = c_;							\
											\
	asm volatile(insn : "+r" (r0) : "r" (r1), "r" (r2) : "memory");			\
	r0;										\
})

static struct upper u;
static char *page;		/* the memory, by an address without checks */
static u64 va;			/* the same with tags */

static unsigned int feature(void)
{
	return id_field(read_sysreg(id_aa64pfr1_el1), ID_AA64PFR1_EL1_MTE_SHIFT);
}

static u64 with_tag(u64 address, unsigned int tag)
{
	return (address & ~(15ul << 56)) | (u64)tag << 56;
}

static unsigned int tag_of(u64 address)
{
	return address >> 56 & 15;
}

static void set_sctlr(u64 tcf, u64 tcf0)
{
	u64 sctlr = read_sysreg(sctlr_el1) & ~(SCTLR_EL1_TCF_MASK | SCTLR_EL1_TCF0_MASK);

	write_sysreg(sctlr | tcf << SCTLR_EL1_TCF_SHIFT | tcf0 << SCTLR_EL1_TCF0_SHIFT |
			     SCTLR_EL1_ATA | SCTLR_EL1_ATA0,
		     sctlr_el1);
	isb();
}

static void start(u64 tcf)
{
	require_msg(feature() >= 2, "no FEAT_MTE2");
	page = alloc_page();
	upper_open(&u, 12, 48);
	upper_use(&u, TCR_TBI1);
	va = u.base;
	upper_set(&u, 3, va,
		  virt_to_phys(page) | PTE_ATTRINDX(MT_NORMAL_TAGGED) | PTE_SHARED | PTE_AF |
			  PTE_USER | PTE_TYPE_PAGE);
	write_sysreg_s(0, TFSR_EL1);
	write_sysreg_s(0, TFSRE0_EL1);
	write_sysreg_s(0, TCO);
	set_sctlr(tcf, 0);
}

static void stop(void)
{
	write_sysreg(read_sysreg(sctlr_el1) & ~(SCTLR_EL1_TCF_MASK | SCTLR_EL1_TCF0_MASK |
						SCTLR_EL1_ATA | SCTLR_EL1_ATA0),
		     sctlr_el1);
	write_sysreg_s(0, TFSR_EL1);
	write_sysreg_s(0, TFSRE0_EL1);
	isb();
	upper_close(&u);
	free_page(page);
}

static void store_tag(u64 address, unsigned int tag)
{
	execute(STG, with_tag(address, tag), address, 0);
}

static unsigned int load_tag(u64 address)
{
	return tag_of(execute(LDG, 0, address, 0));
}

static u64 flags(u64 *other)
{
	dsb(ish);
	isb();
	*other = read_sysreg_s(TFSRE0_EL1);
	return read_sysreg_s(TFSR_EL1);
}

static u64 load(u64 address)
{
	u64 value = 0;

	return asm_safe_out1("ldr %0, [%1]", "+r" (value), "r" (address));
}

static u64 store(u64 address)
{
	return asm_safe("str xzr, [%0]", "r" (address));
}

CASE(absent,
     "without FEAT_MTE2 its system registers are undefined, and what tags there are do nothing")
{
	require_msg(feature() < 2, "FEAT_MTE2");
	expect_eq(asm_safe("mrs x0, " xstr(TFSR_EL1), "r" (0)), ESR(ESR_ELx_EC_UNKNOWN, 0));
	expect_eq(asm_safe("mrs x0, " xstr(GCR_EL1), "r" (0)), ESR(ESR_ELx_EC_UNKNOWN, 0));
	expect_eq(asm_safe("mrs x0, " xstr(RGSR_EL1), "r" (0)), ESR(ESR_ELx_EC_UNKNOWN, 0));
}

/* ---- instructions ---- */

CASE(addg, "ADDG and SUBG change address and tag by themselves; the tag wraps, and excluded ones "
	   "are left out")
{
	start(0);
	write_sysreg_s(0, GCR_EL1);
	isb();
	expect_eq(execute(ADDG, 0, with_tag(va + 0x100, 2), 0), with_tag(va + 0x110, 5));
	expect_eq(execute(ADDG, 0, with_tag(va + 0x100, 15), 0), with_tag(va + 0x110, 2));
	/* SUBG subtracts from the address and adds to the tag. */
	expect_eq(execute(SUBG, 0, with_tag(va + 0x110, 2), 0), with_tag(va + 0x100, 5));
	write_sysreg_s(1 << 5 | 1 << 6, GCR_EL1);
	isb();
	expect_eq(tag_of(execute(ADDG, 0, with_tag(va, 4), 0)), 9);
	write_sysreg_s(0xffff, GCR_EL1);
	isb();
	expect_eq(tag_of(execute(ADDG, 0, with_tag(va, 4), 0)), 0);
	write_sysreg_s(0, GCR_EL1);
	stop();
}

CASE(irg, "IRG gives a tag that neither GCR_EL1.Exclude nor its operand excludes, 0 if all are; "
	  "the address stays")
{
	start(0);
	write_sysreg_s(0x0f0f, GCR_EL1);
	isb();
	for (int i = 0; i < 100; i++) {
		u64 got = execute(IRG, 0, with_tag(va + 0x40, 1), 0x3030);

		expect_eq_msg(1u << tag_of(got) & 0x3f3f, 0, "tag %u", tag_of(got));
		expect_eq(with_tag(got, 0), with_tag(va + 0x40, 0));
	}
	write_sysreg_s(0xfff7, GCR_EL1);
	isb();
	expect_eq(tag_of(execute(IRG, 0, va, 0)), 3);
	expect_eq(tag_of(execute(IRG, 0, va, 8)), 0);
	write_sysreg_s(0, GCR_EL1);
	stop();
}

CASE(gmi_subp, "GMI adds an address' tag to a mask; SUBP is the difference of addresses of 56 "
	       "bits, without tags")
{
	start(0);
	expect_eq(execute(GMI, 0, with_tag(va, 9), 0x4001), 0x4201);
	expect_eq(execute(GMI, 0, with_tag(va, 0), 0), 1);
	expect_eq(execute(SUBP, 0, with_tag(va + 0x30, 7), with_tag(va + 0x10, 2)), 0x20);
	expect_eq(execute(SUBP, 0, with_tag(va, 7), with_tag(va + 0x10, 2)), -0x10ull);
	stop();
}

CASE(tags, "STG and LDG: a tag for each 16 bytes, all 16 values; ST2G sets two, STZG clears the "
	   "data, STG leaves it")
{
	start(0);
	for (unsigned int i = 0; i < 64; i++)
		store_tag(va + GRANULE * i, i & 15);
	for (unsigned int i = 0; i < 64; i++)
		expect_eq_msg(load_tag(va + GRANULE * i + 7), i & 15, "granule %u", i);
	execute(ST2G, with_tag(va, 12), va + GRANULE * 4, 0);
	expect_eq(load_tag(va + GRANULE * 3), 3);
	expect_eq(load_tag(va + GRANULE * 4), 12);
	expect_eq(load_tag(va + GRANULE * 5), 12);
	expect_eq(load_tag(va + GRANULE * 6), 6);
	memset(page, 0x77, 64);
	store_tag(va, 1);
	expect_eq(page[0], 0x77);
	execute(STZG, with_tag(va, 2), va + GRANULE, 0);
	expect_eq(page[GRANULE - 1], 0x77);
	expect_eq(page[GRANULE], 0);
	expect_eq(page[2 * GRANULE - 1], 0);
	expect_eq(page[2 * GRANULE], 0x77);
	expect_eq(load_tag(va + GRANULE), 2);
	/* LDG keeps the register's other bits. */
	expect_eq(execute(LDG, 0x1122334455667788, va + GRANULE, 0), 0x1222334455667788);
	stop();
}

CASE(stg_alignment, "STG to an address that is no multiple of 16 is an alignment fault, as a write")
{
	u64 esr;

	start(0);
	exception_record()->raised = false;
	asm volatile("mov x0, %0\n\tmov x1, %0\n1: " STG
		     "\n2:\n\t" __ASM_EX_ENTRY("1b", "2b", EX_TRY)
		     :
		     : "r"(va + 8)
		     : "x0", "x1", "memory");
	esr = exception_record()->esr;
	expect(exception_record()->raised);
	expect_eq(esr, ESR(ESR_ELx_EC_DABT_CUR, ESR_ELx_FSC_ALIGN | ESR_ELx_WNR));
	stop();
}

/* ---- checks ---- */

#define FAULT		ESR(ESR_ELx_EC_DABT_CUR, ESR_ELx_FSC_MTE)

/* FAR_EL1[63:60] is not known after a tag check fault. */
static void expect_far(u64 address)
{
	expect_eq(exception_record()->far << 4, address << 4);
}

CASE(sync, "TCF 1: a load or store with another tag faults, status 0x11, all of FAR but its top; "
	   "with the right tag it works")
{
	u64 other;

	start(TCF_SYNC);
	store_tag(va, 5);
	for (unsigned int tag = 0; tag < 16; tag++) {
		u64 address = with_tag(va + 8, tag);

		expect_eq_msg(load(address), tag == 5 ? 0 : FAULT, "tag %u", tag);
		if (tag != 5)
			expect_far(address);
		*(u64 *)(page + 8) = 0x1234;
		expect_eq_msg(store(address), tag == 5 ? 0 : FAULT | ESR_ELx_WNR, "tag %u", tag);
		expect_eq_msg(*(u64 *)(page + 8), tag == 5 ? 0 : 0x1234, "tag %u", tag);
	}
	expect_eq(flags(&other), 0);
	stop();
}

CASE(sync_second, "an access over two granules is checked in both")
{
	start(TCF_SYNC);
	store_tag(va, 5);
	store_tag(va + GRANULE, 6);
	store_tag(va + 2 * GRANULE, 5);
	expect_eq(load(with_tag(va + 12, 5)), FAULT);
	store_tag(va + GRANULE, 5);
	expect_eq(load(with_tag(va + 12, 5)), 0);
	stop();
}

CASE(async, "TCF 2: the access happens, and TFSR_EL1 has the bit of its half of the addresses")
{
	u64 other;

	start(TCF_ASYNC);
	store_tag(va, 5);
	expect_eq(load(with_tag(va, 5)), 0);
	expect_eq(flags(&other), 0);
	*(u64 *)page = 0x1234;
	expect_eq(store(with_tag(va, 6)), 0);
	expect_eq(flags(&other), TFSR_EL1_TF1);
	expect_eq(other, 0);
	expect_eq(*(u64 *)page, 0);
	write_sysreg_s(0, TFSR_EL1);
	expect_eq(load(with_tag(va, 6)), 0);
	expect_eq(flags(&other), TFSR_EL1_TF1);
	stop();
}

CASE(asymm, "TCF 3 (FEAT_MTE3): loads fault, stores happen and are noted")
{
	u64 other;

	start(TCF_ASYMM);
	if (feature() < 3)
		stop();
	require_msg(feature() >= 3, "no FEAT_MTE3");
	store_tag(va, 5);
	expect_eq(load(with_tag(va, 6)), FAULT);
	expect_eq(flags(&other), 0);
	*(u64 *)page = 0x1234;
	expect_eq(store(with_tag(va, 6)), 0);
	expect_eq(flags(&other), TFSR_EL1_TF1);
	expect_eq(*(u64 *)page, 0);
	stop();
}

CASE(unchecked, "no check with TCF 0, PSTATE.TCO, without ATA, with TCMA1 for tag 0xf, or of "
		"memory that is not tagged")
{
	u64 other, results[5];

	start(0);
	store_tag(va, 5);
	results[0] = load(with_tag(va, 6));
	set_sctlr(TCF_SYNC, 0);
	write_sysreg_s(1ul << 25, TCO);
	results[1] = load(with_tag(va, 6));
	write_sysreg_s(0, TCO);
	write_sysreg(read_sysreg(sctlr_el1) & ~SCTLR_EL1_ATA, sctlr_el1);
	isb();
	results[2] = load(with_tag(va, 6));
	expect_eq(load_tag(va), 0);
	set_sctlr(TCF_SYNC, 0);
	expect_eq(load_tag(va), 5);
	upper_use(&u, TCR_TBI1 | TCMA1);
	results[3] = load(with_tag(va, 15));
	expect_eq(load(with_tag(va, 6)), FAULT);
	upper_use(&u, TCR_TBI1);
	expect_eq(load(with_tag(va, 15)), FAULT);
	upper_set(&u, 3, va,
		  (*upper_entry(&u, 3, va) & ~PTE_ATTRINDX_MASK) | PTE_ATTRINDX(MT_NORMAL));
	results[4] = load(with_tag(va, 6));
	expect_eq(load_tag(va), 0);
	for (size_t i = 0; i < ARRAY_SIZE(results); i++)
		expect_eq_msg(results[i], 0, "way %zu", i);
	expect_eq(flags(&other), 0);
	stop();
}

static u64 user_load(u64 address)
{
	return *(volatile u64 *)address;
}

CASE(user, "EL0's accesses are checked by TCF0 and ATA0: class 0x24, or TFSRE0_EL1; EL1's are not")
{
	u64 other;

	start(0);
	store_tag(va, 5);
	set_sctlr(0, TCF_SYNC);
	run_in_user(user_load, with_tag(va, 6));
	expect(exception_record()->raised);
	expect_eq(exception_record()->esr, ESR(ESR_ELx_EC_DABT_LOW, ESR_ELx_FSC_MTE));
	expect_far(with_tag(va, 6));
	run_in_user(user_load, with_tag(va, 5));
	expect(!exception_record()->raised);
	expect_eq(load(with_tag(va, 6)), 0);
	set_sctlr(0, TCF_ASYNC);
	run_in_user(user_load, with_tag(va, 6));
	expect(!exception_record()->raised);
	expect_eq(flags(&other), 0);
	expect_eq(other, TFSR_EL1_TF1);
	write_sysreg_s(0, TFSRE0_EL1);
	set_sctlr(0, TCF_SYNC);
	write_sysreg(read_sysreg(sctlr_el1) & ~SCTLR_EL1_ATA0, sctlr_el1);
	isb();
	run_in_user(user_load, with_tag(va, 6));
	expect(!exception_record()->raised);
	stop();
}

CASE(tco, "an exception sets PSTATE.TCO and saves the old one; the return brings it back")
{
	start(TCF_SYNC);
	expect_eq(read_sysreg_s(TCO), 0);
	asm_safe("udf #0");
	expect_eq(exception_record()->spsr & PSR_TCO_BIT, 0);
	expect_eq(read_sysreg_s(TCO), 0);
	write_sysreg_s(1ul << 25, TCO);
	asm_safe("udf #0");
	expect_eq(exception_record()->spsr & PSR_TCO_BIT, PSR_TCO_BIT);
	expect_eq(read_sysreg_s(TCO), 1ul << 25);
	write_sysreg_s(0, TCO);
	stop();
}

CASE(registers, "GCR_EL1 and RGSR_EL1 hold their fields; IRG with RRND 0 goes on from RGSR_EL1")
{
	u64 first, second;

	start(0);
	write_sysreg_s(0x1ffff, GCR_EL1);
	isb();
	expect_eq(read_sysreg_s(GCR_EL1), 0x1ffff);
	write_sysreg_s(0xa55a, GCR_EL1);
	isb();
	expect_eq(read_sysreg_s(GCR_EL1), 0xa55a);
	write_sysreg_s(0, GCR_EL1);
	write_sysreg_s(0x12340f, RGSR_EL1);
	isb();
	expect_eq(read_sysreg_s(RGSR_EL1), 0x12340f);
	write_sysreg_s(0x5a5a03, RGSR_EL1);
	isb();
	first = execute(IRG, 0, va, 0);
	write_sysreg_s(0x5a5a03, RGSR_EL1);
	isb();
	second = execute(IRG, 0, va, 0);
	expect_eq(first, second);
	stop();
}
