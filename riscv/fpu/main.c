/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Floating-point state (Privileged Architecture 20211203, sections 3.1.6.6 and 4.1.1; Unprivileged
 * ISA, chapters 11 and 12): sstatus.FS off makes every use illegal, a write makes it dirty, SD sums
 * it up; and all registers survive whatever happens between. The library uses none of them, so a
 * change is the machine's or the firmware's. Vectors: vector.c.
 */
#include "case.h"
#include "riscv/isa.h"
#include "fpu.h"
#include "asm/processor.h"

static u64 wanted[32], got[32];

static void set_state(ulong state)
{
	csr_clear(CSR_SSTATUS, SR_FS);
	csr_set(CSR_SSTATUS, state << SR_FS_SHIFT);
}

static ulong state(void)
{
	return (csr_read(CSR_SSTATUS) & SR_FS) >> SR_FS_SHIFT;
}

static void begin(void)
{
	require(has_extension("f") && has_extension("d"));
	set_state(STATE_INITIAL);
}

#define FLD_FA0		".4byte 0x00053507"	/* fld fa0, 0(a0) */
#define FSD_FA0		".4byte 0x00a53027"
#define FADD_D		".4byte 0x02a57553"	/* fadd.d fa0, fa0, fa0 */
#define FMV_X_D		".4byte 0xe2050553"	/* fmv.x.d a0, fa0 */
#define FMV_D_X		".4byte 0xf2050553"
#define READ_FCSR	".4byte 0x00302573"
#define READ_FRM	".4byte 0x00202573"
#define READ_FFLAGS	".4byte 0x00102573"
#define WRITE_FCSR	".4byte 0x00351073"	/* csrw fcsr, a0 */

/*
 * With value in a0; whether it traps. last: a0 behind it. No call may come between a0 and the
 * instruction.
 */
static ulong last;
#define RUN(insn, value) __extension__ ({						\
	ulong value_ = (ulong)(value);							\
	trap_record_clear();								\
	register ulong a0_ __asm__("a0") = value_;					\
	__asm__ __volatile__("7771: " insn "\n7772:\n\t" EX_ENTRY("7771b", "7772b", EX_TRY)	\
			     : "+r" (a0_) : : "memory");				\
	last = a0_;									\
	trap_record()->raised;								\
})

static void expect_off(bool trapped, const char *what)
{
	expect_msg(trapped, "%s with FS off traps", what);
	expect_eq_msg(trap_record()->regs.cause, EXC_INST_ILLEGAL, "%s", what);
	expect_eq_msg(state(), STATE_OFF, "%s: FS", what);
}

CASE(off, "with FS off every floating-point instruction and register is illegal, and does nothing")
{
	u64 word = 0x5a5a;

	begin();
	set_state(STATE_OFF);
	require_msg(state() == STATE_OFF, "FS cannot be turned off");
	expect_off(RUN(FLD_FA0, &word), "FLD");
	expect_off(RUN(FSD_FA0, &word), "FSD");
	expect_off(RUN(FADD_D, 0), "FADD.D");
	expect_off(RUN(FMV_X_D, 77), "FMV.X.D");
	expect_eq(last, 77);
	expect_off(RUN(FMV_D_X, 0), "FMV.D.X");
	expect_off(RUN(READ_FCSR, 0), "fcsr");
	expect_off(RUN(READ_FRM, 0), "frm");
	expect_off(RUN(READ_FFLAGS, 0), "fflags");
	expect_off(RUN(WRITE_FCSR, 0), "a write of fcsr");
	expect_eq(word, 0x5a5a);
}

/*
 * A hart may also say dirty where nothing was written (section 3.1.6.6), never the other way round.
 */
static void expect_state_kept(ulong was, const char *what)
{
	ulong is = state();

	expect_eq_msg(is, is == STATE_DIRTY ? STATE_DIRTY : was, "%s", what);
	expect_eq_msg(csr_read(CSR_SSTATUS) >> 63, is == STATE_DIRTY, "%s: SD", what);
}

static void expect_dirty(bool trapped, const char *what)
{
	expect_eq_msg(trapped, false, "%s", what);
	expect_eq_msg(state(), STATE_DIRTY, "%s: FS", what);
	expect_eq_msg(csr_read(CSR_SSTATUS) >> 63, 1, "%s: SD", what);
}

CASE(dirty,
     "what writes a register or fcsr makes FS dirty, and SD with it; what only reads need not")
{
	u64 word = 0;

	begin();
	csr_clear(CSR_SSTATUS, SR_VS);
	for (ulong s = STATE_INITIAL; s <= STATE_CLEAN; s++) {
		set_state(s);
		expect_state_kept(s, "nothing");
		expect(!RUN(FSD_FA0, &word));
		expect_state_kept(s, "FSD");
		expect(!RUN(READ_FCSR, 0));
		expect_state_kept(s, "a read of fcsr");
		set_state(s);
		expect_dirty(RUN(FLD_FA0, &word), "FLD");
		set_state(s);
		expect_dirty(RUN(FMV_D_X, 0), "FMV.D.X");
		set_state(s);
		expect_dirty(RUN(FADD_D, 0), "FADD.D");
		set_state(s);
		expect_dirty(RUN(WRITE_FCSR, 0), "a write of fcsr");
	}
}

