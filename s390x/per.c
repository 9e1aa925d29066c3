/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Program-event recording (Principles of Operation, chapter 4, "Program-Event Recording"):
 * successful branching, instruction fetching, storage alteration, store using real address. Of each
 * event the interruption code, what is stored of it (PER code, addressing-and-translation mode,
 * address of the instruction), that the instruction was done, and that nothing is recorded outside
 * the range, without the mask, or without the PSW's bit; and both at once with another program
 * interruption.
 */
#include "case.h"
#include "s390x/mmu.h"
#include "s390x/smp.h"
#include "asm/facility.h"
#include "asm/mem.h"

#define BRANCH		0x80
#define FETCH		0x40
#define ALTERATION	0x20
#define REAL_STORE	0x08
#define BRANCH_ADDRESS \
	0x00800000u /* control register 9, bit 40: a branch counts by its target's address */
#define ATMID_64	0xe0		/* 64-bit mode, valid, no DAT */
#define ATMID_DAT	0x10

/* What is watched: code that takes few instructions, with a name for each that counts. */
extern u64 per_plain(u64 value), per_branch(u64 zero), per_store(u64 *where, u64 value);
extern u64 per_real(u64 *where, u64 value), per_beyond(u64 where);
extern char per_second[], per_branch_insn[], per_target[], per_store_insn[], per_real_insn[],
	per_beyond_insn[];

__asm__("	.text\n"
	"	.type per_plain, %function\n"
	"per_plain:\n"
	"	aghi %r2, 1\n"
	"per_second:\n"
	"	aghi %r2, 2\n"
	"	br %r14\n"
	"per_branch:\n"
	"	ltgr %r2, %r2\n"
	"per_branch_insn:\n"
	"	jz per_target\n"
	"	lghi %r2, 7\n"
	"	br %r14\n"
	"per_target:\n"
	"	lghi %r2, 9\n"
	"	br %r14\n"
	"per_store:\n"
	"	nopr %r7\n"
	"per_store_insn:\n"
	"	stg %r3, 0(%r2)\n"
	"	lg %r2, 0(%r2)\n"
	"	br %r14\n"
	"per_real:\n"
	"	nopr %r7\n"
	"per_real_insn:\n"
	"	.insn rre, 0xb9250000, %r3, %r2\n"	/* STURG */
	"	br %r14\n"
	"per_beyond:\n"
	"	nopr %r7\n"
	"per_beyond_insn:\n"
	"	lg %r2, 0(%r2)\n"
	"	br %r14\n");

static struct {
	u32 count;
	u16 code;
	u8 event, atmid, ilc;
	u64 address;
	struct psw psw;
} seen;

/* The first one ends it: what follows in the code under watch is not of interest. */
static void note(struct stack_frame_int *frame)
{
	seen.count++;
	seen.code = lowcore.pgm_int_code;
	seen.event = lowcore.per_code;
	seen.atmid = lowcore.per_atmid;
	seen.ilc = lowcore.pgm_int_id;
	seen.address = lowcore.per_addr;
	seen.psw = frame->psw;
	lowcore.pgm_old_psw.mask &= ~PSW_MASK_PER;
}

static void watch(u32 events, const void *start, const void *end)
{
	memset(&seen, 0, sizeof(seen));
	install_pgm_handler(0, note);
	install_pgm_handler(PGM_INT_CODE_ADDRESSING, note);
	lctlg(9, (u64)events);
	lctlg(10, (u64)start);
	lctlg(11, (u64)end);
	psw_mask_set_bits(PSW_MASK_PER);
}

static void done(void)
{
	psw_mask_clear_bits(PSW_MASK_PER);
	lctlg(9, 0);
}

static void expect_event(u8 event, const char *insn, unsigned int ilc)
{
	expect_eq(seen.count, 1);
	expect_eq(seen.code, PGM_INT_CODE_PER);
	expect_eq(seen.event, event);
	expect_eq(seen.atmid, ATMID_64 | (extract_psw_mask() & PSW_MASK_DAT ? ATMID_DAT : 0));
	expect_eq(seen.address, (u64)insn);
	expect_eq(seen.ilc, ilc);
	expect_eq(seen.psw.mask & PSW_MASK_PER, PSW_MASK_PER);
}

static void expect_none(void)
{
	expect_eq(seen.count, 0);
	expect_eq(seen.code, 0);
}

/* ---- instruction fetching ---- */

CASE(fetch, "instruction fetching in the range: the instruction is done, the PSW is behind it")
{
	u64 result;

	watch(FETCH << 24, per_second, per_second);
	result = per_plain(10);
	done();
	expect_event(FETCH, per_second, 4);
	expect_eq(seen.psw.addr, (u64)per_second + 4);
	expect_eq(result, 13);
}

CASE(fetch_outside, "instruction fetching outside the range, without the mask, without the PSW's "
		    "bit: nothing")
{
	watch(FETCH << 24, per_second + 0x10000, per_second + 0x20000);
	expect_eq(per_plain(10), 13);
	done();
	expect_none();
	watch(0, per_second, per_second);
	per_plain(10);
	done();
	expect_none();
	watch(FETCH << 24, per_second, per_second);
	psw_mask_clear_bits(PSW_MASK_PER);
	per_plain(10);
	done();
	expect_none();
}

