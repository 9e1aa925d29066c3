/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CPUs. The library starts all of them and lets them wait for calls (on-cpus.h); a test that drives
 * one by SIGP itself takes it out of that with smp_cpu_stop() or smp_cpu_setup(), until the end of
 * the case. idx counts from 0, the CPU that booted.
 */
#ifndef S390X_SMP_H
#define S390X_SMP_H

#include "setjmp.h"
#include "asm/interrupt.h"
#include "asm/sigp.h"

struct catch {
	jmp_buf env;
	u64 mask;
	struct catch *outer;
};

/* What STORE STATUS AT ADDRESS stores, 512 bytes: as in the lowcore, from fprs_sa on. */
struct cpu_status {
	u64 fprs[16];
	u64 grs[16];
	struct psw psw;
	u8 pad_110[8];
	u32 prefix, fpc;
	u8 pad_120[4];
	u32 todpr;
	u64 cputm, ckc;
	u8 pad_138[8];
	u32 ars[16];
	u64 crs[16];
};
_Static_assert(sizeof(struct cpu_status) == 0x200 && offsetof(struct cpu_status, ars) == 0x140,
	       "cpu_status");

#define PGM_HANDLERS	0x80

struct cpu {
	struct lowcore *lowcore;
	u64 *stack;			/* its lowest address */
	u16 addr, idx;
	bool active;			/* started */
	bool driven;			/* by a test: it takes no calls until the case ends */
	bool pgm_int_expected, ext_int_expected, in_interrupt_handler;
	bool probing, probe_failed;	/* try_read_word() */
	void (*pgm_cleanup_func)(struct stack_frame_int *frame);
	void (*ext_cleanup_func)(struct stack_frame_int *frame);
	interrupt_fn pgm_handlers[PGM_HANDLERS], ext_handler, svc_handler, mcck_handler;
	void (*io_handler)(void);
	struct catch *innermost;
	u64 ext_count;			/* external interruptions so far */
	struct pgm_record record;
};

extern struct cpu cpus[];
#define THIS_CPU	(lowcore.this_cpu)
/* Bytes of each CPU's stack. */
#define STACK_ORDER	3
#define CPU_STACK_SIZE	(4096ul << STACK_ORDER)

int smp_query_num_cpus(void);
struct cpu *smp_cpu_from_addr(u16 addr);
struct cpu *smp_cpu_from_idx(u16 idx);

/* SIGP to a CPU by its number, again while it is busy; returns the condition code. */
int smp_sigp(u16 idx, u8 order, unsigned long parm, u32 *status);

bool smp_cpu_stopped(u16 idx);
bool smp_sense_running_status(u16 idx);
/*
 * These wait until it is done, the _nowait forms until it is accepted; they return 0, or -1 if the
 * CPU does not do it.
 */
int smp_cpu_stop(u16 idx);
int smp_cpu_stop_nowait(u16 idx);
int smp_cpu_stop_store_status(u16 idx);
int smp_cpu_restart(u16 idx);
int smp_cpu_restart_nowait(u16 idx);
/* Restarts it at psw. */
int smp_cpu_start(u16 idx, struct psw psw);
/* Resets it, gives it a fresh prefix area and stack, and lets it run at psw. */
int smp_cpu_setup(u16 idx, struct psw psw);
/* Stops it, for good unless it is set up again. */
int smp_cpu_destroy(u16 idx);

/* ---- of the library ---- */

/* Finds all CPUs (sclp.h) and starts them. */
void smp_init(void);
void smp_stop_others(void);
/* What an emergency signal asks for. */
void smp_take_call(void);

#endif
