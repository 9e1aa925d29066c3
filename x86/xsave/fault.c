/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults of the instructions themselves (SDM volume 2, each one's "Exceptions"; volume 1, 13.7 to 13.12): #UD without
 * the feature, with CR4.OSXSAVE clear, and with LOCK; #NM with CR0.TS; #GP(0) for an area that is not aligned on 64 bytes
 * or not canonical, and for XSAVES and XRSTORS in ring 3. CR0.EM does nothing. After a fault nothing was written.
 */
#include "xsave.h"
#include "x86/usermode.h"

static void no_save(const struct save *insn, void *area, int vector, const char *why)
{
	blank(&saved);
	expect_eq_msg(insn->run(area, ~0ull), vector, "%s: %s", insn->name, why);
	expect_eq(exception_error_code(), 0);
	expect_only_written(&saved, 0, COMPACTED, 0);
}

/* The registers hold other's state before; and behind, when the instruction can be used again. */
static void no_restore(const struct restore *insn, const void *area, int vector, const char *why)
{
	expect_eq_msg(insn->run(area, ~0ull), vector, "%s: %s", insn->name, why);
	expect_eq(exception_error_code(), 0);
}

static void prepare_restore(const struct restore *insn)
{
	make_image(&image, 41, format_for(insn));
	make_image(&other, 42, 0);
	load_image(&other);
}

static void expect_unchanged(void)
{
	save_all(&saved);
	for_each_bit (i, patterned())
		expect_component(&saved, 0, &other, 0, i);
}

static void check_save_misaligned(const struct save *insn)
{
	enable_save(insn);
	for (u32 by = 1; by < 64; by++)
		no_save(insn, (u8 *)&saved + by, GP_VECTOR, "misaligned");
}
EACH_SAVE(misaligned, "an area at each offset from 1 to 63 is #GP(0)", check_save_misaligned)

static void check_restore_misaligned(const struct restore *insn)
{
	static u8 copy[AREA_SIZE + 64] __attribute__((aligned(64)));

	enable_restore(insn);
	prepare_restore(insn);
	for (u32 by = 1; by < 64; by++) {
		memcpy(copy + by, &image, sizeof(image));
		no_restore(insn, copy + by, GP_VECTOR, "misaligned");
	}
	expect_unchanged();
}
EACH_RESTORE(misaligned, "an area at each offset from 1 to 63 is #GP(0)", check_restore_misaligned)

#ifdef __x86_64__
#define WRONG_ADDRESS	((void *)(1ul << 63))

static void check_save_noncanonical(const struct save *insn)
{
	enable_save(insn);
	no_save(insn, WRONG_ADDRESS, GP_VECTOR, "not canonical");
}
EACH_SAVE(noncanonical, "an address that is not canonical is #GP(0)", check_save_noncanonical)

static void check_restore_noncanonical(const struct restore *insn)
{
	enable_restore(insn);
	prepare_restore(insn);
	no_restore(insn, WRONG_ADDRESS, GP_VECTOR, "not canonical");
	expect_unchanged();
}
EACH_RESTORE(noncanonical, "an address that is not canonical is #GP(0)", check_restore_noncanonical)
#endif

static void check_save_osxsave(const struct save *insn)
{
	enable_save(insn);
	write_cr4(read_cr4() & ~X86_CR4_OSXSAVE);
	no_save(insn, &saved, UD_VECTOR, "CR4.OSXSAVE clear");
	write_cr0(read_cr0() | X86_CR0_TS);
	no_save(insn, &saved, UD_VECTOR, "CR4.OSXSAVE clear, before CR0.TS");
	no_save(insn, (u8 *)&saved + 1, UD_VECTOR, "CR4.OSXSAVE clear, before alignment");
}
EACH_SAVE(no_osxsave, "with CR4.OSXSAVE clear it is #UD, which comes before others", check_save_osxsave)

static void check_restore_osxsave(const struct restore *insn)
{
	enable_restore(insn);
	prepare_restore(insn);
	write_cr4(read_cr4() & ~X86_CR4_OSXSAVE);
	no_restore(insn, &image, UD_VECTOR, "CR4.OSXSAVE clear");
	write_cr0(read_cr0() | X86_CR0_TS);
	no_restore(insn, &image, UD_VECTOR, "CR4.OSXSAVE clear, before CR0.TS");
	write_cr0(read_cr0() & ~X86_CR0_TS);
	write_cr4(read_cr4() | X86_CR4_OSXSAVE);
	expect_unchanged();
}
EACH_RESTORE(no_osxsave, "with CR4.OSXSAVE clear it is #UD, which comes before others", check_restore_osxsave)

static void check_save_ts(const struct save *insn)
{
	enable_save(insn);
	write_cr0(read_cr0() | X86_CR0_TS);
	no_save(insn, &saved, NM_VECTOR, "CR0.TS");
	no_save(insn, (u8 *)&saved + 1, NM_VECTOR, "CR0.TS, before alignment");
	write_cr0(read_cr0() & ~X86_CR0_TS);
	expect_eq(insn->run(&saved, ~0ull), 0);
}
EACH_SAVE(ts, "with CR0.TS set it is #NM", check_save_ts)

static void check_restore_ts(const struct restore *insn)
{
	enable_restore(insn);
	prepare_restore(insn);
	write_cr0(read_cr0() | X86_CR0_TS);
	no_restore(insn, &image, NM_VECTOR, "CR0.TS");
	write_cr0(read_cr0() & ~X86_CR0_TS);
	expect_unchanged();
	expect_eq(insn->run(&image, ~0ull), 0);
}
EACH_RESTORE(ts, "with CR0.TS set it is #NM", check_restore_ts)

static void check_save_lock(const struct save *insn)
{
	enable_save(insn);
	blank(&saved);
	expect_eq(insn->run_locked(&saved, ~0ull), UD_VECTOR);
	expect_only_written(&saved, 0, COMPACTED, 0);
}
EACH_SAVE(lock, "with LOCK it is #UD", check_save_lock)

static void check_restore_lock(const struct restore *insn)
{
	enable_restore(insn);
	prepare_restore(insn);
	expect_eq(insn->run_locked(&image, ~0ull), UD_VECTOR);
	expect_unchanged();
}
EACH_RESTORE(lock, "with LOCK it is #UD", check_restore_lock)

/* CR0.EM is for x87 and SSE instructions: not for these. */
CASE(em, "with CR0.EM set XSAVE and XRSTOR work")
{
	enable_all();
	make_image(&image, 43, 0);
	write_cr0(read_cr0() | X86_CR0_EM);
	expect_eq(xrstor.run(&image, ~0ull), 0);
	blank(&saved);
	expect_eq(xsave.run(&saved, ~0ull), 0);
	write_cr0(read_cr0() & ~X86_CR0_EM);
	for_each_bit (i, patterned())
		expect_component(&saved, 0, &image, 0, i);
}

/* ---- not announced ---- */

static void check_absent(const struct save *insn)
{
	require_msg(!this_cpu_has(insn->feature), "CPUID announces %s", insn->name);
	if (this_cpu_has(X86_FEATURE_XSAVE))
		enable_all();
	no_save(insn, &saved, UD_VECTOR, "not announced");
}
EACH_SAVE(absent, "not announced, it is #UD", check_absent)

CASE(xrstor_absent, "XRSTOR: without XSAVE it is #UD")
{
	require(!this_cpu_has(X86_FEATURE_XSAVE));
	no_restore(&xrstor, &image, UD_VECTOR, "not announced");
}

CASE(xrstors_absent, "XRSTORS: without XSAVES it is #UD")
{
	require(this_cpu_has(X86_FEATURE_XSAVE) && !this_cpu_has(X86_FEATURE_XSAVES));
	enable_all();
	prepare_restore(&xrstors);
	no_restore(&xrstors, &image, UD_VECTOR, "not announced");
	expect_unchanged();
}

CASE(cr4_absent, "without XSAVE CR4.OSXSAVE cannot be set: #GP(0), and CR4 stays")
{
	ulong cr4 = read_cr4();

	require(!this_cpu_has(X86_FEATURE_XSAVE));
	expect_eq(write_cr4_safe(cr4 | X86_CR4_OSXSAVE), GP_VECTOR);
	expect_eq(exception_error_code(), 0);
	expect_eq(read_cr4(), cr4);
}
