/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What pseries machines keep when they are migrated, beside common/migration.c: special purpose
 * registers, floating-point, vector and VSX registers (Power ISA 3.1B, Books I and III), the
 * decrementer, interrupts that wait (LoPAR 1.1, section 14.5.4.7), and the page tables.
 */
#include "arch-hooks.h"
#include "case.h"
#include "migrate.h"
#include "patience.h"
#include "asm/hcall.h"
#include "asm/mmu.h"
#include "asm/smp.h"
#include "asm/time.h"
#include "asm/vsx.h"

void case_setup(void)
{
	require_msg(migrate_offered(), "nobody here migrates the machine");
	if (mmu_has_radix())
		setup_vm();
}

/* Registers, and the bits of them that any processor keeps. */
#define SPRS(X)								\
	X(DSCR, 17, 0x3f)						\
	X(DAR, 19, ~0ul)						\
	X(DSISR, 18, 0xffffffff)					\
	X(VRSAVE, 256, 0xffffffff)					\
	X(SPRG2, 274, ~0ul)						\
	X(SPRG3, 275, ~0ul)						\
	X(MMCR1, 798, 0xff)						\
	X(SDAR, 797, ~0ul)						\
	X(EBBHR, 804, ~3ul)						\
	X(EBBRR, 805, ~3ul)						\
	X(TAR, 815, ~0ul)

CASE(sprs, "special purpose registers")
{
	unsigned long given = 0x123456789abcdef0;

#define SET(name, number, bits)	mtspr(number, (given ^ number) & (bits));
#define CHECK(name, number, bits)	\
	expect_eq_msg(mfspr(number) & (bits), (given ^ number) & (bits), "%s", #name);
#define CLEAR(name, number, bits)	mtspr(number, 0);
	SPRS(SET)
	migrate_quiet();
	SPRS(CHECK)
	SPRS(CLEAR)
}

CASE(vsx, "floating-point, vector and VSX registers")
{
	static struct vsx_state given, seen;

	for (unsigned int i = 0; i < 64; i++) {
		given.vsr[i][0] = 0x0123456789abcdeful * (2 * i + 1);
		given.vsr[i][1] = 0xfedcba9876543210ul * (2 * i + 3);
	}
	vsx_enable();
	vsx_load(&given);
	migrate_quiet();
	vsx_store(&seen);
	vsx_disable();
	expect_mem(&seen, &given, sizeof(given));
}

static volatile unsigned int fired;
static volatile u64 fired_at;

static void on_decrementer(struct pt_regs *regs, void *data)
{
	(void)regs;
	(void)data;
	fired_at = get_tb();
	fired++;
	dec_stop();
}

static u64 set_decrementer(u64 wait)
{
	dec_set(wait);
	return get_tb() + wait;
}

CASE(decrementer, "the decrementer's interrupt comes on the other side, once, not early")
{
	struct patience patience = { 0 };
	u64 due;

	local_irq_disable();
	fired = 0;
	handle_exception(0x900, on_decrementer, NULL);
	due = migrate_with_timer(set_decrementer, get_tb, usec_to_tb(500000));
	expect_eq(fired, 0);
	expect_le(get_tb() + (u64)dec_get(), due + usec_to_tb(1000));
	expect_ge(get_tb() + (u64)dec_get() + usec_to_tb(1000), due);
	local_irq_enable();
	while (!fired && !patience_over(&patience, 5))
		cpu_relax();
	local_irq_disable();
	expect_eq(fired, 1);
	/* The two clocks are read one after the other. */
	expect_ge(fired_at + usec_to_tb(1000), due);
}

#define MFRR_NONE	0xfful
#define IPI		2

static volatile unsigned int taken;

static void on_external(struct pt_regs *regs, void *data)
{
	struct hcall_regs xirr = { { H_XIRR } };

	(void)regs;
	(void)data;
	hcall_regs(&xirr);
	if ((xirr.r[1] & 0xffffff) != IPI)
		return;
	hcall(H_IPI, (unsigned long)current_thread_info()->server, MFRR_NONE);
	hcall(H_EOI, xirr.r[1]);
	taken++;
}

CASE(pending, "an interrupt of a CPU that waits comes on the other side, once")
{
	struct patience patience = { 0 };

	require_msg(hcall(H_CPPR, 0xfful) == H_SUCCESS, "the machine has no XICS");
	local_irq_disable();
	taken = 0;
	handle_exception(0x500, on_external, NULL);
	hcall(H_IPI, (unsigned long)current_thread_info()->server, 4ul);
	migrate_quiet();
	expect_eq(taken, 0);
	local_irq_enable();
	while (!taken && !patience_over(&patience, 5))
		cpu_relax();
	udelay(1000);
	local_irq_disable();
	expect_eq(taken, 1);
	handle_exception(0x500, NULL, NULL);
}
