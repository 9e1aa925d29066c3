/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Into S3 and out of it, as an operating system goes it (ACPI 6.5, sections 16.1.3 and 16.2):
 * see s3_test.h. The real time clock wakes (MC146818 data sheet, "Interrupts"; ACPI, 4.8.2.4).
 */
#include "s3_test.h"
#include "alloc_page.h"
#include "arch-hooks.h"
#include "patience.h"
#include "x86/apic.h"
#include "x86/chipset.h"
#include "x86/cpu_setup.h"
#include "x86/desc.h"
#include "x86/processor.h"
#include "x86/rtc.h"
#include "x86/smp.h"
#include "asm/io.h"
#include "asm/page.h"

struct resume resumed;
static u8 sleep_type_a, sleep_type_b;
static const struct acpi_table_fadt *fadt;
static struct acpi_table_facs_rev1 *facs;
static void *image_copy;
static unsigned long image_size;
extern char image_start[], image_end[];

_Static_assert(offsetof(struct wake, words) == WAKE_WORDS, "wake.S knows the layout");
_Static_assert(offsetof(struct wake, efer) == WAKE_EFER, "wake.S knows the layout");
_Static_assert(offsetof(struct wake, found_changed) == WAKE_FOUND_CHANGED, "so does this");

/* ---- power management ---- */

u16 pm1_status(void)
{
	u16 status = inw(fadt->pm1a_evt_blk);

	return fadt->pm1b_evt_blk ? status | inw(fadt->pm1b_evt_blk) : status;
}

void pm1_clear(u16 bits)
{
	outw(bits, fadt->pm1a_evt_blk);
	if (fadt->pm1b_evt_blk)
		outw(bits, fadt->pm1b_evt_blk);
}

static void pm1_enable(u16 bits)
{
	outw(bits, fadt->pm1a_evt_blk + fadt->pm1_evt_len / 2);
	if (fadt->pm1b_evt_blk)
		outw(bits, fadt->pm1b_evt_blk + fadt->pm1_evt_len / 2);
}

u16 pm1_control(void)
{
	return inw(fadt->pm1a_cnt_blk);
}

static u16 sleep_value(u16 port, u8 type)
{
	return (inw(port) & ~(CNT_SLP_TYP | CNT_SLP_EN)) | (u32)type << 10;
}

void pm1_choose_s3(void)
{
	outw(sleep_value(fadt->pm1a_cnt_blk, sleep_type_a), fadt->pm1a_cnt_blk);
	if (fadt->pm1b_cnt_blk)
		outw(sleep_value(fadt->pm1b_cnt_blk, sleep_type_b), fadt->pm1b_cnt_blk);
}

static void enable_acpi(void)
{
	struct patience patience = { 0 };

	if (pm1_control() & CNT_SCI_EN || !fadt->smi_cmd || !fadt->acpi_enable)
		return;
	outb(fadt->acpi_enable, fadt->smi_cmd);
	while (!(pm1_control() & CNT_SCI_EN))
		if (patience_over(&patience, 5))
			report_abort("the firmware does not enable ACPI");
}

/* ---- the alarm ---- */

#define REG_B		0x0b
#define B_AIE		0x20
#define C_UF		0x10
#define DONT_CARE	0xc0
static const u8 alarm_registers[] = { 1, 3, 5 };

/* An alarm for one second could be over before a busy machine sleeps; this one comes again. */
void alarm_every_second(void)
{
	struct patience patience = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(alarm_registers); i++)
		rtc_write(alarm_registers[i], DONT_CARE);
	rtc_write(REG_B, rtc_read(REG_B) | B_AIE);
	rtc_read(REG_C);
	while (!(rtc_read(REG_C) & C_UF))
		if (patience_over(&patience, 10))
			report_abort("the real time clock stands still");
}

static void quiet(void)
{
	rtc_write(REG_B, rtc_read(REG_B) & ~B_AIE);
	rtc_read(REG_C);
	pm1_enable(0);
	pm1_clear(pm1_status());
}

/* ---- sleep ---- */

