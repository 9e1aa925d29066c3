/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions that raise the exception in their name. */
#ifndef X86_GENERATE_H
#define X86_GENERATE_H

void generate_ud(void);
void generate_de(void);
void generate_bp(void);
/* #GP (or #SS) by a load from a non-canonical address; 64-bit mode only. */
void generate_non_canonical_gp(void);
/* #OF by INTO, in 64-bit mode on a detour through a 32-bit code segment: code and stack must lie below 4 GiB. */
void generate_of(void);
/* #DB behind an instruction, by RFLAGS.TF. */
void generate_single_step_db(void);
/* #NM by an x87 instruction with CR0.TS, and with CR0.EM; CR0 is put back unless the exception comes. */
void generate_cr0_ts_nm(void);
void generate_cr0_em_nm(void);
/* #AC by an unaligned load in ring 3 (see usermode.h), with CR0.AM and RFLAGS.AC. CR0.AM stays set. */
void generate_usermode_ac(void);

#endif
