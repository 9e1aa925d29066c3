/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Program interruptions that software can raise, and SVC (Principles of Operation, chapter 6): of
 * each the code, the instruction-length code, the whole old PSW, what else is stored
 * (data-exception code, monitor code), and that the instruction changed nothing.
 *
 * Without DAT: translation exceptions and protection are dat.c's.
 */
#include "case.h"
#include "s390x/smp.h"
#include "s390x/try-insn.h"
#include "asm/interrupt.h"
#include "asm/facility.h"
#include "asm/time.h"

static const struct pgm_record *r(void)
{
	return pgm_record();
}

/* The address of the instruction, and the PSW's mask right before it. */
static u64 at, mask_before;

/* Runs one instruction that must be interrupted. Evaluates to its address. */
#define INTERRUPTED(insn, ...) __extension__ ({						\
	mask_before = extract_psw_mask();						\
	expect_pgm_int();								\
	__asm__ __volatile__("larl %%r1,0f\n\tstg %%r1,%0\n0:\t" insn			\
			     : "=R" (at) : __VA_ARGS__ : "memory", "cc", "r1");		\
	at;										\
})

/*
 * Condition code and mode bits: suppression leaves the condition code as it was, which LARL and STG
 * did too.
 */
static void expect_int(u16 code, u8 ilc, u64 address)
{
	expect(r()->raised);
	expect_eq(r()->code, code);
	expect_eq(r()->ilc, ilc);
	expect_eq(r()->psw.addr, address);
	expect_eq(r()->psw.mask & ~PSW_MASK_CC, mask_before & ~PSW_MASK_CC);
	clear_pgm_int();
}

