/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The channel subsystem (Principles of Operation, chapters 13 to 17): its control blocks, its
 * instructions, and what a test needs to run a channel program. Subchannels are named by their
 * whole subsystem-identification word. Each instruction gives its condition code; what it does to
 * operands that are wrong is the caller's to expect.
 */
#ifndef S390X_CSS_H
#define S390X_CSS_H

#include "libcflat.h"

#define SCHID_ONE 0x00010000u /* bit 15 of the word, which must be one; or the number into it */

/* ---- control blocks ---- */

struct ccw1 {				/* format 1: chapter 15, "Channel-Command Word" */
	u8 code, flags;
	u16 count;
	u32 data_address;
} __aligned(8);

#define CCW_CMD_NOP		0x03
#define CCW_CMD_BASIC_SENSE	0x04
#define CCW_CMD_TIC		0x08
#define CCW_CMD_SENSE_ID	0xe4
#define CCW_F_CD	0x80
#define CCW_F_CC	0x40
#define CCW_F_SLI	0x20
#define CCW_F_SKP	0x10
#define CCW_F_PCI	0x08
#define CCW_F_IDA	0x04
#define CCW_F_S		0x02
#define CCW_F_MIDA	0x01

struct orb {				/* "Operation-Request Block" */
	u32 intparm, ctrl, cpa, prio, reserved[4];
} __aligned(4);
#define ORB_CTRL_KEY	0xf0000000u
#define ORB_CTRL_FMT	0x00800000u	/* format-1 CCWs */
#define ORB_LPM_DFLT	0x00008000u	/* the first path */

struct scsw {				/* chapter 16, "Subchannel-Status Word" */
	u32 ctrl, ccw_addr;
	u8 dev_stat, sch_stat;
	u16 count;
};
#define SCSW_CC			0x03000000u
#define SCSW_FC_START		0x00004000u
#define SCSW_FC_HALT		0x00002000u
#define SCSW_FC_CLEAR		0x00001000u
#define SCSW_AC			0x00000fe0u
#define SCSW_SC_ALERT		0x00000010u
#define SCSW_SC_INTERMEDIATE	0x00000008u
#define SCSW_SC_PRIMARY		0x00000004u
#define SCSW_SC_SECONDARY	0x00000002u
#define SCSW_SC_PENDING		0x00000001u
#define SCSW_DEVS_CH_END	0x08
#define SCSW_DEVS_DEV_END	0x04
#define SCSW_DEVS_UNIT_CHK	0x02
#define SCSW_SCHS_IL		0x40
#define SCSW_SCHS_PRG_CHK	0x20

struct pmcw {				/* chapter 15, "Path-Management-Control Word" */
	u32 intparm;
	u16 flags, devnum;
	u8 lpm, pnom, lpum, pim;
	u16 mbi;
	u8 pom, pam, chpid[8];
	u32 flags2;
};
#define PMCW_ISC_SHIFT	11
#define PMCW_ISC	0x3800
#define PMCW_ENABLE	0x0080
#define PMCW_LM		0x0060
#define PMCW_MBUE	0x0010
#define PMCW_DCTME	0x0008
#define PMCW_MP		0x0004		/* multipath mode */
#define PMCW_TF		0x0002		/* timing facility */
#define PMCW_DNV	0x0001		/* the device number is valid */
#define PMCW_MBF1	0x00000004
#define PMCW_CSENSE	0x00000001

struct schib {
	struct pmcw pmcw;
	struct scsw scsw;
	u8 md[12];
} __aligned(4);
_Static_assert(sizeof(struct schib) == 52, "SCHIB");

struct irb {
	struct scsw scsw;
	u32 esw[5], ecw[8], emw[8];
} __aligned(4);
_Static_assert(sizeof(struct irb) == 96, "IRB");

/*
 * What SENSE ID gives (common I/O device commands); virtio's control-unit type is 0x3832, its model
 * the device type.
 */
struct senseid {
	u8 reserved;			/* 0xff */
	u16 cu_type;
	u8 cu_model;
	u16 dev_type;
	u8 dev_model, unused;
} __attribute__((packed));
#define CSS_SENSEID_COMMON_LEN	8

/* ---- instructions; schid goes to general register 1 ---- */

