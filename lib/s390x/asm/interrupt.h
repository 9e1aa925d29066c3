/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interruptions: the frame that the entry code makes, expectations and handlers. Program
 * interruptions are offered, in this order, to the library's own probes, catch_pgm(),
 * expect_pgm_int(), the handler of install_pgm_handler(). An interruption that nobody wants ends
 * the case. Handlers run disabled; a change of the frame or of an old PSW is in force when they
 * return.
 */
#ifndef S390X_ASM_INTERRUPT_H
#define S390X_ASM_INTERRUPT_H

#define SF_PSW		160
#define SF_GRS		176
#define SF_CRS		304
#define SF_SIZE		432

#ifndef __ASSEMBLER__
#include "libcflat.h"
#include "asm/arch_def.h"

struct stack_frame {
	struct stack_frame *back_chain;
	u64 reserved;
	u64 save_area[18]; /* of the function that is called: r2 to r15, f0, f2, f4, f6 */
};

struct stack_frame_int {
	struct stack_frame *back_chain;
	u64 reserved;
	u64 save_area[18];
	struct psw psw;			/* the old one, as it was when the interruption came */
	u64 grs[16];
	u64 crs[16];
};

/*
 * The translation-exception identification, as PoP describes it for each kind of exception (chapter
 * 3).
 */
union teid {
	unsigned long val;
	struct {
		unsigned long addr : 52;
		unsigned long acc_exc_fetch_store : 2;	/* TEID_FETCH, TEID_STORE */
		unsigned long side_effect_acc : 1;
		unsigned long : 1;
		unsigned long p : 1;
		unsigned long : 3;
		unsigned long i : 1;		/* an instruction was fetched (IEP: with z) */
		unsigned long m : 1;		/* suppression on protection: DAT, not a key */
		unsigned long asce_id : 2;
	} __attribute__((packed));
};
#define TEID_FETCH	2
#define TEID_STORE	1

/* What ESOP-2 says of a protection exception, bits 56, 60 and 61. */
enum prot_code {
	PROT_KEY_OR_LAP, PROT_DAT, PROT_KEY, PROT_ACC_LIST, PROT_LAP, PROT_IEP, PROT_NUM_CODES
};
enum prot_code teid_esop2_prot_code(union teid teid);

/* ---- program interruptions ---- */

/*
 * What was interrupted and why; raised is false if nothing was, since expect_pgm_int() or
 * catch_pgm().
 */
struct pgm_record {
	bool raised;
	u16 code;
	u8 ilc;				/* bytes: 0, 2, 4 or 6 */
	u8 exc_acc_id, op_acc_id;
	u32 dxc;
	u64 teid;
	u64 breaking_event_addr;
	struct psw psw;			/* the old one, untouched */
	u64 grs[16];
};
const struct pgm_record *pgm_record(void);

/*
 * The next program interruption of this CPU is recorded, and execution goes on behind the
 * instruction, without low-address protection. To be called before that is enabled: it writes to
 * the lowcore.
 */
void expect_pgm_int(void);
/* Reports (report.h) whether it came, and that its code was that one; forgets it. */
void check_pgm_int_code(u16 code);
/* The code of the last one, 0 for none; forgets it and what is expected. */
u16 clear_pgm_int(void);

/* Called when an expected one came, before execution goes on. NULL: nothing. Returns 0. */
int register_pgm_cleanup_func(void (*f)(struct stack_frame_int *frame));

/*
 * Runs function(data): a program interruption anywhere in it is recorded and ends it. Returns
 * whether there was one.
 */
bool catch_pgm(void (*function)(void *data), void *data);

/*
 * A handler of this CPU for a code (without PGM_INT_CODE_PER and _TX_ABORTED_EVENT), 0 to 0x7f.
 * NULL: none.
 */
typedef void (*interrupt_fn)(struct stack_frame_int *frame);
void install_pgm_handler(u16 code, interrupt_fn fn);
/* Of all the other kinds there is one handler for each CPU; the codes are in the lowcore. */
void install_ext_handler(interrupt_fn fn);
void install_svc_handler(interrupt_fn fn);
void install_mcck_handler(interrupt_fn fn);
int register_io_int_func(void (*f)(void));
int unregister_io_int_func(void (*f)(void));

/* ---- external interruptions ---- */

/*
 * The next external interruption of this CPU is of use to the test, whatever its code; see
 * lowcore.ext_int_code.
 */
void expect_ext_int(void);
int register_ext_cleanup_func(void (*f)(struct stack_frame_int *frame));

static inline void local_irq_enable(void)
{
	psw_mask_set_bits(PSW_MASK_EXT | PSW_MASK_IO);
}

static inline void local_irq_disable(void)
{
	psw_mask_clear_bits(PSW_MASK_EXT | PSW_MASK_IO);
}

static inline void low_prot_enable(void)
{
	ctl_set_bit(0, CTL0_LOW_ADDR_PROT);
}

static inline void low_prot_disable(void)
{
	ctl_clear_bit(0, CTL0_LOW_ADDR_PROT);
}

/*
 * Whether handlers of this CPU run with DAT, and in which address space: 0 primary, 1 access
 * registers, 2 secondary, 3 home.
 */
static inline void irq_set_dat_mode(bool dat, u64 address_space)
{
	struct psw *psws[] = { &lowcore.ext_new_psw, &lowcore.svc_new_psw, &lowcore.pgm_new_psw,
			       &lowcore.mcck_new_psw, &lowcore.io_new_psw };

	for (size_t i = 0; i < ARRAY_SIZE(psws); i++) {
		psws[i]->mask &= ~(PSW_MASK_DAT | PSW_MASK_HOME);
		if (dat)
			psws[i]->mask |= PSW_MASK_DAT | address_space << 46;
	}
}

/* ---- of the library ---- */

/* "page translation" and its like. */
const char *pgm_int_name(u16 code);
/* Decodes an interrupted context into buf; returns the length that it needs (as snprintf). */
size_t format_interrupted(char *buf, size_t size, const struct stack_frame_int *frame);
/* Loads the new PSWs of a lowcore. */
void interrupts_init(struct lowcore *lc);
/* Forgets handlers and expectations of this CPU. */
void interrupts_reset(void);
#endif

#endif