/* The old PSW points behind the instruction. */
#define EXPECT_SUPPRESSED(code, ilc, insn, ...) \
	expect_int(code, ilc, INTERRUPTED(insn, ##__VA_ARGS__) + (ilc))

CASE(operation, "operation codes that are assigned to nothing, of each length")
{
	EXPECT_SUPPRESSED(PGM_INT_CODE_OPERATION, 2, ".2byte 0", "i" (0));
	EXPECT_SUPPRESSED(PGM_INT_CODE_OPERATION, 4, ".4byte 0xb2010000", "i" (0));
	EXPECT_SUPPRESSED(PGM_INT_CODE_OPERATION, 6, ".2byte 0xe3ff, 0, 0", "i" (0));
}

CASE(psw_masks, "the old PSW holds the masks that were in force")
{
	psw_mask_set_bits(PSW_MASK_MCHECK);
	EXPECT_SUPPRESSED(PGM_INT_CODE_OPERATION, 2, ".2byte 0", "i" (0));
	psw_mask_clear_bits(PSW_MASK_MCHECK);
	psw_mask_set_bits(PSW_MASK_EXT | PSW_MASK_IO);
	EXPECT_SUPPRESSED(PGM_INT_CODE_OPERATION, 2, ".2byte 0", "i" (0));
	psw_mask_clear_bits(PSW_MASK_EXT | PSW_MASK_IO);
}

CASE(condition_code, "the old PSW holds the condition code")
{
	u64 mask;

	for (unsigned long cc = 0; cc < 4; cc++) {
		expect_pgm_int();
		__asm__ __volatile__("spm %0\n\t.2byte 0" : : "d" (cc << 28) : "cc", "memory");
		mask = r()->psw.mask;
		expect_eq(clear_pgm_int(), PGM_INT_CODE_OPERATION);
		expect_eq((mask & PSW_MASK_CC) >> 44, cc);
	}
}

CASE(registers, "an interruption and the return from it change no register")
{
	static u64 before[13], after[13], saved[10];

	for (int i = 0; i < 13; i++)
		before[i] = 0x1111111111111111ull * i + 1;
	expect_pgm_int();
	/* r13 and r15 stay the compiler's; the arrays are reached without a register. */
	__asm__ __volatile__("larl %%r1,%2\n\tstmg %%r6,%%r12,0(%%r1)\n\t"
			     "larl %%r1,%0\n\tlmg %%r0,%%r12,0(%%r1)\n\t"
			     ".2byte 0\n\t"
			     "larl %%r14,%1\n\tstmg %%r0,%%r12,0(%%r14)\n\t"
			     "larl %%r1,%2\n\tlmg %%r6,%%r12,0(%%r1)"
			     : : "i" (before), "i" (after), "i" (saved)
			     : "r0", "r1", "r2", "r3", "r4", "r5", "r14", "cc", "memory");
	expect_eq(clear_pgm_int(), PGM_INT_CODE_OPERATION);
	expect_mem(after, before, sizeof(before));
	expect_mem(r()->grs, before, sizeof(before));
}

CASE(privileged, "control instructions in problem state: privileged operation, suppressed")
{
	u64 word = 0x5a5a5a5a5a5a5a5a;

	enter_pstate();
	EXPECT_SUPPRESSED(PGM_INT_CODE_PRIVILEGED_OPERATION, 4, "stap 0(%1)", "a" (&word));
	expect_eq(word, 0x5a5a5a5a5a5a5a5a);
	expect_eq(r()->psw.mask & PSW_MASK_PSTATE, PSW_MASK_PSTATE);
	enter_pstate();
	EXPECT_SUPPRESSED(PGM_INT_CODE_PRIVILEGED_OPERATION, 6, "stctg 0,0,0(%1)", "a" (&word));
	expect_eq(word, 0x5a5a5a5a5a5a5a5a);
	enter_pstate();
	EXPECT_SUPPRESSED(PGM_INT_CODE_PRIVILEGED_OPERATION, 4, "stidp 0(%1)", "a" (&word));
	enter_pstate();
	EXPECT_SUPPRESSED(PGM_INT_CODE_PRIVILEGED_OPERATION, 4, "lpswe 0(%1)", "a" (&word));
	enter_pstate();
	EXPECT_SUPPRESSED(PGM_INT_CODE_PRIVILEGED_OPERATION, 4, "sigp 0,2,0(%1)", "a" (3));
	enter_pstate();
	EXPECT_SUPPRESSED(PGM_INT_CODE_PRIVILEGED_OPERATION, 4, "ptlb", "i" (0));
	expect(!in_problem_state());
}

CASE(problem_state, "what problem state may do is not interrupted")
{
	u64 clock = 0;
	int cc;

	enter_pstate();
	expect_pgm_int();
	cc = stck(&clock);
	leave_pstate();
	expect_eq(clear_pgm_int(), 0);
	expect_eq(cc, 0);
	expect_ne(clock, 0);
}

CASE(execute, "EXECUTE of an EXECUTE: code 3, with EXECUTE's own length")
{
	static const u32 target __aligned(8) = 0x44000000;	/* EX 0,0(0,0) */

	EXPECT_SUPPRESSED(PGM_INT_CODE_EXECUTE, 4, "ex 0,0(%1)", "a" (&target));
}

CASE(execute_target, "an exception in the target of EXECUTE has EXECUTE's length")
{
	static const u32 target __aligned(8) = 0x00000000;

	EXPECT_SUPPRESSED(PGM_INT_CODE_OPERATION, 4, "ex 0,0(%1)", "a" (&target));
}

CASE(execute_odd, "EXECUTE of an odd address: specification")
{
	EXPECT_SUPPRESSED(PGM_INT_CODE_SPECIFICATION, 4, "ex 0,0(%1)", "a" (1));
}

CASE(specification, "operands that have to be even registers or aligned")
{
	u64 words[4] __aligned(16) = { 0 };

	EXPECT_SUPPRESSED(PGM_INT_CODE_SPECIFICATION, 4, ".4byte 0xb9870010",
			  "i" (0)); /* DLGR 1,0 */
	EXPECT_SUPPRESSED(PGM_INT_CODE_SPECIFICATION, 6, "lpq 0,8(%1)", "a" (words));
	EXPECT_SUPPRESSED(PGM_INT_CODE_SPECIFICATION, 6, "stpq 2,8(%1)", "a" (words));
	EXPECT_SUPPRESSED(PGM_INT_CODE_SPECIFICATION, 4, "lpswe 4(%1)", "a" (words));
	EXPECT_SUPPRESSED(PGM_INT_CODE_SPECIFICATION, 4, "stpx 2(%1)", "a" (words));
	EXPECT_SUPPRESSED(PGM_INT_CODE_SPECIFICATION, 4, "sckc 4(%1)", "a" (words));
}

/*
 * Loads a PSW that is not valid, and notes the interruption: it cannot go on but by a new PSW of
 * our own.
 */
static struct {
	u16 code, id;
	struct psw old;
} early;

static void load_invalid(struct psw psw)
{
	struct psw back = lowcore.pgm_new_psw;
	u64 mask = extract_psw_mask();

	lowcore.pgm_int_code = lowcore.pgm_int_id = 0xff;
	lowcore.pgm_old_psw = PSW(0, 0);
	__asm__ __volatile__("larl %%r1,0f\n\tstg %%r1,%0\n\tlpswe %1\n0:"
			     : "+m" (lowcore.pgm_new_psw.addr) : "Q" (psw) : "r1", "memory", "cc");
	load_psw_mask(mask);
	early.code = lowcore.pgm_int_code;
	early.id = lowcore.pgm_int_id;
	early.old = lowcore.pgm_old_psw;
	lowcore.pgm_new_psw = back;
}

static u64 no_instructions[2];

CASE(psw_odd, "an odd address in a PSW: specification when the instruction is fetched, with an ILC "
	      "that is not 0")
{
	struct psw odd = PSW(extract_psw_mask(), (u64)no_instructions + 1);

	load_invalid(odd);
	expect_eq(early.code, PGM_INT_CODE_SPECIFICATION);
	expect(early.id == 2 || early.id == 4 || early.id == 6);
	expect_eq(early.old.mask, odd.mask);
	expect_eq(early.old.addr - early.id, odd.addr);
}

CASE(psw_invalid, "bits of a PSW that must be zero: specification, ILC 0, before any instruction "
		  "(early exception)")
{
	static const u64 reserved[] = { 1ull << 63, 1ull << 61, 1ull << 60, 1ull << 59,
					1ull << 51, 1ull << 30, 1ull << 24, 1 };

	for (size_t i = 0; i < ARRAY_SIZE(reserved); i++) {
		struct psw bad = PSW(extract_psw_mask() | reserved[i], no_instructions);

		load_invalid(bad);
		expect_eq_msg(early.code, PGM_INT_CODE_SPECIFICATION, "code, mask bit %#" PRIx64,
			      reserved[i]);
		expect_eq_msg(early.id, 0, "ILC, mask bit %#" PRIx64, reserved[i]);
		expect_eq_msg(early.old.mask, bad.mask, "old PSW, mask bit %#" PRIx64, reserved[i]);
		expect_eq_msg(early.old.addr, bad.addr, "old PSW's address, mask bit %#" PRIx64,
			      reserved[i]);
	}
}

CASE(psw_mode, "a PSW of the 64-bit mode's bit alone: specification")
{
	struct psw bad = PSW(extract_psw_mask() & ~PSW_MASK_BA, no_instructions);

	load_invalid(bad);
	expect_eq(early.code, PGM_INT_CODE_SPECIFICATION);
	expect_eq(early.id, 0);
	expect_eq(early.old.mask, bad.mask);
}

CASE(addressing, "an operand beyond memory: addressing, suppressed")
{
	u64 value = 7, beyond = 0x7ffffffff000;

	expect_pgm_int();
	__asm__ __volatile__("larl %%r1,0f\n\tstg %%r1,%0\n0:\tlg %1,0(%2)"
			     : "=R" (at), "+&d" (value) : "a" (beyond) : "r1", "memory");
	mask_before = extract_psw_mask();
	expect_int(PGM_INT_CODE_ADDRESSING, 6, at + 6);
	expect_eq(value, 7);
	EXPECT_SUPPRESSED(PGM_INT_CODE_ADDRESSING, 6, "stg 0,0(%1)", "a" (beyond));
}

static void jump_beyond(void *unused)
{
	((void (*)(void))0x7ffffffff000)();
}

CASE(addressing_fetch, "a branch to where no memory is: addressing at that address, last break the "
		       "branch")
{
	expect(catch_pgm(jump_beyond, NULL));
	expect_eq(r()->code, PGM_INT_CODE_ADDRESSING);
	expect_eq(r()->psw.addr & ~6ull, 0x7ffffffff000);
	expect_ge(r()->breaking_event_addr, (u64)jump_beyond);
	expect_lt(r()->breaking_event_addr, (u64)jump_beyond + 64);
}

static void divide(u64 high, u64 low, u64 divisor)
{
	expect_pgm_int();
	__asm__ __volatile__("lgr %%r2,%0\n\tlgr %%r3,%1\n\tdlgr %%r2,%2"
			     : : "d" (high), "d" (low), "a" (divisor) : "r2", "r3", "cc", "memory");
	expect_eq(clear_pgm_int(), PGM_INT_CODE_FIXED_POINT_DIVIDE);
	expect_eq(r()->ilc, 4);
	expect_eq(r()->grs[2], high);
	expect_eq(r()->grs[3], low);
}

CASE(divide, "fixed-point divide, by zero and with a quotient too large: registers keep their "
	     "values")
{
	divide(5, 6, 0);
	divide(5, 6, 1);
	divide(5, 6, 5);
}

struct division {
	u16 insn;			/* the first halfword: DR, DLR, DSGR, DSGFR, DLGR */
	u64 r2, r3, divisor;
};

/* A quotient that is too large for its register, also that of the least number by -1. */
static const struct division bad_divisions[] = {
	{ 0x1d00, 0, 5, 0 },
	{ 0x1d00, 1, 0, 2 },
	{ 0x1d00, 0xffffffff, 0x80000000, 0xffffffff },
	{ 0xb997, 5, 6, 5 },
	{ 0xb90d, 7, 5, 0 },
	{ 0xb90d, 7, 1ull << 63, ~0ull },
	{ 0xb91d, 7, 5, 0xaaaaaaaa00000000 },
	{ 0xb91d, 7, 1ull << 63, 0xffffffff },
	{ 0xb987, 5, 6, 5 },
};

CASE(divide_each, "fixed-point divide of each instruction, signed and not: registers keep their "
		  "values")
{
	for (size_t i = 0; i < ARRAY_SIZE(bad_divisions); i++) {
		const struct division *d = &bad_divisions[i];
		u64 grs[TRY_INSN_GRS] = { [2] = d->r2, [3] = d->r3, [4] = d->divisor };
		u64 insn = d->insn == 0x1d00 ? INSN2(0x1d24) : INSN4((u32)d->insn << 16 | 0x24);

		expect_eq_msg(try_insn(insn, grs, NULL), PGM_INT_CODE_FIXED_POINT_DIVIDE,
			      "division %d", (int)i);
		expect_eq(r()->ilc, insn_length(insn));
		expect_eq(r()->psw.addr, try_insn_address() + insn_length(insn));
		expect_eq_msg(grs[2], d->r2, "register 2, division %d", (int)i);
		expect_eq_msg(grs[3], d->r3, "register 3, division %d", (int)i);
	}
}

CASE(overflow, "fixed-point overflow that the program mask does not ask for: condition code 3, the "
	       "result, no interruption; the mask stays")
{
	u64 grs[TRY_INSN_GRS] = { [2] = 0xaaaaaaaa7fffffff, [3] = 1 };
	unsigned int cc;

	expect_eq(try_insn(INSN2(0x1a23), grs, &cc), 0);		/* AR 2,3 */
	expect_eq(cc, 3);
	expect_eq(grs[2], 0xaaaaaaaa80000000);
	grs[2] = 1ull << 63;
	expect_eq(try_insn(INSN4(0xb9090023), grs, &cc), 0);		/* SGR 2,3 */
	expect_eq(cc, 3);
	expect_eq(grs[2], ~0ull >> 1);
}

CASE(overflow_masked, "fixed-point overflow is an interruption if the program mask says so; the "
		      "result is stored first")
{
	u32 sum = 0x7fffffff;

	expect_pgm_int();
	__asm__ __volatile__("spm %2\n\tar %0,%1\n\tspm %3"
			     : "+&d" (sum) : "d" (1), "d" (1ul << 27), "d" (0ul) : "cc", "memory");
	insist_eq(clear_pgm_int(), PGM_INT_CODE_FIXED_POINT_OVERFLOW);
	expect_eq(sum, 0x80000000);
	expect_eq(r()->ilc, 2);
	/* The condition code of the completed addition: overflow. */
	expect_eq((r()->psw.mask & PSW_MASK_CC) >> 44, 3);
}

CASE(data_decimal, "a decimal operand with a bad digit: data exception, DXC 0")
{
	static const u8 bad[8] __aligned(8) = { 0, 0, 0, 0, 0, 0x1a, 0x34, 0x5c };

	EXPECT_SUPPRESSED(PGM_INT_CODE_DATA, 4, "cvb 0,0(%1)", "a" (bad));
	expect_eq(r()->dxc, 0);
}

CASE(data_afp, "an additional floating-point register without CR0.45: data exception, DXC 1; a BFP "
	       "instruction: DXC 2")
{
	ctl_clear_bit(0, CTL0_AFP);
	EXPECT_SUPPRESSED(PGM_INT_CODE_DATA, 4, ".4byte 0xb3750010", "i" (0));	/* LZDR 1 */
	expect_eq(r()->dxc, 1);
	EXPECT_SUPPRESSED(PGM_INT_CODE_DATA, 4, ".4byte 0xb38c0010",
			  "i" (0)); /* EFPC 1: BFP instruction */
	expect_eq(r()->dxc, 2);
}

CASE(trap, "COMPARE AND TRAP: data exception, DXC 0xff, completed")
{
	require(test_facility(34));
	EXPECT_SUPPRESSED(PGM_INT_CODE_DATA, 4, ".4byte 0xb9608011", "i" (0));	/* CGRTE 1,1 */
	expect_eq(r()->dxc, 0xff);
}

CASE(special_operation, "MOVE TO PRIMARY without DAT: special operation")
{
	EXPECT_SUPPRESSED(PGM_INT_CODE_SPECIAL_OPERATION, 6, "mvcp 0(1,%1),0(%1),1",
			  "a" (no_instructions));
}

CASE(monitor_call, "MONITOR CALL: event with class and code, only if control register 8 allows the "
		   "class")
{
	EXPECT_SUPPRESSED(PGM_INT_CODE_SPECIFICATION, 4, ".4byte 0xaf100000",
			  "i" (0)); /* class 16 and up are not valid */
	lctlg(8, 0);
	expect_pgm_int();
	__asm__ __volatile__("mc 0x123,5" : : : "memory");
	expect_eq(clear_pgm_int(), 0);
	lctlg(8, 0xfffful & ~(0x8000ul >> 5));		/* every class but this one */
	expect_pgm_int();
	__asm__ __volatile__("mc 0x123,5" : : : "memory");
	expect_eq(clear_pgm_int(), 0);
	lctlg(8, 0x8000ul >> 5);
	EXPECT_SUPPRESSED(PGM_INT_CODE_MONITOR_EVENT, 4, "mc 0x123,5", "i" (0));
	lctlg(8, 0);
	expect_eq(lowcore.mon_class_nb, 5);
	expect_eq(lowcore.mon_code, 0x123);
}

#define STORE_PROTECTED(address) \
	__extension__({ \
		mask_before = extract_psw_mask(); \
		expect_pgm_int(); \
		low_prot_enable(); \
		__asm__ __volatile__("larl %%r1,0f\n\tstg %%r1,%0\n0:\tstg %2,0(%1)\n" \
				     : "=R" (at) \
				     : "a" (address), "d" (*(u64 *)(address)) \
				     : "memory", "r1"); \
		low_prot_disable(); \
		at; \
	})

CASE(low_address, "low-address protection, CR0.35: no stores to 0-511 and 4096-4607; fetches and "
		  "other stores go on")
{
	static const u64 inside[] = { 0, 0x1f8, 0x1fc, 0xffc, 0x1000, 0x11f8, 0x11fc },
			 outside[] = { 0x200, 0x600, 0xff8, 0x1200, 0x2000 };
	u64 ignored;

	for (size_t i = 0; i < ARRAY_SIZE(inside); i++)
		expect_int(PGM_INT_CODE_PROTECTION, 6, STORE_PROTECTED(inside[i]) + 6);
	for (size_t i = 0; i < ARRAY_SIZE(outside); i++) {
		STORE_PROTECTED(outside[i]);
		expect_eq_msg(clear_pgm_int(), 0, "store to %#" PRIx64, outside[i]);
	}
	expect_pgm_int();
	low_prot_enable();
	__asm__ __volatile__("lg %0,0x1f8" : "=d" (ignored) : : "memory");
	low_prot_disable();
	expect_eq(clear_pgm_int(), 0);
}

static u32 svc_seen;
static u64 svc_psw_addr;

static void note_svc(struct stack_frame_int *frame)
{
	svc_seen = lowcore.svc_int_id << 16 | lowcore.svc_int_code;
	svc_psw_addr = frame->psw.addr;
}

CASE(svc, "SVC: its number, ILC 2, the PSW behind it; by EXECUTE the number is ORed and the ILC 4")
{
	static const u16 target __aligned(8) = 0x0a20;
	u64 behind;

	install_svc_handler(note_svc);
	__asm__ __volatile__("larl %0,0f\n\tsvc 0xa5\n0:" : "=&d" (behind) : : "memory");
	expect_eq(svc_seen, 0x000200a5);
	expect_eq(svc_psw_addr, behind);
	__asm__ __volatile__("larl %0,0f\n\tex %1,0(%2)\n0:"
			     : "=&a" (behind)
			     : "a" (0x93ul), "a" (&target)
			     : "memory");
	expect_eq(svc_seen, 0x000400b3);
	expect_eq(svc_psw_addr, behind);
}

static int nested;

static void interrupted_again(struct stack_frame_int *frame)
{
	if (nested++ < 5)
		__asm__ __volatile__(".2byte 0" : : : "memory");
}

CASE(nesting, "an interruption in a handler comes back into the handler")
{
	nested = 0;
	install_pgm_handler(PGM_INT_CODE_OPERATION, interrupted_again);
	__asm__ __volatile__(".2byte 0" : : : "memory");
	expect_eq(nested, 6);
}
