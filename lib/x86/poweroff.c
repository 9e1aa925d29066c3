/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of a PC, see poweroff.h. isa-debug-exit: QEMU hw/misc/debugexit.c; S5: ACPI 6.4, sections 4.8.3.2.1 (PM1
 * control) and 4.8.3.7 (sleep control); resets: Intel ICH9 data sheet (316972), section 13.7.5; 8042: command 0xfe.
 */
#include "acpi.h"
#include "arch-hooks.h"
#include "libcflat.h"
#include "x86/chipset.h"
#include "x86/poweroff.h"
#include "x86/processor.h"
#include "asm/io.h"

#define PORT_DEBUG_EXIT		0xf4
#define DEBUG_EXIT_TICKS	10000000000ull	/* some seconds */

#define PM1_CNT			4	/* from the base of the ports */
#define PM1_SCI_EN		(1u << 0)
#define PM1_SLP_TYP(type)	((u32)(type) << 10)
#define PM1_SLP_EN		(1u << 13)
#define SLEEP_SLP_TYP(type)	((u32)(type) << 2)
#define SLEEP_SLP_EN		(1u << 5)

#define PORT_RESET		0xcf9
#define RESET_HARD		0x02
#define RESET_NOW		0x06
#define PORT_8042		0x64
#define RESET_8042		0xfe
#define BUSY_8042		0x02
#define TRIES_8042		1000

/* A power-off may take its time: QEMU's comes when the vCPU next leaves the guest. */
static void wait_for_the_end(void)
{
	for (int i = 0; i < 100; i++)
		inb(0x80);
}

/* Where the device is, its port reads as 0, and QEMU since 9.1 goes on for a while before it ends. */
void exit_by_debug_port(int status)
{
	bool present = inb(PORT_DEBUG_EXIT) != 0xff;
	u64 start = rdtsc();

	outl(status, PORT_DEBUG_EXIT);
	while (present && rdtsc() - start < DEBUG_EXIT_TICKS)
		pause();
}

static void pm1_sleep(u16 port, u8 type)
{
	if (port)
		outw(PM1_SLP_TYP(type) | PM1_SLP_EN, port);
}

static void sleep_by_register(const struct acpi_generic_address *reg, u8 type)
{
	u8 value = SLEEP_SLP_TYP(type) | SLEEP_SLP_EN;

	if (reg->space_id == ACPI_SPACE_IO)
		outb(value, reg->address);
	else if (reg->space_id == ACPI_SPACE_MEMORY && reg->address && reg->address < SZ_4G)
		writeb(value, phys_to_virt(reg->address));
}

void exit_by_acpi(void)
{
	const struct acpi_table_fadt *fadt = find_acpi_table_addr(FACP_SIGNATURE);
	u8 type_a = 0, type_b = 0;

	if (!fadt || !acpi_sleep_type(5, &type_a, &type_b))
		return;
	if (fadt->header.length >= sizeof(*fadt) && fadt->flags & ACPI_FADT_HW_REDUCED) {
		sleep_by_register(&fadt->sleep_control_reg, type_a);
	} else {
		if (fadt->smi_cmd && fadt->acpi_enable && fadt->pm1a_cnt_blk &&
		    !(inw(fadt->pm1a_cnt_blk) & PM1_SCI_EN))
			outb(fadt->acpi_enable, fadt->smi_cmd);
		pm1_sleep(fadt->pm1a_cnt_blk, type_a);
		pm1_sleep(fadt->pm1b_cnt_blk, type_b);
	}
	wait_for_the_end();
}

/* S5 is type 0 on both chip sets of QEMU (hw/acpi/core.c, hw/i386/acpi-build.c). */
void exit_by_chipset(void)
{
	u16 base = chipset_init();

	if (!base)
		return;
	pm1_sleep(base + PM1_CNT, 0);
	wait_for_the_end();
}

void exit_by_reset_port(void)
{
	outb(RESET_HARD, PORT_RESET);
	outb(RESET_NOW, PORT_RESET);
	wait_for_the_end();
}

void exit_by_keyboard_controller(void)
{
	for (int i = 0; i < TRIES_8042 && inb(PORT_8042) & BUSY_8042; i++)
		cpu_relax();
	outb(RESET_8042, PORT_8042);
	wait_for_the_end();
}

void exit_by_triple_fault(void)
{
	struct descriptor_table_ptr none = { 0, 0 };

	for (;;) {
		lidt(&none);
		asm volatile("ud2");
	}
}

static void say_status(int status)
{
	char line[32];
	int len = snprintf(line, sizeof(line), "EXIT: STATUS=%d\n", status << 1 | 1);

	arch_console_write(line, len);
}

static void try_way(enum exit_way way, int status)
{
	switch (way) {
	case EXIT_DEBUG_PORT:
		exit_by_debug_port(status);
		break;
	case EXIT_CHIPSET:
		exit_by_chipset();
		break;
	case EXIT_ACPI:
		exit_by_acpi();
		break;
	case EXIT_RESET_PORT:
		exit_by_reset_port();
		break;
	case EXIT_KEYBOARD_CONTROLLER:
		exit_by_keyboard_controller();
		break;
	default:
		exit_by_triple_fault();
	}
}

/* Each way is tried once: one that faults or aborts leads back to arch_exit() and so to the next one. */
static int next_way = EXIT_DEBUG_PORT;
static int only_way = -1;

void exit_only_by(enum exit_way way)
{
	only_way = way;
}

void arch_exit(int status)
{
	cli();
	for (;;) {
		int way = __atomic_fetch_add(&next_way, 1, __ATOMIC_SEQ_CST);

		if (way == EXIT_CHIPSET)
			say_status(status);
		if (only_way < 0 || way == only_way)
			try_way(way, status);
		while (only_way >= 0 && way == EXIT_TRIPLE_FAULT)
			pause();
	}
}