CASE(fetch_range, "the range's ends count: from the first to the last byte")
{
	watch(FETCH << 24, per_second - 100, per_second);
	per_plain(10);
	done();
	expect_eq(seen.count, 1);
	watch(FETCH << 24, per_second + 4, per_second + 100);
	per_plain(10);
	done();
	expect_eq(seen.count, 1);
	expect_eq(seen.address, (u64)per_second + 4);
}

/* ---- branches ---- */

CASE(branch, "a branch that is taken: the branch's address; the PSW is at the target")
{
	u64 result;

	watch(BRANCH << 24 | BRANCH_ADDRESS, per_target, per_target);
	result = per_branch(0);
	done();
	expect_event(BRANCH, per_branch_insn, 4);
	expect_eq(seen.psw.addr, (u64)per_target);
	expect_eq(result, 9);
}

CASE(branch_not_taken, "a branch that is not taken, or whose target is not in the range: nothing")
{
	watch(BRANCH << 24 | BRANCH_ADDRESS, per_target, per_target);
	expect_eq(per_branch(1), 7);
	done();
	expect_none();
	watch(BRANCH << 24 | BRANCH_ADDRESS, per_branch_insn, per_branch_insn);
	expect_eq(per_branch(0), 9);
	done();
	expect_none();
}

/* ---- storage ---- */

static u64 words[4] __aligned(32);

CASE(alteration, "a store to the range: the store's address; it is done")
{
	u64 result;

	words[1] = 0;
	watch(ALTERATION << 24, &words[1], (char *)&words[1] + 7);
	result = per_store(&words[1], 0x1234);
	done();
	expect_event(ALTERATION, per_store_insn, 6);
	expect_eq(seen.psw.addr, (u64)per_store_insn + 6);
	expect_eq(words[1], 0x1234);
	expect_eq(result, 0x1234);
}

CASE(alteration_partly, "a store of which one byte is in the range, at either end")
{
	watch(ALTERATION << 24, (char *)&words[1] + 7, (char *)&words[1] + 7);
	per_store(&words[1], 0x1234);
	done();
	expect_event(ALTERATION, per_store_insn, 6);
	watch(ALTERATION << 24, (char *)&words[1], (char *)&words[1]);
	per_store(&words[1], 0x1234);
	done();
	expect_event(ALTERATION, per_store_insn, 6);
}

CASE(alteration_outside, "stores right before and behind the range, and fetches in it: nothing")
{
	volatile u64 *word = &words[1];

	watch(ALTERATION << 24, &words[1], (char *)&words[1] + 7);
	per_store(&words[0], 1);
	per_store(&words[2], 1);
	(void)*word;
	done();
	expect_none();
}

CASE(real_store, "a store by a real address")
{
	words[1] = 0;
	watch((ALTERATION | REAL_STORE) << 24, (void *)(1ul << 62), (void *)(1ul << 62));
	per_real(&words[1], 0x77);
	done();
	expect_event(REAL_STORE, per_real_insn, 4);
	expect_eq(words[1], 0x77);
}

/* ---- with another interruption ---- */

CASE(with_addressing, "a fetch that is watched, with an addressing exception: both in one "
		      "interruption")
{
	watch(FETCH << 24, per_beyond_insn, per_beyond_insn);
	per_beyond(0x7ffffffff000);
	done();
	expect_eq(seen.count, 1);
	expect_eq(seen.code, PGM_INT_CODE_PER | PGM_INT_CODE_ADDRESSING);
	expect_eq(seen.event, FETCH);
	expect_eq(seen.psw.addr, (u64)per_beyond_insn + 6);
}

CASE(control_registers, "control registers 9 to 11 keep what they are set to")
{
	static const u64 values[] = { 0xe8e00000, 0x123456789abcdef0, 0xfedcba9876543210 };

	lctlg(9, values[0]);
	lctlg(10, values[1]);
	lctlg(11, values[2]);
	expect_eq(stctg(9), values[0]);
	expect_eq(stctg(10), values[1]);
	expect_eq(stctg(11), values[2]);
	lctlg(9, 0);
}

/* ---- with DAT, which stays on ---- */

static void use_dat(void)
{
	static bool done;

	if (!done)
		setup_vm();
	done = true;
}

CASE(dat_fetch, "with DAT: instruction fetching; the mode says so")
{
	use_dat();
	watch(FETCH << 24, per_second, per_second);
	per_plain(1);
	done();
	expect_event(FETCH, per_second, 4);
}

CASE(dat_alteration, "with DAT: stores into the range and behind it")
{
	use_dat();
	words[1] = 0;
	watch(ALTERATION << 24, &words[1], (char *)&words[1] + 7);
	per_store(&words[1], 0x1234);
	done();
	expect_event(ALTERATION, per_store_insn, 6);
	expect_eq(words[1], 0x1234);
	watch(ALTERATION << 24, &words[1], (char *)&words[1] + 7);
	per_store(&words[2], 0x1234);
	done();
	expect_none();
}