static void pattern(u64 seed)
{
	for (int n = 0; n < 32; n++)
		wanted[n] = seed + 0x0101010101010101ul * n;
}

CASE(registers_kept, "all 32 registers, with all 64 bits, survive traps, interrupts, firmware, "
		     "user mode and other harts")
{
	begin();
	for (size_t i = 0; i < n_disturbances; i++) {
		pattern(0x8123456789abcdefu + i);
		set_state(STATE_INITIAL);
		fp_load(wanted);
		disturbances[i].disturb();
		fp_store(got);
		for (int n = 0; n < 32; n++)
			expect_eq_msg(got[n], wanted[n], "%s: f%d", disturbances[i].name, n);
		expect_eq_msg(state(), STATE_DIRTY, "%s: FS", disturbances[i].name);
	}
}

CASE(off_keeps, "registers keep their values while FS is off")
{
	begin();
	pattern(0x7766554433221100ul);
	fp_load(wanted);
	set_state(STATE_OFF);
	disturbances[1].disturb();
	set_state(STATE_CLEAN);
	fp_store(got);
	expect_mem(got, wanted, sizeof(got));
}

CASE(fcsr, "fcsr has eight bits: rounding mode and flags, which frm and fflags show alone")
{
	begin();
	for (ulong v = 0; v < 256; v++) {
		expect(!RUN(WRITE_FCSR, v));
		expect(!RUN(READ_FCSR, 0));
		expect_eq(last, v);
		expect(!RUN(READ_FRM, 0));
		expect_eq(last, v >> 5);
		expect(!RUN(READ_FFLAGS, 0));
		expect_eq(last, v & 31);
	}
	expect(!RUN(WRITE_FCSR, ~0ul << 8));
	expect(!RUN(READ_FCSR, 0));
	expect_eq(last, 0);
}

CASE(fcsr_kept, "fcsr survives too")
{
	begin();
	for (size_t i = 0; i < n_disturbances; i++) {
		expect(!RUN(WRITE_FCSR, 0x75));
		disturbances[i].disturb();
		expect(!RUN(READ_FCSR, 0));
		expect_eq_msg(last, 0x75, "%s", disturbances[i].name);
	}
	RUN(WRITE_FCSR, 0);
}

CASE(rounding_reserved,
     "a dynamic rounding mode that is reserved makes an operation illegal (section 11.2)")
{
	begin();
	for (ulong frm = 0; frm < 8; frm++) {
		expect(!RUN(WRITE_FCSR, frm << 5));
		expect_eq_msg(RUN(FADD_D, 0), frm > 4, "frm %lu", frm);
		if (frm > 4)
			expect_eq_msg(trap_record()->regs.cause, EXC_INST_ILLEGAL, "frm %lu", frm);
	}
	RUN(WRITE_FCSR, 0);
}

CASE(flags, "division by zero, an invalid, an overflowing and an inexact operation each set their "
	    "flag, and it stays")
{
	static const struct { u64 a; u32 insn; ulong flags; } ops[] = {
		{ 0, 0, 0 },
		{ 0x3ff0000000000000, 0x1a057553, 0x08 },	/* 1 / 0: fdiv.d fa0, fa0, ft0 */
		{ 0x0000000000000000, 0x1a057553, 0x10 },	/* 0 / 0 */
		{ 0x7fefffffffffffff, 0x02a57553, 0x05 },	/* max + max: overflow, inexact */
		{ 0x0000000000000001, 0x12a57553, 0x03 },	/* min * min: underflow, inexact */
	};

	begin();
	for (size_t i = 1; i < ARRAY_SIZE(ops); i++) {
		pattern(0);
		memset(wanted, 0, sizeof(wanted));
		wanted[10] = ops[i].a;
		fp_load(wanted);
		expect(!RUN(WRITE_FCSR, 0));
		expect_eq_msg(try_instruction(ops[i].insn), -1, "%#" PRIx32, ops[i].insn);
		expect(!RUN(READ_FFLAGS, 0));
		expect_eq_msg(last, ops[i].flags, "%#" PRIx32, ops[i].insn);
		expect(!RUN(FMV_X_D, 0));
		expect(!RUN(READ_FFLAGS, 0));
		expect_eq_msg(last, ops[i].flags, "%#" PRIx32 " later", ops[i].insn);
	}
	RUN(WRITE_FCSR, 0);
}

CASE(nan_boxing, "a single in a register has ones above it (section 12.2)")
{
	u64 word = 0x0123456789abcdef;

	begin();
	expect(!RUN(".4byte 0x00052507", &word));	/* flw fa0, 0(a0) */
	expect(!RUN(FMV_X_D, 0));
	expect_eq(last, 0xffffffff89abcdef);
}
