/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first steps of a nested hypervisor: partition table, guest state, one entry that ends by a
 * hypercall of the inner guest (Linux' Documentation/powerpc/kvm-nested.rst and its hvcall.h). The
 * layouts are in the byte order of the caller; QEMU takes little-endian callers only.
 */
#include "alloc_page.h"
#include "arch-hooks.h"
#include "case.h"
#include "asm/hcall.h"
#include "asm/mmu.h"
#include "asm/time.h"

/* hvcall.h: version 1 ends before dawr1, version 2 has all. */
struct guest_state {
	u64 version;
	u32 lpid, vcpu_token;
	u64 lpcr, pcr, amor, dpdes, hfscr, tb_offset, dawr0, dawrx0, ciabr, hdec_expiry;
	u64 purr, spurr, ic, vtb, hdar, hdsisr, heir, asdr;
	u64 srr0, srr1, sprg[4], pidr, cfar, ppr;
	u64 dawr1, dawrx1;
};

struct guest_regs {
	u64 gpr[32], nip, msr, orig_gpr3, ctr, link, xer, ccr, softe, trap, dar, dsisr, result;
};

#define INSN_SC_1	0x44000022u
#define PATE_RADIX	0x8000000000000000ul
#define L2_AT		0x10000ul	/* the guest's code, in its own addresses */
#define LPID		1u

static u64 partition_table[8192] __aligned(65536);
static struct guest_state state __aligned(PAGE_SIZE);
static struct guest_regs regs __aligned(PAGE_SIZE);

static long enter(void)
{
	return hcall(H_ENTER_NESTED, (unsigned long)&state, (unsigned long)&regs);
}

static void prepare(u64 version)
{
	state = (struct guest_state){ .version = version, .lpid = LPID, .hfscr = 0 };
	state.hdec_expiry = get_tb() + 10 * tb_hz;
	regs = (struct guest_regs){ .nip = L2_AT, .msr = MSR_SF | MSR_ME | MSR_LE };
	for (unsigned int i = 0; i < 32; i++)
		regs.gpr[i] = 0x0123456789abcdeful * (2 * i + 1);
}

/* Before the first table is set; so this is the first case. */
CASE(no_table, "H_ENTER_NESTED without a partition table is H_NOT_AVAILABLE")
{
	long ret;

	prepare(1);
	ret = enter();
	require_msg(ret != H_FUNCTION, "the hypervisor nests no others");
	expect_eq(ret, H_NOT_AVAILABLE);
}

/* A partition of one page of code at L2_AT, as its translation has it. */
static void make_guest(void)
{
	static u32 *code;
	pgd_t *root;

	if (code)
		return;
	code = alloc_page();
	code[0] = INSN_SC_1;
	root = alloc_pages(4);
	*get_pte(root, L2_AT) = __pte(RADIX_VALID | RADIX_LEAF | RADIX_R | RADIX_C | RADIX_READ |
				      RADIX_WRITE | RADIX_EXECUTE | virt_to_phys(code));
	partition_table[2 * LPID] = cpu_to_be64(PATE_RADIX | RADIX_RTS_52 | virt_to_phys(root) |
						RADIX_ROOT_BITS);
	mb();
}

static void set_table(void)
{
	long ret;

	make_guest();
	ret = hcall(H_SET_PARTITION_TABLE, virt_to_phys(partition_table) | 4);
	require_msg(ret != H_FUNCTION, "the hypervisor nests no others");
	insist_eq(ret, H_SUCCESS);
}

CASE(bad_version, "a version that nobody knows is H_PARAMETER, and nothing runs")
{
	set_table();
	prepare(99);
	expect_eq(enter(), H_PARAMETER);
	expect_eq(regs.nip, L2_AT);
}

CASE(lpid_zero, "LPID 0, which is the caller's own, is H_PARAMETER, and nothing runs")
{
	set_table();
	prepare(1);
	state.lpid = 0;
	expect_eq(enter(), H_PARAMETER);
	expect_eq(regs.nip, L2_AT);
}

static void run_version(u64 version)
{
	set_table();
	prepare(version);
	insist_eq(enter(), 0xc00);
	/* The instruction behind SC, and all registers as they were given. */
	expect_eq(regs.nip, L2_AT + 4);
	expect_eq(regs.msr & (MSR_SF | MSR_PR | MSR_IR | MSR_DR | MSR_LE), MSR_SF | MSR_LE);
	for (unsigned int i = 0; i < 32; i++)
		expect_eq_msg(regs.gpr[i], 0x0123456789abcdeful * (2 * i + 1), "r%u", i);
	expect_eq(state.version, version);
	expect_eq(state.lpid, LPID);
}

CASE(version_1, "a guest with state of version 1 ends by its hypercall (0xc00)")
{
	run_version(1);
}

CASE(version_2, "a guest with state of version 2 ends by its hypercall (0xc00)")
{
	run_version(2);
}

CASE(storage, "a guest that jumps where its partition has nothing ends by 0xe20")
{
	set_table();
	prepare(1);
	regs.nip = L2_AT + PAGE_SIZE;
	expect_eq(enter(), 0xe20);
	expect_eq(regs.nip, L2_AT + PAGE_SIZE);
}

CASE(expired, "a hypervisor decrementer that has run out ends the guest at once (0x980)")
{
	set_table();
	prepare(1);
	state.hdec_expiry = get_tb();
	expect_eq(enter(), 0x980);
	expect_eq(regs.nip, L2_AT);
}
