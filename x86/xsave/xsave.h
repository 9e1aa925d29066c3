/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The XSAVE area (SDM volume 1, section 13.4), the state components (13.5), and the instructions as rows of tables, so
 * that each rule is a function of the row.
 */
#ifndef XSAVE_H
#define XSAVE_H

#include "case.h"
#include "x86/processor.h"

#define AREA_SIZE	12288		/* more than any CPU has: AMX ends at 11,008 */
#define LEGACY_SIZE	512
#define HEADER_END	576
#define COMPACTED	(1ull << 63)
#define FILL		0xa5		/* what areas are filled with, to see what is written */
#define MXCSR_INIT	0x1f80
#define X87_SSE_REGS	(sizeof(long) == 8 ? 16 : 8)

struct xsave_area {
	u16 fcw, fsw;
	u8 ftw, reserved_5;
	u16 fop;
	u32 fip[2], fdp[2];
	u32 mxcsr, mxcsr_mask;
	u8 st[8][16];
	u8 xmm[16][16];
	u8 reserved_416[48], available[48];
	u64 xstate_bv, xcomp_bv, reserved[6];
	u8 extended[AREA_SIZE - HEADER_END];
} __attribute__((aligned(64)));
_Static_assert(sizeof(struct xsave_area) == AREA_SIZE, "the layout is the CPU's");

/* Areas for the cases: too large for the stack. */
extern struct xsave_area image, saved, other;

/* ---- components ---- */

struct component {
	u32 number;
	const char *name;
	u32 size;		/* of the area, by the manual; 0: it does not say */
	u32 used;		/* bytes from the start that are state and take any pattern in this mode; 0: none does */
	void (*fit)(u8 *data);	/* makes a pattern a legal one */
	/* Access without XSAVE: whether there is one, both ways. */
	bool (*reachable)(void);
	void (*load)(const u8 *data), (*read)(u8 *data);
};
extern const struct component components[];
extern const size_t n_components;

/* The row of component number i, or NULL. */
const struct component *component(u32 i);
/* Those in XCR0 that can have a pattern. */
u64 patterned(void);

/* Where component i is: in the standard format, or compacted, with XCOMP_BV as given (0: standard). */
u32 component_offset(u32 i, u64 xcomp_bv);
u32 component_size(u32 i);
/* The end of the area with the components of mask. */
u32 area_end(u64 mask, bool compacted);

/* Copies the state of component i, and no reserved byte, to out (STATE_MAX bytes), and returns its length. */
#define STATE_MAX	1024
u32 component_state(const struct xsave_area *area, u32 i, u64 xcomp_bv, u8 *out);
void expect_component(const struct xsave_area *actual, u64 actual_bv, const struct xsave_area *wanted, u64 wanted_bv, u32 i);
/* As in the initial configuration (SDM volume 1, 13.6). */
void expect_initial(const struct xsave_area *area, u64 xcomp_bv, u32 i);

/* All patterned components with bytes from seed, none of them in its initial configuration; xcomp_bv 0: standard. */
void make_image(struct xsave_area *area, u32 seed, u64 xcomp_bv);
/* Every byte is FILL but for a header of zeros. */
void blank(struct xsave_area *area);
/* Nothing is written but the components of mask, and header_bytes from the header's start. */
void expect_only_written(const struct xsave_area *area, u64 mask, u64 xcomp_bv, u32 header_bytes);

/* ---- instructions ---- */

struct save {
	const char *name;
	u64 feature;
	int (*run)(void *area, u64 mask), (*run_locked)(void *area, u64 mask);
	bool compacts, skips_initial;
};
extern const struct save xsave, xsaveopt, xsavec, xsaves;

struct restore {
	const char *name;
	u64 feature;
	int (*run)(const void *area, u64 mask), (*run_locked)(const void *area, u64 mask);
	bool compacted;
};
/* xrstorc: XRSTOR of the compacted format. */
extern const struct restore xrstor, xrstorc, xrstors;

/* CASEs of a rule for each instruction. */
#define EACH_SAVE(id, text, check)							\
	CASE(xsave_##id, "XSAVE: " text) { check(&xsave); }				\
	CASE(xsaveopt_##id, "XSAVEOPT: " text) { check(&xsaveopt); }			\
	CASE(xsavec_##id, "XSAVEC: " text) { check(&xsavec); }				\
	CASE(xsaves_##id, "XSAVES: " text) { check(&xsaves); }
#define EACH_RESTORE(id, text, check)							\
	CASE(xrstor_##id, "XRSTOR: " text) { check(&xrstor); }				\
	CASE(xrstorc_##id, "XRSTOR of the compacted format: " text) { check(&xrstorc); }	\
	CASE(xrstors_##id, "XRSTORS: " text) { check(&xrstors); }

/* ---- set-up: undone behind the case ---- */

/* CR4.OSXSAVE and OSFXSR, XCR0 with all that there is, all of it in its initial configuration; else a skip. */
void enable_all(void);
/* The same, if the CPU has the instruction. */
void enable_save(const struct save *insn);
void enable_restore(const struct restore *insn);
/* Only CR4.OSXSAVE, XCR0 as out of reset. */
void enable_xsave(void);

/* XRSTOR of all components, that must not fault. */
void load_image(const struct xsave_area *area);
void load_initial(void);
/* XSAVE of all components, likewise. */
void save_all(struct xsave_area *area);
/* XCOMP_BV for an image that insn takes, with all components of XCR0: 0 if it is standard. */
u64 format_for(const struct restore *insn);

#define for_each_bit(i, mask)	for (u32 i = 0; i < 63; i++) if ((u64)(mask) >> i & 1)

#endif
