/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of the guest: what the caller gives arrives, what the guest leaves comes back, in the
 * two structures or, where those have no member (floating point, vectors, TAR and its like: the
 * caller switches them), in the registers themselves.
 */
#include "nested-test.h"
#include "asm/time.h"
#include "asm/vsx.h"

CASE(gprs_kept, "32 registers of pattern, LR, CTR, XER and CR come back from SC 1 as they went in")
{
	struct l2 *l2 = ready_l2(1);

	l2->regs.link = L2_GPR(40);
	l2->regs.ctr = L2_GPR(41);
	l2->regs.xer = 0xa0040055;
	l2->regs.ccr = 0x9abcdef0;
	expect_eq(l2_enter(l2), EXIT_HCALL);
	for (unsigned int i = 0; i < 32; i++)
		expect_eq_msg(l2->regs.gpr[i], L2_GPR(i), "r%u", i);
	expect_eq(l2->regs.link, L2_GPR(40));
	expect_eq(l2->regs.ctr, L2_GPR(41));
	expect_eq(l2->regs.xer, 0xa0040055);
	expect_eq(l2->regs.ccr, 0x9abcdef0);
	expect_eq(l2->regs.nip, L2_CODE + 4);
	/* SRR1 of a system call: the MSR, and zeros. */
	expect_eq(l2->regs.msr, MSR_SF | MSR_ME |
		  (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? MSR_LE : 0));
}

/* Complements of everything: a register that is not given or not taken back is seen. */
L2_PROGRAM(complement_gprs,
	   ".irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,"
	   "29,30,31\n\tnor \\n, \\n, \\n\n\t.endr\n\t"
	   "mtlr 4\n\tmtctr 5\n\tmtxer 6\n\tmtcr 7\n\tsc 1");

CASE(gprs_changed, "what the guest has made of its registers comes back")
{
	struct l2 *l2 = ready_l2(1);

	l2_load_program(l2, complement_gprs);
	expect_hcall_at(l2, 36);
	for (unsigned int i = 0; i < 32; i++)
		expect_eq_msg(l2->regs.gpr[i], ~L2_GPR(i), "r%u", i);
	expect_eq(l2->regs.link, ~L2_GPR(4));
	expect_eq(l2->regs.ctr, ~L2_GPR(5));
	/* SO, OV, CA, OV32, CA32 and the length of string instructions: Book I, section 3.2.2. */
	expect_eq(l2->regs.xer & 0xe00c007f, ~L2_GPR(6) & 0xe00c007f);
	expect_eq(l2->regs.ccr, (u32)~L2_GPR(7));
}

L2_PROGRAM(read_user_sprs, "mflr 3\n\tmfctr 4\n\tmfxer 5\n\tmfcr 6\n\tsc 1");

CASE(user_sprs_seen, "the guest sees LR, CTR, XER and CR that the caller gives")
{
	struct l2 *l2 = ready_l2(1);

	l2_load_program(l2, read_user_sprs);
	l2->regs.link = L2_GPR(40);
	l2->regs.ctr = L2_GPR(41);
	l2->regs.xer = 0xa0040055;
	l2->regs.ccr = 0x9abcdef0;
	expect_hcall_at(l2, 4);
	expect_eq(l2->regs.gpr[3], L2_GPR(40));
	expect_eq(l2->regs.gpr[4], L2_GPR(41));
	expect_eq(l2->regs.gpr[5], 0xa0040055);
	expect_eq(l2->regs.gpr[6], 0x9abcdef0);
}

/* SPRG0 to 3, SRR0, SRR1, PIDR, PPR: to r3 and on, then r11 and on to them. */
L2_PROGRAM(swap_sprs,
	   "mfspr 3, 272\n\tmfspr 4, 273\n\tmfspr 5, 274\n\tmfspr 6, 275\n\t"
	   "mfspr 7, 26\n\tmfspr 8, 27\n\tmfspr 9, 48\n\tmfspr 10, 896\n\t"
	   "mtspr 272, 11\n\tmtspr 273, 12\n\tmtspr 274, 13\n\tmtspr 275, 14\n\t"
	   "mtspr 26, 15\n\tmtspr 27, 16\n\tmtspr 48, 17\n\tmtspr 896, 18\n\tsc 1");

