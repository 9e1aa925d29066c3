/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * State must stay until it is changed: through interrupts whose handlers save, change and restore it as a kernel does,
 * through exits to the VMM, another CPU's state, and ring 3. XSAVES and XRSTORS are not for ring 3.
 */
#include "xsave.h"
#include "on-cpus.h"
#include "asm/io.h"
#include "x86/apic.h"
#include "x86/isr.h"
#include "x86/smp.h"
#include "x86/usermode.h"

#define VECTOR		0x61
#define INTERRUPTS	100

static struct xsave_area handlers_area, handlers_pattern;
static u32 interrupts;

/* As a kernel does: XSAVE, own work, XRSTOR. */
static void use_state(isr_regs_t *regs)
{
	insist_eq(xsave.run(&handlers_area, ~0ull), 0);
	load_image(&handlers_pattern);
	interrupts++;
	insist_eq(xrstor.run(&handlers_area, ~0ull), 0);
	eoi();
}

static void interrupt_self(void)
{
	u32 before = *(volatile u32 *)&interrupts;

	apic_icr_write(APIC_DEST_SELF | APIC_DM_FIXED | APIC_INT_ASSERT | VECTOR, 0);
	for (int i = 0; i < 1000000 && *(volatile u32 *)&interrupts == before; i++)
		sti_nop_cli();
}

CASE(interrupts, "100 interrupts whose handlers use all components change nothing")
{
	enable_all();
	memset(&handlers_area, 0, sizeof(handlers_area));
	make_image(&handlers_pattern, 61, 0);
	make_image(&image, 62, 0);
	interrupts = 0;
	handle_irq(VECTOR, use_state);
	load_image(&image);
	for (int i = 0; i < INTERRUPTS; i++)
		interrupt_self();
	save_all(&saved);
	handle_irq(VECTOR, NULL);
	expect_eq(interrupts, INTERRUPTS);
	for_each_bit (i, patterned()) {
		expect_component(&saved, 0, &image, 0, i);
		expect_component(&handlers_area, 0, &image, 0, i);
	}
}

/* CPUID exits under hardware virtualization; a read of a port goes to the VMM. */
CASE(exits, "exits to the VMM between loading and saving change nothing")
{
	enable_all();
	make_image(&image, 63, 0);
	load_image(&image);
	for (int i = 0; i < 100; i++) {
		raw_cpuid(0, 0);
		inb(0x80);
	}
	save_all(&saved);
	for_each_bit (i, patterned())
		expect_component(&saved, 0, &image, 0, i);
}

static void use_all(void *data)
{
	enum { BITS = X86_CR4_OSXSAVE | X86_CR4_OSFXSR | X86_CR4_OSXMMEXCPT };

	write_cr4(read_cr4() | BITS);
	write_xcr0(this_cpu_supported_xcr0());
	xrstor.run(&other, ~0ull);
	xsave.run(data, ~0ull);
	write_xcr0(XFEATURE_MASK_FP);
	write_cr4(read_cr4() & ~BITS);
}

CASE(other_cpu, "each CPU has state of its own, and loads what another one saved")
{
	require(cpu_count() > 1);
	enable_all();
	make_image(&image, 64, 0);
	load_image(&image);
	save_all(&other);
	make_image(&image, 65, 0);
	load_image(&image);
	blank(&handlers_area);
	on_cpu(1, use_all, &handlers_area);
	save_all(&saved);
	for_each_bit (i, patterned()) {
		expect_component(&saved, 0, &image, 0, i);
		expect_component(&handlers_area, 0, &other, 0, i);
	}
}

/* ---- ring 3 ---- */

static uint64_t user_save(void)
{
	return xsave.run(&saved, ~0ull);
}

static uint64_t user_restore(void)
{
	return xrstor.run(&image, ~0ull);
}

CASE(user, "ring 3 sees ring 0's state, and the other way round")
{
	bool raised;

	enable_all();
	make_image(&image, 66, 0);
	load_image(&image);
	blank(&saved);
	expect_eq(run_in_user(user_save, UD_VECTOR, 0, 0, 0, 0, &raised), 0);
	for_each_bit (i, patterned())
		expect_component(&saved, 0, &image, 0, i);
	make_image(&image, 67, 0);
	expect_eq(run_in_user(user_restore, UD_VECTOR, 0, 0, 0, 0, &raised), 0);
	save_all(&saved);
	for_each_bit (i, patterned())
		expect_component(&saved, 0, &image, 0, i);
}

static uint64_t user_xsaves(void)
{
	return xsaves.run(&saved, ~0ull);
}

static uint64_t user_xrstors(void)
{
	return xrstors.run(&image, ~0ull);
}

CASE(user_supervisor, "XSAVES and XRSTORS are #GP(0) in ring 3")
{
	bool raised;

	enable_save(&xsaves);
	make_image(&image, 68, format_for(&xrstors));
	blank(&saved);
	expect_eq(run_in_user(user_xsaves, UD_VECTOR, 0, 0, 0, 0, &raised), GP_VECTOR);
	expect_only_written(&saved, 0, COMPACTED, 0);
	expect_eq(run_in_user(user_xrstors, UD_VECTOR, 0, 0, 0, 0, &raised), GP_VECTOR);
}
