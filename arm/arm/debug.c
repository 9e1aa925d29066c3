/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * debug: self-hosted debug with 32 bits by the registers of CP14: breakpoints are prefetch aborts,
 * watchpoints data aborts, both with the status of a debug event, before the instruction has done
 * anything (ARMv7 ARM, DDI 0406, C3.2, C3.3 and C11.11; Arm ARM, DDI 0487, G2.9 and G2.10). Ways to
 * turn them off are beside them.
 */
#include "case.h"
#include "asm/try.h"

/* A case for each number: it is part of the instruction. */
#define EACH(x)										\
	x(0) x(1) x(2) x(3) x(4) x(5) x(6) x(7) x(8) x(9) x(10) x(11) x(12) x(13) x(14) x(15)
enum debug_register { BVR = 4, BCR, WVR, WCR };

#define READ(n, op2)	case op2 << 4 | n:						\
	asm volatile("mrc p14, 0, %0, c0, c" #n ", " #op2 : "=r" (value)); break;
#define WRITE(n, op2)	case op2 << 4 | n:						\
	asm volatile("mcr p14, 0, %0, c0, c" #n ", " #op2 : : "r" (value)); break;

static u32 debug_read(enum debug_register reg, unsigned int n)
{
	u32 value = 0;

	switch (reg << 4 | n) {
#define ROW(n)	READ(n, 4) READ(n, 5) READ(n, 6) READ(n, 7)
	EACH(ROW)
#undef ROW
	}
	return value;
}

static void debug_write(enum debug_register reg, unsigned int n, u32 value)
{
	switch (reg << 4 | n) {
#define ROW(n)	WRITE(n, 4) WRITE(n, 5) WRITE(n, 6) WRITE(n, 7)
	EACH(ROW)
#undef ROW
	}
	isb();
}

#define CR_E		BIT(0)
#define CR_PL1		(1u << 1)
#define CR_PL0		(2u << 1)
#define BCR_BAS		(15u << 5)
#define WCR_LOAD	(1u << 3)
#define WCR_STORE	(2u << 3)
#define WCR_BAS(bytes)	((u32)(bytes) << 5)
#define MDBGEN		BIT(15)

static u32 didr(void)
{
	u32 value;

	asm volatile("mrc p14, 0, %0, c0, c0, 0" : "=r" (value));
	return value;
}

static unsigned int breakpoints(void)
{
	return (didr() >> 24 & 15) + 1;
}

static unsigned int watchpoints(void)
{
	return (didr() >> 28) + 1;
}

/* DBGDSCRext.MDBGen; DBGOSLAR locks by its key and opens by anything else. */
static void set_monitor(bool on)
{
	u32 value;

	asm volatile("mrc p14, 0, %0, c0, c2, 2" : "=r" (value));
	value = on ? value | MDBGEN : value & ~MDBGEN;
	asm volatile("mcr p14, 0, %0, c0, c2, 2" : : "r" (value));
	isb();
}

static void set_os_lock(bool locked)
{
	asm volatile("mcr p14, 0, %0, c1, c0, 4" : : "r" (locked ? 0xc5acce55 : 0));
	isb();
}

static bool os_locked(void)
{
	u32 value;

	asm volatile("mrc p14, 0, %0, c1, c1, 4" : "=r" (value));
	return value & 2;
}

static void all_off(void)
{
	set_os_lock(false);
	for (unsigned int n = 0; n < breakpoints(); n++)
		debug_write(BCR, n, 0);
	for (unsigned int n = 0; n < watchpoints(); n++)
		debug_write(WCR, n, 0);
	set_monitor(false);
}

void case_setup(void)
{
	case_at_end(all_off);
	all_off();
}

CASE(registers,
     "DBGDIDR is of version 7.1 or later; every breakpoint and watchpoint that it counts "
     "holds values of its own")
{
	expect_ge(didr() >> 16 & 15, 5);
	for (unsigned int n = 0; n < breakpoints(); n++) {
		debug_write(BVR, n, 0x12345678 + 64 * n);
		debug_write(BCR, n, CR_PL0 | BCR_BAS);
	}
	for (unsigned int n = 0; n < watchpoints(); n++) {
		debug_write(WVR, n, 0xabcdef00 + 64 * n);
		debug_write(WCR, n, CR_PL1 | WCR_STORE | WCR_BAS(0x3c));
	}
	for (unsigned int n = 0; n < breakpoints(); n++) {
		expect_eq_msg(debug_read(BVR, n), 0x12345678 + 64 * n, "DBGBVR%u", n);
		expect_eq_msg(debug_read(BCR, n), CR_PL0 | BCR_BAS, "DBGBCR%u", n);
	}
	for (unsigned int n = 0; n < watchpoints(); n++) {
		expect_eq_msg(debug_read(WVR, n), 0xabcdef00 + 64 * n, "DBGWVR%u", n);
		expect_eq_msg(debug_read(WCR, n), CR_PL1 | WCR_STORE | WCR_BAS(0x3c), "DBGWCR%u",
			      n);
	}
}

CASE(os_lock, "DBGOSLAR locks by its key and opens by anything else; DBGOSLSR says so")
{
	set_os_lock(true);
	expect(os_locked());
	set_os_lock(false);
	expect(!os_locked());
}

/* ---- breakpoints ---- */

/* Counts by 1, then at target_1 by 0x10. */
void debug_target(void *count);
extern char target_1[];
asm(".pushsection .text\n"
    ".arm\n"
    ".p2align 2\n"
    ".globl debug_target\n"
    ".type debug_target, %function\n"
    "debug_target:	ldr r1, [r0]\n"
    "		add r1, r1, #1\n"
    "		str r1, [r0]\n"
    "target_1:	add r1, r1, #0x10\n"
    "		str r1, [r0]\n"
    "		bx lr\n"
    ".popsection\n");

static u32 count;

static u64 user_target(u64 unused)
{
	debug_target(&count);
	return unused;
}

static void expect_breakpoint(bool hit, const char *what)
{
	const struct exception_record *e = exception_record();

	expect_eq_msg(e->raised, hit, "%s", what);
	expect_eq_msg(count, hit ? 1 : 0x11, "%s", what);
	if (!hit || !e->raised)
		return;
	expect_eq_msg(e->vector, EXCPTN_PABT, "%s", what);
	expect_eq_msg(e->fsr, FSR_LPAE | FSR_DEBUG, "%s", what);
	expect_eq_msg(e->pc, (u32)target_1, "%s", what);
	expect_eq_msg(e->lr, (u32)target_1 + 4, "%s", what);
}

static void try_breakpoint(bool hit, const char *what)
{
	count = 0;
	exception_record()->raised = false;
	catch_exception(debug_target, &count);
	expect_breakpoint(hit, what);
}

CASE(breakpoint,
     "each breakpoint stops at its address and nowhere else, before the instruction: a "
     "prefetch abort")
{
	for (unsigned int n = 0; n < breakpoints(); n++) {
		set_monitor(true);
		debug_write(BVR, n, (u32)target_1);
		debug_write(BCR, n, CR_E | CR_PL1 | BCR_BAS);
		try_breakpoint(true, "on");
		debug_write(BCR, n, 0);
		try_breakpoint(false, "off");
	}
}

CASE(breakpoint_off,
     "no breakpoint without E, without DBGDSCRext.MDBGen, at another address, or of PL0 alone")
{
	debug_write(BVR, 0, (u32)target_1);
	debug_write(BCR, 0, CR_E | CR_PL1 | BCR_BAS);
	try_breakpoint(false, "no MDBGen");
	set_monitor(true);
	try_breakpoint(true, "all on");
	debug_write(BCR, 0, CR_PL1 | BCR_BAS);
	try_breakpoint(false, "no E");
	debug_write(BCR, 0, CR_E | CR_PL0 | BCR_BAS);
	try_breakpoint(false, "PL0's");
	debug_write(BCR, 0, CR_E | CR_PL1 | BCR_BAS);
	debug_write(BVR, 0, (u32)target_1 ^ 1u << 31);
	try_breakpoint(false, "another address");
}

CASE(breakpoint_locked, "no breakpoint while the OS lock is locked")
{
	debug_write(BVR, 0, (u32)target_1);
	debug_write(BCR, 0, CR_E | CR_PL1 | BCR_BAS);
	set_monitor(true);
	set_os_lock(true);
	count = 0;
	exception_record()->raised = false;
	catch_exception(debug_target, &count);
	set_os_lock(false);
	expect_breakpoint(false, "locked");
}

CASE(breakpoint_user, "PMC: a breakpoint of PL0 stops there, one of PL1 does not")
{
	set_monitor(true);
	debug_write(BVR, 0, (u32)target_1);
	for (u32 pmc = CR_PL1; pmc <= CR_PL0; pmc += CR_PL1) {
		debug_write(BCR, 0, CR_E | pmc | BCR_BAS);
		count = 0;
		run_in_user(user_target, 0);
		expect_breakpoint(pmc == CR_PL0, "at PL0");
		if (pmc == CR_PL0)
			expect_eq(exception_record()->spsr & MODE_MASK, USR_MODE);
	}
}

/* ---- watchpoints ---- */

static u8 area[16] __aligned(16);

static void try_watchpoint(u32 control, u32 offset, bool store, bool hit)
{
	const struct exception_record *e = exception_record();
	u32 value = 0x55;

	debug_write(WCR, 0, 0);
	memset(area, 0xaa, sizeof(area));
	debug_write(WCR, 0, control);
	if (store)
		asm_safe("strb %0, [%1]", "r" (value), "r" (area + offset));
	else
		asm_safe_out1("ldrb %0, [%1]", "+r" (value), "r" (area + offset));
	debug_write(WCR, 0, 0);
	expect_eq_msg(e->raised, hit, "control %#" PRIx32 ", byte %" PRIu32 ", store %d", control,
		      offset, store);
	if (!hit || !e->raised)
		return;
	expect_eq(e->vector, EXCPTN_DABT);
	/* Whether WnR and CM say anything depends on the version. */
	expect_eq(e->fsr & ~(u32)(FSR_WNR | FSR_CM), FSR_LPAE | FSR_DEBUG);
	expect_eq(e->lr, e->pc + 8);
	expect_eq(value, 0x55);
	expect_eq(area[offset], 0xaa);
}

CASE(watch_bytes,
     "BAS and LSC: a byte's load or store stops if it is watched so, and else not; nothing is "
     "loaded or stored")
{
	static const u8 masks[] = { 0x0f, 0x01, 0x08, 0x06 };

	set_monitor(true);
	debug_write(WVR, 0, (u32)area + 4);
	for (size_t i = 0; i < ARRAY_SIZE(masks); i++)
		for (u32 kind = WCR_LOAD; kind <= (WCR_LOAD | WCR_STORE); kind += WCR_LOAD)
			for (u32 offset = 3; offset <= 8; offset++) {
				bool byte = offset >= 4 && masks[i] << 4 >> offset & 1;
				u32 control = CR_E | CR_PL1 | kind | WCR_BAS(masks[i]);

				try_watchpoint(control, offset, false, byte && (kind & WCR_LOAD));
				try_watchpoint(control, offset, true, byte && (kind & WCR_STORE));
			}
}

CASE(watch_each, "each watchpoint that there is; none without MDBGen, E or of PL0 alone")
{
	for (unsigned int n = 0; n < watchpoints(); n++) {
		static const struct {
			u32 control;
			bool monitor, hit;
		} rows[] = {
			{ CR_E | CR_PL1, true, true }, { CR_E | CR_PL1, false, false },
			{ CR_PL1, true, false }, { CR_E | CR_PL0, true, false },
		};

		debug_write(WVR, n, (u32)area);
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
			set_monitor(rows[i].monitor);
			debug_write(WCR, n, rows[i].control | WCR_STORE | WCR_BAS(15));
			asm_safe("strb %0, [%1]", "r" (0), "r" (area));
			debug_write(WCR, n, 0);
			expect_eq_msg(exception_record()->raised, rows[i].hit,
				      "watchpoint %u, row %zu", n, i);
		}
	}
}