#define SRR1_IN		0x800000000000b031ul
#define SRR1_OUT	0x8000000000005003ul
#define PRIORITY(n)	((u64)(n) << 50)	/* PPR bits 11 to 13: Book II */

CASE(privileged_sprs, "SPRG0 to 3, SRR0, SRR1, PIDR and PPR of the state go in and come back")
{
	struct l2 *l2 = ready_l2(1);

	l2_load_program(l2, swap_sprs);
	for (unsigned int i = 0; i < 4; i++)
		l2->state.sprg[i] = L2_GPR(50 + i);
	l2->state.srr0 = L2_GPR(60) & ~3ul;
	l2->state.srr1 = SRR1_IN;
	l2->state.pidr = 0x1234;
	l2->state.ppr = PRIORITY(3);
	l2->regs.gpr[15] &= ~3ul;
	l2->regs.gpr[16] = SRR1_OUT;
	l2->regs.gpr[17] = 0x4321;
	l2->regs.gpr[18] = PRIORITY(2);
	expect_hcall_at(l2, 16);
	for (unsigned int i = 0; i < 4; i++) {
		expect_eq_msg(l2->regs.gpr[3 + i], L2_GPR(50 + i), "SPRG%u in", i);
		expect_eq_msg(l2->state.sprg[i], L2_GPR(11 + i), "SPRG%u back", i);
	}
	expect_eq(l2->regs.gpr[7], L2_GPR(60) & ~3ul);
	expect_eq(l2->regs.gpr[8], SRR1_IN);
	expect_eq(l2->regs.gpr[9], 0x1234);
	expect_eq(l2->regs.gpr[10], PRIORITY(3));
	expect_eq(l2->state.pidr, 0x4321);
	expect_eq(l2->state.ppr, PRIORITY(2));
}

L2_PROGRAM(set_srrs, "mtspr 26, 15\n\tmtspr 27, 16\n\tld 5, 0(20)\n\tsc 1");

CASE(srrs,
     "SRR0 and SRR1 come back as the guest left them when it ends by an interrupt of the host")
{
	struct l2 *l2 = ready_l2(1);

	l2_load_program(l2, set_srrs);
	l2->regs.gpr[15] = L2_GPR(15) & ~3ul;
	l2->regs.gpr[16] = SRR1_OUT;
	l2->regs.gpr[20] = L2_DATA + PAGE_SIZE;	/* no memory: HDSI, by HSRR0 and HSRR1 */
	expect_eq(l2_enter(l2), 0xe00);
	expect_eq(l2->regs.nip, L2_CODE + 8);
	expect_eq(l2->state.srr0, L2_GPR(15) & ~3ul);
	expect_eq(l2->state.srr1, SRR1_OUT);
}

L2_PROGRAM(read_cfar, "mfspr 3, 28\n\tb 1f\n1:\tsc 1");

CASE(cfar, "CFAR of the state goes in, and the branch that the guest took comes back")
{
	struct l2 *l2 = ready_l2(1);

	l2_load_program(l2, read_cfar);
	l2->state.cfar = 0x123456789abcdef0;
	expect_hcall_at(l2, 2);
	expect_eq(l2->regs.gpr[3], 0x123456789abcdef0);
	expect_eq(l2->state.cfar, L2_CODE + 4);
}

/* ---- registers without a member ---- */

L2_PROGRAM(swap_passed,
	   "mfspr 3, 815\n\tmfspr 4, 17\n\tmfspr 5, 256\n\t"
	   "mtspr 815, 11\n\tmtspr 17, 12\n\tmtspr 256, 13\n\tsc 1");

