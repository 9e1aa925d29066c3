/* SPDX-License-Identifier: BSD-2-Clause */
/* Channel programs for tests: see css.h. */
#include "patience.h"
#include "s390x/css.h"
#include "s390x/malloc_io.h"
#include "asm/arch_def.h"
#include "asm/memory_areas.h"

#define IO_PATIENCE	10	/* seconds */
#define LAST_SUBCHANNEL	0xffff

static struct irb last;

int css_enumerate(void)
{
	struct schib schib;

	for (u32 number = 0; number <= LAST_SUBCHANNEL; number++) {
		/*
		 * Subchannels are numbered without gaps that one could not step over: condition
		 * code 3 is the end.
		 */
		if (stsch(SCHID_ONE | number, &schib))
			return 0;
		if (schib.pmcw.flags & PMCW_DNV)
			return SCHID_ONE | number;
	}
	return 0;
}

static int modify(int schid, u16 clear, u16 set)
{
	struct schib schib;
	int cc = stsch(schid, &schib);

	if (cc)
		return cc;
	schib.pmcw.flags = (schib.pmcw.flags & ~clear) | set;
	return msch(schid, &schib);
}

int css_enable(int schid, int isc)
{
	return modify(schid, PMCW_ISC, PMCW_ENABLE | isc << PMCW_ISC_SHIFT);
}

int css_disable(int schid)
{
	return modify(schid, PMCW_ENABLE, 0);
}

int css_make_idle(int schid, int isc)
{
	struct irb irb;

	/* A subchannel with status is not modified. */
	tsch(schid, &irb);
	return css_enable(schid, isc) || csch(schid) || css_wait(schid, &irb) ? -1 : 0;
}

bool css_enabled(int schid)
{
	struct schib schib;

	return stsch(schid, &schib) == 0 && schib.pmcw.flags & PMCW_ENABLE;
}

void enable_io_isc(u8 isc)
{
	lctlg(6, 0x80000000ul >> isc);
}

struct ccw1 *ccw_alloc(int code, void *data, int count, unsigned char flags)
{
	struct ccw1 *ccw = alloc_io_mem(sizeof(*ccw), AREA_DMA31);

	*ccw = (struct ccw1){
		.code = code, .flags = flags, .count = count, .data_address = (u32)(u64)data
	};
	return ccw;
}

int start_ccw1_chain(unsigned int schid, struct ccw1 *ccw)
{
	struct orb orb = { .intparm = schid,
			   .ctrl = ORB_CTRL_FMT | ORB_LPM_DFLT,
			   .cpa = (u32)(u64)ccw };

	memset(&last, 0, sizeof(last));
	return ssch(schid, &orb);
}

int css_wait(unsigned int schid, struct irb *irb)
{
	struct patience patience = { 0 };
	int cc;

	while ((cc = tsch(schid, irb)) == 1)
		if (patience_over(&patience, IO_PATIENCE))
			return -1;
	if (cc == 0)
		last = *irb;
	return cc;
}

void css_irq_io(void)
{
	struct irb irb;

	if (tsch(lowcore.subsys_id_word, &irb) == 0)
		last = irb;
}

static bool ended_in_order(void)
{
	return last.scsw.ctrl & SCSW_SC_PRIMARY && !last.scsw.sch_stat &&
		!(last.scsw.dev_stat & ~(SCSW_DEVS_CH_END | SCSW_DEVS_DEV_END));
}

int css_residual_count(unsigned int schid)
{
	return last.scsw.ctrl & SCSW_SC_PRIMARY && !(last.scsw.sch_stat & ~SCSW_SCHS_IL)
		       ? last.scsw.count
		       : -1;
}

int wait_and_check_io_completion(int schid)
{
	struct patience patience = { 0 };
	struct irb irb;

	/* A handler may have taken the status. */
	while (!(*(volatile u32 *)&last.scsw.ctrl & SCSW_SC_PENDING)) {
		if (tsch(schid, &irb) == 0)
			last = irb;
		if (patience_over(&patience, IO_PATIENCE))
			return -1;
	}
	return ended_in_order() ? 0 : -1;
}

/* ---- CHSC ---- */

#define CHSC_SCSC	0x0010
#define CHSC_RSP_OK	1

static u8 scsc[4096] __aligned(4096);

bool get_chsc_scsc(void)
{
	u16 *block = (u16 *)scsc;

	memset(scsc, 0, sizeof(scsc));
	block[0] = 16;
	block[1] = CHSC_SCSC;
	return chsc(scsc) == 0 && block[9] == CHSC_RSP_OK;
}

bool css_test_general_feature(unsigned int bit)
{
	return scsc[24 + bit / 8] >> (7 - bit % 8) & 1;
}
