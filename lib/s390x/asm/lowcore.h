/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The prefix area of each CPU (Principles of Operation, chapter 3, "Assigned Storage Locations"):
 * real addresses 0 to 8191. What programs may use (0x200 and up) holds what the library knows of
 * the CPU. Offsets are for assembly.
 */
#ifndef S390X_ASM_LOWCORE_H
#define S390X_ASM_LOWCORE_H

#define LC_SIZE			0x2000

#define LC_RESTART_OLD_PSW	0x120
#define LC_EXT_OLD_PSW		0x130
#define LC_SVC_OLD_PSW		0x140
#define LC_PGM_OLD_PSW		0x150
#define LC_MCCK_OLD_PSW		0x160
#define LC_IO_OLD_PSW		0x170
#define LC_RESTART_NEW_PSW	0x1a0
/* The library's: where each kind of interruption saves r0 to r15. */
#define LC_SAVE_EXT		0x200
#define LC_SAVE_SVC		0x280
#define LC_SAVE_PGM		0x300
#define LC_SAVE_MCCK		0x380
#define LC_SAVE_IO		0x400
#define LC_SAVE_RESTART		0x480
#define LC_ENTERING		0x500	/* not 0 while an entry uses the stack for the first time */
#define LC_EMERGENCY_STACK	0x508	/* for a program interruption then: the stack is bad */
#define LC_THIS_CPU		0x510
#define LC_CPU_NUMBER		0x518
#define LC_JUMP_PSW 0x520 /* where secondary_entry goes, with the registers of these: */
#define LC_GRS_SA		0x1280
#define LC_CRS_SA		0x1380

#ifndef __ASSEMBLER__
#include "libcflat.h"

struct psw {
	u64 mask, addr;
};

struct short_psw {
	u32 mask, addr;
};

struct cpu;

struct lowcore {
	u8 ipl[0x80];
	u32 ext_int_param;		/* 0x80 */
	u16 cpu_addr;
	u16 ext_int_code;
	u16 svc_int_id;			/* the instruction's length in the low byte */
	u16 svc_int_code;
	u16 pgm_int_id;
	u16 pgm_int_code;
	u32 dxc_vxc;			/* 0x90 */
	u16 mon_class_nb;
	u8 per_code, per_atmid;
	u64 per_addr;
	u8 exc_acc_id, per_acc_id, op_acc_id, arch_mode_id;	/* 0xa0 */
	u8 pad_a4[4];
	u64 trans_exc_id;
	u64 mon_code;			/* 0xb0 */
	u32 subsys_id_word;
	u32 io_int_param;
	u32 io_int_word;		/* 0xc0 */
	u8 pad_c4[4];
	u32 stfl;
	u8 pad_cc[0xe8 - 0xcc];
	u64 mcck_int_code;
	u8 pad_f0[4];
	u32 ext_damage_code;
	u64 failing_storage_addr;
	u64 emon_ca_origin;		/* 0x100 */
	u32 emon_ca_size;
	u32 emon_exc_count;
	u64 breaking_event_addr;
	u8 pad_118[8];
	struct psw restart_old_psw, ext_old_psw, svc_old_psw, pgm_old_psw, mcck_old_psw, io_old_psw;
	u8 pad_180[0x1a0 - 0x180];
	struct psw restart_new_psw, ext_new_psw, svc_new_psw, pgm_new_psw, mcck_new_psw, io_new_psw;

	u64 save_ext[16], save_svc[16], save_pgm[16], save_mcck[16], save_io[16], save_restart[16];
	u64 entering, emergency_stack;
	struct cpu *this_cpu;
	u64 cpu_number;
	struct psw jump_psw;
	u64 pgm_count;			/* program interruptions so far */

	u8 pad_538[0x11b0 - 0x538];
	u64 mcck_ext_sa_addr;		/* 0x11b0 */
	u8 pad_11b8[0x1200 - 0x11b8];
	u64 fprs_sa[16];
	u64 grs_sa[16];
	struct psw psw_sa;		/* 0x1300 */
	u8 pad_1310[8];
	u32 prefix_sa, fpc_sa;
	u8 pad_1320[4];
	u32 tod_pr_sa;
	u64 cputm_sa;
	u64 cc_sa;			/* clock comparator, bits 0 to 55 from bit 8 */
	u8 pad_1338[8];
	u32 ars_sa[16];
	u64 crs_sa[16];
	u8 pad_1400[0x2000 - 0x1400];
};

/* At address 0: every CPU sees its own. */
extern struct lowcore lowcore;
#endif

#endif
