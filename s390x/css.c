/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The channel subsystem (Principles of Operation, chapters 13 to 17), on a virtio-ccw device: what
 * STSCH says and MSCH changes, condition codes for subchannels that are absent or disabled, operand
 * and specification exceptions, channel programs (SENSE ID, chaining, lengths, bad CCWs, sense),
 * status by TSCH.
 *
 * Clear, halt, status that is pending, interruptions: css-status.c.
 */
#include "case.h"
#include "s390x/css.h"
#include "s390x/malloc_io.h"
#include "s390x/try-insn.h"
#include "asm/memory_areas.h"

#define ABSENT		(SCHID_ONE | 0xffff)
#define DEVNO		0x1234		/* unittests.cfg */
#define VIRTIO_CU	0x3832
#define TYPE_RNG	4		/* virtio 1.1, section 5 */
#define UNTOUCHED	0x5a

static unsigned int dev;
static struct ccw1 *ccw;		/* room for a chain, and behind it data */
static u8 *data;

void case_setup(void)
{
	dev = css_enumerate();
	require_msg(dev, "there is no device on a subchannel");
	ccw = alloc_io_mem(4096, AREA_DMA31);
	data = (u8 *)ccw + 2048;
}

/* Enabled, idle, no status. */
static void begin(void)
{
	insist_eq(css_make_idle(dev, 0), 0);
	memset(ccw, 0, 4096);
}

/* ---- operands ---- */

#define STSCH	0xb2341000u
#define MSCH	0xb2321000u
#define SSCH	0xb2331000u
#define TSCH	0xb2351000u

/* Register 1 has to be the subchannel, so the operand's address is in register 2. */
static u16 try_at(u32 insn, u32 schid, const void *operand, unsigned int *cc)
{
	u64 grs[TRY_INSN_GRS] = { [1] = schid, [2] = (u64)operand };

	return try_insn(INSN4((insn & 0xffff0000u) | 0x2000u), grs, cc);
}

static const u32 with_operand[] = { STSCH, MSCH, SSCH, TSCH };
static const u32 without[] = { 0xb2300000, 0xb2310000, 0xb2380000,
			       0xb2760000 }; /* CSCH, HSCH, RSCH, XSCH */