#define CSS_INSN(text, schid, address) __extension__ ({					\
	register unsigned long __schid __asm__("1") = (schid);				\
	int __cc;									\
	__asm__ __volatile__(text "\n\tipm %0\n\tsrl %0,28"				\
			     : "=d" (__cc) : "d" (__schid), "a" (address) : "cc", "memory");	\
	__cc;										\
})

static inline int stsch(unsigned long schid, struct schib *schib)
{
	return CSS_INSN("stsch 0(%2)", schid, schib);
}

static inline int msch(unsigned long schid, struct schib *schib)
{
	return CSS_INSN("msch 0(%2)", schid, schib);
}

static inline int ssch(unsigned long schid, struct orb *orb)
{
	return CSS_INSN("ssch 0(%2)", schid, orb);
}

static inline int tsch(unsigned long schid, struct irb *irb)
{
	return CSS_INSN("tsch 0(%2)", schid, irb);
}

static inline int csch(unsigned long schid)
{
	return CSS_INSN("csch", schid, 0);
}

static inline int hsch(unsigned long schid)
{
	return CSS_INSN("hsch", schid, 0);
}

static inline int rsch(unsigned long schid)
{
	return CSS_INSN("rsch", schid, 0);
}

static inline int xsch(unsigned long schid)
{
	return CSS_INSN("xsch", schid, 0);
}

/*
 * TEST PENDING INTERRUPTION: 1, and words are the subchannel and the parameter (NULL: in the
 * lowcore); or 0.
 */
static inline int tpi(u32 words[2])
{
	return words ? CSS_INSN("tpi 0(%2)", 0, words) : CSS_INSN("tpi 0", 0, 0);
}

/* 0, and a channel report is in *crw; 1: there is none. */
static inline int stcrw(u32 *crw)
{
	return CSS_INSN("stcrw 0(%2)", 0, crw);
}

/* SET CHANNEL MONITOR: control goes to register 1, the measurement-block origin to 2. */
static inline void schm(void *mbo, unsigned int control)
{
	register unsigned long gr1 __asm__("1") = control;
	register unsigned long gr2 __asm__("2") = (unsigned long)mbo;

	__asm__ __volatile__("schm" : : "d" (gr1), "d" (gr2) : "memory");
}
#define SCHM_MBU	0x02	/* measurement-block update */
#define SCHM_DCTM	0x01

/* CHANNEL SUBSYSTEM CALL with the 4 KiB command block. */
static inline int chsc(void *block)
{
	return CSS_INSN(".insn rre,0xb25f0000,%2,0", 0, block);
}

/* ---- of the library ---- */

#define IO_SCH_ISC	3

/* The first subchannel that has a device, of those 0 to 65535 that are there; 0: none. */
int css_enumerate(void);
/* Enables it with that interruption subclass. 0, or the condition code of what failed. */
int css_enable(int schid, int isc);
int css_disable(int schid);
/* Enables it, and ends whatever goes on there: no function, no status. 0, or it did not go. */
int css_make_idle(int schid, int isc);
bool css_enabled(int schid);
/* Lets I/O interruptions of the subclass through in control register 6. */
void enable_io_isc(u8 isc);

/*
 * A CCW and its data have addresses of 31 bits: it is allocated there, data has to be. Freed by
 * free_io_mem().
 */
struct ccw1 *ccw_alloc(int code, void *data, int count, unsigned char flags);
/* Starts the program with the interruption parameter schid. Returns SSCH's condition code. */
int start_ccw1_chain(unsigned int schid, struct ccw1 *ccw);
/*
 * Waits up to 10 s until TSCH finds status, which is in *irb: 0, 3 (not operational), or -1: none
 * came.
 */
int css_wait(unsigned int schid, struct irb *irb);
/*
 * Count in the last status that css_wait() or css_irq_io() took; -1 if the program did not end in
 * order.
 */
int css_residual_count(unsigned int schid);
/* An I/O handler (interrupt.h): takes the status. */
void css_irq_io(void);
/* After start_ccw1_chain(): waits for its status; 0 if it ended in order, without an error. */
int wait_and_check_io_completion(int schid);

/* Store Channel-Subsystem Characteristics: false if CHSC does not know them. */
bool get_chsc_scsc(void);
/* Bit of the general characteristics that get_chsc_scsc() read, from the left. */
bool css_test_general_feature(unsigned int bit);

#endif
