/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers of an APLIC's domain (RISC-V AIA 1.0, sections 4.5 and 4.8.1), and what its cases share. */
#ifndef APLIC_TEST_H
#define APLIC_TEST_H

#include "libcflat.h"
#include "riscv/intc.h"

#define DOMAINCFG	0x0000u
#define DOMAINCFG_IE	0x100u
#define DOMAINCFG_DM	0x004u		/* messages */
#define SETIP		0x1c00u
#define SETIPNUM	0x1cdcu
#define IN_CLRIP	0x1d00u
#define CLRIPNUM	0x1ddcu
#define SETIE		0x1e00u
#define SETIENUM	0x1edcu
#define CLRIE		0x1f00u
#define CLRIENUM	0x1fdcu
#define GENMSI		0x3000u
#define GENMSI_BUSY	0x1000u
#define TARGET_HART(index)	((u32)(index) << 18)
#define IDC(index)	(0x4000u + 32u * (u32)(index))
#define IDELIVERY	0x00u
#define IFORCE		0x04u
#define ITHRESHOLD	0x08u
#define TOPI		0x18u
#define CLAIMI		0x1cu

/* sourcecfg: table 4.2. */
enum { INACTIVE, DETACHED, RISING = 4, FALLING, LEVEL_HIGH, LEVEL_LOW };

#define FIRST		50u		/* sources that no device of QEMU's machine has */
#define SOURCES		4u

/* What main.c found: the domain, its IMSIC if it is not delivered directly, the UART's source or 0. */
extern struct intc aplic, imsic;
extern bool direct;
extern u32 wired;

u32 get(u32 offset);
void put(u32 offset, u32 value);
u32 sourcecfg(u32 source);
u32 target(u32 source);
/* The bit of a source in an array of them. */
bool bit(u32 array, u32 source);
/* The register of this hart's own context. */
u32 idc(u32 reg);
bool interrupts(void);
u32 topi(u32 source, u32 priority);
/* The test's sources: detached, not pending, not enabled, with priority 1 of this hart. */
void begin(void);

#endif