CASE(passed_sprs, "TAR, DSCR and VRSAVE of the caller are the guest's, and the other way round")
{
	struct l2 *l2 = ready_l2(1);
	unsigned long old = mfspr(SPR_DSCR);

	l2_load_program(l2, swap_passed);
	mtspr(SPR_TAR, L2_GPR(70) & ~3ul);
	mtspr(SPR_DSCR, 0x55);
	mtspr(SPR_VRSAVE, (u32)L2_GPR(71));
	l2->regs.gpr[11] &= ~3ul;
	l2->regs.gpr[12] = 0x2a;
	l2->regs.gpr[13] = (u32)L2_GPR(13);
	insist_eq(l2_enter(l2), EXIT_HCALL);
	expect_eq(mfspr(SPR_TAR), L2_GPR(11) & ~3ul);
	expect_eq(mfspr(SPR_DSCR), 0x2a);
	expect_eq(mfspr(SPR_VRSAVE), (u32)L2_GPR(13));
	expect_eq(l2->regs.gpr[3], L2_GPR(70) & ~3ul);
	expect_eq(l2->regs.gpr[4], 0x55);
	expect_eq(l2->regs.gpr[5], (u32)L2_GPR(71));
	mtspr(SPR_DSCR, old);
}

/*
 * xxlnor vsN, vsN, vsN for all 64 (Book I, chapter 7): words, with N in three fields of five bits
 * and three of one.
 */
#define XXLNOR(n, x)	".irp n, " n "\n\t"						\
			".long 0xf0000510 | \\n << 21 | \\n << 16 | \\n << 11 | " x "\n\t.endr\n\t"
#define ALL_32		"0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,"	\
			"26,27,28,29,30,31"
L2_PROGRAM(complement_vsrs, XXLNOR(ALL_32, "0") XXLNOR(ALL_32, "7") "sc 1");

CASE(vector_state, "floating-point, vector and VSX registers go in and come back, all 64 of them")
{
	static struct vsx_state given, seen;
	struct l2 *l2 = ready_l2(1);
	long ret;

	l2_load_program(l2, complement_vsrs);
	l2->regs.msr |= MSR_FP | MSR_VEC | MSR_VSX;
	for (unsigned int i = 0; i < 64; i++)
		given.vsr[i][0] = L2_GPR(100 + i), given.vsr[i][1] = L2_GPR(200 + i);
	vsx_enable();
	vsx_load(&given);
	ret = l2_enter(l2);
	vsx_store(&seen);
	vsx_disable();
	insist_eq(ret, EXIT_HCALL);
	expect_eq(l2->regs.nip, L2_CODE + 4 * 65);
	for (unsigned int i = 0; i < 64; i++) {
		expect_eq_msg(seen.vsr[i][0], ~L2_GPR(100 + i), "VSR %u", i);
		expect_eq_msg(seen.vsr[i][1], ~L2_GPR(200 + i), "VSR %u", i);
	}
}

L2_PROGRAM(fp_once, ".long 0xfc000090\n\tsc 1");	/* fmr f0, f0 */

CASE(fp_off, "a guest whose MSR.FP is off takes its own interrupt, whatever the caller's is")
{
	struct l2 *l2 = ready_l2(1);
	long ret;

	l2_load_program(l2, fp_once);
	vsx_enable();
	ret = l2_enter(l2);
	vsx_disable();
	expect_eq(ret, EXIT_HCALL);
	expect_l2_interrupt(l2, 0x800, L2_CODE, 0);
}

/* ---- time ---- */

L2_PROGRAM(read_tb, "mfspr 3, 268\n\tsc 1");

CASE(tb_offset,
     "the guest's time base is the caller's plus the offset, also a negative one; ours stays")
{
	static const s64 offsets[] = { 0, 1l << 24, 1l << 40, -(1l << 24), 0x123456789000000 };

	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		struct l2 *l2 = ready_l2(1);
		u64 before, after, there;

		l2_load_program(l2, read_tb);
		l2->state.tb_offset = offsets[i];
		before = get_tb();
		expect_hcall_at(l2, 1);
		after = get_tb();
		there = l2->regs.gpr[3] - (u64)offsets[i];
		expect_msg(before <= there && there <= after,
			   "offset %#" PRIx64 ": %#" PRIx64 " in %#" PRIx64 " to %#" PRIx64,
			   (u64)offsets[i], there, before, after);
		/* Applied once, and taken back. */
		expect_lt(after - before, 60 * tb_hz);
		expect_lt(get_tb() - after, 60 * tb_hz);
	}
}
