/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Status and interruptions of the channel subsystem (Principles of Operation, chapters 14 and 16):
 * functions that end with status, what is refused while status is pending, I/O interruptions with
 * what they store in the lowcore, their masks (PSW, control register 6, subclass), TPI, channel
 * reports, and CHSC as far as its blocks are public (QEMU's hw/s390x/css.c and ioinst.h).
 *
 * Channel programs and operands: css.c. The device is a virtio-rng.
 */
#include "case.h"
#include "s390x/css.h"
#include "s390x/malloc_io.h"
#include "s390x/try-insn.h"
#include "asm/memory_areas.h"
#include "asm/time.h"

static unsigned int dev;
static struct ccw1 *ccw;

void case_setup(void)
{
	dev = css_enumerate();
	require_msg(dev, "there is no device on a subchannel");
	ccw = alloc_io_mem(4096, AREA_DMA31);
	*ccw = (struct ccw1){ .code = CCW_CMD_SENSE_ID,
			      .flags = CCW_F_SLI,
			      .count = 8,
			      .data_address = (u32)(u64)ccw + 2048 };
}

static void begin(void)
{
	insist_eq(css_make_idle(dev, 0), 0);
}

#define ENDED	(SCSW_FC_START | SCSW_SC_PRIMARY | SCSW_SC_SECONDARY | SCSW_SC_PENDING)

/* Starts, and waits until status is pending, which stays. */
static void make_pending(u32 intparm)
{
	struct orb orb = { .intparm = intparm,
			   .ctrl = ORB_CTRL_FMT | ORB_LPM_DFLT,
			   .cpa = (u32)(u64)ccw };
	struct schib schib;

	insist_eq(ssch(dev, &orb), 0);
	do
		insist_eq(stsch(dev, &schib), 0);
	while (!(schib.scsw.ctrl & SCSW_SC_PENDING));
}

CASE(status_pending, "SSCH, MSCH, RSCH, XSCH and HSCH while status is pending: condition code 1; "
		     "TSCH takes it")
{
	struct orb orb = { .ctrl = ORB_CTRL_FMT | ORB_LPM_DFLT, .cpa = (u32)(u64)ccw };
	struct schib schib;
	struct irb irb;

	begin();
	make_pending(0);
	expect_eq(stsch(dev, &schib), 0);
	expect_eq(ssch(dev, &orb), 1);
	expect_eq(msch(dev, &schib), 1);
	expect_eq(rsch(dev), 1);
	expect_eq(xsch(dev), 1);
	expect_eq(hsch(dev), 1);
	expect_eq(css_wait(dev, &irb), 0);
	expect_eq(irb.scsw.ctrl & ENDED, ENDED);
	expect_eq(msch(dev, &schib), 0);
}

CASE(clear, "CLEAR SUBCHANNEL: status pending alone, with the clear function")
{
	struct irb irb;

	begin();
	expect_eq(csch(dev), 0);
	expect_eq(css_wait(dev, &irb), 0);
	expect_eq(irb.scsw.ctrl & 0x7fffu, SCSW_FC_CLEAR | SCSW_SC_PENDING);
	expect_eq(irb.scsw.dev_stat, 0);
	expect_eq(irb.scsw.sch_stat, 0);
	expect_eq(tsch(dev, &irb), 1);
}

CASE(idle, "RSCH and XSCH of an idle subchannel: condition code 2; HSCH: accepted, status pending")
{
	struct irb irb;

	begin();
	expect_eq(rsch(dev), 2);
	expect_eq(xsch(dev), 2);
	expect_eq(hsch(dev), 0);
	expect_eq(css_wait(dev, &irb), 0);
	expect_eq(irb.scsw.ctrl & SCSW_FC_HALT, SCSW_FC_HALT);
}

/* ---- interruptions ---- */

static struct {
	u32 count, schid, intparm, word;
	u64 mask;
} seen;

static void note(void)
{
	seen.count++;
	seen.schid = lowcore.subsys_id_word;
	seen.intparm = lowcore.io_int_param;
	seen.word = lowcore.io_int_word;
	seen.mask = lowcore.io_old_psw.mask;
}

static void listen(unsigned int isc)
{
	u32 words[2];

	insist_eq(css_make_idle(dev, isc), 0);
	/* What earlier status has left: see withdrawn. */
	lctlg(6, 0xff000000);
	while (tpi(words) == 1)
		;
	memset(&seen, 0, sizeof(seen));
	register_io_int_func(note);
	enable_io_isc(isc);
}

static void let_in(void)
{
	psw_mask_set_bits(PSW_MASK_IO);
	psw_mask_clear_bits(PSW_MASK_IO);
}

static void take_status(void)
{
	struct irb irb;

	lctlg(6, 0);
	tsch(dev, &irb);
}

CASE(interruption, "an I/O interruption: subchannel, parameter of the ORB, subclass in the "
		   "lowcore; once; status stays for TSCH")
{
	struct irb irb;

	for (unsigned int isc = 0; isc < 8; isc++) {
		listen(isc);
		make_pending(0xcafe0000 + isc);
		expect_eq(seen.count, 0);
		let_in();
		expect_eq_msg(seen.count, 1, "interruptions of subclass %u", isc);
		expect_eq(seen.schid, dev);
		expect_eq(seen.intparm, 0xcafe0000 + isc);
		expect_eq_msg(seen.word, isc << 27, "interruption word of subclass %u", isc);
		expect_eq(seen.mask & PSW_MASK_IO, PSW_MASK_IO);
		let_in();
		expect_eq(seen.count, 1);
		expect_eq(tsch(dev, &irb), 0);
		expect_eq(irb.scsw.ctrl & ENDED, ENDED);
	}
	take_status();
}

CASE(subclass_mask, "control register 6 holds back subclasses whose bit is 0, and only those")
{
	listen(5);
	lctlg(6, 0xff000000 & ~(0x80000000ul >> 5));
	make_pending(1);
	let_in();
	expect_eq(seen.count, 0);
	enable_io_isc(5);
	let_in();
	expect_eq(seen.count, 1);
	take_status();
}

CASE(psw_mask, "the PSW's I/O mask holds interruptions back")
{
	listen(3);
	make_pending(1);
	psw_mask_set_bits(PSW_MASK_EXT);
	mdelay(1);
	psw_mask_clear_bits(PSW_MASK_EXT);
	expect_eq(seen.count, 0);
	let_in();
	expect_eq(seen.count, 1);
	take_status();
}

CASE(withdrawn, "status that TSCH has taken does not interrupt any more")
{
	listen(3);
	make_pending(1);
	take_status();
	enable_io_isc(3);
	let_in();
	expect_eq(seen.count, 0);
}

CASE(wait, "a CPU that waits enabled goes on at the interruption")
{
	listen(IO_SCH_ISC);
	make_pending(7);
	wait_for_interrupt(PSW_MASK_IO);
	expect_eq(seen.count, 1);
	expect_eq(seen.intparm, 7);
	take_status();
}

/* ---- TPI ---- */

CASE(tpi_none, "TPI: condition code 0 if nothing is pending, or its subclass is masked; nothing is "
	       "stored")
{
	u32 words[2] = { 0x5a5a5a5a, 0x5a5a5a5a };

	listen(3);
	expect_eq(tpi(words), 0);
	make_pending(1);
	lctlg(6, 0);
	expect_eq(tpi(words), 0);
	expect_eq(words[0], 0x5a5a5a5a);
	expect_eq(words[1], 0x5a5a5a5a);
	take_status();
}

CASE(tpi, "TPI: condition code 1, two words stored, the interruption is taken, the status is not")
{
	u32 words[3] = { 0, 0, 0x5a5a5a5a };
	struct irb irb;

	listen(3);
	make_pending(0xfeed);
	expect_eq(tpi(words), 1);
	expect_eq(words[0], dev);
	expect_eq(words[1], 0xfeed);
	expect_eq(words[2], 0x5a5a5a5a);
	expect_eq(tpi(words), 0);
	let_in();
	expect_eq(seen.count, 0);
	expect_eq(tsch(dev, &irb), 0);
	take_status();
}

CASE(tpi_lowcore, "TPI with the operand address 0: three words in the lowcore")
{
	listen(6);
	make_pending(0xbead);
	lowcore.subsys_id_word = lowcore.io_int_param = lowcore.io_int_word = 0;
	expect_eq(tpi(NULL), 1);
	expect_eq(lowcore.subsys_id_word, dev);
	expect_eq(lowcore.io_int_param, 0xbead);
	expect_eq(lowcore.io_int_word, 6u << 27);
	take_status();
}

/* ---- the rest ---- */

CASE(reports, "STORE CHANNEL REPORT WORD: condition code 1 and zero when there is none")
{
	u32 crw = 0x5a5a5a5a;

	for (int i = 0; i < 100 && stcrw(&crw) == 0; i++)
		;
	crw = 0x5a5a5a5a;
	expect_eq(stcrw(&crw), 1);
	expect_eq(crw, 0);
}

CASE(channel_monitor, "SET CHANNEL MONITOR with reserved bits, or an origin that is not aligned: "
		      "operand exception")
{
	u64 grs[TRY_INSN_GRS] = { [1] = 0x00010000 };

	expect_eq(try_insn(INSN4(0xb23c0000), grs, NULL), PGM_INT_CODE_OPERAND);
	grs[1] = 4;
	expect_eq(try_insn(INSN4(0xb23c0000), grs, NULL), PGM_INT_CODE_OPERAND);
	grs[1] = SCHM_MBU;
	grs[2] = 16;
	expect_eq(try_insn(INSN4(0xb23c0000), grs, NULL), PGM_INT_CODE_OPERAND);
	schm(NULL, 0);
}

CASE(address_limit, "SET ADDRESS LIMIT and RESET CHANNEL PATH: operand exceptions; a path that is "
		    "not there: condition code 3")
{
	u64 grs[TRY_INSN_GRS] = { [1] = 0x80000000 };
	unsigned int cc;

	expect_eq(try_insn(INSN4(0xb2370000), grs, NULL), PGM_INT_CODE_OPERAND);
	grs[1] = 1;
	expect_eq(try_insn(INSN4(0xb2370000), grs, NULL), PGM_INT_CODE_OPERAND);
	grs[1] = 0x0000ff00;
	expect_eq(try_insn(INSN4(0xb23b0000), grs, NULL), PGM_INT_CODE_OPERAND);
	grs[1] = 0xef;
	expect_eq(try_insn(INSN4(0xb23b0000), grs, &cc), 0);
	expect_eq(cc, 3);
}

static u16 block[2048] __aligned(4096);

/* Response length and code of a command. */
static u32 call(u16 length, u16 command)
{
	memset(block, 0, sizeof(block));
	block[0] = length;
	block[1] = command;
	expect_eq(chsc(block), 0);
	return (u32)block[length / 2] << 16 | block[length / 2 + 1];
}

CASE(chsc, "CHSC: characteristics are given; a command that is unknown, and a wrong length, have "
	   "their response codes")
{
	u64 grs[TRY_INSN_GRS] = { [1] = (u64)block + 8 };

	expect_eq(call(16, 0x0010) & 0xffff, 1);
	expect(get_chsc_scsc());
	expect_eq(call(16, 0x7f7f), 0x00080004);
	expect_eq(call(32, 0x0010), 0x00080003);
	expect_eq(try_insn(INSN4(0xb25f0010), grs, NULL), PGM_INT_CODE_SPECIFICATION);
}

CASE(chsc_length, "CHSC with a length that is odd, too short or too long: operand exception")
{
	static const u16 lengths[] = { 0, 8, 15, 17, 4089, 4096 };

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		u64 grs[TRY_INSN_GRS] = { [1] = (u64)block };

		memset(block, 0, sizeof(block));
		block[0] = lengths[i];
		block[1] = 0x0010;
		expect_eq_msg(try_insn(INSN4(0xb25f0010), grs, NULL), PGM_INT_CODE_OPERAND,
			      "length %u", lengths[i]);
	}
}