CASE(absent, "a subchannel that is not there: condition code 3 of every instruction, and nothing "
	     "is stored")
{
	struct schib schib;
	unsigned int cc;

	memset(&schib, UNTOUCHED, sizeof(schib));
	expect_eq(try_at(STSCH, ABSENT, &schib, &cc), 0);
	expect_eq(cc, 3);
	for (size_t i = 0; i < sizeof(schib); i++)
		if (!expect_eq(((u8 *)&schib)[i], UNTOUCHED))
			break;
	memset(data, 0, 256);
	for (size_t i = 1; i < ARRAY_SIZE(with_operand); i++) {
		expect_eq_msg(try_at(with_operand[i], ABSENT, data, &cc), 0, "%#" PRIx32,
			      with_operand[i]);
		expect_eq_msg(cc, 3, "condition code of %#" PRIx32, with_operand[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(without); i++) {
		expect_eq_msg(try_at(without[i], ABSENT, NULL, &cc), 0, "%#" PRIx32, without[i]);
		expect_eq_msg(cc, 3, "condition code of %#" PRIx32, without[i]);
	}
}

static void expect_operand_exception(u32 word)
{
	memset(data, 0, 256);
	for (size_t i = 0; i < ARRAY_SIZE(with_operand); i++)
		expect_eq_msg(try_at(with_operand[i], word | (dev & 0xffff), data, NULL),
			      PGM_INT_CODE_OPERAND, "%#" PRIx32 " of %#" PRIx32, with_operand[i],
			      word);
	for (size_t i = 0; i < ARRAY_SIZE(without); i++)
		expect_eq_msg(try_at(without[i], word | (dev & 0xffff), NULL, NULL),
			      PGM_INT_CODE_OPERAND, "%#" PRIx32 " of %#" PRIx32, without[i], word);
}

CASE(identification, "a subsystem-identification word without its bit 15, or with bit 0: operand "
		     "exception")
{
	expect_operand_exception(0);
	expect_operand_exception(0x80010000);
}

CASE(identification_reserved, "a subsystem-identification word with bit 8 or 11: operand exception")
{
	expect_operand_exception(0x00810000);
	expect_operand_exception(0x00110000);
}

CASE(alignment, "operands that are no words: specification")
{
	memset(data, 0, 256);
	for (size_t i = 0; i < ARRAY_SIZE(with_operand); i++)
		for (int at = 1; at < 4; at++)
			expect_eq_msg(try_at(with_operand[i], dev, data + at, NULL),
				      PGM_INT_CODE_SPECIFICATION, "%#" PRIx32 ", %d",
				      with_operand[i], at);
	expect_eq(try_at(0xb2360000, 0, data + 2, NULL), PGM_INT_CODE_SPECIFICATION);	/* TPI */
	expect_eq(try_at(0xb2390000, 0, data + 2, NULL), PGM_INT_CODE_SPECIFICATION);	/* STCRW */
}

/* ---- the subchannel ---- */

CASE(schib, "STSCH: the device's number is valid, it has a path; no function, no status")
{
	struct schib schib;

	begin();
	expect_eq(stsch(dev, &schib), 0);
	expect_eq(schib.pmcw.flags & PMCW_DNV, PMCW_DNV);
	expect_eq(schib.pmcw.devnum, DEVNO);
	expect_ne(schib.pmcw.pim, 0);
	expect_eq(schib.pmcw.pam & ~schib.pmcw.pim, 0);
	expect_eq(schib.pmcw.pim & schib.pmcw.pam & 0x80, 0x80);
	expect_eq(schib.scsw.ctrl & (SCSW_AC | 0x1f), 0);
}

CASE(modify, "MSCH changes parameter, subclass, enablement and mask; the rest stays what it is")
{
	struct schib was, wanted, is;

	begin();
	expect_eq(stsch(dev, &was), 0);
	wanted = was;
	wanted.pmcw.intparm = 0x12345678;
	wanted.pmcw.flags = (was.pmcw.flags & ~PMCW_ISC) | PMCW_ENABLE | 5 << PMCW_ISC_SHIFT;
	wanted.pmcw.devnum = 0x4321;
	wanted.pmcw.pim = 0;
	wanted.pmcw.chpid[0] = ~was.pmcw.chpid[0];
	wanted.scsw.ctrl = 0xffffffff;
	expect_eq(msch(dev, &wanted), 0);
	expect_eq(stsch(dev, &is), 0);
	expect_eq(is.pmcw.intparm, 0x12345678);
	expect_eq(is.pmcw.flags, wanted.pmcw.flags);
	expect_eq(is.pmcw.devnum, DEVNO);
	expect_eq(is.pmcw.pim, was.pmcw.pim);
	expect_eq(is.pmcw.chpid[0], was.pmcw.chpid[0]);
	expect_eq(is.scsw.ctrl, was.scsw.ctrl);
	expect_eq(msch(dev, &was), 0);
}

CASE(modify_reserved, "MSCH with bits that must be zero: operand exception, and nothing changes")
{
	struct schib schib, is;

	begin();
	expect_eq(stsch(dev, &schib), 0);
	schib.pmcw.intparm ^= 0x1111;
	schib.pmcw.flags |= 0x4000;
	expect_eq(try_at(MSCH, dev, &schib, NULL), PGM_INT_CODE_OPERAND);
	schib.pmcw.flags &= ~0x4000;
	schib.pmcw.flags2 |= 0x80000000;
	expect_eq(try_at(MSCH, dev, &schib, NULL), PGM_INT_CODE_OPERAND);
	expect_eq(stsch(dev, &is), 0);
	expect_eq(is.pmcw.intparm, schib.pmcw.intparm ^ 0x1111);
}

CASE(modify_limit_mode, "MSCH with limit mode 3: operand exception")
{
	struct schib schib;

	begin();
	expect_eq(stsch(dev, &schib), 0);
	schib.pmcw.flags |= PMCW_LM;
	expect_eq(try_at(MSCH, dev, &schib, NULL), PGM_INT_CODE_OPERAND);
}

CASE(disabled, "a disabled subchannel: condition code 3 of SSCH, TSCH, CSCH, HSCH, RSCH, XSCH; "
	       "STSCH and MSCH work")
{
	struct orb orb = { .ctrl = ORB_CTRL_FMT | ORB_LPM_DFLT, .cpa = (u32)(u64)ccw };
	struct irb irb;

	begin();
	expect_eq(css_disable(dev), 0);
	expect(!css_enabled(dev));
	expect_eq(ssch(dev, &orb), 3);
	expect_eq(tsch(dev, &irb), 3);
	expect_eq(csch(dev), 3);
	expect_eq(hsch(dev), 3);
	expect_eq(rsch(dev), 3);
	expect_eq(xsch(dev), 3);
	expect_eq(css_enable(dev, 0), 0);
	expect(css_enabled(dev));
}

/* ---- channel programs ---- */

static int run_program(struct irb *irb)
{
	int cc = start_ccw1_chain(dev, ccw);

	memset(irb, 0, sizeof(*irb));
	return cc ? cc : css_wait(dev, irb);
}

static void sense_id_ccw(struct ccw1 *c, u16 count, u8 flags)
{
	*c = (struct ccw1){ .code = CCW_CMD_SENSE_ID,
			    .flags = flags,
			    .count = count,
			    .data_address = (u32)(u64)data };
}

#define IN_ORDER	(SCSW_DEVS_CH_END | SCSW_DEVS_DEV_END)
#define ENDED		(SCSW_FC_START | SCSW_SC_PRIMARY | SCSW_SC_SECONDARY | SCSW_SC_PENDING)

CASE(sense_id, "SENSE ID: virtio's control unit, the device's type; status channel end and device "
	       "end")
{
	const struct senseid *id = (void *)data;
	struct irb irb;

	begin();
	sense_id_ccw(ccw, sizeof(*id), CCW_F_SLI);
	memset(data, UNTOUCHED, 64);
	expect_eq(run_program(&irb), 0);
	expect_eq(irb.scsw.ctrl &
			  (ENDED | SCSW_AC | SCSW_CC | SCSW_SC_ALERT | SCSW_SC_INTERMEDIATE),
		  ENDED);
	expect_eq(irb.scsw.dev_stat, IN_ORDER);
	expect_eq(irb.scsw.sch_stat, 0);
	expect_eq(irb.scsw.ccw_addr, (u64)(ccw + 1));
	expect_eq(id->reserved, 0xff);
	expect_eq(id->cu_type, VIRTIO_CU);
	expect_eq(id->cu_model, TYPE_RNG);
	expect_eq(data[sizeof(*id)], UNTOUCHED);
	expect_eq(tsch(dev, &irb), 1);
}

CASE(length, "a count that does not fit: incorrect length unless SLI, the residual count, and no "
	     "byte too much")
{
	struct irb irb;

	begin();
	sense_id_ccw(ccw, 4, 0);
	memset(data, UNTOUCHED, 64);
	expect_eq(run_program(&irb), 0);
	expect_eq(irb.scsw.sch_stat, SCSW_SCHS_IL);
	expect_eq(irb.scsw.count, 0);
	expect_eq(data[0], 0xff);
	expect_eq(data[4], UNTOUCHED);
	sense_id_ccw(ccw, 4, CCW_F_SLI);
	expect_eq(run_program(&irb), 0);
	expect_eq(irb.scsw.sch_stat, 0);
}

CASE(residual, "a count that is greater than what there is: the residual count is what was not "
	       "moved")
{
	struct irb irb;
	unsigned int moved = 1024;

	begin();
	sense_id_ccw(ccw, 1024, CCW_F_SLI);
	memset(data, UNTOUCHED, 1024);
	expect_eq(run_program(&irb), 0);
	expect_eq(irb.scsw.sch_stat, 0);
	while (moved && data[moved - 1] == UNTOUCHED)
		moved--;
	expect_ge(irb.scsw.count, 1);
	expect_ge(1024u - irb.scsw.count, moved);
	expect_le(1024u - irb.scsw.count, 256);
}

CASE(chaining, "command chaining and TIC: every command is done, status is the last one's")
{
	struct irb irb;

	begin();
	ccw[0] = (struct ccw1){ .code = CCW_CMD_NOP,
				.flags = CCW_F_CC | CCW_F_SLI,
				.count = 1,
				.data_address = (u32)(u64)data };
	ccw[1] = (struct ccw1){ .code = CCW_CMD_TIC, .data_address = (u32)(u64)&ccw[4] };
	sense_id_ccw(&ccw[4], 8, CCW_F_SLI);
	expect_eq(run_program(&irb), 0);
	expect_eq(irb.scsw.ctrl & ENDED, ENDED);
	expect_eq(irb.scsw.dev_stat, IN_ORDER);
	expect_eq(irb.scsw.sch_stat, 0);
	expect_eq(irb.scsw.ccw_addr, (u64)&ccw[5]);
	expect_eq(data[0], 0xff);
}

static void expect_program_check(const char *what)
{
	struct irb irb;

	expect_eq_msg(run_program(&irb), 0, "%s", what);
	expect_eq_msg(irb.scsw.sch_stat, SCSW_SCHS_PRG_CHK, "subchannel status, %s", what);
	expect_eq_msg(irb.scsw.ctrl & (SCSW_SC_ALERT | SCSW_SC_PENDING),
		      SCSW_SC_ALERT | SCSW_SC_PENDING, "%s", what);
	expect_eq_msg(irb.scsw.ccw_addr, (u64)(ccw + 1), "CCW address, %s", what);
}

CASE(program_check, "CCWs that are not valid: program check")
{
	begin();
	sense_id_ccw(ccw, 8, 0);
	ccw->code = 0;
	expect_program_check("command code 0");
	sense_id_ccw(ccw, 8, 0);
	ccw->data_address |= 0x80000000;
	expect_program_check("a data address of 32 bits");
	sense_id_ccw(ccw, 0, 0);
	expect_program_check("count 0");
}

static void expect_program_check_by_tic(struct ccw1 first, struct ccw1 second)
{
	struct irb irb;

	begin();
	ccw[0] = first;
	ccw[1] = second;
	sense_id_ccw(&ccw[4], 8, CCW_F_SLI);
	memset(data, UNTOUCHED, 8);
	expect_eq(run_program(&irb), 0);
	expect_eq(irb.scsw.sch_stat, SCSW_SCHS_PRG_CHK);
	expect_eq(data[0], UNTOUCHED);
}

#define CHAINED_NOP \
	(struct ccw1) \
	{ \
		.code = CCW_CMD_NOP, .flags = CCW_F_CC | CCW_F_SLI, .count = 1, \
		.data_address = (u32)(u64)data \
	}
#define TIC(where)	(struct ccw1){ .code = CCW_CMD_TIC, .data_address = (u32)(u64)(where) }

CASE(tic_first, "a program that begins with TIC: program check")
{
	expect_program_check_by_tic(TIC(&ccw[4]), CHAINED_NOP);
}

CASE(tic_tic, "a TIC to a TIC: program check")
{
	expect_program_check_by_tic(CHAINED_NOP, TIC(&ccw[1]));
}

CASE(tic_alignment, "a TIC to no doubleword: program check")
{
	expect_program_check_by_tic(CHAINED_NOP, TIC((char *)&ccw[4] + 4));
}

CASE(command_reject, "a command that the device does not know: unit check, and command reject in "
		     "its sense data")
{
	struct irb irb;

	begin();
	sense_id_ccw(ccw, 8, CCW_F_SLI);
	ccw->code = 0xfe;
	expect_eq(run_program(&irb), 0);
	expect_eq(irb.scsw.dev_stat & SCSW_DEVS_UNIT_CHK, SCSW_DEVS_UNIT_CHK);
	expect_eq(irb.scsw.ctrl & (SCSW_SC_ALERT | SCSW_SC_PENDING),
		  SCSW_SC_ALERT | SCSW_SC_PENDING);
	ccw->code = CCW_CMD_BASIC_SENSE;
	ccw->count = 32;
	memset(data, 0, 32);
	expect_eq(run_program(&irb), 0);
	expect_eq(irb.scsw.dev_stat, IN_ORDER);
	expect_eq(data[0], 0x80);
}

CASE(orb, "an operation-request block with bits that must be zero: operand exception, nothing is "
	  "started")
{
	static const struct orb bad[] = {
		{ .ctrl = 0x20 }, { .ctrl = 0x10 }, { .ctrl = 2 }, { .cpa = 0x80000000u }
	};
	struct irb irb;

	begin();
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct orb orb = bad[i];

		orb.ctrl |= ORB_CTRL_FMT | ORB_LPM_DFLT;
		orb.cpa |= (u32)(u64)ccw;
		expect_eq_msg(try_at(SSCH, dev, &orb, NULL), PGM_INT_CODE_OPERAND, "ORB %d",
			      (int)i);
		expect_eq(tsch(dev, &irb), 1);
	}
}