/* The waking vector for 32-bit and 64-bit mode comes first, if it is not 0: section 5.2.10. */
static void set_waking_vector(void)
{
	facs->firmware_waking_vector = WAKE_VECTOR;
	if (facs->length >= offsetof(struct acpi_table_facs_rev1, reserved) + sizeof(u64))
		memset(facs->reserved, 0, sizeof(u64));
}

static void fill_wake_page(struct wake *wake)
{
	*wake = (struct wake) {
		.pm1a = fadt->pm1a_cnt_blk,
		.pm1b = fadt->pm1b_cnt_blk,
		.value_a = sleep_value(fadt->pm1a_cnt_blk, sleep_type_a) | CNT_SLP_EN,
		.copy = (u32)virt_to_phys(image_copy),
		.words = image_size / sizeof(u32),
		.cr0 = read_cr0(),
		.cr3 = read_cr3(),
		.cr4 = read_cr4(),
		.efer = this_cpu_has(X86_FEATURE_LM) ? rdmsr(MSR_EFER) & ~EFER_LMA : 0,
	};
	if (wake->pm1b)
		wake->value_b = sleep_value(wake->pm1b, sleep_type_b) | CNT_SLP_EN;
	memcpy((char *)wake + WAKE_CODE, wake_start, wake_end - wake_start);
}

/* As the reset and the firmware left them. The APIC is in xAPIC mode, whatever it was before. */
static void look_at_devices(void)
{
	const volatile u32 *apic = phys_to_virt(APIC_DEFAULT_PHYS_BASE);

	resumed.status = pm1_status();
	resumed.apic_base = rdmsr(MSR_IA32_APICBASE);
	resumed.tpr = apic[APIC_TASKPRI / sizeof(u32)];
	resumed.lvtt = apic[APIC_LVTT / sizeof(u32)];
	resumed.tmict = apic[APIC_TMICT / sizeof(u32)];
	resumed.redirection = ioapic_read_reg(0x10 + 2 * TEST_LINE);
}

/* The time stamp counter may begin anew: the library's clock, and so the records, must not. */
static void set_up_again(u64 tsc)
{
	load_gdt_idt_tss(0);
	if (rdtsc() < tsc)
		wrmsr(MSR_IA32_TSC, tsc);
	look_at_devices();
	chipset_init();		/* where the firmware has not done it one case fails, not all */
	pic_init();
	cpu_setup();
}

void suspend_boot_cpu(void)
{
	struct wake *wake = phys_to_virt(WAKE);
	unsigned long flags = arch_irq_save();
	bool slept;
	u64 tsc;

	enable_acpi();
	set_waking_vector();
	pm1_choose_s3();
	fill_wake_page(wake);
	pm1_clear(pm1_status());
	pm1_enable(EN_RTC);
	alarm_every_second();
	resumed.rtc_before = rtc_seconds();
	tsc = rdtsc();
	slept = sleep_and_wake();
	if (slept)
		set_up_again(tsc);
	arch_irq_restore(flags);
	insist(slept);
	resumed.found = *wake;
	resumed.rtc_after = rtc_seconds();
}

void suspend(void)
{
	suspend_boot_cpu();
	for (int cpu = 1; cpu < cpu_count(); cpu++)
		smp_restart(cpu);
}

/* Where our own boot ROM was: see lib/x86/acpi_loader.c. It knows no waking. */
static bool has_firmware(void)
{
	return memcmp(phys_to_virt(0xffff8), "vmunit", 6) != 0;
}

void case_setup(void)
{
	require_msg(has_firmware(), "no firmware that could resume");
	fadt = find_acpi_table_addr(FACP_SIGNATURE);
	facs = find_acpi_table_addr(FACS_SIGNATURE);
	require_msg(fadt && facs && fadt->pm1a_evt_blk && fadt->pm1a_cnt_blk,
		    "no ACPI that can sleep");
	require_msg(acpi_sleep_type(3, &sleep_type_a, &sleep_type_b), "the machine has no S3");
	require_msg(rtc_present(), "there is no real time clock");
	image_size = ALIGN(image_end - image_start, sizeof(u32));
	image_copy = memalign_pages_flags(PAGE_SIZE, image_size, AREA_DMA32);
	assert(wake_end - wake_start + WAKE_CODE < WAKE_STACK / 2);
	quiet();
	case_at_end(quiet);
}
